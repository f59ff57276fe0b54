"""check(certificate): the one door. A statement is proved when this says Accepted, and only then."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args, read_arguments
from symconvex.kernel.context import Context, facts_of, spoken
from symconvex.kernel.curvature import at_point, curvature, differentiate, second_order
from symconvex.kernel.example import at_case, check_example
from symconvex.kernel.iff import follows, is_opposite
from symconvex.kernel.intervals import box, cases, growth
from symconvex.kernel.normal import Normal
from symconvex.kernel.reading import (
    FIELDS,
    Part,
    Split,
    Tree,
    check_plain,
    listing,
    read_constraint,
    read_part,
    read_statement,
    read_trees,
    record,
    scope_of,
    string,
    strings,
)
from symconvex.kernel.refutation import chord, flat, level, refute
from symconvex.kernel.signs import combine, constant, definite, fact, instance, power, quadratic, tangent, total
from symconvex.kernel.statement import CASE, SHOWS, SIGNS, Given, Judgment, Statement, judgment_of
from symconvex.kernel.structure import affine, compose, conclude, quasi, same
from symconvex.kernel.term import Budget, Malformed, Refused

WORK = 6_000_000
STEP = ("id", "rule", "uses", "with", "gives")
SHAPES = ("affine", "convex", "strict")
# Steps that look themselves at what the lines they use assume.
RELEASING = ("cases", "growth", "instance", "curvature", "second_order", "quasi")


@dataclass(frozen=True, slots=True)
class Checker:
    """A step, and the kind of each of its arguments; a kind in brackets may be left out."""

    step: Callable[[Context, list[Judgment], Args, Judgment], None]
    kinds: Mapping[str, str]


STEPS: Mapping[str, Checker] = {
    "constant": Checker(constant, {}),
    "fact": Checker(fact, {"fact": "name", "at": "[term]", "with": "[term]"}),
    "power": Checker(power, {}),
    "combine": Checker(combine, {"products": "products"}),
    "quadratic": Checker(quadratic, {"u": "term", "w": "term", "middle": "term"}),
    "sum": Checker(total, {"at": "[index]"}),
    "instance": Checker(instance, {"of": "name", "is": "name"}),
    "tangent": Checker(tangent, {"of": "name", "function": "term", "from": "term", "to": "term"}),
    "definite": Checker(definite, {"forms": "[forms]", "squares": "[squares]", "entries": "[entries]"}),
    "cases": Checker(cases, {}),
    "growth": Checker(growth, {"of": "name", "from": "term", "side": "name"}),
    "box": Checker(box, {"box": "box"}),
    "differentiate": Checker(differentiate, {}),
    "curvature": Checker(curvature, {"by": "[multipliers]"}),
    "at_point": Checker(at_point, {"point": "point", "direction": "point"}),
    "affine": Checker(affine, {}),
    "compose": Checker(compose, {"of": "[name]", "function": "[form]"}),
    "second_order": Checker(second_order, {"by": "[multipliers]"}),
    "quasi": Checker(quasi, {"slope": "[term]", "of": "[name]", "function": "[form]"}),
    "same": Checker(same, {"of": "[name]", "function": "[form]", "from": "[term]", "to": "[term]"}),
    "conclude": Checker(conclude, {}),
    "chord": Checker(chord, {"ends": "points", "weights": "weights"}),
    "flat": Checker(flat, {"along": "point", "at": "point", "base": "[point]"}),
    "level": Checker(level, {"along": "[point]"}),
    "refute": Checker(refute, {"weights": "weights"}),
}


@dataclass(frozen=True, slots=True)
class Theorem:
    """Under the hypotheses `given`, these claims hold of the loss; the hypotheses `met` hold of the given values.

    case    under the hypothesis `case`: the statement for these sizes and data
    """

    given: tuple[Given, ...]
    met: tuple[Given, ...]
    claims: tuple[Judgment, ...]
    case: Statement | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Every line of every part follows; the theorems about the statement are proved.

    exact    convex, concave, ... -> the tree of the cases in which the loss is that, and of those in which it is not
    """

    statement: Statement
    theorems: tuple[Theorem, ...]
    steps: int
    exact: Mapping[str, Tree]


Shown = Sequence[tuple[Sequence[Given], set[str]]]  # of each part: what it assumes, the words of its claims


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
    optional = ("iff",) if isinstance(certificate, dict) and "iff" in certificate else ()
    body, budget = record(certificate, (*FIELDS, *optional), "certificate"), Budget(WORK)
    statement = read_statement(body)
    parts = [read_part(part, statement) for part in listing(body["parts"], "parts")]
    if not parts:
        raise Malformed("a certificate has at least one part")
    if body["digest"] != digest(body):
        return Rejected(0, 0, "digest", "the certificate was changed after it was written: its digest does not match")
    theorems, normals = list[Theorem](), list[Normal]()
    for number, entry in enumerate(listing(body["domain"], "judgments")):
        wrong = check_constraint(statement, number, entry, normals, budget)
        if wrong is not None:
            return wrong
    for number, part in enumerate(parts):
        result = check_part(statement, number, part, normals, budget)
        if isinstance(result, Rejected):
            return result
        theorems.append(result)
    trees = read_trees(body["iff"], statement, SHOWS, len(parts)) if optional else {}
    shown = [(theorem.given, {claim.word for claim in theorem.claims}) for theorem in theorems]
    normal = normal_of(statement, Part((), {}, (), {}, (), ()), normals, budget)
    try:
        exact = {word: settled(tree, word, statement, shown, normal) for word, tree in trees.items()}
    except (Refused, RecursionError) as problem:
        return Rejected(0, 0, "iff", str(problem))
    return Accepted(statement, tuple(theorems), sum(len(part.steps) for part in parts), exact)


def settled(
    tree: Tree, word: str, statement: Statement, shown: Shown, normal: Normal, path: tuple[Given, ...] = ()
) -> Tree:
    """The tree with True or False at its ends; raises Refused where it leaves out a case, or a part does not fit."""
    if isinstance(tree, int):
        return _side(tree, word, shown, normal, path)
    first, second = tree.hypotheses
    if not is_opposite(statement, normal, first, second):
        raise Refused(f"one of {first} and {second} need not hold"[:300])
    then = settled(tree.then, word, statement, shown, normal, (*path, first))
    return Split(tree.hypotheses, then, settled(tree.other, word, statement, shown, normal, (*path, second)))


def _side(number: int, word: str, shown: Shown, normal: Normal, path: tuple[Given, ...]) -> bool:
    """What a part tells, all of whose hypotheses follow from the path."""
    given, words = shown[number - 1]
    missing = next((g for g in given if not any(follows(g, known, normal) for known in path)), None)
    if missing is not None:
        raise Refused(f"part {number} assumes {missing}, which does not follow on the way to it"[:300])
    side = next((side for side, fits in zip((True, False), SHOWS[word], strict=True) if words & fits), None)
    if side is None:
        raise Refused(f"part {number} does not tell whether the loss is {word}")
    return side


def normal_of(statement: Statement, part: Part, normals: list[Normal], budget: Budget) -> Normal:
    """Parts that may use the same facts of the data share their normal forms."""
    facts = facts_of(statement, part)
    known = next((normal for normal in normals if normal.facts == facts), None)
    if known is None:
        known = Normal(facts, budget)
        normals.append(known)
    return known


def check_constraint(
    statement: Statement, number: int, entry: object, normals: list[Normal], budget: Budget
) -> Rejected | None:
    """An entry of the domain cuts a convex set out of what the earlier ones leave: it has a proof, or is affine."""
    before, term = replace(statement, domain=statement.domain[:number]), statement.constraints[number]
    if isinstance(entry, dict):
        times, part = read_constraint(entry, before)
        scaled = replace(before, loss=t.Mul((t.Num(t.MINUS_ONE), times, term)))
        wrong = replay(context_of(scaled, part, normals, budget), number, part)
        return wrong and replace(wrong, rule=f"domain: {wrong.rule}")
    try:
        affine(context_of(before, Part((), {}, (), {}, (), ()), normals, budget), [], {}, Judgment("affine", "", term))
    except (Refused, RecursionError) as problem:
        raise Malformed(f"the domain is not affine: {problem}") from problem
    return None


def context_of(statement: Statement, part: Part, normals: list[Normal], budget: Budget) -> Context:
    """What the steps of a part may look at."""
    scope = scope_of(statement, part.given, part.numbers, part.variables)
    return Context(statement, part, normal_of(statement, part, normals, budget), scope, budget)


def check_part(
    statement: Statement, number: int, part: Part, normals: list[Normal], budget: Budget
) -> Theorem | Rejected:
    """Replay one part: its example meets what it assumes, every line follows from earlier ones, a claim is a line."""
    try:
        met, here = check_example(statement, part, budget), at_case(statement, part, budget)
    except (Refused, RecursionError) as problem:
        return Rejected(number, 0, "example", str(problem))
    wrong, case = replay(context_of(here, part, normals, budget), number, part), here if CASE in part.given else None
    return wrong or Theorem(tuple(g for g in part.given if g not in met), met, part.claims, case)


def replay(context: Context, number: int, part: Part) -> Rejected | None:
    """Nothing, when every line follows from earlier ones and every claim is a line."""
    shown = dict[int, Judgment]()
    for position, raw in enumerate(part.steps, 1):
        step = record(raw, (*STEP, "under") if isinstance(raw, dict) and "under" in raw else STEP, "step")
        if step["id"] != position:
            raise Malformed(f"step {position} calls itself {step['id']!r}"[:100])
        try:
            shown[position] = apply(context, step, shown)
        except (Refused, RecursionError) as problem:
            return Rejected(number, position, string(step["rule"]), str(problem))
    for claim in part.claims:
        if claim not in shown.values():
            return Rejected(number, len(part.steps), "claims", f"no line shows {claim}"[:300])
    return None


def apply(context: Context, step: Mapping[str, object], shown: Mapping[int, Judgment]) -> Judgment:
    """Check one line and return its conclusion."""
    name, gives = string(step["rule"]), judgment_of(string(step["gives"]), context.seen)
    rule = STEPS.get(name)
    if rule is None:
        raise Malformed(f"no rule is called {name[:60]!r}")
    uses = listing(step["uses"], "line numbers")
    if any(not isinstance(k, int) for k in uses):
        raise Malformed("a step uses a list of line numbers")
    earlier = [shown[k] for k in uses if isinstance(k, int) and k in shown]
    if len(earlier) != len(uses):
        raise Refused(f"line {step['id']} refers to a line that does not come before it")
    under = _assume(context, step)
    gives = replace(gives, under=under)
    _readable(context, gives)
    if gives.kind not in (*SIGNS, "definite"):
        for assumption in under:
            context.fixed(assumption.term or t.ZERO, "an assumption")
    if name not in RELEASING:
        context.stand(*earlier)
    rule.step(context, earlier, read_arguments(context, rule.kinds, step["with"]), gives)
    if gives.kind in SIGNS:
        context.signs.setdefault(replace(gives, under=()), []).append(frozenset(under))
    return gives


def _assume(context: Context, step: Mapping[str, object]) -> tuple[Judgment, ...]:
    """The assumptions of a line: signs, each defined under those before it."""
    context.under = ()
    for text in strings(step.get("under", [])):
        assumption = judgment_of(text, context.seen)
        if assumption.kind not in SIGNS:
            raise Malformed(f"an assumption is a sign, not {assumption}"[:300])
        _readable(context, assumption)
        context.under += (assumption,)
    if "under" in step and not context.under:
        raise Malformed("a line under no assumptions says nothing of them")
    return context.under


def _readable(context: Context, line: Judgment) -> None:
    """Refuse unless the term of a line is well formed and defined; it is paid for."""
    if line.term is not None:
        context.scope.check(line.term)
        context.defined(line.term)
        context.budget.walk(line.term)
        if line.kind in SHAPES and not spoken(line.term).isdisjoint(context.direction_names):
            raise Refused(f"what is {line.kind} speaks of no direction: {line}"[:300])
