"""The points of a refutation, read off the accepted lines that refute: data for people and for pictures.

    {"ends": [{"w": ...}, {"w": ...}], "weights": ["1/2", "1/2"]}      a chord above which the loss rises
    {"at": {...}, "along": {...}}                                      a line on which a convex loss would be constant
    {"point": {...}, "direction": {...}}                               where the second derivative is negative

Beside them stand "sides", both sides of the inequality where they are numbers, and "where", what the points assume.

Where a refutation rests on several inequalities, at least one of them is broken. Where given numbers tell which, that
one is shown, else all of them are, and "says" says so:

    {"gaps": [{"ends": ...}, {"ends": ...}], "says": ...}

Entries are numbers (nested lists of text), or formulas: {"W[a,j]": "(a == 0)*X[k,j]"}.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from symconvex.kernel.check import Theorem
from symconvex.kernel.context import Point, combined
from symconvex.kernel.enclose import Evaluation, Values, is_positive
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import Unsure
from symconvex.kernel.normal import Normal
from symconvex.kernel.polynomial import UNIT
from symconvex.kernel.statement import Judgment, Statement, read_array, read_judgment
from symconvex.kernel.term import ZERO, Budget, Num, Refused, Sym, Term, add, mul, neg, parse, substitute
from symconvex.language import instantiate
from symconvex.language.printing import term_text
from symconvex.language.printing.theorems import given_text

REFUTED = Judgment("loss", "not_convex", None)
PLACES = ("ends", "at", "along", "base", "point", "direction")
WORK = 3_000_000  # for the enclosure of one gap
SHORT, BITS = 12, 128  # characters of a number that is shown exactly, bits of one that is not
Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """Which of several inequalities given numbers break: its place among them, and the rows that it speaks of."""

    number: int
    places: Mapping[str, int]


def witness_of(statement: Statement, theorem: Theorem, part: Mapping[str, Any]) -> Mapping[str, object]:
    """The points of the part that shows a theorem, among others that the loss is not convex."""
    gaps, broken = gaps_of(part), find_broken(statement, theorem, part)
    gaps = list({gap["id"]: gap for gap in gaps}.values()) if broken is None else [gaps[broken.number]]
    shown = [_shown(statement, gap, part["numbers"]) for gap in gaps]
    found = shown[0] if len(shown) == 1 else {"gaps": shown}
    says = _says(gaps)
    where = "; ".join(_where(statement, theorem, part["example"]["places"]))
    told = {"sides": sides_of(statement, theorem, part), "says": says, "where": where}
    return {**found, **{name: text for name, text in told.items() if text}}


def gaps_of(part: Mapping[str, Any]) -> Sequence[Step]:
    """The lines that a convex loss would obey, and that together show that this one is not convex."""
    line = next(step for step in part["steps"] if read_judgment(step["gives"]) == REFUTED)
    return [part["steps"][number - 1] for number in line["uses"][:-1]]


def find_broken(statement: Statement, theorem: Theorem, part: Mapping[str, Any]) -> Broken | None:
    """The first gap that is certainly > 0 at the given numbers, by ball arithmetic.

    Fails    None when a gap speaks of data, sizes or places that are not given, or is too much work
    """
    numbers = {name: read_array(array["is"], len(array["shape"])) for name, array in part["numbers"].items()}
    here = {g.extra for g in (*theorem.given, *theorem.met) if g.kind == "nonzero" and g.name in statement.values}
    places = {index: place for index, place in part["example"]["places"].items() if index in here}
    known = Values({**statement.values, **numbers}, statement.fixed, places, {})
    number = next((k for k, gap in enumerate(gaps_of(part)) if _is_broken(gap, known)), None)
    return None if number is None else Broken(number, places)


def _is_broken(gap: Step, known: Values) -> bool:
    term = read_judgment(gap["gives"]).term
    try:
        return term is not None and is_positive(term, known, Budget(WORK))
    except Refused:
        return False


def _shown(statement: Statement, gap: Step, numbers: Mapping[str, Any]) -> dict[str, object]:
    """The points of one gap."""
    found: dict[str, object] = {}
    for key, value in gap["with"].items():
        if key == "ends":
            found[key] = [point_text(statement, end, numbers) for end in value]
        elif key in PLACES:
            found[key] = point_text(statement, value, numbers)
        else:
            found[key] = value
    return found


def sides_of(statement: Statement, theorem: Theorem, part: Mapping[str, Any]) -> str | None:
    """The two sides of the inequality that the points break, where they are numbers: exact where that is short.

    at the ends -1 and -1, on the chord between them -1, on the loss 0
    """
    stated = statement if theorem.case is None else theorem.case
    broken = find_broken(stated, theorem, part)
    if broken is None:
        return None
    gap = gaps_of(part)[broken.number]
    numbers = {name: read_array(array["is"], len(array["shape"])) for name, array in part["numbers"].items()}
    known = Values({**stated.values, **numbers}, stated.fixed, broken.places, {})

    def value(term: Term) -> str:
        return number_at(term, known, stated)

    def loss(point: Point) -> Term:
        return substitute(stated.loss, point)

    match gap["rule"], gap["with"]:
        case "chord", {"ends": ends, "weights": weights}:
            parts = [(Fraction(w), _families(end)) for w, end in zip(weights, ends, strict=True)]
            found = [value(loss(point)) for _, point in parts]
            level = value(add(*(mul(Num(w), loss(point)) for w, point in parts)))
            middle = value(loss(combined(parts[0][1], parts)))
            chord = f"the loss is {' and '.join(found)} at the ends, so the chord is at {level}"
            return f"{chord}; between them it is {middle}" if all((*found, level, middle)) else None
        case "at_point", _:
            bend = value(neg(read_judgment(gap["gives"]).term or ZERO))
            return f"the second derivative along this direction is {bend}" if bend else None
    return None


def _families(point: Mapping[str, Any]) -> Point:
    return {name: (tuple(family["at"]), parse(family["is"])) for name, family in point.items()}


def number_at(term: Term, known: Values, statement: Statement) -> str:
    """The value of a closed term: exact where that is short, else six digits; empty where it has none."""
    within = {name: kind for name, (_, kind) in statement.data.items()}
    try:
        poly = Normal(Facts(within, frozenset(), frozenset(), known.values), Budget(WORK)).poly(term)
        exact = str(poly.get(UNIT, 0)) if set(poly) <= {UNIT} else ""
        if 0 < len(exact) <= SHORT:
            return exact
        with flint.ctx.workprec(BITS):
            return f"{float(Evaluation(known, Budget(WORK)).ball(term).mid()):.6g}"
    except (Refused, Unsure):
        return ""


def _says(gaps: Sequence[Step]) -> str:
    """What the points show, where it is not a chord alone."""
    several = len(gaps) > 1
    said = [f"a convex loss would be constant along {'each of these directions' if several else 'this direction'}"]
    said = said if any(gap["rule"] == "flat" for gap in gaps) else []
    return "; ".join([*said, *([f"at least one of these {len(gaps)} inequalities is broken"] if several else [])])


def _where(statement: Statement, theorem: Theorem, places: Mapping[str, int]) -> Iterator[str]:
    """What the points assume: a place of given data is known, of other data it is named."""
    for given in (*theorem.given, *theorem.met):
        if given.kind == "nonzero":
            known = given.name in statement.values
            yield (
                f"{given.extra} = {places[given.extra]}"
                if known
                else (f"{given.extra} is a place where {given.name} is not zero")
            )
        elif given in theorem.given:
            yield given_text(statement, theorem, given)


def point_text(statement: Statement, point: Mapping[str, Any], numbers: Mapping[str, Any]) -> dict[str, object]:
    """One value for each parameter."""
    shown: dict[str, object] = {}
    for name, family in point.items():
        term = parse(family["is"])
        places = ",".join(family["at"])
        if isinstance(term, Sym) and term.name in numbers:
            shown[name] = nested(numbers[term.name]["is"])
        else:
            shown[f"{name}[{places}]" if places else name] = term_text(instantiate(term, statement.fixed))
    return shown


def nested(array: object) -> object:
    """An array of a certificate as nested lists of text."""
    if isinstance(array, list):
        return [nested(entry) for entry in array]
    return str(array).split(" ") if " " in str(array) else array
