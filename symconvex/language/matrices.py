"""Kinds of square matrices among the data, each written as all matrices of its kind can be.

    A psd             R.T @ R                     R any real matrix of the shape of A
    A pd              R.T @ R + c*eye(n)          c > 0 as well
    A symmetric       (R + R.T)/2

Every matrix on the right is of its kind, and each of a kind is one of these: take the symmetric root of A, or of
A - c I for a c below the least eigenvalue, or A itself. So what holds for all R (and c) holds for all A, and what fails
for some R fails for some A.

Source   Horn & Johnson 2013, theorems 7.2.6 and 7.2.7
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.errors import LossError, ShapeError
from symconvex.language import nodes
from symconvex.language.absent import SYMMETRIC
from symconvex.language.canonical import canonical
from symconvex.language.free_name import free_name
from symconvex.language.place import Place, written
from symconvex.language.printing.arrays import text_of
from symconvex.language.symmetric import with_coordinates
from symconvex.problem import Expr, Problem, Symbol

KINDS: Mapping[str, str] = {
    "psd": "positive semidefinite",
    "pd": "positive definite",
    "symmetric": "symmetric",
}
AT = Place("", (0, 0))


@dataclass(frozen=True, slots=True)
class MatrixMeaning:
    """What stands for a matrix, the data in it, and how that is said."""

    meaning: Expr
    data: tuple[Symbol, ...]
    said: str


def entrywise(within: str) -> str:
    """What the entries of a symbol of this set or kind are."""
    return "real" if within in KINDS else within


def with_matrices(problem: Problem, kinds: Mapping[str, str]) -> Problem:
    """The problem with every matrix of a kind written out; other sets are left alone.

    Fails    LossError for a parameter, ShapeError for what is no square matrix
    """
    taken, found = set(problem.words), dict[str, MatrixMeaning]()
    problem = with_coordinates(problem, kinds)
    known = {symbol.name for symbol in (*problem.parameters, *problem.data)}
    for name, kind in ((name, kind) for name, kind in kinds.items() if kind in KINDS and name in known):
        found[name] = _written(problem, name, kind, taken)
        taken |= {symbol.name for symbol in found[name].data}
    if not found:
        return problem
    meanings = {name: one.meaning for name, one in found.items()}
    data = [new for symbol in problem.data for new in (found[symbol.name].data if symbol.name in found else (symbol,))]
    positive, nonneg = (
        tuple(canonical(_put(part, meanings)) for part in every) for every in (problem.positive, problem.nonneg)
    )
    loss = canonical(_put(problem.loss, meanings))
    notes = (*problem.notes, *(one.said for one in found.values()))
    put = replace(problem, loss=loss, text=text_of(loss), data=tuple(data), positive=positive, nonneg=nonneg)
    return replace(put, notes=notes)


def _written(problem: Problem, name: str, kind: str, taken: set[str]) -> MatrixMeaning:
    symbol = problem.symbol(name)
    where = f"{name}: {written(symbol.shape)}, {KINDS[kind]}"
    if symbol in problem.parameters:
        raise LossError(
            f"the parameter {name} cannot range over the {KINDS[kind]} matrices here",
            where=where,
            expected="a matrix of the data, or of 2 or 3 rows",
            got=f"{name}, over which the loss is minimised",
            hint=f"declare its size as 2 or 3, or leave the set out: is the loss convex in every real {name}? "
            f"{SYMMETRIC[0].upper()}{SYMMETRIC[1:]}",
        )
    if len(symbol.shape) != 2 or symbol.shape[0] != symbol.shape[1]:
        raise ShapeError(
            f"only a square matrix is {KINDS[kind]}",
            where=where,
            expected=f"a shape such as {name}: (n, n)",
            got=written(symbol.shape),
            hint="declare a shape with the same size twice, or leave the set out",
        )
    size = symbol.shape[0]
    root = free_name(("R", f"R_{name}"), taken)
    factor = Expr("name", (), root, symbol.shape)
    own = (Symbol(root, symbol.shape),)
    gram = nodes.matmul(nodes.transpose(factor, AT), factor, AT)
    every = f"as {'every' if kind != 'psd' else 'each'} {KINDS[kind]} matrix is"
    match kind:
        case "psd":
            return MatrixMeaning(gram, own, f"{name} is written as {root}.T @ {root}, {every}")
        case "pd":
            above = free_name(("c", f"c_{name}"), {*taken, root})
            eye = Expr("eye", (), size, symbol.shape)
            meaning = nodes.add(gram, nodes.mul(Expr("name", (), above, ()), eye, AT), AT)
            said = f"{name} is written as {root}.T @ {root} + {above}*eye({size}) with {above} > 0, {every}"
            return MatrixMeaning(meaning, (*own, Symbol(above, (), "positive")), said)
    half = nodes.number(Fraction(1, 2), AT)
    meaning = nodes.mul(half, nodes.add(factor, nodes.transpose(factor, AT), AT), AT)
    return MatrixMeaning(meaning, own, f"{name} is written as ({root} + {root}.T)/2, {every}")


def _put(expr: Expr, meanings: Mapping[str, Expr]) -> Expr:
    """The formula with what stands for each matrix, which is its own transpose."""
    inner = expr.args[0] if expr.op == "transpose" else expr
    if inner.op == "name" and inner.value in meanings:
        return meanings[str(inner.value)]
    args = tuple(_put(arg, meanings) for arg in expr.args)
    return expr if args == expr.args else Expr(expr.op, args, expr.value, expr.shape, expr.span)
