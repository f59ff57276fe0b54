"""A format is one file: found by its name, asked for by its name, and nothing else knows of it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.scratch import Scratch, scratch_copy

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.entries import entries
from symconvex.catalogue import collect
from symconvex.errors import CatalogueError
from symconvex.formats import find, names
from symconvex.formats._format import Format
from symconvex.formats._legend import has_kinks
from symconvex.language import state
from symconvex.language.printing.texwords import visible
from symconvex.models import models

MARKDOWN = '''
"""Derivatives as a list in Markdown."""

from collections.abc import Iterator

from symconvex.calculus.closed.derivation import Derivation
from symconvex.calculus.program.entries import Entries
from symconvex.formats._format import Format
from symconvex.language.printing import text_of
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import NUMPY


def closed(derivation: Derivation) -> str:
    return "".join(f"- {name}: `{text_of(expr)}`\\n" for name, expr in derivation.gradient)


def listed(found: Entries) -> Iterator[str]:
    for page in found.pages(lambda tree: printed(tree, NUMPY)):
        yield from (f"- {' '.join(of)}: `{text}`\\n" for of, text in page.values if of)


FORMAT = Format("markdown", closed, listed)
'''


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A copy of the package that has one more format."""
    scratch = scratch_copy(tmp_path)
    scratch.add("formats/markdown.py", MARKDOWN)
    return scratch


def test_a_new_file_is_all_that_a_new_format_needs(scratch: Scratch) -> None:
    assert "html|jax|json|latex|markdown|python|text|torch" in scratch.ask("derive", "--help").stdout
    closed = scratch.ask("derive", "logistic", "--format", "markdown")
    assert (closed.stdout, closed.stderr, closed.returncode) == ("- w: `-X.T @ (y*p)`\n", "", 0)
    listed = scratch.ask("derive", "logistic", "--size", "n=1,d=1", "--format", "markdown")
    assert listed.stdout.splitlines() == ["- w[0]: `-X[0,0]*y[0]*p[0]`", "- w[0] w[0]: `X[0,0]**2*p[0]*(1 - p[0])`"]


def test_a_file_without_its_promise_is_named(scratch: Scratch) -> None:
    scratch.add("formats/empty.py", '"""Nothing."""\n')
    run = scratch.ask("derive", "logistic", "--format", "empty")
    assert run.returncode != 0
    assert "empty.py does not keep the promise of its folder" in run.stderr
    assert scratch.ask("derive", "logistic", "--format", "text").returncode == 0


def test_every_format_of_the_folder_keeps_its_promise() -> None:
    assert tuple(collect("symconvex.formats", "FORMAT", Format)) == names()
    assert {"text", "json", "latex", "python", "html"} <= {*names()}
    with pytest.raises(CatalogueError):
        collect("symconvex.models", "FORMAT", Format)


class Read(HTMLParser):
    """The words of a page, cell by cell, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.open, self.words = set[str](), list[str](), list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        assert not {"src", "href"} & dict(attrs).keys(), "a page needs nothing beside it"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


@pytest.mark.parametrize("name", models())
def test_a_page_for_a_browser_has_the_rows_of_the_terminal(name: str) -> None:
    problem = models()[name].problem({})
    derivation, found = derive(problem), entries(problem, dict.fromkeys("ndmhkK", 2))
    page, text = find("html").closed(derivation), find("text").drawn(derivation)
    listing, lines = "".join(find("html").entries(found)), "".join(find("text").entries(found))
    told_below = {text.splitlines()[-1].strip(), "all where differentiable"}
    for shown, told in ((page, text), (listing, lines)):
        read, rows = (
            Read(shown),
            [line for line in told.splitlines()[2:] if line.strip() and line.strip() not in told_below],
        )
        assert shown.isascii()
        assert read.open == []
        assert shown.count("<tr>") == len(rows) > 1
        assert next(line for line in rows if " = " not in line).split()[0] in read.words
    words = Read(page).words[:-1]  # before what q is
    formulas = [tuple(re.split(r"\s+= ", row.strip(), maxsplit=1)) for row in text.splitlines() if " = " in row]
    starts = [k for k, word in enumerate(words) if word == "="]
    assert [(words[k - 1], words[k + 1]) for k in starts[: len(formulas)]] == formulas
    assert len(starts) == len(formulas)


LEGEND = [
    # id                model          format    what is said of names and kinks
    ("text",            "relu-neuron", "text",   ["  w  (d,)    parameter\n", "  X  (n, d)  data\n", "; all where differentiable\n"]),
    ("sets in text",    "logistic",    "text",   ["  y  (n,)    data, every entry -1 or 1\n", "  v  (d,)    direction of w\n"]),
    ("a number",        "ridge",       "text",   ["data, lam > 0\n"]),
    ("latex",           "hinge",       "latex",  ["Parameter $w \\in \\mathbf{R}^{d}$;", "$y \\in \\{-1, 1\\}^{n}$", "All where differentiable."]),
    ("html",            "hinge",       "html",   ["<td>y</td><td>(n,)</td><td>data, every entry -1 or 1</td>", "all where differentiable."]),
    ("json",            "hinge",       "json",   ['"shape": "(n,)",\n      "set": "-1 or 1",\n      "is": "data"', '"differentiable": false']),
    ("python",          "hinge",       "python", ["    y  (n,)    data, every entry -1 or 1\n", "hold where differentiable"]),
    ("jax",             "logistic",    "jax",    ["    y  (n,)    data, every entry -1 or 1\n"]),
    ("torch",           "logistic",    "torch",  ["    y  (n,)    data, every entry -1 or 1\n"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "model", "form", "parts"), LEGEND, ids=[row[0] for row in LEGEND])
def test_a_legend_says_what_the_names_are(case: str, model: str, form: str, parts: list[str]) -> None:
    problem = models()[model].problem({})
    closed, listed = find(form).closed(derive(problem)), "".join(find(form).entries(entries(problem, {"n": 2, "d": 3})))
    assert [part for part in parts if part not in closed] == []
    assert ("different" in closed.replace('"differentiable": true', "")) == (model in ("hinge", "relu-neuron"))
    assert ("different" in listed.replace('"differentiable": true', "")) == (model in ("hinge", "relu-neuron"))
    assert "2, 3" in listed or "2 \\times 3" in listed


SMOOTH = [
    # id               loss                          kinks
    ("a root above 0", "sum(sqrt(1 + w**2))",        False),
    ("a norm",         "norm(w)",                    True),
    ("an absolute",    "sum(abs(w))",                True),
    ("a square",       "sum(w**2)",                  False),
    ("a maximum",      "sum(max(w, 1))",             True),
    ("a square of it", "sum(relu(w)**2)",            True),
]  # fmt: skip


@pytest.mark.parametrize(("case", "loss", "kinks"), SMOOTH, ids=[row[0] for row in SMOOTH])
def test_kinks_are_seen(case: str, loss: str, kinks: bool) -> None:
    assert has_kinks(state(loss, wrt="w", shapes={"w": ("d",)})) is kinks


@pytest.mark.parametrize("name", models())
def test_no_display_is_wider_than_a_page(name: str) -> None:
    problem = models()[name].problem({})
    lines = find("latex").closed(derive(problem)).splitlines()
    assert max(visible(line) for line in lines if "&" in line) <= 95
    listed = "".join(find("latex").entries(entries(problem, dict.fromkeys("ndmhkK", 2)))).splitlines()
    assert max(visible(line) for line in listed if "&" in line) <= 95


def test_what_a_stranger_wrote_is_no_markup() -> None:
    problem = replace(models()["logistic"].problem({}), name="<script>alert(1)</script>", text='a & "b" < c')
    for page in (
        find("html").closed(derive(problem)),
        "".join(find("html").entries(entries(problem, {"n": 1, "d": 1}))),
    ):
        read = Read(page)
        assert "script" not in read.tags
        assert {"<script>alert(1)</script>", 'a & "b" < c'} <= {*read.words}
