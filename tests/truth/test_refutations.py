"""Random functions that are convex but for a bump, a threshold or a small curvature: refuted, and never called convex.

sum of convex atoms of affine forms  -  a bump   with a bump that outweighs the curvature at one point
t0 (1 +- eps) for thresholds t0 of known families, eps down to 1e-8
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from support.deciding import unhurried

from symconvex.language import state

FEW, MANY = range(0, 40, 2), (*range(1, 40, 2), *range(40, 400))
CLOSE = ("1/10**2", "1/10**4", "1/10**6", "1/10**8")
# Convex for c <= 1 and not for c > 1; the names of the parameters.
THRESHOLDS = [
    ("x**4 - 4*x**3 + 6*({c})*x**2 - 12*(({c}) - 1)*x**2", "x"),
    ("x**2/2 - ({c})*cos(x)*(-1)", "x"),
    ("exp(x) + exp(-x) - ({c})*x**2", "x"),
    ("x**2 + y**2 - 2*({c})*x*y", "x, y"),
    ("x**4/12 + x**2/2 - ({c})*x**2/2 + y**2", "x, y"),
    ("log(exp(x) + exp(-x)) - ({c})*log(exp(x) + exp(-x))", "x"),
    ("sqrt(1 + x**2) + y**2 - ({c})*sqrt(1 + x**2)", "x, y"),
]
ATOMS = ("({u})**2", "exp({u})", "log(1 + exp({u}))", "sqrt(1 + ({u})**2)", "({u})**4", "exp(-({u}))")
# A function that is bounded, with a second derivative that is negative somewhere near u = 0.
BUMPS = ("exp(-({u})**2)", "1/(1 + ({u})**2)", "cos({u})", "tanh({u})**2", "log(1 + ({u})**2)")


def affine(draw: random.Random, names: list[str], near: int = 3) -> str:
    terms = [f"{draw.choice((-2, -1, 1, 2))}*{name}" for name in names if draw.random() < 0.8] or [names[0]]
    return " + ".join([*terms, f"({draw.randint(-near, near)})"])


def functions(seeds: Iterable[int]) -> Iterator[tuple[str, str]]:
    """A sum of atoms that grow at most quadratically near a point, minus many times a bump there."""
    for seed in seeds:
        draw = random.Random(seed)  # noqa: S311  (a test, no secret)
        names = ["x", "y", "z"][: draw.choice((1, 1, 2, 3))]
        atoms = [draw.choice(ATOMS).format(u=affine(draw, names)) for _ in range(draw.randint(1, 3))]
        far = draw.choice((0, 1, 10, 300, 100_000))
        plain = [atom for atom in atoms if far < 10 or "sqrt" in atom] or ["sqrt(1 + x**2)"]
        bump = draw.choice(BUMPS).format(u=f"{names[0]} - {far}")
        sign = "+" if bump.startswith(("exp", "1/", "cos")) else "-"
        size = 10 ** (6 if far < 10 else draw.choice((2, 3)))
        squares = " + ".join(f"{name}**2/4" for name in names)
        yield f"{' + '.join(plain)} + {squares} {sign} {size}*{bump}", ", ".join(names)


def tried(seeds: Iterable[int]) -> Counter[str]:
    count = Counter[str]()
    for text, wrt in functions(seeds):
        answer = unhurried(state(text, wrt=wrt, shapes={})).answer
        assert answer in ("neither", "not convex", "undecided"), f"{text} is called {answer}"
        count["refuted"] += answer != "undecided"
        count["asked"] += 1
    return count


def test_a_convex_function_minus_a_bump_is_refuted() -> None:
    count = tried(FEW)
    assert count["refuted"] >= 0.95 * count["asked"], count


@pytest.mark.sweep
def test_many_convex_functions_minus_a_bump_are_refuted() -> None:
    count = tried(MANY)
    assert count["refuted"] >= 0.95 * count["asked"], count


@pytest.mark.parametrize("close", CLOSE)
@pytest.mark.parametrize(("family", "wrt"), THRESHOLDS, ids=[row[0] for row in THRESHOLDS])
def test_just_beyond_a_threshold_it_is_refuted_and_just_before_it_is_not(family: str, wrt: str, close: str) -> None:
    beyond, before = (unhurried(state(family.format(c=f"1 {sign} {close}"), wrt=wrt, shapes={})) for sign in "+-")
    assert beyond.answer in ("neither", "not convex", "concave"), family
    assert before.answer in ("convex", "undecided"), family
