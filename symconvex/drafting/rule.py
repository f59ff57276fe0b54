"""What one rule tells the search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symconvex.drafting.arguments import Argument
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import PartDraft


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule believes: parts of a certificate, of which only the replay counts, and how it is told.

    least          sizes for which it is shown, where that is more than the problem asks
    argument       how it is shown, as exposition tells it: a value of drafting/arguments/
    """

    parts: tuple[PartDraft, ...]
    argument: Argument | None
    least: Mapping[str, int] = field(default_factory=dict)


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
