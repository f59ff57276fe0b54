"""Shown for all sizes by the kernel: equations by normal form, convexity by an accepted certificate."""

from fractions import Fraction

from symconvex.handcheck import calls, products, ranges
from symconvex.handcheck.comparing import EQUAL, any_fitted, has_constant
from symconvex.handcheck.declare import problem_of
from symconvex.handcheck.formula import Node
from symconvex.handcheck.matrices import ANY, Index, Matrix, Mismatch
from symconvex.handcheck.setting import Setting
from symconvex.handcheck.symbolic import NotSymbolic, Symbolic, are_equal
from symconvex.handcheck.world import Env, Unknown
from symconvex.kernel.term import Malformed, Refused

BUDGET = 1.5


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
        return _proven_entries(env.value(left), env.value(right), algebra)
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


def ask_prover(setting: Setting, wrt: tuple[str, ...]) -> bool | None:
    """Is the declared loss convex? Only an accepted certificate answers."""
    from symconvex.errors import SymconvexError
    from symconvex.verdict import Proved, Refuted, prove

    try:
        problem = problem_of(setting.declared, wrt)
    except SymconvexError:
        return None
    if problem is None:
        return None
    match prove(problem, budget=BUDGET):
        case Proved(answer="convex" | "affine"):
            return True
        case Refuted(answer="neither" | "concave"):
            return False
    return None
