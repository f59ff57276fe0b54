r"""LaTeX text as tokens with their lines, and the user's own macros written out, within bounds.

Nothing is ever read from another file, and a macro that does not end is an error, not a loop.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symconvex.errors import DerivationError
from symconvex.handcheck.latex.place import Place

LONGEST_TEXT = 200_000
MOST_TOKENS = 400_000
MOST_EXPANSIONS = 20_000
DEEPEST = 60

TOKEN = re.compile(
    r"(?P<comment>%[^\n]*(?:\n[ \t]*)?)|(?P<par>\n[ \t]*(?:\n[ \t]*)+)|(?P<space>[ \t\r\n\f\v]+)"
    r"|(?P<cmd>\\(?:[A-Za-z@]+\*?|[^A-Za-z@]|$))|(?P<open>\{)|(?P<close>\})|(?P<math>\$\$?)|(?P<char>.)",
    re.DOTALL,
)
DEFINERS = {r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand"}
OPERATORS = {r"\DeclareMathOperator", r"\DeclareMathOperator*"}
PAIRERS = {r"\DeclarePairedDelimiter", r"\DeclarePairedDelimiters"}
ROW_ENDS = {r"\cr", r"\crcr", r"\tabularnewline"}
SIZES = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")}
# What stands in these is no mathematics, and what TeX never reads is not read here.
UNREAD = ("comment", "verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "filecontents", "filecontents*")
SAME = {"darray": "array", "multlined*": "multlined"}
CONDITIONAL = re.compile(r"\\if[A-Za-z@]*\Z")
NO_CONDITIONAL = {r"\iff", r"\ifthenelse", r"\ifstrequal", r"\ifblank", r"\iftoggle", r"\ifbool"}
# Commands of the package physics, unless the file defines them itself.
PLAIN = {
    **dict.fromkeys((r"\R", r"\RR", r"\Reals", r"\reals"), r"\mathbb{R}"),
    r"\grad": r"\nabla ",
    r"\gradient": r"\nabla ",
    r"\laplacian": r"\nabla^2 ",
}
PAIRED = {r"\norm": (r"\left\|", r"\right\|"), r"\abs": (r"\left|", r"\right|")}
DERIVATIVES = {
    **dict.fromkeys((r"\dv", r"\derivative"), "d"),
    **dict.fromkeys((r"\pdv", r"\pderivative", r"\partialderivative"), r"\partial "),
}


@dataclass(frozen=True, slots=True)
class Token:
    r"""One token: kind cmd, open, close, math, char, space or par; `line` is the Place where the user wrote it."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A definition: how many arguments, what the first one is when left out, and the body."""

    arity: int
    default: tuple[Token, ...] | None
    body: tuple[Token, ...]


def too_much(what: str, line: int, hint: str) -> DerivationError:
    """The refusal of a file as a whole."""
    return DerivationError(what, where=f"line {line}", expected="a derivation as people write it", got=what, hint=hint)


def comments(text: str) -> Iterator[tuple[int, str]]:
    r"""Line and text of every comment, without the sign; \% is no comment."""
    for number, row in enumerate(text.split("\n"), 1):
        found = re.search(r"(?<!\\)(?:\\\\)*%(.*)", row)
        if found:
            yield number, found.group(1).strip()


def tokens_of(text: str) -> list[Token]:
    """The text cut into tokens; comments go, a blank line is a `par`."""
    if len(text) > LONGEST_TEXT:
        raise too_much(f"the file has {len(text)} characters", 1, f"hand in at most {LONGEST_TEXT}")
    found, number, start = list[Token](), 1, 0  # of a line
    for match in TOKEN.finditer(text):
        kind, part = match.lastgroup or "char", match.group()
        breaks = part.count("\n")
        behind = match.start() + part.rfind("\n") + 1 if breaks else start
        line = Place(number, match.start() - start, number + breaks, match.end() - behind)
        if kind == "cmd" and part.endswith("*") and len(part) > 2 and part not in OPERATORS:
            found += [Token("cmd", part[:-1], line), Token("char", "*", line)]
        elif kind != "comment":
            found.append(Token(kind, " " if kind == "space" else part, line))
        elif "\n" in part and text[match.end() : match.end() + 1] == "\n":
            found.append(Token("par", "", line))
        number, start = number + breaks, behind
    return found


def check_depth(tokens: Sequence[Token]) -> None:
    """Refuse braces nested beyond any formula."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > DEEPEST:
            raise too_much(f"more than {DEEPEST} braces inside one another", token.line, "write the formula flatter")
        depth = max(depth, 0)


def expanded(tokens: Sequence[Token]) -> list[Token]:
    r"""Take out the definitions and write out every macro at its place of use."""
    expander = _Expander(tokens)
    result = expander.run()
    check_depth(result)
    return result


class _Expander:
    """The rest of the input as a stack, and the definitions read so far."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.rest = list(reversed(tokens))
        self.macros: dict[str, Macro] = {}
        self.paired = dict(PAIRED)
        self.switches = {r"\iffalse": False, r"\iftrue": True}
        self.branches = list[bool]()  # of every conditional that is open: is its \else the part that counts?
        self.uses = self.pushed = 0

    def run(self) -> list[Token]:
        done: list[Token] = []
        while self.rest:
            token = self.rest.pop()
            if token.kind != "cmd":
                done.append(token)
            elif token.text in self.macros:
                self._use(token, self.macros[token.text])
            elif not (self._defines(token) or self._chooses(token) or self._skips(token) or self._is_known(token)):
                done.append(replace(token, text=r"\\") if token.text in ROW_ENDS else token)
        return done

    def _defines(self, token: Token) -> bool:
        """Is it a definition? Then it is taken in."""
        if token.text in DEFINERS:
            self._newcommand(token)
        elif token.text in (r"\def", r"\gdef", r"\edef"):
            self._def(token)
        elif token.text in OPERATORS:
            self._operator(token)
        elif token.text in PAIRERS:
            name = self._name(token)
            self.paired[name] = (_typed(r"\left", self._argument(token)), _typed(r"\right", self._argument(token)))
        elif token.text == r"\let":
            self._let(token)
        elif token.text == r"\newif":
            self.switches[self._name(token)] = False
        elif token.text[-4:] == "true" and rf"\if{token.text[1:-4]}" in self.switches:
            self.switches[rf"\if{token.text[1:-4]}"] = True
        elif token.text[-5:] == "false" and rf"\if{token.text[1:-5]}" in self.switches:
            self.switches[rf"\if{token.text[1:-5]}"] = False
        else:
            return False
        return True

    def _chooses(self, token: Token) -> bool:
        r"""Is it \if..., \else or \fi? Of a condition that nobody knows both parts are read."""
        if token.text == r"\fi":
            self.branches[-1:] = []
        elif token.text == r"\else":
            if self.branches and self.branches[-1]:
                self._pass_over(token)
        elif CONDITIONAL.match(token.text) and token.text not in NO_CONDITIONAL:
            known = self.switches.get(token.text)
            if known is not False or self._pass_over(token) == r"\else":
                self.branches.append(known is True)
        else:
            return False
        return True

    def _pass_over(self, at: Token) -> str:
        r"""Past the \else or \fi that ends this part; which of the two it was."""
        depth = 0
        while self.rest:
            text = self.rest.pop().text
            if text == r"\fi" or (text == r"\else" and not depth):
                if not depth:
                    if text == r"\fi" and at.text == r"\else":
                        self.branches[-1:] = []
                    return text
                depth -= 1
            elif CONDITIONAL.match(text) and text not in NO_CONDITIONAL:
                depth += 1
        raise too_much(f"{at.text} is never closed", at.line, r"end it with \fi")

    def _skips(self, token: Token) -> bool:
        r"""Is it the start of something that holds no mathematics, or \verb? Then it is passed over."""
        if token.text == r"\verb" and self.rest:
            end = self.rest.pop().text
            while self.rest and self.rest.pop().text != end:
                pass
            return True
        if token.text not in (r"\begin", r"\end"):
            return False
        name = self._environment()
        if name in SAME:
            del self.rest[-len(name) - 2 :]
            self._push(_tokens(f"{token.text}{{{SAME[name]}}}", token.line))
            return True
        if token.text == r"\begin" and name in UNREAD:
            while self.rest and not (self.rest.pop().text == r"\end" and self._environment() == name):
                pass
            del self.rest[-len(name) - 2 :]
            return True
        return False

    def _environment(self) -> str:
        """The name in braces that comes next."""
        name = ""
        for token in self.rest[-2:-30:-1] if self.rest and self.rest[-1].kind == "open" else ():
            if token.kind == "close":
                return name
            name += token.text
        return ""

    def _is_known(self, token: Token) -> bool:
        """Is it a command of physics or mathtools? Then it is written out."""
        if token.text in PLAIN:
            self._push(_tokens(PLAIN[token.text], token.line))
        elif token.text in self.paired:
            self._sized()
            left, right = self.paired[token.text]
            body = self._argument(token)
            self._push([*_tokens(left, token.line), *body, *_tokens(right, token.line)])
        elif token.text in (r"\qty", r"\quantity"):
            self._sized()
            if self.rest and self.rest[-1].kind == "open":
                body = self._argument(token)
                self._push([*_tokens("(", token.line), *body, *_tokens(")", token.line)])
        elif token.text in DERIVATIVES:
            self._derivative(token, DERIVATIVES[token.text])
        else:
            return False
        return True

    def _sized(self) -> None:
        r"""Past the star, the size or the [\big] of a pair of brackets."""
        self._skip_spaces()
        while self.rest and (self.rest[-1].text == "*" or self.rest[-1].text in SIZES):
            self.rest.pop()
        size = [token.text for token in self.rest[-1:-4:-1]]
        if len(size) == 3 and size[0] == "[" and size[1] in SIZES and size[2] == "]":
            del self.rest[-3:]

    def _derivative(self, at: Token, sign: str) -> None:
        r"""\dv[2]{f}{x}, \dv{x}, \pdv{f}{x}{y}."""
        while self.rest and self.rest[-1].text == "*":
            self.rest.pop()
        order, found = self._option(at), [self._argument(at)]
        while self._brace_follows() and len(found) < (3 if sign != "d" else 2):
            found.append(self._argument(at))
        of, by = (found[0], found[1:]) if len(found) > 1 else ((), found)
        power = list(order or ()) if len(by) == 1 else _tokens(str(len(by)), at.line)
        raised = [*_tokens("^{", at.line), *power, *_tokens("}", at.line)] if power else []
        below = [token for name in by for token in (*_tokens(sign, at.line), *name)]
        top = [*_tokens(rf"\frac{{{sign}", at.line), *raised, *of, *_tokens("}{", at.line)]
        self._push([*top, *below, *(raised if len(by) == 1 else ()), *_tokens("}", at.line)])

    def _brace_follows(self) -> bool:
        place = len(self.rest) - 1
        while place >= 0 and self.rest[place].kind == "space":
            place -= 1
        return place >= 0 and self.rest[place].kind == "open"

    def _push(self, body: Sequence[Token]) -> None:
        """Read this next."""
        self.uses, self.pushed = self.uses + 1, self.pushed + len(body)
        self.rest.extend(reversed(body))

    def _skip_spaces(self) -> None:
        while self.rest and self.rest[-1].kind == "space":
            self.rest.pop()

    def _argument(self, at: Token) -> tuple[Token, ...]:
        """The next token, or what stands between the next braces."""
        self._skip_spaces()
        if not self.rest or self.rest[-1].kind in ("close", "par"):
            raise too_much(f"{at.text} lacks an argument", at.line, "give every argument in braces")
        token = self.rest.pop()
        if token.kind != "open":
            return (token,)
        inside, depth = list[Token](), 1
        while self.rest:
            token = self.rest.pop()
            depth += (token.kind == "open") - (token.kind == "close")
            if not depth:
                return tuple(inside)
            inside.append(token)
        raise too_much(f"a brace after {at.text} is never closed", at.line, "close it")

    def _option(self, at: Token) -> tuple[Token, ...] | None:
        """What stands in square brackets, if they come next."""
        self._skip_spaces()
        if not (self.rest and self.rest[-1].text == "["):
            return None
        self.rest.pop()
        inside, depth = list[Token](), 0
        while self.rest:
            token = self.rest.pop()
            depth += (token.kind == "open") - (token.kind == "close")
            if token.text == "]" and not depth:
                return tuple(inside)
            inside.append(token)
        raise too_much(f"a bracket after {at.text} is never closed", at.line, "close it")

    def _name(self, at: Token) -> str:
        name = [token for token in self._argument(at) if token.kind != "space"]
        if len(name) != 1 or name[0].kind != "cmd":
            raise too_much(f"{at.text} does not name a macro", at.line, r"write it as {\name}")
        return name[0].text

    def _newcommand(self, at: Token) -> None:
        if self.rest and self.rest[-1].text == "*":
            self.rest.pop()
        name, count, default = self._name(at), self._option(at), None
        if count is not None:
            default = self._option(at)
        digits = "".join(token.text for token in count or ())
        if digits not in ("", *"123456789"):
            raise too_much(f"{name} takes {digits!r} arguments", at.line, "give a number from 1 to 9")
        self.macros[name] = Macro(int(digits or 0), default, self._argument(at))

    def _def(self, at: Token) -> None:
        name, pattern = self._name(at), ""
        while self.rest and self.rest[-1].kind != "open":
            pattern += self.rest.pop().text
        pattern = pattern.replace(" ", "")
        if pattern != "".join(f"#{number}" for number in range(1, len(pattern) // 2 + 1)):
            raise too_much(f"{name} takes arguments of the form {pattern}", at.line, r"use \newcommand")
        self.macros[name] = Macro(len(pattern) // 2, None, self._argument(at))

    def _operator(self, at: Token) -> None:
        name = self._name(at)
        body = (Token("open", "{", at.line), *self._argument(at), Token("close", "}", at.line))
        self.macros[name] = Macro(0, None, (Token("cmd", r"\operatorname", at.line), *body))

    def _let(self, at: Token) -> None:
        name = self._name(at)
        self._skip_spaces()
        if self.rest and self.rest[-1].text == "=":
            self.rest.pop()
        target = self._argument(at)
        if len(target) != 1:
            self.macros[name] = Macro(0, None, target)
        elif target[0].text != name:
            self.macros[name] = self.macros.get(target[0].text, Macro(0, None, target))

    def _use(self, at: Token, macro: Macro) -> None:
        arguments: list[tuple[Token, ...]] = []
        if macro.default is not None:
            given = self._option(at)
            arguments.append(macro.default if given is None else given)
        while len(arguments) < macro.arity:
            arguments.append(self._argument(at))
        self._push(list(_filled(macro.body, arguments, at)))
        if self.uses > MOST_EXPANSIONS or self.pushed > MOST_TOKENS:
            raise too_much(f"the macro {at.text} does not come to an end", at.line, "define it without itself")


def _tokens(text: str, line: int) -> list[Token]:
    """Text of this program as tokens at a line of the user."""
    return [replace(token, line=line) for token in tokens_of(text)]


def _typed(side: str, delimiter: Sequence[Token]) -> str:
    return side + "".join(token.text for token in delimiter)


def _filled(body: Sequence[Token], arguments: Sequence[tuple[Token, ...]], at: Token) -> Iterator[Token]:
    """The body at the line of its use; an argument keeps its own lines."""
    rest = iter(body)
    for token in rest:
        if token.text != "#":
            yield replace(token, line=at.line)
            continue
        number = next(rest, token).text
        if not (number.isdecimal() and 0 < int(number) <= len(arguments)):
            raise too_much(f"{at.text} has no argument #{number}", at.line, "count its arguments")
        yield from arguments[int(number) - 1]
