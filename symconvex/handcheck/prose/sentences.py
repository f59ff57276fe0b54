"""Words and formulas as statements, sentence by sentence: phrases, clauses, discourse."""

from collections.abc import Sequence

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain
from symconvex.handcheck.prose.clauses import clauses
from symconvex.handcheck.prose.context import Context
from symconvex.handcheck.prose.discourse import sentence_read
from symconvex.handcheck.prose.phrases import phrased
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Statement, Unread


def statements_of(events: Sequence[Event]) -> tuple[Statement, ...]:
    """All statements; each sentence is read in the context that the one before it left."""
    context, found = Context(number=-1), list[Statement]()
    sentence: list[Event] = []
    for event in [*events, Event("end", 0)]:
        if event.kind != "end":
            sentence.append(event)
            continue
        tokens = phrased(sentence)
        if tokens:
            context, new = sentence_read(clauses(tokens), context, asked=event.text == "?")
            found += new
        sentence = []
    left = (given.node for given in context.pending)
    found += [
        Unread(node.tex_line, render(node), "nothing follows this condition")
        for node in left
        if isinstance(node, Chain)
    ]
    return tuple(found)
