"""Products and powers in the normal form: atoms, and the rewriting rules for powers of atoms."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.polynomial import ONE, UNIT, ZERO, Mono, Poly, content, divided, leading, plus, scaled
from symconvex.kernel.term import Budget, Delta, Fn, Nested, Pow, Refused, Sym, Term, TooLarge

MAX_KEY = 100_000
MAX_POWER = 256


@dataclass(frozen=True, slots=True)
class Facts:
    """What the normal form may use of the data.

    within    symbol -> its set ("sign", "binary", ...)
    zero      symbols that are identically zero
    null      pairs (X, u) with sum_j X[.,j] u[j] = 0
    values    data given as numbers; then sums over numbered sizes are written out
    """

    within: Mapping[str, str]
    zero: frozenset[str]
    null: frozenset[tuple[str, str]]
    values: Mapping[str, Nested]


@dataclass(slots=True)
class Products(ABC):
    """Polynomials in atoms under fixed facts, with what was computed so far."""

    facts: Facts
    budget: Budget
    atoms: dict[str, Term] = field(default_factory=dict)
    memo: dict[Term, Poly] = field(default_factory=dict)
    frees: dict[str, frozenset[str]] = field(default_factory=dict)
    insides: dict[str, tuple[Poly, Mono]] = field(default_factory=dict)

    @abstractmethod
    def poly(self, term: Term) -> Poly:
        """The normal form of a term."""

    def term(self, poly: Poly) -> Term:
        """A term with this normal form, the same for equal polynomials."""
        self._short(key for mono in poly for key, _ in mono)
        return t.add(*(self.mono_term(mono, poly[mono]) for mono in sorted(poly)))

    def mono_term(self, mono: Mono, c: Fraction) -> Term:
        """A monomial with its coefficient as a term."""
        self._short(key for key, _ in mono)
        return t.mul(t.Num(c), *(t.power(self.atoms[key], e) for key, e in mono))

    def _short(self, keys: Iterable[str]) -> None:
        length = sum(map(len, keys))
        if length > MAX_KEY:
            raise TooLarge(f"a part of the normal form is longer than {MAX_KEY} characters")
        self.budget.spend(length // 16)

    def atom(self, atom: Term, exponent: Fraction) -> Poly:
        """One atom to a power, as it stands."""
        key = t.render(atom)
        self.budget.spend(2 + len(key) // 16)
        self.atoms[key] = atom
        return {((key, exponent),): ONE}

    def free(self, key: str) -> frozenset[str]:
        """The free indices of an atom."""
        known = self.frees.get(key)
        if known is None:
            known = self.frees[key] = t.free_indices(self.atoms[key])
        return known

    def inside(self, key: str) -> tuple[Poly, Mono]:
        """The normal form of the argument of an atom, and its leading monomial."""
        known = self.insides.get(key)
        if known is None:
            poly = self.poly(t.children(self.atoms[key])[0])
            if not poly:
                raise Refused("a division by zero")
            known = self.insides[key] = poly, leading(poly)
        return known

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product, in normal form."""
        if len(left) > len(right):
            left, right = right, left
        if left == {UNIT: ONE}:
            return right
        result: Poly = {}
        for a, c in left.items():
            for b, d in right.items():
                merged = dict(a)
                for key, e in b:
                    merged[key] = merged.get(key, ZERO) + e
                plus(result, self.reduced(merged), c * d)
        return result

    def reduced(self, factors: Mapping[str, Fraction]) -> Poly:
        """A product of powers of atoms after the rewriting rules."""
        self.budget.spend(10 + 4 * len(factors))
        live = {key: e for key, e in factors.items() if e}
        for key, e in live.items():
            rewritten = self._rewrite(key, e, live)
            if rewritten is not None:
                return rewritten
        return {tuple(sorted(live.items())): ONE}

    def _with(self, live: Mapping[str, Fraction], change: Mapping[str, Fraction]) -> Poly:
        merged = dict(live)
        for key, e in change.items():
            merged[key] = merged.get(key, ZERO) + e
        return self.reduced(merged)

    def _rewrite(self, key: str, e: Fraction, live: dict[str, Fraction]) -> Poly | None:
        """One rewriting step at the power atom^e inside the product, or None."""
        match self.atoms[key]:
            case Sym(name, _) if self.facts.within.get(name) == "sign":
                return None if e == e % 2 else self._with(live, {key: e % 2 - e})
            case Sym(name, _) if self.facts.within.get(name) == "binary":
                return None if e <= 1 else self._with(live, {key: 1 - e})
            case Delta() if e > 1:
                return self._with(live, {key: 1 - e})
            case Fn("step", args):
                return self._step_product(key, e, args[0], live)
            case Fn("cos", args) if e >= 2:
                rest = self._with(live, {key: Fraction(-2)})
                sine = self.power(self.poly(Fn("sin", args)), Fraction(2))
                return self.times(rest, plus({UNIT: ONE}, sine, -ONE))
            case Pow(base, root) if root.denominator > 1:
                whole = Fraction(e // root.denominator)
                rest = self._with(live, {key: -whole * root.denominator}) if whole else {}
                return self.times(rest, self.power(self.poly(base), whole)) if whole else None
            case Pow():
                return self._inverse_product(key, e, live)
        return None

    # ---- steps and relu ---------------------------------------------------------------------

    def kink(self, name: str, arg: Poly) -> Poly:
        """relu(c u) = c relu(u) and step(c u) = step(u) for c > 0; relu(-u) = relu(u) - u."""
        if not arg:
            return {}
        c = arg[leading(arg)]
        unit = scaled(arg, 1 / (abs(c) if name == "step" else c))
        if set(unit) == {UNIT}:
            return {} if c < 0 else {UNIT: ONE if name == "step" else c}
        atom = self.atom(Fn(name, (self.term(unit),)), ONE)
        if name == "step":
            return atom
        return scaled(atom if c > 0 else plus(atom, unit, -ONE), abs(c))

    def _step_product(self, key: str, e: Fraction, arg: Term, live: dict[str, Fraction]) -> Poly | None:
        """step^2 = step, step(u) kills step(-u) and relu(-u), relu(u) step(u) = relu(u) = u step(u)."""
        if e > 1:
            return self._with(live, {key: 1 - e})
        base, lead = self.inside(key)
        self.budget.spend(10 * len(base))
        opposite = self.term(scaled(base, -ONE))
        if any(live.get(t.render(Fn(name, (opposite,))), ZERO) >= 1 for name in ("step", "relu")):
            return {}
        if live.get(t.render(Fn("relu", (arg,))), ZERO) >= 1:
            return self._with(live, {key: -e})
        if lead == UNIT or not all(0 < x <= live.get(k, ZERO) for k, x in lead):
            return None
        cofactor = self._with(live, {k: -x for k, x in lead} | {key: -ONE})
        rest = {mono: -c for mono, c in base.items() if mono != lead}
        value = plus(dict(self.times(rest, {((key, ONE),): ONE})), self.kink("relu", base))
        return scaled(self.times(cofactor, value), 1 / base[lead])

    # ---- powers and inverses ----------------------------------------------------------------

    def power(self, base: Poly, e: Fraction) -> Poly:
        """A polynomial to a rational power."""
        if e == 0:
            return {UNIT: ONE}
        if len(base) == 1 and self._exponential(base):
            return self.reduced({key: x * e for key, x in next(iter(base))})
        if abs(e) > MAX_POWER:
            raise TooLarge(f"a power of more than {MAX_POWER}")
        if e.denominator > 1:
            (root,) = self.atom(Pow(self.term(base), Fraction(1, e.denominator)), Fraction(e.numerator))
            return self.reduced(dict(root))
        if e < 0:
            return self._inverse(base, -e)
        result: Poly = {UNIT: ONE}
        for _ in range(int(e)):
            result = self.times(result, base)
        return result

    def _exponential(self, base: Poly) -> bool:
        """Is it a product of exponentials with coefficient one? Then any power acts on the exponents."""
        ((mono, c),) = base.items()
        return c == 1 and mono != UNIT and all(is_exp(self.atoms[key]) for key, _ in mono)

    def _inverse(self, base: Poly, e: Fraction) -> Poly:
        """1 / base^e: its content as powers of atoms, the rest as one inverse atom with leading coefficient one."""
        if not base:
            raise Refused("a division by zero")
        common = content(base)
        rest = {divided(mono, common): c for mono, c in base.items()}
        outside = self.reduced({key: -x * e for key, x in common.items()})
        c = rest[leading(rest)]
        if len(rest) > 1:
            outside = self.times(outside, self.atom(Pow(self.term(scaled(rest, 1 / c)), -ONE), e))
        return scaled(outside, c ** -int(e))

    def _inverse_product(self, key: str, e: Fraction, live: dict[str, Fraction]) -> Poly | None:
        """Use P * (1/P) = 1, P = c m + rest: m * (1/P) = (1 - rest * (1/P)) / c."""
        base, lead = self.inside(key)
        if e < 0:
            return self.times(self._with(live, {key: -e}), self.power(base, -e))
        if all(live.get(k, ZERO) >= x for k, x in lead):
            return self._without(key, base, lead, live)
        for k in (k for k, x in live.items() if x < 0 and isinstance(self.atoms[k], Fn)):
            self.budget.spend(10 * len(base))
            pivots = [mono for mono in base if k not in dict(mono)]
            positive = all(dict(mono).get(k, ONE) > 0 for mono in base)
            if positive and len(pivots) == 1 and all(live.get(j, ZERO) >= x for j, x in pivots[0]):
                return self._without(key, base, pivots[0], live)
        return None

    def _without(self, key: str, base: Poly, pivot: Mono, live: dict[str, Fraction]) -> Poly:
        """The product after the monomial `pivot` of P was cancelled against the inverse of P."""
        cofactor = dict(divided(tuple(live.items()), dict(pivot)))
        rest = {mono: c for mono, c in base.items() if mono != pivot}
        result = dict(self._with(cofactor, {key: -ONE}))
        plus(result, self.times(rest, {tuple(sorted(cofactor.items())): ONE}), -ONE)
        return scaled(result, 1 / base[pivot])


def is_exp(atom: Term) -> bool:
    """Is the atom an exponential, positive and with exponents that add up?"""
    return isinstance(atom, Fn) and atom.name == "exp"
