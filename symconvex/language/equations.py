"""Equations between scalar parameters: one unknown is solved for and put in, so that the domain has an inside.

    x + y + z == 1        z = 1 - x - y

A function is convex on the plane of an affine equation exactly when it is convex in the unknowns that are left.
"""

import ast
import dataclasses
from collections.abc import Sequence
from fractions import Fraction

from symconvex.errors import LossError, NotYet
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import Poly, ratio, scaled
from symconvex.kernel.term import Budget
from symconvex.language import nodes
from symconvex.language.indices import to_term
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.language.printing.readable import readable
from symconvex.language.read import parse_expression, read_node
from symconvex.language.syntax import clean, parse_syntax
from symconvex.language.vocabulary import scope_of
from symconvex.problem import Expr, Problem, Symbol

WORK = 1_000_000
PUT_IN = "is put in, and the loss is a function of the others"


def is_equation(text: str) -> bool:
    """Is the condition one comparison by == ?"""
    tree = parse_syntax(clean(text))
    return isinstance(tree, ast.Compare) and [type(op) for op in tree.ops] == [ast.Eq]


def without_unknowns(problem: Problem, equations: Sequence[str]) -> Problem:
    """The problem with every equation solved for the last parameter that it can be solved for.

    Fails    NotYet when an equation is not affine in scalar parameters with numbers in front; LossError when they
             leave one point, or none
    """
    symbols, told = (*problem.parameters, *problem.data), list[tuple[str, Expr]]()
    for equation in equations:
        difference = _difference(problem, equation, symbols)
        for name, solution in told:
            difference = replaced(difference, name, solution)
        found = _solved(problem, clean(equation), difference)
        if found is not None:
            unknown, solution = found
            told = [*told, (unknown.name, solution)]
            problem = _put_in(problem, unknown, solution)
    return problem


def tied(problem: Problem) -> tuple[str, ...]:
    """What the equations of a problem were solved for, as they say it: y = 1 - x."""
    return tuple(note.removesuffix(PUT_IN).strip() for note in problem.notes if note.endswith(PUT_IN))


def _difference(problem: Problem, equation: str, symbols: tuple[Symbol, ...]) -> Expr:
    """left - right"""
    line = clean(equation)
    tree, scope = parse_syntax(line), scope_of(line, symbols)
    if not isinstance(tree, ast.Compare):
        raise _not_solved(line, "no equation")
    left, right = (read_node(side, scope) for side in (tree.left, *tree.comparators))
    if left.shape or right.shape or any(p.shape for p in problem.parameters):
        raise _not_solved(line, "arrays")
    at = Place(line, (left.span[0], right.span[1]))
    return nodes.add(left, nodes.neg(right, at), at)


def _solved(problem: Problem, line: str, difference: Expr) -> tuple[Symbol, Expr] | None:
    """A parameter and what it equals; None when the equation follows from those before."""
    symbols = (*problem.parameters, *problem.data)
    normal = Normal(Facts({}, frozenset(), frozenset(), {}), Budget(WORK))
    poly = normal.poly(to_term(difference))
    if not poly and problem.notes:
        return None
    unknown = next((p for p in reversed(problem.parameters) if _number_before(normal, poly, p.name)), None)
    if problem.notes and (not any(mono for mono in poly) or (unknown and len(problem.parameters) == 1)):
        raise _no_room(line, "no point" if unknown is None else "one point")
    if unknown is None or len(problem.parameters) == 1:
        raise _not_solved(line, "no parameter that it can be solved for, beside others")
    c = _number_before(normal, poly, unknown.name) or Fraction(1)
    rest = {mono: value for mono, value in poly.items() if mono != ((unknown.name, 1),)}
    solution = readable(normal.term(scaled(rest, ratio(-1, c))), {symbol.name: () for symbol in symbols})
    return unknown, parse_expression(solution, symbols=symbols)


def _no_room(line: str, left: str) -> LossError:
    return LossError(
        f"the equations leave {left}",
        where=line,
        expected="equations that leave at least one parameter free",
        got=f"{left} that meets them all",
        hint="leave one of the equations out",
    )


def _number_before(normal: Normal, poly: Poly, name: str) -> Fraction | None:
    """The number in front of a symbol that stands nowhere else."""
    c = poly.get(((name, 1),))
    others = (key for mono in poly if mono != ((name, 1),) for key, _ in mono)
    spoken = any(isinstance(p, t.Sym) and p.name == name for key in others for p in t.subterms(normal.atoms[key]))
    return None if c is None or spoken else Fraction(c)


def _put_in(problem: Problem, unknown: Symbol, solution: Expr) -> Problem:
    left = tuple(p for p in problem.parameters if p != unknown)
    symbols = (*left, *problem.data)

    def told(parts: Sequence[Expr]) -> tuple[Expr, ...]:
        texts = (text_of(replaced(part, unknown.name, solution)) for part in parts)
        return tuple(parse_expression(text, symbols=symbols) for text in texts)

    one = Expr("number", (), Fraction(1), ())
    nowhere = Place("", (0, 0))
    inside = {
        "positive": (solution,),
        "unit": (solution, nodes.add(one, nodes.neg(solution, nowhere), nowhere)),
    }.get(unknown.within, ())
    (loss,) = told((problem.loss,))
    note = f"{unknown.name} = {text_of(solution)} {PUT_IN}"
    return dataclasses.replace(
        problem,
        text=text_of(loss),
        loss=loss,
        parameters=left,
        positive=told((*problem.positive, *inside)),
        nonneg=told((*problem.nonneg, *((solution,) if unknown.within == "nonnegative" else ()))),
        notes=(*problem.notes, note),
    )


def replaced(expr: Expr, name: str, by: Expr) -> Expr:
    """The formula with another one in place of a scalar name."""
    if expr.op == "name" and expr.value == name:
        return by
    return dataclasses.replace(expr, args=tuple(replaced(arg, name, by) for arg in expr.args))


def _not_solved(line: str, got: str) -> NotYet:
    return NotYet(
        "this equation is not understood as a domain",
        where=line,
        expected="an equation that is affine in scalar parameters, such as x + y + z == 1",
        got=got,
        hint="leave it out: what is convex without the equation is convex with it",
    )
