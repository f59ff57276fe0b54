"""What the kernel says when it refuses, as a person reads it."""

import re
from types import SimpleNamespace

import pytest
from support.deciding import unhurried

from symconvex.drafting import judgments as say
from symconvex.drafting.draft import MADE, Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.rule import Finding
from symconvex.kernel import term as t
from symconvex.language.printing.refusals import refusal_text
from symconvex.language.state import state
from symconvex.verdict import Undecided

SHAPES: dict[str, tuple[int | str, ...]] = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "z": ()}
CONVEX = say.loss("convex")
PROBLEM = state("z*sum((X@w - y)**2)", wrt="w", shapes=SHAPES)
LONG = f"(+ {' '.join(f'(^ y[{k}] 2)' for k in range(40))})"[:300]

REASONS = [
    # id                    the kernel says                                                   told
    ("no term",             "a division by zero",                                             "a division by zero"),
    ("brackets",            "part 0, line 20 (refute): a step (as here) fails",               "part 0, line 20 (refute): a step (as here) fails"),
    ("a term",              "gap: (+ (^ w[j] 2) -1) is not 0",                                "gap: w[j]**2 - 1 is not 0"),
    ("two terms",           "gap: (sum j d (^ w[j] 2)) is not (* 2 (sum i n y[i]))",          "gap: sum(w**2) is not 2*sum(y)"),
    ("a sign",              "no fact says (positive (+ 1 y[i]))",                             'no fact says "1 + y[i] > 0"'),
    ("a claim",             "the curvature does not give (loss strictly_convex)",             'the curvature does not give "the loss is strictly convex"'),
    ("a constant",          "a chord does not give (loss not_smooth ?M)",                     'a chord does not give "the loss is not smooth with constant M"'),
    ("a gap",               "found (gap concave (* -1 y[0]))",                                'found "-y[0] <= 0 if the loss is concave"'),
    ("a made name",         "(^ ?u 2) is not ?u",                                             "u**2 is not u"),
    ("a made name, taken",  "?z is not a variable, nor is ?z1: (* ?z z)",                     "z1 is not a variable, nor is z11: z1*z"),
    ("cut off",             f"gap: {LONG} is not (^ w[j] 2)",                                 "gap: ... is not w[j]**2"),
    ("both cut off",        f"gap: {LONG} is not {LONG}",                                     "gap: ... is not ..."),
    ("cut off before a word", f"no earlier line shows that {LONG} is positive",               "no earlier line shows that ... is positive"),
    ("a cut judgment",      f"no fact says (positive {LONG}",                                 "no fact says ..."),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "told"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS])
def test_a_refusal_is_told_in_formulas(reason: str, told: str) -> None:
    assert refusal_text(reason, PROBLEM) == told


def hasty(draft: Draft) -> Finding:
    """Says of every loss that, with a made name added, it is 2, and convex for that."""
    lines, z = Lines(draft), t.Sym(MADE + "z")
    lines.conclude(lines.product([lines.constant(say.nonneg(t.number(2)))], say.nonneg(t.add(draft.loss, z))), CONVEX)
    return Finding((lines.part(CONVEX),), None)


def test_what_was_tried_shows_no_term_of_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule whose certificate the kernel refuses, with the loss and a made name in its reason."""
    monkeypatch.setattr("symconvex.decide.rules", lambda: (SimpleNamespace(name="hasty", find=hasty),))
    problem = state("sum((cos(X@w) - y)**2)", wrt="w", shapes={name: SHAPES[name] for name in ("X", "w", "y")})
    verdict = unhurried(problem)
    assert isinstance(verdict, Undecided)
    (reason,) = (text for text in verdict.tried if "is not" in text)
    assert "cos(" in reason
    assert [text for text in verdict.tried if re.search(r"\((?:[+*^]|sum) |\?", text)] == []
