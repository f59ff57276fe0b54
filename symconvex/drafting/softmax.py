"""Softmax cross-entropy: scale * (sum_i log sum_k exp(z_ik) - sum_i sum_k Y_ik z_ik), z = X W'."""

from symconvex.drafting.arguments.variance import Softmax
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import Piece, pieces
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Mul, Sum, Sym, Term


def find_softmax(draft: Draft) -> Softmax | None:
    """The argument for a loss of this shape; None when it has another one, or a domain."""
    names = frozenset(draft.parameters)
    found = list(pieces(draft.loss, names))
    if len(found) != 2 or draft.domain or [len(shape) for shape in draft.parameters.values()] != [2]:
        return None
    (parameter,) = draft.parameters
    for bent, linear in (found, found[::-1]):
        match bent.binders, bent.leaf:
            case ((i, n),), Fn("log", (Sum(k, classes, Fn("exp", (core,))),)):
                matrix, target = _matrix(draft, parameter, core, i, k), _target(draft, linear, core, (i, k))
                positive = find_sign(Lines(draft), bent.factor, strict=True) is not None
                if matrix and target and positive and linear.factor == t.neg(bent.factor):
                    return Softmax(parameter, matrix, i, n, k, classes, core, target, bent.factor)
    return None


def _matrix(draft: Draft, parameter: str, core: Term, i: str, k: str) -> str:
    """X in sum_j X[i,j] W[k,j]."""
    match core:
        case Sum(j, _, Mul((Sym() as a, Sym() as b))):
            w, x = (a, b) if a.name == parameter else (b, a)
            if w == Sym(parameter, (k, j)) and x.name in draft.data and x.indices == (i, j):
                return x.name
    return ""


def _target(draft: Draft, piece: Piece, core: Term, places: tuple[str, str]) -> str:
    """Y in sum_i sum_k Y[i,k] z_ik."""
    binders, body = list(piece.binders), piece.leaf
    while isinstance(body, Sum) and len(binders) < len(places):
        binders.append((body.index, body.size))
        body = body.body
    match t.reindex(body, dict(zip((index for index, _ in binders), places, strict=False))):
        case Mul((Sym(name, indices), z)) if z == core and indices == places and len(binders) == len(places):
            return name if name in draft.data else ""
    return ""
