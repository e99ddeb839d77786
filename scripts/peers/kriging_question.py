"""What the peers of kriging share: the question as they read it, a clock, memory, and the answer as it is written."""

import array
import csv
import json
import resource
import sys
import time
from importlib.metadata import version


def held_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


class Question:
    """Samples, model, neighbourhood, nodes; read from the file that the command names first."""

    def __init__(self, started: float):
        self.import_seconds = time.perf_counter() - started
        asked = json.load(open(sys.argv[1], encoding="utf-8"))
        self.shape, self.range = asked["shape"], asked["range"]
        self.nugget, self.partial = asked["nugget"], asked["partial_sill"]
        self.nearest, self.octant = asked["nearest"], asked["octant"]
        self.columns, self.rows = asked["columns"], asked["rows"]
        self.first = asked["first"]
        self.out = sys.argv[2]
        with open(asked["samples"], encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        self.x, self.y, self.v = ([float(row[key]) for row in rows] for key in ("x", "y", "v"))
        self.imported_mb = held_mb()

    def solve(self, how: str, packages: list[str], run) -> None:
        """Times `run` of nothing, which answers estimates and variances, row after row from south to north."""
        start, start_cpu = time.perf_counter(), time.process_time()
        estimate, variance = run()
        wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
        peak_mb = held_mb()
        with open(self.out, "wb") as file:
            for values in (estimate, variance):
                array.array("d", [float(value) for value in values]).tofile(file)
        answer = {
            "seconds": wall,
            "cpu_seconds": cpu,
            "import_seconds": self.import_seconds,
            "imported_mb": self.imported_mb,
            "peak_mb": peak_mb,
            "versions": {name: version(name) for name in packages},
            "how": how,
        }
        print(json.dumps(answer), flush=True)
