"""A printed function gives the right numbers whatever data, parameters and sizes are called.

A loss is derived twice, under tame names and under hostile ones; what the hostile listings compute is held against
what the library computes under the tame names.
"""

import keyword
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from support.losses import LOSSES, point, problem_of

from symconvex.calculus.closed.derivation import Derivation, derive
from symconvex.calculus.program.arrays import evaluate, surroundings
from symconvex.calculus.program.entries import entries
from symconvex.errors import SymconvexError
from symconvex.formats import find
from symconvex.functions import functions
from symconvex.language import state
from symconvex.language.vocabulary import reserved
from symconvex.problem import Problem, Shape

PYTHON = find("python")
LENGTHS = dict.fromkeys("dkmrKp", 2) | {"n": 3, "h": 3}
Values = Mapping[str, np.ndarray]

WEIGHTED = ("sum(a*tanh(X @ w)**2)", "X: n d, w: d, a: n", "w")
SOFTMAX = ("sum(s*logsumexp(X @ W, axis=1))", "X: n d, W: d k, s: n", "W")
NORM = ("norm(X @ w - y)", "X: n d, w: d, y: n", "w")
LINEAR = ("a*sum(w)", "w: d, a:", "w")
PRODUCT = ("sum(w)*(a @ w)", "w: d, a: d", "w")
UNIT = ("(v*tanh(w*x) - y)**2/2", "w:, v:, x:, y:", "w v")
THREE = ("a*exp(x*y)*sin(z)*c**2", "x:, y:, z:, a:, c:", "x y z")
NETWORK = ("sum((tanh(X @ W1.T) @ W2.T - Y)**2)/n", "X: n d, W1: h d, W2: m h, Y: n m", "W1 W2")
DEEP = ("sum((X @ U @ V @ W - Y)**2)", "X: n d, U: d h, V: h k, W: k m, Y: n m", "U V W")
HINGE = ("sum(max(0, 1 - y*(X @ w))**2)", "X: n d, w: d, y: n sign", "w")

CASES = [
    # id                               loss      what is called what
    ("nothing",                        WEIGHTED, ""),
    ("a root under usual names",       NORM,     ""),
    ("diag of data called diag",       WEIGHTED, "a=diag"),
    ("diag of a matrix called diag",   WEIGHTED, "X=diag"),
    ("diag of a parameter",            WEIGHTED, "w=diag"),
    ("diag of a size",                 NETWORK,  "n=diag"),
    ("its usual other name is taken",  WEIGHTED, "a=diag X=diag_"),
    ("and the next one",               WEIGHTED, "a=diag X=diag_ w=diag__"),
    ("a direction is the other name",  WEIGHTED, "a=diag w=diag_ X=v"),
    ("softmax of data called softmax", SOFTMAX,  "s=softmax"),
    ("what softmax is made of",        SOFTMAX,  "s=amax X=squeeze W=keepdims"),
    ("eye, outer",                     NORM,     "y=eye X=outer"),
    ("a size called eye",              NORM,     "n=eye d=outer"),
    ("ones",                           LINEAR,   "a=ones"),
    ("zeros",                          LINEAR,   "a=zeros"),
    ("as many as a size called ones",  LINEAR,   "d=ones"),
    ("as many as a size called zeros", LINEAR,   "d=zeros a=ones"),
    ("a product of sums",              PRODUCT,  "a=ones w=outer d=zeros"),
    ("range",                          WEIGHTED, "a=range"),
    ("range of two",                   UNIT,     "x=range y=range_"),
    ("indices",                        UNIT,     "x=i y=j w=k"),
    ("results",                        UNIT,     "x=loss y=gradient w=upper v=hessian"),
    ("results and their other names",  UNIT,     "x=loss y=loss_ w=upper v=upper_"),
    ("the function itself",            UNIT,     "x=derivatives y=functions w=curvature"),
    ("a direction",                    WEIGHTED, "a=v"),
    ("a direction, with its letter",   WEIGHTED, "a=v X=v_w"),
    ("two directions in one",          UNIT,     "w=w v=w_ x=v_w"),
    ("three directions in one",        THREE,    "x=w y=w_ z=w__ a=v_w c=v_w_"),
    ("intermediates",                  NETWORK,  "X=z W1=h W2=dz Y=delta n=z1 d=h1 m=e1 h=mu"),
    ("intermediates with numbers",     NETWORK,  "X=z W1=z1 W2=h Y=delta1 n=dz2 d=h1 h=e1"),
    ("parts of a page",                DEEP,     "X=t1"),
    ("parts of a page, again",         DEEP,     "X=t1 Y=u1"),
    ("parts of a page, still",         DEEP,     "X=t1 Y=u1 U=aux1"),
    ("parts of a page, and on",        DEEP,     "X=t1 Y=u1 U=aux1 V=t_1 W=aux_1"),
    ("shapes and transposes",          NETWORK,  "X=T W1=shape W2=dtype Y=ndim"),
    ("soft words of Python",           HINGE,    "X=match w=case y=type"),
    ("words of the library",           HINGE,    "X=dict w=list y=print n=int d=object"),
]  # fmt: skip


@cache
def under_tame_names(loss: tuple[str, str, str]) -> tuple[Derivation, Values, Mapping[str, np.ndarray], dict[str, Any]]:
    """The derivation, a point, a way from it, and what the library computes there."""
    problem = problem_of(*loss)
    derivation, values, ways = derive(problem), point(problem, 1, LENGTHS), point(problem, 2, LENGTHS)
    there = surroundings(derivation, {**values, **{way: ways[p] for p, way in derivation.directions.items()}})
    gradient = [np.broadcast_to(evaluate(expr, there), np.shape(values[p])) for p, expr in derivation.gradient]
    results = {"loss": evaluate(derivation.loss, there), "curvature": evaluate(derivation.curvature, there)}
    return derivation, values, ways, results | {"gradient": gradient}


def renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The same problem in other names."""

    def size(word: str | int) -> str | int:
        return names.get(word, word) if isinstance(word, str) else word

    def shape(old: Shape) -> Shape:
        return tuple(map(size, old))

    symbols = (*problem.parameters, *problem.data)
    return state(
        re.sub(r"[A-Za-z_]\w*", lambda found: names.get(found[0], found[0]), problem.text),
        wrt=[names.get(symbol.name, symbol.name) for symbol in problem.parameters],
        shapes={names.get(symbol.name, symbol.name): shape(symbol.shape) for symbol in symbols},
        sets={names.get(symbol.name, symbol.name): symbol.within for symbol in symbols},
    )


CALLED = ("value", "gradient", "hessian", "hessian_vector")


def run(listing: str) -> list[Callable[..., Any]]:
    """The four functions of a listing, which has nothing but itself; a name that means something else is avoided."""
    made: dict[str, Any] = {}
    exec(listing, made)  # noqa: S102 - what we printed
    found = [made[name] for name in re.findall(r"^def ([a-z]\w*)\(", listing, re.MULTILINE)]
    assert [function.__name__.rstrip("_") for function in found] == [*CALLED]
    return found


def flat(result: Any) -> np.ndarray:
    """All numbers of a result in one row."""
    return np.concatenate([np.ravel(part) for part in (result if isinstance(result, tuple) else (result,))])


def check(loss: tuple[str, str, str], names: Mapping[str, str]) -> None:
    """Both listings under these names, against the numbers under tame ones."""
    tame, values, ways, expected = under_tame_names(loss)
    problem = renamed(tame.problem, names)
    arguments = [values[s.name] for s in (*tame.problem.parameters, *tame.problem.data)]
    assert [s.name for s in problem.data] == [names.get(s.name, s.name) for s in tame.problem.data]
    directions = [ways[symbol.name] for symbol in tame.problem.parameters]
    sizes = {names.get(size, size): length for size, length in LENGTHS.items() if size in tame.problem.words}
    closed, listed = PYTHON.closed(derive(problem)), "".join(PYTHON.entries(entries(problem, sizes)))
    slope, way = (
        np.concatenate([np.ravel(array) for array in arrays]) for arrays in (expected["gradient"], directions)
    )
    for value, gradient, hessian, product in (run(closed), run(listed)):
        bend = hessian(*arguments)
        for found, wanted in (
            (value(*arguments), expected["loss"]),
            (flat(gradient(*arguments)), slope),
            (way @ bend @ way, expected["curvature"]),
            (flat(product(*arguments, *directions)), bend @ way),
        ):
            np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-9, err_msg=f"{closed}\n{listed}")


@pytest.mark.parametrize(("case", "loss", "called"), CASES, ids=[row[0] for row in CASES])
def test_a_listing_runs_under_these_names(case: str, loss: tuple[str, str, str], called: str) -> None:
    check(loss, dict(pair.split("=") for pair in called.split()))


ROWS = [row for row in LOSSES if row[0] not in {"radial basis", "tanh, depth 3"}]  # which are long
SEEDS = 6
# Words that listings use themselves, and how they make new ones; each may be the name of anything.
FUNCTIONS = ("diag", "eye", "ones", "outer", "zeros", "softmax", "range", "amax", "squeeze", "keepdims", "functions")
RESULTS = (*CALLED, "derivatives", "loss", "curvature", "upper", "i", "j")
LETTERS = ("z", "h", "e", "p", "m", "u", "P", "mu", "r", "s", "delta", "dz", "dh", "dP", "dz_w", "dz1_w")
PARTS = ("t", "u", "aux", "v", "w", "v_w", "v_w_", "t_", "aux_", "v_v")
PLAIN = (*FUNCTIONS, *RESULTS, *LETTERS, *PARTS)
WORDS = (*PLAIN, *(f"{word}_" for word in PLAIN), *(f"{word}{k}" for word in (*LETTERS, *PARTS) for k in (1, 2)))
HOSTILE = tuple(word for word in dict.fromkeys(WORDS) if not reserved(word))


def draw_names(problem: Problem, seed: int) -> dict[str, str]:
    """Hostile names for all symbols and sizes, half of them of a few kinds so that they meet."""
    draw = random.Random(f"{problem.text} {seed}")  # noqa: S311  (a test, no secret)
    symbols = (*problem.parameters, *problem.data)
    own = dict.fromkeys(str(word) for s in symbols for word in (s.name, *s.shape) if isinstance(word, str))
    kinds = (*draw.sample(FUNCTIONS, 2), *draw.sample(PLAIN, 2))
    near = [word for word in HOSTILE if word.startswith(kinds)]
    pool = [*draw.sample(near, len(near)), *HOSTILE] if seed % 2 else draw.sample(HOSTILE, len(HOSTILE))
    return dict(zip(draw.sample([*own], len(own)), dict.fromkeys(pool), strict=False))


@pytest.mark.parametrize(("case", "loss", "shapes", "wrt"), ROWS, ids=[row[0] for row in ROWS])
def test_a_listing_runs_under_random_names(case: str, loss: str, shapes: str, wrt: str) -> None:
    problem = under_tame_names((loss, shapes, wrt))[0].problem
    for seed in range(SEEDS):
        check((loss, shapes, wrt), draw_names(problem, seed))


def test_names_that_are_drawn_are_hostile() -> None:
    drawn = [draw_names(problem_of(*row[1:]), seed) for row in ROWS for seed in range(SEEDS)]
    assert all(len({*names.values()}) == len(names) for names in drawn)
    often = Counter(word for names in drawn for word in names.values())
    assert min(often[word] for word in (*FUNCTIONS, *RESULTS)) >= 3, often


def test_what_is_not_drawn_is_refused_by_the_language() -> None:
    said = {"sum", "pi", "e", "max", "maximum", "logsumexp", "np", *functions()}
    assert {word for word in said if not reserved(word)} == set()
    for word in (*said, *keyword.kwlist):
        with pytest.raises(SymconvexError):
            state(f"sum({word}*w)", wrt="w", shapes={"w": ("d",), word: ("d",)})
        with pytest.raises(SymconvexError):
            state("sum(w)", wrt="w", shapes={"w": (word,)})
        with pytest.raises(SymconvexError):
            state(f"sum({word})", wrt=word, shapes={word: ("d",)})


def test_usual_names_meet_no_other_name() -> None:
    listing = PYTHON.closed(derive(problem_of(*WEIGHTED)))
    assert "_(" not in listing
    assert "\n\nimport numpy as np\n" in listing
