"""Quadratic losses that treat all entries of an array alike: convex exactly when two eigenvalues are >= 0.

    v'Hv = A |v|^2 + B (sum of v)^2 = A s + E N m^2,     s = |v|^2 - N m^2,  E = A + N B

m is the mean of the N entries of v. Along v = 1 this is N E, and along one entry against another it is 2 A.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.eigenvalues import Eigenvalues
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import Point, is_numeric, loss_at, zeros
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import with_least
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Budget, Dim, Pow, Refused, Sum, Sym, Term

WORK = 300_000
Tree = Alternatives | int


@dataclass(frozen=True, slots=True)
class Level:
    """An eigenvalue as scale * core: the scale is > 0, the core has whole coefficients and no size below a line."""

    core: Term
    scale: Term

    @property
    def value(self) -> Term:
        """The eigenvalue."""
        return t.mul(self.scale, self.core)

    def turned(self) -> "Level":
        """Its negative."""
        return Level(t.neg(self.core) if not isinstance(self.core, t.Num) else t.Num(-self.core.value), self.scale)


@dataclass(frozen=True, slots=True)
class Alike:
    """side * v'Hv = apart (|v|^2 - (sum of v)^2/N) + alike (sum of v)^2/N."""

    draft: Draft
    places: tuple[str, ...]
    apart: Level
    alike: Level
    side: int

    @property
    def name(self) -> str:
        """The parameter."""
        return next(iter(self.draft.parameters))

    @property
    def word(self) -> str:
        """What is asked."""
        return "convex" if self.side > 0 else "concave"

    @property
    def count(self) -> Term:
        """N"""
        return t.mul(*map(Dim, self.draft.parameters[self.name]))

    def over(self, body: Term, places: Sequence[str] = ()) -> Term:
        """The sum over all places."""
        for index, size in zip(reversed(places or self.places), self.draft.parameters[self.name][::-1], strict=True):
            body = Sum(index, size, body)
        return body

    @property
    def entry(self) -> Sym:
        """An entry of the direction."""
        return Sym(f"{self.name}'", self.places)

    @property
    def rest(self) -> Term:
        """N s, as half the sum of the squares of all differences."""
        taken, shape = list(self.places), self.draft.parameters[self.name]
        for size in shape:
            taken.append(self.draft.index(size, taken))
        others = tuple(taken[len(shape) :])
        gap = t.power(t.sub(self.entry, Sym(f"{self.name}'", others)), 2)
        return t.mul(t.Num(Fraction(1, 2)), self.over(self.over(gap, others)))

    @property
    def curve(self) -> Term:
        """A s + E N m^2"""
        inverse, total = t.power(self.count, -1), t.power(self.over(self.entry), 2)
        return t.add(t.mul(self.apart.value, inverse, self.rest), t.mul(self.alike.value, inverse, total))


def find(draft: Draft) -> Finding | None:
    read = None if is_numeric(draft) or draft.domain or len(draft.parameters) != 1 else _read(draft)
    if read is None:
        return None
    size = next((s for s in draft.parameters[read.name] if s != 1), 1)
    wide = Alike(with_least(draft, size, 2), read.places, read.apart, read.alike, 1)
    tried = [_decided(form) for form in ((read, wide) if wide.draft is not read.draft else (read,))]
    found = [finding for finding in tried if finding is not None]
    return next((one for one in found if _says(one, "convex")), found[0] if found else None)


def _says(finding: Finding, word: str) -> bool:
    """Is it said exactly when, or by a part without hypotheses?"""
    sure = {claim.word for part in finding.parts if not part.given for claim in part.claims}
    return word in finding.exact or bool({word, f"not_{word}"} & sure)


def _decided(form: Alike) -> Finding | None:
    parts, exact = list[PartDraft](), dict[str, Tree]()
    for side in (1, -1):
        turned = Alike(form.draft, form.places, form.apart.turned(), form.alike.turned(), side)
        here = form if side > 0 else turned
        start = len(parts)
        tree = _tree(here, parts)
        if tree is None:
            del parts[start:]
            continue
        exact |= {} if isinstance(tree, int) else {here.word: tree}
        start = len(parts)
        strict = _strict_tree(here, parts)
        if strict is None:
            del parts[start:]
        else:
            exact[f"strictly_{here.word}"] = strict
        parts += _constants(here)
    if not parts:
        return None
    told = Eigenvalues(form.curve, form.apart.value, form.alike.value)
    return Finding(tuple(parts), told, form.draft.problem.least, exact=exact)


# ---- the two eigenvalues -----------------------------------------------------------------------------


def _read(draft: Draft) -> Alike | None:
    """The second derivative, where it is made of the sum of the squares of all entries and the square of their sum."""
    (name,), normal = draft.parameters, normal_of(draft)
    places, way = places_of(draft, name), {name: f"{name}'"}
    if not places or all(size == 1 for size in draft.parameters[name]):
        return None
    try:
        poly = normal.poly(derivative(derivative(draft.loss, way, Budget(WORK)), way, Budget(WORK)))
        shell = Alike(draft, places, Level(t.ONE, t.ONE), Level(t.ONE, t.ONE), 1)
        (square,), (total,) = (normal.poly(shell.over(t.power(shell.entry, e))) for e in (2, 1))
    except (Refused, ValueError):
        return None
    parts: dict[str, Poly] = {"apart": {}, "beside": {}}
    for mono, c in poly.items():
        exponents, ((one, _),), ((all_, _),) = dict(mono), square, total
        kind = "apart" if exponents.pop(one, 0) == 1 else "beside" if exponents.pop(all_, 0) == 2 else ""
        if not kind or any(_speaks(normal.atoms[key], way) for key in exponents):
            return None
        parts[kind][tuple(sorted(exponents.items()))] = c
    apart, beside = (normal.term(part) for part in parts.values())
    both = normal.poly(t.add(apart, t.mul(shell.count, beside)))
    if not parts["beside"] and not _open(draft, apart):
        return None
    levels = _level(normal, parts["apart"]), _level(normal, both)
    numbers = all(isinstance(level.core, t.Num) for level in levels) and not draft.sizes()
    return None if numbers else Alike(draft, places, *levels, 1)


def _open(draft: Draft, apart: Term) -> bool:
    """Has a Hessian that is a multiple of the identity one of unknown sign?"""
    lines = Lines(draft)
    return not any(find_sign(lines, side, strict=False) for side in (apart, t.neg(apart)))


def _speaks(atom: Term, way: dict[str, str]) -> bool:
    names = {*way, *way.values()}
    return any(isinstance(part, Sym) and (part.name in names or part.indices) for part in t.subterms(atom))


def _level(normal: Normal, poly: Poly) -> Level:
    """The eigenvalue without sizes below a line and without a common number."""
    scale: Term = t.ONE
    for key in sorted({key for mono in poly for key, _ in mono}):
        least, atom = min(dict(mono).get(key, 0) for mono in poly), normal.atoms[key]
        if isinstance(atom, Dim) and least:
            scale = t.mul(scale, t.power(atom, Fraction(least)))
            poly = normal.poly(t.mul(normal.term(poly), t.power(atom, Fraction(-least))))
    number = min((abs(Fraction(c)) for c in poly.values()), default=Fraction(1))
    return Level(normal.term(scaled(poly, 1 / number)), t.mul(t.Num(number), scale))


# ---- the cases ---------------------------------------------------------------------------------------


def _tree(form: Alike, parts: list[PartDraft]) -> Tree | None:
    """Exactly when both eigenvalues are >= 0; the number of a part where that does not depend on the data."""
    return _split(form, parts, Asked(_shown, say.given_nonneg, say.given_positive), f"not_{form.word}")


def _strict_tree(form: Alike, parts: list[PartDraft]) -> Tree | None:
    """Exactly when both are > 0."""
    tree = _split(form, parts, Asked(_shown_strict, say.given_positive, say.given_nonneg), f"not_strictly_{form.word}")
    return None if isinstance(tree, int) else tree


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown of a form where both eigenvalues have a sign, what that is, and its opposite."""

    shown: Callable[[Alike, Sequence[Given]], PartDraft | None]
    holds: Callable[[Term], Given]
    fails: Callable[[Term], Given]


def _split(form: Alike, parts: list[PartDraft], asked: Asked, failed: str) -> Tree | None:
    """The cases of one eigenvalue after the other, where its sign does not follow from those before."""
    strict, given = failed.startswith("not_strictly"), list[Given]()
    splits = list[tuple[Given, Given, int]]()
    tree: Tree | None = None
    for level in (form.alike, form.apart):
        spend(1_000)
        lines, below = _assuming(form.draft, given), level.turned().core
        if _sign(lines, level.core, strict=strict) is not None:
            continue
        always = _sign(lines, below, strict=not strict) is not None
        part = _against(form, level, failed, given if always else [*given, asked.fails(below)])
        if part is None:
            return None
        parts.append(part)
        if always:
            tree = len(parts) - 1
            break
        splits.append((asked.holds(level.core), asked.fails(below), len(parts) - 1))
        given.append(asked.holds(level.core))
    if tree is None:
        whole = asked.shown(form, given)
        if whole is None:
            return None
        parts.append(whole)
        tree = len(parts) - 1
    for one, other, number in reversed(splits):
        tree = Alternatives(one, other, tree, number)
    return tree


def _assuming(draft: Draft, given: Sequence[Given]) -> Lines:
    """A part with hypotheses."""
    lines = Lines(draft, given=tuple(given))
    for one in given:
        lines.fact("given", say.sign(one.kind, one.term or t.ZERO))
    return lines


def _opened(form: Alike, given: Sequence[Given]) -> tuple[Lines, int] | None:
    """A part that starts with the second derivative."""
    lines = _assuming(form.draft, given)
    if not show_defined(lines, form.draft.loss, smooth=True) or find_sign(lines, form.count, strict=True) is None:
        return None
    lines.power(find_sign(lines, form.count, strict=True) or 0, say.positive(Pow(form.count, Fraction(-1))))
    return lines, lines.differentiate(say.curvature(form.curve if form.side > 0 else t.neg(form.curve)))


def _sign(lines: Lines, core: Term, *, strict: bool) -> int | None:
    """The line that this is >= 0, or > 0: also where it is what a size exceeds its least value by."""
    found = find_sign(lines, core, strict=strict)
    sizes = [part for part in t.subterms(core) if isinstance(part, Dim) and isinstance(part.size, str)]
    if found is not None or strict or len(sizes) != 1:
        return found
    over = t.sub(sizes[0], t.number(lines.draft.least(sizes[0].size)))
    if not normal_of(lines.draft).equal(over, core):
        return None
    return lines.product([lines.fact("size", say.nonneg(over), sizes[0])], say.nonneg(core))


def _signed(lines: Lines, level: Level, *, strict: bool) -> int | None:
    """The line that an eigenvalue is >= 0, or > 0."""
    core, scale = _sign(lines, level.core, strict=strict), find_sign(lines, level.scale, strict=True)
    if core is None or scale is None:
        return None
    return lines.product([core, scale], say.sign("positive" if strict else lines.kind(core), level.value))


def _shown(form: Alike, given: Sequence[Given]) -> PartDraft | None:
    opened = _opened(form, given)
    if opened is None:
        return None
    lines, bend = opened
    level = find_sign(lines, form.rest, strict=False)
    apart, alike = (_signed(lines, one, strict=False) for one in (form.apart, form.alike))
    inverse = find_sign(lines, t.power(form.count, -1), strict=True)
    if level is None or apart is None or alike is None or inverse is None:
        return None
    products: list[list[int | Term]] = [[apart, inverse, level], [alike, inverse, form.over(form.entry)]]
    lines.curvature([bend, lines.combine(products, say.nonneg(form.curve))], say.loss(form.word))
    part = lines.part(say.loss(form.word))
    return part if holds(form.draft, part) else None


def _shown_strict(form: Alike, given: Sequence[Given]) -> PartDraft | None:
    """With h = A E/(A + E) > 0, A - h = A^2/(A + E) and E - h = E^2/(A + E), q is h |v|^2 and a rest >= 0."""
    opened = _opened(form, given)
    if opened is None:
        return None
    lines, bend = opened
    level = find_sign(lines, form.rest, strict=False)
    apart, alike = (_signed(lines, one, strict=True) for one in (form.apart, form.alike))
    count = find_sign(lines, t.power(form.count, -1), strict=True)
    if level is None or apart is None or alike is None or count is None:
        return None
    sum_ = lines.total([apart, alike], say.positive(t.add(form.apart.value, form.alike.value)))
    inverse = lines.power(sum_, say.positive(Pow(lines.term(sum_), Fraction(-1))))
    mean = t.mul(form.apart.value, form.alike.value, lines.term(inverse))
    share, squares = lines.product([apart, alike, inverse], say.positive(mean)), form.over(t.power(form.entry, 2))
    sure = lines.definite([share], say.definite(t.mul(mean, squares)), [(form.name, "", list(form.places))])
    products: list[list[int | Term]] = [
        [apart, apart, inverse, count, level], [alike, alike, inverse, count, form.over(form.entry)]
    ]  # fmt: skip
    rest = lines.combine(products, say.nonneg(t.sub(form.curve, t.mul(mean, squares))))
    word = say.loss(f"strictly_{form.word}")
    lines.curvature([bend, lines.total([sure, rest], say.definite(form.curve))], word)
    part = lines.part(word)
    return part if holds(form.draft, part) else None


def _constants(form: Alike) -> list[PartDraft]:
    """The modulus and the smoothness constant of a multiple of the identity, where it is > 0."""
    given = say.given_positive(form.apart.core)
    opened = _opened(form, [given]) if form.apart == form.alike else None
    number = None if opened is None else _signed(opened[0], form.apart, strict=True)
    if opened is None or number is None:
        return []
    (lines, bend), level = opened, opened[0].constant(say.nonneg(t.ZERO))
    squares = find_sign(lines, form.over(t.power(form.entry, 2)), strict=False)
    if squares is None:
        return []
    claims = [say.loss(f"strongly_{form.word}", form.apart.value)]
    lines.curvature([bend, number, level], claims[0])
    if form.side > 0:
        claims.append(say.loss("smooth", form.apart.value))
        curve = lines.product([number, squares], say.nonneg(t.mul(form.apart.value, lines.term(squares))))
        lines.curvature([bend, level, curve], claims[1])
    part = lines.part(*claims)
    return [part] if holds(form.draft, part) else []


# ---- where an eigenvalue has the other sign ----------------------------------------------------------


def _against(form: Alike, level: Level, word: str, given: Sequence[Given]) -> PartDraft | None:
    """The part that refutes along an eigenvector, by the second derivative, or of strictness by a chord."""
    opened, way = _opened(form, given), _along(form, level)
    if opened is None or way is None:
        return None
    (lines, bend), (point, length) = opened, way
    strict = word.startswith("not_strictly")
    core, scale = _sign(lines, level.turned().core, strict=not strict), find_sign(lines, level.scale, strict=True)
    size = find_sign(lines, length, strict=True)
    if core is None or scale is None or size is None:
        return None
    value = t.mul(length, level.turned().value)
    number = lines.product([core, scale, size], say.sign("nonneg" if strict else "positive", value))
    start = zeros(form.draft)
    if strict:
        ends = [{form.name: (point[form.name][0], t.mul(t.number(k), point[form.name][1]))} for k in (-1, 1)]
        four = lines.constant(say.positive(t.number(4)))
        apart = lines.product([four, size], say.positive(t.mul(t.number(4), length)))
        half = lines.constant(say.positive(t.Num(Fraction(1, 2))))
        above = lines.product([half, number], say.nonneg(t.mul(t.Num(Fraction(1, 2)), value)))
        for place in (start, *ends):
            show_defined(lines, loss_at(form.draft, place))
        lines.chord(say.loss(word), ends, [above, apart])
    else:
        gap = lines.at_point([bend], say.gap(form.word, value), start, point)
        lines.refute([gap], number, say.loss(word))
    part = lines.part(say.loss(word))
    return part if holds(form.draft, part) else None


def _along(form: Alike, level: Level) -> tuple[Point, Term] | None:
    """An eigenvector and the square of its length: all entries 1, or one against another where there are two."""
    shape = form.draft.parameters[form.name]
    if level is form.alike:
        return {form.name: (form.places, t.ONE)}, form.count
    axis = next((k for k, size in enumerate(shape) if form.draft.least(size) > 1), None)
    if axis is None:
        return None
    others = [t.Delta(p, 0) for k, p in enumerate(form.places) if k != axis and shape[k] != 1]
    turned = t.sub(t.Delta(form.places[axis], 0), t.Delta(form.places[axis], 1))
    return {form.name: (form.places, t.mul(turned, *others))}, t.number(2)


SHAPES = {"w": ("d",)}

RULE = Rule(
    name="eigenvalues",
    find=find,
    cost=11,
    source="Horn & Johnson 2013, Matrix Analysis, section 1.3 (eigenvalues of a I + b J)",
    accepts=(
        Example("sum(w**2) - mean(w)**2", "w", "convex", shapes=SHAPES),
        Example("sum(w**2) + a*sum(w)**2", "w", "convex", shapes={**SHAPES, "a": ()}, sets={"a": "positive"}),
    ),
    rejects=(
        Example("sum(w**2) - 2*sum(w)**2", "w", "neither", shapes={"w": (2,)}),
        Example("sum(w**3) - a*sum(w)**2", "w", "neither", shapes={**SHAPES, "a": ()}),
    ),
)
