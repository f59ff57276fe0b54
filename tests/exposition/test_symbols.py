"""No stored proof uses a symbol that it does not introduce, or introduces one that it does not use; and its frame."""

import re
from pathlib import Path

import pytest
from support.stored import ROOT
from support.symbols import undefined, unused

from symconvex.exposition.frame import Title, subject
from symconvex.exposition.references import WORKS, bibliography, citation, cited
from symconvex.language.state import state
from symconvex.models import models

PROOFS = sorted((ROOT / "proofs").glob("*/proof.tex"))
IDS = [path.parent.name for path in PROOFS]


def page(body: str) -> str:
    return f"\\maketitle\n{body}\n\\end{{document}}"


SETTING = r"Let $n\ge 1$. The parameter is $w\in\R^{n}$, and the loss is \[ f(w)=\sum_{i=1}^{n}w_{i}^2. \] It is $f$. "

# id                          what follows the setting                                              undefined        unused
BODIES = [
    ("nothing",               "",                                                                   [],              []),
    ("unit vector",           r"At $w=\mathbf{e}_{1}$ it is large.",                                [r"\mathbfe"], []),
    ("unit vector explained", r"We write $\mathbf{e}_{1}$ for a unit vector. Let $w=\mathbf{e}_{1}$.", [],           []),
    ("another sum",           r"It is $f(w)=q_{1}^2$.",                                             ["q"],           []),
    ("said in the sentence",  r"It is $f(w)=q_{1}^2$ with $q=w$.",                                  [],              []),
    ("said too late",         r"$q=w$".join(["It is $f(w)=r^2$. " + "Again $f(w)=w$. " * 9, "."]),    ["r"],           ["q"]),
    ("a letter that rests",   r"With $\delta=2w$ the gradient is $\nabla f=2w$.",                   [],              [r"\delta"]),
    ("a letter that works",   r"With $\delta=2w$ the gradient is $\nabla f=\delta$.",               [],              []),
    ("indicator",             r"The slope is $2w\,\mathbf 1[w>0]$.",                                [r"\mathbf1["],  []),
    ("relu",                  r"It is $\operatorname{relu}(w)$.",                                   [r"\operatorname{relu}"], []),
    ("entrywise product",     r"It is $w\odot w$.",                                                 [r"\odot"],      []),
    ("index of nothing",      r"It is $w_{k}^2$.",                                                  ["k"],           []),
    ("index of a sum",        r"It is $\sum_{k}w_{k}^2$.",                                          [],              []),
    ("Euler's number",        r"It is $e^{w}$, and $\frac{d}{dt}w=0$, $\lambda_{\max}(w)=\max\{w,0\}$.", [],         []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "late", "idle"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_the_check_finds_what_is_missing(body: str, late: list[str], idle: list[str]) -> None:
    assert (undefined(page(SETTING + body)), unused(page(SETTING + body))) == (late, idle)


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_every_symbol_is_introduced_and_used(path: Path) -> None:
    latex = path.read_text("utf-8")
    assert (undefined(latex), unused(latex)) == ([], [])


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_a_document_has_its_frame(path: Path) -> None:
    """Title, metadata, an idea first, figures that are spoken of, entries that are cited."""
    latex = path.read_text("utf-8")
    assert re.search(r"pdftitle=\{[A-Z][^$]*\},pdfauthor=\{symconvex\},pdfkeywords=\{convexity", latex)
    assert "\\author{}" not in latex
    body = latex.partition("\\maketitle")[2]
    assert body.count("\\paragraph{Idea.}") == body.count("\\begin{theorem}")
    assert "What is asked" in body or body.lstrip().startswith("\\paragraph{Idea.}")
    figures = set(re.findall(r"\\label\{(fig:[^}]*)\}", body))
    assert set(re.findall(r"\\ref\{(fig:[^}]*)\}", body)) == figures
    assert body.count("\\begin{tikzpicture}") == body.count("\\caption{") == len(figures)
    works = [key for keys in re.findall(r"\\cite\{([^}]*)\}", body) for key in keys.split(",")]
    assert works == re.findall(r"\\bibitem\{([^}]*)\}", body)


def test_titles_tell_proofs_apart() -> None:
    titles = [re.search(r"\\title\{(.*)\}\n", path.read_text("utf-8")) for path in PROOFS]
    found = [title[1] for title in titles if title]
    assert len(found) == len(PROOFS) == len(set(found))


@pytest.mark.parametrize("name", models())
def test_every_source_of_a_model_has_an_entry(name: str) -> None:
    source = models()[name].source
    entries = bibliography(source)
    assert [one.work.key for one in cited(source)] == re.findall(r"\\bibitem\{([^}]*)\}", entries)
    assert all(year in entries for year in re.findall(r"\d{4}", source.replace("arXiv:1312.6120", "")))


def test_every_entry_is_cited_by_a_model() -> None:
    used = {one.work.key for model in models().values() for one in cited(model.source)}
    assert used == {work.key for work in WORKS.values()}


@pytest.mark.parametrize(
    "source", ["Nobody 1999, page 3", "Bishop 2006", "a book on Bishop 2006, section 1 and so on;"]
)
def test_a_source_without_an_entry_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="no entry"):
        list(cited(source))


@pytest.mark.parametrize("source", ["me", "My thesis & notes, page 3_4", "Bishop 2006, section 4.3.4; a talk"])
def test_the_source_of_a_model_of_ones_own_is_printed_as_it_stands(source: str) -> None:
    assert citation(source) == f"For the loss see {source.replace('&', chr(92) + '&').replace('_', chr(92) + '_')}."
    assert bibliography(source) == ""


SUBJECTS = [
    # loss                                          name     in the document                         in the PDF
    ("x**2",                                        "loss",  "the function $x^{2}$ of $x$",           r"the function x**2 of x"),
    ("x_1**2",                                      "",      "the function $x_{1}^{2}$ of $x_{1}$",   r"the function x\_1**2 of x_1"),
    ("x**2",                                        "my_own", r"the my\_own loss",                    r"the my\_own loss"),
    ("+".join(f"log(1 + exp({k}*x))" for k in range(2, 9)), "loss", "the loss in $x$",                  "the loss in x"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "name", "tex", "plain"), SUBJECTS)
def test_a_loss_is_called_by_name_formula_or_parameters(loss: str, name: str, tex: str, plain: str) -> None:
    assert subject(state(loss, wrt="x_1" if "_" in loss else "x", shapes={}, name=name)) == Title(tex, plain)
