"""What is assumed where: up to the end of the environment, item, case or heading in which it is said.

suppose        ends with its environment, item, case or heading, at "otherwise", and with a contradiction
assume, let    the same, but stands under the next headings
throughout     "we assume that": ends only with the environment in which it is said
always         "throughout we assume that": never ends
"""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Node
from symconvex.handcheck.text.document import Assumption, Boundary, Release


@dataclass(frozen=True, slots=True)
class Held:
    """One assumption: what it is about, how long it lasts, how deep it was said, and whether in a case there."""

    about: str
    node: Node
    lasting: str
    supposed: bool
    depth: int
    in_case: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is assumed at a place.

    cases     for each environment that is open, whether a case began in it
    ended     what ended with the last environment: its proof goes on with it
    """

    held: tuple[Held, ...] = ()
    cases: tuple[bool, ...] = (False,)
    ended: tuple[Held, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(one.node for one in self.held)

    @property
    def depth(self) -> int:
        return len(self.cases) - 1

    def assuming(self, about: str, node: Node, lasting: str = "assume", *, supposed: bool = False) -> "Standing":
        """With one assumption more; what was assumed of the same thing gives way."""
        new = Held(about, node, lasting, supposed, self.depth, self.cases[-1])
        return replace(self, held=(*(one for one in self.held if one.about != about), new))

    def after(self, written: Assumption, names: Iterable[str]) -> "Standing":
        """With what a sentence assumes."""
        found = self
        for about, node in zip(names, written.conditions, strict=True):
            found = found.assuming(about, node, written.lasting, supposed=written.supposed)
        return found

    def freed(self, written: Release, names: Iterable[str]) -> "Standing":
        """Without what was assumed of these; of none: without what was supposed."""
        freed = set(names)
        kept = (one for one in self.held if (not is_about(one, freed) if written.names else not one.supposed))
        return replace(self, held=tuple(kept))

    def without(self, ends: Callable[[Held], bool]) -> "Standing":
        """Without what ends here."""
        return replace(self, held=tuple(one for one in self.held if not ends(one)))

    def past(self, boundary: Boundary) -> "Standing":
        """What stands behind the boundary."""
        match boundary.kind:
            case "open":
                return replace(self, cases=(*self.cases, False))
            case "resume":
                again = (replace(one, depth=self.depth + 1, in_case=False) for one in self.ended)
                return replace(self, held=(*self.held, *again), cases=(*self.cases, False))
            case "close" if self.depth:
                outer = self.without(lambda one: one.depth >= self.depth and one.lasting != "always")
                ended = tuple(one for one in self.held if one not in outer.held)
                return replace(outer, cases=self.cases[:-1], ended=ended)
            case "heading":
                kept = self.without(lambda one: one.lasting == "suppose" or one.in_case)
                return replace(kept, cases=(*self.cases[:-1], False))
            case "case":
                kept = self.without(lambda one: one.depth >= self.depth and one.in_case)
                return replace(kept, cases=(*self.cases[:-1], True))
            case "free":
                return replace(self, held=())
            case "item" | "else":
                return self.without(lambda one: one.depth >= self.depth and one.lasting in ("suppose", "assume"))
        return self


def is_about(one: Held, names: Container[str]) -> bool:
    """Is it assumed of one of these, as lambda > 0 is of lambda?"""
    return one.about in names or (isinstance(one.node, Chain) and render(one.node.left) in names)


NOTHING = Standing()
