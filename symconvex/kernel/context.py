"""What a step may look at: the statement, the hypotheses of its part, and what is shown so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative, undefined_base
from symconvex.kernel.content import folded
from symconvex.kernel.enclose import Values
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import KINKED
from symconvex.kernel.normal import Normal
from symconvex.kernel.reading import Part
from symconvex.kernel.statement import SIGNS, Given, Judgment, Scope, Statement, require
from symconvex.kernel.term import Budget, Family, Fn, Refused, Size, Sum, Sym, Term

# No name in a certificate can be this one.
FREE = "$"
POSITIVE, FLAT = ("positive",), ("convex", "affine")
STEP = frozenset({"step"})

Point = dict[str, Family]


@dataclass(slots=True)
class Context:
    """One part of a certificate while it is being checked.

    under    what the line that is being checked assumes, in order
    signs    the signs that earlier lines give, each with what these assume
    seen     the terms of lines, equal ones made once
    """

    statement: Statement
    part: Part
    normal: Normal
    scope: Scope
    budget: Budget
    under: tuple[Judgment, ...] = ()
    signs: dict[Judgment, list[frozenset[Judgment]]] = field(default_factory=dict)
    seen: t.Seen = field(default_factory=dict)

    @property
    def loss(self) -> Term:
        """The loss of the statement."""
        return self.statement.loss

    @property
    def given(self) -> tuple[Given, ...]:
        """The hypotheses of the part."""
        return self.part.given

    @property
    def known(self) -> Values:
        """What ball arithmetic may use."""
        return Values({**self.statement.values, **self.part.numbers}, self.statement.fixed, {}, {})

    def same(self, found: Term, expected: Term, what: str) -> None:
        """Refuse unless both terms have the same normal form."""
        require(self.normal.equal(found, expected), "{}: {} is not {}", what, found, expected)

    def defined(self, term: Term) -> None:
        """Refuse unless every base and every argument of a log has its sign from an earlier line or an assumption."""
        base = self._unsigned(term, {"nonneg": "nonneg"})  # a root is 0 where its base is
        require(base is None, "no earlier line shows that {} is positive", base)

    def analytic(self, term: Term) -> None:
        """Refuse unless the term is smooth and contains literally no kink."""
        require(functions(term).isdisjoint(KINKED), "the term has a kink: {}", term)
        self.smooth(term)

    def smooth(self, term: Term) -> None:
        """Refuse unless the term is defined, and the bases of its roots are positive: it is analytic off its kinks."""
        base = self._unsigned(term, {})
        require(base is None, "no earlier line shows that {} is positive where a derivative is taken", base)

    def _unsigned(self, term: Term, kinds: Mapping[str, str]) -> Term | None:
        """The first base without a sign; no sum around one binds an index of whose one place something is assumed."""
        placed = frozenset[str]().union(*(t.free_indices(a.term or t.ZERO) for a in self.under)) - self.witnesses
        for part in t.subterms(term) if placed else ():
            bound = isinstance(part, Sum) and part.index in placed and undefined_base(part.body, lambda *_: False)
            require(not bound, "a sum binds an index of which something is assumed: {}", part)
        return undefined_base(term, lambda shown, need: self.holds(Judgment(kinds.get(need, "positive"), "", shown)))

    def holds(self, sign: Judgment) -> bool:
        """Is the sign assumed here, or given by an earlier line that assumes no more than what is assumed here?"""
        kinds = ("positive",) if sign.kind == "positive" else SIGNS
        same = [Judgment(kind, "", sign.term) for kind in kinds]
        return any(j in self.under or any(v <= {*self.under} for v in self.signs.get(j, ())) for j in same)

    def stand(self, *uses: Judgment) -> None:
        """Refuse unless all that the lines assume holds here."""
        for assumption in (a for use in uses for a in use.under):
            require(self.holds(assumption), "a line is used that stands under {}", assumption)

    def binds(self, *names: str) -> None:
        """Refuse when an assumption speaks of a symbol or index that the step takes for all values at once."""
        for assumption in self.under:
            bound = spoken(assumption.term or t.ZERO).isdisjoint(names)
            require(bound, "the step binds what is assumed of {}: {}", ", ".join(names), assumption)

    def fixed(self, term: Term, what: str) -> None:
        """Refuse unless the term literally speaks of data, sizes, hypotheses and witnesses only."""
        moving = {*self.parameter_names, *self.direction_names, *self.part.variables, *self.part.numbers}
        require(symbols(term).isdisjoint(moving), "{} speaks of what the statement does not fix: {}", what, term)
        require(t.free_indices(term) <= self.witnesses, "{} depends on an index: {}", what, term)

    def free_of(self, term: Term, names: frozenset[str], what: str) -> None:
        """Refuse unless the normal form of the term mentions none of the names."""
        moves = self.normal.mentions(term, names)
        require(not moves, "{} depends on {}: {}", what, ", ".join(sorted(names)), term)

    def substitute(self, term: Term, families: Mapping[str, Family]) -> Term:
        """Replace symbols by terms; the growth is paid for beforehand."""
        weights = {name: 3 * t.nodes(value) for name, (_, value) in families.items()}
        self.budget.walk(term)
        for part in t.subterms(term):
            if isinstance(part, Sym):
                self.budget.spend(weights.get(part.name, 0))
        return t.substitute(term, families)

    def derivative(self, term: Term, directions: Mapping[str, str]) -> Term:
        """The derivative along the directions."""
        return derivative(term, directions, self.budget)

    def slope(self, term: Term, name: str) -> Term:
        """The derivative in one number."""
        return self.substitute(self.derivative(term, {name: FREE}), {FREE: ((), t.ONE)})

    @property
    def parameter_names(self) -> frozenset[str]:
        """The parameters, which affine and constant terms are tested for."""
        return frozenset(self.statement.parameters)

    @property
    def direction_names(self) -> frozenset[str]:
        """The symbols of the direction v."""
        return frozenset(self.statement.directions.values())

    @property
    def witnesses(self) -> frozenset[str]:
        """Indices that stand for one unknown place rather than for every place."""
        return self.scope.witnesses

    def squared_norm(self) -> Term:
        """|v|^2 over all parameters."""
        return t.add(*(self.total_square(f"{p}'", shape) for p, shape in self.statement.parameters.items()))

    def squared_length(self) -> Term:
        """|w|^2 over all parameters."""
        return t.add(*(self.total_square(p, shape) for p, shape in self.statement.parameters.items()))

    def total_square(self, name: str, shape: tuple[Size, ...], fixed: tuple[t.Index, ...] = ()) -> Term:
        """The sum of the squared entries over the dimensions that are not fixed."""
        return self.summed(shape, fixed, lambda place: t.power(Sym(name, place), 2))

    def square_at(self, point: Point) -> Term:
        """The squared length of a point over all parameters."""
        return t.add(*(t.substitute(self.total_square(n, self.statement.parameters[n]), {n: point[n]}) for n in point))

    def summed(self, shape: tuple[Size, ...], fixed: tuple[t.Index, ...], body: t.Body) -> Term:
        """The sum of body(place) over the dimensions that are not fixed."""
        indices = list(fixed)
        for size in shape[len(fixed) :]:
            indices.append(self.index_over(size, {i for i in indices if isinstance(i, str)}))
        total = body(tuple(indices))
        for index, size in reversed(list(zip(indices[len(fixed) :], shape[len(fixed) :], strict=True))):
            total = t.Sum(str(index), size, total)
        return total

    def index_over(self, size: Size, taken: set[str]) -> str:
        """A declared index over this size that is not taken and stands for every place."""
        for index, over in self.statement.indices.items():
            if over == size and index not in taken and index not in self.witnesses:
                return index
        raise Refused(f"the certificate declares no further index over {size}")


def combined(names: Iterable[str], parts: list[tuple[Fraction, Point]]) -> Point:
    """The entry-wise weighted sum of points."""
    result: Point = {}
    for name in names:
        at = parts[0][1][name][0]
        terms = []
        for weight, families in parts:
            where, value = families[name]
            terms.append(t.mul(t.Num(weight), t.reindex(value, dict(zip(where, at, strict=True)))))
        result[name] = (at, t.add(*terms))
    return result


def facts_of(statement: Statement, part: Part) -> Facts:
    """What the normal form may use."""
    return Facts(
        {name: within for name, (_, within) in statement.data.items()},
        frozenset(g.name for g in part.given if g.kind == "zero"),
        frozenset((g.name, g.extra) for g in part.given if g.kind == "null"),
        {**statement.values, **part.numbers},
        frozenset((g.name, g.extra) for g in part.given if g.kind == "null_affine"),
    )


def spoken(term: Term) -> frozenset[str]:
    """The symbols and the free indices that literally stand in a term."""
    return t.free_indices(term) | symbols(term)


@folded("_symbols", t.children)
def symbols(term: Term, inside: tuple[frozenset[str], ...]) -> frozenset[str]:
    """The symbols that literally stand in a term."""
    return frozenset((term.name,)) if isinstance(term, Sym) else frozenset().union(*inside)


def functions(term: Term) -> frozenset[str]:
    """The functions that literally stand in a term."""
    return frozenset(part.name for part in t.subterms(term) if isinstance(part, Fn))


def inside(context: Context, uses: list[Judgment], points: list[Point], *, strictly: bool = False) -> None:
    """Refuse unless the lines show, in order, every term of the domain at every one of the points."""
    asked = [(entry, point) for point in points for entry in context.statement.domain]
    for use, (entry, point) in zip(uses, asked, strict=False):
        shown = signed(use, "positive" if strictly else entry.kind)
        context.same(shown, context.substitute(subject(entry, *SIGNS), point), "the domain at a point")


# ---- lines as a step uses them --------------------------------------------------------------------


def subject(judgment: Judgment, *kinds: str) -> Term:
    """The term of a judgment of one of these kinds."""
    require(
        judgment.kind in kinds and judgment.term, "expected a line of kind {}, found {}", " or ".join(kinds), judgment
    )
    return judgment.term or t.ZERO


def signed(judgment: Judgment, wanted: str) -> Term:
    """The term of a line with a sign; a positive line serves where nonneg is asked."""
    return subject(judgment, *(SIGNS if wanted == "nonneg" else ("positive",)))


def expect(count: int, uses: list[Judgment]) -> None:
    """Refuse unless the step names this many lines."""
    require(len(uses) == count, "the step uses {} lines, {} are named", count, len(uses))


def terms(uses: list[Judgment], *kinds: tuple[str, ...]) -> list[Term]:
    """The terms of exactly these lines, each of one of the kinds for it."""
    expect(len(kinds), uses)
    return [subject(use, *of) for use, of in zip(uses, kinds, strict=True)]
