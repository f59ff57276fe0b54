"""Quadratic losses that treat all entries of an array alike: convex exactly when two eigenvalues are >= 0.

    v'Hv = A |v|^2 + B (sum of v)^2 = A s + E N m^2,     s = |v|^2 - N m^2,  E = A + N B

m is the mean of the N entries of v. Along v = 1 this is N E, and along one entry against another it is 2 A.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.alike import Alike, Level, find_alike
from symconvex.drafting.arguments.eigenvalues import Eigenvalues
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import Point, is_numeric, loss_at, zeros
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import with_least
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Dim, Pow, Term

Tree = Alternatives | int


def find(draft: Draft) -> Finding | None:
    read = None if is_numeric(draft) or draft.domain or len(draft.parameters) != 1 else find_alike(draft)
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


# ---- the cases ---------------------------------------------------------------------------------------


def _tree(form: Alike, parts: list[PartDraft]) -> Tree | None:
    """Exactly when both eigenvalues are >= 0; the number of a part where that does not depend on the data."""
    return _split(form, parts, SplitWays(_shown, say.given_nonneg, say.given_positive), f"not_{form.word}")


def _strict_tree(form: Alike, parts: list[PartDraft]) -> Tree | None:
    """Exactly when both are > 0."""
    tree = _split(
        form, parts, SplitWays(_shown_strict, say.given_positive, say.given_nonneg), f"not_strictly_{form.word}"
    )
    return None if isinstance(tree, int) else tree


@dataclass(frozen=True, slots=True)
class SplitWays:
    """What is shown of a form where both eigenvalues have a sign, what that is, and its opposite."""

    shown: Callable[[Alike, Sequence[Given]], PartDraft | None]
    holds: Callable[[Term], Given]
    fails: Callable[[Term], Given]


def _split(form: Alike, parts: list[PartDraft], asked: SplitWays, failed: str) -> Tree | None:
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
