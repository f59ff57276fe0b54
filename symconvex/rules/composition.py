"""Convexity from structure: sums, nonnegative factors, maxima and monotone functions of convex terms.

    a affine, g convex:  a + g, c g (c >= 0), sum_i g_i, max(g, h), relu(g), exp(g), softplus(g), g^p (g >= 0, p >= 1)
    |a|, phi(a) with phi'' >= 0 on the line

No second derivative is needed, so kinks do no harm. With data given as numbers the loss is written out first, so
that kinks on one hyperplane meet: c |w.e| with the sum c of what every sample adds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from symconvex.drafting.arguments.structure import Structure
from symconvex.drafting.beside import add_modulus, adopt, find_curved, find_pulled, is_accepted, is_smooth
from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import convex
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.kinked.profile import has_kinks
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.patterns import negated
from symconvex.drafting.points import is_numeric, reduced
from symconvex.drafting.profile import is_affine, summands
from symconvex.drafting.ranked import find_ranked
from symconvex.drafting.roots import add_strict_norms, norms_of
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.drafting.structure import Sides
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Term

MOST = 60  # summands among which strictness is looked for


def find(draft: Draft) -> Finding | None:
    loss = reduced(draft, draft.loss) if is_numeric(draft) else draft.loss
    lines = Lines(draft)
    if not show_defined(lines, draft.loss):
        return None
    sides = Sides(lines, frozenset(draft.parameters))
    for answer, side in (("convex", 1), ("concave", -1)):
        found = sides.side(loss, side)
        if found is not None:
            number, built = found
            lines.conclude(number, claim(answer))
            told = find_more(sides, summands(loss if side > 0 else negated(loss)), answer)
            part = lines.part(claim(answer), *told.claims)
            if told.claims and not is_accepted(draft, part):
                part, told = lines.part(claim(answer)), More()
            more = ranked_parts(draft, loss, sides.names, strict=bool(told.claims)) if side > 0 else []
            return Finding((part, *more), Structure(answer, built, told.smooth, told.modulus, told.norms))
    return None


@dataclass(frozen=True, slots=True)
class More:
    """What else is claimed: strictly by a smooth part or by norms, strongly with a modulus."""

    claims: tuple[Judgment, ...] = ()
    smooth: Term | None = None
    modulus: Term | None = None
    norms: Term | None = None


def find_more(sides: Sides, args: Sequence[Term], answer: str) -> More:
    """Strictness from the smooth summands, and the modulus of their squares; nothing for a long sum."""
    lines = sides.lines
    moving = [arg for arg in args if not is_affine(arg, sides.names)]
    smooth = [arg for arg in moving if is_smooth(lines.draft, arg)] if len(args) <= MOST else []
    curved = find_curved(lines.draft, t.add(*smooth), strict=True) if smooth else None
    if curved is None:
        return _by_norms(sides, args, answer)
    rest = [sides.side(arg, 1) for arg in args if arg not in smooth]
    uses = [adopt(lines, curved), *_together(lines, [part[0] for part in rest if part])]
    if None in rest:
        return More()
    lines.conclude_more(uses, claim(f"strictly_{answer}"))
    more = More((claim(f"strictly_{answer}"),), t.add(*smooth))
    pulled = find_pulled(lines.draft, args)
    if pulled is None:
        return more
    kept = [sides.side(arg, 1) for arg in pulled.summands]
    found = None if None in kept else add_modulus(lines, pulled, [part[0] for part in kept if part])
    if found is None:
        return more
    strongly = claim(f"strongly_{answer}", pulled.modulus)
    lines.conclude_more(found, strongly)
    return More((*more.claims, strongly), more.smooth, pulled.modulus)


def _by_norms(sides: Sides, args: Sequence[Term], answer: str) -> More:
    """Strictness from summands that are norms."""
    lines = sides.lines
    norms = norms_of(lines.draft, args) if len(args) <= MOST else []
    own = [norm.term for norm in norms]
    parts = [(arg in own, sides.side(arg, 1)) for arg in args]
    if not norms or any(part is None for _, part in parts):
        return More()
    together = _together(lines, [part[0] for mine, part in parts if mine and part])
    number = lines.product(together, convex(lines.term(together[0])))
    strict = add_strict_norms(lines, number, norms)
    if strict is None:
        return More()
    rest = _together(lines, [part[0] for mine, part in parts if not mine and part])
    lines.conclude_more([strict, *rest], claim(f"strictly_{answer}"))
    return More((claim(f"strictly_{answer}"),), norms=lines.term(number))


def ranked_parts(draft: Draft, loss: Term, names: frozenset[str], *, strict: bool) -> list[PartDraft]:
    """What the data of the smooth summands add, where others have kinks."""
    args = summands(loss)
    if len(args) > MOST or not has_kinks(loss, names):
        return []
    kinked = [arg for arg in args if has_kinks(arg, names)]
    smooth = [arg for arg in args if arg not in kinked]
    return find_ranked(draft, smooth, kinked, strict=strict)


def _together(lines: Lines, uses: Sequence[int]) -> list[int]:
    """One line for the sum of convex terms."""
    if len(uses) < 2:
        return list(uses)
    return [lines.total(uses, convex(t.add(*(lines.term(k) for k in uses))))]


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
WITH_LAM = {**DATA, "lam": ()}

RULE = Rule(
    name="composition",
    find=find,
    cost=2,
    source="Boyd & Vandenberghe 2004, sections 3.2.1 to 3.2.4",
    accepts=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "convex", shapes=WITH_LAM, sets={"lam": "positive"}),
        Example("sum(max(0, 1 - y*(X@w)))", "w", "convex", shapes=DATA),
        Example("max(exp(a), a + b, abs(b))", "a, b", "convex"),
        Example("-sum(relu(X@w - y))", "w", "concave", shapes=DATA),
        Example("max(w*tanh(w) + w**2, 1)", "w", "convex"),
        Example("sum((X@w - y)**2)/t", "w, t", "convex", shapes={**DATA, "t": ()}, positive=("t",)),
    ),
    rejects=(
        Example("sum(abs(X@w - y)) + lam*sum(abs(w))", "w", "neither", shapes=WITH_LAM),
        Example("sum(abs(abs(X@w) - 1))", "w", "neither", shapes={"X": ("n", "d"), "w": ("d",)}),
        Example("min(x**2, 1)", "x", "neither"),
        Example("t*sum((X@w - y)**2)", "w, t", "neither", shapes={**DATA, "t": ()}, positive=("t",)),
        Example("exp(-abs(x))", "x", "neither"),
    ),
)
