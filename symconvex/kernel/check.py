"""check(certificate): the one door. A statement is proved when this says Accepted, and only then."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from symconvex.kernel import term as t
from symconvex.kernel.context import Context, Refused, facts_of
from symconvex.kernel.convexity import CONVEXITY_STEPS
from symconvex.kernel.normal import Normal, TooLarge
from symconvex.kernel.refutation import REFUTATION_STEPS
from symconvex.kernel.signs import SIGN_STEPS
from symconvex.kernel.statement import (
    SETS,
    Given,
    Judgment,
    Scope,
    Statement,
    read_given,
    read_judgment,
    read_nested,
)
from symconvex.kernel.term import Malformed, Size

FORMAT = 1
STEPS = {**SIGN_STEPS, **CONVEXITY_STEPS, **REFUTATION_STEPS}
FIELDS = {"format", "name", "text", "sizes", "indices", "data", "parameters", "values", "domain", "loss", "parts", "digest"}
MAX_STEPS = 2_000


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
    statement, parts = read_statement(certificate)
    if certificate["digest"] != digest(certificate):
        return Rejected(0, 0, "digest", "the certificate was changed after it was written: its digest does not match")
    theorems, count = [], 0
    for number, part in enumerate(parts):
        result = check_part(statement, number, part)
        if isinstance(result, Rejected):
            return result
        theorems.append(result)
        count += len(part["steps"])
    return Accepted(tuple(theorems), count)


def read_statement(certificate: object) -> tuple[Statement, list[dict[str, object]]]:
    body = record(certificate, FIELDS, "certificate")
    if body["format"] != FORMAT:
        raise Malformed(f"this is not a certificate of format {FORMAT}")
    for key in ("name", "text"):
        if not isinstance(body[key], str):
            raise Malformed(f"the {key} of a certificate is text")
    sizes = {name: least for name, least in mapping(body["sizes"]).items()}
    if any(not isinstance(least, int) or isinstance(least, bool) or least < 1 for least in sizes.values()):
        raise Malformed("the least value of a size is a whole number, at least 1")
    indices = {name: size(over, sizes) for name, over in mapping(body["indices"]).items()}
    data = {name: _data(entry, sizes) for name, entry in mapping(body["data"]).items()}
    parameters = {name: shape(entry, sizes) for name, entry in mapping(body["parameters"]).items()}
    names = [*sizes, *indices, *data, *parameters]
    if len(set(names)) != len(names) or not parameters:
        raise Malformed("a name is declared twice, or there is no parameter")
    values = {name: read_nested(given, data[name][0], {}) for name, given in mapping(body["values"]).items() if name in data}
    if set(values) != set(mapping(body["values"])):
        raise Malformed("a value for a name that is not data")
    _in_sets(values, data)
    statement = Statement(sizes, indices, data, parameters, values, terms(body["domain"]), t.parse(string(body["loss"])))
    scope = scope_of(statement, (), ())
    for term in (statement.loss, *statement.domain):
        closed(scope, term, "the loss and its domain")
    _affine_domain(statement)
    parts = body["parts"]
    if not isinstance(parts, list) or not parts:
        raise Malformed("a certificate has at least one part")
    return statement, [record(part, {"given", "variables", "claims", "steps"}, "part") for part in parts]


def check_part(statement: Statement, number: int, part: dict[str, object]) -> Theorem | Rejected:
    given = tuple(read_given(text) for text in strings(part["given"]))
    variables = tuple(strings(part["variables"]))
    check_given(statement, given, variables)
    normal = Normal(facts_of(statement, given))
    scope = scope_of(statement, given, variables)
    context = Context(statement, given, variables, statement.loss, normal, scope)
    steps, shown = part["steps"], dict[int, Judgment]()
    if not isinstance(steps, list) or not 0 < len(steps) <= MAX_STEPS:
        raise Malformed(f"a part has between 1 and {MAX_STEPS} steps")
    for position, raw in enumerate(steps, 1):
        step = record(raw, {"id", "rule", "uses", "with", "gives"}, "step")
        if step["id"] != position:
            raise Malformed(f"step {position} calls itself {step['id']!r}"[:100])
        try:
            shown[position] = apply(context, step, shown)
        except (Refused, TooLarge) as problem:
            return Rejected(number, position, str(step["rule"]), str(problem))
    claims = strings(part["claims"])
    for claim in claims:
        if read_judgment(claim) not in shown.values() or not claim.startswith("(loss "):
            return Rejected(number, len(steps), "claims", f"no line shows {claim[:200]}")
    if not claims:
        raise Malformed("a part claims something")
    return Theorem(tuple(strings(part["given"])), tuple(claims))


def apply(context: Context, step: dict[str, object], shown: Mapping[int, Judgment]) -> Judgment:
    """Check one line and return its conclusion."""
    rule, uses = step["rule"], step["uses"]
    if not isinstance(rule, str) or rule not in STEPS:
        raise Malformed(f"no rule is called {rule!r}"[:100])
    if not isinstance(uses, list) or any(not isinstance(k, int) or isinstance(k, bool) for k in uses):
        raise Malformed("a step uses a list of line numbers")
    if any(k not in shown for k in uses):
        raise Refused(f"line {step['id']} refers to a line that does not come before it")
    gives = read_judgment(string(step["gives"]))
    if gives.term is not None:
        context.scope.check(gives.term)
        context.defined(gives.term)
    STEPS[rule](context, [shown[k] for k in uses], arguments(step["with"]), gives)
    if gives.kind == "positive" and gives.term is not None:
        context.established.add(t.render(gives.term))
    return gives


def check_given(statement: Statement, given: tuple[Given, ...], variables: tuple[str, ...]) -> None:
    """Hypotheses speak of declared data; a new name is new; a witness index is used for nothing else."""
    used = {*statement.sizes, *statement.indices, *statement.data, *statement.parameters}
    scope = scope_of(statement, given, ())
    witnesses = frozenset(g.extra for g in given if g.kind == "nonzero")
    for g in given:
        if g.kind in ("positive", "nonneg") and g.term is not None:
            scope.check(g.term)
            moving = {*statement.parameters, *statement.directions.values()}
            if t.free_indices(g.term) - witnesses or _symbols(g.term) & moving:
                raise Malformed("a hypothesis speaks of the data only")
            continue
        if g.name not in statement.data:
            raise Malformed(f"{g.name} is not data")
        dimensions = statement.data[g.name][0]
        if g.kind == "nonzero" and (not dimensions or statement.indices.get(g.extra) != dimensions[0]):
            raise Malformed(f"{g.extra} is not an index over the rows of {g.name}")
        if g.kind in ("injective", "null", "spectral") and len(dimensions) != 2:
            raise Malformed(f"{g.name} is not a matrix")
    fresh = [*variables, *(g.extra for g in given if g.kind in ("null", "spectral"))]
    if len({*fresh}) != len(fresh) or used & {*fresh} or not all(plain(name) for name in fresh):
        raise Malformed("a variable or a hypothesis reuses a name")
    binders = [s.index for term in (statement.loss, *statement.domain) for s in t.subterms(term) if isinstance(s, t.Sum)]
    if len(witnesses) != sum(g.kind == "nonzero" for g in given) or witnesses & {*binders}:
        raise Malformed("a witness index stands for one place and is bound nowhere")


def _symbols(term: t.Term) -> set[str]:
    return {part.name for part in t.subterms(term) if isinstance(part, t.Sym)}


def scope_of(statement: Statement, given: tuple[Given, ...], variables: tuple[str, ...]) -> Scope:
    symbols: dict[str, tuple[Size, ...]] = {name: dims for name, (dims, _) in statement.data.items()}
    for name, dims in statement.parameters.items():
        symbols[name] = symbols[f"{name}'"] = dims
    for name in variables:
        symbols[name] = ()
    for g in given:
        if g.kind == "null":
            symbols[g.extra] = statement.data[g.name][0][1:] if g.name in statement.data else ()
        elif g.kind == "spectral":
            symbols[g.extra] = ()
    return Scope(statement.sizes, statement.indices, symbols)


def closed(scope: Scope, term: t.Term, what: str) -> None:
    scope.check(term)
    if t.free_indices(term):
        raise Malformed(f"{what} have a free index")
    if any(isinstance(part, t.Sym) and part.name.endswith("'") for part in t.subterms(term)):
        raise Malformed(f"{what} speak of a direction")
    if any(isinstance(part, t.Fn) and part.name == "step" for part in t.subterms(term)):
        raise Malformed(f"{what} contain a step, which is not continuous")


def _affine_domain(statement: Statement) -> None:
    """The domain is an intersection of open half-spaces, so it is convex."""
    context = Context(statement, (), (), statement.loss, Normal(facts_of(statement, ())), scope_of(statement, (), ()))
    for constraint in statement.domain:
        try:
            CONVEXITY_STEPS["affine"](context, [], {}, Judgment("affine", "", constraint))
        except Refused as problem:
            raise Malformed(f"the domain is not affine: {problem}") from problem


def _in_sets(values: Mapping[str, object], data: Mapping[str, tuple[tuple[Size, ...], str]]) -> None:
    allowed = {
        "positive": lambda x: x > 0,
        "nonnegative": lambda x: x >= 0,
        "sign": lambda x: x in (-1, 1),
        "binary": lambda x: x in (0, 1),
        "unit": lambda x: 0 < x < 1,
        "count": lambda x: x >= 0 and x.denominator == 1,
    }
    for name, value in values.items():
        within = data[name][1]
        if within in allowed and not all(allowed[within](x) for x in flatten(value)):
            raise Malformed(f"a value of {name} is not {within}")


def flatten(value: object) -> list[object]:
    return [x for part in value for x in flatten(part)] if isinstance(value, tuple) else [value]


# ---- reading ------------------------------------------------------------------------------------


def record(value: object, fields: set[str], what: str) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != fields:
        raise Malformed(f"a {what} has exactly the fields {', '.join(sorted(fields))}")
    return value


def plain(name: object) -> bool:
    return isinstance(name, str) and t.NAME.match(name) is not None and name[0] != "_" and name[-1] != "'"


def mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not all(plain(name) for name in value):
        raise Malformed("expected a record of plain names")
    return value


def arguments(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise Malformed("the arguments of a step are a record")
    return value


def string(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed(f"expected text, found {type(value).__name__}")
    return value


def strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Malformed("expected a list of texts")
    return value


def terms(value: object) -> tuple[t.Term, ...]:
    return tuple(t.parse(text) for text in strings(value))


def size(value: object, sizes: Mapping[str, int]) -> Size:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if isinstance(value, str) and value in sizes:
        return value
    raise Malformed(f"{value!r} is not a declared size or a number >= 1"[:100])


def shape(value: object, sizes: Mapping[str, int]) -> tuple[Size, ...]:
    if not isinstance(value, list) or len(value) > 4:
        raise Malformed("a shape is a list of at most four sizes")
    return tuple(size(item, sizes) for item in value)


def _data(value: object, sizes: Mapping[str, int]) -> tuple[tuple[Size, ...], str]:
    entry = record(value, {"shape", "within"}, "symbol")
    if entry["within"] not in SETS:
        raise Malformed(f"unknown set {entry['within']!r}"[:100])
    return shape(entry["shape"], sizes), str(entry["within"])
