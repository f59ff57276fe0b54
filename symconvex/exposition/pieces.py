"""A function of one number with ramps as it is known: piece by piece.

e^2/2 - max(0, e - delta)^2/2 - max(0, -e - delta)^2/2  is  e^2/2 for |e| <= delta, else delta |e| - delta^2/2
"""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.profile import replaced
from symconvex.exposition.notation import Notation
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Num, Sym, Term
from symconvex.language.printing.texwords import word_tex

Ramp = tuple[Fn, int, Term]


def piecewise(draft: Draft, phi: Term, letter: str, notation: Notation) -> str:
    """phi by cases, in LaTeX; empty where the order of its corners does not follow from their form."""
    found = list(dict.fromkeys(ramps(draft, phi, letter)))
    u = word_tex(letter)
    match found:
        case [(ramp, side, at)]:
            on, off = (_piece(draft, phi, [(ramp, active)]) for active in (True, False))
            place = notation.tex(at)
            upper, lower = (on, off) if side > 0 else (off, on)
            rows = ((upper, f"{u}\\ge {place}"), (lower, f"{u}<{place}"))
        case [(one, 1, at), (other, -1, opposite)] if _is_mirrored(draft, at, opposite) and _is_positive(draft, at):
            inner = _piece(draft, phi, [(one, False), (other, False)])
            right = _piece(draft, phi, [(one, True), (other, False)])
            left = _piece(draft, phi, [(one, False), (other, True)])
            turned = t.substitute(left, {letter: ((), t.neg(Sym(letter)))})
            if not _is_same(draft, turned, right):
                return ""
            size = f"\\lvert {u}\\rvert"
            outer = notation.naming({Sym(letter): size}).tex(right)
            place = notation.tex(at)
            near = f"{notation.tex(inner)}&\\text{{for }}{size}\\le {place}"
            return f"\\begin{{cases}}{near},\\\\ {outer}&\\text{{for }}{size}> {place}.\\end{{cases}}"
        case _:
            return ""
    texts = [f"{notation.tex(term)}&\\text{{for }}{where}" for term, where in rows]
    return f"\\begin{{cases}}{texts[0]},\\\\ {texts[1]}.\\end{{cases}}"


def ramps(draft: Draft, phi: Term, letter: str) -> Iterator[Ramp]:
    """Every ramp max(0, s (u - at)) with s = 1 or -1, by s and `at`."""
    for part in t.subterms(phi):
        if isinstance(part, Fn) and part.name == "relu":
            (inside,) = part.args
            slope = _tidy(draft, t.sub(*(t.substitute(inside, {letter: ((), Num(Fraction(k)))}) for k in (1, 0))))
            start = t.substitute(inside, {letter: ((), t.ZERO)})
            line = t.add(t.mul(slope, Sym(letter)), start)
            if slope in (t.ONE, t.number(-1)) and _is_same(draft, line, inside):
                side = 1 if slope == t.ONE else -1
                yield part, side, _tidy(draft, t.mul(t.number(-side), start))


def _piece(draft: Draft, phi: Term, states: list[tuple[Fn, bool]]) -> Term:
    """phi where some ramps are active and others are 0, multiplied out."""
    for ramp, active in states:
        phi = replaced(phi, ramp, ramp.args[0] if active else t.ZERO)
    return min((phi, _tidy(draft, phi)), key=lambda term: len(t.render(term)))


def _tidy(draft: Draft, term: Term) -> Term:
    normal = normal_of(draft)
    return normal.term(normal.poly(term))


def _is_same(draft: Draft, one: Term, two: Term) -> bool:
    return _tidy(draft, t.sub(one, two)) == t.ZERO


def _is_mirrored(draft: Draft, one: Term, two: Term) -> bool:
    return _is_same(draft, t.add(one, two), t.ZERO)


def _is_positive(draft: Draft, term: Term) -> bool:
    """Is it a number > 0, or one of the data that is?"""
    data = [symbol for symbol in draft.problem.data if term == Sym(symbol.name)]
    return (isinstance(term, Num) and term.value > 0) or any(symbol.within == "positive" for symbol in data)
