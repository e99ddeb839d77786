"""Walker Lake by PyKrige: `kriging_pykrige.py QUESTION OUT BACKEND`."""

import sys
import time

started = time.perf_counter()
import numpy as np
from pykrige.ok import OrdinaryKriging

from kriging_question import Question


def main() -> None:
    question, backend = Question(started), sys.argv[3]
    parameters = {"psill": question.partial, "range": question.range, "nugget": question.nugget}
    x, y, v = map(np.array, (question.x, question.y, question.v))
    across, along = (question.first + np.arange(float(count)) for count in (question.columns, question.rows))

    def run():
        kriging = OrdinaryKriging(x, y, v, variogram_model=question.shape, variogram_parameters=parameters)
        estimate, variance = kriging.execute("grid", across, along, backend=backend, n_closest_points=question.nearest)
        return np.asarray(estimate).ravel(), np.asarray(variance).ravel()

    question.solve(f"backend {backend}", ["PyKrige", "numpy", "scipy"], run)


main()
