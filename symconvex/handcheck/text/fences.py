"""Markdown around formulas: a fence of mathematics is a display, a fence of code says nothing."""

import re

FENCE = re.compile(r"\s*(```+|~~~+)\s*(\w*)[^`]*$")
INLINE = re.compile(r"\$`([^`\n]*)`\$")


def fenced(text: str) -> str:
    """The text with dollars for fences of mathematics and empty lines for code; no formula moves."""
    if "``" not in text and "~~~" not in text and "$`" not in text:
        return text
    rows, opened, kind = list[str](), "", ""
    for row in text.split("\n"):
        found = FENCE.match(row)
        if opened and found and found[1].startswith(opened) and not found[2]:
            rows.append("$$" if kind == "math" else "")
            opened = ""
        elif not opened and found:
            opened, kind = found[1], "math" if found[2] in ("math", "latex", "tex") else "code"
            rows.append("$$" if kind == "math" else "")
        else:
            rows.append("" if opened and kind == "code" else INLINE.sub(r"$ \1 $", row))
    return "\n".join(rows)
