r"""A hand derivation as LaTeX people write it, read into statements; a fragment or a whole document.

    events_of(text) -> events and settings

Macros are written out first. Then the text is a sequence of words and formulas; `reader_rows` cuts formulas and
displays into chains of relations, `reader_prose` tells definitions, claims and conditions apart by the words around.
"""

import re
from collections.abc import Iterator, Sequence

from symconvex.handcheck.formula.tree import Chain, Node
from symconvex.handcheck.latex import signs
from symconvex.handcheck.latex.lexemes import NotUnderstood, group_end, plain
from symconvex.handcheck.latex.macros import Token, comments, expanded, tokens_of, too_much
from symconvex.handcheck.latex.place import over, spanned
from symconvex.handcheck.latex.typed import typed
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Setting
from symconvex.handcheck.text.fences import commented, fenced
from symconvex.handcheck.text.rows import math_events

DISPLAYS = frozenset(
    [
        "align",
        "alignat",
        "flalign",
        "equation",
        "gather",
        "multline",
        "eqnarray",
        "displaymath",
        "math",
        "eqalign",
        "IEEEeqnarray",
        "IEEEeqnarray*",
        "dmath",
        "xalignat",
        "empheq",
        "array",
    ]
) | (signs.ALIGNED - {"aligned*"})
TAKING = ("alignat", "xalignat", "xxalignat", "alignedat", "IEEEeqnarray", "empheq", "array")
# Environments of words; formulas stand between dollars in them, or in displays of their own.
WORDY = frozenset([
    "abstract", "center", "corollary", "definition", "description", "document", "enumerate", "example", "exercise",
    "figure", "flushleft", "flushright", "itemize", "lemma", "minipage", "proof", "proposition", "quotation", "quote",
    "remark", "solution", "subequations", "theorem", "titlepage", "claim", "note", "tabular", "tabularx", "longtable",
    "table", "claimproof", "problem", "answer", "frame", "block", "columns", "column", "wrapfigure", "framed",
    "tcolorbox", "mdframed", "tikzpicture", "assumption", "fact", "thm", "lem", "prop", "cor", "defn", "rem", "ex",
])  # fmt: skip
# Environments that only lay out, or state what holds in all of the text: nothing ends with them.
LAYOUT = frozenset([
    "abstract", "assumption", "block", "center", "column", "columns", "document", "figure", "flushleft", "flushright",
    "frame", "framed", "longtable", "mdframed", "minipage", "quotation", "quote", "subequations", "table", "tabular",
    "tabularx", "tcolorbox", "tikzpicture", "titlepage", "wrapfigure",
])  # fmt: skip
RESUMING = frozenset(("proof", "claimproof", "solution", "answer"))
# Words that a display must follow.
OPEN_WORDS = """where with is are by that and to get obtain have find then hence so thus therefore gives yields becomes
reads equals namely as satisfies imply implies follows define let put set"""
OPEN_ENDED = frozenset(OPEN_WORDS.split())
NOTES = frozenset((r"\footnote", r"\footnotetext", r"\thanks", r"\marginpar"))
TITLES = frozenset((r"\title", r"\author", r"\date"))
HEADINGS = TITLES | {r"\section", r"\subsection", r"\subsubsection", r"\chapter"}
ARGUED = HEADINGS | {
    r"\label", r"\ref", r"\eqref", r"\cite", r"\usepackage", r"\documentclass", r"\vspace", r"\hspace",
    r"\bibliography",
    r"\citep", r"\citet", r"\autoref", r"\cref", r"\Cref", r"\pagestyle", r"\geometry", r"\setlength", r"\url",
}  # fmt: skip
FOREIGN = frozenset(
    (r"\input", r"\include", r"\write", r"\openin", r"\read", r"\csname", r"\catcode", r"\includegraphics")
)
ABBREVIATIONS = frozenset(["eq", "eqs", "cf", "resp", "fig", "thm", "sec", "vs", "approx", "dr", "prof", "wrt", "no"])
SETTING = re.compile(r"symconvex\s*:?\s*(.*)$", re.IGNORECASE)


def events_of(text: str) -> tuple[list[Event], tuple[Setting, ...]]:
    """The words, formulas and stops of a derivation in reading order, and its settings.

    Fails: DerivationError for a file that cannot be read at all: too long, nested without end, a macro without end.
    """
    if "\0" in text:
        raise too_much("the file holds a NUL byte", text[: text.index("\0")].count("\n") + 1, "save it as plain text")
    text = commented(text)
    tokens = _body(expanded(tokens_of(fenced(text.replace("\r\n", "\n")))))
    if not any(_opens_math(token) for token in tokens) and any(token.text == "=" for token in tokens):
        events = list(_Text(tokens).formula(tokens, "display"))
    else:
        events = list(_Text(tokens).events())
    return events, tuple(_settings(text))


def _settings(text: str) -> Iterator[Setting]:
    """The lines of `% symconvex:` comments; comment lines that follow one directly belong to it."""
    last = 0
    for line, comment in comments(text):
        found = SETTING.match(comment)
        if found or (last and line == last + 1):
            content = found.group(1).strip() if found else comment
            last = line
            if content:
                yield Setting(line, content)


def _body(tokens: list[Token]) -> list[Token]:
    r"""What stands between \begin{document} and \end{document}, or everything."""
    found = [at for at, token in enumerate(tokens) if token.text in (r"\begin", r"\end")]
    places = {tokens[at].text: at for at in reversed(found) if _argument_text(tokens, at + 1) == "document"}
    start, end = places.get(r"\begin"), places.get(r"\end", len(tokens))
    return tokens if start is None else tokens[start + 11 : end]


def _opens_math(token: Token) -> bool:
    return token.kind == "math" or token.text in (r"\[", r"\(", r"\begin", r"\ensuremath")


class _Text:
    """A cursor over words and formulas."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.before: Node | None = None
        self.notes: list[list[Token]] = []
        self.last = Event("end", 0)

    def events(self) -> Iterator[Event]:
        """Everything in order; a footnote comes after the sentence that it belongs to."""
        for event in self.running():
            self.last = event
            yield event
            if event.kind == "end":
                yield from self.noted()
        yield from self.noted()

    def noted(self) -> Iterator[Event]:
        """What the footnotes say that wait."""
        waiting, self.notes = self.notes, []
        for note in waiting:
            line = note[0].line if note else 1
            yield from (Event("end", line), Event("bound", line, "open"))
            yield from _Text(note).events()
            yield from (Event("end", line), Event("bound", line, "close"))

    def running(self) -> Iterator[Event]:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            match token.kind:
                case "math":
                    yield from self.enclosed(token, (token.text,), "display" if token.text == "$$" else "inline")
                case "cmd":
                    yield from self.command(token)
                case "char":
                    yield from self.char(token)
                case "par" if not self.goes_on():
                    yield Event("end", token.line)

    def goes_on(self) -> bool:
        """Does a blank line only set off a display, after "where", "we get", a comma?"""
        if self.last.kind not in ("comma", "colon") and self.last.text.lower() not in OPEN_ENDED:
            return False
        after = [token.text for token in self.tokens[self.at : self.at + 20] if token.kind not in ("space", "par")]
        name = "".join(after[1:12]).lstrip("{").split("}")[0]
        return after[:1] in (["$$"], [r"\["]) or (after[:1] == [r"\begin"] and name in signs.DISPLAYED)

    def enclosed(self, opening: Token, closing: tuple[str, ...], place: str) -> Iterator[Event]:
        """A formula up to its closing sign; a blank line ends it as unread."""
        start = self.at
        while self.at < len(self.tokens) and self.tokens[self.at].text not in closing:
            if self.tokens[self.at].kind == "par" and place == "inline":
                break
            self.at += 1
        inside = self.tokens[start : self.at]
        if self.at >= len(self.tokens) or self.tokens[self.at].text not in closing:
            yield Event(
                "unread",
                over([opening.line, *(t.line for t in inside)]),
                plain(inside)[:200] + "|the formula is never closed",
            )
            return
        self.at += 1
        yield from self.formula(inside, place)

    def formula(self, inside: Sequence[Token], place: str) -> Iterator[Event]:
        solid = [token.line for token in inside if token.kind not in ("space", "par")]
        line = over(solid) if solid else 1
        inside = typed(self.without_notes([token for token in inside if token.kind != "par"]))
        before = self.before if place == "display" else None
        try:
            found = math_events(inside, place, before, lambda tokens: _Text(tokens).events())
        except NotUnderstood as stopped:
            yield Event("unread", max(line, stopped.line), f"{plain(inside)[:200]}|{stopped.why}")
            return
        for event in found:
            if isinstance(event.node, Chain) and place == "display":
                self.before = event.node.relations[-1].right
        yield from found

    def without_notes(self, inside: list[Token]) -> list[Token]:
        """The formula without its footnotes, which wait."""
        if not any(token.text in NOTES for token in inside):
            return inside
        reader, kept = _Text(inside), list[Token]()
        while reader.at < len(inside):
            token = inside[reader.at]
            reader.at += 1
            if token.text in NOTES:
                self.notes.append(reader.argument())
            else:
                kept.append(token)
        return kept

    def command(self, token: Token) -> Iterator[Event]:
        text = token.text
        if text in (r"\[", r"\("):
            yield from self.enclosed(
                token, (r"\]" if text == r"\[" else r"\)",), "display" if text == r"\[" else "inline"
            )
        elif text == r"\begin":
            yield from self.environment(token)
        elif text in (r"\end", r"\item"):
            name = self.skip_argument().rstrip("*") if text == r"\end" else ""
            self.skip_option() if text == r"\item" else None
            yield Event("end", token.line)
            if name not in LAYOUT:
                yield Event("bound", token.line, "close" if name else "item")
        elif text in FOREIGN:
            yield Event("unread", token.line, f"{text}|other files are not read")
            while self.at < len(self.tokens) and self.tokens[self.at].text.isdigit():  # \write18{...}
                self.at += 1
            self.skip_argument()
        elif text == r"\par":
            yield Event("end", token.line)
        elif text in HEADINGS:
            yield from self.heading(token)
        elif text in NOTES:
            self.notes.append(self.argument())
        elif text == r"\ensuremath":
            yield from self.formula(self.argument(), "inline")
        elif text in ARGUED:
            self.skip_option()
            self.skip_argument()
        elif text in signs.LINKS:
            yield Event("link", token.line, signs.LINKS[text])

    def heading(self, token: Token) -> Iterator[Event]:
        """What stands in it is a sentence of its own."""
        self.skip_option()
        title = self.argument()
        yield Event("end", token.line)
        if token.text not in TITLES:
            yield Event("bound", token.line, "heading")
        yield from _Text(title).events()
        yield Event("end", token.line, "heading")

    def environment(self, token: Token) -> Iterator[Event]:
        name = self.skip_argument()
        base = name.rstrip("*")
        known = base in DISPLAYS
        if not known and (base in WORDY or not self.is_formula(name)):
            self.skip_option()
            yield Event("end", token.line)
            if base not in LAYOUT:
                yield Event("bound", token.line, "resume" if base in RESUMING else "open")
            return
        if base in TAKING:
            self.skip_option()
            self.skip_argument()
        start, end = self.at, self.end_of(name)
        inside = self.tokens[start:end]
        if end == len(self.tokens):
            self.at = end
            yield Event("unread", token.line, f"{plain(inside)[:200]}|the environment {name} is never closed")
            return
        self.at = end + 1
        self.skip_argument()
        yield from self.formula(inside, "display")

    def end_of(self, name: str) -> int:
        """The place where the environment ends that has just begun, or that of the end of all."""
        depth = 1
        for place in range(self.at, len(self.tokens)):
            text = self.tokens[place].text
            if text in (r"\begin", r"\end") and _argument_text(self.tokens, place + 1) == name:
                depth += 1 if text == r"\begin" else -1
                if not depth:
                    return place
        return len(self.tokens)

    def is_formula(self, name: str) -> bool:
        """Does an environment that nobody knows hold a formula of its own, outside dollars and displays?"""
        reader = _Text(self.tokens[self.at : self.end_of(name)])
        reader.skip_option()
        while reader.at < len(reader.tokens):
            token = reader.tokens[reader.at]
            reader.at += 1
            if _opens_math(token) and token.text not in (r"\begin", r"\ensuremath"):
                closing = {r"\(": r"\)", r"\[": r"\]"}.get(token.text, token.text)
                while reader.at < len(reader.tokens) and reader.tokens[reader.at].text != closing:
                    reader.at += 1
                reader.at += 1
            elif token.text == r"\begin" and not _is_part(reader.tokens, reader.at - 1):
                reader.at = reader.end_of(reader.skip_argument()) + 1
            elif token.text in ARGUED | signs.TEXT_FONTS:
                reader.skip_argument()
            elif token.text in ("=", "^", "_") or token.text in signs.RELATIONS:
                return True
        return False

    def char(self, token: Token) -> Iterator[Event]:
        """A word with its hyphens and inner stops, or a punctuation mark."""
        text = token.text
        if not text.isalnum() and not self.is_minus(text):
            kinds = {
                ",": "comma",
                ";": "semicolon",
                ".": "end",
                "!": "end",
                "?": "end",
                ":": "colon",
                "(": "opening",
                ")": "closing",
            }
            if text in kinds:
                yield Event(kinds[text], token.line, text if text == "?" else "")
            return
        place = token.line
        while self.at < len(self.tokens) and self.continues():
            text += self.tokens[self.at].text
            place = spanned(place, self.tokens[self.at].line)
            self.at += 1
        following = [one.text for one in self.tokens[self.at : self.at + 2]]
        if following[:1] == ["."] and ("." in text or text.lower() in ABBREVIATIONS or following[1:] == ["\\ "]):
            self.at += 1
        yield Event("word", place, text)

    def is_minus(self, text: str) -> bool:
        """The sign of a numeral in running text, "equals -7"."""
        apart = self.at < 2 or self.tokens[self.at - 2].kind == "space"
        return text == "-" and apart and self.at < len(self.tokens) and self.tokens[self.at].text.isdigit()

    def continues(self) -> bool:
        here = self.tokens[self.at]
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        if here.kind != "char":
            return False
        inner = here.text in "-.'’" and after is not None and after.kind == "char" and after.text.isalnum()
        return here.text.isalnum() or inner

    def argument(self) -> list[Token]:
        """What stands in the braces that come next."""
        self.skip_option()
        self.skip_spaces()
        start = self.at
        self.skip_argument()
        return [] if self.at <= start + 1 else list(self.tokens[start + 1 : self.at - 1])

    def skip_option(self) -> None:
        self.skip_spaces()
        if self.at < len(self.tokens) and self.tokens[self.at].text == "[":
            while self.at < len(self.tokens) and self.tokens[self.at].text != "]":
                self.at += 1
            self.at += 1

    def skip_spaces(self) -> None:
        while self.at < len(self.tokens) and (self.tokens[self.at].kind == "space" or self.tokens[self.at].text == "*"):
            self.at += 1

    def skip_argument(self) -> str:
        """Past the next argument; its text."""
        self.skip_spaces()
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "open":
            return ""
        text = _argument_text(self.tokens, self.at)
        try:
            self.at = group_end(self.tokens, self.at) + 1
        except NotUnderstood:
            self.at = len(self.tokens)
        return text


def _is_part(tokens: Sequence[Token], at: int) -> bool:
    r"""Is this the \begin of a matrix or of rows, which is only a part of a formula?"""
    name = _argument_text(tokens, at + 1)
    parts = (signs.MATRICES, signs.DETERMINANTS, signs.CASES, signs.ALIGNED)
    return tokens[at].text == r"\begin" and any(name in known for known in parts)


def _argument_text(tokens: Sequence[Token], at: int) -> str:
    """The name in braces from here."""
    text = ""
    for token in tokens[at : at + 30]:
        if token.kind == "close":
            return text
        if token.kind not in ("open", "space"):
            text += token.text
    return text
