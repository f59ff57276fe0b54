"""Derivatives in closed matrix form, for any size, with named intermediates.

The logistic loss has z = X @ w, p = sigmoid(z), gradient X.T @ (p - y), Hessian X.T @ diag(p*(1 - p)) @ X.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any, Protocol, runtime_checkable

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.flow import Arrival, Bend, Line, bent, flow
from symconvex.calculus.closed.gather import gathered
from symconvex.calculus.closed.hessian import find_hessian
from symconvex.calculus.closed.kronecker import Summand, find_kronecker
from symconvex.calculus.closed.matrix import ONE, ZERO, add, fit, number, product
from symconvex.calculus.closed.names import Book, book_of, spelled
from symconvex.catalogue import load
from symconvex.language.free_name import free_name
from symconvex.problem import Expr, Problem

SHORT = 8
EULER = m.call("exp", ONE)  # a text that says e means this number, so nothing else is called e beside it


# Results by what they are derivatives in: (P,), (P, Q), and these two of the whole Hessian.
Results = dict[tuple[str, ...], Expr]
ALONG, AS_MATRIX = ("second", "along", "v"), ("second", "as", "matrix")


@dataclass(frozen=True, slots=True)
class Derivation:
    """First and second derivatives of a loss in matrix form.

    names       intermediates in order of definition
    loss        the loss in these names
    gradient    parameter -> expression of its shape
    hessian     the matrix, for one vector parameter (a number for a scalar one); None where it has no short form
    blocks      D^2 f[v_P, v_Q] for every pair P, Q, and the quadratic form for P = Q
    curvature   q(theta; v), the quadratic form of the whole Hessian
    kronecker   the Hessian of one matrix parameter as a sum of Kronecker products; empty where it has no such form
    """

    problem: Problem
    names: tuple[tuple[str, Expr], ...]
    loss: Expr
    gradient: tuple[tuple[str, Expr], ...]
    hessian: Expr | None
    blocks: tuple[tuple[str, str, Expr], ...]
    curvature: Expr
    kronecker: tuple[Summand, ...] = ()

    @property
    def directions(self) -> dict[str, str]:
        """The name of the direction of each parameter."""
        return {name: str(way.value) for name, way in directions_of(self.problem).items()}

    @property
    def curved(self) -> tuple[tuple[str, str, Expr], ...]:
        """The blocks that are not zero."""
        return tuple(block for block in self.blocks if block[2] != m.ZERO)

    def by_entry(self, expr: Expr) -> dict[int, Expr]:
        """The entries of a vector that is a sum of multiples of unit vectors; empty for another one."""
        found = dict[int, list[Expr]]()
        for coefficient, term in m.terms(expr):
            value, powers = m.factors(term)
            units = [base for base in powers if base.op == "entry" and base.args[0].op == "eye"]
            if len(units) != 1 or len(expr.shape) != 1:
                return {}
            rest = {base: exponent for base, exponent in powers.items() if base not in units}
            found.setdefault(int(str(units[0].value)), []).append(m.from_factors(value * coefficient, rest))
        return {k: add(*found[k]) for k in sorted(found)}

    def to_sympy(self, **sizes: int) -> Any:
        """SymPy objects: matrix expressions for every size, or explicit matrices, to_sympy(n=2, d=2).

        Both have `symbols`, `loss`, `gradient` by parameter and `hessian`; see `symconvex/bridges/to_sympy.py`. Where
        every size is a number, the matrices are explicit.

        Fails    ShapeError where only some sizes are given, NotYet where SymPy has no words
        """
        return load("symconvex.bridges", "to_sympy", "BRIDGE", Bridge).derivatives(self, sizes)

    def _repr_latex_(self) -> str:
        """As `symconvex derive --format latex`."""
        return load("symconvex.formats", "latex", "FORMAT", Laying).closed(self)  # type: ignore[type-abstract]

    def __repr__(self) -> str:
        """What is derived, without the trees."""
        names = ", ".join(name for name, _ in self.gradient)
        second = "Hessian" if self.hessian is not None else "Hessian in blocks" if self.blocks else "curvature"
        return f"<gradient and {second} in {names} of {self.problem.name}: {self.problem.text}>"


@runtime_checkable
class Laying(Protocol):
    """Who lays derivatives out; found by name, as it stands on a higher floor."""

    name: str
    closed: Callable[["Derivation"], str]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Who takes derivatives to another library; found by name, as it stands on a higher floor."""

    name: str
    derivatives: Callable[[Derivation, Mapping[str, int]], Any]


@dataclass(frozen=True, slots=True)
class Slopes:
    """First derivatives of a loss in matrix form: `names`, `loss` and `gradient` as in a derivation."""

    names: tuple[tuple[str, Expr], ...]
    loss: Expr
    gradient: tuple[tuple[str, Expr], ...]


def directions_of(problem: Problem) -> dict[str, Expr]:
    """The direction of each parameter: v, or v_P where there are several."""
    taken, alone = set(problem.words), ("v",) if len(problem.parameters) == 1 else ()
    found = dict[str, Expr]()
    for parameter in problem.parameters:
        word = free_name((*alone, f"v_{parameter.name}"), taken)
        taken.add(word)
        found[parameter.name] = m.name(word, parameter.shape)
    return found


def derive(problem: Problem) -> Derivation:
    """Gradient, Hessian and curvature of a loss in matrix form.

    Domain   where the loss is smooth; kinks are left out, so relu' is a step
    Source   Griewank & Walther 2008, Evaluating Derivatives, sections 3.2 and 5.1
    Fails    NotYet on an operation without a closed derivative
    """
    sweep, loss = _swept(problem)
    gradient, second = sweep.gradient(problem), sweep.second(problem)
    settled = _settled(problem, sweep.book, loss, gradient | second)
    ways = directions_of(problem)
    way = next(iter(ways.values()))
    return Derivation(
        problem,
        settled.names,
        settled.loss,
        tuple((name, settled.shown[name,]) for (name,) in gradient),
        settled.shown.get(AS_MATRIX),
        tuple((key[0], key[1], settled.shown[key]) for key in second if len(key) == 2),
        settled.shown[ALONG],
        find_kronecker(settled.shown[ALONG], way) if len(ways) == 1 else (),
    )


def slopes(problem: Problem) -> Slopes:
    """Loss and gradient of a derivation alone, in a fraction of its time.

    Fails    as derive
    """
    sweep, loss = _swept(problem)
    gradient = sweep.gradient(problem)
    settled = _settled(problem, sweep.book, loss, gradient)
    return Slopes(settled.names, settled.loss, tuple((name, settled.shown[name,]) for (name,) in gradient))


def _swept(problem: Problem) -> tuple["Sweep", Expr]:
    """One sweep back, and the loss in the names that were given on the way."""
    sweep = Sweep(book_of(problem))
    loss = sweep.book.read(problem.loss)
    sweep.back(loss)
    return sweep, loss


@dataclass(slots=True)
class Sweep:
    """One sweep back from the loss to the parameters."""

    book: Book
    arrived: dict[str, list[Expr]] = field(default_factory=dict)
    bends: list[Bend] = field(default_factory=list)

    def back(self, loss: Expr) -> None:
        chain = tuple(self.book.meaning.items())
        self._through(loss, ONE)
        for word, expr in reversed(chain):
            adjoint = self.adjoint(word)
            if adjoint != ZERO:
                self._through(expr, self._delta(word, adjoint))

    def adjoint(self, word: str) -> Expr:
        return self.book.spoken(add(*reversed(self.arrived.get(word, []))))

    def _through(self, expr: Expr, adjoint: Expr) -> None:
        for event in list(flow(expr, adjoint, self.book)):
            if isinstance(event, Arrival):
                self.arrived.setdefault(str(event.word.value), []).append(event.adjoint)
            else:
                self.bends.append(event)

    def _delta(self, word: str, adjoint: Expr) -> Expr:
        """A long adjoint of an argument of an activation gets a name, as in back-propagation."""
        if word[0] in "zmeu" and (_is_deep(adjoint) or m.weight(adjoint) > SHORT):
            return self.book.named(f"delta {word}", fit(adjoint, self.book.meaning[word].shape))
        return adjoint

    def gradient(self, problem: Problem) -> Results:
        return {(s.name,): fit(self.adjoint(s.name), s.shape) for s in problem.parameters}

    def second(self, problem: Problem) -> Results:
        """The curvature, and the blocks of several parameters or the matrix for one."""
        ways = directions_of(problem)
        whole = Line(self.book, ways)
        found: Results = {ALONG: self._second(whole, whole)}
        if len(ways) == 1:
            (way,) = ways.values()
            matrix = find_hessian(_unfolded(found[ALONG], self.book), way, self.book)
            return found if matrix is None else found | {AS_MATRIX: matrix}
        lines = {name: Line(self.book, {name: way}, f"_{name}") for name, way in ways.items()}
        pairs = [*((name, name) for name in lines), *combinations(lines, 2)]
        return found | {(p, q): self._second(lines[p], lines[q]) for p, q in pairs}

    def _second(self, one: Line, two: Line) -> Expr:
        return self.book.tidied(add(*(bent(bend, one, two) for bend in self.bends)))


@dataclass(frozen=True, slots=True)
class _Settled:
    """Results in final letters."""

    names: tuple[tuple[str, Expr], ...]
    loss: Expr
    shown: Results


def _settled(problem: Problem, book: Book, loss: Expr, results: Results) -> _Settled:
    """Names that are used once are written out, the others get their final letters."""
    meaning, loss = dict(book.meaning), book.replaced(loss)
    for word in reversed(tuple(meaning)):
        uses = sum(_count(expr, word) for expr in (*meaning.values(), *results.values()))
        if uses == 0:
            loss = m.replace_names(loss, {word: meaning.pop(word)})
        elif uses == 1 and word.startswith("d") and not (word.startswith("delta") and _is_deep(meaning[word])):
            value = {word: meaning.pop(word)}
            loss = m.replace_names(loss, value)
            meaning = {other: m.replace_names(expr, value) for other, expr in meaning.items()}
            results = {key: m.replace_names(expr, value) for key, expr in results.items()}
    final = _final_names(meaning, problem)
    words = {word: m.name(final[word], expr.shape) for word, expr in meaning.items()}
    return _Settled(
        tuple((final[word], displayed(m.replace_names(expr, words))) for word, expr in meaning.items()),
        displayed(m.replace_names(loss, words)),
        {key: displayed(gathered(book.tidied(m.replace_names(expr, words)))) for key, expr in results.items()},
    )


def _unfolded(expr: Expr, book: Book) -> Expr:
    """The expression with the tangents written out."""
    for word in reversed(book.meaning):
        if word.startswith("d "):
            expr = m.replace_names(expr, {word: book.meaning[word]})
    return expr


def _is_deep(adjoint: Expr) -> bool:
    """Has it come through a matrix product?"""
    return any(node.op in ("matmul", "outer") for node in m.walk(adjoint))


def _count(expr: Expr, word: str) -> int:
    return sum(1 for node in m.walk(expr) if node.op == "name" and node.value == word)


def _final_names(meaning: dict[str, Expr], problem: Problem) -> dict[str, str]:
    """z1, h1, ...; the adjoint of z1 is delta1, its tangent dz1, and dz1_P along v_P alone."""
    taken = problem.words | {str(way.value) for way in directions_of(problem).values()}
    taken |= {"e"} if any(node == EULER for node in m.walk(problem.loss)) else set()
    owners = {word: word.split(" ", 1)[1].rpartition("#")[0] for word in meaning if " " in word}
    plain = [word for word in meaning if " " not in word]
    hidden = [owner for owner in dict.fromkeys(owners.values()) if owner not in plain]
    final = spelled(sorted([*plain, *hidden], key=lambda word: int(word.rpartition("#")[2])), taken)
    for word, owner in owners.items():
        digits = final[owner].lstrip("abcdefghijklmnopqrstuvwxyz")
        kind = word.split(" ", 1)[0]
        text = f"delta{digits}" if kind == "delta" else f"d{final[owner]}{kind[1:]}"
        final[word] = free_name((text,), taken | {*final.values()})
    return {word: final[word] for word in meaning}


def displayed(expr: Expr) -> Expr:
    """As a person writes it: 2/n * X.T @ e, and diag(a) @ B for rows scaled by a."""
    match expr:
        case Expr("add", (left, Expr("mul", (Expr("number", (), Fraction() as value), rest)))) if value < 0:
            term = displayed(product(number(-value), rest))
            return Expr("add", (displayed(left), m.minus(term)), None, expr.shape)
    args = tuple(displayed(arg) for arg in expr.args)
    if expr.op != "mul":
        return Expr(expr.op, args, expr.value, expr.shape)
    scalar, rest = m.split_scalars(Expr("mul", args, None, expr.shape))
    coefficient, found = m.factors(rest)
    rows = next((base for base, e in found.items() if e == 1 and m.is_column(base)), None)
    if rows is not None and len(found) > 1:
        others = m.from_factors(coefficient, {base: e for base, e in found.items() if base != rows})
        vector = rows.args[0].args[0]
        scaled = Expr("matmul", (m.diagonal(vector), others), None, others.shape)
        return scaled if scalar == ONE else _scaled(scalar, scaled)
    if rest.op == "matmul" and scalar != ONE and all(node.op in PLAIN for node in m.walk(scalar)):
        return _scaled(scalar, rest)
    return Expr("mul", args, None, expr.shape)


PLAIN = ("number", "constant", "name", "size", "mul", "pow")


def _scaled(scalar: Expr, expr: Expr) -> Expr:
    """A matrix product with a scalar before its first factor."""
    if expr.op != "matmul":
        return product(scalar, expr)
    left, right = expr.args
    return Expr("matmul", (_scaled(scalar, left), right), None, expr.shape)
