"""The saponified section by difflow_ree. Reads the inputs as JSON, prints one JSON line a solve."""

import json
import sys
import time
from importlib.metadata import version

started = time.perf_counter()
import jax

jax.config.update("jax_enable_x64", True)
from difflow.streams import get_flows, make_stream
from difflow_ree.equilibrium.saponification import SaponifiedParams, SaponifiedSection

imported = time.perf_counter() - started


def main() -> None:
    inputs = json.load(open(sys.argv[1], encoding="utf-8"))
    steps, repeats = int(sys.argv[2]), int(sys.argv[3])
    log_k = dict(inputs["log_k"])
    counter = log_k.pop("Na")
    organic, base = inputs["organic_l_per_s"], inputs["organic_na_mol_s"]
    monomer = 2.0 * inputs["organic_dimer_mol_s"]
    section = SaponifiedSection(
        SaponifiedParams(
            n_stages=inputs["stages"],
            extractant="PC88A",
            elements=tuple(log_k),
            aqueous_volumetric_flow=inputs["aqueous_l_per_s"],
            organic_volumetric_flow=organic,
            extractant_conc=monomer / organic,
            log10_K=log_k,
            saponification_log10_K=counter,
            saponification_degree=2.0 * base / monomer,
            n_continuation_steps=steps,
        )
    )
    feed = dict(inputs["feed_mol_s"])
    chloride = 3.0 * sum(feed.values()) + inputs["feed_h_mol_s"]
    feed |= {"H": inputs["feed_h_mol_s"], "Na": 0.0, "Cl": chloride, "H2O": 55.0}
    solvent = {"PC88A": monomer, "kerosene": 4.0, "Na_org": base}
    streams = [make_stream(flows, 298.15, 101325.0) for flows in (feed, solvent)]
    for repeat in range(repeats):
        start, start_cpu = time.perf_counter(), time.process_time()
        raffinate, _extract, info = section(*streams)
        ph = [float(value) for value in info["pH_profile"]]
        wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
        flows = get_flows(raffinate)
        answer = {
            "seconds": min(wall, cpu),
            "wall_seconds": wall,
            "import_seconds": imported,
            "versions": {"difflow": version("difflow"), "jax": version("jax")},
            "how": "first call" if repeat == 0 else "same call again",
            "ph": ph,
            "raffinate": {element: float(flows[element]) for element in log_k},
        }
        print(json.dumps(answer), flush=True)
        if ph[0] != ph[0]:
            return


main()
