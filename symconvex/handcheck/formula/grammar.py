"""From the tokens of one formula to its structure, by the grammar; no precedence yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from symconvex.handcheck.latex.lexemes import Lexeme, NotUnderstood


@dataclass(slots=True)
class Item:
    """A sign or a bracketed thing with its scripts; kind is the kind of the sign, or the rule's name."""

    kind: str
    text: str
    line: int
    spaced: bool = False
    fonts: tuple[str, ...] = ()
    parts: list["Listing"] = field(default_factory=list)
    rows: list[list["Listing"]] = field(default_factory=list)
    scripts: list["Script"] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """sub or sup with its content; prime and bang have none."""

    kind: str
    content: "Listing | None"
    line: int


@dataclass(slots=True)
class RawChain:
    """Sides, each a row of items, and the signs between them."""

    sides: list[list[Item]]
    signs: list[Lexeme]


@dataclass(slots=True)
class Listing:
    """Chains with commas, semicolons or bars between them."""

    chains: list[RawChain]
    separators: list[str]

    def only_side(self) -> list[Item] | None:
        """The items, when there is one chain without a relation."""
        single = len(self.chains) == 1 and not self.chains[0].signs
        return self.chains[0].sides[0] if single else None


class _Builder(Transformer[Token, Listing]):
    """Each rule as it is completed: never deeper than one step, whatever the nesting."""

    def __init__(self, lexemes: Sequence[Lexeme]) -> None:
        super().__init__()
        self.lexemes = lexemes

    def _lexeme(self, token: Token) -> Lexeme:
        return self.lexemes[token.start_pos or 0]

    def _item(self, kind: str, token: Token, **more: Any) -> Item:
        one = self._lexeme(token)
        return Item(kind, one.text, one.line, one.spaced, one.fonts, **more)

    def start(self, children: list[Any]) -> Listing:
        return children[0]  # type: ignore[no-any-return]

    def listing(self, children: list[Any]) -> Listing:
        return Listing(children[::2], children[1::2])

    def separator(self, children: list[Any]) -> str:
        return {"COMMA": ",", "SEMI": ";", "MID": "|"}[children[0].type]

    def chain(self, children: list[Any]) -> RawChain:
        return RawChain(children[::2], [self._lexeme(token) for token in children[1::2]])

    def side(self, children: list[Any]) -> list[Item]:
        return children

    def item(self, children: list[Any]) -> Item:
        base: Item = children[0]
        base.scripts = base.scripts + children[1:]
        return base

    def evaluate(self, children: list[Any]) -> Item:
        return self._item("EVALBAR", children[0], scripts=[children[1]])

    def script(self, children: list[Any]) -> Script:
        one = self._lexeme(children[0])
        return Script(one.kind.lower(), children[1] if len(children) > 1 else None, one.line)

    def argument(self, children: list[Any]) -> Listing:
        return children[1]  # type: ignore[no-any-return]

    def sign(self, children: list[Any]) -> Item:
        return self._item(children[0].type, children[0])

    def _enclosed(self, kind: str, children: list[Any]) -> Item:
        item = self._item(kind, children[0], parts=[children[1]])
        if kind == "bracket":
            item.text += " " + self._lexeme(children[2]).text
        return item

    def group(self, children: list[Any]) -> Item:
        return self._enclosed("group", children)

    def bracket(self, children: list[Any]) -> Item:
        return self._enclosed("bracket", children)

    def norm(self, children: list[Any]) -> Item:
        return self._enclosed("norm", children)

    def absolute(self, children: list[Any]) -> Item:
        return self._enclosed("absolute", children)

    def inner(self, children: list[Any]) -> Item:
        return self._enclosed("inner", children)

    def evaluated(self, children: list[Any]) -> Item:
        return self._item("evaluated", children[0], parts=[children[1]], scripts=[children[3]])

    def fraction(self, children: list[Any]) -> Item:
        return self._item("fraction", children[0], parts=children[1:])

    def root(self, children: list[Any]) -> Item:
        return self._item("root", children[0], parts=children[1:])

    def accent(self, children: list[Any]) -> Item:
        return self._item("accent", children[0], parts=children[1:])

    def brace(self, children: list[Any]) -> Item:
        return self._item("brace", children[0], parts=children[1:])

    def matrix(self, children: list[Any]) -> Item:
        return self._item("matrix", children[0], rows=children[1])

    def determinant(self, children: list[Any]) -> Item:
        return self._item("determinant", children[0], rows=children[1])

    def cases(self, children: list[Any]) -> Item:
        return self._item("cases", children[0], rows=children[1])

    def rows(self, children: list[Any]) -> list[list[Listing]]:
        return children[::2]

    def row(self, children: list[Any]) -> list[Listing]:
        return children[::2]


class _Ready(Lexer):
    """The tokens come ready-made."""

    def __init__(self, lexer_conf: object) -> None:
        del lexer_conf

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        yield from data


@cache
def _grammar() -> Lark:
    text = files("symconvex.handcheck.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=_Ready)


def parsed(lexemes: Sequence[Lexeme]) -> Listing:
    """The structure of the formula, or NotUnderstood with the place where it breaks."""
    tokens = [Token(one.kind, one.text, start_pos=place, line=one.line) for place, one in enumerate(lexemes)]
    try:
        tree = _grammar().parse(tokens)
    except UnexpectedInput as stopped:
        token = getattr(stopped, "token", None)
        place = getattr(token, "start_pos", None)
        if token is None or token.type == "$END" or place is None:
            raise NotUnderstood("the formula ends too early", lexemes[-1].line if lexemes else 1) from None
        raise NotUnderstood(f"{lexemes[place].text!r} does not fit here", lexemes[place].line) from None
    return _Builder(lexemes).transform(tree)
