"""The work behind `symconvex derive`: closed forms for any size, or entries at one."""

import json
from collections.abc import Mapping

from symconvex.problem import Problem


def closed_derived(problem: Problem, form: str) -> str:
    """The derivatives for any size, in matrix form."""
    from symconvex.calculus.closed import derive
    from symconvex.formats import mathtex, python, text

    derivation = derive(problem)
    match form:
        case "latex":
            return mathtex.derivation_latex(derivation)
        case "python":
            return python.derivation_python(derivation)
        case "json":
            return _json(python.derivation_json(derivation))
        case _:
            return text.derivation_text(derivation)


def entries_derived(problem: Problem, sizes: Mapping[str, int], form: str) -> str:
    """Every entry of the derivatives at a size."""
    from symconvex.calculus.entries import entries
    from symconvex.formats import entries as written

    found = entries(problem, sizes)
    match form:
        case "latex":
            return written.entries_latex(found)
        case "python":
            return written.entries_python(found)
        case "json":
            return _json(written.entries_json(found))
        case _:
            return written.entries_text(found)


def _json(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
