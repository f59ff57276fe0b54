"""What is suggested for a loss that cannot be read: it is followed, and then the loss reads."""

import re

import pytest

from symconvex.errors import LossError
from symconvex.language.apart import apart, factors
from symconvex.language.fitting import fitting, refitted
from symconvex.language.state import state

D = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
S = {"A": ("n", "n"), "x": ("n",)}
P = {"U": ("n", "r"), "V": ("r", "m"), "M": ("n", "m")}
SLIPS = [
    # as it is written                    in      declared                                      formula that is suggested
    ("||Xw - y||^2",                      "w",    D,                                            "norm(X @ w - y)**2"),
    ("||Xw - y||^2",                      "w",    {},                                           "norm(X @ w - y)**2"),
    (r"\frac{1}{2}\|Xw-y\|_2^2",         "w",    D,                                            "(1)/(2)*norm(X @ w-y)**2"),
    ("sum((Xw-y)**2)",                    "w",    D,                                            "sum((X @ w-y)**2)"),
    ("norm(Xw - y)**2",                   "w",    D,                                            "norm(X @ w - y)**2"),
    ("sum(log(1 + exp(-yXw)))",           "w",    D,                                            "sum(log(1 + exp(-y*(X @ w))))"),
    ("sum(log(1 + exp(-y*Xw)))",          "w",    D,                                            "sum(log(1 + exp(-y*(X @ w))))"),
    ("sum(exp(Xw))",                      "w",    {},                                           "sum(exp(X @ w))"),
    ("sum(lamw**2)",                      "w",    {"w": ("d",), "lam": ()},                     "sum(lam*w**2)"),
    ("xy + x**2",                         "x,y",  {},                                           "x*y + x**2"),
    ("x^TAx",                             "x",    S,                                            "x.T @ A @ x"),
    ("x^TAx",                             "x",    {},                                           "x.T @ A @ x"),
    (r"x^\top A x",                      "x",    S,                                            "x.T @ A @ x"),
    ("wTx",                               "w",    {"w": ("d",), "x": ("d",)},                   "w @ x"),
    ("norm(UV - M)**2",                   "U,V",  P,                                            "norm(U @ V - M)**2"),
    ("norm(UV^T - M)**2",                 "U,V",  {**P, "V": ("m", "r")},                       "norm(U @ V.T - M)**2"),
    (r"\sum_i (x_i^\top w - y_i)^2",    "w",    {},                                           "sum((x[i].T @ w - y[i])**2 for i in range(n))"),
    (r"\sum_i (x_i^\top w - y_i)^2",    "w",    {"w": ("d",), "y": ("n",)},                   "sum((x[i].T @ w - y[i])**2 for i in range(n))"),
    ("sum_i (w[i])**2",                   "w",    {"w": ("d",)},                                "sum((w[i])**2 for i in range(d))"),
    ("sum((X@w-y)**2)",                   "w",    {"w": ("d",), "y": ("n",)},                   ""),
    ("sum((X@w-y)**2)",                   "w",    {},                                           ""),
    ("sum((X@w-y)**2)",                   "w",    {"X": ("n", "d"), "w": ("d",)},               ""),
    ("sum((X@w-y)**2)",                   "w",    {"X": ("n", "d"), "w": ("n",), "y": ("n",)},  ""),
    ("sum((X@w+b-y)**2)",                 "w,b",  {**D, "b": ("d",)},                           ""),
    ("sum(X*w)",                          "w",    {"X": ("n", "d"), "w": ("n",)},               ""),
    ("sum(lam*w**2)",                     "w",    {"w": ("d",)},                                ""),
    ("C*sum(w**2)",                       "w",    {"w": ("d",)},                                ""),
]  # fmt: skip
LEFT = [
    # what stays as it was: nothing that is tried out helps
    ("sum((X@w-z)**2)",                   "w",    D,                                            "declare only names that occur in the loss"),
    ("w",                                 "w",    {"w": ("d",)},                                "take the sum or the mean over the shape (d,)"),
    ("sum(X@w)",                          "w",    {"X": ("n", "d"), "w": ("n",)},               "write X.T @ w"),
    ("sum((w@X-y)**2)",                   "w",    D,                                            "write w @ X.T"),
    ("sum(Xq)",                           "w",    D,                                            "did you mean Xq?"),
    ("sigma(x)",                          "x",    {},                                           "did you mean sigmoid?"),
    ("\u03c3(x)",                          "x",    {},                                           "did you mean sigmoid?"),
    ("Phi(x)",                            "x",    {},                                           "did you mean normcdf?"),
]  # fmt: skip


def hint_of(text: str, wrt: str, shapes: dict[str, tuple[str, ...]]) -> str:
    with pytest.raises(LossError) as caught:
        state(text, wrt=wrt, shapes=shapes)
    return caught.value.hint


def told(hint: str) -> dict[str, tuple[str, ...]]:
    """What the options of a hint declare."""
    return {name: tuple(filter(None, sizes.split(","))) for name, sizes in re.findall(r"--shape (\w+)=([\w,]*)", hint)}


@pytest.mark.parametrize(("text", "wrt", "shapes", "formula"), SLIPS, ids=[f"{row[0]} {len(row[2])}" for row in SLIPS])
def test_a_hint_is_followed(text: str, wrt: str, shapes: dict[str, tuple[str, ...]], formula: str) -> None:
    hint = hint_of(text, wrt, shapes)
    found = re.fullmatch(r"(?:.*; in all: |write )?(.*?)(?: for \w+)?(?:; declare .*)?", hint) if formula else None
    assert not formula or (found and found[1] == formula), hint
    assert state(formula or text, wrt=wrt, shapes={**shapes, **told(hint)}).loss.shape == ()


@pytest.mark.parametrize(("text", "wrt", "shapes", "hint"), LEFT, ids=[row[0] for row in LEFT])
def test_a_hint_that_is_right_stays(text: str, wrt: str, shapes: dict[str, tuple[str, ...]], hint: str) -> None:
    assert hint_of(text, wrt, shapes) == hint


WORDS = [
    # word     declared         factors
    ("Xw",     ["X", "w"],      ["X", "w"]),
    ("lamw",   ["lam", "w"],    ["lam", "w"]),
    ("wTx",    ["w", "x"],      ["w.T", "x"]),
    ("XTXw",   ["X", "w"],      ["X.T", "X", "w"]),
    ("XTw",    ["X", "T", "w"], ["X.T", "w"]),
    ("Xw",     ["Xw", "X"],     None),
    ("exp",    ["x", "e"],      None),
    ("Xwz",    ["X", "w"],      None),
    ("X",      ["X"],           None),
]  # fmt: skip


@pytest.mark.parametrize(("word", "declared", "parts"), WORDS, ids=[f"{row[0]} of {row[1]}" for row in WORDS])
def test_a_word_is_taken_apart(word: str, declared: list[str], parts: list[str] | None) -> None:
    assert factors(word, declared) == parts


def test_what_is_declared_is_never_taken_apart() -> None:
    assert apart("sum(Xw) + X", ["X", "w", "Xw"], D) == "sum(Xw) + X"
    assert apart("exp(xp)", ["x", "p", "e"], {}) == "exp(x*p)"
    assert apart("np.Xw(Xw)", ["X", "w"], D) == "np.Xw(X @ w)"


def test_shapes_are_tried_in_a_bounded_number() -> None:
    tried = []
    assert fitting(["a", "b", "c", "e"], {}, (), lambda shapes: bool(tried.append(shapes))) == {}
    assert 0 < len(tried) <= 600
    assert fitting(["a", "b", "c", "e", "f"], {}, (), lambda _: True) == {}
    assert refitted(["w"], {"w": ("d",)}, (), lambda _: True) == {}


def test_a_long_word_of_short_names_is_soon_given_up() -> None:
    assert factors("a" * 59 + "b", ["a", "aa", "aaa"]) is None
    assert factors("", ["", "a"]) == factors("aaa", ["", "aa"]) is None
