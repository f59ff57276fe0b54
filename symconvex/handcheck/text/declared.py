"""What is declared of a derivation, as data: its loss, the names, what is said of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from symconvex.problem import Problem, Shape, Symbol


@dataclass(frozen=True, slots=True)
class Named:
    """A declared name: shape, set of its entries, traits."""

    name: str
    shape: Shape = ()
    within: str = "real"
    traits: frozenset[str] = frozenset()
    index_of: str = ""


def described(named: Named) -> str:
    """A declared name in words: X: n, d in real."""
    words = [", ".join(map(str, named.shape)) or "a number", f"in {named.within}", *sorted(named.traits)]
    return f"{named.name}: {' '.join(words)}"


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared.

    heads         names of the loss; empty: any name that nothing else has
    parameters    what it is minimised over
    names         symbols by name
    definitions   names with a meaning in the loss language, in order
    samples       x -> (X, 0) when x_i is row i of X, (X, 1) for column i
    least         smallest values of sizes
    problem       the loss as a Problem, for the prover
    written       formulas that are no text of the loss language, for the reader of formulas
    where         conditions that no set of a name says, in the loss language
    unread        words that say nothing here: what they mean is not known
    doubted       sentences that may say more of letters than where they lie
    guessed       names whose shape neither the declarations nor the text states
    ambiguous     those of them for which more than one shape would do
    renamed       what was declared under another letter than the text has: "A is the declared X"
    foreign       letters of functions that the text states for its loss, and that are not the declared one
    """

    heads: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    names: Mapping[str, Named] = field(default_factory=dict)
    loss: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None
    written: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()
    renamed: tuple[str, ...] = ()
    foreign: frozenset[str] = frozenset()

    def sizes(self) -> tuple[str, ...]:
        """Named sizes in order of appearance."""
        found = [s for named in self.names.values() for s in (*named.shape, named.index_of) if s and isinstance(s, str)]
        return tuple(dict.fromkeys(found))

    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(Symbol(n.name, n.shape, n.within) for n in self.names.values())
