"""Where a value lies: R^{n x d}, {-1, 1}^n, (0, infinity)."""

from collections.abc import Iterable

from symconvex.handcheck.formula.tree import Group, Mark, Name, Neg, Node, Number, Power, Product
from symconvex.problem import Shape

NUMBERS = ("R", "mathbbR", "N", "Z", "Q")


def base_of(space: Node) -> Node:
    """R of R^{n x d}, {-1, 1} of {-1, 1}^n."""
    return space.base if isinstance(space, Power) else space


def is_space(node: Node) -> bool:
    """Does it name a space of numbers, a set or an interval?"""
    match base_of(node):
        case Name(base, _, _, ()):
            return base in NUMBERS
        case Group(left, items, right):
            return (left, right) == ("{", "}") or (len(items) == 2 and left in "([]" and right in ")][" and left != "")
    return False


def is_numbers(space: Node) -> bool:
    """R^{n x d}, or R^d x R: it tells shapes alone."""
    if isinstance(space, Product) and space.sign == "times":
        return all(map(is_numbers, space.factors))
    return isinstance(base_of(space), Name) and is_space(space)


def each_in(left: Node, space: Node) -> tuple[tuple[Node, Node], ...]:
    """Each letter with its space: (x, y) in R^d x R; b, v in R^h."""
    items = left.items if isinstance(left, Group) else ()
    if isinstance(space, Product) and space.sign == "times" and len(items) == len(space.factors):
        return tuple(zip(items, space.factors, strict=True))
    return tuple((item, space) for item in items) if isinstance(left, Group) and not left.left else ((left, space),)


def shape_of(space: Node, sizes: Iterable[str]) -> Shape | None:
    """(n, d) for R^{n x d}, (K,) for R^K, () without an exponent; None when a size is not known."""
    known = set(sizes)

    def size(part: Node) -> str | int | None:
        match part:
            case Name(base, _, (), ()) if base in known:
                return base
            case Number(value):
                return int(value)
        return None

    if not is_space(space):
        return None
    match space:
        case Power(_, Product(factors, "times")):
            found = tuple(size(factor) for factor in factors)
        case Power(_, single):
            found = (size(single),)
        case _:
            found = ()
    return tuple(s for s in found if s is not None) if None not in found and len(found) <= 2 else None


def ends(interval: Group) -> list[tuple[str, Node]]:
    """The inequalities of an interval: [0, infinity) has >= 0."""
    low, high = interval.items
    found = [(">=" if interval.left == "[" else ">", low), ("<=" if interval.right == "]" else "<", high)]
    return [(sign, end) for sign, end in found if not is_infinite(end)]


def is_infinite(node: Node) -> bool:
    """Infinity, with or without a sign."""
    inner = node.body if isinstance(node, Neg) else node
    return isinstance(inner, Mark) and inner.text == "infinity"
