"""The work behind `symconvex derive`: closed forms for any size, or entries at one."""

import sys
from collections.abc import Iterable, Mapping

from symconvex import formats
from symconvex.problem import Problem


def closed_derived(problem: Problem, form: str) -> str:
    """The derivatives for any size, in matrix form."""
    from symconvex.calculus.closed.derivation import derive

    shown = formats.find(form)
    return (shown.drawn if shown.drawn is not None and _draws_letters() else shown.closed)(derive(problem))


def entries_derived(problem: Problem, sizes: Mapping[str, int], form: str) -> Iterable[str]:
    """Every entry of the derivatives at a size, in parts, since all of it may be long."""
    from symconvex.calculus.program.entries import entries

    return formats.find(form).entries(entries(problem, sizes))


def _draws_letters() -> bool:
    """A terminal gets Greek letters; a file or a pipe gets NumPy syntax."""
    return sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower()
