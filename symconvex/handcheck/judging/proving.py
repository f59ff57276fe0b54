"""Shown for all sizes by the kernel: equations by normal form, convexity by an accepted certificate."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from symconvex.handcheck.formula.tree import Node
from symconvex.handcheck.meaning import calls, products, ranges
from symconvex.handcheck.meaning.declare import problem_of
from symconvex.handcheck.meaning.matrices import ANY, Index, Matrix, Mismatch
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.symbolic import NotSymbolic, Symbolic, are_equal
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.comparing import EQUAL, any_fitted, has_constant
from symconvex.kernel.term import Malformed, Refused

if TYPE_CHECKING:
    from symconvex.verdict import Decided

BUDGET = 6.0
NAME = re.compile(r"[A-Za-z]\w*\Z")


def is_proven(setting: Setting, left: Node, sign: str, right: Node, beside: tuple[Node, ...] = ()) -> bool:
    """Does the kernel show the equation for all sizes and all data?"""
    if sign not in EQUAL or has_constant(left) or has_constant(right):
        return False
    full = setting.full()
    algebra = Symbolic(full)
    env = Env(setting.world(algebra, full))
    try:
        env = calls.localised((left, right, *beside), env)
        for letter in dict.fromkeys(x for node in (left, right) for x in ranges.unbound(node, env)):
            size = ranges.range_of(letter, (left, right, *beside), env)
            if not isinstance(size, str):
                return False
            env = env.binding(letter, f"f_{letter}", size)
        return _proven_entries(env.value(left), env.value(right), algebra) and not algebra.kinked
    except (Unknown, Mismatch, NotSymbolic, Refused, Malformed, ValueError, TypeError, ZeroDivisionError):
        return False


def _proven_entries(first: Matrix, second: Matrix, algebra: Symbolic) -> bool:
    a = products.fitted(first, second) if first.is_scalar and _is_zero(first, algebra) else first
    b = products.fitted(second, first) if second.is_scalar and _is_zero(second, algebra) else second
    a, b = any_fitted(a, b), any_fitted(b, a)
    if (a.rows, a.cols) != (b.rows, b.cols) or ANY in (a.rows, a.cols):
        return False
    return all(
        are_equal(a.at(i, j), b.at(i, j), algebra) for i in _places(a.rows, "p_r") for j in _places(a.cols, "p_c")
    )


def _is_zero(a: Matrix, algebra: Symbolic) -> bool:
    return are_equal(a.at(0, 0), algebra.number(Fraction(0)), algebra)


def _places(size: int | str, name: str) -> list[Index]:
    return list(range(size)) if isinstance(size, int) else [name]


def ask_prover(setting: Setting, wrt: tuple[str, ...]) -> "Decided | None":
    """What is shown of the declared loss. Only an accepted certificate answers."""
    from symconvex.decide import decide
    from symconvex.errors import SymconvexError
    from symconvex.verdict import Decided

    try:
        problem = problem_of(setting.declared, wrt)
        verdict = decide(problem, budget=BUDGET) if problem is not None else None
    except SymconvexError:
        return None
    return verdict if isinstance(verdict, Decided) else None


def says(verdict: "Decided | None", kind: str, conditions: tuple[str, ...] = ()) -> bool | None:
    """Does the prover show the loss to be convex, strictly convex or strongly convex, or that it is not?

    `conditions` are those of the claim; a negative answer counts only where there are none.
    """
    if verdict is None or verdict.answer not in ("convex", "affine", "neither", "concave"):
        return None
    if verdict.answer in ("neither", "concave"):
        return None if conditions else False
    match kind:
        case "convex":
            return True
        case "strictly convex exactly":
            return (verdict.strict_when is not None and (_spelled(verdict.strict_when),) == conditions) or None
        case "strictly convex":
            shown = verdict.strict or (verdict.strict_when is not None and _spelled(verdict.strict_when) in conditions)
            never = verdict.strict is False and not conditions
        case _:
            shown = verdict.modulus is not None and verdict.modulus_when is None and bool(NAME.match(verdict.modulus))
            never = verdict.modulus is None and "modulus" in verdict.exact and not conditions
    return True if shown else False if never else None


def _spelled(condition: str) -> str:
    """rank(X) == d as a derivation is rendered."""
    return condition.replace("==", "=")
