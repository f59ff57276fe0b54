"""The loss language: what it reads, what it refuses and how it says so, and what its index notation means."""

import math
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symconvex.errors import LossError, NotYet, ShapeError, SymconvexError, UnknownName
from symconvex.functions import functions
from symconvex.kernel.term import Add, Delta, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term, children, parse, render
from symconvex.language import expand, instantiate, parse_expression, parse_loss, state, to_term
from symconvex.problem import Symbol

SHAPES = {
    "X": ("n", "d"), "A": ("d", "d"), "U": ("d", "h"), "B": ("d", "r"), "M": (3, 2), "Q": (1, "n"),
    "w": ("d",), "y": ("n",), "c": ("h",), "a": ("h",), "v": (2,), "lam": (), "b": (),
}  # fmt: skip
SYMBOLS = tuple(Symbol(name, shape) for name, shape in SHAPES.items())
SIZES = {"n": 4, "d": 3, "h": 2, "r": 5}

# Free indices of a vector or matrix are p and q.
RIGHT = [
    # id                          text                                                     term
    ("least squares"            , "sum((X @ w - y)**2)"                                  , "(sum i n (^ (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])) 2))"),
    ("ridge"                    , "sum((X @ w - y)**2)/(2*n) + lam/2*norm(w)**2"         , "(+ (* 1/2 (sum i n (^ (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])) 2)) (^ (dim n) -1)) (* 1/2 lam (sum j d (^ w[j] 2))))"),
    ("logistic"                 , "sum(log(1 + exp(-y * (X @ w))))"                      , "(sum i n (log (+ 1 (exp (* -1 y[i] (sum j d (* X[i,j] w[j])))))))"),
    ("mean of a vector"         , "mean(softplus(X @ w))"                                , "(* (^ (dim n) -1) (sum i n (softplus (sum j d (* X[i,j] w[j])))))"),
    ("mean of a matrix"         , "mean(X)"                                              , "(* (^ (dim d) -1) (^ (dim n) -1) (sum i n (sum j d X[i,j])))"),
    ("mean along an axis"       , "sum(mean(X, axis=0) * w)"                             , "(sum j d (* (^ (dim n) -1) (sum i n X[i,j]) w[j]))"),
    ("rows and columns"         , "sum(X, axis=1) - X.sum(axis=0) @ w"                   , "(+ (sum j d X[p,j]) (* -1 (sum j d (* (sum i n X[i,j]) w[j]))))"),
    ("last axis"                , "sum(sum(X, axis=-1)**2)"                              , "(sum i n (^ (sum j d X[i,j]) 2))"),
    ("normal equations"         , "X.T @ (X @ w - y)"                                    , "(sum i n (* X[i,p] (+ (sum j d (* X[i,j] w[j])) (* -1 y[i]))))"),
    ("gram matrix"              , "X.T @ X"                                              , "(sum i n (* X[i,p] X[i,q]))"),
    ("row times matrix"         , "y @ X"                                                , "(sum i n (* y[i] X[i,p]))"),
    ("inner product"            , "dot(w, w) + w @ w"                                    , "(+ (sum j d (* w[j] w[j])) (sum j d (* w[j] w[j])))"),
    ("quadratic form"           , "w @ A @ w"                                            , "(sum j d (* (sum j1 d (* w[j1] A[j1,j])) w[j]))"),
    ("trace of a product"       , "trace(A @ A)"                                         , "(sum j d (sum j1 d (* A[j,j1] A[j1,j])))"),
    ("trace of a square"        , "trace(X.T @ X)"                                       , "(sum j d (sum i n (* X[i,j] X[i,j])))"),
    ("trace of a matrix"        , "trace(A + A.T)"                                       , "(sum j d (+ A[j,j] A[j,j]))"),
    ("two layers"               , "sum((tanh(X @ U) @ a - y)**2)"                        , "(sum i n (^ (+ (sum k h (* (tanh (sum j d (* X[i,j] U[j,k]))) a[k])) (* -1 y[i])) 2))"),
    ("two layers, biases"       , "sum((relu(X @ U + c) @ a + lam - y)**2)"              , "(sum i n (^ (+ (sum k h (* (relu (+ (sum j d (* X[i,j] U[j,k])) c[k])) a[k])) lam (* -1 y[i])) 2))"),
    ("softmax"                  , "sum(logsumexp(X @ U, axis=1)) - sum(X @ U)"           , "(+ (sum i n (log (sum a h (exp (sum j d (* X[i,j] U[j,a])))))) (* -1 (sum i n (sum a h (sum j d (* X[i,j] U[j,a]))))))"),
    ("logsumexp of a vector"    , "logsumexp(w)"                                         , "(log (sum j d (exp w[j])))"),
    ("softmax probabilities"    , "(exp((X @ U).T) / sum(exp(X @ U), axis=1)).T"         , "(* (exp (sum j d (* X[p,j] U[j,q]))) (^ (sum a h (exp (sum j d (* X[p,j] U[j,a])))) -1))"),
    ("broadcast over rows"      , "sum((X - w)**2)"                                      , "(sum i n (sum j d (^ (+ X[i,j] (* -1 w[j])) 2)))"),
    ("broadcast over columns"   , "sum((X.T - y)**2)"                                    , "(sum j d (sum i n (^ (+ X[i,j] (* -1 y[i])) 2)))"),
    ("norm"                     , "norm(X @ w - y)"                                      , "(^ (sum i n (^ (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])) 2)) 1/2)"),
    ("norm squared"             , "norm(X)**2 + square(norm(w)) + norm(w)*norm(w)"       , "(+ (sum i n (sum j d (^ X[i,j] 2))) (sum j d (^ w[j] 2)) (* (^ (sum j d (^ w[j] 2)) 1/2) (^ (sum j d (^ w[j] 2)) 1/2)))"),
    ("norms of rows"            , "sum(norm(X, axis=1))"                                 , "(sum i n (^ (sum j d (^ X[i,j] 2)) 1/2))"),
    ("scalar norm"              , "norm(lam)"                                            , "(abs lam)"),
    ("hinge"                    , "mean(maximum(0, 1 - y * (X @ w)))"                    , "(* (^ (dim n) -1) (sum i n (max 0 (+ 1 (* -1 y[i] (sum j d (* X[i,j] w[j])))))))"),
    ("minimum"                  , "sum(min(y, 1, lam))"                                  , "(sum i n (* -1 (max (* -1 y[i]) -1 (* -1 lam))))"),
    ("square root"              , "sqrt(lam) + lam**1.5 + 1/lam"                         , "(+ (^ lam 1/2) (^ lam 3/2) (^ lam -1))"),
    ("fractions"                , "0.1*lam + lam/4 - 2*lam/3 + 1.25e1"                   , "(+ (* 1/10 lam) (* 1/4 lam) (* -2/3 lam) 25/2)"),
    ("powers of numbers"        , "2**3 + 2**lam + 4**0.5 + lam**0"                      , "(+ 8 (exp (* lam (log 2))) (^ 4 1/2) 1)"),
    ("power of a name"          , "lam**b"                                               , "(exp (* b (log lam)))"),
    ("signs"                    , "-(-lam) + +b - -2"                                    , "(+ lam b 2)"),
    ("modules"                  , "np.exp(lam) + numpy.linalg.norm(w) + math.sqrt(b) + jnp.log(b)", "(+ (exp lam) (^ (sum j d (^ w[j] 2)) 1/2) (^ b 1/2) (log b))"),
    ("shape"                    , "sum(w)/X.shape[0] + len(w) + X.shape[-1]"             , "(+ (* (sum j d w[j]) (^ (dim n) -1)) (dim d) (dim d))"),
    ("size as a number"         , "n*d + sum(y)/n"                                       , "(+ (* (dim n) (dim d)) (* (sum i n y[i]) (^ (dim n) -1)))"),
    ("silu"                     , "sum(silu(w))"                                         , "(sum j d (* w[j] (sigmoid w[j])))"),
    ("gelu"                     , "gelu(lam)"                                            , "(* lam (normcdf lam))"),
    ("log1p and expm1"          , "log1p(lam) + expm1(b)"                                , "(+ (log (+ 1 lam)) (exp b) -1)"),
    ("absolute value"           , "sum(abs(w)) + np.absolute(lam)"                       , "(+ (sum j d (abs w[j])) (abs lam))"),
    ("logaddexp"                , "sum(logaddexp(0, -y))"                                , "(sum i n (log (+ (exp 0) (exp (* -1 y[i])))))"),
    ("numbers as sizes"         , "sum((M @ v - 1)**2)"                                  , "(sum i 3 (^ (+ (sum j 2 (* M[i,j] v[j])) -1) 2))"),
    ("vector transpose"         , "w.T @ w"                                              , "(sum j d (* w[j] w[j]))"),
    ("fixed and free sizes"     , "sum(M)*sum(X)"                                        , "(* (sum k 3 (sum l 2 M[k,l])) (sum i n (sum j d X[i,j])))"),
    ("column of ones"           , "sum(Q * y)"                                           , "(sum i n (* Q[0,i] y[i]))"),
    ("nested sums"              , "sum((X @ (X.T @ (X @ w)))**2)"                        , "(sum i n (^ (sum j d (* X[i,j] (sum i1 n (* X[i1,j] (sum j1 d (* X[i1,j1] w[j1])))))) 2))"),
    ("matrix loss"              , "sum((X @ B @ B.T - X)**2)"                            , "(sum i n (sum j d (^ (+ (sum k r (* (sum j1 d (* X[i,j1] B[j1,k])) B[j,k])) (* -1 X[i,j])) 2)))"),
    ("scalars only"             , "(lam - b)**4/12 - 3*lam*b"                            , "(+ (* 1/12 (^ (+ lam (* -1 b)) 4)) (* -3 lam b))"),
    ("total of a scalar"        , "sum(lam) + mean(lam)"                                 , "(+ lam lam)"),
    ("numbers with names"       , "pi*lam + e*b"                                         , "(+ (* pi lam) (* (exp 1) b))"),
    ("from a module"            , "np.pi*lam + math.e"                                   , "(+ (* pi lam) (exp 1))"),
    ("powers of e"              , "e**lam + e**(-b) + e**2"                              , "(+ (exp lam) (exp (* -1 b)) (^ (exp 1) 2))"),
    ("powers of pi"             , "pi**2 + pi**lam + sqrt(pi)"                           , "(+ (^ pi 2) (exp (* lam (log pi))) (^ pi 1/2))"),
    ("long sum"                 , "1*lam + 2*lam + 3*lam + 4*lam + 5*lam"                , "(+ lam (* 2 lam) (* 3 lam) (* 4 lam) (* 5 lam))"),
]  # fmt: skip


def over(columns: tuple[str, ...], rows: list[Any]) -> pytest.MarkDecorator:
    """One test a row; the first cell names it, and cells that the test does not ask for are left out."""
    return pytest.mark.parametrize(columns, [row[1 : 1 + len(columns)] for row in rows], ids=[row[0] for row in rows])


def term_of(text: str) -> Term:
    expr = parse_expression(text, symbols=SYMBOLS)
    return to_term(expr, ("p", "q")[: len(expr.shape)])


@over(("text", "rendered"), RIGHT)
def test_a_loss_becomes_index_notation(text: str, rendered: str) -> None:
    term = term_of(text)
    assert render(term) == rendered
    assert parse(rendered) == term


class NumPyNames:
    """What the texts mean by NumPy's own rules, catalogued functions included."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        catalogued = {name: f.numpy for name, f in functions().items() if name not in ("max", "min")}
        own = {
            "sum": np.sum, "mean": np.mean, "norm": self.norm, "dot": np.dot, "trace": np.trace, "len": len,
            "max": self.largest, "min": self.smallest, "maximum": np.maximum, "logaddexp": np.logaddexp,
            "logsumexp": lambda z, axis=None: np.log(np.sum(np.exp(z), axis=axis)), "square": np.square,
            "pi": math.pi, "e": math.e, "sqrt": np.sqrt, "np": np, "numpy": np, "jnp": np, "math": math,
        }  # fmt: skip
        self.table = {**catalogued, **own, **SIZES, **data}

    @staticmethod
    def norm(a: Any, axis: int | None = None) -> Any:
        return np.linalg.norm(a, axis=axis)

    @staticmethod
    def largest(*args: Any) -> Any:
        return np.max(np.broadcast_arrays(*args), axis=0)

    @staticmethod
    def smallest(*args: Any) -> Any:
        return np.min(np.broadcast_arrays(*args), axis=0)


def random_data(seed: int) -> dict[str, Any]:
    """Positive rationals, so that every root and logarithm of the table exists."""
    draw, data = Random(seed), dict[str, Any]()  # noqa: S311  test data
    for name, shape in SHAPES.items():
        counts = tuple(SIZES.get(size, size) for size in shape)
        entries = [float(Fraction(draw.randint(1, 40), 17)) for _ in range(math.prod(counts))]
        data[name] = np.array(entries).reshape(counts) if counts else np.float64(entries[0])
    return data


def value_of(term: Term, data: Mapping[str, Any], at: Mapping[str, int]) -> float:
    """The term by its definition, sums counted out."""
    match term:
        case Num(value):
            return float(value)
        case Sym("pi", ()):
            return math.pi
        case Sym(name, indices):
            return float(data[name][tuple(at.get(i, i) for i in indices)])
        case Dim(size):
            return float(SIZES.get(size, size))
        case Delta(left, right):
            return float(at.get(left, left) == at.get(right, right))
        case Sum(index, size, body):
            return sum(value_of(body, data, {**at, index: k}) for k in range(SIZES.get(size, size)))
        case Pow(base, exponent):
            return value_of(base, data, at) ** float(exponent)
    parts = [value_of(part, data, at) for part in children(term)]
    match term:
        case Add():
            return sum(parts)
        case Mul():
            return math.prod(parts)
        case Fn("max", _):
            return max(parts)
        case Fn(name, _):
            return float(functions()[name].numpy(np.float64(parts[0])))
    raise TypeError(term)


@pytest.mark.parametrize("seed", [1, 2])
@over(("text",), RIGHT)
def test_index_notation_means_what_numpy_computes(text: str, seed: int) -> None:
    data = random_data(seed)
    wanted = np.asarray(eval(text, NumPyNames(data).table))  # noqa: S307  the rows of this file only
    expr = parse_expression(text, symbols=SYMBOLS)
    assert wanted.shape == tuple(SIZES.get(size, size) for size in expr.shape)
    for place in np.ndindex(wanted.shape):
        at = dict(zip(("p", "q"), place, strict=False))
        term = to_term(expr, place)
        assert value_of(term_of(text), data, at) == pytest.approx(wanted[place], rel=1e-9)
        assert value_of(instantiate(term, SIZES), data, {}) == pytest.approx(wanted[place], rel=1e-9)
        assert value_of(expand(term, SIZES), data, {}) == pytest.approx(wanted[place], rel=1e-9)


def bound(term: Term, path: tuple[str, ...] = ()) -> list[tuple[str, Any, tuple[str, ...]]]:
    """Every bound index with its size and the indices around it."""
    here = [(term.index, term.size, path)] if isinstance(term, Sum) else []
    inner = (*path, term.index) if isinstance(term, Sum) else path
    return here + [found for part in children(term) for found in bound(part, inner)]


@over(("text",), RIGHT)
def test_an_index_has_one_size_and_is_bound_once_along_a_path(text: str) -> None:
    found = bound(term_of(text))
    assert all(index not in path and index not in ("p", "q") for index, _, path in found)
    assert len({index for index, _, _ in found}) == len({(index, size) for index, size, _ in found})


CLASHES = [
    # id                      text                     shapes                                 free   term
    ("a symbol is named i",   "sum(i**2)",             {"i": ("n",)},                         (),    "(sum j n (^ i[j] 2))"),
    ("a size is named i",     "sum(x)",                {"x": ("i",)},                         (),    "(sum j i x[j])"),
    ("the free index is i",   "X @ w",                 {"X": ("n", "d"), "w": ("d",)},        ("i",), "(sum j d (* X[i,j] w[j]))"),
    ("the free index is j",   "X @ w",                 {"X": ("n", "d"), "w": ("d",)},        ("j",), "(sum j1 d (* X[j,j1] w[j1]))"),
    ("the free index is 0",   "X @ w",                 {"X": ("n", "d"), "w": ("d",)},        (0,),  "(sum j d (* X[0,j] w[j]))"),
    ("two sizes want i",      "sum(x)*sum(z)",         {"x": ("n",), "z": ("N",)},            (),    "(* (sum i n x[i]) (sum j N z[j]))"),
    ("one row",               "sum(Q)",                {"Q": (1, 3)},                         (),    "(sum i 3 Q[0,i])"),
]  # fmt: skip


@over(("text", "shapes", "free", "rendered"), CLASHES)
def test_indices_avoid_the_names_in_use(
    text: str, shapes: dict[str, tuple[Any, ...]], free: tuple[Any, ...], rendered: str
) -> None:
    expr = parse_expression(text, symbols=tuple(Symbol(name, shape) for name, shape in shapes.items()))
    assert render(to_term(expr, free)) == rendered


BAD = [
    # id                      text                           error, words of the message
    ("empty",                 "",                            LossError, "empty"),
    ("only blanks",           "  \n ",                       LossError, "empty"),
    ("not an expression",     "sum(w",                       LossError, "brackets"),
    ("an equation",           "L = sum(w**2)",               LossError, "without '='"),
    ("a word of Python",      "lambda*sum(w**2)",            LossError, "write lam"),
    ("Greek letter",          "κ*sum(w**2)",                 UnknownName, "kappa is not declared"),
    ("a strange sign",        "lam § 2",                     LossError, "'§' has no meaning here"),
    ("MATLAB transpose",      "w'*w",                        LossError, "X.T"),
    ("comment",               "sum(w**2) # plus more",       LossError, "leave comments out"),
    ("missing sign",          "2sum(w)",                     LossError, "write 2*s"),
    ("caret for a power",     "lam^2",                       LossError, "powers are written **"),
    ("comparison",            "sum(w > 0)",                  LossError, "a comparison is not part"),
    ("no condition",          "lam if b else 0",             LossError, "this is no condition"),
    ("index with a name",     "w[lam]**2",                   LossError, "an index is a whole number"),
    ("index from the end",    "w[-1]**2",                    NotYet,    "declare d as a number"),
    ("index beyond the end",  "v[2]",                        ShapeError, "a place from 0 to 1"),
    ("index of a scalar",     "lam[0]",                      ShapeError, "a scalar has no entries"),
    ("too many places",       "w[0, 1]",                     LossError, "X[:, 0]"),
    ("slice of a named size", "sum(w[1:])",                  NotYet,    "a number for the size d"),
    ("slice from the end",    "sum(w[-2:])",                 NotYet,    "slices such as 1: and :-1"),
    ("mask",                  "sum(w[w > 0])",               LossError, "an index is a whole number"),
    ("a jump",                "where(lam > 0, 1, 0)",        NotYet,    "not shown to agree"),
    ("no last piece",         "Piecewise((b, lam < 0), (1, b > 3))", NotYet, "give True"),
    ("equality",              "where(lam == 0, 1, lam)",     NotYet,    "single points"),
    ("where without else",    "where(lam > 0)",              LossError, "where(x > 0, a, b)"),
    ("nuclear norm",          "norm(X, 'nuc')",              NotYet,    "norm(X, 'fro')"),
    ("spectral norm",         "norm(X, 2)",                  NotYet,    "largest singular value"),
    ("count of entries",      "norm(w, 0)",                  LossError, "norm(a, p) with p >= 1"),
    ("largest of a named size", "norm(w, inf)",              NotYet,    "declare d as a number"),
    ("determinant of a named size", "det(X.T @ X)",          NotYet,    "declare the size as 2 or 3"),
    ("determinant of a rectangle", "det(X)",                 ShapeError, "det(A.T @ A)"),
    ("einsum",                "sum(einsum('ij,j->i', X, w))", NotYet,   "write X @ w"),
    ("einsum of two matrices", "sum(einsum('ki,kj->ij', X, X))", NotYet, "write X.T @ X"),
    ("all pairs by accident", "sum((y - sum(X, axis=1, keepdims=True)*1)**2)", ShapeError, "[:, 0]"),
    ("X*w for X @ w",         "sum((X*w - y)**2)",           ShapeError, "a matrix product is written X @ w"),
    ("log gamma",             "sum(lgamma(w) - X @ w)",      NotYet,    "log(2*pi)/2"),
    ("log gamma of SciPy",    "scipy.special.gammaln(lam)",  NotYet,    "nothing can be proved of lgamma"),
    ("reshape",               "sum(X.reshape(2, 3))",        NotYet,    "another arrangement"),
    ("unlike entries",        "sum([lam, w])",               ShapeError, "one shape"),
    ("a list with nothing",   "sum([])",                     LossError, "without entries"),
    ("juxtaposition",         "sum((X w - y)**2)",           LossError, "write X @ w for arrays"),
    ("brackets that stay open", "sum((X @ w - y)**2",        LossError, "2 are opened and 1 closed"),
    ("loop in a loop",        "sum(X[i, j] for i in range(n) for j in range(d))", NotYet, "one loop after another"),
    ("loop with a condition", "sum(y[i] for i in range(n) if y[i] > 0)", NotYet, "a condition in a loop"),
    ("loop over too much",    "sum(y[i] for i in range(d))", NotYet,    "over a part"),
    ("loop over too little",  "sum(y[i] for i in range(n - 1))", NotYet, "over a part"),
    ("loop over unlike arrays", "sum(s*t for s, t in zip(y, w))", NotYet, "over a part"),
    ("loop without rows",     "sum(lam for i in range(n))",  NotYet,    "meets no row"),
    ("loop over a scalar",    "sum(lam[i] for i in range(n))", LossError, "has no rows"),
    ("a loop of vectors",     "sum(r for r in X)",           ShapeError, "a loss is one number"),
    ("truth value",           "lam + True",                  LossError, "this part of Python"),
    ("complex number",        "lam + 1j",                    LossError, "a number runs into a name"),
    ("complex number, hint",  "lam + 1j",                    LossError, "numbers are real"),
    ("underscore in digits",  "1_000*lam",                   LossError, "without _ or 0x"),
    ("hexadecimal number",    "0x10*lam",                    LossError, "without _ or 0x"),
    ("a whole name, hint",    "2lam",                        LossError, "write 2*lam"),
    ("hidden attribute",      "lam.__class__",               LossError, "this part of Python"),
    ("import",                "__import__(lam)",             UnknownName, "__import__ is not a function"),
    ("call of a call",        "exp(lam)(b)",                 LossError, "this cannot be called"),
    ("product by brackets",   "lam(b + 1)",                  UnknownName, "write lam * (...)"),
    ("misspelt function",     "sum(sigmod(w))",              UnknownName, "did you mean sigmoid?"),
    ("a function far from any", "sum(foobar(w))",            UnknownName, "such as abs, exp, log"),
    ("misspelt name",         "sum(lamb*w**2)",              UnknownName, "did you mean lam?"),
    ("unknown name",          "theta**2",                    UnknownName, "theta is not declared"),
    ("infinity",              "inf*lam",                     LossError, "inf is not a number"),
    ("infinity by its name",  "lam + Infinity",              LossError, "Infinity is not a number"),
    ("NumPy's infinity",      "np.inf*lam",                  LossError, "inf is not a number"),
    ("no number",             "nan + lam",                   LossError, "nan is not a number"),
    ("no number, capitals",   "lam*NaN",                     LossError, "NaN is not a number"),
    ("function as a name",    "exp + lam",                   LossError, "write exp(x)"),
    ("too many arguments",    "exp(lam, b)",                 LossError, "2 arguments"),
    ("axis that is no number", "sum(X, lam)",                LossError, "whole number"),
    ("unknown keyword",       "sum(X, out=1)",               LossError, "keyword out"),
    ("keyword twice over",    "sum(X, axis=0, dtype=1)",     LossError, "keyword dtype"),
    ("keyword of a function", "exp(lam, axis=0)",            LossError, "a keyword"),
    ("broken axis",           "sum(X, axis=1/2)",            LossError, "whole number"),
    ("no such axis",          "sum(sum(X, axis=2))",         ShapeError, "no axis 2"),
    ("vector as a loss",      "X @ w",                       ShapeError, "a vector of shape (n,)"),
    ("transpose forgotten",   "sum(X @ y)",                  ShapeError, "write X.T @ y"),
    ("transpose too many",    "sum((X.T @ w - 1)**2)",       ShapeError, "write X @ w"),
    ("wrong order",           "sum(U @ X)",                  ShapeError, "write X @ U"),
    ("vectors of two sizes",  "sum(w - y)",                  ShapeError, "w, which is a vector of shape (d,)"),
    ("rows against columns",  "sum(X * y)",                  ShapeError, "write X.T"),
    ("product with a scalar", "lam @ w",                     ShapeError, "write lam * w"),
    ("trace of a rectangle",  "trace(X)",                    ShapeError, "square matrix"),
    ("numbers differ",        "sum(M @ w)",                  ShapeError, "first size 2"),
    ("max of one array",      "max(w)",                      NotYet, "logsumexp(w)"),
    ("division by zero",      "lam/0",                       LossError, "divides by zero"),
    ("root of a negative",    "(-2)**0.5",                   LossError, "not a real number"),
    ("logarithm of zero",     "log(0) + lam",                LossError, "log is not defined"),
    ("negative base",         "(-2)**lam",                   LossError, "positive base"),
    ("huge exponent",         "lam**65",                     LossError, "exponent is too large"),
    ("tower of powers",       "9**64**64",                   LossError, "exponent is too large"),
    ("huge number",           "((9**64)**64)**64",           LossError, "number is too large"),
    ("powers that multiply",  "(1e99*lam)**64",              LossError, "grow too large"),
    ("products of them",      "(1e99*lam)**3*(1e99*b)**3",   LossError, "grow too large"),
    ("sums of them",          "((1e99 + lam)**3 + b)**4",    LossError, "grow too large"),
    ("in a matrix product",   "sum((1e99**2*X) @ (1e99**2*w))", LossError, "grow too large"),
    ("small ones",            "(lam/1e99)**9",               LossError, "grow too large"),
    ("powers of a sum",       "(((lam + 2)**64)**64)**64",   LossError, "grow too large"),
    ("long number",           "1" * 61,                      LossError, "cannot be read"),
    ("far exponent",          "1e999",                       LossError, "cannot be read"),
    ("deep brackets",         "exp(" * 199 + "-" * 300 + "b" + ")" * 199, LossError, "nested too deeply"),
    ("very deep brackets",    "(" * 9000 + "b" + ")" * 9000, LossError, "nested too deeply"),
    ("very deep signs",       "-" * 19000 + "b",             LossError, "nested too deeply"),
    ("long chain",            "+".join(["b"] * 4002),        LossError, "nested too deeply"),
    ("long text",             "b+" * 20_001 + "b",           LossError, "too long"),
]  # fmt: skip


@over(("text", "error", "words"), BAD)
def test_what_cannot_be_read_is_refused_with_a_reason(text: str, error: type[SymconvexError], words: str) -> None:
    with pytest.raises(error) as caught:
        parse_loss(text, parameters=SYMBOLS, data=())
    assert words in str(caught.value)
    assert all((caught.value.where, caught.value.expected, caught.value.got, caught.value.hint))
    assert len(str(caught.value)) < 2000


def test_an_error_points_at_the_part() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_loss("sum((X @ y - y)**2)", parameters=SYMBOLS, data=())
    assert caught.value.where == "sum((X @ y - y)**2)\n     ^^^^^"


def test_a_difference_of_unlike_shapes_points_at_what_is_subtracted() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_loss("sum((X @ w - w)**2)", parameters=SYMBOLS, data=())
    error = caught.value
    assert error.where == "sum((X @ w - w)**2)\n             ^"
    assert error.expected == "w with a shape like X @ w, which is a vector of shape (n,)"
    assert error.got == "w is a vector of shape (d,)"


def test_an_error_in_a_long_text_shows_the_neighbourhood() -> None:
    with pytest.raises(UnknownName) as caught:
        parse_loss(" + ".join(["b"] * 100 + ["nobody"] + ["b"] * 50), parameters=SYMBOLS, data=())
    line, marks = caught.value.where.split("\n")
    assert line[marks.index("^") : marks.rindex("^") + 1] == "nobody"
    assert len(line) < 100


DECLARATIONS = [
    # id                     symbols                                          least     error       words
    ("declared twice",       (Symbol("w"), Symbol("w")),                      {},       LossError,  "declared twice"),
    ("symbol and size",      (Symbol("n"), Symbol("w", ("n",))),              {},       LossError,  "declared twice"),
    ("function name",        (Symbol("exp"),),                                {},       LossError,  "meaning of its own"),
    ("word of Python",       (Symbol("lambda"),),                             {},       LossError,  "write lam"),
    ("not a name",           (Symbol("w-1"),),                                {},       LossError,  "ASCII letter"),
    ("long name",            (Symbol("w" * 42),),                             {},       LossError,  "at most 41"),
    ("Greek name",           (Symbol("λ"),),                                  {},       LossError,  "ASCII letter"),
    ("size zero",            (Symbol("w", (0,)),),                            {},       ShapeError, "positive whole number"),
    ("negative size",        (Symbol("w", (-2,)),),                           {},       ShapeError, "positive whole number"),
    ("broken size",          (Symbol("w", (2.5,)),),                          {},       ShapeError, "2.5"),
    ("truth as a size",      (Symbol("w", (True,)),),                         {},       ShapeError, "True"),
    ("size is no name",      (Symbol("w", ("n+1",)),),                        {},       ShapeError, "'n+1'"),
    ("three axes",           (Symbol("w", ("n", "d", "k")),),                 {},       NotYet,     "3 axes"),
    ("misspelt set",         (Symbol("w", (), "postive"),),                   {},       LossError,  "did you mean positive?"),
    ("bound on no size",     (Symbol("w", ("n",)),),                          {"d": 2}, ShapeError, "d >= 2"),
    ("bound in another case", (Symbol("w", ("n",)),),                         {"N": 2}, ShapeError, "did you mean n?"),
    ("bound below one",      (Symbol("w", ("n",)),),                          {"n": 0}, ShapeError, "n >= 0"),
]  # fmt: skip


@over(("symbols", "least", "error", "words"), DECLARATIONS)
def test_a_wrong_declaration_is_refused(
    symbols: tuple[Symbol, ...], least: dict[str, int], error: type[SymconvexError], words: str
) -> None:
    with pytest.raises(error) as caught:
        parse_loss("1", parameters=symbols, data=(), least=least)
    assert words in str(caught.value)


def test_a_problem_is_stated() -> None:
    problem = state(
        "sum(log(1 + exp(-y * (X @ w)))) + \n lam/2 * sum(w**2)",
        wrt="w",
        shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)},
        sets={"y": "sign", "lam": "positive"},
        name="logistic",
        positive=["1 - sum(w)"],
        least={"n": 2},
        values={"lam": Fraction(1, 2)},
    )
    assert problem.parameters == (Symbol("w", ("d",)),)
    assert problem.data == (Symbol("X", ("n", "d")), Symbol("y", ("n",), "sign"), Symbol("lam", (), "positive"))
    assert problem.text == "sum(log(1 + exp(-y * (X @ w)))) +   lam/2 * sum(w**2)"
    assert problem.loss.shape == ()
    assert problem.positive[0].shape == ()
    assert (problem.name, problem.least, problem.values) == ("logistic", {"n": 2}, {"lam": Fraction(1, 2)})


def test_a_formula_in_scalars_needs_no_shapes() -> None:
    problem = state("x**2 + a*x*y", wrt="x, y", shapes={}, sets={"a": "positive"})
    assert problem.parameters == (Symbol("x"), Symbol("y"))
    assert problem.data == (Symbol("a", (), "positive"),)


BY_HAND = [
    # id                        text                  what to try
    ("no brackets",             "exp x",              "write exp(x)"),
    ("no brackets, a number",   "log2 x",             "write log2(x)"),
    ("in a product",            "x log x",            "write x*log(x)"),
    ("after a number",          "3 exp x",            "write 3*exp(x)"),
    ("after a sign",            "2*sin x + 1",        "write sin(x)"),
    ("one in another",          "log sin x",          "write log(sin(x))"),
    ("an operation",            "norm x",             "write norm(x)"),
    ("another name of one",     "ln x",               "write ln(x)"),
    ("only the sign missing",   "x log(x)",           "write x * log(...)"),
    ("arrays",                  "sum((X w - y)**2)",  "write X @ w for arrays"),
    ("bars",                    "|x|",                "write abs(x) for |x|"),
    ("bars after a number",     "2*|x - 1|",          "write abs(x - 1) for |x - 1|"),
    ("double bars",             "||A@x - b||**2",     "write norm(A@x - b) for ||A@x - b||"),
    ("one sign for two bars",   "\u2016x\u2016",    "norm(x)"),
    ("a sign of a root",        "\u221ax",           "sqrt(x)"),
    ("a sign of a sum",         "\u2211 x**2",       "sum(a)"),
    ("an infinity",             "x + \u221e",        "state a domain"),
    ("two at once",             "x > 0; x < 1",       "one by one"),
    ("an arrow for a sign",     "x => 0",             "write >= for =>"),
    ("the other one",           "x =< 0",             "write <= for =<"),
    ("an assignment",           "x = 1",              "has =="),
    ("a vast number",           "10**400*x**2",       "write a shorter number"),
    ("a vast exponent",         "x**400",             "exp(p*log(x))"),
]  # fmt: skip


@over(("text", "words"), BY_HAND)
def test_for_what_is_written_by_hand_the_spelling_is_said(text: str, words: str) -> None:
    with pytest.raises(LossError) as caught:
        state(text, wrt="x", shapes={})
    assert words in caught.value.hint


def test_only_functions_that_are_near_are_named() -> None:
    with pytest.raises(UnknownName) as caught:
        state("sigmod(x)", wrt="x", shapes={})
    assert caught.value.hint == "did you mean sigmoid?"
    assert caught.value.expected.count(",") <= 5


UNSHAPED = [
    # id                       text                   shapes                              read as numbers
    ("a sum",                  "sum(w**2)",           {},                                 ["w"]),
    ("of NumPy",               "np.sum(w**2)",        {},                                 ["w"]),
    ("a norm",                 "norm(w) + b**2",      {},                                 ["w"]),
    ("a method",               "(w**2).sum()",        {},                                 ["w"]),
    ("two",                    "sum(w**2) + norm(b)", {},                                 ["w", "b"]),
    ("beside an array",        "sum(w**2*a)",         {"a": ("n",)},                      ["w"]),
    ("numbers",                "w**2 + exp(b)",       {},                                 []),
    ("an array",               "sum(w**2)",           {"w": ("d",)},                      []),
    ("said to be a number",    "sum(w**2)",           {"w": ()},                          []),
    ("data",                   "w**2*sum(a)",         {},                                 []),
    ("a list",                 "sum([w, b])",         {},                                 []),
]  # fmt: skip


@over(("text", "shapes", "numbers"), UNSHAPED)
def test_an_array_without_a_shape_is_said_to_be_read_as_a_number(
    text: str, shapes: dict[str, tuple[str, ...]], numbers: list[str]
) -> None:
    problem = state(text, wrt=[name for name in ("w", "b") if name in text], shapes=shapes)
    assert [note.split()[0] for note in problem.notes] == numbers


STATEMENTS = [
    # id                        text                wrt      shapes                sets               error        words
    ("undeclared name",         "sum((X@w-y)**2)",  "w",     {"X": ("n", "d"), "w": ("d",)}, {},      UnknownName, "declare y: ()"),
    ("matrix without shape",    "sum((X@w-y)**2)",  "w",     {},                   {},                UnknownName, "X: (n, d)"),
    ("a parameter's shape",     "sum((X@w-y)**2)",  "w",     {"X": ("n", "d"), "y": ("n",)}, {},      ShapeError,  "--shape w=d"),
    ("not about the parameter", "sum(X@y) + b",     "b",     {"X": ("n", "d"), "y": ("n",)}, {},      ShapeError,  "write X.T @ y"),
    ("misspelt parameter",      "sum(w**2)",        "v",     {"w": ("d",)},        {},                UnknownName, "v does not occur"),
    ("the only name is meant",  "sum(w**2)",        "v",     {"w": ("d",)},        {},                UnknownName, "did you mean w?"),
    ("names are listed once",   "sum((X@w)**2)",    "theta", {"X": ("n", "d"), "w": ("d",)}, {},      UnknownName, "one of X, w\n"),
    ("number or array",         "sum(lam*w**2)",    "w",     {"w": ("d",)},        {},                UnknownName, "--shape lam= or"),
    ("number by its set",       "sum(lam*w**2)",    "w",     {"w": ("d",)},        {},                UnknownName, "--set lam=positive"),
    ("a forgotten array",       "sum((X@w - y)**2)", "w",    {"X": ("n", "d"), "w": ("d",)}, {},      UnknownName, "--shape y= or"),
    ("an array in a product",   "c@w + sum(w**2)",  "w",     {"w": ("d",)},        {},                UnknownName, "--shape c=d"),
    ("undeclared word",         "rate*sum(w**2)",   "w",     {"w": ("d",)},        {},                UnknownName, "--shape rate= or"),
    ("another case",            "x*sum(X**2)",      "X",     {"X": ("d",)},        {},                UnknownName, "did you mean X?"),
    ("misspelt set name",       "lam*sum(w**2)",    "w",     {"w": ("d",), "lam": ()}, {"lamb": "positive"}, UnknownName, "did you mean lam?"),
    ("misspelt function",       "exq(x)",           "x",     {},                   {},                UnknownName, "did you mean exp?"),
    ("no parameter",            "x**2",             "",      {},                   {},                LossError,   "no parameter"),
    ("parameter twice",         "x**2",             "x, x",  {},                   {},                LossError,   "declared twice"),
    ("unknown set",             "x**2",             "x",     {},                   {"x": "integer"},  LossError,   "set is not known"),
    ("shape in another case",   "sum(w**2)",        "w",     {"W": ("d",)},        {},                UnknownName, "did you mean w?"),
    ("shape of nothing",        "sum((X@w)**2)",    "w",     {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, {}, UnknownName, "y does not occur"),
    ("parameter of nothing",    "x**2",             "x, b",  {},                   {},                UnknownName, "b does not occur"),
    ("set in another case",     "lam*x**2",         "x",     {},                   {"Lam": "positive"}, UnknownName, "did you mean lam?"),
    ("pi as data",              "pi*x**2",          "x",     {"pi": (), "x": ()},  {},                LossError,   "pi is a number"),
    ("e as parameter",          "e**2",             "e",     {},                   {},                LossError,   "e is a number"),
    ("e by its set",            "e*x**2",           "x",     {},                   {"e": "positive"}, LossError,   "e is a number"),
    ("nan as data",             "nan*x**2",         "x",     {"nan": (), "x": ()}, {},                LossError,   "meaning of its own"),
    ("pi as a size",            "sum(w**2)",        "w",     {"w": ("pi",)},       {},                ShapeError,  "'pi'"),
    ("a name with _ in front",  "_a*x**2",          "x",     {},                   {},                LossError,   "such as a_1"),
    ("a parameter with _",      "_x**2",            "_x",    {},                   {},                LossError,   "such as x_1"),
    ("a size with _ in front",  "sum(w**2)",        "w",     {"w": ("_n",)},       {},                ShapeError,  "'_n'"),
    ("function as parameter",   "x**2",             "exp",   {"x": (), "exp": ()}, {},                LossError,   "meaning of its own"),
]  # fmt: skip


@over(("text", "wrt", "shapes", "sets", "error", "words"), STATEMENTS)
def test_a_problem_with_wrong_names_is_refused(
    text: str, wrt: str, shapes: Any, sets: Any, error: type[SymconvexError], words: str
) -> None:
    with pytest.raises(error) as caught:
        state(text, wrt=wrt, shapes=shapes, sets=sets)
    assert words in str(caught.value)


LETTERS = [
    # id                loss                                  shapes                   taken as numbers
    ("in front", "sum(w**2) + a*sum(w)**2",             {"w": ("n",)},                            {"a"}),
    ("twice", "norm(X@w - y)**2/(2*s**2) + lam*norm(w)", {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, {"s", "lam"}),
    ("alone", "sum(w**2)/n + t",                 {"w": ("n",)},                            {"t"}),
]  # fmt: skip


@over(("text", "shapes", "taken"), LETTERS)
def test_a_letter_that_stands_for_one_number_need_not_be_declared(text: str, shapes: Any, taken: set[str]) -> None:
    data = {symbol.name: (symbol.shape, symbol.within) for symbol in state(text, wrt="w", shapes=shapes).data}
    assert {name: known for name, known in data.items() if name not in shapes} == dict.fromkeys(taken, ((), "real"))


COMPONENTS = [
    # id              term                               sizes             at these sizes
    ("sum",           "(sum i n w[i])",                  {"n": 2},         "(+ w[0] w[1])"),
    ("one term",      "(sum i n w[i])",                  {"n": 1},         "w[0]"),
    ("nested",        "(sum i n (sum j 2 X[i,j]))",      {"n": 2},         "(+ X[0,0] X[0,1] X[1,0] X[1,1])"),
    ("delta",         "(sum i n (* (delta i 1) w[i]))",  {"n": 3},         "w[1]"),
    ("size",          "(* (dim n) (dim 2) x)",           {"n": 3},         "(* 6 x)"),
    ("free index",    "(sum j 2 (* X[i,j] (delta i k)))", {},              "(+ (* X[i,0] (delta i k)) (* X[i,1] (delta i k)))"),
]  # fmt: skip


@over(("term", "sizes", "rendered"), COMPONENTS)
def test_a_term_is_written_out(term: str, sizes: dict[str, int], rendered: str) -> None:
    assert render(expand(parse(term), sizes)) == rendered


def test_sizes_are_put_in_without_writing_sums_out() -> None:
    term = parse("(sum i n (sum j d (* (dim n) X[i,j])))")
    assert render(instantiate(term, {"n": 3})) == "(sum i 3 (sum j d (* 3 X[i,j])))"


def test_equal_parts_are_shared_when_written_out() -> None:
    term = expand(term_of("sum(sigmoid(X @ w) * sigmoid(X @ w))"), SIZES)
    assert isinstance(term, Add)
    for product in term.args:
        assert isinstance(product, Mul)
        assert product.args[0] is product.args[1]


FORGETFUL = [
    ("zero over",           "0/b"),
    ("zero times a log",    "lam + 0*log(b)"),
    ("power zero",          "log(b)**0"),
    ("hidden zero",         "(0*lam)*log(b)"),
    ("zero of a function",  "silu(0)/b"),
    ("zero in a product",   "dot(0*w, log(w))"),
]  # fmt: skip


@over(("text",), FORGETFUL)
def test_a_zero_does_not_hide_where_the_loss_is_undefined(text: str) -> None:
    with pytest.raises(LossError, match="may not be defined"):
        to_term(parse_loss(text, parameters=SYMBOLS, data=()))


def test_abbreviations_may_not_explode() -> None:
    text = "silu(" * 40 + "lam" + ")" * 40
    with pytest.raises(LossError, match="too large in index notation"):
        to_term(parse_expression(text, symbols=SYMBOLS))


WORDS = [
    *SHAPES,
    "n",
    "d",
    "sum",
    "mean",
    "norm",
    "exp",
    "log",
    "max",
    "logsumexp",
    "silu",
    "trace",
    "len",
    "np.",
    "axis=",
]
SIGNS = [
    *"+-*/@().,^<[]:= 0123456789",
    "**",
    ".T",
    ".shape[0]",
    "e9",
    "==",
    "lambda ",
    " if ",
    " for ",
    "\n",
    "λ",
    "'",
    "#",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS + SIGNS), max_size=25).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expr = parse_loss(text, parameters=SYMBOLS, data=())
    except SymconvexError:
        return
    assert parse(render(to_term(expr))) == to_term(expr)


@given(
    st.text(max_size=30),
    st.dictionaries(st.text(max_size=4), st.lists(st.text(max_size=2) | st.integers(), max_size=3)),
)
def test_any_declaration_is_accepted_or_refused(text: str, shapes: dict[str, list[Any]]) -> None:
    try:
        state(text, wrt="x", shapes={name: tuple(shape) for name, shape in shapes.items()})
    except SymconvexError:
        return
