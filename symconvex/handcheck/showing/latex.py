"""A checked derivation as LaTeX: the text as it was, a mark beside each relation, the first mistake in a box."""

import re
import unicodedata
from collections.abc import Iterator

from symconvex.errors import OutputError
from symconvex.handcheck.showing._checked import TESTED, TRUE, Checked, Line, Show
from symconvex.handcheck.showing._telling import clipped
from symconvex.handcheck.text.source import WORDY

# A mark is \ensuremath{...}, which fits text and formulas alike; it stands before what closes a row or a display.
CLOSING = re.compile(r"(?:\s|\\\\\*?(?:\[[^\]]*\])?|\\end\{[A-Za-z]+\*?\}|\\\]|\\\)|\$+|\\cr\b|\\hline\b|&)*\Z")
# After these an argument, a script or a bracket is missing, and no mark can stand.
UNFINISHED = re.compile(r"(?:[\\_^]|\\(?:begin|end|left|right|[bB]igg?[lr]?)(?:\{[a-z*]*\}?)?)\s*\Z")
FRACTION = re.compile(r"\\(?:[dtc]?frac|binom|stackrel|overset|underset|textcolor)\s*(?:\{[^{}]*\})?\s*\Z")
COMMENT = re.compile(r"(?<!\\)(?:\\\\)*%.*\Z")
CLASS = re.compile(r"^[^%\n]*\\documentclass", re.MULTILINE)
BODY = re.compile(r"^([^%\n]*)(\\begin\{document\})", re.MULTILINE)
SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL |= {c: f"\\{c}" for c in "#$%&_"} | {"<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}"}
SIGNS = {
    "≠": "neq", "≤": "leq", "≥": "geq", "⪰": "succeq", "≻": "succ", "⪯": "preceq", "≺": "prec", "∈": "in",
    "∉": "notin", "≈": "approx", "∝": "propto", "≡": "equiv", "→": "to", "⊂": "subset", "×": "times", "⊙": "odot",
    "∘": "circ", "⊗": "otimes", "⊕": "oplus", "∧": "wedge", "⋆": "star", "·": "cdot", "∇": "nabla", "∂": "partial",
    "∞": "infty", "†": "dagger", "⋮": "vdots", "⋱": "ddots", "↦": "mapsto", "⊤": "top", "∑": "sum", "∏": "prod",
    "‖": "|", "⟨": "langle", "⟩": "rangle", "√": "surd", "±": "pm", "−": "-", "⌊": "lfloor", "⌋": "rfloor",
    "⌈": "lceil", "⌉": "rceil", "ℓ": "ell", "ϵ": "epsilon", "ε": "varepsilon", "ϕ": "phi", "φ": "varphi",
    "⟦": "[", "⟧": "]",
}  # fmt: skip
TIMES, LONGEST, SHORTEST = r"\times", 600, 2
GOING_ON = ("{", "^", "_", "[", "'")
COMMANDS = {TRUE: r"\checkmark", TESTED: r"\approx", "undecided": "?", "not-understood": r"\cdot"}
COLOURS = {TRUE: "green!50!black", TESTED: "blue!60!black", "undecided": "orange!80!black", "not-understood": "gray"}
ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot", "\u20d7": "vec"}
RAISED = {"SUPERSCRIPT": "^", "SUBSCRIPT": "_"}
PACKAGES = "\\usepackage{amsmath,amssymb,amsthm,xcolor}\n"
# A document chose its packages itself; of these two words it may know none.
NEEDED = (
    "\\usepackage{xcolor}\\providecommand{\\checkmark}{\\surd}"
    "\\providecommand{\\boxed}[1]{\\fbox{$\\displaystyle#1$}}\n"
)
EXTRAS = {
    "mathtools": r"\\(?:coloneqq|DeclarePairedDelimiter|shortintertext|mathclap)|\{(?:multlined|dcases|rcases)\*?\}",
    "bm": r"\\bm\b",
    "empheq": r"\{empheq\}",
    "dsfont": r"\\mathds\b",
    "bbm": r"\\mathbbm\b",
}


def show(checked: Checked) -> str:
    """The derivation again with a mark after each line that states something, the first mistake in a box."""
    if checked.source.name.endswith(WORDY):
        raise OutputError(
            "this text is no LaTeX",
            where=checked.source.name,
            expected="a derivation in LaTeX",
            got="Markdown",
            hint="--format html",
        )
    lines, marks = _with_signs(checked), dict(_behind(checked))
    waiting, marked = "", list[str]()
    for number, line in enumerate(lines, 1):
        waiting += marks.get(number, "")
        goes_on = lines[number : number + 1] and lines[number].lstrip().startswith(("{", "^", "_", "["))
        new = _marked(line, waiting) if waiting and not goes_on else line
        waiting = waiting if new == line else ""
        marked.append(new)
    return _document("\n".join(marked).rstrip("\n") + "\n", _legend(checked))


def _with_signs(checked: Checked) -> list[str]:
    """The lines with a sign right behind each relation and claim where one can stand."""
    lines = [*checked.source.lines]
    for one in sorted(checked.relations, key=lambda one: one.tex_end, reverse=True):
        number, column = one.tex_end
        if _fits(checked, one):
            line = lines[number - 1]
            lines[number - 1] = rf"{line[:column]}\,\ensuremath{{{_sign(one)}}}{line[column:]}"
    return [line.replace("\ufffd", "?") for line in lines]


def _fits(checked: Checked, one: Line) -> bool:
    """Can a sign stand right behind it: after a whole part, and not between a command and its argument?"""
    number, column = one.tex_end
    line = checked.source.lines[number - 1]
    before, after = line[:column], line[column:].lstrip()
    rest = (after or next(iter(checked.source.lines[number : number + 1]), "")).lstrip()
    whole = column - (one.start if number == one.tex_line else 0) > SHORTEST
    cut = any(pattern.search(before) for pattern in (UNFINISHED, FRACTION, COMMENT))
    return whole and not cut and not rest.startswith(GOING_ON)


def _behind(checked: Checked) -> Iterator[tuple[int, str]]:
    """What is written at the end of a line: the signs that fit nowhere else, and the box of the first mistake."""
    first, by_line = checked.first, dict[int, list[str]]()
    for one in checked.relations:
        signs = by_line.setdefault(one.tex_end[0], [])
        signs += [] if _fits(checked, one) else [_sign(one)]
    for number, signs in by_line.items():
        text = "".join(signs)
        if first is not None and first.tex_end[0] == number:
            told = clipped(first.reason, LONGEST)
            words = rf"\parbox{{11em}}{{\footnotesize\raggedright {escaped(told)}}}"
            text += rf"\,\textcolor{{red}}{{\boxed{{\mbox{{{words}}}}}}}"
        yield number, text


def _sign(one: Line) -> str:
    return rf"\textcolor{{{COLOURS.get(one.verdict, 'red')}}}{{{COMMANDS.get(one.verdict, TIMES)}}}"


def _legend(checked: Checked) -> str:
    """The summary, and what the signs mean that occur."""
    kinds = dict.fromkeys(_sign(one) + " " + ("false" if one.is_wrong else one.word) for one in checked.relations)
    signs = [rf"\ensuremath{{{kind.partition(' ')[0]}}} {kind.partition(' ')[2]}" for kind in kinds]
    words = "\\quad ".join([escaped(clipped(checked.summary, LONGEST)) + ".", *signs])
    return f"\\par\\medskip\\noindent{{\\footnotesize {words}}}\\par\n"


def escaped(text: str) -> str:
    """Words for LaTeX, with signs, Greek letters and accents as LaTeX writes them."""
    parts = list[str]()
    for sign in unicodedata.normalize("NFD", text.replace("^⊤", "⊤")):
        if sign in ACCENTS and parts:
            parts[-1] = rf"\ensuremath{{\{ACCENTS[sign]}{{{parts[-1]}}}}}"
        else:
            parts.append(_escaped(sign))
    return "".join(parts)


def _escaped(sign: str) -> str:
    if sign in SPECIAL or (sign.isascii() and sign.isprintable()):
        return SPECIAL.get(sign, sign)
    if sign in SIGNS:
        return _formula(("^" if sign == "⊤" else "") + "\\" + SIGNS[sign])
    words = unicodedata.name(sign, "").split()
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) == 4:
        letter = words[3].lower().replace("lamda", "lambda")
        return _formula("\\" + (letter.capitalize() if words[1] == "CAPITAL" else letter))
    plain = unicodedata.normalize("NFKD", sign)
    if words[:1] and words[0] in RAISED and plain.isascii():
        return _formula(f"{RAISED[words[0]]}{{{plain}}}")
    return "".join(SPECIAL.get(c, c) for c in plain) if plain.isascii() and plain.isprintable() else "?"


def _formula(tex: str) -> str:
    return rf"\ensuremath{{{tex}}}"


def _marked(line: str, mark: str) -> str:
    """The line with a mark before what closes it; the line itself where no mark can stand."""
    comment = COMMENT.search(line)
    body, rest = (line[: comment.start()], line[comment.start() :]) if comment else (line, "")
    if not body.strip():
        return line
    end = CLOSING.search(body)
    cut = end.start() if end else len(body)
    if not body[:cut].strip():
        cut = len(body.rstrip())
    before = body[:cut]
    if UNFINISHED.search(before) or FRACTION.search(before):
        return line
    return before + rf"~\ensuremath{{{mark}}}" + body[cut:] + rest


def _document(text: str, legend: str) -> str:
    """The text as a document of its own, with the legend at its end."""
    if CLASS.search(text):
        text = BODY.sub(lambda found: found[1] + NEEDED + found[2], text, count=1)
        start, end, rest = text.rpartition("\\end{document}")
        return f"{start}{legend}{end}{rest}" if end else text
    extras = "".join(f"\\usepackage{{{name}}}\n" for name, used in EXTRAS.items() if re.search(used, text))
    return f"\\documentclass{{article}}\n{PACKAGES}{extras}\\begin{{document}}\n{text}{legend}\\end{{document}}\n"


SHOW = Show("latex", show)
