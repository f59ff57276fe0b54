"""Real data: in which cases a loss is convex or concave, and in which it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from symconvex.kernel.statement import Given
from symconvex.kernel.term import Sym, Term


@dataclass(frozen=True, slots=True)
class Leaf:
    """One case: shown by what is >= 0 in it, or refuted at a point.

    word         convex or concave
    path         the hypotheses of the case
    minors       what is >= 0 at every point, for a proof
    point        where the second derivative has the wrong sign, and in which direction, for a refutation
    value        minus the second derivative there (concave: the second derivative), which is > 0
    datum        a number in which the second derivative is affine, for a proof by its extreme values
    ends         those, and what is >= 0 there
    """

    word: str
    path: tuple[Given, ...]
    minors: tuple[Term, ...]
    point: Mapping[str, Term]
    direction: Mapping[str, Term]
    value: Term | None
    datum: Sym | None = None
    ends: tuple[tuple[Term, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class StrictLeaf:
    """One case in which a loss is strictly convex (concave), or is not.

    word      convex or concave
    path      the hypotheses of the case
    minors    what is > 0 at every point but where one of the zeros is 0, for a proof
    zeros     terms that vanish on no segment
    ends      two points, for a refutation
    value     the loss in the middle of them less the mean of its values there, which is >= 0 (concave: <= 0)
    """

    word: str
    path: tuple[Given, ...]
    minors: tuple[Term, ...] = ()
    zeros: tuple[Term, ...] = ()
    ends: tuple[Mapping[str, Term], ...] = ()
    value: Term | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """The argument.

    curve        the second derivative along the direction
    directions   the entries of the direction
    leaves       the cases
    strict       the cases of strictness
    """

    name: ClassVar[str] = "conditions"

    curve: Term
    directions: tuple[Sym, ...]
    leaves: tuple[Leaf, ...]
    strict: tuple[StrictLeaf, ...] = ()
