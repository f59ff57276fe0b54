"""Derivatives as one object of plain values, formulas in NumPy syntax."""

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._kron import kronecker_rows
from symconvex.formats._legend import Meaning, closed_legend, has_kinks, legend
from symconvex.formats._rows import PLAIN
from symconvex.language.printing import text_of
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import NUMPY

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries

HESSIAN = '  "hessian": [\n'


def fields(derivation: "Derivation") -> str:
    """The derivatives for every size."""
    found = {
        "name": derivation.problem.name,
        "loss": derivation.problem.text,
        "legend": [*map(_meaning, closed_legend(derivation))],
        "differentiable": not has_kinks(derivation.problem),
        "names": [{"name": name, "is": text_of(expr)} for name, expr in derivation.names],
        "gradient": {name: text_of(expr) for name, expr in derivation.gradient},
        "hessian": None if derivation.hessian is None else text_of(derivation.hessian),
        "kronecker": next((text for _, text in kronecker_rows(derivation, PLAIN, text_of)), None),
        "blocks": [{"of": [p, q], "form": text_of(expr)} for p, q, expr in derivation.blocks],
        "curvature": text_of(derivation.curvature),
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def entries(found: "Entries") -> Iterator[str]:
    """The derivatives at one size, an entry of the Hessian on each line; names come last."""
    head = {
        "name": found.problem.name,
        "loss": found.problem.text,
        "sizes": dict(found.sizes),
        "legend": [*map(_meaning, legend(found.problem, found.sizes))],
        "differentiable": not has_kinks(found.problem),
    }
    yield "".join(["{\n", *(f"  {_json(key)}: {_json(value)},\n" for key, value in head.items())])
    names, gradient, comma = list[dict[str, str]](), dict[str, str](), ""
    for page in found.pages(partial(printed, style=NUMPY)):
        names += [{"name": name, "is": text} for name, text in page.names]
        lines = list[str]()
        for of, text in page.values:
            match of:
                case ():
                    lines.append(f'  "value": {_json(text)},\n')
                case (p,):
                    gradient[p] = text
                case _:
                    lines.append(f"{comma or HESSIAN}    {_json({'of': of, 'entry': text})}")
                    comma = ",\n"
        yield "".join(lines)
    yield f'\n  ],\n  "gradient": {_json(gradient)},\n  "names": {_json(names)}\n}}\n'


def _meaning(row: Meaning) -> dict[str, str]:
    return {"name": row.name, "shape": row.shape, "set": row.within or "real", "is": row.role}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


FORMAT = Format("json", fields, entries)
