"""What a step may look at: the statement, the hypotheses of its part, and what is shown so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative, undefined_base
from symconvex.kernel.normal import Normal
from symconvex.kernel.products import Facts
from symconvex.kernel.statement import Given, Scope, Statement
from symconvex.kernel.term import Budget, Family, Malformed, Refused, Size, Sym, Term

# No declared name can be this one.
FREE = "$"


@dataclass(slots=True)
class Context:
    """One part of a certificate while it is being checked."""

    statement: Statement
    given: tuple[Given, ...]
    variables: tuple[str, ...]
    normal: Normal
    scope: Scope
    budget: Budget
    established: set[Term] = field(default_factory=set)

    @property
    def loss(self) -> Term:
        """The loss of the statement."""
        return self.statement.loss

    def same(self, found: Term, expected: Term, what: str) -> None:
        """Refuse unless both terms have the same normal form."""
        if not self.normal.equal(found, expected):
            raise Refused(f"{what}: {t.render(found)[:300]} is not {t.render(expected)[:300]}")

    def defined(self, term: Term) -> None:
        """Refuse unless every base and every argument of a log has its sign from an earlier line."""
        base = undefined_base(term, self.established)
        if base is not None:
            raise Refused(f"no earlier line shows that {t.render(base)[:200]} is positive")

    def free_of(self, term: Term, names: frozenset[str], what: str) -> None:
        """Refuse unless the normal form of the term mentions none of the names."""
        if self.normal.mentions(term, names):
            raise Refused(f"{what} depends on {', '.join(sorted(names))}: {t.render(term)[:200]}")

    def substitute(self, term: Term, families: Mapping[str, Family]) -> Term:
        """Replace symbols by terms; the growth is paid for beforehand."""
        weights = {name: 3 * sum(1 for _ in t.subterms(value)) for name, (_, value) in families.items()}
        self.budget.walk(term)
        for part in t.subterms(term):
            if isinstance(part, Sym):
                self.budget.spend(weights.get(part.name, 0))
        return t.substitute(term, families)

    def derivative(self, term: Term, directions: Mapping[str, str]) -> Term:
        """The derivative along the directions."""
        return derivative(term, directions, self.budget)

    @property
    def parameter_names(self) -> frozenset[str]:
        """The parameters, which affine and constant terms are tested for."""
        return frozenset(self.statement.parameters)

    @property
    def direction_names(self) -> frozenset[str]:
        """The symbols of the direction v."""
        return frozenset(self.statement.directions.values())

    def witnesses(self) -> frozenset[str]:
        """Indices that stand for one unknown place rather than for every place."""
        return frozenset(g.extra for g in self.given if g.kind == "nonzero")

    def squared_norm(self) -> Term:
        """|v|^2 over all parameters."""
        return t.add(*(self.total_square(f"{p}'", shape) for p, shape in self.statement.parameters.items()))

    def total_square(self, name: str, shape: tuple[Size, ...], fixed: tuple[t.Index, ...] = ()) -> Term:
        """The sum of the squared entries over the dimensions that are not fixed."""
        indices = list(fixed)
        for size in shape[len(fixed) :]:
            indices.append(self.index_over(size, {i for i in indices if isinstance(i, str)}))
        body = t.power(Sym(name, tuple(indices)), 2)
        for index, size in reversed(list(zip(indices[len(fixed) :], shape[len(fixed) :], strict=True))):
            body = t.Sum(str(index), size, body)
        return body

    def index_over(self, size: Size, taken: set[str]) -> str:
        """A declared index over this size that is not taken and stands for every place."""
        for index, over in self.statement.indices.items():
            if over == size and index not in taken and index not in self.witnesses():
                return index
        raise Refused(f"the certificate declares no further index over {size}")

    def families(self, arg: object, names: Mapping[str, tuple[Size, ...]]) -> dict[str, Family]:
        """Read {"w": {"at": ["j"], "is": "..."}}: one entry for every name, each well formed and defined."""
        if not isinstance(arg, dict) or set(arg) != set(names):
            raise Malformed(f"expected a value for each of {sorted(names)}")
        return {name: self.family(arg[name], shape) for name, shape in names.items()}

    def family(self, arg: object, shape: tuple[Size, ...]) -> Family:
        """Read {"at": ["j"], "is": "..."}: the entries of one array as a term in its indices."""
        match arg:
            case {"at": list(places), "is": str(text), **rest} if not rest and len(places) == len(shape):
                value = t.parse(text)
            case _:
                raise Malformed('expected {"at": [indices], "is": "term"}')
        if len(set(map(str, places))) != len(places):
            raise Malformed(f"the same index twice in {places}")
        for index, size in zip(places, shape, strict=True):
            if not isinstance(index, str) or index in self.witnesses():
                raise Malformed(f"{index!r} cannot stand for every entry")
            self.scope.fits(index, size)
        self.scope.check(value)
        self.defined(value)
        if t.free_indices(value) - set(places) - self.witnesses():
            raise Malformed(f"{text[:80]} has an index that is neither a place nor a witness")
        return tuple(places), value

    def text(self, args: Mapping[str, object], key: str) -> Term:
        """A term among the arguments of a step."""
        value = args.get(key)
        if not isinstance(value, str):
            raise Malformed(f"the step needs a term {key!r}")
        term = t.parse(value)
        self.scope.check(term)
        self.defined(term)
        return term


def combine(names: Iterable[str], parts: list[tuple[Fraction, dict[str, Family]]]) -> dict[str, Family]:
    """The entry-wise weighted sum of families."""
    result: dict[str, Family] = {}
    for name in names:
        at = parts[0][1][name][0]
        terms = []
        for weight, families in parts:
            where, value = families[name]
            moved = t.reindex(value, dict(zip(where, at, strict=True)))
            terms.append(t.mul(t.Num(weight), moved))
        result[name] = (at, t.add(*terms))
    return result


def facts_of(statement: Statement, given: tuple[Given, ...]) -> Facts:
    """What the normal form may use."""
    return Facts(
        {name: within for name, (_, within) in statement.data.items()},
        frozenset(g.name for g in given if g.kind == "zero"),
        frozenset((g.name, g.extra) for g in given if g.kind == "null"),
        statement.values,
    )


def word(args: Mapping[str, object], key: str) -> str:
    """A word among the arguments of a step."""
    value = args.get(key)
    if not isinstance(value, str):
        raise Malformed(f"the step needs a word {key!r}")
    return value


def rational(value: object) -> Fraction:
    """An exact number, written as text."""
    if not isinstance(value, str) or not t.NUMBER.match(value):
        raise Malformed(f"expected a rational number as text, found {value!r}"[:100])
    return Fraction(value)
