"""From JSON to a statement and its hypotheses. Reading is strict: what is not expected is Malformed."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.statement import EXTREMES, SETS, SIGNS, Given, Scope, Statement, read_nested
from symconvex.kernel.term import Malformed, Nested, Size, Term

FORMAT = 1
FIELDS = (
    "format", "name", "text", "sizes", "indices", "data", "parameters", "values", "domain", "loss", "parts", "digest",
)  # fmt: skip
MAX_NESTING = 16
MAX_DIMENSIONS = 4

WITHIN: Mapping[str, Callable[[Fraction], bool]] = {
    "real": lambda x: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "sign": lambda x: x in (-1, 1),
    "binary": lambda x: x in (0, 1),
    "unit": lambda x: 0 < x < 1,
    "count": lambda x: x >= 0 and x.denominator == 1,
}


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
    elif type(value) not in (str, int):
        raise Malformed(f"a {type(value).__name__} where only records, lists, texts and whole numbers may stand")


def read_statement(body: Mapping[str, object]) -> Statement:
    """The problem of a certificate, well formed and with names that do not collide."""
    if body["format"] != FORMAT:
        raise Malformed(f"this is not a certificate of format {FORMAT}")
    string(body["name"]), string(body["text"])
    sizes = {name: whole(least) for name, least in mapping(body["sizes"]).items()}
    indices = {name: size(over, sizes) for name, over in mapping(body["indices"]).items()}
    data = {name: _data(entry, sizes) for name, entry in mapping(body["data"]).items()}
    parameters = {name: shape(entry, sizes) for name, entry in mapping(body["parameters"]).items()}
    names = [*sizes, *indices, *data, *parameters]
    if len(set(names)) != len(names) or not parameters:
        raise Malformed("a name is declared twice, or there is no parameter")
    values = {name: _values(name, given, data) for name, given in mapping(body["values"]).items()}
    domain = tuple(t.parse(text) for text in strings(body["domain"]))
    statement = Statement(sizes, indices, data, parameters, values, domain, t.parse(string(body["loss"])))
    for term in (statement.loss, *statement.domain):
        _closed(statement, term)
    return statement


def _values(name: str, given: object, data: Mapping[str, tuple[tuple[Size, ...], str]]) -> Nested:
    if name not in data:
        raise Malformed(f"{name} has a value and is not data")
    dimensions, within = data[name]
    value = read_nested(given, dimensions)
    if not all(WITHIN[within](x) for x in _flat(value)):
        raise Malformed(f"a value of {name} is not {within}")
    return value


def _flat(value: Nested) -> list[Fraction]:
    return [x for part in value for x in _flat(part)] if isinstance(value, tuple) else [value]


def _closed(statement: Statement, term: Term) -> None:
    """The loss and its domain speak of parameters and data only, and are continuous."""
    scope_of(statement, (), ()).check(term)
    if t.free_indices(term):
        raise Malformed("the loss or its domain has a free index")
    for part in t.subterms(term):
        if isinstance(part, t.Sym) and part.name in statement.directions.values():
            raise Malformed("the loss or its domain speaks of a direction")
        if isinstance(part, t.Fn) and part.name == "step":
            raise Malformed("the loss or its domain contains a step, which is not continuous")


def check_given(statement: Statement, given: tuple[Given, ...], variables: tuple[str, ...]) -> None:
    """Hypotheses speak of declared data; a new name is new; a witness index is used for nothing else."""
    for g in given:
        if g.kind in SIGNS or g.kind == "real":
            continue
        if g.name not in statement.data:
            raise Malformed(f"{g.name} is not data")
        dimensions = statement.data[g.name][0]
        if g.kind == "nonzero" and (not dimensions or statement.indices.get(g.extra) != dimensions[0]):
            raise Malformed(f"{g.extra} is not an index over the rows of {g.name}")
        if g.kind in ("injective", "null", "attained", *EXTREMES) and len(dimensions) != 2:
            raise Malformed(f"{g.name} is not a matrix")
        if g.kind == "attained" and not any(g.term == t.Sym(b.extra) for b in bounds_of(given, g.name)):
            raise Malformed(f"what is attained is not a bound of {g.name}")
    used = {*statement.sizes, *statement.indices, *statement.data, *statement.parameters}
    fresh = [*variables, *(g.extra for g in given if g.kind in ("null", "attained", "real", *EXTREMES))]
    if len({*fresh}) != len(fresh) or used & {*fresh} or not all(plain(name) for name in fresh):
        raise Malformed("a variable or a hypothesis reuses a name")
    scope = scope_of(statement, given, ())
    if len(scope.witnesses) != sum(g.kind == "nonzero" for g in given):
        raise Malformed("a witness index stands for one place")
    for term in (statement.loss, *statement.domain):
        scope.check(term)  # binds no witness
    moving = {*statement.parameters, *statement.directions.values()}
    for g in given:
        if g.term is not None:
            scope.check(g.term)
            symbols = {part.name for part in t.subterms(g.term) if isinstance(part, t.Sym)}
            if t.free_indices(g.term) - scope.witnesses or symbols & moving:
                raise Malformed("a hypothesis speaks of the data only")


def bounds_of(given: tuple[Given, ...], matrix: str) -> list[Given]:
    """The hypotheses that bound the spectrum of the matrix."""
    return [g for g in given if g.kind in EXTREMES and g.name == matrix]


def scope_of(statement: Statement, given: tuple[Given, ...], variables: tuple[str, ...]) -> Scope:
    """The names that a term of a part may use."""
    symbols: dict[str, tuple[Size, ...]] = {name: dims for name, (dims, _) in statement.data.items()}
    for name, dims in statement.parameters.items():
        symbols[name] = symbols[f"{name}'"] = dims
    symbols |= dict.fromkeys(variables, ())
    symbols |= {g.extra: statement.data[g.name][0][1:] for g in given if g.kind in ("null", "attained")}
    symbols |= {g.extra: () for g in given if g.kind in ("real", *EXTREMES)}
    witnesses = frozenset(g.extra for g in given if g.kind == "nonzero")
    return Scope(statement.sizes, statement.indices, symbols, witnesses)


# ---- JSON values --------------------------------------------------------------------------------


def record(value: object, fields: tuple[str, ...], what: str) -> dict[str, object]:
    """A record with exactly these fields."""
    if not isinstance(value, dict) or set(value) != set(fields):
        raise Malformed(f"a {what} has exactly the fields {', '.join(fields)}")
    return value


def plain(name: str) -> bool:
    """May the name be declared? Names of directions and of the normal form may not."""
    return t.NAME.match(name) is not None and name[0] != "_" and name[-1] != "'"


def mapping(value: object) -> dict[str, object]:
    """A record from plain names."""
    if not isinstance(value, dict) or not all(plain(name) for name in value):
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
    if within not in SETS:
        raise Malformed(f"unknown set {within[:60]!r}")
    return shape(entry["shape"], sizes), within
