"""The points of a refutation, read off the accepted lines that refute: data for people and for pictures.

    {"ends": [{"w": ...}, {"w": ...}], "weights": ["1/2", "1/2"]}      a chord above which the loss rises
    {"at": {...}, "along": {...}}                                      a line on which a convex loss would be constant
    {"point": {...}, "direction": {...}}                               where the second derivative is negative

Entries are numbers (nested lists of text), or formulas: {"W[a,j]": "(a == 0)*X[k,j]"}.
"""

from collections.abc import Mapping
from typing import Any

from symconvex.kernel.statement import Judgment, Statement, read_given, read_judgment
from symconvex.kernel.term import Sym, parse
from symconvex.language.printing import term_text

REFUTED = Judgment("loss", "not_convex", None)
PLACES = ("ends", "at", "along", "base", "point", "direction")


def witness_of(statement: Statement, certificate: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The points behind the first line that says that the loss is not convex; None where there is none."""
    for part in certificate["parts"]:
        line = next((step for step in part["steps"] if read_judgment(step["gives"]) == REFUTED), None)
        if line is None:
            continue
        gap = part["steps"][line["uses"][0] - 1]
        found: dict[str, object] = {}
        for key, value in gap["with"].items():
            if key == "ends":
                found[key] = [point_text(end, part["numbers"]) for end in value]
            elif key in PLACES:
                found[key] = point_text(value, part["numbers"])
            else:
                found[key] = value
        given = [g for g in map(read_given, part["given"]) if g.kind == "nonzero"]
        where = "; ".join(f"{g.extra} is a place where {g.name} is not zero" for g in given)
        return {**found, **({"where": where} if where else {})}
    return None


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
