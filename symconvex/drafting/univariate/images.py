"""A term in s as one in u = exp(s) or u = 1/s: what tends to 0 far out has a value at u = 0."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symconvex.drafting.draft import MADE
from symconvex.drafting.univariate.charts import ChartSearch
from symconvex.drafting.univariate.ends import End, order
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import Ring
from symconvex.kernel import term as t
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Fn, Pow, Sym, Term

U = Sym(f"{MADE}y")


@dataclass(frozen=True, slots=True)
class Image:
    """u as a term in s, a term in s as one in u where it has one, and the interval of u."""

    forward: Callable[[Term], Term]
    backward: Callable[[Term, Sym], Term | None]
    interval: Callable[[Ring, End, End], tuple[End, End] | None]


def _from_exp(term: Term, s: Sym) -> Term | None:
    """exp(s) as u; None when s stands elsewhere."""
    match term:
        case Fn("exp", (inner,)) if inner == s:
            return U
        case Sym() if term == s:
            return None
    parts = [_from_exp(part, s) for part in t.children(term)]
    found = tuple(part for part in parts if part is not None)
    return t.rebuild(term, found) if len(found) == len(parts) else None


def _exp_interval(ring: Ring, left: End, right: End) -> tuple[End, End] | None:
    low = t.ZERO if left is None else t.fn("exp", left)
    return low, None if right is None else t.fn("exp", right)


def _inverse_interval(ring: Ring, left: End, right: End) -> tuple[End, End] | None:
    """Of a positive variable."""
    if left is None or order(ring, t.ZERO, left) not in (0, 1):
        return None
    return (t.ZERO if right is None else t.power(right, -1)), (None if not ring.poly(left) else t.power(left, -1))


IMAGES: Mapping[str, Image] = {
    "exp": Image(lambda s: t.fn("exp", s), _from_exp, _exp_interval),
    "inverse": Image(
        lambda s: Pow(s, t.MINUS_ONE),
        lambda term, s: t.substitute(term, {s.name: ((), Pow(U, t.MINUS_ONE))}),
        _inverse_interval,
    ),
}


def image_node(search: ChartSearch, poly: Poly, left: End, right: End) -> Node | None:
    """The node of a term that has one sign, by the sign of an image."""
    ring = search.ring
    for name, image in IMAGES.items():
        term, ends = image.backward(ring.term(poly), ring.s), image.interval(ring, left, right)
        if term is None or ends is None:
            continue
        other = search.images.setdefault(name, ChartSearch(Ring(U, ring.within)))
        kid = other.one_sign(other.ring.poly(term), *ends, strict=False)
        if kid is not None:
            return Node("image", poly, left, right, kid.sign, kid.strict, (kid,), side=name)
    return None
