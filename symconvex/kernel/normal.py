"""The exact normal form: two terms with the same normal form are equal wherever both are defined.

A normal form is a polynomial with rational coefficients in *atoms*: entries of symbols, deltas,
exponentials, inverses, roots, other functions, and finite sums. What makes it strong:

  exponentials   exp(a + b) = exp(a) exp(b); tanh, sigmoid, softplus are rewritten in them
  inverses       1/P is an atom with P * (1/P) = 1 used as a rewriting rule
  sums           distributed over +, factors pulled out, products of sums flattened, deltas
                 eliminated, bound indices renamed canonically
  data           y * y = 1 for y in {-1, 1}; y * y = y for y in {0, 1}

Equal normal forms prove equality. Different ones prove nothing. SPEC.md, section 4, has the rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations, product

from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Delta, Dim, Fn, Index, Mul, Num, Pow, Size, Sum, Sym, Term

Mono = tuple[tuple[str, Fraction], ...]
Poly = dict[Mono, Fraction]

ONE = Fraction(1)
UNIT: Mono = ()
MAX_WORK = 400_000
MAX_ORDERS = 720


class TooLarge(Exception):
    """The normal form would be larger than the bound; nothing is decided."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the normal form may use of the data.

    within    symbol -> its set ("sign", "binary", ...)
    least     size -> the smallest value it takes
    zero      symbols that are identically zero
    null      pairs (X, u) with sum_j X[.,j] u[j] = 0
    """

    within: Mapping[str, str]
    least: Mapping[str, int]
    zero: frozenset[str] = frozenset()
    null: frozenset[tuple[str, str]] = frozenset()


def plus(into: Poly, other: Poly, scale: Fraction = ONE) -> Poly:
    """Add `scale * other` to `into`, in place."""
    for mono, c in other.items():
        value = into.get(mono, 0) + scale * c
        if value:
            into[mono] = value
        else:
            into.pop(mono, None)
    return into


def larger(a: Mono, b: Mono) -> bool:
    """Graded lexicographic order on monomials."""
    da, db = sum(e for _, e in a), sum(e for _, e in b)
    if da != db:
        return da > db
    left, right = dict(a), dict(b)
    for key in sorted({*left, *right}):
        if left.get(key, 0) != right.get(key, 0):
            return left.get(key, 0) > right.get(key, 0)
    return False


def leading(poly: Poly) -> Mono:
    best = next(iter(poly))
    for mono in poly:
        if larger(mono, best):
            best = mono
    return best


def content(poly: Poly) -> dict[str, Fraction]:
    """The largest monomial, exponents of either sign, that divides every monomial."""
    low: dict[str, Fraction] = {}
    for key in {key for mono in poly for key, _ in mono}:
        least = min(dict(mono).get(key, Fraction(0)) for mono in poly)
        if least:
            low[key] = least
    return low


@dataclass(slots=True)
class Normal:
    """Normal forms under fixed facts, with what was computed so far."""

    facts: Facts
    atoms: dict[str, Term] = field(default_factory=dict)
    memo: dict[Term, Poly] = field(default_factory=dict)
    frees: dict[str, frozenset[str]] = field(default_factory=dict)
    work: int = 0

    def equal(self, left: Term, right: Term) -> bool:
        return left == right or not self.poly(t.sub(left, right))

    def poly(self, term: Term) -> Poly:
        known = self.memo.get(term)
        if known is None:
            known = self.memo[term] = self._poly(term)
        return known

    def term(self, poly: Poly) -> Term:
        """A term with this normal form, the same for equal polynomials."""
        return t.add(*(self._mono_term(mono, poly[mono]) for mono in sorted(poly)))

    def mentions(self, term: Term, test: "frozenset[str]") -> bool:
        """Does the normal form contain a symbol or function with one of these names?"""
        return any(
            isinstance(part, Sym | Fn) and part.name in test
            for mono in self.poly(term)
            for key, _ in mono
            for part in t.subterms(self.atoms[key])
        )

    def _mono_term(self, mono: Mono, c: Fraction) -> Term:
        return t.mul(Num(c), *(self._factor(key, e) for key, e in mono))

    def _factor(self, key: str, e: Fraction) -> Term:
        return t.power(self.atoms[key], e)

    def _poly(self, term: Term) -> Poly:
        match term:
            case Num(value):
                return {UNIT: value} if value else {}
            case Sym(name, _):
                return {} if name in self.facts.zero else self._atom(term)
            case Dim(size):
                return {UNIT: Fraction(size)} if isinstance(size, int) else self._atom(term)
            case Delta(left, right):
                return self._delta(left, right)
            case Add(args):
                total: Poly = {}
                for arg in args:
                    plus(total, self.poly(arg))
                return total
            case Mul(args):
                result: Poly = {UNIT: ONE}
                for arg in args:
                    result = self.times(result, self.poly(arg))
                return result
            case Pow(base, exponent):
                return self.power(self.poly(base), exponent)
            case Sum(index, size, body):
                return self._sum(index, size, self.poly(body))
            case Fn(name, args):
                return self._function(name, [self.poly(arg) for arg in args])

    def _atom(self, atom: Term, exponent: Fraction = ONE) -> Poly:
        key = t.render(atom)
        self.atoms[key] = atom
        return {((key, exponent),): ONE}

    def free(self, key: str) -> frozenset[str]:
        known = self.frees.get(key)
        if known is None:
            known = self.frees[key] = t.free_indices(self.atoms[key])
        return known

    def _delta(self, left: Index, right: Index) -> Poly:
        if left == right:
            return {UNIT: ONE}
        if isinstance(left, int) and isinstance(right, int):
            return {}
        first, second = sorted((left, right), key=str)
        return self._atom(Delta(first, second))

    # ---- products ---------------------------------------------------------------------------

    def times(self, left: Poly, right: Poly) -> Poly:
        if len(left) > len(right):
            left, right = right, left
        if left == {UNIT: ONE}:
            return right
        result: Poly = {}
        for a, c in left.items():
            for b, d in right.items():
                merged = Counter[str](dict(a))
                for key, e in b:
                    merged[key] = merged[key] + e
                plus(result, self._reduced(merged), c * d)
        return result

    def _reduced(self, factors: Mapping[str, Fraction]) -> Poly:
        """A product of atoms after the rewriting rules for powers of atoms."""
        self.work += 1
        if self.work > MAX_WORK:
            raise TooLarge(f"more than {MAX_WORK} products")
        live = {key: Fraction(e) for key, e in factors.items() if e}
        for key, e in live.items():
            rewritten = self._rewrite(key, e, live)
            if rewritten is not None:
                return rewritten
        return {tuple(sorted(live.items())): ONE}

    def _rewrite(self, key: str, e: Fraction, live: dict[str, Fraction]) -> Poly | None:
        """One rewriting step at the power atom^e inside the product, or None."""
        match self.atoms[key]:
            case Sym(name, _) if e.denominator == 1 and self.facts.within.get(name) in ("sign", "binary"):
                even = self.facts.within[name] == "sign"
                low = e % 2 if even else min(e, ONE)
                return None if low == e or (e < 0 and not even) else self._with(live, {key: low - e})
            case Delta() if e > 1:
                return self._with(live, {key: 1 - e})
            case Fn("step", args):
                return self._step_product(key, e, args[0], live)
            case Fn("cos", args) if e >= 2:
                rest = self._with(live, {key: Fraction(-2)})
                sine = self.power(self.poly(Fn("sin", args)), Fraction(2))
                return self.times(rest, plus({UNIT: ONE}, sine, -ONE))
            case Pow(base, root) if root.numerator == 1 and root.denominator > 1:
                whole, q = e // root.denominator, root.denominator
                if whole == 0:
                    return None
                return self.times(self._with(live, {key: Fraction(-whole * q)}), self.power(self.poly(base), Fraction(whole)))
            case Pow(base, Fraction(numerator=-1, denominator=1)):
                return self._inverse_step(key, e, self.poly(base), live)
        return None

    def _step_product(self, key: str, e: Fraction, arg: Term, live: dict[str, Fraction]) -> Poly | None:
        """step^2 = step, step(u) kills step(-u) and relu(-u), relu(u) step(u) = relu(u) = u step(u)."""
        if e > 1:
            return self._with(live, {key: 1 - e})
        opposite = self.term({mono: -c for mono, c in self.poly(arg).items()})
        if any(live.get(t.render(Fn(name, (opposite,))), 0) >= 1 for name in ("step", "relu")):
            return {}
        if live.get(t.render(Fn("relu", (arg,))), 0) >= 1:
            return self._with(live, {key: -e})
        base = self.poly(arg)
        lead = leading(base)
        if not all(live.get(k, Fraction(0)) >= x for k, x in lead):
            return None
        cofactor = self._with(live, {k: -x for k, x in lead} | {key: -ONE})
        rest = {mono: -c for mono, c in base.items() if mono != lead}
        value = plus(self.times(rest, {((key, ONE),): ONE}), self._kink("relu", base))
        return {mono: c / base[lead] for mono, c in self.times(cofactor, value).items()}

    def _with(self, live: Mapping[str, Fraction], change: Mapping[str, Fraction]) -> Poly:
        merged = dict(live)
        for key, e in change.items():
            merged[key] = merged.get(key, Fraction(0)) + e
        return self._reduced(merged)

    def _inverse_step(self, key: str, e: Fraction, base: Poly, live: dict[str, Fraction]) -> Poly | None:
        """Use P * (1/P) = 1, P = c m + rest: m * (1/P) = (1 - rest * (1/P)) / c."""
        if e < 0:
            return self.times(self._with(live, {key: -e}), self.power(base, -e))
        lead = leading(base)
        if all(live.get(k, Fraction(0)) >= x for k, x in lead):
            return self._divided(key, base, lead, live)
        for k in (k for k, x in live.items() if x < 0 and isinstance(self.atoms[k], Fn)):
            pivots = [mono for mono in base if k not in dict(mono)]
            positive = all(dict(mono).get(k, ONE) > 0 for mono in base)
            if positive and len(pivots) == 1 and all(live.get(j, Fraction(0)) >= x for j, x in pivots[0]):
                return self._divided(key, base, pivots[0], live)
        return None

    def _divided(self, key: str, base: Poly, pivot: Mono, live: dict[str, Fraction]) -> Poly:
        cofactor = {k: live.get(k, Fraction(0)) - dict(pivot).get(k, Fraction(0)) for k in {*live, *dict(pivot)}}
        rest = {mono: c for mono, c in base.items() if mono != pivot}
        result = dict(self._with(cofactor, {key: -ONE}))
        plus(result, self.times(rest, {tuple(sorted((k, x) for k, x in cofactor.items() if x)): ONE}), -ONE)
        return {mono: c / base[pivot] for mono, c in result.items()}

    def power(self, base: Poly, e: Fraction) -> Poly:
        if e == 0:
            return {UNIT: ONE}
        if e.denominator == 1 and e > 0:
            result: Poly = {UNIT: ONE}
            for _ in range(int(e)):
                result = self.times(result, base)
            return result
        if e.denominator > 1:
            whole = self._atom(Pow(self.term(base), Fraction(1, e.denominator)), Fraction(e.numerator))
            return self._reduced(dict(next(iter(whole))))
        return self._inverse(base, -e)

    def _inverse(self, base: Poly, e: Fraction) -> Poly:
        if not base:
            return self._atom(Pow(t.ZERO, Fraction(-1)), e)
        common = content(base)
        rest = {self._divide_mono(mono, common): c for mono, c in base.items()}
        outside = self._reduced({key: -x * e for key, x in common.items()})
        c = rest[leading(rest)]
        if len(rest) == 1:
            return {mono: x * c ** -int(e) for mono, x in outside.items()}
        atom = self._atom(Pow(self.term({mono: x / c for mono, x in rest.items()}), Fraction(-1)), e)
        return {mono: x * c ** -int(e) for mono, x in self.times(outside, atom).items()}

    @staticmethod
    def _divide_mono(mono: Mono, common: Mapping[str, Fraction]) -> Mono:
        left = dict(mono)
        for key, e in common.items():
            left[key] = left.get(key, Fraction(0)) - e
        return tuple(sorted((key, e) for key, e in left.items() if e))

    # ---- functions --------------------------------------------------------------------------

    def _function(self, name: str, args: list[Poly]) -> Poly:
        arg = args[0]
        match name:
            case "exp":
                return self._exp(arg)
            case "log":
                return self._log(arg)
            case "sigmoid":
                return plus({UNIT: ONE}, self._inverse(plus({UNIT: ONE}, self._exp(arg)), ONE), -ONE)
            case "tanh":
                squared = self._exp({mono: 2 * c for mono, c in arg.items()})
                return plus({UNIT: ONE}, self._inverse(plus({UNIT: ONE}, squared), ONE), Fraction(-2))
            case "softplus":
                return self._log(plus({UNIT: ONE}, self._exp(arg)))
            case "abs":
                return plus(plus({}, self._kink("relu", arg), Fraction(2)), arg, -ONE)
            case "max":
                best = arg
                for other in args[1:]:
                    best = plus(dict(other), self._kink("relu", plus(dict(best), other, -ONE)))
                return best
            case "relu" | "step":
                return self._kink(name, arg)
            case "sin" | "cos" | "normpdf":
                return self._symmetric(name, arg)
            case "normcdf" if not arg:
                return {UNIT: Fraction(1, 2)}
        return self._atom(Fn(name, tuple(self.term(part) for part in args)))

    def _exp(self, arg: Poly) -> Poly:
        result: Poly = {UNIT: ONE}
        for mono, c in arg.items():
            atom = self.atoms[mono[0][0]] if len(mono) == 1 and mono[0][1] == 1 else None
            if isinstance(atom, Fn) and atom.name == "log" and c.denominator == 1:
                factor = self.power(self.poly(atom.args[0]), c)
            else:
                factor = self._atom(Fn("exp", (self._mono_term(mono, ONE),)), c)
            result = self.times(result, factor)
        return result

    def _log(self, arg: Poly) -> Poly:
        """log(exp(a) Q) = a + log Q and log(c Q) = log c + log Q for numbers c > 0, c written in primes."""
        if not arg:
            return self._atom(Fn("log", (t.ZERO,)))
        common = {k: e for k, e in content(arg).items() if isinstance(self.atoms[k], Fn) and k.startswith("(exp ")}
        result: Poly = {}
        for key, e in common.items():
            plus(result, self.poly(t.children(self.atoms[key])[0]), e)
        rest = {self._divide_mono(mono, common): c for mono, c in arg.items()}
        c = abs(rest[leading(rest)])
        for prime, count in [*_primes(c.numerator).items(), *((p, -k) for p, k in _primes(c.denominator).items())]:
            plus(result, self._atom(Fn("log", (t.number(prime),))), Fraction(count))
        rest = {mono: x / c for mono, x in rest.items()}
        return result if rest == {UNIT: ONE} else plus(result, self._atom(Fn("log", (self.term(rest),))))

    def _kink(self, name: str, arg: Poly) -> Poly:
        """relu(c u) = c relu(u) and step(c u) = step(u) for c > 0; relu(-u) = relu(u) - u."""
        if not arg:
            return {}
        c = arg[leading(arg)]
        if name == "step":
            return self._step(arg, abs(c))
        unit = {mono: x / c for mono, x in arg.items()}
        if unit == {UNIT: ONE}:
            return {UNIT: c} if c > 0 else {}
        atom = self._atom(Fn(name, (self.term(unit),)))
        oriented = atom if c > 0 else plus(dict(atom), unit, -ONE)
        return {mono: abs(c) * x for mono, x in oriented.items()}

    def _step(self, arg: Poly, scale: Fraction) -> Poly:
        unit = {mono: x / scale for mono, x in arg.items()}
        if set(unit) == {UNIT}:
            return {UNIT: ONE} if unit[UNIT] > 0 else {}
        return self._atom(Fn("step", (self.term(unit),)))

    def _symmetric(self, name: str, arg: Poly) -> Poly:
        if not arg and name in ("sin", "cos"):
            return {} if name == "sin" else {UNIT: ONE}
        sign = Fraction(1 if not arg or arg[leading(arg)] > 0 else -1)
        atom = self._atom(Fn(name, (self.term({mono: sign * c for mono, c in arg.items()}),)))
        return {mono: sign * c for mono, c in atom.items()} if name == "sin" else atom

    # ---- sums -------------------------------------------------------------------------------

    def _sum(self, index: str, size: Size, body: Poly) -> Poly:
        result: Poly = {}
        for mono, c in body.items():
            plus(result, self._sum_mono(index, size, mono), c)
        return result

    def _sum_mono(self, index: str, size: Size, mono: Mono) -> Poly:
        inside = [(key, e) for key, e in mono if index in self.free(key)]
        outside: Poly = {tuple(f for f in mono if f not in inside): ONE}
        if not inside:
            return self.times(outside, self.poly(Dim(size)))
        for key, _ in inside:
            atom = self.atoms[key]
            if isinstance(atom, Delta):
                other = atom.right if atom.left == index else atom.left
                return self.times(outside, self._at(inside, index, other))
        if size == 1:
            return self.times(outside, self._at(inside, index, 0))
        bound, factors = self._flatten(index, size, inside)
        if self._vanishes(bound, factors):
            return {}
        return self.times(outside, self._canonical(bound, factors))

    def _at(self, factors: Iterable[tuple[str, Fraction]], index: str, value: Index) -> Poly:
        """The product of the factors with the index replaced."""
        result: Poly = {UNIT: ONE}
        for key, e in factors:
            result = self.times(result, self.power(self.poly(t.reindex(self.atoms[key], {index: value})), e))
        return result

    def _flatten(
        self, index: str, size: Size, inside: list[tuple[str, Fraction]]
    ) -> tuple[dict[str, Size], list[tuple[Term, Fraction]]]:
        """Write positive powers of inner sums out, each copy with bound names of its own."""
        bound: dict[str, Size] = {"~0": size}
        factors: list[tuple[Term, Fraction]] = []
        for key, e in inside:
            atom = t.reindex(self.atoms[key], {index: "~0"})
            if not isinstance(atom, Sum) or e.denominator != 1 or e < 0:
                factors.append((atom, e))
                continue
            for _ in range(int(e)):
                inner: Term = atom
                while isinstance(inner, Sum):
                    name = f"~{len(bound)}"
                    bound[name] = inner.size
                    inner = t.reindex(inner.body, {inner.index: name})
                for part in inner.args if isinstance(inner, Mul) else (inner,):
                    factors.append((part.base, part.exponent) if isinstance(part, Pow) else (part, ONE))
        return bound, factors

    def _vanishes(self, bound: Mapping[str, Size], factors: list[tuple[Term, Fraction]]) -> bool:
        """Is some inner sum one of the declared zeros sum_j X[.,j] u[j]?"""
        for index in bound:
            here = [(a, e) for a, e in factors if index in t.free_indices(a)]
            if len(here) == 2 and all(isinstance(a, Sym) and e == 1 for a, e in here):
                ends = [(a.name, a.indices) for a, _ in here if isinstance(a, Sym)]
                for (x, xi), (u, ui) in (ends, ends[::-1]):
                    if (x, u) in self.facts.null and xi[-1] == index and ui == (index,) and index not in xi[:-1]:
                        return True
        return False

    def _canonical(self, bound: Mapping[str, Size], factors: list[tuple[Term, Fraction]]) -> Poly:
        """The flattened sum as one atom, its bound indices named by what they do."""
        level = 1 + max((_level(atom) for atom, _ in factors), default=0)
        best: tuple[list[str], Poly, list[tuple[str, Size]]] | None = None
        for order in self._orders(bound, factors):
            names = {old: f"_{level}_{k}" for k, old in enumerate(order)}
            body: Poly = {UNIT: ONE}
            for atom, e in factors:
                body = self.times(body, self.power(self.poly(t.reindex(atom, dict(names))), e))
            shown = sorted(f"{c} {mono}" for mono, c in body.items())
            if best is None or shown < best[0]:
                best = (shown, body, [(names[old], bound[old]) for old in order])
        if best is None:
            raise TooLarge("a sum without an order of its indices")
        result: Poly = {}
        for mono, c in best[1].items():
            atom = self._mono_term(mono, ONE)
            for name, size in reversed(best[2]):
                atom = Sum(name, size, atom)
            plus(result, self._atom(atom), c)
        return result

    def _orders(self, bound: Mapping[str, Size], factors: list[tuple[Term, Fraction]]) -> list[tuple[str, ...]]:
        """Orders of the bound indices that refinement by their use cannot tell apart."""
        color = {index: str(size) for index, size in bound.items()}
        for _ in range(min(len(bound), 4)):
            names = {c: f"_c{k}" for k, c in enumerate(sorted(set(color.values())))}
            seen = {index: names[color[index]] for index in bound}
            color = {
                index: seen[index] + "|" + "|".join(sorted(self._use(index, seen, atom, e) for atom, e in factors))
                for index in bound
            }
        groups = [[i for i in bound if color[i] == c] for c in sorted(set(color.values()))]
        count = 1
        for group in groups:
            for k in range(2, len(group) + 1):
                count *= k
        if count > MAX_ORDERS:
            return [tuple(i for group in groups for i in group)]
        return [tuple(i for part in parts for i in part) for parts in product(*(permutations(g) for g in groups))]

    def _use(self, index: str, seen: Mapping[str, str], atom: Term, e: Fraction) -> str:
        if index not in t.free_indices(atom):
            return ""
        change: dict[str, Index] = {**seen, index: "_x"}
        return f"{t.render(self.term(self.poly(t.reindex(atom, change))))}^{e}"


def _level(term: Term) -> int:
    """How deep canonical names already nest inside the term."""
    inner = [int(s.index.split("_")[1]) for s in t.subterms(term) if isinstance(s, Sum) and s.index[0] == "_"]
    return max(inner, default=0)


def _primes(value: int) -> Counter[int]:
    """Prime factors by trial division up to 1000; what is left stands as one factor."""
    found: Counter[int] = Counter()
    for p in range(2, 1001):
        while value % p == 0 and value > 1:
            found[p] += 1
            value //= p
    if value > 1:
        found[value] += 1
    return found
