"""Exact conditions: alternatives that leave nothing out, and what the part at each end shows. SPEC.md, section 12."""

from collections.abc import Sequence

from symconvex.kernel import term as t
from symconvex.kernel.calculus import undefined_base
from symconvex.kernel.normal import Normal
from symconvex.kernel.reading import Split, Tree
from symconvex.kernel.statement import SHOWS, SIGNS, Given, Statement
from symconvex.kernel.term import Refused, Sym

OPPOSITES = (("zero", "nonzero"), ("injective", "null"), ("injective_affine", "null_affine"))
Shown = Sequence[tuple[Sequence[Given], set[str]]]  # of each part: what it assumes, the words of its claims


def settled(
    tree: Tree, word: str, statement: Statement, shown: Shown, normal: Normal, path: tuple[Given, ...] = ()
) -> Tree:
    """The tree with True or False at its ends; raises Refused where it leaves out a case, or a part does not fit."""
    if isinstance(tree, int):
        return _side(tree, word, shown, normal, path)
    first, second = tree.hypotheses
    if not _opposite(statement, normal, first, second):
        raise Refused(f"one of {first} and {second} need not hold"[:300])
    then = settled(tree.then, word, statement, shown, normal, (*path, first))
    return Split(tree.hypotheses, then, settled(tree.other, word, statement, shown, normal, (*path, second)))


def _side(number: int, word: str, shown: Shown, normal: Normal, path: tuple[Given, ...]) -> bool:
    """What a part tells, all of whose hypotheses follow from the path."""
    given, words = shown[number - 1]
    missing = next((g for g in given if not any(_follows(g, known, normal) for known in path)), None)
    if missing is not None:
        raise Refused(f"part {number} assumes {missing}, which does not follow on the way to it"[:300])
    side = next((side for side, fits in zip((True, False), SHOWS[word], strict=True) if words & fits), None)
    if side is None:
        raise Refused(f"part {number} does not tell whether the loss is {word}")
    return side


def _follows(given: Given, known: Given, normal: Normal) -> bool:
    if given.kind in SIGNS and given.term is not None and known.term is not None:
        return known.kind in (given.kind, "positive") and normal.equal(given.term, known.term)
    return given == known


def _opposite(statement: Statement, normal: Normal, first: Given, second: Given) -> bool:
    """Does one of the two hold in every case?"""
    for term in (first.term, second.term):
        if term is not None and (t.free_indices(term) or undefined_base(term, lambda *base: False) is not None):
            raise Refused(f"{t.render(term)[:200]} is not one number in every case")
    if first.term is not None and second.term is not None:
        return {first.kind, second.kind} == {*SIGNS} and normal.equal(first.term, t.neg(second.term))
    if second.term is not None:
        scalar = first.kind == "zero" and second.kind == "positive" and not statement.data[first.name][0]
        return scalar and normal.equal(second.term, t.power(Sym(first.name), 2))
    return first.name == second.name and (first.kind, second.kind) in OPPOSITES
