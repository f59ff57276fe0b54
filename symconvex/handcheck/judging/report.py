"""A judged derivation as plain fields, the same for every output."""

from collections.abc import Mapping

from symconvex.handcheck.judging.judge import Report
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.judging.trying import Failure

MARKS: Mapping[str, str] = {
    "proven": "\u2713",
    "holds-at-tried-sizes": "\u2713",
    "undecided": "?",
    "not-understood": "\u00b7",
}


def fields_of(report: Report) -> dict[str, object]:
    """The object of `symconvex check --json`."""
    return {
        "outcome": report.outcome,
        "relations": [_relation(one) for one in report.relations],
        "first_error": _first(report.first_error),
    }


def _relation(one: Judged) -> dict[str, object]:
    return {
        "tex_line": one.tex_line,
        "read_as": one.read_as,
        "verdict": one.verdict,
        "hint": hint_of(one) or None,
        "counterexample": counterexample(one.failure) if one.failure is not None else None,
    }


def hint_of(one: Judged) -> str:
    """The hint, with the right-hand side that was probably meant."""
    return f"{one.hint}; probably meant: {one.meant}" if one.meant else one.hint


def _first(one: Judged | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {"tex_line": one.tex_line, "kind": one.kind or "wrong", "text": hint_of(one)}


def counterexample(failure: Failure) -> dict[str, object]:
    """Sizes, numbers, indices, and the two values."""
    values = {name: _plain(rows) for name, rows in failure.instance.values.items() if not name.startswith("d_")}
    return {
        "sizes": dict(failure.instance.sizes),
        "values": values,
        "indices": dict(failure.indices),
        "left": failure.left,
        "right": failure.right,
        "why": failure.why,
    }


def _plain(rows: tuple[tuple[object, ...], ...]) -> str:
    """[1, 2] for a column, [[1, 2], [3, 4]] for a matrix."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return str(rows[0][0])
    if all(len(row) == 1 for row in rows):
        return "[" + ", ".join(str(row[0]) for row in rows) + "]"
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"


def mark(verdict: str) -> str:
    """One sign for a verdict."""
    return MARKS.get(verdict, "\u2717")
