"""The rules in order of cost, each asked once, as long as the time lasts."""

import dataclasses
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symconvex.deadline import OutOfTime, time_limit
from symconvex.drafting.draft import Lines, draft_of, finish
from symconvex.drafting.rule import Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.problem import Problem
from symconvex.rules import rules

UNDEFINED = "the loss is not shown to be defined everywhere: state a domain, such as x > 0"

GRACE = 2.0  # seconds that a rule may run over, so that loading a library is never cut short


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule found, and the certificate that the kernel has yet to see."""

    rule: str
    finding: Finding | None
    certificate: Mapping[str, object]


def attempts(problem: Problem, *, budget: float) -> Iterator[Attempt]:
    """One attempt after the other; a rule that runs over is ended."""
    end = time.monotonic() + budget
    draft = draft_of(problem)
    if not show_defined(Lines(draft), draft.loss):
        yield Attempt(UNDEFINED, None, {})
    for rule in rules():
        if time.monotonic() >= end:
            yield Attempt(f"{rule.name} (no time left)", None, {})
            continue
        try:
            with time_limit(end - time.monotonic() + GRACE):
                attempt = _attempt(rule, problem)
        except OutOfTime:
            attempt = Attempt(f"{rule.name} (out of time)", None, {})
        yield attempt


def _attempt(rule: Rule, problem: Problem) -> Attempt:
    draft = draft_of(problem)
    finding = rule.find(draft)
    if finding is None:
        return Attempt(rule.name, None, {})
    wide = dataclasses.replace(problem, least={**problem.least, **finding.least})
    return Attempt(rule.name, finding, finish(dataclasses.replace(draft, problem=wide), list(finding.parts)))
