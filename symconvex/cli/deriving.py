"""The work behind `symconvex derive`: closed forms for any size, or entries at one."""

import sys
from collections.abc import Iterator, Mapping

from symconvex.cli import screen
from symconvex.problem import Problem


def closed_derived(problem: Problem, form: str) -> str:
    """The derivatives for any size, in matrix form."""
    from symconvex.calculus.closed.derivation import derive
    from symconvex.formats import derivatives, text

    derivation = derive(problem)
    match form:
        case "latex":
            return derivatives.closed_latex(derivation)
        case "python":
            return derivatives.closed_python(derivation)
        case "json":
            return _json(derivatives.closed_json(derivation))
        case _:
            return text.page(derivation, unicode=_draws_letters()) + "\n"


def entries_derived(problem: Problem, sizes: Mapping[str, int], form: str) -> Iterator[str]:
    """Every entry of the derivatives at a size, in parts, since all of it may be long."""
    from symconvex.calculus.program.entries import entries
    from symconvex.formats import derivatives

    found = entries(problem, sizes)
    match form:
        case "latex":
            yield derivatives.entries_latex(found)
        case "python":
            yield from derivatives.entries_python(found)
        case "json":
            yield from derivatives.entries_json(found)
        case _:
            yield from derivatives.entries_text(found)


def _draws_letters() -> bool:
    """A terminal gets Greek letters; a file or a pipe gets NumPy syntax."""
    return sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower()


def _json(fields: Mapping[str, object]) -> str:
    return screen.json_text(fields) + "\n"
