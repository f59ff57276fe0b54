"""A loss of W'W at W = 0 bends down along the data: tied weights are not convex.

    f(W) = |X W'W - X|^2 / 2,  W = c e_0 x_k',  S = |x_k|^2,  c = 1/(1 + S):

    f(0) - f(W) = c^2 (1 - c^2 S / 2) sum_i (x_i.x_k)^2 > 0

so W = 0 lies above the chord between W and -W, where the loss has the same value.
"""

from fractions import Fraction

from symconvex.drafting.draft import Draft, Lines, places_of, point_json, point_text
from symconvex.drafting.layers import find_fit, inputs_of
from symconvex.drafting.points import Point, loss_at, times, unshadowed, zeros
from symconvex.drafting.rule import Example, Finding, Rule
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import convex_without
from symconvex.kernel import term as t
from symconvex.kernel.term import Sum, Sym, Term

HALF = t.Num(Fraction(1, 2))


def find(draft: Draft) -> Finding | None:
    fit = find_fit(draft)
    if fit is None or fit.kind != "squared" or len(draft.parameters) != 1 or draft.problem.values or draft.domain:
        return None
    ((name, shape),) = draft.parameters.items()
    x = inputs_of(draft, name) if len(shape) == 2 else None
    if x is None:
        return None
    witness = draft.index(draft.data[x][0], hint="k")
    lines = Lines(draft, given=(f"(nonzero {x} {witness})",))
    places = places_of(draft, name)
    square = Sum(places[1], shape[1], t.power(Sym(x, (witness, places[1])), 2))
    given = lines.add("given", [], f"(positive {t.render(square)})")
    one = t.add(t.ONE, square)
    if find_sign(lines, one, strict=True) is None or not show_defined(lines, draft.loss):
        return None
    delta = (t.Delta(places[0], 0),) if shape[0] != 1 else ()
    end: Point = {name: (places, t.mul(*delta, Sym(x, (witness, places[1])), t.power(one, -1)))}
    total = _drop(lines, x, witness, one, square, given)
    if total is None:
        return None
    _refute(lines, end)
    parts = [lines.part("(loss not_convex)", "(loss not_quasiconvex)")]
    high = _not_concave(draft, name, x, witness, places, square)
    if high is not None:
        parts.append(high)
    other = convex_without(draft, x)
    parts += [other] if other is not None else []
    return Finding(
        "neither" if high is not None else "not convex",
        tuple(parts),
        hypotheses=(f"{x} != 0",),
        condition=f"{x} == 0" if other is not None else None,
        witness=point_text(end, witness),
    )


def _refute(lines: Lines, end: Point) -> None:
    draft = lines.draft
    gap = t.sub(loss_at(draft, zeros(draft)), loss_at(draft, end))
    _show(lines, gap)
    ends = [point_json({n: times(f, s) for n, f in end.items()}) for s in (1, -1)]
    number = lines.add("chord", [], f"(gap quasiconvex {t.render(gap)})", ends=ends, weights=["1/2", "1/2"])
    total = lines.known[next(reversed([g for g in lines.known if g.startswith("(positive (* (^ (+ 1")]))]
    for claim in ("not_convex", "not_quasiconvex"):
        lines.add("refute", [number, total], f"(loss {claim})", weights=["1"])


def _show(lines: Lines, gap: Term) -> None:
    """The denominators of the gap, whatever its sums call their index."""
    for part in t.subterms(gap):
        if isinstance(part, t.Pow) and part.exponent < 0:
            inner = part.base.args[1] if isinstance(part.base, t.Add) else part.base
            lines.add("given", [], f"(positive {t.render(inner)})")
    show_defined(lines, gap)


def _drop(lines: Lines, x: str, witness: str, one: Term, square: Term, given: int) -> int | None:
    """c^4 (1 + 3/2 S + S^2) sum_i (x_i.x_k)^2 > 0, which is f(0) - f(W)."""
    draft = lines.draft
    rows, columns = draft.data[x]
    i, j = draft.index(rows), draft.index(columns)
    inner = Sum(j, columns, t.mul(Sym(x, (i, j)), Sym(x, (witness, j))))
    nonneg = lines.add("square", [], f"(nonneg {t.render(t.power(inner, 2))})")
    positive = lines.add("power", [given], f"(positive {t.render(t.power(square, 2))})")
    whole = Sum(i, rows, t.power(inner, 2))
    lines.add("sum_at", [nonneg, positive], f"(positive {t.render(whole)})", index=witness)
    factor = t.add(t.ONE, t.mul(t.Num(Fraction(3, 2)), square), t.power(square, 2))
    return find_sign(lines, unshadowed(draft, t.mul(t.power(one, -4), factor, whole)), strict=True)


def _not_concave(
    draft: Draft, name: str, x: str, witness: str, places: tuple[str, ...], square: Term
) -> dict[str, object] | None:
    """Far out the loss is above its value at 0: W = c e_0 x_k', c^2 S > 2, with f(W) = f(-W)."""
    lines = Lines(draft, given=(f"(nonzero {x} {witness})",))
    given = lines.add("given", [], f"(positive {t.render(square)})")
    shape = draft.parameters[name]
    inverse = t.power(square, -1)
    delta = (t.Delta(places[0], 0),) if shape[0] != 1 else ()
    # c = 2 (1 + 1/S): c^2 S = 4 (S + 2 + 1/S) > 8
    scale = t.mul(t.number(2), t.add(t.ONE, inverse))
    end: Point = {name: (places, t.mul(*delta, Sym(x, (witness, places[1])), scale))}
    show_defined(lines, draft.loss)
    gap = t.sub(loss_at(draft, end), loss_at(draft, zeros(draft)))
    _show(lines, gap)
    ends = [point_json({n: times(f, s) for n, f in end.items()}) for s in (1, -1)]
    number = lines.add("chord", [], f"(gap concave {t.render(gap)})", ends=ends, weights=["1/2", "1/2"])
    rows, columns = draft.data[x]
    i, j = draft.index(rows), draft.index(columns)
    inner = Sum(j, columns, t.mul(Sym(x, (i, j)), Sym(x, (witness, j))))
    nonneg = lines.add("square", [], f"(nonneg {t.render(t.power(inner, 2))})")
    positive = lines.add("power", [given], f"(positive {t.render(t.power(square, 2))})")
    lines.add("sum_at", [nonneg, positive], f"(positive {t.render(Sum(i, rows, t.power(inner, 2)))})", index=witness)
    rise = t.add(t.mul(t.number(2), square), t.number(3), t.mul(t.number(2), inverse))
    term = t.mul(t.power(scale, 2), rise, Sum(i, rows, t.power(inner, 2)))
    total = find_sign(lines, term, strict=True)
    if total is None:
        return None
    lines.add("refute", [number, total], "(loss not_concave)", weights=["1"])
    return lines.part("(loss not_concave)")


DATA = {"X": ("n", "d"), "W": ("h", "d")}

RULE = Rule(
    name="tied-factors",
    find=find,
    cost=7,
    source="Boyd & Vandenberghe 2004, section 3.1.1 (the chord)",
    accepts=(Example("sum((X@W.T@W - X)**2)/2", "W", "neither", shapes=DATA),),
    rejects=(Example("sum((X@W.T - X)**2)/2", "W", "convex", shapes={"X": ("n", "d"), "W": ("d", "d")}),),
)
