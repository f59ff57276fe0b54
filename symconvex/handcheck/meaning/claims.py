"""Statements as items to judge: one for each relation and each property said in words, in reading order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symconvex.handcheck.formula.render import SIGNS, render
from symconvex.handcheck.formula.tree import (
    Add,
    Cases,
    Chain,
    Derivative,
    Function,
    Group,
    Mark,
    MaybeCall,
    Name,
    Node,
    Number,
    Relation,
    Text,
    Unreadable,
)
from symconvex.handcheck.formula.walking import sides_of, walk
from symconvex.handcheck.meaning.standing import NOTHING, Standing
from symconvex.handcheck.prose.looks import is_constant, is_ordering
from symconvex.handcheck.text.document import (
    Assumption,
    Boundary,
    Claim,
    Document,
    Formula,
    Noun,
    Release,
    Statement,
    Unread,
)

AT_A_POINT = re.compile(r"minimi[sz]er|minimum|optimum|stationary|critical|solution", re.IGNORECASE)
# "Let f be convex", "were J convex", "by convexity": nothing is claimed.
SUPPOSED = ("Let ", "Were ", "were ", "By ", "by ")
PICKED = re.compile(r"\bthe (one|other|former|latter)\b", re.IGNORECASE)
DERIVED = {
    "hessian": ("hessian", 1),
    "gradient": ("gradient", 1),
    "derivative": ("partial", 1),
    "second derivative": ("partial", 2),
}


Case = tuple[int, tuple[Node, ...]]
NO_CASE: Case = (-2, ())


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to judge.

    left, sign, right   of a relation
    conditions          under which it is said
    beside              the other sides of its chain, which tell what indices run over
    claim               a property said in words
    unread              why it was not understood
    head                the first side of the whole chain, over all its lines
    """

    tex_line: int
    text: str
    left: Node | None = None
    sign: str = ""
    right: Node | None = None
    conditions: tuple[Node, ...] = ()
    beside: tuple[Node, ...] = ()
    claim: Claim | None = None
    unread: str = ""
    role: str = "claim"
    link: str = ""
    formula: Formula | None = None
    head: Node | None = None


def items_of(document: Document) -> Iterator[Item]:
    """All items in reading order."""
    head: Node | None = None
    context = Context()
    for written in document.statements:
        statement = context.placed(written)
        match statement:
            case Claim(role="condition"):
                continue
            case Claim(text=text) if text.startswith(SUPPOSED):
                continue
            case Claim(text=text) if PICKED.search(text):
                yield Item(statement.tex_line, text, unread="which of them is meant")
            case Unread(tex_line, text, why):
                yield Item(tex_line, text, unread=why)
            case Claim():
                yield Item(statement.tex_line, statement.text, claim=statement, role=statement.role)
            case Formula():
                head = head if statement.chain.continued and head is not None else first_side(statement)
                yield from (replace(item, head=head) for item in _relations(statement))


@dataclass(slots=True)
class Context:
    """What the statements before say of the next one.

    subject       what the last claim was about
    standing      what is assumed here
    case          the sentence that opened a case, and its conditions
    at_point      the line that speaks of a point only, and what it says of it
    announced     the sentence whose "the gradient and Hessian are" was followed by them
    """

    subject: Node | None = None
    standing: Standing = NOTHING
    case: Case = NO_CASE
    at_point: tuple[int, tuple[Node, ...]] = (-1, ())
    announced: int = -1

    def placed(self, written: Statement) -> Statement:
        """A statement with everything that it is said under."""
        statement = under(written, self.standing.nodes)
        if isinstance(written, Formula | Claim):
            statement = under(statement, carried(written, self.case))
            self.case = case_of(written, self.case)
        match written:
            case Formula(chain) if is_assumption(written) or is_value(written):
                self.standing = self.standing.assuming(render(chain.left), chain)
            case Formula(role="definition", conditions=conditions):
                self.standing = self._with_signs(written, conditions)
            case Assumption(_, conditions):
                self.standing = self.standing.after(written, map(render, conditions))
            case Release(_, names):
                self.standing = self.standing.freed(written, map(render, names))
            case Boundary():
                self.standing, self.case = self.standing.past(written), NO_CASE
        if isinstance(statement, Claim) and statement.subject is not None:
            self.subject = statement.subject
        return self.formula(statement) if isinstance(statement, Formula) else statement

    def _with_signs(self, written: Formula, conditions: tuple[Node, ...]) -> Standing:
        """ "F(w) = lambda |w|^2 with lambda > 0": what is said of a letter that is no argument stands from here on."""
        left = written.chain.left
        formal = {part for one in (left.args if isinstance(left, MaybeCall) else (left,)) for part in walk(one)}
        found = self.standing
        for node in conditions:
            sides = sides_of(node) if isinstance(node, Chain) and is_ordering(node) else []
            for letter in (side for side in sides[:2] if isinstance(side, Name) and side not in formal):  # 0 < tau < 1
                found = found.assuming(render(letter), node)
        return found

    def formula(self, formula: Formula) -> Formula:
        """What words before a formula say that it is, and where."""
        if formula.sentence == self.announced:
            formula = replace(formula, called=None)
        if formula.called is not None and _is_derivative(formula.chain.left):
            self.announced = formula.sentence
        formula = _about(formula, self.subject)
        if self.at_point[0] == formula.tex_line:
            return replace(formula, conditions=(*formula.conditions, *self.at_point[1]))
        if AT_A_POINT.search(formula.scope):
            self.at_point = (formula.tex_line, (formula.chain,))
        return formula


def is_assumption(formula: Formula) -> bool:
    """ "Let mu > 0" and "there is a u != 0" restrict what follows; nothing is claimed of every value."""
    return formula.role in ("definition", "exists") and is_ordering(formula.chain)


def is_value(statement: Statement) -> bool:
    """ "Let a = 1", "take X = I": a letter has this value in what follows, up to the end of its case or environment."""
    match statement:
        case Formula(Chain(Name(), (Relation("=" | ":=", value),)), role="definition", conditions=()):
            return is_constant(value) or (isinstance(value, Name) and value.base in ("I", "mathbbI"))
    return False


def case_of(written: Formula | Claim, before: Case) -> Case:
    """ "If X = 0, ..." opens a case."""
    found = tuple(c for c in written.conditions if isinstance(c, Chain) and c.relations[0].sign == "=")
    return (written.sentence, found) if found else before


def carried(written: Formula | Claim, case: Case) -> tuple[Node, ...]:
    """ "So f is convex" right after a case is said of the case."""
    return case[1] if written.link == "hence" and written.sentence == case[0] + 1 and not written.conditions else ()


def under(statement: Statement, standing: tuple[Node, ...]) -> Statement:
    """A statement with the assumptions that stand."""
    if not standing or not isinstance(statement, Formula | Claim):
        return statement
    return replace(statement, conditions=(*statement.conditions, *standing))


def _about(formula: Formula, subject: Node | None) -> Formula:
    """ "Its second derivative" is that of the function named before."""
    noun = formula.called
    if noun is None or noun.of is not None or noun.wrt or not isinstance(subject, Function):
        return formula
    return replace(formula, called=replace(noun, of=subject))


def first_side(formula: Formula) -> Node:
    """What a chain is about."""
    called = _meant(formula.called)
    return called if called is not None and isinstance(formula.chain.left, Name) else formula.chain.left


def _relations(formula: Formula) -> Iterator[Item]:
    called = _meant(formula.called)
    chain = formula.chain
    left = chain.left
    if called is not None and not _is_derivative(left):
        if isinstance(left, Name) and chain.relations:
            left = called
        else:
            yield _item(formula, called, Relation("=", left, chain.tex_line), (called, left))
    yield from _chained(formula, left, chain)


def _is_derivative(side: Node) -> bool:
    """Is it written as a derivative, so that words like "the gradient is" only announce it?"""
    return isinstance(side.head if isinstance(side, MaybeCall) else side, Derivative)


def _chained(formula: Formula, left: Node, chain: Chain) -> Iterator[Item]:
    beside = (left, *(relation.right for relation in chain.relations))
    for relation in chain.relations:
        yield from _by_cases(formula, left, relation, beside)
        for note in relation.notes:
            yield from _chained(formula, note.left, note)
        left = relation.right


def _meant(noun: Noun | None) -> Node | None:
    """The derivative that words name: "the Hessian of L with respect to z"."""
    if noun is None or noun.word not in DERIVED:
        return None
    kind, order = DERIVED[noun.word]
    if kind == "partial" and noun.of is None and not noun.wrt:
        return None
    match noun.of:
        case Function(args, body):
            return Derivative(kind, body, args * order if kind == "partial" else args, order)
    wrt = noun.wrt * order if kind == "partial" else noun.wrt
    return Derivative(kind, noun.of, wrt, order)


def _by_cases(formula: Formula, left: Node, relation: Relation, beside: tuple[Node, ...]) -> Iterator[Item]:
    """One item for each row of a distinction of cases that is written over several lines."""
    match relation.right:
        case Cases(rows) if len({row.tex_line for row in rows}) > 1:
            for row in rows:
                conditions = (row.condition,) if row.condition is not None else ()
                item = _item(formula, left, Relation(relation.sign, row.value, row.tex_line), beside)
                yield replace(item, conditions=(*item.conditions, *conditions))
        case _:
            yield _item(formula, left, relation, beside)


def _item(formula: Formula, left: Node, relation: Relation, beside: tuple[Node, ...]) -> Item:
    unread = next((side.why for side in (left, relation.right) if isinstance(side, Unreadable)), "")
    role = "assignment" if is_assignment(left, relation) else formula.role
    return Item(
        relation.tex_line,
        "",
        left,
        relation.sign,
        relation.right,
        formula.conditions,
        beside,
        unread=unread,
        role=role,
        link=formula.link,
        formula=formula,
    )


def is_assignment(left: Node, relation: Relation) -> bool:
    """w := w - eta g, w \\leftarrow ..., w^{new} = ... and w^{(t+1)} = w^{(t)} - ... name the next iterate."""
    if relation.sign == "gets":
        return True
    if not isinstance(left, Name):
        return False
    if relation.sign == ":=":
        return left in set(walk(relation.right))
    steps = any(_is_next(mark) for mark in left.superscripts) or any(_is_step(mark) for mark in left.subscripts)
    return relation.sign == "=" and steps and any(_same_letter(part, left) for part in walk(relation.right))


def _same_letter(part: Node, left: Name) -> bool:
    return isinstance(part, Name) and (part.base, part.decorations) == (left.base, left.decorations)


def _is_next(mark: Node) -> bool:
    match mark:
        case Text(word):
            return word.strip("()") in ("new", "next", "plus", "updated")
        case Group(_, (inner,), _):
            return _is_step(inner) or _is_next(inner)
        case Mark("plus"):
            return True
    return False


def _is_step(mark: Node) -> bool:
    """t + 1 and k + 1, but no i + 1, which picks a neighbour."""
    match mark:
        case Add((Name("t" | "k" | "n" | "s" | "m" | "tau", (), (), ()), Number(value))):
            return value == 1
    return False


def text_of(item: Item) -> str:
    """The item as it was read."""
    if item.left is None or item.right is None:
        return item.text
    if isinstance(item.right, Text) and item.sign == "in":  # y is one-hot
        return f"{render(item.left)} is {item.right.text}"
    return f"{render(item.left)} {SIGNS.get(item.sign, item.sign)} {render(item.right)}"
