"""Strictness: squares with positive weights that vanish together at the direction 0 only.

R v = l,  v = R^-1 l    for as many independent rows R of the squares as there are entries
"""

from collections.abc import Mapping, Sequence

from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import definite
from symconvex.drafting.lines import Lines
from symconvex.drafting.pivots import Weighted, summed
from symconvex.drafting.quadratic import Quadratic, Sos, carried, in_factors
from symconvex.drafting.rational import Field, Ratio
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Sym, Term


def add_definite(quadratic: Quadratic, sos: Sos) -> int | None:
    """The line that the second derivative (sign -1: its negative) is > 0 but for the direction 0; None if not shown."""
    lines, field = quadratic.lines, quadratic.oracle.field
    strict = [square for square in sos.cleared if lines.kind(square.line) == "positive"]
    strict.sort(key=lambda square: (not all(p.is_constant() for p in square.row), sum(map(len, square.row))))
    found = spanning(field, strict)
    if found is None:
        return None
    chosen, inverse = found
    names = [f"{MADE}{letter}" for letter in letters(len(chosen))]
    cores = {name: ((), square.core) for name, square in zip(names, chosen, strict=True)}
    offers = (
        {way: solved(field, row, names) for way, row in zip(quadratic.ways, inverse, strict=True)},
        one_by_one(quadratic, chosen, names),
    )
    entries = next((entries for entries in offers if _is_seen(quadratic, entries, cores)), None)
    if entries is None:
        return None  # equal in the field, but not shown so by the normal form
    squares = {name: (square.core, 2) for name, square in zip(names, chosen, strict=True)}
    number = add_spanned(lines, [s.line for s in chosen], definite(summed(chosen)), squares, entries)
    taken = {id(square) for square in chosen}  # equal squares may stand there twice
    rest: list[list[int | Term]] = [[s.line, s.core] for s in sos.cleared if id(s) not in taken]
    if rest:
        number = lines.combine([[number], *rest], definite(summed(sos.cleared)))
    return carried(lines, sos, number)


def _is_seen(quadratic: Quadratic, entries: Mapping[Sym, Term], cores: Mapping[str, t.Family]) -> bool:
    """Does the normal form show that these are the entries of the direction?"""
    if not entries or not all(map(quadratic.oracle.defined, entries.values())):
        return False
    return all(quadratic.normal.equal(t.substitute(entry, cores), way) for way, entry in entries.items())


def one_by_one(quadratic: Quadratic, squares: Sequence[Weighted], names: Sequence[str]) -> dict[Sym, Term]:
    """The entries, each from a square that speaks of no other that is not yet known; nothing where none does.

    Every step has one denominator, and the normal form divides by one polynomial at a time.
    """
    field, ways, found = quadratic.oracle.field, quadratic.ways, dict[Sym, Term]()
    left = list(zip(squares, names, strict=True))
    while left:
        new = {pair[1]: [k for k, p in enumerate(pair[0].row) if p and ways[k] not in found] for pair in left}
        square, name = next((pair for pair in left if len(new[pair[1]]) == 1), (None, ""))
        if square is None:
            return {}
        (place,) = new[name]
        known = (
            t.mul(t.number(-1), field.term(p), found[way])
            for way, p in zip(ways, square.row, strict=True)
            if p and way in found
        )
        below = in_factors(field, field.ratio(field.polynomial(1), square.row[place]))
        found[ways[place]] = t.mul(below, t.add(Sym(name), *known))
        left.remove((square, name))
    return found


def add_spanned(
    lines: Lines,
    uses: Sequence[int],
    gives: Judgment,
    squares: Mapping[str, tuple[Term, int]],
    entries: Mapping[Sym, Term],
    forms: Sequence[tuple[str, str, Sequence[str]]] = (),
) -> int:
    """Weighted even powers (name -> base, exponent) and what every entry of the direction is of their bases.

    forms    squares of all entries of other parameters, whose weights come first
    """
    terms = [*(base for base, _ in squares.values()), *entries.values()]
    shown = {name: {"is": t.render(base), "to": e} for name, (base, e) in squares.items()}
    solved = [
        {"of": entry.name[:-1], "at": list(map(str, entry.indices)), "is": t.render(term)}
        for entry, term in entries.items()
    ]
    own = {"forms": [{"of": w, "by": x, "at": list(at)} for w, x, at in forms]} if forms else {}
    return lines.add("definite", uses, gives, terms, **own, squares=shown, entries=solved)


def letters(count: int) -> list[str]:
    """As many names."""
    return [f"l{k}" for k in range(1, count + 1)]


def solved(field: Field, row: Sequence[Ratio], names: Sequence[str]) -> Term:
    """A combination of the squares' bases."""
    parts = zip(row, names, strict=True)
    return t.add(*(t.mul(in_factors(field, value), Sym(name)) for value, name in parts if not value.is_zero()))


def spanning(field: Field, squares: Sequence[Weighted]) -> tuple[list[Weighted], list[list[Ratio]]] | None:
    """As many independent squares as there are entries, and the inverse of the matrix of their rows."""
    chosen, reduced, pivots = list[Weighted](), list[list[Ratio]](), list[int]()
    size = len(squares[0].row) if squares else 0
    for square in squares:
        row = [field.ratio(poly, field.polynomial(1)) for poly in square.row]
        unit = [field.number(int(k == len(chosen))) for k in range(size)]
        line = eliminated(field, [*row, *unit], reduced, pivots)
        place = next((k for k in range(size) if not line[k].is_zero()), None)
        if place is None:
            continue
        line = [field.over(x, line[place]) for x in line]
        reduced = [eliminated(field, other, [line], [place]) for other in reduced]
        chosen, reduced, pivots = [*chosen, square], [*reduced, line], [*pivots, place]
        if len(chosen) == size:
            return chosen, [reduced[pivots.index(k)][size:] for k in range(size)]
    return None


def eliminated(field: Field, line: list[Ratio], rows: Sequence[list[Ratio]], pivots: Sequence[int]) -> list[Ratio]:
    """The line without the places of the pivots."""
    for row, place in zip(rows, pivots, strict=True):
        factor = field.negative(line[place])
        if not factor.is_zero():
            line = [field.plus(x, field.times(factor, y)) for x, y in zip(line, row, strict=True)]
    return line
