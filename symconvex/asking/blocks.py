"""One block of the parameters, while the others are data: is the loss convex in each block by itself?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.decide import on_domain
from symconvex.errors import LossError
from symconvex.language.equations import tied
from symconvex.problem import Expr, Problem, Symbol

ONE, MINUS = Fraction(1), Fraction(-1)


@dataclass(frozen=True, slots=True)
class Held:
    """The problem in some of the parameters, for all values of the others.

    names     the parameters of the block
    wider     the others range over more than the domain: what is shown for some of them only says nothing
    """

    names: tuple[str, ...]
    problem: Problem
    wider: bool


def blocks(problem: Problem, groups: Sequence[Sequence[str]] = ()) -> Iterator[Held]:
    """A block for each group of names; without groups each parameter is one.

    Conditions that say of a name by itself that it is > 0, >= 0 or between 0 and 1 become its set, others that speak of
    no parameter of the block are left out.

    Fails    LossError unless every parameter is in one group, and when an equation ties the parameters
    """
    if tied(problem):
        raise LossError(
            "blocks do not apply: an equation ties the parameters",
            where=problem.text[:200],
            expected="blocks that move while the others are fixed",
            got=", ".join(tied(problem)),
            hint="leave the equation out, or ask for convexity without blocks",
        )
    problem = on_domain(problem)
    names = [symbol.name for symbol in problem.parameters]
    groups = [tuple(group) for group in groups] or [(name,) for name in names]
    if sorted(name for group in groups for name in group) != sorted(names):
        raise LossError(
            "the blocks are no partition of the parameters",
            where="; ".join(", ".join(group) for group in groups)[:200],
            expected=f"each of {', '.join(names)} in one block",
            got="a name in none, or in two",
            hint="one --wrt for each block: --wrt W,b --wrt v",
        )
    for group in groups:
        yield _block(problem, tuple(group))


def _block(problem: Problem, names: tuple[str, ...]) -> Held:
    moving = tuple(symbol for symbol in problem.parameters if symbol.name in names)
    fixed = tuple(_in_its_set(symbol, problem) for symbol in problem.parameters if symbol.name not in names)
    strict, closed = (tuple(c for c in cs if _speaks(c, names)) for cs in (problem.positive, problem.nonneg))
    told = {c for symbol in fixed for c in _said(symbol)}
    rest = [c for c in (*problem.positive, *problem.nonneg) if not _speaks(c, names)]
    asked = replace(problem, parameters=moving, data=(*problem.data, *fixed), positive=strict, nonneg=closed)
    return Held(names, asked, any(c not in told for c in rest))


def _in_its_set(symbol: Symbol, problem: Problem) -> Symbol:
    """The symbol with the narrowest set that the conditions give it."""
    for within in ("unit", "positive", "nonnegative"):
        said, given = _said(replace(symbol, within=within)), (*problem.positive, *problem.nonneg)
        if all(c in given for c in said) and (within == "nonnegative" or all(c in problem.positive for c in said)):
            return replace(symbol, within=within)
    return symbol


def _said(symbol: Symbol) -> tuple[Expr, ...]:
    """The conditions that a set stands for."""
    here = Expr("name", (), symbol.name, symbol.shape)
    one, minus = (Expr("number", (), number, ()) for number in (ONE, MINUS))
    below = Expr("add", (one, Expr("mul", (minus, here), None, symbol.shape)), None, symbol.shape)
    return {"positive": (here,), "nonnegative": (here,), "unit": (here, below)}.get(symbol.within, ())


def _speaks(expr: Expr, names: tuple[str, ...]) -> bool:
    return (expr.op == "name" and expr.value in names) or any(_speaks(arg, names) for arg in expr.args)
