"""What a verdict says of one property: yes, no, exactly when something holds, it depends, or unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symconvex.verdict import Depends, Verdict

YES, NO, WHEN, DEPENDS, UNKNOWN = "yes", "no", "exactly when", "depends", "unknown"
SURE = {"True": YES, "False": NO}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is shown of a property.

    claim    the property: "strictly convex"
    word     yes, no, exactly when, depends, unknown
    given    for `exactly when` the condition; else what the answer assumes of data and sizes, or empty
    on       where the function is > 0, when no domain was stated and it is not > 0 everywhere; else empty
    """

    claim: str
    word: str
    given: str = ""
    on: str = ""

    @property
    def answer(self) -> str:
        """The answer alone: "exactly when rank(X) == d", "no, if X != 0", "yes, on x > 0, where it is > 0"."""
        if self.word == WHEN:
            return f"{WHEN} {self.given}{self._place}"
        return (f"{self.word}, if {self.given}" if self.given else self.word) + self._place

    @property
    def _place(self) -> str:
        return f", on {self.on}, where it is > 0" if self.on else ""

    @property
    def text(self) -> str:
        """The line that says it: "strictly convex: yes"."""
        return f"{self.claim}: {self.answer}"

    def sentence(self, subject: str) -> str:
        """The same as a clause: "the loss is strictly convex exactly when rank(X) == d"."""
        if self.word in (DEPENDS, UNKNOWN):
            return f"whether {subject} is {self.claim} {'depends on the data' if self.word == DEPENDS else 'is open'}"
        when = f" {WHEN if self.word == WHEN else 'if'} {self.given}" if self.given else ""
        place = f" on {self.on}, where it is > 0" if self.on else ""
        return f"{subject} is {'not ' if self.word == NO else ''}{self.claim}{place}{when}"


def convex(verdict: Verdict, word: str = "convex", way: str = "convex") -> Reply:
    """Is the loss convex (concave)? `word` is what the property is called."""
    known = verdict.condition if way == "convex" else verdict.concave_condition
    other = "concave" if way == "convex" else "convex"
    if known is not None:
        return Reply(word, SURE[known]) if known in SURE else Reply(word, WHEN, known)
    if verdict.answer == other and verdict.strict:
        return Reply(word, NO)
    if verdict.answer == "neither" or (verdict.answer == "not convex" and way == "convex"):
        return Reply(word, NO, " and ".join(verdict.hypotheses))
    return Reply(word, _left_open(verdict, way))


def _left_open(verdict: Verdict, *words: str) -> str:
    """Depends, where one of these properties is shown for some data and one is refuted for others; else unknown.

    words    from strong to weak: strongly_convex, strictly_convex, convex; shown by the first, refuted by any
    """
    shown = {claim.word for claim in verdict.view.claims} if isinstance(verdict, Depends) else set()
    stronger = ("strongly_", "strictly_", "")[: 3 - len(words) + 1]
    way = words[-1]
    holds = {f"{more}{way}" for more in stronger} | ({"affine"} if len(words) == 1 else set())
    return DEPENDS if holds & shown and {f"not_{word}" for word in words} & shown else UNKNOWN


def strict(verdict: Verdict) -> tuple[Reply, ...]:
    """Strictly convex; where it is concave, strictly concave too."""
    word = "strictly convex"
    if verdict.answer == "concave":
        return Reply(word, NO), _strict_one_way(verdict, "strictly concave")
    if verdict.answer in ("neither", "not convex"):
        return (convex(verdict, word),)
    return (_strict_one_way(verdict, word),)


def _strict_one_way(verdict: Verdict, word: str) -> Reply:
    if verdict.strict is not None:
        return Reply(word, YES if verdict.strict else NO)
    if verdict.strict_when is not None:
        return Reply(word, WHEN, verdict.strict_when)
    way = word.rpartition(" ")[2]
    return Reply(word, _left_open(verdict, f"strictly_{way}", way))


def strong(verdict: Verdict) -> tuple[Reply, ...]:
    """Strongly convex, with which modulus; where it is concave, strongly concave too."""
    word = "strongly convex"
    if verdict.answer == "concave":
        return Reply(word, NO), _strong_one_way(verdict, "strongly concave")
    if verdict.answer in ("neither", "not convex"):
        return (convex(verdict, word),)
    return (_strong_one_way(verdict, word),)


def _strong_one_way(verdict: Verdict, word: str) -> Reply:
    if verdict.modulus is None:
        never = "modulus" in verdict.exact or verdict.strict is False
        way = word.rpartition(" ")[2]
        return Reply(word, NO if never else _left_open(verdict, f"strongly_{way}", f"strictly_{way}", way))
    if verdict.modulus_when is None:
        return Reply(f"{word} with modulus {verdict.modulus}", YES)
    best = "modulus" in verdict.exact
    return Reply(word, WHEN if best else YES, verdict.modulus_when)


def quasiconvex(verdict: Verdict) -> tuple[Reply, ...]:
    """Quasiconvex, and quasiconcave."""
    known = {None: UNKNOWN, True: YES, False: NO}
    return tuple(Reply(f"quasi{way}", known[verdict.quasi(way)]) for way in ("convex", "concave"))


def in_each(replies: Sequence[Reply], word: str) -> Reply:
    """What holds of a property that is asked of each of several problems."""
    words = {reply.word for reply in replies}
    denied = next((reply for reply in replies if reply.word == NO), None)
    if denied is not None:
        return Reply(word, NO, denied.given)
    if words <= {YES, WHEN}:
        given = dict.fromkeys(reply.given for reply in replies if reply.given)
        texts = [f"({text})" if len(given) > 1 and " or " in text else text for text in given]
        return Reply(word, WHEN if WHEN in words else YES, " and ".join(texts))
    return Reply(word, UNKNOWN if UNKNOWN in words else DEPENDS)


Replies = Callable[[Verdict], tuple[Reply, ...]]
# Questions that the verdict about the loss itself answers.
OF_THE_LOSS: dict[str, Replies] = {"strict": strict, "strong": strong, "quasiconvex": quasiconvex}


def is_known(verdict: Verdict, replies: Replies) -> bool:
    """Does the verdict answer the question, so that no other rule has to be asked?"""
    return all(reply.word != UNKNOWN for reply in replies(verdict))
