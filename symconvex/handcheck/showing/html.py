"""HTML: one page that needs nothing else, the text with marks in it and what there is to say below each line."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from symconvex.handcheck.showing._checked import MARKS, TESTED, TRUE, UNDECIDED, Checked, Line, Show
from symconvex.handcheck.showing._telling import clipped

LONGEST = 600
KINDS: Mapping[str, str] = {TRUE: "proven", TESTED: "tested", "undecided": "open", "not-understood": "unread"}
ORDER = ("proven", "tested", "unread", "open", "wrong")  # of two marks on one sign the later is shown
STYLE = """
.symconvex { --proven: #0a6b3d; --tested: #0b5cad; --open: #8a5a00; --unread: #666; --wrong: #b3261e;
  font: 15px/1.5 system-ui, sans-serif; max-width: 64em; margin: 1em auto; padding: 0 1em; }
@media (prefers-color-scheme: dark) {
  body.symconvex-page { background: #16181c; color: #e8e8e8; }
  .symconvex-page .symconvex { --proven: #6fd79b; --tested: #7db8f5; --open: #e3b341; --unread: #aaa;
    --wrong: #ff8a80; }
}
.symconvex table { border-collapse: collapse; width: 100%; }
.symconvex td { vertical-align: top; padding: 0 .5em; border: 0; text-align: left; background: none; }
.symconvex td.number, .symconvex td.sign { font-family: ui-monospace, monospace; text-align: right; opacity: .75;
  white-space: nowrap; user-select: none; }
.symconvex td.sign { opacity: 1; text-align: left; }
.symconvex code { font-family: ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.symconvex mark { color: inherit; background: none; border-bottom: 2px solid; }
.symconvex mark.proven { border-color: var(--proven); }
.symconvex mark.tested { border-color: var(--tested); border-bottom-style: dashed; }
.symconvex mark.open { border-color: var(--open); border-bottom-style: dotted; }
.symconvex mark.unread { border-color: var(--unread); border-bottom-style: dotted; }
.symconvex mark.wrong { border-color: var(--wrong); border-bottom: 4px double var(--wrong); }
.symconvex span.proven { color: var(--proven); } .symconvex span.tested { color: var(--tested); }
.symconvex span.open { color: var(--open); } .symconvex span.unread { color: var(--unread); }
.symconvex span.wrong { color: var(--wrong); }
.symconvex p.note { margin: .1em 0 .4em; font-size: .92em; }
.symconvex h2 { font-size: 1.1em; } .symconvex .summary { font-weight: 600; }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}, checked</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body class="symconvex-page"><div class="symconvex">
{parts}
</div></body></html>
"""
LEGEND = (
    ("proven", "proven"),
    ("tested", "true at all sizes that were tried"),
    ("wrong", "false"),
    ("open", "not decided"),
    ("unread", "not understood"),
)
SIGNS = {**{KINDS[verdict]: sign for verdict, sign in MARKS.items()}, "wrong": "\u2717"}


def show(checked: Checked) -> str:
    """A page about one file."""
    return page([checked])


def page(files: Sequence[Checked]) -> str:
    """A page about several files."""
    title = escape(files[0].source.name if len(files) == 1 else f"{len(files)} derivations")
    parts = "\n".join(part(checked) for checked in files)
    return PAGE.replace("{title}", title).replace("{style}", STYLE).replace("{parts}", parts)


def part(checked: Checked) -> str:
    """What is said of one file."""
    first = f"<p>{_first(checked, checked.first)}</p>" if checked.first is not None else ""
    legend = " &nbsp; ".join(f'<span class="{kind}">{SIGNS[kind]} {words}</span>' for kind, words in LEGEND)
    rows = "\n".join(_rows(checked))
    guess = escape(clipped("; ".join(checked.guessed), LONGEST))
    first += f'<p class="note">guessed, for nothing says it: <code>{guess}</code></p>' if guess else ""
    return (
        f'<h2>{escape(checked.source.name)}</h2>\n<p class="summary">{escape(checked.summary)}</p>\n{first}\n'
        f"<table>\n{rows}\n</table>\n<p>{legend}</p>"
    )


def fragment(checked: Checked) -> str:
    """The same inside another page, such as a notebook."""
    return f'<div class="symconvex"><style>{STYLE}</style>{part(checked)}</div>'


def _first(checked: Checked, first: Line) -> str:
    told = [("claimed", first.read_as), ("slip", first.slip), ("hint", first.hint), ("meant", first.meant)]
    if first.counterexample is not None:
        values = first.counterexample["values"]
        table = values.items() if isinstance(values, Mapping) else ()
        told += [("at", ", ".join(f"{name} = {value}" for name, value in table))]
        told += [(key, str(first.counterexample[key])) for key in ("left", "right", "why")]
    words = [f"<b>{label}</b> <code>{escape(clipped(text, LONGEST))}</code>" for label, text in told if text]
    return f"{escape(checked.at(first))}: " + "<br>\n".join(words)


def _rows(checked: Checked) -> Iterator[str]:
    """Every line of the text, the notes below it."""
    by_line: dict[int, list[Line]] = {}
    for one in checked.relations:
        by_line.setdefault(one.tex_line, []).append(one)
    before = 0
    for number, row in enumerate(checked.source.lines, 1):
        cell, line, _ = checked.source.place(number, 0)
        if cell != before:
            before = cell
            yield f'<tr><td></td><td></td><td><p class="note">cell {cell}</p></td></tr>'
        lines = by_line.get(number, [])
        signs = "".join(f'<span class="{_kind(one)}">{one.mark}</span>' for one in lines)
        told = dict.fromkeys(note for one in lines for note in _notes(one))
        notes = "".join(f'<p class="note">{note}</p>' for note in told)
        number_, sign = f'<td class="number">{line}</td>', f'<td class="sign">{signs}</td>'
        yield f"<tr>{number_}{sign}<td><code>{_marked(row, lines)}</code>{notes}</td></tr>"


def _kind(one: Line) -> str:
    return KINDS.get(one.verdict, "wrong")


def _marked(row: str, lines: Sequence[Line]) -> str:
    """The line with its marks; where two overlap, the worse one is seen."""
    kinds: list[Line | None] = [None] * len(row)
    for one in sorted(lines, key=lambda one: ORDER.index(_kind(one))):
        for at in range(one.start, min(one.end, len(row))):
            kinds[at] = one
    found = list[str]()
    for one, group in groupby(zip(row, kinds, strict=True), lambda pair: pair[1]):
        text = escape("".join(sign for sign, _ in group))
        found.append(text if one is None else f'<mark class="{_kind(one)}" title="{escape(one.word)}">{text}</mark>')
    return "".join(found)


def _notes(one: Line) -> Iterator[str]:
    if one.verdict not in (TRUE, TESTED):
        yield f'<span class="{_kind(one)}">{one.mark} {escape(clipped(one.reason, LONGEST))}</span>'
    if not one.in_words and (one.is_wrong or one.verdict == UNDECIDED):
        yield f"read as <code>{escape(clipped(one.step or one.read_as, LONGEST))}</code>"
    if one.given:
        yield f"{one.mark} given {escape(clipped('; '.join(one.given), LONGEST))}"
    if one.advice:
        yield f"write instead: {escape(one.advice)}"


SHOW = Show("html", show, fragment)
