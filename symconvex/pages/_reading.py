"""The LaTeX that exposition/ writes, read back as blocks. What it does not write is an error, and never passed over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symconvex.errors import NotYet
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
    Plotted,
    Ref,
    Row,
    Styled,
    TextRun,
    Titled,
)

NUMBERED = ("theorem", "corollary", "lemma", "proposition")
TITLED = {name: name.capitalize() for name in (*NUMBERED, "proof", "remark")}
DISPLAYS = ("equation", "align", "align*")
# Where a paragraph ends.
START = re.compile(
    r"(?P<maths>\$[^$]*\$)|\\begin\{(?P<name>[a-z]+\*?)\}(?:\[(?P<note>[^\]]*)\])?|(?P<open>\\\[)|\\section\*\{|(?P<rule>\\bigskip\\hrule\\nobreak\\smallskip)"
    r"|\n[ \t]*\n"
)
TOKEN = re.compile(
    r"\$(?P<maths>[^$]*)\$|\\(?P<word>[A-Za-z]+)\s*|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|(?P<tie>~)|(?P<words>[^\\${}~]+)"
)
LABEL = re.compile(r"\\label\{([^}]*)\}")
SIGNS = {"_": "_", "&": "&", "%": "%", "$": "$", "#": "#", "{": "{", "}": "}", " ": " ", ",": "\u2009"}
NAMED = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "dots": "\u2026"}
SILENT = {"raggedright", "noindent", "par", "sloppy", "smallskip", "nopagebreak", "stay", "whole", "allowbreak"}
STYLES = {"emph": "emph", "texttt": "code", "paragraph": "strong"}
PLOT = re.compile(
    r"\\addplot\[([^\]]*(?:\{[^}]*\}[^\]]*)?)\] coordinates\s*\{(.*?)\};(?:\s*\\addlegendentry\{([^}]*)\})?", re.DOTALL
)
PAIR = re.compile(r"\((-?[\d.e+-]+),(-?[\d.e+-]+)\)")


def read_document(latex: str) -> Document:
    """The whole file as exposition/ writes it.

    Fails    NotYet on anything else
    """
    head, begin, body = latex.partition("\\begin{document}")
    body, end, _ = body.partition("\\end{document}")
    title = re.search(r"\\title\{(.*)\}\n", head)
    if not (begin and end and title):
        raise _unknown(latex)
    reader = PageReader()
    return Document(reader.inlines(title[1]), tuple(reader.blocks(body.replace("\\maketitle", ""))), reader.numbers)


def read_formula(latex: str) -> Document:
    """Displayed formulas between sentences, without a title."""
    reader = PageReader()
    return Document((), tuple(reader.blocks(latex)), reader.numbers)


@dataclass(slots=True)
class PageReader:
    """Counts what LaTeX counts: theorems of all kinds, and equations."""

    numbers: dict[str, str] = field(default_factory=dict)
    theorems: int = 0
    equations: int = 0
    figures: int = 0

    def blocks(self, text: str) -> Iterator[Block]:
        """Every block of a text."""
        waiting = ""
        while found := START.search(text):
            waiting, text = waiting + text[: found.start()], text[found.start() :]
            if found["maths"]:
                waiting, text = waiting + found[0], text[len(found[0]) :]
                continue
            yield from self._sentences(waiting)
            waiting = ""
            if name := found["name"]:
                inside, text = _inside(text[found.end() - found.start() :], name)
                yield self._environment(name, found["note"] or "", inside)
            elif found["open"]:
                inside, _, text = text[2:].partition("\\]")
                yield self._display("", inside)
            elif found["rule"]:
                text = text[found.end() - found.start() :]
                yield Divider()
            elif found[0].startswith("\\section"):
                inside, text = _group(text[len(found[0]) - 1 :])
                yield Heading(self.inlines(inside))
            else:
                text = text[found.end() - found.start() :]
        yield from self._sentences(waiting + text)

    def _sentences(self, text: str) -> Iterator[Passage]:
        parts = self.inlines(text.strip())
        if any(not isinstance(part, TextRun) or part.text.strip() for part in parts):
            yield Passage(parts)

    def _environment(self, name: str, note: str, inside: str) -> Block:
        if name in TITLED:
            number = ""
            if name in NUMBERED:
                self.theorems += 1
                number = str(self.theorems)
            label, inside = self._labelled(inside, number) if inside.lstrip().startswith("\\label") else ("", inside)
            said = self.inlines(note)
            return Titled(TITLED[name], number, said, tuple(self.blocks(inside)), label)
        if name in DISPLAYS:
            return self._display(name, inside)
        if name == "enumerate":
            items = inside.removeprefix("\\sloppy").split("\\item")[1:]
            return Listed(tuple(tuple(self.blocks(item.strip())) for item in items))
        if name == "figure":
            return self._figure(inside)
        if name == "thebibliography":
            return self._references(inside)
        raise _unknown(f"\\begin{{{name}}}")

    def _display(self, name: str, inside: str) -> Display:
        """One number for an equation, one for each row of align."""
        aligned = name.startswith("align")
        rows = []
        for text in _split_rows(inside) if aligned else [inside]:
            number = ""
            if name in ("equation", "align"):
                self.equations += 1
                number = str(self.equations)
            label, text = self._labelled(text, number)  # noqa: PLW2901
            rows.append(Row(text.strip(), number, label))
        return Display(tuple(rows), aligned)

    def _labelled(self, text: str, number: str) -> tuple[str, str]:
        """The label of a block, and the block without it."""
        found = LABEL.search(text)
        if found is None:
            return "", text
        self.numbers[found[1]] = number
        return found[1], text[: found.start()] + text[found.end() :]

    def _figure(self, inside: str) -> Figure:
        axes, _, below = inside.partition("\\end{tikzpicture}")
        across = re.search(r"xlabel=\{\$(.*?)\$\}", axes)
        up = re.search(r"ylabel=\{\$(.*?)\$\}", axes)
        box = re.search(r"\\caption(?=\{)", below)
        if not (across and up and box):
            raise _unknown(inside)
        caption, after = _group(below[box.end() :])
        self.figures += 1
        number = str(self.figures)
        label, _ = self._labelled(after, number)
        return Figure(across[1], up[1], tuple(_curves(axes)), self.inlines(caption), number, label)

    def _references(self, inside: str) -> Titled:
        """The entries of a bibliography, counted."""
        labels, items = list[str](), list[tuple[Block, ...]]()
        for text in inside.split("\\bibitem")[1:]:
            label, entry = _group(text)
            labels.append(label)
            items.append(tuple(self.blocks(entry.strip())))
            self.numbers[label] = str(len(labels))
        return Titled("References", "", (), (Listed(tuple(items), tuple(labels)),), "")

    # ---- running text ------------------------------------------------------------------------------

    def inlines(self, text: str) -> tuple[Inline, ...]:
        """TextRun, formulas, emphasis and references of a paragraph."""
        found: list[Inline] = []
        while text:
            token = TOKEN.match(text)
            if token is None:
                raise _unknown(text)
            text = text[token.end() :]
            if token["maths"] is not None:
                found.append(Maths(token["maths"]))
            elif (word := token["word"]) is not None:
                text = self._command(word, token[0], text, found)
            elif token["sign"] is not None:
                found.append(self._sign(token["sign"]))
            elif token["brace"] == "{":
                inside, text = _group("{" + text)
                found += self._grouped(inside)
            elif token["brace"]:
                raise _unknown("}" + text)
            else:
                found.append(TextRun("\u00a0" if token["tie"] else re.sub(r"\s+", " ", token["words"])))
        return tuple(found)

    def _grouped(self, inside: str) -> tuple[Inline, ...]:
        small = inside.startswith("\\footnotesize")
        parts = self.inlines(inside.removeprefix("\\footnotesize").lstrip() if small else inside)
        return (Styled("small", parts),) if small else parts

    def _command(self, word: str, token: str, text: str, found: list[Inline]) -> str:
        """What a command puts into the text; the text behind it and its argument."""
        if word in STYLES:
            inside, text = _group(text)
            found.append(Styled(STYLES[word], self.inlines(inside)))
        elif word in ("ref", "eqref"):
            inside, text = _group(text)
            found.append(Ref(inside, word == "eqref"))
        elif word == "cite":
            inside, text = _group(text)
            found += cited(inside.split(","))
        elif word in NAMED:
            empty = text.startswith("{}")
            found.append(TextRun(NAMED[word]))
            text = text[2:] if empty else text
        elif word == "linebreak":
            found.append(Break())
        elif word == "footnotesize":
            found.append(Styled("small", self.inlines(text)))
            text = ""
        elif word not in SILENT:
            raise _unknown(token)
        return text

    def _sign(self, sign: str) -> Inline:
        if sign == "\\":
            return Break()
        if sign not in SIGNS:
            raise _unknown(f"\\{sign}")
        return TextRun(SIGNS[sign])


def cited(labels: Sequence[str]) -> list[Inline]:
    """[1, 2]"""
    parts = list[Inline]()
    for label in labels:
        parts += [TextRun(", " if parts else "["), Ref(label, bracketed=False)]
    return [*parts, TextRun("]")]


def _inside(text: str, name: str) -> tuple[str, str]:
    """The body of an environment that has been opened, and what follows."""
    depth, at = 1, 0
    for found in re.finditer(rf"\\(begin|end)\{{{re.escape(name)}\}}", text):
        depth += 1 if found[1] == "begin" else -1
        if not depth:
            return text[at : found.start()], text[found.end() :]
    raise _unknown(f"\\begin{{{name}}}")


def _group(text: str) -> tuple[str, str]:
    """What stands between the braces at the beginning, and what follows."""
    depth = 0
    for found in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            if not text.startswith("{"):
                break
            return text[1 : found.start()], text[found.end() :]
    raise _unknown(text)


def _split_rows(text: str) -> Iterator[str]:
    r"""Rows end with \\, but not inside of an environment or of braces."""
    depth, start = 0, 0
    for found in re.finditer(r"\\begin|\\end|\\\\|\\.|[{}]", text, re.DOTALL):
        depth += {"\\begin": 1, "{": 1, "\\end": -1, "}": -1}.get(found[0], 0)
        if found[0] == "\\\\" and not depth:
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _curves(axes: str) -> Iterator[Plotted]:
    for style, pairs, name in PLOT.findall(axes):
        points = tuple((float(t), float(f)) for t, f in PAIR.findall(pairs))
        line = "only marks" not in style
        yield Plotted(name, "dashed" in style or "dotted" in style, "mark=" in style, line, points)


def _unknown(text: str) -> NotYet:
    return NotYet(
        "the proof cannot be laid out without TeX",
        where=text.strip()[:60],
        expected="the TeX that the documents of symconvex use",
        got=text.strip()[:20],
        hint="read proof.tex, or its PDF",
    )
