"""From JSON to a statement and its parts. Reading is strict: what is not expected is Malformed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.statement import (
    CASE,
    EXTREMES,
    NULL,
    SIGNS,
    Given,
    Judgment,
    Scope,
    Statement,
    flat,
    lengths,
    read_array,
    read_given,
    read_judgment,
    read_term,
)
from symconvex.kernel.term import Malformed, Nested, Size, Term

FORMAT = 2
FIELDS = (
    "format", "name", "text", "sizes", "indices", "data", "parameters", "values", "domain", "loss", "parts", "digest",
)  # fmt: skip
PART = ("given", "numbers", "variables", "example", "claims", "steps")
PROVED = ("is", "times", "variables", "uses")
MAX_NESTING = 16
MAX_WHOLE = 999_999_999
MAX_DIMENSIONS = 4
MAX_STEPS = 20_000
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}\Z")
MADE = re.compile(r"\?[A-Za-z][A-Za-z0-9_]{0,40}\Z")
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,59}\Z")
TEXT = re.compile(r"[ -~]{0,40000}\Z")

WITHIN: Mapping[str, Callable[[Fraction], bool]] = {
    "real": lambda x: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "sign": lambda x: x in (-1, 1),
    "binary": lambda x: x in (0, 1),
    "unit": lambda x: 0 < x < 1,
    "count": lambda x: x >= 0 and x.denominator == 1,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Hypotheses, numbers under a name, variables, an example as it stands, claims, and the steps as they stand."""

    given: tuple[Given, ...]
    numbers: Mapping[str, Nested]
    variables: tuple[str, ...]
    example: Mapping[str, object]
    claims: tuple[Judgment, ...]
    steps: tuple[object, ...]


def check_plain(value: object, depth: int) -> None:
    """Raise Malformed unless the value is made of records, lists, texts and whole numbers only."""
    if depth > MAX_NESTING:
        raise Malformed(f"brackets nested more than {MAX_NESTING} deep")
    if isinstance(value, dict):
        strings(list(value))
        for entry in value.values():
            check_plain(entry, depth + 1)
    elif isinstance(value, list):
        for entry in value:
            check_plain(entry, depth + 1)
    elif isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise Malformed("a whole number of more than nine digits")
    elif type(value) not in (str, int):
        raise Malformed(f"a {type(value).__name__} where only records, lists, texts and whole numbers may stand")


def read_statement(body: Mapping[str, object]) -> Statement:
    """The problem of a certificate, well formed and with names that do not collide."""
    if body["format"] != FORMAT:
        raise Malformed(f"this is not a certificate of format {FORMAT}")
    if not LABEL.match(string(body["name"])) or not TEXT.match(string(body["text"])):
        raise Malformed("the name is a short plain word, and the text printable ASCII")
    sizes = {name: whole(least) for name, least in mapping(body["sizes"]).items()}
    indices = {name: size(over, sizes) for name, over in mapping(body["indices"]).items()}
    data = {name: _data(entry, sizes) for name, entry in mapping(body["data"]).items()}
    parameters = {name: shape(entry, sizes) for name, entry in mapping(body["parameters"]).items()}
    if not parameters or set(data) & set(parameters):
        raise Malformed("a name is declared twice, or there is no parameter")
    values = {name: _values(name, array, data) for name, array in mapping(body["values"]).items()}
    fixed: dict[str, int] = {}
    for name, value in values.items():
        match_shape(name, value, data[name][0], sizes, fixed)
    domain = tuple(map(_entry, listing(body["domain"], "judgments")))
    loss = read_term(string(body["loss"]))
    statement = Statement({**sizes, **fixed}, fixed, indices, data, parameters, values, domain, loss)
    if t.free_indices(loss) or any(entry.kind not in SIGNS for entry in domain):
        raise Malformed("the loss has a free index, or the domain is not made of signs")
    for term in (loss, *statement.constraints):
        still(statement, term)
    return statement


def _entry(value: object) -> Judgment:
    """What an entry of the domain says; its proof, if it has one, is read when it is replayed."""
    return read_judgment(string(record(value, PROVED, "constraint")["is"] if isinstance(value, dict) else value))


def _values(name: str, array: object, data: Mapping[str, tuple[tuple[Size, ...], str]]) -> Nested:
    if name not in data:
        raise Malformed(f"{name} has a value and is not data")
    dimensions, within = data[name]
    return read_data(name, array, len(dimensions), within)


def read_data(name: str, array: object, depth: int, within: str) -> Nested:
    """An array with every number in its set."""
    value = read_array(array, depth)
    inside = WITHIN[within]
    if within != "real" and not all(inside(x) for x in flat(value)):
        raise Malformed(f"a value of {name} is not {within}")
    return value


def match_shape(
    name: str, value: Nested, dimensions: tuple[Size, ...], sizes: Mapping[str, int], fixed: dict[str, int]
) -> None:
    """Raise Malformed unless the array has this shape; a named size that is not fixed yet is fixed by it."""
    for size_, length in zip(dimensions, lengths(value), strict=True):
        if isinstance(size_, str) and size_ not in fixed and length >= sizes[size_]:
            fixed[size_] = length
        if length != (fixed.get(size_) if isinstance(size_, str) else size_):
            raise Malformed(f"the array {name} has the length {length} where its shape says {size_}")


def still(statement: Statement, term: Term) -> None:
    """The loss and its domain speak of parameters and data only, and are continuous."""
    scope_of(statement, (), {}, ()).check(term)
    for part in t.subterms(term):
        if isinstance(part, t.Sym) and part.name in statement.directions.values():
            raise Malformed("the loss or its domain speaks of a direction")
        if isinstance(part, t.Fn) and part.name == "step":
            raise Malformed("the loss or its domain contains a step, which is not continuous")


def read_part(value: object, statement: Statement) -> Part:
    """One part, its hypotheses well formed and its new names new."""
    entry = record(value, PART, "part")
    given = tuple(map(read_given, strings(entry["given"])))
    numbers = {name: _numbers(name, array) for name, array in mapping(entry["numbers"]).items()}
    variables = tuple(strings(entry["variables"]))
    claims = tuple(map(read_judgment, strings(entry["claims"])))
    if not claims or any(claim.kind != "loss" for claim in claims):
        raise Malformed("a part claims something of the loss")
    example = entry["example"]
    if not isinstance(example, dict):
        raise Malformed("an example is a record")
    part = Part(given, numbers, variables, example, claims, read_steps(entry["steps"]))
    check_names(statement, part)
    check_given(statement, given)
    return part


def read_steps(value: object) -> tuple[object, ...]:
    """The lines as they stand."""
    steps = listing(value, "steps")
    if not 0 < len(steps) <= MAX_STEPS:
        raise Malformed(f"a proof has between 1 and {MAX_STEPS} steps")
    return tuple(steps)


def read_constraint(value: object, statement: Statement) -> tuple[Term, Part]:
    """The factor h of a constraint h T, and its proof, a part about a statement whose loss is -h T."""
    entry = record(value, PROVED, "constraint")
    times = read_term(string(entry["times"]))
    still(statement, times)
    claims = (Judgment("positive", "", times), Judgment("loss", "convex", None))
    part = Part((), {}, tuple(strings(entry["variables"])), {}, claims, read_steps(entry["uses"]))
    check_names(statement, part)
    return times, part


def _numbers(name: str, value: object) -> Nested:
    """An array with its shape, which is made of whole numbers."""
    entry = record(value, ("shape", "is"), "name for numbers")
    dimensions = shape(entry["shape"], {})
    array = read_array(entry["is"], len(dimensions))
    match_shape(name, array, dimensions, {}, {})
    return array


@dataclass(frozen=True, slots=True)
class Split:
    """Of two opposite hypotheses one holds: what is so in the first case, and in the second."""

    hypotheses: tuple[Given, Given]
    then: "Tree"
    other: "Tree"


Tree = int | Split  # an end is the number of a part, from 1; or, once it is checked, True where the property holds


def read_trees(value: object, statement: Statement, words: Iterable[str], parts: int) -> dict[str, Tree]:
    """The exact conditions of a certificate: a tree of opposite hypotheses for some of the words."""
    if not isinstance(value, dict) or not value or not {*value} <= {*words}:
        raise Malformed(f"iff has a tree for some of {', '.join(words)}")
    return {word: _tree(tree, statement, parts) for word, tree in value.items()}


def _tree(value: object, statement: Statement, parts: int) -> Tree:
    if isinstance(value, int):
        if not 1 <= value <= parts:
            raise Malformed(f"there is no part {value}")
        return value
    node = record(value, ("split", "then", "else"), "node of a tree")
    pair = [read_given(text) for text in strings(node["split"])]
    if len(pair) != 2:
        raise Malformed("a node splits by two hypotheses")
    for given in pair:
        check_given(statement, (given,))
    return Split((pair[0], pair[1]), _tree(node["then"], statement, parts), _tree(node["else"], statement, parts))


def check_names(statement: Statement, part: Part) -> None:
    """Names that a part makes are new, and each is made once."""
    made = [*part.variables, *(g.extra for g in part.given if g.kind in (*NULL, "attained", "real", *EXTREMES))]
    if len({*made}) != len(made) or not all(MADE.match(name) for name in made):
        raise Malformed("a variable or a new symbol of a hypothesis is no made name, or not new")
    if {*part.numbers} & {*statement.data, *statement.parameters}:
        raise Malformed("numbers under the name of another symbol")


def check_given(statement: Statement, given: tuple[Given, ...]) -> None:
    """Hypotheses speak of declared data only; a witness index is used for nothing else."""
    if CASE in given and len(given) > 1:
        raise Malformed("a part about the case of its example has no other hypothesis")
    for g in given:
        if g.kind in (*SIGNS, "real", "case"):
            continue
        if g.name not in statement.data:
            raise Malformed(f"{g.name[:60]} is not data")
        dimensions = statement.data[g.name][0]
        if g.kind == "nonzero" and (not dimensions or statement.indices.get(g.extra) != dimensions[0]):
            raise Malformed(f"{g.extra[:60]} is not an index over the rows of {g.name}")
        if g.kind in ("injective", "injective_affine", *NULL, "attained", *EXTREMES) and len(dimensions) != 2:
            raise Malformed(f"{g.name} is not a matrix")
        if g.kind == "attained" and not any(
            g.term == t.Sym(b.extra) for b in given if b.kind in EXTREMES and b.name == g.name
        ):
            raise Malformed(f"what is attained is no eigenvalue of {g.name}")
    scope = scope_of(statement, given, {}, ())
    if len(scope.witnesses) != sum(g.kind == "nonzero" for g in given):
        raise Malformed("a witness index stands for one place")
    for term in (statement.loss, *statement.constraints):
        scope.check(term)  # binds no witness
        if t.free_indices(term) & scope.witnesses:
            raise Malformed("a witness index is free in the domain")
    moving = {*statement.parameters, *statement.directions.values()}
    moving |= {g.extra for g in given if g.kind in (*NULL, "attained")}
    for g in given:
        if g.kind in SIGNS and g.term is not None:
            scope.check(g.term)
            if any(isinstance(part, t.Sym) and part.name in moving for part in t.subterms(g.term)):
                raise Malformed("a hypothesis speaks of data and numbers only")


def scope_of(
    statement: Statement, given: tuple[Given, ...], numbers: Mapping[str, Nested], variables: Iterable[str]
) -> Scope:
    """The names that a term of a part may use."""
    symbols: dict[str, tuple[Size, ...]] = {name: dims for name, (dims, _) in statement.data.items()}
    for name, dims in statement.parameters.items():
        symbols[name] = symbols[f"{name}'"] = dims
    symbols |= {name: lengths(value) for name, value in numbers.items()}
    symbols |= dict.fromkeys(variables, ())
    symbols |= {g.extra: statement.data[g.name][0][1:] for g in given if g.kind in (*NULL, "attained")}
    symbols |= {g.extra: () for g in given if g.kind in ("real", *EXTREMES)}
    witnesses = frozenset(g.extra for g in given if g.kind == "nonzero")
    return Scope(statement.sizes, statement.indices, symbols, witnesses)


# ---- JSON values --------------------------------------------------------------------------------


def record(value: object, fields: tuple[str, ...], what: str) -> dict[str, object]:
    """A record with exactly these fields."""
    if not isinstance(value, dict) or set(value) != set(fields):
        raise Malformed(f"a {what} has exactly the fields {', '.join(fields)}")
    return value


def mapping(value: object) -> dict[str, object]:
    """A record from plain names."""
    if not isinstance(value, dict) or not all(PLAIN.match(name) and name != t.PI for name in value):
        raise Malformed("expected a record of plain names")
    return value


def listing(value: object, what: str) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise Malformed(f"expected a list of {what}")
    return value


def string(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise Malformed(f"expected text, found {type(value).__name__}")
    return value


def strings(value: object) -> list[str]:
    """A list of texts."""
    return [string(item) for item in listing(value, "texts")]


def whole(value: object) -> int:
    """A whole number that is at least 1."""
    if not isinstance(value, int) or value < 1:
        raise Malformed(f"expected a whole number, at least 1, found {value!r}"[:100])
    return value


def size(value: object, sizes: Mapping[str, int]) -> Size:
    """A declared size, or a number."""
    return value if isinstance(value, str) and value in sizes else whole(value)


def shape(value: object, sizes: Mapping[str, int]) -> tuple[Size, ...]:
    """The sizes of an array, outermost first."""
    dimensions = tuple(size(item, sizes) for item in listing(value, "sizes"))
    if len(dimensions) > MAX_DIMENSIONS:
        raise Malformed(f"an array has at most {MAX_DIMENSIONS} dimensions")
    return dimensions


def _data(value: object, sizes: Mapping[str, int]) -> tuple[tuple[Size, ...], str]:
    entry = record(value, ("shape", "within"), "symbol")
    within = string(entry["within"])
    if within not in WITHIN:
        raise Malformed(f"unknown set {within[:60]!r}")
    return shape(entry["shape"], sizes), within
