"""Charts of signs: an interval cut into open parts of one strict sign, with points or short gaps between them.

A product is the product of charts. A sum has the sign of its monomials where they agree; else it is multiplied by
something positive so that its derivative becomes simpler, and is monotone where that has one sign.

Source   Tarski-style sign charts; the mean value theorem for growth
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.drafting.univariate.ends import (
    End,
    ball,
    closed_ball,
    guesses,
    inside,
    near,
    order,
    same_end,
    value_sign,
)
from symconvex.drafting.univariate.ring import Ring
from symconvex.kernel import term as t
from symconvex.kernel.functions import Unsure, rational
from symconvex.kernel.normal import is_exp
from symconvex.kernel.polynomial import Mono, Poly, scaled
from symconvex.kernel.term import Fn, Num, Pow, Refused, Sym, Term

MOST_TERMS, DEEPEST = 120, 24
BOX_BITS, MOST_BOXES = 96, 60
POSITIVE = ("exp", "normpdf", "normcdf")
TRIGONOMETRIC = ("sin", "cos")


@dataclass(frozen=True, slots=True)
class Node:
    """sign * poly > 0 on the open interval (left, right), or on the closed one: how, and what it rests on.

    how      signs: all monomials agree, kids are about atoms; bounded: a constant outweighs sines and cosines;
             product: kids are about the factors; box: ball arithmetic; growth: of poly * by from an end
    factors  of a product, with exponents
    by       the factor > 0 of growth; side: from which end it grows
    kids     product, signs: what is known of the parts; growth: the slope, then the multiplier
    """

    how: str
    poly: Poly
    left: End
    right: End
    sign: int
    kids: tuple["Node", ...] = ()
    factors: tuple[tuple[Poly, int], ...] = ()
    by: Poly = field(default_factory=dict)
    side: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a chart: an open interval with a strict sign, or a closed cut between two of them.

    sign    None: not known; 0 at a point where the term vanishes
    """

    left: End
    right: End
    cut: bool
    sign: int | None
    node: Node | None = None


Chart = list[Piece]


@dataclass(slots=True)
class Search:
    """Charts of terms in one variable; each is made once."""

    ring: Ring
    bits: int = 24
    depth: int = 0
    charts: dict[tuple[object, End, End], Chart] = field(default_factory=dict)

    def chart(self, poly: Poly, left: End, right: End) -> Chart:
        """The chart of any polynomial: content, denominators and factors are treated one by one."""
        key = (frozenset(poly.items()), left, right)
        if key not in self.charts:
            if self.depth > DEEPEST or len(poly) > MOST_TERMS:
                return [Piece(left, right, False, None)]
            self.depth += 1
            try:
                self.charts[key] = joined(self._chart(poly, left, right))
            finally:
                self.depth -= 1
        return self.charts[key]

    def one_sign(self, poly: Poly, left: End, right: End) -> Node | None:
        """The node of a polynomial that has one strict sign on the open interval."""
        parts = self.chart(poly, left, right)
        return parts[0].node if len(parts) == 1 else None

    def _chart(self, poly: Poly, left: End, right: End) -> Chart:
        if not self.ring.moves(poly):
            sign = value_sign(self.ring, poly, t.ZERO)
            return [whole_piece("constant", poly, left, right, sign)]
        direct = self.direct(poly, left, right)
        if direct is not None:
            return [Piece(left, right, False, direct.sign, direct)]
        outside, rest = self.ring.fraction(poly)
        parts = [
            (self.ring.poly(base), int(e)) if e == int(e) else (self.ring.poly(t.power(base, Fraction(e))), 1)
            for base, e in outside
        ]
        parts += self.ring.factors(rest)
        if len(parts) > 1 or parts[0][1] > 1:
            return self.merged(poly, parts, left, right)
        return self.sum(poly, left, right)

    # ---- without derivatives ---------------------------------------------------------------------

    def direct(self, poly: Poly, left: End, right: End) -> Node | None:
        """All monomials of one sign, or a constant that outweighs what is bounded."""
        kids = dict[str, Node]()
        for key, atom in self.ring.atoms(poly).items():
            known = self.atom_sign(atom, left, right)
            if known is not None:
                kids[key] = known
        signs = {self._mono_sign(mono, kids) * (1 if c > 0 else -1) for mono, c in poly.items()}
        if len(signs) == 1 and 0 not in signs:
            return Node("signs", poly, left, right, signs.pop(), tuple(kids.values()))
        return self._bounded(poly, left, right)

    def _mono_sign(self, mono: Mono, kids: dict[str, Node]) -> int:
        """The strict sign of a monomial; 0 when it is not known."""
        sign = 1
        for key, e in mono:
            atom = self.ring.normal.atoms[key]
            if not self.ring.depends(atom):
                known = value_sign(self.ring, self.ring.poly(atom), t.ZERO)
            else:
                known = kids[key].sign if key in kids else None
            if known is None or known == 0 or (known < 0 and e.denominator > 1):
                return 0
            sign *= known if e % 2 else 1
        return sign

    def atom_sign(self, atom: Term, left: End, right: End) -> Node | None:
        """The strict sign of an atom: by its nature, or by that of what is inside."""
        poly = self.ring.poly(atom)
        match atom:
            case Sym() if atom == self.ring.s:
                for sign, (low, high) in ((1, (t.ZERO, right)), (-1, (left, t.ZERO))):
                    gap = order(self.ring, low, left) if sign > 0 else order(self.ring, right, high)
                    ends = (left, right)[sign < 0]
                    if ends is not None and gap is not None and gap >= 0:
                        return Node("variable", poly, left, right, sign)
            case Fn(name, _) if name in POSITIVE:
                return Node("range", poly, left, right, 1)
            case Fn("log", (arg,)):
                inner = self.one_sign(self.ring.poly(t.sub(arg, t.ONE)), left, right)
                return None if inner is None else Node("log", poly, left, right, inner.sign, (inner,))
            case Pow(base, e):
                inner = self.one_sign(self.ring.poly(base), left, right)
                if inner is not None and (inner.sign > 0 or e == -1):
                    return Node("power", poly, left, right, inner.sign, (inner,))
        return None

    def _bounded(self, poly: Poly, left: End, right: End) -> Node | None:
        """A constant that is larger than the sum of coefficients of powers of sines and cosines."""
        constant = Fraction(poly.get((), 0))
        rest = {mono: c for mono, c in poly.items() if mono}
        atoms = [self.ring.normal.atoms[key] for mono in rest for key, _ in mono]
        fits = rest and all(isinstance(atom, Fn) and atom.name in TRIGONOMETRIC for atom in atoms)
        if not fits or any(len(mono) > 1 or mono[0][1] not in (1, 2) for mono in rest):
            return None
        if abs(constant) <= sum(abs(Fraction(c)) for c in rest.values()):
            return None
        return Node("bounded", poly, left, right, 1 if constant > 0 else -1)

    def boxed(self, poly: Poly, left: Term, right: Term) -> Node | None:
        """Ball arithmetic on the closed interval between two numbers."""
        if not isinstance(left, Num) or not isinstance(right, Num):
            return None
        term, waiting, sign = self.ring.term(poly), [(left.value, right.value)], 0
        for _ in range(MOST_BOXES):
            if not waiting:
                return Node("box", poly, left, right, sign)
            low, high = waiting.pop()
            try:
                found = ball(self.ring, term, rational(low).union(rational(high)), BOX_BITS)
            except Unsure:
                found = None
            here = 0 if found is None else 1 if found > 0 else -1 if found < 0 else 0
            if here and here * sign < 0:
                return None
            if here:
                sign = here
            else:
                waiting += [(low, (low + high) / 2), ((low + high) / 2, high)]
        return None

    # ---- products --------------------------------------------------------------------------------

    def merged(self, poly: Poly, parts: Sequence[tuple[Poly, int]], left: End, right: End) -> Chart:
        """The chart of a product from the charts of its factors."""
        charts = [self.chart(part, left, right) for part, e in parts if self.ring.moves(part)]
        cuts = [(p.left, p.right) for chart in charts for p in chart if p.cut]
        cuts.sort(key=lambda cut: float(closed_ball(self.ring, cut[0] or t.ZERO, 64).mid()))
        apart: list[tuple[End, End]] = []
        for low, high in cuts:
            last = apart[-1] if apart else None
            if last is not None and order(self.ring, last[1], low) != 1:
                longer = order(self.ring, last[1], high) == 1
                apart[-1] = (last[0], high if longer else last[1])
            else:
                apart.append((low, high))
        edges: list[tuple[End, End, bool]] = []
        start = left
        for low, high in apart:
            edges += [(start, low, False), (low, high, True)]
            start = high
        edges.append((start, right, False))
        return [self._product(poly, parts, *edge) for edge in edges]

    def _product(self, poly: Poly, parts: Sequence[tuple[Poly, int]], low: End, high: End, cut: bool) -> Piece:
        if cut:
            return self.cut(poly, low, high)
        sign, kids = 1, list[Node]()
        for part, e in parts:
            if not self.ring.moves(part):
                known = value_sign(self.ring, part, t.ZERO) or 0
                sign *= known if e % 2 else 1
                continue
            kid = self.one_sign(part, low, high) or self._found(part, low, high)
            if kid is None:
                return Piece(low, high, False, None)
            kids.append(kid)
            sign *= kid.sign if e % 2 else 1
        node = Node("product", poly, low, high, sign, tuple(kids), tuple(parts))
        return Piece(low, high, False, sign, node)

    def _found(self, part: Poly, low: End, high: End) -> Node | None:
        """A node of a chart that was made for a larger interval."""
        for (key, *_), chart in self.charts.items():
            if key == frozenset(part.items()):
                for piece in chart:
                    if piece.node is not None and not piece.cut and self.covers(piece, low, high):
                        return piece.node
        return None

    def covers(self, piece: Piece, low: End, high: End) -> bool:
        """Does the piece contain the interval?"""
        before = piece.left is None or (low is not None and (order(self.ring, piece.left, low) or 0) >= 0)
        after = piece.right is None or (high is not None and (order(self.ring, high, piece.right) or 0) >= 0)
        return (
            before
            and after
            and not (low is not None and piece.left is not None and order(self.ring, piece.left, low) is None)
        )

    def cut(self, poly: Poly, low: End, high: End) -> Piece:
        """What is known on a closed gap, or at a point."""
        if low is None or high is None:
            return Piece(low, high, True, None)
        if same_end(self.ring, low, high):
            return Piece(low, low, True, value_sign(self.ring, poly, low))
        node = self.boxed(poly, low, high)
        return Piece(low, high, True, None if node is None else node.sign, node)

    # ---- growth ----------------------------------------------------------------------------------

    def sum(self, poly: Poly, left: End, right: End) -> Chart:
        """The chart of a sum without a common factor: in a box, or from the chart of a derivative."""
        below_zero, above_zero = order(self.ring, left, t.ZERO), order(self.ring, t.ZERO, right)
        if left is not None and right is not None:
            node = self.boxed(poly, left, right)
            if node is not None:
                return [Piece(left, right, False, node.sign, node)]
        if below_zero == above_zero == 1 and not self.ring.has(poly, *TRIGONOMETRIC):
            zero = self.cut(poly, t.ZERO, t.ZERO)
            if zero.sign is not None and self._splits(poly):
                return [*self.chart(poly, left, t.ZERO), zero, *self.chart(poly, t.ZERO, right)]
        best = self._best(poly, left, right)
        return [Piece(left, right, False, None)] if best is None else self.step(poly, best, left, right)

    def _splits(self, poly: Poly) -> bool:
        """Does it help to know the sign of the variable? Not in a polynomial."""
        return len(self.ring.atoms(poly)) > 1

    def _best(self, poly: Poly, left: End, right: End) -> Poly | None:
        """The multiplier that leaves the easiest derivative."""
        best: tuple[tuple[int, ...], Poly] | None = None
        for by in self.multipliers(poly, left, right):
            grown = self.ring.times(poly, by)
            slope = self.ring.fraction(self.ring.derivative(grown))[1]
            if not slope:
                continue
            ends = [e is None or value_sign(self.ring, grown, e) is None for e in (left, right)]
            rank = (*self._effort(slope), sum(ends))
            if best is None or rank < best[0]:
                best = (rank, by)
        return None if best is None else best[1]

    def _effort(self, poly: Poly) -> tuple[int, ...]:
        """Logarithms with their degrees, classes of exponentials and roots, degree in the variable, length."""
        logs = [key for key, atom in self.ring.atoms(poly).items() if isinstance(atom, Fn) and atom.name in HARD]
        variable = t.render(self.ring.s)
        degrees = [int(max(dict(mono).get(key, 0) for mono in poly)) for key in logs]
        beside = [int(max(dict(m).get(variable, 0) for m in poly if key in dict(m))) for key in logs]
        classes = {self.ring.exponential(mono) for mono in poly}
        top = int(max(dict(mono).get(variable, 0) for mono in poly))
        return sum(degrees), sum(beside), len(classes), top, len(poly)

    def multipliers(self, poly: Poly, left: End, right: End) -> Iterator[Poly]:
        """1, and the inverses of the exponential, and of the factors of one sign, in the leading coefficient."""
        yield {(): 1}
        if self.ring.has(poly, *TRIGONOMETRIC):
            return
        lead = poly
        while logs := [k for k, atom in self.ring.atoms(lead).items() if isinstance(atom, Fn) and atom.name in HARD]:
            key = max(logs, key=lambda k: (len(k), k))
            top = max(dict(mono).get(key, 0) for mono in lead)
            lead = {tuple(p for p in m if p[0] != key): c for m, c in lead.items() if dict(m).get(key, 0) == top}
        seen: list[Poly] = [{(): 1}]
        for part in sorted({self.ring.exponential(mono) for mono in lead}):
            outer = self.ring.inverse(part)
            among = {mono: c for mono, c in lead.items() if self.ring.exponential(mono) == part}
            for by in (outer, self._without(self.ring.times(among, outer), outer, poly, left, right)):
                if by not in seen:
                    seen.append(by)
                    yield by

    def _without(self, lead: Poly, outer: Poly, poly: Poly, left: End, right: End) -> Poly:
        """The multiplier that also divides by the factors of one sign of a polynomial coefficient."""
        if any(atom != self.ring.s for atom in self.ring.atoms(lead).values()) or lead == poly:
            return outer
        for part, e in self.ring.factors(self.ring.fraction(lead)[1]):
            known = self.one_sign(part, left, right) if self.ring.moves(part) and part != poly else None
            if known is not None:
                base = self.ring.term(scaled(part, known.sign))
                outer = self.ring.times(outer, self.ring.poly(t.power(base, -e)))
        variable = next((e for mono in lead for key, e in mono if len(lead) == 1), 0)
        known = self.atom_sign(self.ring.s, left, right)
        if variable and known is not None and known.sign > 0:
            outer = self.ring.times(outer, self.ring.poly(t.power(self.ring.s, -Fraction(variable))))
        return outer

    def step(self, poly: Poly, by: Poly, left: End, right: End) -> Chart:
        """The chart of a term from that of the derivative of term * by: it is monotone on every part."""
        positive = self.one_sign(by, left, right)
        if positive is None or positive.sign < 0:
            return [Piece(left, right, False, None)]
        grown, chart = self.ring.times(poly, by), Chart()
        for piece in self.chart(self.ring.derivative(grown), left, right):
            if piece.cut:
                chart.append(self.cut(poly, piece.left, piece.right))
            elif piece.node is None:
                chart.append(Piece(piece.left, piece.right, False, None))
            else:
                chart += self._monotone(poly, by, grown, piece.node, positive)
        return chart

    def _monotone(self, poly: Poly, by: Poly, grown: Poly, slope: Node, positive: Node) -> Chart:
        """A monotone term has its sign from one end on, or one root."""

        def from_end(low: End, high: End, side: str) -> Piece | None:
            start, way = (low, slope.sign) if side == "above" else (high, -slope.sign)
            known = None if start is None else value_sign(self.ring, grown, start)
            if known is None or known * way < 0:
                return None
            node = Node("growth", poly, low, high, way, (slope, positive), by=by, side=side)
            return Piece(low, high, False, way, node)

        left, right = slope.left, slope.right
        alone = from_end(left, right, "above") or from_end(left, right, "below")
        if alone is not None:
            return [alone]
        found = self.root(grown, left, right, -slope.sign)
        if found is None:
            return [Piece(left, right, False, None)]
        low, high = found
        first, last = from_end(left, low, "below"), from_end(high, right, "above")
        middle = Piece(low, low, True, 0) if low == high else self.cut(poly, low, high)
        if first is None or last is None:
            return [Piece(left, right, False, None)]
        return [first, middle, last]

    def root(self, poly: Poly, left: End, right: End, left_sign: int) -> tuple[Term, Term] | None:
        """Two close numbers around the root of a monotone term, or the root twice where it is found exactly."""
        a, b, term = Fraction(0), Fraction(1), self.ring.term(poly)
        while b - a > Fraction(1, 2 ** (4 * self.bits)):
            self.ring.normal.budget.spend(20)
            at = inside(self.ring, left, right, (a + b) / 2)
            try:
                found = ball(self.ring, term, rational(at), 64 + 2 * self.bits)
            except (Unsure, Refused):
                return None
            if not (found > 0 or found < 0):
                exact = value_sign(self.ring, poly, Num(at)) == 0
                return (Num(at), Num(at)) if exact else None
            a, b = ((a + b) / 2, b) if (found > 0) == (left_sign > 0) else (a, (a + b) / 2)
            if 0 < a and b < 1:
                low, high = inside(self.ring, left, right, a), inside(self.ring, left, right, b)
                tiny = Fraction(1, 2**self.bits)
                if high - low < tiny * max(abs(low), tiny):
                    return self._exact(poly, low, high) or (Num(low), Num(high))
        return None

    def _exact(self, poly: Poly, low: Fraction, high: Fraction) -> tuple[Term, Term] | None:
        for guess in guesses(self.ring, low, high):
            if (
                value_sign(self.ring, poly, guess) == 0
                and low <= near(self.ring, guess, 1)
                and near(self.ring, guess, -1) <= high
            ):
                return guess, guess
        return None


HARD = ("log", "normcdf")


def whole_piece(how: str, poly: Poly, left: End, right: End, sign: int | None) -> Piece:
    """One part."""
    return Piece(left, right, False, sign, Node(how, poly, left, right, sign) if sign else None)


def joined(chart: Chart) -> Chart:
    """Neighbours of one strict sign, with the cut between them, as one part."""
    out = Chart()
    for piece in chart:
        out.append(piece)
        if len(out) < 3 or piece.cut or not out[-3].sign == out[-2].sign == piece.sign:
            continue
        (first, last), between = (out[-3].node, piece.node), out[-2].node
        if first is not None and last is not None:
            kids = (*(first.kids if first.how == "cases" else (first,)), *([between] if between else []), last)
            node = Node("cases", last.poly, first.left, last.right, last.sign, kids)
            out[-3:] = [Piece(first.left, last.right, False, last.sign, node)]
    return out
