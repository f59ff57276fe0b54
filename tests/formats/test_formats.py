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
    assert "html|json|latex|markdown|python|text" in scratch.ask("derive", "--help").stdout
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
    for shown, rows in ((page, text.splitlines()[2:-2]), (listing, lines.splitlines()[2:])):
        read = Read(shown)
        assert shown.isascii()
        assert read.open == []
        assert shown.count("<tr>") == len(rows) > 1
    words = Read(page).words[5:-1]  # after the title, the style and the loss; before what q is
    pairs = [*zip(words[::3], words[2::3], strict=True)]
    assert pairs == [tuple(re.split(r"\s+= ", row.strip(), maxsplit=1)) for row in text.splitlines()[2:-2]]


def test_what_a_stranger_wrote_is_no_markup() -> None:
    problem = replace(models()["logistic"].problem({}), name="<script>alert(1)</script>", text='a & "b" < c')
    for page in (
        find("html").closed(derive(problem)),
        "".join(find("html").entries(entries(problem, {"n": 1, "d": 1}))),
    ):
        read = Read(page)
        assert "script" not in read.tags
        assert {"<script>alert(1)</script>", 'a & "b" < c'} <= {*read.words}
