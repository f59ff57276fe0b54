"""What SymPy is given: entries against its own derivatives of the loss, matrix forms against the entries."""

import random
from dataclasses import replace
from typing import Any

import pytest
import sympy
from support.matrices import numbers
from sympy.matrices.expressions import DiagMatrix, HadamardProduct, OneMatrix

import symconvex as sc
from symconvex.bridges import sympy_check
from symconvex.bridges.sympy_check import agreement
from symconvex.bridges.to_sympy import EntryForms, MatrixForms, entry_forms
from symconvex.calculus.program.fold import sympy_function
from symconvex.errors import ShapeError
from symconvex.functions import functions
from symconvex.models import models
from symconvex.problem import Problem

MODELS = pytest.mark.parametrize("name", models())


def sizes_of(problem: Problem) -> dict[str, int]:
    """Every named size is 2, the number of samples 3."""
    named = (size for symbol in (*problem.parameters, *problem.data) for size in symbol.shape if isinstance(size, str))
    return {size: 3 if size == "n" else 2 for size in named}


@MODELS
def test_sympy_derives_every_entry_the_same(name: str) -> None:
    problem = models()[name].problem({})
    found = agreement(problem, {**sizes_of(problem), "n": 2})
    assert found.differ == ()
    assert found.points == sympy_check.POINTS
    assert found.entries > 5


WRONG = [
    # id                    what is spoilt
    ("the loss",            lambda f: replace(f, loss=f.loss + 1)),
    ("a slope",             lambda f: replace(f, gradient={"w": f.gradient["w"] + sympy.Matrix([0, 1])})),
    ("an entry of H",       lambda f: replace(f, hessian=f.hessian + sympy.Matrix([[0, 1], [1, 0]]) / 10**9)),
    ("a factor",            lambda f: replace(f, hessian=f.hessian * 2)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "spoil"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_entry_is_found(case: str, spoil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sympy_check, "entry_forms", lambda *given: spoil(entry_forms(*given)))
    assert agreement(models()["logistic"].problem({}), {"n": 1, "d": 2}).differ != ()


@MODELS
def test_a_matrix_form_has_the_entries_of_every_size(name: str) -> None:
    problem = models()[name].problem({})
    derivation = sc.derive(problem)
    forms, sizes = derivation.to_sympy(), sizes_of(problem)
    if not isinstance(forms, MatrixForms):
        pytest.fail("a model has named sizes")
    at = derivation.to_sympy(**sizes)
    draw, point, values = random.Random(1), {}, {}  # noqa: S311
    for symbol in (*problem.parameters, *problem.data):
        whole = at.symbols[symbol.name]
        entries = [*whole] if whole.is_Matrix else [whole]
        drawn = [sympy_check._value(entry, draw, positive=False) for entry in entries]
        point |= dict(zip(entries, drawn, strict=True))
        values[forms.symbols[symbol.name]] = sympy.Matrix(*whole.shape, drawn) if whole.is_Matrix else drawn[0]
    values |= {forms.symbols[size]: sympy.Integer(length) for size, length in sizes.items()}
    compared = [(forms.loss, at.loss), *((forms.gradient[p], at.gradient[p]) for p in at.gradient)]
    compared += [] if forms.hessian is None else [(forms.hessian, at.hessian)]
    for whole, entries in compared:
        found = sympy.N(numbers(forms.written_out(whole), values), 25)
        wanted = sympy.N(entries.xreplace(point), 25)
        gap = found - wanted
        assert max(map(abs, gap if gap.is_Matrix else [gap])) < 1e-18


def test_the_hessian_of_the_logistic_loss_in_words_of_sympy() -> None:
    forms = sc.derive("logistic").to_sympy()
    n, d = (sympy.Symbol(size, integer=True, positive=True) for size in "nd")
    X, p = sympy.MatrixSymbol("X", n, d), sympy.MatrixSymbol("p", n, 1)
    assert forms.hessian == X.T * DiagMatrix(HadamardProduct(p, OneMatrix(n, 1) - p)) * X
    assert forms.symbols["X"] == X
    assert forms.hessian.shape == (d, d)
    assert forms.gradient["w"].shape == (d, 1)


def test_entries_have_the_assumptions_of_their_sets() -> None:
    found = sc.derive("a*x**2 + b*x", wrt="x", sets={"a": "positive", "b": "binary"}).to_sympy()
    assert isinstance(found, EntryForms)
    assert (found.symbols["a"].is_positive, found.symbols["b"].is_integer, found.symbols["x"].is_real) == (True,) * 3
    assert found.hessian == sympy.Matrix([[2 * found.symbols["a"]]])
    assert found.gradient["x"] == sympy.diff(found.loss, found.symbols["x"])


def test_two_names_never_become_one_symbol() -> None:
    found = sc.derive("sum(w)*w_0", wrt="w, w_0", shapes={"w": (2,), "w_0": ()}).to_sympy()
    assert len(set(found.parameters)) == 3
    assert found.hessian == sympy.Matrix([[0, 0, 1], [0, 0, 1], [1, 1, 0]])


def test_a_size_that_is_missing_is_named() -> None:
    with pytest.raises(ShapeError, match="the size d has no value"):
        sc.derive("logistic").to_sympy(n=2)


@pytest.mark.parametrize("name", [n for n, f in functions().items() if f.meaning is None])
def test_every_function_is_written_in_those_that_sympy_has(name: str) -> None:
    written = sympy_function(name, sympy.Rational(3, 4))
    assert not written.has(sympy.core.function.AppliedUndef)
    for at in (0.75, -1.25)[: 1 if functions()[name].domain == "z > 0" else 2]:
        assert float(sympy_function(name, sympy.Float(at))) == pytest.approx(
            float(functions()[name].numpy(at)), rel=1e-12
        )
