"""Sums over indexed bases and matrix expressions: read as the array formulas they are, by their text and by value."""

from typing import Any

import numpy as np
import pytest
import sympy
from support.matrices import numbers
from sympy import IndexedBase, MatrixSymbol, Sum, Trace, exp, log
from sympy.matrices.expressions import DiagMatrix, HadamardPower, HadamardProduct, OneMatrix, hadamard_product

import symconvex as sc
from symconvex.bridges.from_sympy import read_sympy
from symconvex.calculus.program.arrays import evaluate
from symconvex.errors import LossError, NotYet, SymconvexError

i, j, k = sympy.symbols("i j k", integer=True)
n, d, K = sympy.symbols("n d K", integer=True, positive=True)
z, a = sympy.Symbol("z"), sympy.Symbol("a")
lam = sympy.Symbol("lam", positive=True)
X, w, y, c = IndexedBase("X"), IndexedBase("w"), IndexedBase("y"), IndexedBase("c", positive=True)
XM, WM, YM, S = MatrixSymbol("X", n, d), MatrixSymbol("W", d, K), MatrixSymbol("Y", n, K), MatrixSymbol("S", d, d)
wm, ym, cm = MatrixSymbol("w", d, 1), MatrixSymbol("y", n, 1), MatrixSymbol("c", d, 1)
LENGTHS = {"n": 3, "d": 2, "K": 4, "q": 5}


def score(start: int) -> Any:
    return Sum(X[i, j] * w[j], (j, start, d - 1 + start))


def each(matrix: Any, function: Any) -> Any:
    return matrix.applyfunc(sympy.Lambda(z, function(z)))


READ = [
    # id                       formula                                                              wrt  text                                                             answer
    ("least squares",          Sum((score(1) - y[i])**2, (i, 1, n)),                                 w,  "sum((-y[i1] + sum(w[i2]*X[i1, i2] for i2 in range(d)))**2 for i1 in range(n))", "convex"),
    ("counted from zero",      Sum((score(0) - y[i])**2, (i, 0, n - 1)),                             w,  "sum((-y[i1] + sum(w[i2]*X[i1, i2] for i2 in range(d)))**2 for i1 in range(n))", "convex"),
    ("logistic, mean",         Sum(log(1 + exp(-y[i]*score(1))), (i, 1, n))/n,                       w,  "sum(log(1 + exp(-y[i1]*sum(w[i2]*X[i1, i2] for i2 in range(d)))) for i1 in range(n))/n", "convex"),
    ("one index for two sums", Sum(y[i]**2, (i, 1, n)) + lam*Sum(w[i]**2, (i, 1, d)),                w,  "lam*sum(w[i1]**2 for i1 in range(d)) + sum(y[i1]**2 for i1 in range(n))",       "convex"),
    ("the transpose",          Sum(Sum(X[j, i]*w[j], (j, 1, d))**2, (i, 1, n)),                      w,  "sum(sum(w[i2]*X.T[i1, i2] for i2 in range(d))**2 for i1 in range(n))",          "convex"),
    ("two indices in a sum",   Sum(X[i, j]*w[j], (i, 1, n), (j, 1, d)),                              w,  "sum(sum(w[i1]*X.T[i1, i2] for i2 in range(n)) for i1 in range(d))",             "affine"),
    ("nothing of the index",   Sum(w[1]**2, (i, 1, d)) + Sum(w[i], (i, 1, d)),                       w,  "d*(w[0]**2) + sum(w[i1] for i1 in range(d))",                                   "convex"),
    ("hinge",                  Sum(sympy.Max(0, 1 - y[i]*score(1)), (i, 1, n)),                      w,  "sum(max(0, 1 - y[i1]*sum(w[i2]*X[i1, i2] for i2 in range(d))) for i1 in range(n))", "convex"),
    ("log-sum-exp",            log(Sum(exp(w[i]), (i, 1, d))),                                       w,  "log(sum(exp(w[i1]) for i1 in range(d)))",                                       "convex"),
    ("positive weights",       Sum(c[i]*w[i]**2, (i, 1, d)),                                         w,  "sum(w[i1]**2*c[i1] for i1 in range(d))",                                        "convex"),
    ("a number of entries",    Sum(w[i]**2, (i, 1, 5)),                                              w,  "sum(w[i1]**2 for i1 in range(5))",                                              "convex"),
    ("an entry by its number", IndexedBase("w", shape=(3,))[0]**2,                                   w,  "w[0]**2",                                                                       "convex"),
    ("an Idx",                 Sum(w[sympy.Idx("q", d)]**2, sympy.Idx("q", d)),                      w,  "sum(w[i1]**2 for i1 in range(d))",                                              "convex"),
    ("matrices",               (XM*wm - ym).T*(XM*wm - ym),                                          wm, "sum((-y + X @ w)**2)",                                                          "convex"),
    ("matrices, an entry",     ((XM*wm - ym).T*(XM*wm - ym))[0, 0],                                  wm, None,                                                                            "convex"),
    ("a trace",                Trace((XM*WM - YM).T*(XM*WM - YM)) + lam*Trace(WM.T*WM),              WM, "lam*sum(W**2) + sum((-Y + X @ W)**2)",                                          "convex"),
    ("a function of entries",  OneMatrix(1, n)*each(HadamardProduct(-ym, XM*wm), lambda u: log(1 + exp(u))), wm, "sum(log(1 + exp((-y)*(X @ w))))",                                       "convex"),
    ("Hadamard powers",        OneMatrix(1, d)*HadamardPower(wm, 4),                                 wm, "sum(w**4)",                                                                     "convex"),
    ("Hadamard product",       OneMatrix(1, d)*hadamard_product(wm, cm),                             wm, None,                                                                            "affine"),
    ("a quadratic form",       wm.T*DiagMatrix(cm)*wm,                                               wm, "sum(w*(diag(c) @ w))",                                                          "depends"),
    ("identity",               wm.T*sympy.Identity(d)*wm,                                            wm, "sum(w**2)",                                                                     "convex"),
    ("an outer product",       Trace(wm*cm.T),                                                       wm, "sum(w*c)",                                                                      "affine"),
    ("a determinant",          sympy.Determinant(MatrixSymbol("V", 2, 2)),            MatrixSymbol("V", 2, 2), "det(V)",                                                                 "neither"),
    ("numbers",                MatrixSymbol("v", 2, 1).T*sympy.ImmutableMatrix([[2, 1], [1, 3]])*MatrixSymbol("v", 2, 1), "v", "sum(v*(array([[2, 1], [1, 3]]) @ v))",             "convex"),
    ("entries of a vector",    Sum(wm[i, 0]**4, (i, 0, d - 1)),                                      wm, "sum(w[i1]**4 for i1 in range(d))",                                              "convex"),
    ("a number beside",        a*Sum(w[i]**2, (i, 1, d)),                                            w,  "a*sum(w[i1]**2 for i1 in range(d))",                                            "depends"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "formula", "wrt", "text", "answer"), READ, ids=[row[0] for row in READ])
def test_a_formula_is_read_as_what_it_is(case: str, formula: Any, wrt: Any, text: str | None, answer: str) -> None:
    verdict = sc.prove(formula, wrt=wrt, budget=30)
    assert text is None or read_sympy((formula,)).texts == (text,)
    assert verdict.answer == answer


@pytest.mark.parametrize(("case", "formula", "wrt", "text", "answer"), READ, ids=[row[0] for row in READ])
def test_a_formula_keeps_its_value(case: str, formula: Any, wrt: Any, text: str | None, answer: str) -> None:
    problem = sc.prove(formula, wrt=wrt, budget=0.1).problem
    draw = np.random.default_rng(5)
    symbols = (*problem.parameters, *problem.data)
    shapes = {s.name: tuple(size if isinstance(size, int) else LENGTHS[size] for size in s.shape) for s in symbols}
    values = {name: draw.integers(1, 9, shape) / 4.0 for name, shape in shapes.items()}
    assert float(evaluate(problem.loss, {**LENGTHS, **values})) == pytest.approx(of_sympy(formula, values), rel=1e-9)


def of_sympy(formula: Any, values: dict[str, Any]) -> float:
    """The value that SymPy gives the formula."""
    formula = formula.xreplace({index: sympy.Symbol(str(index)) for index in formula.atoms(sympy.Idx)})
    sizes = {size: length for size, length in LENGTHS.items() if size in {str(s) for s in formula.free_symbols}}
    lengths = {symbol: sizes[str(symbol)] for symbol in formula.free_symbols if str(symbol) in sizes}
    known: dict[Any, Any] = {symbol: sympy.Integer(length) for symbol, length in lengths.items()}
    for symbol in formula.atoms(sympy.MatrixSymbol):
        array = values[symbol.name]
        known[symbol] = sympy.Matrix(array.reshape(len(array), -1))
    if not formula.has(Sum, sympy.Indexed):
        found = numbers(
            formula.xreplace(
                {
                    s: sympy.Float(values[str(s)])
                    for s in formula.free_symbols
                    if str(s) in values and not getattr(s, "is_Matrix", False)
                }
            ),
            known,
        )
        return float(found[0] if getattr(found, "is_Matrix", False) else found)
    spread = formula.subs(lengths).doit()
    first = {str(entry.base): 0 for entry in spread.atoms(sympy.Indexed) if 0 in entry.indices}
    at = {}
    for entry in spread.atoms(sympy.Indexed):
        start = first.get(str(entry.base), 1)
        at[entry] = sympy.Float(values[str(entry.base)][tuple(int(index) - start for index in entry.indices)])
    for entry in spread.atoms(sympy.matrices.expressions.matexpr.MatrixElement):
        array = values[entry.parent.name]
        at[entry] = sympy.Float(array.reshape(len(array), -1)[int(entry.i), int(entry.j)])
    at |= {
        s: sympy.Float(float(values[str(s)]))
        for s in spread.free_symbols
        if str(s) in values and not values[str(s)].shape
    }
    return float(spread.xreplace(at))


REFUSED = [
    # id                          formula                                                   error      part of the message
    ("an index as a number",      Sum(i*w[i], (i, 1, n)),                                   NotYet,    "an index stands for a number"),
    ("a shifted index",           Sum((w[i + 1] - w[i])**2, (i, 1, n - 1)),                 NotYet,    "no range over a whole axis"),
    ("two beginnings",            Sum(w[i], (i, 1, n))**2 + Sum(w[i], (i, 0, n - 1)),       NotYet,    "everywhere 1"),
    ("a part of an axis",         Sum(wm[i, 0]**2, (i, 1, d - 1)),                          NotYet,    "no range over a whole axis"),
    ("a part of a named axis",    Sum(wm[i, 0]**2, (i, 0, n - 1)),                          NotYet,    "no range over a whole axis"),
    ("two sizes of an axis",      Sum(w[i], (i, 1, n)) + Sum(w[i]**2, (i, 1, d)),           NotYet,    "everywhere"),
    ("a diagonal",                Sum(X[i, i]*w[i]**2, (i, 1, n)),                          NotYet,    "X[i, i]"),
    ("nothing tells the shape",   w[1]**2,                                                  LossError, "the shape of w is not known"),
    ("an index below the first",  Sum(w[i]**2, (i, 1, n)) + w[0],                           NotYet,    "w[0]"),
    ("an inverse",                wm.T*S.inv()*wm,                                          NotYet,    "Inverse"),
    ("a matrix for a loss",       S,                                                        NotYet,    "MatrixSymbol"),
    ("a strange assumption",      Sum(IndexedBase("y", negative=True)[i]*w[i], (i, 1, n)),  NotYet,    "what is assumed of the symbol y"),
    ("an even size",              Sum(w[i]**2, (i, 1, sympy.Symbol("n", even=True))),       NotYet,    "this is no size"),
    ("two symbols of one name",   Sum(w[i]**2, (i, 1, n))/sympy.Symbol("n"),                NotYet,    "two symbols of one name"),
    ("the size of nothing",       Sum(w[1]**2, (i, 1, n)) + Sum(w[i], (i, 1, d)),           NotYet,    "n, which is the size of no array"),
    ("an index that is free",     w[k]*Sum(w[i], (i, 1, n)),                                NotYet,    "w[k]"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "formula", "error", "part"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_read_is_named(case: str, formula: Any, error: type[SymconvexError], part: str) -> None:
    with pytest.raises(error) as caught:
        sc.prove(formula, wrt="w")
    assert part in str(caught.value)


def test_sets_and_shapes_may_be_said_beside() -> None:
    formula = Sum(log(1 + exp(-y[i] * score(1))), (i, 1, n))
    assert sc.prove(formula, wrt=w, sets={"y": "sign"}).strict_when == "rank(X) == d"
    assert sc.prove(w[1] ** 2, wrt=w, shapes={"w": ("d",)}).answer == "convex"
