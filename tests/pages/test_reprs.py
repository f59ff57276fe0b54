"""What a notebook shows says no less than what a terminal shows."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

import symconvex as sc
from symconvex.replay import replay_all

PROVED: list[tuple[str, dict[str, Any]]] = [
    # what is asked         with
    ("logistic",            {}),
    ("ridge",               {}),
    ("mlp",                 {"widths": (2, 2, 1)}),
    ("matrix-factorization", {}),
    ("relu-neuron",         {}),
    ("x**2",                {"wrt": "x"}),
    ("-exp(x)",             {"wrt": "x"}),
    ("x*log(x)",            {"wrt": "x", "where": ["x > 0"]}),
    ("a*x**2",              {"wrt": "x", "sets": {"a": "real"}, "shapes": {"a": (), "x": ()}}),
]  # fmt: skip


def plain_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


@pytest.mark.parametrize(("loss", "given"), PROVED, ids=[row[0] for row in PROVED])
def test_a_verdict_in_a_notebook_says_what_its_text_says(loss: str, given: dict[str, Any]) -> None:
    verdict = sc.prove(loss, **given)
    shown = plain_of(verdict._repr_html_())
    words = {word for line in repr(verdict).splitlines() for word in line.split()}
    assert words - set(shown.split()) == set()
    for text in (verdict.setting, *verdict.theorems, *verdict.hypotheses):
        assert " ".join(text.split()) in shown


TOLD = [
    # loss        with                    what its LaTeX says beside the answer
    ("logistic",  {},                     ("\\operatorname{rank} X=d", "\\frac{1}{4}\\,\\lambda_{\\max}", "never strongly convex")),
    ("ridge",     {},                     ("modulus $\\lambda", "Lipschitz")),
    ("mlp",       {"widths": (2, 2, 1)},  ("If $X\\ne0$", "if and only if $X=0$", "not even quasiconvex")),
    ("x**2",      {"wrt": "x"},           ("strictly convex", "modulus $2$", "constant $2$")),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "given", "said"), TOLD, ids=[row[0] for row in TOLD])
def test_a_verdict_in_latex_says_constants_and_conditions(
    loss: str, given: dict[str, Any], said: tuple[str, ...]
) -> None:
    latex = sc.prove(loss, **given)._repr_latex_()
    assert [text for text in said if text not in latex] == []
    assert not re.search(r"\\(R|T|rank|diag)(?![A-Za-z])", latex)
    assert latex.count("$") % 2 == 0


def test_an_undecided_question_shows_what_was_tried() -> None:
    verdict = sc.prove("sin(x*y)*cos(z)+x**4", wrt="x,y,z", budget=0.01)
    shown = plain_of(verdict._repr_html_())
    assert repr(verdict).splitlines()[0] in shown
    assert verdict.problem.text in shown


def test_a_proof_is_shown_and_saved(tmp_path: Path) -> None:
    verdict = sc.prove("x*y", wrt="x,y")
    leaf = verdict.show()
    assert str(leaf) == repr(leaf)
    assert "Proof. Not convex." in repr(leaf)
    assert "<math" in leaf._repr_html_()
    assert "<html" not in leaf._repr_html_()
    files = verdict.save(tmp_path / "mine")
    assert [path.name for path in files] == ["certificate.json", "proof.tex", "proof.html"]
    assert [entry.outcome for entry in replay_all([tmp_path])] == ["accepted"]
    assert (tmp_path / "mine" / "proof.tex").read_text("utf-8") == verdict.to_latex()


def test_an_answer_shows_its_parts() -> None:
    shown = plain_of(sc.prove("x*y", wrt="x,y", ask="blocks")._repr_html_())
    for text in ("convex in each block: yes", "jointly convex: no", "in x, with y fixed", "affine"):
        assert text in shown


def test_the_models_are_a_table() -> None:
    table = sc.models()
    assert set(table) == {model.name for model in table.values()}
    lines = repr(table).splitlines()
    assert len(lines) == len(table)
    for line, (name, model) in zip(lines, table.items(), strict=True):
        assert line.split("  ")[0] == name
        assert line.endswith(model.problem({}).text)
    shown = plain_of(table._repr_html_())  # type: ignore[attr-defined]
    assert all(model.summary in shown for model in table.values())


@pytest.mark.parametrize("name", sc.models())
def test_a_model_shows_loss_names_options_and_source(name: str) -> None:
    model = sc.models()[name]
    shown = plain_of(model._repr_html_())
    assert model.problem({}).text in shown
    for symbol in (*model.problem({}).parameters, *model.problem({}).data):
        assert f"{symbol.name}: " in shown
    assert all(option.help in shown for option in model.options)
    assert " ".join(model.source.split()) in shown


def test_derivatives_in_latex() -> None:
    latex = sc.derive("ridge")._repr_latex_()
    assert latex.startswith("\\begin{align*}")
    assert "\\nabla^2 f &= X^{\\mathsf T} X + \\lambda I_{d}" in latex


def test_a_sample_is_a_summary() -> None:
    seen = sc.sample("mlp", points=200)
    assert len(repr(seen).splitlines()) <= 14
    assert repr(seen).startswith(f"a negative eigenvalue at {seen.negative} of 200 points (no proof)")
    shown = plain_of(seen._repr_html_())
    assert f"{seen.lowest.eigenvalue:.6g}" in shown  # type: ignore[union-attr]
    assert "no proof" in shown
