"""What to write instead of what is not understood; the rows are in advice.txt."""

import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("advice.txt")


@cache
def rows() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Pattern of the reason, and the advice; the last row fits everything."""
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    pairs = (line.partition("=>") for line in lines)
    return tuple((re.compile(pattern.removesuffix(" ")), advice.strip()) for pattern, _, advice in pairs)


def advice_for(why: str) -> str:
    r"""What to write instead.

    >>> advice_for("the name q is not declared")
    'declare it in a line of its own: % symconvex: q: n, d (its sizes), or q = formula'
    """
    pattern, advice = next(row for row in rows() if row[0].search(why))
    found = pattern.search(why)
    name = found[1] if found and pattern.groups else ""
    return advice.replace("{name}", name.strip("\"'"))
