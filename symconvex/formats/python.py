"""Derivatives as a Python function on NumPy arrays."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from symconvex.formats._format import Format
from symconvex.formats._rows import Row
from symconvex.functions import functions
from symconvex.language.printing import text_of
from symconvex.language.printing.engine import printed
from symconvex.language.printing.styles import NUMPY

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
    way = derivation.directions
    gradient = ", ".join(f'"{name}": {text_of(expr)}' for name, expr in derivation.gradient)
    results = [
        ("loss", text_of(derivation.loss)),
        ("gradient", f"{{{gradient}}}"),
        ("hessian", "None" if derivation.hessian is None else text_of(derivation.hessian)),
        ("curvature", text_of(derivation.curvature)),
    ]
    names = [(name, text_of(expr)) for name, expr in derivation.names]
    symbols = (*derivation.problem.parameters, *derivation.problem.data)
    return _function(symbols, [way[name] for name, _ in derivation.gradient], names, results)


def entries_function(found: "Entries") -> Iterator[str]:
    """A function of the parameters and the data at one size, row by row; the Hessian is a list of rows."""
    data = [symbol for symbol in found.problem.data if symbol.name not in found.problem.values]
    arguments = [symbol.name for symbol in (*found.problem.parameters, *data)]
    loss, gradient, upper = (_unlike(arguments, word) for word in ("loss", "gradient", "upper"))
    yield from _header(set(found.functions))
    yield f"def derivatives({', '.join(arguments)}):\n    {upper} = []\n"
    arrays = set[str]()
    for page in found.pages(partial(printed, style=NUMPY)):
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
    mirrored = f"{upper}[j][i - j] if j < i else {upper}[i][j - i]"
    yield f"""    return {{
        "loss": {loss},
        "gradient": {gradient},
        "hessian": [[{mirrored} for j in range({size})] for i in range({size})],
    }}
"""


def _function(symbols: Sequence["Symbol"], directions: list[str], names: Iterable[Row], results: Iterable[Row]) -> str:
    """Imports, what is missing from NumPy, and one function that returns all results by name."""
    body = [f"    {name} = {text}\n" for name, text in names]
    body += ["    return {\n", *(f'        "{name}": {text},\n' for name, text in results), "    }\n"]
    said = set(re.findall(r"[A-Za-z_]\w*", "".join(body)))
    sizes = {size: f"{s.name}.shape[{k}]" for s in reversed(symbols) for k, size in enumerate(s.shape)}
    known = [f"    {size} = {shape}\n" for size, shape in sorted(sizes.items(), key=str) if size in said]
    arguments = ", ".join([*(symbol.name for symbol in symbols), *directions])
    return "".join([*_header(said), f"def derivatives({arguments}):\n", *known, *body])


def _header(said: set[str]) -> Iterator[str]:
    """Everything that the words of a function need."""
    written = [name for name in WRITTEN if name in said]
    wanted = {name for name in FROM_NUMPY if name in said}.union(*(BESIDE[name] for name in written))
    catalogued = [name for name in functions() if name in said and name not in {*WRITTEN, *wanted}]
    if wanted:
        yield f"from numpy import {', '.join(sorted(wanted))}\n\n"
    if catalogued:
        yield "from symconvex.functions import functions\n\n"
        yield from (f'{name} = functions()["{name}"].numpy\n' for name in catalogued)
        yield "\n\n"
    yield from (f"{WRITTEN[name]}\n\n" for name in written)


FORMAT = Format("python", function, entries_function)


def _unlike(taken: Sequence[str], word: str) -> str:
    return _unlike(taken, f"{word}_") if word in taken else word
