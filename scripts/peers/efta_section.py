"""The saponified section by efta. Reads the inputs as JSON, prints one JSON line a solve."""

import json
import sys
import time
import warnings
from importlib.metadata import version

started = time.perf_counter()
from efta import reaction, reactions, solution
from efta.solventextraction import countercurrent

imported = time.perf_counter() - started
warnings.simplefilter("ignore")


def main() -> None:
    inputs = json.load(open(sys.argv[1], encoding="utf-8"))
    sweeps = int(sys.argv[2])
    stages = inputs["stages"]
    log_k = dict(inputs["log_k"])
    counter = log_k.pop("Na")
    equilibria = [
        reaction(f"{element}[3+] + 3H2A2(org) = {element}H3A6(org) + 3H[+]", 10.0**value)
        for element, value in log_k.items()
    ]
    equilibria.append(reaction("Na[+] + H2A2(org) = NaHA2(org) + H[+]", 10.0**counter))
    aqueous, organic = inputs["aqueous_l_per_s"], inputs["organic_l_per_s"]
    feed = {f"{element}[3+]": amount / aqueous for element, amount in inputs["feed_mol_s"].items()}
    feed["H[+]"] = inputs["feed_h_mol_s"] / aqueous
    base = inputs["organic_na_mol_s"]
    solvent = {
        "H2A2(org)": (inputs["organic_dimer_mol_s"] - base) / organic,
        "NaHA2(org)": base / organic,
    }
    battery = countercurrent(
        reactions(*equilibria),
        stages=stages,
        feed=solution(feed, volume=aqueous),
        organic=solution(solvent, volume=organic),
    )
    start, start_cpu = time.perf_counter(), time.process_time()
    battery.run(iter=sweeps) if sweeps else battery.run()
    wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    out = battery.outlets[stages]
    answer = {
        "seconds": min(wall, cpu),
        "wall_seconds": wall,
        "import_seconds": imported,
        "versions": {"efta": version("efta")},
        "how": f"{battery.n_iter} sweeps, its own test {'met' if battery.converged else 'not met'}",
        "ph": [float(battery[stage].outlets[1].pH) for stage in range(1, stages + 1)],
        "raffinate": {element: float(out.get(f"{element}[3+]")) * aqueous for element in log_k},
    }
    print(json.dumps(answer), flush=True)


main()
