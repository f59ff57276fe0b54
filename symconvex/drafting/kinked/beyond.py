"""What else holds of a convex function of one number with kinks: strictness, a modulus."""

from dataclasses import replace
from fractions import Fraction

from symconvex.drafting.draft import Draft
from symconvex.drafting.judgments import definite, loss, positive, sign
from symconvex.drafting.judgments import strict as strictly
from symconvex.drafting.kinked.building import Builder, PiecedFunction, add_convex, broken
from symconvex.drafting.kinked.profile import has_kinks, profile_of
from symconvex.drafting.kinked.spelled import apart_from, joined, signed
from symconvex.drafting.kinked.steps import strict_off
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.signs import show_defined
from symconvex.drafting.univariate.bounds import candidates
from symconvex.drafting.univariate.ends import sign_of
from symconvex.drafting.univariate.scribe import Lost, Region
from symconvex.drafting.univariate.signs import S, question, slope_of
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Num, Refused, Sym, Term, TooLarge


def add_strict(lines: Lines, number: int, found: PiecedFunction) -> int | None:
    """The line that the convex term of a line is strictly so: its second derivative is > 0 off the kinks."""
    argument, function = found.profile.argument, found.profile.function
    if not isinstance(argument, Sym) or argument.indices or any(side != 1 for side in found.bent):
        return None
    bend, v = slope_of(slope_of(function)), Sym(f"{argument.name}'")
    if not found.cuts:
        return _smooth(lines, lines.term(number), found, v)
    off = tuple(Judgment(a.kind, "", _at(a.term or t.ZERO, argument)) for a in apart_from(found.cuts))
    try:
        with lines.assuming():
            line = joined(lines, bend, found.profile.region, signed, found.cuts)
        assumed = (*found.profile.region.assumptions(S), *apart_from(found.cuts))
        with lines.assuming(*off):
            for base, _ in (pair for term in (function, bend) for pair in reversed(list(partial_bases(term)))):
                shown = lines.find(positive(base), assumed)
                if shown is not None:
                    _read(lines, shown, argument)
            there = _read(lines, line, argument)
            if lines.kind(there) != "positive":
                return None
            curved = definite(t.mul(lines.term(there), t.power(v, 2)))
            there = lines.definite([there], curved, [(argument.name, "", [])])
    except (Lost, Refused):
        return None
    square = lines.definite([lines.constant(positive(t.ONE))], definite(t.power(v, 2)), [(argument.name, "", [])])
    uses = [number, there, *(square for _ in found.cuts)]
    term = lines.term(number)
    return strict_off(lines, uses, strictly(term), [[t.ZERO, v] for _ in found.cuts])


def find_strict(draft: Draft) -> list[PartDraft]:
    """A part that says that a convex loss of one number with kinks is strictly convex; none where it is not shown."""
    names = frozenset(draft.parameters)
    profile = profile_of(draft, draft.loss) if has_kinks(draft.loss, names) and not draft.data else None
    found, lines, claimed = None if profile is None else broken(profile), Lines(draft), loss("strictly_convex")
    if found is None or found.way != 1 or not show_defined(lines, draft.loss):
        return []
    number = add_convex(lines, draft.loss, found)
    strict = None if number is None else add_strict(lines, number, found)
    if strict is None:
        return []
    lines.conclude_more([strict], claimed)
    return [lines.part(claimed)]


def _smooth(lines: Lines, term: Term, found: PiecedFunction, v: Term) -> int | None:
    """The term is equal to a smooth one."""
    builder, piece = Builder(lines, found), found.pieces[0]
    shown = builder.at(piece.term)
    try:
        builder.smooth(piece.term)
        there = builder.read(signed(lines, piece.bend, found.profile.region))
        if lines.kind(there) != "positive":
            return None
        name = next(iter(lines.draft.parameters))
        curved = lines.definite([there], definite(t.mul(lines.term(there), t.power(v, 2))), [(name, "", [])])
        other = lines.second_order([curved], strictly(shown))
        gaps = t.sub(found.profile.function, piece.term), t.sub(piece.term, found.profile.function)
        return lines.same([*map(builder.everywhere, gaps), other], strictly(term))
    except (Lost, Refused):
        return None


def _at(term: Term, argument: Term) -> Term:
    return t.substitute(term, {S.name: ((), argument)})


def _read(lines: Lines, number: int, argument: Term) -> int:
    gives = sign(lines.kind(number), _at(lines.term(number), argument))
    return lines.instance(number, gives, S.name, argument)


def find_modulus(found: PiecedFunction) -> Term | None:
    """A number m > 0 below all second derivatives."""
    least: tuple[Fraction, Term] | None = None
    for piece in found.pieces:
        value = _below(Region(piece.left, piece.right), piece.bend)
        if value is None:
            return None
        least = value if least is None else min(least, value, key=lambda pair: pair[0])
    return None if least is None else least[1]


def _below(region: Region, bend: Term) -> tuple[Fraction, Term] | None:
    asked = question(bend, region, {})
    values = sorted(((asked.value(v), v) for v, _ in candidates(asked, 1)), key=lambda pair: pair[0])
    for about, value in values:
        if sign_of(asked.search.ring, value) != 1:
            return None
        rest = t.sub(bend, value)
        node = None if not asked.search.ring.poly(rest) else question(rest, region, {}).node()
        if not asked.search.ring.poly(rest) or (node is not None and node.sign > 0):
            return about, value
    return None


def add_modulus(lines: Lines, term: Term, found: PiecedFunction, modulus: Term) -> tuple[int, int] | None:
    """The lines m > 0 and (convex T - m/2 x^2)."""
    argument, half = found.profile.argument, Num(Fraction(1, 2))
    if not isinstance(argument, Sym) or argument.indices:
        return None
    square = t.mul(half, modulus, t.power(S, 2))
    try:
        less = broken(replace(found.profile, function=t.sub(found.profile.function, square)))
        if less is None or less.way not in (0, 1):
            return None
        above = question(modulus, Region(None, None), {}).writer(lines).closed(positive(modulus))
    except (Lost, Refused, TooLarge):
        return None
    number = add_convex(lines, t.sub(term, _at(square, argument)), less)
    return None if number is None else (above, number)
