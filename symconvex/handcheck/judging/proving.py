"""Shown for all sizes by the kernel: equations by normal form, convexity by an accepted certificate."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symconvex.handcheck.formula.tree import Add, Name, Neg, Node, Product
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.asked import Shown
from symconvex.handcheck.judging.assumed import Assumed, assumed, injective
from symconvex.handcheck.judging.comparing import EQUAL, ZERO, any_fitted, has_constant
from symconvex.handcheck.judging.identities import contracted, same
from symconvex.handcheck.judging.inverses import (
    as_factors,
    cleared,
    has_inverse,
    inverted,
    normal_equations,
    vanishes_with,
)
from symconvex.handcheck.judging.orders import COLUMN, ROW, shown_nonneg, shown_psd
from symconvex.handcheck.meaning import calls, products, ranges
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.optima import is_everywhere, is_minimiser
from symconvex.handcheck.meaning.problems import problem_of
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.symbolic import term_of
from symconvex.handcheck.meaning.world import Algebra, Env, Unknown
from symconvex.handcheck.meaning.worlds import bare_env
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.values.matrices import ANY, Index, Matrix, Mismatch, NotSymbolic, Size
from symconvex.kernel import term as t
from symconvex.kernel.term import Malformed, Refused, Term

if TYPE_CHECKING:
    from symconvex.verdict import Decided

BUDGET = 6.0
NAME = re.compile(r"[A-Za-z]\w*\Z")


FAILS = (Unknown, Mismatch, NotSymbolic, Refused, Malformed, ValueError, TypeError, ZeroDivisionError)
STRICT = frozenset({"strictly_convex", "strongly_convex"})
WEAK = STRICT | {"convex", "affine"}
TURNED = {"<": ">", "<=": ">=", "prec": "succ", "preceq": "succeq"}


@dataclass(frozen=True, slots=True)
class Sides:
    """Two sides at symbolic sizes, what their free indices run over, and what is assumed."""

    first: Matrix
    second: Matrix
    places: Mapping[str, Size]
    env: Env
    under: Assumed

    def gap(self, i: Index, j: Index) -> Term:
        """An entry of the first side less that of the second, under what is assumed."""
        return self.under(t.sub(term_of(self.first.at(i, j)), term_of(self.second.at(i, j))))

    def vanishes(self, i: Index, j: Index) -> bool:
        """Is the entry the same on both sides, as it stands or under what is assumed?"""
        gap = t.sub(term_of(self.first.at(i, j)), term_of(self.second.at(i, j)))
        declared = self.declared
        return same(gap, t.ZERO, declared) or same(self.under(contracted(gap, declared)), t.ZERO, declared)

    @property
    def declared(self) -> Declared:
        """All names, and those that were made for what is assumed."""
        declared = self.env.world.declared
        made = {name: Named(name, within=within) for name, within in self.under.sets.items()}
        return replace(declared, names={**declared.names, **made})


def sides_of(
    setting: Setting, left: Node, right: Node, beside: tuple[Node, ...] = (), conditions: tuple[Node, ...] = ()
) -> Sides | None:
    """Both sides as formulas of one shape; None where there are none, or a derivative was taken at a kink."""
    env = calls.localised((left, right, *beside), bare_env(setting))
    places = dict[str, Size]()
    for letter in dict.fromkeys(x for node in (left, right) for x in ranges.unbound(node, env)):
        size = ranges.range_of(letter, (left, right, *beside), env)
        if not isinstance(size, str):
            return None
        places[f"f_{letter}"] = size
        env = env.binding(letter, f"f_{letter}", size)
    first, second = _fitted(env.value(left), env.value(right), env.algebra)
    if (first.rows, first.cols) != (second.rows, second.cols) or ANY in (first.rows, first.cols):
        return None
    under = assumed(conditions, env)
    for i, j in _entries(first):
        term_of(first.at(i, j)), term_of(second.at(i, j))
    left_over = {old: size for old, size in places.items() if old not in under.moved}
    return None if env.algebra.kinked else Sides(first, second, left_over, env, under)


def is_proven(
    setting: Setting,
    left: Node,
    sign: str,
    right: Node,
    beside: tuple[Node, ...] = (),
    conditions: tuple[Node, ...] = (),
) -> bool:
    """Does the kernel show the equation for all sizes and all data?"""
    if sign not in EQUAL or has_constant(left) or has_constant(right):
        return False
    if is_minimiser(left, setting):
        return is_everywhere(setting.declared) and _is_best(setting, right, conditions)
    try:
        sides = sides_of(setting, left, right, beside, conditions)
        if sides is None:
            return False
        return all(sides.vanishes(i, j) for i, j in _entries(sides.first))
    except FAILS:
        return _without_inverses(setting, left, right, beside, conditions)


MOST_INVERSES = 4


def _without_inverses(
    setting: Setting, left: Node, right: Node, beside: tuple[Node, ...], conditions: tuple[Node, ...]
) -> bool:
    """Is it shown after both sides are multiplied by what is inverted?"""
    left, right = (as_factors(_written_out(side, setting), bare_env(setting)) for side in (left, right))
    count = sum(inverted(part) is not None for side in (left, right) for part in walk(side))
    if not 0 < count <= MOST_INVERSES:
        return False

    def same_base(one: Node, other: Node) -> bool:
        return is_proven(setting, one, "=", other, beside, conditions)

    return any(is_proven(setting, a, "=", b, beside, conditions) for a, b in cleared(left, right, same_base))


def _written_out(side: Node, setting: Setting) -> Node:
    """A side that is a name for a formula with an inverse, as this formula."""
    found = setting.written.get(new_key(side)[0]) if isinstance(side, Name) else None
    return found[1] if found is not None and not found[0] and has_inverse(found[1]) else side


def _is_best(setting: Setting, right: Node, conditions: tuple[Node, ...]) -> bool:
    """Is M^-1 v the only minimiser: is the gradient a multiple of M w - v, and M the positive definite?"""
    found = normal_equations(as_factors(right, bare_env(setting)))
    if found is None or not is_ordered(setting, found[0], "succ", ZERO, (), conditions):
        return False
    gap = Add((Product((found[0], Name(setting.declared.parameters[0]))), Neg(found[1])))
    return is_gradient(setting, gap)


def is_gradient(setting: Setting, gap: Node) -> bool:
    """Is the gradient a multiple of the gap?"""

    def proves(left: Node, right: Node) -> bool:
        return is_proven(setting, left, "=", right)

    return vanishes_with(gap, setting.declared.sizes(), proves)


def is_ordered(
    setting: Setting,
    left: Node,
    sign: str,
    right: Node,
    beside: tuple[Node, ...] = (),
    conditions: tuple[Node, ...] = (),
) -> bool:
    """Does the prover show the order for all sizes and all data, entry by entry or of symmetric matrices?"""
    if sign in TURNED:
        left, sign, right = right, TURNED[sign], left
    if sign not in (">", ">=", *TURNED.values()):
        return False
    try:
        sides = sides_of(setting, left, right, beside, conditions)
        if sides is None:
            return False
        words, ranks = STRICT if sign in (">", "succ") else WEAK, injective(conditions, "", sides.env)
        if sign.startswith("succ") and not sides.first.is_scalar:
            return any(shown.says(words, ranks) for shown in _definite(sides))
        return all(any(shown.says(words, ranks) for shown in _nonneg(sides, i, j)) for i, j in _entries(sides.first))
    except FAILS:
        return False


def _definite(sides: Sides) -> Iterator[Shown]:
    size = sides.first.rows
    if size != sides.first.cols:
        return iter(())
    return shown_psd(sides.gap, size, dict(sides.places), sides.declared)


def _nonneg(sides: Sides, i: Index, j: Index) -> Iterator[Shown]:
    axes = {place: size for place, size in ((i, sides.first.rows), (j, sides.first.cols)) if isinstance(place, str)}
    return shown_nonneg(sides.gap(i, j), {**sides.places, **axes}, sides.declared)


def _fitted(a: Matrix, b: Matrix, algebra: Algebra) -> tuple[Matrix, Matrix]:
    first = products.fitted(a, b) if a.is_scalar and algebra.vanishes(a.value) else a
    second = products.fitted(b, a) if b.is_scalar and algebra.vanishes(b.value) else b
    return any_fitted(first, second), any_fitted(second, first)


def _entries(a: Matrix) -> list[tuple[Index, Index]]:
    return [(i, j) for i in _places(a.rows, ROW) for j in _places(a.cols, COLUMN)]


def _places(size: int | str, name: str) -> list[Index]:
    if size == 1:
        return [0]
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
