"""Formulas as MathML, by latex2mathml; before it what only TeX has is written out, and after it what browsers lack."""

import re
from xml.etree import ElementTree as ET

from symconvex.pages._blocks import Display

MACROS = (
    # A space before a bracket says that two factors meet, and not a function and its argument.
    (re.compile(r"(?<=[\w})]) (?=\(|\\left\(|\\[bB]igl?\()"), r"\\,"),
    (re.compile(r"\\R(?![A-Za-z])"), r"\\mathbb{R}"),
    (re.compile(r"\\T(?![A-Za-z])"), r"^{\\mathsf{T}}"),
    (re.compile(r"\\(rank|diag)(?![A-Za-z])"), r"\\operatorname{\1}"),
    (re.compile(r"\\mathrm\{([A-Za-z]{2,}[0-9A-Za-z]*)\}"), r"\\operatorname{\1}"),
    (re.compile(r"\\renewcommand\{\\arraystretch\}\{[\d.]+\}|\\allowbreak(?![A-Za-z])"), ""),
    (re.compile(r"\\begin\{aligned\}"), r"\\begin{split}"),
    (re.compile(r"\\end\{aligned\}"), r"\\end{split}"),
)
TEXT = re.compile(r"\\text\{([^{}$]*)\$([^$]*)\$")
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
# Browsers know the letters but not the attribute that asks for them.
LETTERS = {
    "sans-serif": {ord("T"): "\U0001d5b3"},
    "bold": {ord("1"): "\U0001d7cf", ord("0"): "\U0001d7ce"},
}
NUMBER = "equation-number"
# How a browser sets these signs does not follow from MathML alone.
ATTRIBUTES = {
    **{key: {"stretchy": "false", "lspace": "0", "rspace": "0"} for key in "‖|"},
    **{key: {"lspace": "0.278em", "rspace": "0.278em"} for key in "⪯⪰"},
    **{key: {"lspace": "0", "rspace": "0"} for key in "/."},
}
# Elements that have so many children, each in its place.
COUNTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "mroot", "mtable", "mtr")
SIGNS = {*"\u2aaf\u2ab0\u00b1\u2213\u2299\u2218\u00b7\u22c5"}
PREFIX = {"-", "\u2212", "+", "\u00b1"}
BEFORE_A_TERM = {*"([{,;=<>/", "\u2264", "\u2265", "\u2260", "\u2248", "\u2208", "\u2192", "\u21d2"}


def written_out(tex: str) -> str:
    r"""Without our own commands; \text{if $x$ is so} in pieces, for a formula inside a text is not read."""
    while TEXT.search(tex):
        tex = TEXT.sub(r"\\text{\1}\2\\text{", tex)
    for pattern, instead in MACROS:
        tex = pattern.sub(instead, tex)
    return tex


def without_macros(latex: str) -> str:
    """Running text with formulas, for a reader of TeX that does not know our commands."""
    for pattern, instead in MACROS[1:4]:
        latex = pattern.sub(instead, latex)
    return latex


def formula(tex: str, *, block: bool = False) -> ET.Element:
    """One formula as an element."""
    from latex2mathml.converter import convert

    root = ET.fromstring(convert(written_out(tex), display="block" if block else "inline"))  # noqa: S314 - our own
    for node in root.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
        if node.tag in ("mo", "mi"):
            node.tag = _kind(node.tag, node.text or "")
        letters = LETTERS.get(node.get("mathvariant", ""))
        if letters and node.text and all(ord(sign) in letters for sign in node.text):
            node.text = node.text.translate(letters)
            del node.attrib["mathvariant"]
    for node in root.iter():
        if node.tag not in COUNTED:
            _spaced(node)
    return root


def _kind(tag: str, text: str) -> str:
    """A name such as max is no sign, and a relation is one."""
    return "mi" if text.isalpha() else "mo" if text in SIGNS else tag


def _spaced(parent: ET.Element) -> None:
    """Signs in front of a term stand close to it, and a name apart from its argument."""
    before: ET.Element | None = None
    for node in list(parent):
        text = node.text or ""
        if node.tag == "mo":
            node.attrib.update(ATTRIBUTES.get(text, {}))
            if text in PREFIX and (before is None or (before.tag == "mo" and before.text in BEFORE_A_TERM)):
                node.set("form", "prefix")
        if before is not None and _is_name(before) and node.tag not in ("mo", "mspace"):
            parent.insert([*parent].index(node), ET.Element("mspace", {"width": "0.167em"}))
        before = before if node.tag == "mspace" else node


def _is_name(node: ET.Element) -> bool:
    return node.tag == "mi" and len(node.text or "") > 1


def display(shown: Display) -> ET.Element:
    """A displayed formula; where rows have numbers of their own, these are a last column."""
    if not shown.aligned:
        return formula(shown.rows[0].tex, block=True)
    rows = "\\\\".join(row.tex for row in shown.rows)
    root = formula(f"\\begin{{align*}}{rows}\\end{{align*}}", block=True)
    table = next(root.iter("mtable"))
    for element, row in zip(table, shown.rows, strict=True):
        if row.number:
            cell = ET.SubElement(element, "mtd", {"class": NUMBER})
            ET.SubElement(cell, "mtext").text = f"\u2003({row.number})"
        if row.label:
            element.set("id", anchor(row.label))
    return root


def anchor(label: str) -> str:
    """The name of a label in a page."""
    return re.sub(r"[^A-Za-z0-9-]", "-", label)
