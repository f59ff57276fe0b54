"""The rules in order of cost, each with a bound on its work: only the budget of all of them is one of time.

So what is found does not depend on the machine, as long as it is found within the budget. There are two rounds: rules
that stop at the bound of the first are asked once more when no rule has found anything.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symconvex.data import sizes_of
from symconvex.deadline import OutOfTime, now, time_limit
from symconvex.drafting.draft import Draft, draft_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.lines import Lines, finish
from symconvex.drafting.rule import Finding, Rule
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate.interval import setting_of
from symconvex.drafting.univariate.scribe import Lost
from symconvex.kernel.term import Refused, TooLarge
from symconvex.language.printing.refusals import refusal_text
from symconvex.problem import Problem
from symconvex.search.constraints import with_proofs
from symconvex.search.flatness import flat_part

WORK = (300_000, 10_000_000)  # of one rule in each round: ten times what the catalogue needs, and several seconds
LEAST = 1.0  # seconds that a rule has in any case: loading a library is no work


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule found, and the certificate that the kernel has yet to see; or why there is none.

    over    the rule stopped at its bound
    """

    rule: str
    finding: Finding | None = None
    certificate: Mapping[str, object] | None = None
    over: bool = False


def is_defined(problem: Problem) -> bool:
    """Is the loss shown to be defined on all of the domain, within the bound on work?"""
    draft = draft_of(problem)
    try:
        with bounded(WORK[-1]):
            return show_defined(Lines(draft), draft.loss) or _is_defined_on_a_line(draft)
    except Refused:
        return False


def _is_defined_on_a_line(draft: Draft) -> bool:
    """The same for a function of one number, by the exact signs of its parts."""
    setting, lines = setting_of(draft), Lines(draft)
    if setting is None:
        return False
    try:
        setting.show_domain(lines)
        setting.show_defined(lines, setting.profile)
    except Lost:
        return False
    return True


def attempts(
    problem: Problem, rules: Sequence[Rule], *, values: Mapping[str, object], work: int, end: float
) -> Iterator[tuple[Rule, Attempt]]:
    """One attempt after the other; none begins after `end`.

    values    the data that the certificates are about; rules are asked about the problem as it stands
    """
    draft = with_proofs(draft_of(problem))
    for rule in rules:
        left = end - now()
        if left <= 0:
            yield rule, Attempt(f"{rule.name} (no time left)")
            continue
        try:
            with time_limit(max(left, LEAST)), bounded(work):
                attempt = _attempt(rule, dataclasses.replace(draft, indices=dict(draft.indices)), values)
        except OutOfTime:
            attempt = Attempt(f"{rule.name} (out of time)")
        except TooLarge:
            attempt = Attempt(f"{rule.name} (too much work)", over=True)
        except Refused as fault:
            attempt = Attempt(f"{rule.name} ({refusal_text(str(fault), problem)})")
        yield rule, attempt


def _attempt(rule: Rule, draft: Draft, values: Mapping[str, object]) -> Attempt:
    problem, finding = draft.problem, rule.find(draft)
    if finding is None:
        return Attempt(rule.name)
    wide = dataclasses.replace(problem, values=values, least={**problem.least, **finding.least})
    small = [f"{name} >= {wide.least[name]}" for name, k in sizes_of(wide).items() if k < wide.least.get(name, 1)]
    if small:
        return Attempt(f"{rule.name} (shown for {', '.join(small)} only)")
    draft = dataclasses.replace(draft, problem=wide)
    flat = flat_part(draft, finding.parts)
    parts = finding.parts if flat is None else (*finding.parts, flat)
    return Attempt(rule.name, finding, finish(draft, parts, finding.exact))
