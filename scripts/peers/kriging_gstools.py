"""Walker Lake by GSTools: `kriging_gstools.py QUESTION OUT cython|core THREADS`; no neighbourhood but all samples."""

import sys
import time

started = time.perf_counter()
import gstools

from kriging_question import Question


def main() -> None:
    question, engine, threads = Question(started), sys.argv[3], int(sys.argv[4])
    gstools.config.USE_GSTOOLS_CORE = engine == "core"
    gstools.config.NUM_THREADS = threads or None
    shapes = {"spherical": gstools.Spherical, "exponential": gstools.Exponential}
    # Its exponential is exp(-h/l): a third of the practical range.
    length = question.range / (3.0 if question.shape == "exponential" else 1.0)
    model = shapes[question.shape](dim=2, var=question.partial, len_scale=length, nugget=question.nugget)
    across, along = ([question.first + at for at in range(count)] for count in (question.columns, question.rows))

    def run():
        kriging = gstools.krige.Ordinary(model, [question.x, question.y], question.v, exact=True)
        estimate, variance = kriging.structured([across, along])
        return estimate.T.ravel(), variance.T.ravel()

    told = {"cython": "gstools-cython", "core": "gstools-core"}[engine]
    asked = "default threads" if threads == 0 else f"num_threads {threads}"
    question.solve(f"{told}, {asked}", ["gstools", "gstools-cython", "gstools-core", "numpy", "scipy"], run)


main()
