"""The University of Kentucky plant by PrOMMiS. Prints one JSON line: times, versions, recoveries."""

import contextlib
import io
import json
import logging
import time
from importlib.metadata import version

import ipopt_bridge

ipopt_bridge.install()
started = time.perf_counter()
from prommis.uky import uky_flowsheet as uky

imported = time.perf_counter() - started
logging.disable(logging.WARNING)


def main() -> None:
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet):
        marks = [time.process_time()]
        model = uky.build()
        uky.set_operating_conditions(model)
        uky.set_scaling(model)
        marks.append(time.process_time())
        uky.initialize_system(model)
        marks.append(time.process_time())
        result = uky.solve_system(model)
        uky.fix_organic_recycle(model)
        marks.append(time.process_time())
        uky.add_result_expressions(model)
        uky.display_results(model)
    lines = [line.split() for line in quiet.getvalue().splitlines()]
    recoveries = {
        words[1]: float(words[4]) for words in lines if words[:1] == ["Overall"] and words[2:4] == ["recovery", "is"]
    }
    build, initialise, solve = (b - a for a, b in zip(marks, marks[1:]))
    answer = {
        "seconds": marks[-1] - marks[0],
        "build_seconds": build,
        "initialise_seconds": initialise,
        "solve_seconds": solve,
        "import_seconds": imported,
        "bridge": ipopt_bridge.overhead,
        "ended": str(result.solver.termination_condition),
        "versions": {name: version(name) for name in ("prommis", "idaes-pse", "pyomo", "casadi")},
        "recoveries": recoveries,
    }
    print(json.dumps(answer), flush=True)


main()
