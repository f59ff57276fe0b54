"""A checked derivation as LaTeX: the text as it was, a mark beside each relation, the first mistake in a box."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

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
GOOD = ("proven", "holds-at-tried-sizes")


def marked_latex(tex: str, report: Mapping[str, object]) -> str:
    """The derivation again with a mark after each line that states something."""
    tex = tex.replace("\ufffd", "?")
    lines, marks = tex.split("\n"), dict(_marks(report))
    waiting, marked = "", list[str]()
    for number, line in enumerate(lines, 1):
        waiting += marks.get(number, "")
        goes_on = lines[number : number + 1] and lines[number].lstrip().startswith(("{", "^", "_", "["))
        new = _marked(line, waiting) if waiting and not goes_on else line
        waiting = waiting if new == line else ""
        marked.append(new)
    return _document("\n".join(marked).rstrip("\n") + "\n")


def _marks(report: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    relations, first = report["relations"], report["first_error"]
    by_line: dict[int, list[str]] = {}
    for one in relations if isinstance(relations, list) else []:
        by_line.setdefault(int(one["tex_line"]), []).append(_sign(str(one["verdict"])))
    for number, signs in by_line.items():
        text = "".join(signs)
        if isinstance(first, Mapping) and first["tex_line"] == number:
            words = rf"\parbox{{11em}}{{\footnotesize\raggedright {escaped(str(first['text']))}}}"
            text += rf"\,\textcolor{{red}}{{\boxed{{\mbox{{{words}}}}}}}"
        yield number, text


def _sign(verdict: str) -> str:
    if verdict in GOOD:
        return r"\textcolor{green!60!black}{\checkmark}"
    if verdict in ("undecided", "not-understood"):
        return r"\textcolor{gray}{?}"
    return r"\textcolor{red}{\times}"


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


def _document(text: str) -> str:
    if CLASS.search(text):
        return BODY.sub(lambda found: found[1] + NEEDED + found[2], text, count=1)
    extras = "".join(f"\\usepackage{{{name}}}\n" for name, used in EXTRAS.items() if re.search(used, text))
    return f"\\documentclass{{article}}\n{PACKAGES}{extras}\\begin{{document}}\n{text}\\end{{document}}\n"
