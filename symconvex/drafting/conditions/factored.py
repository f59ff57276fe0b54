"""A number of any sign in front of a convex function: lam g + affine is convex exactly when lam >= 0.

lam < 0:   a chord at which g is below the mean, so that lam g is above it
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.drafting import judgments as say
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft
from symconvex.drafting.free_lines import Chord, add_chord, chords_of
from symconvex.drafting.lines import Alternatives, Lines, PartDraft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.points import is_numeric, simplified
from symconvex.drafting.profile import is_affine, mentions, summands
from symconvex.drafting.rule import Finding
from symconvex.drafting.signs import show_defined
from symconvex.drafting.structure import find_convex
from symconvex.drafting.vanishing import with_least
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Refused, Sym, Term

WORDS = {1: "convex", -1: "concave"}


@dataclass(frozen=True, slots=True)
class Scaled:
    """The loss is factor * function + affine, and the function is convex where side is 1, else concave."""

    draft: Draft
    factor: Sym
    function: Term
    side: int


def find_factored(draft: Draft) -> Finding | None:
    """The finding for a loss that is a multiple of a number among the data, but for what is affine."""
    if is_numeric(draft) or draft.domain:
        return None
    for factor, function in _factors(draft):
        for side in (1, -1):
            finding = _decided(Scaled(draft, factor, function, side))
            if finding is not None:
                return finding
    return None


def _factors(draft: Draft) -> Iterator[tuple[Sym, Term]]:
    """Real numbers among the data of which the loss is a multiple but for what is affine, and of what."""
    names, normal = frozenset(draft.parameters), normal_of(draft)
    for name in (d.name for d in draft.problem.data if d.shape == () and d.within == "real"):
        none, once = (simplified(t.substitute(draft.loss, {name: ((), t.number(k))})) for k in (0, 1))
        function = t.add(*(part for part in summands(once) if part not in summands(none)))
        try:
            fits = normal.equal(draft.loss, t.add(none, t.mul(Sym(name), function)))
        except Refused:
            continue
        if fits and is_affine(none, names) and mentions(function, names) and not is_affine(function, names):
            yield Sym(name), function


def _decided(form: Scaled) -> Finding | None:
    parts, exact = list[PartDraft](), dict[str, Alternatives | int]()
    chords = {word: _chord(form, word) for word in WORDS.values()}
    least = {size: n for draft, _ in filter(None, chords.values()) for size, n in draft.problem.least.items()}
    wide = form.draft
    for size, n in least.items():
        wide = with_least(wide, size, n)
    for way, word in WORDS.items():
        sign = form.factor if way == form.side else t.neg(form.factor)
        shown = _shown(wide, word, say.given_nonneg(sign))
        found = chords[word]
        refuted = None if found is None else _refuted(wide, word, say.given_positive(t.neg(sign)), found[1])
        if shown is None or refuted is None:
            continue
        exact[word] = Alternatives(say.given_nonneg(sign), say.given_positive(t.neg(sign)), len(parts), len(parts) + 1)
        parts += [shown, refuted]
    return Finding(tuple(parts), None, wide.problem.least, exact=exact) if exact else None


def _shown(draft: Draft, word: str, given: Given) -> PartDraft | None:
    """The loss (its negative) by its structure, where the factor has this sign."""
    lines, names = Lines(draft, given=(given,)), draft.loss if word == "convex" else t.neg(draft.loss)
    lines.fact("given", say.nonneg(given.term or t.ZERO))
    found = find_convex(lines, names) if show_defined(lines, draft.loss) else None
    if found is None:
        return None
    lines.conclude(lines.product([found[0]], say.convex(names)), say.loss(word))
    part = lines.part(say.loss(word))
    return part if holds(draft, part) else None


def _chord(form: Scaled, word: str) -> tuple[Draft, Chord] | None:
    """A chord against the loss being convex (concave), where the factor has the sign that makes it the opposite."""
    name, other = form.factor.name, (word == "convex") == (form.side > 0)
    turned = t.mul(t.neg(form.factor) if other else form.factor, form.function)
    data = [dataclasses.replace(d, within="positive") if d.name == name else d for d in form.draft.problem.data]
    problem = dataclasses.replace(form.draft.problem, data=tuple(data))
    draft = dataclasses.replace(form.draft, problem=problem, loss=turned, indices=dict(form.draft.indices))
    return chords_of(draft, word).get(word)


def _refuted(draft: Draft, word: str, given: Given, chord: Chord) -> PartDraft | None:
    lines = Lines(draft, given=(given,))
    lines.fact("given", say.positive(given.term or t.ZERO))
    if not show_defined(lines, draft.loss) or add_chord(lines, word, chord) is None:
        return None
    part = lines.part(say.loss(f"not_{word}"))
    return part if holds(draft, part) else None
