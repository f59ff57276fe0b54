"""Orders shown for all sizes: T >= 0 where T q^2 is convex in q, M >= 0 where v'Mv is convex in v. The prover is asked.

A quadratic form is first written as weighted squares; the kernel's normal form sees that it is the same:

    sum_i W_i X_ij X_ik           sum_i W_i (sum_j X_ij v_j)^2
    diag(w) - c b b'              sum_k (w_k - c B b_k) v_k^2 + c/2 sum_k sum_l b_k b_l (v_k - v_l)^2,   B = sum_k b_k
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from symconvex.handcheck.judging.asked import Shown, ask, question_of
from symconvex.handcheck.judging.identities import as_fraction, by_labels, plain, same, softened, with_facts
from symconvex.handcheck.judging.ordering import in_order
from symconvex.handcheck.meaning.symbolic import normal_of
from symconvex.handcheck.text.declared import Declared
from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Refused, Size, Sum, Sym, Term

ROW, COLUMN, FORM = "p_r", "p_c", "q"
MOST_SHARED = 5
Binders = tuple[tuple[str, Size], ...]


@dataclass(frozen=True, slots=True)
class Square:
    """sum over binders of weight * (sum_r core v_r)^2; the core speaks of ROW. Without a core: sum_r weight * v_r^2."""

    binders: Binders
    weight: Term
    core: Term | None
    size: Size

    def form(self, entry: Term) -> Term:
        """The square as a term in the entry of v at ROW."""
        if self.core is None:
            return _under(self.binders, Sum(ROW, self.size, t.mul(self.weight, t.power(entry, 2))))
        return _under(self.binders, t.mul(self.weight, t.power(Sum(ROW, self.size, t.mul(self.core, entry)), 2)))


def shown_nonneg(term: Term, places: dict[str, Size], declared: Declared) -> Iterator[Shown]:
    """What the prover shows of q -> T q^2 (one q for every place): convex when T >= 0, strictly convex when T > 0."""
    entry = Sym(FORM, tuple(places))
    for form in _spellings(term, declared):
        if form != term and not same(form, term, declared):
            continue
        loss = _under(tuple(places.items()), t.mul(form, t.power(entry, 2)))
        yield ask(question_of(loss, {FORM: tuple(places.values())}, declared))


def _spellings(term: Term, declared: Declared) -> Iterator[Term]:
    """The term as it stands, in normal form, and over one denominator."""
    yield softened(term)
    known = with_facts(plain(term, declared), declared)
    try:
        normal = normal_of(declared)
        yield softened(normal.term(normal.poly(known)))
        yield softened(as_fraction(known, normal))
        yield by_labels(known, declared, normal)
    except Refused:
        return


def shown_psd(
    gap: Callable[[t.Index, t.Index], Term], size: Size, places: dict[str, Size], declared: Declared
) -> Iterator[Shown]:
    """What the prover shows of v -> v'Mv, from the entries of M: convex when M is psd, strictly convex when M is pd."""
    if isinstance(size, int):
        yield Shown() if places else _shown_written_out(gap, size, declared)
        return
    entry = gap(ROW, COLUMN)
    if not same(entry, gap(COLUMN, ROW), declared):
        return
    v, w = (Sym(FORM, (*places, end)) for end in (ROW, COLUMN))
    form = Sum(ROW, size, Sum(COLUMN, size, t.mul(v, entry, w)))
    for squares in _square_forms(entry, size, v, declared):
        if same(form, squares, declared):
            loss = _under(tuple(places.items()), squares)
            yield ask(question_of(loss, {FORM: (*places.values(), size)}, declared))


def _shown_written_out(gap: Callable[[t.Index, t.Index], Term], size: int, declared: Declared) -> Shown:
    """The same for a matrix of a few numbers: its form as a function of as many numbers."""
    pairs = [(i, j) for i in range(size) for j in range(size)]
    if not all(same(gap(i, j), gap(j, i), declared) for i, j in pairs):
        return Shown()
    names = [f"{FORM}{i}" for i in range(size)]
    form = t.add(*(t.mul(gap(i, j), Sym(names[i]), Sym(names[j])) for i, j in pairs))
    return ask(question_of(with_facts(plain(form, declared), declared), dict.fromkeys(names, ()), declared))


def _square_forms(entry: Term, size: Size, v: Term, declared: Declared) -> Iterator[Term]:
    """v'Mv as sums of squares, in the entry of v at ROW."""
    try:
        normal = normal_of(declared)
        known = in_order(with_facts(plain(entry, declared), declared), normal)
        squares = list(_squares(known, size, normal))
        if squares:
            merged = [replace(square, weight=as_fraction(square.weight, normal)) for square in _merged(squares)]
            yield t.add(*(square.form(v) for square in merged))
            yield from _variances(merged, v, normal)
    except Refused:
        return


def _merged(squares: Sequence[Square | None]) -> list[Square]:
    """Squares of one core together. Empty when some summand is none."""
    found = dict[tuple[Binders, Term | None], Square]()
    for square in squares:
        if square is None:
            return []
        key = (square.binders, square.core)
        weight = t.add(found[key].weight, square.weight) if key in found else square.weight
        found[key] = replace(square, weight=weight)
    return list(found.values())


def _squares(entry: Term, size: Size, normal: Normal) -> Iterator[Square | None]:
    for mono, scale in normal.poly(entry).items():
        binders, factors = dict[str, Size](), list[Term]([t.number(Fraction(scale))])
        for key, e in mono:
            _unfold(t.power(normal.atoms[key], Fraction(e)), binders, factors)
        yield _square(binders, factors, size, normal)


def _unfold(term: Term, binders: dict[str, Size], factors: list[Term]) -> None:
    """A product of nested sums as one sum over several indices."""
    match term:
        case Sum(index, size, body):
            name = f"?b{len(binders)}"
            binders[name] = size
            _unfold(t.reindex(body, {index: name}), binders, factors)
        case t.Mul(args):
            for arg in args:
                _unfold(arg, binders, factors)
        case t.Pow(Sum() as base, e) if e == 2:
            _unfold(base, binders, factors)
            _unfold(base, binders, factors)
        case _:
            factors.append(term)


def _square(binders: dict[str, Size], factors: list[Term], size: Size, normal: Normal) -> Square | None:
    ends = (t.Delta(ROW, COLUMN), t.Delta(COLUMN, ROW))
    if any(factor in ends for factor in factors):
        rest = t.mul(*(t.reindex(factor, {COLUMN: ROW}) for factor in factors if factor not in ends))
        return Square((), _under(tuple(binders.items()), rest), None, size)
    for count in range(min(len(binders), MOST_SHARED) + 1):
        for shared in combinations(binders, count):
            found = _split(shared, binders, factors, size, normal)
            if found is not None:
                return found
    return None


def _split(
    shared: tuple[str, ...], binders: dict[str, Size], factors: list[Term], size: Size, normal: Normal
) -> Square | None:
    """The two halves of a product that meet at the shared indices only, when they are the same."""
    inner = [name for name in binders if name not in shared]
    row, column = (_reached(end, inner, factors) for end in (ROW, COLUMN))
    if row & column or set(inner) - row - column:
        return None
    halves = []
    for reach in (row, column):
        part = [factor for factor in factors if t.free_indices(factor) & reach]
        over = tuple((name, binders[name]) for name in inner if name in reach)
        halves.append(_under(over, t.mul(*part)))
    other = t.reindex(halves[1], {COLUMN: ROW})
    if normal.poly(t.sub(in_order(halves[0], normal), in_order(other, normal))):
        return None
    weight = [factor for factor in factors if not t.free_indices(factor) & (row | column)]
    names = {name: f"?s{k}" for k, name in enumerate(shared)}
    over = tuple((names[name], binders[name]) for name in shared)
    change: dict[str, t.Index] = dict(names)
    core = in_order(t.reindex(halves[0], change), normal)
    return Square(over, t.reindex(t.mul(*weight), dict(change)), core, size)


def _reached(end: str, inner: Sequence[str], factors: Sequence[Term]) -> set[str]:
    """The indices that hang together with an end of the form, itself included."""
    reach, more = {end}, True
    while more:
        touched = {i for factor in factors if t.free_indices(factor) & reach for i in t.free_indices(factor)}
        new = {i for i in touched if i in inner or i in (ROW, COLUMN)} - reach
        reach, more = reach | new, bool(new)
    return reach


def _under(binders: Binders, body: Term) -> Term:
    for index, size in reversed(binders):
        body = Sum(index, size, body)
    return body


def _variances(squares: Sequence[Square], v: Term, normal: Normal) -> Iterator[Term]:
    """diag(w) - c b b' by Lagrange's identity, and diag(w) + c b b' by the same with sums for differences."""
    diagonal = next((square for square in squares if square.core is None), None)
    ones = [square for square in squares if square.core is not None and not square.binders]
    if diagonal is None or len(ones) != 1 or ones[0].core is None:
        return
    b, c, size = ones[0].core, ones[0].weight, ones[0].size
    other, half = t.reindex(b, {ROW: COLUMN}), t.number(Fraction(1, 2))
    u = t.reindex(v, {ROW: COLUMN})
    total = t.mul(b, Sum(COLUMN, size, other))
    apart = t.power(t.sub(t.ONE, t.Delta(ROW, COLUMN)), 2)
    ways = (
        (t.mul(t.number(-1), half, c, b, other, t.power(t.sub(v, u), 2)), t.add(diagonal.weight, t.mul(c, total))),
        (
            t.mul(half, c, apart, b, other, t.power(t.add(v, u), 2)),
            t.add(diagonal.weight, t.mul(c, t.sub(t.mul(t.number(2), t.power(b, 2)), total))),
        ),
    )
    rest = [square.form(v) for square in squares if square not in (diagonal, ones[0])]
    for spread, left in ways:
        weight = as_fraction(left, normal)
        own = [] if weight == t.ZERO else [replace(diagonal, weight=weight).form(v)]
        yield t.add(Sum(ROW, size, Sum(COLUMN, size, spread)), *own, *rest)
