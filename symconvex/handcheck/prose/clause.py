"""The formulas of a sentence as statements, in the role that the words before them gave."""

from collections.abc import Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import (
    Apply,
    Chain,
    Derivative,
    Function,
    Mark,
    Name,
    Node,
    Relation,
    Text,
    Unreadable,
)
from symconvex.handcheck.prose import terms, words
from symconvex.handcheck.prose.ahead import said, spoken, word_at
from symconvex.handcheck.prose.mood import (
    CONVEXITY,
    DERIVED,
    OF_A_FUNCTION,
    OF_A_MATRIX,
    OPERATIONS,
    Mood,
    is_about_letters,
    is_function,
    is_hypothesis,
    is_literal,
    is_ordering,
    is_range,
    several,
)
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Claim, Formula, Noun, Statement, Unread

Topic = tuple[Node | None, Noun | None]
NOTHING: Topic = (None, None)
NOT_UNDERSTOOD = "not understood"
ASSUMED_BY = ("with", "where", "given", "fix", "consider")


class Clause:
    """What has been said so far in a sentence, and what the next formula adds."""

    def __init__(
        self, events: Sequence[Event], number: int, before: Topic, curved: Topic, carried: Sequence[Node]
    ) -> None:
        self.before, self.curved = before, curved
        self.events, self.number, self.at = events, number, 0
        self.out: list[Statement] = []
        self.mood = Mood()
        self.subject: Node | None = None
        self.noun: Noun | None = None
        self.conditions: list[Node] = list(carried)
        self.pending: list[Node] = list(carried)  # conditions of which no statement has been made
        self.assumptions: list[Node] = []
        self.given: list[Node] = []  # the hypothesis of an implication
        self.fresh = True  # nothing stated since the last link or comma
        self.called: int | None = None
        self.listed: Noun | None = None
        self.leading: Noun | None = None  # the part of the loss that the sentence begins with
        self.text: list[str] = []
        self.clause = 0
        self.scoped = ""
        self.spoken = -1  # the last word of the last link
        self.introduced = self.concluded = False
        self.pronoun = self.missed = self.contrasted = False
        self.tasked = ""
        self.outer: list[tuple[Mood, Node | None, Noun | None, bool]] = []

    def sentence(self) -> str:
        """All of it, in one line."""
        return said(self.events)

    def math(self, event: Event, node: Node) -> None:
        self.text.append(spoken(event))
        attach, self.mood.attach = self.mood.attach, ""
        last = self.out[-1] if self.out else None
        if isinstance(node, Chain):
            self.chain(event, node)
        elif self.verb_next() and self.mood.role == "condition":
            self.expression(event, node)
        elif attach == "of" and self.noun is not None:
            self.renamed(_of(self.noun, node))
        elif attach == "respect" and self.noun is not None:
            self.renamed(_by(self.noun, several(node)))
        elif attach in ("wrt", "again") and isinstance(last, Claim) and (attach == "again" or not self.fresh):
            block = "separate" if attach == "again" and last.wrt else last.block
            self.out[-1] = replace(last, wrt=(*last.wrt, *several(node)), block=block)
            self.mood.attach, self.fresh = "wrt", False
        elif isinstance(node, Unreadable):
            self.out.append(Unread(node.tex_line, node.text, node.why))
        else:
            self.expression(event, node)

    def verb_next(self) -> bool:
        return word_at(self.events, self.at) in words.VERBS

    def conditioned(self, node: Node, scope: str = "", *, apart: bool = False) -> None:
        """A condition narrows what was just said, or all that follows in the sentence."""
        last = self.out[-1] if self.out else None
        if isinstance(last, Formula | Claim) and not self.fresh and not apart:
            self.out[-1] = replace(last, conditions=(*last.conditions, node), scope=scope or last.scope)
        else:
            kept = [one for one in self.conditions if not _contrasts(one, node)]
            self.contrasted = self.contrasted or len(kept) < len(self.conditions)
            self.conditions = kept
            self.conditions.append(node)
            self.pending.append(node)
            self.scoped = scope or self.scoped

    def linked(self, link: str) -> None:
        self.mood = Mood(link=link, role="reason" if link == "because" else "claim")
        self.fresh, self.clause, self.listed = True, len(self.text), None
        if link == "hence" and self.contrasted and not self.pending:
            self.conditions = [one for one in self.conditions if isinstance(one, Text)]

    def renamed(self, noun: Noun) -> None:
        self.noun = noun
        formula = self.out[self.called] if self.called is not None else None
        if self.called is not None and isinstance(formula, Formula):
            self.out[self.called] = replace(formula, called=noun)

    def chain(self, event: Event, chain: Chain) -> None:
        role = self.mood.role
        if self.denied():
            self.unread(chain.tex_line)
            return
        if role == "definition" and self.mood.defining in ASSUMED_BY and is_ordering(chain):
            if is_about_letters(chain):
                self.conditioned(chain)
                return
            role = "claim"
        if event.place == "display" and is_range(chain):
            self.fresh = not self.out
            self.conditioned(chain, apart=not self.out)
            return
        direct = self.at >= 2 and self.events[self.at - 2].kind == "word" and self.at - 2 == self.spoken
        if role == "reason" and event.place == "display" and not direct:
            role = self.mood.role = "claim"
            self.mood.link = ""
        if any(one.sign == ":=" for one in chain.relations):
            role = "definition"
        called = self.named_left()
        self.formula(chain, event, role, called)
        self.subject, self.noun, self.pronoun = chain.left, None if called is None else self.noun, False
        if role == "reason":
            self.mood.role = "claim" if word_at(self.events, self.at) != "and" else role
        self.mood.verb = False

    def named_left(self) -> Noun | None:
        """What the left side is said to be; in a list, each of them."""
        stated = bool(self.out) and isinstance(self.out[-1], Claim) and not self.fresh
        called = self.noun if self.mood.verb and self.subject is None and not stated else None
        previous = self.events[self.at - 2] if self.at >= 2 else None
        if called is not None:
            called = called if called.word in terms.NOUNS.values() or called.of is not None else None
            plural = word_at(self.events, self.at - 2) == "are"
            self.listed = called if plural else None
        elif previous is not None and (previous.kind == "comma" or previous.text == "and"):
            called = self.listed
        return called

    def denied(self) -> bool:
        """Does a negation stand before this formula: "we do not have a = b"?"""
        if self.mood.denying:
            return True
        at = self.at - 2
        passed = (words.DENIABLE | words.VERBS) - words.NEGATIONS
        while word_at(self.events, at) in passed:
            at -= 1
        return word_at(self.events, at) in words.NEGATIONS and self.at - 2 >= at >= self.spoken

    def unread(self, line: int) -> None:
        """The whole sentence is not understood; said once."""
        self.missed = False
        if not any(isinstance(one, Unread) and one.why == NOT_UNDERSTOOD for one in self.out):
            self.out.append(Unread(line, self.sentence(), NOT_UNDERSTOOD))

    def formula(self, chain: Chain, event: Event, role: str, called: Noun | None) -> None:
        link, self.mood.link = self.mood.link, ""
        conditions = (*self.conditions, *self.given)
        role = "task" if role == "claim" and self.tasked else role
        place, line = event.place, chain.tex_line
        self.out.append(Formula(chain, place, role, line, link, conditions, called, self.scoped, "", self.number))
        self.scoped, self.fresh, self.concluded = "", False, True
        self.pending.clear()

    def hypothesise(self, *, anything: bool) -> None:
        """What was said last becomes the condition of what follows; the computation before its last sign stays."""
        last = self.out[-1] if self.out else None
        if isinstance(last, Formula) and last.link == "iff":
            self.given = list(last.conditions)
            return
        if not isinstance(last, Formula) or last.role not in ("claim", "task") or last.called is not None:
            return
        chain, relations = last.chain, last.chain.relations
        if len(relations) > 1 and is_literal(relations[-1].right) and not is_ordering(chain):
            final = Chain(relations[-2].right, relations[-1:], relations[-1].tex_line)
            self.out[-1] = replace(last, chain=replace(chain, relations=relations[:-1]))
            self.given, self.concluded = [final], False
        elif is_hypothesis(chain) or (anything and len(relations) == 1):
            self.out.pop()
            self.given, self.concluded = [chain], False
            self.scoped = last.scope

    def expression(self, event: Event, node: Node) -> None:
        """A formula without a relation: a subject, a meaning, or what a noun is said to be."""
        if isinstance(node, Mark):
            return
        if self.mood.meaning and self.subject is not None:
            self.mood.meaning = False
            chain = Chain(self.subject, (Relation(":=", node, event.line),), event.line)
            self.formula(chain, event, "definition", None)
            return
        if word_at(self.events, self.at).startswith(("lipschitz", "strongly", "smooth")) or self.value(event, node):
            return
        directly = self.at >= 2 and self.events[self.at - 2].kind == "word"
        keep = directly and word_at(self.events, self.at - 2) in terms.NOUNS
        self.subject, self.noun, self.pronoun = node, self.noun if keep else None, False
        self.mood.verb, self.mood.negated = False, self.mood.none
        if isinstance(node, Function) and self.noun is None:
            self.noun = Noun("function")

    def value(self, event: Event, node: Node) -> bool:
        """ "The gradient is X^T r": is the formula said to be the value of a noun?"""
        noun = self.noun
        stated = self.mood.verb or self.mood.defining == "with"
        if noun is None or not stated or word_at(self.events, self.at - 2) in ("constant", "modulus", "parameter"):
            return False
        if noun.word in DERIVED and not isinstance(node, Name):
            kind, order = DERIVED[noun.word]
            left: Node = Derivative(kind, noun.of or self.described(), noun.wrt, order)
        elif noun.word in OPERATIONS and noun.of is not None and not isinstance(noun.of, Text):
            left = Apply(OPERATIONS[noun.word], (noun.of,))
        else:
            numbered = is_literal(node) and noun.word in terms.NOUNS.values() and self.subject is None
            self.missed = self.missed or numbered
            return False
        if self.denied():
            self.unread(event.line)
        else:
            chain = Chain(left, (Relation("=", node, event.line),), event.line)
            self.formula(chain, event, "claim", None)
        self.mood.verb = False
        return True

    def described(self) -> Node | None:
        """In "m_i is linear in w with gradient ..." the gradient is that of m_i."""
        last = self.out[-1] if self.out else None
        return last.subject if isinstance(last, Claim) and self.mood.defining == "with" else None

    def claim(self, kind: str, line: int, *, verbless: bool = False) -> None:
        negated = self.mood.negated != kind.startswith("not ")
        kind = kind.removeprefix("not ")
        subject, noun = self.about(kind, verbless=verbless)
        known = subject is not None or noun.word
        if self.mood.denying == "open" or (not known and kind not in terms.SUBJECTLESS):
            self.missed = True
            return
        role = self.mood.role if self.mood.role in ("reason", "condition") else "claim"
        role = "task" if role == "claim" and self.tasked else role
        text = " ".join([*self.text[self.clause :], kind])
        reason = " ".join(self.text[: self.clause])
        link, self.mood.link = self.mood.link, ""
        conditions = () if role == "condition" else (*self.conditions, *self.given)
        self.out.append(
            Claim(
                kind, subject, noun, negated != (self.mood.denying == "false"), line, text, role, link, (),
                self.mood.block, conditions, self.scoped, reason, self.number,
            )
        )  # fmt: skip
        self.mood.negated, self.mood.block, self.fresh, self.scoped = False, "", False, ""
        self.concluded = True
        if role != "condition":
            self.pending.clear()
        if kind in CONVEXITY:
            self.curved = (subject, noun)

    def about(self, kind: str, *, verbless: bool) -> tuple[Node | None, Noun]:
        """The subject of a claim; "it is convex" means no matrix and no index, but the function spoken of."""
        subject, noun = self.subject, self.noun
        if kind in (*CONVEXITY, *OF_A_FUNCTION) and (self.pronoun or verbless) and not is_function(subject):
            named = subject is None and noun is not None and noun.word not in {*DERIVED, *OF_A_MATRIX, "matrix"}
            if not named:
                if self.leading is not None:
                    return None, self.leading
                subject, noun = self.curved if self.curved != NOTHING else (None, Noun("loss"))
        noun = noun or Noun("")
        if subject is None and noun.word in OF_A_MATRIX and not isinstance(noun.of, Text):
            subject = noun.of
        return subject, noun


def _contrasts(before: Node, node: Node) -> bool:
    """ "For r > 0 ..., for r < 0 ...": the second does not add to the first."""
    return isinstance(before, Chain) and isinstance(node, Chain) and before.left == node.left


def _of(noun: Noun, node: Node) -> Noun:
    """The Hessian of J; the determinant of the Hessian of J."""
    if isinstance(noun.of, Derivative) and noun.of.of is None:
        return replace(noun, of=replace(noun.of, of=node))
    return replace(noun, of=node)


def _by(noun: Noun, wrt: tuple[Node, ...]) -> Noun:
    if isinstance(noun.of, Derivative):
        return replace(noun, of=replace(noun.of, wrt=wrt))
    return replace(noun, wrt=wrt)
