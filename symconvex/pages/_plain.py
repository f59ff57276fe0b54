"""Formulas as lines of text with the signs of mathematics: a fold over MathML.

x_i^T v    xᵢᵀ v          1/2 |w|^2    ½ ‖w‖²          sum    ∑ᵢ₌₁ⁿ
"""

import unicodedata
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from symconvex.pages._mathml import NUMBER

ABOVE = dict(
    zip("0123456789+-−=()×nijkdTt𝖳abcehlmoprsuvwxyz′″", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ˣⁿⁱʲᵏᵈᵀᵗᵀᵃᵇᶜᵉʰˡᵐᵒᵖʳˢᵘᵛʷˣʸᶻ′″", strict=True)
)
BELOW = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
ACCENTS = {"^": "\u0302", "\u02c6": "\u0302", "\u02d9": "\u0307", "\u02c7": "\u030c", "~": "\u0303", "\u00af": "\u0304"}
HALVES = {("1", "2"): "½", ("1", "3"): "⅓", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "8"): "⅛", ("2", "3"): "⅔"}
OPEN, CLOSED = "([{⟨", ")]}⟩"
# Signs that stand between two terms, with a space on either side.
INFIX = set("+−-=<>≤≥≠≈∈∉→↦⪯⪰∧∨∩∪×⊙⋅·±∓⇒⇔↓")
PREFIX = {"+", "−", "-", "±", "∓"}
FAR = 30  # columns that a left side may take
BIG = {"∑", "∫", "∏", "max", "min", "sup", "inf", "lim"}


def plain(root: Element) -> str:
    """One line for a formula; one for each row where rows are aligned, or where a table has lines."""
    text = "\n".join(line.rstrip() for line in _written(root).split("\n")).strip("\n")
    below = dict.fromkeys(_said_below(node) for node in root.iter("munder") if node[0].tag == "munder")
    if not below:
        return text
    end = text[-1:] if text[-1:] in (".", ",", ";", ":") else ""
    return f"{text.removesuffix(end).rstrip()}, where {' and '.join(below)}{end}"


def _said_below(node: Element) -> str:
    """What stands above a brace, and what is said of it below."""
    return " ".join(_written(part).strip() for part in (node[0], node[1]))


def columns(text: str) -> int:
    """The width on the screen: an accent takes no place of its own."""
    return sum(not unicodedata.combining(sign) for sign in text)


def _written(node: Element) -> str:
    match node.tag:
        case "mi" | "mn" | "mo" | "mtext":
            return (node.text or "").replace("\u00a0", " ")
        case "mspace":
            width = float(node.get("width", "0em").removesuffix("em") or 0)
            return "   " if width >= 1 else " " if width >= 0.15 else ""
        case "mtable":
            return _table(node)
    parts = [_written(child) for child in node]
    match node.tag:
        case "msub":
            return parts[0] + _below(parts[1])
        case "msup":
            return parts[0] + _above(parts[1])
        case "msubsup" | "munderover":
            return parts[0] + _below(parts[1]) + _above(parts[2])
        case "munder":
            return parts[0] if parts[1] == "⏟" else _under(node, parts)
        case "mover":
            accented = parts[0] + ACCENTS.get(parts[1], "")
            return unicodedata.normalize("NFC", accented) if parts[1] in ACCENTS else parts[0] + _above(parts[1])
        case "mfrac":
            return HALVES.get((parts[0], parts[1])) or _fraction(*parts)
        case "msqrt":
            return f"√{_bracketed(''.join(parts))}"
    return _joined([*node], parts)


def _fraction(above: str, below: str) -> str:
    """a b/(b + c); a derivative is d/dt."""
    if above[:1] in "d∂" and below[:1] in "d∂":
        return f"{above}/{below}".replace(" ", "")
    outer = _outer(above.strip())
    above = f"({above.strip()})" if any(sign in outer for sign in "+−=/∑") and not _is_closed(above) else above.strip()
    return f"{above}/{_bracketed(below)}"


def _outer(text: str) -> str:
    """What stands outside of all brackets."""
    depth, found = 0, ""
    for sign in text:
        depth -= sign in CLOSED
        found += "" if depth else sign
        depth += sign in OPEN
    return found


def _under(node: Element, parts: Sequence[str]) -> str:
    """A condition below a brace is said behind the formula; below an operator it is an index."""
    if node[0].tag != "munder":
        return parts[0] + _below(parts[1])
    return f"({parts[0].strip()})" if any(sign in _outer(parts[0]) for sign in "+−-=/") else parts[0].strip()


def _above(text: str) -> str:
    text = text.strip()
    text = text.replace(" ", "") if len(text) < 10 else text
    if all(sign in ABOVE for sign in text):
        return "".join(ABOVE[sign] for sign in text)
    return f"^{text}" if len(text) == 1 else f"^({text})"


def _below(text: str) -> str:
    text = text.replace(" ", "")
    if all(sign in BELOW for sign in text):
        return "".join(BELOW[sign] for sign in text)
    return f"_{text}" if len(text) == 1 or text.isalpha() else f"_({text})"


def _bracketed(text: str) -> str:
    """In brackets where the text is more than one thing."""
    text = text.strip()
    outer = _outer(text)
    product = text[:1].isdigit() and "(" in outer
    return f"({text})" if (product or any(sign in outer for sign in " +−-/=")) and not _is_closed(text) else text


def _is_closed(text: str) -> bool:
    """Is it one pair of brackets already?"""
    if text[:1] != "(" or text[-1:] != ")":
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return place == len(text) - 1
    return False


def _joined(nodes: Sequence[Element], parts: Sequence[str]) -> str:
    """Side by side, with a space where factors would run together."""
    text, begins, big = "", True, False  # is a sign in front of a term here, and not between two?
    for k, (node, part) in enumerate(zip(nodes, parts, strict=True)):
        sign, operator = _core(node), node.tag == "mo" or (not len(node) and part in INFIX)
        if node.tag == "mspace":
            text = text if text.endswith(" ") and len(part) == 1 else text.rstrip() + part
            continue
        if not part:  # where rows are aligned
            begins = False
            continue
        if operator and part in INFIX:
            text = f"{text}{part}" if part in PREFIX and begins else f"{text.rstrip()} {part} "
        elif part in (",", ";", ":", "."):
            text = f"{text.rstrip()}{part} "
        elif (operator and part == "/") or part[0] in ",.;":
            text = text.rstrip() + part
        else:
            shown = f"({part})" if "/" in part and _is_fraction(node) and _has_factor(nodes, k) else part
            text += (
                f" {shown}" if (big or _touch(text, shown, sign)) and not begins and not text.endswith(" ") else shown
            )
        begins = (operator and (part in INFIX or part in ",;:/")) or part in OPEN
        big = sign in "∑∫∏" if sign else False
    return text


def _core(node: Element) -> str:
    """The sign itself, below its scripts."""
    while len(node):
        node = node[0]
    return node.text or ""


def _is_fraction(node: Element) -> bool:
    while node.tag in ("mstyle", "mrow") and len(node) == 1:
        node = node[0]
    return node.tag == "mfrac"


def _has_factor(nodes: Sequence[Element], k: int) -> bool:
    """Does something stand beside it that would look like a part of the denominator, or of another numerator?"""
    before = next((node for node in reversed(nodes[:k]) if node.tag != "mspace"), None)
    behind = next((node for node in nodes[k + 1 :] if node.tag != "mspace"), None)
    signs = ((before, (*CLOSED, "‖", "|")), (behind, (*OPEN, "‖", "|", "∑")))
    return any(
        node is not None and (node.tag not in ("mo", "mtext") or _core(node) in told) and bool("".join(node.itertext()))
        for node, told in signs
    )


def _touch(text: str, part: str, sign: str) -> bool:
    """Would the two read as one word? x y are two factors, f( is a call."""
    if not text:
        return False
    last = text[-1]
    if last in OPEN or part[0] in f"{CLOSED}!":
        return False
    if sign in BIG or last in "½⅓¼¾⅛⅔":
        return True
    if part[0] in OPEN:
        return last in f"{CLOSED}ᵀ" and last != "]" and part[0] != "["
    if "‖" in (last, part[0]) or "|" in (last, part[0]):
        bar = "‖" if "‖" in (last, part[0]) else "|"
        return text.count(bar) % 2 == 0
    return not (last.isdigit() and part[0].isdigit()) and last not in "√∇∂/"


def _table(node: Element) -> str:
    """A matrix in one line; rows that are aligned, or a table with lines, in several."""
    rows = [
        ["" if cell.get("class") == NUMBER else _joined([*cell], [_written(c) for c in cell]) for cell in row]
        for row in node
    ]
    numbers = [
        "".join(_written(c).strip() for cell in row if cell.get("class") == NUMBER for c in cell) for row in node
    ]
    if node.get("columnlines"):
        return _ruled(rows)
    if node.get("displaystyle") == "true":
        width = min(max((columns(row[0].strip()) for row in rows), default=0), FAR)
        lines = [
            f"{' ' * (width - columns(row[0].strip()))}{row[0].strip()}{''.join(row[1:]).rstrip()}" for row in rows
        ]
        return "\n".join(f"{line}\t{number}".rstrip() for line, number in zip(lines, numbers, strict=True))
    return "; ".join("  ".join(row) for row in rows)


def _ruled(rows: Sequence[Sequence[str]]) -> str:
    """Columns below each other, with a line below the head."""
    count = max(map(len, rows))
    rows = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(len(row[k]) for row in rows) for k in range(count)]
    lines = ["  ".join(cell.strip().ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0].rstrip()), *lines[1:]])
