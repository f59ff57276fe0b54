"""Who writes a chart of signs as lines of a certificate: what is assumed of the variable, what is shown already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from symconvex.drafting.judgments import nonneg, positive, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.charts import ChartSearch
from symconvex.drafting.univariate.ends import End, sign_of
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.ring import Ring
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.polynomial import Poly, scaled
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Pow, Sym, Term


class Lost(Exception):
    """A part of the chart could not be written down."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where the variable is assumed to be: between the ends, which belong to it or not."""

    left: End
    right: End
    left_closed: bool = False
    right_closed: bool = False

    def assumptions(self, s: Sym) -> tuple[Judgment, ...]:
        """s - left > 0 or >= 0, right - s > 0 or >= 0."""
        found = []
        if self.left is not None:
            found.append(sign("nonneg" if self.left_closed else "positive", t.sub(s, self.left)))
        if self.right is not None:
            found.append(sign("nonneg" if self.right_closed else "positive", t.sub(self.right, s)))
        return tuple(found)


@dataclass(slots=True)
class Scribe:
    """Writes nodes; each method returns the number of a line, which may assume more than what is assumed now.

    ways    how each kind of node is written
    here    where the variable is assumed to be
    apart   squares that are assumed > 0 beside that
    """

    lines: Lines
    search: ChartSearch
    ways: "Mapping[str, Way]"
    here: Region = Region(None, None)
    apart: tuple[Judgment, ...] = ()

    @property
    def ring(self) -> Ring:
        """The polynomials of the search."""
        return self.search.ring

    @contextmanager
    def at(self, region: Region) -> Iterator[None]:
        """Lines in the body of `with` assume that the variable lies in the region."""
        before, self.here = self.here, region
        try:
            with self.lines.assuming(*region.assumptions(self.ring.s), *self.apart):
                yield
        finally:
            self.here = before

    def show(self, node: Node) -> int:
        """The line sign * poly > 0, or >= 0, for the variable in the region.

        Fails    Lost
        """
        target = self.ring.term(scaled(node.poly, node.sign))
        known = self.lines.find(positive(target)) or (None if self.apart else self.lines.find(nonneg(target)))
        if known is not None:
            return known
        self.define(target)
        return self.valid(self.ways[node.how](self, node, target))

    def valid(self, number: int) -> int:
        """The line, or the same under what is assumed here."""
        given = self.lines.steps[number - 1].gives
        if {*given.under} <= {*self.lines.under}:
            return number
        for assumption in given.under:
            self.bound(assumption.kind, assumption.term or t.ZERO)
        return self.lines.product([number], sign(given.kind, given.term or t.ZERO))

    def closed(self, gives: Judgment) -> int:
        """A line about a closed term, which assumes nothing.

        Fails    Lost where a root, denominator or logarithm in it is not defined
        """
        with self.lines.assuming():
            for base, need in reversed(list(partial_bases(gives.term or t.ZERO))):
                side = sign_of(self.ring, base)
                if not side or (need != "nonzero" and side < 0):
                    raise Lost(t.render(base))
                self.lines.constant(positive(base if side > 0 else t.Mul((Num(t.MINUS_ONE), base))))
            return self.lines.constant(gives)

    def define(self, term: Term) -> None:
        """Lines for the denominators, roots and logarithms of a term."""
        for base, need in reversed(list(partial_bases(term))):
            turned = t.Mul((Num(t.MINUS_ONE), base))
            if any(self.lines.find(positive(side)) is not None for side in (base, turned)):
                continue
            side = self.side_of(base) if need == "nonzero" else 1
            gives = positive(base if side > 0 else turned)
            if not self.ring.depends(base):
                if sign_of(self.ring, base) != side:
                    raise Lost(t.render(base))
                self.closed(gives)
                continue
            number = self.show(self.node_of(self.ring.poly(base), side))
            self.strict(number)
            self.lines.product([number], gives)

    def side_of(self, base: Term) -> int:
        """The sign of a denominator."""
        if not self.ring.depends(base):
            return sign_of(self.ring, base) or 0
        node = self.search.one_sign(self.ring.poly(base), self.here.left, self.here.right)
        return 0 if node is None else node.sign

    def node_of(self, poly: Poly, side: int) -> Node:
        """The node of a polynomial with this strict sign on the region."""
        node = self.search.one_sign(poly, self.here.left, self.here.right)
        if node is None or node.sign != side:
            raise Lost(t.render(self.ring.term(poly)))
        return node

    def strict(self, *numbers: int) -> None:
        """Refuse lines that only say >= 0."""
        if any(self.lines.kind(number) != "positive" for number in numbers):
            raise Lost("strictness")

    def bound(self, kind: str, term: Term) -> int:
        """A bound of the variable that follows from those of the region."""
        gives, ring = sign(kind, term), self.ring
        known = self.lines.find(positive(term)) or self.lines.find(gives)
        if known is not None:
            return known
        for assumption in self.lines.under:
            gap = t.sub(term, assumption.term or t.ZERO)
            if ring.moves(ring.poly(gap)):
                continue
            room = sign_of(ring, ring.term(ring.poly(gap)))
            fact = self.lines.fact("assumed", assumption)
            if room == 0 and (kind == "nonneg" or assumption.kind == "positive"):
                return self.lines.product([fact], sign(assumption.kind, term))
            if room == 1:
                constant = self.lines.constant(positive(ring.term(ring.poly(gap))))
                return self.lines.total([fact, constant], positive(term))
        raise Lost(str(gives))

    def powered(self, number: int, e: Fraction) -> int:
        """The line of a power of what a line says is positive."""
        if e == 1:
            return number
        if e < 0 or e.denominator > 1:
            self.strict(number)
        kind = self.lines.kind(number)
        return self.lines.power(number, sign(kind, Pow(self.lines.term(number), e)))

    def squared(self, base: Term, e: Fraction) -> int | Term:
        """An even power: a line where the square is assumed > 0, else what is squared."""
        square = positive(t.power(base, 2))
        if square in self.apart:
            return self.powered(self.lines.fact("assumed", square), e / 2)
        return t.power(base, e / 2)

    def constant(self, value: Term) -> int:
        """A closed term > 0."""
        return self.closed(positive(value))

    def give(self, products: Sequence[Sequence[int | Term]], target: Term) -> int:
        """The target as a sum of products: > 0 if one of them is."""

        def sure(factor: int | Term) -> bool:
            return isinstance(factor, int) and self.lines.kind(factor) == "positive"

        strict = any(all(map(sure, factors)) for factors in products)
        return self.lines.combine(products, sign("positive" if strict else "nonneg", target))


Way = Callable[[Scribe, Node, Term], int]
