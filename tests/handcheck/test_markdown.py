"""Markdown is read as what it says: headings, lists, comments, per cent, displays beside blank lines."""

import pytest

from symconvex.handcheck.check import checked_source
from symconvex.handcheck.showing._checked import Checked
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.markdown import as_latex
from symconvex.handcheck.text.source import source_of

DECLARED = "J(w) = w**2"


def checked(text: str) -> Checked:
    return checked_source(source_of("notes.md", text), Declared(), DECLARED)


def quoted(answer: Checked) -> list[tuple[str, str]]:
    """What each mark stands under, and its verdict."""
    lines = answer.source.lines
    return [(lines[one.tex_line - 1][one.start : one.end], one.verdict) for one in answer.relations]


# what                          text, what is judged
READ = [
    ("a heading",               "# The gradient\nThen $J'(w) = 2w$.",            [("J'(w) = 2w", "proven")]),
    ("a heading with a claim",  "## $J$ is convex\n\nThen $J'(w) = 2w$.",         None),
    ("a list",                  "- $J'(w) = 2w$\n- $J$ is convex\n* $J''(w) = 2$", [
        ("J'(w) = 2w", "proven"), ("J$ is convex", "proven"), ("J''(w) = 2", "proven"),
    ]),
    ("numbers",                 "1. $J'(w) = 2w$\n2. $J$ is convex",             [("J'(w) = 2w", "proven"), ("J$ is convex", "proven")]),
    ("no list",                 "$J'(w)\n- 2w = 0$",                              None),
    ("per cent",                "It is 100% true that $J'(w) = 3w$.",             [
        ("It is 100% true that", "not-understood"),
        ("J'(w) = 3w", "false"),
    ]),
    ("a false claim behind it", "With 100% certainty $J$ is concave.",            None),
    ("a line of LaTeX comment", "% $J'(w) = 3w$\n$J'(w) = 2w$",                   [("J'(w) = 2w", "proven")]),
    ("a comment",               "<!-- $J'(w) = 3w$ -->\n$J'(w) = 2w$",            [("J'(w) = 2w", "proven")]),
    ("a comment beside",        "Now <!-- not --> $J'(w) = 2w$",                  [("J'(w) = 2w", "proven")]),
    ("a long comment",          "<!--\n$J'(w) = 3w$\n\n-->\n$J'(w) = 2w$",        [("J'(w) = 2w", "proven")]),
    ("into a display",          "The derivative is\n\n$$\nJ'(w) = 2w\n$$\n\nso that $J$ is convex.", [
        ("J'(w) = 2w", "proven"), ("J$ is convex", "proven"),
    ]),
    ("into a fence",            "The derivative is\n\n```math\nJ'(w) = 2w\n```\n\nso that $J$ is convex.", [
        ("J'(w) = 2w", "proven"), ("J$ is convex", "proven"),
    ]),
    ("code",                    "```python\nJ'(w) = 3w  # $J'(w) = 3w$\n- 1\n```\n$J'(w) = 2w$", [("J'(w) = 2w", "proven")]),
    ("emphasis",                "So $J$ is **convex**.",                           [("J$ is **convex", "proven")]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "judged"), READ, ids=[row[0] for row in READ])
def test_markdown_is_read(case: str, text: str, judged: list[tuple[str, str]] | None) -> None:
    found = quoted(checked(text))
    if judged is not None:
        assert found == judged, case


@pytest.mark.parametrize(
    "text", ["With 100% certainty $J$ is concave.", "$J'(w) = 2w$ is 50% right and $J$ is concave."]
)
def test_what_stands_behind_per_cent_is_not_passed_over(text: str) -> None:
    assert not checked(text).accepts("tested")


@pytest.mark.parametrize(("case", "text", "judged"), READ, ids=[row[0] for row in READ])
def test_no_line_moves(case: str, text: str, judged: object) -> None:
    del judged
    assert as_latex(text)[0].count("\n") == text.count("\n"), case


def test_declarations_in_a_comment_of_markdown() -> None:
    text = "<!-- symconvex: J(w) = w**3 -->\n\n$J'(w) = 3w^2$\n"
    answer = checked_source(source_of("notes.md", text), Declared())
    assert [one.verdict for one in answer.relations] == ["proven"]
    text = "<!--\nsymconvex: J(w) = norm(X@w)**2\nX: n, d; w: d\n-->\n\n$\\nabla J(w) = 2X^\\top Xw$\n"
    answer = checked_source(source_of("notes.md", text), Declared())
    assert [one.verdict for one in answer.relations] == ["proven"]
