"""How far a sum reaches over + and -: as far as its index occurs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.grammar import Item
from symconvex.handcheck.formula.tree import Add, Big, Entry, Name, Neg, Node, Product
from symconvex.handcheck.formula.walking import parts, walk


def gathered(terms: list[Node]) -> list[Node]:
    r"""The terms, where those up to the last with the index of a sum before them are part of it: \sum_i a_i + b_i."""
    for at, term in enumerate(terms):
        sign, factors, inner = _sum_of(term)
        if inner is None:
            continue
        letters = {index.base for index in inner.indices if isinstance(index, Name)}
        last = max((k for k in range(at + 1, len(terms)) if letters & set(_indices(terms[k]))), default=at)
        if last > at:
            whole: Node = replace(inner, body=Add((inner.body, *terms[at + 1 : last + 1])))
            whole = Product((*factors, whole)) if factors else whole
            return [*terms[:at], Neg(whole) if sign else whole, *gathered(terms[last + 1 :])]
    return terms


def _sum_of(term: Node) -> tuple[bool, tuple[Node, ...], Big | None]:
    """Is there a minus, which factors stand before, and the sum that ends the term."""
    match term:
        case Neg(body):
            sign, factors, inner = _sum_of(body)
            return not sign, factors, inner
        case Product((*factors, Big("sum") as inner), ""):
            return False, tuple(factors), inner
        case Big("sum"):
            return False, (), term
    return False, (), None


def _indices(node: Node) -> Iterator[str]:
    """Letters in subscripts and labels that no sum inside binds."""
    own = {index.base for index in node.indices if isinstance(index, Name)} if isinstance(node, Big) else set()
    hanging: tuple[Node, ...] = ()
    if isinstance(node, Name):
        hanging = (*node.subscripts, *node.superscripts)
    elif isinstance(node, Entry):
        hanging = node.subscripts
    yield from (part.base for one in hanging for part in walk(one) if isinstance(part, Name) and part.base not in own)
    yield from (letter for part in parts(node) for letter in _indices(part) if letter not in own)


def mentions(items: Sequence[Item], letters: set[str]) -> bool:
    """Does one of the letters stand in the items up to the next sign at their depth?"""
    for item in items:
        if item.kind in ("PLUS", "MINUS", "PM"):
            return False
        if item.text in letters and item.kind in ("LETTER", "WORD"):
            return True
        inside = [side for part in item.parts for chain in part.chains for side in chain.sides]
        if any(_anywhere(side, letters) for side in inside):
            return True
    return False


def _anywhere(items: Sequence[Item], letters: set[str]) -> bool:
    return any(
        (item.text in letters and item.kind in ("LETTER", "WORD"))
        or any(_anywhere(side, letters) for part in item.parts for chain in part.chains for side in chain.sides)
        for item in items
    )
