"""A certificate for data that are 0 as one for all data, where the data only shift parameters.

f(m + x, x) does not depend on x:   a chord of f at x = 0 becomes one for every x, with x added to m at its ends
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from symconvex.drafting.draft import Draft, point_json, read_point
from symconvex.drafting.lifting import Written
from symconvex.drafting.points import reduced
from symconvex.drafting.profile import mentions
from symconvex.kernel import term as t
from symconvex.kernel.check import digest
from symconvex.kernel.statement import read_judgment
from symconvex.kernel.term import Sym, Term

MOST_DATA, MOST_WAYS = 3, 16
Shift = Mapping[str, Term]


def find_shift(draft: Draft) -> Shift | None:
    """What is added to parameters so that no data are left in the loss and in the domain; all of them numbers."""
    data, names = list(draft.data), list(draft.parameters)
    if not 0 < len(data) <= MOST_DATA or any(draft.data.values()) or any(draft.parameters.values()):
        return None
    if any(draft.within(name) != "real" for name in data):
        return None
    ways = [(name, sign) for name in names for sign in (1, -1)]
    if len(ways) ** len(data) > MOST_WAYS:
        return None
    return next((shift for shift in _shifts(data, ways) if not _left(draft, shift)), None)


def _shifts(data: list[str], ways: list[tuple[str, int]]) -> Iterator[Shift]:
    for chosen in product(ways, repeat=len(data)):
        added = dict[str, Term]()
        for name, (parameter, sign) in zip(data, chosen, strict=True):
            added[parameter] = t.add(added.get(parameter, t.ZERO), t.mul(t.number(sign), Sym(name)))
        yield added


def _left(draft: Draft, shift: Shift) -> bool:
    """Are there data left?"""
    moved = {name: ((), t.add(Sym(name), more)) for name, more in shift.items()}
    terms = [draft.loss, *(entry.term for entry in draft.domain if entry.term is not None)]
    return any(mentions(reduced(draft, t.substitute(term, moved)), frozenset(draft.data)) for term in terms)


def shifted(draft: Draft, small: Written, shift: Shift) -> dict[str, object] | None:
    """The certificate for all data from that for data 0; None when it does not rest on chords alone."""
    parts = [dict(part) for part in small["parts"] if not part["given"]]
    for part in parts:
        words = {read_judgment(claim).word for claim in part["claims"]}
        if not words <= {"not_convex", "not_concave"}:
            return None
        known = {name: ((), t.parse(number["is"])) for name, number in part["numbers"].items()}
        known |= dict.fromkeys(draft.data, ((), t.ZERO))
        part["steps"], part["numbers"] = [_moved(step, shift, known) for step in part["steps"]], {}
        part["example"] = {**part["example"], "data": dict.fromkeys(draft.data, "0")}
    if not parts:
        return None
    body = {**draft.header(), "parts": parts}
    return {**body, "digest": digest(body)}


def _moved(step: Written, shift: Shift, known: Mapping[str, t.Family]) -> Written:
    """The line with numbers for their names and for data, and the ends of a chord shifted by the data."""
    gives = read_judgment(step["gives"])
    gives = gives if gives.term is None else replace(gives, term=t.substitute(gives.term, known))
    if step["rule"] != "chord":
        return {**step, "gives": str(gives)}
    ends = []
    for end in step["with"]["ends"]:
        point = {name: (at, t.substitute(value, known)) for name, (at, value) in read_point(end).items()}
        ends.append(point_json({n: (k, t.add(v, shift.get(n, t.ZERO))) for n, (k, v) in point.items()}))
    return {**step, "gives": str(gives), "with": {**step["with"], "ends": ends}}
