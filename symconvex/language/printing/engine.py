"""The one printer: precedence, brackets, signs, quotients and coefficients, for every style.

A style says how a name, a power and an operation look; nothing here knows whether it writes Python or LaTeX.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from symconvex.language.printing.texwords import visible
from symconvex.language.printing.tree import (
    ADD,
    ATOM,
    MUL,
    POW,
    SIGN,
    Exact,
    Name,
    Op,
    Plus,
    Raised,
    Times,
    Tree,
    Word,
    signed,
)


class Portion(NamedTuple):
    """Printed text and how tightly it binds.

    tall    higher than a line: brackets around it grow
    big     a sum or a norm: it stands beside a fraction, not in it
    """

    text: str
    binds: int = ATOM
    tall: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Text before, between and after the operands, what they must bind, and how the whole binds."""

    before: str
    joint: str = ""
    after: str = ""
    least: int | tuple[int, ...] = ADD
    binds: int = ATOM
    tall: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How formulas look.

    name      a symbol, an entry or a size
    times     between two factors, which may depend on the second
    apart     between a fraction and what stands beside it, the same unless stated
    fraction  one text over the other; where there is none, factors and divisors stand in a row
    power     of an exponent other than -1
    grown     brackets that grow, where there are any
    """

    name: Callable[[Name], Portion]
    times: Callable[[str], str]
    power: Callable[[Fraction], Template]
    operations: Mapping[str, Callable[..., Template]]
    fraction: Callable[[str, str], str] | None = None
    apart: Callable[[str], str] | None = None
    grown: tuple[str, str] = ("(", ")")

    def bracketed(self, piece: Portion) -> str:
        """The text in brackets."""
        left, right = self.grown if piece.tall else ("(", ")")
        return f"{left}{piece.text}{right}"

    def atleast(self, piece: Portion, least: int) -> str:
        """The text, bracketed when it binds less than `least`."""
        return piece.text if piece.binds >= least else self.bracketed(piece)


def printed(tree: Tree, style: Style) -> str:
    """The text of a tree."""
    return piece_of(tree, style).text


def piece_of(tree: Tree, style: Style) -> Portion:
    """The text of a tree and how tightly it binds."""
    match tree:
        case Name():
            return style.name(tree)
        case Times(args, tail):
            return _row(args + tail, style) if style.fraction is None else _stacked(args, tail, style)
        case Exact(value):
            return _number(value, style)
        case Plus():
            return _sum(tree, style)
        case Word(text, binds):
            return Portion(text, binds)
        case Raised(_, exponent) if exponent == -1 or (style.fraction is not None and exponent < 0):
            return piece_of(Times((tree,)), style)
        case Raised(base, exponent):
            return _filled(style.power(exponent), [base], style)
        case Op(kind, args, words):
            return _filled(style.operations[kind](*words), args, style)


def _number(value: Fraction, style: Style) -> Portion:
    sign, binds = ("-", SIGN) if value < 0 else ("", ATOM if value.denominator == 1 else MUL)
    if style.fraction is None or value.denominator == 1:
        return Portion(str(value), binds)
    return Portion(sign + style.fraction(str(abs(value.numerator)), str(value.denominator)), binds, tall=True)


def summands(tree: Tree, style: Style) -> Iterator[tuple[bool, str, bool]]:
    """The summands, each with its sign: is it subtracted, what is, and is that higher than a line?"""
    least = ADD
    for arg in tree.args if isinstance(tree, Plus) else (tree,):
        minus, rest = signed(arg)
        piece = piece_of(rest, style)
        yield minus, style.atleast(piece, MUL if minus else least), piece.tall
        least = MUL


def _sum(tree: Plus, style: Style) -> Portion:
    parts, anywhere = list[str](), False
    for minus, text, tall in summands(tree, style):
        parts.append((" - " if minus else " + ") if parts else ("-" if minus else ""))
        parts.append(text)
        anywhere = anywhere or tall
    return Portion("".join(parts), ADD, anywhere)


def _filled(template: Template, args: Sequence[Tree], style: Style) -> Portion:
    """A template with its operands; brackets of its own grow with them."""
    least = template.least if isinstance(template.least, tuple) else (template.least,) * len(args)
    pieces = [piece_of(arg, style) for arg in args]
    text = template.joint.join(style.atleast(*pair) for pair in zip(pieces, least, strict=True))
    before, after = template.before, template.after
    if any(piece.tall for piece in pieces) and before.count("(") == after.count(")") == 1:
        before, after = before.replace("(", style.grown[0]), after.replace(")", style.grown[1])
    tall = template.tall or any(piece.tall for piece in pieces)
    return Portion(before + text + after, template.binds, tall, template.big)


def _divisor(factor: Tree) -> Tree | None:
    """What a reciprocal divides by."""
    return factor.base if isinstance(factor, Raised) and factor.exponent == -1 else None


def _row(args: tuple[Tree, ...], style: Style) -> Portion:
    """Factors and divisors from left to right, as in 2*a/3/b*c, so that the same tree is read again."""
    parts, over, sign = list[str](), "", ""
    if isinstance(args[0], Exact) and len(args) > 1:
        sign, value, args = "-" if args[0].value < 0 else "", abs(args[0].value), args[1:]
        if _divisor(args[0]) is not None:
            parts.append(str(value))
        else:
            parts += [str(value.numerator)] if value.numerator != 1 else []
            over = f"/{value.denominator}" if value.denominator != 1 else ""
    for factor in args:
        divisor = _divisor(factor)
        text = style.atleast(piece_of(factor if divisor is None else divisor, style), POW)
        if divisor is not None:
            parts.append("/" if parts else "1/")
        elif parts:
            parts.append(style.times(text))
        parts.append(text)
        if over:
            parts.append(over)
            over = ""
    return Portion(sign + "".join(parts), SIGN if sign else MUL)


def _stacked(args: tuple[Tree, ...], tail: tuple[Tree, ...], style: Style) -> Portion:
    """Sign, one fraction, then what is too big for a fraction and what never stands in one."""
    value, above, below, beside = Fraction(1), list[Portion](), list[Tree](), list[Portion]()
    for factor in args:
        match factor:
            case Exact(number):
                value *= number
            case Raised(base, exponent) if exponent < 0:
                below.append(base if exponent == -1 else Raised(base, -exponent))
            case _:
                piece = piece_of(factor, style)
                (beside if piece.big else above).append(piece)
    beside += [piece_of(factor, style) for factor in tail]
    head = _fraction(abs(value), above, below, style)
    parts = ([head.text] if head.text != "1" or not beside else []) + [
        style.atleast(piece, POW if piece is not beside[-1] else MUL) for piece in beside
    ]
    tall = head.tall or any(piece.tall for piece in beside)
    return Portion(
        ("-" if value < 0 else "") + _beside(parts, style.apart or style.times), SIGN if value < 0 else MUL, tall
    )


def _fraction(value: Fraction, above: list[Portion], below: list[Tree], style: Style) -> Portion:
    """A coefficient times pieces over trees."""
    numbers = [str(value.numerator)] if value.numerator != 1 or not above else []
    under = [Portion(str(value.denominator))] if value.denominator != 1 else []
    under += [piece_of(factor, style) for factor in below]
    alone = bool(under) and not numbers and len(above) == 1
    top = _beside([*numbers, *(style.atleast(piece, ADD if alone else POW) for piece in above)], style.times)
    if not under or style.fraction is None:
        return Portion(top, MUL, any(piece.tall for piece in above))
    bottom = _beside([style.atleast(piece, POW if len(under) > 1 else ADD) for piece in under], style.times)
    return Portion(style.fraction(top, bottom), MUL, tall=True)


def _beside(parts: list[str], between: Callable[[str], str]) -> str:
    """Factors side by side."""
    return "".join(part if k == 0 else between(part) + part for k, part in enumerate(parts))


def broken(tree: Tree, style: Style, width: int, *, inside: bool = False) -> tuple[str, ...]:
    """The formula in lines of about `width` signs, broken before plus and minus of its summands, or inside brackets."""
    lines = list[str]()
    for minus, text, _ in summands(tree, style):
        signed_text = f"{'-' if minus else '+'} {text}"
        if not lines:
            lines.append(f"-{text}" if minus else text)
        elif visible(f"{lines[-1]} {signed_text}") <= width:
            lines[-1] += f" {signed_text}"
        else:
            lines.append(signed_text)
    if inside and len(lines) == 1 and visible(lines[0]) > width:
        return _opened(tree, style, width) or tuple(lines)
    return tuple(lines)


def _opened(tree: Tree, style: Style, width: int) -> tuple[str, ...]:
    """A product with a sum among its factors, broken in the brackets around the sum; nothing where that cannot be."""
    if not isinstance(tree, Times):
        return ()
    inner = next((factor for factor in reversed((*tree.args, *tree.tail)) if isinstance(factor, Plus)), None)
    if inner is None:
        return ()
    mark = Word("\0")
    args, tail = (tuple(mark if part is inner else part for part in parts) for parts in (tree.args, tree.tail))
    before, _, after = printed(Times(args, tail), style).partition("\0")
    if before.count("{") != before.count("}"):  # it stands in a fraction
        return ()
    first, *others = broken(inner, style, max(width - visible(before) // 2, width // 2))
    lines = [f"{before}({first}", *others]
    lines[-1] += f"){after}"
    return tuple(lines)
