"""phi(a x + b), where phi bends both ways and a is any number: convex, and concave, exactly when a = 0.

f'' = a^2 phi''(a x + b):   at x = (u - b)/a it is a^2 phi''(u), for a number u with phi''(u) < 0
"""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Conditions, Leaf
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.kinked.profile import FormReader
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.profile import is_affine, mentions
from symconvex.drafting.rule import Finding
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.univariate.interval import is_short
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import Inquiry, S, is_smooth, question, slope_of
from symconvex.drafting.univariate.steps import cases
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Add, Refused, Sym, Term

WITHIN = ("real", "positive", "nonnegative", "unit")
WORDS = {1: "convex", -1: "concave"}


@dataclass(frozen=True, slots=True)
class Sloped:
    """f = phi(slope x + start) + affine, and phi'' as a question about every number."""

    draft: Draft
    parameter: str
    slope: Sym
    start: Term
    asked: Inquiry

    @property
    def bend(self) -> Term:
        """a^2 phi''(a x + b)"""
        inside = t.add(t.mul(self.slope, Sym(self.parameter)), self.start)
        return t.mul(t.power(self.slope, 2), t.substitute(self.asked.term, {S.name: ((), inside)}))

    @property
    def way(self) -> Sym:
        """v"""
        return Sym(f"{self.parameter}'")


def find_sloped(draft: Draft) -> Finding | None:
    """The finding for a loss of one number in which one number among the data stands before it, and nowhere else."""
    form = None if draft.domain or len(draft.parameters) != 1 or not is_smooth(draft.loss) else _read(draft)
    if form is None:
        return None
    points = form.asked.sampled()
    if len(points) < 2:
        return None
    square = t.power(form.slope, 2)
    level, apart = say.given_nonneg(t.neg(square)), say.given_positive(square)
    parts, leaves, exact = list[PartDraft](), list[Leaf](), dict[str, Alternatives | int]()
    always = find_sign(Lines(draft), square, strict=True) is not None
    for side, word in WORDS.items():
        refuted = _refuted(form, word, () if always else (apart,), points[-side])
        shown = None if always else _level(form, word, level)
        if refuted is None or (shown is None and not always):
            return None
        leaves.append(refuted[1])
        parts.append(refuted[0])
        if shown is not None:
            leaves.append(Leaf(word, (level,), (t.ZERO,), {}, {}, None))
            exact[word] = Alternatives(level, apart, len(parts), len(parts) - 1)
            parts.append(shown)
    told = Conditions(t.mul(form.bend, t.power(form.way, 2)), (form.way,), tuple(leaves))
    return Finding(tuple(parts), told, exact=exact)


def _read(draft: Draft) -> Sloped | None:
    """The loss without what is affine, as a function of one form in which the slope is a number among the data."""
    ((name, shape),) = draft.parameters.items()
    names = frozenset({name})
    if shape or draft.problem.values or not is_short(draft.loss):
        return None
    every = draft.loss.args if isinstance(draft.loss, Add) else (draft.loss,)
    loss = t.add(*(part for part in every if not is_affine(part, names)))
    forms = [part for part in t.subterms(loss) if is_affine(part, names) and mentions(part, names)]
    if not forms:
        return None
    normal, form = normal_of(draft), max(forms, key=lambda part: len(t.render(part)))
    try:
        poly = {mono: c for mono, c in normal.poly(form).items() if mono}
        slope = [normal.atoms[key] for mono in poly if name in dict(mono) for key, _ in mono if key != name]
        if len(slope) != 1:
            return None
        function = FormReader(normal, poly, names).read(loss)
    except Refused:
        return None
    if not isinstance(slope[0], Sym) or draft.within(slope[0].name) not in WITHIN or function is None:
        return None
    if any(isinstance(part, Sym) and part not in (S, Sym(t.PI)) for part in t.subterms(function)):
        return None
    scale = next(c for mono, c in poly.items() if name in dict(mono))
    start = normal.term({mono: Fraction(c) / Fraction(scale) for mono, c in poly.items() if name not in dict(mono)})
    function = t.substitute(function, {S.name: ((), t.mul(t.number(scale), S))})
    if mentions(start, frozenset({slope[0].name})) or not is_short(function):
        return None
    return Sloped(draft, name, slope[0], start, question(slope_of(slope_of(function)), Region(None, None), {}))


def _opened(form: Sloped, *given: Given) -> tuple[Lines, int] | None:
    """A part that starts with the second derivative, where phi'' is defined everywhere."""
    lines = Lines(form.draft, given=given)
    for one in given:
        lines.fact("given", say.sign(one.kind, one.term or t.ZERO))
    if not show_defined(lines, form.draft.loss, smooth=True) or not show_defined(lines, form.bend):
        return None
    return lines, lines.differentiate(say.curvature(t.mul(form.bend, t.power(form.way, 2))))


def _level(form: Sloped, word: str, given: Given) -> PartDraft | None:
    """a^2 phi'' >= 0 from a^2 >= 0 and -a^2 >= 0, whatever sign phi'' has; likewise <= 0."""
    opened = _opened(form, given)
    if opened is None:
        return None
    lines, bend = opened
    square, inside = t.power(form.slope, 2), t.add(t.mul(form.slope, Sym(form.parameter)), form.start)
    phi = t.substitute(form.asked.term, {S.name: ((), inside)})
    none = lines.fact("given", say.nonneg(t.neg(square)))
    some = lines.square(say.nonneg(square))
    curve = t.mul(form.bend, t.power(form.way, 2))
    target = say.nonneg(curve if word == "convex" else t.neg(curve))
    shown = []
    for side in (1, -1):
        sign = say.nonneg(phi if side > 0 else t.neg(phi))
        with lines.assuming(sign):
            fact = lines.fact("assumed", sign)
            factor = some if (side > 0) == (word == "convex") else none
            shown.append(lines.combine([[factor, fact, form.way]], target))
    lines.curvature([bend, cases(lines, shown, target)], say.loss(word))
    part = lines.part(say.loss(word))
    return part if holds(form.draft, part) else None


def _refuted(form: Sloped, word: str, given: tuple[Given, ...], at: Fraction) -> tuple[PartDraft, Leaf] | None:
    """At the point where the argument is this number."""
    opened = _opened(form, *given)
    if opened is None:
        return None
    (lines, bend), square = opened, t.power(form.slope, 2)
    inverse = t.Pow(square, Fraction(-1))
    fact = find_sign(lines, square, strict=True)
    if fact is None:
        return None
    lines.power(fact, say.positive(inverse))
    value = t.substitute(form.asked.term, {S.name: ((), t.Num(at))})
    value = t.neg(value) if word == "convex" else value
    point = t.mul(t.sub(t.Num(at), form.start), form.slope, inverse)
    try:
        sign = form.asked.writer(lines).closed(say.positive(value))
    except Lost:
        return None
    total = t.mul(square, value)
    number = lines.product([fact, sign], say.positive(total))
    places = {form.parameter: ((), point)}
    if not show_defined(lines, t.substitute(form.draft.loss, places)):
        return None
    gap = lines.at_point([bend], say.gap(word, total), places, {form.parameter: ((), t.ONE)})
    lines.refute([gap], number, say.loss(f"not_{word}"))
    part = lines.part(say.loss(f"not_{word}"))
    told = Leaf(word, given, (), {form.parameter: point}, {form.way.name: t.ONE}, total)
    return (part, told) if holds(form.draft, part) else None
