"""Nonnegative weights with which columns add up to a target, by exact linear programming.

Source   Schrijver 1986, Theory of Linear and Integer Programming, sections 7.3 and 11.1 (simplex, Bland's rule)
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction

from symconvex.drafting.effort import spend

Column = Mapping[Hashable, Fraction]
Row = dict[int, Fraction]
MOST_PIVOTS = 200
TARGET = -1  # where the right side stands in a row


def find_weights(columns: Sequence[Column], target: Column, strict: Collection[int]) -> dict[int, Fraction] | None:
    """Weights >= 0 with sum_k w_k column_k = target; None if there are none.

    strict    columns of which at least one has a weight > 0; without any, all weights do
    """
    places = sorted({*target, *(place for column in columns for place in column)}, key=str)
    rows, basis = list[Row](), list[int]()
    for number, place in enumerate(places):
        side = -1 if target.get(place, 0) < 0 else 1
        row = {k: side * column[place] for k, column in enumerate(columns) if column.get(place)}
        row[len(columns) + number] = Fraction(1)
        if target.get(place):
            row[TARGET] = side * target[place]
        rows.append(row)
        basis.append(len(columns) + number)
    made = frozenset(basis)
    if not _improved(rows, basis, made, -1, len(columns)) or any(
        row.get(TARGET) for row, k in zip(rows, basis, strict=True) if k in made
    ):
        return None
    _clean(rows, basis, made, len(columns))
    if strict and not _improved(rows, basis, frozenset(strict), 1, len(columns)):
        return None
    found = {k: row[TARGET] for row, k in zip(rows, basis, strict=True) if row.get(TARGET) and k not in made}
    return None if strict and not any(found.get(k) for k in strict) else found


def _improved(rows: list[Row], basis: list[int], counted: Collection[int], sign: int, count: int) -> bool:
    """Pivot until sign * (sum of the counted unknowns) is as large as possible; False beyond the bound of work."""
    for _ in range(MOST_PIVOTS):
        spend(20 * sum(map(len, rows)))
        gain = {k: sign * Fraction(k in counted) for k in range(count)}
        for row, k in zip(rows, basis, strict=True):
            if k in counted:
                for place, value in row.items():
                    if 0 <= place < count:
                        gain[place] -= sign * value
        entering = next((k for k in range(count) if gain[k] > 0 and k not in basis), None)
        if entering is None:
            return True
        steps = [
            (row.get(TARGET, Fraction(0)) / row[entering], basis[n], n)
            for n, row in enumerate(rows)
            if row.get(entering, 0) > 0
        ]
        if not steps:
            return False
        _pivot(rows, min(steps)[2], entering)
        basis[min(steps)[2]] = entering
    return False


def _clean(rows: list[Row], basis: list[int], made: Collection[int], count: int) -> None:
    """Rows of made unknowns, which are 0: solved for another unknown, or dropped where they say nothing."""
    for n in reversed(range(len(rows))):
        if basis[n] in made:
            other = next((k for k in range(count) if rows[n].get(k)), None)
            if other is None:
                del rows[n], basis[n]
            else:
                _pivot(rows, n, other)
                basis[n] = other


def _pivot(rows: list[Row], at: int, entering: int) -> None:
    scale = rows[at][entering]
    rows[at] = {k: value / scale for k, value in rows[at].items()}
    for n, row in enumerate(rows):
        factor = row.get(entering)
        if n != at and factor:
            for k, value in rows[at].items():
                left = row.get(k, Fraction(0)) - factor * value
                if left:
                    row[k] = left
                else:
                    row.pop(k, None)
