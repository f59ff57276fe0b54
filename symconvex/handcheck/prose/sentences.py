"""Words and formulas as statements, sentence by sentence: phrases, clauses, discourse."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Derivative, MaybeCall, Prime
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.prose.clauses import SAYING, clauses
from symconvex.handcheck.prose.context import Context
from symconvex.handcheck.prose.discourse import sentence_read
from symconvex.handcheck.prose.narration import CHAINS
from symconvex.handcheck.prose.phrases import Token, phrased
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Boundary, Statement, Unread

CLAIMING = SAYING - {"EXP", "BAD", "BLK", "ADJ", "ZERO", "JBLK"}  # what a heading must have to say something
CASES = ("case", "subcase")
ORDINALS = ("first", "second", "third", "fourth", "last", "other", "remaining", "general", "opposite", "contrary")
TITLED = ("lemma", "theorem", "proposition", "corollary", "exercise", "problem", "example", "question", "part", "claim")
EXAMPLES = ("example", "examples", "exercise", "problem", "illustration", "instance")
TITLES = ("theorem", "lemma", "proposition", "corollary", "claim", "conclusion", "summary", "remark", "result")
FREED = re.compile(
    r"\b(drop|lift|remove|discard|abandon|relax|dismiss|forget|give up|no longer|do without|get rid of)\w*\b.*"
    r"\b(assum|hypothes|restrict|condition|constraint|supposition|requirement)"
)
GENERAL = re.compile(r"\b(general|arbitrary|unrestricted) (case|situation|setting)\b")
OPENINGS = (
    "then", "in that case", "in this case", "in such a case", "in these cases", "under this condition",
    "under these conditions", "under this assumption", "under these assumptions",
)  # fmt: skip
NUMBER = re.compile(r"\d+(\.\d+)*|[a-z]|[ivx]+|one|two|three|four", re.IGNORECASE)


def statements_of(events: Sequence[Event]) -> tuple[Statement, ...]:
    """All statements; each sentence is read in the context that the one before it left, up to a boundary."""
    context, found = Context(number=-1), list[Statement]()
    sentence: list[Event] = []
    for event in [*events, Event("end", 0), Event("bound", 0, "end")]:
        if event.kind == "bound":
            found += [*_left_over(context), *([Boundary(event.line, event.text)] if event.line else ())]
            context = replace(context, pending=(), given=(), case=())
        elif event.kind != "end" or _is_label(sentence):
            sentence += [event] if event.kind != "end" else []
        else:
            context, new = _read(sentence, context, event.text)
            found += new
            sentence = []
    return tuple(found)


def _read(sentence: Sequence[Event], context: Context, ending: str) -> tuple[Context, tuple[Statement, ...]]:
    """One sentence; what a heading only names is not claimed, and "Case 2" ends what case 1 supposed."""
    tokens = phrased(sentence)
    if any(token.kind in SAYING - {"EXP"} for token in tokens):  # "too" says something only where nothing else does
        tokens = tuple(token for token in tokens if token.kind != "TOO")
    if not tokens or (ending == "heading" and not any(token.kind in CLAIMING for token in tokens)):
        return context, ()
    kind = boundary_of(sentence)
    tokens = _supposing(tokens) if kind == "case" and tokens[0].text.lower() in CASES else tokens
    before = (Boundary(sentence[0].line, kind),) if kind else ()
    context = replace(context, pending=(), given=(), case=()) if kind else context
    parts, opening = clauses(tokens), opening_of(sentence)
    context, new = sentence_read(parts, context, asked=ending == "?", opening=opening)
    return context, (*before, *new)


def _supposing(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """What follows on "Case 2:", "Case 2 (", "Case"; a formula there is supposed, not a value of a function."""
    label = 1 if tokens[1].kind in CHAINS else 2
    start = next((k for k in range(label, len(tokens)) if tokens[k].kind not in ("COLON", "COMMA", "LP")), len(tokens))
    rest = tokens[start:]
    if start > label and tokens[start - 1].kind == "LP":
        closing = next((k for k, token in enumerate(rest) if token.kind == "RP"), len(rest))
        rest = (*rest[:closing], *rest[closing + 1 :])
    node = rest[0].node if rest and rest[0].kind in CHAINS else None
    if node is None or any(isinstance(part, Derivative | Prime | MaybeCall) for part in walk(node)):
        return rest or tokens
    return (Token("SUPPOSE", "suppose", "suppose", rest[0].line), *rest)


def _is_label(sentence: Sequence[Event]) -> bool:
    """ "Case 2." alone."""
    return len(sentence) == 2 and sentence[0].text.lower() in CASES and boundary_of(sentence) == "case"


def opening_of(sentence: Sequence[Event]) -> str:
    """ "In that case", "then": words that take up what was said under a condition."""
    words = " ".join(event.text.lower() for event in sentence[:4] if event.kind == "word")
    return next((opening for opening in OPENINGS if f"{words} ".startswith(f"{opening} ")), "")


def boundary_of(sentence: Sequence[Event]) -> str:
    """Is it "Case 2: ...", "Otherwise, ...", "Lemma 3.", "Example.", "we now drop the assumption"?"""
    said = " ".join(event.text.lower() for event in sentence if event.kind == "word")
    if FREED.search(said):
        return "free"
    if GENERAL.search(said):
        return "else"
    words = [event.text.lower() if event.kind == "word" else event.kind for event in sentence[:6]]
    numbered = [event.node is not None or event.kind == "opening" or _is_number(event.text) for event in sentence[:6]]
    match words:
        case [word, _, *_] if word in CASES and numbered[1]:
            return "case"
        case [word, "case", *_] | ["the", word, "case", *_] | ["in", "the", word, "case", *_] if word in ORDINALS:
            return "case"
        case ["otherwise" | "conversely" | "else" | "vice-versa", *_] | ["and", "conversely" | "otherwise", *_]:
            return "else"
        case ["if", "not", "comma", *_]:
            return "else"
        case ["on", "the", "contrary", *_] | ["for" | "in", "the", "converse" | "opposite", *_]:
            return "else"
        case [word, _] | [word, _, "colon" | "opening", *_] if word in TITLED and numbered[1]:
            return "item"
        case [word] | [word, "colon", *_] | ["as", "an", word, *_] | ["for", word, *_] if word in EXAMPLES:
            return "case"
        case [word] | [word, "colon", *_] if word in TITLES:
            return "heading"
    return ""


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text))


def _left_over(context: Context) -> Iterator[Unread]:
    """Conditions that nothing followed."""
    for node in (given.node for given in context.pending):
        if isinstance(node, Chain):
            yield Unread(node.tex_line, render(node), "nothing follows this condition")
