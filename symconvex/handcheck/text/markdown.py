r"""Markdown as the LaTeX that says the same, line by line: headings, lists, comments; what % means in it.

as_latex(text) -> text, and by how many columns the rows are moved whose beginning is written differently
"""

import re
from collections.abc import Iterator, Mapping

from symconvex.handcheck.text.fences import commented

FENCE = re.compile(r"\s*(```+|~~~+)\s*(\w*)")
DISPLAY = re.compile(r"\s*(?:(?:```+|~~~+)\s*(?:math|latex|tex)\s*$|\$\$|\\\[|\\begin\{)")
CLOSING = re.compile(r"(?:^\s*(?:```+|~~~+)|\$\$|\\\]|\\end\{[a-z]+\*?\})\s*$")
HEADING = re.compile(r"(\s{0,3}#{1,6}\s+)(.*?)\s*#*\s*$")
LISTED = re.compile(r"(\s*(?:[-*+]|\d{1,3}[.)])\s+)(?=\S)")
SENTENCE = re.compile(r"[.!?][\"')*_]*\s*$")
PERCENT = re.compile(r"(?<!\\)(?<=\S)(\s*)%")
LIKE_PERCENT = "\uff05"  # says nothing, and is as wide


def as_latex(text: str) -> tuple[str, Mapping[int, int]]:
    """The text for a reader of LaTeX, and the rows that are moved."""
    rows, moved = commented(text).split("\n"), dict[int, int]()
    code = [*_in_code(rows)]
    for at, row in enumerate(rows):
        if code[at] or row.lstrip().startswith("%"):
            continue
        new = PERCENT.sub(rf"\1{LIKE_PERCENT}", row)
        if heading := HEADING.match(new):
            new = rf"\section{{{heading[2]}}}"
            moved[at + 1] = len(r"\section{") - len(heading[1])
        elif listed := LISTED.match(new):
            new = rf"\item {new[listed.end() :]}"
            moved[at + 1] = len(r"\item ") - listed.end()
        rows[at] = "%" if not new.strip() and _goes_on(rows, at) else new
    return "\n".join(rows), moved


def _in_code(rows: list[str]) -> Iterator[bool]:
    """For each row: does it stand in a fence of code, or open or close a fence?"""
    opened = ""
    for row in rows:
        fence = FENCE.match(row)
        if fence and (not opened or (fence[1].startswith(opened) and not fence[2])):
            opened = "" if opened else fence[1]
            yield True
        else:
            yield bool(opened)


def _goes_on(rows: list[str], at: int) -> bool:
    """Does a sentence go on over this blank row, into a display or behind it?"""
    before = next((row for row in reversed(rows[:at]) if row.strip() and row != "%"), "")
    after = next((row for row in rows[at + 1 :] if row.strip()), "")
    if DISPLAY.match(after):
        return bool(before) and not SENTENCE.search(before) and not before.startswith("\\section")
    return CLOSING.search(before) is not None and after[:1].islower()
