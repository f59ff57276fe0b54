"""A proof as one page for a browser that needs nothing beside it: formulas in MathML, pictures in SVG."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from xml.etree import ElementTree as ET

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
from symconvex.pages._mathml import anchor, display, formula
from symconvex.pages._page import PageFormat
from symconvex.pages._svg import drawing

STYLE = """
.symconvex { max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  font: 1.05rem/1.55 Georgia, "Times New Roman", serif; }
.symconvex h1 { font-size: 1.6rem; text-align: center; font-weight: normal; }
.symconvex h2 { font-size: 1.2rem; }
.symconvex .display { display: flex; align-items: center; overflow-x: auto; overflow-y: hidden; margin: 0.9rem 0; }
.symconvex .display math { flex: 1; }
.symconvex .number { padding-left: 1rem; }
.symconvex .theorem { border-left: 3px solid #0072b2; padding: 0.1rem 0 0.1rem 1rem; margin: 1.2rem 0; }
.symconvex .head { font-weight: bold; }
.symconvex .proof .head, .symconvex .remark .head { font-weight: normal; font-style: italic; }
.symconvex .end { float: right; padding-left: 1rem; }
.symconvex mtd[columnalign="right"] { text-align: right; text-align: -webkit-right; padding-right: 0; }
.symconvex mtd[columnalign="left"] { text-align: left; text-align: -webkit-left; padding-left: 0; }
.symconvex footer, .symconvex figcaption, .symconvex .small { font-size: 0.88rem; line-height: 1.4; }
.symconvex figure { margin: 1.5rem 0; text-align: center; }
.symconvex figcaption { text-align: left; }
.symconvex svg { max-width: 100%; height: auto; }
.symconvex mtable[columnlines] > mtr > mtd { padding: 0.25em 0.7em; }
.symconvex mtable[columnlines] > mtr:first-child > mtd { border-bottom: 1px solid; }
.symconvex mtable[columnlines] > mtr > mtd:first-child { border-right: 1px solid; }
.symconvex mtable[columnlines] > mtr > mtd:last-child { border-left: 1px solid; }
.symconvex code { font-size: 0.9em; overflow-wrap: anywhere; }
"""
KINDS = {"Proof": "proof", "Remark": "remark", "References": "references"}
TAGS = {"emph": "em", "strong": "strong", "code": "code"}


def render(document: Document) -> str:
    """The whole page, in ASCII, so that every file and every screen can hold it."""
    title = "".join(_words(document.title))
    return _ascii(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="symconvex">\n<h1>{_line(document.title, document.numbers)}</h1>\n{_blocks(document)}\n</main>\n'
        "</body>\n</html>\n"
    )


def part(document: Document) -> str:
    """The blocks in a page that somebody else frames."""
    return _ascii(f'<style>{STYLE}</style>\n<div class="symconvex">\n{_blocks(document)}\n</div>\n')


def _ascii(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _words(parts: Iterable[Inline]) -> Iterator[str]:
    """For the title of a window, where nothing is marked up."""
    for piece in parts:
        match piece:
            case TextRun(text):
                yield text
            case Maths(tex):
                yield "".join(formula(tex).itertext())
            case Styled(_, inner):
                yield from _words(inner)


def _blocks(document: Document) -> str:
    return "\n".join(_block(block, document.numbers) for block in document.blocks)


def _element(node: ET.Element) -> str:
    return ET.tostring(node, encoding="unicode")


def _line(parts: Iterable[Inline], numbers: Mapping[str, str]) -> str:
    return "".join(_pieces(parts, numbers)).strip()


def _pieces(parts: Iterable[Inline], numbers: Mapping[str, str]) -> Iterator[str]:
    for piece in parts:
        match piece:
            case TextRun(text):
                yield escape(text, quote=False)
            case Maths(tex):
                yield _element(formula(tex))
            case Styled("small", inner):
                yield f'<span class="small">{_line(inner, numbers)}</span>'
            case Styled(style, inner):
                yield f"<{TAGS[style]}>{_line(inner, numbers)}</{TAGS[style]}>"
            case Ref(label, bracketed):
                number = f"({numbers[label]})" if bracketed else numbers[label]
                yield f'<a href="#{anchor(label)}">{number}</a>'
            case Break():
                yield "<br>"


def _block(block: Block, numbers: Mapping[str, str]) -> str:
    match block:
        case Passage(parts):
            return f"<p>{_line(parts, numbers)}</p>"
        case Heading(parts):
            return f"<h2>{_line(parts, numbers)}</h2>"
        case Display():
            return _displayed(block)
        case Titled():
            return _titled(block, numbers)
        case Listed(items, labels):
            told = ("\n".join(_block(inner, numbers) for inner in item) for item in items)
            marks = (*(f' id="{anchor(label)}"' for label in labels), *[""] * len(items))
            listed = "\n".join(f"<li{mark}>{text}</li>" for mark, text in zip(marks, told, strict=False))
            return f"<ol>\n{listed}\n</ol>"
        case Figure():
            caption = f"<figcaption>{_line(block.below, numbers)}</figcaption>"
            return f'<figure id="{anchor(block.label)}">\n{drawing(block)}\n{caption}\n</figure>'
        case Divider():
            return "<hr>"


def _displayed(shown: Display) -> str:
    first = shown.rows[0]
    number, name = ("", "") if shown.aligned else (first.number, first.label)
    at = f' id="{anchor(name)}"' if name else ""
    told = f'<span class="number">({number})</span>' if number else ""
    return f'<div class="display"{at}>{_element(display(shown))}{told}</div>'


def _titled(block: Titled, numbers: Mapping[str, str]) -> str:
    head = block.head(_line(block.note, numbers))
    told = [_block(inner, numbers) for inner in block.blocks]
    lead = f'<span class="head">{head}</span> '
    told = (
        [told[0].replace("<p>", f"<p>{lead}", 1), *told[1:]] if told[0].startswith("<p>") else [f"<p>{lead}</p>", *told]
    )
    if block.kind == "Proof":
        end, last = '<span class="end">&#8718;</span>', told[-1]
        told[-1] = f"{last.removesuffix('</p>')} {end}</p>" if last.endswith("</p>") else last + end
    at = f' id="{anchor(block.label)}"' if block.label else ""
    return f'<section class="{KINDS.get(block.kind, "theorem")}"{at}>\n' + "\n".join(told) + "\n</section>"


PAGE = PageFormat("html", "proof.html", render, part)
