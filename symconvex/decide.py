"""The one road from a problem to a verdict: rules propose, the kernel decides."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from symconvex.data import sized
from symconvex.deadline import OutOfTime, now, room, time_limit
from symconvex.drafting.arguments.cases import Case, Cases
from symconvex.drafting.draft import draft_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.lifting import Small, lifted
from symconvex.drafting.lines import finish
from symconvex.drafting.rule import Rule
from symconvex.drafting.shifting import find_shift, shifted
from symconvex.errors import CertificateError, LossError, NotYet
from symconvex.kernel.term import Refused, subterms
from symconvex.language.canonical import parts_of
from symconvex.language.indices import naming_of
from symconvex.language.printing import text_of
from symconvex.language.printing.refusals import refusal_text
from symconvex.problem import Expr, Problem, Symbol
from symconvex.rules import rules
from symconvex.rules.hessian_squares import WORDS as WAYS
from symconvex.rules.hessian_squares import ways_bent
from symconvex.search.cases import at_case, cases
from symconvex.search.constraints import with_proofs
from symconvex.search.defined import defined
from symconvex.search.domain import checked
from symconvex.search.parts import undefined
from symconvex.search.portfolio import WORK, Attempt, attempts
from symconvex.search.quasi import beside, find_quasi
from symconvex.verdict import Depends, Proved, Refuted, Undecided, Verdict, verdict_of

REPLAY_GRACE = 5.0  # seconds that the replay of a certificate may run over the budget
# Data so small that their sums may be written out, when the theorem for all data leaves the question open.
MOST_NUMBERS = 4_000
# The rule that is asked about many cases; answers in the order in which they are told, and the claims that are kept.
WITNESS, STRUCTURE = "numeric-witness", "composition"
LARGE = 2_000  # subterms of a loss of which structure is asked first
ORDER = ("neither", "not convex", "affine", "concave", "convex")
KEPT = ("convex", "concave", "affine", "not_convex", "not_concave")
FOR_QUASI = 5.0  # seconds at most for what is said beside the answer; its work is bounded
FOR_SHIFT = 300_000  # work
FOR_CASES = 0.25  # the share of the time that is left for cases, where data have no values
MOST_SPREAD = 9  # numbers among the parameters
MOST_MORE = 7  # cases in which the loss may be convex


@room()
def decide(problem: Problem, *, budget: float, enough: Callable[[Verdict], bool] | None = None) -> Verdict:
    """Decide the problem by the rules in order of cost, within `budget` seconds.

    enough    whether a verdict says all that is asked for: one that does not waits for a better one

    With data given as numbers the theorem for all data comes first: it holds of these data, and what it assumes is
    decided on them by exact algebra. Only what it leaves open, or refutes without numbers to show, is decided on the
    data themselves.

    Fails    NotYet when a parameter ranges over a set that is not convex, or the loss has a step; LossError when the
             domain is empty; else what is not shown is Undecided
    """
    problem, end = on_domain(problem), now() + budget
    _check_continuous(problem)
    problem = checked(defined(problem))
    open_ = any(symbol.name not in problem.values for symbol in problem.data)
    most = end - (budget * FOR_CASES if open_ else 0)
    enough = enough or says_enough
    found, tried = _first(dataclasses.replace(problem, values={}), problem, most, enough=enough)
    aside, found = (found, None) if isinstance(found, Depends) and not found.view.speaks else (None, found)
    small = sum(map(_count, problem.values.values())) <= MOST_NUMBERS
    if problem.values and not small and found is None:
        tried.append(f"the theorem for all data is open, and more than {MOST_NUMBERS} numbers are not written out")
    if problem.values and small and not problem.standins and (found is None or isinstance(found, Refuted)):
        closer, more = _first(sized(problem), sized(problem), end, enough=enough)
        tried += [line for line in more if line not in tried]
        found = closer if closer is not None and (found is None or isinstance(closer, Refuted)) else found
    if (found is None or isinstance(found, Depends)) and not problem.standins:
        closer = _by_shift(problem, end)
        found = found if closer is None else closer
    wide = written_out(problem) if not problem.standins and (found is None or not says_enough(found)) else None
    if wide is not None:
        closer, more = _first(wide, wide, most, enough=enough)
        tried += [line for line in more if line not in tried]
        found = found if closer is None else closer
    if found is None and small and not problem.standins:
        found = _by_cases(problem, end)
    if problem.standins and not isinstance(found, Proved):
        found = None  # what is wrong for some arrays in the places of others need not be wrong for those
        tried.append(f"{'; '.join(problem.standins)}; declare the sizes as numbers to take it exactly")
    left = Undecided(problem, (*tried, *_sampled(problem, end)), aside) if found is None else found
    return with_quasi(left, end)


def with_quasi(verdict: Verdict, end: float) -> Verdict:
    """The verdict with what is shown of quasiconvexity, within a small share of the time; never another answer."""
    seconds = min(end - now(), FOR_QUASI)
    if verdict.quasiconvex is not None or verdict.problem.standins or seconds <= 0:
        return verdict
    try:
        with time_limit(seconds):
            draft = with_proofs(draft_of(verdict.problem))
            argument = None if isinstance(verdict, Undecided) else verdict.argument
            found = finish(draft, find_quasi(draft, argument), {})
        return verdict if found is None else beside(verdict, found)
    except (OutOfTime, CertificateError):
        return verdict


def _sampled(problem: Problem, end: float) -> tuple[str, ...]:
    """What sampling sees of the loss in the time that is left; nothing when there is none."""
    if now() >= end:
        return ()
    from symconvex.search.evidence import evidence

    try:
        with time_limit(max(end - now(), 0)):
            return evidence(problem)
    except OutOfTime:
        return ()


def _by_shift(problem: Problem, end: float) -> Verdict | None:
    """Neither convex nor concave for any data, from points for the data 0, where data only shift parameters."""
    if problem.values or now() >= end:
        return None
    draft, witness = with_proofs(draft_of(problem)), [rule for rule in rules() if rule.name == WITNESS]
    try:
        with bounded(FOR_SHIFT):
            shift = find_shift(draft)
    except Refused:
        return None
    if shift is None:
        return None
    case = at_case(problem, {}, dict.fromkeys(draft.data, Fraction(0)))
    small, _ = _first(case, case, end, witness, WORK[:1])
    if not isinstance(small, Refuted):
        return None
    try:
        certificate = shifted(draft, small.certificate, shift)
        return None if certificate is None else verdict_of(problem, certificate, "shifted-data", None)
    except CertificateError:
        return None


def _by_cases(problem: Problem, end: float) -> Verdict | None:
    """What the loss is for simple data, in one certificate: some that refute convexity first, then others."""
    witness = [rule for rule in rules() if rule.name == WITNESS]
    shown = dict[str, tuple[Case, Small]]()
    for sizes, case in cases(problem):
        if "neither" not in shown:
            shown = _with_case(shown, sizes, case, end, witness)
    if not shown:
        return None
    for sizes, case in islice(cases(problem), MOST_MORE):
        if not {"convex", "concave"} & shown.keys():
            shown = _with_case(shown, sizes, case, end, rules())
    kept = [shown[answer] for answer in ORDER if answer in shown]
    for few in (kept[:1] + kept[-1:] if len(kept) > 1 else kept, kept[:1]):
        certificate = lifted(with_proofs(draft_of(problem)), [small for _, small in few], KEPT)
        if certificate is None:
            continue
        try:
            return verdict_of(problem, certificate, "cases", Cases(tuple(case for case, _ in few)))
        except CertificateError:
            continue
    return None


def _with_case(
    shown: Mapping[str, tuple[Case, Small]], sizes: Mapping[str, int], case: Problem, end: float, asked: Sequence[Rule]
) -> dict[str, tuple[Case, Small]]:
    """The answers with that of one more case, where it is new."""
    try:
        checked(case)
        verdict, _ = _first(case, case, end, asked, WORK[:1]) if now() < end else (None, [])
    except (LossError, NotYet):
        return {**shown}
    if not isinstance(verdict, Proved | Refuted):
        return {**shown}
    shown_by = (verdict.argument, case, verdict.certificate, verdict.rule)
    told = Case(verdict.answer, sizes, case.values, *shown_by)
    return {verdict.answer: (told, (case, verdict.certificate)), **shown}


def _check_continuous(problem: Problem) -> None:
    """Raise NotYet when there is a step in the loss or its domain."""
    waiting = [problem.loss, *problem.positive, *problem.nonneg]
    while waiting:
        part = waiting.pop()
        if part.op == "call" and part.value in ("step", "sign"):
            raise NotYet(
                "a loss or a domain with a step is neither proved nor refuted",
                where=problem.text[:200],
                expected="a continuous function of parameters and data",
                got=text_of(part),
                hint="write relu(x), abs(x) or max(a, b) for a corner, or sigmoid(x) for a smooth step",
            )
        waiting += part.args


def _count(value: object) -> int:
    return sum(map(_count, value)) if isinstance(value, tuple) else 1


def says_enough(verdict: Verdict) -> bool:
    """Does the verdict leave nothing open that another rule may show?"""
    return verdict.answer != "not convex" and (not isinstance(verdict, Depends) or verdict.view.speaks)


def _first(
    asked: Problem,
    problem: Problem,
    end: float,
    chosen: Sequence[Rule] = (),
    rounds: Sequence[int] = (),
    *,
    enough: Callable[[Verdict], bool] = says_enough,
) -> tuple[Verdict | None, list[str]]:
    """The first verdict of a rule, and what was tried before. One that is not enough waits for a better one.

    asked    what the rules see: the problem, or the problem for all data
    chosen   the rules, all of them when nothing is said
    rounds   the work of each rule in every round, WORK when nothing is said
    """
    tried, second, rounds = undefined(asked), None, rounds or WORK
    waiting: Sequence[Rule] = chosen or in_order(asked)
    for work in rounds:
        over = []
        for rule, attempt in attempts(asked, waiting, values=problem.values, work=work, end=end):
            if attempt.over and work < rounds[-1]:
                over.append(rule)
                continue
            verdict = _replayed(problem, attempt, end, tried)
            if verdict is not None and enough(verdict):
                return verdict, tried
            second = verdict if second is None else second
        if second is not None:
            break
        waiting = over
    return second, tried


def in_order(problem: Problem) -> list[Rule]:
    """The rules from cheap to dear; that of witnesses first where numbers clearly bend up and down.

    Of a large loss structure is asked first: it takes linear time, and what it leaves out of constants is dear there.
    """
    draft = draft_of(problem)
    bent = ways_bent(draft)
    if len(bent) == len(WAYS):
        return sorted(rules(), key=lambda rule: rule.name != WITNESS)
    large = sum(1 for _ in islice(subterms(draft.loss), LARGE)) == LARGE
    return sorted(rules(), key=lambda rule: large and rule.name != STRUCTURE)


def _replayed(problem: Problem, attempt: Attempt, end: float, tried: list[str]) -> Verdict | None:
    if attempt.certificate is None:
        tried.append(attempt.rule)
        return None
    try:
        with time_limit(max(end - now(), 0) + REPLAY_GRACE):
            argument = None if attempt.finding is None else attempt.finding.argument
            return verdict_of(problem, attempt.certificate, attempt.rule, argument)
    except OutOfTime:
        tried.append(f"{attempt.rule} (its certificate takes too long to replay)")
    except CertificateError as refused:
        tried.append(f"{attempt.rule} ({refusal_text(refused.got, problem)})")
    return None


ONE = Expr("number", (), Fraction(1), ())
MINUS = Expr("number", (), Fraction(-1), ())


def on_domain(problem: Problem) -> Problem:
    """The same question with the sets of its parameters stated as its domain: x positive as x > 0.

    Fails    NotYet for sets of separate points
    """
    plain = tuple(dataclasses.replace(symbol, within="real") for symbol in problem.parameters)
    counted = naming_of((problem.loss,)).counted
    positive = tuple(c for s in problem.parameters for whole in _positive(s) for c in parts_of(whole, counted))
    below = [_name(symbol) for symbol in problem.parameters if symbol.within == "nonnegative"]
    nonneg = tuple(c for whole in below for c in parts_of(whole, counted))
    return dataclasses.replace(
        problem, parameters=plain, positive=(*positive, *problem.positive), nonneg=(*nonneg, *problem.nonneg)
    )


def written_out(problem: Problem) -> Problem | None:
    """The problem with all sums written out, where it is about a few numbers in arrays of numbered sizes."""
    shapes = [symbol.shape for symbol in (*problem.parameters, *problem.data)]
    sizes = frozenset(size for shape in shapes for size in shape)
    if sizes <= {1} or any(isinstance(size, str) for size in sizes):
        return None
    moving, given = (
        sum(math.prod(map(int, s.shape)) for s in symbols) for symbols in (problem.parameters, problem.data)
    )
    if moving > MOST_SPREAD or given > 10 * MOST_SPREAD:
        return None
    spread = frozenset(map(int, sizes))
    positive, nonneg = (
        tuple(part for whole in conditions for part in parts_of(whole, spread))
        for conditions in (problem.positive, problem.nonneg)
    )
    return dataclasses.replace(problem, positive=positive, nonneg=nonneg, spread=spread)


def _name(symbol: Symbol) -> Expr:
    return Expr("name", (), symbol.name, symbol.shape)


def _positive(symbol: Symbol) -> tuple[Expr, ...]:
    """What is > 0 when the symbol lies in its set."""
    here = _name(symbol)
    match symbol.within:
        case "real" | "nonnegative":
            return ()
        case "positive":
            return (here,)
        case "unit":
            return (here, Expr("add", (ONE, Expr("mul", (MINUS, here), None, symbol.shape)), None, symbol.shape))
    raise NotYet(
        f"the parameter {symbol.name} ranges over a set that is not convex",
        where=f"the set of {symbol.name}",
        expected="real, positive, nonnegative or unit",
        got=symbol.within,
        hint=f"leave the set out: is the loss convex in every real {symbol.name}?",
    )
