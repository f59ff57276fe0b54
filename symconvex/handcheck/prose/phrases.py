"""First pass: words become phrases of the lexicon; formulas are tokens with a class by their looks.

The lexicon is data. Whatever is not in it is unknown, and an unknown word lets no claim through.

    CLASS = meaning, same, same; meaning: phrases that do not include it; ...        CLASS - phrases without a meaning
    [is|are] seen to be                                                              each of the words in turn
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import product

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Group, Mark, MaybeCall, Name, Node, Number, Product, Unreadable
from symconvex.handcheck.prose.looks import is_about_letters, is_literal, is_ordering, is_range, may_restrict
from symconvex.handcheck.text.display import Event

MARKS = {"comma": "COMMA", "semicolon": "SEMI", "colon": "COLON", "row": "ROW", "opening": "LP", "closing": "RP"}
LINKS = {"hence": "ARROW", "iff": "CONV", "because": "BECAUSE", "": "THEN"}
SIGNS = {"comma": ",", "semicolon": ";", "colon": ":", "opening": "(", "closing": ")"}
FILLER = "FILL"
PLURAL = re.compile(r"[a-z](?<![sui])s\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A phrase or a formula.

    kind          its class: NOUN, ADJ, ..., UNK for a word that is not known; of a formula REL, RST (may restrict),
                  DFN (may define), ASG (:=), RNG (a range beside a display), with D before it in a display; SYM, EXP,
                  NUM, PT without a relation; BAD when it cannot be read
    meaning       what the lexicon says; of a BAD one why
    """

    kind: str
    text: str
    meaning: str = ""
    line: int = 0
    node: Node | None = None
    place: str = ""


def said(tokens: Iterable[Token]) -> str:
    """The words, in one line."""
    words = " ".join(token.text for token in tokens if token.text)
    return (
        words.replace(" ,", ",").replace("( ", "(").replace(" )", ")").replace(" ;", ";").replace(" :", ":").strip(", ")
    )


@cache
def lexicon() -> Mapping[str, tuple[str, str]]:
    """Every phrase with its class and its meaning.

    Fails    ValueError when a phrase stands twice
    """
    found: dict[str, tuple[str, str]] = {}
    text = files("symconvex.handcheck.prose").joinpath("lexicon.txt").read_text(encoding="utf-8")
    for line in filter(None, text.splitlines()):
        kind, sign, body = line.split(" ", 2)
        for group in body.split("; "):
            meaning, colon, listed = group.rpartition(": ")
            for phrase in (each for one in listed.split(", ") for each in _spelled_out(one.strip())):
                if phrase in found:
                    raise ValueError(f"the phrase {phrase!r} stands twice in the lexicon")
                found[phrase] = kind, "" if sign == "-" else meaning if colon else listed.split(", ")[0]
    return found


def _spelled_out(phrase: str) -> Iterator[str]:
    """Each phrase that a pattern stands for."""
    parts = [part.split("|") for part in re.split(r"[\[\]]", phrase)]
    yield from (" ".join("".join(words).split()) for words in product(*parts))


@cache
def longest() -> int:
    """The number of words of the longest phrase."""
    return max(len(phrase.split()) for phrase in lexicon())


def phrased(events: Sequence[Event]) -> tuple[Token, ...]:
    """A sentence as phrases, the longest first; fillers go."""
    before = (None, *events)
    tokens = [_token(event, beside=_is_word_of_display(last)) for event, last in zip(events, before, strict=False)]
    heard = [token for token in _joined(tokens) if token.kind != FILLER]
    heard = [_apposed(*three) for three in zip([None, *heard], heard, [*heard, None][1:], strict=False)]
    after = [*heard, None][1:]
    return tuple(token for token, next_one in zip(heard, after, strict=True) if not _is_emphatic(token, next_one))


def _apposed(before: Token | None, token: Token, after: Token | None) -> Token:
    """ "All counts x_i", "positive scores z": an unknown plural right before a letter names it, and says no more."""
    plural = token.kind == "UNK" and PLURAL.search(token.text) is not None
    named = after is not None and (after.kind == "SYM" or after.kind.endswith("RST"))
    led = before is not None and before.kind in ("QNT", "ADJ", "FOR")
    return replace(token, kind="KINDN") if plural and named and led else token


def _is_emphatic(token: Token, after: Token | None) -> bool:
    """The first word of "even positive definite"; "J is even" says something."""
    return token.text.lower() == "even" and after is not None and after.kind in ("ADJ", "CLV", "FULL")


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    at, known = 0, lexicon()
    while at < len(tokens):
        ahead = tokens[at : at + longest()]
        stop = next((k for k, token in enumerate(ahead) if token.kind != "WORD"), len(ahead))
        heard = [token.text.lower().replace("’", "'") for token in ahead[:stop]]
        length = next((n for n in range(stop, 0, -1) if " ".join(heard[:n]) in known), 1)
        if not stop:
            yield tokens[at]
        else:
            yield _phrase(tokens[at : at + length], known.get(" ".join(heard[:length])))
        at += length


def _phrase(words: Sequence[Token], known: tuple[str, str] | None) -> Token:
    """One phrase; a letter that is no word is a symbol, also without dollars."""
    first, text = words[0], said(words)
    if known is None and len(text) == 1 and text.isascii() and text.isalpha():
        return Token("SYM", text, "", first.line, Name(text), first.place)
    kind, meaning = known or ("ING" if text.lower().endswith("ing") else "UNK", "")
    return Token(kind, text, meaning, first.line, place=first.place)


def _is_word_of_display(event: Event | None) -> bool:
    """In a display, a formula after a word stands in running text."""
    return event is not None and event.kind == "word" and event.place == "display"


def _token(event: Event, *, beside: bool) -> Token:
    node = event.node
    if node is not None:
        text = node.text if isinstance(node, Unreadable) else render(node)
        meaning = node.why if isinstance(node, Unreadable) else ""
        return Token(_class_of(node, "" if beside else event.place), text, meaning, event.line, node, event.place)
    if event.kind == "word":
        if event.text.removeprefix("-").isdecimal():
            return Token("NUM", event.text, "", event.line, Number(Fraction(event.text)), event.place)
        return Token("WORD", event.text, "", event.line, place=event.place)
    if event.kind == "link":
        return Token(LINKS.get(event.text, "HENCE"), event.text, event.text or "then", event.line)
    if event.kind == "unread":
        text, _, why = event.text.rpartition("|")
        return Token("BAD", text, why, event.line)
    return Token(MARKS.get(event.kind, "BAD"), SIGNS.get(event.kind, ""), "", event.line)


def _class_of(node: Node, place: str) -> str:
    """What a formula is by its looks."""
    match node:
        case Chain() if place == "display" and is_range(node):
            return "RNG"
        case Chain():
            return ("D" if place == "display" else "") + _class_of_chain(node)
        case Mark():
            return FILLER
        case Unreadable():
            return "BAD"
        case Group() if is_literal(node):
            return "NUM"
        case Group():
            return "PT"
        case Name() | MaybeCall():
            return "SYM"
        case Product(sizes, "times") if all(isinstance(one, Number) or _is_letter(one) for one in sizes):
            return "SIZE"
    return "NUM" if is_literal(node) else "EXP"


def _is_letter(node: Node) -> bool:
    return isinstance(node, Name) and not node.decorations and node.base != "R"


def _class_of_chain(chain: Chain) -> str:
    if any(one.sign == ":=" for one in chain.relations):
        return "ASG"
    if may_restrict(chain) and (is_about_letters(chain) or not is_ordering(chain)):
        return "RST"
    named = isinstance(chain.left, Name | MaybeCall) and len(chain.relations) == 1
    return "DFN" if named and chain.relations[0].sign == "=" else "REL"
