"""Second pass: phrases become clauses, by rows of word classes; what no row takes is unread up to the next pause.

The rows are data. A row is a regular expression with one character for each class; the longest match wins, and it must
end at a joint, at the head of another clause, or with the sentence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from symconvex.handcheck.prose.narration import TOLD, is_narration, is_of_field, is_title
from symconvex.handcheck.prose.phrases import Token, lexicon

PAUSES = ("COMMA", "SEMI", "COLON", "ROW")
MATHS = frozenset(f"{shown}{kind}" for shown in ("", "D") for kind in ("REL", "RST", "DFN", "ASG")) | {"RNG"}
SIDES = frozenset(("SYM", "EXP", "NUM", "PT", "SIZE"))
PROPERTIES = frozenset(("ADJ", "ZERO", "CLV", "FULL", "ABS", "JBLK", "DEP"))
OPPOSED = frozenset(("NOT", "WOULD", "DENY", "CONTRA", "CONV", "NEITHER", "DOUBT", "CAN", "CMP", "CONC"))
SAYING = (
    PROPERTIES | OPPOSED | MATHS | {"IS", "HAS", "RANK", "BAD", "SHORT", "EXISTS", "EXP", "VERB", "DEG", "BLK", "HOLD"}
)
JOINTS = ("COMMA", "SEMI", "COLON", "ROW", "AND", "BUT", "HENCE", "GET", "THEN", "LP", "RP", "FOLLOWS", "BAD")
HEADS = (
    "BECAUSE", "BY", "IF", "FOR", "UNDER", "AT", "WITH", "WHERE", "CONV", "IMPLIES", "ARROW", "SCOPE", "ANYHOW",
    "CONTRA", "WOULD", "PUT", "MOD", "DREL", "DRST", "DDFN", "DASG", "RNG",
)  # fmt: skip
OPENERS = ("THE", "IT", "SYM", "EXP", "REL", "RST", "DFN", "ASG", "EXISTS", "A", "QNT", "LET", "SOLVING")
# After these another clause may begin without a joint.
OPEN_ENDED = frozenset([
    "formula", "define", "reason", "general", "ground", "if", "vague", "exists", "scope", "solve", "task", "announce",
    "deny", "implies", "remark", "open", "told",
])  # fmt: skip
CLAIMING = ("claim", "called", "said-claim", "rank", "bound")  # a clause of their own after "and"
LAST = ("remark", "vague", "open", "lead")  # taken only where nothing else fits
CLASSES = (*JOINTS, *HEADS, *OPENERS, *SIDES, *MATHS, "BAD", "UNK", "ING", "SIZE")


@dataclass(frozen=True, slots=True)
class Clause:
    """A row that matched, and its parts by name; the row "joint" is a pause, "unread" what none took."""

    row: str
    tokens: tuple[Token, ...]
    parts: Mapping[str, tuple[Token, ...]]

    @property
    def head(self) -> Token:
        return self.tokens[0]

    @property
    def line(self) -> int:
        return self.tokens[0].line

    def part(self, name: str) -> tuple[Token, ...]:
        return self.parts.get(name, ())

    def has(self, kind: str, meaning: str | None = None) -> bool:
        return any(token.kind == kind and meaning in (None, token.meaning) for token in self.tokens)


def formulas(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The chains of relations among them."""
    return tuple(token for token in tokens if token.kind in MATHS)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows as patterns, and the character of each class."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    code: Mapping[str, str]


@cache
def rows() -> Rows:
    """All rows, compiled once."""
    kinds = {kind for kind, _ in lexicon().values()}
    code = {kind: chr(0x4E00 + k) for k, kind in enumerate(sorted({*kinds, *CLASSES}))}
    text = files("symconvex.handcheck.prose").joinpath("rows.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    macros = dict(line.split(" = ", 1) for line in lines if " = " in line.split("(", 1)[0])
    pairs = [line.split(None, 1) for line in lines if " = " not in line.split("(", 1)[0]]
    ends = "".join(code[kind] for kind in (*JOINTS, *HEADS))
    more = ends + "".join(code[kind] for kind in OPENERS)
    return Rows(
        tuple((name, _pattern(row, macros, code, more if name in OPEN_ENDED else ends)) for name, row in pairs), code
    )


def _pattern(row: str, macros: Mapping[str, str], code: Mapping[str, str], ends: str) -> re.Pattern[str]:
    while "{" in row:
        row = re.sub(r"\{(\w+)\}", lambda found: macros[found[1]], row)
    row = re.sub(r"[A-Z][A-Z0-9]*", lambda found: code[found[0]], row)
    row = re.sub(r"([a-z]+):\(", r"(?P<\1>", row)
    row = re.sub(r"\((?!\?)", "(?:", row).replace(" ", "")
    return re.compile(f"{row}(?=[{ends}]|$)")


def clauses(sentence: Sequence[Token]) -> list[Clause]:
    """A sentence from left to right; each formula and word is in one of them."""
    return _settled(list(_found(sentence)))


def _found(sentence: Sequence[Token]) -> Iterator[Clause]:
    table = rows()
    text, at = "".join(table.code[token.kind] for token in sentence), 0
    while at < len(sentence):
        tries = ((k, name, row.match(text, at)) for k, (name, row) in enumerate(table.patterns))
        fits = [(name not in LAST, found.end(), -k, found) for k, name, found in tries if found and found.end() > at]
        if fits:
            _, end, k, found = max(fits)
            given = {part: found.span(part) for part, heard in found.groupdict().items() if heard}
            parts = {part: tuple(sentence[begin:stop]) for part, (begin, stop) in given.items()}
            yield Clause(table.patterns[-k][0], tuple(sentence[at:end]), parts)
        elif sentence[at].kind in JOINTS:
            end = at + 1
            yield Clause("joint", tuple(sentence[at:end]), {})
        else:
            end = _end_of_unread(sentence, text, at)
            yield Clause("unread", tuple(sentence[at:end]), {})
        at = end


def _end_of_unread(sentence: Sequence[Token], text: str, at: int) -> int:
    """The next pause, or the next "and" after which a clause is read."""
    claiming = [row for name, row in rows().patterns if name in CLAIMING]
    for k in range(at + 1, len(sentence)):
        joined = sentence[k].kind in ("AND", "BUT", "HENCE") and any(row.match(text, k + 1) for row in claiming)
        if joined or sentence[k].kind in PAUSES:
            return k
    return len(sentence)


def _settled(found: list[Clause]) -> list[Clause]:
    """An unread clause takes the formulas joined to it by "and" along; without a claiming word it is a remark."""
    out: list[Clause] = []
    for one in found:
        clause = one
        while clause.row == "unread" and len(out) > 1 and out[-1].head.kind == "AND" and out[-2].row == "formula":
            clause = Clause("unread", (*out[-2].tokens, *out[-1].tokens, *clause.tokens), {})
            del out[-2:]
        out.append(clause)
    pauses = [True, *(clause.head.kind in PAUSES or clause.head.text.lower() in TOLD for clause in out), True]
    alone = [before and after for before, after in zip(pauses, pauses[2:], strict=False)]
    title = is_title([token for clause in out for token in clause.tokens])
    return [
        replace(c, row="remark") if ok and _is_mere(c, title=title) else c for c, ok in zip(out, alone, strict=True)
    ]


def _is_mere(clause: Clause, *, title: bool) -> bool:
    """Does it claim nothing: no claiming word, and no word of the field but where one only tells what is done?"""
    if clause.row != "unread":
        return False
    if is_narration(clause.tokens):
        return True
    return SAYING.isdisjoint(token.kind for token in clause.tokens) and (title or not is_of_field(clause.tokens))
