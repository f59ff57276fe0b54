"""What is said to minimise a function, as an equation: "w = A^{-1} b minimises J", "J is minimised at w = 0"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import Big, Chain, MaybeCall, Name, Node, Relation
from symconvex.handcheck.text.display import Event

OPENING = ("hence", "so", "thus", "therefore", "then", "consequently")
# The words between the two formulas, the place first or the function first.
PLACE_FIRST = re.compile(r"(?:minimi[sz]es|is (?:the|a) (?:global )?minimi[sz]er of)(?: the loss)?\Z", re.IGNORECASE)
PLACE_LAST = re.compile(
    r"(?:is minimi[sz]ed|attains its (?:global )?minimum|has its (?:global )?minimum|is smallest)"
    r" (?:at|for|by|in)(?: the point)?\Z",
    re.IGNORECASE,
)


def with_minimisers(events: Sequence[Event]) -> Iterator[Event]:
    """The events with such sentences as "argmin J = A^{-1} b"; only where a sentence says nothing else."""
    sentence = list[Event]()
    for event in events:
        if event.kind in ("end", "bound"):
            yield from _told(sentence)
            yield event
            sentence = []
        else:
            sentence.append(event)
    yield from _told(sentence)


def _told(sentence: list[Event]) -> list[Event]:
    opened = bool(sentence) and sentence[0].kind == "word" and sentence[0].text.lower() in OPENING
    opening = sentence[:1] if opened else []
    rest = [event for event in sentence[len(opening) :] if event.kind != "comma"]
    if len(rest) < 3 or rest[0].kind != "math" or rest[-1].kind != "math":
        return sentence
    if any(event.kind != "word" for event in rest[1:-1]):
        return sentence
    words = " ".join(event.text for event in rest[1:-1])
    first, last = (rest[0], rest[-1]) if PLACE_FIRST.match(words) else (rest[-1], rest[0])
    if not (PLACE_FIRST.match(words) or PLACE_LAST.match(words)) or not _is_function(last.node):
        return sentence
    place = _place(first.node)
    if place is None or last.node is None:
        return sentence
    best = Big("argmin", (), None, None, None, last.node)
    equation = replace(first, node=Chain(best, (Relation("=", place, first.line),), first.line))
    named = [first, Event("comma", first.line)] if _is_named(first.node) else []
    return [*opening, *named, equation]


def _is_named(node: Node | None) -> bool:
    """Does the value get a name, \\bar x = ..., that is no letter of the function itself?"""
    left = node.left if isinstance(node, Chain) else None
    return isinstance(left, Name) and bool(left.decorations or left.superscripts or left.subscripts)


def _is_function(node: Node | None) -> bool:
    """J or J(w)."""
    match node:
        case Name(_, _, (), ()):
            return True
        case MaybeCall(Name(), args, _, ()):
            return all(isinstance(arg, Name) for arg in args)
    return False


def _place(node: Node | None) -> Node | None:
    """The value of w = A^{-1} b, or a value itself; a letter alone tells no value."""
    match node:
        case Chain(Name(), (Relation("=" | ":=", value),)):
            return value
        case None | Chain():
            return None
    return node
