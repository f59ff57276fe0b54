"""What a convex loss with kinks owes to its smooth summands: convexity of these together, strictness, a modulus.

f = S + K,   S smooth with S'' >= 0 (> 0: f is strictly convex),   K convex
f - m/2 |w|^2 convex:   f is strongly convex with modulus m
"""

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded
from symconvex.drafting.judgments import affine, convex, definite
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import strict as strictly
from symconvex.drafting.lines import Lines, PartDraft, finish
from symconvex.drafting.profile import collect, mentions
from symconvex.drafting.quadratic import add_squares, quadratic_of
from symconvex.drafting.quadratic import find_squares as find_sos
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.spanning import add_definite
from symconvex.drafting.squares import Square, Summand, find_squares
from symconvex.drafting.variances import summed
from symconvex.kernel import term as t
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.term import Fn, Malformed, Num, Refused, Sym, Term

WORK = 300_000
KINKED = ("relu", "abs", "max")
HALF = Num(Fraction(1, 2))


def is_smooth(draft: Draft, term: Term) -> bool:
    """Is the term without kinks, and every root in it one of a positive term?"""
    names = frozenset(draft.parameters)
    if any(isinstance(part, Fn) and part.name in KINKED and mentions(part, names) for part in t.subterms(term)):
        return False
    return show_defined(Lines(draft), term, smooth=True)


def adopt(lines: Lines, part: PartDraft) -> int:
    """The line from which a part concludes, with all that it rests on."""
    known, steps = dict[int, int](), part.steps
    for k, step in enumerate(steps[:-1], 1):
        with lines.assuming(*step.gives.under):
            known[k] = lines.add(step.rule, [known[u] for u in step.uses], step.gives, step.terms, **step.args)
    return known[steps[-1].uses[0]]


def is_accepted(draft: Draft, part: PartDraft) -> bool:
    """Does the kernel follow? What is claimed beside must not spoil the main claim."""
    certificate = finish(draft, [part], {})
    try:
        return certificate is not None and isinstance(check(certificate), Accepted)
    except Malformed:
        return False


def find_curved(draft: Draft, term: Term, *, strict: bool) -> PartDraft | None:
    """A part that shows a smooth term to be convex, or strictly convex, by its second derivative.

    It is a question beside the main one, so it has a bound of its own.
    """
    if t.free_indices(term):
        return None
    lines = Lines(dataclasses.replace(draft, loss=term))
    try:
        with bounded(WORK):
            if not show_defined(lines, term, smooth=True):
                return None
            number = _by_squares(lines, strict=strict) or _by_matrix(lines, strict=strict)
            if number is None:
                return None
            word = claim("strictly_convex" if strict else "convex")
            lines.conclude(number, word)
            part = lines.part(word)
            return part if is_accepted(lines.draft, part) else None
    except Refused:
        return None


def _by_squares(lines: Lines, *, strict: bool) -> int | None:
    squares = find_squares(lines.draft)
    if not squares:
        return None
    curve = t.add(*(square.form for square in squares))
    shown = _definite(lines, squares, curve) if strict else find_sign(lines, curve, strict=False)
    if shown is None:
        return None
    gives = strictly(lines.draft.loss) if strict else convex(lines.draft.loss)
    return lines.second_order([shown], gives)


def _definite(lines: Lines, squares: Sequence[Summand], curve: Term) -> int | None:
    """Every parameter has a square over all its entries with a weight > 0; the other squares are >= 0."""
    chosen, forms, weights = list[Square](), list[tuple[str, str, list[str]]](), list[int]()
    for name in lines.draft.parameters:
        square = next((s for s in squares if isinstance(s, Square) and entrywise(s) == name), None)
        weight = None if square is None else find_sign(lines, square.weight, strict=True)
        if square is None or weight is None:
            return None
        chosen.append(square)
        forms.append((name, "", [index for index, _ in square.binders]))
        weights.append(weight)
    rest = [find_sign(lines, s.form, strict=False) for s in squares if s not in chosen]
    shown = [number for number in rest if number is not None]
    if len(shown) < len(rest):
        return None
    number = lines.definite(weights, definite(t.add(*(s.form for s in chosen))), forms)
    return lines.total([number, *shown], definite(curve)) if shown else number


def entrywise(square: Square) -> str:
    """The parameter over every entry of which the square runs; empty for another square."""
    core = square.core
    whole = isinstance(core, Sym) and core.indices == tuple(index for index, _ in square.binders)
    return core.name if whole and isinstance(core, Sym) else ""


def _by_matrix(lines: Lines, *, strict: bool) -> int | None:
    quadratic = quadratic_of(lines)
    sos = None if quadratic is None or not quadratic.pieces else find_sos(quadratic, 1)
    if quadratic is None or sos is None:
        return None
    shown = add_squares(lines, sos)
    if not strict:
        return lines.second_order([shown], convex(lines.draft.loss))
    number = add_definite(quadratic, sos)
    return None if number is None else lines.second_order([number], strictly(lines.draft.loss))


# ---- a modulus -----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Pulled:
    """A loss as m/2 |w|^2 and a rest: its convex summands, and those that are affine once squares are taken off."""

    modulus: Term
    summands: tuple[Term, ...]
    affine: tuple[Term, ...]


def find_pulled(draft: Draft, args: Sequence[Term]) -> Pulled | None:
    """The squares of all entries with constant weights, pulled out of the summands of the loss."""
    weights = {name: list[Term]() for name in draft.parameters}
    rest, flat = list[Term](), list[Term]()
    for arg in args:
        found = _constant_squares(draft, arg)
        if found is None:
            rest.append(arg)
            continue
        for name, weight in found:
            weights[name].append(weight)
        flat.append(t.sub(arg, t.add(*(t.mul(HALF, w, length(draft, name)) for name, w in found))))
    sums = {name: collect(*parts) for name, parts in weights.items()}
    numbers = [total.value for total in sums.values() if isinstance(total, Num)]
    if any(not parts for parts in weights.values()):
        return None
    if len(set(sums.values())) == 1:
        return Pulled(next(iter(sums.values())), tuple(rest), tuple(flat))
    if len(numbers) < len(sums):
        return None
    least = min(numbers)
    more = [t.mul(HALF, Num(w.value - least), length(draft, n)) for n, w in sums.items() if isinstance(w, Num)]
    return Pulled(Num(least), (*rest, *(term for term in more if term != t.ZERO)), tuple(flat))


def _constant_squares(draft: Draft, arg: Term) -> list[tuple[str, Term]] | None:
    """The parameters and weights of a summand whose second derivative is a sum of constant weights times |v|^2."""
    if not mentions(arg, frozenset(draft.parameters)) or not is_smooth(draft, arg):
        return None
    found = []
    for square in find_squares(dataclasses.replace(draft, loss=arg)) or ():
        name = entrywise(square) if isinstance(square, Square) else ""
        if not isinstance(square, Square) or not name or t.free_indices(square.weight):
            return None
        if mentions(square.weight, frozenset(draft.parameters)):
            return None
        found.append((name, square.weight))
    return found or None


def length(draft: Draft, name: str) -> Term:
    """The squared length of a parameter, spelled with declared indices."""
    taken: list[str] = []
    for size in draft.parameters[name]:
        taken.append(draft.index(size, taken))
    return summed(tuple(zip(taken, draft.parameters[name], strict=True)), t.power(Sym(name, tuple(taken)), 2))


def add_modulus(lines: Lines, pulled: Pulled, built: Sequence[int]) -> tuple[int, int] | None:
    """The lines m > 0 and (convex f - m/2 |w|^2), from those for the summands that stay."""
    sign = find_sign(lines, pulled.modulus, strict=True)
    if sign is None:
        return None
    uses = [*built, *(lines.affine(affine(term)) for term in pulled.affine)]
    return sign, lines.total(uses, convex(t.add(*pulled.summands, *pulled.affine)))
