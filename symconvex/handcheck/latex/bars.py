"""Which bars of a formula open, close, evaluate or separate."""

from dataclasses import replace

from symconvex.handcheck.latex.lexemes import Lexeme, NotUnderstood
from symconvex.handcheck.latex.macros import DEEPEST

OPENING = frozenset(("OPEN", "LBRACE", "LANGLE", "MATRIX", "CASES", "DETERMINANT", "LBAR", "LDBAR", "LNULL"))
CLOSING = frozenset(("CLOSE", "RBRACE", "RANGLE", "END", "RNULL"))
EXPECTING = OPENING | frozenset(
    ("PLUS", "MINUS", "PM", "OP", "REL", "COMMA", "SEMI", "MID", "AMP", "ROW", "FUNC", "BIG", "SUB", "SUP")
)


def paired_bars(lexemes: list[Lexeme]) -> list[Lexeme]:
    """Tell opening bars from closing ones; a bar with a subscript and no partner evaluates; the rest separate."""
    levels: list[list[int]] = [[]]
    for place, one in enumerate(lexemes):
        if len(levels) > DEEPEST:
            raise NotUnderstood(f"more than {DEEPEST} brackets inside one another", one.line)
        if one.kind in CLOSING and len(levels) > 1:
            levels.pop()
        if one.kind in ("BAR", "DBAR", "LBAR", "LDBAR", "RBAR", "RDBAR"):
            _place_bar(lexemes, place, levels)
        if one.kind in OPENING and one.kind not in ("LBAR", "LDBAR"):
            levels.append([])
    waiting = [place for place, one in enumerate(lexemes) if one.kind in ("BAR?", "DBAR?")]
    for place in waiting:
        lexemes[place] = replace(lexemes[place], kind="MID")
    return lexemes


def _place_bar(lexemes: list[Lexeme], place: int, levels: list[list[int]]) -> None:
    one, level = lexemes[place], levels[-1]
    double, side = one.kind.endswith("DBAR"), one.kind[0]
    before = lexemes[place - 1].kind if place else "OPEN"
    after = lexemes[place + 1].kind if place + 1 < len(lexemes) else ""
    waiting = "DBAR?" if double else "BAR?"
    partner = next((spot for spot in reversed(level) if lexemes[spot].kind == waiting), None)
    if side == "L" or (side in "BD" and (before in EXPECTING or before.endswith("?")) and after != "SUB"):
        partner = None
    if partner is not None:
        lexemes[partner] = replace(lexemes[partner], kind="LDBAR" if double else "LBAR")
        lexemes[place] = replace(one, kind="RDBAR" if double else "RBAR")
        del level[level.index(partner) :]
    elif after == "SUB" and not double:
        closing = side == "R" and len(levels) > 1 and "LNULL" in map(_kind, lexemes[:place])
        lexemes[place] = replace(one, kind="REVAL" if closing else "EVALBAR")
        if closing:
            levels.pop()
    else:
        lexemes[place] = replace(one, kind=waiting)
        level.append(place)


def _kind(one: Lexeme) -> str:
    return one.kind
