"""Through a formula: its parts, the sides of its chains, the names in it that stand for values."""

from collections.abc import Iterator
from dataclasses import fields

from symconvex.handcheck.formula.tree import (
    After,
    Big,
    Case,
    Chain,
    Entry,
    Function,
    Indicator,
    MaybeCall,
    Name,
    Node,
    Norm,
    Prime,
    Relation,
)


def parts(node: Node) -> Iterator[Node]:
    """The formulas directly inside a formula."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Relation):
        yield value.right
        yield from value.notes
    elif isinstance(value, Case):
        yield value.value
        if value.condition is not None:
            yield value.condition
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """The formula and everything in it."""
    yield node
    for part in parts(node):
        yield from walk(part)


def sides(chain: Chain) -> Iterator[Node]:
    """The sides of a chain."""
    yield chain.left
    for relation in chain.relations:
        yield relation.right


def relations(chain: Chain) -> Iterator[tuple[Node, str, Node]]:
    """Each relation of a chain with both its sides."""
    left = chain.left
    for relation in chain.relations:
        yield left, relation.sign, relation.right
        left = relation.right


def index_parts(node: Node) -> tuple[Node, ...]:
    """What stands for indices inside a sum or an entry."""
    match node:
        case Big(_, indices, lower, upper, condition, _):
            return (*indices, *(part for part in (lower, upper, condition) if part is not None))
        case Entry(_, subscripts) | After("subscript" | "superscript", subscripts):
            return subscripts
        case Indicator(condition):
            return (condition,)
        case Norm(_, kind) if kind is not None:
            return (kind,)
    return ()


def sides_of(node: Node) -> list[Node]:
    """The sides of a chain, or the formula itself."""
    return list(sides(node)) if isinstance(node, Chain) else [node]


def value_names(node: Node) -> Iterator[Name]:
    """Names that stand for values: not those inside subscripts, ranges or labels."""
    match node:
        case Name():
            yield node
        case Function(args, body):
            yield from (arg for arg in args if isinstance(arg, Name))
            yield from value_names(body)
        case _:
            skipped = index_parts(node)
            for part in parts(node):
                if part not in skipped:
                    yield from value_names(part)


def holds_itself(node: MaybeCall) -> bool:
    """g(1 - g) and g'(1 - 2g): no function is applied to itself."""
    head = node.head.body if isinstance(node.head, Prime) else node.head
    applied = {id(part.head) for arg in node.args for part in walk(arg) if isinstance(part, MaybeCall)}
    return any(part == head and id(part) not in applied for arg in node.args for part in walk(arg))
