"""The Hessian of a matrix parameter as a sum of Kronecker products, read off its quadratic form.

With the rows of W one behind the other in a vector, and u_i = v x_i along a direction v,

    q = sum_ik S_ik u_ik^2 - sum_i (sum_k P_ik u_ik)^2    has the matrix    sum_i (diag(s_i) - p_i p_i') kron x_i x_i'

Source   Magnus & Neudecker 2019, Matrix Differential Calculus, chapter 2
"""

from dataclasses import dataclass

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import Factors, fit, from_factors, product
from symconvex.problem import Expr


@dataclass(frozen=True, slots=True)
class Summand:
    """scale * (diag(s_i) or p_i p_i') kron x_i x_i', summed over the rows i; without inputs scale * I.

    weights    the matrix with the rows s_i or p_i; None where all s_i are 1
    rank_one   is it p_i p_i'?
    inputs     the matrix with the rows x_i
    """

    scale: Expr
    weights: Expr | None = None
    rank_one: bool = False
    inputs: Expr | None = None


def find_kronecker(curvature: Expr, v: Expr) -> tuple[Summand, ...]:
    """The summands for the direction v of a matrix; empty where the form is not of this kind.

    Shapes   curvature ()   v (k, d)   ->   weights (n, k) and inputs (n, d)
    """
    if len(v.shape) != 2:
        return ()
    found = [_summand(product(m.number(c), term), v) for c, term in m.terms(curvature)]
    shown = tuple(part for part in found if part is not None)
    alike = len({part.inputs for part in shown if part.inputs is not None}) == 1
    return shown if alike and len(shown) == len(found) else ()


def _summand(term: Expr, v: Expr) -> Summand | None:
    """One of the two kinds."""
    coefficient, powers = m.factors(term)
    moving = [base for base in powers if str(v.value) in m.names_in(base)]
    if len(moving) != 1 or powers[moving[0]] != 1 or moving[0].op != "sum" or moving[0].value is not None:
        return None
    scale = from_factors(coefficient, {base: e for base, e in powers.items() if base != moving[0]})
    (body,) = moving[0].args
    inner, inside = m.factors(body)
    squares = [base for base, e in inside.items() if e == 2 and str(v.value) in m.names_in(base)]
    if len(squares) != 1:
        return None
    rest = from_factors(inner, {base: e for base, e in inside.items() if base not in squares})
    if str(v.value) in m.names_in(rest):
        return None
    (square,) = squares
    if square == v and not rest.shape:
        return Summand(product(scale, rest))
    inputs = scores(square, v)
    if inputs is not None and len(body.shape) == 2:
        if not rest.shape:
            return Summand(product(scale, rest), inputs=inputs)
        return Summand(scale, fit(rest, body.shape), inputs=inputs)
    if square.op == "sum" and square.value == 1 and rest == m.ONE:
        return _mean(scale, square.args[0], v)
    return None


def _mean(scale: Expr, body: Expr, v: Expr) -> Summand | None:
    """(sum_k P_ik u_ik)^2."""
    coefficient, powers = m.factors(body)
    moving = [base for base in powers if str(v.value) in m.names_in(base)]
    if len(moving) != 1 or powers[moving[0]] != 1 or coefficient != 1:
        return None
    inputs = scores(moving[0], v)
    others: Factors = {base: e for base, e in powers.items() if base not in moving}
    return (
        None
        if inputs is None
        else Summand(scale, fit(from_factors(coefficient, others), body.shape), rank_one=True, inputs=inputs)
    )


def scores(expr: Expr, v: Expr) -> Expr | None:
    """X where the expression is X @ v.T, a row for each sample."""
    match expr:
        case Expr("matmul", (inputs, Expr("transpose", (way,)))) if way == v and len(inputs.shape) == 2:
            return None if str(v.value) in m.names_in(inputs) else inputs
    return None
