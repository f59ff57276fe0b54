"""Softmax cross-entropy: scale * (sum_i log sum_k exp(z_ik) - sum_i sum_k Y_ik z_ik), z = X W'."""

from symconvex.drafting.arguments.variance import Softmax
from symconvex.drafting.draft import Draft, Lines
from symconvex.drafting.profile import factors, mentions, summands
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Mul, Sum, Sym, Term


def find_softmax(draft: Draft) -> Softmax | None:
    """The argument for a loss of this shape; None when it has another one, or a domain."""
    parts = [_scaled(part) for part in summands(draft.loss)]
    if len(parts) != 2 or draft.domain or [len(shape) for shape in draft.parameters.values()] != [2]:
        return None
    (parameter,) = draft.parameters
    for (scale, total), (factor, linear) in (parts, parts[::-1]):
        match total:
            case Sum(i, n, Fn("log", (Sum(k, classes, Fn("exp", (core,))),))):
                matrix, target = _matrix(draft, parameter, core, i, k), _target(draft, linear, core, (i, k))
                fixed = factor == t.neg(scale) and not mentions(scale, frozenset(draft.parameters))
                if matrix and target and fixed and find_sign(Lines(draft), scale, strict=True) is not None:
                    return Softmax(parameter, matrix, i, n, k, classes, core, target, scale)
    return None


def _scaled(term: Term) -> tuple[Term, Term]:
    """c and the sum in c * sum."""
    sums = [f for f in factors(term) if isinstance(f, Sum)]
    return t.mul(*(f for f in factors(term) if f not in sums)), t.mul(*sums)


def _matrix(draft: Draft, parameter: str, core: Term, i: str, k: str) -> str:
    """X in sum_j X[i,j] W[k,j]."""
    match core:
        case Sum(j, _, Mul((Sym() as a, Sym() as b))):
            w, x = (a, b) if a.name == parameter else (b, a)
            if w == Sym(parameter, (k, j)) and x.name in draft.data and x.indices == (i, j):
                return x.name
    return ""


def _target(draft: Draft, linear: Term, core: Term, places: tuple[str, str]) -> str:
    """Y in sum_i sum_k Y[i,k] z_ik."""
    match linear:
        case Sum(i, _, Sum(k, _, Mul((Sym(name, indices), z)))) if z == core and (i, k) == indices == places:
            return name if name in draft.data else ""
    return ""
