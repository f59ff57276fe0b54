"""Functions given by pieces, written without pieces: where(condition, a, b), Piecewise, a if c else b.

A switch at z = c x + r > 0, with a number c, from b to a that agree at x0 = -r/c, is

    where(z > 0, a, b)  =  b + (a - b) at x = (relu(z) - r)/c

since the right side is a where z > 0, and b elsewhere. Whether the pieces agree is decided by exact algebra, in which
all but sums, products, powers and functions of an entry counts as one number. A switch at |u| = s is two of them.

Fails    NotYet where the pieces are not shown to agree: a loss that jumps has no proof here
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isqrt

from symconvex.errors import NotYet, SymconvexError
from symconvex.language import nodes
from symconvex.language.canonical import aligned
from symconvex.language.choices import Label, Sign, Test, Whether, complement, test_of
from symconvex.language.entrywise import Algebra, inside, replaced
from symconvex.language.intervals import by_intervals, signs_of
from symconvex.language.place import Place
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr

Read = Callable[[ast.expr, Vocabulary], Expr]
POSITIVE = ("positive", "nonnegative", "unit", "count", "binary")


def chosen(pairs: Sequence[tuple[ast.expr, ast.expr | None]], read: Read, scope: Vocabulary, at: Place) -> Expr:
    """The value of the first pair whose condition holds; the last one holds always."""
    values = [read(value, scope) for value, _ in pairs]
    tests = [True if test is None else test_of(test, lambda part: read(part, scope), scope) for _, test in pairs]
    if tests[-1] is not True:
        before = tests[-2] if len(tests) > 1 else None
        if before is None or complement(before) != tests[-1]:
            raise NotYet(
                "the last piece has a condition",
                where=at.show(),
                expected="a value for everything else: Piecewise((a, x < 0), (b, True))",
                got="a formula that is undefined elsewhere",
                hint="give True for the last condition, and state the domain with where=[...] or --where",
            )
    switch = Switch(Algebra(read, scope), scope, at)
    tests = [*tests[:-1], True]
    for u in _inner_sums(tests):
        values = [aligned(value, u) for value in values]
    for u in _variables(tests):
        found = by_intervals(u, values, tests, _split, switch.moved, at)
        if found is not None:
            return found
    result = values[-1]
    for value, test in zip(reversed(values[:-1]), reversed(tests[:-1]), strict=True):
        result = switch.between(test, value, result)
    return result


class Switch:
    """Puts two pieces together."""

    def __init__(self, algebra: Algebra, scope: Vocabulary, at: Place) -> None:
        self.algebra, self.scope, self.at = algebra, scope, at

    def between(self, test: Test, yes: Expr, no: Expr) -> Expr:
        """yes where the test holds, else no."""
        match test:
            case bool():
                return yes if test else no
            case Whether("not", (inner,)):
                return self.between(inner, no, yes)
            case Whether("and", (first, *rest)):
                return self.between(first, self.between(Whether("and", tuple(rest)), yes, no) if rest else yes, no)
            case Whether("or", (first, *rest)):
                return self.between(first, yes, self.between(Whether("or", tuple(rest)), yes, no) if rest else no)
            case Label(weight):
                other = self.sum(nodes.number(1, self.at), nodes.neg(weight, self.at))
                return self.sum(nodes.mul(weight, yes, self.at), nodes.mul(other, no, self.at))
            case Sign(above):
                return self.at_sign(above, yes, no)
        raise TypeError(test)

    def sum(self, *parts: Expr) -> Expr:
        """The sum, without zeros."""
        kept = [part for part in parts if nodes.constant(part) != 0] or [nodes.number(0, self.at)]
        total = kept[0]
        for part in kept[1:]:
            total = nodes.add(total, part, self.at)
        return total

    def at_sign(self, z: Expr, yes: Expr, no: Expr) -> Expr:
        """yes where z > 0, else no, when the two agree where z = 0."""
        for way in (self._around, self._along):
            found = way(z, yes, no)
            if found is not None:
                return found
        raise self._jump()

    def _jump(self) -> NotYet:
        return NotYet(
            "the two sides of this condition are not shown to agree where it changes",
            where=self.at.show(),
            expected="one value on both sides, and a condition that is affine in one part of the formula",
            got="a jump there, or an agreement that exact algebra does not see",
            hint="write max(a, b), min(a, b), relu(x) or abs(x) where that is meant; what jumps has no proof here",
        )

    def _along(self, z: Expr, yes: Expr, no: Expr) -> Expr | None:
        """A switch along something that z is affine in."""
        if nodes.constant(yes) == 0:
            return self._along(nodes.neg(z, self.at), no, yes)
        for atom in _candidates(z):
            found = self.moved(z, atom, self.sum(yes, nodes.neg(no, self.at)))
            if found is not None:
                return self.sum(no, found)
        return None

    def moved(self, z: Expr, atom: Expr, gap: Expr) -> Expr | None:
        """The gap where z > 0 and 0 elsewhere, when it is 0 where z is, z being affine in the atom."""
        split = _split(z, atom)
        if split is None or split[0] == 0 or inside(atom, split[1]):
            return None
        scale, rest = split
        ramp, over = nodes.call("relu", z, self.at), nodes.number(1 / scale, self.at)
        try:
            border = replaced(gap, atom, nodes.mul(over, nodes.neg(rest, self.at), self.at), self.at)
            if not self.algebra.vanishes(border):
                return None
            place = nodes.mul(over, self.sum(ramp, nodes.neg(rest, self.at)), self.at)
            return self.algebra.in_powers(gap, atom, (over, rest), ramp, self.at) or replaced(gap, atom, place, self.at)
        except SymconvexError:
            return None

    def _around(self, z: Expr, yes: Expr, no: Expr) -> Expr | None:
        """A switch at |u| = s, s >= 0: one piece between -s and s, and another outside."""
        for atom in _candidates(z):
            u = _size_of(atom)
            split = None if u is None else _split(z, atom)
            if u is None or split is None or split[0] == 0 or inside(u, split[1]):
                continue
            border = self._root(nodes.mul(nodes.number(-1 / split[0], self.at), split[1], self.at), atom)
            if border is None or not self._is_nonnegative(border):
                continue
            within, beyond = (yes, no) if split[0] < 0 else (no, yes)
            sides = [self._side(u, border, within, beyond, sign) for sign in (1, -1)]
            if None not in sides:
                return self.sum(within, *(side for side in sides if side is not None))
        return None

    def _side(self, u: Expr, border: Expr, within: Expr, beyond: Expr, sign: int) -> Expr | None:
        """What is added where sign u > border."""
        gap = self.sum(beyond, nodes.neg(within, self.at))
        signed = u if sign > 0 else nodes.neg(u, self.at)
        gap = replaced(gap, Expr("call", (u,), "abs", u.shape), signed, self.at)
        return self.moved(self.sum(signed, nodes.neg(border, self.at)), u, gap)

    def _root(self, value: Expr, atom: Expr) -> Expr | None:
        """The value, or its root where the atom is a square."""
        if atom.op == "call":
            return value
        number = nodes.constant(value)
        if number is None:
            return value.args[0] if value.op == "pow" and value.value == 2 else None
        root = _exact_root(number)
        return None if root is None else nodes.number(root, self.at)

    def _is_nonnegative(self, expr: Expr) -> bool:
        number = nodes.constant(expr)
        if number is not None:
            return number >= 0
        match expr.op:
            case "name":
                return self.scope.symbols[str(expr.value)].within in POSITIVE
            case "add" | "mul":
                return all(map(self._is_nonnegative, expr.args))
            case "pow":
                return self._is_nonnegative(expr.args[0])
            case "call":
                return expr.value in ("abs", "exp", "relu", "softplus")
        return False


def _variables(tests: Sequence[Test]) -> list[Expr]:
    """What the first sign may be affine in, or affine in the size of."""
    signs = next((found for found in map(signs_of, tests) if found), [])
    atoms = list(_candidates(signs[0].above)) if signs else []
    return [size if (size := _size_of(atom)) is not None and atom.op == "call" else atom for atom in atoms]


def _inner_sums(tests: Sequence[Test]) -> list[Expr]:
    """Sums that the first sign is affine in, in their size or in their square."""
    return [u for atom in _variables(tests) for u in (_size_of(atom) or atom,) if u.op == "add"]


def _exact_root(number: Fraction) -> Fraction | None:
    """The root of a square of a rational number."""
    if number < 0:
        return None
    root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
    return root if root**2 == number else None


def _size_of(atom: Expr) -> Expr | None:
    """u where the atom is |u| or u**2."""
    if (atom.op == "call" and atom.value == "abs") or (atom.op == "pow" and atom.value == 2):
        return atom.args[0]
    return None


def _candidates(z: Expr) -> Iterator[Expr]:
    """What z may be affine in, the largest first."""
    waiting = [z]
    while waiting:
        part = waiting.pop(0)
        if part.op != "number":
            yield part
        if part.op in ("add", "mul"):
            waiting += part.args


def _split(z: Expr, atom: Expr) -> tuple[Fraction, Expr] | None:
    """z as a number times the atom plus a rest."""
    at = Place("", z.span)
    if z == atom:
        return Fraction(1), nodes.number(0, at)
    if not inside(atom, z):
        return Fraction(0), z
    if z.op == "add":
        left, right = (_split(arg, atom) for arg in z.args)
        if left is None or right is None:
            return None
        rests = [rest for _, rest in (left, right) if nodes.constant(rest) != 0] or [left[1]]
        return left[0] + right[0], rests[0] if len(rests) == 1 else nodes.add(rests[0], rests[1], at)
    factor = nodes.constant(z.args[0]) if z.op == "mul" else None
    inner = None if factor is None else _split(z.args[1], atom)
    if factor is None or inner is None:
        return None
    return factor * inner[0], nodes.mul(nodes.number(factor, at), inner[1], at)
