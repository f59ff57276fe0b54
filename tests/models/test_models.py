"""What a model prints is compared with automatic differentiation of its loss, and its verdict with the loss itself."""

from collections.abc import Callable, Mapping
from itertools import combinations, product
from typing import Any

import autograd.numpy as np
import pytest
from autograd import elementwise_grad, grad, hessian
from numpy.testing import assert_allclose
from support.automatic import numeric

from symconvex.errors import ModelError
from symconvex.language.read import parse_expression
from symconvex.models import models
from symconvex.problem import Problem, Symbol

Options = Mapping[str, str]

# Values for options that are free text, where more than the default is worth a try.
FREE = {
    ("linear-network", "layers"): ("", "2", "3", "5"),
    ("linear-network", "widths"): ("",),
    ("mlp", "widths"): ("d,h,1", "2,2,1", "d,h,h2,1", "1,1,1,1,1"),
    ("softmax", "classes"): ("K", "1", "3"),
}
MORE: list[tuple[str, Options]] = [
    ("linear-network", {"widths": "3,2,1"}),
    ("linear-network", {"widths": "d,h,h,m", "layers": "3"}),
    ("linear-network", {"layers": "12"}),
    ("mlp", {"widths": "d,h,m", "biases": "yes"}),
    ("mlp", {"widths": "2,3,1,2", "activation": "softplus"}),
    ("mlp", {"widths": "d,h,h,h,h,h,h,h,1", "activation": "sigmoid", "biases": "yes", "loss": "logistic"}),
]
SIZES = {
    "all 1": {},
    "n < d": {"n": 2, "d": 4, "h": 3, "h1": 2, "h2": 3, "h3": 2, "h4": 2, "m": 2, "k": 2, "K": 3},
    "n > d": {"n": 6, "d": 2, "h": 2, "h1": 3, "h2": 2, "h3": 2, "h4": 3, "m": 3, "k": 3, "K": 4},
}


def label(name: str, options: Options) -> str:
    return " ".join([name, *(f"{key}={value}" for key, value in options.items())])


def combined() -> list[Any]:
    """Every combination of options of every model, and the further rows above."""
    rows = list[tuple[str, Options]]()
    for name, model in models().items():
        choices = [option.choices or FREE.get((name, option.name), (option.default,)) for option in model.options]
        names = [option.name for option in model.options]
        rows += [(name, dict(zip(names, values, strict=True))) for values in product(*choices)]
    return [pytest.param(name, options, id=label(name, options)) for name, options in rows + MORE]


EVERY = pytest.mark.parametrize(("name", "options"), combined())


DRAW: dict[str, Callable[[Any, tuple[int, ...]], Any]] = {
    "real": lambda rng, shape: rng.normal(size=shape),
    "positive": lambda rng, shape: rng.uniform(0.3, 2, size=shape),
    "nonnegative": lambda rng, shape: np.maximum(0, rng.normal(size=shape)),
    "sign": lambda rng, shape: rng.choice([-1.0, 1.0], size=shape),
    "binary": lambda rng, shape: rng.choice([0.0, 1.0], size=shape),
    "unit": lambda rng, shape: rng.uniform(0.1, 0.9, size=shape),
    "count": lambda rng, shape: rng.integers(0, 5, size=shape) * 1.0,
}


def concrete(symbol: Symbol, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(size if isinstance(size, int) else sizes.get(size, 1) for size in symbol.shape)


def draw(symbols: tuple[Symbol, ...], sizes: Mapping[str, int], rng: Any) -> dict[str, Any]:
    return {s.name: DRAW[s.within](rng, concrete(s, sizes)) for s in symbols}


def directions(problem: Problem) -> tuple[Symbol, ...]:
    return tuple(Symbol(f"v_{symbol.name}", symbol.shape) for symbol in problem.parameters)


def gradient(text: str, known: Mapping[str, Any], name: str) -> Any:
    return grad(lambda value: numeric(text, {**known, name: value}))(known[name])


def second_along(text: str, data: Mapping[str, Any], point: Mapping[str, Any], along: Mapping[str, Any]) -> float:
    """d^2/dt^2 of the loss at point + t along, by automatic differentiation."""

    def value(t: Any) -> Any:
        return numeric(text, {**data, **{name: start + t * along[f"v_{name}"] for name, start in point.items()}})

    return float(elementwise_grad(elementwise_grad(value))(0.0))


# --- what is printed ---------------------------------------------------------------------------------------------------


@EVERY
def test_the_printed_texts_have_the_right_shapes(name: str, options: Options) -> None:
    problem, published = models()[name].problem(options), models()[name].published(options)
    symbols = (*problem.parameters, *problem.data)
    assert problem.loss.shape == ()
    assert list(published.gradient) == [symbol.name for symbol in problem.parameters]
    for parameter in problem.parameters:
        assert parse_expression(published.gradient[parameter.name], symbols=symbols).shape == parameter.shape
    assert parse_expression(published.curvature, symbols=(*symbols, *directions(problem))).shape == ()


@EVERY
@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # a piecewise linear loss has no curvature
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_the_printed_derivatives_agree_with_automatic_differentiation(
    name: str, options: Options, sizes: Mapping[str, int]
) -> None:
    problem, published = models()[name].problem(options), models()[name].published(options)
    for seed in range(2):
        rng = np.random.default_rng(seed)
        point, data = draw(problem.parameters, sizes, rng), draw(problem.data, sizes, rng)
        along = draw(directions(problem), sizes, rng)
        known = {**data, **point, **along}
        for parameter, text in published.gradient.items():
            derived = gradient(problem.text, {**data, **point}, parameter)
            assert_allclose(numeric(text, known), derived, rtol=1e-7, atol=1e-9, err_msg=parameter)
        derived = second_along(problem.text, data, point, along)
        assert_allclose(numeric(published.curvature, known), derived, rtol=1e-7, atol=1e-9)


HESSIANS = [row for row in combined() if models()[row.values[0]].published(row.values[1]).hessian]


@pytest.mark.parametrize(("name", "options"), HESSIANS)
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_the_printed_hessian_agrees_with_automatic_differentiation(
    name: str, options: Options, sizes: Mapping[str, int]
) -> None:
    problem, published = models()[name].problem(options), models()[name].published(options)
    (vector,) = problem.parameters
    rng = np.random.default_rng(11)
    point, data = draw(problem.parameters, sizes, rng), draw(problem.data, sizes, rng)
    derived = hessian(lambda p: numeric(problem.text, {**data, vector.name: p}))(point[vector.name])
    size = concrete(vector, sizes)[0]
    printed = numeric(published.hessian, {**data, **point, "d": size})
    assert printed.shape == (size, size)
    assert_allclose(printed, derived, rtol=1e-7, atol=1e-9)


def test_a_wrong_factor_would_be_noticed() -> None:
    problem, published = models()["ridge"].problem({}), models()["ridge"].published({})
    rng = np.random.default_rng(5)
    known = draw((*problem.parameters, *problem.data, *directions(problem)), SIZES["n > d"], rng)
    along = {"v_w": known["v_w"]}
    derived = second_along(problem.text, known, {"w": known["w"]}, along)
    assert abs(numeric(published.curvature.replace("lam", "2*lam"), known) - derived) > 1e-3


# --- what is expected --------------------------------------------------------------------------------------------------


def breaks_a_chord(problem: Problem, data: Mapping[str, Any], rng: Any) -> bool:
    """Does a midpoint exceed its chord, among random pairs, opposite pairs and nearby pairs at several scales?"""
    for trial in range(400):
        a, b = (draw(problem.parameters, SMALL, rng) for _ in range(2))
        if trial % 3 == 1:
            b = {name: -value for name, value in a.items()}
        elif trial % 3 == 2:
            b = {name: a[name] + b[name] / 2 for name in a}
        scale = (0.3, 1.0, 3.0, 8.0)[trial % 4]
        ends = [{name: scale * value for name, value in end.items()} for end in (a, b)]
        middle = {name: (ends[0][name] + ends[1][name]) / 2 for name in a}
        left, right, mid = (numeric(problem.text, {**data, **at}) for at in (*ends, middle))
        if (mid - (left + right) / 2) > 1e-9 * (1 + abs(left) + abs(right)):
            return True
    return False


SMALL = {"n": 3, "d": 2, "h": 2, "h1": 2, "h2": 2, "h3": 2, "h4": 2, "m": 2, "k": 2, "K": 3}


@EVERY
def test_the_verdict_agrees_with_sampled_chords(name: str, options: Options) -> None:
    model, problem = models()[name], models()[name].problem(options)
    rng = np.random.default_rng(1)
    data = draw(problem.data, SMALL, rng)
    if name == "relu-neuron":
        data["y"] = np.abs(data["y"])
    assert model.verdict(options) == ("neither" if breaks_a_chord(problem, data, rng) else "convex")
    assert (model.verdict(options) == "convex") == (model.condition(options) is None)


NO_INPUTS = [row for row in combined() if "X" in [s.name for s in models()[row.values[0]].problem(row.values[1]).data]]


@pytest.mark.parametrize(("name", "options"), NO_INPUTS)
def test_the_condition_agrees_with_sampled_chords_without_inputs(name: str, options: Options) -> None:
    """At X = 0 the loss is convex exactly where the condition does not exclude it."""
    model, problem = models()[name], models()[name].problem(options)
    rng = np.random.default_rng(2)
    data = draw(problem.data, SMALL, rng)
    data["X"] = np.zeros_like(data["X"])
    assert breaks_a_chord(problem, data, rng) == (model.condition(options) == "False")


def bends_up(problem: Problem, X: Any, y: Any, rng: Any) -> bool:
    """Does the loss of a ramp unit bend upwards across every hyperplane x_k.w = 0?"""
    for x in X[np.any(X != 0, axis=1)]:
        start = rng.normal(size=len(x))
        start -= (start @ x) / (x @ x) * x
        left, mid, right = (numeric(problem.text, {"X": X, "y": y, "w": start + t * x}) for t in (-1e-6, 0, 1e-6))
        if left + right - 2 * mid < -1e-9:
            return False
    return True


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_condition_of_a_ramp_unit_is_exact(d: int) -> None:
    model, rng, answers = models()["relu-neuron"], np.random.default_rng(7), []
    problem = model.problem({})
    for _ in range(150):
        X, y = rng.integers(-1, 3, size=(4, d)) * 1.0, rng.integers(-3, 3, size=4) * 1.0
        condition = eval(model.condition({}) or "", {"X": X, "y": y, "n": 4})  # noqa: S307
        if d == 1:
            assert condition == (np.sum(np.abs(X[:, 0]) * y) <= 0)
        assert condition == bends_up(problem, X, y, rng)
        answers.append(bool(condition))
    assert min(answers.count(True), answers.count(False)) >= 20


# --- what is refused ---------------------------------------------------------------------------------------------------

REFUSED = [
    # id                     model             options                                    a word of the message
    ("unknown option",       "ridge",          {"widths": "2,2"},                         "ridge takes no --widths"),
    ("misspelt option",      "mlp",            {"activations": "tanh"},                   "activations"),
    ("unknown activation",   "mlp",            {"activation": "swish"},                   "swish"),
    ("unknown loss",         "mlp",            {"loss": "hinge"},                         "hinge"),
    ("unknown biases",       "mlp",            {"biases": "true"},                        "one of no, yes"),
    ("unknown labels",       "logistic",       {"labels": "01"},                          "one of sign, binary"),
    ("unknown centres",      "rbf-network",    {"centres": "learned"},                    "learned"),
    ("unknown tied",         "autoencoder",    {"tied": "maybe"},                         "maybe"),
    ("width 0",              "mlp",            {"widths": "2,0,1"},                       "got       0"),
    ("negative width",       "mlp",            {"widths": "2,-3,1"},                      "-3"),
    ("width no integer",     "mlp",            {"widths": "2,1.5,1"},                     "1.5"),
    ("width a word",         "mlp",            {"widths": "two,2,1"},                     "two"),
    ("width the samples",    "mlp",            {"widths": "n,2,1"},                       "got       n"),
    ("empty widths",         "mlp",            {"widths": ""},                            "nothing"),
    ("trailing comma",       "mlp",            {"widths": "2,2,1,"},                      "nothing"),
    ("no hidden layer",      "mlp",            {"widths": "2,1"},                         "2 sizes"),
    ("too many layers",      "mlp",            {"widths": ",".join("2" * 30)},            "30 sizes"),
    ("huge width",           "mlp",            {"widths": "2," + "9" * 5000 + ",1"},      "999"),
    ("digits of elsewhere",  "mlp",            {"widths": "2,\u0663,1"},                  "\u0663"),
    ("logistic, 2 outputs",  "mlp",            {"widths": "2,2,2", "loss": "logistic"},   "one output"),
    ("logistic, m outputs",  "mlp",            {"widths": "d,h,m", "loss": "logistic"},   "one output"),
    ("one layer",            "linear-network", {"layers": "1"},                           "2 to 12"),
    ("no layers",            "linear-network", {"layers": "0"},                           "2 to 12"),
    ("negative layers",      "linear-network", {"layers": "-2"},                          "-2"),
    ("layers a word",        "linear-network", {"layers": "deep"},                        "deep"),
    ("too deep",             "linear-network", {"layers": "13"},                          "13"),
    ("layers and widths",    "linear-network", {"layers": "3", "widths": "3,2,1"},        "disagree"),
    ("two widths",           "linear-network", {"widths": "3,1"},                         "2 sizes"),
    ("no classes",           "softmax",        {"classes": "0"},                          "got       0"),
    ("two classes given",    "softmax",        {"classes": "2,3"},                        "2 sizes"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "options", "word"), REFUSED, ids=[row[0] for row in REFUSED])
def test_bad_options_are_refused(case: str, name: str, options: Options, word: str) -> None:
    model = models()[name]
    for ask in (model.problem, model.published, model.verdict, model.condition):
        with pytest.raises(ModelError) as caught:
            ask(options)
        error = caught.value
        assert name in error.where
        assert all((error.what, error.expected, error.got, error.hint))
        assert word in str(error)
        assert len(str(error)) < 600, case


# --- the catalogue -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", models())
def test_a_model_introduces_itself(name: str) -> None:
    model = models()[name]
    assert model.problem({}).name == name
    assert 10 <= len(model.summary) <= 100
    assert "\n" not in model.summary
    assert any(letter.isdigit() for letter in model.source)
    for option in model.options:
        assert option.help
        assert not option.choices or option.default in option.choices


@EVERY
def test_the_number_of_samples_stays_open(name: str, options: Options) -> None:
    problem = models()[name].problem(options)
    assert {symbol.shape[0] for symbol in problem.data if symbol.name in ("X", "y", "Y", "M")} == {"n"}


def test_no_two_models_share_a_loss() -> None:
    texts = {name: model.problem({}).text for name, model in models().items()}
    assert [pair for pair in combinations(texts, 2) if texts[pair[0]] == texts[pair[1]]] == []
