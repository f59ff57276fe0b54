"""Signs of letters in words: "all counts x_i are positive", "for nonnegative y", as x_i > 0 and y >= 0."""

from collections.abc import Sequence
from fractions import Fraction

from symconvex.handcheck.formula.tree import Chain, Name, Number, Relation
from symconvex.handcheck.formula.walking import sides_of
from symconvex.handcheck.prose.clauses import formulas
from symconvex.handcheck.prose.looks import is_about_letters
from symconvex.handcheck.prose.phrases import Token

SIGNED = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonpositive": "<=", "nonzero": "!=", "zero": "="}


def signed(tokens: Sequence[Token]) -> Chain | None:
    """ "All counts x_i are positive", "positive x_i" as x_i > 0; None where anything else is said."""
    said_of = [token for token in tokens if token.kind not in ("QNT", "THE", "KINDN", "PTN")]
    match [token.kind for token in said_of]:
        case ["SYM", "IS", "ADJ" | "ZERO"] | ["SYM", "ADJ"]:
            letter, word = said_of[0], said_of[-1]
        case ["ADJ", "SYM"]:
            word, letter = said_of
        case _:
            return None
    sign = SIGNED.get(word.meaning, "")
    told = all(token.meaning != "not" for token in said_of if token.kind == "IS")
    if not (sign and told and isinstance(letter.node, Name) and not letter.node.base[:1].isupper()):
        return None
    return Chain(letter.node, (Relation(sign, Number(Fraction(0)), letter.line),), letter.line)


def speaks_of_data(tokens: Sequence[Token]) -> bool:
    """ "All counts are positive": the sign of something of which nothing else is known."""
    known = any(token.kind in ("IT", "NOUN", "SUMN", "EXP") for token in tokens)
    return not known and any(token.kind == "ADJ" and token.meaning in SIGNED for token in tokens)


def orders(tokens: Sequence[Token]) -> list[Chain]:
    """What words say of letters alone: "since lambda > 0", "as all x_i are positive"."""
    chains = [token.node for token in formulas(tokens) if token.kind.endswith("RST")]
    chains += [signed(tokens)]
    return [one for one in chains if isinstance(one, Chain) and _is_of_numbers(one) and is_about_letters(one)]


def _is_of_numbers(chain: Chain) -> bool:
    """Does it compare letters that are no matrices?"""
    letters = (side for side in sides_of(chain) if isinstance(side, Name))
    ordered = all(relation.sign in ("<", "<=", ">", ">=", "!=") for relation in chain.relations)
    return ordered and not any(letter.base[:1].isupper() for letter in letters)
