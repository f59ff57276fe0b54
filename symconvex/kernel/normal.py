"""The exact normal form: two terms with the same normal form are equal wherever both are defined.

A normal form is a polynomial with rational coefficients in *atoms*: entries of symbols, deltas,
exponentials, inverses, roots, other functions, and finite sums. SPEC.md, section 4, has the rules and
why each is an identity. Equal normal forms prove equality. Different ones prove nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import flint

from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import FUNCTIONS, Z
from symconvex.kernel.polynomial import (
    ONE,
    UNIT,
    Mono,
    Number,
    Poly,
    bounded,
    content,
    divided,
    leading,
    plus,
    ratio,
    scaled,
    whole,
)
from symconvex.kernel.rewriting import kink, rewritten
from symconvex.kernel.statement import pick, require
from symconvex.kernel.sums import delta, total, written_out
from symconvex.kernel.term import Add, Budget, Delta, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term, TooLarge

MAX_KEY = 100_000
MAX_POWER = 256


@dataclass(slots=True)
class Normal:
    """Normal forms under fixed facts, with what was computed so far; none is changed after it is made."""

    facts: Facts
    budget: Budget
    atoms: dict[str, Term] = field(default_factory=dict)
    memo: dict[Term, Poly] = field(default_factory=dict)
    frees: dict[str, frozenset[str]] = field(default_factory=dict)
    insides: dict[str, tuple[Poly, Mono]] = field(default_factory=dict)

    def equal(self, left: Term, right: Term) -> bool:
        """Are the two shown to be equal?"""
        return left == right or not self.poly(t.sub(left, right))

    def mentions(self, term: Term, names: frozenset[str]) -> bool:
        """Does the normal form contain a symbol or function with one of these names?"""
        for key in dict.fromkeys(key for mono in self.poly(term) for key, _ in mono):
            self.budget.walk(self.atoms[key])
            if any(isinstance(part, Sym | Fn) and part.name in names for part in t.subterms(self.atoms[key])):
                return True
        return False

    def poly(self, term: Term) -> Poly:
        """The normal form of a term."""
        if term not in self.memo:
            try:
                self.memo[term] = self._poly(term)
            except RecursionError:
                raise TooLarge("the rewriting of a term does not end soon") from None
            self.budget.spend(5 + len(self.memo[term]) // 4)
        return self.memo[term]

    def _poly(self, term: Term) -> Poly:
        match term:
            case Num(value):
                return {UNIT: whole(value)} if value else {}
            case Sym(name, _) if name in self.facts.zero:
                return {}
            case Sym(name, indices) if name in self.facts.values and all(isinstance(i, int) for i in indices):
                return self.poly(Num(pick(self.facts.values[name], indices)))
            case Sym():
                return self.atom(term, 1)
            case Dim(size):
                return {UNIT: size} if isinstance(size, int) else self.atom(term, 1)
            case Delta(left, right):
                return delta(self, left, right)
            case Add(args):
                result: Poly = {}
                for arg in args:
                    plus(result, self.poly(arg), 1)
                return result
            case Mul(args):
                result = ONE
                for arg in args:
                    result = self.times(result, self.poly(arg))
                return result
            case Pow(Mul(args), e) if e < 0 and e.denominator == 1 and any(map(is_inverse, args)):
                return self.poly(Mul(tuple(Pow(b, r * e) for b, r in map(as_power, args))))
            case Pow(base, exponent):
                return self.power(self.poly(base), whole(exponent))
            case Sum(index, int(size), body) if self.facts.values:
                return written_out(self, index, size, body)
            case Sum(index, size, body):
                return total(self, index, size, self.poly(body))
            case Fn(name, args):
                return _function(self, name, [self.poly(arg) for arg in args])

    # ---- atoms -------------------------------------------------------------------------------

    def atom(self, atom: Term, exponent: Number) -> Poly:
        """One atom to a power, as it stands."""
        key = t.render(atom)
        self.budget.spend(2 + len(key) // 16)
        self.atoms[key] = atom
        return {((key, exponent),): 1}

    def term(self, poly: Poly) -> Term:
        """A term with this normal form, the same for equal polynomials."""
        self._short(key for mono in poly for key, _ in mono)
        return t.add(*(self.mono_term(mono, poly[mono]) for mono in sorted(poly)))

    def mono_term(self, mono: Mono, c: Number) -> Term:
        """A monomial with its coefficient as a term."""
        self._short(key for key, _ in mono)
        return t.mul(t.number(c), *(t.power(self.atoms[key], e) for key, e in mono))

    def _short(self, keys: Iterable[str]) -> None:
        length = sum(map(len, keys))
        if length > MAX_KEY:
            raise TooLarge(f"a part of the normal form is longer than {MAX_KEY} characters")
        self.budget.spend(length // 16)

    def free(self, key: str) -> frozenset[str]:
        """The free indices of an atom."""
        if key not in self.frees:
            self.frees[key] = t.free_indices(self.atoms[key])
        return self.frees[key]

    def inside(self, key: str) -> tuple[Poly, Mono]:
        """The normal form of the argument of an atom, and its leading monomial."""
        if key not in self.insides:
            poly = self.poly(t.children(self.atoms[key])[0])
            require(poly, "a division by zero")
            self.insides[key] = poly, leading(poly)
        return self.insides[key]

    # ---- products and powers -----------------------------------------------------------------

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product, in normal form."""
        if len(left) > len(right):
            left, right = right, left
        result: Poly = {}
        for a, c in left.items():
            for b, d in right.items():
                plus(result, self.changed(dict(a), dict(b)), c * d)
        return result

    def reduced(self, factors: Mapping[str, Number]) -> Poly:
        """A product of powers of atoms after the rewriting rules."""
        self.budget.spend(10 + 4 * len(factors))
        live = {key: e for key, e in factors.items() if e}
        for key, e in live.items():
            known = rewritten(self, key, e, live)
            if known is not None:
                return known
        return {tuple(sorted(live.items())): 1}

    def changed(self, live: Mapping[str, Number], change: Mapping[str, Number]) -> Poly:
        """The product times further powers."""
        merged = dict(live)
        for key, e in change.items():
            merged[key] = whole(merged.get(key, 0) + e)
        return self.reduced(merged)

    def power(self, base: Poly, e: Number) -> Poly:
        """A polynomial to a rational power."""
        if e == 0:
            return ONE
        if not base:
            require(e > 0, "a division by zero")
            return {}
        if len(base) == 1 and self._exponential(base):
            return self.reduced({key: whole(x * e) for key, x in next(iter(base))})
        if e > MAX_POWER or -e > MAX_POWER:
            raise TooLarge(f"a power of more than {MAX_POWER}")
        if e.denominator > 1:
            number = self.rational_root(base, e.denominator)
            if number is not None:
                return self.power({UNIT: number}, Fraction(e.numerator))
            (root,) = self.atom(Pow(self.term(base), Fraction(1, e.denominator)), e.numerator)
            return self.reduced(dict(root))
        if e < 0:
            return self._inverse(base, -e.numerator)
        result = ONE
        for _ in range(e.numerator):
            result = self.times(result, base)
        return result

    def rational_root(self, base: Poly, q: int) -> Number | None:
        """The q-th root of a positive number, where it is rational."""
        value = base.get(UNIT, 0)
        if len(base) != 1 or value <= 0:
            return None
        above, below = (int(flint.fmpz(part).root(q)) for part in (value.numerator, value.denominator))
        return whole(Fraction(above, below)) if Fraction(above**q, below**q) == value else None

    def _exponential(self, base: Poly) -> bool:
        """Is it a product of exponentials with coefficient one? Then any power acts on the exponents."""
        ((mono, c),) = base.items()
        return c == 1 and mono != UNIT and all(is_exp(self.atoms[key]) for key, _ in mono)

    def _inverse(self, base: Poly, e: int) -> Poly:
        """1 / base^e: its content as powers of atoms, the rest as one inverse atom with leading coefficient one."""
        common = content(base)
        rest = {divided(mono, common): c for mono, c in base.items()}
        outside = self.reduced({key: whole(-x * e) for key, x in common.items()})
        c = rest[leading(rest)]
        if len(rest) > 1:
            inverse = self.atom(Pow(self.term(scaled(rest, ratio(1, c))), Fraction(-1)), e)
            outside = self.times(outside, inverse)
        return scaled(outside, bounded(ratio(1, c**e)))


def is_inverse(factor: Term) -> bool:
    """Is it written as a negative power?"""
    return isinstance(factor, Pow) and factor.exponent < 0


def as_power(factor: Term) -> tuple[Term, Fraction]:
    """Base and exponent."""
    return (factor.base, factor.exponent) if isinstance(factor, Pow) else (factor, Fraction(1))


def is_exp(atom: Term) -> bool:
    """Is the atom an exponential, positive and with exponents that add up?"""
    return isinstance(atom, Fn) and atom.name == "exp"


def _function(normal: Normal, name: str, args: list[Poly]) -> Poly:
    """A function by its meaning in others, by its value at 0 and its symmetry, or as an atom."""
    arg, row = args[0], FUNCTIONS[name]
    if row.meaning is not None:
        return normal.poly(t.substitute(row.meaning, {Z.name: ((), normal.term(arg))}))
    match name:
        case "exp":
            return _exp(normal, arg)
        case "log":
            return _log(normal, arg)
        case "max":
            best = arg
            for other in args[1:]:
                best = plus(dict(other), kink(normal, "relu", plus(dict(best), other, -1)), 1)
            return best
        case "relu" | "step":
            return kink(normal, name, arg)
    if not arg and row.at_zero is not None:
        return {UNIT: row.at_zero} if row.at_zero else {}
    turns = 2 * arg.get(((t.PI, 1),), 0)
    if name in ("sin", "cos") and len(arg) == 1 and turns and turns.denominator == 1:
        return normal.poly(t.number((0, 1, 0, -1)[(turns.numerator + (name == "cos")) % 4]))
    sign = -1 if row.parity and arg and arg[leading(arg)] < 0 else 1
    atom = normal.atom(Fn(name, (normal.term(scaled(arg, sign)),)), 1)
    return scaled(atom, sign) if row.parity == "odd" else atom


def _exp(normal: Normal, arg: Poly) -> Poly:
    """exp of a sum as a product."""
    result = ONE
    for mono, c in arg.items():
        result = normal.times(result, normal.atom(Fn("exp", (normal.mono_term(mono, 1),)), c))
    return result


def _log(normal: Normal, arg: Poly) -> Poly:
    """log(exp(a) Q) = a + log Q and log(c Q) = log c + log Q for numbers c > 0."""
    require(arg, "a logarithm of zero")
    common = {key: e for key, e in content(arg).items() if is_exp(normal.atoms[key])}
    result: Poly = {}
    for key, e in common.items():
        plus(result, normal.poly(t.children(normal.atoms[key])[0]), e)
    rest = {divided(mono, common): c for mono, c in arg.items()}
    c = rest[leading(rest)]
    if c > 0:
        if c != 1:
            plus(result, normal.atom(Fn("log", (t.number(c),)), 1), 1)
        rest = scaled(rest, ratio(1, c))
    return result if rest == ONE else plus(result, normal.atom(Fn("log", (normal.term(rest),)), 1), 1)
