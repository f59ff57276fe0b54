"""The summands of a curvature: weighted squares of linear forms, and variances."""

from dataclasses import dataclass

from symconvex.kernel import term as t
from symconvex.kernel.term import Sum, Term
from symconvex.rules._profile import Binders, directed


@dataclass(frozen=True, slots=True)
class Square:
    """sum over binders of weight * core(v)^2."""

    binders: Binders
    weight: Term
    core: Term
    names: frozenset[str]

    @property
    def form(self) -> Term:
        """The square as a term."""
        return summed(self.binders, t.mul(self.weight, t.power(directed(self.core, self.names), 2)))


@dataclass(frozen=True, slots=True)
class Variance:
    """sum over binders of factor/2 * sum_k sum_l p_k p_l (u_k - u_l)^2, p = softmax."""

    binders: Binders
    form: Term


Summand = Square | Variance


def summed(binders: Binders, body: Term) -> Term:
    """The body under its sums."""
    for index, size in reversed(binders):
        body = Sum(index, size, body)
    return body
