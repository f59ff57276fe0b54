"""check(certificate): the one door. A statement is proved when this says Accepted, and only then."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from symconvex.kernel.constants import CONSTANT_STEPS
from symconvex.kernel.context import Context, facts_of
from symconvex.kernel.convexity import CONVEXITY_STEPS, affine
from symconvex.kernel.normal import Normal
from symconvex.kernel.reading import (
    FIELDS,
    check_given,
    check_plain,
    listing,
    read_statement,
    record,
    scope_of,
    string,
    strings,
)
from symconvex.kernel.refutation import REFUTATION_STEPS
from symconvex.kernel.signs import SIGN_STEPS, Rule
from symconvex.kernel.statement import Given, Judgment, Statement, read_given, read_judgment
from symconvex.kernel.term import Budget, Malformed, Refused

STEPS: Mapping[str, Rule] = {**SIGN_STEPS, **CONVEXITY_STEPS, **CONSTANT_STEPS, **REFUTATION_STEPS}
MAX_STEPS = 2_000
WORK = 6_000_000


@dataclass(frozen=True, slots=True)
class Theorem:
    """Under these hypotheses, these judgments hold of the loss."""

    given: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Every line of every part follows; the theorems are proved."""

    theorems: tuple[Theorem, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line does not follow: which part, which line, and what disagrees."""

    part: int
    step: int
    rule: str
    reason: str


def digest(certificate: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON of everything but the digest itself."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check(certificate: object) -> Accepted | Rejected:
    """Replay a certificate; raises Malformed when it cannot be read at all."""
    check_plain(certificate, 0)
    body, budget = record(certificate, FIELDS, "certificate"), Budget(WORK)
    statement = read_statement(body)
    if body["digest"] != digest(body):
        return Rejected(0, 0, "digest", "the certificate was changed after it was written: its digest does not match")
    _check_domain(statement, budget)
    theorems, normals, count = list[Theorem](), list[Normal](), 0
    for number, part in enumerate(listing(body["parts"], "parts")):
        entry = record(part, ("given", "variables", "claims", "steps"), "part")
        steps = listing(entry["steps"], "steps")
        result = check_part(statement, number, entry, steps, normals, budget)
        if isinstance(result, Rejected):
            return result
        theorems.append(result)
        count += len(steps)
    if not theorems:
        raise Malformed("a certificate has at least one part")
    return Accepted(tuple(theorems), count)


def normal_of(statement: Statement, given: tuple[Given, ...], normals: list[Normal], budget: Budget) -> Normal:
    """Parts that may use the same facts of the data share their normal forms."""
    facts = facts_of(statement, given)
    known = next((normal for normal in normals if normal.facts == facts), None)
    if known is None:
        known = Normal(facts, budget)
        normals.append(known)
    return known


def _check_domain(statement: Statement, budget: Budget) -> None:
    """The domain is an intersection of open half-spaces, so it is convex."""
    normal = Normal(facts_of(statement, ()), budget)
    context = Context(statement, (), (), normal, scope_of(statement, (), ()), budget)
    for constraint in statement.domain:
        try:
            affine(context, [], {}, Judgment("affine", "", constraint))
        except (Refused, RecursionError) as problem:
            raise Malformed(f"the domain is not affine: {problem}") from problem


def check_part(
    statement: Statement,
    number: int,
    part: Mapping[str, object],
    steps: list[object],
    normals: list[Normal],
    budget: Budget,
) -> Theorem | Rejected:
    """Replay one part: every line follows from earlier ones, and every claim is a line."""
    given = tuple(read_given(text) for text in strings(part["given"]))
    variables, claims = tuple(strings(part["variables"])), strings(part["claims"])
    check_given(statement, given, variables)
    if not claims or not 0 < len(steps) <= MAX_STEPS:
        raise Malformed(f"a part claims something and has between 1 and {MAX_STEPS} steps")
    scope, normal = scope_of(statement, given, variables), normal_of(statement, given, normals, budget)
    context, shown = Context(statement, given, variables, normal, scope, budget), dict[int, Judgment]()
    for position, raw in enumerate(steps, 1):
        step = record(raw, ("id", "rule", "uses", "with", "gives"), "step")
        if step["id"] != position:
            raise Malformed(f"step {position} calls itself {step['id']!r}"[:100])
        try:
            shown[position] = apply(context, step, shown)
        except (Refused, RecursionError) as problem:
            return Rejected(number, position, string(step["rule"]), str(problem))
    for claim in map(read_judgment, claims):
        if claim.kind != "loss" or claim not in shown.values():
            return Rejected(number, len(steps), "claims", f"no line shows {claim}"[:300])
    return Theorem(tuple(strings(part["given"])), tuple(claims))


def apply(context: Context, step: Mapping[str, object], shown: Mapping[int, Judgment]) -> Judgment:
    """Check one line and return its conclusion."""
    name, gives = string(step["rule"]), read_judgment(string(step["gives"]))
    if name not in STEPS:
        raise Malformed(f"no rule is called {name[:60]!r}")
    rule, args = STEPS[name], step["with"]
    if not isinstance(args, dict) or not rule.needs <= set(args) <= rule.needs | rule.may:
        raise Malformed(f"{name} takes the arguments {sorted(rule.needs)} and may take {sorted(rule.may)}")
    uses = listing(step["uses"], "line numbers")
    if any(not isinstance(k, int) for k in uses):
        raise Malformed("a step uses a list of line numbers")
    earlier = [shown[k] for k in uses if isinstance(k, int) and k in shown]
    if len(earlier) != len(uses):
        raise Refused(f"line {step['id']} refers to a line that does not come before it")
    if gives.term is not None:
        context.scope.check(gives.term)
        context.defined(gives.term)
        context.budget.walk(gives.term)
    rule.step(context, earlier, args, gives)
    if gives.kind == "positive" and gives.term is not None:
        context.established.add(gives.term)
    return gives
