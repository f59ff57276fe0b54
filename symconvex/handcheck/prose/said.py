"""The nouns, properties and conditions of a sentence: who is spoken of, what is claimed of it, and when."""

from collections.abc import Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import Chain, Derivative, Node, Text
from symconvex.handcheck.prose import terms, words
from symconvex.handcheck.prose.ahead import (
    KNOWN,
    chains_in,
    clause,
    head_before,
    is_hypothetical,
    phrase_at,
    restrictions,
    said,
    word_at,
)
from symconvex.handcheck.prose.clause import Clause
from symconvex.handcheck.prose.mood import CONVEXITY, DERIVED, JOINING, SAYING, Mood
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Claim, Formula, Noun

THE_LOSS = ("loss", "objective", "cost", "loss function", "cost function", "objective function")
PARTS = ("term", "part", "both", "block", "entry")


class Said(Clause):
    """Words that name a subject, say something of it, or restrict what is said."""

    def find_subject(self) -> None:
        """A noun that is not known here is the subject all the same, and not what was spoken of before."""
        head, of, article = head_before(self.events, self.at)
        noun = self.noun
        if head and (article or (self.subject is None and noun is None)):
            self.subject, self.noun, self.pronoun = None, Noun(head), False
        elif noun is not None and noun.of is None and self.subject is None and of not in ("", *THE_LOSS):
            self.noun = replace(noun, of=Text(of))

    def claiming(self, phrase: str, event: Event) -> bool:
        self.find_subject()
        if self.subject is None and self.noun is None:
            return False
        self.claim(terms.CLAIMING[phrase], event.line)
        return True

    def block(self, phrase: str, event: Event) -> bool:
        kind = terms.BLOCKS[phrase]
        if phrase in terms.ADJECTIVES:
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
        heard = Text(said(self.events[start : self.at + length]))
        if self.mood.role == "definition" and self.mood.defining in ("let", "given", "fix", "consider"):
            self.restrict(heard, "suppose")
        else:
            self.conditioned(heard, apart=self.mood.role == "reason")
        return True

    def adjective(self, phrase: str, event: Event) -> bool:
        before = self.events[self.at - 1].kind if self.at else ""
        previous = word_at(self.events, self.at - 1)
        length = len(phrase.split())
        if phrase == "diagonal" and self.noun_follows(1):
            return False
        if previous in words.WEAKENING:
            self.missed = True
            return True
        if phrase in ("even", "odd") and word_at(self.events, self.at + 1) not in ("", "and", "in", "but", "function"):
            return False
        attributive = previous in ("a", "an", "the", "of", "into", "two", "any", "every", "each", "all") and not (
            self.mood.verb and (phrase.startswith("convex function") or self.noun_follows(length))
        )
        joined = previous in JOINING and any(isinstance(one, Claim) for one in self.out[-2:])
        verbless = self.follows_link()
        gapped = previous in KNOWN and word_at(self.events, self.at - 3) in ("and", "but") and self.has_claimed()
        relative = word_at(self.events, self.at - 2) == "that" and word_at(self.events, self.at - 3) in KNOWN
        if attributive or relative or not (self.mood.verb or before == "math" or joined or gapped or verbless):
            return False
        self.claim(terms.ADJECTIVES[phrase], event.line, verbless=verbless and not self.mood.verb)
        return True

    def has_claimed(self) -> bool:
        """ "The Hessian is psd and the loss convex": does the verb of an earlier claim still count?"""
        return any(isinstance(one, Claim) for one in self.out)

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

    def name(self, phrase: str, event: Event) -> bool:
        """A noun: the subject of what follows, or what a defined name is called."""
        del event
        word, attach, self.mood.attach = terms.NOUNS[phrase], self.mood.attach, ""
        defined = self.out[-1] if self.out else None
        if attach == "of" and self.noun is not None:
            self.nested(word)
        elif attach == "respect":
            return True
        elif self.mood.verb and isinstance(defined, Formula) and not self.fresh and word in DERIVED:
            self.noun, self.called = Noun(word), len(self.out) - 1
            self.out[-1] = replace(defined, called=self.noun)
        elif not self.is_predicate():
            article = [word_at(self.events, self.at - back) for back in (1, 2, 3)]
            general = word == "function" and not words.GENERAL.isdisjoint(article)
            self.noun, self.pronoun = Noun("any function" if general else word), False
            if word in PARTS and not self.out and self.subject is None:
                self.leading = self.noun
            self.called, self.subject, self.mood.verb, self.mood.negated = None, None, False, self.mood.none
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
        return self.mood.verb and known and word in words.VERBS and self.at - at <= 7

    def abstract(self, phrase: str, event: Event) -> bool:
        """ "This proves the convexity of J"; "by convexity of f" is a reason."""
        before = [word_at(self.events, at) for at in range(max(0, self.at - 6), self.at)]
        after = [word_at(self.events, at) for at in range(self.at + 1, self.at + 7)]
        proving = bool(terms.PROVING & {*before, *after[:5]})
        if not (proving or self.mood.role == "reason") or "if" in before:
            return False
        kind = terms.ABSTRACT[phrase]
        if kind.removeprefix("not ") in (*CONVEXITY, "unique"):
            self.subject, self.noun = None, None
        end = self.at + len(phrase.split())
        if word_at(self.events, end) == "of":
            following = end + 1 + (word_at(self.events, end + 1) in ("the", "its"))
            node = self.events[following].node if following < len(self.events) else None
            if node is not None and not isinstance(node, Chain):
                self.subject = node
            elif word := word_at(self.events, following):
                self.noun = Noun(terms.NOUNS.get(word, word))
        self.claim(kind, event.line, verbless=self.subject is None and self.noun is None)
        return True

    def has_property(self, found: Sequence[Event]) -> bool:
        return any(phrase_at(found, at, terms.ADJECTIVES)[1] for at in range(len(found)))

    def condition(self, phrase: str, event: Event) -> bool:
        start = self.at + len(phrase.split())
        scope = words.SCOPE_WORDS.get(phrase, "")
        subordinate = phrase in SAYING or phrase in words.ASSUMING
        previous = word_at(self.events, self.at - 1)
        self.mood.attach = ""
        if phrase in words.ASSUMING and previous in words.NEGATIONS:
            self.at += len(clause(self.events, start))
            return True
        if previous == "equality":
            self.mood.denying, self.missed = "open", True
            return True
        if subordinate and word_at(self.events, start) == "we" and word_at(self.events, start + 1) in words.SETTING:
            self.at, start = self.at + 2, start + 2
        found, length = restrictions(self.events, start, phrase, event)
        if scope == "iff" and length and isinstance(self.events[self.at - 1].node if self.at else None, Chain):
            return self.equivalent()
        if length:
            for node in found:
                self.restrict(node, phrase)
            self.at += length + (self.ranked_after(phrase, start + length) if subordinate else 0)
        elif subordinate:
            self.subordinate(phrase, start)
        return True

    def ranked_after(self, phrase: str, at: int) -> int:
        """ "If mu = 0 and X has full rank": how many more events belong to the condition."""
        begin = at + 1 + (word_at(self.events, at + 1) in words.OPENINGS)
        found = clause(self.events, begin) if word_at(self.events, at) == "and" else []
        if chains_in(found) or not any(phrase_at(found, k, words.RANKED)[1] for k in range(len(found))):
            return 0
        self.restrict(Text(said(found)), phrase)
        return begin - at + len(found)

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
        while word_at(self.events, begin) in words.OPENINGS:
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
                self.at += begin - start
            else:
                self.at += begin - start + len(found)
        elif found and not found[0].text.endswith("ing"):
            before = found[: next(at for at, one in enumerate(found) if isinstance(one.node, Chain))]
            self.restrict(Text(said(before)), phrase)
