"""The table of functions: every range fact is true at many numbers, and what is a little stronger is refused."""

from fractions import Fraction

import flint
import mpmath
import pytest
from support.certificates import FOLDER, load

from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, Rejected, check, digest
from symconvex.kernel.enclose import Evaluation, Values, is_nonneg, is_positive
from symconvex.kernel.functions import FUNCTIONS, RANGES, Unsure
from symconvex.kernel.term import Budget, Term

PLACES = tuple(Fraction(k, 8) for k in range(-80, 81)) + tuple(map(Fraction, (-1000, -40, 40, 1000)))


def known(**values: Fraction) -> Values:
    return Values(values, {}, {}, {})


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_range_fact_is_true(name: str) -> None:
    kind, shape = RANGES[name]
    shown = 0
    for z in PLACES:
        at, budget = known(z=z), Budget(10**6)
        if z:  # step at the number 0 is 0, which no ball shows
            assert not is_positive(t.neg(shape), at, budget), z
        if kind == "positive":
            assert not is_nonneg(t.neg(shape), at, budget), z
        shown += is_nonneg(shape, at, budget)
    assert shown > 80


@pytest.mark.parametrize("name", sorted(RANGES))
@pytest.mark.parametrize("change", ["positive", "negated", "shifted", "elsewhere"])
def test_what_is_stronger_than_a_range_fact_is_refused(name: str, change: str) -> None:
    kind, shape = RANGES[name]
    at = t.substitute(shape, {"z": ((), PLACE)})
    if change == "positive" and kind == "positive":
        kind, at = "positive", t.sub(at, t.number(Fraction(1, 10**6)))
    elif change == "positive":
        kind = "positive"
    elif change == "negated":
        at = t.neg(at)
    elif change == "shifted":
        at = t.sub(at, t.ONE)
    else:
        at = t.substitute(shape, {"z": ((), t.parse("(exp (* 2 w))"))})
    result = check(one_line(name, f"({kind} {t.render(at)})"))
    assert isinstance(result, Rejected)
    assert (result.rule, result.step) == ("fact", 3)
    kind, shape = RANGES[name]
    right = f"({kind} {t.render(t.substitute(shape, {'z': ((), PLACE)}))})"
    assert isinstance(check(one_line(name, right)), Accepted)


# Functions that live on z > 0 have their facts there, so every fact is asked for at a place above 0.
PLACE = t.parse("(exp w)")


def one_line(fact: str, gives: str) -> dict[str, object]:
    """A line after the two that show its place, and twice its place, to be positive."""
    certificate, _ = load(FOLDER / "accept" / "conclude-concave.json")
    (part,) = certificate["parts"]  # type: ignore[misc]
    places = [("exp_positive", "w", "(positive (exp w))"), ("exp_positive", "(* 2 w)", "(positive (exp (* 2 w)))")]
    lines = [
        {"id": k, "rule": "fact", "uses": [], "with": {"fact": name, "at": at}, "gives": said}
        for k, (name, at, said) in enumerate([*places, (fact, "(exp w)", gives)], 1)
    ]
    moved = [{**step, "id": step["id"] + 3, "uses": [k + 3 for k in step["uses"]]} for step in part["steps"]]
    changed = {**certificate, "parts": [{**part, "steps": [*lines, *moved]}]}
    return {**changed, "digest": digest(changed)}


OUTER = [
    # name        convex on the line    nondecreasing
    ("exp",       True,                 True),
    ("softplus",  True,                 True),
    ("relu",      True,                 True),
    ("abs",       True,                 False),
    ("sigmoid",   False,                True),
    ("tanh",      False,                True),
    ("normcdf",   False,                True),
    ("normpdf",   False,                False),
    ("sin",       False,                False),
    ("cos",       False,                False),
    ("atan",      False,                True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "convex", "rises"), OUTER, ids=[row[0] for row in OUTER])
def test_the_table_of_outer_functions_is_true(name: str, convex: bool, rises: bool) -> None:
    z, h = t.Sym("z"), t.number(Fraction(1, 8))
    up, here, down = t.fn(name, t.add(z, h)), t.fn(name, z), t.fn(name, t.sub(z, h))
    bend, rise = t.add(up, down, t.mul(t.number(-2), here)), t.sub(up, here)
    holds = {
        what: all(not negative(term, place) for place in PLACES) for what, term in (("bend", bend), ("rise", rise))
    }
    assert (holds["bend"], holds["rise"]) == (convex, rises)
    assert FUNCTIONS[name].outer == {(True, True): "nondecreasing", (True, False): "convex"}.get((convex, rises), "")


def negative(term: Term, place: Fraction) -> bool:
    return is_positive(t.neg(term), known(z=place), Budget(10**6))


def test_the_table_of_outer_functions_is_complete() -> None:
    assert {name for name, *_ in OUTER} == {*FUNCTIONS} - {"log", "step", "max"}
    assert [FUNCTIONS[name].outer for name in ("log", "step", "max")] == ["", "", "nondecreasing"]


# A second source for the values.
SAME = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "atan": mpmath.atan,
    "normcdf": mpmath.ncdf,
    "normpdf": mpmath.npdf,
    "relu": lambda z: max(z, 0),
    "abs": abs,
    "step": lambda z: int(z > 0),
    "max": lambda z: z,
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("place", [Fraction(-3), Fraction(-1, 3), Fraction(1, 2), Fraction(2)], ids=str)
def test_a_ball_holds_the_true_value(name: str, place: Fraction) -> None:
    term = t.fn(name, t.Sym("z"))
    with flint.ctx.workprec(200), mpmath.workdps(50):
        if name == "log" and place < 0:
            with pytest.raises(Unsure):
                Evaluation(known(z=place), Budget(100)).ball(term)
            return
        ball = Evaluation(known(z=place), Budget(100)).ball(term)
        wanted = SAME[name](mpmath.mpf(place.numerator) / place.denominator)
        assert abs(ball - flint.arb(str(wanted))) < flint.arb("1e-40")


@pytest.mark.parametrize(
    ("text", "value"),
    [("(max 1 3 2)", 3), ("(max -1 -2)", -1), ("(^ 0 0)", 1), ("(^ -2 3)", -8), ("(^ 4 -1/2)", Fraction(1, 2))],
)
def test_balls_of_numbers(text: str, value: int | Fraction) -> None:
    with flint.ctx.workprec(200):
        ball = Evaluation(known(), Budget(100)).ball(t.parse(text))
        assert abs(ball - flint.arb(flint.fmpq(Fraction(value).numerator, Fraction(value).denominator))) < flint.arb(
            "1e-28"
        )


def test_a_step_at_zero_is_unsure() -> None:
    with pytest.raises(Unsure):
        Evaluation(known(), Budget(100)).ball(t.parse("(step (+ (sin pi) 0))"))
