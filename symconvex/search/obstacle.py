"""Why a loss is not convex by its parts: the smallest part at which the rules of composition end, and the rule.

    exp(-abs(x))     exp is convex and increasing: -abs(x) would have to be convex, and is concave by its parts
    x*y + x**2       x*y is a product of two factors that depend on the parameters

The rules are those of disciplined convex programming (Grant, Boyd & Ye 2006, sections 5 and 6). What breaks one is not
thereby shown to be anything: the sentence tells where to look, the verdict tells what is true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.draft import Draft, draft_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.lines import Lines
from symconvex.drafting.structure import Sides
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import Refused, Term
from symconvex.language import to_terms
from symconvex.language.printing import text_of
from symconvex.problem import Expr, Problem

WORK = 1_000_000
LONGEST = 120  # characters of a part that is printed
SIDE = {1: "convex", -1: "concave"}
CURVED = {"convex": 1, "concave": -1}
RISING = {"increasing": 1, "nondecreasing": 1, "decreasing": -1}
# Operations that keep convexity in each of their arguments.
ADDITIVE = ("add", "sum", "trace", "repeat", "entry", "stack", "transpose", "diagonal")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The part that would have to be convex (side 1) or concave (side -1), and why no rule says so."""

    part: Expr
    side: int
    reason: str

    def __str__(self) -> str:
        return f"the rules of composition end here: {self.reason}"


def obstacle(problem: Problem, side: int = 1) -> Obstacle | None:
    """Where the rules end on the way to a convex (side 1) or concave (side -1) loss; None when they do not end.

    Fails    never: what takes too much work has no obstacle that is known
    """
    draft = draft_of(problem)
    try:
        with bounded(WORK):
            return _Path(problem, draft, Sides(Lines(draft), frozenset(draft.parameters))).follow(problem.loss, side)
    except Refused:
        return None


@dataclass(frozen=True, slots=True)
class _Path:
    """The way from the whole loss down to the part that is to blame."""

    problem: Problem
    draft: Draft
    sides: Sides

    def follow(self, expr: Expr, side: int) -> Obstacle | None:
        if self._is(expr, side):
            return None
        if expr.op in ADDITIVE:
            return self._first(expr.args, side) or Obstacle(expr, side, f"no rule is known for {self._shown(expr)}")
        match expr.op:
            case "mul" | "matmul" | "div":
                return self._product(expr, side)
            case "pow":
                return self._power(expr, side)
            case "call":
                return self._function(expr, str(expr.value), side)
            case "max":
                return self._each(expr, side)
        return Obstacle(expr, side, f"no rule is known for {self._shown(expr)}")

    def _first(self, args: Sequence[Expr], side: int) -> Obstacle | None:
        """The first of them that is in the way."""
        return next((found for arg in args if (found := self.follow(arg, side)) is not None), None)

    def _product(self, expr: Expr, side: int) -> Obstacle:
        left, right = expr.args
        if self._moves(left) and self._moves(right):
            divided = expr.op == "div" or (right.op == "pow" and Fraction(str(right.value)) < 0)
            how = "quotient of two parts" if divided else "product of two factors"
            return Obstacle(expr, side, f"{self._shown(expr)} is a {how} that both depend on the parameters")
        if expr.op == "div" and self._moves(right):
            return self._inverse(expr, right, side)
        fixed, moving = (right, left) if expr.op == "div" or self._moves(left) else (left, right)
        sign = next((s for s in (1, -1) if self._has_sign(fixed, s)), None)
        if sign is None:
            return Obstacle(expr, side, f"the sign of the factor {self._shown(fixed)} is not known")
        return self.follow(moving, side * sign) or Obstacle(expr, side, f"no rule is known for {self._shown(expr)}")

    def _inverse(self, expr: Expr, base: Expr, side: int) -> Obstacle:
        if side > 0 and not self._has_sign(base, 1, strict=True):
            return Obstacle(base, side, f"{self._shown(base)}, by which is divided, is not seen to be positive")
        return (
            self._needs(expr, base, -1, "1/z is convex and decreasing for z > 0")
            if side > 0
            else self._bent(expr, 1, side)
        )

    def _power(self, expr: Expr, side: int) -> Obstacle:
        (base,), exponent = expr.args, Fraction(str(expr.value))
        name = f"z**{exponent}" if exponent.denominator == 1 else f"z**({exponent})"
        curved = -1 if 0 < exponent < 1 else 1
        if curved != side:
            return self._bent(expr, curved, side)
        if exponent % 2 == 0 and exponent > 0 and not self._has_sign(base, 1):
            if self._is(base, 1) and not self._is(base, -1):
                said = f"{name} falls for z < 0, and {self._shown(base)} is not seen to be >= 0"
                return Obstacle(base, side, said)
            return self._affine(expr, base, side, f"{name} is convex and not monotone")
        if not self._has_sign(base, 1, strict=exponent < 0):
            return Obstacle(
                base, side, f"{name} is {SIDE[side]} for z >= 0, and {self._shown(base)} is not seen to be >= 0"
            )
        way = -1 if exponent < 0 else 1
        how = "decreasing" if way < 0 else "increasing"
        return self._needs(expr, base, side * way, f"{name} is {SIDE[curved]} and {how} for z >= 0")

    def _function(self, expr: Expr, name: str, side: int) -> Obstacle:
        (inner,), known = expr.args, functions()[name]
        if CURVED.get(known.curvature) != side:
            if known.curvature in CURVED:
                return self._bent(expr, CURVED[known.curvature], side)
            return Obstacle(expr, side, f"{name} is neither convex nor concave, in {self._shown(expr)}")
        if known.monotone not in RISING:
            return self._affine(expr, inner, side, f"{name} is {known.curvature} and not monotone")
        return self._needs(
            expr, inner, side * RISING[known.monotone], f"{name} is {known.curvature} and {known.monotone}"
        )

    def _each(self, expr: Expr, side: int) -> Obstacle:
        if side < 0:
            return self._bent(expr, 1, side)
        return self._first(expr.args, side) or Obstacle(expr, side, f"no rule is known for {self._shown(expr)}")

    def _needs(self, expr: Expr, inner: Expr, side: int, rule: str) -> Obstacle:
        """The outer function wants a convex or concave argument."""
        if self._is(inner, side):
            return Obstacle(expr, side, f"{self._shown(expr)} is not seen to be defined")
        if self._is(inner, -side):
            have = f"{self._shown(inner)} would have to be {SIDE[side]}, and is {SIDE[-side]} by its parts"
            return Obstacle(inner, side, f"{rule}: {have}")
        return self.follow(inner, side) or Obstacle(
            inner, side, f"{rule}: {self._shown(inner)} is not {SIDE[side]} by its parts"
        )

    def _affine(self, expr: Expr, inner: Expr, side: int, rule: str) -> Obstacle:
        return Obstacle(expr, side, f"{rule}: {self._shown(inner)} would have to be affine")

    def _bent(self, expr: Expr, curved: int, side: int) -> Obstacle:
        """The outermost function is curved the other way."""
        name = str(expr.value) if expr.op == "call" else "max" if expr.op == "max" else "the power"
        if name == "max" and self._shown(expr).startswith("min"):  # which is read as a maximum of negatives
            name, curved, side = "min", -curved, -side
        said = f"{name} is {SIDE[curved]} where a {SIDE[side]} part is needed, in {self._shown(expr)}"
        return Obstacle(expr, side, said)

    # ---- what is known of a part -----------------------------------------------------------------

    def _is(self, expr: Expr, side: int) -> bool:
        return self.sides.side(self._term(expr), side) is not None

    def _has_sign(self, expr: Expr, sign: int, *, strict: bool = False) -> bool:
        term = self._term(expr)
        return self.sides.sign(term if sign > 0 else t.neg(term), strict=strict) is not None

    def _moves(self, expr: Expr) -> bool:
        return self.sides.moves(self._term(expr))

    def _term(self, expr: Expr) -> Term:
        symbols = (*self.problem.parameters, *self.problem.data)
        ((term, free),) = to_terms((expr,), symbols)
        for index, size in free.items():
            self.draft.indices.setdefault(index, size)
        return term

    def _shown(self, expr: Expr) -> str:
        """The part as it was typed, where it was; else as it is printed."""
        typed = self.problem.text[slice(*expr.span)]
        text = typed if typed.strip() else text_of(expr)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
