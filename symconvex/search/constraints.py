"""Why a curved condition cuts a convex set out of what the conditions before it leave.

    {T > 0} is convex where h T is concave for some h > 0:   u v - x^2 with h = 1/u,   1 - x^2 - y^2 with h = 1

The factors that are tried are read off the condition: what stands before an unknown that enters it linearly, an unknown
itself, a denominator. That h T is concave is asked of the rules, which know nothing of domains.

Source   Boyd & Vandenberghe 2004, section 3.1.6 (superlevel sets of concave functions)
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice

from symconvex.drafting.bordered import find_bordered
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded
from symconvex.drafting.interior import trials
from symconvex.drafting.judgments import loss as claim
from symconvex.drafting.judgments import positive
from symconvex.drafting.lines import Lines, PartDraft, constraint_json
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.patterns import negated
from symconvex.drafting.points import reduced
from symconvex.drafting.profile import is_affine, mentions
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.drafting.structure import find_convex
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.polynomial import Poly
from symconvex.kernel.term import Budget, Num, Pow, Refused, Sym, Term
from symconvex.rules import rules

WORK, MOST_WORK = 3_000_000, 1_000_000
MOST_FACTORS, MOST_POINTS, MOST_PAIRS = 8, 120, 2_000
DEAREST = 10  # rules that look for witnesses cost more
Proof = Mapping[str, object]


def with_proofs(draft: Draft) -> Draft:
    """The draft with a proof for every curved condition; one without stays as it is."""
    proofs = dict[int, Proof]()
    for number in curved(draft):
        found = find_proof(dataclasses.replace(draft, proofs=proofs), number)
        if found is not None:
            proofs[number] = found
    return dataclasses.replace(draft, proofs=proofs) if proofs else draft


def curved(draft: Draft) -> list[int]:
    """The conditions that are not affine as they stand, by number."""
    names = frozenset(draft.parameters)
    terms = [entry.term or t.ZERO for entry in draft.domain]
    return [k for k, term in enumerate(terms) if mentions(term, names) and not is_affine(term, names)]


def find_proof(draft: Draft, number: int) -> Proof | None:
    """The entry of the domain with its proof; None when no factor was found."""
    said = draft.domain[number]
    known = {k: proof for k, proof in draft.proofs.items() if k < number}
    before = dataclasses.replace(draft, domain=draft.domain[:number], proofs=known)
    before = before if known.keys() == {*curved(before)} else with_proofs(dataclasses.replace(before, proofs={}))
    for times in factors(before, said.term or t.ZERO):
        try:
            with bounded(MOST_WORK):
                parts = _shown(before, times, said.term or t.ZERO)
        except Refused:
            continue
        if parts is not None:
            return constraint_json(said, times, parts)
    return None


def factors(draft: Draft, term: Term) -> Iterator[Term]:
    """Terms h of which h T may be concave: of a determinant its last minor, then the plainest first."""
    normal = normal_of(draft)
    poly, found = normal.poly(term), dict[Term, None]()
    names = frozenset(draft.parameters)
    for key in dict.fromkeys(key for mono in poly for key, _ in mono):
        atom = normal.atoms[key]
        exponents = [dict(mono).get(key, 0) for mono in poly]
        if isinstance(atom, Pow) and mentions(atom, names):
            found[atom.base] = None
        elif not (isinstance(atom, Sym) and atom.name in names):
            continue
        elif {*exponents} <= {0, 1}:
            found[t.power(normal.term(_beside(poly, key)), -1)] = None
        elif min(exponents) < 0:
            found[t.power(atom, Fraction(-min(exponents)))] = None
        else:
            found |= {t.power(atom, -1): None, t.power(atom, 1 - Fraction(max(exponents))): None}
    known = [entry.term for entry in draft.domain if entry.term is not None and not is_affine(entry.term, names)]
    minors = [h for h in found if isinstance(h, Pow) and any(normal.equal(h.base, side) for side in known)]
    yield from minors
    yield t.ONE
    sides = [entry.term for entry in draft.domain if entry.kind == "positive" and entry.term is not None]
    found |= {t.power(side, -1): None for side in sides if is_affine(side, names) and not t.free_indices(side)}
    yield from [h for h in found if h != t.ONE and h not in minors and not isinstance(h, Num)][:MOST_FACTORS]


def _beside(poly: Poly, key: str) -> Poly:
    """What the atom is multiplied by."""
    return {tuple(p for p in mono if p[0] != key): c for mono, c in poly.items() if key in dict(mono)}


def _shown(draft: Draft, times: Term, term: Term) -> list[PartDraft] | None:
    """Lines for h > 0, for all that -h T needs to be defined, and for its convexity."""
    loss = t.Mul((Num(t.MINUS_ONE), times, term))
    inner = _asked(draft, loss)
    lines = Lines(inner)
    if not show_defined(lines, loss) or find_sign(lines, times, strict=True) is None:
        return None
    needed = [positive(side) for base, _ in partial_bases(loss) for side in (base, t.Mul((Num(t.MINUS_ONE), base)))]
    defined = lines.part(*(judgment for judgment in (*needed, positive(times)) if judgment in lines.known))
    convex = _convex(inner, times, term)
    return None if convex is None else [defined, convex]


def _asked(draft: Draft, loss: Term) -> Draft:
    """The question whether -h T is convex on the set of the conditions before."""
    return dataclasses.replace(draft, loss=loss)


def _convex(draft: Draft, times: Term, term: Term) -> PartDraft | None:
    """The lines that show the loss of the draft, -h T, to be convex."""
    sums = any(isinstance(part, t.Sum) for part in t.subterms(term))
    told = negated(t.mul(times, term))
    plain = told if sums else reduced(draft, draft.loss)
    lines = Lines(draft)
    show_defined(lines, draft.loss)
    for spelling in dict.fromkeys((plain, told)):  # multiplied out, the squares below a root are not seen
        show_defined(lines, spelling)
        found = find_convex(lines, spelling)
        if found is not None:
            lines.conclude(found[0], claim("convex"))
            return lines.part(claim("convex"))
    if find_bordered(lines, normal_of(draft), times, term) is not None:
        return lines.part(claim("convex"))
    for rule in rules():
        if rule.cost < DEAREST:
            finding = rule.find(dataclasses.replace(draft, loss=plain))
            for part in finding.parts if finding is not None else ():
                if claim("convex") in part.claims and not part.given and not part.numbers:
                    return part
    return None


# ---- sets that are not convex ----------------------------------------------------------------------


def find_gap(draft: Draft) -> tuple[str, str] | None:
    """Two points of the domain whose middle lies outside, as texts; None when none are found, or data decide it."""
    parameters = draft.parameters
    if draft.data or any(shape for shape in parameters.values()):
        return None
    points = [tuple(p) for p in islice(trials(len(parameters)), MOST_POINTS) if _inside(draft, p)]
    for a, b in islice(combinations(dict.fromkeys(points), 2), MOST_PAIRS):
        if _outside(draft, [(x + y) / 2 for x, y in zip(a, b, strict=True)]):
            left, right = (", ".join(f"{n} = {x}" for n, x in zip(parameters, p, strict=True)) for p in (a, b))
            return f"({left})", f"({right})"
    return None


def _values(draft: Draft, point: Sequence[Fraction]) -> Values:
    return Values(dict(zip(draft.parameters, point, strict=True)), {}, {}, {})


def _inside(draft: Draft, point: Sequence[Fraction]) -> bool:
    known = _values(draft, point)
    return all(is_positive(entry.term or t.ZERO, known, Budget(WORK)) for entry in draft.domain)


def _outside(draft: Draft, point: Sequence[Fraction]) -> bool:
    """Is some condition certainly broken at the point?"""
    known = _values(draft, point)
    return any(is_positive(t.neg(entry.term or t.ZERO), known, Budget(WORK)) for entry in draft.domain)
