"""Random terms that are convex by construction, and near misses: what is proved is seen at random chords, none is wrong.

A near miss is the same term with one place turned: a summand taken off, a decreasing function outside, a square of what
changes sign. Then nothing is known of it but what chords show, and a proof must agree with them.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from symconvex.api import _problem
from symconvex.decide import on_domain
from symconvex.drafting.draft import draft_of
from symconvex.drafting.lines import finish
from symconvex.kernel.check import Accepted, check
from symconvex.rules.composition import RULE

NAMES = ("x", "y", "z")
TRIALS = 200
Value = Callable[[tuple[float, ...]], float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A formula, its value at a point, and whether it is nowhere negative by construction."""

    text: str
    at: Value
    above_zero: bool = False


def affine(draw: random.Random) -> Drawn:
    a, b = [draw.randint(-2, 2) for _ in NAMES], draw.randint(-2, 2)
    text = "+".join([*(f"({k})*{name}" for k, name in zip(a, NAMES, strict=True) if k), f"({b})"])
    return Drawn(text, lambda p: sum(k * q for k, q in zip(a, p, strict=True)) + b)


def softplus(value: float) -> float:
    return max(value, 0) + math.log1p(math.exp(-abs(value)))


def convex(draw: random.Random, depth: int) -> Drawn:
    """A term that is convex by the rules of composition."""
    if depth == 0:
        return affine(draw)
    u, v = convex(draw, depth - 1), convex(draw, draw.randrange(depth))
    a, k = affine(draw), draw.randint(1, 3)
    positive = u if u.above_zero else Drawn(f"max(0, {u.text})", lambda p: max(0.0, u.at(p)), True)
    choices = (
        Drawn(f"{k}*({u.text}) + {v.text}", lambda p: k * u.at(p) + v.at(p), u.above_zero and v.above_zero),
        Drawn(f"max({u.text}, {v.text})", lambda p: max(u.at(p), v.at(p)), u.above_zero or v.above_zero),
        Drawn(f"exp(({u.text})/4)", lambda p: math.exp(u.at(p) / 4), True),
        Drawn(f"log({k} + exp({u.text}))", lambda p: softplus(u.at(p) - math.log(k)) + math.log(k), False),
        Drawn(f"log(exp({u.text}) + exp({v.text}))", lambda p: u.at(p) + softplus(v.at(p) - u.at(p)), False),
        Drawn(f"abs({a.text})", lambda p: abs(a.at(p)), True),
        Drawn(f"({a.text})**2", lambda p: a.at(p) ** 2, True),
        Drawn(f"({positive.text})**(3/2)", lambda p: positive.at(p) ** 1.5, True),
        Drawn(f"sqrt({k} + ({positive.text})**2)", lambda p: math.hypot(math.sqrt(k), positive.at(p)), True),
        Drawn(f"1/(1 + exp({a.text}))**2 + ({a.text})**2", lambda p: _bump(a.at(p)), True),
        Drawn(f"({positive.text})**2/({a.text})", lambda p: _over(positive.at(p), a.at(p)), True),
    )
    return draw.choice(choices[:9])


def _bump(value: float) -> float:
    return 1 / (1 + math.exp(min(value, 300))) ** 2 + value**2


def _over(above: float, below: float) -> float:
    return above**2 / below if below > 0 else math.nan


def near_miss(draw: random.Random, term: Drawn) -> Drawn:
    """The term with one place turned."""
    other, k = convex(draw, 2), draw.randint(1, 2)
    return draw.choice(
        (
            Drawn(f"{term.text} - {k}*({other.text})", lambda p: term.at(p) - k * other.at(p)),
            Drawn(f"exp(-({term.text})/4)", lambda p: math.exp(-term.at(p) / 4)),
            Drawn(f"({term.text} - 3)**2", lambda p: (term.at(p) - 3) ** 2),
            Drawn(f"abs({term.text} - 2)", lambda p: abs(term.at(p) - 2)),
            Drawn(f"min({term.text}, {other.text})", lambda p: min(term.at(p), other.at(p))),
            Drawn(f"sqrt(1 + ({term.text} - 1)**2)", lambda p: math.hypot(1, term.at(p) - 1)),
        )
    )


def answer(term: Drawn) -> str:
    """What the rule says and the kernel accepts."""
    names = [name for name in NAMES if name in term.text.replace("exp", "").replace("max", "")]
    if not names:
        return "constant"
    draft = draft_of(on_domain(_problem(term.text, names, {}, {}, (), {}, {}, {})))
    finding = RULE.find(draft)
    if finding is None:
        return ""
    result = check(finish(draft, finding.parts, finding.exact))
    assert isinstance(result, Accepted), (term.text, result)
    return str(result.theorems[0].claims[0].word)


def bends(term: Drawn, draw: random.Random, sign: int) -> bool:
    """Does some chord say clearly that the term is not convex (sign -1: not concave)?"""
    for _ in range(TRIALS):
        size = draw.choice((0.3, 2, 6))
        p, q = ([draw.uniform(-size, size) for _ in NAMES] for _ in range(2))
        middle = tuple((a + b) / 2 for a, b in zip(p, q, strict=True))
        try:
            ends, mid = (term.at(tuple(p)) + term.at(tuple(q))) / 2, term.at(middle)
        except OverflowError:
            continue
        if sign * (mid - ends) > 1e-7 * (1 + abs(mid) + abs(ends)):
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_what_is_convex_by_construction_is_proved(seed: int) -> None:
    draw, found = random.Random(seed), []  # noqa: S311 - no secret
    for k in range(25):
        term = convex(draw, 1 + k % 4)
        said = answer(term)
        assert not bends(term, draw, 1), term.text
        found.append(said in ("convex", "affine", "constant"))
    assert all(found)


@pytest.mark.parametrize("seed", range(4))
def test_of_near_misses_nothing_false_is_proved(seed: int) -> None:
    draw, broken = random.Random(100 + seed), 0  # noqa: S311 - no secret
    for k in range(25):
        term = near_miss(draw, convex(draw, 1 + k % 3))
        said = answer(term)
        up, down = bends(term, draw, 1), bends(term, draw, -1)
        broken += up and down
        assert not (said == "convex" and up), term.text
        assert not (said == "concave" and down), term.text
    assert broken >= 5
