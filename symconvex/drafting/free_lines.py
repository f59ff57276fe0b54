"""Lines through the parameters on which the data do not matter, and chords there that hold for all data and sizes.

The lines move one entry of a parameter, or all in a row or in the whole array alike, or two of these; a number among
the parameters starts where an affine form of the loss is 0, as c = x for exp(-(x - c)^2).
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, islice, product
from typing import Any

from symconvex.drafting import judgments as say
from symconvex.drafting.conditions.samples import numeric
from symconvex.drafting.constants import holds
from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.effort import spend
from symconvex.drafting.lines import Lines
from symconvex.drafting.points import Point, loss_at, reduced, simplified, unit, zeros
from symconvex.drafting.profile import is_affine, mentions
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.vanishing import with_least
from symconvex.kernel import term as t
from symconvex.kernel.term import Family, Sum, Sym, Term

S, T = Sym("?s"), Sym("?t")
STEPS = tuple(Fraction(k, 2) for k in (0, 2, -2, 4, -4, 1, -1, 6, -6, 3, -3))
FAR = (*STEPS, *map(Fraction, (4, -4, 5, -5, 6, -6, 8, -8)))  # along one line alone
DATA = {"positive": (0.3, 1.0, 4.0), "nonnegative": (0.0, 1.0, 4.0), "unit": (0.1, 0.5, 0.9), "sign": (-1.0, 1.0)}
DATA |= {"binary": (0.0, 1.0), "count": (0.0, 1.0, 5.0), "real": (-3.0, -0.7, 0.0, 1.0, 2.5)}
SIZES = (2.0, 5.0)  # what every named size is where values are looked at
MOST_SLICES, MOST_TRIED, MOST_DATA, CLEARLY = 60, 4, 5, 1e-6
Slice = tuple[Draft, Point, tuple[Point, ...]]  # where it starts, and one way or two
Chord = tuple[Point, Point]
Numbers = tuple[Fraction, ...]


def chords_of(draft: Draft, *words: str) -> dict[str, tuple[Draft, Chord]]:
    """For each of convex and concave (of these words) a chord against it, with the sizes for which it exists."""
    found, words = dict[str, tuple[Draft, Chord]](), words or ("convex", "concave")
    for here, start, ways in islice(slices(draft), MOST_SLICES):
        plane = _plane(here, start, ways)
        loss = loss_at(here, plane)
        spend(20 * sum(1 for _ in t.subterms(loss)))
        shifted = start != zeros(here) and mentions(loss, frozenset(here.data))
        if shifted or any(isinstance(part, t.Delta) for part in t.subterms(loss)):
            loss = reduced(here, loss)
        if _speaks_of_arrays(here, loss):
            continue
        for word in words:
            if word not in found:
                chord = _chord(here, word, plane, loss)
                if chord is not None:
                    found[word] = here, chord
        if len(found) == len(words):
            break
    return found


def slices(draft: Draft) -> Iterator[Slice]:
    """One way alone, the entry of a parameter or all entries; then two."""
    base, single = {**zeros(draft), **_starts(draft), **_array_starts(draft)}, list[tuple[Draft, Point]]()
    for name, shape in draft.parameters.items():
        family = unit(draft, name, *(0 for _ in shape))
        single.append((draft, {name: family}))
        for axis, size in enumerate(shape):
            if not isinstance(size, int) or size > 1:
                other = unit(draft, name, *(int(k == axis) for k in range(len(shape))))
                single.append((with_least(draft, size, 2), {name: other}))
        places = places_of(draft, name)
        if shape:
            single.append((draft, {name: (places, t.ONE)}))
        for place in places if len(shape) > 1 else ():
            single.append((draft, {name: (places, t.Delta(place, 0))}))
    for here, way in single:
        yield here, base, (way,)
    for (one, first), (two, second) in combinations(single, 2):
        yield _wider(one, two), base, (first, second)


def _wider(one: Draft, other: Draft) -> Draft:
    least = {**one.problem.least}
    for name, size in other.problem.least.items():
        least[name] = max(size, least.get(name, 1))
    for name, size in least.items():
        one = with_least(one, name, size)
    return one


def _starts(draft: Draft) -> Point:
    """Numbers among the parameters where an affine form of the loss with data is 0."""
    names, found = frozenset(draft.parameters), dict[str, Family]()
    for name in (name for name, shape in draft.parameters.items() if not shape):
        for part in t.subterms(draft.loss):
            alone = {p.name for p in t.subterms(part) if isinstance(p, Sym) and p.name in names} == {name}
            if isinstance(part, t.Add) and alone and is_affine(part, names) and not t.free_indices(part):
                at = [simplified(t.substitute(part, {name: ((), t.number(k))})) for k in (0, 1)]
                slope = reduced(draft, t.sub(at[1], at[0]))
                if isinstance(slope, t.Num) and slope.value and not any(isinstance(p, Sum) for p in t.subterms(at[0])):
                    found.setdefault(name, ((), t.mul(t.Num(-1 / slope.value), at[0])))
    return found


def _array_starts(draft: Draft) -> Point:
    """Arrays among the parameters where a form of the loss with one entry of it, and data beside it, is 0: w = y."""
    names, found = frozenset(draft.parameters), dict[str, Family]()
    for part in t.subterms(draft.loss):
        entries = [p for p in t.subterms(part) if isinstance(p, Sym) and p.name in names]
        if not isinstance(part, t.Add) or len(entries) != 1 or not entries[0].indices or entries[0].name in found:
            continue
        (entry,) = entries
        places = tuple(index for index in entry.indices if isinstance(index, str))
        if len({*places}) < len(entry.indices) or not is_affine(part, names) or t.free_indices(part) > {*places}:
            continue
        rest = t.add(*(arg for arg in part.args if not mentions(arg, names)))
        slope = next(arg for arg in part.args if mentions(arg, names))
        factor = simplified(t.mul(slope, t.power(entry, -1)))
        if isinstance(factor, t.Num) and not any(isinstance(p, Sum) for p in t.subterms(rest)):
            found[entry.name] = places, t.mul(t.Num(-1 / factor.value), rest)
    return found


def _plane(draft: Draft, start: Point, ways: tuple[Point, ...]) -> Point:
    """start + s a + t b"""
    found = dict[str, Family]()
    for name, (places, value) in start.items():
        moved = [t.mul(by, way[name][1]) for by, way in zip((S, T), ways, strict=False) if name in way]
        found[name] = places, t.add(value, *moved)
    return found


def _speaks_of_arrays(draft: Draft, loss: Term) -> bool:
    """Of arrays of data, or of places that are left; numbers among the data may stand in the gap."""
    return mentions(loss, frozenset(n for n, shape in draft.data.items() if shape)) or bool(t.free_indices(loss))


def _at(plane: Point, values: Mapping[str, Fraction]) -> Point:
    known = {name: ((), t.Num(value)) for name, value in values.items()}
    return {name: (places, simplified(t.substitute(value, known))) for name, (places, value) in plane.items()}


def _chords(draft: Draft, word: str, loss: Term) -> Iterator[tuple[dict[str, Fraction], dict[str, Fraction]]]:
    """Ends between which the loss is clearly above (below) their mean, for the sizes and data that are tried."""
    import numpy as np

    names = [symbol.name for symbol in (S, T) if mentions(loss, frozenset({symbol.name}))]
    if not names:
        return
    pairs = _pairs(len(names))
    spend(len(pairs))
    left, right = (np.array([[float(x) for x in pair[side]] for pair in pairs]).T for side in (0, 1))
    fits = np.ones(len(pairs), dtype=bool)
    for size, data in product(SIZES, _data(draft, loss)):
        known = _sized(loss, size)
        middle = (left + right) / 2
        values = [_values(known, {**data, **dict(zip(names, at, strict=True))}) for at in (left, middle, right)]
        with np.errstate(all="ignore"):
            gap = values[1] - (values[0] + values[2]) / 2
        fits &= (gap if word == "convex" else -gap) > CLEARLY
    for k in np.nonzero(fits)[0]:
        a, b = pairs[int(k)]
        yield dict(zip(names, a, strict=True)), dict(zip(names, b, strict=True))


def _data(draft: Draft, loss: Term) -> Sequence[Mapping[str, float]]:
    """Values for the numbers among the data that the loss speaks of."""
    open_ = {name: DATA[draft.within(name)] for name in draft.data if mentions(loss, frozenset({name}))}
    tried = [{name: values[k % len(values)] for name, values in open_.items()} for k in range(MOST_DATA)]
    return tried if open_ else ({},)


@cache
def _pairs(count: int) -> tuple[tuple[Numbers, Numbers], ...]:
    """Two points with this many coordinates, simple ones first."""
    points = sorted(product(FAR if count == 1 else STEPS, repeat=count), key=_plainness)
    pairs = [(a, b) for k, b in enumerate(points) for a in points[:k]]
    return tuple(sorted(pairs, key=lambda pair: _plainness(pair[0]) + _plainness(pair[1])))


def _plainness(point: tuple[Fraction, ...]) -> int:
    return sum(FAR.index(x) for x in point)


def _values(loss: Term, at: Mapping[str, Any]) -> Any:
    import numpy as np

    return np.broadcast_to(np.asarray(numeric(loss, at), dtype=float), np.broadcast_shapes(*map(np.shape, at.values())))


def _sized(term: Term, size: float) -> Term:
    """Named sizes as a number; a sum of equal summands as a product."""
    match term:
        case t.Dim():
            return t.Num(Fraction(size)) if isinstance(term.size, str) else t.number(term.size)
        case Sum(index, over, body) if index not in t.free_indices(body):
            return t.mul(_sized(t.Dim(over), size), _sized(body, size))
    return t.rebuild(term, tuple(_sized(part, size) for part in t.children(term)))


def _chord(draft: Draft, word: str, plane: Point, loss: Term) -> Chord | None:
    """The first chord that can be shown, and that the kernel sees."""
    for left, right in islice(_chords(draft, word, loss), MOST_TRIED):
        lines, ends = Lines(draft), (_at(plane, left), _at(plane, right))
        if not show_defined(lines, draft.loss) or add_chord(lines, word, ends) is None:
            continue
        if holds(draft, lines.part(say.loss(f"not_{word}"))):
            return ends
    return None


def add_chord(lines: Lines, word: str, ends: Chord) -> Term | None:
    """The lines down to (loss not_convex) or (loss not_concave), and the gap, which is > 0."""
    draft = lines.draft
    half = t.Num(Fraction(1, 2))
    mid = {
        name: (places, t.add(t.mul(half, value), t.mul(half, ends[1][name][1])))
        for name, (places, value) in ends[0].items()
    }
    inside = list[int]()
    for end in ends:
        for entry in draft.domain:
            there = simplified(t.substitute(entry.term or t.ZERO, end))
            line = find_sign(lines, there, strict=True)
            if line is None:
                return None
            inside.append(line)
    values = [loss_at(draft, end) for end in (ends[0], mid, ends[1])]
    mean = t.add(*(t.mul(half, value) for value in (values[0], values[2])))
    plain = t.sub(values[1], mean) if word == "convex" else t.sub(mean, values[1])
    gap = reduced(draft, plain)
    if not all(show_defined(lines, value) for value in (*values, gap)):
        return None
    total = find_sign(lines, gap, strict=True)
    if total is None:
        return None
    lines.refute([lines.chord(say.gap(word, plain), list(ends), inside)], total, say.loss(f"not_{word}"))
    return gap
