"""What is printed of the derivatives: Python whose forms agree, LaTeX that typesets, JSON with the same formulas."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.entries import entries
from symconvex.formats import find
from symconvex.language import state
from symconvex.models import models

TEXT, JSON, LATEX, PYTHON = map(find, ("text", "json", "latex", "python"))
SIZES = dict.fromkeys("ndmhkK", 2) | {"n": 3}


def run(listing: str) -> dict[str, Any]:
    """The functions of a listing."""
    made: dict[str, Any] = {}
    exec(listing, made)  # noqa: S102 - what we printed
    return made


NETWORK = {"widths": "3,4,1", "biases": "yes"}  # 21 parameters, more than a page


def test_a_listing_agrees_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = models()["mlp"].problem(NETWORK)
    whole = "".join(PYTHON.entries(entries(problem, SIZES)))
    monkeypatch.setattr("symconvex.calculus.program.entries.BLOCK", 50)
    blocks = "".join(PYTHON.entries(entries(problem, SIZES)))
    assert blocks != whole
    draw = np.random.default_rng(3)
    shapes = [tuple(SIZES.get(str(size), size) for size in s.shape) for s in (*problem.parameters, *problem.data)]
    arguments = [draw.normal(size=shape) for shape in shapes]
    closed = run(PYTHON.closed(derive(problem)))
    for listed in map(run, (whole, blocks)):
        assert np.isclose(listed["value"](*arguments), closed["value"](*arguments))
        assert np.allclose(listed["hessian"](*arguments), closed["hessian"](*arguments))
        for found, wanted in zip(listed["gradient"](*arguments), closed["gradient"](*arguments), strict=True):
            assert np.allclose(found, wanted)


def test_results_are_not_taken_for_arguments_of_their_names() -> None:
    problem = state("loss*x**2 + loss_*x + upper", wrt="x", shapes=dict.fromkeys(("loss", "loss_", "upper", "x"), ()))
    made = run("".join(PYTHON.entries(entries(problem, {}))))
    assert [made[name](5, 2, 3, 4) for name in ("value", "gradient", "hessian")] == [69, 23, [[4]]]


NAMED = ["pi*x**2", "e*x**2", "sin(pi*x)", "x**2 + pi*x"]
ROOTS = ["sqrt(1 + x**2)", "(1 + x**2)**(3/2)", "1/sqrt(1 + x)", "((1 + x)**(1/4)*(1 + exp(x)))**2", "x**(1/3)"]


@pytest.mark.parametrize("loss", [*NAMED, *ROOTS])
def test_a_listing_knows_roots_and_the_numbers_that_have_names(loss: str) -> None:
    problem = state(loss, wrt="x", shapes={"x": ()})
    closed, listed = run(PYTHON.closed(derive(problem))), run("".join(PYTHON.entries(entries(problem, {}))))
    for name in ("value", "gradient", "hessian"):
        assert closed[name](0.3) == pytest.approx(listed[name](0.3))
    assert closed["hessian_vector"](0.3, 1.0) == pytest.approx(listed["hessian"](0.3)[0, 0])


def test_json_has_the_formulas_of_the_text() -> None:
    found = entries(models()["mlp"].problem(NETWORK), {"n": 2})
    fields = json.loads("".join(JSON.entries(found)))
    rows = [(row["name"], row["is"]) for row in fields["names"]] + [("f", fields["value"])]
    rows += [(f"df/d{name}", formula) for name, formula in fields["gradient"].items()]
    rows += [("d2f/d{}d{}".format(*row["of"]), row["entry"]) for row in fields["hessian"]]
    text = "".join(TEXT.entries(found)).partition("data\n\n")[2].splitlines()
    assert [tuple(re.split(r" += ", line.strip(), maxsplit=1)) for line in text] == rows
    assert len(fields["hessian"]) == 21 * 22 // 2


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is optional, and there is none here")
def test_the_printed_latex_typesets(tmp_path: Path) -> None:
    body = ["\\documentclass{article}\\usepackage{amsmath,amssymb}\\allowdisplaybreaks\\begin{document}"]
    for model in models().values():
        problem = model.problem({})
        body += [LATEX.closed(derive(problem)), "".join(LATEX.entries(entries(problem, dict.fromkeys(SIZES, 1))))]
    (tmp_path / "all.tex").write_text("\n".join([*body, "\\end{document}"]))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert run.returncode == 0, run.stdout[-2000:]


def test_latex_of_a_network_has_its_blocks_and_says_what_q_is() -> None:
    printed = LATEX.closed(derive(models()["mlp"].problem({})))
    assert "D^2 f[v_{W_{1}}, v_{W_{2}}] &= " in printed
    assert "Here $q = \\frac{d^2}{dt^2} f(W_{1} + t v_{W_{1}}, W_{2} + t v_{W_{2}}) \\big|_{t=0}$" in printed
    assert "mathrm{1}" not in printed


def test_entries_are_counted_from_zero_in_text_and_from_one_on_paper() -> None:
    found = entries(models()["least-squares"].problem({}), {"n": 1, "d": 1})
    assert "df/dw[0] " in "".join(TEXT.entries(found))
    assert "\\frac{\\partial f}{\\partial w_{1}}" in "".join(LATEX.entries(found))
    assert "[" not in "".join(LATEX.entries(found))


def test_powers_of_entries_of_a_layer_have_one_index_above() -> None:
    found = entries(models()["mlp"].problem({"widths": "1,1,1,1"}), {"n": 1})
    assert "(h^{(1)}_{11})^{2}" in "".join(LATEX.entries(found))


def test_printed_entries_are_items_of_dicts() -> None:
    printed = "".join(PYTHON.entries(entries(models()["mlp"].problem({"widths": "1,1,1"}), {"n": 1})))
    assert "    h = {}\n" in printed
    assert "    h[0,0] = np.tanh(z[0,0])\n" in printed


LARGE = [
    # model        parameter            labels      loss where X is 1
    ("softmax",    [[1e4], [-1e4]],     [[0, 1]],   2e4),
    ("logistic",   [-1e4],              [1],        1e4),
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("name", "parameter", "labels", "loss"), LARGE, ids=[row[0] for row in LARGE])
def test_the_printed_loss_does_not_overflow(name: str, parameter: Any, labels: Any, loss: float) -> None:
    value = run(PYTHON.closed(derive(models()[name].problem({}))))["value"]
    assert value(np.array(parameter), np.ones((1, 1)), np.array(labels)) == pytest.approx(loss)
