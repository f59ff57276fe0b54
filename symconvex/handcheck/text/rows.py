"""The rows of a display as events: equations by column, words between them, links and ends."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import Chain, Node
from symconvex.handcheck.latex import signs
from symconvex.handcheck.latex.lexemes import plain
from symconvex.handcheck.latex.macros import Token
from symconvex.handcheck.text.display import (
    CLOSERS,
    CONTINUING,
    OPENERS,
    Equation,
    Event,
    Mark,
    chain_of,
    cut,
    place_of,
    unwrapped,
)

Prose = Callable[[Sequence[Token]], Iterator[Event]]
AHEAD, LOOKING = 2000, ("words", "gap", "comma")
INDICES = frozenset("ijklmnpqrs")
NUMBERED = re.compile(r"\((\d+(\.\d+)*[a-z]?|[ivx]{2,4}|\*{1,3}|\\ast|\\star|\\dagger)\)")
# Words in a formula that make what follows a statement of its own.
ROLE_WORDS = (
    "where",
    "with",
    "let",
    "for",
    "if",
    "when",
    "because",
    "since",
    "as",
    "so",
    "hence",
    "and",
    "by",
    "using",
)


def math_events(tokens: Sequence[Token], place: str, before: Node | None, prose: Prose) -> list[Event]:
    """Everything a formula or display says, in reading order."""
    reader = _Rows(place, prose)
    row: list[Mark] = []
    for mark in cut(unwrapped(tokens)):
        if mark.kind in ("row", "interlude"):
            reader.row(row)
            row = []
            if mark.kind == "interlude":
                reader.pending.append(list(prose(mark.tokens)))
        else:
            row.append(mark)
    reader.row(row)
    return list(reader.events(before))


class _Rows:
    def __init__(self, place: str, prose: Prose) -> None:
        self.place, self.prose = place, prose
        self.columns: dict[int, Equation] = {}
        self.latest: Equation | None = None
        self.pending: list[Equation | list[Event]] = []

    def events(self, before: Node | None) -> Iterator[Event]:
        """The events, with every equation finished."""
        ends: dict[int, Node] = {}
        for one in self.pending:
            if isinstance(one, list):
                yield from one
                continue
            if not one.signs and not _solid(one.sides[0]):
                continue
            if self.place == "display" and ends and not one.signs and not one.aside:
                where = one.sides[0][0].line
                yield Event("unread", where, f"{plain(one.sides[0])}|no relation stands in this row")
                continue
            node = chain_of(one, ends.get(id(one.follows), before))
            if isinstance(node, Chain):
                before = ends[id(one)] = node.relations[-1].right
            line = place_of(one)
            yield Event("math", line, node=node, place=self.place)
            if one.sides[-1] and _ends_sentence(one.sides[-1]):
                yield Event("end", line)

    def row(self, marks: Sequence[Mark]) -> None:
        if not any(mark.kind != "column" and (mark.kind != "token" or mark.text.strip()) for mark in marks):
            return
        for column, chunk in enumerate(_chunks(marks)):
            self.chunk(column, chunk)
        if self.place == "display":
            self.pending.append([Event("row", marks[0].line)])

    def chunk(self, column: int, marks: Sequence[Mark]) -> None:
        """One equation of a row, with what stands beside it."""
        current = self.opened(column, marks)
        beside, skip = False, 0
        for at, mark in enumerate(marks):
            rest = marks[at + 1 : at + 1 + AHEAD] if mark.kind in LOOKING else ()
            if at < skip:
                continue
            if mark.kind == "sign":
                current = current or self.new(column, beside=beside)
                current.signs.append(mark)
                current.sides.append([])
            elif mark.kind == "words" and not (current and _expects(current) and _is_operand(mark, rest)):
                self.pending.append(self.said(mark))
                current, beside = None, current is not None or beside
            elif mark.kind == "link":
                self.pending.append([Event("link", mark.line, mark.text)])
                current = None
            elif _is_wide(mark, rest) and current and current.signs and _is_number(_segment(rest), rest):
                break
            elif _is_wide(mark, rest) and current and current.signs and _is_condition(_segment(rest), rest):
                self.pending += [[Event("word", mark.line, "for", place=self.place)], _aside(_segment(rest))]
                skip = at + 1 + rest.index(_segment(rest)[-1]) + 1
            elif mark.kind == "gap" and current and current.signs and _starts_anew(rest):
                self.pending.append([Event("comma", mark.line)])
                current, beside = None, True
            elif mark.kind == "comma" and (current is None or _parts_here(current, rest)):
                self.pending.append([Event("comma" if mark.text == "," else "semicolon", mark.line)])
                current, beside = None, current is not None or beside
            elif mark.kind != "column" and (current or (mark.kind != "gap" and mark.text.strip(" ."))):
                current = current or self.new(column, beside=beside)
                current.sides[-1] += _as_tokens(mark)

    def opened(self, column: int, marks: Sequence[Mark]) -> Equation | None:
        """The equation of an earlier row that this one continues, if it does."""
        first = next((mark for mark in marks if mark.kind not in ("column", "gap") and mark.text != " "), None)
        known = self.columns.get(column, self.latest)
        if first is None or known is None:
            return None
        if first.kind == "sign" and known.signs and known is not self.last_equation():
            following = self.new(column)
            following.follows = known
            return following
        if first.kind == "sign" or (known.signs and not _solid(known.sides[-1])):
            return known
        return known if first.text in CONTINUING and known.signs and not _has_sign(marks) else None

    def last_equation(self) -> Equation | None:
        return next((one for one in reversed(self.pending) if isinstance(one, Equation)), None)

    def new(self, column: int, *, beside: bool = False) -> Equation:
        """Another equation; one that stands beside the main one of its row is not continued below."""
        equation = Equation()
        if not beside:
            self.latest = self.columns[column] = equation
        self.pending.append(equation)
        return equation

    def said(self, mark: Mark) -> list[Event]:
        if mark.tokens:
            spoken = (event for event in self.prose(mark.tokens) if event.kind != "end")
            return [replace(event, place=event.place or self.place) for event in spoken]
        return [Event("word", mark.line, word, place=self.place) for word in mark.text.split()]


def _as_tokens(mark: Mark) -> Sequence[Token]:
    if mark.kind != "words":
        return mark.tokens
    brace = (Token("open", "{", mark.line), *mark.tokens, Token("close", "}", mark.line))
    return (Token("cmd", r"\text", mark.line), *brace)


def _solid(side: Sequence[Token]) -> bool:
    return any(token.kind != "space" and token.text not in (".", ",", r"\,", r"\;", "&") for token in side)


def _ends_sentence(side: Sequence[Token]) -> bool:
    texts = [token.text for token in side if token.kind not in ("space", "par")]
    return texts[-1:] == ["."] and texts[-2:-1] not in ([r"\right"], [r"\left"])


def _expects(equation: Equation) -> bool:
    """Is the next thing an operand?"""
    texts = [token.text for token in equation.sides[-1] if token.kind != "space"]
    return (not texts and bool(equation.signs)) or texts[-1:] in (["+"], ["-"], [r"\cdot"], [r"\,"])


def _is_operand(mark: Mark, rest: Sequence[Mark]) -> bool:
    del rest
    return mark.text.split(" ")[0].strip().lower() not in ROLE_WORDS


def _segment(marks: Sequence[Mark]) -> list[Mark]:
    """Up to the next comma, gap, link or words."""
    found: list[Mark] = []
    for mark in marks:
        if mark.kind in ("comma", "gap", "link", "words") and found:
            break
        if mark.kind not in ("gap", "column") and mark.text != " ":
            found.append(mark)
    return found


def _has_sign(marks: Sequence[Mark]) -> bool:
    return any(mark.kind == "sign" for mark in marks)


def _starts_anew(rest: Sequence[Mark]) -> bool:
    """After a wide space: another equation, or a condition in brackets."""
    segment = _segment(rest)
    return bool(segment) and segment[0].kind not in ("sign", "words") and _has_sign(segment)


def _bracketed(segment: Sequence[Mark]) -> bool:
    texts = [token.text for mark in segment for token in mark.tokens if token.kind != "space"]
    signs = any(text in "=<>" or text in (r"\in", r"\neq", r"\ge", r"\le", r"\ne", r"\geq", r"\leq") for text in texts)
    return bool(texts) and texts[0] in OPENERS and texts[-1] in CLOSERS and signs


def _aside(segment: Sequence[Mark]) -> Equation:
    """A condition that stands beside an equation."""
    found = Equation(aside=True)
    for mark in segment:
        if mark.kind == "sign":
            found.signs.append(mark)
            found.sides.append([])
        else:
            found.sides[-1] += mark.tokens
    return found


def _is_wide(mark: Mark, rest: Sequence[Mark]) -> bool:
    """A wide space, or the comma before one."""
    later = next((one for one in rest if one.text != " "), None)
    return mark.kind == "gap" or (mark.kind == "comma" and later is not None and later.kind == "gap")


def _is_number(segment: Sequence[Mark], rest: Sequence[Mark]) -> bool:
    """(2), (3a) or (*) after a wide space, at the end of the row: the number of the equation."""
    text = "".join(mark.text for mark in segment if mark.text.strip(" ."))
    after = rest[rest.index(segment[-1]) + 1 :] if segment else ()
    last = not any(mark.kind != "column" and mark.text.strip(" .") for mark in after)
    return last and NUMBERED.fullmatch(text) is not None


def _is_condition(segment: Sequence[Mark], rest: Sequence[Mark]) -> bool:
    """A relation in brackets; or one of two indices, i = j and k \\neq 1."""
    texts = [mark.text for mark in segment if mark.kind in ("token", "sign") and mark.text.strip(" .")]
    plain_pair = len(texts) == 3 and texts[1] in ("=", "!=") and len(segment) < 5
    dotted = any(mark.text in signs.DOTS for mark in rest)
    if (
        plain_pair
        and not dotted
        and all(text in INDICES or text.isdecimal() for text in texts[::2])
        and texts[0] in INDICES
    ):
        return True
    return _bracketed(segment)


def _parts_here(current: Equation, rest: Sequence[Mark]) -> bool:
    """Does a comma part two statements? Before the first sign only when a wide space follows."""
    later = [mark for mark in rest[:3] if mark.text != " "]
    return _closes(rest) if current.signs else bool(later) and later[0].kind == "gap"


def _closes(rest: Sequence[Mark]) -> bool:
    """Does a comma end the equation: nothing after it, a wide space, words, or another equation?"""
    later = [mark for mark in rest if mark.kind != "column" and mark.text != " "]
    if not later or later[0].kind in ("gap", "words", "link"):
        return True
    return later[0].kind != "sign" and _has_sign(_segment(later))


def _chunks(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """The equations of a row: a column mark separates two when both sides of it hold a sign of their own."""
    cells: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.kind == "column":
            cells.append([])
        else:
            cells[-1].append(mark)
    chunk = cells[0]
    for place, cell in enumerate(cells[1:], 1):
        segment = _segment(cell)
        new = segment and segment[0].kind not in ("sign", "words") and _has_sign(chunk)
        opens = new and (_has_sign(cell) or _next_starts_with_sign(cells[place + 1 :]))
        if opens or (segment and segment[0].kind == "sign" and place >= 3 and not _segment(cells[place - 1])):
            yield chunk
            chunk = []
        chunk = chunk + cell
    yield chunk


def _next_starts_with_sign(cells: Sequence[list[Mark]]) -> bool:
    segment = _segment(cells[0]) if cells else []
    return bool(segment) and segment[0].kind == "sign"
