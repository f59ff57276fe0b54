r"""A hand derivation as LaTeX people write it, read into statements; a fragment or a whole document.

    read(text) -> Document

Macros are written out first. Then the text is a sequence of words and formulas; `reader_rows` cuts formulas and
displays into chains of relations, `reader_prose` tells definitions, claims and conditions apart by the words around.
"""

import re
from collections.abc import Iterator, Sequence

from symconvex.handcheck import reader_signs as signs
from symconvex.handcheck.document import Document, Setting
from symconvex.handcheck.formula import Chain, Node
from symconvex.handcheck.macros import Token, comments, expanded, tokens_of, too_much
from symconvex.handcheck.reader_display import Event
from symconvex.handcheck.reader_lex import NotUnderstood, group_end, plain
from symconvex.handcheck.reader_prose import statements_of
from symconvex.handcheck.reader_rows import math_events

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
    ]
) | {"aligned", "split", "gathered"}
HEADINGS = frozenset((r"\section", r"\subsection", r"\subsubsection", r"\title", r"\author", r"\date", r"\chapter"))
ARGUED = HEADINGS | {
    r"\label", r"\ref", r"\eqref", r"\cite", r"\usepackage", r"\documentclass", r"\vspace", r"\hspace",
    r"\bibliography",
    r"\citep", r"\citet", r"\autoref", r"\cref", r"\Cref", r"\pagestyle", r"\geometry", r"\setlength", r"\url",
    r"\footnote",
}  # fmt: skip
FOREIGN = frozenset(
    (r"\input", r"\include", r"\write", r"\openin", r"\read", r"\csname", r"\catcode", r"\includegraphics")
)
ABBREVIATIONS = frozenset(["eq", "eqs", "cf", "resp", "fig", "thm", "sec", "vs", "approx", "dr", "prof", "wrt", "no"])
SETTING = re.compile(r"symconvex\s*:?\s*(.*)$", re.IGNORECASE)


def read(text: str) -> Document:
    """All statements of a derivation, in reading order.

    Fails: DerivationError for a file that cannot be read at all: too long, nested without end, a macro without end.
    """
    if "\0" in text:
        raise too_much("the file holds a NUL byte", text[: text.index("\0")].count("\n") + 1, "save it as plain text")
    tokens = _body(expanded(tokens_of(text.replace("\r\n", "\n"))))
    if not any(_opens_math(token) for token in tokens) and any(token.text == "=" for token in tokens):
        events = list(_Text(tokens).formula(tokens, "display"))
    else:
        events = list(_Text(tokens).events())
    return Document(statements_of(events), tuple(_settings(text)))


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
    for at, token in enumerate(tokens):
        if token.text == r"\begin" and "".join(t.text for t in tokens[at + 1 : at + 11]) == "{document}":
            return tokens[at + 11 :]
    return tokens


def _opens_math(token: Token) -> bool:
    return token.kind == "math" or token.text in (r"\[", r"\(", r"\begin")


class _Text:
    """A cursor over words and formulas."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.before: Node | None = None

    def events(self) -> Iterator[Event]:
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
                case "par":
                    yield Event("end", token.line)

    def enclosed(self, opening: Token, closing: tuple[str, ...], place: str) -> Iterator[Event]:
        """A formula up to its closing sign; a blank line ends it as unread."""
        start = self.at
        while self.at < len(self.tokens) and self.tokens[self.at].text not in closing:
            if self.tokens[self.at].kind == "par" and place == "inline":
                break
            self.at += 1
        inside = self.tokens[start : self.at]
        if self.at >= len(self.tokens) or self.tokens[self.at].text not in closing:
            yield Event("unread", opening.line, plain(inside)[:200] + "|the formula is never closed")
            return
        self.at += 1
        yield from self.formula(inside, place)

    def formula(self, inside: Sequence[Token], place: str) -> Iterator[Event]:
        line = next((token.line for token in inside if token.kind != "space"), 1)
        inside = [token for token in inside if token.kind != "par"]
        try:
            found = math_events(inside, place, self.before, lambda tokens: _Text(tokens).events())
        except NotUnderstood as stopped:
            yield Event("unread", max(line, stopped.line), f"{plain(inside)[:200]}|{stopped.why}")
            return
        for event in found:
            if isinstance(event.node, Chain) and place == "display":
                self.before = event.node.relations[-1].right
        yield from found

    def command(self, token: Token) -> Iterator[Event]:
        text = token.text
        if text in (r"\[", r"\("):
            yield from self.enclosed(
                token, (r"\]" if text == r"\[" else r"\)",), "display" if text == r"\[" else "inline"
            )
        elif text == r"\begin":
            yield from self.environment(token)
        elif text in (r"\end", r"\item"):
            self.skip_argument() if text == r"\end" else self.skip_option()
            yield Event("end", token.line)
        elif text in FOREIGN:
            yield Event("unread", token.line, f"{text}|other files are not read")
            self.skip_argument()
        elif text in HEADINGS or text == r"\par":
            self.skip_option()
            self.skip_argument() if text != r"\par" else None
            yield Event("end", token.line)
        elif text in ARGUED:
            self.skip_option()
            self.skip_argument()
        elif text in signs.LINKS:
            yield Event("link", token.line, signs.LINKS[text])

    def environment(self, token: Token) -> Iterator[Event]:
        name = self.skip_argument()
        base = name.rstrip("*")
        if base not in DISPLAYS:
            self.skip_option()
            yield Event("end", token.line)
            return
        if base in ("alignat", "xalignat", "IEEEeqnarray"):
            self.skip_argument()
        start, depth = self.at, 1
        while self.at < len(self.tokens):
            here = self.tokens[self.at]
            if here.text in (r"\begin", r"\end") and _argument_text(self.tokens, self.at + 1) == name:
                depth += 1 if here.text == r"\begin" else -1
                if not depth:
                    break
            self.at += 1
        inside = self.tokens[start : self.at]
        if depth:
            yield Event("unread", token.line, f"{plain(inside)[:200]}|the environment {name} is never closed")
            return
        self.at += 1
        self.skip_argument()
        yield from self.formula(inside, "display")

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
        while self.at < len(self.tokens) and self.continues():
            text += self.tokens[self.at].text
            self.at += 1
        following = [one.text for one in self.tokens[self.at : self.at + 2]]
        if following[:1] == ["."] and ("." in text or text.lower() in ABBREVIATIONS or following[1:] == ["\\ "]):
            self.at += 1
        yield Event("word", token.line, text)

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


def _argument_text(tokens: Sequence[Token], at: int) -> str:
    """The name in braces from here."""
    text = ""
    for token in tokens[at : at + 30]:
        if token.kind == "close":
            return text
        if token.kind not in ("open", "space"):
            text += token.text
    return text


__all__ = ["read"]
