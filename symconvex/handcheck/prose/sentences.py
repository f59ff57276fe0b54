"""Words and formulas as statements: what is defined, claimed, given as a reason, or asked as a condition.

Sentence by sentence, from left to right. A formula takes the role that the words before it gave: "let", "where" and
"with" define, "since" and "using" give reasons, everything else claims. It is a condition only right after "if",
"for", "at" and the like. A property in words needs a verb or a link: "J is convex" and "hence convex" claim, "a convex
function" does not. No relation is passed over: what becomes neither a statement nor a condition is Unread.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Node, Number, Text
from symconvex.handcheck.prose import terms, words
from symconvex.handcheck.prose.ahead import (
    chains_in,
    clause,
    phrase_at,
    said,
    spoken,
    word_at,
)
from symconvex.handcheck.prose.clause import NOT_UNDERSTOOD, NOTHING, Topic
from symconvex.handcheck.prose.mood import Mood
from symconvex.handcheck.prose.said import Said
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Assumption, Claim, Formula, Statement, Unread

ZERO_SLOPE = "where a derivative is zero"
POINTS = ("stationary point", "minimiser")
Act = Callable[[str, Event], bool]


def statements_of(events: Sequence[Event]) -> tuple[Statement, ...]:
    """All statements, numbered by sentence."""
    found: list[Statement] = []
    sentence: list[Event] = []
    number = 0
    before, curved = NOTHING, NOTHING
    carried: list[Node] = []
    for event in [*events, Event("end", 0)]:
        if event.kind != "end":
            sentence.append(event)
        elif sentence:
            reader = _Sentence(sentence, number, before, curved, carried)
            found += reader.read(asked=event.text == "?")
            before, curved, carried = (reader.subject, reader.noun), reader.curved, reader.carried
            sentence, number = [], number + 1
    return (
        *found,
        *(_passed_over(node, "nothing follows this condition") for node in carried if isinstance(node, Chain)),
    )


def _passed_over(chain: Chain, why: str) -> Unread:
    return Unread(chain.tex_line, render(chain), why)


class _Sentence(Said):
    """Words; properties are in `Said`, formulas in `Clause`."""

    carried: list[Node]

    def read(self, *, asked: bool) -> list[Statement]:
        while self.at < len(self.events):
            event = self.events[self.at]
            self.at += 1
            if event.kind == "word":
                self.word(event)
            elif event.kind == "math" and event.node is not None:
                self.math(event, event.node)
            else:
                self.mark(event)
        self.finish()
        if asked:
            self.out = [one for one in self.out if not isinstance(one, Claim)]
            self.out = [_as_task(one) for one in self.out]
        elif self.missed or self.says_more():
            self.unread(self.events[0].line)
        self.keep_all()
        return self.out

    def mark(self, event: Event) -> None:
        """Everything that is neither a word nor a formula."""
        if event.kind == "link":
            self.hypothesise_display(event.text)
            self.linked(event.text)
        elif event.kind == "unread":
            text, _, why = event.text.rpartition("|")
            self.out.append(Unread(event.line, text, why))
        elif event.kind == "colon" and self.at >= 2 and self.events[self.at - 2].kind == "math":
            self.mood = Mood()
        elif event.kind == "opening":
            self.outer.append((replace(self.mood), self.subject, self.noun, self.fresh))
        elif event.kind == "closing" and self.outer:
            self.mood, self.subject, self.noun, self.fresh = self.outer.pop()
        elif event.kind in ("comma", "semicolon", "row"):
            self.pause(event.kind)

    def hypothesise_display(self, link: str) -> None:
        if link in ("hence", "iff") and not (self.introduced or (self.out and _link(self.out[-1]) == "hence")):
            self.hypothesise(anything=link == "iff")

    def finish(self) -> None:
        """Conditions that nothing followed belong to what was said before them, or to what comes next."""
        self.carried = []
        at = next((at for at in reversed(range(len(self.out))) if _takes_conditions(self.out[at])), None)
        claimed = any(_role(one) in ("claim", "task", "exists", "reason") for one in self.out)
        if self.assumptions and not claimed:
            self.out.append(Assumption(self.events[0].line, tuple(self.assumptions), self.sentence()))
        elif self.pending and at is not None:
            last = self.out[at]
            if isinstance(last, Formula | Claim):
                scope = self.scoped or last.scope
                self.out[at] = replace(last, conditions=(*last.conditions, *self.pending), scope=scope)
        elif self.given and self.given[0] not in self.shown():
            self.out += [_passed_over(one, NOT_UNDERSTOOD) for one in self.given if isinstance(one, Chain)]
        else:
            self.carried = self.pending

    def shown(self) -> list[Node]:
        """Every condition of a statement."""
        return [node for one in self.out if not isinstance(one, Unread) for node in one.conditions]

    def keep_all(self) -> None:
        """No relation of the sentence is passed over."""
        kept = [one.chain for one in self.out if isinstance(one, Formula)]
        kept += [node for node in (*self.shown(), *self.carried) if isinstance(node, Chain)]
        known = {id(relation) for chain in kept for relation in chain.relations}
        unread = " ".join(one.text for one in self.out if isinstance(one, Unread))
        for event in self.events:
            chain = event.node
            if isinstance(chain, Chain) and id(chain.relations[0]) not in known and render(chain) not in unread:
                self.out.append(_passed_over(chain, NOT_UNDERSTOOD))

    def says_more(self) -> bool:
        """Does it speak of a property with a verb, and yet nothing was read?"""
        said_something = any(not isinstance(one, Formula) or one.role != "reason" for one in self.out)
        if said_something or self.tasked or word_at(self.events, 0) in words.DEFINING:
            return False
        places = range(len(self.events))
        named = any(phrase_at(self.events, at, terms.PROPERTY_WORDS)[1] for at in places)
        return named and any(word_at(self.events, at) in words.ANY_VERB for at in places)

    def pause(self, kind: str) -> None:
        """A comma ends a reason and a condition; a row or semicolon ends everything said beside a formula."""
        following = word_at(self.events, self.at)
        mood = self.mood
        mood.attach, mood.verb, mood.denying, self.fresh = "", False, "", True
        mood.negated = mood.none = False
        self.given = [] if self.concluded else self.given
        mood.link = "" if mood.link == "because" else mood.link
        mood.meaning = mood.proving = False
        if mood.role == "exists" and following not in ("such", "with", "where", "for", "so"):
            mood.role = "claim"
        if mood.role in ("reason", "condition") or (kind == "row" and mood.defining != "where"):
            mood.role = "claim"
        if kind in ("semicolon", "row"):
            self.end_conditions(kind)
        self.tasked = "" if self.tasked == "clause" else self.tasked
        self.introduced = False
        self.clause = len(self.text)

    def end_conditions(self, kind: str) -> None:
        """After a semicolon, or after a display, only what is said in words or assumed still holds."""
        following = self.events[self.at : self.at + 1]
        inside = kind == "row" and (not self.out or (bool(following) and following[0].place == "display"))
        if not inside:
            kept = [id(one) for one in self.assumptions]
            self.conditions = [one for one in self.conditions if isinstance(one, Text) or id(one) in kept]
            self.given = self.given if kind == "row" else []

    def word(self, event: Event) -> None:
        start = self.at
        self.at -= 1
        for table, act in self.tables():
            phrase, length = phrase_at(self.events, self.at, table)
            if length and act(phrase, event):
                self.at += length
                self.text += [spoken(one) for one in self.events[start - 1 : self.at]]
                return
        self.at = start
        self.text.append(event.text)
        self.other(event)

    def tables(self) -> tuple[tuple[Collection[str], Act], ...]:
        return (
            (words.DENYING, self.deny_ahead),
            (words.TASKS, self.task),
            (words.EXISTING, self.exists),
            (words.SCOPES, self.scope),
            (words.SOLVING, self.solving),
            (terms.CLAIMING, self.claiming),
            (terms.BLOCKS, self.block),
            (words.RANKED, self.ranked),
            (terms.ADJECTIVES, self.adjective),
            (words.IDIOMS, self.idiom),
            (words.MEANING, self.means),
            (terms.NOUNS, self.name),
            (terms.ABSTRACT, self.abstract),
            (words.LINKS, self.link),
            (words.CONDITIONAL, self.condition),
            (words.DEFINING, self.define),
            (words.DENIED, self.deny),
            (words.NEGATIONS, self.negate),
            (words.VERBS, self.is_a),
        )

    def idiom(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.attach = ""
        return True

    def deny_ahead(self, phrase: str, event: Event) -> bool:
        del event
        self.linked("")
        self.mood.denying = words.DENYING[phrase]
        self.mood.verb = phrase.endswith(" be")
        return True

    def deny(self, phrase: str, event: Event) -> bool:
        """ "J = w^2 is wrong", "a > 0 and b > 0 exclude each other": what was said is taken back."""
        del event
        last = self.out[-1] if self.out else None
        before = self.events[self.at - 1].node if self.at else None
        following = word_at(self.events, self.at + len(phrase.split()))
        if (phrase.startswith("fail") and following == "to") or following in terms.ADJECTIVES:
            return False
        if not (isinstance(last, Claim) and not self.fresh) and not isinstance(before, Chain):
            return False
        line = self.out.pop().tex_line if self.out else self.events[0].line
        both = phrase.endswith("other") or phrase.startswith(("are ", "do ", "don't ", "cannot both"))
        if both and self.out and _role(self.out[-1]) == "claim":
            self.out.pop()
        self.unread(line)
        return True

    def task(self, phrase: str, event: Event) -> bool:
        del event
        first = self.at == 0 or (self.events[self.at - 1].kind != "word" and not self.out)
        if phrase in words.IMPERATIVES and not first:
            return False
        self.tasked = "clause" if "to " in phrase else "sentence"
        return True

    def scope(self, phrase: str, event: Event) -> bool:
        del event
        if self.out and not self.fresh and isinstance(self.out[-1], Formula | Claim):
            self.out[-1] = replace(self.out[-1], scope=phrase)
        else:
            self.scoped = phrase
        return True

    def solving(self, phrase: str, event: Event) -> bool:
        """The next formula is said where a derivative is zero."""
        del event
        if phrase != "to zero" or any(word.lower() in words.EQUATING for word in self.text):
            self.scoped = ZERO_SLOPE
        return False

    def means(self, phrase: str, event: Event) -> bool:
        if phrase == "means" and isinstance(self.events[self.at - 1].node if self.at else None, Chain):
            return self.link(phrase, event)
        del phrase, event
        self.mood.meaning = True
        return True

    def exists(self, phrase: str, event: Event) -> bool:
        del phrase, event
        self.mood.role = "exists"
        return True

    def link(self, phrase: str, event: Event) -> bool:
        del event
        meaning = words.LINKS.get(phrase, "hence")
        first = self.at == 0 or self.events[self.at - 1].kind != "word"
        if phrase in ("as", "that is") and (not first or (self.at and self.events[self.at - 1].kind == "math")):
            return False
        if phrase == "as" and word_at(self.events, self.at + 1) in ("long", "soon", "well", "far"):
            return False
        if self.mood.role == "exists" and meaning == "" and phrase != "then":
            return True
        before = self.events[self.at - 1] if self.at else None
        named = any(word_at(self.events, self.at - back) in words.ASSERTED for back in (2, 3))
        if phrase in words.IMPLYING and before is not None and isinstance(before.node, Chain) and not named:
            self.hypothesise(anything=True)
        self.linked(meaning)
        self.spoken = self.at + len(phrase.split()) - 1
        self.introduced = phrase == "we have"
        return True

    def define(self, phrase: str, event: Event) -> bool:
        del event
        if phrase == "with" and [word_at(self.events, self.at + k) for k in (1, 2)] == ["respect", "to"]:
            self.at += 2
            self.mood.attach = "respect"
            return True
        found = clause(self.events, self.at + len(phrase.split()))
        if phrase == "let" and not chains_in(found) and self.has_property(found):
            self.restrict(Text(said(found)), "suppose")
            self.mood = Mood(role="condition")
        elif self.mood.role != "exists":
            self.mood = Mood("definition", phrase, self.mood.link, denying=self.mood.denying)
        self.fresh = True
        return True

    def negate(self, phrase: str, event: Event) -> bool:
        del event
        if word_at(self.events, self.at + 1) in words.HARMLESS:
            self.at += 1
            return True
        self.mood.negated = True
        self.mood.none = phrase in ("no", "none") or (phrase in ("neither", "nor") and not self.mood.verb)
        if phrase.endswith(("n't", " be")) and phrase not in ("doesn't", "don't", "can't", "needn't"):
            self.find_subject()
            self.mood.verb = True
        return True

    def is_a(self, phrase: str, event: Event) -> bool:
        del event
        self.find_subject()
        if phrase.split(maxsplit=1)[0] in words.FINITE and word_at(self.events, self.at - 1) not in words.NEGATIONS:
            self.mood.negated = self.mood.none
        self.mood.verb = True
        return True

    def one_argument(self) -> bool:
        """ "Convex in the first argument": not in all of them."""
        last = self.out[-1] if self.out else None
        which = word_at(self.events, self.at + 1)
        if not isinstance(last, Claim) or self.fresh or which not in ("first", "second", "third", "last", "other"):
            return False
        named = Text(said(self.events[self.at + 1 : self.at + 3]))
        self.out[-1] = replace(last, wrt=(*last.wrt, named))
        return True

    def other(self, event: Event) -> None:
        """Small words that attach the next formula to what stands before it."""
        word = event.text.lower()
        if word in ("satisfies", "satisfy", "solves", "solve") and self.noun is not None and self.noun.word in POINTS:
            self.scoped = f"at a {self.noun.word}"
        elif word == "it" or (word in ("this", "they", "which") and self.subject is None and self.noun is None):
            self.pronoun = True
            if self.subject is None and self.noun is None:
                self.subject, self.noun = self.before
        elif word == "of" and self.noun is not None and (self.events[self.at - 2].kind == "word"):
            self.mood.attach = "of"
        elif word == "in" and self.one_argument():
            self.mood.attach = ""
        elif word == "in":
            again = word_at(self.events, self.at - 2) == "and" and self.mood.denying == ""
            self.mood.attach = "again" if again else "wrt"
        elif word == "and":
            listing = self.mood.attach == "wrt" and word_at(self.events, self.at + 1) not in words.VERBS
            self.mood.attach = "wrt" if listing else ""
        elif word.removeprefix("-").isdigit() and self.noun is not None and self.mood.verb:
            self.value(event, Number(Fraction(word)))
        elif word not in words.TRANSPARENT:
            self.mood.attach = ""


def _as_task(statement: Statement) -> Statement:
    asked = isinstance(statement, Formula) and statement.role == "claim"
    return replace(statement, role="task") if asked and isinstance(statement, Formula) else statement


def _role(statement: Statement) -> str:
    return statement.role if isinstance(statement, Formula | Claim) else ""


def _link(statement: Statement) -> str:
    return statement.link if isinstance(statement, Formula | Claim) else ""


def _takes_conditions(statement: Statement) -> bool:
    return _role(statement) in ("claim", "task", "definition")


__all__ = ["Topic", "statements_of"]
