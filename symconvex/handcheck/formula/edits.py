"""Small changes to a line, each with the name of the slip that it undoes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from dataclasses import replace as with_field
from fractions import Fraction
from functools import partial
from itertools import permutations
from typing import Any

from symconvex.handcheck.formula.tree import (
    Add,
    Apply,
    Big,
    Case,
    Entry,
    Group,
    MaybeCall,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Transpose,
)

Edit = tuple[str, Node]
CONSTANTS = tuple(Fraction(*pair) for pair in ((2, 1), (1, 2), (4, 1), (1, 4), (3, 1), (1, 3), (3, 2), (2, 3)))
MAX_FACTORS = 4


def negated(node: Node) -> Node:
    """The formula with the other sign."""
    return node.body if isinstance(node, Neg) else Neg(node)


def times(c: Node, node: Node) -> Node:
    """The formula with a factor in front."""
    return Product((c, node))


def somewhere(node: Node, change: Callable[[Node], Iterable[Node]]) -> Iterator[Node]:
    """The formula with one part changed, every part in turn."""
    yield from change(node)
    for field in fields(node):
        value = getattr(node, field.name)
        for new in _changed(value, change):
            yield with_field(node, **{field.name: new})


def _changed(value: Any, change: Callable[[Node], Iterable[Node]]) -> Iterator[Any]:
    match value:
        case Node():
            yield from somewhere(value, change)
        case Relation():
            yield from (with_field(value, right=new) for new in somewhere(value.right, change))
        case Case():
            yield from (with_field(value, value=new) for new in somewhere(value.value, change))
        case tuple():
            for k, item in enumerate(value):
                for new in _changed(item, change):
                    yield (*value[:k], new, *value[k + 1 :])


def signs(node: Node) -> Iterator[Edit]:
    """A minus too many or too few: of the whole, of a term, of an argument or an exponent."""
    yield "sign", negated(node)
    for new in somewhere(node, _sign_inside):
        yield "sign", new


def _sign_inside(node: Node) -> Iterator[Node]:
    match node:
        case Add(terms):
            for k, term in enumerate(terms):
                yield Add((*terms[:k], negated(term), *terms[k + 1 :]))
        case Apply(_, (arg,), _):
            yield with_field(node, args=(negated(arg),))
        case MaybeCall(_, (arg,), _, _):
            yield with_field(node, args=(negated(arg),))
        case Power(base, exponent, _) if not isinstance(exponent, Number):
            yield Power(base, negated(exponent))


def constants_with(others: tuple[Node, ...]) -> tuple[Node, ...]:
    """The factors that are most often lost."""
    one = Number(Fraction(1))
    return (*(Number(c) for c in CONSTANTS), *others, *(Quotient(one, other) for other in others))


def whole_factors(node: Node, others: tuple[Node, ...]) -> Iterator[Edit]:
    """A factor of the whole line, lost or gained."""
    yield from (("factor", times(c, node)) for c in constants_with(others))


def factors(node: Node, others: tuple[Node, ...]) -> Iterator[Edit]:
    """A factor of a term or an argument, lost or gained."""
    for c in constants_with(others):
        for new in somewhere(node, partial(_factor_inside, c)):
            yield "factor", new


def _factor_inside(c: Node, node: Node) -> Iterator[Node]:
    match node:
        case Add(terms):
            for k, term in enumerate(terms):
                yield Add((*terms[:k], times(c, term), *terms[k + 1 :]))
        case Apply(_, (arg,), _):
            yield with_field(node, args=(times(c, arg),))
        case MaybeCall(_, (arg,), _, _):
            yield with_field(node, args=(times(c, arg),))
        case Power(base, Number(value), entrywise) if isinstance(c, Number) and c.value in (2, Fraction(1, 2)):
            step = 1 if c.value == 2 else -1
            yield Power(base, Number(value + step), entrywise)
        case Power(base, exponent, entrywise):
            yield Power(base, times(c, exponent), entrywise)


def atoms(node: Node) -> Iterator[Node]:
    """The factors of all products in a formula, and its calls."""
    if isinstance(node, Product):
        yield from node.factors
    if isinstance(node, Big):
        yield from atoms(node.body)
    for part in getattr(node, "terms", ()) or getattr(node, "factors", ()):
        yield from atoms(part)
    body = getattr(node, "body", None)
    if isinstance(body, Node) and not isinstance(node, Big):
        yield from atoms(body)


def with_factor(node: Node, extra: tuple[Node, ...]) -> Iterator[Node]:
    """The formula with one more factor, at every place where a term stands."""
    for atom in extra:
        yield Product((node, atom))
        yield Product((node, atom), "odot")
        yield from somewhere(node, partial(_multiplied, atom))


def _multiplied(atom: Node, node: Node) -> Iterator[Node]:
    match node:
        case Add(terms):
            for k, term in enumerate(terms):
                yield Add((*terms[:k], Product((term, atom)), *terms[k + 1 :]))
        case Big(_, _, _, _, _, body):
            yield with_field(node, body=Product((body, atom)))


def indices(node: Node, letters: tuple[str, ...]) -> Iterator[Edit]:
    """Another letter at one index."""
    for new in somewhere(node, lambda part: _index_inside(part, letters)):
        yield "wrong-index", new


def _index_inside(node: Node, letters: tuple[str, ...]) -> Iterator[Node]:
    match node:
        case Name(_, _, subscripts, _) | Entry(_, subscripts):
            for k, index in enumerate(subscripts):
                for letter in letters:
                    if isinstance(index, Name) and index.base != letter and not index.subscripts:
                        yield with_field(node, subscripts=(*subscripts[:k], Name(letter), *subscripts[k + 1 :]))
            if len(subscripts) == 2:
                yield with_field(node, subscripts=subscripts[::-1])


def transposes(node: Node) -> Iterator[Edit]:
    """Factors in another order, a transpose too many or too few."""
    yield "transposed", Transpose(node)
    for new in somewhere(node, _transposed_inside):
        yield "transposed", new


def _transposed_inside(node: Node) -> Iterator[Node]:
    match node:
        case Product(parts, sign) if len(parts) <= MAX_FACTORS:
            for order in permutations(range(len(parts))):
                moved = tuple(parts[k] for k in order)
                for mask in range(2 ** len(parts)) if sign == "" else (0,):
                    if moved == parts and mask == 0:
                        continue
                    turned = (_turned(part) if mask >> k & 1 else part for k, part in enumerate(moved))
                    yield Product(tuple(turned), sign)
        case Transpose(body, _):
            yield body


def _turned(node: Node) -> Node:
    return node.body if isinstance(node, Transpose) else Transpose(node)


ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def labels(node: Node, names: tuple[tuple[str, str], ...]) -> Iterator[Edit]:
    """Labels of the other convention: y for 2y - 1 or (y + 1)/2, or 1 - y."""
    for base, within in names:
        y = Name(base)
        other: Node = Quotient(Add((y, ONE)), TWO) if within == "sign" else Add((times(TWO, y), Neg(ONE)))
        for meant in (other, Add((ONE, Neg(y)))):
            yield "wrong-label-convention", everywhere(node, partial(_put, base, meant))


def _put(base: str, meant: Node, part: Node) -> Node | None:
    """The label with its index replaced by a formula in it."""
    if not _is(part, base):
        return None
    return everywhere(meant, lambda inner: part if inner == Name(base) else None) if part != Name(base) else meant


def _is(node: Node, base: str) -> bool:
    return isinstance(node, Name) and node.base == base


def everywhere(node: Any, change: Callable[[Node], Node | None]) -> Any:
    """The formula with every part changed for which `change` gives something."""
    match node:
        case Node():
            new = change(node)
            if new is not None:
                return new
            return with_field(node, **{f.name: everywhere(getattr(node, f.name), change) for f in fields(node)})
        case Relation():
            return with_field(node, right=everywhere(node.right, change))
        case Case():
            return with_field(node, value=everywhere(node.value, change))
        case tuple():
            return tuple(everywhere(item, change) for item in node)
    return node


def without_cross_terms(node: Node) -> Iterator[Edit]:
    """(a + b)^2 taken for a^2 + b^2, in all its spellings."""
    for new in somewhere(node, _split):
        yield "dropped-cross-term", new


def _split(node: Node) -> Iterator[Node]:
    match node:
        case Power(base, Number(value), _) if value == 2:
            inner = _terms(base)
            if len(inner) > 1:
                yield Add(tuple(with_field(node, base=_wrapped(base, term)) for term in inner))
        case Product(parts, sign):
            for k in range(len(parts) - 1):
                first, second = _terms(parts[k]), _terms(parts[k + 1])
                if len(first) == len(second) > 1:
                    pairs = zip(first, second, strict=True)
                    split = [Product((*parts[:k], a, b, *parts[k + 2 :]), sign) for a, b in pairs]
                    yield Add(tuple(split))


def _terms(node: Node) -> tuple[Node, ...]:
    match node:
        case Add(terms):
            return terms
        case Transpose(body, written):
            return tuple(Transpose(term, written) for term in _terms(body))
        case Norm(Add() as body, _):
            return _terms(body)
    return (node,)


def _wrapped(base: Node, term: Node) -> Node:
    return Norm(term, base.kind) if isinstance(base, Norm) else term


def added_terms(node: Node, terms: tuple[Node, ...]) -> Iterator[Edit]:
    """A term that was left out."""
    for term in terms:
        yield "missing-term", Add((node, term))
        yield "missing-term", Add((node, Neg(term)))


def as_columns(node: Node) -> Node:
    """The node with each (a, b, c)^T as the column that people mean by it."""
    changed: Node = everywhere(node, _column)
    return changed


def _column(part: Node) -> Node | None:
    match part:
        case Transpose(Group("(" | "[", items) as listed) | Power(Group("(" | "[", items) as listed, Name("T")):
            return listed if len(items) > 1 else None
    return None
