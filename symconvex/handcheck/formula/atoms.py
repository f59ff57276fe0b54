"""The parts of a side that bind by themselves: names, brackets, norms, matrices, cases, fractions of differentials."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from symconvex.handcheck.formula.grammar import Item, Listing, RawChain
from symconvex.handcheck.formula.scripts import afters, hang
from symconvex.handcheck.formula.tree import (
    Abs,
    After,
    Apply,
    Braced,
    Case,
    Cases,
    Chain,
    Derivative,
    Evaluated,
    Function,
    Group,
    Indicator,
    Inner,
    Mark,
    Matrix,
    Name,
    Node,
    Norm,
    Number,
    Power,
    Quotient,
    Relation,
    Text,
)
from symconvex.handcheck.latex.lexemes import LONGEST_NUMERAL, NotUnderstood

LINKING = frozenset(("hence", "iff", "because"))


class Atoms(ABC):
    """A cursor over the items of one side; what binds to what is said where it is made."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items, self.at = items, 0

    def peek(self, ahead: int = 0) -> Item | None:
        return self.items[self.at + ahead] if self.at + ahead < len(self.items) else None

    def next(self) -> Item:
        self.at += 1
        return self.items[self.at - 1]

    @abstractmethod
    def total(self) -> Node:
        """Terms with + and - between them."""

    def whole(self) -> Node:
        """The side as a tree."""
        if not self.items:
            raise NotUnderstood("one side of a sign is empty", 1)
        node = self.total()
        if self.at < len(self.items):
            raise NotUnderstood(f"{self.items[self.at].text!r} does not fit here", self.items[self.at].line)
        return node

    def sub_side(self, items: Sequence[Item]) -> Node:
        """Another side, read by the same rules."""
        return type(self)(items).whole()

    def scripts(self, item: Item) -> list[After]:
        return afters(item.scripts, self.fold, self.sub_side)

    def fold(self, listing: Listing) -> Node:
        """One node for a list: itself when single, else a Group without brackets."""
        nodes = tuple(self.chain_node(chain) for chain in listing.chains)
        return nodes[0] if len(nodes) == 1 else Group("", nodes, "", listing.separators[0])

    def arguments(self, bracket: Item) -> tuple[Node, ...]:
        """What stands in a call's brackets, between commas; y | x; w stays together."""
        listing = bracket.parts[0]
        if listing.only_side() == []:
            return ()
        nodes = tuple(self.chain_node(chain) for chain in listing.chains)
        apart = all(separator == "," for separator in listing.separators)
        return nodes if apart else (Group("", nodes, "", listing.separators[0]),)

    def chain_node(self, chain: RawChain, left: Node | None = None) -> Node:
        """A side, a relation as a condition, or args \\mapsto body."""
        if not chain.signs:
            return self.side_node(chain.sides[0])
        first = left if left is not None and not chain.sides[0] else self.sub_side(chain.sides[0])
        line = chain.signs[0].line
        if any(sign.text in LINKING for sign in chain.signs):
            raise NotUnderstood("a statement stands inside a formula", line)
        rights = [self.side_node(side) for side in chain.sides[1:]]
        if chain.signs[0].text == "mapsto":
            return Function((first,), rights[0])
        pairs = zip(chain.signs, rights, strict=True)
        return Chain(first, tuple(Relation(sign.text, right, sign.line) for sign, right in pairs), line)

    def side_node(self, side: list[Item]) -> Node:
        if len(side) == 1 and side[0].kind == "OP" and not side[0].scripts:
            return Mark(side[0].text)
        return self.sub_side(side)

    def atom(self) -> Node:
        """The next thing with its scripts, without what follows it."""
        item = self.next()
        if item.kind == "brace":
            return self.braced(item)
        hanging = self.scripts(item)
        if item.kind in ("norm", "inner"):
            return self.measured(item, hanging)
        if item.kind == "evaluated":
            content = item.scripts[0].content
            if content is None:
                raise NotUnderstood("a bar is not followed by the point", item.line)
            return hang(Evaluated(self.fold(item.parts[0]), self.fold(content)), hanging[1:], item.line)
        node = self.bare(item)
        if isinstance(node, Name) and node.base == "1" and hanging and isinstance(hanging[0].what[0], Chain):
            return Indicator(hanging[0].what[0])
        return hang(node, hanging, item.line)

    def bare(self, item: Item) -> Node:
        """The thing itself."""
        match item.kind:
            case "NUM":
                return Name(item.text, item.fonts) if item.fonts else Number(Fraction(item.text))
            case "LETTER":
                return Name(item.text, item.fonts)
            case "WORD":
                return Name(item.text, ("roman",))
            case "TEXT":
                return Text(item.text)
            case "DOTS":
                return Mark(item.text)
            case "MARK" if item.text == "infinity":
                return Mark(item.text)
            case "group":
                return self.grouped(item)
            case "bracket":
                return self.chain_of_bracket(item)
            case "absolute":
                return Abs(self.fold(item.parts[0]))
            case "fraction":
                return Quotient(self.fold(item.parts[0]), self.fold(item.parts[1]))
            case "root":
                return self.root(item)
            case "accent":
                return self.accented(item)
            case "matrix" | "determinant" | "cases":
                return self.rows(item)
        raise NotUnderstood(f"{item.text!r} does not fit here", item.line)

    def grouped(self, item: Item) -> Node:
        listing = item.parts[0]
        if listing.only_side() == []:
            raise NotUnderstood("a pair of braces is empty", item.line)
        return self.fold(listing)

    def root(self, item: Item) -> Node:
        inside = self.fold(item.parts[0])
        if not item.text:
            return Apply("sqrt", (inside,))
        if not item.text.isdecimal() or len(item.text) > LONGEST_NUMERAL:
            raise NotUnderstood("only roots of a numeral's order are known", item.line)
        return Power(inside, Quotient(Number(Fraction(1)), Number(Fraction(item.text))))

    def accented(self, item: Item) -> Node:
        match self.fold(item.parts[0]):
            case Name(base, decorations, subscripts, superscripts):
                return Name(base, (*decorations, item.text), subscripts, superscripts)
            case Number(value):
                return Name(str(value), (item.text,))
        raise NotUnderstood(f"a {item.text} over more than one letter", item.line)

    def measured(self, item: Item, hanging: list[After]) -> Node:
        """A norm or an inner product; its subscript says which."""
        kind = None
        for one in hanging:
            if one.kind == "subscript":
                kind = one.what[0] if len(one.what) == 1 else Group("", one.what, "")
        rest = [one for one in hanging if one.kind != "subscript"]
        if item.kind == "norm":
            return hang(Norm(self.fold(item.parts[0]), kind), rest, item.line)
        inside = [self.chain_node(chain) for chain in item.parts[0].chains]
        if len(inside) != 2:
            raise NotUnderstood("angle brackets hold two things", item.line)
        return hang(Inner(inside[0], inside[1], kind), rest, item.line)

    def chain_of_bracket(self, item: Item) -> Node:
        """What stands in brackets: a term as itself, a condition, or a tuple, set or interval."""
        listing, (left, right) = item.parts[0], item.text.split(" ")
        side = listing.only_side()
        if right == "." and side and len(side) == 1 and side[0].kind == "matrix" and left == "{":
            return self.rows(Item("cases", "array", item.line, rows=side[0].rows))
        if "." in (left, right) and left != right:
            raise NotUnderstood(f"a bracket {left} ends with {right}", item.line)
        if left in ("floor", "ceil"):
            return Apply(left, (self.fold(listing),))
        if side == []:
            return Group(left, (), right)
        nodes = tuple(self.chain_node(chain) for chain in listing.chains)
        if len(nodes) > 1:
            return Group(left, nodes, right, listing.separators[0])
        return Indicator(nodes[0]) if left == "[" and isinstance(nodes[0], Chain) else nodes[0]

    def braced(self, item: Item) -> Node:
        body = self.fold(item.parts[0])
        note: Node = Text("")
        for script in item.scripts:
            if script.content is None or len(item.scripts) > 1:
                raise NotUnderstood("a brace carries more than its remark", item.line)
            chain = script.content.chains[0]
            if script.content.only_side() is None or chain.sides[0]:
                empty = len(script.content.chains) == 1 and chain.signs and not chain.sides[0]
                note = self.chain_node(chain, body) if empty else self.fold(script.content)
        return Braced(body, note)

    def rows(self, item: Item) -> Node:
        """A matrix, a determinant or a distinction of cases."""
        rows = [row for row in item.rows if not all(cell.only_side() == [] for cell in row)]
        if item.kind == "cases":
            return Cases(tuple(self.case(row, item) for row in rows))
        if len({len(row) for row in rows}) != 1:
            raise NotUnderstood("the rows of a matrix differ in length", item.line)
        matrix = Matrix(tuple(tuple(self.fold(cell) for cell in row) for row in rows))
        return Apply("det", (matrix,)) if item.kind == "determinant" else matrix

    def case(self, row: list[Listing], item: Item) -> Case:
        """Value and condition; words before the condition go, no relation means otherwise."""
        if len(row) > 2 or not (first := row[0].chains[0].sides[0]):
            raise NotUnderstood("a case is a value and a condition", item.line)
        line, listing = first[0].line, row[0]
        if len(row) == 1:
            if len(listing.chains) != 2:
                return Case(self.fold(listing), None, line)
            row = [Listing([listing.chains[0]], []), Listing([listing.chains[1]], [])]
        chains = [
            RawChain([[part for part in side if part.kind != "TEXT"] for side in chain.sides], chain.signs)
            for chain in row[1].chains
        ]
        value = Listing([chain for chain in row[0].chains if chain.sides != [[]]], row[0].separators)
        kept = [chain for chain in chains if chain.signs]
        condition = self.fold(Listing(kept, [","] * (len(kept) - 1))) if kept else None
        return Case(self.fold(value), condition, line)

    def has_several_names(self, listing: Listing) -> bool:
        side = listing.only_side()
        return side is None or (len(side) > 1 and side[0].kind not in ("FUNC", "WORD"))

    def differential_next(self) -> bool:
        """Is the next item a d or a D with something to differentiate closely after it?

        An italic D may also be a matrix; it differentiates when the directions follow, as in D^2 f(x)[u, v].
        """
        item, after = self.peek(), self.peek(1)
        if item is None or after is None or item.kind != "LETTER" or item.text not in ("d", "D"):
            return False
        upright = item.fonts[-1:] == ("roman",)
        if after.spaced or (item.scripts and item.scripts[0].kind != "sup"):
            return False
        if item.text == "D" and not upright:
            return after.kind in ("LETTER", "accent") and self.directions_at(2)
        letters = after.kind in ("LETTER", "accent", "WORD", "FUNC")
        return letters or (upright and after.kind in ("bracket", "NABLA", "group", "fraction"))

    def directions_at(self, ahead: int) -> bool:
        """Does a square bracket follow here, perhaps after the point in round ones?"""
        first, second = self.peek(ahead), self.peek(ahead + 1)
        brackets = [one.text for one in (first, second) if one is not None and one.kind == "bracket"]
        return brackets[:1] == ["[ ]"] or brackets == ["( )", "[ ]"]

    def is_sign(self, item: Item | None) -> bool:
        """A partial sign, or a d or a bare delta, that opens one half of a fraction of differentials."""
        if item is None or item.kind == "PARTIAL":
            return item is not None
        return item.kind == "LETTER" and (item.text == "d" or (item.text == "delta" and not item.scripts))

    def fraction_derivative(self, item: Item) -> Derivative | None:
        """The fraction as a derivative, or None when it is a quotient."""
        if item.kind != "fraction" or (top := item.parts[0].only_side()) is None:
            return None
        bottom = item.parts[1].only_side()
        if not top or not bottom or not self.is_sign(top[0]):
            return None
        if top[0].text != bottom[0].text and "delta" in (top[0].text, bottom[0].text):
            return None
        wrt = self.differentiated_by(bottom, top[0].kind)
        return self.fraction_of(top, wrt) if wrt else None

    def fraction_of(self, top: Sequence[Item], wrt: tuple[Node, ...]) -> Derivative:
        order = len(wrt)
        for one in self.scripts(top[0]):
            match one:
                case After("power", (Number(value),)) if value.denominator == 1:
                    order = int(value)
                case _:
                    raise NotUnderstood("a derivative sign carries a script that is not known", top[0].line)
        if not self.scripts(top[0]) and len(set(wrt)) < len(wrt):
            raise NotUnderstood("a first derivative by a square, or a second one without its 2", top[0].line)
        body = self.sub_side(top[1:]) if len(top) > 1 else None
        kind = "partial" if top[0].kind == "PARTIAL" or top[0].text == "delta" else "total"
        return Derivative(kind, body, wrt, order, "d" if kind == "total" and not top[0].fonts else "")

    def differentiated_by(self, bottom: Sequence[Item], kind: str) -> tuple[Node, ...]:
        """What stands below, one entry for each differentiation; () when it is no denominator of a derivative."""
        found: list[Node] = []
        side = type(self)(bottom)
        while (item := side.peek()) is not None:
            if item.kind == "group" and (inside := item.parts[0].only_side()) and side.is_sign(inside[0]):
                side.at += 1
                inner = self.differentiated_by(inside, kind)
                match self.scripts(item):
                    case [After("power", (Number(value),))]:
                        found += inner * int(value)
                    case []:
                        found += inner
                    case _:
                        return ()
                continue
            if item.kind != kind or not side.is_sign(item) or item.scripts or side.peek(1) is None:
                return ()
            side.at += 1
            found += side.one_differentiated()
        return tuple(found)

    def one_differentiated(self) -> list[Node]:
        """The name after a differential sign below a fraction, as often as its power says."""
        item = self.peek()
        node = self.applied_name() if item and item.kind == "FUNC" else self.atom()
        match node:
            case Power(body, Number(value)) if value.denominator == 1 and 1 < value < 5:
                return [body] * int(value)
        return [node]

    def applied_name(self) -> Node:
        r"""\operatorname{vec}(W) or \operatorname{vec}W, with the transpose outside."""
        function, body = self.next(), self.next()
        outer = self.scripts(body)
        inner = [one for one in outer if one.kind in ("subscript", "superscript")]
        node = hang(self.bare(body), inner if body.kind != "bracket" else [], body.line)
        rest = [one for one in outer if one not in inner or body.kind == "bracket"]
        return hang(Apply(function.text, (node,)), rest, function.line)

    def slashed_derivative(self) -> Derivative | None:
        r"""\partial L/\partial w and dJ/dw, when the next items are one."""
        first = self.peek()
        for place in range(self.at + 1, len(self.items)):
            item = self.items[place]
            if item.kind == "OP" and item.text == "slash":
                break
            if item.kind in ("PLUS", "MINUS", "PM", "OP") or place > self.at + 4:
                return None
        else:
            return None
        after = self.items[place + 1] if place + 1 < len(self.items) else None
        if first is None or after is None or after.kind != first.kind or not self.is_sign(after):
            return None
        end = place + 1
        while end + 1 < len(self.items) and self.items[end].kind == first.kind and self.is_sign(self.items[end]):
            end += 2
            if self.items[end - 1].kind == "FUNC":
                end += 1
        wrt = self.differentiated_by(self.items[place + 1 : end], first.kind)
        if not wrt:
            return None
        top = self.items[self.at : place]
        self.at = end
        return self.fraction_of(top, wrt)
