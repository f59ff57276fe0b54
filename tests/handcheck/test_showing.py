"""The answer of a check in every format: what a person reads, what an editor jumps to, what a program parses."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

import symconvex as sc
from symconvex.errors import SymconvexError
from symconvex.handcheck.showing import names
from symconvex.handcheck.showing._advice import advice_for, rows
from symconvex.handcheck.showing._checked import Checked

SQUARE = {"formula": "w**2", "wrt": "w"}
RIDGE = {"formula": "norm(X@w - y)**2/2 + lam*norm(w)**2/2", "wrt": "w", "sets": {"lam": "positive"}}
RIDGE |= {"shapes": {"X": ("n", "d"), "w": "d", "y": ("n",)}}


def asked(text: str, given: Mapping[str, object] = SQUARE) -> Checked:
    return sc.check(text, **given)  # type: ignore[arg-type]


# what                      declared, text, what is printed
PRINTED = [
    ("proven and tested", SQUARE, r"$J'(w) = 2w$ and $w = 0 \iff 2w = 0$.", r"""
        <text>
            1 | $J'(w) = 2w$ and $w = 0 \iff 2w = 0$.
              |  ✓~~~~~~~~~                  ≈~~~~~
              = given    w = 0   for 2 w = 0
        no mistake found: 1 proven, 1 tested"""),
    ("a chain shows its new side", SQUARE, "\\begin{align}\n J'(w) &= 2w\\\\\n  &= 3w\n\\end{align}", r"""
        <text>
            2 | J'(w) &= 2w\\
              | ✓~~~~~~~~~~
        <text>:3:4: false: a constant factor; probably meant: (2/3) (3 w)
            3 | &= 3w
              |  ✗^^^
              = read as  = 3 w
        first mistake in line 3: 1 proven, 1 false
          claimed      2 w = 3 w
          slip         factor
          hint         a constant factor
          meant        (2/3) (3 w)
          at           w = 3
          left         6
          right        9"""),
    ("not understood", SQUARE, r"$J'(w) = \wish(w)$.", r"""
        <text>
        <text>:1:2: not understood: \wish is not known here
            1 | $J'(w) = \wish(w)$.
              |  ·^^^^^^^^^^^^^^^
              = write    write it in plain LaTeX, or define the macro: \newcommand{\wish}{...}
        nothing was understood: 1 not understood"""),
    ("hypotheses of a claim", RIDGE, r"$J$ is strongly convex.", r"""
        <text>
            1 | $J$ is strongly convex.
              |  ✓~~~~~~~~~~~~~~~~~~~~
              = given    lam > 0
        no mistake found: 1 proven"""),
    ("a supposition in force", RIDGE, r"Suppose that $X$ has full column rank. Then $X^\top X$ is positive definite.", r"""
        <text>
            1 | Suppose that $X$ has full column rank. Then $X^\top X$ is positive definite.
              |                                              ✓~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
              = given    X has full column rank; lam > 0
        no mistake found: 1 proven"""),
    ("an equation needs no rank", RIDGE, r"Suppose that $X$ has full column rank. Then $\nabla^2J = X^\top X + \lambda I$.", r"""
        <text>
            1 | Suppose that $X$ has full column rank. Then $\nabla^2J = X^\top X + \lambda I$.
              |                                              ✓~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
              = given    lam > 0
        no mistake found: 1 proven"""),
    ("a sign that an equation needs", {"formula": "a*w**2", "wrt": "w", "sets": {"a": "positive"}}, r"$\sqrt{a^2} = a$.", r"""
        <text>
            1 | $\sqrt{a^2} = a$.
              |  ≈~~~~~~~~~~~~~
              = given    a > 0
        no mistake found: 1 tested"""),
    ("announced", SQUARE, "$J$ is concave:\n\n$J'(w) = -2w$, so $J$ is concave.", r"""
        <text>
        <text>:1:2: false: this definiteness does not hold for every value that is allowed; announced before its derivation
            1 | $J$ is concave:
              |  ✗^^^^^^^^^^^^
        <text>:3:2: false: a sign; probably meant: 2 w
        <text>:3:20: false too, after the mistake in line 3
            3 | $J'(w) = -2w$, so $J$ is concave.
              |  ✗^^^^^^^^^^       ✗^^^^^^^^^^^^
              = read as  J'(w) = -2 w
        first mistake in line 3: 2 false, 1 false after a mistake
          claimed      J'(w) = -2 w
          slip         sign
          hint         a sign
          meant        2 w
          at           w = 3
          left         6
          right        -6"""),
    ("nothing", SQUARE, "Hello.", r"""
        <text>
        nothing to judge: no relation and no claim was found"""),
]  # fmt: skip


@pytest.mark.parametrize(("case", "given", "text", "printed"), PRINTED, ids=[row[0] for row in PRINTED])
def test_what_a_person_reads(case: str, given: Mapping[str, object], text: str, printed: str) -> None:
    assert repr(asked(text, given)) == printed.replace("\n        ", "\n").removeprefix("\n"), case


LONG = "Hello there, everybody. " * 10 + "Here $J'(w) = 3w$. " + "Farewell, everybody. " * 20


def test_a_long_line_is_quoted_around_its_mark() -> None:
    quoted = [row for row in repr(asked(LONG)).splitlines() if " | " in row]
    at = next(k for k, row in enumerate(quoted) if "✗" in row)
    mark, row = quoted[at], quoted[at - 1]
    assert row[mark.index("✗") : mark.rindex("^") + 1] == "J'(w) = 3w"
    assert max(map(len, quoted)) <= 112
    assert row.count("\u2026") == 2


# what                        text, the first of the places
EDITORS = [
    ("a line",                "\n\n  $J'(w) = 3w$",          "<text>:3:4"),
    ("behind what is unseen", "\u200b\u200b$J'(w) = 3w$",    "<text>:1:4"),
    ("behind a tab",          "\t$J'(w) = 3w$",              "<text>:1:3"),
    ("from Windows",          "a\r\n\r\n$J'(w) = 3w$\r\n",   "<text>:3:2"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "place"), EDITORS, ids=[row[0] for row in EDITORS])
def test_an_editor_jumps_to_the_place(case: str, text: str, place: str) -> None:
    checked = asked(text)
    assert checked.first is not None
    assert checked.label(checked.first) == place, case
    assert f"\n{place}: false" in repr(checked)


MIXED = (
    "$J$ is convex. $J'(w) = 2w$, $J''(w) = 3$, $w = 0 \\iff 2w = 0$, $q = 1$, $J'(w) = \\wish$.\n\n"
    "Everybody blubs. $J$ is concave."
)
OPTIONAL = {"cell": int, "hint": str, "advice": str, "counterexample": dict}
RELATION = {
    "tex_line": int, "cell": int, "line": int, "column": int, "end_line": int, "end_column": int, "read_as": str,
    "verdict": str, "hint": str, "given": list, "advice": str, "counterexample": dict,
}  # fmt: skip
EXAMPLE = {"sizes": dict, "values": dict, "indices": dict, "left": str, "right": str, "why": str}


def test_the_json_keeps_its_form() -> None:
    """Programs read these keys; a change of them is a change for every one of those programs."""
    fields = json.loads(asked(MIXED).to_json())
    assert {key: type(value) for key, value in fields.items()} == {
        "file": str, "outcome": str, "summary": str, "guessed": list, "relations": list, "first_error": dict,
    }  # fmt: skip
    assert {key: type(value) for key, value in fields["first_error"].items()} == {
        "tex_line": int, "line": int, "column": int, "kind": str, "text": str,
    }  # fmt: skip
    verdicts = {one["verdict"] for one in fields["relations"]}
    assert verdicts >= {"proven", "holds-at-tried-sizes", "false", "not-understood"}
    for one in fields["relations"]:
        assert list(one) == list(RELATION)
        for key, kind in RELATION.items():
            assert isinstance(one[key], kind) or (one[key] is None and key in OPTIONAL), (key, one[key])
        assert (one["line"], one["column"]) < (one["end_line"], one["end_column"])
        if one["counterexample"] is not None:
            assert {key: type(value) for key, value in one["counterexample"].items()} == EXAMPLE
    assert json.loads(asked("$1=1$").to_json())["first_error"] is None


# what                 text, the annotations
ANNOTATED = [
    ("a mistake",      "$J'(w) = 3w$", [
        ("::error file=<text>,line=1,endLine=1,col=2,endColumn=11,title=first mistake%3A false"
        "::false: a constant factor; probably meant: (2/3) (3 w)%0Aread as: J'(w) = 3 w"),
        "<text>: first mistake in line 1: 1 false",
    ]),
    ("only tested",    r"$w = 0 \iff 2w = 0$", [
        "::notice file=<text>,line=1,endLine=1,col=13,endColumn=18,title=tested::tested%0Aread as: 2 w = 0",
        "<text>: no mistake found: 1 tested",
    ]),
    ("over two lines", "$J'(w) =\n \\wish$", [
        (r"::warning file=<text>,line=1,endLine=2,col=2,title=not understood::not understood: \wish is not known here"
        r"%0Atry: write it in plain LaTeX, or define the macro: \newcommand{\wish}{...}"),
        "<text>: nothing was understood: 1 not understood",
    ]),
    ("proven",         "$J'(w) = 2w$", ["<text>: no mistake found: 1 proven"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "lines"), ANNOTATED, ids=[row[0] for row in ANNOTATED])
def test_a_pull_request_is_annotated(case: str, text: str, lines: list[str]) -> None:
    assert asked(text).to("github").splitlines() == lines, case


class Page(HTMLParser):
    """What a page shows, what it marks, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.marked, self.loads = list[str](), list[tuple[str, str]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += (
            [tag] if tag in ("script", "link", "img", "iframe") or any(k in ("src", "href") for k, _ in attrs) else []
        )
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "mark":
            self.marked.append((str(dict(attrs)["class"]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["mark"]:
            kind, text = self.marked[-1]
            self.marked[-1] = kind, text + data


def test_a_page_stands_alone() -> None:
    page = Page()
    page.feed(asked("$0 < 1$ & $J'(w) = 3w$, $w = 0 \\iff 2w = 0$. <script>").to_html())
    page.close()
    assert (page.open, page.loads) == ([], [])
    assert page.marked == [
        ("proven", "0 < 1"), ("wrong", "J'(w) = 3w"), ("tested", "2w = 0"),
    ]  # fmt: skip


def test_a_notebook_shows_the_same_without_a_page() -> None:
    shown = asked("$J'(w) = 3w$")._repr_html_()
    assert "<body" not in shown
    assert "first mistake in line 1: 1 false" in shown


# what                    text, what its marked copy holds
COPIES = [
    ("inline",            "So $J'(w) = 2w$ holds.",           r"So $J'(w) = 2w\,\ensuremath{\textcolor{green!50!black}{\checkmark}}$ holds."),
    ("tested",            r"$w = 0 \iff 2w = 0$",    r"2w = 0\,\ensuremath{\textcolor{blue!60!black}{\approx}}$"),
    ("a claim",           "$J$ is convex.",                   r"$J$ is convex\,\ensuremath{\textcolor{green!50!black}{\checkmark}}."),
    ("before a comma",    r"\[ J'(w) = 2w, \]",               r"2w\,\ensuremath{\textcolor{green!50!black}{\checkmark}}, \]"),
    ("a box",             "$J'(w) = 3w$",                     "probably meant: (2/3) (3 w)"),
    ("a legend",          "$J'(w) = 3w$",                     r"first mistake in line 1: 1 false.\quad"),
    ("a macro that takes more", r"\newcommand{\twice}[1]{2#1 = w + w + 0 }$\twice{w}$", r"$\twice{w}~\ensuremath{\textcolor"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "held"), COPIES, ids=[row[0] for row in COPIES])
def test_a_copy_in_latex_is_marked(case: str, text: str, held: str, tmp_path: Path) -> None:
    copy = asked(text).to_latex()
    assert held in copy, case
    if shutil.which("pdflatex"):
        (tmp_path / "it.tex").write_text(copy, encoding="utf-8")
        command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "it.tex"]
        assert (
            subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
            == 0
        )


# what                       text, part of the advice
ADVISED = [
    ("a name",               "$\\phi(w, 2) = 2w$",       "declare it"),
    ("a macro",              r"$\wish = 1$",                    r"\newcommand{\wish}{...}"),
    ("never closed",         r"So $J'(w) = 2w",                 "close what is opened here"),
    ("a sum without a range", r"$\sum_k k = 1$",                "% symconvex: k: index of X"),
    ("a sentence",           "The blub of $J$ is blah.",        "one plain claim"),
    ("another file",         r"\input{proof} $1=1$",            "put the text of that file into this one"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "advice"), ADVISED, ids=[row[0] for row in ADVISED])
def test_what_to_write_instead(case: str, text: str, advice: str) -> None:
    told = [one.advice for one in asked(text).relations if one.verdict == "not-understood"]
    assert any(advice in one for one in told), (case, told)


def test_every_advice_is_complete() -> None:
    assert all(advice and "=>" not in advice for _, advice in rows())
    assert advice_for("the name q is not declared").count("q") >= 2
    assert advice_for("nobody ever saw this") == rows()[-1][1]
    assert [pattern.pattern for pattern, _ in rows() if pattern.search("")] == [""], "only the last row fits everything"


def test_a_huge_text_has_a_bounded_answer() -> None:
    checked = asked("$J'(w) = \\wish$\n\n" * 700)
    for form in names():
        assert len(checked.to(form)) < 2_000_000
    assert len(repr(checked).splitlines()) < 2_500
    assert re.search(r"\.\.\. and \d+ more", repr(checked))
    assert checked.to("github").count("\n") < 210


def test_an_answer_is_no_boolean() -> None:
    checked = asked(r"$J'(w) = 2w$, $w = 0 \iff 2w = 0$")
    with pytest.raises(TypeError, match="more than two cases"):
        bool(checked)
    assert (checked.accepts(), checked.accepts("tested")) == (False, True)
    assert not asked("Hello.").accepts("tested")


# what                         how it is asked, what the error says
MISUSED = [
    ("no such file",           ("nowhere.tex", SQUARE),                       "no file"),
    ("a model and a formula",  ("$1=1$", {**SQUARE, "model": "logistic"}),    "one of the two"),
    ("no such model",          ("$1=1$", {"model": "logstic"}),               "logistic"),
    ("no parameter",           ("$1=1$", {"formula": "w**2", "wrt": "2w"}),   "one letter or word"),
    ("three sizes",            ("$1=1$", {**SQUARE, "shapes": {"X": (1, 2, 3)}}), "at most two sizes"),
    ("no such set",            ("$1=1$", {**SQUARE, "sets": {"w": "bogus"}}), "no set and no trait"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "how", "said"), MISUSED, ids=[row[0] for row in MISUSED])
def test_an_error_says_what_to_do(case: str, how: tuple[str, Mapping[str, object]], said: str) -> None:
    with pytest.raises(SymconvexError, match=said):
        asked(*how)


def test_no_such_format() -> None:
    with pytest.raises(SymconvexError, match="github, html, json, latex, text"):
        asked("$1=1$").to("pdf")
