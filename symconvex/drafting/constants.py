"""Strictness and constants of a loss whose curvature is a sum of weighted squares.

definite    some square has a weight > 0 and a form that vanishes only at v = 0
modulus     the weight of sum_j v_j^2, when it is a constant
smoothness  bounds on the weights, with lambda_max(X'X) for the data
"""

from collections.abc import Sequence
from fractions import Fraction

from symconvex.drafting.draft import Draft, Lines, family
from symconvex.drafting.profile import directed, mentions
from symconvex.drafting.rule import Finding
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.squares import Square, Summand
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Index, Mul, Num, Pow, Sum, Sym, Term
from symconvex.language.printing import Word, readable

QUARTER = Num(Fraction(1, 4))


def find_constants(lines: Lines, squares: Sequence[Summand], curvature: Term) -> Finding:
    """The convex finding with what else can be said."""
    claims = ["(loss convex)"]
    strict, modulus = find_modulus(lines, squares, curvature)
    if strict:
        claims.append("(loss strictly_convex)")
    if modulus is not None:
        claims.append(f"(loss strongly_convex {t.render(modulus)})")
    parts = [lines.part(*claims)]
    when, extra = (None, []) if strict else find_rank_condition(lines.draft, squares, curvature)
    parts += extra
    never = None if strict or when else find_gauge(lines.draft)
    if never is not None:
        parts.append(never)
    bound = find_smoothness(lines.draft, squares, curvature)
    if bound is not None:
        parts.append(bound[0])
    return Finding(
        "convex",
        tuple(parts),
        strict=True if strict else (False if never is not None else None),
        strict_when=when,
        modulus=None if modulus is None else readable(modulus, lines.draft.shapes),
        smoothness=None if bound is None else bound[1],
        condition="True",
    )


def find_modulus(lines: Lines, squares: Sequence[Summand], curvature: Term) -> tuple[bool, Term | None]:
    """A square over every entry of the one parameter, with a positive weight: strict; constant: the modulus."""
    shown = lines.known[f"(curvature {t.render(curvature)})"]
    for square in squares:
        if not isinstance(square, Square) or not is_entrywise(lines.draft, square):
            continue
        weight = find_sign(lines, square.weight, strict=True)
        if weight is None:
            continue
        indices = ",".join(index for index, _ in square.binders)
        number = lines.add("definite_sum", [weight], f"(definite {t.render(square.form)})", matrix="", indices=indices)
        rest = [find_sign(lines, other.form, strict=False) for other in squares if other is not square]
        if any(r is None for r in rest):
            continue
        whole = lines.add("total", [number, *(r for r in rest if r)], f"(definite {t.render(curvature)})")
        lines.add("strict", [shown, whole], "(loss strictly_convex)")
        return True, _modulus(lines, square.weight, curvature, [r for r in rest if r], shown)
    return False, None


def _modulus(lines: Lines, weight: Term, curvature: Term, rest: list[int], shown: int) -> Term | None:
    names = frozenset(lines.draft.parameters)
    if mentions(weight, names) or t.free_indices(weight):
        return None
    positive = find_sign(lines, weight, strict=True)
    gap = t.sub(curvature, t.mul(weight, squared_norm(lines.draft)))
    gives = f"(nonneg {t.render(gap)})"
    left = lines.add("total", rest, gives) if rest else lines.add("constant", [], gives)
    lines.add("modulus", [shown, positive or 0, left], f"(loss strongly_convex {t.render(weight)})")
    return weight


def squared_norm(draft: Draft) -> Term:
    """|v|^2 over all parameters."""
    total = []
    for name, shape in draft.parameters.items():
        taken: list[str] = []
        for size in shape:
            taken.append(draft.index(size, taken))
        body: Term = t.power(Sym(f"{name}'", tuple(taken)), 2)
        for index, size in reversed(list(zip(taken, shape, strict=True))):
            body = Sum(index, size, body)
        total.append(body)
    return t.add(*total)


def is_entrywise(draft: Draft, square: Summand) -> bool:
    """Does the square run over every entry of the only parameter?"""
    if len(draft.parameters) != 1 or not isinstance(square, Square) or not isinstance(square.core, Sym):
        return False
    return square.core.indices == tuple(index for index, _ in square.binders)


def matrix_of(draft: Draft, core: Term) -> tuple[str, tuple[Index, ...]] | None:
    """(X, (i, j)) when the core is sum_j X[i,j] w[j] for the only parameter, a vector w."""
    match core:
        case Sum(j, _, Mul((Sym(a, ai), Sym(b, bi)))):
            x, xi, w, wi = (a, ai, b, bi) if b in draft.parameters else (b, bi, a, ai)
            if x in draft.data and list(draft.parameters) == [w] and wi == (j,) and len(xi) == 2 and xi[1] == j:
                return x, xi
    return None


def find_rank_condition(
    draft: Draft, squares: Sequence[Summand], curvature: Term
) -> tuple[str | None, list[dict[str, object]]]:
    """Strict when X has full column rank; and not strict otherwise, when the curvature speaks of X alone."""
    for square in squares:
        match = matrix_of(draft, square.core) if isinstance(square, Square) else None
        if not isinstance(square, Square) or match is None or tuple(i for i, _ in square.binders) != match[1][:1]:
            continue
        x, indices = match
        if draft.problem.values:
            return None, []
        strict = _strict_part(draft, square, squares, curvature, x, indices)
        if strict is None:
            continue
        others = [matrix_of(draft, other.core) if isinstance(other, Square) else None for other in squares]
        if any(other is None or other[0] != x for other in others):
            return None, [strict]
        return f"rank({x}) == {draft.data[x][1]}", [strict, _flat_part(draft, x)]
    return None, []


def _strict_part(
    draft: Draft,
    square: Square,
    squares: Sequence[Summand],
    curvature: Term,
    x: str,
    indices: tuple[Index, ...],
) -> dict[str, object] | None:
    lines = Lines(draft, given=(f"(injective {x})",))
    show_defined(lines, draft.loss)
    shown = lines.add("differentiate", [], f"(curvature {t.render(curvature)})")
    weight = find_sign(lines, square.weight, strict=True)
    rest = [find_sign(lines, s.form, strict=False) for s in squares if s is not square]
    if weight is None or any(r is None for r in rest) or mentions_step(curvature):
        return None
    names = ",".join(map(str, indices))
    number = lines.add("definite_sum", [weight], f"(definite {t.render(square.form)})", matrix=x, indices=names)
    if rest:
        number = lines.add("total", [number, *(r for r in rest if r)], f"(definite {t.render(curvature)})")
    lines.add("strict", [shown, number], "(loss strictly_convex)")
    return lines.part("(loss strictly_convex)")


def mentions_step(term: Term) -> bool:
    """Does the term jump?"""
    return any(isinstance(p, Fn) and p.name == "step" for p in t.subterms(term))


def _flat_part(draft: Draft, x: str) -> dict[str, object]:
    """X u = 0 for some u other than zero: the loss does not change along u."""
    ((name, _),) = draft.parameters.items()
    j = draft.index(draft.data[x][1])
    u = spare(draft, "u")
    lines = Lines(draft, given=(f"(null {x} {u})",))
    show_defined(lines, draft.loss)
    along = {name: family((j,), Sym(u, (j,)))}
    lines.add("translation", [], "(loss not_strictly_convex)", along=along, entry=f"{name}[{j}]")
    return lines.part("(loss not_strictly_convex)")


def find_gauge(draft: Draft) -> dict[str, object] | None:
    """A matrix parameter under log-sum-exp: adding the same row to every row changes the loss by a constant."""
    if len(draft.parameters) != 1:
        return None
    ((name, shape),) = draft.parameters.items()
    if len(shape) != 2 or not any(isinstance(p, Fn) and p.name == "log" for p in t.subterms(draft.loss)):
        return None
    k, j = draft.index(shape[0]), draft.index(shape[1], {draft.index(shape[0])})
    lines = Lines(draft)
    show_defined(lines, draft.loss)
    one = lines.add("constant", [], "(positive 1)")
    along = {name: family((k, j), t.Delta(j, 0))}
    lines.add("translation", [one], "(loss not_strictly_convex)", along=along, entry=f"{name}[0,0]")
    return lines.part("(loss not_strictly_convex)")


# ---- smoothness ---------------------------------------------------------------------------------


def find_smoothness(draft: Draft, squares: Sequence[Summand], curvature: Term) -> tuple[dict[str, object], str] | None:
    """L with curvature <= L |v|^2: constant bounds on the weights, lambda_max for squares of X v."""
    forms = [square for square in squares if isinstance(square, Square)]
    if len(forms) != len(squares) or draft.domain:
        return None
    matrices = {m[0] for square in forms if (m := matrix_of(draft, square.core)) is not None}
    if len(matrices) > 1 or len(draft.parameters) != 1:
        return None
    largest = Sym(spare(draft, "L"))
    given = tuple(f"(spectral {largest.name} {x})" for x in matrices)
    lines = Lines(draft, given=given)
    show_defined(lines, draft.loss)
    shown = lines.add("differentiate", [], f"(curvature {t.render(curvature)})")
    sign = find_sign(lines, curvature, strict=False)
    bounds, gaps = [], []
    for square in forms:
        found = _bounded(lines, square, largest)
        if found is None:
            return None
        bounds.append(found[0])
        gaps += found[1]
    constant = t.add(*bounds)
    gap = t.sub(t.mul(constant, squared_norm(draft)), curvature)
    left = lines.add("total", gaps, f"(nonneg {t.render(gap)})")
    claim = f"(loss smooth {t.render(constant)})"
    lines.add("smoothness", [shown, sign or 0, left], claim)
    names = {name: Word(f"lambda_max({x}.T @ {x})") for name, x in zip([largest.name], matrices, strict=False)}
    return lines.part(claim), readable(constant, draft.shapes, names)


def spare(draft: Draft, name: str) -> str:
    """The name, or one like it that the problem does not use."""
    return t.fresh(name, frozenset({*draft.parameters, *draft.data, *draft.sizes(), *draft.indices}))


def _bounded(lines: Lines, square: Square, largest: Sym) -> tuple[Term, list[int]] | None:
    """The constant for one square, and the lines that show constant |v|^2 - square >= 0."""
    found = _weight_bound(lines, square.weight)
    if found is None:
        return None
    bound, gap = found
    form = t.power(directed(square.core, square.names), 2)
    left = t.mul(gap, form)
    for index, size in reversed(square.binders):
        left = Sum(index, size, left)
    shown = find_sign(lines, left, strict=False)
    if shown is None:
        return None
    if is_entrywise(lines.draft, square):
        return bound, [shown]
    match = matrix_of(lines.draft, square.core)
    if match is None or tuple(i for i, _ in square.binders) != match[1][:1]:
        return None
    ((name, _),) = lines.draft.parameters.items()
    whole: Term = form
    for index, size in reversed(square.binders):
        whole = Sum(index, size, whole)
    spectral = t.sub(t.mul(largest, squared_norm(lines.draft)), whole)
    given = lines.add("spectrum", [], f"(nonneg {t.render(spectral)})", vector=f"{name}'")
    sign = find_sign(lines, bound, strict=False)
    if sign is None:
        return None
    number = lines.add("product", [sign, given], f"(nonneg {t.render(t.mul(bound, spectral))})")
    return t.mul(bound, largest), [shown, number]


def _weight_bound(lines: Lines, weight: Term) -> tuple[Term, Term] | None:
    """A constant B >= weight, and B - weight in a form whose sign shows."""
    names = frozenset(lines.draft.parameters)
    if not mentions(weight, names) and not t.free_indices(weight):
        return weight, t.ZERO
    factors = weight.args if isinstance(weight, Mul) else (weight,)
    fixed = [f for f in factors if not mentions(f, names) and not t.free_indices(f)]
    moving = [f for f in factors if f not in fixed]
    scale = t.mul(*fixed)
    match moving:
        case [Fn("sigmoid", _) as p, Add((Num(_), Mul((Num(_), q))))] if p == q:
            half = t.sub(p, Num(Fraction(1, 2)))
            return t.mul(scale, QUARTER), t.mul(scale, t.power(half, 2))
        case [Add((Num(one), Mul((Num(minus), Pow(Fn("tanh", _) as h, e)))))] if one == 1 and minus == -1 and e == 2:
            return scale, t.mul(scale, t.power(h, 2))
        case [Fn("step", _) as s]:
            return scale, t.mul(scale, t.sub(t.ONE, s))
        case [Add((Num(one), *steps))] if one == 1 and all(_is_negative_step(s) for s in steps):
            return scale, t.mul(scale, t.add(*(t.neg(s) for s in steps)))
    return None


def _is_negative_step(term: Term) -> bool:
    match term:
        case Mul((Num(minus), Fn("step", _))):
            return minus == -1
    return False
