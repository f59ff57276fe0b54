"""A proof for the terminal: no TeX, the signs of mathematics, and lines that fit."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from symconvex.pages._blocks import (
    Block,
    Break,
    Display,
    Divider,
    Document,
    Figure,
    Heading,
    Inline,
    Listed,
    Maths,
    Passage,
    Ref,
    Styled,
    TextRun,
    Titled,
)
from symconvex.pages._mathml import display, formula
from symconvex.pages._page import PageFormat
from symconvex.pages._plain import plain

WIDTH = 88
INDENT = 4
# Spaces inside of a formula do not break a line until the line is too long for it.
TIED = str.maketrans({" ": "\u00a0"})


def render(document: Document) -> str:
    """Title, and block after block with an empty line between."""
    title = "".join(_pieces(document.title, document.numbers)).replace("\u00a0", " ")
    return f"{title}\n{'=' * len(title)}\n\n{part(document)}"


def part(document: Document) -> str:
    """The blocks alone."""
    return "\n\n".join(_block(block, document.numbers) for block in document.blocks).replace("\u00a0", " ") + "\n"


def _block(block: Block, numbers: Mapping[str, str]) -> str:
    match block:
        case Passage(parts):
            return _paragraph(parts, numbers)
        case Heading(parts):
            title = "".join(_pieces(parts, numbers))
            return f"{title}\n{'-' * len(title)}"
        case Display():
            return "\n".join(_displayed(block))
        case Titled():
            return _titled(block, numbers)
        case Listed(items):
            return "\n".join(_item(k, item, numbers) for k, item in enumerate(items, 1))
        case Figure():
            return _figure(block, numbers)
        case Divider():
            return "-" * WIDTH


def _paragraph(parts: Iterable[Inline], numbers: Mapping[str, str]) -> str:
    lines = "".join(_pieces(parts, numbers)).split("\n")
    return "\n".join(_wrapped(line.strip(" ")) for line in lines)


def _wrapped(line: str, indent: str = "") -> str:
    """Broken between words; inside of a formula only where one line does not hold it."""
    found = textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\n".join(_shorter(row.replace("\u00a0", " "), indent) if len(row) > WIDTH else row for row in found)


def _shorter(row: str, indent: str) -> str:
    width = max(WIDTH, max(map(len, row.split())) + len(indent))
    lead = row[: len(row) - len(row.lstrip())]
    return textwrap.fill(
        row.strip(), width, initial_indent=lead, subsequent_indent=indent or lead + "  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _pieces(parts: Iterable[Inline], numbers: Mapping[str, str]) -> Iterator[str]:
    for piece in parts:
        match piece:
            case TextRun(text):
                yield text
            case Maths(tex):
                yield plain(formula(tex)).translate(TIED)
            case Styled(_, inner):
                yield "".join(_pieces(inner, numbers))
            case Ref(label, bracketed):
                yield f"({numbers[label]})" if bracketed else numbers[label]
            case Break():
                yield "\n"


def _displayed(shown: Display) -> Iterator[str]:
    """Indented; a number stands at the right, and what is too long goes on below."""
    lines = plain(display(shown)).split("\n")
    if not shown.aligned and shown.rows[0].number:
        lines[-1] += f"\t({shown.rows[0].number})"
    for line in lines:
        text, _, number = line.partition("\t")
        text = " " * INDENT + text
        if len(text) > WIDTH:
            text = _shorter(text, " " * (2 * INDENT))
        rest = WIDTH - len(text.rsplit("\n", maxsplit=1)[-1]) - len(number)
        yield text + (" " * max(rest, 2) + number if number else "")


def _titled(block: Titled, numbers: Mapping[str, str]) -> str:
    head, end = f"{block.head(''.join(_pieces(block.note, numbers)))} ", " \u220e" if block.kind == "Proof" else ""
    first, *rest = block.blocks
    lead = (TextRun(head),)
    told = [
        _paragraph((*lead, *first.parts), numbers)
        if isinstance(first, Passage)
        else f"{head}\n\n{_block(first, numbers)}"
    ]
    return "\n\n".join([*told, *(_block(inner, numbers) for inner in rest)]) + end


def _item(number: int, blocks: Iterable[Block], numbers: Mapping[str, str]) -> str:
    text = "\n".join(_block(block, numbers) for block in blocks)
    return textwrap.indent(text, " " * INDENT).replace(" " * INDENT, f"{number:>2}. ", 1)


def _figure(block: Figure, numbers: Mapping[str, str]) -> str:
    """No picture but its caption, and the curve at some places."""
    names = plain(formula(block.across)), plain(formula(block.up))
    width = max(len(name) for name in names)
    cells = block.sampled
    wide = max(len(cell) for row in cells for cell in row)
    rows = [
        " " * INDENT + "  ".join([name.ljust(width), *(c.rjust(wide) for c in row)])
        for name, row in zip(names, cells, strict=True)
    ]
    return "\n".join([*rows, "", _paragraph(block.below, numbers)])


def caption_text(block: Figure) -> str:
    """What stands below a picture."""
    return "".join(_pieces(block.caption, {})).replace("\u00a0", " ")


PAGE = PageFormat("text", "proof.txt", render, part)
