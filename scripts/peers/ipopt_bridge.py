"""An Ipopt for Pyomo from what PyPI has: the Ipopt inside CasADi's wheel, called in this process.

Pyomo writes a model to a file and runs `ipopt` on it; `bridge` stands in for that run. What it costs beyond
Ipopt itself (reading the file, building CasADi's functions) is kept in `overhead`, so that it can be taken off
the peer's time.
"""

import pathlib
import subprocess
import sys
import time

import casadi

overhead = {"seconds": 0.0, "ipopt_seconds": 0.0, "solves": 0}
CODES = {
    "Solve_Succeeded": 0,
    "Solved_To_Acceptable_Level": 100,
    "Infeasible_Problem_Detected": 200,
    "Maximum_Iterations_Exceeded": 400,
}
# Options of solvers that CasADi's wheel does not carry, or of the file interface alone.
DROPPED = ("ma27", "ma57", "wantsol", "halt_on_ampl_error", "outlev", "linear_solver")


def number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def options_of(words):
    options = {}
    for word in words:
        if "=" not in word:
            continue
        key, value = word.split("=", 1)
        if key == "option_file_name":
            lines = pathlib.Path(value.strip('"')).read_text(encoding="utf-8").splitlines()
            options |= dict(line.split(None, 1) for line in lines if line.strip())
        else:
            options[key] = value
    kept = {key: number(value.strip().strip('"')) for key, value in options.items() if not key.startswith(DROPPED)}
    return kept | {"linear_solver": "mumps"}


def solve(model, words):
    begin = time.process_time()
    problem = casadi.NlpBuilder()
    problem.import_nl(model)
    unknowns, constraints = casadi.vertcat(*problem.x), casadi.vertcat(*problem.g)
    solver = casadi.nlpsol(
        "solver",
        "ipopt",
        {"x": unknowns, "f": problem.f, "g": constraints},
        {"ipopt": options_of(words), "print_time": False, "error_on_fail": False},
    )
    inside = time.process_time()
    answer = solver(
        x0=problem.x_init,
        lbx=problem.x_lb,
        ubx=problem.x_ub,
        lbg=problem.g_lb,
        ubg=problem.g_ub,
        lam_g0=problem.lambda_init,
    )
    ipopt_seconds = time.process_time() - inside
    status = solver.stats()["return_status"]
    code = CODES.get(status, 500)
    n, m = unknowns.numel(), constraints.numel()
    lines = ["", f"Ipopt: {'Optimal Solution Found' if code == 0 else status}", "", "Options"]
    lines += ["3", "1", "1", "0", str(m), str(m), str(n), str(n)]
    lines += [repr(-float(value)) for value in answer["lam_g"].full().ravel()]
    lines += [repr(float(value)) for value in answer["x"].full().ravel()]
    lines += [f"objno 0 {code}", ""]
    pathlib.Path(model[:-3] + ".sol").write_text("\n".join(lines), encoding="utf-8")
    overhead["seconds"] += time.process_time() - begin - ipopt_seconds
    overhead["ipopt_seconds"] += ipopt_seconds
    overhead["solves"] += 1


def install():
    """Puts the bridge where Pyomo would run the program; a stub on PATH answers for the version."""
    real = subprocess.run

    def run(words, *rest, **named):
        if isinstance(words, (list, tuple)) and len(words) > 1 and str(words[1]).endswith(".nl"):
            solve(words[1], words[2:])
            return subprocess.CompletedProcess(words, 0, "", "")
        return real(words, *rest, **named)

    subprocess.run = run
    sys.stdout.flush()
