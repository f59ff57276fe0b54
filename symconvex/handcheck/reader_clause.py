"""The formulas of a sentence as statements, in the role that the words before them gave."""

from collections.abc import Sequence
from dataclasses import replace

from symconvex.handcheck import reader_words as words
from symconvex.handcheck.document import Claim, Formula, Noun, Statement, Unread
from symconvex.handcheck.formula import (
    Chain,
    Derivative,
    Function,
    Group,
    Mark,
    Name,
    Node,
    Power,
    Relation,
    Text,
    Unreadable,
)
from symconvex.handcheck.reader_display import Event
from symconvex.handcheck.reader_mood import DERIVED, Mood, is_ordering, is_range, several
from symconvex.handcheck.reader_render import render

Topic = tuple[Node | None, Noun | None]


class Clause:
    """What has been said so far in a sentence, and what the next formula adds."""

    def __init__(self, events: Sequence[Event], number: int, before: Topic) -> None:
        self.before = before
        self.events, self.number, self.at = events, number, 0
        self.out: list[Statement] = []
        self.mood = Mood()
        self.subject: Node | None = None
        self.noun: Noun | None = None
        self.conditions: list[Node] = []
        self.fresh = True  # nothing stated since the last link or comma
        self.called: int | None = None
        self.text: list[str] = []
        self.clause = 0
        self.scoped = ""
        self.spoken = -1  # the last word of the last link
        self.outer: list[tuple[Mood, Node | None, Noun | None]] = []

    def math(self, event: Event, node: Node) -> None:
        self.text.append(render(node) if not isinstance(node, Unreadable) else node.text)
        attach, self.mood.attach = self.mood.attach, ""
        named = not isinstance(node, Chain) and self.verb_next()
        if named and self.mood.conditional:
            self.mood.conditional, self.mood.role = False, "condition"
            self.expression(event, node)
        elif self.mood.conditional or (attach == "and" and isinstance(node, Chain)):
            self.mood.conditional, self.mood.attach = False, "condition"
            self.conditioned(node)
        elif isinstance(node, Chain):
            self.chain(event, node)
        elif attach == "of" and self.noun is not None:
            self.renamed(replace(self.noun, of=node))
        elif attach == "respect" and self.noun is not None:
            self.renamed(replace(self.noun, wrt=several(node)))
        elif attach == "wrt" and self.out and isinstance(self.out[-1], Claim) and not self.fresh:
            self.out[-1] = replace(self.out[-1], wrt=(*self.out[-1].wrt, *several(node)))
            self.mood.attach = "wrt"
        elif isinstance(node, Unreadable):
            self.out.append(Unread(node.tex_line, node.text, node.why))
        else:
            self.expression(event, node)

    def verb_next(self) -> bool:
        following = self.events[self.at : self.at + 1]
        return bool(following) and following[0].text.lower() in words.VERBS

    def conditioned(self, node: Node) -> None:
        """A condition narrows what was just said, or all that follows in the sentence."""
        if isinstance(node, Unreadable):
            self.out.append(Unread(node.tex_line, node.text, node.why))
            return
        base = node.base if isinstance(node, Power) else node
        if not isinstance(base, Chain | Group | Text) and not (isinstance(base, Name) and base.base == "R"):
            return
        last = self.out[-1] if self.out else None
        if isinstance(last, Formula | Claim) and not self.fresh:
            self.out[-1] = replace(last, conditions=(*last.conditions, node))
        else:
            self.conditions.append(node)

    def renamed(self, noun: Noun) -> None:
        self.noun = noun
        formula = self.out[self.called] if self.called is not None else None
        if self.called is not None and isinstance(formula, Formula):
            self.out[self.called] = replace(formula, called=noun)

    def chain(self, event: Event, chain: Chain) -> None:
        role = self.mood.role
        if (
            role == "definition"
            and self.mood.defining in ("with", "where", "given", "fix", "consider")
            and is_ordering(chain)
        ):
            self.conditioned(chain)
            return
        if event.place == "display" and is_range(chain):
            self.fresh = False
            self.conditioned(chain)
            return
        direct = self.at >= 2 and self.events[self.at - 2].kind == "word" and self.at - 2 == self.spoken
        if role == "reason" and event.place == "display" and not direct:
            role = self.mood.role = "claim"
            self.mood.link = ""
        if any(one.sign == ":=" for one in chain.relations):
            role = "definition"
        stated = bool(self.out) and isinstance(self.out[-1], Claim) and not self.fresh
        called = self.noun if self.mood.verb and self.subject is None and not stated else None
        self.formula(chain, event, role, called)
        self.subject, self.noun = chain.left, None if called is None else self.noun
        if role == "reason":
            self.mood.role = "claim" if not self.followed_by_and() else role
        self.mood.verb = False

    def followed_by_and(self) -> bool:
        return self.events[self.at : self.at + 1] != [] and self.events[self.at].text == "and"

    def formula(self, chain: Chain, event: Event, role: str, called: Noun | None) -> None:
        link, self.mood.link = self.mood.link, ""
        conditions = tuple(self.conditions)
        place, line = event.place, chain.tex_line
        self.out.append(Formula(chain, place, role, line, link, conditions, called, self.scoped, "", self.number))
        self.scoped = ""
        self.fresh = False

    def expression(self, event: Event, node: Node) -> None:
        """A formula without a relation: a subject, a meaning, or what a noun is said to be."""
        if isinstance(node, Mark):
            return
        if self.mood.meaning and self.subject is not None:
            self.mood.meaning = False
            chain = Chain(self.subject, (Relation(":=", node, event.line),), event.line)
            self.formula(chain, event, "definition", None)
            return
        if self.events[self.at : self.at + 1] and self.events[self.at].text.lower().startswith("lipschitz"):
            return
        noun = self.noun
        stated = noun is not None and noun.word in DERIVED and not isinstance(node, Name)
        if noun is not None and stated and (self.mood.verb or self.mood.defining == "with"):
            kind, order = DERIVED[noun.word]
            left = Derivative(kind, noun.of or self.described(), noun.wrt, order)
            chain = Chain(left, (Relation("=", node, event.line),), event.line)
            self.formula(chain, event, "claim", None)
            self.mood.verb = False
            return
        directly = self.at >= 2 and self.events[self.at - 2].kind == "word"
        keep = directly and self.events[self.at - 2].text.lower() in words.NOUNS
        self.subject, self.noun = node, self.noun if keep else None
        self.mood.verb = False
        if isinstance(node, Function) and self.noun is None:
            self.noun = Noun("function")

    def described(self) -> Node | None:
        """In "m_i is linear in w with gradient ..." the gradient is that of m_i."""
        last = self.out[-1] if self.out else None
        return last.subject if isinstance(last, Claim) and self.mood.defining == "with" else None

    def claim(self, kind: str, line: int) -> None:
        noun = self.noun or Noun("")
        known = self.subject is not None or noun.word
        if not known and kind not in words.SUBJECTLESS:
            return
        role = self.mood.role if self.mood.role in ("reason", "condition") else "claim"
        text = " ".join([*self.text[self.clause :], kind])
        reason = " ".join(self.text[: self.clause])
        link, self.mood.link = self.mood.link, ""
        self.out.append(
            Claim(
                kind, self.subject, noun, self.mood.negated, line, text, role, link, (), self.mood.block,
                tuple(self.conditions), self.scoped, reason, self.number,
            )
        )  # fmt: skip
        self.mood.negated, self.mood.block, self.fresh, self.scoped = False, "", False, ""
