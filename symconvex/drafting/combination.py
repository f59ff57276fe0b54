"""Signs of sums that no single part decides: by small exact derivations, each of them checked before it is written.

    f = c p_1 ... p_k             factors of a polynomial or of a quotient of two
    f = sum_k c_k g_k, c_k >= 0   g_k: conditions, products of two, monomials with a sign, tangents of exp and log
    f = c (x + b/2c)^2 + r        the square completed in one unknown, r >= 0
    f = c e^u - d > 0             c >= d > 0 and u > 0: e^u >= 1 + u

Source   Farkas' lemma and Handelman 1988, Pacific Journal of Mathematics 132, 35-62
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from itertools import combinations_with_replacement, cycle, islice, product

from symconvex.drafting.draft import MADE, nested
from symconvex.drafting.effort import spend
from symconvex.drafting.interior import trials
from symconvex.drafting.judgments import nonneg, positive
from symconvex.drafting.judgments import sign as judged
from symconvex.drafting.lines import Lines
from symconvex.drafting.patterns import defined
from symconvex.drafting.rational import Field, Polynomial, field_of, fraction
from symconvex.drafting.reasons import Known as Assumed
from symconvex.drafting.reasons import Tangent, Within
from symconvex.drafting.weights import Column, find_weights
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import FUNCTIONS, Z
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT, Mono, Poly
from symconvex.kernel.statement import SIGNS, Judgment
from symconvex.kernel.term import Budget, Fn, Num, Pow, Refused, Sym, Term

Factor = int | Term
Asked = Callable[[Lines, Term, bool], int | None]
NORMAL_WORK, MOST_POWER = 1_000_000, 64
MOST_TERMS, MOST_COLUMNS, MOST_FACTS, MOST_MULTIPLES = 40, 60, 8, 3


@dataclass(frozen=True, slots=True)
class Signed:
    """What is > 0 (strict) or >= 0: a normal form as a product of lines and squares, written when it is used."""

    poly: Poly
    strict: bool
    write: Callable[[], list[Factor]]


@dataclass(slots=True)
class Search:
    """One question. `ask` is the whole search for signs, `look` the part of it that looks at one atom."""

    lines: Lines
    ask: Asked
    look: Asked
    normal: Normal
    signs: dict[str, tuple[int, int, bool] | None] = field(default_factory=dict)

    # ---- what is known ---------------------------------------------------------------------------

    def sign_of(self, key: str) -> tuple[int, int, bool] | None:
        """The line for an atom or for its negative, 1 or -1, and whether it is strict."""
        if key not in self.signs:
            self.signs[key] = self._sign_of(self.normal.atoms[key])
        return self.signs[key]

    def _sign_of(self, atom: Term) -> tuple[int, int, bool] | None:
        if not self.is_defined(atom):
            return None
        for strict, side in product((True, False), (1, -1)):
            line = self.look(self.lines, atom if side > 0 else t.neg(atom), strict)
            if line is not None:
                return line, side, strict
        return None

    def is_defined(self, term: Term) -> bool:
        """Is every base of the term known to be positive?"""
        return all(self.ask(self.lines, base, True) is not None for base, _ in partial_bases(term))

    def monomial(self, mono: Mono) -> Signed | None:
        """A product of atoms, or its negative, by the signs of the atoms; even powers need none."""
        side, strict, factors = 1, True, list[Factor]()
        if any(not -MOST_POWER <= e <= MOST_POWER for _, e in mono):
            return None  # exp(1) may have an exponent of any size, and no term has
        for key, e in mono:
            known, atom = self.sign_of(key), self.normal.atoms[key]
            if known is not None and e == int(e) and (known[2] or e > 0):
                line, turned, sure = known
                side, strict = side * (turned if int(e) % 2 else 1), strict and sure
                factors += [line] * int(e) if e > 0 else [self._inverse(line, int(-e))]
            elif e == int(e) and int(e) % 2 == 0 and (e > 0 or self.is_defined(t.power(atom, e))):
                strict = False
                factors.append(t.power(atom, Fraction(e) / 2))
            elif known is not None and known[1] > 0 and known[2]:
                factors.append(self.lines.power(known[0], positive(Pow(self.lines.term(known[0]), Fraction(e)))))
            else:
                return None
        return Signed({mono: side}, strict, lambda: factors)

    def _inverse(self, line: int, e: int) -> int:
        return self.lines.power(line, positive(Pow(self.lines.term(line), Fraction(-e))))

    def facts(self, term: Term) -> Iterator[Signed]:
        """Conditions of the domain and hypotheses, at the indices of the term as well."""
        draft = self.lines.draft
        told = [("domain", d.kind, d.term) for d in draft.domain if d.term is not None]
        told += [("given", g.kind, g.term) for g in self.lines.given if g.kind in SIGNS and g.term is not None]
        for name, kind, stated in told:
            for change in changes(stated, term, draft.indices):
                moved = t.reindex(stated, dict(change))
                if self.is_defined(stated) and self.is_defined(moved):
                    poly = self.normal.poly(moved)
                    yield Signed(poly, kind == "positive", partial(self._at, name, kind, stated, change))

    def _at(self, name: str, kind: str, stated: Term, change: Mapping[str, t.Index]) -> list[Factor]:
        number = self.lines.because(self.lines.fact(name, judged(kind, stated)), Assumed(stated, kind == "positive"))
        for index, place in change.items():
            if place != index:
                stated = t.reindex(stated, {index: place})
                number = self.lines.instance(number, judged(kind, stated), index, str(place))
        return [number]

    def ranges(self, keys: Iterable[str]) -> Iterator[Signed]:
        """What the kernel knows of the functions among the atoms, and e^u >= 1 + u."""
        for key in keys:
            match self.normal.atoms[key]:
                case Fn(name, (u,)) as atom if self.is_defined(atom):
                    for fact, (kind, shape) in FUNCTIONS[name].facts:
                        term = t.substitute(shape, {Z.name: ((), u)})
                        yield Signed(
                            self.normal.poly(term), kind == "positive", partial(self._fact, fact, kind, term, u)
                        )
                    if name == "exp":
                        rise = t.sub(t.sub(atom, t.ONE), u)
                        yield Signed(self.normal.poly(rise), False, partial(self._tangent, u))

    def _fact(self, name: str, kind: str, term: Term, at: Term) -> list[Factor]:
        number = self.lines.fact(name, judged(kind, term), at)
        return [number if "log" in name else self.lines.because(number, Within(name.split("_", maxsplit=1)[0], at))]

    def _tangent(self, u: Term) -> list[Factor]:
        return [above_tangent(self.lines, u)]

    # ---- ways ------------------------------------------------------------------------------------

    def written(self, products: Sequence[Sequence[Factor]], gives: Judgment) -> int | None:
        """The line, when the products add up to the term by the kernel's own normal form."""
        terms = [t.mul(*(self.lines.term(f) if isinstance(f, int) else t.power(f, 2) for f in p)) for p in products]
        same = self.normal.equal(t.add(*terms), gives.term or t.ZERO)
        return self.lines.combine(products, gives) if same else None

    def constant(self, value: Fraction) -> list[Factor]:
        """A number > 0 as a factor; nothing for 1."""
        return [] if value == 1 else [self.lines.constant(positive(Num(value)))]

    def by_simplifying(self, gives: Judgment, poly: Poly) -> int | None:
        """What is one monomial after all cancellation."""
        if len(poly) > 1:
            return None
        ((mono, c),) = poly.items()
        known = self.monomial(mono)
        if known is None or known.poly[mono] * c < 0 or (gives.kind == "positive" and not known.strict):
            return None
        factors = [*self.constant(abs(Fraction(c))), *known.write()]
        return self.written([factors or [self.lines.constant(positive(t.ONE))]], gives)

    def by_factors(self, gives: Judgment, poly: Poly) -> int | None:
        """Each irreducible factor of numerator and denominator."""
        field_ = field_of(self.normal, [poly])
        value = field_.read(poly)
        above, below = value.above.factor(), value.below.factor()
        parts = [(p, int(e)) for p, e in above[1]] + [(p, -int(e)) for p, e in below[1]]
        if sum(abs(e) for _, e in parts) < 2:
            return None
        number, factors = fraction(above[0]) / fraction(below[0]), list[Factor]()
        for part, e in sorted(parts, key=lambda item: len(item[0])):
            found = self._factor(field_, part, e, strict=gives.kind == "positive")
            if found is None:
                return None
            number, factors = number * found[0], [*factors, *found[1]]
        return None if number < 0 else self.written([[*self.constant(number), *factors]], gives)

    def _factor(self, field_: Field, part: Polynomial, e: int, *, strict: bool) -> tuple[int, list[Factor]] | None:
        """A power of a factor of known sign: 1 or -1, and what its absolute value is a product of."""
        for sure in (True,) if strict or e < 0 else (True, False):
            for side, poly in ((1, part), (-1, -part)):
                line = self.ask(self.lines, field_.term(poly), sure)
                if line is not None:
                    return side if e % 2 else 1, [line] * e if e > 0 else [self._inverse(line, -e)]
        square = e > 0 and e % 2 == 0 and not strict
        return (1, [t.power(field_.term(part), e // 2)]) if square else None

    def by_weights(self, gives: Judgment, poly: Poly) -> int | None:
        """A sum of what is known with weights >= 0: first of conditions, then of products of two as well."""
        facts = [*self.facts(gives.term or t.ZERO)][:MOST_FACTS]
        keys = dict.fromkeys(key for known in (poly, *(f.poly for f in facts)) for mono in known for key, _ in mono)
        facts += [*self.ranges(keys)][:MOST_FACTS]
        strict = gives.kind == "positive"
        pairs = [self._times(a, b) for a, b in combinations_with_replacement(facts, 2)]
        for more in ([], pairs) if pairs else ([],):
            columns = self._with_monomials([*facts, *more], poly)
            sure = [k for k, known in enumerate(columns) if known.strict]
            if len(columns) > MOST_COLUMNS or (strict and not sure):
                continue
            table: list[Column] = [{mono: Fraction(c) for mono, c in known.poly.items()} for known in columns]
            weights = find_weights(table, {mono: Fraction(c) for mono, c in poly.items()}, sure if strict else ())
            if weights:
                return self.written(
                    [[*self.constant(w), *columns[k].write()] or [self._one()] for k, w in weights.items()], gives
                )
        return None

    def _one(self) -> int:
        return self.lines.constant(positive(t.ONE))

    def _times(self, a: Signed, b: Signed) -> Signed:
        return Signed(self.normal.times(a.poly, b.poly), a.strict and b.strict, lambda: [*a.write(), *b.write()])

    def _with_monomials(self, known: Sequence[Signed], poly: Poly) -> list[Signed]:
        """And the monomials that have a sign by themselves, the number 1 among them."""
        monos = dict.fromkeys([UNIT, *(mono for p in (poly, *(k.poly for k in known)) for mono in p)])
        found = [self.monomial(mono) for mono in monos] if len(monos) <= MOST_COLUMNS else []
        return [*(k for k in found if k is not None), *known]

    def by_multiple(self, gives: Judgment, poly: Poly) -> int | None:
        """The sign of the product with a condition g > 0, divided by g: d > 0 from a > 0 and a d - b^2 > 0."""
        term = gives.term or t.ZERO
        for fact in [f for f in self.facts(term) if f.strict and f.poly != poly][:MOST_MULTIPLES]:
            product_ = self.normal.times(poly, fact.poly)
            line = self.by_weights(judged(gives.kind, self.normal.term(product_)), product_)
            if line is not None:
                (factor,) = fact.write()
                if isinstance(factor, int):
                    return self.written([[line, self._inverse(factor, 1)]], gives)
        return None

    def by_square(self, gives: Judgment, poly: Poly) -> int | None:
        """The square completed in an unknown in which the sum is quadratic with a number > 0 in front."""
        for key in dict.fromkeys(key for mono in poly for key, e in mono if e == 2):
            split = {0: dict[Mono, Fraction](), 1: dict[Mono, Fraction](), 2: dict[Mono, Fraction]()}
            for mono, c in poly.items():
                e = dict(mono).get(key, 0)
                if e not in split:
                    break
                split[int(e)][tuple(p for p in mono if p[0] != key)] = Fraction(c)
            else:
                c = split[2].get(UNIT, Fraction(0))
                if len(split[2]) != 1 or c <= 0 or not split[1]:
                    continue
                half = self.normal.term({mono: b / (2 * c) for mono, b in split[1].items()})
                root = t.add(self.normal.atoms[key], half)
                rest = self.normal.term(self.normal.poly(t.sub(gives.term or t.ZERO, t.mul(Num(c), t.power(root, 2)))))
                line = self.ask(self.lines, rest, gives.kind == "positive") if rest != t.ZERO else None
                if line is not None or (rest == t.ZERO and gives.kind == "nonneg"):
                    return self.written([[*self.constant(c), root], *([] if line is None else [[line]])], gives)
        return None

    def by_exponential(self, gives: Judgment, poly: Poly) -> int | None:
        """c m e^u - d m for a monomial m > 0: c >= d > 0 and u > 0 (u >= 0)."""
        if len(poly) != 2 or (UNIT in poly and min(poly.values()) > 0):
            return None
        (high, c), (low, d) = sorted(poly.items(), key=lambda item: -item[1])
        strict, small = gives.kind == "positive", self.monomial(low)
        if c <= 0 or d >= 0 or c + d < 0 or small is None or not small.strict or small.poly[low] < 0:
            return None
        exponents = dict(high)
        for key, e in low:
            exponents[key] = exponents.get(key, 0) - e
        powers = {key: e for key, e in exponents.items() if e}
        if any(not isinstance(self.normal.atoms[key], Fn) or self.normal.atoms[key].name != "exp" for key in powers):  # type: ignore[union-attr]
            return None
        u = self.normal.term(
            self.normal.poly(
                t.add(*(t.mul(Num(Fraction(e)), t.children(self.normal.atoms[key])[0]) for key, e in powers.items()))
            )
        )
        line = self.ask(self.lines, u, strict)
        if line is None:
            return None
        factors = [*self.constant(Fraction(c)), *small.write()]
        products = [[*factors, above_tangent(self.lines, u)], [*factors, line]]
        if c + d > 0:
            products.append([*self.constant(Fraction(c + d)), *(small.write() or [self._one()])])
        return self.written(products, gives)


def above_tangent(lines: Lines, u: Term) -> int:
    """exp(u) - 1 - u >= 0"""
    z = Sym(f"{MADE}z")
    bend = lines.fact("exp_positive", positive(t.fn("exp", z)), z)
    rise = t.sub(t.sub(t.fn("exp", u), t.ONE), u)
    number = lines.tangent([bend], nonneg(rise), z.name, t.fn("exp", z), (t.ZERO, u))
    return lines.because(number, Tangent("exp"))


def changes(stated: Term, term: Term, indices: dict[str, t.Size]) -> Iterator[Mapping[str, t.Index]]:
    """The free indices of what is stated for every place as they are, or as those of the term."""
    own, other = sorted(t.free_indices(stated)), sorted(t.free_indices(term))
    choices: list[list[t.Index]] = [
        [i, *(k for k in other if k != i and indices.get(k) == indices.get(i))] for i in own
    ]
    yield from (dict(zip(own, choice, strict=True)) for choice in product(*choices))


MOST_SAMPLES, MOST_TRIED, SAMPLE_WORK = 8, 120, 200_000
OTHERS = tuple(Fraction(k, 7) for k in (3, -5, 9, -2, 11))  # for symbols that may be anything


@lru_cache(maxsize=64)
def samples(domain: tuple[Judgment, ...], names: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, Fraction], ...]:
    """A few points with all conditions > 0, for scalars with their sets."""
    found = list[Mapping[str, Fraction]]()
    for point in islice(trials(len(names)), MOST_TRIED):
        values = {name: _inside(within, x, k) for k, ((name, within), x) in enumerate(zip(names, point, strict=True))}
        known = Values(values, {}, {}, {})
        if values not in found and all(is_positive(c.term or t.ZERO, known, Budget(SAMPLE_WORK)) for c in domain):
            found.append(values)
    return tuple(found[:: max(1, len(found) // MOST_SAMPLES)])


def _inside(within: str, x: Fraction, k: int) -> Fraction:
    """A number of the set, near x."""
    match within:
        case "positive":
            return abs(x) + Fraction(k + 1, 3)
        case "nonnegative" | "count":
            return Fraction(int(abs(x)))
        case "unit":
            return Fraction(1, 2) + Fraction(k, 100)
        case "sign" | "binary":
            return Fraction(1)
    return x


def is_refuted(lines: Lines, gives: Judgment) -> bool:
    """Is the term certainly < 0 at one of a few points? Then no derivation is looked for."""
    draft, term = lines.draft, gives.term or t.ZERO
    symbols = {part.name for part in t.subterms(term) if isinstance(part, Sym) and part.name != t.PI}
    sized = any(
        isinstance(part, t.Sum | t.Dim) or (isinstance(part, Sym) and part.indices) for part in t.subterms(term)
    )
    shapes = {**draft.parameters, **draft.data}
    if sized or lines.given or draft.problem.values or any(shapes.values()):
        return False
    names = tuple((name, draft.within(name)) for name in shapes)
    free = dict(zip(sorted(symbols - {*shapes}), cycle(OTHERS)))
    for point in samples(draft.domain, names):
        spend(20 * len(symbols))
        if is_positive(t.neg(term), Values({**point, **free}, {}, {}, {}), Budget(SAMPLE_WORK)):
            return True
    return False


def find_combination(lines: Lines, gives: Judgment, ask: Asked, look: Asked) -> int | None:
    """The line for the sign of a sum or a symbol; None when no small derivation was found."""
    draft, term = lines.draft, gives.term or t.ZERO
    if not all(
        positive(base) in lines.known or positive(t.Mul((Num(t.MINUS_ONE), base))) in lines.known
        for base, _ in partial_bases(term)
    ):
        return None
    if is_refuted(lines, gives):
        return None
    sets = {d.name: d.within for d in draft.problem.data}
    zero = frozenset(g.name for g in lines.given if g.kind == "zero")
    null = frozenset((g.name, g.extra) for g in lines.given if g.kind == "null")
    facts = Facts(sets, zero, null, nested(draft.problem.values))
    search, before = Search(lines, defined(ask), look, Normal(facts, Budget(NORMAL_WORK))), len(lines.steps)
    found = _first(search, gives)
    if found is None:
        lines.forget(before)
    return found


def _first(search: Search, gives: Judgment) -> int | None:
    """What the first way finds that applies."""
    try:
        poly = search.normal.poly(gives.term or t.ZERO)
        if not 0 < len(poly) <= MOST_TERMS:
            return None
        spend(50 + 20 * len(poly))
        ways = (
            search.by_simplifying,
            search.by_exponential,
            search.by_weights,
            search.by_factors,
            search.by_square,
            search.by_multiple,
        )
        return next((found for way in ways if (found := way(gives, poly)) is not None), None)
    except t.TooLarge:
        raise
    except Refused:
        return None
