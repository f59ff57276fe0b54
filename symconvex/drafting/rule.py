"""What one rule tells the search. How a rule is written is said in symconvex/rules/__init__.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symconvex.drafting.arguments import Argument
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Alternatives, PartDraft


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule believes: parts of a certificate, of which only the replay counts, and how it is told.

    parts       what `Lines.part` returns: one for each set of hypotheses
    argument    how it is shown, as exposition tells it: a value of drafting/arguments/; with None, proof.tex leaves the
                proof to the certificate
    least       sizes for which it is shown, where that is more than the problem asks
    exact       convex, concave, ... -> the cases that say exactly for which data the loss is that
    """

    parts: tuple[PartDraft, ...]
    argument: Argument | None
    least: Mapping[str, int] = field(default_factory=dict)
    exact: Mapping[str, Alternatives | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A loss with its declarations, as `symconvex.prove` takes them, and what is true of it.

    wrt         the names it is minimised over: "w" or "a, b"
    truth       convex, concave, affine or neither, and no weaker word; a test compares it with random chords
    positive    what the domain requires to be > 0: ("x", "1 - x")
    values      numbers for the data, as nested tuples; without them the example is about all data
    """

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

    name       that of its file, with - for _
    find       a draft -> a finding, or None when the rule does not apply
    cost       rules are tried from cheap to dear, and the first answer counts; from 1 for a second derivative
               with a sign to 20 for a search for points; equal costs go by name
    source     the theorem behind it, with its place
    accepts    losses of which it shows, alone, all that is true; at least one
    rejects    near misses, of which something else is true; at least one, and it must not decide it wrongly
    """

    name: str
    find: Callable[[Draft], Finding | None]
    cost: int
    source: str
    accepts: tuple[Example, ...]
    rejects: tuple[Example, ...]
