"""Words and formulas as statements: what is defined, claimed, given as a reason, or asked as a condition.

Sentence by sentence, from left to right. A formula takes the role that the words before it gave: "let", "where" and
"with" define, "since" and "using" give reasons, everything else claims. It is a condition only right after "if",
"for", "at" and the like. A property in words needs a verb or a link: "J is convex" and "hence convex" claim, "a convex
function" does not. No relation is passed over: what becomes neither a statement nor a condition is Unread.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck import reader_words as words
from symconvex.handcheck.document import Assumption, Claim, Formula, Noun, Statement, Unread
from symconvex.handcheck.formula import Chain, Derivative, Node, Number, Text
from symconvex.handcheck.reader_ahead import (
    chains_in,
    clause,
    head_before,
    is_hypothetical,
    phrase_at,
    restrictions,
    said,
    spoken,
    word_at,
)
from symconvex.handcheck.reader_clause import NOT_UNDERSTOOD, NOTHING, Clause, Topic
from symconvex.handcheck.reader_display import Event
from symconvex.handcheck.reader_mood import CONVEXITY, DERIVED, JOINING, SAYING, Mood
from symconvex.handcheck.reader_render import render

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
    return (*found, *(_passed_over(node, "nothing follows this condition") for node in carried if isinstance(node, Chain)))


def _passed_over(chain: Chain, why: str) -> Unread:
    return Unread(chain.tex_line, render(chain), why)


class _Sentence(Clause):
    """Words; what formulas become is in `Clause`."""

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
        named = any(phrase_at(self.events, at, words.PROPERTY_WORDS)[1] for at in places)
        return named and any(word_at(self.events, at) in words.ANY_VERB for at in places)

    def pause(self, kind: str) -> None:
        """A comma ends a reason and a condition; a row or semicolon ends everything said beside a formula."""
        following = word_at(self.events, self.at)
        mood = self.mood
        mood.attach, mood.verb, mood.negated, mood.denying, self.fresh = "", False, False, "", True
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

    def linked(self, link: str) -> None:
        self.mood = Mood(link=link, role="reason" if link == "because" else "claim")
        self.fresh, self.clause, self.listed = True, len(self.text), None

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
            (words.CLAIMING, self.claiming),
            (words.BLOCKS, self.block),
            (words.RANKED, self.ranked),
            (words.ADJECTIVES, self.adjective),
            (words.IDIOMS, self.idiom),
            (words.MEANING, self.means),
            (words.NOUNS, self.name),
            (words.ABSTRACT, self.abstract),
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
        return True

    def deny(self, phrase: str, event: Event) -> bool:
        """ "J = w^2 is wrong", "a > 0 and b > 0 exclude each other": what was said is taken back."""
        del event
        last = self.out[-1] if self.out else None
        before = self.events[self.at - 1].node if self.at else None
        following = word_at(self.events, self.at + len(phrase.split()))
        if (phrase.startswith("fail") and following == "to") or following in words.ADJECTIVES:
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

    def find_subject(self) -> None:
        """A noun that is not known here is the subject all the same, and not what was spoken of before."""
        head, of, article = head_before(self.events, self.at)
        noun = self.noun
        if head and (article or (self.subject is None and noun is None)):
            self.subject, self.noun, self.pronoun = None, Noun(head), False
        elif of and self.subject is None and noun is not None and noun.of is None:
            if of.split()[-1] not in ("loss", "objective", "cost"):
                self.noun = replace(noun, of=Text(of))
        elif noun == Noun("function") and self.subject is None and article in ("a", "an", "any", "every", "each", "all"):
            self.noun = Noun("any function")

    def claiming(self, phrase: str, event: Event) -> bool:
        self.find_subject()
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

    def ranked(self, phrase: str, event: Event) -> bool:
        """ "X has full rank" is a condition where it is a reason or assumed; claimed, it is not understood."""
        start = self.at
        while start > 0 and self.at - start < 5 and self.events[start - 1].kind in ("word", "math"):
            before = word_at(self.events, start - 1)
            if before in words.LINKS or before in words.DEFINING or before in words.CONDITIONAL or before == "and":
                break
            start -= 1
        finite = phrase.startswith(("has ", "have ", "is ", "are "))
        if finite and self.mood.role == "claim":
            if self.mood.negated or any(word_at(self.events, at) in words.NEGATIONS for at in range(start, self.at)):
                return False
            self.missed = True
            return True
        length = len(phrase.split())
        del event
        self.conditioned(Text(said(self.events[start : self.at + length])))
        return True

    def adjective(self, phrase: str, event: Event) -> bool:
        before = self.events[self.at - 1].kind if self.at else ""
        previous = word_at(self.events, self.at - 1)
        length = len(phrase.split())
        if phrase == "diagonal" and self.noun_follows(1):
            return False
        if phrase in ("even", "odd") and word_at(self.events, self.at + 1) not in ("", "and", "in", "but", "function"):
            return False
        attributive = previous in ("a", "an", "the", "of", "into", "two", "any", "every", "each", "all") and not (
            self.mood.verb and (phrase.startswith("convex function") or self.noun_follows(length))
        )
        joined = previous in JOINING and any(isinstance(one, Claim) for one in self.out[-2:])
        verbless = self.follows_link()
        if attributive or not (self.mood.verb or before == "math" or joined or verbless):
            return False
        self.claim(words.ADJECTIVES[phrase], event.line, verbless=verbless and not self.mood.verb)
        return True

    def follows_link(self) -> bool:
        """ "hence convex", "so not strictly convex", "we conclude: convex"."""
        at = self.at - 1
        while at > self.spoken and (word_at(self.events, at) in JOINING or word_at(self.events, at).endswith("ly")):
            at -= 1
        if at > 0 and self.events[at].kind == "colon":
            at -= 1
        return at == self.spoken >= 0

    def noun_follows(self, ahead: int) -> bool:
        return word_at(self.events, self.at + ahead) in ("function", "matrix", "entries", "elements")

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

    def name(self, phrase: str, event: Event) -> bool:
        """A noun: the subject of what follows, or what a defined name is called."""
        del event
        word, attach, self.mood.attach = words.NOUNS[phrase], self.mood.attach, ""
        defined = self.out[-1] if self.out else None
        if attach == "of" and self.noun is not None:
            self.nested(word)
        elif attach == "respect":
            return True
        elif self.mood.verb and isinstance(defined, Formula) and not self.fresh and word in DERIVED:
            self.noun, self.called = Noun(word), len(self.out) - 1
            self.out[-1] = replace(defined, called=self.noun)
        elif not self.is_predicate():
            self.noun, self.pronoun = Noun(word), False
            self.called, self.subject, self.mood.verb, self.mood.negated = None, None, False, False
        return True

    def nested(self, word: str) -> None:
        """ "The determinant of the Hessian", "the Hessian of the loss"."""
        if self.noun is None or word in ("loss", "function"):
            return
        if word in DERIVED:
            kind, order = DERIVED[word]
            self.renamed(replace(self.noun, of=Derivative(kind, None, (), order)))
        else:
            self.renamed(replace(self.noun, of=Text(word)))

    def is_predicate(self) -> bool:
        """In "X^T X is a Gram matrix" the noun is no new subject."""
        at = self.at - 1
        while (word := word_at(self.events, at)) and word not in words.VERBS and word not in JOINING:
            at -= 1
        known = self.subject is not None or self.noun is not None
        return self.mood.verb and known and word in words.VERBS and self.at - at <= 4

    def abstract(self, phrase: str, event: Event) -> bool:
        """ "This proves the convexity of J"; "by convexity of f" is a reason."""
        before = [word_at(self.events, at) for at in range(max(0, self.at - 6), self.at)]
        after = [word_at(self.events, at) for at in range(self.at + 1, self.at + 7)]
        proving = bool(words.PROVING & {*before, *after[:5]})
        if not (proving or self.mood.role == "reason") or "if" in before:
            return False
        kind = words.ABSTRACT[phrase]
        if kind.removeprefix("not ") in (*CONVEXITY, "unique"):
            self.subject, self.noun = None, None
        end = self.at + len(phrase.split())
        if word_at(self.events, end) == "of":
            following = end + 1 + (word_at(self.events, end + 1) in ("the", "its"))
            node = self.events[following].node if following < len(self.events) else None
            if node is not None and not isinstance(node, Chain):
                self.subject = node
            elif word := word_at(self.events, following):
                self.noun = Noun(words.NOUNS.get(word, word))
        self.claim(kind, event.line, verbless=self.subject is None and self.noun is None)
        return True

    def link(self, phrase: str, event: Event) -> bool:
        del event
        meaning = words.LINKS.get(phrase, "hence")
        first = self.at == 0 or self.events[self.at - 1].kind != "word"
        if phrase in ("as", "that is") and (not first or (self.at and self.events[self.at - 1].kind == "math")):
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

    def condition(self, phrase: str, event: Event) -> bool:
        start = self.at + len(phrase.split())
        scope = words.SCOPE_WORDS.get(phrase, "")
        subordinate = phrase in SAYING or phrase in words.ASSUMING
        found, length = restrictions(self.events, start, phrase, event)
        self.mood.attach = ""
        if scope == "iff" and length and isinstance(self.events[self.at - 1].node if self.at else None, Chain):
            return self.equivalent()
        if length:
            for node in found:
                self.restrict(node, phrase)
            self.at += length
        elif subordinate:
            self.subordinate(phrase, start)
        return True

    def equivalent(self) -> bool:
        """ "a = 0 iff b = 0": the first is the condition of the second."""
        self.hypothesise(anything=True)
        self.linked("iff")
        return True

    def restrict(self, node: Node, phrase: str) -> None:
        """A condition that the words before this place made."""
        assumed = phrase in words.ASSUMING
        if assumed:
            self.assumptions.append(node)
        apart = assumed or word_at(self.events, self.at - 1) in ("and", "but", "then")
        self.conditioned(node, words.SCOPE_WORDS.get(phrase, ""), apart=apart)

    def subordinate(self, phrase: str, start: int) -> None:
        """A clause after "if" or "assume" that does not begin with a relation."""
        begin = start
        while phrase in words.ASSUMING and word_at(self.events, begin) in words.OPENINGS:
            begin += 1
        found = clause(self.events, begin)
        chains = chains_in(found)
        if chains and is_hypothetical(found, phrase):
            for node in chains:
                self.restrict(node, phrase)
            self.at += begin - start + len(found)
        elif not chains and found:
            self.restrict(Text(said(found)), phrase)
            if any(word_at(found, at) in words.VERBS for at in range(len(found))) and self.has_property(found):
                self.mood = Mood(role="condition")
            else:
                self.at += begin - start + len(found)
        elif found and not found[0].text.endswith("ing"):
            before = found[: next(at for at, one in enumerate(found) if isinstance(one.node, Chain))]
            self.restrict(Text(said(before)), phrase)

    def has_property(self, found: Sequence[Event]) -> bool:
        return any(phrase_at(found, at, words.ADJECTIVES)[1] for at in range(len(found)))

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
            self.mood = Mood("definition", phrase, self.mood.link)
        self.fresh = True
        return True

    def negate(self, phrase: str, event: Event) -> bool:
        del event
        if word_at(self.events, self.at + 1) in words.HARMLESS:
            self.at += 1
            return True
        self.mood.negated = True
        if phrase.endswith(("n't", " be")) and phrase not in ("doesn't", "don't", "can't", "needn't"):
            self.find_subject()
            self.mood.verb = True
        return True

    def is_a(self, phrase: str, event: Event) -> bool:
        del event
        self.find_subject()
        if phrase.split()[0] in words.FINITE and word_at(self.events, self.at - 1) not in words.NEGATIONS:
            self.mood.negated = False
        self.mood.verb = True
        return True

    def other(self, event: Event) -> None:
        """Small words that attach the next formula to what stands before it."""
        word = event.text.lower()
        if word == "it" or (word in ("this", "they", "which") and self.subject is None and self.noun is None):
            self.pronoun = True
            if self.subject is None and self.noun is None:
                self.subject, self.noun = self.before
        elif word == "of" and self.noun is not None and (self.events[self.at - 2].kind == "word"):
            self.mood.attach = "of"
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
