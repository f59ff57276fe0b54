"""The expression graph: derivatives against SymPy and Autograd, NumPy programs, balls, fingerprints."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from autograd import hessian as autograd_hessian
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy.core.function import AppliedUndef

from symconvex.calculus.program.derivatives import gradient, hessian_entries, inputs_of, slope
from symconvex.calculus.program.evaluate import compile_graph
from symconvex.calculus.program.fingerprint import fingerprints, same
from symconvex.calculus.program.fold import exact, fold, to_sympy
from symconvex.calculus.program.graph import Graph, extend, graph_of, operations
from symconvex.calculus.program.instance import instance
from symconvex.calculus.program.taylor import curvature
from symconvex.errors import ShapeError
from symconvex.functions import functions
from symconvex.kernel import term as kernel
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sym, Term, parse
from symconvex.language import expand, state

SIZES = {"n": 3, "d": 2}
SMOOTH = {
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "atan": sympy.atan,
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
    "normpdf": lambda z: sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi),
    "normcdf": lambda z: (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
}


def rational(value: Fraction | int) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def symbol(name: str, indices: tuple[int, ...] = ()) -> sympy.Symbol:
    return sympy.Symbol(f"{name}[{','.join(map(str, indices))}]" if indices else name, real=True)


def sympy_of(term: Term) -> sympy.Expr:
    """A road to SymPy that does not pass through the graph; the term is written out."""
    match term:
        case Num(value):
            return rational(value)
        case Sym(name, indices):
            return symbol(name, indices)
        case Add(args):
            return sum(map(sympy_of, args))
        case Mul(args):
            return prod(map(sympy_of, args))
        case Pow(base, exponent):
            return sympy_of(base) ** rational(exponent)
        case Fn(name, (arg,)):
            return SMOOTH[name](sympy_of(arg))
    raise TypeError(term)


def point_for(graph: Graph, inputs: Sequence[int]) -> dict[int, Fraction]:
    """Small distinct positive rationals."""
    return {node: Fraction(2 * k + 3, 5 + k % 3) for k, node in enumerate(inputs)}


def sympy_hessian(term: Term, graph: Graph, point: dict[int, Fraction]) -> list[sympy.Expr]:
    """The upper triangle at a point, entries by SymPy."""
    expr, inputs = sympy_of(expand(term, SIZES)), list(point)
    symbols = [symbol(graph.nodes[node].name, graph.nodes[node].indices) for node in inputs]
    at = dict(zip(symbols, map(rational, point.values()), strict=True))
    pairs = [(a, b) for k, a in enumerate(symbols) for b in symbols[k:]]
    return [expr.diff(a, b).subs(at) for a, b in pairs]


RATIONAL_TERMS = [
    # id               term
    ("square",         "(^ (+ x (* -3 y)) 2)"),
    ("cubic",          "(+ (^ x 3) (* 2 x y) (* -1/2 (^ y 5)))"),
    ("reciprocal",     "(^ (+ 1 (^ x 2) (* x y)) -1)"),
    ("ratio",          "(* (+ x (* -2/3 y)) (^ (+ 4 (^ y 2)) -3))"),
    ("high power",     "(^ (+ 1 (* 1/7 x y)) 11)"),
    ("least squares",  "(sum i n (^ (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])) 2))"),
    ("mean and delta", "(* (^ (dim n) -1) (sum i n (sum j n (* (delta i j) x[i] (^ x[j] 2)))))"),
    ("shadowed index", "(sum i n (* x[i] (sum i d (^ w[i] 2))))"),
    ("linear network", "(sum i n (^ (+ (sum a d (* u[a] (sum j d (* W[a,j] X[i,j])))) -1) 2))"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text"), RATIONAL_TERMS, ids=[row[0] for row in RATIONAL_TERMS])
def test_hessian_of_a_rational_term_is_exactly_that_of_sympy(case: str, text: str) -> None:
    term = parse(text)
    graph, out = graph_of(term, SIZES)
    point = point_for(graph, inputs_of(graph, [out]))
    found = exact(graph, hessian_entries(graph, out, list(point)), point)
    assert [rational(value) for value in found] == sympy_hessian(term, graph, point)


SMOOTH_TERMS = [
    # id              term
    ("logistic",      "(sum i n (softplus (* -1 y[i] (sum j d (* X[i,j] w[j])))))"),
    ("tanh layer",    "(sum i d (^ (+ (* u (tanh (+ (* w x[i]) b))) (* -1 y[i])) 2))"),
    ("sigmoid",       "(^ (+ (sigmoid (* x y)) -1/3) 2)"),
    ("log and root",  "(+ (* x (log x)) (^ (+ 1 (^ x 2) (^ y 2)) 1/2))"),
    ("odd root",      "(* (^ x 5/3) (^ y -1/3))"),
    ("sine",          "(* (sin (* x y)) (cos (+ x (* 2 y))))"),
    ("probit",        "(* -1 (log (normcdf (* x y))))"),
    ("density",       "(* x (normpdf (+ x (* -1 y))))"),
    ("softmax",       "(log (sum i n (exp (* x[i] y))))"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text"), SMOOTH_TERMS, ids=[row[0] for row in SMOOTH_TERMS])
def test_hessian_of_a_smooth_term_agrees_with_sympy(case: str, text: str) -> None:
    term = parse(text)
    graph, out = graph_of(term, SIZES)
    point = point_for(graph, inputs_of(graph, [out]))
    program = compile_graph(graph, hessian_entries(graph, out, list(point)), list(point))
    found = program.run(np.array([[float(value)] for value in point.values()]))[:, 0]
    truth = [float(entry.evalf(30)) for entry in sympy_hessian(term, graph, point)]
    np.testing.assert_allclose(found, truth, rtol=1e-9, atol=1e-12)


x, y, z = (Sym(name) for name in "xyz")
LEAVES = st.one_of(
    st.sampled_from([x, y, z]), st.fractions(min_value=-3, max_value=3, max_denominator=4).map(kernel.number)
)
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(Add),
        st.tuples(inner, inner).map(Mul),
        st.tuples(inner, st.sampled_from([-2, -1, 2, 3])).map(lambda pair: Pow(pair[0], Fraction(pair[1]))),
    ),
    max_leaves=8,
)


@given(TERMS)
@settings(max_examples=60)
def test_hessian_of_any_rational_term_is_exactly_that_of_sympy(term: Term) -> None:
    graph, out = graph_of(term, {})
    point = {
        graph.input(name): value
        for name, value in (("x", Fraction(3, 7)), ("y", Fraction(-5, 3)), ("z", Fraction(11, 4)))
    }
    try:
        truth = sympy_hessian(term, graph, point)
    except ZeroDivisionError:
        assume(False)
    assume(all(entry.is_Rational for entry in truth) and sympy_of(term).is_finite is not False)
    try:
        found = exact(graph, hessian_entries(graph, out, list(point)), point)
    except ZeroDivisionError:
        assume(False)
    assert [rational(value) for value in found] == truth


@given(TERMS, st.integers(0, 2**32))
@settings(max_examples=60)
def test_curvature_of_any_rational_term_is_inside_its_ball(term: Term, seed: int) -> None:
    graph, out = graph_of(term, {})
    draw = np.random.default_rng(seed)
    inputs = [graph.input(name) for name in "xyz"]
    point, direction = ([Fraction(int(k), 7) for k in draw.integers(-20, 20, 3)] for _ in range(2))
    try:
        entries = exact(graph, hessian_entries(graph, out, inputs), dict(zip(inputs, point, strict=True)))
        exact(graph, [out], dict(zip(inputs, point, strict=True)))
    except ZeroDivisionError:
        assume(False)
    truth = quadratic_form(entries, direction)
    ball = curvature(graph, out, inputs, point, direction)
    with ctx.workprec(1000):
        assert ball.contains(arb(fmpq(truth.numerator, truth.denominator)))


def quadratic_form(entries: Sequence[Fraction], direction: Sequence[Fraction]) -> Fraction:
    size = len(direction)
    pairs = [(i, j) for i in range(size) for j in range(i, size)]
    return sum(
        ((1 + (i != j)) * h * direction[i] * direction[j] for h, (i, j) in zip(entries, pairs, strict=True)),
        Fraction(0),
    )


NETWORKS = [
    # id          activation   autograd's own
    ("tanh",      "tanh(z)",       anp.tanh),
    ("sigmoid",   "sigmoid(z)",    lambda t: 1 / (1 + anp.exp(-t))),
    ("softplus",  "softplus(z)",   lambda t: anp.log(1 + anp.exp(t))),
    ("sin",       "sin(z)",        anp.sin),
    ("linear",    "z",             lambda t: t),
    ("relu",      "relu(z)",       lambda t: anp.maximum(t, 0)),
    ("abs",       "abs(z)",        anp.abs),
]  # fmt: skip
X = ((1, -2), (0, 1), (2, 1))
Y = (1, -1, 2)


@pytest.mark.parametrize(("case", "activation", "truth"), NETWORKS, ids=[row[0] for row in NETWORKS])
def test_hessian_of_a_network_agrees_with_autograd(case: str, activation: str, truth: object) -> None:
    hidden = activation.replace("z", "(X @ W.T + b)")
    problem = state(
        f"sum(({hidden} @ u - y)**2)",
        wrt="W b u",
        shapes={"X": ("n", "d"), "y": ("n",), "W": ("h", "d"), "b": ("h",), "u": ("h",)},
        values={"X": tuple(tuple(map(Fraction, row)) for row in X), "y": tuple(map(Fraction, Y))},
    )
    at = instance(problem, {"h": 2})

    def loss(theta: np.ndarray) -> float:
        W, b, u = theta[:4].reshape(2, 2), theta[4:6], theta[6:8]
        return anp.sum((anp.dot(truth(anp.dot(anp.array(X), W.T) + b), u) - anp.array(Y)) ** 2)

    points = np.random.default_rng(5).standard_normal((8, 4))
    program = compile_graph(at.graph, hessian_entries(at.graph, at.loss, at.parameters), at.parameters)
    upper = np.triu_indices(8)
    slopes = compile_graph(at.graph, gradient(at.graph, at.loss, at.parameters), at.parameters).run(points)
    step = 1e-6
    for k, found in enumerate(program.run(points).T):
        np.testing.assert_allclose(found, autograd_hessian(loss)(points[:, k])[upper], rtol=1e-10, atol=1e-10)
        quotient = [(loss(points[:, k] + step * e) - loss(points[:, k] - step * e)) / (2 * step) for e in np.eye(8)]
        np.testing.assert_allclose(slopes[:, k], quotient, rtol=1e-5, atol=1e-5)


PRIMITIVE = [name for name, function in functions().items() if function.meaning is None and name != "max"]


@pytest.mark.parametrize("name", PRIMITIVE)
def test_each_function_has_the_curvature_of_its_difference_quotient(name: str) -> None:
    graph = Graph()
    node = graph.input("z")
    out = graph.apply(name, node)
    for at in (Fraction(1, 3), Fraction(12, 7)):
        ball = curvature(graph, out, [node], [at], [Fraction(1)], precision=128)
        with ctx.workprec(600):
            centre, step = arb(fmpq(at.numerator, at.denominator)), arb(2) ** -100
            left, middle, right = (functions()[name].enclosure(centre + k * step) for k in (-1, 0, 1))
            quotient = (left - 2 * middle + right) / step**2
        assert abs(ball - quotient) < arb(2) ** -80, (ball, quotient)


@pytest.mark.parametrize("name", PRIMITIVE)
def test_each_function_is_computed_as_in_the_catalogue(name: str) -> None:
    graph = Graph()
    node = graph.input("z")
    points = np.array([[0.01, 0.3, 1.0, 2.5, 30.0, 700.0, -0.2, -3.0, -40.0]])
    points = np.abs(points) if functions()[name].domain != "real" else points
    found = compile_graph(graph, [graph.apply(name, node)], [node]).run(points)
    np.testing.assert_allclose(found[0], functions()[name].numpy(points[0]), rtol=1e-13, atol=1e-300)


PROGRAMS = [
    # id                  terms of the outputs
    ("several outputs",   ["(* x y)", "(tanh (* x y))", "(+ x (tanh (* x y)))"]),
    ("repeated outputs",  ["(exp x)", "(exp x)", "x", "3/4", "x"]),
    ("only constants",    ["0", "3", "4", "5", "6", "0"]),
    ("common factor",     ["(+ (* 3 x) (* -3 y) (* 3 z) 5)", "(+ (* -2 x) (* -2 y))"]),
    ("mixed factors",     ["(+ (* 3 x) (* -1/2 y) (* -1 z) (* 7 x y) -2)", "(+ (* -1 x) 1)", "(* -5 y)"]),
    ("chain in place",    ["(exp (* -1 (exp (+ 1 (* -1 (sigmoid (tanh (* x x))))))))"]),
    ("max",               ["(max x y (* 2 z))", "(abs (+ x (* -1 y)))"]),
    ("roots",             ["(^ (+ 1 (* x x)) 1/2)", "(^ (+ 1 (* x x)) 7/3)", "(^ (+ 2 (sin y)) -3/2)"]),
]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 7, 64, 2048])
@pytest.mark.parametrize(("case", "texts"), PROGRAMS, ids=[row[0] for row in PROGRAMS])
def test_reused_rows_give_the_values_of_a_direct_evaluation(case: str, texts: list[str], chunk: int) -> None:
    graph = Graph()
    outs = [extend(graph, parse(text), {}) for text in texts]
    inputs = [graph.input(name) for name in "xyz"]
    points = np.random.default_rng(3).standard_normal((3, 101))
    direct = fold(
        graph,
        outs,
        dict(zip(inputs, points, strict=True)),
        number=lambda value: np.full(101, float(value)),
        power=lambda base, exponent: base ** float(exponent),
        function=lambda name, arg: functions()[name].numpy(arg),
    )
    found = compile_graph(graph, outs, inputs).run(points, chunk=chunk)
    np.testing.assert_allclose(found, direct, rtol=1e-13, atol=1e-15)


def network(hidden: int) -> tuple[Graph, int, list[int]]:
    """A one-layer tanh network on three samples with numbers as data."""
    text = f"(sum i 3 (^ (+ (sum a {hidden} (* u[a] (tanh (sum j 2 (* W[a,j] X[i,j]))))) (* -1 y[i])) 2))"
    values = {"X": tuple(tuple(map(Fraction, row)) for row in X), "y": tuple(map(Fraction, Y))}
    graph, out = graph_of(parse(text), {}, values)
    return graph, out, list(inputs_of(graph, [out]))


def test_random_hessian_program_survives_reuse_of_rows() -> None:
    graph, out, inputs = network(4)
    entries = hessian_entries(graph, out, inputs)
    program = compile_graph(graph, entries, inputs)
    points = np.random.default_rng(9).standard_normal((len(inputs), 300))
    direct = fold(graph, entries, dict(zip(inputs, points, strict=True)), number=lambda c: np.full(300, float(c)),
                  power=lambda base, exponent: base ** float(exponent), function=lambda name, arg: functions()[name].numpy(arg))  # fmt: skip
    np.testing.assert_allclose(program.run(points, chunk=128), direct, rtol=1e-12, atol=1e-12)
    assert program.rows - program.inputs - program.outputs < len(program.steps) / 3


def test_an_input_that_is_not_listed_is_refused() -> None:
    graph, out = graph_of(parse("(* x y)"), {})
    with pytest.raises(ValueError, match="name='y'"):
        compile_graph(graph, [out], [graph.input("x")])


def test_equal_subterms_are_one_node() -> None:
    graph = Graph()
    first = extend(graph, parse("(+ (* x y 2) (tanh (* y x)))"), {})
    count = len(graph.nodes)
    assert extend(graph, parse("(+ (tanh (* x y)) (* y 2 x))"), {}) == first
    assert len(graph.nodes) == count


def test_entries_share_their_work() -> None:
    graph, out, inputs = network(3)
    entries = hessian_entries(graph, out, inputs)
    alone = sum(operations(graph, [entry]) for entry in set(entries))
    assert 3 * operations(graph, entries) < alone


COUNTS = [
    # id              term                        operations
    ("product",       "(* x y z)",                2),
    ("cube",          "(^ x 3)",                  2),
    ("linear",        "(+ (* 2 x) (* -1 y) 3)",   3),
    ("shared",        "(* (exp x) (+ 1 (exp x)))", 3),
    ("root",          "(^ x 3/2)",                2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "count"), COUNTS, ids=[row[0] for row in COUNTS])
def test_operations_are_counted(case: str, text: str, count: int) -> None:
    graph, out = graph_of(parse(text), {})
    assert operations(graph, [out]) == count


REFUSED = [
    # id               term                  values                                          message
    ("no size",        "(sum i m x[i])",     {},                                             "size m has no value"),
    ("too few",        "(sum i n x[i])",     {"x": (Fraction(1), Fraction(2))},              "no number at [2]"),
    ("too deep",       "(sum i d x[i,0])",   {"x": (Fraction(1), Fraction(2))},              "no number at [0, 0]"),
    ("a row too many", "(sum i d x[i])",     {"x": ((Fraction(1),), (Fraction(2),))},        "no number at [0]"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "values", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_sizes_and_values_have_to_fit(case: str, text: str, values: dict[str, object], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        graph_of(parse(text), SIZES, values)
    assert message in str(caught.value)


NO_SIGN = [
    # id                term                  point           has a value
    ("kink",            "(relu x)",           Fraction(0),    False),
    ("beside the kink", "(relu (^ x 2))",     Fraction(-1),   True),
    ("pole",            "(^ x -1)",           Fraction(0),    False),
    ("one over zero",   "(^ 0 -1)",           Fraction(0),    False),
    ("hidden by zero",  "(* x (^ (log (^ x 2)) -1))", Fraction(1), False),
    ("log below zero",  "(log x)",            Fraction(-1),   False),
    ("root of zero",    "(^ x 1/2)",          Fraction(0),    False),
    ("inside",          "(* x (log x))",      Fraction(1, 9), True),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "at", "known"), NO_SIGN, ids=[row[0] for row in NO_SIGN])
def test_a_ball_has_no_sign_where_the_curvature_is_not_defined(case: str, text: str, at: Fraction, known: bool) -> None:
    graph, out = graph_of(parse(text), {})
    ball = curvature(graph, out, [graph.input("x")], [at], [Fraction(1)])
    assert (ball > 0) is known
    assert ball.is_finite() is known


def test_more_precision_shrinks_the_ball_and_leaves_no_trace() -> None:
    graph, out, inputs = network(2)
    before = (ctx.prec, ctx.cap)
    args = (graph, out, inputs, [Fraction(1, 3)] * len(inputs), [Fraction(1), *[Fraction(0)] * (len(inputs) - 1)])
    coarse, fine = curvature(*args), curvature(*args, precision=200)
    assert coarse.overlaps(fine)
    assert fine.rad() < coarse.rad() * arb(2) ** -100
    assert (ctx.prec, ctx.cap) == before


EQUALITIES = [
    # id                   left                                  right                                           same
    ("square",             "(^ (+ x y) 2)",                      "(+ (^ x 2) (* 2 x y) (^ y 2))",                True),
    ("one part in 10^9",   "(^ (+ x y) 2)",                      "(+ (^ x 2) (* 2000000001/1000000000 x y) (^ y 2))", False),
    ("fractions",          "(+ (^ x -1) (^ y -1))",              "(* (+ x y) (^ (* x y) -1))",                   True),
    ("tanh by exp",        "(tanh x)",                           "(+ 1 (* -2 (^ (+ 1 (exp (* 2 x))) -1)))",      True),
    ("tanh is odd",        "(tanh (* -1 x))",                    "(* -1 (tanh x))",                              True),
    ("tanh by sigmoid",    "(tanh (* 1/2 x))",                   "(+ (* 2 (sigmoid x)) -1)",                     True),
    ("tanh and sigmoid",   "(tanh x)",                           "(+ (* 2 (sigmoid x)) -1)",                     False),
    ("exp of a sum",       "(exp (+ x (* 2/3 y) 1))",            "(* (exp x) (^ (exp (* 1/3 y)) 2) (exp 1))",    True),
    ("exp of a product",   "(exp (* x y))",                      "(* (exp x) (exp y))",                          False),
    ("softplus",           "(softplus (* x y))",                 "(log (+ 1 (exp (* y x))))",                    True),
    ("relu and abs",       "(relu x)",                           "(* 1/2 (+ x (abs x)))",                        True),
    ("sine is odd",        "(sin (+ x (* -1 y)))",               "(* -1 (sin (+ y (* -1 x))))",                  True),
    ("cosine is not",      "(cos (+ x (* -1 y)))",               "(* -1 (cos (+ y (* -1 x))))",                  False),
    ("probability",        "(normcdf (* -1 x))",                 "(+ 1 (* -1 (normcdf x)))",                     True),
    ("root squared",       "(* (^ x 1/2) (^ x 1/2))",            "x",                                            True),
    ("roots differ",       "(^ x 1/2)",                          "(^ x 1/3)",                                    False),
]  # fmt: skip


@pytest.mark.parametrize(("case", "left", "right", "equal"), EQUALITIES, ids=[row[0] for row in EQUALITIES])
def test_fingerprints_tell_equal_from_different(case: str, left: str, right: str, equal: bool) -> None:
    graph = Graph()
    assert same(graph, extend(graph, parse(left), {}), extend(graph, parse(right), {})) is equal


def test_a_pole_has_no_fingerprint() -> None:
    graph, out = graph_of(parse("(^ (+ (^ (+ x 1) 2) (* -1 (^ x 2)) (* -2 x) -1) -1)"), {})
    assert fingerprints(graph, [out], seed=1) == (None,)
    assert not same(graph, out, out)


def test_named_nodes_stay_symbols_in_sympy() -> None:
    graph, out = graph_of(parse("(^ (+ (* u (tanh (* w x))) (* -1 y)) 2)"), {})
    hidden = extend(graph, parse("(tanh (* w x))"), {})
    w, h = graph.input("w"), sympy.Symbol("h", real=True)
    (entry,) = to_sympy(graph, hessian_entries(graph, out, [w]), {hidden: h})
    assert not entry.has(sympy.tanh)
    assert entry.has(h)
    (loss,) = to_sympy(graph, [out])
    difference = loss.diff(symbol("w"), 2) - entry.subs(h, sympy.tanh(symbol("w") * symbol("x")))
    assert sympy.expand(difference) == 0


@pytest.mark.parametrize("name", [name for name, function in functions().items() if function.arity == 1])
def test_functions_are_those_of_sympy_where_it_has_them(name: str) -> None:
    graph = Graph()
    (expr,) = to_sympy(graph, [graph.apply(name, graph.input("x"))])
    kind, written = functions()[name].sympy, functions()[name].in_sympy
    if written is None:
        assert isinstance(expr, AppliedUndef if kind is None else getattr(sympy, kind))
        assert expr.args == (symbol("x"),)
    else:
        assert (kind, expr.free_symbols) == (None, {symbol("x")})
        assert not expr.has(AppliedUndef)
    if kind is not None or written is not None:
        inside = 0.75 if functions()[name].is_defined_at(Fraction(3, 4)) else 1.75
        expected = float(functions()[name].numpy(np.array(inside)))
        assert float(expr.subs(symbol("x"), inside)) == pytest.approx(expected, rel=1e-12)


def test_only_functions_and_powers_have_slopes() -> None:
    graph, out = graph_of(parse("(* x y)"), {})
    with pytest.raises(TypeError, match="Product"):
        slope(graph, out)
