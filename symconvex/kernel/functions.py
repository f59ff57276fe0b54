"""The functions of the kernel, one row each: derivative, range, shape, ball. SPEC.md, sections 5 to 7.

slope     the derivative in z
facts     name -> (kind, term in z): what holds for every real z where it is defined
outer     "nondecreasing": convex and nondecreasing on the whole line; "convex": convex there; else ""
kink      does the slope jump?
ball      a rigorous enclosure from an enclosure
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import flint

from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term

Z = Sym("z")
ZERO = Fraction(0)
Fact = tuple[str, Term]


class Unsure(Exception):
    """The ball is too wide to know a sign, or a symbol has no value."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One function of the kernel's language."""

    slope: Term
    ball: Callable[..., Any]
    facts: tuple[tuple[str, Fact], ...] = ()
    meaning: Term | None = None
    outer: str = ""
    kink: bool = False
    parity: str = ""
    at_zero: Fraction | None = None


def rational(value: Fraction) -> Any:
    """The number as a ball."""
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def _log(x: Any) -> Any:
    if not x > 0:
        raise Unsure("log of a ball that is not positive")
    return x.log()


def _step(x: Any) -> Any:
    if not (x > 0 or x < 0):
        raise Unsure("a step at a ball that contains zero")
    return flint.arb(int(x > 0))


def _relu(x: Any) -> Any:
    return x.max(flint.arb(0))


def _max(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = other + _relu(first - other)
    return first


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + (-x).exp()) if x > 0 else 1 - 1 / (1 + x.exp())


def _softplus(x: Any) -> Any:
    return x + (1 + (-x).exp()).log() if x > 0 else (1 + x.exp()).log()


def _normcdf(x: Any) -> Any:
    return (-x / flint.arb(2).sqrt()).erfc() / 2


def _normpdf(x: Any) -> Any:
    return (-(x * x) / 2).exp() / (2 * flint.arb.pi()).sqrt()


def _row(slope: str, ball: Callable[..., Any], *facts: str, **more: Any) -> Definition:
    """A row of the table from texts; a fact reads `name kind term`."""
    words = (fact.split(" ", 2) for fact in facts)
    read = tuple((name, (kind, t.parse(term))) for name, kind, term in words)
    return Definition(t.parse(slope), ball, read, **more)


FUNCTIONS: Mapping[str, Definition] = MappingProxyType({
    "exp": _row("(exp z)", lambda x: x.exp(), "exp_positive positive (exp z)", outer="nondecreasing"),
    "log": _row(
        "(^ z -1)", _log,
        "log_below nonneg (+ z -1 (* -1 (log z)))", "log_above nonneg (+ (log z) (^ z -1) -1)"),
    "sigmoid": _row(
        "(* (sigmoid z) (+ 1 (* -1 (sigmoid z))))", _sigmoid,
        "sigmoid_positive positive (sigmoid z)",
        "sigmoid_below_one positive (+ 1 (* -1 (sigmoid z)))",
        "sigmoid_tail positive (+ 1 (* -1 (^ z 2) (sigmoid z) (+ 1 (* -1 (sigmoid z)))))",
        meaning=t.parse("(+ 1 (* -1 (^ (+ 1 (exp z)) -1)))")),
    "softplus": _row(
        "(sigmoid z)", _softplus,
        "softplus_positive positive (softplus z)",
        "softplus_above positive (+ (softplus z) (* -1 z))",
        meaning=t.parse("(log (+ 1 (exp z)))"), outer="nondecreasing"),
    "tanh": _row(
        "(+ 1 (* -1 (^ (tanh z) 2)))", lambda x: x.tanh(),
        "tanh_below_one positive (+ 1 (* -1 (tanh z)))",
        "tanh_above positive (+ 1 (tanh z))",
        meaning=t.parse("(+ 1 (* -2 (^ (+ 1 (exp (* 2 z))) -1)))")),
    "sin": _row(
        "(cos z)", lambda x: x.sin(),
        "sin_below_one nonneg (+ 1 (* -1 (sin z)))", "sin_above nonneg (+ 1 (sin z))",
        parity="odd", at_zero=ZERO),
    "cos": _row(
        "(* -1 (sin z))", lambda x: x.cos(),
        "cos_below_one nonneg (+ 1 (* -1 (cos z)))", "cos_above nonneg (+ 1 (cos z))",
        parity="even", at_zero=Fraction(1)),
    "atan": _row(
        "(^ (+ 1 (^ z 2)) -1)", lambda x: x.atan(),
        "atan_below positive (+ (* 1/2 pi) (* -1 (atan z)))", "atan_above positive (+ (* 1/2 pi) (atan z))",
        parity="odd", at_zero=ZERO),
    "normcdf": _row(
        "(normpdf z)", _normcdf,
        "normcdf_positive positive (normcdf z)",
        "normcdf_below_one positive (+ 1 (* -1 (normcdf z)))",
        "mills positive (+ (* z (normcdf z)) (normpdf z))",
        at_zero=Fraction(1, 2)),
    "normpdf": _row(
        "(* -1 z (normpdf z))", _normpdf, "normpdf_positive positive (normpdf z)",
        meaning=t.parse("(* (^ 2 -1/2) (^ pi -1/2) (exp (* -1/2 (^ z 2))))")),
    "relu": _row(
        "(step z)", _relu,
        "relu_nonneg nonneg (relu z)", "relu_above nonneg (+ (relu z) (* -1 z))",
        outer="nondecreasing", kink=True),
    "abs": _row(
        "(+ (* 2 (step z)) -1)", lambda x: 2 * _relu(x) - x,
        meaning=t.parse("(+ (* 2 (relu z)) (* -1 z))"), outer="convex", kink=True),
    "step": _row(
        "0", _step,
        "step_nonneg nonneg (step z)", "step_below_one nonneg (+ 1 (* -1 (step z)))", kink=True),
    "max": _row("0", _max, outer="nondecreasing", kink=True),  # its slope is taken in calculus.py
})  # fmt: skip

RANGES: Mapping[str, Fact] = MappingProxyType(dict(fact for row in FUNCTIONS.values() for fact in row.facts))
REST = t.sub(t.ONE, Z)
SETS: Mapping[str, tuple[Fact, ...]] = MappingProxyType({
    "real": (), "positive": (("positive", Z),), "nonnegative": (("nonneg", Z),), "count": (("nonneg", Z),),
    "unit": (("positive", Z), ("positive", REST)),
    "binary": (("nonneg", Z), ("nonneg", REST)),
    "sign": (("nonneg", t.add(t.ONE, Z)), ("nonneg", REST)),
})  # fmt: skip
KINKED = frozenset(name for name, function in FUNCTIONS.items() if function.kink)
