r"""One formula as the tokens of its grammar: macros gone, every argument in braces, bars told left from right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symconvex.handcheck.latex import signs
from symconvex.handcheck.latex.macros import Token

LONGEST_NUMERAL = 200
# A bold letter in the macros of many courses: \vX, \wv, \bX, \bmX, \vecx, \matX.
COURSE = re.compile(r"\\(?:(?:v|b|bm|bs|vec|mat)([A-Za-z])|([A-Za-z])v)\Z")
LENGTH = re.compile(r"[-\d.]+\s*(?:pt|em|ex|mm|cm|in|\\\w+)$")
DIFFERENTIAL_WORD = re.compile(r"d[A-Z]$")


class NotUnderstood(Exception):
    """What stopped the reading of one formula, and in which line."""

    def __init__(self, why: str, line: int) -> None:
        self.why, self.line = why, line
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token of the grammar; `spaced` when a visible space stands before it."""

    kind: str
    text: str
    line: int
    spaced: bool = False
    fonts: tuple[str, ...] = ()


def lex(tokens: Sequence[Token]) -> list[Lexeme]:
    """The tokens of one formula, bars not yet told apart, or NotUnderstood."""
    lexer = _Lexer(list(tokens))
    lexer.run()
    return lexer.out


def group_end(tokens: Sequence[Token], start: int) -> int:
    """The place of the brace that closes the one at `start`."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if not depth:
            return place
    raise NotUnderstood("a brace is never closed", tokens[start].line)


def plain(tokens: Sequence[Token]) -> str:
    """The tokens as they were typed."""
    parts: list[str] = []
    word = False
    for token in tokens:
        if word and token.kind == "char" and token.text.isalpha():
            parts.append(" ")
        parts.append(" " if token.kind in ("space", "par") else token.text)
        word = token.kind == "cmd" and token.text[-1:].isalpha()
    return "".join(parts).strip()


class _Lexer:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.out: list[Lexeme] = []
        self.spaced = False
        self.fonts: tuple[str, ...] = ()
        self.line = tokens[0].line if tokens else 1

    def emit(self, kind: str, text: str) -> None:
        self.out.append(Lexeme(kind, text, self.line, self.spaced, self.fonts))
        self.spaced = False

    def run(self, until: int | None = None) -> None:
        end = len(self.tokens) if until is None else until
        while self.at < end:
            self.one()

    def one(self, *, single: bool = False) -> None:
        """Emit the next unit with its arguments; `single` takes one digit only."""
        token = self.tokens[self.at]
        self.at, self.line = self.at + 1, token.line
        match token.kind:
            case "space" | "par":
                pass
            case "open":
                self.at -= 1
                self.group()
            case "close":
                raise NotUnderstood("a closing brace has no partner", token.line)
            case "math":
                raise NotUnderstood("a dollar sign stands inside a formula", token.line)
            case "char":
                self.char(token.text, single=single)
            case _:
                self.command(token.text)

    def group(self, *, needed: bool = False) -> None:
        """A braced group as LBRACE .. RBRACE; a font switched on inside ends with it."""
        end, fonts = group_end(self.tokens, self.at), self.fonts
        after = self.tokens[end + 1].text if end + 1 < len(self.tokens) else ""
        if end == self.at + 1 and not needed and after not in ("^", "_"):
            self.at = end + 1
            return
        self.emit("LBRACE", "{")
        self.at += 1
        self.run(end)
        self.at, self.fonts = end + 1, fonts
        self.emit("RBRACE", "}")

    def skip_spaces(self) -> None:
        while self.at < len(self.tokens) and (
            self.tokens[self.at].kind == "space" or self.tokens[self.at].text in signs.SPACES | signs.SILENT
        ):
            self.at += 1

    def argument(self) -> None:
        """The next argument, always between LBRACE and RBRACE."""
        self.skip_spaces()
        if self.at >= len(self.tokens):
            raise NotUnderstood("an argument is missing at the end", self.line)
        if self.tokens[self.at].kind == "open":
            self.group(needed=True)
            return
        self.emit("LBRACE", "{")
        self.one(single=True)
        self.emit("RBRACE", "}")

    def raw(self) -> list[Token]:
        """The next argument as it stands."""
        self.skip_spaces()
        if self.at >= len(self.tokens):
            raise NotUnderstood("an argument is missing at the end", self.line)
        start = self.at
        if self.tokens[start].kind != "open":
            self.at += 1
            return [self.tokens[start]]
        self.at = group_end(self.tokens, start) + 1
        return self.tokens[start + 1 : self.at - 1]

    def option(self) -> list[Token]:
        """What stands in square brackets, if they come next."""
        self.skip_spaces()
        if self.at >= len(self.tokens) or self.tokens[self.at].text != "[":
            return []
        for end in range(self.at, len(self.tokens)):
            if self.tokens[end].text == "]":
                inside, self.at = self.tokens[self.at + 1 : end], end + 1
                return inside
        raise NotUnderstood("a square bracket is never closed", self.line)

    def following(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def char(self, text: str, *, single: bool) -> None:
        if text.isascii() and text.isdigit():
            self.number(text, single=single)
        elif text.isalpha():
            self.emit("LETTER", text)
        elif text in "^_":
            self.emit("SUP" if text == "^" else "SUB", text)
            self.argument()
        elif text == "'":
            self.emit("PRIME", text)
        elif text == ":" and self.following() == "=":
            self.at += 1
            self.emit("REL", ":=")
        elif text == "=" and self.following() == ":":
            self.at += 1
            self.emit("REL", "=:")
        elif text == "|" and self.following() == "|":
            self.at += 1
            self.emit("DBAR", "||")
        elif text == "." and self.following() == "*":
            self.at += 1
            self.emit("OP", "odot")
        elif text == "." and self.following().isdecimal():
            self.number("0.", single=False)
        elif text == "." and self.at_end():
            pass
        elif text == "." and self.following() == ".":
            while self.following() == ".":
                self.at += 1
            self.emit("DOTS", "dots")
        else:
            self.sign(text)

    def at_end(self) -> bool:
        """Does a full stop here only close the formula or its row?"""
        rest = (token for token in self.tokens[self.at :] if token.kind != "space")
        after = next(rest, None)
        return after is None or after.text in (r"\\", r"\end", "&", "}", *signs.SPACES, r"\text")

    def number(self, text: str, *, single: bool) -> None:
        while not single and self.at < len(self.tokens):
            after = self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
            here = self.following()
            if not (here.isascii() and here.isdigit()) and not (here == "." and after.isdigit() and "." not in text):
                break
            text, self.at = text + here, self.at + 1
        if len(text) > LONGEST_NUMERAL:
            raise NotUnderstood(f"a numeral of {len(text)} digits", self.line)
        self.emit("NUM", text)

    def sign(self, text: str) -> None:
        """A character or command that is one sign."""
        if text in signs.SPACES:
            self.spaced = True
        elif text in signs.RELATIONS:
            self.emit("REL", signs.RELATIONS[text])
        elif text in signs.LINKS:
            self.emit("REL", signs.LINKS[text])
        elif text in signs.PRODUCTS:
            self.emit("OP", signs.PRODUCTS[text])
        elif text in signs.DELIMITERS:
            self.emit(*signs.DELIMITERS[text])
        elif text in signs.DOTS:
            self.emit("DOTS", signs.DOTS[text])
        elif text in signs.MARKS:
            self.emit("MARK", signs.MARKS[text])
        elif text in "+-±,;!&":
            kinds = {"+": "PLUS", "-": "MINUS", ",": "COMMA", ";": "SEMI", "!": "BANG", "&": "AMP"}
            self.emit(kinds.get(text, "PM"), text)
        elif found := COURSE.match(text):
            self.emit("LETTER", found[1] or found[2])
        else:
            raise NotUnderstood(f"{text} is not known here", self.line)

    def command(self, text: str) -> None:
        word = text[1:]
        if word in signs.GREEK:
            self.emit("LETTER", word)
        elif text in signs.SILENT:
            pass
        elif text in signs.IGNORED:
            for _ in range(signs.IGNORED[text]):
                self.raw()
        elif text in signs.SIZES:
            self.delimiter(text)
        elif text in (r"\partial", r"\nabla", r"\sqrt", r"\begin", r"\not", r"\arg", r"\\", r"\substack", r"\%"):
            self.structure(text)
        elif word in signs.BIGS or word in signs.FUNCTIONS:
            self.function(word)
        elif text in signs.FRACTIONS:
            self.emit("FRAC", text)
            self.argument()
            self.argument()
        elif not self.dressed(text):
            self.sign(text)

    def dressed(self, text: str) -> bool:
        """Fonts, accents, braces under or over, labels over a sign; False when it is none of them."""
        if text in signs.WORD_FONTS or text in signs.TEXT_FONTS:
            self.word(text)
        elif text in signs.FONTS:
            self.font(signs.FONTS[text], text)
        elif text in signs.ACCENTS:
            self.emit("ACCENT", signs.ACCENTS[text])
            self.argument()
        elif text in signs.DRESS:
            for _ in range(signs.DRESS[text]):
                self.raw()
            self.argument()
        elif text in (r"\underbrace", r"\overbrace", r"\underbracket"):
            self.emit("BRACE", text[1:])
            self.argument()
        elif text in (r"\overset", r"\stackrel", r"\underset", r"\xrightarrow"):
            self.labelled(text)
        else:
            return False
        return True

    def labelled(self, text: str) -> None:
        r"""\overset{label}{=}: the sign alone; on anything but a sign it is not read."""
        self.raw()
        before = len(self.out)
        self.argument()
        inside = self.out[before + 1 : -1]
        if len(inside) != 1 or inside[0].kind not in ("REL", "OP"):
            raise NotUnderstood(f"{text} stands on something that is no sign", self.line)
        self.out[before:] = inside

    def structure(self, text: str) -> None:
        if text == r"\partial":
            self.emit("PARTIAL", text)
        elif text == r"\nabla":
            self.emit("NABLA", text)
        elif text == r"\sqrt":
            root = self.option()
            self.emit("SQRT", plain(root))
            self.argument()
        elif text == r"\arg":
            self.skip_spaces()
            self.emit("BIG", "arg" + self.following()[1:])
            self.at += 1
        elif text == r"\\":
            start = self.at
            if self.following() == "[" and not LENGTH.match(plain(self.option())):
                self.at = start
            self.emit("ROW", text)
        elif text == r"\begin":
            self.environment("".join(token.text for token in self.raw()))
        elif text == r"\substack":
            self.emit("LBRACE", "{")
            inside = _Lexer(self.raw())
            inside.run()
            self.out += [replace(one, kind="COMMA", text=",") if one.kind == "ROW" else one for one in inside.out]
            self.emit("RBRACE", "}")
        elif text == r"\not" and self.following() in ("=", r"\in"):
            self.at += 1
            self.emit("REL", "!=" if self.tokens[self.at - 1].text == "=" else "notin")
        else:
            raise NotUnderstood(f"{text} is not known here", self.line)

    def environment(self, name: str) -> None:
        """A matrix or a distinction of cases, with its rows."""
        kinds = (("MATRIX", signs.MATRICES), ("DETERMINANT", signs.DETERMINANTS), ("CASES", signs.CASES))
        kind = next((kind for kind, names in kinds if name.strip("*") in names or name in names), None)
        if kind is None:
            raise NotUnderstood(f"the environment {name} cannot stand inside a formula", self.line)
        if name == "array":
            self.option()
            self.raw()
        self.emit(kind, name)
        while self.at < len(self.tokens):
            if self.following() == r"\end":
                self.at += 1
                if "".join(token.text for token in self.raw()) != name:
                    raise NotUnderstood(f"another environment ends inside {name}", self.line)
                self.emit("END", name)
                return
            self.one()
        raise NotUnderstood(f"the environment {name} is never closed", self.line)

    def delimiter(self, size: str) -> None:
        """A bracket or bar of any size; left and right decide the side of a bar."""
        self.skip_spaces()
        text = self.following()
        self.at += 1
        if text == "." and size in (r"\left", r"\right"):
            self.emit("LNULL" if size == r"\left" else "RNULL", ".")
            return
        text = {"<": r"\langle", ">": r"\rangle"}.get(text, text)
        kind, sign = signs.DELIMITERS.get(text, ("", ""))
        if not kind:
            raise NotUnderstood(f"{text!r} is no bracket", self.line)
        if kind in ("BAR", "DBAR") and size != r"\middle" and size[-1] in "lrt" and size not in (r"\big", r"\Big"):
            kind = ("R" if size == r"\right" or size.endswith("r") else "L") + kind
        self.emit("MID" if size == r"\middle" or size.endswith("m") else kind, sign)

    def function(self, word: str) -> None:
        known = signs.BIGS.get(word)
        self.emit("BIG" if known else "FUNC", known or signs.FUNCTIONS[word])

    def font(self, font: str, text: str) -> None:
        fonts = self.fonts
        self.fonts = (*fonts, font)
        if text in signs.SWITCHES:
            return
        before = len(self.out)
        self.argument()
        self.fonts = fonts
        if len(self.out) - before == 3:
            self.out[before:] = [replace(self.out[before + 1], spaced=self.out[before].spaced)]

    def word(self, text: str) -> None:
        """Upright letters: a function, a differential d, a label, or words."""
        if text in signs.SWITCHES:
            self.fonts = (*self.fonts, "roman")
            return
        if self.following() == "*":
            self.at += 1
        start = self.at
        inside = self.raw()
        words = plain([token for token in inside if token.kind != "cmd" or token.text not in signs.SPACES])
        name = words if text in signs.TEXT_FONTS else words.replace(" ", "").replace(r"\_", "_")
        if signs.is_function(name, self.following()) or (name in signs.FUNCTIONS and text not in signs.TEXT_FONTS):
            self.function(name)
        elif name in ("argmin", "argmax"):
            self.emit("BIG", name)
        elif name.isalpha() and len(name) == 1:
            self.out.append(Lexeme("LETTER", name, self.line, self.spaced, (*self.fonts, "roman")))
            self.spaced = False
        elif text in signs.TEXT_FONTS:
            self.emit("TEXT", words)
        elif DIFFERENTIAL_WORD.match(name):
            self.out.append(Lexeme("LETTER", "d", self.line, self.spaced, ("roman",)))
            self.out.append(Lexeme("LETTER", name[1], self.line, fonts=self.fonts))
        elif name.isalnum() and not name[0].isdigit():
            self.emit("WORD", name)
        else:
            self.at, fonts = start, self.fonts
            self.fonts = (*fonts, "roman")
            self.argument()
            self.fonts = fonts
