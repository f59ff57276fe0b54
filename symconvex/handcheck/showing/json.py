"""JSON: one object with a fixed order of keys."""

import json
from collections.abc import Mapping

from symconvex.handcheck.showing._checked import Checked, Line, Show


def fields_of(checked: Checked) -> dict[str, object]:
    """The object of `symconvex check --json`."""
    return {
        "file": checked.source.name,
        "outcome": checked.outcome,
        "summary": checked.summary,
        "guessed": list(checked.guessed),
        "relations": [_relation(one) for one in checked.relations],
        "first_error": _first(checked.first),
    }


def _relation(one: Line) -> Mapping[str, object]:
    return {
        "tex_line": one.tex_line,
        "cell": one.cell or None,
        "line": one.line,
        "column": one.column,
        "end_line": one.end_line,
        "end_column": one.end_column,
        "read_as": one.read_as,
        "verdict": one.verdict,
        "hint": hint_of(one) or None,
        "given": list(one.given),
        "advice": one.advice or None,
        "counterexample": one.counterexample,
    }


def hint_of(one: Line) -> str:
    """The hint, with the right-hand side that was probably meant."""
    return f"{one.hint}; probably meant: {one.meant}" if one.meant else one.hint


def _first(one: Line | None) -> Mapping[str, object] | None:
    if one is None:
        return None
    place = {"tex_line": one.tex_line, "line": one.line, "column": one.column}
    return {**place, "kind": one.slip or "wrong", "text": hint_of(one)}


def show(checked: Checked) -> str:
    """One object."""
    return json.dumps(fields_of(checked), indent=2, ensure_ascii=False) + "\n"


SHOW = Show("json", show)
