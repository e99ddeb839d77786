#!/usr/bin/env python3
"""The same inputs, solved by others and by us, in one run: answers compared first, then times.

    python3 scripts/side_by_side.py sections                 # half an hour or more, nearly all of it theirs
    python3 scripts/side_by_side.py sections --stages 4 10   # some sections only
    python3 scripts/side_by_side.py plant                    # the University of Kentucky plant
    python3 scripts/side_by_side.py kriging                  # Walker Lake, 470 samples onto 78,000 nodes

Peers are installed from PyPI into environments of their own below target/peers. What they answer is held against
ours; a ratio is printed only where the answers agree. Writes docs/benchmarks/side_by_side_sections.md, _plant.md or
_kriging.md.
"""

import argparse
import array
import csv
import datetime
import itertools
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
    "pykrige": ["PyKrige==1.7.3"],
    "gstools": ["gstools==1.7.0", "gstools-cython==1.2.0", "gstools-core==1.3.0"],
    "gstlearn": ["gstlearn==1.11.1"],
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


def peer(name: str, script: str, *words: object, cap: float, extra: dict | None = None, before: list[str] | None = None) -> tuple[list[dict], str]:
    """Answers a peer's script printed before it ended or its time was up, and how it ended."""
    command = [*(before or []), str(environment(name)), str(PEERS / script), *map(str, words)]
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


# What counts as the same kriging: estimate and variance of every node, of the sill.
SAME_KRIGED = 1e-9
KRIGED = {"range": 40.0, "nugget": 22500.0, "partial_sill": 67500.0, "columns": 260, "rows": 300}
# Shape, nearest samples (none: all), most of a quadrant, and the first node, m: with quadrants none lies in line with a sample.
GROUNDS = [
    ("spherical", None, None, 1.0),
    ("exponential", None, None, 1.0),
    ("spherical", 24, None, 1.0),
    ("spherical", 24, 6, 1.5),
]
ONE_CORE = ["taskset", "-c", "0"]
# What takes longer, s, is asked once.
LONG = 10.0


def ways(nearest: int | None, octant: int | None) -> list[tuple[str, ...]]:
    """What each peer is asked: default settings first, then what may be quicker."""
    if octant:
        return [("gstlearn",)]
    if nearest:
        return [("pykrige", "loop"), ("pykrige", "C"), ("gstlearn",), ("gstlearn", "tree")]
    pykrige = [("pykrige", backend) for backend in ("vectorized", "C", "loop")]
    return [*pykrige, ("gstools", "core", "0"), ("gstools", "cython", "0"), ("gstlearn",)]


def lists(file: pathlib.Path, length: int) -> list[array.array]:
    """Lists of so many numbers that a run wrote one after another."""
    everything = array.array("d", file.read_bytes())
    return [everything[at : at + length] for at in range(0, len(everything), length)]


def kriged_by(way: tuple[str, ...], asked: pathlib.Path, mine: list[array.array], cap: float, before: list[str]) -> dict:
    """A peer's time and memory, and how far its answers lie from ours where the question has one answer."""
    out = HOMES / f"kriging_{os.getpid()}_theirs.bin"
    answers, ended = peer(way[0], f"kriging_{way[0]}.py", asked, out, *way[1:], cap=cap, before=before)
    if not answers:
        return {"ended": ended or "no answer"}
    theirs = lists(out, len(mine[0]))
    even = [at for at, margin in enumerate(mine[2]) if margin > 1e-9]
    apart = [[abs(ours[at] - other[at]) for at in even] for ours, other in zip(mine, theirs)]
    finite = all(value == value for values in apart for value in values)
    return answers[0] | {"nodes": len(even), "apart": [max(values) if finite else float("nan") for values in apart]}


def kriging(bench: str, choice: argparse.Namespace, versions: dict, rows: list[str], keep) -> None:
    """Walker Lake by each, in turns, on one core and on both."""
    nodes, sill = KRIGED["columns"] * KRIGED["rows"], KRIGED["nugget"] + KRIGED["partial_sill"]
    asked, out = (HOMES / f"kriging_{os.getpid()}_{name}" for name in ("asked.json", "ours.bin"))
    samples = str(ROOT / "data" / "deposit" / "isaaks1989_walker_lake.csv")
    for cores, (shape, nearest, octant, first) in itertools.product(choice.cores, GROUNDS):
        if ("all" if nearest is None else "nearest") not in choice.neighbourhood:
            continue
        before = ONE_CORE if cores == "one" else []
        asked.write_text(json.dumps(KRIGED | {"first": first, "samples": samples, "shape": shape, "nearest": nearest, "octant": octant}))
        told = "all 470" if nearest is None else f"{nearest} nearest" + (f", {octant} a quadrant" if octant else "")
        command = [bench, samples, shape, *map(str, KRIGED.values()), str(first), str(nearest or "all"), str(octant or "none"), "3", str(out)]
        best: dict = {}
        theirs: dict[tuple[str, ...], dict] = {}
        for turn in range(choice.rounds):
            for way in ways(nearest, octant):
                known = theirs.get(way, {})
                if known.get("ended") or known.get("seconds", 0.0) > LONG:
                    continue
                # Ours before each of theirs, so that both meet the same machine.
                run = subprocess.run([*before, *command], capture_output=True, text=True, check=True)
                ours = json.loads(run.stdout)
                best = {key: min(ours[key], best.get(key, float("inf"))) for key in ours}
                found = kriged_by(way, asked, lists(out, nodes), choice.cap, before)
                versions |= found.get("versions", {})
                for key in ("seconds", "cpu_seconds"):
                    found |= {key: min(found[key], known.get(key, found[key]))} if key in found else {}
                theirs[way] = found
            say(f"{shape}, {told}, cores: {cores}, turn {turn + 1}: ours {seconds(best['seconds'])}")
        head = f"| {shape} | {told} | {cores} |"
        rows.append(f"{head} ours | {seconds(best['seconds'])} | {seconds(best['cpu_seconds'])} | {best['peak_mb']:.0f} MB | | | 1 | 1 |")
        for way, found in theirs.items():
            if "ended" in found:
                rows.append(f"{head} {' '.join(way)} | {found['ended']} | | | | | no ratio: no answer | |")
                continue
            ratios = (found[key] / best[key] for key in ("seconds", "cpu_seconds"))
            same = all(apart <= SAME_KRIGED * sill for apart in found["apart"])
            verdict = "**{:.3g}** | {:.3g}".format(*ratios) if same else "no ratio: not the same answer |"
            rows.append(
                f"{head} {way[0]}, {found['how']} | {seconds(found['seconds'])} | {seconds(found['cpu_seconds'])} "
                f"| {found['peak_mb']:.0f} MB ({found['imported_mb']:.0f}) | {found['apart'][0]:.1e} "
                f"| {found['apart'][1]:.1e} ({found['nodes']}) | {verdict} |"
            )
            say("  " + rows[-1])
        keep()


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
    asked.add_argument("what", choices=["sections", "plant", "kriging"], help="what is solved")
    asked.add_argument("--stages", type=int, nargs="+", default=[4, 8, 10, 20], help="sections to solve")
    asked.add_argument("--cores", nargs="+", choices=["one", "both"], default=["one", "both"], help="on which kriging is asked")
    asked.add_argument("--neighbourhood", nargs="+", choices=["all", "nearest"], default=["all", "nearest"], help="of kriging")
    asked.add_argument("--bench", help="our program for kriging, if it is built already")
    asked.add_argument("--rounds", type=int, default=3, help="turns each takes at kriging; the best counts")
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
    elif choice.what == "kriging":
        bench = choice.bench or built(["bench", "--no-run", "-q", "--bench", "krige"], "bench", "krige")
        head = [
            "470 samples of V (`data/deposit/isaaks1989_walker_lake.csv`) onto 260 × 300 nodes a metre apart; ordinary kriging, estimate and variance; "
            f"range {KRIGED['range']:.0f} m (the practical one of the exponential), nugget {KRIGED['nugget']:.0f} and {KRIGED['partial_sill']:.0f} above it. "
            "Timed from samples, model and neighbourhood to all estimates and variances: reading, imports and writing are not counted. "
            f"Each takes {choice.rounds} turns, ours before each of theirs (what takes more than {LONG:.0f} s takes one), and its best counts; ours is the best of "
            "three calls a turn, its processor time their mean. Memory is the most the process held (in brackets, what it held after imports). "
            f"The same answer: estimate and variance of every node within {SAME_KRIGED:.0e} of the sill; where the last sample that speaks and the next are "
            "equally far off either may be right, and such nodes are left out (in brackets: nodes compared). On one core each is pinned with "
            f"`{' '.join(ONE_CORE)}`. The ratio is their time over ours; that of work, their processor time over ours, is disturbed least by a busy machine. "
            "GSTools knows no neighbourhood but all samples; PyKrige's neighbourhood knows no quadrants (asked of nodes half a metre off, none of them in line with a sample).",
            "",
            "| model | samples | cores | program | time | processor time | memory | estimate apart | variance apart | ratio | ratio of work |",
            "| --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        rows: list[str] = []
        kriging(bench, choice, versions, rows, lambda: write("Walker Lake kriged", [*head, *rows, ""]))
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
