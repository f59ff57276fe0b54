"""What a text says in words: "let y be a one-hot vector" reads as "let y in one-hot"; "in numerator layout".

Only a sentence that says nothing else is read so, and only where every word of it is known.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Chain, Name, Number, Relation, Text
from symconvex.handcheck.text.display import Event

OPENING = ("let", "here", "where")
BEING = ("be", "is", "are", "denote", "denotes")
LAYOUT = re.compile(r"(?<![\w-])(numerator|denominator)[ -]layout")
DENIED = re.compile(r"\b(?:not|no|never|unlike|instead|than|other|some|others|both|either|or)\b")
# words about a letter -> a set or a trait in our words, empty where they tell neither; None where a word is not known
Meaning = Callable[[str], str | None]


def with_traits(events: Sequence[Event], meaning: Meaning) -> Iterator[Event]:
    """The events with what is said in words of letters as formulas."""
    sentence = list[Event]()
    for event in events:
        if event.kind in ("end", "bound"):
            yield from _told(sentence, meaning)
            yield event
            sentence = []
        else:
            sentence.append(event)
    yield from _told(sentence, meaning)


def layout_of(events: Sequence[Event]) -> str:
    """The layout of derivatives that the text says it has: numerator or denominator; empty where it is not plain."""
    sentences = " ".join("." if event.kind in ("end", "bound") else event.text.lower() for event in events).split(".")
    said = [sentence for sentence in sentences if LAYOUT.search(sentence)]
    found = {match[1] for sentence in said for match in LAYOUT.finditer(sentence)}
    return found.pop() if len(found) == 1 and not any(map(DENIED.search, said)) else ""


def _told(sentence: list[Event], meaning: Meaning) -> list[Event]:
    """ "Let A be symmetric and y one-hot" as "let A in symmetric, y in one-hot"."""
    if len(sentence) < 4 or sentence[0].text.lower() not in OPENING or sentence[0].kind != "word":
        return sentence
    found, at = [sentence[0]], 1
    while at < len(sentence):
        subject, words, at = sentence[at], list[str](), at + 1
        if subject.kind != "math" or not _is_subject(subject.node):
            return sentence
        if at < len(sentence) and sentence[at].text.lower() in BEING:
            at += 1
        while at < len(sentence) and sentence[at].kind == "word" and not _parts(sentence, at):
            words.append(sentence[at].text)
            at += 1
        word = meaning(" ".join(words))
        if word is None or not words or (at < len(sentence) and not _parts(sentence, at)):
            return sentence
        chains = _chains(subject, word)
        found += [event for chain in chains for event in (Event("comma", subject.line), chain)][len(found) < 2 :]
        at += 1
    return found if len(found) > 1 else sentence


def _parts(sentence: list[Event], at: int) -> bool:
    """Does the next letter follow, after a comma or "and"?"""
    joins = sentence[at].kind == "comma" or sentence[at].text.lower() == "and"
    return joins and at + 1 < len(sentence) and sentence[at + 1].kind == "math"


def _is_subject(node: object) -> bool:
    match node:
        case Name(_, _, (), ()):
            return True
        case Chain(Name(_, _, (), ()), (Relation("in", space),)):
            return spaces.is_numbers(space)
    return False


def _chains(subject: Event, word: str) -> list[Event]:
    """The space, where one is told, and the set or the trait."""
    node = subject.node
    name = node.left if isinstance(node, Chain) else node
    before = [subject] if isinstance(node, Chain) else []
    if not word or name is None:
        return before
    zero, line = Number(Fraction(0)), subject.line
    relation = {"positive": Relation(">", zero, line), "nonnegative": Relation(">=", zero, line)}.get(word)
    told = Chain(name, (relation or Relation("in", Text(word), line),), line)
    return [*before, Event("math", line, "", told, "inline")]
