"""Convex, because every sample contributes a function of one affine number, and that function is convex.

f(w) = sum_i phi(u_i) + c |w|^2,    u_i = label_i x_i.w - shift_i
v' Hessian v = sum_i weight_i (x_i.v)^2 + 2 c |v|^2,    weight_i = phi''(u_i) >= 0
"""

from dataclasses import dataclass
from typing import ClassVar

from symconvex.drafting.reasons import Reason
from symconvex.kernel.term import Size, Sym, Term


@dataclass(frozen=True, slots=True)
class Margin:
    """The number u_i through which sample i sees the parameter.

    letter          what u is called
    index, size     i, and what it runs over
    parameter       w
    matrix, core    X, and x_i.w = sum_j X[i,j] w[j]
    label, shift    a factor of square 1, and what is subtracted; None where there is none
    meaning         u_i in w
    """

    letter: str
    index: str
    size: Size
    parameter: str
    matrix: str
    core: Term
    label: Term | None
    shift: Term | None
    meaning: Term

    @property
    def symbol(self) -> Sym:
        """u_i."""
        return Sym(self.letter, (self.index,))


@dataclass(frozen=True, slots=True)
class Bound:
    """No weight is larger than `value`.

    kind    constant: they are all equal to it; logistic: p (1 - p) <= 1/4; tanh: 1 - tanh^2 <= 1;
            step: an indicator is at most 1; steps: indicators are subtracted from 1; single: by the difference
    of      p, for logistic weights; the difference
    """

    value: Term
    kind: str
    of: Term


@dataclass(frozen=True, slots=True)
class Tail:
    """No modulus m is larger than 2 c: far out the weights vanish.

    At w = t e_1 with t^2 = rate every summand of the curvature along e_1 is less than room / n, room = m - 2 c.

    function    the weights are a constant times `bump`, which falls off as this function does
    modulus     m
    inner       the number whose square times the bump is < 1: u_i, or what is in the function
    origin      the same at w = 0
    spread      the sum of the squares of all origins, as it stands in the rate; None when they are 0
    """

    function: str
    modulus: Sym
    room: Term
    rate: Term
    bump: Term
    inner: Term
    origin: Term
    spread: Term | None


@dataclass(frozen=True, slots=True)
class Squares:
    """The argument.

    loss          f in terms of the u_i
    phi, slope, bend    the function of one sample and its first two derivatives, in the letter of the margin
    weight        phi''(u_i)
    penalty       c; None for 0
    rest          what does not depend on w; None for 0
    strictly      are all weights shown to be > 0?
    ridge         is the penalty shown to be > 0?
    reasons       why they have their sign
    kinked        the second derivatives jump
    constant      all weights are the same number
    bound, tail   None where there is none
    """

    name: ClassVar[str] = "squares"
    margin: Margin
    loss: Term
    phi: Term
    slope: Term
    bend: Term
    weight: Term
    penalty: Term | None
    rest: Term | None
    strictly: bool
    ridge: bool
    reasons: tuple[Reason, ...]
    kinked: bool
    constant: bool
    bound: Bound | None = None
    tail: Tail | None = None
