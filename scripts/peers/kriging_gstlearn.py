"""Walker Lake by gstlearn: `kriging_gstlearn.py QUESTION OUT [tree]`; all samples, or the nearest, by octants where asked."""

import sys
import time

started = time.perf_counter()
import gstlearn as gl
import numpy as np

from kriging_question import Question


def main() -> None:
    question = Question(started)
    tree = "tree" in sys.argv[3:]
    shapes = {"spherical": gl.ECov.SPHERICAL, "exponential": gl.ECov.EXPONENTIAL}

    def run():
        samples = gl.Db.create()
        samples.addColumns(np.array(question.x), "x", gl.ELoc.X, 0)
        samples.addColumns(np.array(question.y), "y", gl.ELoc.X, 1)
        samples.addColumns(np.array(question.v), "v", gl.ELoc.Z)
        nodes = gl.DbGrid.create(nx=[question.columns, question.rows], dx=[1.0, 1.0], x0=[question.first] * 2)
        # Its practical range is 2.995732 lengths of the exponential; ours is 3.
        length = question.range * (2.995732 / 3.0 if question.shape == "exponential" else 1.0)
        model = gl.Model.createFromParam(gl.ECov.NUGGET, 0.0, question.nugget)
        model.addCovFromParam(shapes[question.shape], length, question.partial)
        model.setDriftIRF(0)
        if question.nearest is None:
            near = gl.NeighUnique.create()
        else:
            sectors, of_sector = (4, question.octant) if question.octant else (1, gl.ITEST)
            near = gl.NeighMoving.create(
                nmaxi=question.nearest, radius=1e6, nmini=1, nsect=sectors, nsmax=of_sector, useBallTree=tree
            )
        if gl.kriging(samples, nodes, model, near, True, True, False) != 0:
            raise SystemExit("gstlearn says that kriging failed")
        estimate = nodes.getColumn("Kriging.v.estim")
        deviation = nodes.getColumn("Kriging.v.stdev")
        return estimate, np.square(deviation)

    name = "unique" if question.nearest is None else "moving"
    question.solve(f"{name} neighbourhood{', ball tree' if tree else ''}", ["gstlearn", "numpy"], run)


main()
