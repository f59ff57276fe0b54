"""A model is one file: put into the folder, every command knows it by its name, its options and its verdict."""

import json
from pathlib import Path

import pytest
from support.scratch import Scratch, scratch_copy

REPEATED = '''
"""Least squares where sample i was seen c_i times.

    f(w) = sum_i c_i (x_i.w - y_i)^2 / 2

Shapes   w (d,)   X (n, d)   y (n,)   c (n,)   ->   ()
Domain   every w and every X, y; c_i = 0, 1, 2, ...
"""

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Published
from symconvex.problem import Symbol

MODEL = family(
    "repeated-samples",
    "squared residuals of samples that were seen several times, convex",
    Variant(
        loss="sum(c*(X @ w - y)**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS, Symbol("c", ("n",), "count")),
        published=Published(
            gradient={"w": "X.T @ (c*(X @ w - y))"},
            curvature="sum(c*(X @ v_w)**2)",
            hessian="X.T @ diag(c) @ X",
        ),
    ),
    source="Bishop 2006, exercise 3.3",
)
'''

# A loss that is not convex, with an option.
UNIT = '''
"""Squared loss on one bounded unit.

    f(w) = sum_i (phi(x_i.w) - y_i)^2 / 2

Shapes   w (d,)   X (n, d)   y (n,)   ->   ()
Domain   every w and every X, y
"""

from collections.abc import Mapping

from symconvex.models._family import INPUTS, TARGETS, WEIGHTS, Variant, family
from symconvex.models._model import Option, Published

SLOPES = {"tanh": "(1 - tanh(X @ w)**2)", "sigmoid": "(sigmoid(X @ w)*(1 - sigmoid(X @ w)))"}
BENDS = {"tanh": "(-2*tanh(X @ w))", "sigmoid": "(1 - 2*sigmoid(X @ w))"}


def variant(chosen: Mapping[str, str]) -> Variant:
    name = chosen["activation"]
    residual, slope = f"({name}(X @ w) - y)", SLOPES[name]
    return Variant(
        loss=f"sum(({name}(X @ w) - y)**2)/2",
        parameters=(WEIGHTS,),
        data=(INPUTS, TARGETS),
        published=Published(
            gradient={"w": f"X.T @ ({residual}*{slope})"},
            curvature=f"sum(({slope}**2 + {residual}*{slope}*{BENDS[name]})*(X @ v_w)**2)",
        ),
        verdict="neither",
        condition="X == 0",
    )


MODEL = family(
    "bounded-unit",
    "squared loss on one bounded unit, convex only for X = 0",
    variant,
    source="Auer, Herbster & Warmuth 1996, section 2",
    options=(Option("activation", "tanh", ("tanh", "sigmoid"), "what the unit computes"),),
)
'''

# The gradient as somebody would write it by hand, with a slip in its last line.
DERIVATION = r"""
\begin{align*}
\nabla J(w) &= X^\top (c \odot (Xw - y))\\
\nabla^2 J(w) &= X^\top \operatorname{diag}(c) X\\
\nabla^2 J(w) &= 2 X^\top \operatorname{diag}(c) X
\end{align*}
"""

PROMISED = """
from symconvex.models import find
model = find("NAME")
print(model.verdict({}), model.condition({}) or "True", sep=chr(10))
"""

MODELS = [
    # name               source     options                       answer      condition   gradient
    ("repeated-samples", REPEATED,  (),                           "convex",   "True",     "X.T @ (c*e)"),
    ("bounded-unit",     UNIT,      ("--activation", "sigmoid"),  "neither",  "X == 0",   "X.T @ (e*p*(1 - p))"),
]  # fmt: skip


def with_model(top: Path, name: str, source: str) -> Scratch:
    """A copy of the package that has one more model."""
    scratch = scratch_copy(top)
    scratch.add(f"models/{name.replace('-', '_')}.py", source)
    return scratch


@pytest.mark.parametrize("row", MODELS, ids=[" ".join((row[0], *row[2])) for row in MODELS])
def test_a_new_file_is_all_that_a_new_model_needs(
    row: tuple[str, str, tuple[str, ...], str, str, str], tmp_path: Path
) -> None:
    name, source, options, answer, condition, gradient = row
    scratch = with_model(tmp_path, name, source)
    assert name in scratch.ask("models", "--quiet").stdout.split()
    assert gradient in scratch.ask("derive", name, *options).stdout
    proved = json.loads(scratch.ask("prove", name, *options, "--expect", answer, "--json").stdout)
    assert (proved["verdict"], proved["condition"]) == (answer, condition)
    assert scratch.python(PROMISED.replace("NAME", name)).stdout.split("\n")[:2] == [answer, condition]
    seen = json.loads(scratch.ask("sample", name, *options, "--points", "200", "--seed", "1", "--json").stdout)
    assert (seen["negative"] > 0, seen["points"]) == (answer == "neither", 200)
    verified = scratch.ask("verify", "proofs")
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (0, "1 accepted")


WRONG = [
    # id                     name                source    right                 wrong
    ("a lost factor",        "repeated-samples", REPEATED, "X.T @ (c*(X",        "X.T @ (2*c*(X"),
    ("a curvature",          "repeated-samples", REPEATED, "sum(c*(X @ v_w)",    "sum(c**2*(X @ v_w)"),
    ("a Hessian",            "repeated-samples", REPEATED, "diag(c) @",          "diag(c*c) @"),
    ("a verdict",            "bounded-unit",     UNIT,     '"neither"',          '"convex"'),
    ("a condition",          "bounded-unit",     UNIT,     '"X == 0"',           '"False"'),
    ("no mistake",           "repeated-samples", REPEATED, "",                   ""),
    ("no mistake, options",  "bounded-unit",     UNIT,     "",                   ""),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "source", "right", "wrong"), WRONG, ids=[row[0] for row in WRONG])
def test_the_tests_take_up_a_new_model_and_find_its_mistakes(
    case: str, name: str, source: str, right: str, wrong: str, tmp_path: Path
) -> None:
    changed = source.replace(right, wrong) if right else source
    run = with_model(tmp_path, name, changed).test("models/test_models.py", name)
    assert (run.returncode, changed == source) in {(0, True), (1, False)}, run.stdout[-2000:]
    assert (" failed" in run.stdout) == (changed != source)
    assert " passed" in run.stdout


def test_a_hand_derivation_is_checked_against_a_new_model(tmp_path: Path) -> None:
    scratch = with_model(tmp_path, "repeated-samples", REPEATED)
    (tmp_path / "mine.tex").write_text(DERIVATION, encoding="utf-8")
    checked = scratch.ask("check", "mine.tex", "--model", "repeated-samples", "--json")
    found = [relation["verdict"] for relation in json.loads(checked.stdout)["relations"]]
    assert (checked.returncode, found) == (1, ["proven", "proven", "false"])


PROMISES = [
    # id                  file          source                                                what the error says
    ("another name",      "plain",      REPEATED,                                             "got       MODEL named 'repeated-samples'"),
    ("no model at all",   "plain",      '"""Nothing."""\n',                                   "symconvex.models._model says what a Model is"),
    ("a loss by itself",  "plain",      'MODEL = "sum((X @ w - y)**2)"\n',                    "expected  MODEL = Model(name='plain', ...)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "file", "source", "said"), PROMISES, ids=[row[0] for row in PROMISES])
def test_a_model_that_breaks_its_promise_is_named_and_harms_no_other(
    case: str, file: str, source: str, said: str, tmp_path: Path
) -> None:
    scratch = with_model(tmp_path, file, source)
    run = scratch.ask("derive", file)
    assert run.returncode != 0
    assert "plain.py does not keep the promise of its folder" in run.stderr
    assert said in run.stderr
    assert scratch.ask("derive", "logistic").returncode == 0
