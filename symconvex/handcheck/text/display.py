r"""Rows and columns of formulas as chains of relations: `&=` rows that continue, two equations in a row, remarks.

A formula is first cut at what stands at no depth: signs, links, words, commas, wide spaces, rows and columns. Each
side is then read by itself, so that one unreadable side spoils no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from symconvex.handcheck.formula.fold import Side
from symconvex.handcheck.formula.grammar import parsed
from symconvex.handcheck.formula.tree import Braced, Chain, Function, Node, Relation, Unreadable
from symconvex.handcheck.formula.walking import parts
from symconvex.handcheck.latex import signs
from symconvex.handcheck.latex.bars import paired_bars
from symconvex.handcheck.latex.lexemes import LENGTH, NotUnderstood, group_end, lex, plain
from symconvex.handcheck.latex.macros import Token
from symconvex.handcheck.latex.place import over, spanned

LONGEST_SIDE, DEEPEST_NODE = 6000, 100
OPENERS = frozenset(text for text, (kind, _) in signs.DELIMITERS.items() if kind in ("OPEN", "LANGLE"))
CLOSERS = frozenset(text for text, (kind, _) in signs.DELIMITERS.items() if kind in ("CLOSE", "RANGLE"))
GAPS = frozenset((r"\quad", r"\qquad"))
CONTINUING = frozenset(("+", "-", r"\cdot", r"\times", r"\odot", r"\otimes", r"\circ"))
QUANTIFIERS = {r"\forall": "for all", r"\exists": "there exists", r"\land": "and", r"\wedge": "and", r"\text": ""}


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece at no depth: token, sign, link, words, gap, comma, row, column or interlude."""

    kind: str
    line: int
    text: str = ""
    label: str = ""
    tokens: tuple[Token, ...] = ()


@dataclass(slots=True)
class Equation:
    """A chain in the making; sides are tokens until the display is complete."""

    sides: list[list[Token]] = field(default_factory=lambda: [[]])
    signs: list[Mark] = field(default_factory=list)
    follows: "Equation | None" = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What a reader meets next: word, math, link, comma, semicolon, row, end or unread."""

    kind: str
    line: int
    text: str = ""
    node: Node | None = None
    place: str = ""


def read_side(tokens: Sequence[Token], line: int) -> Node:
    """One side as a node; an Unreadable one when any part of it is not understood."""
    text = plain(tokens)
    try:
        if len(tokens) > LONGEST_SIDE:
            raise NotUnderstood(f"one side of a formula has more than {LONGEST_SIDE} tokens", line)
        listing = parsed(paired_bars(lex(tokens)))
        if listing.only_side() == []:
            raise NotUnderstood("nothing stands here", line)
        node = Side([]).fold(listing)
        if _depth(node) > DEEPEST_NODE:
            raise NotUnderstood("the formula is nested too deeply", line)
        return node
    except NotUnderstood as stopped:
        return Unreadable(text, stopped.why, max(stopped.line, line))
    except RecursionError:
        return Unreadable(text[:80], "the formula is nested too deeply", line)


def _depth(node: Node) -> int:
    """How deeply the parts are nested, without recursion."""
    depth, level = 0, [node]
    while level and depth <= DEEPEST_NODE:
        depth += 1
        level = [part for one in level for part in parts(one)]
    return depth


def cut(tokens: Sequence[Token]) -> Iterator[Mark]:
    """The pieces of a formula at no depth, in order."""
    inside, nested = _inside(tokens), _in_environment(tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if inside[at]:
            if token.text not in ("&", r"\\") or nested[at]:
                yield Mark("token", token.line, token.text, tokens=(token,))
            at += 1
            continue
        mark, at = _mark(tokens, at)
        if mark is not None:
            yield mark


def _in_environment(tokens: Sequence[Token]) -> list[bool]:
    """For each token: is an environment open?"""
    depth, result = 0, []
    for token in tokens:
        depth += (token.text == r"\begin") - (token.text == r"\end")
        result.append(depth > 0)
    return result


def _inside(tokens: Sequence[Token]) -> list[bool]:
    """For each token: does it stand inside braces, an environment or a pair of brackets that both close?"""
    change = [0] * len(tokens)
    waiting: list[tuple[str, int]] = []
    for at, token in enumerate(tokens):
        sized = at > 0 and tokens[at - 1].text in (r"\left", r"\right")
        row = token.text == "[" and at > 0 and tokens[at - 1].text == r"\\"
        opens = token.text in OPENERS and not sized and not row
        if opens or token.kind == "open" or token.text in (r"\begin", r"\left"):
            waiting.append((_family(token), at))
        elif token.kind == "close" or token.text in (r"\end", r"\right") or (token.text in CLOSERS and not sized):
            family = _family(token)
            while waiting and waiting[-1][0] != family and waiting[-1][0] == "bracket":
                waiting.pop()
            if waiting and waiting[-1][0] == family:
                _, start = waiting.pop()
                change[start] += 1
                change[at] -= 1
    depth, result = 0, []
    for step in change:
        depth += step
        result.append(depth > 0 or step < 0)
    return result


def _family(token: Token) -> str:
    if token.kind in ("open", "close"):
        return "brace"
    if token.text in (r"\begin", r"\end"):
        return "environment"
    return "sized" if token.text in (r"\left", r"\right") else "bracket"


def _mark(tokens: Sequence[Token], at: int) -> tuple[Mark | None, int]:
    """The piece that starts at a token of no depth, and where the next one starts."""
    token, text = tokens[at], tokens[at].text
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if text == r"\\":
        return Mark("row", token.line), _after_length(tokens, at + 1)
    if text in (":", "=") and after in ("=", ":") and after != text:
        return Mark("sign", token.line, text + after), at + 2
    if text == r"\not" and after in ("=", r"\in"):
        return Mark("sign", token.line, "!=" if after == "=" else "notin"), at + 2
    if text in (r"\overset", r"\stackrel", r"\underset") and (found := _labelled(tokens, at)):
        return found
    if text in (r"\intertext", r"\shortintertext") or (text in signs.TEXT_FONTS and not _is_name(tokens, at + 1)):
        inner, at = _argument(tokens, at + 1)
        return Mark("interlude" if "inter" in text else "words", token.line, plain(inner), tokens=tuple(inner)), at
    if text in signs.IGNORED:
        for _ in range(signs.IGNORED[text]):
            _, at = _argument(tokens, at + 1)
            at -= 1
        return None, at + 1
    if text in QUANTIFIERS and text != r"\wedge" and QUANTIFIERS[text]:
        return Mark("words", token.line, QUANTIFIERS[text]), at + 1
    table = ((signs.RELATIONS, "sign"), (signs.LINKS, "link"))
    for known, kind in table:
        if text in known:
            return Mark(kind, token.line, known[text]), at + 1
    simple = {"&": "column", ",": "comma", ";": "comma", **dict.fromkeys(GAPS, "gap")}
    return Mark(simple.get(text, "token"), token.line, text, tokens=(token,)), at + 1


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    r"""\text{diag}(v) and \text{tr}: a function set as text."""
    inner, end = _argument(tokens, at)
    word = plain(inner)
    return signs.is_function(word, tokens[end].text if end < len(tokens) else "") or (len(word) == 1 and word in "dTD")


def _argument(tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """The tokens of the next argument, and what comes after."""
    while at < len(tokens) and tokens[at].kind == "space":
        at += 1
    if at >= len(tokens):
        return [], at
    if tokens[at].kind != "open":
        return [tokens[at]], at + 1
    end = group_end(tokens, at)
    return list(tokens[at + 1 : end]), end + 1


def _after_length(tokens: Sequence[Token], at: int) -> int:
    r"""Past the [2pt] of \\[2pt], if it is there."""
    if at < len(tokens) and tokens[at].text in ("[", "*"):
        end = next((place for place in range(at, len(tokens)) if tokens[place].text == "]"), at)
        if LENGTH.match(plain(tokens[at + 1 : end])):
            return end + 1
    return at


def _labelled(tokens: Sequence[Token], at: int) -> tuple[Mark, int] | None:
    r"""\overset{(*)}{=} as a sign with its label."""
    label, middle = _argument(tokens, at + 1)
    sign, end = _argument(tokens, middle)
    marks = [mark for mark in cut(sign) if mark.kind != "token" or mark.text.strip()]
    if len(marks) == 1 and marks[0].kind in ("sign", "link"):
        text = plain(label)
        sure = ":=" if "def" in text and marks[0].text == "=" else marks[0].text
        return replace(marks[0], line=tokens[at].line, text=sure, label=text), end
    return None


def unwrapped(tokens: Sequence[Token]) -> list[Token]:
    r"""The rows of aligned, split, gathered, \eqalign and of a box around equations, as rows of the display."""
    kept: list[Token] = []
    rest = list(tokens)
    closing = _halves(rest)
    at, leading = 0, False
    while at < len(rest):
        token = rest[at]
        name = "".join(t.text for t in _argument(rest, at + 1)[0]) if token.text in (r"\begin", r"\end") else ""
        rows = name == "array" and (_leading(kept) or (leading and token.text == r"\end"))
        if rows or name in signs.ALIGNED | signs.DISPLAYED:
            leading = name == "array" and token.text == r"\begin"
            at = _skip_options(rest, _argument(rest, at + 1)[1], token.text, name)
            if kept and kept[-1].text == r"\{" and token.text == r"\begin":
                del kept[-2:]
        elif token.text in (r"\eqalign", r"\boxed", r"\fbox", r"\displaylines") and _holds_relation(rest, at + 1):
            closing.add(_argument(rest, at + 1)[1] - 1)
            at = next(place for place in range(at + 1, len(rest)) if rest[place].kind == "open") + 1
        elif at in closing or (token.text == r"\right" and rest[at + 1 : at + 2] and _stray(rest, at)):
            at += 1 if at in closing else 2
        else:
            kept.append(token)
            at += 1
    return kept


def _halves(rest: Sequence[Token]) -> set[int]:
    r"""The places of \right. and \left. where a bracket is broken over two rows."""
    found: set[int] = set()
    waiting: int | None = None
    for at, token in enumerate(rest):
        after = rest[at + 1].text if at + 1 < len(rest) else ""
        if token.text == r"\right":
            waiting = at if after == "." else None
        elif token.text == r"\left" and waiting is not None:
            found |= {waiting, waiting + 1, at, at + 1} if after == "." else set()
            waiting = None
    return found


def _leading(kept: Sequence[Token]) -> bool:
    return all(token.kind == "space" for token in kept)


def _stray(rest: Sequence[Token], at: int) -> bool:
    r"""The \right. after a system of equations whose \left\{ is gone."""
    before = [token.text for token in rest[max(0, at - 40) : at] if token.kind != "space"]
    return rest[at + 1].text == "." and before[-1:] == ["}"] and "".join(before[-10:]).endswith(("aligned}", "split}"))


def _skip_options(rest: Sequence[Token], at: int, command: str, name: str) -> int:
    if command == r"\begin" and at < len(rest) and rest[at].text == "[":
        at = next((place for place in range(at, len(rest)) if rest[place].text == "]"), at) + 1
    if command == r"\begin" and name.rstrip("*") in ("array", "alignedat", "alignat"):
        _, at = _argument(rest, at)
    return at


def _holds_relation(rest: Sequence[Token], at: int) -> bool:
    inner, _ = _argument(rest, at)
    return any(mark.kind in ("sign", "row") for mark in cut(inner))


def chain_of(equation: Equation, before: Node | None) -> Node:
    """The finished chain, or the lone expression; `before` stands in for a left side that is not written."""
    line = equation.signs[0].line if equation.signs else _line(equation.sides[0], 1)
    sides = [_stripped(side) for side in equation.sides]
    if not equation.signs:
        return read_side(sides[0], line)
    places = [_extent(side, sign.line) for sign, side in zip(equation.signs, sides[1:], strict=True)]
    places[0] = _from_left(sides[0], places[0])
    continued = not sides[0]
    left = before if continued and before is not None else read_side(sides[0], _line(sides[0], line))
    relations = []
    for number, (sign, side, place) in enumerate(zip(equation.signs, sides[1:], places, strict=True)):
        right = read_side(side, _line(side, sign.line))
        notes = (*(() if number or continued else _notes(left)), *_notes(right))
        relations.append(Relation(sign.text, right, place, sign.label, notes))
    if relations[0].sign == "mapsto" and len(relations) == 1:
        return Function((left,), relations[0].right)
    return Chain(left, tuple(relations), over(places), continued and before is not None)


def place_of(equation: Equation) -> int:
    """Where it stands, in the line of its first sign."""
    sides = [_stripped(side) for side in equation.sides]
    places = [_extent(side, sign.line) for sign, side in zip(equation.signs, sides[1:], strict=True)]
    if not places:
        return over([token.line for token in sides[0] or equation.sides[0] if token.kind != "space"])
    return over([_from_left(sides[0], places[0]), *places[1:]])


def _extent(side: Sequence[Token], sign: int) -> int:
    """From a sign to the end of its side."""
    return over([sign, *(token.line for token in side)])


def _from_left(side: Sequence[Token], place: int) -> int:
    """With the left side, as far as it stands in the same line; what stands before it was said in a row above."""
    first = next((token.line for token in side if token.line == place), place)
    return spanned(first, place)


def _line(tokens: Sequence[Token], otherwise: int) -> int:
    return next((token.line for token in tokens if token.kind != "space"), otherwise)


def _stripped(side: Sequence[Token]) -> list[Token]:
    """Without spaces and full stops at the ends."""
    kept = list(side)
    while kept and (kept[-1].kind in ("space", "par") or kept[-1].text in {".", ","} | signs.SPACES | signs.SILENT):
        if len(kept) > 1 and kept[-2].text in (r"\left", r"\right"):
            break
        kept.pop()
    while kept and (kept[0].kind in ("space", "par") or kept[0].text in signs.SPACES | signs.SILENT):
        kept.pop(0)
    return kept


def _notes(node: object) -> tuple[Chain, ...]:
    """Relations written under or over braces."""
    if isinstance(node, Braced):
        own = (node.note,) if isinstance(node.note, Chain) else ()
        return (*_notes(node.body), *own)
    if isinstance(node, tuple):
        return tuple(note for one in node for note in _notes(one))
    if isinstance(node, Node):
        return tuple(note for one in fields(node) for note in _notes(getattr(node, one.name)))
    return ()
