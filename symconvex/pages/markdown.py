"""A proof in Markdown as code hosts show it: formulas between $` and `$, displays as blocks named math."""

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
from symconvex.pages._mathml import written_out
from symconvex.pages._page import PageFormat

# What Markdown would take for its own.
OWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~"})
MARKS = {"emph": "*", "strong": "**"}


def render(document: Document) -> str:
    """Title and blocks."""
    return f"# {_line(document.title, document.numbers)}\n\n{part(document)}"


def part(document: Document) -> str:
    """The blocks alone."""
    return "\n\n".join(_block(block, document.numbers) for block in document.blocks) + "\n"


def _line(parts: Iterable[Inline], numbers: Mapping[str, str]) -> str:
    return "".join(_pieces(parts, numbers)).strip()


def _pieces(parts: Iterable[Inline], numbers: Mapping[str, str]) -> Iterator[str]:
    for piece in parts:
        match piece:
            case TextRun(text):
                yield text.translate(OWN)
            case Maths(tex):
                yield f"$`{written_out(tex)}`$"
            case Styled("code", inner):
                yield f"`{''.join(part.text for part in inner if isinstance(part, TextRun))}`"
            case Styled(style, inner):
                mark = MARKS.get(style, "")
                yield f"{mark}{_line(inner, numbers)}{mark}"
            case Ref(label, bracketed):
                yield f"({numbers[label]})" if bracketed else numbers[label]
            case Break():
                yield "  \n"


def _block(block: Block, numbers: Mapping[str, str]) -> str:
    match block:
        case Passage(parts):
            return _line(parts, numbers)
        case Heading(parts):
            return f"## {_line(parts, numbers)}"
        case Display():
            return _displayed(block)
        case Titled():
            return _titled(block, numbers)
        case Listed(items):
            told = ("\n\n".join(_block(inner, numbers) for inner in item) for item in items)
            return "\n".join(f"{k}. " + text.replace("\n", "\n   ") for k, text in enumerate(told, 1))
        case Figure():
            return _figure(block, numbers)
        case Divider():
            return "---"


def _displayed(shown: Display) -> str:
    rows = [written_out(row.tex) + (f" \\tag{{{row.number}}}" if row.number else "") for row in shown.rows]
    body = "\\begin{align*}\n" + "\\\\\n".join(rows) + "\n\\end{align*}" if shown.aligned else rows[0]
    return f"```math\n{body}\n```"


def _titled(block: Titled, numbers: Mapping[str, str]) -> str:
    head = block.head(_line(block.note, numbers))
    head = f"**{head}** " if block.claims else f"*{head}* "
    told = [_block(inner, numbers) for inner in block.blocks]
    told = [head + told[0], *told[1:]] if isinstance(block.blocks[0], Passage) else [head.strip(), *told]
    text = "\n\n".join(told) + (" \u220e" if block.kind == "Proof" else "")
    if block.claims:
        text = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return text


def _figure(block: Figure, numbers: Mapping[str, str]) -> str:
    """No picture but the curve at some places, and its caption."""
    names = [f"$`{written_out(name)}`$" for name in (block.across, block.up)]
    across, up = block.sampled
    rows = [[names[0], *across], ["---"] * (len(across) + 1), [names[1], *up]]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{table}\n\n{_line(block.below, numbers)}"


PAGE = PageFormat("markdown", "proof.md", render, part)
