"""A checked derivation as LaTeX: the text as it was, a mark beside each relation, the first mistake in a box."""

import re
from collections.abc import Iterator, Mapping

DISPLAY = re.compile(
    r"\\(begin|end)\{(?:align|equation|gather|eqnarray|multline|displaymath|math|flalign|alignat)\*?\}|(\\\[)|(\\\])|(\$\$)"
)
UNFINISHED = re.compile(r"(?:[\\_^{]|\\(?:begin|end|left|right|[bB]igg?[lr]?)(?:\{[a-z*]*\}?)?)\s*\Z")
ROW_END = re.compile(r"\s*(\\\\(?:\[[^\]]*\])?|\\end\{[a-z]+\*?\}|\\\]|\$\$)?\s*\Z")
COMMENT = re.compile(r"(?<!\\)%.*\Z")
SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL |= {c: f"\\{c}" for c in "#$%&_"}
PACKAGES = "\\usepackage{amsmath,amssymb,amsthm,xcolor}\n"
GOOD = ("proven", "holds-at-tried-sizes")


def marked_latex(tex: str, report: Mapping[str, object]) -> str:
    """The derivation again with a mark after each line that states something."""
    lines = tex.splitlines()
    marks = dict(_marks(report))
    marked = []
    for number, (line, inside) in enumerate(_with_mode(lines), 1):
        marked.append(_marked(line, marks[number], inside=inside) if number in marks else line)
    return _document("\n".join(marked) + "\n")


def _marks(report: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    relations, first = report["relations"], report["first_error"]
    by_line: dict[int, list[str]] = {}
    for one in relations if isinstance(relations, list) else []:
        by_line.setdefault(int(one["tex_line"]), []).append(_sign(str(one["verdict"])))
    for number, signs in by_line.items():
        text = "".join(signs)
        if isinstance(first, Mapping) and first["tex_line"] == number:
            text += rf"\,\textcolor{{red}}{{\boxed{{\text{{{escaped(str(first['text']))}}}}}}}"
        yield number, text


def _sign(verdict: str) -> str:
    if verdict in GOOD:
        return r"\textcolor{green!60!black}{\checkmark}"
    if verdict in ("undecided", "not-understood"):
        return r"\textcolor{gray}{?}"
    return r"\textcolor{red}{\times}"


def escaped(text: str) -> str:
    """Words for LaTeX; what TeX cannot print in text becomes a question mark."""
    safe = "".join(SPECIAL.get(c, c) for c in text)
    return "".join(c if c.isascii() else "?" for c in safe)


def _with_mode(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether its end is inside a displayed formula or inline mathematics."""
    depth, dollars = 0, 0
    for line in lines:
        body = COMMENT.sub("", line)
        before = depth > 0
        for match in DISPLAY.finditer(body):
            opens = match[1] == "begin" or match[2] or (match[4] and depth == 0)
            depth = depth + 1 if opens else max(depth - 1, 0)
        inline = len(re.findall(r"(?<![\\$])\$(?!\$)", body))
        dollars = (dollars + inline) % 2
        ends_display = before and depth == 0
        yield line, depth > 0 or dollars == 1 or ends_display


def _marked(line: str, mark: str, *, inside: bool) -> str:
    comment = COMMENT.search(line)
    body, rest = (line[: comment.start()], line[comment.start() :]) if comment else (line, "")
    end = ROW_END.search(body)
    cut = end.start() if end else len(body)
    if UNFINISHED.search(body[:cut]):
        return line
    text = rf"\quad {mark}" if inside else rf"~$ {mark}$"
    return body[:cut] + text + body[cut:] + rest


def _document(text: str) -> str:
    if r"\documentclass" in text:
        return text.replace(r"\begin{document}", PACKAGES + r"\begin{document}", 1)
    return f"\\documentclass{{article}}\n{PACKAGES}\\begin{{document}}\n{text}\\end{{document}}\n"
