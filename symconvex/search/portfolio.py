"""The rules in order of cost, each asked once, each with its share of the time."""

import dataclasses
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symconvex.data import sizes_of
from symconvex.deadline import OutOfTime, time_limit
from symconvex.drafting.draft import Draft, draft_of
from symconvex.drafting.lines import Lines, finish
from symconvex.drafting.rule import Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.kernel.term import Refused, TooLarge
from symconvex.problem import Problem
from symconvex.rules import rules

UNDEFINED = "the loss is not shown to be defined everywhere: state a domain, such as x > 0"

# A rule may use this part of the time that is left, and never less than so many seconds: loading a library is no work.
SHARE, LEAST = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule found, and the certificate that the kernel has yet to see; or why there is none."""

    rule: str
    finding: Finding | None
    certificate: Mapping[str, object] | None


def attempts(problem: Problem, *, values: Mapping[str, object], budget: float) -> Iterator[Attempt]:
    """One attempt after the other; a rule that runs over is ended.

    values    the data that the certificates are about; rules are asked about the problem as it stands
    """
    end = time.monotonic() + budget
    draft = draft_of(problem)
    if not _is_defined(draft):
        yield Attempt(UNDEFINED, None, None)
    for rule in rules():
        left = end - time.monotonic()
        if left <= 0:
            yield Attempt(f"{rule.name} (no time left)", None, None)
            continue
        try:
            with time_limit(max(SHARE * left, LEAST)):
                attempt = _attempt(rule, problem, values)
        except OutOfTime:
            attempt = Attempt(f"{rule.name} (out of time)", None, None)
        except Refused as refused:  # what the kernel would not compute while the rule was asking it
            attempt = Attempt(f"{rule.name} ({refused})", None, None)
        yield attempt


def _is_defined(draft: Draft) -> bool:
    try:
        return show_defined(Lines(draft), draft.loss)
    except TooLarge:
        return False


def _attempt(rule: Rule, problem: Problem, values: Mapping[str, object]) -> Attempt:
    draft = draft_of(problem)
    finding = rule.find(draft)
    if finding is None:
        return Attempt(rule.name, None, None)
    wide = dataclasses.replace(problem, values=values, least={**problem.least, **finding.least})
    small = [f"{name} >= {wide.least[name]}" for name, k in sizes_of(wide).items() if k < wide.least.get(name, 1)]
    if small:
        return Attempt(f"{rule.name} (shown for {', '.join(small)} only)", None, None)
    return Attempt(rule.name, finding, finish(dataclasses.replace(draft, problem=wide), finding.parts))
