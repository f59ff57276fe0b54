"""The Python interface: what may be asked, what is refused and why, and that importing it costs nothing."""

import doctest
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import symconvex as sc
from symconvex import api
from symconvex.errors import DataError, LossError, ModelError, NotYet, ShapeError, UnknownName
from symconvex.store import CERTIFICATE, certificate_text

LOGISTIC = "sum(log(1 + exp(-y*(X@w))))"
SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
HEAVY = ("sympy", "numpy", "flint", "click", "rich", "symconvex.verdict", "symconvex.api", "symconvex.kernel")

x, y = sympy.symbols("x y")
p = sympy.Symbol("p", positive=True)
q = sympy.Symbol("q", nonnegative=True)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, symconvex; symconvex.models; print([m for m in sys.argv[1:] if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_public_name_is_there_and_nothing_else() -> None:
    assert dir(sc) == sorted(sc.__all__)
    assert all(getattr(sc, name) is not None for name in sc.__all__)
    assert isinstance(sc.__version__, str)
    with pytest.raises(AttributeError):
        sc.prof  # noqa: B018  a slip of the pen


def test_models_stays_a_function_after_its_folder_is_loaded() -> None:
    sc.prove("logistic")
    assert "logistic" in sc.models()


def test_docstrings_run() -> None:
    result = doctest.testmod(api, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.attempted >= 7
    assert result.failed == 0


# --- what may be asked ------------------------------------------------------------------------------------------------

ASKED = [
    # id                       question                                                         answer
    ("the text of the issue",  lambda: sc.prove(LOGISTIC, wrt="w", shapes=SHAPES),               "convex"),
    ("labels",                 lambda: sc.prove(LOGISTIC, wrt="w", shapes=SHAPES, sets={"y": "sign"}, budget=60.0), "convex"),
    ("names in a sequence",    lambda: sc.prove(LOGISTIC, wrt=["w"], shapes=SHAPES),             "convex"),
    ("a problem",              lambda: sc.prove(sc.state(LOGISTIC, wrt="w", shapes=SHAPES)),     "convex"),
    ("a model",                lambda: sc.prove("logistic"),                                     "convex"),
    ("an option as text",      lambda: sc.prove("mlp", widths="2,2,1"),                          "neither"),
    ("options as values",      lambda: sc.prove("mlp", widths=(2, 2, 1), biases=True),           "neither"),
    ("a number as option",     lambda: sc.prove("linear-network", layers=3),                     "neither"),
    ("the option called loss", lambda: sc.prove("mlp", loss="logistic"),                         "neither"),
    ("scalars",                lambda: sc.prove("exp(x) + x**2", wrt="x"),                       "convex"),
    ("two scalars",            lambda: sc.prove("x*y", wrt="x, y"),                              "neither"),
    ("a domain",               lambda: sc.prove("x*log(x)", wrt="x", positive=["x"]),            "convex"),
    ("lists as values",        lambda: sc.prove("sum((X@w - y)**2)", wrt="w", shapes=SHAPES, values={"X": [[1, 0.1], [2, 3]], "y": [1, 2]}), "convex"),
    ("arrays as values",       lambda: sc.prove("sum((X@w - y)**3)", wrt="w", shapes=SHAPES, values={"X": np.eye(2), "y": np.ones(2)}), "neither"),
    ("SymPy",                  lambda: sc.prove(sympy.exp(x) + x**2, wrt=x),                     "convex"),
    ("SymPy, several",         lambda: sc.prove(x * y, wrt=[x, y]),                              "neither"),
    ("SymPy, by name",         lambda: sc.prove(sympy.Abs(x) + sympy.Max(x, 1), wrt="x"),        "convex"),
    ("SymPy, positive",        lambda: sc.prove(p * sympy.log(p), wrt=p),                        "convex"),
    ("SymPy, a domain",        lambda: sc.prove(-sympy.log(x - 1), wrt=x, positive=[x - 1]),     "convex"),
    ("SymPy, data",            lambda: sc.prove(q * x**2, wrt=x),                                "convex"),
    ("SymPy, numbers",         lambda: sc.prove(x**2 / 3 + sympy.Float("0.5") * x + sympy.E, wrt=x), "convex"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ask", "answer"), ASKED, ids=[row[0] for row in ASKED])
def test_a_question_is_answered(case: str, ask: Callable[[], Any], answer: str) -> None:
    assert ask().answer == answer


def test_real_labels_give_no_rank_condition() -> None:
    """With y = 0 the loss is flat, whatever the rank of X."""
    verdict = sc.prove(LOGISTIC, wrt="w", shapes=SHAPES)
    assert isinstance(verdict, sc.Proved)
    assert (verdict.strict, verdict.strict_when) == (None, None)
    signed = sc.prove(LOGISTIC, wrt="w", shapes=SHAPES, sets={"y": "sign"})
    assert (signed.strict_when, signed.smoothness) == ("rank(X) == d", "lambda_max(X.T @ X)/4")


CONVERTED = [
    # id             formula                            text
    ("a sum",        x**2 + sympy.exp(x),               "x**2 + exp(x)"),
    ("a fraction",   x / 3,                             "x/3"),
    ("a decimal",    sympy.Float("0.1") * x,            "x/10"),
    ("a root",       sympy.sqrt(1 + x**2),              "sqrt(1 + x**2)"),
    ("an inverse",   1 / (1 + x**2),                    "1/(1 + x**2)"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "formula", "text"), CONVERTED, ids=[row[0] for row in CONVERTED])
def test_a_sympy_formula_is_the_same_formula(case: str, formula: Any, text: str) -> None:
    found = sc.prove(formula, wrt=x).problem
    assert found.loss == sc.state(text, wrt="x", shapes={"x": ()}).loss


def test_one_tenth_is_one_tenth() -> None:
    assert api.exact([[0.1, 2], [Fraction(1, 3), "1/7"]], "X") == (
        (Fraction(1, 10), Fraction(2)),
        (Fraction(1, 3), Fraction(1, 7)),
    )


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = [
    # id                            question                                                    error        part of the message
    ("an unknown model",            lambda: sc.prove("logitsic"),                               ModelError,  "did you mean logistic?"),
    ("an unknown option",           lambda: sc.prove("mlp", depth=3),                           ModelError,  "depth"),
    ("no parameter",                lambda: sc.prove("x**2"),                                   LossError,   "wrt="),
    ("its own formula is repeated", lambda: sc.prove("exp(a*t)+t**2"),                          LossError,   'prove("exp(a*t)+t**2", wrt="a")'),
    ("a function of Python",        lambda: sc.prove(lambda x: x**2, wrt="x"),                  LossError,   "prove_function(f"),
    ("an option of no model",       lambda: sc.prove("x**2", wrt="x", widths=3),                LossError,   "widths"),
    ("declarations of a model",     lambda: sc.prove("logistic", sets={"y": "sign"}),           LossError,   "sets"),
    ("declarations of a problem",   lambda: sc.prove(sc.state("x", wrt="x", shapes={}), wrt="x"), LossError, "wrt"),
    ("a budget that is no number",  lambda: sc.prove("x**2", wrt="x", budget=float("nan")),     LossError,   "nan"),
    ("an endless budget",           lambda: sc.prove("x**2", wrt="x", budget=float("inf")),     LossError,   "inf"),
    ("a negative budget",           lambda: sc.prove("x**2", wrt="x", budget=-1),               LossError,   "above 0"),
    ("a budget in words",           lambda: sc.prove("x**2", wrt="x", budget="a"),              LossError,   "'a'"),
    ("a shape that is none",        lambda: sc.prove("sum(w)", wrt="w", shapes={"w": 1.5}),     LossError,   "shape of w"),
    ("shapes without names",        lambda: sc.prove("sum(w)", wrt="w", shapes=("w", "d")),     LossError,   "shapes are given by name"),
    ("sets in one word",            lambda: sc.prove("x", wrt="x", sets="positive"),            LossError,   "sets are given by name"),
    ("an option that is nothing",   lambda: sc.prove("mlp", activation=None),                   ModelError,  "activation"),
    ("fewer than no points",        lambda: sc.sample("logistic", points=-1),                   LossError,   "points"),
    ("points in no space",          lambda: sc.sample("logistic", points=10, scale=0),          LossError,   "scale"),
    ("a size that does not occur",  lambda: sc.sample("logistic", points=10, sizes={"q": 3}),   ShapeError,  "q"),
    ("no loss",                     lambda: sc.prove(3, wrt="x"),                               LossError,   "int"),
    ("an unknown parameter",        lambda: sc.prove("x**2", wrt="z"),                          UnknownName, "z"),
    ("values of a parameter",       lambda: sc.prove("x**2", wrt="x", values={"x": 1}),         DataError,   "not data"),
    ("values that are no numbers",  lambda: sc.prove("a*x", wrt="x", values={"a": float("nan")}), DataError, "nan"),
    ("ragged values",               lambda: sc.prove("sum((X@w - y)**2)", wrt="w", shapes=SHAPES, values={"X": [[1], [1, 2]]}), DataError, "rows"),
    ("SymPy: another function",     lambda: sc.prove(sympy.gamma(x), wrt=x),                    NotYet,      "gamma"),
    ("SymPy: a function by name",   lambda: sc.prove(sympy.Function("exp")(x) + sympy.Function("f")(x), wrt=x), NotYet, "f"),
    ("SymPy: a name with code",     lambda: sc.prove(sympy.Symbol("exit()") + x, wrt=x),        NotYet,      "exit()"),
    ("SymPy: a name with a sign",   lambda: sc.prove(sympy.Symbol("x+1") ** 2, wrt="x"),        NotYet,      "x+1"),
    ("SymPy: a whole number",       lambda: sc.prove(sympy.Symbol("k", integer=True) * x, wrt=x), NotYet,    "integer"),
    ("SymPy: a negative one",       lambda: sc.prove(sympy.Symbol("a", negative=True) * x, wrt=x), NotYet,   "negative"),
    ("SymPy: two of one name",      lambda: sc.prove(sympy.Symbol("x", real=True) * x, wrt="x"), NotYet,     "two symbols"),
    ("SymPy: infinity",             lambda: sc.prove(x + sympy.oo, wrt=x),                      NotYet,      "Infinity"),
    ("SymPy: a complex number",     lambda: sc.prove(sympy.I * x, wrt=x),                       NotYet,      "Imaginary"),
    ("SymPy: a matrix",             lambda: sc.prove(sympy.Matrix([x]), wrt=x),                 LossError,   "formula"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ask", "error", "part"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_question_is_refused(case: str, ask: Callable[[], Any], error: type[Exception], part: str) -> None:
    with pytest.raises(error, match=re.escape(part)):
        ask()


# --- what comes back --------------------------------------------------------------------------------------------------

SHOWN = [
    # id            question                                                        lines of the repr
    ("proved",      lambda: sc.prove("logistic"),                                   ("proved convex", "  strict     iff rank(X) == d", "  smoothness lambda_max(X.T @ X)/4, best possible")),
    ("refuted",     lambda: sc.prove("mlp"),                                        ("refuted: neither convex nor concave", "  convex iff X == 0")),
    ("undecided",   lambda: sc.prove("sum(x**2) - sum(x[1:]*x[:-1])", wrt="x", shapes={"x": ("n",)}), ("undecided: neither a proof nor a counterexample was found", "  loss       sum(x**2) - sum((Rows_from1_n @ x)*(Rows_less1_n @ x))")),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ask", "lines"), SHOWN, ids=[row[0] for row in SHOWN])
def test_a_verdict_is_readable(case: str, ask: Callable[[], Any], lines: tuple[str, ...]) -> None:
    shown = repr(ask())
    assert set(lines) <= set(shown.splitlines())
    assert len(shown) < 600


HESSIANS = [
    # model      options               last line
    ("ridge", {}, "H = X.T @ X + lam*eye(d)"),
    ("logistic", {"labels": "binary"}, "H = X.T @ diag(p*(1 - p)) @ X"),
]


@pytest.mark.parametrize(("model", "options", "line"), HESSIANS, ids=[row[0] for row in HESSIANS])
def test_the_hessian_is_numpy(model: str, options: dict[str, str], line: str) -> None:
    assert sc.prove(model, **options).hessian.splitlines()[-1] == line


def test_several_parameters_have_blocks() -> None:
    lines = sc.prove("mlp").hessian.splitlines()
    assert [line.split(" = ")[0] for line in lines if line.startswith("D2")] == [
        "D2[v_W1, v_W1]",
        "D2[v_W2, v_W2]",
        "D2[v_W1, v_W2]",
    ]


def test_derive_and_sample_take_the_same_questions() -> None:
    assert [name for name, _ in sc.derive(LOGISTIC, wrt="w", shapes=SHAPES).gradient] == ["w"]
    seen = sc.sample("mlp", sizes={"n": 4}, points=200, seed=3, widths="2,2,1")
    assert seen.points == 200
    assert seen.negative > 0


def test_a_derivation_is_shown_in_a_line() -> None:
    assert repr(sc.derive("ridge")) == f"<gradient and Hessian in w of ridge: {sc.derive('ridge').problem.text}>"
    assert repr(sc.derive("mlp")).startswith("<gradient and Hessian in blocks in W1, W2 of mlp: sum((tanh(")


def test_sizes_of_a_sample_are_small_unless_said() -> None:
    seen = sc.sample("logistic", points=10)
    assert (seen.seed, len(seen.names), np.shape(seen.data["X"])) == (0, 3, (3, 3))
    given = sc.sample("logistic", points=10, sizes={"d": 2}, values={"X": [[1, 2]], "y": [1]})
    assert np.shape(given.data["X"]) == (1, 2)


def test_verify_replays_what_prove_wrote(tmp_path: Path) -> None:
    verdict = sc.prove("logistic")
    assert isinstance(verdict, sc.Proved)
    good = tmp_path / "good" / CERTIFICATE
    changed = tmp_path / "changed" / CERTIFICATE
    for path, certificate in ((good, verdict.certificate), (changed, {**verdict.certificate, "name": "mlp"})):
        path.parent.mkdir()
        path.write_text(certificate_text(certificate))
    found = sc.verify(tmp_path)
    assert (found[good].outcome, found[good].setting, found[good].theorems) == (
        "accepted",
        verdict.setting,
        verdict.theorems,
    )
    assert (found[good].text, found[changed].text) == (verdict.problem.text, "")
    assert found[good].accepted == verdict.accepted
    assert (found[changed].outcome, found[changed].theorems, found[changed].accepted) == ("refused", (), None)
    assert "digest" in found[changed].reason
    assert sc.verify(str(good)) == {good: found[good]}
    with pytest.raises(sc.SymconvexError, match="no such file or folder"):
        sc.verify(tmp_path / "nowhere")
    assert [entry.outcome for entry in sc.verify([good, tmp_path / "nowhere"]).values()] == ["accepted", "unreadable"]
    shown = repr(found)
    assert f"accepted  {good}\n  loss" in shown
    assert f"refused  {changed}\n  reason" in shown
    assert "PosixPath" not in shown
    assert "<th" in found._repr_html_()
    assert all(theorem in shown for theorem in verdict.theorems)
    (held,) = sc.verify(verdict.certificate).values()
    assert replace(held, path=good) == found[good]
    several = sc.verify([verdict.certificate, changed, {**verdict.certificate, "name": "mlp"}, {}])
    assert [str(path) for path in several] == ["certificate 1", str(changed), "certificate 3", "certificate 4"]
    assert [entry.outcome for entry in several.values()] == ["accepted", "refused", "refused", "unreadable"]
    with pytest.raises(sc.SymconvexError, match=r"verify\(verdict.certificate\)"):
        sc.verify(verdict)


UNREADABLE = [
    # id               text
    ("no JSON", "{"),
    ("another object", json.dumps({"format": 1})),
    ("a list", "[]"),
    ("deep", "[" * 100_000),
]


@pytest.mark.parametrize(("case", "text"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_is_no_certificate_is_unreadable(case: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / CERTIFICATE
    path.write_text(text)
    (found,) = sc.verify(path).values()
    assert (found.outcome, found.theorems, found.accepted) == ("unreadable", (), None), case
    assert found.reason


@pytest.mark.parametrize("model", ["logistic", "mlp"])
def test_a_notebook_and_a_document_show_the_verdict(model: str) -> None:
    verdict = sc.prove(model)
    assert isinstance(verdict, sc.Proved | sc.Refuted)
    assert "$" in verdict._repr_latex_()
    assert r"\begin{document}" in verdict.to_latex()


FORGED = [
    # problem      kind            certificate of
    ("-x**4",      sc.Proved,      "x**2"),
    ("x**2 + 1",   sc.Proved,      "x**2"),
    ("x**2",       sc.Refuted,     "x**2"),
    ("x**2",       sc.Depends,     "x**2"),
    ("x**3",       sc.Proved,      "x**3"),
    ("x**3",       sc.Depends,     "x**3"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "kind", "certified"), FORGED)
def test_a_verdict_needs_a_certificate_of_its_own(loss: str, kind: type[sc.Proved], certified: str) -> None:
    certificate = sc.prove(certified, wrt="x").certificate
    with pytest.raises(sc.SymconvexError, match="does not accept"):
        kind(problem=sc.state(loss, wrt="x", shapes={}), certificate=certificate, rule="by hand")


def test_a_verdict_says_what_its_certificate_shows() -> None:
    """Concave or affine cannot even be said of a certificate that shows convex: the answer is no argument."""
    problem, certificate = sc.state("x**2", wrt="x", shapes={}), sc.prove("x**2", wrt="x").certificate
    assert sc.Proved(problem=problem, certificate=certificate, rule="by hand").answer == "convex"
    for answer in ("concave", "affine"):
        with pytest.raises(TypeError, match="answer"):
            sc.Proved(problem=problem, certificate=certificate, rule="by hand", answer=answer)  # type: ignore[call-arg]
