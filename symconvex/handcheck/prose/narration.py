"""What says nothing to judge: "we compute the gradient of J", "by the chain rule", a noun that stands as a title."""

from collections.abc import Sequence

from symconvex.handcheck.prose.phrases import Token, lexicon

CHAINS = frozenset(f"{shown}{kind}" for shown in ("", "D") for kind in ("REL", "RST", "DFN", "ASG")) | {"RNG"}
# Words and formulas of the field: a sentence with one of them says something, or tells what is done.
FIELD = CHAINS | {
    "NOUN", "SUMN", "ADJ", "ZERO", "ABS", "CLV", "FULL", "RANK", "JBLK", "BLK", "DEG", "SYM", "EXP", "PT", "DEP",
}  # fmt: skip
NAMING = frozenset((
    "THE", "A", "QNT", "NOUN", "KINDN", "PTN", "SUMN", "OF", "SYM", "EXP", "NUM", "PT", "WRT", "IN", "FOR", "BY", "AND",
    "ORD", "TO", "CARD", "PLACE", "AT", "LP", "RP", "COMMA", "COLON",
))  # fmt: skip
SHAPES = ("scalar", "number", "real number", "vector", "row vector", "column vector", "square matrix", "matrix")
TOLD = ("we compute", "we calculate")
BEFORE_NOUNS = frozenset(("THE", "A", "QNT", "OF", "BY", "IN", "TO", "WITH", "FOR", "AT", "ORD", "CARD", "AND", "ING"))


def is_of_field(tokens: Sequence[Token]) -> bool:
    """Is there a formula or a word of the field?"""
    return any(token.kind in FIELD or _is_plural(token) for token in tokens)


def _is_plural(token: Token) -> bool:
    """ "Minimisers", where only the minimiser is known."""
    known = lexicon().get(token.text.lower().removesuffix("s")) if token.kind == "UNK" else None
    return known is not None and known[0] in FIELD


def is_of_a_shape(tokens: Sequence[Token]) -> bool:
    """ "A scalar", "a square matrix"."""
    return len(tokens) > 1 and tokens[0].kind == "A" and tokens[-1].text.lower() in SHAPES


def is_narration(tokens: Sequence[Token]) -> bool:
    """ "We compute the gradient of J with respect to w": known words only, and one that tells what is done."""
    told = {token.meaning for token in tokens if token.kind in ("TELL", "ING")}
    told |= {"compute" for token in tokens if token.kind == "CHOOSE"}
    kinds = {token.kind for token in tokens}
    allowed = NAMING | {"TELL", "CHOOSE", "ING", "WE"} | ({"ABS", "BLK", "RANK"} if told == {"study"} else set())
    return bool(told) and "" not in told and kinds <= allowed and not any(map(_is_two_sided, tokens))


def _is_two_sided(token: Token) -> bool:
    return token.kind in CHAINS


def is_title(tokens: Sequence[Token]) -> bool:
    """ "The gradient of J", "we compute the gradient": a noun alone."""
    return bool(tokens) and tokens[0].text.lower() != "its" and all(map(_only_names, tokens))


def _only_names(token: Token) -> bool:
    return token.kind in NAMING or token.text.lower() in TOLD


def _is_unknown(token: Token) -> bool:
    return token.kind == "UNK" and token.text.lower() not in lexicon()


def is_suspicious(tokens: Sequence[Token]) -> bool:
    """May an unknown word claim something? Any, beside a word of the field; else one that stands where a verb would."""
    unknown = [token.kind == "TOO" or _is_unknown(token) for token in tokens]
    if any(unknown) and is_of_field(tokens):
        return True
    before = ("", *(token.kind for token in tokens))
    return any(odd and last not in BEFORE_NOUNS for odd, last in zip(unknown, before, strict=False))
