"""Who is spoken of, and what is said of it: subjects and properties of a clause."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symconvex.handcheck.formula.tree import Derivative, Node, Text
from symconvex.handcheck.prose.clauses import PROPERTIES, SIDES
from symconvex.handcheck.prose.looks import CONVEXITY, DERIVED, OF_A_FUNCTION, OF_A_MATRIX, is_function
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.text.document import Noun

# Nouns that name one thing at hand, unless "every" or "any" stands before them.
GENERAL = ("loss", "function", "hessian", "gradient", "matrix", "penalty", "part", "term")
OF_FUNCTIONS = frozenset((*CONVEXITY, *OF_A_FUNCTION, "log-concave", "log-convex", "quasiconcave", "affine"))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of: a formula, a noun, or both, "the Hessian H"."""

    node: Node | None = None
    noun: Noun | None = None

    @property
    def is_known(self) -> bool:
        return self.node is not None or self.noun is not None

    @property
    def word(self) -> str:
        return self.noun.word if self.noun is not None else ""

    @property
    def may_curve(self) -> bool:
        """Can "it is convex" mean this?"""
        if self.word in DERIVED or self.word in OF_A_MATRIX or self.word == "matrix":
            return False
        return is_function(self.node) if self.node is not None else self.noun is not None


LOSS = Subject(None, Noun("loss"))
NOBODY = Subject()


def named(tokens: Sequence[Token]) -> Subject:
    """The subject that the words name; nothing is known of "it"."""
    heads, of = _parted(tokens)
    counted = [token for token, after in pairwise(heads) if after.kind == "ORD"]  # the i of "the i-th term"
    heads = tuple(token for token in heads if not any(token is one for one in counted))
    nouns = [token for token in heads if token.kind in ("NOUN", "SUMN")]
    side = next((token.node for token in heads if token.kind in SIDES), None)
    if not nouns:
        unknown = next((token for token in heads if token.kind in ("UNK", "KINDN")), None)
        return Subject(side, Noun(unknown.text.lower()) if side is None and unknown is not None else None)
    word = nouns[0].meaning or nouns[0].text.lower()
    general = word in GENERAL and _is_general(heads)
    noun = Noun(f"any {word}" if general else word, wrt=_wrt(tokens))
    for part in of:
        noun = _of(noun, part)
    if side is None and word in OF_A_MATRIX and isinstance(noun.of, Node) and not isinstance(noun.of, Text):
        return Subject(noun.of, noun)
    return Subject(side, noun)


def _is_general(tokens: Sequence[Token]) -> bool:
    """ "Every loss", "any function", "losses" without an article: not the one at hand."""
    return any(token.kind == "QNT" and token.text.lower() in ("any", "every", "each", "all") for token in tokens)


def _parted(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], list[tuple[Token, ...]]]:
    """The words before the first "of", and those after each."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "OF":
            parts.append([])
        elif token.kind == "WRT":
            break
        else:
            parts[-1].append(token)
    return tuple(parts[0]), [tuple(part) for part in parts[1:]]


def _wrt(tokens: Sequence[Token]) -> tuple[Node, ...]:
    at = next((k for k, token in enumerate(tokens) if token.kind == "WRT"), len(tokens))
    return tuple(token.node for token in tokens[at:] if token.node is not None)


def _of(noun: Noun, part: Sequence[Token]) -> Noun:
    """ "The determinant of the Hessian of J"."""
    node = next((token.node for token in part if token.kind in SIDES), None)
    word = next((token.meaning or token.text for token in part if token.kind in ("NOUN", "SUMN")), "")
    general = node is None and word in GENERAL and _is_general(part)
    if isinstance(noun.of, Derivative) and noun.of.of is None and not general:
        return replace(noun, of=replace(noun.of, of=node)) if node is not None else noun
    if general:
        return replace(noun, of=Text(said(part)))
    if node is not None and word not in DERIVED:
        return replace(noun, of=node)
    if word in DERIVED:
        kind, order = DERIVED[word]
        return replace(noun, of=Derivative(kind, node, (), order))
    if word in ("loss", "function"):
        return noun
    return replace(noun, of=Text(word or said(part)))


def properties(tokens: Sequence[Token]) -> Iterator[tuple[str, bool, str]]:
    """Each property, whether it is denied, its block: "not only a but b", "neither a nor b", "(strictly) convex"."""
    neither = negated = any(token.kind == "NEITHER" for token in tokens)
    degree = next((token.meaning for token in tokens if token.kind == "DEG"), "")
    block = next((token.meaning for token in tokens if token.kind in ("BLK", "JBLK")), "")
    for token in tokens:
        if token.kind in PROPERTIES:
            kind = "convex" if token.kind == "JBLK" else token.meaning
            yield kind.removeprefix("not "), negated ^ kind.startswith("not "), block
            if degree and kind == "convex":
                yield f"{degree} {kind}", negated, block
        negated = True if token.kind == "NOT" else neither if token.kind in PROPERTIES else negated


def are_of_functions(kinds: Iterable[str]) -> bool:
    """Are these properties that only a function has?"""
    return all(kind in OF_FUNCTIONS for kind in kinds)
