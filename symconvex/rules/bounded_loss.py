"""A bounded loss on the whole space is convex, or concave, only if it is constant.

    f(w) = c sum_i (phi(x_i.w) - y_i)^2 with |phi| < 1, as sigmoid or tanh:   0 <= f <= c sum_i 2 (1 + y_i^2)

but f(u) + f(-u) - 2 f(0) = 2c sum_i (phi(x_i.u) - phi(0))^2 > 0 where some x_i.u is not zero.
"""

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.bounded import Bounded
from symconvex.drafting.arguments.readout import Rise
from symconvex.drafting.draft import Draft
from symconvex.drafting.layers import Fit, find_fit, inputs_of, sample_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, at_zero, is_numeric, loss_at, row, simplified, times, zeros
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import convex_without
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sum, Term

POSITIVE, BOTH_SIGNS = ("0", "1"), ("-1", "1")


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or fit.kind != "squared" or len(draft.parameters) != 1 or draft.domain or is_numeric(draft):
        return None
    ((name, shape),) = draft.parameters.items()
    x = inputs_of(draft, name)
    if x is None or len(shape) != 1 or not isinstance(fit.prediction, Fn):
        return None
    start = at_zero(fit.prediction.name)
    if start is None or functions()[fit.prediction.name].range not in (POSITIVE, BOTH_SIGNS):
        return None
    witness = sample_of(draft, x)
    lines = Lines(draft, given=(say.is_nonzero(x, witness),))
    for part in t.subterms(row(draft, x, witness, ("j",))):
        if isinstance(part, t.Pow) and part.exponent < 0:
            lines.fact("given", say.positive(part.base))
    place = draft.index(shape[0])
    direction: Point = {name: ((place,), row(draft, x, witness, (place,)))}
    output = simplified(t.substitute(fit.prediction, direction))
    found = _jump_sign(lines, fit, t.sub(output, start), witness)
    if found is None or not show_defined(lines, draft.loss):
        return None
    total, rise = found
    for word, bound in (("convex", _upper(lines, fit)), ("concave", _lower(lines))):
        if bound is None:
            return None
        gaps = [_gap(lines, word, direction, turn, bound) for turn in (1, -1)]
        lines.refute(gaps, total, say.loss(f"not_{word}"))
    parts, other = [lines.part(say.loss("not_convex"), say.loss("not_concave"))], convex_without(draft, x)
    parts += [] if other is None else [other.part]
    without = None if other is None else other.curvature
    argument = Bounded(fit, fit.prediction.name, (x, witness), direction, output, start, rise, without)
    return Finding(tuple(parts), argument)


def _gap(lines: Lines, word: str, direction: Point, turn: int, bound: int) -> int:
    draft = lines.draft
    along = {name: times(family, turn) for name, family in direction.items()}
    gap = t.sub(loss_at(draft, along), loss_at(draft, zeros(draft)))
    return lines.flat(say.gap(word, gap), along, zeros(draft), bound=bound)


def _jump_sign(lines: Lines, fit: Fit, jump: Term, witness: str) -> tuple[int, Rise] | None:
    """2c sum_i (phi(z_i) - phi(0))^2 > 0, seen at the witness; `jump` is phi(z_i) - phi(0)."""
    if len(fit.binders) != 1:
        return None
    ((index, size),) = fit.binders
    body = t.mul(t.number(2), fit.factor, t.power(jump, 2))
    there = simplified(t.reindex(body, {index: witness}))
    nonneg, positive = find_sign(lines, body, strict=False), find_sign(lines, there, strict=True)
    if nonneg is None or positive is None:
        return None
    whole = Sum(index, size, body)
    number = lines.summed_at(nonneg, positive, say.positive(whole), witness)
    return number, Rise(whole, witness, there)


def _upper(lines: Lines, fit: Fit) -> int | None:
    """c sum_i 2(1 + y_i^2) - f = c sum_i (phi + y)^2 + 2 (1 - phi^2) >= 0."""
    phi = fit.prediction
    if not isinstance(phi, Fn):
        return None
    if functions()[phi.name].range == POSITIVE:
        rest = t.mul(t.number(2), t.sub(t.ONE, phi), t.add(t.ONE, phi))
    else:
        rest = t.mul(t.number(2), t.sub(t.ONE, t.power(phi, 2)))
    body = t.mul(fit.factor, t.add(t.power(t.add(phi, fit.target), 2), rest))
    whole: Term = body
    for index, size in reversed(fit.binders):
        whole = Sum(index, size, whole)
    return find_sign(lines, whole, strict=False)


def _lower(lines: Lines) -> int | None:
    return find_sign(lines, lines.draft.loss, strict=False)


DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}

RULE = Rule(
    name="bounded-loss",
    find=find,
    cost=6,
    source="a convex function on R^n that is bounded above is constant: Rockafellar 1970, Corollary 8.6.2",
    accepts=(
        Example("sum((sigmoid(X@w) - y)**2)", "w", "neither", shapes=DATA),
        Example("3*sum((tanh(X@w) - y)**2)", "w", "neither", shapes=DATA),
        Example("sum((sin(X@w) - y)**2)", "w", "neither", shapes=DATA),
    ),
    rejects=(
        Example("sum((X@w - y)**2)", "w", "convex", shapes=DATA),
        Example("sum(softplus(X@w) - y*(X@w))", "w", "convex", shapes=DATA),
    ),
)
