"""Why a term has its sign, as values: what the lines of a certificate rest on, as a reader would be told."""

from dataclasses import dataclass

from symconvex.kernel.term import Term


@dataclass(frozen=True, slots=True)
class Within:
    """A catalogued function stays in its range."""

    function: str
    at: Term


@dataclass(frozen=True, slots=True)
class Mills:
    """u Phi(u) + phi(u) > 0."""

    at: Term


@dataclass(frozen=True, slots=True)
class Known:
    """The term is > 0 (strict) or >= 0: data in their set, a hypothesis, or a constraint of the domain."""

    term: Term
    strict: bool


@dataclass(frozen=True, slots=True)
class Squared:
    """An even power is not negative."""

    base: Term


@dataclass(frozen=True, slots=True)
class Exclusive:
    """left > 0 and right > 0 exclude each other, so at most one of the two steps is 1."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Tangent:
    """The function lies above its tangent at 0."""

    function: str


@dataclass(frozen=True, slots=True)
class Logarithm:
    """log u > 0 for u > 1 (side 1), log u < 0 for u < 1 (side -1)."""

    at: Term
    side: int


@dataclass(frozen=True, slots=True)
class Charted:
    """A function of one variable that is not negative: everywhere, or where the variable is > 0 or < 0."""

    function: Term
    variable: Term
    side: str


Reason = Charted | Logarithm | Within | Mills | Known | Squared | Exclusive | Tangent
