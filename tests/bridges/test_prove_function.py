"""Losses as the documentation of JAX, Optax, PyTorch and their tutorials writes them: traced, of the same value, decided.

value     the traced text at random arrays of several sizes is what the function gives there
answer    what is proved of it
"""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import symconvex as sc
from symconvex.bridges.traced import not_said
from symconvex.bridges.tracing import arguments_of, library_of, problem_of_function
from symconvex.calculus.program.arrays import evaluate
from symconvex.errors import LossError, NotYet

S = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
M = {"X": ("n", "d"), "W": ("K", "d"), "Y": ("n", "K")}
NET = {"X": ("n", "d"), "W": ("h", "d"), "v": ("h",), "y": ("n",)}
FOUR: dict[str, tuple[int, ...]] = {"w": (4,)}
TABLE: dict[str, tuple[int, ...]] = {"W": (3, 4)}
SIZES = ({"n": 3, "d": 2, "K": 4, "h": 2}, {"n": 2, "d": 5, "K": 3, "h": 3})
Row = tuple[str, Callable[..., Any], str, Mapping[str, tuple[str | int, ...]], str]


def of_jax() -> list[Row]:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, nn = jax.numpy, jax.nn
    return [
        # id                       loss                                                                                       in    shapes  answer
        ("mean squared error",     lambda w, X, y: jnp.mean((jnp.dot(X, w) - y) ** 2),                                        "w",  S,      "convex"),
        ("sigmoid cross-entropy",  lambda w, X, y: -jnp.mean(y * nn.log_sigmoid(X @ w) + (1 - y) * nn.log_sigmoid(-(X @ w))), "w",  S,      "convex"),
        ("softplus",               lambda w, X, y: jnp.sum(nn.softplus(-y * (X @ w))),                                        "w",  S,      "convex"),
        ("logaddexp",              lambda w, X, y: jnp.sum(jnp.logaddexp(0.0, -y * (X @ w))),                                 "w",  S,      "convex"),
        ("log1p",                  lambda w, X, y: jnp.mean(jnp.log1p(jnp.exp(-y * jnp.dot(X, w)))),                          "w",  S,      "convex"),
        ("log_softmax",            lambda W, X, Y: -jnp.sum(Y**2 * nn.log_softmax(X @ W.T, axis=-1)),                         "W",  M,      "convex"),
        ("logsumexp",              lambda W, X, Y: jnp.sum(nn.logsumexp(X @ W.T, axis=1)) - jnp.sum(Y * (X @ W.T)),           "W",  M,      "convex"),
        ("ridge",                  lambda w, X, y: jnp.sum(jnp.square(X @ w - y)) + 0.1 * jnp.dot(w, w),                      "w",  S,      "convex"),
        ("lasso",                  lambda w, X, y: 0.5 * jnp.sum((X @ w - y) ** 2) + 0.1 * jnp.linalg.norm(w, 1),             "w",  S,      "convex"),
        ("Huber by where",         lambda w, X, y: jnp.sum(jnp.where(jnp.abs(X @ w - y) <= 1.0, 0.5 * (X @ w - y) ** 2, jnp.abs(X @ w - y) - 0.5)), "w", S, "convex"),
        ("hinge",                  lambda w, X, y: jnp.mean(jnp.maximum(0, 1 - y * (X @ w))),                                 "w",  S,      "convex"),
        ("squared hinge by relu",  lambda w, X, y: jnp.sum(nn.relu(1 - y * (X @ w)) ** 2),                                    "w",  S,      "convex"),
        ("Poisson",                lambda w, X, y: jnp.sum(jnp.exp(X @ w) - y * (X @ w)),                                     "w",  S,      "convex"),
        ("log-cosh",               lambda w, X, y: jnp.sum(jnp.logaddexp(X @ w - y, y - X @ w) - jnp.log(2.0)),               "w",  S,      "convex"),
        ("vmap",                   lambda w, X, y: jnp.sum(jax.vmap(lambda x, t: (x @ w - t) ** 2)(X, y)),                    "w",  S,      "convex"),
        ("einsum",                 lambda w, X, y: jnp.sum((jnp.einsum("ij,j->i", X, w) - y) ** 2),                           "w",  S,      "convex"),
        ("jit",                    jax.jit(lambda w, X, y: jnp.mean(jnp.square(X @ w - y))),                                  "w",  S,      "convex"),
        ("bias of rows",           lambda W, X, Y: jnp.mean((X @ W.T + jnp.mean(W, axis=1) - Y) ** 2),                        "W",  M,      "convex"),
        ("a network",              lambda W, v, X, y: jnp.mean((jnp.tanh(X @ W.T) @ v - y) ** 2),                             "W, v", NET,  "neither"),
        ("differences of four",    lambda w: jnp.sum((w[1:] - w[:-1]) ** 2),                                                  "w",  FOUR,   "convex"),
        ("differences by diff",    lambda w: jnp.sum(jnp.diff(w) ** 2) + w[0] ** 2 + w[-1],                                   "w",  FOUR,   "convex"),
        ("every second entry",     lambda w: jnp.sum(w[::2] ** 2) - 2 * w[jnp.newaxis, 1][0] * w[3],                          "w",  FOUR,   "neither"),
        ("turned round",           lambda w: jnp.sum((w[::-1] + w) ** 2),                                                     "w",  FOUR,   "convex"),
        ("a running sum",          lambda w: jnp.sum(jnp.cumsum(w)[1:] ** 2) + jnp.concatenate([w, w])[5],                    "w",  FOUR,   "convex"),
        ("part of a matrix",       lambda W: jnp.sum(W[1:, 1:3] ** 2) - W[0, 3] ** 2,                                         "W",  TABLE,  "neither"),
        ("an entry of any vector", lambda w, X, y: jnp.sum((X @ w - y) ** 2) + w[0] ** 2 + w[1] * 2,                          "w",  S,      "convex"),
        ("a column of any matrix", lambda W, X, Y: jnp.sum(W[:, 0] ** 2) + W[1, 0] - jnp.sum(W[1]) + 0 * jnp.sum(X) * jnp.sum(Y), "W", M,  "convex"),
    ]  # fmt: skip


def of_torch() -> list[Row]:
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    return [
        # id                       loss                                                                                       in    shapes  answer
        ("mse_loss",               lambda w, X, y: F.mse_loss(X @ w, y),                                                      "w",  S,      "convex"),
        ("l1_loss",                lambda w, X, y: F.l1_loss(X @ w, y, reduction="sum"),                                      "w",  S,      "convex"),
        ("huber_loss",             lambda w, X, y: F.huber_loss(X @ w, y, delta=1.5),                                         "w",  S,      "convex"),
        ("smooth_l1_loss",         lambda w, X, y: F.smooth_l1_loss(torch.matmul(X, w), y),                                   "w",  S,      "convex"),
        ("soft_margin_loss",       lambda w, X, y: F.soft_margin_loss(X @ w, y),                                              "w",  S,      "convex"),
        ("with_logits",            lambda w, X, y: F.binary_cross_entropy_with_logits(X @ w, y),                              "w",  S,      "convex"),
        ("BCEWithLogitsLoss",      lambda w, X, y: torch.nn.BCEWithLogitsLoss(reduction="sum")(X @ w, y),                     "w",  S,      "convex"),
        ("poisson_nll_loss",       lambda w, X, y: F.poisson_nll_loss(X @ w, y),                                              "w",  S,      "convex"),
        ("softplus",               lambda w, X, y: F.softplus(-y * (X @ w)).sum(),                                            "w",  S,      "convex"),
        ("cross_entropy",          lambda W, X, Y: F.cross_entropy(X @ W.T, Y),                                               "W",  M,      "depends"),
        ("log_softmax",            lambda W, X, Y: -(Y**2 * F.log_softmax(X @ W.T, dim=1)).sum(dim=1).mean(),                 "W",  M,      "convex"),
        ("logsumexp",              lambda W, X, Y: torch.logsumexp(X @ W.T, dim=1).sum() - (Y * (X @ W.T)).sum(),             "W",  M,      "convex"),
        ("ridge",                  lambda w, X, y: (X @ w - y).pow(2).sum() + 0.1 * w.dot(w),                                 "w",  S,      "convex"),
        ("lasso",                  lambda w, X, y: 0.5 * torch.sum((X @ w - y) ** 2) + 0.1 * torch.norm(w, p=1),              "w",  S,      "convex"),
        ("hinge by clamp",         lambda w, X, y: torch.clamp(1 - y * (X @ w), min=0).mean(),                                "w",  S,      "convex"),
        ("a size",                 lambda w, X, y: ((X @ w - y) ** 2).sum() / X.shape[0],                                     "w",  S,      "convex"),
        ("a module and functions", lambda w, X, y: torch.nn.MSELoss()(torch.mv(X, w), y) + 0.5 * w.square().sum(),            "w",  S,      "convex"),
        ("a network",              lambda W, v, X, y: ((torch.tanh(X @ W.T) @ v - y) ** 2).mean(),                            "W, v", NET,  "neither"),
        ("differences of four",    lambda w: torch.sum((w[1:] - w[:-1]) ** 2),                                                "w",  FOUR,   "convex"),
        ("part of a matrix",       lambda W: torch.sum(W[1:, 1:3] ** 2) - W[0, 3] ** 2,                                       "W",  TABLE,  "neither"),
    ]  # fmt: skip


ROWS = {"jax": of_jax, "torch": of_torch}
PLACES = [("jax", k) for k in range(27)] + [("torch", k) for k in range(20)]


def row(library: str, place: int) -> Row:
    return ROWS[library]()[place]


def argument(library: str, array: np.ndarray) -> Any:
    if library == "jax":
        return array
    torch = pytest.importorskip("torch")
    return torch.as_tensor(array)


@pytest.mark.parametrize(("library", "place"), PLACES, ids=[f"{library}-{place}" for library, place in PLACES])
def test_a_traced_function_has_the_same_value(library: str, place: int) -> None:
    _, loss, wrt, shapes, _ = row(library, place)
    problem = problem_of_function(loss, wrt=wrt.replace(",", " ").split(), shapes=shapes, sets={}, library=library)
    for seed, sizes in enumerate(SIZES):
        draw = np.random.default_rng(seed)
        values = {name: draw.normal(size=[sizes.get(size, size) for size in shape]) for name, shape in shapes.items()}
        given = [argument(library, values[name]) for name in arguments_of(loss)]
        assert float(evaluate(problem.loss, {**sizes, **values})) == pytest.approx(float(loss(*given)), rel=1e-6)


@pytest.mark.parametrize(("library", "place"), PLACES, ids=[f"{library}-{place}" for library, place in PLACES])
def test_a_traced_function_is_decided(library: str, place: int) -> None:
    case, loss, wrt, shapes, answer = row(library, place)
    verdict = sc.prove_function(loss, wrt=wrt, shapes=shapes, library=library, budget=60)
    assert verdict.answer == answer, (case, verdict.problem.text)
    assert verdict.problem.notes[0].startswith("traced by")


def jax_refusals() -> list[tuple[Callable[..., Any], str]]:
    jax = pytest.importorskip("jax")
    jnp = jax.numpy
    return [
        (lambda w, X: jnp.sum(jnp.cumsum(w)), "the operation cumsum of JAX"),
        (lambda w, X: jnp.sum(w[::2]), "of JAX"),
        (lambda w, X: jnp.sum(w) if X.shape[0] > 3 else jnp.sum(w**2), "a decision that depends on a size"),
        (lambda w, X: jnp.sum(w) if w.sum() > 3 else jnp.sum(w**2), "a decision that depends on a size or a value"),
        (lambda w, X: jnp.sum(jnp.floor(w)), "the operation floor of JAX"),
        (lambda w, X: (jnp.sum(w), jnp.sum(w)), "several results"),
        (lambda w, X: jnp.sum(jnp.sort(w)), "of JAX"),
        (lambda w, X: jnp.sum(w.astype(int)), "the operation convert_element_type of JAX"),
        (lambda w, X: jnp.sum(w[jnp.array([0, 2])]), "indexing by an array"),
        (lambda w, X: jnp.sum(w.at[0].set(1.0)), "setting entries with .at[...]"),
        (lambda w, X: jnp.prod(w), "a product over an axis"),
        (lambda w, X: w[-1] + 0 * jnp.sum(X), "an entry counted from an end"),
    ]


def torch_refusals() -> list[tuple[Callable[..., Any], str]]:
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    return [
        (lambda w, X: torch.cumsum(w, 0).sum(), "cumsum of PyTorch"),
        (lambda w, X: w[::2].sum(), "getitem with these arguments"),
        (lambda w, X: w.sum() if X.sum() > 3 else w.sum() ** 2, "a decision that depends on a size or a value"),
        (lambda w, X: torch.floor(w).sum(), "floor of PyTorch"),
        (lambda w, X: (w.sum(), w.sum()), "several results"),
        (lambda w, X: F.cross_entropy(X, w), "cross_entropy with these arguments"),
        (lambda w, X: torch.linalg.norm(X, 1), "with these arguments"),
        (lambda w, X: X.sum(0, 1), "sum with these arguments"),
        (lambda w, X: w.add_(1).sum(), "add_ of PyTorch"),
        (lambda w, X: torch.add(w, w, alpha=2).sum(), "add with these arguments"),
        (lambda w, X: F.huber_loss(w, w, delta=-1.0), "huber_loss with these arguments"),
        (lambda w, X: torch.div(w, 2, rounding_mode="floor").sum(), "div with these arguments"),
    ]


REFUSALS = {"jax": jax_refusals, "torch": torch_refusals}
REFUSED = [("jax", k) for k in range(12)] + [("torch", k) for k in range(12)]


@pytest.mark.parametrize(("library", "place"), REFUSED, ids=[f"{library}-{place}" for library, place in REFUSED])
def test_what_the_language_lacks_is_named_with_its_line(library: str, place: int) -> None:
    loss, part = REFUSALS[library]()[place]
    with pytest.raises(NotYet) as caught:
        sc.prove_function(loss, wrt="w", shapes={"w": ("d",), "X": ("n", "d")}, library=library)
    assert part in str(caught.value)
    if " of " in part or "with these" in part:
        assert "test_prove_function.py" in caught.value.where


def test_every_row_is_tried() -> None:
    for library, rows in ROWS.items():
        if library not in {name for name, _ in PLACES}:
            pytest.fail("a library without rows")
        assert len(rows()) == sum(1 for name, _ in PLACES if name == library) >= 15
        assert len(REFUSALS[library]()) == sum(1 for name, _ in REFUSED if name == library)


def test_the_library_is_the_one_that_is_said() -> None:
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax")
    world = {"torch": torch, "jnp": jax.numpy}
    made: dict[str, Any] = {}
    exec("def f(w): return torch.sum(w)\ndef g(w): return jnp.sum(w)\ndef h(w): return (w**2).sum()", world, made)  # noqa: S102
    assert (library_of(made["f"]), library_of(made["g"])) == ("torch", "jax")
    with pytest.raises(LossError, match="not clear which library"):
        library_of(made["h"])


BAD = [
    # id                        question                                                                       part of the message
    ("an unknown argument",     lambda: sc.prove_function(lambda w: w, wrt="w", shapes={"z": ("d",)}, library="jax"),   "z is no argument"),
    ("any number of them",      lambda: sc.prove_function(lambda *w: w, wrt="w", shapes={}, library="jax"),             "any number of arguments"),
    ("wrt that is no argument", lambda: sc.prove_function(lambda w: w, wrt="v", shapes={}, library="jax"),              "v is no argument"),
    ("a set of none",           lambda: sc.prove_function(lambda w: w, wrt="w", sets={"y": "sign"}, library="torch"),   "y is no argument"),
    ("nothing to call",         lambda: sc.prove_function(3, wrt="w"),                                                  "this is no function"),
    ("shapes in a list",        lambda: sc.prove_function(lambda w: w, wrt="w", shapes=[1]),                            "shapes are given by name"),
    ("a shape of nothing",      lambda: sc.prove_function(lambda w: w, wrt="w", shapes={"w": None}),                    "the shape of w is not understood"),
    ("no parameter",            lambda: sc.prove_function(lambda w: w, library="torch"),                                "no parameter is named"),
    ("another library",         lambda: sc.prove_function(lambda w: w, wrt="w", shapes={}, library="tensorflow"),       "no such library"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ask", "part"), BAD, ids=[row[0] for row in BAD])
def test_a_wrong_question_says_what_is_wrong(case: str, ask: Callable[[], Any], part: str) -> None:
    with pytest.raises(LossError, match=part):
        ask()


FAILING = [
    # id                 function                                   shapes                                got begins with
    ("sizes differ",     lambda w, X: (X @ w).sum(),                {"X": ("n", "d"), "w": ("n",)},       "TypeError: dot_general requires"),
    ("numbers differ",   lambda w, X: (X @ w).sum(),                {"X": (3, 4), "w": (3,)},             "TypeError: dot_general requires"),
    ("no shapes at all", lambda w, X: (X @ w).sum(),                {},                                   "ValueError: matmul"),
    ("no such name",     lambda w, X: no_such_name(X @ w),          {"X": (3, 4), "w": (4,)},             "NameError: name"),  # noqa: F821
    ("no such method",   lambda w, X: (X @ w).total(),              {"X": (3, 4), "w": (4,)},             "AttributeError:"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "loss", "shapes", "got"), FAILING, ids=[row[0] for row in FAILING])
def test_a_function_that_fails_is_told_with_its_line(case: str, loss: Any, shapes: Any, got: str) -> None:
    pytest.importorskip("jax")
    with pytest.raises(LossError, match="fails while it is traced") as caught:
        sc.prove_function(loss, wrt="w", shapes=shapes, library="jax")
    assert caught.value.got.startswith(got)
    assert "test_prove_function.py, line" in caught.value.where


def test_what_another_library_says_is_cut_between_words() -> None:
    said = not_said("this", "here", "a traced array " * 40).got
    assert re.search(r"(a|traced|array) \.\.\.$", said)
    assert len(said) <= 130


@pytest.mark.parametrize("library", ["jax", "torch"])
def test_an_argument_without_a_shape_is_a_number_and_that_is_noted(library: str) -> None:
    pytest.importorskip(library)
    verdict = sc.prove_function(
        lambda w, X, y: ((X @ w - y) ** 2).sum(), wrt="w", shapes={"X": ("n", "d"), "w": ("d",)}, library=library
    )
    (note,) = [note for note in verdict.problem.notes if "one number" in note]
    assert note.startswith("y is read as one number")
    assert "noted" in repr(verdict)
    again = note.partition("declare shapes=")[2].partition(",)}")[0] + ",)}"
    assert again == '{"y": ("n",)}'


def test_a_value_differs_where_the_text_would() -> None:
    """The comparison of values can fail: a text that forgets a factor is found."""
    problem = sc.state("sum((X @ w - y)**2)/2", wrt="w", shapes=S)
    draw = random.Random(1)  # noqa: S311
    values = {"X": np.array([[draw.random()]]), "w": np.array([draw.random()]), "y": np.array([draw.random()])}
    assert float(evaluate(problem.loss, values)) != pytest.approx(
        float(np.sum((values["X"] @ values["w"] - values["y"]) ** 2))
    )


@pytest.mark.parametrize("library", ["jax", "torch"])
def test_a_library_that_is_not_there_is_named_with_what_brings_it(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symconvex.bridges.tracing.find_spec", lambda name: None)
    with pytest.raises(NotYet, match=rf'pip install "symconvex\[{library}\]"'):
        sc.prove_function(lambda w: w, wrt="w", shapes={"w": ()}, library=library)
