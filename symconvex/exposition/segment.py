"""Numbers for a picture: the loss along a segment that refutes convexity, on one small instance of the data.

    f((1 - t) A + t B)  for t = 0, 1/64, ..., 1,    and the chord (1 - t) f(A) + t f(B)

The instance has integer data that satisfy the hypotheses; targets are chosen so that the violation shows.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from symconvex.calculus.program.instance import Instance, instance
from symconvex.exposition.picture import Segment
from symconvex.exposition.points import Point, read_point
from symconvex.exposition.reading import Part, Reading, read_certificate
from symconvex.exposition.tables import Table, read_table
from symconvex.kernel import term as t
from symconvex.kernel.statement import read_given
from symconvex.kernel.term import Add, Delta, Dim, Mul, Num, Pow, Sum, Sym, Term
from symconvex.problem import Problem, Shape, Symbol

STEPS = 64
LEAST = 0.01
MOST_ENTRIES = 10_000  # exact points with more cost more than a picture is worth
SHARES = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))
TARGETS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(2))
ROWS = ((1, 2, -1, 1), (2, -1, 1, 0), (-1, 1, 2, 1))
Ends = tuple[dict[str, Table], dict[str, Table], Fraction]


def find_segment(problem: Problem, certificate: Mapping[str, Any]) -> Segment | None:
    """The segment with the largest gap, in units of what the loss varies; None when nothing shows.

    Fails    never; a certificate without points gives None
    """
    reading = read_certificate(certificate)
    part = next((p for p in reading.parts if "(loss not_convex)" in p.claims), None)
    if part is None:
        return None
    best: tuple[float, Segment] | None = None
    for values in instances(problem, reading):
        sizes = sizes_of(problem, reading, values)
        if _extent(problem, sizes) > MOST_ENTRIES:
            continue
        small = replace(problem, values=values)
        inst = instance(small, sizes)
        for ends in segments(part, reading, values, sizes):
            found = _drawn(inst, problem, values, ends)
            if found is not None and (best is None or found[0] > best[0] + 1e-9):
                best = found
    if best is None or best[0] < LEAST:
        return None
    return replace(best[1], bend=_bend(problem, part)) if any(part.by_rule("numeric_bend")) else best[1]


def _extent(problem: Problem, sizes: Mapping[str, int]) -> int:
    """How many numbers a point of the parameters holds."""
    lengths = ([n if isinstance(n, int) else sizes[n] for n in symbol.shape] for symbol in problem.parameters)
    return sum(map(math.prod, lengths))


def _bend(problem: Problem, part: Part) -> float | None:
    """The second derivative that a certificate on concrete data rests on."""
    from symconvex.calculus.program.taylor import curvature

    line = next((x for x in part.by_rule("numeric_bend") if x.word == "not_convex"), None)
    if line is None:
        return None
    inst = instance(problem, {})
    point, way = (
        tuple(x for p in problem.parameters for x in flat(read_table(line.args[key][p.name])))
        for key in ("point", "direction")
    )
    return float(curvature(inst.graph, inst.loss, inst.parameters, point, way))


def _drawn(inst: Instance, problem: Problem, values: Mapping[str, Table], ends: Ends) -> tuple[float, Segment] | None:
    """The segment, and its gap over the spread of its values."""
    left, right, place = ends
    curve = along(inst, *([float(x) for p in problem.parameters for x in flat(end[p.name])] for end in (left, right)))
    if curve is None:
        return None
    at = round(float(place) * STEPS)
    first, last, middle = curve[0], curve[-1], curve[at]
    gap = middle - (first + (last - first) * at / STEPS)
    spread = max(curve) - min(curve)
    names = [p.name for p in problem.parameters]
    points = tuple((k / STEPS, float(value)) for k, value in enumerate(curve))
    shown = tuple((d.name, values[d.name]) for d in problem.data if d.name not in problem.values)
    tables = (tuple((n, left[n]) for n in names), tuple((n, right[n]) for n in names))
    return (gap / spread if spread else 0.0), Segment(shown, tables, at / STEPS, points)


def along(inst: Instance, left: list[float], right: list[float]) -> list[float] | None:
    """The loss at the points of the segment; None where it is not finite."""
    import numpy as np

    from symconvex.calculus.program.evaluate import compile_graph

    share = np.arange(STEPS + 1) / STEPS
    points = np.outer(left, 1 - share) + np.outer(right, share)
    values = compile_graph(inst.graph, (inst.loss,), inst.parameters).run(points)[0]
    return [float(x) for x in values] if np.isfinite(values).all() else None


# ---- the instance ---------------------------------------------------------------------------------


def instances(problem: Problem, reading: Reading) -> Iterator[dict[str, Table]]:
    """Integer data for the smallest sizes, with several targets."""
    if all(d.name in problem.values for d in problem.data):
        yield {d.name: read_table(problem.values[d.name]) for d in problem.data}
        return
    sizes = {size: max(2 if size == "n" else 1, least) for size, least in reading.sizes.items()}
    targets = [d.name for d in problem.data if d.shape and d.name != "X"]
    for choice in product(TARGETS, repeat=1 if targets else 0):
        yield {d.name: _filled(d, sizes, choice[0] if d.name in targets else None) for d in problem.data}


def _filled(symbol: Symbol, sizes: Mapping[str, int], target: Fraction | None) -> Table:
    shape = [size if isinstance(size, int) else sizes[size] for size in symbol.shape]
    return _entries(symbol, shape, (), target)


def _entries(symbol: Symbol, shape: list[int], place: tuple[int, ...], target: Fraction | None) -> Table:
    if len(place) < len(shape):
        return tuple(_entries(symbol, shape, (*place, k), target) for k in range(shape[len(place)]))
    row, column = (*place, 0, 0)[:2]
    plain = Fraction(ROWS[row % 3][column % 4]) if target is None else target
    match symbol.within:
        case "sign":
            return Fraction(1) if plain > 0 or row % 2 else Fraction(-1)
        case "binary" | "count" | "nonnegative":
            return abs(plain) if symbol.within != "binary" else min(abs(plain), Fraction(1))
        case "positive":
            return Fraction(1)
        case "unit":
            return Fraction(1, 2)
    return plain


def sizes_of(problem: Problem, reading: Reading, values: Mapping[str, Table]) -> dict[str, int]:
    """Numbers for all sizes: those of the data, and the least ones elsewhere."""
    found = dict(reading.sizes)
    for symbol in problem.data:
        value = values[symbol.name]
        for size in symbol.shape:
            if isinstance(value, tuple):
                if isinstance(size, str):
                    found[size] = len(value)
                value = value[0]
    return found


# ---- the ends -------------------------------------------------------------------------------------


def segments(part: Part, reading: Reading, values: Mapping[str, Table], sizes: Mapping[str, int]) -> Iterator[Ends]:
    """Chords as they stand; lineality gaps as far as a chord can show them."""
    witness = {g.extra: 0 for g in map(read_given, part.given) if g.kind == "nonzero"}
    world = World(values, sizes, witness, reading.parameters)
    for line in part.lines:
        match line.rule, line.args:
            case "chord", {"ends": [left, right]} if line.word in ("quasiconvex", "convex"):
                yield world.tables(read_point(left)), world.tables(read_point(right)), Fraction(1, 2)
            case "flat", {"along": way, "at": at} if line.word == "convex":
                yield from world.rays(read_point(way), read_point(at))
            case "numeric_chord", {"left": left, "right": right} if line.word == "not_convex":
                yield _named(left), _named(right), Fraction(1, 2)
            case "numeric_bend", {"point": point, "direction": way} if line.word == "not_convex":
                for reach in (Fraction(1), *SHARES):
                    middle, step = _named(point), _named(way)
                    yield (
                        {n: _combined(middle[n], step[n], -reach) for n in middle},
                        {n: _combined(middle[n], step[n], reach) for n in middle},
                        Fraction(1, 2),
                    )


def _named(tables: Mapping[str, object]) -> dict[str, Table]:
    return {name: read_table(value) for name, value in tables.items()}


def _combined(a: Table, b: Table, scale: Fraction) -> Table:
    """a + scale * b."""
    if isinstance(a, Fraction) or isinstance(b, Fraction):
        return Fraction(str(a)) + scale * Fraction(str(b))
    return tuple(_combined(x, y, scale) for x, y in zip(a, b, strict=True))


class World:
    """Evaluates the entries of points at the data of an instance."""

    def __init__(
        self,
        values: Mapping[str, Table],
        sizes: Mapping[str, int],
        witness: Mapping[str, int],
        shapes: Mapping[str, Shape],
    ) -> None:
        self.values, self.sizes, self.witness, self.shapes = values, sizes, witness, shapes

    def tables(self, point: Point) -> dict[str, Table]:
        return {name: self._array(point[name], self.shapes[name], ()) for name in self.shapes}

    def rays(self, way: Point, at: Point) -> Iterator[Ends]:
        """Between p = at and q = way / e lies (1 - e) p + way."""
        start, step = self.tables(at), self.tables(way)
        for share in SHARES:
            far = {name: _combined(_zeros(step[name]), step[name], 1 / share) for name in step}
            yield start, far, share

    def _array(self, family: t.Family, shape: Shape, place: tuple[int, ...]) -> Table:
        if len(place) < len(shape):
            size = shape[len(place)]
            count = size if isinstance(size, int) else self.sizes[size]
            return tuple(self._array(family, shape, (*place, k)) for k in range(count))
        places, value = family
        return self.number(value, {**self.witness, **dict(zip(places, place, strict=True))})

    def number(self, term: Term, at: Mapping[str, int]) -> Fraction:
        """The exact value of an entry; functions do not occur in points."""
        match term:
            case Num(value):
                return value
            case Dim(size):
                return Fraction(size if isinstance(size, int) else self.sizes[size])
            case Delta(left, right):
                return Fraction(_index(left, at) == _index(right, at))
            case Sym(name, indices):
                return _entry(self.values[name], [_index(i, at) for i in indices])
            case Sum(index, size, body):
                count = size if isinstance(size, int) else self.sizes[size]
                return sum((self.number(body, {**at, index: k}) for k in range(count)), Fraction(0))
            case Add(args):
                return sum((self.number(arg, at) for arg in args), Fraction(0))
            case Mul(args):
                whole = Fraction(1)
                for arg in args:
                    whole *= self.number(arg, at)
                return whole
            case Pow(base, exponent) if exponent.denominator == 1:
                return self.number(base, at) ** int(exponent)
        raise ValueError(f"{t.render(term)[:80]} does not occur in the points of a certificate")


def _index(index: t.Index, at: Mapping[str, int]) -> int:
    return index if isinstance(index, int) else at[index]


def _entry(value: Table, place: list[int]) -> Fraction:
    for k in place:
        if isinstance(value, tuple):
            value = value[k]
    return value if isinstance(value, Fraction) else Fraction(0)


def _zeros(value: Table) -> Table:
    return tuple(map(_zeros, value)) if isinstance(value, tuple) else Fraction(0)


def flat(value: Table) -> Iterator[Fraction]:
    """All numbers, rows first."""
    if isinstance(value, Fraction):
        yield value
    else:
        for part in value:
            yield from flat(part)
