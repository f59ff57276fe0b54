"""The rules in order of cost, each asked once, as long as the time lasts."""

import dataclasses
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symconvex.problem import Problem
from symconvex.rules import rules
from symconvex.rules._draft import Lines, draft_of, finish
from symconvex.rules._rule import Finding
from symconvex.rules._signs import show_defined

UNDEFINED = "the loss is not shown to be defined everywhere: state a domain, such as x > 0"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule found, and the certificate that the kernel has yet to see."""

    rule: str
    finding: Finding | None
    certificate: Mapping[str, object]


def attempts(problem: Problem, *, budget: float) -> Iterator[Attempt]:
    """One attempt after the other; the clock is looked at between rules."""
    end = time.monotonic() + budget
    draft = draft_of(problem)
    if not show_defined(Lines(draft), draft.loss):
        yield Attempt(UNDEFINED, None, {})
    for rule in rules():
        if time.monotonic() >= end:
            yield Attempt(f"{rule.name} (no time left)", None, {})
            continue
        draft = draft_of(problem)
        finding = rule.find(draft)
        if finding is None:
            yield Attempt(rule.name, None, {})
            continue
        wide = dataclasses.replace(problem, least={**problem.least, **finding.least})
        yield Attempt(rule.name, finding, finish(dataclasses.replace(draft, problem=wide), list(finding.parts)))
