"""The exact normal form: two terms with the same normal form are equal wherever both are defined.

A normal form is a polynomial with rational coefficients in *atoms*: entries of symbols, deltas,
exponentials, inverses, roots, other functions, and finite sums. SPEC.md, section 4, has the rules and
why each is an identity. Equal normal forms prove equality. Different ones prove nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.polynomial import (
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
from symconvex.kernel.statement import pick
from symconvex.kernel.term import (
    Add,
    Budget,
    Delta,
    Dim,
    Fn,
    Index,
    Mul,
    Nested,
    Num,
    Pow,
    Refused,
    Size,
    Sum,
    Sym,
    Term,
    TooLarge,
)

MAX_KEY = 100_000
MAX_POWER = 256
ONE: Poly = {UNIT: 1}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the normal form may use of the data.

    within    symbol -> its set ("sign", "binary", ...)
    zero      symbols that are identically zero
    null      pairs (X, u) with sum_j X[.,j] u[j] = 0
    values    entries given as numbers; then sums over numbered sizes are written out
    """

    within: Mapping[str, str]
    zero: frozenset[str]
    null: frozenset[tuple[str, str]]
    values: Mapping[str, Nested]


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
        known = self.memo.get(term)
        if known is None:
            known = self.memo[term] = self._poly(term)
            self.budget.spend(5 + len(known) // 4)
        return known

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
                return _delta(self, left, right)
            case Add(args):
                total: Poly = {}
                for arg in args:
                    plus(total, self.poly(arg), 1)
                return total
            case Mul(args):
                result = ONE
                for arg in args:
                    result = self.times(result, self.poly(arg))
                return result
            case Pow(base, exponent):
                return self.power(self.poly(base), whole(exponent))
            case Sum(index, int(size), body) if self.facts.values:
                return _written_out(self, index, size, body)
            case Sum(index, size, body):
                return _sum(self, index, size, self.poly(body))
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

    # ---- products and powers -----------------------------------------------------------------

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product, in normal form."""
        if len(left) > len(right):
            left, right = right, left
        result: Poly = {}
        for a, c in left.items():
            for b, d in right.items():
                merged = dict(a)
                for key, e in b:
                    merged[key] = whole(merged.get(key, 0) + e)
                plus(result, self.reduced(merged), c * d)
        return result

    def reduced(self, factors: Mapping[str, Number]) -> Poly:
        """A product of powers of atoms after the rewriting rules."""
        self.budget.spend(10 + 4 * len(factors))
        live = {key: e for key, e in factors.items() if e}
        for key, e in live.items():
            rewritten = _rewritten(self, key, e, live)
            if rewritten is not None:
                return rewritten
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
        if len(base) == 1 and self._exponential(base):
            return self.reduced({key: whole(x * e) for key, x in next(iter(base))})
        if e > MAX_POWER or -e > MAX_POWER:
            raise TooLarge(f"a power of more than {MAX_POWER}")
        if e.denominator > 1:
            (root,) = self.atom(Pow(self.term(base), Fraction(1, e.denominator)), e.numerator)
            return self.reduced(dict(root))
        if e < 0:
            return self._inverse(base, -e.numerator)
        result = ONE
        for _ in range(e.numerator):
            result = self.times(result, base)
        return result

    def _exponential(self, base: Poly) -> bool:
        """Is it a product of exponentials with coefficient one? Then any power acts on the exponents."""
        ((mono, c),) = base.items()
        return c == 1 and mono != UNIT and all(is_exp(self.atoms[key]) for key, _ in mono)

    def _inverse(self, base: Poly, e: int) -> Poly:
        """1 / base^e: its content as powers of atoms, the rest as one inverse atom with leading coefficient one."""
        if not base:
            raise Refused("a division by zero")
        common = content(base)
        rest = {divided(mono, common): c for mono, c in base.items()}
        outside = self.reduced({key: whole(-x * e) for key, x in common.items()})
        c = rest[leading(rest)]
        if len(rest) > 1:
            inverse = self.atom(Pow(self.term(scaled(rest, ratio(1, c))), Fraction(-1)), e)
            outside = self.times(outside, inverse)
        return scaled(outside, bounded(ratio(1, c**e)))


def is_exp(atom: Term) -> bool:
    """Is the atom an exponential, positive and with exponents that add up?"""
    return isinstance(atom, Fn) and atom.name == "exp"


# ---- rewriting a product of powers ---------------------------------------------------------------


def _rewritten(normal: Normal, key: str, e: Number, live: dict[str, Number]) -> Poly | None:
    """One rewriting step at the power atom^e inside the product, or None."""
    match normal.atoms[key]:
        case Sym(name, _) if normal.facts.within.get(name) == "sign":
            return None if e == e % 2 else normal.changed(live, {key: e % 2 - e})
        case Sym(name, _) if normal.facts.within.get(name) == "binary":
            return None if e <= 1 else normal.changed(live, {key: 1 - e})
        case Delta() if e > 1:
            return normal.changed(live, {key: 1 - e})
        case Fn("step", args):
            return _step_product(normal, key, e, args[0], live)
        case Pow(base, root) if root.denominator > 1:
            count = e // root.denominator
            rest = normal.changed(live, {key: -count * root.denominator}) if count else {}
            return normal.times(rest, normal.power(normal.poly(base), count)) if count else None
        case Pow():
            return _inverse_product(normal, key, e, live)
    return None


def _step_product(normal: Normal, key: str, e: Number, arg: Term, live: dict[str, Number]) -> Poly | None:
    """step^2 = step, step(u) kills step(-u) and relu(-u), relu(u) step(u) = relu(u) = u step(u)."""
    if e > 1:
        return normal.changed(live, {key: 1 - e})
    base, lead = normal.inside(key)
    normal.budget.spend(10 * len(base))
    opposite = normal.term(scaled(base, -1))
    if any(live.get(t.render(Fn(name, (opposite,))), 0) >= 1 for name in ("step", "relu")):
        return {}
    if live.get(t.render(Fn("relu", (arg,))), 0) >= 1:
        return normal.changed(live, {key: -e})
    if lead == UNIT or not all(0 < x <= live.get(k, 0) for k, x in lead):
        return None
    cofactor = normal.changed(live, {k: -x for k, x in lead} | {key: -1})
    rest = {mono: -c for mono, c in base.items() if mono != lead}
    value = plus(dict(normal.times(rest, {((key, 1),): 1})), _kink(normal, "relu", base), 1)
    return scaled(normal.times(cofactor, value), ratio(1, base[lead]))


def _inverse_product(normal: Normal, key: str, e: Number, live: dict[str, Number]) -> Poly | None:
    """Use P * (1/P) = 1, P = c m + rest: m * (1/P) = (1 - rest * (1/P)) / c."""
    base, lead = normal.inside(key)
    if e < 0:
        return normal.times(normal.changed(live, {key: -e}), normal.power(base, -e))
    if all(live.get(k, 0) >= x for k, x in lead):
        return _without(normal, key, base, lead, live)
    for k in (k for k, x in live.items() if x < 0 and isinstance(normal.atoms[k], Fn)):
        normal.budget.spend(10 * len(base))
        pivots = [mono for mono in base if k not in dict(mono)]
        positive = all(dict(mono).get(k, 1) > 0 for mono in base)
        if positive and len(pivots) == 1 and all(live.get(j, 0) >= x for j, x in pivots[0]):
            return _without(normal, key, base, pivots[0], live)
    return None


def _without(normal: Normal, key: str, base: Poly, pivot: Mono, live: dict[str, Number]) -> Poly:
    """The product after the monomial `pivot` of P was cancelled against the inverse of P."""
    cofactor = dict(divided(tuple(live.items()), dict(pivot)))
    rest = {mono: c for mono, c in base.items() if mono != pivot}
    result = dict(normal.changed(cofactor, {key: -1}))
    plus(result, normal.times(rest, {tuple(sorted(cofactor.items())): 1}), -1)
    return scaled(result, ratio(1, base[pivot]))


# ---- functions -----------------------------------------------------------------------------------


def _function(normal: Normal, name: str, args: list[Poly]) -> Poly:
    arg = args[0]
    match name:
        case "exp":
            return _exp(normal, arg)
        case "log":
            return _log(normal, arg)
        case "sigmoid":
            return plus(dict(ONE), normal.power(plus(dict(ONE), _exp(normal, arg), 1), -1), -1)
        case "tanh":
            squared = _exp(normal, scaled(arg, 2))
            return plus(dict(ONE), normal.power(plus(dict(ONE), squared, 1), -1), -2)
        case "softplus":
            return _log(normal, plus(dict(ONE), _exp(normal, arg), 1))
        case "abs":
            return plus(scaled(_kink(normal, "relu", arg), 2), arg, -1)
        case "max":
            best = arg
            for other in args[1:]:
                best = plus(dict(other), _kink(normal, "relu", plus(dict(best), other, -1)), 1)
            return best
        case "relu" | "step":
            return _kink(normal, name, arg)
        case "sin" | "cos" | "normpdf":
            return _symmetric(normal, name, arg)
        case "normcdf" if not arg:
            return {UNIT: Fraction(1, 2)}
    return normal.atom(Fn(name, tuple(normal.term(part) for part in args)), 1)


def _exp(normal: Normal, arg: Poly) -> Poly:
    """exp of a sum as a product."""
    result = ONE
    for mono, c in arg.items():
        result = normal.times(result, normal.atom(Fn("exp", (normal.mono_term(mono, 1),)), c))
    return result


def _log(normal: Normal, arg: Poly) -> Poly:
    """log(exp(a) Q) = a + log Q and log(c Q) = log c + log Q for numbers c > 0."""
    if not arg:
        raise Refused("a logarithm of zero")
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


def _symmetric(normal: Normal, name: str, arg: Poly) -> Poly:
    """sin(-u) = -sin(u), cos(-u) = cos(u), normpdf(-u) = normpdf(u)."""
    if not arg and name in ("sin", "cos"):
        return {} if name == "sin" else ONE
    sign = 1 if not arg or arg[leading(arg)] > 0 else -1
    atom = normal.atom(Fn(name, (normal.term(scaled(arg, sign)),)), 1)
    return scaled(atom, sign) if name == "sin" else atom


def _kink(normal: Normal, name: str, arg: Poly) -> Poly:
    """relu(c u) = c relu(u) and step(c u) = step(u) for c > 0; relu(-u) = relu(u) - u."""
    if not arg:
        return {}
    c = arg[leading(arg)]
    size = c if c > 0 else -c
    unit = scaled(arg, ratio(1, size if name == "step" else c))
    if set(unit) == {UNIT}:
        return {} if c < 0 else {UNIT: 1 if name == "step" else c}
    atom = normal.atom(Fn(name, (normal.term(unit),)), 1)
    if name == "step":
        return atom
    return scaled(atom if c > 0 else plus(atom, unit, -1), size)


# ---- deltas and finite sums ----------------------------------------------------------------------


def _delta(normal: Normal, left: Index, right: Index) -> Poly:
    if left == right:
        return ONE
    if isinstance(left, int) and isinstance(right, int):
        return {}
    first, second = sorted((left, right), key=str)
    return normal.atom(Delta(first, second), 1)


def _written_out(normal: Normal, index: str, size: int, body: Term) -> Poly:
    total: Poly = {}
    for k in range(size):
        normal.budget.spend(10)
        plus(total, normal.poly(t.reindex(body, {index: k})), 1)
    return total


def _sum(normal: Normal, index: str, size: Size, body: Poly) -> Poly:
    """The sum of a polynomial over an index, monomial by monomial."""
    result: Poly = {}
    for mono, c in body.items():
        plus(result, _sum_of_product(normal, index, size, mono), c)
    return result


def _sum_of_product(normal: Normal, index: str, size: Size, mono: Mono) -> Poly:
    """Factors free of the index leave; a delta eliminates the sum; X u = 0; what remains is an atom."""
    inside = [(normal.atoms[key], e) for key, e in mono if index in normal.free(key)]
    outside: Poly = {tuple((key, e) for key, e in mono if index not in normal.free(key)): 1}
    if not inside:
        return normal.times(outside, normal.poly(Dim(size)))
    for atom, _ in inside:
        if isinstance(atom, Delta):
            other = atom.right if atom.left == index else atom.left
            return normal.times(outside, _placed(normal, inside, index, other))
    if size == 1:
        return normal.times(outside, _placed(normal, inside, index, 0))
    if _vanishes(normal.facts, index, inside):
        return {}
    level = 1 + max(_level(atom) for atom, _ in inside)
    name, total = f"_{level}", dict[Mono, Number]()
    for inner, c in _placed(normal, inside, index, name).items():
        plus(total, normal.atom(Sum(name, size, normal.mono_term(inner, 1)), 1), c)
    return normal.times(outside, total)


def _placed(normal: Normal, factors: Iterable[tuple[Term, Number]], index: str, value: Index) -> Poly:
    """The product of the factors with the index replaced."""
    result = ONE
    for atom, e in factors:
        normal.budget.walk(atom)
        result = normal.times(result, normal.power(normal.poly(t.reindex(atom, {index: value})), e))
    return result


def _vanishes(facts: Facts, index: str, factors: list[tuple[Term, Number]]) -> bool:
    """Is the product one of the declared zeros X[..,j] u[j]?"""
    match factors:
        case [(Sym(a, ai), 1), (Sym(b, bi), 1)]:
            ends = ((a, ai, b, bi), (b, bi, a, ai))
            return any(
                (x, u) in facts.null and xi[-1] == index and ui == (index,) and index not in xi[:-1]
                for x, xi, u, ui in ends
            )
    return False


def _level(term: Term) -> int:
    """How deep canonical names already nest inside the term."""
    inner = [int(s.index[1:]) for s in t.subterms(term) if isinstance(s, Sum) and s.index[0] == "_"]
    return max(inner, default=0)
