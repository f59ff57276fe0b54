"""The arguments of steps, read by one table: SPEC.md, section 5, says how each kind is written."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symconvex.kernel import term as t
from symconvex.kernel.context import Context, Point
from symconvex.kernel.reading import record, whole
from symconvex.kernel.statement import read_term
from symconvex.kernel.term import Family, Index, Malformed, Refused, Size, Term

Args = Mapping[str, Any]
EVEN = range(2, 65, 2)


def read_name(context: Context, value: object) -> str:
    """A name, as a string."""
    if not isinstance(value, str):
        raise Malformed(f"expected text among the arguments, found {type(value).__name__}")
    return value


def read_defined(context: Context, value: object) -> Term:
    """A term that is well formed and defined."""
    term = read_term(read_name(context, value))
    context.scope.check(term)
    context.defined(term)
    return term


def read_form(context: Context, value: object) -> Term:
    """A term that is well formed; the step says where it must be defined."""
    term = read_term(read_name(context, value))
    context.scope.check(term)
    return term


def read_index(context: Context, value: object) -> Index:
    """An index name or digits."""
    return t.read_size(read_name(context, value))


def read_point(context: Context, value: object) -> Point:
    """{"w": {"at": ["j"], "is": term}}: the entries of every parameter."""
    shapes = context.statement.parameters
    if not isinstance(value, dict) or set(value) != set(shapes):
        raise Malformed(f"a point gives every one of {', '.join(shapes)}")
    return {name: _family(context, value[name], shape) for name, shape in shapes.items()}


def _family(context: Context, value: object, shape: tuple[Size, ...]) -> Family:
    entry = record(value, ("at", "is"), "family of entries")
    places = entry["at"]
    if not isinstance(places, list) or len(places) != len(shape) or len({*map(str, places)}) != len(places):
        raise Malformed(f"the entries of an array of {len(shape)} dimensions are at as many different indices")
    for index, size in zip(places, shape, strict=True):
        if not isinstance(index, str) or index in context.witnesses:
            raise Malformed(f"{index!r} cannot stand for every entry"[:100])
        context.scope.fits(index, size)
    term = read_defined(context, entry["is"])
    if t.free_indices(term) - set(places) - context.witnesses:
        raise Malformed(f"{t.render(term)[:80]} has an index that is neither a place nor a witness")
    return tuple(places), term


def read_points(context: Context, value: object) -> list[Point]:
    """At least two points."""
    if not isinstance(value, list) or len(value) < 2:
        raise Malformed("expected a list of two or more points")
    return [read_point(context, point) for point in value]


def read_weights(context: Context, value: object) -> list[Fraction]:
    """Numbers > 0."""
    if not isinstance(value, list) or not value:
        raise Malformed("expected a list of weights")
    weights = [t.rational(read_name(context, weight)) for weight in value]
    if any(weight <= 0 for weight in weights):
        raise Refused("a weight is not positive")
    return weights


def read_products(context: Context, value: object) -> list[list[int | Term]]:
    """Products of lines, by their place among those used, and of squares of terms."""
    if not isinstance(value, list) or not value or not all(isinstance(factors, list) and factors for factors in value):
        raise Malformed("expected a list of products, each a list of factors")
    return [[f if isinstance(f, int) else read_defined(context, f) for f in factors] for factors in value]


def read_forms(context: Context, value: object) -> list[tuple[str, str, tuple[str, ...], str]]:
    """[{"of": parameter, "by": matrix or "", "at": [indices]}], or with one field more: "and": parameter."""
    if not isinstance(value, list) or not value:
        raise Malformed("expected a list of forms")
    found = []
    for item in value:
        fields = ("of", "by", "at", "and") if isinstance(item, dict) and "and" in item else ("of", "by", "at")
        entry = record(item, fields, "form")
        if not isinstance(entry["at"], list):
            raise Malformed("the indices of a form are a list")
        of, by = read_name(context, entry["of"]), read_name(context, entry["by"])
        other = read_name(context, entry["and"]) if "and" in entry else ""
        found.append((of, by, tuple(read_name(context, index) for index in entry["at"]), other))
    return found


def read_multipliers(context: Context, value: object) -> list[list[Term]]:
    """Lists of terms."""
    if not isinstance(value, list) or not value or not all(isinstance(terms, list) and terms for terms in value):
        raise Malformed("expected a list of lists of terms")
    return [[read_defined(context, term) for term in terms] for terms in value]


def read_box(context: Context, value: object) -> dict[str, tuple[Fraction, Fraction]]:
    """{"x": ["0", "1"]}: the least and the largest value of some symbols."""
    if not isinstance(value, dict) or not value or not all(isinstance(v, list) and len(v) == 2 for v in value.values()):
        raise Malformed("expected a record of two numbers for each symbol")
    read = {name: [t.rational(read_name(context, end)) for end in ends] for name, ends in value.items()}
    return {name: (low, high) for name, (low, high) in read.items()}


def read_squares(context: Context, value: object) -> dict[str, tuple[Term, int]]:
    """{"?l": {"is": term, "to": 2}}: even powers of terms, for which variables of the part stand."""
    if not isinstance(value, dict) or not value or not set(value) <= set(context.part.variables):
        raise Malformed("expected a record of terms under names of variables")
    found = dict[str, tuple[Term, int]]()
    for name, item in value.items():
        entry = record(item, ("is", "to"), "square")
        if entry["to"] not in EVEN:
            raise Malformed("a square is a term to an even power, 64 at most")
        found[name] = read_defined(context, entry["is"]), whole(entry["to"])
    return found


def read_entries(context: Context, value: object) -> dict[t.Sym, Term]:
    """[{"of": parameter, "at": [digits], "is": term}]: what entries of directions are."""
    if not isinstance(value, list) or not value:
        raise Malformed("expected a list of entries")
    found = dict[t.Sym, Term]()
    for item in value:
        entry = record(item, ("of", "at", "is"), "entry")
        if not isinstance(entry["at"], list):
            raise Malformed("the place of an entry is a list")
        symbol = t.Sym(f"{read_name(context, entry['of'])}'", tuple(read_index(context, k) for k in entry["at"]))
        if symbol in found:
            raise Malformed(f"the entry {t.render(symbol)[:60]} stands there twice")
        found[symbol] = read_defined(context, entry["is"])
    return found


KINDS: Mapping[str, Callable[[Context, object], Any]] = {
    "name": read_name,
    "term": read_defined,
    "form": read_form,
    "index": read_index,
    "point": read_point,
    "points": read_points,
    "weights": read_weights,
    "products": read_products,
    "forms": read_forms,
    "multipliers": read_multipliers,
    "box": read_box,
    "squares": read_squares,
    "entries": read_entries,
}


def read_arguments(context: Context, kinds: Mapping[str, str], value: object) -> Args:
    """All arguments of a step; a kind in brackets may be left out."""
    needed = {name for name, kind in kinds.items() if kind[0] != "["}
    if not isinstance(value, dict) or not needed <= set(value) <= set(kinds):
        raise Malformed(f"the step takes the arguments {', '.join(kinds) or 'none'}")
    return {name: KINDS[kinds[name].strip("[]")](context, entry) for name, entry in value.items()}
