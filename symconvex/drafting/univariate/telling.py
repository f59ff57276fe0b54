"""A node of a chart as a reader is told of it: terms in the parameter, and only what needs a reason."""

from symconvex.drafting.arguments.univariate import Why
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import Ring
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.term import Fn, Mul, Num, Sym, Term

OBVIOUS = ("constant", "variable", "linear", "range", "power", "signs")
TOLD = ("product", "growth", "cases", "box", "mills", "bounded")


def why(ring: Ring, node: Node, parameter: str) -> Why:
    """Why sign * poly has its sign."""
    place = {ring.s.name: ((), Sym(parameter))}

    def told(poly: Poly, sign: int = 1) -> Term:
        return t.substitute(ordered(ring.term(scaled(poly, sign))), place)

    start = node.left if node.side == "above" else node.right
    grown, value = None, None
    if node.how == "growth" and start is not None:
        grown = ring.times(node.poly, node.by)
        value = ordered(
            ring.term(ring.poly(t.substitute(ring.term(scaled(grown, node.sign)), {ring.s.name: ((), start)})))
        )
    kids = node.kids[:1] if node.how == "growth" else node.kids
    return Why(
        node.how if node.how in TOLD else "plain",
        told(node.poly, node.sign),
        node.strict,
        node.left,
        node.right,
        tuple(why(ring, kid, parameter) for kid in kids if node.how in TOLD and node.how != "mills"),
        tuple(t.power(told(part), e) for part, e in node.factors),
        None if grown is None else told(grown, node.sign),
        told(node.by) if node.by else None,
        start if node.how == "growth" else None,
        value,
    )


def ordered(term: Term) -> Term:
    """Summands with a minus last, and powers of exponentials as one, as people write them."""
    if isinstance(term, t.Pow) and isinstance(term.base, Fn) and term.base.name == "exp":
        return t.fn("exp", t.mul(Num(term.exponent), ordered(term.base.args[0])))
    if isinstance(term, t.Pow) and isinstance(term.base, t.Pow) and term.base.exponent == t.MINUS_ONE:
        return t.power(ordered(term.base.base), -term.exponent)
    if isinstance(term, t.Add):
        return t.Add(tuple(sorted(map(ordered, term.args), key=_is_negative)))
    return t.rebuild(term, tuple(map(ordered, t.children(term)))) if t.children(term) else term


def _is_negative(term: Term) -> bool:
    match term:
        case Num(value) | Mul((Num(value), *_)):
            return value < 0
    return False
