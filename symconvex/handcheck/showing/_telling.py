"""From a report to plain values: places in the file, numbers as text, advice for what is not understood."""

import re
from collections.abc import Mapping
from fractions import Fraction

from symconvex.handcheck.judging.judge import Report
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.judging.trying import Failure
from symconvex.handcheck.latex.place import Place
from symconvex.handcheck.showing._advice import advice_for
from symconvex.handcheck.showing._checked import UNREAD, Checked, Line
from symconvex.handcheck.text.source import Source

LONGEST = 2_000
LONG = 10**9  # denominators from here on are those of floats
ANNOUNCED = "announced before its derivation"
PARTING = re.compile(r"(?:[\s,;:.]|(?<=\s)\$|\b(?:and|but|so|hence|thus|because|since|as)\b)+\Z")


def told(report: Report, source: Source) -> Checked:
    """The report as everybody shows it."""
    lines = source.lines
    error = report.first_error
    relations = tuple(
        _line(one, source, lines, announced=one.announced and one is not error) for one in report.relations
    )
    first = next((line for one, line in zip(report.relations, relations, strict=True) if one is error), None)
    return Checked(source, report.outcome, relations, first, report.guessed)


def _line(one: Judged, source: Source, lines: tuple[str, ...], *, announced: bool) -> Line:
    start, end, end_line, end_column = _extent(_back(one.tex_line, source), lines)
    cell, line, column = source.place(int(one.tex_line), start)
    _, last, behind = source.place(end_line, end_column)
    hint = one.hint
    if announced:
        hint = f"{hint}; {ANNOUNCED}" if hint else ANNOUNCED
    return Line(
        int(one.tex_line), start, end, (end_line, end_column), cell, line, column, last, behind,
        read_as=clipped(one.read_as, LONGEST),
        step=clipped(one.step, LONGEST),
        in_words=one.in_words,
        verdict=one.verdict,
        hint=clipped(hint, LONGEST),
        given=tuple(clipped(words, LONGEST) for words in one.given),
        advice=advice_for(one.hint) if one.verdict == UNREAD else "",
        slip=one.kind,
        meant=clipped(one.meant, LONGEST),
        counterexample=counterexample(one.failure) if one.failure is not None else None,
    )  # fmt: skip


def _back(place: int, source: Source) -> int:
    """The place in the text itself, where LaTeX was read that says the same."""
    if not isinstance(place, Place) or not source.moved:
        return place
    start, end = (max(column - source.moved.get(line, 0), 0) for line, column in (place.start, place.end))
    return Place(int(place), start, place.end_line, end)


def _extent(place: int, lines: tuple[str, ...]) -> tuple[int, int, int, int]:
    """Columns of the first line that belong to it, and where it ends; the whole line where no columns are known."""
    row = lines[place - 1] if 0 < place <= len(lines) else ""
    if not isinstance(place, Place):
        return len(row) - len(row.lstrip()), len(row.rstrip()), int(place), len(row.rstrip())
    end_line, end_column = place.end
    if end_line == place:
        end_column = _trimmed(row, place.column, end_column)
        return place.column, end_column, end_line, end_column
    last = lines[end_line - 1] if end_line <= len(lines) else ""
    return place.column, max(len(row.rstrip()), place.column + 1), end_line, min(end_column, len(last))


def _trimmed(row: str, start: int, end: int) -> int:
    """The column behind what is said, without commas and the words that open what comes next."""
    return max(start + len(PARTING.sub("", row[start:end])), start + 1)


def clipped(text: str, most: int) -> str:
    """The text, or the beginning of one that is too long to be read."""
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def counterexample(failure: Failure) -> Mapping[str, object]:
    """Sizes, numbers, indices, and the two values."""
    values = {name: _plain(rows) for name, rows in failure.instance.values.items() if not name.startswith("d_")}
    return {
        "sizes": dict(failure.instance.sizes),
        "values": values,
        "indices": dict(failure.indices),
        "left": clipped(failure.left, LONGEST),
        "right": clipped(failure.right, LONGEST),
        "why": failure.why,
    }


def _plain(rows: tuple[tuple[object, ...], ...]) -> str:
    """[1, 2] for a column, [[1, 2], [3, 4]] for a matrix."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return _told(rows[0][0])
    if all(len(row) == 1 for row in rows):
        return "[" + ", ".join(_told(row[0]) for row in rows) + "]"
    return "[" + ", ".join("[" + ", ".join(map(_told, row)) + "]" for row in rows) + "]"


def _told(number: object) -> str:
    """An exact number as it is; one that only its digits tell as such."""
    rounded = isinstance(number, Fraction) and number.denominator >= LONG
    return f"≈ {float(number):.6g}" if rounded and isinstance(number, Fraction) else str(number)
