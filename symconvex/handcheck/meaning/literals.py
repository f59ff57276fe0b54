"""Matrices written out, and dots: what stands between the first and the last entry."""

from dataclasses import fields
from dataclasses import replace as with_field
from typing import Any

from symconvex.handcheck.formula.tree import Mark, Name, Node, Number
from symconvex.handcheck.formula.tree import Matrix as Rows
from symconvex.handcheck.meaning import products
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import Matrix, counted, scalar, transposed

DOTS = ("dots", "vdots", "ddots", "cdots", "ldots")
INDEX = Name("k_dots")


def is_dots(node: Node) -> bool:
    """Does this stand for what is left out?"""
    return isinstance(node, Mark) and node.text in DOTS


def stack(values: list[Matrix]) -> Matrix:
    """Numbers and columns one below the other."""
    return products.blocks([[value if value.cols == 1 else transposed(value)] for value in values])


def spread(nodes: tuple[Node, ...], env: Env) -> list[Matrix]:
    """The values of a list in which dots stand for what is left out: s_1, ..., s_n."""
    for k, node in enumerate(nodes):
        if is_dots(node):
            if k == 0 or k + 1 >= len(nodes):
                raise Unknown("dots without an entry before and after them")
            return _between(nodes[0], nodes[-1], env)
    return [env.value(node) for node in nodes]


def _between(first: Node, last: Node, env: Env) -> list[Matrix]:
    size, body = generic(first, last, env)
    count = counted(env.algebra.size(size), "dots")
    return [env.binding(INDEX.base, k, count).value(body) for k in range(count)]


def generic(first: Node, last: Node, env: Env) -> tuple[str, Node]:
    """The size and the general entry: from x_{i1} and x_{id}, d and x_{ik}.

    Fails    Unknown when the two differ in more than one index
    """
    sizes = list[str]()

    def merge(a: Any, b: Any) -> Any:
        match a, b:
            case Number(value), Name(base, _, (), ()) if value == 1 and base in env.world.declared.sizes():
                sizes.append(base)
                return INDEX
            case (tuple(), tuple()) if len(a) == len(b):
                return tuple(merge(x, y) for x, y in zip(a, b, strict=True))
            case (Node(), Node()) if type(a) is type(b):
                changed = {f.name: merge(getattr(a, f.name), getattr(b, f.name)) for f in fields(a)}
                return with_field(a, **changed)
        if a != b:
            raise Unknown("what the dots stand for")
        return a

    body = merge(first, last)
    if len(set(sizes)) != 1:
        raise Unknown("how many entries the dots stand for")
    return sizes[0], body


def dotted_sum(terms: tuple[Node, ...], env: Env) -> Matrix:
    """a_1 + ... + a_n."""
    values = spread(terms, env)
    result = values[0]
    for value in values[1:]:
        result = products.added(result, value)
    return result


def read_matrix(node: Rows, env: Env) -> Matrix:
    """Rows of entries, which may be blocks; dots are filled in."""
    rows = list(node.rows)
    if len(rows) > 2 and any(all(is_dots(cell) for cell in row) for row in rows):
        columns = [spread(tuple(row[k] for row in rows), env) for k in range(len(rows[0]))]
        return products.blocks([list(row) for row in zip(*columns, strict=True)])
    if any(is_dots(cell) for row in rows for cell in row) and len(rows) > 1:
        raise Unknown("dots in the middle of a matrix")
    return products.blocks([[_cell(value) for value in spread(row, env)] for row in rows])


def _cell(value: Matrix) -> Matrix:
    return scalar(value.at(0, 0)) if value.is_scalar else value
