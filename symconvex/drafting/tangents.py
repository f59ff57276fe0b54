"""Exponentials in a Hessian from below: by their tangents at 0.

sum_q e^q M_q = sum_q (1 + q) M_q + sum_q (e^q - 1 - q) M_q
"""

from fractions import Fraction

from symconvex.drafting.judgments import nonneg
from symconvex.drafting.quadratic import Pairs, Quadratic, Sos, add_squares, find_squares, pairs_of, with_field
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.normal import is_exp
from symconvex.kernel.polynomial import Mono, Number, Poly, plus
from symconvex.kernel.term import Num, Term

MOST = 3
Part = tuple[Term, Poly]


def by_exponentials(quadratic: Quadratic, form: Poly) -> tuple[list[Part], Poly]:
    """M_q for every q, and what is left."""
    normal, found, rest = quadratic.normal, dict[Term, dict[Mono, Number]](), dict[Mono, Number]()
    for mono, c in form.items():
        inside = [(normal.atoms[text], e) for text, e in mono if is_exp(normal.atoms[text])]
        outside = tuple((text, e) for text, e in mono if not is_exp(normal.atoms[text]))
        if inside:
            q = t.add(*(t.mul(Num(Fraction(e)), t.children(atom)[0]) for atom, e in inside))
            found.setdefault(normal.term(normal.poly(q)), {})[outside] = c
        else:
            rest[mono] = c
    return list(found.items()), rest


def show_by_tangents(quadratic: Quadratic, left: Poly) -> tuple[int, Pairs] | None:
    """The line that the form is >= 0, and the squares that it is."""
    lines, normal = quadratic.lines, quadratic.normal
    parts, rest = by_exponentials(quadratic, left)
    if not 0 < len(parts) <= MOST:
        return None
    level, rises = dict(rest), list[Poly]()
    for q, part in parts:
        plus(level, part, 1)
        rises.append(dict(normal.poly(t.mul(q, normal.term(part)))))
    below = squares_of(quadratic, (level, *rises))
    tops = [squares_of(quadratic, (part,)) for _, part in parts]
    if below is None or any(top is None for top in tops):
        return None
    uses, told = [add_squares(lines, below)], list(pairs_of(below))
    for (q, _), top in zip(parts, tops, strict=True):
        raised = t.fn("exp", q)
        if top is None or find_sign(lines, raised, strict=True) is None:
            return None
        above = lines.fact("log_below", nonneg(t.sub(t.sub(raised, t.ONE), t.fn("log", raised))), raised)
        room = t.sub(t.sub(raised, t.ONE), q)
        shown = add_squares(lines, top)
        uses.append(lines.product([above, shown], nonneg(t.mul(room, lines.term(shown)))))
        told += [(t.mul(room, weight), core) for weight, core in pairs_of(top)]
    return lines.total(uses, nonneg(normal.term(left))), tuple(told)


def squares_of(quadratic: Quadratic, pieces: tuple[Poly, ...]) -> Sos | None:
    """Weighted squares whose sum is the sum of the pieces."""
    other = with_field(quadratic.lines, quadratic.normal, quadratic.ways, tuple(filter(None, pieces)))
    return None if other is None else find_squares(other, 1)
