"""Properties of functions: increasing, even, homogeneous of a degree, bounded below, Lipschitz with a constant.

f increases    f(x) < f(x + h) at pairs of points; shown by f' > 0
f is even      f(-x) = f(x)
f is of degree k    f(s x) = s^k f(x), tried for some s
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    Evaluated,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Relation,
)
from symconvex.handcheck.judging.comparing import ZERO
from symconvex.handcheck.judging.conditions import meets
from symconvex.handcheck.judging.curvature import number, shifted
from symconvex.handcheck.judging.proving import is_ordered, is_proven
from symconvex.handcheck.judging.settled import Found, Settled, settled_by, tried
from symconvex.handcheck.judging.trying import Outcome, Trial
from symconvex.handcheck.meaning import variables
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.prose.looks import DERIVED, LOSS_ITSELF
from symconvex.handcheck.text.document import Claim
from symconvex.handcheck.values.scalars import Scalar, ball, innermost

SLOPES = {"increasing": ">", "decreasing": "<", "nondecreasing": ">=", "nonincreasing": "<="}
MIRRORED = ("even", "odd")
TRAITS = (*SLOPES, "monotone", *MIRRORED, "homogeneous", "bounded below", "bounded above", "bounded", "lipschitz")
STEPS = (Fraction(1, 8), Fraction(1), Fraction(3))
FACTORS = (Fraction(2), Fraction(1, 3))
INTERVAL = re.compile(r"\s*([-\d./]+\s*<=?\s*)?[A-Za-z]\w*\s*[<>]=?\s*[-\d./]+\s*")
UPWARD = ("real", "positive", "nonnegative")  # sets in which x + h lies where x does, h > 0


@dataclass(frozen=True, slots=True)
class Function:
    """A function as a formula, and what it is a function of."""

    body: Node
    by: tuple[Name, ...]
    trial: Trial
    conditions: tuple[Node, ...]

    @property
    def is_of_a_number(self) -> bool:
        """Is it a function of one number?"""
        named = self.trial.setting.declared.names.get(self.by[0].base) if len(self.by) == 1 else None
        return len(self.by) == 1 and (named is None or not named.shape)

    def variable(self) -> Name:
        """The one number that it is a function of.

        Fails    Unknown where there are several
        """
        if not self.is_of_a_number:
            raise Unknown("in which of its variables")
        return self.by[0]

    def slope(self) -> Node:
        """Its derivative."""
        return Derivative("partial", self.body, (self.variable(),))

    def is_above(self, sign: str, bound: Node, *, slope: bool = False) -> bool:
        """Is the function, or its slope, shown to lie on this side of a bound?"""
        side = self.slope() if slope else self.body
        return is_ordered(self.trial.setting, side, sign, bound, (), self.conditions)

    def at(self, value: Node) -> Node:
        """The function where x is s x, for each variable x; the value holds s."""
        found = self.body
        for name in self.by:
            there = Chain(name, (Relation("=", Product((value, name)), 0),), 0)
            found = Evaluated(found, there)
        return found

    def pairs(self, env: Env) -> Iterator[tuple[Scalar, Scalar, Scalar]]:
        """Values at x and at x + h, and h; only where both lie in the domain."""
        declared = self.trial.setting.declared
        sets = [declared.names[name.base].within for name in self.by if name.base in declared.names]
        if not all(map(INTERVAL.fullmatch, declared.where)):
            raise Unknown("whether its domain is connected")
        if declared.where or any(within not in UPWARD for within in sets):
            return
        by = variables.stacked_variable(variables.chosen(self.by, env))
        here = innermost(env.value(self.body).value)
        for along in (by.along(k) for k in range(int(by.length))):
            for step in STEPS:
                place = env.calling(shifted(along, ball(step), env))
                if all(meets(condition, place) for condition in self.conditions):
                    yield here, innermost(place.value(self.body).value), ball(step)


def trait(claim: Claim, trial: Trial) -> Settled:
    """Decide one of these properties.

    Fails    Unknown where it is not said of a function, or a number is missing
    """
    function = _function_of(claim, trial)
    stray = trial.stray_letters((claim.number,)) if claim.number is not None else []
    if stray:
        raise Unknown(f"what {', '.join(stray)} is")
    match claim.kind:
        case "monotone":
            return _monotone(function, claim)
        case kind if kind in SLOPES:
            return _sloped(function, kind, claim)
        case kind if kind in MIRRORED:
            return _mirrored(function, kind, claim)
        case "homogeneous" if claim.number is not None:
            return _homogeneous(function, claim.number, claim)
        case "lipschitz" if claim.number is not None:
            return _lipschitz(function, claim.number, claim)
        case "bounded below" | "bounded above" | "bounded":
            shown = claim.kind == "bounded below" and not claim.negated and function.is_above(">=", ZERO)
            return (
                Settled(True, proven=True) if shown else Settled(None, why="by which number it is bounded is not said")
            )
    raise Unknown(f"with which number it is {claim.kind}")


def _function_of(claim: Claim, trial: Trial) -> Function:
    """What it is said of: the loss, a function of the text, one of their derivatives."""
    body = _body_of(claim)
    head = body.head if isinstance(body, MaybeCall) and not body.after else body
    own = trial.setting.own.get(head.base) if isinstance(head, Name) and not head.subscripts else None
    args = tuple(map(Name, own[0])) if own is not None else tuple(map(Name, trial.setting.declared.parameters))
    if isinstance(body, MaybeCall) and body.args != args:
        raise Unknown("what it is a function of")
    if claim.wrt and not all(isinstance(name, Name) for name in claim.wrt):
        raise Unknown("in which of its variables")
    by = tuple(name for name in claim.wrt if isinstance(name, Name)) or args
    fresh = {arg.base: () for arg in args if own is not None and arg.base not in trial.env(0).words}
    if fresh:
        trial = Trial(replace(trial.setting, dummies={**trial.setting.dummies, **fresh}), trial.total)
    return Function(own[1] if own is not None else body, by, trial, claim.conditions)


def _body_of(claim: Claim) -> Node:
    match claim.noun.word, claim.subject or claim.noun.of:
        case "" | "loss" | "function", None:
            return LOSS_ITSELF
        case "derivative" | "second derivative" | "", Prime() | Derivative() | MaybeCall(
            Prime() | Derivative()
        ) as node:
            return node
        case "derivative" | "gradient", None | Name() as of if claim.subject is None:
            return Derivative("gradient", of)
        case "second derivative" | "hessian", None | Name() as of if claim.subject is None:
            return Derivative("hessian", of)
        case word, Name() | MaybeCall(Name()) as node if word not in DERIVED and claim.subject is not None:
            return node
        case "loss" | "function", Name() as node:
            return node
    raise Unknown(f"what is {claim.kind}")


def _decided(claim: Claim, outcome: Outcome, *, proven: bool) -> Settled:
    if proven and outcome.failure is None:
        return Settled(not claim.negated, proven=True)
    return settled_by(outcome, negated=claim.negated)


def _sloped(function: Function, kind: str, claim: Claim) -> Settled:
    function.variable()
    flat: list[bool] = []

    def check(env: Env) -> Found:
        """At pairs of points; and by the slope, where the domain has no room for pairs."""
        seen: Found = None
        for low, high, _ in function.pairs(env):
            rise = high - low if SLOPES[kind] in (">", ">=") else low - high
            if rise < 0:
                return number(low), number(high), f"the values at two points: not {kind}"
            flat.append(bool(rise.contains(0)))
            seen = True if rise.is_finite() else seen
        slope = innermost(env.value(function.slope()).value)
        falls = slope < 0 if SLOPES[kind] in (">", ">=") else slope > 0
        return (
            (number(slope), "0", f"the slope: not {kind}") if falls else seen or (True if slope.is_finite() else None)
        )

    outcome = tried(function.trial, check, claim.conditions, claim.text, function.body)
    shown = function.is_above(SLOPES[kind], ZERO, slope=True)
    if outcome.failure is None and not shown and any(flat) and kind in ("increasing", "decreasing"):
        return Settled(None, outcome=outcome, why="it does not change between two points that were tried")
    return _decided(claim, outcome, proven=shown)


def _monotone(function: Function, claim: Claim) -> Settled:
    up, down = (_sloped(function, kind, replace(claim, negated=False)) for kind in ("nondecreasing", "nonincreasing"))
    for one in (up, down):
        if one.holds:
            return replace(one, holds=not claim.negated)
    refuted = up.holds is False and down.holds is False
    return replace(up, holds=claim.negated) if refuted else Settled(None, why="neither rising nor falling was seen")


def _mirrored(function: Function, kind: str, claim: Claim) -> Settled:
    declared = function.trial.setting.declared
    sets = {declared.names[name.base].within for name in function.by if name.base in declared.names}
    if declared.where or claim.conditions or sets - {"real"}:
        raise Unknown("whether its domain is symmetric")
    there = function.at(Number(Fraction(-1)))
    return _same(function, there, Neg(function.body) if kind == "odd" else function.body, claim, shows=True)


def _homogeneous(function: Function, degree: Node, claim: Claim) -> Settled:
    """Tried for some factors, which does not show it for all."""
    settled = Settled(None)
    for factor in FACTORS:
        scaled = Product((Power(Number(factor), degree), function.body))
        settled = _same(function, function.at(Number(factor)), scaled, claim, shows=False)
        if settled.outcome.failure is not None:
            break
    return settled


def _same(function: Function, left: Node, right: Node, claim: Claim, *, shows: bool) -> Settled:
    outcome = function.trial.relation(left, "=", right, claim.conditions)
    if outcome.unread or outcome.misfit:
        raise Unknown(outcome.unread or "its value there")
    proven = shows and is_proven(function.trial.setting, left, "=", right, (), claim.conditions)
    return _decided(claim, outcome, proven=proven)


def _lipschitz(function: Function, most: Node, claim: Claim) -> Settled:
    """Chords along the axes may refute it; of one number the slope shows it."""
    outcome = tried(function.trial, partial(_is_steep, function, most), claim.conditions, claim.text, function.body)
    shown = outcome.failure is None and function.is_of_a_number
    shown = shown and function.is_above("<=", most, slope=True) and function.is_above(">=", Neg(most), slope=True)
    return _decided(claim, outcome, proven=shown)


def _is_steep(function: Function, most: Node, env: Env) -> Found:
    bound = innermost(env.value(most).value)
    seen: Found = None
    for low, high, step in function.pairs(env):
        slope = abs(high - low) / step
        if slope > bound:
            return number(slope), number(bound), "the slope of a chord"
        seen = True if slope.is_finite() else seen
    slope = env.value(Derivative("gradient", function.body, function.by))
    squares = sum((innermost(slope.item(k)) ** 2 for k in range(int(slope.rows) * int(slope.cols))), ball(0))
    if squares > bound**2 or bound < 0:
        return number(squares.sqrt()), number(bound), "the length of the gradient"
    return seen or (True if squares.is_finite() else None)
