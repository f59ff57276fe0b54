"""What one clause hands to the next: the context, and how a statement takes its conditions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconvex.handcheck.formula.spaces import is_space
from symconvex.handcheck.formula.tree import Chain, Group, MaybeCall, Name, Node, Relation, Text
from symconvex.handcheck.prose.clauses import OPPOSED, Clause, formulas
from symconvex.handcheck.prose.looks import is_computed, is_constant, is_function, is_ordering
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.prose.subjects import LOSS, NOBODY, Subject
from symconvex.handcheck.text.document import Claim, Formula, Noun, Statement, Unread

NOT_UNDERSTOOD = "not understood"
BINDING = ("iff", "only if", "unless", "if not")  # said of the statement; "if not" is what "unless" says
TAKING = ("claim", "task", "definition")
SLOPELESS = ("minimiser", "minimum", "stationary point", "global minimum")  # points where the slope is zero
NAMED = ("NOUN", "SUMN", "KINDN", "PTN", "UNK", "SYM", "BY", "TELL", "IMPLIES")  # right before what gets a name
SUPPOSING = OPPOSED | {"IF", "SUPPOSE", "UNDER", "HEDGE"}
RESTRICTING = SUPPOSING | {"IMPLIES", "ARROW", "FULL"}
CONDITIONAL = ("IF", "FOR", "AT", "UNDER", "WITH", "WHERE", "CONV", "THAT")


@dataclass(frozen=True, slots=True)
class Given:
    """A condition: how it binds (if, iff, only if, near, unread) and how long (clause, sentence, implication)."""

    node: Node
    binding: str = "if"
    scope: str = "clause"


@dataclass(frozen=True, slots=True)
class Context:
    """All that one clause hands to the next.

    subject     what was spoken of last; `function` the last of which a curvature can be said
    given       conditions of what follows; `pending` those of them that no statement has used
    mood        claim, task, clause (a task up to the next comma), reason, let (what follows is defined too) or deny
    scope       words that widen or narrow what follows
    fresh       nothing was stated since the last joint
    told        the words of the sentence so far
    number      of the sentence
    supposing   something was supposed that may lead to a contradiction
    fixed       letters to which the text gave values
    grounds     reasons by the kind of a thing in this sentence: "as a sum of convex functions"
    case        what the sentence before was said under, which "in that case" takes up
    """

    subject: Subject = NOBODY
    function: Subject = LOSS
    given: tuple[Given, ...] = ()
    pending: tuple[Given, ...] = ()
    link: str = ""
    mood: str = "claim"
    scope: str = ""
    fresh: bool = True
    told: str = ""
    number: int = 0
    fixed: tuple[str, ...] = ()
    supposing: bool = False
    grounds: tuple[Clause, ...] = ()
    case: tuple[Given, ...] = ()


Found = tuple[Statement, ...]
Step = tuple[Context, Found]


def role_of(statement: Statement) -> str:
    """Its role; nothing where it has none."""
    return statement.role if isinstance(statement, Formula | Claim) else ""


def under(statement: Statement, given: Sequence[Given], *, replace_scope: bool = False) -> Statement:
    """The statement with more conditions."""
    return (
        _bound(statement, given, replace_scope=replace_scope) if isinstance(statement, Formula | Claim) else statement
    )


def again(statement: Statement, given: Sequence[Given]) -> tuple[Statement, ...]:
    """The statement under what is said after it: once more on another place, else with the conditions added."""
    if (
        isinstance(statement, Formula | Claim)
        and statement.conditions
        and is_another(given[0], statement.conditions[-1])
    ):
        return statement, under(replace(statement, conditions=statement.conditions[:-1]), given)
    return (under(statement, given, replace_scope=True),)


def is_another(given: Given, before: Node) -> bool:
    """ "On [0, 1] and on [2, 3]", "for x > 1 and for x < 0": another place of the same letter."""
    letter = _letter(before)
    return letter is not None and given.binding == "if" and _letter(given.node) == letter


def _letter(place: Node) -> Node | str | None:
    """What the place is one of: the letter that is compared with a number, nothing for an interval."""
    match place:
        case Group():
            return ""
        case Chain(left, (relation,)) if is_constant(relation.right):
            return left
    return None


def _bound(statement: Formula | Claim, given: Sequence[Given], *, replace_scope: bool) -> Formula | Claim:
    bound = next((one.binding for one in given if one.binding in BINDING), "")
    scope = bound if bound and (replace_scope or not statement.scope) else statement.scope
    return replace(statement, conditions=(*statement.conditions, *(one.node for one in given)), scope=scope)


def domain_of(statement: Statement) -> tuple[Node, ...]:
    """Where it is said, "on [1, oo)", "for x > 1": a reason given for it is given there too."""
    conditions = statement.conditions if isinstance(statement, Formula | Claim) else ()
    return tuple(node for node in conditions if _is_a_set(node))


def _is_a_set(node: Node) -> bool:
    return is_space(node) if isinstance(node, Group) else isinstance(node, Chain) and is_ordering(node)


def everywhere(found: Found) -> Found:
    """The reason that was said last, without the domain of what it is given for: "since f'' >= 0 for all x"."""
    if len(found) < 2 or role_of(found[-1]) != "reason" or not isinstance(found[-1], Formula | Claim):
        return found
    there, last = domain_of(found[-2]), found[-1]
    kept = tuple(node for node in last.conditions if not any(node is one for one in there))
    return (*found[:-1], replace(last, conditions=kept))


def case_of(found: Found, c: Context) -> tuple[Given, ...]:
    """What the last statement of a sentence was said under; also words that were not understood."""
    unread_words = tuple(one for one in c.given if one.binding == "unread")
    last = next((one for one in reversed(found) if role_of(one) in TAKING), None)
    if not isinstance(last, Formula | Claim) or last.scope in BINDING:
        return unread_words
    return tuple(Given(node) for node in last.conditions) or unread_words


def stating(c: Context, found: Found, *new: Formula | Claim, **changes: Any) -> Step:
    """New statements under all that is given here; the link belongs to the first of them."""
    full = []
    for k, one in enumerate(new):
        link = one.link or ("" if k else c.link)
        full.append(
            _bound(replace(one, link=link, scope=one.scope or c.scope, sentence=c.number), c.given, replace_scope=False)
        )
    return replace(c, **{"link": "", "scope": "", "pending": (), "fresh": False, **changes}), (*found, *full)


def unread(clause: Clause, c: Context, found: Found, why: str = "") -> Step:
    """What was not understood may have been a condition: what follows is said under it."""
    text = said(clause.tokens)
    bad = next((token.meaning for token in clause.tokens if token.kind == "BAD"), "")
    alone = computed(clause, c)
    given = (Given(Text(text), "unread", "sentence"),) if may_restrict(clause, alone) else ()
    why = why or bad or NOT_UNDERSTOOD
    behind = not c.fresh or clause.head.kind == "WHERE"  # ", where ..." is said of what stands before the comma
    if clause.head.kind in CONDITIONAL and found and role_of(found[-1]) in TAKING and behind:
        found = (*found[:-1], under(found[-1], (Given(Text(text), "unread"),)))
    pending = c.pending if clause.head.kind in CONDITIONAL else ()  # what is said under them was not read
    shown: list[Formula | Claim] = [
        replace(formula_of(token, "claim"), conditions=(Text(text),))
        for token in (*rows_after(clause), *namings(clause))
        if token not in alone
    ]
    shown += [formula_of(token, "definition") for token in _spaces(clause) if token not in alone]
    shown += [_bound(formula_of(token, "claim"), c.given, replace_scope=False) for token in alone]
    pending = () if alone else pending
    spoken = _spoken_of(clause, c.subject), _function_of(clause, c.function)
    after = replace(c, given=(*c.given, *given), pending=pending, link="", subject=spoken[0], function=spoken[1])
    return after, (*found, Unread(clause.line, text, why), *shown)


def _spoken_of(clause: Clause, before: Subject) -> Subject:
    """What "it" means after words that were not read: the one thing that they name, or nobody knows."""
    nouns = list(
        dict.fromkeys(token.meaning or token.text for token in clause.tokens if token.kind in ("NOUN", "SUMN"))
    )
    if not nouns or before.word in nouns:
        return before
    return Subject(None, Noun(nouns[0])) if len(nouns) == 1 else NOBODY


def _function_of(clause: Clause, before: Subject) -> Subject:
    """The function that the words name; the one before where they name none, or several."""
    named = list(
        dict.fromkeys(token.node for token in clause.tokens if token.kind == "SYM" and is_function(token.node))
    )
    return Subject(named[0]) if len(named) == 1 else before


def _spaces(clause: Clause) -> list[Token]:
    """Where letters lie restricts no value, whatever is said around it: "W in R^{d x k} the unknown"."""
    if any(token.kind in OPPOSED for token in clause.tokens):
        return []
    return [token for token in formulas(clause.tokens) if not _may_restrict(token) and token not in rows_after(clause)]


def namings(clause: Clause) -> list[Token]:
    """Letters that are given a meaning in passing, "the logits z = Xw": what they mean is not lost with the words."""
    if any(token.kind in SUPPOSING for token in clause.tokens):
        return []
    before = [None, *clause.tokens]
    pairs = zip(before, clause.tokens, strict=False)
    named = [token for last, token in pairs if last is not None and last.kind in NAMED and _names(token)]
    return [token for token in named if token not in rows_after(clause)]


def _names(token: Token) -> bool:
    """A letter, or a function of letters, that equals a formula with letters."""
    match token.node:
        case Chain(Name() | MaybeCall(Name()), (Relation("=" | ":=", right),)):
            return token.kind[-3:] in ("DFN", "RST", "ASG") and not is_constant(right)
    return False


def computed(clause: Clause, c: Context) -> list[Token]:
    """What is computed stands on its own, whatever is said around it: "plugging this in we are left with grad J = Xw".

    A relation that may hold or not is rather a condition, and beside one, or beside a word that restricts or doubts,
    nothing stands on its own.
    """
    chains = [token for token in formulas(clause.tokens) if _may_restrict(token)]
    if c.mood in ("deny", "task", "clause") or any(token.kind in RESTRICTING for token in clause.tokens):
        return []
    alone = [token for token in chains if isinstance(token.node, Chain) and is_computed(token.node)]
    return alone if len(alone) == len(chains) else []


def rows_after(clause: Clause) -> list[Token]:
    """Displays below the line of a clause: each is a line of the answer, also where the words are not understood."""
    chains = [token for token in formulas(clause.tokens) if token.place == "display"]
    return [token for token in chains if isinstance(token.node, Chain) and token.node.tex_line > clause.line]


def may_restrict(clause: Clause, alone: Sequence[Token]) -> bool:
    """May a clause that was not read, but for what stands on its own, be a condition of what follows?"""
    restricting = any(_may_restrict(token) for token in formulas(clause.tokens) if token not in alone)
    restricting = restricting or clause.has("FULL") or clause.head.kind in ("IF", "UNDER", "SUPPOSE")
    return restricting and clause.head.kind not in ("BECAUSE", "BY")


def _may_restrict(token: Token) -> bool:
    """Anything but that a letter lies in a whole space."""
    match token.node:
        case Chain(_, (Relation("in", space),)):
            return not is_space(space) or isinstance(space, Group)
    return True


def formula_of(token: Token, role: str, called: Noun | None = None) -> Formula:
    """The chain of a token as a statement."""
    chain = token.node
    if not isinstance(chain, Chain):
        raise TypeError("a formula without a relation")
    return Formula(chain, token.place, role, chain.tex_line, called=called)


def assuming(c: Context, found: Found, given: tuple[Given, ...]) -> Step:
    """Conditions wait for the claim that they belong to."""
    return replace(c, given=(*c.given, *given), pending=(*c.pending, *given)), found
