"""Log-convex and log-concave: f > 0 on the domain, and log f is convex (concave).

That f > 0 is what it takes for log f to be defined, so the certificate about log f shows it too. Where f is written as
a product, log f is taken as a sum: every factor is then shown to be > 0, and log (a b) = log a + log b.

Source   Boyd & Vandenberghe 2004, section 3.5
"""

from collections.abc import Iterator
from dataclasses import replace

from symconvex.decide import on_domain
from symconvex.language import nodes
from symconvex.language.canonical import canonical
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.problem import Expr, Problem
from symconvex.search.defined import NATURAL, defined
from symconvex.search.portfolio import is_defined

NOWHERE = Place("", (0, 0))
POSITIVE = "no domain was stated: this one is taken, on which the function is > 0"


def logarithms(problem: Problem) -> Iterator[Problem]:
    """The problem of log f: as a sum where f is a product, then as it stands; each is defined on the domain.

    The domain is the one that was stated, or where f is defined if f > 0 there, or else where log f is defined.
    Nothing comes when f is not shown to be > 0.

    Fails    LossError when f is certainly not > 0 somewhere on the domain that was stated
    """
    problem = on_domain(problem)
    known = problem if problem.positive or problem.nonneg else defined(problem)
    whole = _about(known, nodes.call("log", problem.loss, NOWHERE))
    if not is_defined(whole):
        found = defined(_about(problem, nodes.call("log", problem.loss, NOWHERE)))
        whole = replace(found, notes=tuple(POSITIVE if note == NATURAL else note for note in found.notes))
    split = _about(whole, _split(problem.loss))
    for each in (split, whole)[split.loss == whole.loss :]:
        if is_defined(each):
            yield each


def _about(problem: Problem, loss: Expr) -> Problem:
    loss = canonical(loss)
    return replace(problem, name=f"log {problem.name}", loss=loss, text=text_of(loss))


def _split(expr: Expr) -> Expr:
    """log expr, with products, quotients and powers taken apart and exponentials undone."""
    match expr.op:
        case "mul" if (nodes.constant(expr.args[0]) or 1) > 0:
            return nodes.add(_split(expr.args[0]), _split(expr.args[1]), NOWHERE)
        case "div":
            return nodes.add(_split(expr.args[0]), nodes.neg(_split(expr.args[1]), NOWHERE), NOWHERE)
        case "pow":
            return nodes.mul(nodes.number(nodes.rational(expr), NOWHERE), _split(expr.args[0]), NOWHERE)
        case "call" if expr.value == "exp":
            return expr.args[0]
    return nodes.call("log", expr, NOWHERE)
