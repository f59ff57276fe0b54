"""The printed Python runs and agrees with itself; the printed LaTeX typesets."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from symconvex.calculus.closed.derivation import derive
from symconvex.calculus.program.entries import entries
from symconvex.formats import find
from symconvex.language import state
from symconvex.models import models
from symconvex.problem import Problem, Symbol

TEXT, JSON, LATEX, PYTHON = map(find, ("text", "json", "latex", "python"))
SIZES = dict.fromkeys("ndmhkK", 2) | {"n": 3}
DRAWS = {
    "real": "draw.normal(size={0})",
    "positive": "draw.uniform(0.5, 2, size={0})",
    "nonnegative": "draw.uniform(0, 2, size={0})",
    "sign": "draw.choice([-1.0, 1.0], size={0})",
    "binary": "draw.choice([0.0, 1.0], size={0})",
    "unit": "draw.uniform(0.2, 0.8, size={0})",
    "count": "draw.integers(0, 4, size={0})",
}
# Loss, gradient and curvature of both functions at one point, in one direction.
COMPARISON = """
whole = closed.derivatives(*parameters, *data, *directions)
parts = entries.derivatives(*parameters, *data)
flat = numpy.concatenate([numpy.ravel(whole["gradient"][name]) for name in names])
way = numpy.concatenate([numpy.ravel(v) for v in directions])
hessian = numpy.array(parts["hessian"], dtype=float)
assert numpy.isclose(whole["loss"], parts["loss"]), (whole["loss"], parts["loss"])
assert numpy.allclose(flat, parts["gradient"]), (flat, parts["gradient"])
assert numpy.isclose(whole["curvature"], way @ hessian @ way), (whole["curvature"], way @ hessian @ way)
assert whole["hessian"] is None or numpy.allclose(whole["hessian"], hessian)
assert numpy.allclose(hessian, hessian.T)
"""


def drawn(symbol: Symbol, within: str) -> str:
    shape = tuple(SIZES.get(str(size), size) for size in symbol.shape)
    return DRAWS[within].format(shape)


def script(problem: Problem) -> str:
    """A program that draws a point and compares the two functions there."""
    lines = ["import numpy, closed, entries", "draw = numpy.random.default_rng(3)"]
    for name, symbols in (
        ("parameters", problem.parameters),
        ("data", problem.data),
        ("directions", problem.parameters),
    ):
        texts = [drawn(symbol, "real" if name == "directions" else symbol.within) for symbol in symbols]
        lines.append(f"{name} = [{', '.join(texts)}]")
    lines.append(f"names = {[symbol.name for symbol in problem.parameters]}")
    return "\n".join(lines) + COMPARISON


@pytest.mark.parametrize("name", models())
def test_the_printed_functions_run_and_agree(name: str, root: Path, tmp_path: Path) -> None:
    problem = models()[name].problem({})
    (tmp_path / "closed.py").write_text(PYTHON.closed(derive(problem)))
    (tmp_path / "entries.py").write_text("".join(PYTHON.entries(entries(problem, SIZES))))
    (tmp_path / "compare.py").write_text(script(problem))
    command = [sys.executable, str(tmp_path / "compare.py")]
    run = subprocess.run(command, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stderr}\n{PYTHON.closed(derive(problem))}"


NETWORK = {"widths": "3,4,1", "biases": "yes"}  # 21 parameters, more than a page


def test_a_listing_runs_and_agrees_block_by_block(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = models()["mlp"].problem(NETWORK)
    whole = "".join(PYTHON.entries(entries(problem, SIZES)))
    monkeypatch.setattr("symconvex.calculus.program.entries.BLOCK", 50)
    blocks = "".join(PYTHON.entries(entries(problem, SIZES)))
    assert blocks != whole
    for printed in (whole, blocks):
        (tmp_path / "closed.py").write_text(PYTHON.closed(derive(problem)))
        (tmp_path / "entries.py").write_text(printed)
        (tmp_path / "compare.py").write_text(script(problem))
        command = [sys.executable, str(tmp_path / "compare.py")]
        run = subprocess.run(command, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr


def test_results_are_not_taken_for_arguments_of_their_names() -> None:
    problem = state("loss*x**2 + loss_*x + upper", wrt="x", shapes=dict.fromkeys(("loss", "loss_", "upper", "x"), ()))
    made: dict[str, Any] = {}
    exec("".join(PYTHON.entries(entries(problem, {}))), made)  # noqa: S102 - what we printed
    assert made["derivatives"](5, 2, 3, 4) == {"loss": 69, "gradient": [23], "hessian": [[4]]}


NAMED = ["pi*x**2", "e*x**2", "sin(pi*x)", "x**2 + pi*x"]
ROOTS = ["sqrt(1 + x**2)", "(1 + x**2)**(3/2)", "1/sqrt(1 + x)", "((1 + x)**(1/4)*(1 + exp(x)))**2", "x**(1/3)"]


@pytest.mark.parametrize("loss", [*NAMED, *ROOTS])
def test_a_listing_knows_roots_and_the_numbers_that_have_names(loss: str) -> None:
    problem = state(loss, wrt="x", shapes={"x": ()})
    closed: dict[str, Any] = {}
    entry: dict[str, Any] = {}
    exec(PYTHON.closed(derive(problem)), closed)  # noqa: S102 - what we printed
    exec("".join(PYTHON.entries(entries(problem, {}))), entry)  # noqa: S102 - what we printed
    found, listed = closed["derivatives"](0.3, 1.0), entry["derivatives"](0.3)
    assert found["loss"] == pytest.approx(listed["loss"])
    assert found["gradient"]["x"] == pytest.approx(listed["gradient"][0])
    assert found["curvature"] == pytest.approx(listed["hessian"][0][0])


def test_json_has_the_formulas_of_the_text() -> None:
    found = entries(models()["mlp"].problem(NETWORK), {"n": 2})
    fields = json.loads("".join(JSON.entries(found)))
    rows = [(row["name"], row["is"]) for row in fields["names"]] + [("f", fields["value"])]
    rows += [(f"df/d{name}", formula) for name, formula in fields["gradient"].items()]
    rows += [("d2f/d{}d{}".format(*row["of"]), row["entry"]) for row in fields["hessian"]]
    text = "".join(TEXT.entries(found)).splitlines()[2:]
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
    assert "    h[0,0] = tanh(z[0,0])\n" in printed


LARGE = [
    # model        parameter            labels      loss where X is 1
    ("softmax",    "[[1e4], [-1e4]]",   "[[0, 1]]", "2e4"),
    ("logistic",   "[-1e4]",            "[1]",      "1e4"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameter", "labels", "loss"), LARGE, ids=[row[0] for row in LARGE])
def test_the_printed_loss_does_not_overflow(
    name: str, parameter: str, labels: str, loss: str, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "closed.py").write_text(PYTHON.closed(derive(models()[name].problem({}))))
    code = f"""
import numpy, closed
w = numpy.array({parameter})
found = closed.derivatives(w, numpy.ones((1, 1)), numpy.array({labels}), w)
assert numpy.isclose(found["loss"], {loss}), found
"""
    (tmp_path / "large.py").write_text(code)
    command = [sys.executable, str(tmp_path / "large.py")]
    run = subprocess.run(command, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
