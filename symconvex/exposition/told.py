"""What a page is told from, and how a page is found: by the name of the argument."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from symconvex.exposition.claims import Claims
from symconvex.exposition.words import rows_of
from symconvex.kernel.term import Term
from symconvex.language.free_name import free_name, numbered
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Problem
from symconvex.witness import Broken

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.drafting.draft import Draft

A_co = TypeVar("A_co", covariant=True)
ENDS, MIDDLES = ("AB", "PQ", "UV", "ST", "KL"), "MNRG"


class Spots(NamedTuple):
    """Letters of a segment: its two ends, a point between them, and the number that runs from 0 to 1 along it."""

    left: str = "A"
    right: str = "B"
    middle: str = "M"
    way: str = "t"


@dataclass(frozen=True, slots=True)
class Told(Generic[A_co]):
    """A decided problem as its page sees it.

    draft        the problem in index notation, with the least sizes for which it was decided
    answer       convex, concave, affine, neither or not convex
    claims       what the kernel accepted: what a page states comes from here
    argument     how the rule shows it: what a proof says comes from here
    derivation   gradient and Hessian for any size, as information
    broken       which inequality of a refutation is broken, where given numbers tell
    """

    draft: "Draft"
    answer: str
    claims: Claims
    argument: A_co
    derivation: "Derivation"
    broken: Broken | None = None

    @property
    def problem(self) -> Problem:
        """The question."""
        return self.draft.problem

    @property
    def loss(self) -> Term:
        """The loss in index notation."""
        return self.draft.loss

    @property
    def names(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(self.draft.parameters)

    @property
    def taken(self) -> frozenset[str]:
        """Every name that the problem uses."""
        return frozenset({*self.draft.sizes(), *self.draft.data, *self.draft.parameters})

    @property
    def used(self) -> frozenset[str]:
        """The same, and the letters of the rows of matrices."""
        return self.taken | frozenset(rows_of(self.problem, parameters=True).values())

    def letter(self, *offers: str) -> str:
        """The first of these letters that the problem does not use, or one with a number."""
        return free_name(chain(offers, numbered(offers[0])), self.used)

    @property
    def spots(self) -> Spots:
        """Letters of a segment that stand for nothing else on the page."""
        taken = self.used | {name for name, _ in self.derivation.names}
        pairs = [tuple(pair) for pair in ENDS if not taken & {*pair}]
        left, right = pairs[0] if pairs else [free_name(numbered(letter), taken) for letter in "AB"]
        middle = free_name(chain(MIDDLES, numbered("M")), taken)
        return Spots(word_tex(left), word_tex(right), word_tex(middle), self.letter("t", "s", "r", "tau"))

    def rows(self, matrix: str) -> tuple[dict[str, str], str]:
        """The letters of the rows of all data, and a sentence for `matrix` when the setting does not name its rows."""
        letters = rows_of(self.problem)
        if matrix in letters:
            return letters, ""
        letter, size = self.letter("x", "a", "b", "c", "g"), size_tex(self.draft.data[matrix][0])
        rows = f"{letter}_1\\T,\\dots,{letter}_{{{size}}}\\T"
        return {**letters, matrix: letter}, f"The rows of ${word_tex(matrix)}$ are ${rows}$."

    @property
    def ways(self) -> dict[str, str]:
        """How the direction of each parameter is printed."""
        return {name: word_tex(way) for name, way in self.derivation.directions.items()}

    @property
    def directions(self) -> dict[str, str]:
        """The same for the names that directions have in terms: w' for w."""
        return {f"{name}'": way for name, way in self.ways.items()}


def always(sentence: str) -> Callable[[Told[Any]], str]:
    """One idea for every argument of a kind."""

    def idea(_told: Told[Any]) -> str:
        return sentence

    return idea


@dataclass(frozen=True, slots=True)
class Page:
    """How one kind of argument is told: the file `name` here tells the arguments of drafting/arguments/`name`.

    tell     a told verdict -> paragraphs, from the setting to the last remark
    idea     a told verdict -> the sentence that the proof rests on, as far as it is the same for every such argument
    """

    name: str
    tell: Callable[[Told[Any]], Iterator[str]]
    idea: Callable[[Told[Any]], str]
