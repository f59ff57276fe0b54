"""Examples: one case in which everything that a part assumes holds, so that no theorem is empty. SPEC.md, section 8."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import lcm, prod
from typing import Any

import flint

from symconvex.kernel import term as t
from symconvex.kernel.context import spoken, symbols
from symconvex.kernel.enclose import Values, is_nonneg, is_positive
from symconvex.kernel.reading import Part, match_shape, read_data, record
from symconvex.kernel.statement import CASE, EXTREMES, NULL, SIGNS, Given, Statement, flat, lengths, read_array
from symconvex.kernel.term import MAX_BITS, Budget, Malformed, Nested, Refused, Size, Term, TooLarge

FIELDS = ("sizes", "data", "numbers", "places", "point")
MAX_PLACES = 10**6
MAX_COLUMNS = 64


def check_example(statement: Statement, part: Part, budget: Budget) -> tuple[Given, ...]:
    """The hypotheses that the given values meet; raises Refused when the example breaks an assumption."""
    known = _read(statement, part, budget)
    for given in part.given:
        if not holds(statement, given, known, budget):
            raise Refused(f"the example does not meet the hypothesis {given}"[:300])
    at_point = Values({**known.values, **_point(statement, part, known.sizes)}, known.sizes, known.places, known.balls)
    for term in statement.constraints:
        for place in places(statement, term, known):
            if not is_positive(term, _at(at_point, place), budget):
                raise Refused(f"the point of the example does not make {t.render(term)[:200]} positive")
    return met(statement, part)


def _read(statement: Statement, part: Part, budget: Budget) -> Values:
    """Sizes, data, numbers and places of an example; raises Malformed when they do not fit what is declared."""
    example = record(part.example, FIELDS, "example")
    free = {name: least for name, least in statement.sizes.items() if name not in statement.fixed}
    sizes = {**statement.fixed, **_counts(example["sizes"], free)}
    if any(sizes[name] < least for name, least in statement.sizes.items()):
        raise Refused("a size of the example is smaller than its least value")
    asked = {name: entry for name, entry in statement.data.items() if name not in statement.values}
    data = dict(statement.values)
    for name, array in _arrays(example["data"], asked).items():
        dimensions, within = asked[name]
        data[name] = read_data(name, array, len(dimensions), within)
        match_shape(name, data[name], dimensions, sizes, dict(sizes))
    reals = {g.extra: None for g in part.given if g.kind == "real"}
    for name, number in _arrays(example["numbers"], reals).items():
        data[name] = read_array(number, 0)
    witnesses = {g.extra: g.name for g in part.given if g.kind == "nonzero"}
    chosen = _counts(example["places"], witnesses)
    for index, name in witnesses.items():
        size = statement.data[name][0][0]
        if not 0 <= chosen[index] < (sizes[size] if isinstance(size, str) else size):
            raise Refused(f"the place {index} of the example lies outside {name}")
    balls = {g.extra: eigenvalue(data[g.name], g.kind, budget) for g in part.given if g.kind in EXTREMES}
    return Values(data, sizes, chosen, balls)


def at_case(statement: Statement, part: Part, budget: Budget) -> Statement:
    """The statement for the sizes and data of the example, where the part is about them: numbers for named sizes."""
    if CASE not in part.given:
        return statement
    known = _read(statement, part, budget)

    def sized(shape: tuple[Size, ...]) -> tuple[Size, ...]:
        return tuple(known.sizes[size] if isinstance(size, str) else size for size in shape)

    return Statement(
        {},
        {},
        {index: sized((over,))[0] for index, over in statement.indices.items()},
        {name: (sized(shape), within) for name, (shape, within) in statement.data.items()},
        {name: sized(shape) for name, shape in statement.parameters.items()},
        {name: known.values[name] for name in statement.data},
        tuple(replace(entry, term=at_sizes(entry.term or t.ZERO, known.sizes)) for entry in statement.domain),
        at_sizes(statement.loss, known.sizes),
    )


def at_sizes(term: Term, sizes: Mapping[str, int]) -> Term:
    """The term with numbers for named sizes, and nothing else changed."""
    match term:
        case t.Dim(str(size)) if size in sizes:
            return t.number(sizes[size])
        case t.Sum(index, size, body):
            return t.Sum(index, sizes.get(size, size) if isinstance(size, str) else size, at_sizes(body, sizes))
        case t.Add(args) | t.Mul(args) | t.Fn(_, args):
            return replace(term, args=tuple(at_sizes(arg, sizes) for arg in args))
        case t.Pow(base, _):
            return replace(term, base=at_sizes(base, sizes))
    return term


def _arrays(value: object, asked: Mapping[str, object]) -> Mapping[str, object]:
    """One array for each name that is asked for, and no other."""
    if not isinstance(value, dict) or set(value) != set(asked):
        raise Malformed(f"an example gives exactly {', '.join(sorted(asked)) or 'nothing'} here")
    return value


def _counts(value: object, asked: Mapping[str, object]) -> dict[str, int]:
    """One whole number for each name that is asked for, and no other."""
    found: dict[str, int] = {}
    for name, count in _arrays(value, asked).items():
        if not isinstance(count, int):
            raise Malformed(f"{name} of an example is a whole number")
        found[name] = count
    return found


def _point(statement: Statement, part: Part, sizes: Mapping[str, int]) -> dict[str, Nested]:
    arrays = _arrays(part.example["point"], statement.parameters)
    point = {name: read_array(arrays[name], len(shape)) for name, shape in statement.parameters.items()}
    for name, shape in statement.parameters.items():
        match_shape(name, point[name], shape, sizes, dict(sizes))
    return point


def places(statement: Statement, term: Term, known: Values) -> Iterator[dict[str, int]]:
    """Every place of the free indices of a term that are no witnesses."""
    free = sorted(t.free_indices(term) - set(known.places))
    sizes = [statement.indices[index] for index in free]
    if any(isinstance(size, str) and size not in known.sizes for size in sizes):
        raise Refused(f"an index of {t.render(term)[:200]} runs over a size that is no number")
    counts = [known.sizes[size] if isinstance(size, str) else size for size in sizes]
    if prod(counts) > MAX_PLACES:
        raise TooLarge(f"a term with more than {MAX_PLACES} places")
    for place in product(*map(range, counts)):
        yield dict(zip(free, place, strict=True))


def _at(known: Values, place: Mapping[str, int]) -> Values:
    return Values(known.values, known.sizes, {**known.places, **place}, known.balls)


def holds(statement: Statement, given: Given, known: Values, budget: Budget) -> bool:
    """Does the example meet a hypothesis? Those that only name what exists for every X are met."""
    match given.kind:
        case "positive" | "nonneg" if given.term is not None:
            test = is_positive if given.kind == "positive" else is_nonneg
            return all(test(given.term, _at(known, p), budget) for p in places(statement, given.term, known))
        case "zero":
            return not any(flat(known.values[given.name]))
        case "nonzero":
            rows = known.values[given.name]
            return isinstance(rows, tuple) and any(flat(rows[known.places[given.extra]]))
        case "injective" | "null" | "injective_affine" | "null_affine":
            matrix, _ = gram(_stacked(known.values[given.name], given.kind.endswith("affine")), budget)
            return bool(matrix.rank() == matrix.ncols()) == given.kind.startswith("injective")
    return True


def _stacked(value: Nested, affine: bool) -> Nested:
    """X, or [X 1]."""
    if not affine or not isinstance(value, tuple):
        return value
    return tuple((*row, Fraction(1)) for row in value if isinstance(row, tuple))


def met(statement: Statement, part: Part) -> tuple[Given, ...]:
    """The hypotheses that are about given values only: for them the example is the case itself.

    One that names a place or a vector stays when a claim, or a hypothesis that stays, speaks of it: the name would mean
    nothing without it.
    """
    about = [given for given in part.given if _given_by_values(statement, part, given)]
    staying = [*(g.term for g in part.given if g not in about), *(claim.term for claim in part.claims)]
    told = {name for term in staying if term is not None for name in spoken(term)}
    witnesses = {g.extra for g in part.given if g.kind == "nonzero"}
    kept = witnesses if witnesses & told else set()
    kept |= {g.extra for g in part.given if g.kind in NULL} & told
    return tuple(g for g in about if not kept & ({g.extra} if g.term is None else t.free_indices(g.term)))


def _given_by_values(statement: Statement, part: Part, given: Given) -> bool:
    if given.kind in ("zero", "nonzero", "injective", "injective_affine", *NULL):
        return given.name in statement.values
    if given.kind not in SIGNS or given.term is None:
        return False
    extremes = {g.extra for g in part.given if g.kind in EXTREMES and g.name in statement.values}
    sizes = {inner.size for inner in t.subterms(given.term) if isinstance(inner, t.Dim | t.Sum)}
    sizes |= {statement.indices[index] for index in t.free_indices(given.term)}
    fixed = all(isinstance(size, int) or size in statement.fixed for size in sizes)
    return fixed and symbols(given.term) <= {*statement.values, t.PI, *extremes}


# ---- exact linear algebra ------------------------------------------------------------------------


def gram(value: Nested, budget: Budget) -> tuple[Any, int]:
    """c^2 X'X as a matrix of whole numbers, and c, a common denominator."""
    rows = value if isinstance(value, tuple) else ()
    columns = prod(lengths(value)[1:])
    c = 1
    for denominator in {x.denominator for x in flat(value)}:
        c = lcm(c, denominator)
        if c.bit_length() > MAX_BITS:
            raise TooLarge(f"a common denominator has more than {MAX_BITS} bits")
    entries = [x.numerator * (c // x.denominator) for x in flat(value)]
    bits = max(map(abs, entries)).bit_length()
    budget.spend(len(rows) * columns**2 * (64 + bits) // 5_000)
    matrix = flint.fmpz_mat(len(rows), columns, entries)
    return matrix.transpose() * matrix, c


def eigenvalue(value: Nested, kind: str, budget: Budget) -> Callable[[], Any]:
    """An enclosure of the largest or smallest eigenvalue of X'X at the precision of the moment."""

    @cache
    def polynomial() -> tuple[Any, int]:
        return characteristic(value, budget)

    @cache
    def ball(bits: int) -> Any:
        found, c = polynomial()
        budget.spend(50 * found.degree() ** 2)
        return enclosure(found, c, kind)

    return lambda: ball(flint.ctx.prec)


def enclosure(polynomial: Any, c: int, kind: str) -> Any:
    """A ball around the largest or smallest eigenvalue of X'X, from the characteristic polynomial of c^2 X'X."""
    best, *others = (root.real for root, _ in polynomial.complex_roots())
    for root in others:
        best = best.max(root) if kind == "spectral" else best.min(root)
    return best / (c * c)


def characteristic(value: Nested, budget: Budget) -> tuple[Any, int]:
    """The characteristic polynomial of c^2 X'X, which is one of whole numbers, and c."""
    matrix, c = gram(value, budget)
    size = matrix.ncols()
    if size > MAX_COLUMNS:
        raise TooLarge(f"eigenvalues of more than {MAX_COLUMNS} columns")
    bits = max(int(matrix[j, j]).bit_length() for j in range(size))  # no entry of X'X exceeds the diagonal
    budget.spend(size**4 * bits // 4_000)
    return matrix.charpoly(), c
