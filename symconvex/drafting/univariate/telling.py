"""A node of a chart as a reader is told of it: terms in the parameter, and only what needs a reason."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod

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
        tuple(_parts(node, told)) if node.factors else (),
        None if grown is None else told(grown, node.sign),
        told(node.by) if node.by else None,
        start if node.how == "growth" else None,
        value,
    )


def _parts(node: Node, told: Callable[[Poly, int], Term]) -> Iterator[Term]:
    """The factors of sign * poly, each with the sign that makes it positive; a number first, and no 1."""
    signs = [next((kid.sign for kid in node.kids if kid.poly == part), 1) for part, _ in node.factors]
    left = node.sign * prod(sign for sign, (_, e) in zip(signs, node.factors, strict=True) if e % 2)
    parts = [t.power(told(part, sign), e) for sign, (part, e) in zip(signs, node.factors, strict=True)]
    number = t.mul(Num(Fraction(left)), *(part for part in parts if isinstance(part, Num)))
    yield from (number,) if number != t.ONE else ()
    yield from (part for part in parts if not isinstance(part, Num))


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
