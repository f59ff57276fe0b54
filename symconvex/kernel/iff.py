"""Exact conditions: alternatives that leave nothing out, and what the part at each end shows. SPEC.md, section 12."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symconvex.kernel import term as t
from symconvex.kernel.calculus import undefined_base
from symconvex.kernel.normal import Normal
from symconvex.kernel.reading import check_given, listing, record, string, strings
from symconvex.kernel.statement import SIGNS, Given, Statement, read_given
from symconvex.kernel.term import Malformed, Refused, Sym

# What shows a property, and what shows that it fails.
SHOWS = {
    "convex": ({"convex", "affine", "strictly_convex", "strongly_convex"}, {"not_convex"}),
    "concave": ({"concave", "affine", "strictly_concave", "strongly_concave"}, {"not_concave"}),
    "strictly_convex": ({"strictly_convex", "strongly_convex"}, {"not_strictly_convex", "not_convex"}),
    "strictly_concave": ({"strictly_concave", "strongly_concave"}, {"not_strictly_concave", "not_concave"}),
}


@dataclass(frozen=True, slots=True)
class Split:
    """Of two opposite hypotheses one holds: what is so in the first case, and in the second. True: it holds."""

    hypotheses: tuple[Given, Given]
    then: "Tree"
    other: "Tree"


Tree = bool | Split
Shown = Sequence[tuple[Sequence[Given], frozenset[str]]]  # of each part: what it assumes, the words of its claims


def read_iff(value: object, statement: Statement, shown: Shown, normal: Normal) -> Mapping[str, Tree]:
    """The exact conditions of a certificate; raises Refused where a tree does not say what the parts show."""
    if not isinstance(value, dict) or not value or not {*value} <= {*SHOWS}:
        raise Malformed(f"iff has a tree for some of {', '.join(SHOWS)}")
    return {word: _tree(tree, word, statement, shown, normal, ()) for word, tree in value.items()}


def _tree(
    value: object, word: str, statement: Statement, shown: Shown, normal: Normal, path: tuple[Given, ...]
) -> Tree:
    if isinstance(value, int):
        return _leaf(value, word, shown, normal, path)
    node = record(value, ("split", "then", "else"), "node of a tree")
    texts = strings(listing(node["split"], "two hypotheses"))
    if len(texts) != 2:
        raise Malformed("a node splits by two hypotheses")
    first, second = (read_given(string(text)) for text in texts)
    for given in (first, second):
        check_given(statement, (given,))
    if not _opposite(statement, normal, first, second):
        raise Refused(f"one of {first} and {second} need not hold"[:300])
    then, other = (
        _tree(child, word, statement, shown, normal, (*path, given))
        for given, child in ((first, node["then"]), (second, node["else"]))
    )
    return Split((first, second), then, other)


def _leaf(number: int, word: str, shown: Shown, normal: Normal, path: tuple[Given, ...]) -> bool:
    """What the part with this number (from 1) shows, all of whose hypotheses follow from the path."""
    if not 1 <= number <= len(shown):
        raise Malformed(f"there is no part {number}")
    given, words = shown[number - 1]
    missing = next((g for g in given if not any(_follows(g, known, normal) for known in path)), None)
    if missing is not None:
        raise Refused(f"part {number} assumes {missing}, which does not follow on the way to it"[:300])
    for side, fits in zip((True, False), SHOWS[word], strict=True):
        if words & fits:
            return side
    raise Refused(f"part {number} does not tell whether the loss is {word}")


def _follows(given: Given, known: Given, normal: Normal) -> bool:
    if given.kind in SIGNS and given.term is not None and known.term is not None:
        return known.kind in (given.kind, "positive") and normal.equal(given.term, known.term)
    return given == known


def _opposite(statement: Statement, normal: Normal, first: Given, second: Given) -> bool:
    """Does one of the two hold in every case?"""
    for term in (first.term, second.term):
        if term is not None and (t.free_indices(term) or undefined_base(term, lambda base: False) is not None):
            raise Refused(f"{t.render(term)[:200]} is not one number in every case")
    if first.term is not None and second.term is not None:
        signed = {first.kind, second.kind} == {*SIGNS}
        return signed and normal.equal(first.term, t.neg(second.term))
    match first.kind, second.kind, second.term:
        case ("zero", "nonzero", None) | ("injective", "null", None):
            return first.name == second.name
        case ("zero", "positive", _) if second.term is not None and not statement.data[first.name][0]:
            return normal.equal(second.term, t.power(Sym(first.name), 2))
    return False
