"""Annotations of a pull request, as commands of a workflow: an error for a mistake, a warning for what is open."""

from symconvex.handcheck.showing._checked import OPEN, TESTED, TRUE, UNREAD, Checked, Line, Show
from symconvex.handcheck.showing._telling import clipped

LONGEST, MOST = 500, 200


def show(checked: Checked) -> str:
    """A command on each line, and the summary as a plain line."""
    told = [_command(checked, one) for one in checked.relations if one.verdict != TRUE]
    more = [f"... and {len(told) - MOST} more"] if len(told) > MOST else []
    return "".join(f"{line}\n" for line in (*told[:MOST], *more, f"{checked.source.name}: {checked.summary}"))


def _command(checked: Checked, one: Line) -> str:
    level = "warning" if one.verdict in OPEN else "notice" if one.verdict == TESTED else "error"
    places = {"file": checked.source.name}
    if not one.cell:
        places |= {"line": str(one.line), "endLine": str(one.end_line), "col": str(one.column)}
        # GitHub takes columns only of what stands in one line, and counts the last sign in.
        places |= {"endColumn": str(max(one.end_column - 1, one.column))} if one.line == one.end_line else {}
    where = f"{checked.at(one)}: " if one.cell else ""
    told = [where + clipped(one.reason, LONGEST)]
    told += (
        [f"read as: {clipped(one.step or one.read_as, LONGEST)}"] if not one.in_words and one.verdict != UNREAD else []
    )
    told += [f"try: {one.advice}"] if one.advice else []
    title = f"{one.word}" if checked.first is not one else f"first mistake: {one.word}"
    places["title"] = title
    named = ",".join(f"{key}={_property(value)}" for key, value in places.items())
    return f"::{level} {named}::{_data(chr(10).join(told))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


SHOW = Show("github", show)
