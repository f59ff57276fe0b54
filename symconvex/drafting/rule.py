"""What one rule tells the search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symconvex.catalogue import Named
from symconvex.drafting.draft import Draft


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule believes, and the parts of a certificate that should make the kernel agree.

    answer         convex, concave, affine or neither
    parts          parts of the certificate; only their replay counts
    strict         True, False, or None when it depends on the data or is not known
    strict_when    the condition for strictness in Python syntax, "rank(X) == d"
    modulus, smoothness    in Python syntax
    exact          which of the two are best possible; "modulus" without one: strongly convex for none
    hypotheses     under which the answer holds, "X != 0"
    condition      the exact condition for convexity, where known
    witness        the points of a refutation, by parameter
    least          sizes for which it is shown, where that is more than the problem asks
    argument       how it is shown, as exposition tells it: a value of drafting/arguments/
    """

    answer: str
    parts: tuple[dict[str, object], ...]
    strict: bool | None = None
    strict_when: str | None = None
    modulus: str | None = None
    smoothness: str | None = None
    exact: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    condition: str | None = None
    witness: Mapping[str, object] | None = None
    least: Mapping[str, int] = field(default_factory=dict)
    argument: Named | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A loss with its declarations, as `prove` takes them, and what is true of it: convex, concave or neither."""

    loss: str
    wrt: str
    truth: str
    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    positive: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to decide a problem.

    find       a draft -> a finding, or None when the rule does not apply
    cost       rules are tried from cheap to dear
    accepts    losses that it must decide
    rejects    near misses, of which something else is true
    source     the theorem behind it, with its place
    """

    name: str
    find: Callable[[Draft], Finding | None]
    cost: int
    source: str
    accepts: tuple[Example, ...]
    rejects: tuple[Example, ...]
