"""Where a relation or a claim stands: the marks under it fit the text, whatever it was made from."""

import pytest

from symconvex.handcheck.latex.place import Place
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared


def marked(text: str) -> list[str]:
    """What each mark stands under, line by line of the text; a `|` where it goes on in the next line."""
    rows = text.split("\n")
    found = list[str]()
    for one in check_text(text, Declared(), "J(w) = w**2").relations:
        place = one.tex_line
        assert isinstance(place, Place)
        last = place.end_line == place
        found.append(rows[place - 1][place.column : place.end_column if last else None] + ("" if last else "|"))
    return found


# what                       text, what is marked
PLACES = [
    ("inline",               r"So $J'(w) = 2w$ holds.", [r"J'(w) = 2w"]),
    ("two in a line",        r"$J'(w) = 2w$ and $J''(w)=2$.", ["J'(w) = 2w", "J''(w)=2"]),
    ("the same twice",       r"$1=1$ and $1=1$", ["1=1", "1=1"]),
    ("a chain",              r"$J''(w)=2 = 1+1 > 0$", ["J''(w)=2", "= 1+1", "> 0"]),
    ("rows",                 "\\begin{align}\nJ'(w) &= 2w\\\\\n  &= w+w\n\\end{align}", ["J'(w) &= 2w", "= w+w"]),
    ("the left side above",  "\\[ J'(w)\n  = 2w. \\]", ["= 2w"]),
    ("the right side below", "\\[ J'(w) =\n  2w \\]", ["J'(w) =|"]),
    ("columns",              r"\begin{align} J'(w) &= 2w & J''(w) &= 2 \end{align}", ["J'(w) &= 2w", "J''(w) &= 2"]),
    ("a macro",              r"\newcommand{\two}{2w = w+w}Here $\two$.", [r"\two"]),
    ("a macro's argument",   r"\newcommand{\of}[1]{J'(#1)}Here $\of{w} = 2w$.", [r"\of{w} = 2w"]),
    ("a comment before",     "% $1=2$\n  $1=1$", ["1=1"]),
    ("typed signs",          "— $∂J/∂w = 2·w$.", ["∂J/∂w = 2·w"]),
    ("a fence",              "Text.\n```math\n J'(w) = 2w\n```\n", ["J'(w) = 2w"]),
    ("a code span",          "Here $`J'(w) = 2w`$ holds.", ["J'(w) = 2w"]),
    ("a formula alone",      "J'(w) = 2w", ["J'(w) = 2w"]),
    ("a claim",              r"Hence $J$ is convex.", ["J$ is convex"]),
    ("two claims",           r"$J$ is convex and $J$ is bounded below.", ["J$ is convex and $", "J$ is bounded below"]),
    ("a claim over a line",  "Hence $J$ is\nconvex. It is.", ["J$ is|", "It is"]),
    ("no formula",           r"So $J'(w) = \oops{w}$ holds.", [r"J'(w) = \oops{w}"]),
    ("never closed",         "So $J'(w) = 2w", ["$J'(w) = 2w"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "marks"), PLACES, ids=[row[0] for row in PLACES])
def test_the_mark_stands_under_what_was_judged(case: str, text: str, marks: list[str]) -> None:
    assert marked(text) == marks, case
