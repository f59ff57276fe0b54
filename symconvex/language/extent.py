"""How long numbers get when a formula is multiplied out: asked before anything multiplies it out."""

import math

from symconvex.errors import LossError
from symconvex.language import nodes
from symconvex.language.place import Place
from symconvex.language.syntax import clean
from symconvex.problem import Expr


def check_numbers(expr: Expr, text: str) -> None:
    """Refuse a formula whose exact numbers would explode, such as ((1e99*x)**64)**64.

    Fails    LossError, pointing at the innermost part in which they do
    """
    _reach(expr, clean(text))


def _reach(expr: Expr, text: str) -> tuple[float, float]:
    """Bits of the sum of the coefficients of the part, multiplied out, and of their denominator."""
    inner = [_reach(arg, text) for arg in expr.args]
    tops, bottoms = [top for top, _ in inner] or [0.0], [bottom for _, bottom in inner] or [0.0]
    top, bottom = max(tops), max(bottoms)
    match expr.op:
        case "number":
            value = nodes.rational(expr)
            top, bottom = math.log2(max(1, abs(value.numerator))), math.log2(value.denominator)
        case "add":
            top += math.log2(sum(2 ** (other - top) for other in tops))
        case "mul" | "matmul":
            top, bottom = sum(tops), sum(bottoms)
        case "pow":
            times = max(1, math.ceil(abs(nodes.rational(expr))))
            top, bottom = times * top, times * bottom
    if max(top, bottom) > nodes.MAX_BITS:
        raise LossError(
            "the numbers of this part grow too large",
            where=Place(text, expr.span).show(),
            expected=f"coefficients of at most {nodes.MAX_BITS} bits, about 300 digits, when it is multiplied out",
            got=f"about {max(top, bottom):.0f} bits",
            hint="choose other units, so that the numbers are of moderate size",
        )
    return top, bottom
