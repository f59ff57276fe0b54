"""What the kernel says when it refuses, with its terms as a person writes them.

gap: (+ (^ ?z 2) -1) is not 0        gap: z**2 - 1 is not 0
no fact says (positive y[i])         no fact says "y[i] > 0"
"""

import re
from collections.abc import Mapping
from itertools import chain

from symconvex.kernel import term as t
from symconvex.kernel.functions import FUNCTIONS
from symconvex.kernel.statement import Judgment, read_judgment
from symconvex.kernel.term import Malformed, Refused
from symconvex.language.printing.readable import readable
from symconvex.language.printing.theorems import CLAIMS
from symconvex.language.printing.tree import Word
from symconvex.problem import Problem, Shape

MADE = re.compile(r"\?[A-Za-z]\w*")
# What follows a term in a sentence of the kernel; a term that was cut off ends there.
AFTER = re.compile(r" is (?:not|positive|no)\b|$")
SAID: Mapping[str, str] = {
    "positive": "{} > 0",
    "nonneg": "{} >= 0",
    "definite": "{} > 0 unless the direction is 0",
    "curvature": "the second derivative is {}",
    "affine": "{} is affine",
    "convex": "{} is convex",
}


def refusal_text(reason: str, problem: Problem) -> str:
    """The reason, with every term and every judgment in it as a formula; one that the kernel cut off as dots."""
    shapes = {symbol.name: symbol.shape for symbol in (*problem.data, *problem.parameters)}
    names = _names(reason, frozenset(map(str, chain(shapes, *shapes.values()))))
    found, start = list[str](), 0
    while (opening := reason.find("(", start)) >= 0:
        found.append(reason[start:opening])
        end = _closing(reason, opening)
        if end is None:
            start = _cut(reason, opening)
            found.append("...")
            continue
        shown = _formula(reason[opening:end], shapes, names)
        found.append("(" if shown is None else shown)
        start = opening + 1 if shown is None else end
    return MADE.sub(lambda made: names[made[0]].text, "".join([*found, reason[start:]]))


def _names(reason: str, taken: frozenset[str]) -> dict[str, Word]:
    """A name for each made one, which the problem does not use."""
    names: dict[str, Word] = {}
    for made in dict.fromkeys(MADE.findall(reason)):
        names[made] = Word(t.fresh(made[1:], taken | {word.text for word in names.values()}))
    return names


def _closing(text: str, opening: int) -> int | None:
    """Behind the bracket that closes this one; None where the text was cut off before it."""
    depth = 0
    for k in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[k], 0)
        if depth == 0:
            return k + 1
    return None


def _cut(text: str, opening: int) -> int:
    """Where a term ends that was cut off."""
    after = AFTER.search(text, opening)
    return len(text) if after is None else after.start()


def _formula(text: str, shapes: Mapping[str, Shape], names: Mapping[str, Word]) -> str | None:
    """A judgment or a term; None when the brackets hold something else."""
    try:
        return f'"{_said(read_judgment(text), shapes, names)}"'
    except (Malformed, Refused):
        pass
    try:
        term = t.parse(text)
    except (Malformed, Refused):
        return None
    known = all(part.name in FUNCTIONS for part in t.subterms(term) if isinstance(part, t.Fn))
    return readable(term, shapes, names) if known else None


def _said(judgment: Judgment, shapes: Mapping[str, Shape], names: Mapping[str, Word]) -> str:
    shown = "" if judgment.term is None else readable(judgment.term, shapes, names)
    if judgment.kind == "gap":
        return f"{shown} <= 0 if the loss is {judgment.word}"
    if judgment.kind == "loss":
        return f"the loss is {CLAIMS.get(judgment.word, judgment.word.replace('_', ' ')).format(shown)}"
    return SAID[judgment.kind].format(shown)
