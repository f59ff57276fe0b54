"""Exact conditions: hypotheses of which one holds in every case. SPEC.md, section 12."""

from symconvex.kernel import term as t
from symconvex.kernel.calculus import undefined_base
from symconvex.kernel.normal import Normal
from symconvex.kernel.statement import SIGNS, Given, Statement
from symconvex.kernel.term import Refused, Sym

OPPOSITES = (("zero", "nonzero"), ("injective", "null"), ("injective_affine", "null_affine"))


def follows(given: Given, known: Given, normal: Normal) -> bool:
    """Is the hypothesis true where the other one is, and defined in every case?"""
    if given.kind in SIGNS and given.term is not None and known.term is not None:
        same = known.kind in (given.kind, "positive") and normal.equal(given.term, known.term)
        return same and undefined_base(given.term, lambda *base: False) is None
    return given == known


def is_opposite(statement: Statement, normal: Normal, first: Given, second: Given) -> bool:
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
