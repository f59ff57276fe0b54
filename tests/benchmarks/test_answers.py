"""Is it convex, yes or no? SymPy, CVXPY and symconvex on the functions of the corpus: `pytest tests/benchmarks/test_answers.py -s`.

Every function is asked for all its parameters. SymPy answers by `is_convex`; CVXPY by the curvature of the expression,
with its atoms where the formula is one of them in other words (`atoms.py`), over variables that have the signs of the
domain, where concave and not affine is a no; symconvex by its verdict. What raises, says that it does not know or takes more than ten seconds is unknown.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import reduce
from statistics import median
from typing import Any

import pytest
import sympy
from benchmarks.atoms import expression
from support.corpus import functions
from sympy.calculus.util import is_convex

import symconvex as sc
from symconvex.deadline import OutOfTime, time_limit

SECONDS = 10
Row = Mapping[str, Any]
Answer = bool | None


def truth(row: Row) -> bool:
    """Convex for all parameters, on the domain."""
    return row["truth"]["verdict"] in ("convex", "affine")


def signs(row: Row) -> dict[str, str]:
    """What the domain and the sets say of a single name."""
    words = {" > 0": "positive", " >= 0": "nonnegative", " < 0": "negative"}
    said = {name: word for name in row["wrt"] for sign, word in words.items() if f"{name}{sign}" in row["where"]}
    return {**said, **row["sets"]}


def by_sympy(row: Row) -> Answer:
    """is_convex, on the interval of the domain where there is one variable."""
    said = signs(row)
    known = {"positive": {"positive": True}, "nonnegative": {"nonnegative": True}, "negative": {"negative": True}}
    symbols = {
        name: sympy.Symbol(name, real=True, **known.get(said.get(name, ""), {})) for name in [*row["wrt"], *row["sets"]]
    }
    words = {"abs": sympy.Abs, "max": sympy.Max, "min": sympy.Min, "lgamma": sympy.loggamma}
    expr = sympy.parse_expr(row["loss"], local_dict={**symbols, **words})
    variables = [symbols[name] for name in row["wrt"]]
    if len(variables) > 1:
        return _known(is_convex(expr, *variables))
    line = sympy.Symbol(row["wrt"][0], real=True)
    conditions = [sympy.parse_expr(text, local_dict={row["wrt"][0]: line}).as_set() for text in row["where"]]
    domain = reduce(sympy.Intersection, conditions, sympy.S.Reals)
    return _known(is_convex(expr.subs(variables[0], line), line, domain=domain))


def _known(found: object) -> Answer:
    return None if found is None else bool(found)


def by_cvxpy(row: Row) -> Answer:
    """The curvature that the rules of disciplined convex programming give, with the atoms that fit."""
    import cvxpy as cp

    said = signs(row)
    flags = {"positive": {"pos": True}, "nonnegative": {"nonneg": True}, "negative": {"neg": True}}
    names = {name: cp.Variable(name=name, **flags.get(said.get(name, ""), {})) for name in row["wrt"]}
    names |= {name: cp.Parameter(name=name, **flags.get(said.get(name, ""), {})) for name in row["sets"]}
    expr = expression(row["loss"], names)
    return True if expr.is_convex() else False if expr.is_concave() else None


def by_symconvex(row: Row) -> Answer:
    """The verdict."""
    verdict = sc.prove(row["loss"], wrt=row["wrt"], sets=row["sets"], where=row["where"], budget=SECONDS)
    if verdict.answer in ("convex", "affine"):
        return True
    refuted = verdict.answer in ("neither", "not convex", "concave") or verdict.witness is not None
    return False if refuted else None


def asked(answer: Callable[[Row], Answer], row: Row) -> tuple[str, float]:
    """right, wrong or unknown, and the seconds that it took."""
    started = time.monotonic()
    try:
        with time_limit(SECONDS + 1):
            found = answer(row)
    except (OutOfTime, Exception):  # noqa: BLE001 - whatever a library raises, it has no answer
        found = None
    outcome = "unknown" if found is None else "right" if found == truth(row) else "wrong"
    return outcome, time.monotonic() - started


@pytest.mark.filterwarnings("ignore")
def test_who_answers_what() -> None:
    pytest.importorskip("cvxpy")
    print(f"\n{'':<12}{'right':>8}{'wrong':>8}{'unknown':>9}{'median ms':>11}{'seconds':>9}")
    counts = {}
    for name, answer in (("SymPy", by_sympy), ("CVXPY", by_cvxpy), ("symconvex", by_symconvex)):
        told = [asked(answer, row) for row in functions()]
        counts[name], times = Counter(outcome for outcome, _ in told), [seconds for _, seconds in told]
        right, wrong, unknown = (counts[name][word] for word in ("right", "wrong", "unknown"))
        print(f"{name:<12}{right:>8}{wrong:>8}{unknown:>9}{1000 * median(times):>11.1f}{sum(times):>9.1f}")
    assert counts["symconvex"]["wrong"] == 0
    assert counts["symconvex"]["right"] > max(counts["SymPy"]["right"], counts["CVXPY"]["right"])
