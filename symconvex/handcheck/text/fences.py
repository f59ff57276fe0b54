"""Markdown around formulas: a fence of mathematics is a display, a fence of code says nothing."""

import re

FENCE = re.compile(r"\s*(```+|~~~+)\s*(\w*)[^`]*$")
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
INLINE = re.compile(r"\$`([^`\n]*)`\$")


def commented(text: str) -> str:
    """The text with comments of Markdown as comments of LaTeX; no line moves."""
    return text if "<!--" not in text else COMMENT.sub(_comment, text)


def _comment(found: re.Match[str]) -> str:
    """Lines of their own become lines of a comment; what stands among words is blank."""
    alone = not found.string[: found.start()].rpartition("\n")[2].strip()
    after = found.string[found.end() :].partition("\n")[0].strip()
    lines = found[1].strip(" \t").split("\n")
    return (
        "\n".join(f"% {line.strip()}" if line.strip() else "" for line in lines)
        if alone and not after
        else re.sub(r"[^\n]", " ", found[0])
    )


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
