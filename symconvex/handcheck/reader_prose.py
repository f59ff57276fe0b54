"""Words and formulas as statements: what is defined, claimed, given as a reason, or asked as a condition.

Sentence by sentence, from left to right. A formula takes the role that the words before it gave: "let", "where" and
"with" define, "since" and "using" give reasons, "if", "for" and "on" give conditions, everything else claims. A
property in words needs a verb: "J is convex" claims, "a convex function" does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from symconvex.handcheck import reader_words as words
from symconvex.handcheck.document import Claim, Formula, Noun, Statement, Unread
from symconvex.handcheck.formula import (
    Chain,
    Text,
)
from symconvex.handcheck.reader_clause import Clause, Topic
from symconvex.handcheck.reader_display import Event
from symconvex.handcheck.reader_mood import (
    CONVEXITY,
    DERIVED,
    JOINING,
    LONGEST_CLAUSE,
    SAYING,
    Mood,
)
from symconvex.handcheck.reader_render import render

Table = Mapping[str, str] | frozenset[str]
Act = Callable[[str, Event], bool]


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


class _Sentence(Clause):
    """Words; what formulas become is in `Clause`."""

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
                self.mood = Mood()
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
        self.mood.meaning = False
        if self.mood.role in ("reason", "condition") or (kind == "row" and self.mood.defining != "where"):
            self.mood.role = "claim"
        if kind in ("semicolon", "row"):
            self.conditions = [] if kind == "semicolon" or self.out else self.conditions
        self.clause = len(self.text)

    def linked(self, link: str) -> None:
        self.mood = Mood(link=link, role="reason" if link == "because" else "claim")
        self.fresh, self.clause = True, len(self.text)

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

    def tables(self) -> tuple[tuple[Table, Act], ...]:
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

    def phrase(self, table: Table) -> tuple[str, int]:
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
            self.mood = Mood("definition", phrase, self.mood.link)
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
        elif word not in (
            "the",
            "a",
            "all",
            "some",
            "every",
            "any",
            "each",
            "such",
            "that",
            "perturbation",
            "class",
            "true",
        ):
            self.mood.attach = ""
