"""The work behind `symconvex derive`: closed forms for any size, or entries at one."""

import sys
from collections.abc import Iterable, Mapping

import click

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


def check_entries(problem: Problem, sizes: Mapping[str, int]) -> int:
    """Say on stderr whether SymPy finds the same entries; the exit code."""
    from symconvex.bridges.sympy_check import agreement

    found = agreement(problem, sizes)
    if found.differ:
        lines = [f"differs from SymPy: {line}" for line in found.differ]
    elif found.points:
        agree = f"{found.entries} values agree with SymPy's own derivatives at {found.points} points"
        lines = [f"checked: {agree}, to 20 digits"]
    else:
        lines = ["not checked: no point was found at which every entry is a real number"]
    click.echo("\n".join(lines), err=True)
    return 1 if found.differ else 0 if found.points else 3


def _draws_letters() -> bool:
    """A terminal gets Greek letters; a file or a pipe gets NumPy syntax."""
    return sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower()
