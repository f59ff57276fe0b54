"""What the catalogue of functions claims, held against independent roads; wrong copies must be found out.

A check returns its complaints, and complains too when it could test too little.
"""

import ast
import operator
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from flint import arb, ctx, fmpq

from symconvex.functions import functions
from symconvex.functions._function import Function

Point = tuple[Fraction, ...]
Check = Callable[[Function], list[str]]
Calls = Mapping[str, Callable[..., Any]]

PRECISION = 400
FEWEST = 60
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(text: str, names: Mapping[str, Any], calls: Calls, number: Callable[[Fraction], Any]) -> Any:
    """The value of a formula in the catalogue, over whatever kind of number `number` makes."""

    def walk(node: ast.expr) -> Any:
        match node:
            case ast.Constant(int(value)):
                return number(Fraction(value))
            case ast.Name(name):
                return PI[number]() if name == "pi" else names[name]
            case ast.UnaryOp(ast.USub(), arg):
                return -walk(arg)
            case ast.BinOp(base, ast.Pow(), exponent):
                return walk(base) ** number(evaluate(ast.unparse(exponent), {}, {}, Fraction))
            case ast.BinOp(left, op, right):
                return OPERATORS[type(op)](walk(left), walk(right))
            case ast.Call(ast.Name(name), args):
                return calls[name](*map(walk, args))
        raise AssertionError(f"{ast.dump(node)} in {text!r}")

    return walk(ast.parse(text, mode="eval").body)


def exact(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


# What pi is among the numbers that a formula is evaluated in.
PI: dict[Any, Callable[[], Any]] = {exact: arb.pi}


def ball_of(text: str, *point: arb) -> arb:
    calls = {name: function.enclosure for name, function in functions().items()}
    return evaluate(text, dict(zip("zu", point, strict=False)), calls, exact)


def value(function: Function, point: Point) -> arb:
    return function.enclosure(*map(exact, point))


def is_inside(function: Function, point: Point) -> bool:
    return all(map(function.is_defined_at, point))


def at_kink(function: Function, point: Point) -> bool:
    return not function.smooth and (point[0] == 0 if function.arity == 1 else point[0] == point[1])


def points(function: Function, *, seed: int, trials: int = 400, width: int = 12) -> Iterator[Point]:
    """Rational points, some of them integers, inside the domain or not."""
    draw, scale = random.Random(seed), reach(function, width)  # noqa: S311  (the same points on every run)
    for _ in range(trials):
        size = draw.choice((1, 7, 64))
        yield tuple(scale * Fraction(draw.randint(-width * size, width * size), size) for _ in range(function.arity))


def reach(function: Function, width: int) -> Fraction:
    """What the points are multiplied by, so that a bounded domain, -1 < z < 1, has most of them."""
    return Fraction(9, 8 * width) if function.domain.startswith("-1 <") else Fraction(1)


def inner_points(function: Function, *, seed: int, trials: int = 400, width: int = 12) -> list[Point]:
    return [p for p in points(function, seed=seed, trials=trials, width=width) if is_inside(function, p)]


def enough(held: int) -> list[str]:
    return [] if held >= FEWEST else [f"held at {held} points only, expected {FEWEST}"]


def check_domain(function: Function) -> list[str]:
    """Values exist inside the domain, its ends included where claimed, and nowhere else."""
    tried = list(points(function, seed=1))
    wrong = [p for p in tried if value(function, p).is_finite() != is_inside(function, p)]
    return [f"value at {p}: {value(function, p)}" for p in wrong] + enough(len(tried) - len(wrong))


def check_derivative(function: Function) -> list[str]:
    """Central difference quotients at rational points, step 2^-60, away from kinks."""
    step, near = Fraction(1, 2**60), exact(Fraction(1, 2**90))
    complaints, held = list[str](), 0
    for point in inner_points(function, seed=2):
        left, right = ((point[0] + side, *point[1:]) for side in (-step, step))
        if at_kink(function, point) or not is_inside(function, left):
            continue
        quotient = (value(function, right) - value(function, left)) / exact(2 * step)
        claimed = ball_of(function.derivative, *map(exact, point))
        if abs(quotient - claimed) < near * (1 + abs(claimed)):
            held += 1
        else:
            complaints.append(f"derivative at {point}: {quotient} against {claimed}")
    return complaints + enough(held)


def check_smooth(function: Function) -> list[str]:
    """Value and slope jump across 0 (across z = u) exactly when a kink is claimed."""
    tiny = Fraction(1, 2**60)
    sides = [(side, Fraction(0))[: function.arity] for side in (-tiny, tiny)]
    if not all(is_inside(function, side) for side in (*sides, (Fraction(0),) * function.arity)):
        return []
    jumps = [value(function, right) - value(function, left) for left, right in pairwise(sides)]
    slopes = [ball_of(function.derivative, *map(exact, side)) for side in sides]
    is_smooth = all(abs(jump) < exact(8 * tiny) for jump in (*jumps, slopes[1] - slopes[0]))
    return [] if is_smooth == function.smooth else [f"smooth is {function.smooth}, seen {is_smooth}"]


def check_range(function: Function) -> list[str]:
    """Values keep to their bounds, come near each one, and meet those that are said to be attained."""
    inner = [value(function, p) for p in inner_points(function, seed=3)]
    if function.arity == 1:  # sine and cosine take their extreme values at no rational point but 0
        turns = [arb.pi() * k / 2 for k in range(-4, 5)]
        inner += [v for v in map(function.enclosure, turns) if v.is_finite()]
    grid = [(Fraction(s * n, d),) * function.arity for s in (-1, 1) for n in (1, 999, 10**6) for d in (1, 10**6)]
    grid += [(s * (1 - Fraction(1, 10**9)),) * function.arity for s in (-1, 1)]
    far = [value(function, p) for p in grid if is_inside(function, p)]
    complaints, held = list[str](), 0
    for end, sign in zip(function.range, (1, -1), strict=True):  # the sign turns the upper end into a lower one
        if end in ("-inf", "inf"):
            complaints += [] if any(sign * v < -5 for v in inner + far) else [f"values stay away from {end}"]
            continue
        bound, attained = ball_of(end), end in function.attained
        beyond = [v for v in inner if sign * (v - bound) < 0 or (not attained and sign * (v - bound) <= 0)]
        held += sum(sign * (v - bound) > 0 or (attained and v == bound) for v in inner)
        complaints += [f"{v} lies beyond {end}" for v in beyond]
        if not any(abs(v - bound) < exact(Fraction(1, 100)) for v in inner + far):
            complaints.append(f"{end} is not sharp")
        if attained and not any(v.overlaps(bound) for v in inner):
            complaints.append(f"{end} is not attained")
    return complaints + (enough(held) if function.range != ("-inf", "inf") else [])


def check_monotone(function: Function) -> list[str]:
    """Pairs of points in order; every kind of behaviour that the claim leaves open must occur."""
    seen = {"up": 0, "down": 0, "flat": 0}
    for p, q in pairwise(inner_points(function, seed=4)):
        low, high = tuple(map(min, p, q)), tuple(map(max, p, q))
        if low != high:
            left, right = value(function, low), value(function, high)
            seen["up" if left < right else "down" if left > right else "flat"] += 1
    match seen:
        case {"up": 0, "flat": 0}:
            truth = "decreasing"
        case {"down": 0, "flat": 0}:
            truth = "increasing"
        case {"down": 0}:
            truth = "nondecreasing"
        case _:
            truth = "neither"
    return ([] if truth == function.monotone else [f"{function.monotone}, but {seen}"]) + enough(sum(seen.values()))


def check_curvature(function: Function) -> list[str]:
    """Midpoints against chords; every kind of behaviour that the claim leaves open must occur."""
    seen = {"below": 0, "above": 0, "on": 0}
    for p, q in pairwise(inner_points(function, seed=5)):
        middle = value(function, tuple((a + b) / 2 for a, b in zip(p, q, strict=True)))
        chord = (value(function, p) + value(function, q)) / 2
        seen["below" if middle < chord else "above" if middle > chord else "on"] += 1
    truth = {(True, True): "neither", (True, False): "convex", (False, True): "concave", (False, False): "affine"}
    found = truth[seen["below"] > 0, seen["above"] > 0]
    return ([] if found == function.curvature else [f"{function.curvature}, but {seen}"]) + enough(sum(seen.values()))


def check_meaning(function: Function) -> list[str]:
    """The abbreviation and what it stands for have the same values."""
    if function.meaning is None:
        return []
    off = [p for p in inner_points(function, seed=6) if not (function.name == "sign" and at_kink(function, p))]
    tried = [(p, value(function, p), ball_of(function.meaning, *map(exact, p))) for p in off]
    wrong = [(p, own, other) for p, own, other in tried if not abs(own - other) < exact(Fraction(1, 2**200))]
    return [f"at {p}: {own} against {other}" for p, own, other in wrong] + enough(len(tried) - len(wrong))


def check_numpy(function: Function) -> list[str]:
    """Floating-point values within 1e-15 of the truth (absolute below 1, relative above), at large arguments too."""
    large = [Fraction(s * 10**k) for s in (-1, 1) for k in (2, 3, 20, 150)]
    tried = inner_points(function, seed=7, width=40) + [(z,) * function.arity for z in large]
    tried = [tuple(Fraction(float(z)) for z in p) for p in tried if is_inside(function, p)]
    truths = [value(function, p) for p in tried]
    kept = [k for k, truth in enumerate(truths) if abs(truth) < 1e300]
    found = function.numpy(*(np.array([float(tried[k][i]) for k in kept]) for i in range(function.arity)))
    wrong = [
        f"at {tried[k]}: {v} against {truths[k]}" for k, v in zip(kept, found, strict=True)
        if not np.isfinite(v) or (not truths[k].contains(arb(v)) and abs(v - truths[k]) > 1e-15 * (1 + abs(truths[k])))
    ]  # fmt: skip
    return wrong + enough(len(kept) - len(wrong))


def check_tails(function: Function) -> list[str]:
    """Where values come close to 0 they are still right in proportion."""
    tried = [z for size in (1e-18, 1e-9, 8.0, 30.0) for z in (-size, size) if is_inside(function, (Fraction(z),))]
    truths = [value(function, (Fraction(z),) * function.arity) for z in tried]
    found = function.numpy(*(np.array(tried),) * function.arity)
    return [
        f"at {z}: {v} against {truth}" for z, v, truth in zip(tried, found, truths, strict=True)
        if abs(truth) > 1e-300 and abs(v - truth) > 2e-13 * abs(truth)
    ]  # fmt: skip


def check_enclosure(function: Function) -> list[str]:
    """A ball's image holds the values of its points, and shrinks with the ball away from kinks."""
    complaints, held = list[str](), 0
    for k, centre in enumerate(inner_points(function, seed=8, width=6)):
        radius = Fraction(k % 65, (16, 2**40)[k % 2]) * reach(function, 12)
        balls = [arb(exact(z).mid(), exact(radius)) for z in centre]
        with ctx.workprec(53):
            image = function.enclosure(*balls)
        sides = product((-1, Fraction(1, 3), 1), repeat=function.arity)
        inside = [tuple(z + radius * side for z, side in zip(centre, way, strict=True)) for way in sides]
        seen = [(p, value(function, p)) for p in inside if image.is_finite()]
        missed = [p for p, v in seen if not (v.is_finite() and image.overlaps(v))]
        complaints += [f"the image {image} of {balls} misses the value at {p}" for p in missed]
        whole = is_inside(function, tuple(z - radius for z in centre)) and not at_kink(function, centre)
        if whole and radius < Fraction(1, 2**30) and not image.rad() < 1e-3:
            complaints.append(f"the image {image} of {balls} is too wide")
        held += image.is_finite() and not missed
    return complaints + enough(held)


def check_at_zero(function: Function) -> list[str]:
    """The stated value at 0 is the value."""
    if function.at_zero is None:
        return []
    found, stated = value(function, (Fraction(0),) * function.arity), ball_of(function.at_zero)
    near = abs(found - stated) < arb("1e-60")
    return [] if near else [f"{found} at 0, stated is {function.at_zero}"]


def check_sympy(function: Function) -> list[str]:
    """The class of SymPy has the same values."""
    if function.sympy is None:
        return []
    theirs, held = getattr(sympy, function.sympy), 0
    for point in inner_points(function, seed=12, trials=90, width=4):
        number = theirs(*(sympy.Rational(z.numerator, z.denominator) for z in point)).evalf(30)
        if not abs(arb(str(number)) - value(function, point)) < arb("1e-20") * (1 + abs(value(function, point))):
            return [f"{function.sympy} at {point} is {number}"]
        held += 1
    return [] if held >= 20 else [f"held at {held} points only"]


CHECKS: list[Check] = [thing for name, thing in list(globals().items()) if name.startswith("check_")]


@pytest.fixture(autouse=True)
def _precise() -> Iterator[None]:
    with ctx.workprec(PRECISION):
        yield


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", functions())
def test_every_claim_of_the_catalogue_holds(name: str, check: Check) -> None:
    assert check(functions()[name]) == []


WRONG: list[tuple[str, str, dict[str, Any], Check]] = [
    # id                          function    changed                                                       found by
    ("log reaches 0",             "log",      {"domain": "z >= 0"},                                         check_domain),
    ("sqrt lives everywhere",     "sqrt",     {"domain": "real"},                                           check_domain),
    ("sqrt leaves out 0",         "sqrt",     {"domain": "z > 0"},                                          check_domain),
    ("log1p lives on z > 0",      "log1p",    {"domain": "z > 0"},                                          check_domain),
    ("lost square",               "tanh",     {"derivative": "1 - tanh(z)"},                                check_derivative),
    ("lost factor",               "sigmoid",  {"derivative": "sigmoid(z)"},                                 check_derivative),
    ("lost sign",                 "cos",      {"derivative": "sin(z)"},                                     check_derivative),
    ("lost product rule",         "gelu",     {"derivative": "normcdf(z)"},                                 check_derivative),
    ("slope on the wrong side",   "relu",     {"derivative": "step(-z)"},                                   check_derivative),
    ("off by one in 2^80",        "square",   {"derivative": "2*z + 1/2**80"},                              check_derivative),
    ("min moves with z",          "min",      {"derivative": "step(z - u)"},                                check_derivative),
    ("no kink",                   "relu",     {"smooth": True},                                             check_smooth),
    ("no jump",                   "step",     {"smooth": True},                                             check_smooth),
    ("a kink",                    "silu",     {"smooth": False},                                            check_smooth),
    ("no kink in max",            "max",      {"smooth": True},                                             check_smooth),
    ("zero not attained",         "relu",     {"attained": ()},                                             check_range),
    ("one attained",              "tanh",     {"attained": ("1",)},                                         check_range),
    ("bound too low",             "tanh",     {"range": ("-2", "1")},                                       check_range),
    ("bound too high",            "gelu",     {"range": ("-16/100", "inf")},                                check_range),
    ("never negative",            "silu",     {"range": ("0", "inf"), "attained": ("0",)},                  check_range),
    ("unbounded",                 "erf",      {"range": ("-1", "inf")},                                     check_range),
    ("strict ramp",               "relu",     {"monotone": "increasing"},                                   check_monotone),
    ("weak tanh",                 "tanh",     {"monotone": "nondecreasing"},                                check_monotone),
    ("rising gelu",               "gelu",     {"monotone": "increasing"},                                   check_monotone),
    ("falling exp",               "exp",      {"monotone": "decreasing"},                                   check_monotone),
    ("directionless sinh",        "sinh",     {"monotone": "neither"},                                      check_monotone),
    ("strict max",                "max",      {"monotone": "increasing"},                                   check_monotone),
    ("convex log",                "log",      {"curvature": "convex"},                                      check_curvature),
    ("convex sigmoid",            "sigmoid",  {"curvature": "convex"},                                      check_curvature),
    ("convex silu",               "silu",     {"curvature": "convex"},                                      check_curvature),
    ("affine square",             "square",   {"curvature": "affine"},                                      check_curvature),
    ("undecided abs",             "abs",      {"curvature": "neither"},                                     check_curvature),
    ("concave max",               "max",      {"curvature": "concave"},                                     check_curvature),
    ("unscaled argument",         "erf",      {"meaning": "2*normcdf(z) - 1"},                              check_meaning),
    ("unhalved",                  "cosh",     {"meaning": "exp(z) + exp(-z)"},                              check_meaning),
    ("negative slope 1/10",       "leaky_relu", {"meaning": "relu(z) - relu(-z)/10"},                       check_meaning),
    ("max means min",             "max",      {"meaning": "u - relu(u - z)"},                               check_meaning),
    ("saturation",                "softplus", {"numpy": lambda z: np.log(1 + np.exp(np.minimum(z, 700)))},  check_numpy),
    ("tanh form of gelu",         "gelu",     {"numpy": lambda z: z / 2 * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z * np.minimum(z * z, 1e9))))}, check_numpy),
    ("cancellation in log1p",     "log1p",    {"numpy": lambda z: np.log(1 + z)},                           check_tails),
    ("cancellation in sigmoid",   "sigmoid",  {"numpy": lambda z: (1 + np.tanh(z / 2)) / 2},                check_tails),
    ("half at 0",                 "tanh",     {"at_zero": "1/2"},                                           check_at_zero),
    ("zero at 0",                 "softplus", {"at_zero": "0"},                                             check_at_zero),
    ("a value at the pole",       "log",      {"at_zero": "0"},                                             check_at_zero),
    ("another name in SymPy",     "sinh",     {"sympy": "sin"},                                             check_sympy),
    ("the smaller for the larger", "max",     {"sympy": "Min"},                                             check_sympy),
    ("midpoint for a ball",       "sin",      {"enclosure": lambda z: z.mid().sin()},                       check_enclosure),
    ("one end for a ball",        "relu",     {"enclosure": lambda z: z.upper().max(0)},                    check_enclosure),
    ("wide image",                "tanh",     {"enclosure": lambda _: arb(0, 1)},                           check_enclosure),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "check"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_copy_is_found_out(name: str, fields: dict[str, Any], check: Check) -> None:
    assert check(replace(functions()[name], **fields)) != []


def test_each_check_finds_some_wrong_copy() -> None:
    assert {row[3] for row in WRONG} == set(CHECKS)


X, U = sympy.symbols("z u", real=True)
SYMPY: Calls = {
    "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "tanh": sympy.tanh, "sin": sympy.sin, "cos": sympy.cos,
    "cosh": sympy.cosh, "sinh": sympy.sinh, "erf": sympy.erf, "abs": sympy.Abs, "max": sympy.Max, "min": sympy.Min,
    "relu": lambda z: sympy.Max(z, 0),
    "step": sympy.Heaviside,
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
    "atan": sympy.atan,
    "normcdf": lambda z: (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    "normpdf": lambda z: sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi),
}  # fmt: skip


def rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)


PI[rational] = lambda: sympy.pi


def sympy_form(function: Function) -> Any:
    """The function in SymPy: its own where there is one, else what the function stands for."""
    names = (X, U)[: function.arity]
    if function.name in SYMPY:
        return SYMPY[function.name](*names)
    assert function.meaning is not None, f"{function.name} is primitive; add it to SYMPY"
    return evaluate(function.meaning, {"z": X, "u": U}, SYMPY, rational)


@pytest.mark.parametrize("name", functions())
def test_value_and_derivative_agree_with_sympy(name: str) -> None:
    function = functions()[name]
    form = sympy_form(function)
    tried = [p for p in inner_points(function, seed=9, trials=60, width=5) if not at_kink(function, p)]
    tried = [p for p in tried if is_inside(function, (p[0] - Fraction(1, 1000),))]  # sqrt has no slope at 0
    assert len(tried) >= 20
    for point in tried:
        at = {s: sympy.Rational(z.numerator, z.denominator) for s, z in zip((X, U), point, strict=False)}
        for theirs, ours in (
            (form, value(function, point)),
            (sympy.diff(form, X), ball_of(function.derivative, *map(exact, point))),
        ):
            number = arb(str(theirs.subs(at).evalf(40)))
            assert abs(number - ours) < arb("1e-30") * (1 + abs(ours)), f"{theirs} at {point}: {number} against {ours}"


AUTOGRAD: Calls = {
    "exp": anp.exp, "log": anp.log, "log1p": anp.log1p, "expm1": anp.expm1, "sqrt": anp.sqrt, "tanh": anp.tanh,
    "sin": anp.sin, "cos": anp.cos, "cosh": anp.cosh, "sinh": anp.sinh, "abs": anp.abs, "square": anp.square,
    "max": anp.maximum, "min": anp.minimum,
    "relu": lambda z: anp.maximum(z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, z / 100),
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "normpdf": lambda z: anp.exp(-(z**2) / 2) / anp.sqrt(2 * anp.pi),
}  # fmt: skip


@pytest.mark.parametrize("name", AUTOGRAD)
def test_derivative_agrees_with_automatic_differentiation(name: str) -> None:
    function, slope = functions()[name], autograd.grad(AUTOGRAD[name])
    tried = [p for p in inner_points(function, seed=10, width=5) if not at_kink(function, p) and p[0] != 0]
    assert len(tried) >= FEWEST
    for point in tried:
        ours = float(ball_of(function.derivative, *map(exact, point)).mid())
        assert slope(*map(float, point)) == pytest.approx(ours, rel=1e-12, abs=1e-14), point


@pytest.mark.parametrize("name", functions())
def test_numpy_values_keep_the_shape_of_the_array(name: str) -> None:
    function = functions()[name]
    for shape in ((), (0,), (3,), (2, 3)):
        inside = 0.5 if function.is_defined_at(Fraction(1, 2)) else 1.5
        assert np.shape(function.numpy(*(np.full(shape, inside),) * function.arity)) == shape


@pytest.mark.parametrize("name", functions())
def test_words_and_layout(name: str) -> None:
    function = functions()[name]
    shown = function.latex.format(*("#1", "#2")[: function.arity])
    assert (shown.count("#"), shown.count("{")) == (function.arity, shown.count("}"))
    assert function.letter.isalpha()
    assert re.search(r"((19|20)\d\d|DLMF), section", function.source)
    assert set(function.attained) <= set(function.range)


def test_the_catalogue_loads_without_numpy_sympy_or_flint() -> None:
    code = "import sys; from symconvex.functions import functions; functions(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "sympy", "flint"} & set(loaded)
