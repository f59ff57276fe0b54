"""Sums of squares: p = sum_k g_k b_k' G_k b_k with positive semidefinite rational G_k, by a small semidefinite program.

The floating answer proposes. Its kernel, in rational echelon form, is the face that G_k lies on, for half of what
occurs has singular Gram matrices only; on the face the equations are solved exactly and G_k is split by LDL'.

Source   Peyrl & Parrilo 2008, Theoretical Computer Science 409, 269-281 (rounding); Permenter & Parrilo 2018 (faces)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import flint

from symconvex.drafting.effort import spend
from symconvex.drafting.rational import rational_squares

Exponents = tuple[int, ...]
Coefficients = Mapping[Exponents, Fraction]
MOST_CANDIDATES, MOST_ROWS, MOST_UNKNOWNS = 20_000, 50, 700
TOLERANCES = (1e-9, 1e-6, 1e-4, 1e-3)
DENOMINATORS = (1, 2, 4, 12, 60, 2**10, 2**20, 2**34)
FLAT = 1e-3
MOST_WIDE, HIGHEST_WIDE = 3, 4


@dataclass(frozen=True, slots=True)
class ScaledSquare:
    """weight * multiplier * base^2, the multiplier by its place."""

    multiplier: int
    weight: Fraction
    base: Coefficients


@dataclass(frozen=True, slots=True)
class Blocks:
    """A basis of monomials for each multiplier, and which products of two of them make each monomial.

    pairs    exponents -> (block, row, column, coefficient), row <= column
    """

    multipliers: Sequence[Coefficients]
    bases: Sequence[Sequence[Exponents]]
    pairs: Mapping[Exponents, Sequence[tuple[int, int, int, Fraction]]]


def find_sum_of_squares(form: Coefficients, multipliers: Sequence[Coefficients]) -> list[ScaledSquare] | None:
    """The form as a sum of squares times multipliers; the first multiplier is 1. None when none was found."""
    form = {e: c for e, c in form.items() if c}
    if not form:
        return []
    for wide in (False, True) if is_small(form, multipliers) else (False,):
        blocks = blocks_of(form, multipliers, wide=wide)
        squares = None if blocks is None else squares_in(form, blocks)
        if squares is not None:
            return squares
    return None


def is_small(form: Coefficients, multipliers: Sequence[Coefficients]) -> bool:
    """Are there few monomials even outside the box of the form, and sums for multipliers, in which they cancel?"""
    few = len(next(iter(form))) <= MOST_WIDE and max(map(sum, form)) <= HIGHEST_WIDE
    return few and any(len(g) > 1 for g in multipliers)


def squares_in(form: Coefficients, blocks: Blocks) -> list[ScaledSquare] | None:
    """The form as squares of sums of such monomials, times the multipliers."""
    if not all(e in blocks.pairs for e in form):
        return None
    rows = sum(map(len, blocks.bases))
    spend(2_000 + 4 * rows**3)
    grams = solved(form, blocks)
    for tolerance in TOLERANCES if grams else ():
        squares = rounded(form, blocks, grams or [], tolerance)
        if squares is not None and is_identity(form, blocks.multipliers, squares):
            return squares
    return None


def plus(*parts: Exponents) -> Exponents:
    """The exponents of a product."""
    return tuple(map(sum, zip(*parts, strict=True)))


# ---- which monomials -------------------------------------------------------------------------------


def blocks_of(form: Coefficients, multipliers: Sequence[Coefficients], *, wide: bool) -> Blocks | None:
    """Monomials whose squares lie in the box of the form, without those that must have a zero on the diagonal.

    wide    in the box of all monomials up to its degree
    """
    sums = 0 if wide else min(map(sum, form)), max(map(sum, form))
    low = [0 if wide else min(e[i] for e in form) for i in range(len(next(iter(form))))]
    top = [sums[1] if wide else max(e[i] for e in form) for i in range(len(low))]
    bases = [list(candidates(g, low, top, sums)) for g in multipliers]
    if sum(map(len, bases)) > MOST_CANDIDATES:
        return None
    while True:
        rows = sum(map(len, bases))
        if rows > 3 * MOST_ROWS:
            return None
        spend(sum(len(g) * len(basis) ** 2 for g, basis in zip(multipliers, bases, strict=True)))
        pairs: dict[Exponents, list[tuple[int, int, int, Fraction]]] = {}
        for k, (g, basis) in enumerate(zip(multipliers, bases, strict=True)):
            for c, column in enumerate(basis):
                for r, row in enumerate(basis[: c + 1]):
                    for e, value in g.items():
                        pairs.setdefault(plus(row, column, e), []).append((k, r, c, value))
        bad = {
            (k, r)
            for e, found in pairs.items()
            if e not in form and all(r == c and value > 0 for _, r, c, value in found)
            for k, r, _, _ in found
        }
        if not bad:
            return Blocks(multipliers, bases, pairs) if sum(map(len, bases)) <= MOST_ROWS else None
        bases = [[b for r, b in enumerate(basis) if (k, r) not in bad] for k, basis in enumerate(bases)]


def candidates(
    multiplier: Coefficients, low: Sequence[int], top: Sequence[int], sums: tuple[int, int]
) -> Iterator[Exponents]:
    """b with 2 b + e in the box for every monomial e of the multiplier."""
    ranges, count = [], 1
    for i in range(len(low)):
        least, most = (f(e[i] for e in multiplier) for f in (min, max))
        ranges.append(range(max(0, -((least - low[i]) // 2)), max(0, top[i] - most) // 2 + 1 if top[i] >= most else 0))
        count *= len(ranges[-1])
    if count > MOST_CANDIDATES:
        return
    spend(count)
    degrees = [sum(e) for e in multiplier]
    for b in product(*ranges):
        if sums[0] <= 2 * sum(b) + min(degrees) and 2 * sum(b) + max(degrees) <= sums[1]:
            yield b


# ---- the semidefinite program ----------------------------------------------------------------------


def solved(form: Coefficients, blocks: Blocks) -> list[Any] | None:
    """Gram matrices with the largest least eigenvalue, in floating point: they lie inside their face."""
    import clarabel
    import numpy as np
    from scipy import sparse

    upper = [(k, r, c) for k, basis in enumerate(blocks.bases) for c in range(len(basis)) for r in range(c + 1)]
    place, m, size = {t: j for j, t in enumerate(upper)}, len(blocks.pairs), len(upper)
    items = [
        (i, place[k, r, c], float(value) * (1 if r == c else 2))
        for i, found in enumerate(blocks.pairs.values())
        for k, r, c, value in found
    ]
    items += [(m + j, j, -1.0 if r == c else -(2**0.5)) for j, (_, r, c) in enumerate(upper)]
    items += [(m + j, size, 1.0) for j, (_, r, c) in enumerate(upper) if r == c]
    i, j, v = zip(*items, strict=True)
    right = np.array([float(form.get(e, 0)) for e in blocks.pairs] + [0.0] * size)
    scale = float(abs(right).max())
    options = clarabel.DefaultSettings()
    options.verbose, options.max_iter = False, 100
    cones = [clarabel.ZeroConeT(m), *(clarabel.PSDTriangleConeT(len(basis)) for basis in blocks.bases if basis)]
    left = sparse.csc_matrix((v, (i, j)), shape=(m + size, size + 1))
    goal = np.append(np.zeros(size), -1.0)
    program = clarabel.DefaultSolver(sparse.csc_matrix((size + 1, size + 1)), goal, left, right / scale, cones, options)
    answer = program.solve()
    if "Solved" not in str(answer.status) or not answer.x[size] > -1e-5:
        return None
    grams = []
    for k, basis in enumerate(blocks.bases):
        gram = np.zeros((len(basis), len(basis)))
        for c in range(len(basis)):
            for r in range(c + 1):
                gram[r, c] = gram[c, r] = answer.x[place[k, r, c]] * scale
        grams.append(gram)
    return grams


# ---- exact squares ---------------------------------------------------------------------------------


def rounded(form: Coefficients, blocks: Blocks, grams: Sequence[Any], tolerance: float) -> list[ScaledSquare] | None:
    """Exact squares near the floating ones, on the face of those eigenvalues that are above the tolerance."""
    import numpy as np

    faces = [face(gram, tolerance) if len(gram) else [] for gram in grams]
    unknowns = [(k, a, b) for k, u in enumerate(faces) if u for a in range(len(u[0])) for b in range(a, len(u[0]))]
    solved_for = equations(form, blocks, faces, unknowns) if 0 < len(unknowns) <= MOST_UNKNOWNS else None
    if solved_for is None:
        return None
    pairs = list(zip(faces, grams, strict=True))
    shrink = [np.linalg.pinv(np.array(u, float)) if u else np.zeros((0, len(gram))) for u, gram in pairs]
    start = [p @ gram @ p.T for p, gram in zip(shrink, grams, strict=True)]
    for below in DENOMINATORS:
        point = [flint.fmpq(round(float(start[k][a, b]) * below), below) for k, a, b in unknowns]
        for pivot, (right, row) in solved_for.items():
            point[pivot] = right - sum((c * point[j] for j, c in row.items()), flint.fmpq(0))
        at = {key: Fraction(int(x.p), int(x.q)) for key, x in zip(unknowns, point, strict=True)}
        squares = split(blocks, faces, at)
        if squares is not None:
            return squares
    return None


def face(gram: Any, tolerance: float) -> list[list[Fraction]]:
    """Rational columns that span the range of the matrix, from the echelon form of what looks like its kernel."""
    import numpy as np

    values, vectors = np.linalg.eigh(gram)
    kernel, pivots = vectors[:, values < tolerance * max(1.0, values[-1])].T.copy(), list[int]()
    for column in range(len(gram)):
        r = len(pivots)
        if r == len(kernel):
            break
        best = r + int(np.argmax(abs(kernel[r:, column])))
        if abs(kernel[best, column]) >= FLAT:
            kernel[[r, best]] = kernel[[best, r]]
            kernel[r] /= kernel[r, column]
            kernel -= np.outer(kernel[:, column] * (np.arange(len(kernel)) != r), kernel[r])
            pivots.append(column)
    free = [column for column in range(len(gram)) if column not in pivots]
    rows = {column: [Fraction(int(a == column)) for a in free] for column in free}
    for r, column in enumerate(pivots):
        rows[column] = [-Fraction(float(kernel[r][a])).limit_denominator(64) for a in free]
    return [rows[column] for column in range(len(gram))]


def equations(
    form: Coefficients, blocks: Blocks, faces: Sequence[list[list[Fraction]]], unknowns: Sequence[tuple[int, int, int]]
) -> dict[int, tuple[Any, dict[int, Any]]] | None:
    """Some unknowns in terms of the others: pivot -> right side, and coefficients; None for a contradiction."""
    place, rows = {key: i for i, key in enumerate(unknowns)}, []
    for e, found in blocks.pairs.items():
        row = [flint.fmpq(0)] * (len(unknowns) + 1)
        row[-1] = rational(Fraction(form.get(e, 0)))
        for k, r, c, value in found:
            for a, x in enumerate(faces[k][r]):
                for b, y in enumerate(faces[k][c]) if x else ():
                    if y:
                        row[place[k, min(a, b), max(a, b)]] += rational(x * y * value * (1 if r == c else 2))
        rows.append(row)
    spend(len(rows) * len(unknowns))
    echelon, rank = flint.fmpq_mat(rows).rref()
    count, solved_for = len(unknowns), dict[int, tuple[Any, dict[int, Any]]]()
    for i in range(rank):
        left = {j: echelon[i, j] for j in range(count) if echelon[i, j] != 0}
        if not left:
            return None
        pivot = min(left)
        solved_for[pivot] = echelon[i, count], {j: c for j, c in left.items() if j != pivot}
    return solved_for


def rational(value: Fraction) -> Any:
    """A number for python-flint."""
    return flint.fmpq(value.numerator, value.denominator)


def split(
    blocks: Blocks, faces: Sequence[list[list[Fraction]]], at: Mapping[tuple[int, int, int], Fraction]
) -> list[ScaledSquare] | None:
    """The squares of all blocks; None when one of the matrices is not positive semidefinite."""
    found = []
    for k, u in enumerate(faces):
        size = range(len(u[0])) if u else range(0)
        squares = rational_squares([[at[k, min(a, b), max(a, b)] for b in size] for a in size])
        if squares is None:
            return None
        for weight, row in squares:
            base = {
                e: sum((x * y for x, y in zip(u[i], row, strict=True)), Fraction(0))
                for i, e in enumerate(blocks.bases[k])
            }
            found.append(ScaledSquare(k, weight, {e: c for e, c in base.items() if c}))
    return found


def is_identity(form: Coefficients, multipliers: Sequence[Coefficients], squares: Sequence[ScaledSquare]) -> bool:
    """Is the sum of the squares the form, exactly?"""
    rest = {e: -c for e, c in form.items()}
    for square in squares:
        for (a, x), (b, y), (e, z) in product(
            square.base.items(), square.base.items(), multipliers[square.multiplier].items()
        ):
            key = plus(a, b, e)
            rest[key] = rest.get(key, Fraction(0)) + square.weight * x * y * z
    return not any(rest.values())
