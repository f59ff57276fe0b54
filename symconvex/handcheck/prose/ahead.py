"""What follows a word: the formula that it makes a condition, the clause that it opens, the point that it names."""

from collections.abc import Collection, Sequence

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Group, Name, Node, Power, Text, Unreadable
from symconvex.handcheck.prose import terms, words
from symconvex.handcheck.prose.mood import LONGEST_CLAUSE, SAYING, is_hypothesis, may_restrict
from symconvex.handcheck.text.display import Event

ENDING = frozenset(("then", "we", "hence", "so", "thus", "therefore", "because", "since"))
MOST_FILLERS = 6
PREPOSITIONS = frozenset(
    ["at", "in", "on", "with", "for", "by", "from", "to", "under", "near", "around", "inside", "over"]
)
AFTERTHOUGHTS = frozenset(
    [
        "may",
        "might",
        "could",
        "would",
        "can",
        "must",
        "should",
        "will",
        "also",
        "then",
        "again",
        "itself",
        "thus",
        "above",
        "below",
        "here",
        "inside",
        "alone",
        "found",
        "now",
        "too",
        "still",
    ]
)
KNOWN = frozenset(one.split()[-1] for one in terms.NOUNS)
SATISFYING = frozenset(
    ["satisfies", "satisfy", "with", "obeys", "fulfils", "fulfills", "has", "have", "having", "where"]
)
EXPLETIVE = frozenset(
    [
        "it",
        "this",
        "that",
        "which",
        "there",
        "they",
        "these",
        "those",
        "here",
        "and",
        "so",
        "we",
        "but",
        "not",
        "also",
        "then",
        "one",
        "such",
        "what",
        "who",
    ]
)
DETERMINERS = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "each",
        "every",
        "any",
        "all",
        "this",
        "these",
        "those",
        "both",
        "our",
        "their",
        "first",
        "second",
        "no",
        "some",
    ]
)


def spoken(event: Event) -> str:
    """The event as it sounds in a sentence."""
    if event.node is None:
        return event.text
    return event.node.text if isinstance(event.node, Unreadable) else render(event.node)


def said(events: Sequence[Event]) -> str:
    """Words and formulas in one line."""
    return " ".join(text for event in events if (text := spoken(event)))


def word_at(events: Sequence[Event], at: int) -> str:
    """The word at a place, in lower case; nothing when no word stands there."""
    if 0 <= at < len(events) and events[at].kind == "word":
        return events[at].text.lower().replace("’", "'")
    return ""


def phrase_at(events: Sequence[Event], at: int, table: Collection[str]) -> tuple[str, int]:
    """The longest phrase of the table that starts here."""
    heard: list[str] = []
    while len(heard) < words.LONGEST_PHRASE and (word := word_at(events, at + len(heard))):
        heard.append(word)
    for length in range(len(heard), 0, -1):
        if (found := " ".join(heard[:length])) in table:
            return found, length
    return "", 0


def beside(word: Event, formula: Event, phrase: str) -> bool:
    """Do both stand in running text, or both in a display? What is supposed may be displayed."""
    if phrase in SAYING or phrase in words.ASSUMING:
        return isinstance(formula.node, Chain) and (formula.place != "display" or is_hypothesis(formula.node))
    return (word.place == "display") == (formula.place == "display")


def past_fillers(events: Sequence[Event], at: int, phrase: str) -> int:
    """The place after "all", "fixed", "the point", ..."""
    allowed = words.FILLERS | (words.NAMED_HYPOTHESES if phrase == "under" else frozenset())
    start = at
    while at - start < MOST_FILLERS and word_at(events, at) in allowed:
        at += 1
    return at


def restrictions(events: Sequence[Event], at: int, phrase: str, word: Event) -> tuple[list[Node], int]:
    """The formulas right after a preposition that restrict what is said, and how many events they take."""
    found: list[Node] = []
    start = end = at
    named = phrase == "under" and past_fillers(events, at, "") != past_fillers(events, at, phrase)
    while True:
        here = past_fillers(events, at, phrase)
        event = events[here] if here < len(events) else None
        if event is None or event.node is None or event.kind != "math" or not beside(word, event, phrase):
            break
        following = word_at(events, here + 1)
        if end > start and following in words.VERBS:
            break
        node = event.node
        if isinstance(node, Unreadable) or not (named or _restricts(node, phrase, event)):
            break
        found += _kept(node, phrase)
        at = end = here + 1
        if following not in ("and", "or") and not _continues(events, at):
            break
        at += 1
    if end == start and phrase == "at":
        return point(events, start)
    return found, end - start


def _continues(events: Sequence[Event], at: int) -> bool:
    """ "For u = 0, v = 0 the Hessian ...": does another formula of the condition follow the comma?"""
    if at + 1 >= len(events) or events[at].kind != "comma" or events[at + 1].place == "display":
        return False
    node, following = events[at + 1].node, word_at(events, at + 2)
    return isinstance(node, Chain) and may_restrict(node) and (following in DETERMINERS or following == "we")


def _restricts(node: Node, phrase: str, event: Event) -> bool:
    if not isinstance(node, Chain):
        return phrase not in SAYING and phrase not in words.ASSUMING
    if phrase in SAYING and event.place != "display":
        return True
    supposed = phrase in words.ASSUMING and is_hypothesis(node)
    return may_restrict(node) or supposed or (event.place == "display" and is_hypothesis(node))


def _kept(node: Node, phrase: str) -> list[Node]:
    base = node.base if isinstance(node, Power) else node
    if phrase in words.VICINITY:
        return [Text(f"{phrase} {render(node)}"), *([node] if isinstance(node, Chain) else [])]
    if isinstance(node, Chain):
        return [node]
    if phrase == "at":
        return [Text(f"at {render(node)}")]
    return [node] if isinstance(base, Group) or (isinstance(base, Name) and base.base == "R") else []


def point(events: Sequence[Event], at: int) -> tuple[list[Node], int]:
    """The point after "at" in words: the origin, zero, a minimiser, (0, 0)."""
    if at < len(events) and events[at].kind == "opening":
        end = at + 1
        while end < len(events) and events[end].kind in ("word", "comma"):
            end += 1
        inner = [one.text for one in events[at + 1 : end] if one.kind == "word"]
        closed = end < len(events) and events[end].kind == "closing"
        numbers = closed and bool(inner) and all(len(one) == 1 for one in inner)
        return ([Text(f"at ({', '.join(inner)})")], end + 1 - at) if numbers else ([], 0)
    for length in range(1, MOST_FILLERS):
        word = word_at(events, at + length - 1)
        if not word or word in words.VERBS or word in ENDING:
            break
        if word in words.POINTS and word_at(events, at + length) not in words.POINTS:
            following = events[at + length] if at + length < len(events) else None
            if word == "point" and following is not None and following.kind == "math":
                break
            return [Text("at " + " ".join(one.text.lower() for one in events[at : at + length]))], length
    return [], 0


def clause(events: Sequence[Event], at: int) -> list[Event]:
    """The events of a subordinate clause: up to the next pause, "then" or "we", or the word that ends a rank."""
    found: list[Event] = []
    for place in range(at, min(len(events), at + LONGEST_CLAUSE)):
        event = events[place]
        if event.kind not in ("word", "math") or word_at(events, place) in ENDING:
            break
        if event.kind == "word" and phrase_at(events, place, words.LINKS)[1] > 1:
            break
        found.append(event)
        if word_at(events, place) in ("rank", "independent"):
            break
    return found


def chains_in(events: Sequence[Event]) -> list[Node]:
    """The relations among the events."""
    return [one.node for one in events if isinstance(one.node, Chain)]


def is_hypothetical(found: Sequence[Event], phrase: str) -> bool:
    """ "if there is a u with X u = 0", "when the weights satisfy s > 0": are the chains of the clause conditions?"""
    heard = [one.text.lower() for one in found if one.kind == "word"]
    existing = any(phrase_at(found, at, words.EXISTING)[1] for at in range(len(found)))
    ends = bool(found) and isinstance(found[-1].node, Chain)
    inline = all(one.place != "display" for one in found)
    return phrase not in words.SCOPE_WORDS and inline and ends and (existing or bool(SATISFYING & set(heard)))


def head_before(events: Sequence[Event], at: int) -> tuple[str, str, str]:
    """The noun that is the subject of the verb here, the words it is "of", and its article.

    Empty when a formula, a known noun or a pronoun is the subject.
    """
    at -= 1
    while word_at(events, at).endswith(("ly", "ed")) or word_at(events, at) in AFTERTHOUGHTS:
        at -= 1
    head = word_at(events, at)
    of = ""
    if not head.isalpha() or head in EXPLETIVE or head in words.VERBS or head in words.LINKS:
        return "", "", ""
    heard: list[str] = []
    while (word := word_at(events, at)) and len(heard) < MOST_FILLERS:
        if word in PREPOSITIONS or word in ("that", "which"):
            heard, head = [], word_at(events, at - 1)
        elif word == "of":
            of = " ".join([*reversed(heard), *of.split()])
            heard, head = [], word_at(events, at - 1)
        elif word in DETERMINERS:
            if word_at(events, at - 1) == "of" or word_at(events, at - 1) in PREPOSITIONS:
                at -= 1
                continue
            return ("" if head in KNOWN else head), of, word
        elif word in words.LINKS or word in words.CONDITIONAL or word in ENDING or word in words.NEGATIONS:
            break
        else:
            heard.append(word)
        at -= 1
    return ("" if head in KNOWN else head), of, ""
