"""Random functions of one number whose truth is known by construction, thresholds missed by as little as 1e-8 among them.

pytest tests/truth/test_one_variable.py -s               a small table
pytest tests/truth/test_one_variable.py -s -m sweep      300 functions
"""

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from support.deciding import unhurried

from symconvex.kernel.check import Accepted, check
from symconvex.language.state import state

MARGINS = [Fraction(1, 10**k) for k in (1, 2, 4, 6, 8)]


@dataclass(frozen=True, slots=True)
class Known:
    """A function with its domain, and what is true of it: convex, concave or neither; strictly where that is said."""

    text: str
    where: tuple[str, ...]
    truth: str
    strict: bool = True


Family = Callable[[random.Random], Known]


def number(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(1, 9), draw.choice((1, 2, 3, 5)))


def affine(draw: random.Random) -> str:
    return f"({draw.choice((-1, 1)) * number(draw)}*x + {number(draw) - 2})"


def near(draw: random.Random, threshold: Fraction) -> tuple[Fraction, int]:
    """A number close to the threshold, and on which side of it: 1, -1, or 0 for the threshold itself."""
    side = draw.choice((1, -1, 1, -1, 0))
    return threshold * (1 + side * draw.choice(MARGINS)), side


def truth(side: int) -> str:
    return "convex" if side >= 0 else "neither"


def exponential(draw: random.Random) -> Known:
    """a exp(k x - 1) - c x^3/6: f'' = a k^2 exp(k x - 1) - c x, convex iff 0 <= c <= a k^3."""
    a, k = number(draw), number(draw)
    c, side = near(draw, a * k**3)
    return Known(f"{a}*exp({k}*x - 1) - {c / 6}*x**3", (), truth(-side))


def logarithmic(draw: random.Random) -> Known:
    """x log x - c x^2/2 on 0 < x < b: f'' = 1/x - c, convex iff c b <= 1."""
    b = number(draw)
    c, side = near(draw, 1 / b)
    return Known(f"x*log(x) - {c / 2}*x**2", ("x > 0", f"x < {b}"), truth(-side))


def quartic(draw: random.Random) -> Known:
    """k (x - r)^4/12 + d x^2/2: convex iff d >= 0."""
    k, r, side = number(draw), number(draw) - 2, draw.choice((1, -1, 0))
    return Known(f"{k / 12}*(x - {r})**4 + {side * draw.choice(MARGINS)}*x**2", (), truth(side))


def cauchy(draw: random.Random) -> Known:
    """log(1 + u^2) + c u^2/2 with u affine in x: convex iff c >= 1/4."""
    u, (c, side) = affine(draw), near(draw, Fraction(1, 4))
    return Known(f"log(1 + {u}**2) + {c / 2}*{u}**2", (), truth(side))


def logistic(draw: random.Random) -> Known:
    """log(1 + exp(u)) - c u^2/2: concave iff c >= 1/4, convex iff c <= 0."""
    u, (c, side) = affine(draw), near(draw, Fraction(1, 4))
    return Known(f"log(1 + exp({u})) - {c / 2}*{u}**2", (), "concave" if side >= 0 else "neither")


def cosine(draw: random.Random) -> Known:
    """u^2/2 + c cos u: convex iff |c| <= 1."""
    u, (c, side) = affine(draw), near(draw, Fraction(1))
    return Known(f"{u}**2/2 + {draw.choice((1, -1)) * c}*cos({u})", (), truth(-side))


def entropy(draw: random.Random) -> Known:
    """x log x + (1 - x) log(1 - x) - c x^2/2 on (0, 1): convex iff c <= 4."""
    c, side = near(draw, Fraction(4))
    return Known(f"x*log(x) + (1 - x)*log(1 - x) - {c / 2}*x**2", ("x > 0", "x < 1"), truth(-side))


def bell(draw: random.Random) -> Known:
    """exp(-x^2/2) on x > t: convex iff t >= 1."""
    t, side = near(draw, Fraction(1))
    return Known("exp(-x**2/2)", (f"x > {t}",), truth(side))


def power(draw: random.Random) -> Known:
    """x^p on x > 0: convex iff p <= 0 or p >= 1."""
    p = Fraction(draw.randint(-8, 12), draw.choice((2, 3, 4)))
    found = "affine" if p in (0, 1) else "concave" if 0 < p < 1 else "convex"
    return Known(f"x**({p})", ("x > 0",), found, p not in (0, 1))


def hyperbola(draw: random.Random) -> Known:
    """sqrt(1 + u^2) - c u^2/2: concave iff c >= 1, convex iff c <= 0."""
    u, (c, side) = affine(draw), near(draw, Fraction(1))
    return Known(f"sqrt(1 + {u}**2) - {c / 2}*{u}**2", (), "concave" if side >= 0 else "neither")


def total(draw: random.Random) -> Known:
    """A sum of strictly convex functions of affine arguments."""
    atoms = ("exp({})", "{}**4", "log(1 + exp({}))", "sqrt(1 + {}**2)", "log(exp({0}) + exp(-{0}))", "{}**2")
    parts = [f"{number(draw)}*{draw.choice(atoms).format(affine(draw))}" for _ in range(draw.randint(1, 3))]
    return Known(" + ".join(parts), (), "convex")


FAMILIES: Sequence[Family] = (
    exponential, logarithmic, quartic, cauchy, logistic, cosine, entropy, bell, power, hyperbola, total,
)  # fmt: skip


def tried(count: int, seed: int) -> tuple[int, list[str], list[str]]:
    """How many were decided, what was decided wrongly, and what was left open."""
    draw, decided = random.Random(seed), 0  # noqa: S311  (seeded, no secret)
    wrong, left = list[str](), list[str]()
    for k in range(count):
        known = FAMILIES[k % len(FAMILIES)](draw)
        verdict = unhurried(state(known.text, wrt="x", shapes={}, where=known.where))
        said = f"{known.text} on {known.where}: {known.truth}, said {verdict.answer}, strict {verdict.strict}"
        if verdict.answer == "undecided":
            left.append(said)
            continue
        assert isinstance(check(verdict.certificate), Accepted)
        decided += 1
        strict = verdict.strict if known.truth in ("convex", "concave") else known.strict
        if verdict.answer != known.truth or strict is (not known.strict):
            wrong.append(said)
        elif strict is None:
            left.append(said)
    return decided, wrong, left


def test_random_functions_of_one_number_are_decided() -> None:
    decided, wrong, left = tried(22, 20261128)
    assert wrong == []
    assert decided == 22, left


@pytest.mark.sweep
def test_300_random_functions_of_one_number() -> None:
    decided, wrong, left = tried(300, 7)
    sys.stdout.write(f"{decided} of 300 decided, {len(wrong)} wrong, open or not shown strict: {len(left)}\n")
    assert wrong == []
    assert decided >= 290, left
