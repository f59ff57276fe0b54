"""Everything a derivation is judged in: declarations, its own definitions, letters that stand for any value."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from symconvex.handcheck.formula.tree import Node
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.document import Claim, Document, Formula, Statement
from symconvex.problem import Expr, Shape


@dataclass(slots=True)
class Setting:
    """What names mean in one derivation.

    written       name -> (indices, body): definitions that the derivation gives itself
    own           functions of its own: name -> (arguments, body)
    below         function of its own -> the letters below it that its body speaks of: tau of rho_tau(u)
    eigenvalues   letter -> matrix: "every eigenvalue mu of H"
    dummies       letters that stand for any value, with the shapes that make the lines fit
    late          lines whose letters were not found in time
    apart         g and H where the gradient and the Hessian are written out as such: these letters are others
    best          the key of a w_{opt}, or a w_{ridge} with a hat, where it is the only name of the minimiser
    small_t       w^t is a transpose
    rows          the derivative of a number by a column is a row
    counting      the letters that count samples below, where nothing counts above alone: x_i^{(j)} is an entry of x_i
    """

    declared: Declared
    heads: tuple[str, ...] = ()
    expressions: dict[str, Expr] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    written: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    own: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    below: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dummies: dict[str, Shape] = field(default_factory=dict)
    eigenvalues: dict[str, Node] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    apart: frozenset[str] = frozenset()
    best: str = ""
    small_t: bool = False
    rows: bool = False
    counting: frozenset[str] = frozenset()

    def full(self) -> Declared:
        """The declarations with dummies, and with a direction dw for everything that may move."""
        names = dict(self.declared.names)
        names.update({name: Named(name, shape) for name, shape in self.dummies.items()})
        for name in (*self.declared.parameters, *self.dummies):
            if name in names:
                names[f"d_{name}"] = Named(f"d_{name}", names[name].shape)
        return replace(self.declared, names=names)

    def indices(self, name: str) -> tuple[str, ...]:
        """The letters that count the entries of what the derivation defines, or nothing does."""
        return self.written.get(name, ((), None))[0]

    def body(self, name: str) -> Node | None:
        """What the derivation writes for a name."""
        return self.written[name][1] if name in self.written else None


def every_node(document: Document) -> Iterator[Node]:
    """Every part of every formula of a derivation."""
    for statement in document.statements:
        for node in nodes_of(statement):
            yield from walk(node)


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
