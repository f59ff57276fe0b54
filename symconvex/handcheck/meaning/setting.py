"""Everything a derivation is judged in: declarations, its own definitions, letters that stand for any value."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from symconvex.handcheck.formula.tree import (
    Name,
    Node,
)
from symconvex.handcheck.meaning import changes, ranges
from symconvex.handcheck.meaning.declare import Declared
from symconvex.handcheck.meaning.elaborate import read
from symconvex.handcheck.meaning.implied import backpropagated, implied_derivative, minimiser, written_definition
from symconvex.handcheck.meaning.named import Named
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.symbolic import Symbolic
from symconvex.handcheck.meaning.world import Algebra, Env, Numeric, World, defined_by
from symconvex.handcheck.text.document import Claim, Document, Formula, Statement
from symconvex.handcheck.values.instances import Instance, distinct, instances
from symconvex.problem import Expr, Shape


@dataclass(slots=True)
class Setting:
    """What names mean in one derivation.

    written       name -> (indices, body): definitions that the derivation gives itself
    own           functions of its own: name -> (arguments, body)
    eigenvalues   letter -> matrix: "every eigenvalue mu of H"
    dummies       letters that stand for any value, with the shapes that make the lines fit
    late          lines whose letters were not found in time
    apart         g and H where the gradient and the Hessian are written out as such: these letters are others
    small_t       w^t is a transpose
    rows          the derivative of a number by a column is a row
    """

    declared: Declared
    heads: tuple[str, ...] = ()
    expressions: dict[str, Expr] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    written: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    own: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    dummies: dict[str, Shape] = field(default_factory=dict)
    eigenvalues: dict[str, Node] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    apart: frozenset[str] = frozenset()
    small_t: bool = False
    rows: bool = False

    def full(self) -> Declared:
        """The declarations with dummies, and with a direction dw for everything that may move."""
        names = dict(self.declared.names)
        names.update({name: Named(name, shape) for name, shape in self.dummies.items()})
        for name in (*self.declared.parameters, *self.dummies):
            if name in names:
                names[f"d_{name}"] = Named(f"d_{name}", names[name].shape)
        return replace(self.declared, names=names)

    def rewrite(self) -> None:
        """The loss in terms of what the derivation names: softplus(X @ w) as softplus(z) when z = Xw."""
        from symconvex.handcheck.meaning.rewriting import rewritten

        self.expressions = rewritten(self)

    def world(self, algebra: Algebra, declared: Declared) -> World:
        """A world over an algebra, with every definition in place."""
        made = World(algebra, declared, read=read)
        made.heads = frozenset(self.heads)
        made.functions = dict(self.functions)
        made.own = dict(self.own)
        made.dummies = frozenset(self.dummies)
        made.aliases = dict(self.aliases)
        made.indexed = frozenset(name for name, (indices, _) in self.written.items() if indices)
        made.bodies = {name: body for name, (_, body) in self.written.items()}
        made.small_t, made.rows = self.small_t, self.rows
        made.letters = {name: indices for name, (indices, _) in self.written.items()}
        made.shapes = {n.name: n.shape for n in declared.names.values()}
        for name, expr in self.expressions.items():
            made.definitions[name] = defined_by(expr)
            made.shapes[name] = expr.shape
        for name, (indices, body) in self.written.items():
            made.definitions[name] = written_definition(indices, body, local="#" in name)
        if changes.LOSS in made.definitions:
            self._add_loss(made)
        made.used = self._used(made)
        return made

    def _used(self, made: World) -> frozenset[str]:
        """Definitions that something is written in terms of."""
        found = {str(e.value) for expr in self.expressions.values() for e in nodes_in(expr) if e.op == "name"}
        for _, body in (*self.written.values(), *self.own.values()):
            for part in ranges.walk(body):
                if isinstance(part, Name):
                    found.update((part.base, new_key(part)[0]))
        return frozenset(name for name in made.definitions if name in found)

    def _add_loss(self, made: World) -> None:
        for head in self.heads:
            made.definitions.setdefault(head, made.definitions[changes.LOSS])
        taken = made.words
        for name in made.declared.parameters:
            for tail in ("star", "hat", "_star", "_hat", "opt", "ast", "_opt"):
                if name + tail not in taken:
                    made.definitions[name + tail] = minimiser(name)
        for name in self.expressions:
            if name[:1] in ("z", "Z") and f"delta{name[1:]}" not in taken and len(name) > 1:
                made.definitions[f"delta{name[1:]}"] = backpropagated(name)
        for letter, kind in (("H", "hessian"), ("g", "gradient")):
            if letter not in taken:
                made.definitions[letter] = implied_derivative(kind)


def nodes_in(expr: Expr) -> Iterator[Expr]:
    """The formula and everything in it."""
    yield expr
    for arg in expr.args:
        yield from nodes_in(arg)


def every_node(document: Document) -> Iterator[Node]:
    """Every part of every formula of a derivation."""
    for statement in document.statements:
        for node in nodes_of(statement):
            yield from ranges.walk(node)


def nodes_of(statement: Statement) -> list[Node]:
    """The formulas of a statement."""
    match statement:
        case Formula():
            found: list[Node] = [statement.chain, *statement.conditions]
            if statement.called is not None and statement.called.of is not None:
                found.append(statement.called.of)
            return found
        case Claim():
            subject = [statement.subject] if statement.subject is not None else []
            return [*subject, *statement.wrt, *statement.conditions]
        case _:
            return []


def bare_env(setting: Setting) -> Env:
    """The setting without numbers, to see what names mean."""
    full = setting.full()
    return Env(setting.world(Symbolic(full), full))


def distinct_env(setting: Setting) -> Env:
    """An environment at sizes that all differ, to see what fits."""
    full = setting.full()
    return Env(setting.world(Numeric(distinct(full)), full))


def drawn(setting: Setting, total: int) -> list[Instance]:
    """Instances for all names of the setting."""
    full = setting.full()
    return instances(full, full.sizes(), total)
