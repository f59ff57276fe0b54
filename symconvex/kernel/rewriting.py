"""Products of powers in the normal form: one rewriting step at a time. SPEC.md, section 4, says why this ends."""

from symconvex.kernel import term as t
from symconvex.kernel.form import NormalForm
from symconvex.kernel.polynomial import UNIT, Mono, Number, Poly, divided, leading, plus, ratio, scaled
from symconvex.kernel.term import Delta, Fn, Pow, Sym, Term


def rewritten(normal: NormalForm, key: str, e: Number, live: dict[str, Number]) -> Poly | None:
    """One rewriting step at the power atom^e inside the product, or None."""
    match normal.atoms[key]:
        case Sym(name, _) if normal.facts.within.get(name) == "sign":
            return None if e == e % 2 else normal.changed(live, {key: e % 2 - e})
        case Sym(name, _) if normal.facts.within.get(name) != "binary":
            return None
        case Sym() | Delta() if e > 1:
            return normal.changed(live, {key: 1 - e})
        case Fn("step", args):
            return _step_product(normal, key, e, args[0], live)
        case Pow(base, root) if root.denominator > 1:
            count = e // root.denominator
            rest = normal.changed(live, {key: -count * root.denominator}) if count else {}
            return normal.times(rest, normal.power(normal.poly(base), count)) if count else None
        case Pow():
            return _inverse_product(normal, key, e, live)
    return None


def _step_product(normal: NormalForm, key: str, e: Number, arg: Term, live: dict[str, Number]) -> Poly | None:
    """step^2 = step, step(u) kills step(-u) and relu(-u), relu(u) step(u) = relu(u) = u step(u)."""
    if e > 1:
        return normal.changed(live, {key: 1 - e})
    base, lead = normal.inside(key)
    normal.budget.spend(10 * len(base))
    opposite = normal.term(scaled(base, -1))
    if any(live.get(t.render(Fn(name, (opposite,))), 0) >= 1 for name in ("step", "relu")):
        return {}
    if live.get(t.render(Fn("relu", (arg,))), 0) >= 1:
        return normal.changed(live, {key: -e})
    if lead == UNIT or not all(0 < x <= live.get(k, 0) for k, x in lead):
        return None
    cofactor = normal.changed(live, {k: -x for k, x in lead} | {key: -1})
    rest = {mono: -c for mono, c in base.items() if mono != lead}
    value = plus(dict(normal.times(rest, {((key, 1),): 1})), kink(normal, "relu", base), 1)
    return scaled(normal.times(cofactor, value), ratio(1, base[lead]))


def _inverse_product(normal: NormalForm, key: str, e: Number, live: dict[str, Number]) -> Poly | None:
    """Use P * (1/P) = 1, P = c m + rest: m * (1/P) = (1 - rest * (1/P)) / c."""
    base, lead = normal.inside(key)
    if e < 0:
        return normal.times(normal.changed(live, {key: -e}), normal.power(base, -e))
    if all(live.get(k, 0) >= x for k, x in lead):
        return _without(normal, key, base, lead, live)
    for k in (k for k, x in live.items() if x < 0 and isinstance(normal.atoms[k], Fn)):
        normal.budget.spend(10 * len(base))
        pivots = [mono for mono in base if k not in dict(mono)]
        positive = all(dict(mono).get(k, 1) > 0 for mono in base)
        if positive and len(pivots) == 1 and all(live.get(j, 0) >= x for j, x in pivots[0]):
            return _without(normal, key, base, pivots[0], live)
    return None


def _without(normal: NormalForm, key: str, base: Poly, pivot: Mono, live: dict[str, Number]) -> Poly:
    """The product after the monomial `pivot` of P was cancelled against the inverse of P."""
    cofactor = dict(divided(tuple(live.items()), dict(pivot)))
    rest = {mono: c for mono, c in base.items() if mono != pivot}
    result = dict(normal.changed(cofactor, {key: -1}))
    plus(result, normal.times(rest, {tuple(sorted(cofactor.items())): 1}), -1)
    return scaled(result, ratio(1, base[pivot]))


def kink(normal: NormalForm, name: str, arg: Poly) -> Poly:
    """relu(c u) = c relu(u) and step(c u) = step(u) for c > 0; relu(-u) = relu(u) - u."""
    if not arg:
        return {}
    c = arg[leading(arg)]
    size = c if c > 0 else -c
    unit = scaled(arg, ratio(1, size if name == "step" else c))
    if set(unit) == {UNIT}:
        return {} if c < 0 else {UNIT: 1 if name == "step" else c}
    atom = normal.atom(Fn(name, (normal.term(unit),)), 1)
    if name == "step":
        return atom
    return scaled(atom if c > 0 else plus(atom, unit, -1), size)
