"""A quadratic loss is strictly convex exactly when all leading minors D_k of its matrix are > 0.

all D_k > 0                v'Rv = sum_k (D_(k-1) D_k)^-1 l_k^2, l_k free of the entries before the k-th
D_1 ... > 0, D_k <= 0      along the last row u of the adjugate of the k-th block u'Ru = D_(k-1) D_k, and u_k = D_(k-1)
"""

from collections.abc import Sequence

from symconvex.drafting import judgments as say
from symconvex.drafting.arguments.conditions import Leaf, StrictLeaf
from symconvex.drafting.conditions.bands import Spot
from symconvex.drafting.conditions.curve import Curve
from symconvex.drafting.conditions.forms import form_term, minor_of
from symconvex.drafting.conditions.level import HALF, level_part
from symconvex.drafting.conditions.samples import Samples
from symconvex.drafting.conditions.search import Found
from symconvex.drafting.conditions.signs import Branch, case_of, still
from symconvex.drafting.constants import holds
from symconvex.drafting.lines import Alternatives, Lines
from symconvex.drafting.rational import Polynomial, primitive
from symconvex.drafting.spanning import add_spanned
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Sym, Term

LETTERS = ("?l1", "?l2", "?l3")


def find_leading(curve: Curve, samples: Samples, found: Found) -> Alternatives | int | None:
    """The cases; None where the loss is not quadratic, or the sign of a minor stays open."""
    outer = (curve.outer.above, curve.outer.below)
    if any(curve.moves(poly) for poly in (*outer, *(entry for row in curve.matrix for entry in row))):
        return None
    last = leading(curve, len(curve.ways))
    if any(way.indices for way in curve.ways):
        return None
    if not last.is_constant():
        above, below = _sides(curve, last)
        alone = case_of(curve, (above,), samples.failing((above,)))
        then = None if alone is None else _definite(alone, found)
        if then is not None:
            other = _from(curve, samples, found, (below,), 1)
            return None if other is None else Alternatives(above, below, then, other)
    return _from(curve, samples, found, (), 1)


def _unknown(case: Branch, minor: Polynomial) -> Polynomial:
    """A minor without the factors that are > 0 in the case."""
    for factor, e in minor.factor()[1]:
        if still(case, factor, strict=True) is not None:
            minor = minor / factor**e
    return minor


def _sides(curve: Curve, minor: Polynomial) -> tuple[Given, Given]:
    """Is a minor > 0, or <= 0?"""
    term = curve.field.term(primitive(curve.field, [minor])[1][0])
    return say.given_positive(term), say.given_nonneg(t.neg(term))


def leading(curve: Curve, k: int) -> Polynomial:
    """D_k, with D_0 = 1."""
    return minor_of(curve.matrix, tuple(range(k))) if k else curve.field.polynomial(1)


def _from(curve: Curve, samples: Samples, found: Found, path: tuple[Given, ...], k: int) -> Alternatives | int | None:
    """The cases that the k-th minor and those after it make, where those before it are > 0."""
    case = case_of(curve, path, samples.failing(path))
    if case is None:
        return None
    if k > len(curve.ways):
        return _definite(case, found)
    minor = leading(curve, k)
    if still(case, minor, strict=True) is not None:
        return _from(curve, samples, found, path, k + 1)
    if still(case, -minor, strict=False) is not None:
        return _level(case, found, k)
    above, below = _sides(curve, _unknown(case, minor))
    then = _from(curve, samples, found, (*path, above), k + 1)
    beside = None if then is None else case_of(curve, (*path, below), samples.failing((*path, below)))
    other = None if beside is None else _level(beside, found, k)
    return None if then is None or other is None else Alternatives(above, below, then, other)


def _level(case: Branch, found: Found, k: int) -> int | None:
    """Level along the last row of the adjugate of the k-th block."""
    curve, lines = case.curve, case.lines
    row = [_cofactor(curve, k, j) for j in range(k)]
    apart = still(case, row[-1], strict=True) if k > 1 else lines.constant(say.positive(t.ONE))
    if apart is None:
        return None
    names = [way.name[:-1] for way in curve.ways]
    entries = [curve.field.term(poly) for poly in row] + [t.ZERO] * (len(names) - k)
    ends: list[Spot] = [dict(zip(names, (t.mul(s, x) for x in entries), strict=True)) for s in map(t.number, (-1, 1))]
    four = lines.constant(say.positive(t.number(4)))
    squares: list[list[int | Term]] = [[four, apart, apart], *([four, x] for x in entries[: k - 1] if x != t.ZERO)]
    length = say.positive(t.mul(t.number(4), t.add(*(t.power(x, 2) for x in entries))))
    return level_part(case, found, ends, lines.combine(squares, length), _above(case, k, apart))


def _above(case: Branch, k: int, before: int) -> int | None:
    """The line -u'Hu/2 = -outer D_(k-1) D_k / 2 >= 0.

    before    the line D_(k-1) > 0
    """
    curve, lines = case.curve, case.lines
    below, outer = still(case, -leading(curve, k), strict=False), case.oracle.weight(curve.outer, strict=False)
    if below is None or outer is None:
        return None
    used = [lines.constant(say.positive(HALF)), outer[0], before, below]
    return lines.product(used, say.nonneg(t.mul(*map(lines.term, used))))


def _cofactor(curve: Curve, k: int, j: int) -> Polynomial:
    """The j-th entry of the last row of the adjugate of the k-th block."""
    if k == 1:
        return curve.field.polynomial(1)
    kept = [i for i in range(k) if i != j]
    rows = [[curve.matrix[i][p] for p in range(k - 1)] for i in kept]
    sign = -1 if (j + k - 1) % 2 else 1
    return minor_of(rows, tuple(range(k - 1))) * sign


def _definite(case: Branch, found: Found) -> int | None:
    """All leading minors are > 0."""
    curve, lines, field = case.curve, case.lines, case.curve.field
    size = len(curve.ways)
    shown = [still(case, leading(curve, k), strict=True) for k in range(1, size + 1)]
    outer = case.oracle.weight(curve.outer, strict=True)
    minors = [line for line in shown if line is not None]
    if outer is None or len(minors) < size:
        return None
    weights, inverses = _weights(case, minors)
    cores = [_core(curve, k) for k in range(1, size + 1)]
    squares = {name: (core, 2) for name, core in zip(LETTERS, cores, strict=False)}
    whole = t.add(*(t.mul(lines.term(w), t.power(core, 2)) for w, core in zip(weights, cores, strict=True)))
    number = add_spanned(lines, weights, say.definite(whole), squares, _entries(curve))
    form = form_term(field, curve.matrix, curve.ways)
    for k, inverse in reversed(list(enumerate(inverses, 1))):
        others = [field.term(leading(curve, j)) for j in range(1, k)]
        number = lines.combine([[inverse, number]], say.definite(t.mul(*others, form)))
    term = t.mul(outer[1], form)
    number = lines.combine([[outer[0], number]], say.definite(term))
    bend = lines.differentiate(say.curvature(term if curve.sign > 0 else t.neg(term)))
    word = say.loss(f"strictly_{curve.word}")
    lines.curvature([bend, number], word)
    part = lines.part(word)
    if not holds(curve.draft, part):
        return None
    found.strict.append(StrictLeaf(curve.word, case.path, tuple(map(lines.term, minors))))
    return found.add(part, Leaf(curve.word, case.path, (), {}, {}, None))


def _weights(case: Branch, minors: Sequence[int]) -> tuple[list[int], list[int]]:
    """The weights D_1 ... D_(n-1) / (D_(k-1) D_k) of l_k^2 in D_1 ... D_(n-1) v'Rv, and the inverses of these D_k."""
    lines = case.lines
    one = lines.constant(say.positive(t.ONE))
    before = [one, *minors]
    size, weights = len(minors), list[int]()
    for k in range(1, size + 1):
        kept = [minors[j - 1] for j in range(1, size) if j not in (k - 1, k)]
        below = [before[j] for j in (k - 1, k) if not 1 <= j < size and j]
        kept += [_inverse(lines, line) for line in below]
        weights.append(lines.product(kept or [one], say.positive(t.mul(*map(lines.term, kept)))))
    return weights, [_inverse(lines, line) for line in minors[:-1]]


def _inverse(lines: Lines, line: int) -> int:
    """The line 1/D > 0."""
    above = say.positive(t.power(lines.term(line), -1))
    return lines.constant(above) if isinstance(above.term, t.Num) else lines.power(line, above)


def _core(curve: Curve, k: int) -> Term:
    """l_k = sum over j >= k of the minor with the rows up to k and the columns before k and j, times v_j."""
    parts = (t.mul(curve.field.term(p), curve.ways[j]) for j, p in _coefficients(curve, k) if p)
    return t.add(*parts)


def _coefficients(curve: Curve, k: int) -> list[tuple[int, Polynomial]]:
    found = []
    for j in range(k - 1, len(curve.ways)):
        columns = [*range(k - 1), j]
        rows = [[curve.matrix[i][c] for c in columns] for i in range(k)]
        found.append((j, minor_of(rows, tuple(range(k)))))
    return found


def _entries(curve: Curve) -> dict[Sym, Term]:
    """v from l: the last entry first."""
    found = dict[Sym, Term]()
    for k in range(len(curve.ways), 0, -1):
        (_, own), *others = _coefficients(curve, k)
        rest = (t.neg(t.mul(curve.field.term(p), found[curve.ways[j]])) for j, p in others if p)
        inverse = t.power(curve.field.term(own), -1)
        found[curve.ways[k - 1]] = t.mul(inverse, t.add(Sym(LETTERS[k - 1]), *rest))
    return found
