"""SymPy formulas keep their value: thousands of random ones against SymPy's own numbers, and the rows once misread."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy

import symconvex as sc
from symconvex.bridges.from_sympy import text_of_sympy
from symconvex.errors import LossError, NotYet
from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.problem import Expr, Problem

x, y = sympy.symbols("x y", real=True)
TRIED = 5_000
DIGITS = 30
ONE = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.tanh, sympy.erf, sympy.Abs, sympy.sqrt)
MANY = (sympy.Max, sympy.Min)
HERE = Place("", (0, 0))
# What max(0, x), log(1 + exp(x)), 1/(1 + exp(-x)) and their like are called in the one spelling, by definition.
DEFINED: dict[str, Callable[[Any], Any]] = {
    "abs": abs,
    "relu": lambda x: max(mpmath.mpf(0), x),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "normcdf": lambda x: (1 + mpmath.erf(x / mpmath.sqrt(2))) / 2,
}


class Undefined(Exception):
    """The formula has no real value there."""


def problem_of(expr: Any, names: list[Any]) -> Problem:
    from symconvex.api import _problem

    return _problem(expr, names, {}, {}, (), {}, {}, {})


def formula(draw: random.Random) -> Any:
    """A random formula in x or y; with evaluate=False SymPy leaves it as it was built, with every power of a power."""
    while True:
        expr = drawn(draw, draw.randint(1, 3))
        if expr.free_symbols and not expr.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I):
            return expr


def drawn(draw: random.Random, depth: int) -> Any:
    """A random formula in which every kind of node occurs below every other, powers above all."""
    if depth == 0 or draw.random() < 0.15:
        leaves = (x, y, sympy.Integer(draw.randint(-3, 3)), sympy.Rational(draw.randint(-5, 5), draw.randint(1, 4)))
        return draw.choice((*leaves, x, y, sympy.Float(draw.choice(("0.5", "1.25", "-0.75"))), sympy.E, sympy.pi))
    parts, tidy = [drawn(draw, depth - 1) for _ in range(3)], draw.random() < 0.3
    match draw.randrange(6):
        case 0:
            return sympy.Add(*parts[: draw.randint(2, 3)], evaluate=tidy)
        case 1:
            return sympy.Mul(*parts[: draw.randint(2, 3)], evaluate=tidy)
        case 2:
            exponents = (2, 3, -1, -2, sympy.Rational(1, 2), sympy.Rational(-3, 2), sympy.Float("0.5"))
            return sympy.Pow(parts[0], draw.choice(exponents), evaluate=tidy)
        case 3:
            base = draw.choice((2, sympy.E, sympy.pi, sympy.Rational(1, 2), parts[0]))
            return sympy.Pow(base, parts[1], evaluate=tidy)
        case 4:
            return draw.choice(ONE)(parts[0], evaluate=False)
    return draw.choice(MANY)(*parts[: draw.randint(2, 3)], evaluate=False)


def value(expr: Expr, at: dict[str, Any]) -> Any:
    """The formula by its definition, real all the way."""
    args = [value(arg, at) for arg in expr.args]
    match expr.op:
        case "number":
            return mpmath.mpf(expr.value.numerator) / expr.value.denominator
        case "constant":
            return +mpmath.pi
        case "name":
            return at[expr.value]
        case "add":
            return args[0] + args[1]
        case "mul":
            return args[0] * args[1]
        case "max":
            return max(args)
        case "pow":
            return power(args[0], expr.value)
        case "call" if expr.value == "log" and args[0] <= 0:
            raise Undefined
        case "call":
            function = DEFINED[expr.value] if expr.value in DEFINED else getattr(mpmath, expr.value)
            return function(args[0])
    raise AssertionError(expr.op)


def power(base: Any, exponent: Any) -> Any:
    if (base == 0 and exponent < 0) or (base < 0 and exponent.denominator != 1):
        raise Undefined
    return base ** (mpmath.mpf(exponent.numerator) / exponent.denominator)


def judged(expr: Any, draw: random.Random) -> str:
    """held, failed, or why it was skipped: not read, or no real value here."""
    try:
        loss = problem_of(expr, [s for s in (x, y) if s in expr.free_symbols]).loss
    except (LossError, NotYet):
        return "not read"
    point = {s: sympy.Rational(draw.randint(-12, 16), 7) for s in (x, y)}
    with mpmath.workdps(DIGITS):
        try:
            ours = value(loss, {str(s): mpmath.mpf(q.p) / q.q for s, q in point.items()})
        except (Undefined, OverflowError):
            return "undefined"
        theirs = number(expr, point)
        if theirs is None:
            return "without a number in SymPy"
        near = abs(mpmath.mpf(str(theirs)) - ours) <= mpmath.mpf("1e-12") * (1 + abs(ours))
    return "held" if near else "failed"


def number(expr: Any, point: dict[Any, Any]) -> Any:
    """SymPy's own value; None where it gives none, as in a maximum of something that is 0 up to rounding."""
    try:
        found = expr.evalf(DIGITS, subs=point)
    except ValueError:
        return None
    return found if found.is_Float or found == 0 else None


def test_random_formulas_keep_their_value() -> None:
    draw, counts = random.Random(5), Counter[str]()  # noqa: S311  the same formulas on every run
    while counts.total() < TRIED:
        expr = formula(draw)
        found = judged(expr, draw)
        assert found != "failed", f"{expr} is read as {text_of_sympy(expr)}"
        counts[found] += 1
    assert counts["held"] > 0.6 * TRIED, counts
    assert counts["not read"] + counts["without a number in SymPy"] < 0.1 * TRIED, counts


MISREAD = [
    # id                           formula                              the same in words
    ("a root of a power",          sympy.sqrt(sympy.Pow(2, x)),         "sqrt(2**x)"),
    ("a power of a power",         (x**2) ** sympy.Rational(3, 2),      "abs(x)**3"),
    ("a power of a product",       sympy.Pow(2 * x, y, evaluate=False), "(2*x)**y"),
    ("a power in the exponent",    2 ** (x**2),                         "2**(x**2)"),
    ("a negative base",            (-x) ** 3,                           "-x**3"),
    ("the inverse of a sum",       1 / (1 + x) ** 2,                    "(1 + x)**(-2)"),
    ("e to a power",               sympy.E ** (x * y),                  "exp(x*y)"),
    ("a power of pi",              sympy.pi**x + sympy.pi**2,           "pi**x + pi**2"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "formula", "text"), MISREAD, ids=[row[0] for row in MISREAD])
def test_brackets_are_kept(case: str, formula: Any, text: str) -> None:
    names = [s for s in (x, y) if s in formula.free_symbols]
    found = problem_of(formula, names).loss
    wanted = sc.state(text, wrt=list(map(str, names)), shapes={}).loss
    held = 0
    for k in range(1, 9):
        at = {"x": mpmath.mpf(k) / 5, "y": mpmath.mpf(k * k - 20) / 7}
        assert mpmath.almosteq(value(found, at), value(wanted, at), 1e-12)
        held += 1
    assert held == 8


def test_a_root_of_an_exponential_is_strictly_convex() -> None:
    verdict = sc.prove(sympy.sqrt(2**x), wrt=x)
    assert (verdict.answer, verdict.strict) == ("convex", True)


def test_numbers_with_a_name_are_those_of_the_language() -> None:
    assert problem_of(sympy.E * x, [x]).loss == sc.state("e*x", wrt="x", shapes={}).loss
    assert problem_of(sympy.pi * x, [x]).loss.args[0] == nodes.named("pi", HERE)


@pytest.mark.parametrize("name", ["pi", "e", "exp", "_a", "inf", "λ"])
def test_a_symbol_with_a_name_of_the_language_is_refused(name: str) -> None:
    with pytest.raises((NotYet, LossError)):
        sc.prove(sympy.Symbol(name) * x**2, wrt=x)


COMPARED = [
    # id            comparison        positive
    ("greater",     x > 1,            "x - 1"),
    ("less",        x < 3,            "3 - x"),
    ("both move",   x > y,            "x - y"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "comparison", "text"), COMPARED, ids=[row[0] for row in COMPARED])
def test_a_comparison_is_a_condition(case: str, comparison: Any, text: str) -> None:
    from symconvex.api import _problem

    found = _problem(x * y, [x, y], {}, {}, (), {}, {}, {}, [comparison])
    assert found.positive == sc.state("x*y", wrt="x, y", shapes={}, positive=[text]).positive
    with pytest.raises(LossError, match="no condition"):
        _problem(x * y, [x, y], {}, {}, (), {}, {}, {}, [x - 1])


x_, GIVEN = sympy.Symbol("x"), sympy.Symbol("y", positive=True)
WRITTEN = [
    # a SymPy formula                                                          at x = 1/3 and at x = -3/2 as SymPy has it
    sympy.Piecewise((x_**2 / 2, sympy.Abs(x_) <= 1), (sympy.Abs(x_) - sympy.Rational(1, 2), True)),
    sympy.Piecewise((sympy.exp(x_) - 1, x_ < 0), (x_, True)),
    sympy.Piecewise((0, x_ < 0), (x_ * (1 - x_), sympy.And(x_ >= 0, x_ < 1)), (0, True)),
    sympy.Piecewise((0, sympy.Or(x_ < 0, x_ > 1)), (x_ * (1 - x_), True)),
    sympy.Piecewise((x_**2, x_ <= 0), (x_, x_ > 0)),
    sympy.Piecewise((sympy.atan(x_), x_ > 0), (sympy.sin(x_), True)),
    sympy.atan(x_) + sympy.asinh(x_) + sympy.erfc(x_) + sympy.sech(x_),
    sympy.tan(x_) + sympy.sec(x_) + sympy.cot(x_) + sympy.csc(x_) + sympy.coth(x_) + sympy.csch(x_),
    sympy.log(GIVEN) * x_ + GIVEN**x_ + sympy.acosh(GIVEN + 1) + sympy.asin(GIVEN / 9) + sympy.acos(GIVEN / 9),
    sympy.atanh(x_ / 9) + sympy.Min(x_, 1, GIVEN),
]


@pytest.mark.parametrize("expr", WRITTEN, ids=str)
def test_pieces_and_inverse_functions_of_sympy_keep_their_value(expr: Any) -> None:
    from symconvex.calculus.program.arrays import evaluate
    from symconvex.language import parse_expression
    from symconvex.problem import Symbol

    found = parse_expression(text_of_sympy(expr), symbols=(Symbol("x"), Symbol("y", (), "positive")))
    for at in (sympy.Rational(1, 3), sympy.Rational(-3, 2), sympy.Rational(9, 4)):
        wanted = float(expr.subs({x_: at, GIVEN: 2}).evalf())
        assert evaluate(without_max(found), {"x": float(at), "y": 2.0}) == pytest.approx(wanted, rel=1e-12)


def without_max(expr: Expr) -> Expr:
    """The larger of two as b + relu(a - b), which NumPy has."""
    args = [without_max(arg) for arg in expr.args]
    if expr.op != "max":
        return Expr(expr.op, tuple(args), expr.value, expr.shape)
    best = args[0]
    for other in args[1:]:
        gap = nodes.add(best, nodes.neg(other, HERE), HERE)
        best = nodes.add(other, nodes.call("relu", gap, HERE), HERE)
    return best
