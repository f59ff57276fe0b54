"""The points of a refutation, read off the accepted lines that refute: data for people and for pictures.

    {"ends": [{"w": ...}, {"w": ...}], "weights": ["1/2", "1/2"]}      a chord above which the loss rises
    {"at": {...}, "along": {...}}                                      a line on which a convex loss would be constant
    {"point": {...}, "direction": {...}}                               where the second derivative is negative

Where a refutation rests on several chords, of which at least one is broken, "says" says so, and the first is shown.
Entries are numbers (nested lists of text), or formulas: {"W[a,j]": "(a == 0)*X[k,j]"}.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from symconvex.kernel.check import Theorem
from symconvex.kernel.statement import Judgment, Statement, read_judgment
from symconvex.kernel.term import Sym, parse
from symconvex.language.printing import term_text
from symconvex.language.printing.theorems import given_text

REFUTED = Judgment("loss", "not_convex", None)
PLACES = ("ends", "at", "along", "base", "point", "direction")


def witness_of(statement: Statement, theorem: Theorem, part: Mapping[str, Any]) -> Mapping[str, object]:
    """The points of the part that shows a theorem, among others that the loss is not convex."""
    line = next(step for step in part["steps"] if read_judgment(step["gives"]) == REFUTED)
    gap = part["steps"][line["uses"][0] - 1]
    found: dict[str, object] = {}
    for key, value in gap["with"].items():
        if key == "ends":
            found[key] = [point_text(end, part["numbers"]) for end in value]
        elif key in PLACES:
            found[key] = point_text(value, part["numbers"])
        else:
            found[key] = value
    says = _says(gap["rule"], len(line["with"]["weights"]))
    where = "; ".join(_where(statement, theorem, part["example"]["places"]))
    return {**found, **({"says": says} if says else {}), **({"where": where} if where else {})}


def _says(rule: str, gaps: int) -> str:
    """What the points of the first gap show, where they do not show it alone."""
    said = ["a convex loss would be constant along this direction"] if rule == "flat" else []
    if gaps > 1:
        said.append(f"at least one of {gaps} such inequalities of the certificate is broken; this is the first")
    return "; ".join(said)


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


def point_text(point: Mapping[str, Any], numbers: Mapping[str, Any]) -> dict[str, object]:
    """One value for each parameter."""
    shown: dict[str, object] = {}
    for name, family in point.items():
        term = parse(family["is"])
        places = ",".join(family["at"])
        if isinstance(term, Sym) and term.name in numbers:
            shown[name] = nested(numbers[term.name]["is"])
        else:
            shown[f"{name}[{places}]" if places else name] = term_text(term)
    return shown


def nested(array: object) -> object:
    """An array of a certificate as nested lists of text."""
    if isinstance(array, list):
        return [nested(entry) for entry in array]
    return str(array).split(" ") if " " in str(array) else array
