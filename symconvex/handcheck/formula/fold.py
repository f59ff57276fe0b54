r"""What binds to what: products, applied functions, sums to the end of their term, derivatives and calls.

From loosest to tightest: + and -, the colon, \otimes, \odot and \circ, \cdot and \times, juxtaposition. A sum takes the
rest of its term; \log p_i takes the next factors; \nabla, \partial_j and d take the next factor.
"""

from fractions import Fraction
from itertools import pairwise

from symconvex.handcheck.formula.atoms import Atoms
from symconvex.handcheck.formula.grammar import Item
from symconvex.handcheck.formula.reach import gathered, mentions
from symconvex.handcheck.formula.scripts import hang, indices_of, range_of
from symconvex.handcheck.formula.tree import (
    Add,
    After,
    Apply,
    Big,
    Derivative,
    Evaluated,
    Indicator,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Quotient,
)
from symconvex.handcheck.latex.lexemes import NotUnderstood
from symconvex.handcheck.latex.signs import CATALOGUED, OF_PRODUCTS

LEVELS = {"colon": 0, "oplus": 0, "wedge": 0, "otimes": 1, "odot": 2, "circ": 2}
SIGNED = frozenset(("PLUS", "MINUS"))
ENDING = frozenset(("OP", "PLUS", "MINUS", "PM"))
INDICATORS = frozenset(("1", "I", "chi"))
BASES = frozenset(("LETTER", "WORD", "accent"))
LOSSES = frozenset(("J", "L", "f", "F", "ell", "l", "E", "R", "Q", "C", "phi", "Phi", "h", "g", "p"))


class Side(Atoms):
    """A cursor over the items of one side."""

    def total(self) -> Node:
        """Terms with + and - between them."""
        terms = [self.signed()]
        while (item := self.peek()) and item.kind in SIGNED:
            terms.append(self.signed())
        terms = gathered(terms)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def signed(self) -> Node:
        """One term with its sign."""
        item = self.peek()
        if item and item.kind in SIGNED:
            self.at += 1
            body = self.signed()
            return Neg(body) if item.kind == "MINUS" else body
        return self.product(0)

    def product(self, level: int) -> Node:
        """Factors under the signs of this level and tighter ones."""
        item = self.peek()
        if item and item.kind in SIGNED:
            return self.signed_factor(level)
        left = self.juxtaposed()
        while (item := self.peek()) and item.kind == "OP" and LEVELS.get(item.text, 3) >= level:
            self.at += 1
            right = self.product(LEVELS.get(item.text, 3) + 1)
            match left:
                case Product(factors, sign) if sign == item.text:
                    left = Product((*factors, right), sign)
                case _:
                    left = Product((left, right), item.text)
        return left

    def signed_factor(self, level: int) -> Node:
        r"""a \cdot -b, \sum_i -x_i, \log -x."""
        item = self.next()
        body = self.product(level)
        return Neg(body) if item.kind == "MINUS" else body

    def juxtaposed(self, *, tight: bool = False, scope: bool = False) -> Node:
        """Factors side by side; `tight` ends at a visible space, a bracket or a function, as \\log p_i x does.

        The `scope` of a derivative sign ends at a bar and at another derivative.
        """
        start, factors = self.at, list[Node]()
        while (item := self.peek()) and (item.kind not in ENDING or item.text == "slash"):
            if scope and (item.kind == "EVALBAR" or (factors and self.fraction_derivative(item))):
                break
            if tight and factors and (item.spaced or item.kind not in BASES | {"NUM", "group", "fraction"}):
                break
            if item.kind == "OP":
                if not factors:
                    break
                self.at += 1
                below = self.denominator(numeral=isinstance(factors[-1], Number))
                factors = [Quotient(_one(factors), below)]
            elif item.kind == "EVALBAR" and factors:
                factors[-1] = self.evaluated(factors[-1], self.next())
            else:
                factors.append(self.factor())
        if not factors:
            where = self.items[min(start, len(self.items) - 1)]
            raise NotUnderstood(f"something is missing at {where.text!r}", where.line)
        if any(isinstance(a, Number) and isinstance(b, Number) for a, b in pairwise(factors)):
            raise NotUnderstood("two numerals stand side by side", self.items[start].line)
        return _one(factors)

    def denominator(self, *, numeral: bool) -> Node:
        """One factor; after anything but a numeral, 2 s^2 counts as one."""
        first = self.factor()
        factors = [first]
        while isinstance(first, Number) and not numeral and (item := self.peek()):
            if item.kind not in BASES or item.spaced or self.differential_next():
                break
            factors.append(self.factor())
        return _one(factors)

    def factor(self) -> Node:
        """The next factor with its scripts and, after a name, its brackets."""
        item = self.peek()
        if item is None or item.kind in ENDING:
            line = self.items[-1].line
            raise NotUnderstood("a factor is missing", line)
        if item.kind == "PARTIAL" or self.differential_next():
            return self.derivative()
        if item.kind == "NABLA":
            return self.nabla()
        if item.kind == "BIG":
            return self.big()
        if item.kind == "FUNC":
            return self.function()
        if item.kind == "fraction" and (operator := self.fraction_derivative(item)):
            self.at += 1
            return self.operated(operator, self.scripts(item), item.line)
        node = self.atom()
        return self.called(node) if isinstance(node, Name | Prime | Power | Number) else node

    def called(self, head: Node) -> Node:
        """The name alone, or with the bracket that follows it closely."""
        item = self.peek()
        if item is None or item.kind != "bracket" or not callable_head(head):
            return head
        if self.is_indicator(head, item):
            self.at += 1
            return hang(Indicator(self.fold(item.parts[0])), self.scripts(item), item.line)
        if item.spaced or item.text not in ("( )", "[ ]") or isinstance(head, Number):
            return head
        self.at += 1
        args = self.arguments(item)
        return MaybeCall(head, args, item.text[0], tuple(self.scripts(item)))

    def is_indicator(self, head: Node, bracket: Item) -> bool:
        inside = bracket.parts[0].chains
        named = isinstance(head, Name) and head.base in INDICATORS
        numeral = head == Number(Fraction(1)) and bracket.text[0] in "[{"
        return (named or numeral) and len(inside) == 1 and bool(inside[0].signs)

    def function(self) -> Node:
        """A known function with its power, its subscripts and its argument."""
        item = self.next()
        hanging = self.scripts(item)
        subscripts = tuple(node for one in hanging if one.kind == "subscript" for node in one.what)
        outer = [one for one in hanging if one.kind != "subscript"]
        name = item.text
        match outer:
            case [After("power", (Neg(Number(value)),))] if value == 1 and f"a{name}" in CATALOGUED.values():
                name, outer = f"a{name}", []
        bracket = self.peek()
        if outer and outer[0].kind == "prime" and not subscripts:
            return self.called(hang(Name(name, ("roman",)), outer, item.line))
        if bracket is None or (bracket.kind in ENDING - SIGNED):
            return Name(name, ("roman",))
        if bracket.kind == "bracket" and bracket.text.split()[0] in "([{":
            self.at += 1
            args = self.arguments(bracket)
            return hang(Apply(name, args, subscripts), [*outer, *self.scripts(bracket)], item.line)
        if bracket.kind in SIGNED:
            argument = self.signed_factor(4)
        else:
            argument = self.juxtaposed() if name in OF_PRODUCTS else self.argument()
        return hang(Apply(name, (argument,), subscripts), outer, item.line)

    def argument(self) -> Node:
        """What a function takes without brackets."""
        item = self.peek()
        if item and item.kind in ("NUM", *BASES) and not self.differential_next():
            return self.juxtaposed(tight=True)
        return self.factor()

    def big(self) -> Node:
        """A sum with its range and the rest of its term; max(a, b) is a function."""
        item = self.next()
        bracket = self.peek()
        if item.text in ("max", "min", "sup", "inf") and not item.scripts and bracket and bracket.kind == "bracket":
            self.at += 1
            args = self.arguments(bracket)
            return hang(Apply(item.text, args), self.scripts(bracket), item.line)
        if bracket is None and not item.scripts:
            return Name(item.text, ("roman",))
        lower = upper = None
        for script in item.scripts:
            if script.content is None:
                raise NotUnderstood(f"{item.text} cannot carry a prime", item.line)
            if script.kind == "sub":
                lower = self.fold(script.content)
            else:
                upper = self.fold(script.content)
        indices, start, condition = range_of(lower, upper)
        return Big(item.text, indices, start, upper, condition, self.product(0))

    def nabla(self) -> Node:
        """Gradient, or Hessian when squared or followed by its transpose."""
        item = self.next()
        order, wrt = self.nabla_scripts(item)
        second = self.peek()
        if second and second.kind == "NABLA" and order == 1:
            more, others = self.nabla_scripts(second)
            if more == 1:
                self.at += 1
                order, wrt = 2, wrt if wrt == others else wrt + others
        if order > 2:
            raise NotUnderstood("a third derivative is not known", item.line)
        body, outer = self.scoped(wrt)
        return hang(Derivative("hessian" if order == 2 else "gradient", body, wrt, order), outer, item.line)

    def scoped(self, wrt: tuple[Node, ...]) -> tuple[Node | None, list[After]]:
        r"""The operand, or the whole product after the sign: \nabla_w w^\top A w and \nabla (y - Xw)^\top (y - Xw).

        A product counts when its first factor is in brackets, or is no usual letter of a loss and the variable follows.
        """
        start, first = self.at, self.peek()
        body, outer = self.operand()
        end, rest = self.at, self.peek()
        letters = {node.base for node in wrt if isinstance(node, Name)}
        if first is None or rest is None or rest.kind in ENDING | {"EVALBAR", "NABLA", "PARTIAL"}:
            powers = bool(outer) and outer[0].kind != "transpose" and first is not None and first.kind == "bracket"
            whole = powers
        elif first.kind == "bracket":
            whole = bool(outer) or rest.kind != "bracket" or bool(letters)
        else:
            named = first.kind in BASES and (first.text not in LOSSES or first.text in letters)
            whole = named and not isinstance(body, MaybeCall) and mentions(self.items[start:], letters)
        if not whole:
            self.at = end
            return body, outer
        self.at = start
        return self.juxtaposed(scope=True), []

    def nabla_scripts(self, item: Item) -> tuple[int, tuple[Node, ...]]:
        order, wrt = 1, tuple[Node, ...]()
        for script in item.scripts:
            side = script.content.only_side() if script.content else None
            if script.kind == "sub" and script.content:
                whole = len(script.content.chains) == 1 and not self.has_several_names(script.content)
                wrt = (self.fold(script.content),) if whole else indices_of(script.content, self.fold)
            elif side and len(side) == 1 and side[0].text == "2":
                order = 2
            elif not (side and len(side) == 1 and side[0].text in ("T", "top")):
                raise NotUnderstood(r"\nabla carries a superscript that is not known", item.line)
        return order, wrt

    def operand(self, *, differential: bool = False) -> tuple[Node | None, list[After]]:
        """What a derivative sign stands before, and the scripts that belong to the derivative as a whole."""
        item = self.peek()
        if item is None or item.kind in ENDING | {"EVALBAR"}:
            return None, []
        if item.kind in ("NUM", "fraction") and not differential and not self.fraction_derivative(item):
            return self.juxtaposed(), []
        if item.kind == "bracket":
            self.at += 1
            return self.chain_of_bracket(item), self.scripts(item)
        if item.kind not in BASES:
            return self.factor(), []
        self.at += 1
        hanging = self.scripts(item)
        inner = [one for one in hanging if one.kind in ("subscript", "superscript")]
        rest = [one for one in hanging if one not in inner]
        name = hang(self.bare(item), inner, item.line)
        if rest and (differential or rest[0].kind == "transpose"):
            return name, rest
        head = hang(name, rest, item.line)
        call = head if differential or not isinstance(head, Name | Prime | Power) else self.called(head)
        match call:
            case MaybeCall(callee, args, bracket, after) if after:
                return MaybeCall(callee, args, bracket), list(after)
        return call, []

    def derivative(self) -> Node:
        r"""\partial L/\partial w, dJ/dw, \partial_j f, dw, \mathrm D^2 f[v, v]."""
        item = self.peek()
        if item is None:
            raise NotUnderstood("a derivative is cut off", self.items[-1].line)
        if slashed := self.slashed_derivative():
            return self.operated(slashed, [], item.line)
        self.at += 1
        hanging = self.scripts(item)
        order = 1
        wrt: tuple[Node, ...] = ()
        for one in hanging:
            match one:
                case After("subscript", what):
                    wrt = what
                case After("power", (Number(value),)) if value in (1, 2):
                    order = int(value)
                case _:
                    raise NotUnderstood("a derivative sign carries a superscript that is not known", item.line)
        if item.kind == "PARTIAL":
            return self.partial(item, wrt, max(order, len(wrt)))
        if item.text == "D":
            return self.directional(item, order)
        body, outer = self.operand(differential=True)
        node = Derivative("differential", body, wrt, order, "" if item.fonts else "d")
        return self.called(hang(node, outer, item.line)) if not outer else hang(node, outer, item.line)

    def partial(self, item: Item, wrt: tuple[Node, ...], order: int) -> Node:
        if not wrt:
            raise NotUnderstood(r"\partial stands alone", item.line)
        second = self.peek()
        while second and second.kind == "PARTIAL" and second.scripts and second.scripts[0].content:
            self.at += 1
            wrt += indices_of(second.scripts[0].content, self.fold)
            order, second = len(wrt), self.peek()
        body, outer = self.scoped(wrt)
        return hang(Derivative("partial", body, wrt, order), outer, item.line)

    def directional(self, item: Item, order: int) -> Node:
        r"""\mathrm{D}^2 f(x)[u, v]."""
        body, outer = self.operand()
        directions: tuple[Node, ...] = ()
        match body:
            case MaybeCall(head, args, "["):
                body, directions = head, args
        after = self.peek()
        if after and after.kind == "bracket" and after.text == "[ ]" and not directions:
            self.at += 1
            directions = self.arguments(after)
        return hang(Derivative("directional", body, directions, order), outer, item.line)

    def operated(self, operator: Derivative, after: list[After], line: int) -> Node:
        r"""A fraction of differentials; without a function above it takes the bracket or the factors that follow."""
        if operator.of is not None:
            return self.called(hang(operator, after, line))
        bar = self.next() if (peek := self.peek()) and peek.kind == "EVALBAR" else None
        first = self.peek()
        body: Node | None = None
        outer: list[After] = []
        if first and first.kind == "bracket":
            body, outer = self.scoped(operator.wrt)
        elif first and first.kind not in ENDING:
            body = self.juxtaposed(scope=True)
        if bar is None and (peek := self.peek()) and peek.kind == "EVALBAR":
            bar = self.next()
        node: Node = Derivative(operator.kind, body, operator.wrt, operator.order, operator.written)
        return hang(self.evaluated(node, bar) if bar else node, outer, line)

    def evaluated(self, body: Node, bar: Item) -> Node:
        content = bar.scripts[0].content
        if content is None:
            raise NotUnderstood("a bar is not followed by the point", bar.line)
        return Evaluated(body, self.fold(content))


def callable_head(head: Node) -> bool:
    """May a bracket after this be a list of arguments?"""
    match head:
        case Name(base, _, _, superscripts):
            return not base.isdigit() or not superscripts
        case Prime(body) | Power(body, Number()):
            return callable_head(body) and not isinstance(body, Number)
        case Derivative("differential" | "total" | "partial"):
            return True
        case Number(value):
            return value == Fraction(1)
    return False


def _one(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Product(tuple(factors))
