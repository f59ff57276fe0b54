"""The functions of the kernel, one row each: derivative, range, shape, ball. SPEC.md, sections 5 to 7.

slope     the derivative in z
facts     name -> (kind, term in z): what holds for every real z
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
Fact = tuple[str, Term]


class Unsure(Exception):
    """The ball is too wide to know a sign, or a symbol has no value."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the kernel's language."""

    slope: Term
    ball: Callable[..., Any]
    facts: tuple[tuple[str, Fact], ...] = ()
    outer: str = ""
    kink: bool = False


def rational(value: Fraction) -> Any:
    """The number as a ball."""
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def _log(x: Any) -> Any:
    if not x > 0:
        raise Unsure("log of a ball that is not positive")
    return x.log()


def _step(x: Any) -> Any:
    if x > 0:
        return flint.arb(1)
    if x < 0:
        return flint.arb(0)
    raise Unsure("a step at a ball that contains zero")


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


def _facts(*rows: tuple[str, str, str]) -> tuple[tuple[str, Fact], ...]:
    return tuple((name, (kind, t.parse(text))) for name, kind, text in rows)


FUNCTIONS: Mapping[str, Function] = MappingProxyType({
    "exp": Function(
        t.fn("exp", Z),
        lambda x: x.exp(),
        _facts(("exp_positive", "positive", "(exp z)")),
        outer="nondecreasing",
    ),
    "log": Function(t.power(Z, -1), _log),
    "sigmoid": Function(
        t.mul(t.fn("sigmoid", Z), t.sub(t.ONE, t.fn("sigmoid", Z))),
        _sigmoid,
        _facts(
            ("sigmoid_positive", "positive", "(sigmoid z)"),
            ("sigmoid_below_one", "positive", "(+ 1 (* -1 (sigmoid z)))"),
            ("sigmoid_tail", "positive", "(+ 1 (* -1 (^ z 2) (sigmoid z) (+ 1 (* -1 (sigmoid z)))))"),
        ),
    ),
    "softplus": Function(
        t.fn("sigmoid", Z),
        _softplus,
        _facts(
            ("softplus_positive", "positive", "(softplus z)"),
            ("softplus_above", "positive", "(+ (softplus z) (* -1 z))"),
        ),
        outer="nondecreasing",
    ),
    "tanh": Function(
        t.sub(t.ONE, t.power(t.fn("tanh", Z), 2)),
        lambda x: x.tanh(),
        _facts(
            ("tanh_below_one", "positive", "(+ 1 (* -1 (tanh z)))"),
            ("tanh_above", "positive", "(+ 1 (tanh z))"),
        ),
    ),
    "sin": Function(
        t.fn("cos", Z),
        lambda x: x.sin(),
        _facts(("sin_below_one", "nonneg", "(+ 1 (* -1 (sin z)))"), ("sin_above", "nonneg", "(+ 1 (sin z))")),
    ),
    "cos": Function(
        t.neg(t.fn("sin", Z)),
        lambda x: x.cos(),
        _facts(("cos_below_one", "nonneg", "(+ 1 (* -1 (cos z)))"), ("cos_above", "nonneg", "(+ 1 (cos z))")),
    ),
    "normcdf": Function(
        t.fn("normpdf", Z),
        _normcdf,
        _facts(
            ("normcdf_positive", "positive", "(normcdf z)"),
            ("normcdf_below_one", "positive", "(+ 1 (* -1 (normcdf z)))"),
            ("mills", "positive", "(+ (* z (normcdf z)) (normpdf z))"),
        ),
    ),
    "normpdf": Function(
        t.neg(t.mul(Z, t.fn("normpdf", Z))),
        _normpdf,
        _facts(("normpdf_positive", "positive", "(normpdf z)")),
    ),
    "relu": Function(
        t.fn("step", Z),
        _relu,
        _facts(("relu_nonneg", "nonneg", "(relu z)"), ("relu_above", "nonneg", "(+ (relu z) (* -1 z))")),
        outer="nondecreasing",
        kink=True,
    ),
    "abs": Function(
        t.sub(t.mul(t.number(2), t.fn("step", Z)), t.ONE), lambda x: 2 * _relu(x) - x, outer="convex", kink=True
    ),
    "step": Function(
        t.ZERO,
        _step,
        _facts(("step_nonneg", "nonneg", "(step z)"), ("step_below_one", "nonneg", "(+ 1 (* -1 (step z)))")),
        kink=True,
    ),
    "max": Function(t.ZERO, _max, outer="nondecreasing", kink=True),  # its slope is taken in calculus.py
})  # fmt: skip

RANGES: Mapping[str, Fact] = MappingProxyType(
    {name: fact for function in FUNCTIONS.values() for name, fact in function.facts}
)
KINKED = frozenset(name for name, function in FUNCTIONS.items() if function.kink)
