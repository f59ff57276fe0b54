"""Words and formulas as statements: what is defined, claimed, given as a reason, or asked as a condition.

Sentence by sentence, from left to right. A formula takes the role that the words before it gave: "let", "where" and
"with" define, "since" and "using" give reasons, "if", "for" and "on" give conditions, everything else claims. A property
in words needs a verb: "J is convex" claims, "a convex function" does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.handcheck import reader_words as words
from symconvex.handcheck.document import Claim, Formula, Noun, Statement, Unread
from symconvex.handcheck.formula import Chain, Derivative, Function, Group, Mark, Name, Node, Number, Power, Relation, Text, Unreadable
from symconvex.handcheck.reader_display import Event
from symconvex.handcheck.reader_render import render

DERIVED = {"hessian": ("hessian", 2), "gradient": ("gradient", 1), "second derivative": ("total", 2), "derivative": ("total", 1)}
CONVEXITY = frozenset(("convex", "strictly convex", "strongly convex", "concave", "strictly concave", "quasiconvex"))
SAYING = frozenset(("if", "when", "whenever", "provided", "provided that", "unless", "assuming", "as long as", "only if"))
LONGEST_CLAUSE = 30
JOINING = frozenset(("and", "but", "not", "hence", "so", "thus", "therefore", "even", "also"))
ORDERINGS = frozenset(("<", "<=", ">", ">=", "!=", "in", "succ", "succeq", "prec", "preceq", "notin"))


Topic = tuple[Node | None, Noun | None]


def statements_of(events: Sequence[Event]) -> tuple[Statement, ...]:
    """All statements, numbered by sentence."""
    found: list[Statement] = []
    sentence: list[Event] = []
    number = 0
    before: Topic = (None, None)
    for event in [*events, Event("end", 0)]:
        if event.kind != "end":
            sentence.append(event)
        elif sentence:
            reader = _Sentence(sentence, number, before)
            found += reader.read()
            before = (reader.subject, reader.noun)
            sentence, number = [], number + 1
    return tuple(found)


@dataclass(slots=True)
class _Mood:
    """What the words so far make of the next formula."""

    role: str = "claim"
    defining: str = ""
    link: str = ""
    conditional: bool = False
    negated: bool = False
    verb: bool = False
    meaning: bool = False
    attach: str = ""
    block: str = ""


class _Sentence:
    def __init__(self, events: Sequence[Event], number: int, before: Topic) -> None:
        self.before = before
        self.events, self.number, self.at = events, number, 0
        self.out: list[Statement] = []
        self.mood = _Mood()
        self.subject: Node | None = None
        self.noun: Noun | None = None
        self.conditions: list[Node] = []
        self.fresh = True  # nothing stated since the last link or comma
        self.called: int | None = None
        self.text: list[str] = []
        self.clause = 0
        self.scoped = ""
        self.spoken = -1  # the last word of the last link
        self.outer: list[tuple[_Mood, Node | None, Noun | None]] = []

    def read(self) -> list[Statement]:
        while self.at < len(self.events):
            event = self.events[self.at]
            self.at += 1
            if event.kind == "word":
                self.word(event)
            elif event.kind == "math" and event.node is not None:
                self.math(event, event.node)
            elif event.kind == "link":
                self.linked(event.text)
            elif event.kind == "unread":
                text, _, why = event.text.rpartition("|")
                self.out.append(Unread(event.line, text, why))
            elif event.kind == "colon" and self.at >= 2 and self.events[self.at - 2].kind == "math":
                self.mood = _Mood()
            elif event.kind == "opening":
                self.outer.append((replace(self.mood), self.subject, self.noun))
            elif event.kind == "closing" and self.outer:
                self.mood, self.subject, self.noun = self.outer.pop()
            elif event.kind in ("comma", "semicolon", "row"):
                self.pause(event.kind)
        return self.out

    def pause(self, kind: str) -> None:
        """A comma ends a reason and a condition; a row or semicolon ends everything said beside a formula."""
        self.mood.conditional, self.mood.attach, self.mood.verb, self.fresh = False, "", False, True
        self.mood.link = "" if self.mood.link == "because" else self.mood.link
        if self.mood.role in ("reason", "condition") or (kind == "row" and self.mood.defining != "where"):
            self.mood.role = "claim"
        if kind in ("semicolon", "row"):
            self.conditions = [] if kind == "semicolon" or self.out else self.conditions
        self.clause = len(self.text)

    def linked(self, link: str) -> None:
        self.mood = _Mood(link=link, role="reason" if link == "because" else "claim")
        self.fresh, self.clause = True, len(self.text)

    # Words.

    def word(self, event: Event) -> None:
        start = self.at
        self.at -= 1
        for table, act in self.tables():
            phrase, length = self.phrase(table)
            if length and act(phrase, event):
                self.at += length
                self.text += [one.text for one in self.events[start - 1 : self.at]]
                return
        self.at = start
        self.text.append(event.text)
        self.other(event.text.lower())

    def tables(self):  # type: ignore[no-untyped-def]
        return (
            (words.EXISTING, self.exists),
            (words.SCOPES, self.scope),
            (words.CLAIMING, self.claiming),
            (words.BLOCKS, self.block),
            (words.ADJECTIVES, self.adjective),
            (words.MEANING, self.means),
            (words.NOUNS, self.name),
            (words.LINKS, self.link),
            (words.CONDITIONAL, self.condition),
            (words.DEFINING, self.define),
            (words.NEGATIONS, self.negate),
            (words.VERBS, self.is_a),
        )

    def phrase(self, table: Mapping[str, str] | frozenset[str]) -> tuple[str, int]:
        """The longest phrase of the table that starts here."""
        spoken: list[str] = []
        for event in self.events[self.at : self.at + words.LONGEST_PHRASE]:
            if event.kind != "word":
                break
            spoken.append(event.text.lower())
        for length in range(len(spoken), 0, -1):
            if " ".join(spoken[:length]) in table:
                return " ".join(spoken[:length]), length
        return "", 0

    def scope(self, phrase: str, event: Event) -> bool:
        del event
        if self.out and not self.fresh and isinstance(self.out[-1], Formula | Claim):
            self.out[-1] = replace(self.out[-1], scope=phrase)
        else:
            self.scoped = phrase
        self.mood.conditional = False
        return True

    def claiming(self, phrase: str, event: Event) -> bool:
        if self.subject is None and self.noun is None:
            return False
        self.claim(words.CLAIMING[phrase], event.line)
        return True

    def block(self, phrase: str, event: Event) -> bool:
        kind = words.BLOCKS[phrase]
        if phrase in words.ADJECTIVES:
            self.mood.block = kind
            return self.adjective(phrase, event)
        last = self.out[-1] if self.out else None
        if isinstance(last, Claim) and last.kind in CONVEXITY and not self.fresh:
            self.out[-1] = replace(last, block=kind)
            self.mood.attach = "wrt"
        else:
            self.mood.block = kind
        return True

    def adjective(self, phrase: str, event: Event) -> bool:
        before = self.events[self.at - 1].kind if self.at else ""
        previous = self.events[self.at - 1].text.lower() if before == "word" else ""
        if phrase == "diagonal" and self.noun_follows(1):
            return False
        attributive = previous in ("a", "an", "the", "of", "into", "two", "any", "every", "each", "all") and not (
            self.mood.verb and (phrase.startswith("convex function") or self.noun_follows(len(phrase.split())))
        )
        joined = previous in JOINING and any(isinstance(one, Claim) for one in self.out[-2:])
        said = self.mood.verb or before == "math" or joined
        if attributive or not said:
            return False
        self.claim(words.ADJECTIVES[phrase], event.line)
        return True

    def noun_follows(self, ahead: int) -> bool:
        following = self.events[self.at + ahead : self.at + ahead + 1]
        return bool(following) and following[0].text.lower() in ("function", "matrix", "entries", "elements")

    def means(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.meaning = True
        return True

    def exists(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.role = "exists"
        return True

    def name(self, phrase: str, event: Event) -> bool:
        """A noun: the subject of what follows, or what a defined name is called."""
        del event
        self.noun = Noun(words.NOUNS[phrase])
        defined = self.out[-1] if self.out else None
        if self.mood.verb and isinstance(defined, Formula) and not self.fresh and self.noun.word in DERIVED:
            self.called = len(self.out) - 1
            self.out[-1] = replace(defined, called=self.noun)
        else:
            self.called, self.subject, self.mood.verb = None, None, False
        self.mood.attach = ""
        return True

    def link(self, phrase: str, event: Event) -> bool:
        del event
        if self.mood.role == "exists" and words.LINKS[phrase] == "":
            return True
        self.linked(words.LINKS[phrase])
        self.spoken = self.at + len(phrase.split()) - 1
        return True

    def condition(self, phrase: str, event: Event) -> bool:
        clause = self.clause_ahead(len(phrase.split()))
        if phrase in SAYING and clause and not any(isinstance(one.node, Chain) or self.is_claim(one) for one in clause):
            self.at += len(clause)
            said = " ".join(render(one.node) if one.node is not None else one.text for one in clause)
            self.conditioned(Text(said))
            return True
        del event
        self.mood.conditional, self.mood.attach = True, ""
        return True

    def clause_ahead(self, start: int) -> list[Event]:
        """The events up to the next pause."""
        found = []
        for event in self.events[self.at + start : self.at + start + LONGEST_CLAUSE]:
            if event.kind not in ("word", "math") or event.text.lower() == "then":
                break
            found.append(event)
        return found

    def is_claim(self, event: Event) -> bool:
        return event.kind == "word" and (event.text.lower() in words.VERBS or event.text.lower() in words.NEGATIONS)

    def define(self, phrase: str, event: Event) -> bool:
        del event
        if phrase == "with" and self.phrase_ahead("respect to"):
            self.at += 2
            self.mood.attach = "respect"
            return True
        if self.mood.role != "exists":
            self.mood = _Mood("definition", phrase, self.mood.link)
        self.fresh = True
        return True

    def phrase_ahead(self, phrase: str) -> bool:
        ahead = self.events[self.at + 1 : self.at + 1 + len(phrase.split())]
        return " ".join(one.text.lower() for one in ahead) == phrase

    def negate(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.negated = True
        return True

    def is_a(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.verb = True
        return True

    def other(self, word: str) -> None:
        """Small words that attach the next formula to what stands before it."""
        if word in ("it", "this", "they", "which") and self.subject is None and self.noun is None:
            self.subject, self.noun = self.before
        elif word == "of" and self.noun is not None and (self.events[self.at - 2].kind == "word"):
            self.mood.attach = "of"
        elif word == "in":
            self.mood.attach = "wrt"
        elif word == "and":
            self.mood.attach = "and" if self.mood.attach == "condition" else ""
        elif word not in ("the", "a", "all", "some", "every", "any", "each", "such", "that", "perturbation", "class", "true"):
            self.mood.attach = ""

    # Formulas.

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
            self.renamed(replace(self.noun, wrt=_several(node)))
        elif attach == "wrt" and self.out and isinstance(self.out[-1], Claim) and not self.fresh:
            self.out[-1] = replace(self.out[-1], wrt=(*self.out[-1].wrt, *_several(node)))
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
        if role == "definition" and self.mood.defining in ("with", "where", "given", "fix", "consider") and _orders(chain):
            self.conditioned(chain)
            return
        if event.place == "display" and _is_range(chain):
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
            left = Derivative(kind, noun.of, noun.wrt, order)
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


def _several(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Group) else (node,)


def _orders(chain: Chain) -> bool:
    return all(one.sign in ORDERINGS for one in chain.relations)


def _is_range(chain: Chain) -> bool:
    """i = 1, ..., n beside a display, and y_i in {-1, 1}."""
    right = chain.relations[-1].right
    listed = isinstance(right, Group) and right.left == "" and any(isinstance(one, Mark) for one in right.items)
    numbered = listed and isinstance(right, Group) and right.items[0] == Number(Fraction(1))
    return numbered or (chain.relations[-1].sign == "in" and isinstance(chain.left, Name))
