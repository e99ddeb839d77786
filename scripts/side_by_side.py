#!/usr/bin/env python3
"""The same inputs, solved by others and by us, in one run: answers compared first, then times.

    python3 scripts/side_by_side.py sections                 # half an hour or more, nearly all of it theirs
    python3 scripts/side_by_side.py sections --stages 4 10   # some sections only
    python3 scripts/side_by_side.py plant                    # the University of Kentucky plant

Peers are installed from PyPI into environments of their own below target/peers. What they answer is held against
ours; a ratio is printed only where the answers agree. Writes docs/benchmarks/side_by_side_sections.md or _plant.md.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time
import tomllib
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "scripts" / "peers"
HOMES = ROOT / "target" / "peers"
PAGES = ROOT / "docs" / "benchmarks"
PACKAGES = {
    "difflow": ["difflow[ree]==0.2.2"],
    "efta": ["efta==1.0.2"],
    "prommis": ["prommis==1.1.0", "casadi==3.8.2"],
}
# What counts as the same answer: pH of every stage, and the share of each element's feed left in the raffinate.
SAME_PH, SAME_SHARE = 1e-3, 1e-3
SAME_RECOVERY = 1e-4
SCENARIO = "uky"


def say(text: str) -> None:
    print(text, flush=True)


def environment(name: str) -> pathlib.Path:
    """The interpreter of a peer's own environment, made and filled if need be."""
    home = HOMES / name
    python = home / "bin" / "python"
    done = home / "installed.txt"
    wanted = "\n".join(PACKAGES[name])
    if not (done.exists() and done.read_text() == wanted):
        say(f"installing {wanted.replace(chr(10), ', ')} …")
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[name]], check=True)
        done.write_text(wanted)
    return python


def peer(name: str, script: str, *words: object, cap: float, extra: dict | None = None) -> tuple[list[dict], str]:
    """Answers a peer's script printed before it ended or its time was up, and how it ended."""
    command = [str(environment(name)), str(PEERS / script), *map(str, words)]
    start = time.perf_counter()
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=cap, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | (extra or {}))
        out = run.stdout
        last = [line for line in run.stderr.splitlines() if line.strip()][-1:]
        ended = "" if run.returncode == 0 else f"stopped: {' '.join(last)[:120]}"
    except subprocess.TimeoutExpired as late:
        out = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        ended = f"no answer after {time.perf_counter() - start:.0f} s (cap)"
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")], ended


def built(what: list[str], kind: str, name: str) -> str:
    """Builds ours and answers the program's path."""
    command = ["cargo", *what, "--message-format=json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        target = told.get("target", {})
        if target.get("name") == name and kind in target.get("kind", []) and told.get("executable"):
            return told["executable"]
    raise SystemExit(f"cargo built no {kind} `{name}`")


def wall(command: list[str], repeats: int = 9) -> float:
    """Median wall time of a whole process of ours."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def differences(ours: dict, theirs: dict) -> tuple[float, float]:
    """Largest difference of pH and of the share of a feed left in the raffinate; not a number where theirs is none."""
    ph = max(abs(a - b) for a, b in zip(ours["ph"], theirs["ph"], strict=True))
    feed = ours["inputs"]["feed_mol_s"]
    share = max(abs(theirs["raffinate"][element] - amount) / feed[element] for element, amount in ours["raffinate"].items())
    finite = all(value == value for value in theirs["ph"] + list(theirs["raffinate"].values()))
    return (ph, share) if finite else (float("nan"), float("nan"))


def seconds(value: float) -> str:
    return f"{value * 1e3:.3g} ms" if value < 1.0 else f"{value:.3g} s"


def section(stages: int, bench: str, cap: float, versions: dict, rows: list[str]) -> None:
    """One section of ten rare earths, by all three."""
    ours = json.loads(subprocess.run([bench, "--saponified", str(stages)], capture_output=True, text=True, check=True).stdout)
    whole = wall([bench, "--saponified", str(stages), "--once"])
    file = HOMES / f"section_{stages}.json"
    file.write_text(json.dumps(ours["inputs"]))
    say(f"{stages} stages: ours {seconds(ours['seconds'])} ({ours['steps']} steps), whole process {seconds(whole)}")
    rows.append(f"| {stages} | ours | {ours['steps']} Newton steps; whole process {seconds(whole)} | {seconds(ours['seconds'])} | | | 1 |")
    # Each peer as it comes; where that gives no answer that agrees, with more effort asked of it.
    tries = {
        "difflow": [("difflow_section.py", steps, 2) for steps in (1, 3, 6)],
        "efta": [("efta_section.py", sweeps) for sweeps in (0, 4 * stages * stages, 16 * stages * stages)],
    }
    for name, attempts in tries.items():
        spent = 0.0
        for script, *words in attempts:
            if spent > cap:
                break
            asked = "default settings" if words[0] in (0, 1) else f"asked for {words[0]} {'continuation steps' if name == 'difflow' else 'sweeps'}"
            start = time.perf_counter()
            answers, ended = peer(name, script, file, *words, cap=cap)
            spent += time.perf_counter() - start
            agreed = False
            for theirs in answers:
                versions |= theirs["versions"]
                ph, share = differences(ours, theirs)
                agreed = ph <= SAME_PH and share <= SAME_SHARE
                ratio = theirs["seconds"] / ours["seconds"]
                verdict = f"**{ratio:,.0f}**" if agreed else "no ratio: not the same answer"
                gaps = ("not a number", "") if ph != ph else (f"{ph:.1e}", f"{share:.1e}")
                rows.append(
                    f"| {stages} | {name} | {asked}; {theirs['how']} | {seconds(theirs['seconds'])} | {gaps[0]} | {gaps[1]} | {verdict} |"
                )
                say(f"  {name}, {asked}, {theirs['how']}: {seconds(theirs['seconds'])}, pH apart {gaps[0]}, ratio {verdict}")
            if ended:
                rows.append(f"| {stages} | {name} | {asked} | {ended} | | | no ratio: no answer |")
                say(f"  {name}, {asked}: {ended}")
            if agreed:
                break


def plant(program: str, cap: float, versions: dict) -> list[str]:
    """The Kentucky plant: theirs with the Ipopt that PyPI has, ours if the scenario ships."""
    stub = HOMES / "stub"
    stub.mkdir(parents=True, exist_ok=True)
    (stub / "ipopt").write_text('#!/bin/sh\necho "ipopt 3.14.19"\n')
    (stub / "ipopt").chmod(0o755)
    runs = []
    for _ in range(3):
        answers, ended = peer("prommis", "prommis_uky.py", cap=cap, extra={"PATH": f"{stub}:{os.environ['PATH']}"})
        runs += answers
        if ended:
            say(f"  PrOMMiS: {ended}")
    if not runs:
        return [f"PrOMMiS gave no answer here ({ended}); 18 s was measured for it earlier (build 2.4, initialise 14.8, solve 0.6).", ""]
    versions |= runs[0]["versions"]
    net = statistics.median(run["seconds"] - run["bridge"]["seconds"] for run in runs)
    parts = {key: statistics.median(run[f"{key}_seconds"] for run in runs) for key in ("build", "initialise", "solve")}
    bridge = statistics.median(run["bridge"]["seconds"] for run in runs)
    lines = [
        f"PrOMMiS, processor time, median of {len(runs)}: {net:.1f} s (build {parts['build']:.1f}, initialise {parts['initialise']:.1f}, solve {parts['solve']:.1f}; "
        f"{bridge:.1f} s that our bridge to Ipopt costs are taken off; importing it is not counted). Ended: {runs[0]['ended']}.",
        "",
    ]
    shipped = subprocess.run([program, "example", "list"], capture_output=True, text=True, check=True).stdout
    if not any(line.split()[:1] == [SCENARIO] for line in shipped.splitlines()):
        return lines + [f"Ours: the scenario `{SCENARIO}` does not ship yet; no ratio.", ""]
    out = HOMES / "ours"
    command = [program, "run", SCENARIO, "-o", str(out)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    whole = wall(command)
    with open(out / "tables" / "recovery.csv", encoding="utf-8", newline="") as table:
        chain = next(row for row in csv.DictReader(table) if row["link"] == "ore to products")
    lines += ["| element | to the oxide by PrOMMiS, % | ours, % | apart, of the feed |", "| --- | ---: | ---: | ---: |"]
    worst, compared = 0.0, 0
    for word, theirs in runs[0]["recoveries"].items():
        symbol = SYMBOLS[word]
        mine = chain.get(f"{symbol} [%]")
        if not mine:
            continue
        apart = abs(float(mine) - theirs) / 100.0
        worst, compared = max(worst, apart), compared + 1
        lines.append(f"| {symbol} | {theirs:.6g} | {float(mine):.6g} | {apart:.1e} |")
    if compared and worst <= SAME_RECOVERY:
        verdict = f"Ours, the whole process with tables and report written: {seconds(whole)}. Ratio **{net / whole:,.0f}**."
    else:
        verdict = f"Ours: {seconds(whole)}. No ratio: {compared} recoveries compared, {worst:.1e} apart."
    say(f"  {verdict}")
    return lines + ["", verdict, ""]


SYMBOLS = {
    "scandium": "Sc",
    "yttrium": "Y",
    "lanthanum": "La",
    "cerium": "Ce",
    "praseodymium": "Pr",
    "neodymium": "Nd",
    "neodynium": "Nd",  # as PrOMMiS 1.1.0 prints it
    "samarium": "Sm",
    "gadolinium": "Gd",
    "dysprosium": "Dy",
    "aluminum": "Al",
    "iron": "Fe",
    "calcium": "Ca",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=["sections", "plant"], help="what is solved")
    asked.add_argument("--stages", type=int, nargs="+", default=[4, 8, 10, 20], help="sections to solve")
    asked.add_argument("--cap", type=float, default=600.0, help="seconds a peer is given for one run")
    asked.add_argument("--page", type=pathlib.Path, help="where the page goes")
    choice = asked.parse_args()
    HOMES.mkdir(parents=True, exist_ok=True)
    versions: dict[str, str] = {"python": platform.python_version()}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    ours = "ytterby " + tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    file = choice.page or PAGES / f"side_by_side_{choice.what}.md"

    def write(title: str, body: list[str]) -> None:
        listed = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
        page = [
            f"# Side by side: {title}",
            "",
            f"Made by `python3 scripts/side_by_side.py {' '.join(sys.argv[1:])}` on {datetime.date.today()}; {ours} at {commit}; {listed}; "
            f"{os.cpu_count()} cores, shared with other work: read ratios, not times. A peer is given {choice.cap:.0f} s for one run.",
            "",
            *body,
        ]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(page), encoding="utf-8")

    if choice.what == "plant":
        program = built(["build", "--release", "-q"], "bin", "ytterby")
        write("the University of Kentucky plant", plant(program, choice.cap, versions))
    else:
        bench = built(["bench", "--no-run", "-q", "--bench", "cascades"], "bench", "cascades")
        head = [
            "Mass action, counter-current. Inputs are those of `benches/batteries` (feed of 0.2 mol/L, O/A 1.5, 35 % saponified). "
            "Times are of the solve alone, inside each process; imports are not counted. Theirs is the smaller of wall and processor time, "
            "so that a busy machine does not count against them; ours is wall time, the median of repeats. "
            f"The same answer: pH of every stage within {SAME_PH}, the share of each element's feed left in the raffinate within {SAME_SHARE}. "
            "The ratio is their time over ours.",
            "",
            "| stages | program | how | time | pH apart | share apart | ratio |",
            "| ---: | --- | --- | ---: | ---: | ---: | ---: |",
        ]
        rows: list[str] = []
        for stages in choice.stages:
            section(stages, bench, choice.cap, versions, rows)
            # What is known so far is kept, should the next take too long.
            write("ten rare earths on saponified PC88A", [*head, *rows, ""])
    say(f"written: {file}")


main()
