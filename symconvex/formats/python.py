"""Derivatives as a Python function on NumPy arrays."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._rows import Row
from symconvex.functions import functions
from symconvex.language.free_name import free_name
from symconvex.language.printing import text_of
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import numpy_calling

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries
    from symconvex.problem import Symbol

FROM_NUMPY = ("diag", "eye", "ones", "outer", "pi", "sum", "zeros")
# What formulas may say and neither NumPy nor the catalogue of functions has.
WRITTEN = {
    "max": "def max(first, *others):\n    return max(maximum(first, others[0]), *others[1:]) if others else first\n",
    "logsumexp": """def logsumexp(z, axis=None):
    top = amax(z, axis=axis, keepdims=True)
    return squeeze(top, axis=axis) + log(sum(exp(z - top), axis=axis))
""",
    "softmax": """def softmax(z, axis=None):
    weights = exp(z - amax(z, axis=axis, keepdims=True))
    return weights / sum(weights, axis=axis, keepdims=True)
""",
}
BESIDE = {"max": ("maximum",), "logsumexp": ("amax", "exp", "log", "squeeze", "sum"), "softmax": ("amax", "exp", "sum")}


def function(derivation: "Derivation") -> str:
    """A function of the parameters, the data and a direction, for every size."""
    way, problem = derivation.directions, derivation.problem
    others = _others(problem.words.union(way.values(), (name for name, _ in derivation.names)))
    text = partial(text_of, style=numpy_calling(others))
    gradient = ", ".join(f'"{name}": {text(expr)}' for name, expr in derivation.gradient)
    results = [
        ("loss", text(derivation.loss)),
        ("gradient", f"{{{gradient}}}"),
        ("hessian", "None" if derivation.hessian is None else text(derivation.hessian)),
        ("curvature", text(derivation.curvature)),
    ]
    names = [(name, text(expr)) for name, expr in derivation.names]
    return _function((*problem.parameters, *problem.data), [*way.values()], names, results, others)


def entries_function(found: "Entries") -> Iterator[str]:
    """A function of the parameters and the data at one size, row by row; the Hessian is a list of rows."""
    data = [symbol for symbol in found.problem.data if symbol.name not in found.problem.values]
    arguments = [symbol.name for symbol in (*found.problem.parameters, *data)]
    taken = found.intermediates.union(arguments)
    loss, gradient, upper = (free_name((word,), taken) for word in ("loss", "gradient", "upper"))
    others = _others(taken)
    yield _header(found.functions | {"range"}, others)
    yield f"def derivatives({', '.join(arguments)}):\n    {upper} = []\n"
    arrays = set[str]()
    for page in found.pages(partial(printed, style=numpy_calling(others))):
        for name, text in page.names:
            # Of an array only the entries that are needed are computed, so it is a dict: h[0,1] is its item (0, 1).
            array, bracket, _ = name.partition("[")
            if bracket and array not in arrays:
                arrays.add(array)
                yield f"    {array} = {{}}\n"
            yield f"    {name} = {text}\n"
        for (order, _), row in groupby(page.values, lambda value: (len(value[0]), value[0][:-1])):
            texts = [text for _, text in row]
            listed = "".join(f"        {text},\n" for text in texts)
            yield (
                f"    {loss} = {texts[0]}\n",
                f"    {gradient} = [\n{listed}    ]\n",
                f"    {upper}.append([\n{listed}    ])\n",
            )[order]
    size = len(found.parameters)
    span, mirrored = f"{others.get('range', 'range')}({size})", f"{upper}[j][i - j] if j < i else {upper}[i][j - i]"
    yield f"""    return {{
        "loss": {loss},
        "gradient": {gradient},
        "hessian": [[{mirrored} for j in {span}] for i in {span}],
    }}
"""


def _function(
    symbols: Sequence["Symbol"],
    directions: list[str],
    names: Iterable[Row],
    results: Iterable[Row],
    others: Mapping[str, str],
) -> str:
    """Imports, what is missing from NumPy, and one function that returns all results by name."""
    body = [f"    {name} = {text}\n" for name, text in names]
    body += ["    return {\n", *(f'        "{name}": {text},\n' for name, text in results), "    }\n"]
    said = set(re.findall(r"[A-Za-z_]\w*", "".join(body)))
    sizes = {size: f"{s.name}.shape[{k}]" for s in reversed(symbols) for k, size in enumerate(s.shape)}
    known = [f"    {size} = {shape}\n" for size, shape in sorted(sizes.items(), key=str) if size in said]
    arguments = ", ".join([*(symbol.name for symbol in symbols), *directions])
    called = frozenset(name for name in _callable() if others.get(name, name) in said)
    return "".join([_header(called, others), f"def derivatives({arguments}):\n", *known, *body])


def _callable() -> tuple[str, ...]:
    """All functions that a listing may call, and pi."""
    return (*FROM_NUMPY, *WRITTEN, *functions(), "range")


def _others(taken: frozenset[str]) -> dict[str, str]:
    """What the functions are called whose names are taken."""
    return {name: free_name((name,), taken) for name in _callable() if name in taken}


def _header(called: frozenset[str], others: Mapping[str, str]) -> str:
    """Everything that a function needs which calls these functions, some by other names."""
    written = [name for name in WRITTEN if name in called]
    wanted = {name for name in FROM_NUMPY if name in called}.union(*(BESIDE[name] for name in written))
    catalogued = [name for name in functions() if name in called and name not in {*WRITTEN, *wanted}]
    imports = [f"from numpy import {', '.join(sorted(wanted))}\n"] if wanted else []
    if catalogued:
        imports.append("from symconvex.functions import functions\n")
        imports.append("".join(f'{name} = functions()["{name}"].numpy\n' for name in catalogued))
    aliases = "".join(f"{other} = {name}\n" for name, other in others.items() if name in called)
    blocks = ["\n".join(imports), *(WRITTEN[name] for name in written), aliases]
    return "".join(f"{block}\n\n" for block in blocks if block)


FORMAT = Format("python", function, entries_function)
