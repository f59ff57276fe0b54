"""The one road from a problem to a verdict: rules propose, the kernel decides."""

import dataclasses
import time
from fractions import Fraction

from symconvex.deadline import OutOfTime, time_limit
from symconvex.errors import CertificateError, NotYet
from symconvex.problem import Expr, Problem, Symbol
from symconvex.search.portfolio import Attempt, attempts
from symconvex.verdict import Proved, Refuted, Undecided, Verdict

REPLAY_GRACE = 5.0  # seconds that the replay of a certificate may run over the budget


def decide(problem: Problem, *, budget: float) -> Verdict:
    """Decide the problem by the rules in order of cost, within `budget` seconds.

    Fails    NotYet when a parameter ranges over a set that is no open domain; else what is not shown is Undecided
    """
    problem, tried, end = on_open_domain(problem), list[str](), time.monotonic() + budget
    for attempt in attempts(problem, budget=budget):
        if attempt.finding is None:
            tried.append(attempt.rule)
            continue
        try:
            with time_limit(max(end - time.monotonic(), 0) + REPLAY_GRACE):
                return _verdict(problem, attempt)
        except OutOfTime:
            tried.append(f"{attempt.rule} (its certificate takes too long to replay)")
        except CertificateError as refused:
            tried.append(f"{attempt.rule} ({refused.got})")
    return Undecided(problem, tuple(tried))


ONE = Expr("number", (), Fraction(1), ())


def on_open_domain(problem: Problem) -> Problem:
    """The same question with the sets of its parameters stated as its domain: x positive as x > 0.

    Fails    NotYet for sets with an end or of separate points, and for arrays
    """
    conditions = tuple(c for symbol in problem.parameters for c in _conditions(symbol))
    plain = tuple(dataclasses.replace(symbol, within="real") for symbol in problem.parameters)
    _check_open(problem)
    return dataclasses.replace(problem, parameters=plain, positive=(*conditions, *problem.positive))


def _check_open(problem: Problem) -> None:
    if problem.nonneg or any(condition.shape for condition in problem.positive):
        raise NotYet(
            "a domain with its boundary, or a condition on every entry of an array",
            where="the conditions",
            expected="conditions on numbers with > or <",
            got="one with >= or <=" if problem.nonneg else "one on an array",
            hint="write > for >=, if the boundary does not matter; write conditions on entries one by one",
        )


def _conditions(symbol: Symbol) -> tuple[Expr, ...]:
    """What is > 0 when the symbol lies in its set."""
    here = Expr("name", (), symbol.name, symbol.shape)
    if symbol.within == "real":
        return ()
    if symbol.within in ("positive", "unit") and not symbol.shape:
        rest = Expr("add", (ONE, Expr("mul", (Expr("number", (), Fraction(-1), ()), here), None, ())), None, ())
        return (here, rest) if symbol.within == "unit" else (here,)
    raise NotYet(
        f"the parameter {symbol.name} ranges over a set that is not supported",
        where=f"the set of {symbol.name}",
        expected="any real numbers; for one number also positive or unit",
        got=f"{symbol.within}, shape {symbol.shape}",
        hint="leave the set out, or give positive=[...] with what is > 0 on the domain",
    )


def _verdict(problem: Problem, attempt: Attempt) -> Proved | Refuted:
    finding = attempt.finding
    if finding is None:
        raise TypeError("an attempt without a finding is no verdict")
    kind = Proved if finding.answer in ("convex", "concave", "affine") else Refuted
    return kind(
        problem=dataclasses.replace(problem, least={**problem.least, **finding.least}),
        answer=finding.answer,
        certificate=attempt.certificate,
        rule=attempt.rule,
        strict=finding.strict,
        strict_when=finding.strict_when,
        modulus=finding.modulus,
        smoothness=finding.smoothness,
        exact=finding.exact,
        hypotheses=finding.hypotheses,
        condition=finding.condition,
        witness=finding.witness,
        argument=finding.argument,
    )
