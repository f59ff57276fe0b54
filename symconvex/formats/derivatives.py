"""Derivatives as a Python function and as LaTeX, for any size or entry by entry."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from symconvex.calculus.program.scripts import NumPyText, Trees
from symconvex.formats.text import direction_of
from symconvex.functions import functions
from symconvex.language.printing import formula_tex, text_of
from symconvex.language.printing.texwords import word_tex

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries
    from symconvex.problem import Symbol

Rows = Iterable[tuple[str, str]]

NUMPY = ("diag", "eye", "ones", "outer", "sum", "zeros")
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


def closed_python(derivation: "Derivation") -> str:
    """A function of the parameters, the data and a direction, for every size."""
    way = direction_of(derivation)
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


def entries_python(found: "Entries") -> Iterator[str]:
    """A function of the parameters and the data at one size, row by row; the Hessian is a list of rows."""
    data = [symbol for symbol in found.problem.data if symbol.name not in found.problem.values]
    arguments = [symbol.name for symbol in (*found.problem.parameters, *data)]
    loss, gradient, upper = (_unlike(arguments, word) for word in ("loss", "gradient", "upper"))
    yield from _header(set(found.functions))
    yield f"def derivatives({', '.join(arguments)}):\n    {upper} = []\n"
    arrays = set[str]()
    for page in found.pages(NumPyText()):
        for name, (text, _) in page.names:
            # Of an array only the entries that are needed are computed, so it is a dict: h[0,1] is its item (0, 1).
            array, bracket, _ = name.partition("[")
            if bracket and array not in arrays:
                arrays.add(array)
                yield f"    {array} = {{}}\n"
            yield f"    {name} = {text}\n"
        for (order, _), row in groupby(page.values, lambda value: (len(value[0]), value[0][:-1])):
            texts = [text for _, (text, _) in row]
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


def _function(symbols: Sequence["Symbol"], directions: list[str], names: Rows, results: Rows) -> str:
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
    wanted = {name for name in NUMPY if name in said}.union(*(BESIDE[name] for name in written))
    catalogued = [name for name in functions() if name in said and name not in {*WRITTEN, *wanted}]
    if wanted:
        yield f"from numpy import {', '.join(sorted(wanted))}\n\n"
    if catalogued:
        yield "from symconvex.functions import functions\n\n"
        yield from (f'{name} = functions()["{name}"].numpy\n' for name in catalogued)
        yield "\n\n"
    yield from (f"{WRITTEN[name]}\n\n" for name in written)


def closed_latex(derivation: "Derivation") -> str:
    """Definitions, gradient, Hessian or its blocks, and curvature as an aligned display; what q is, below it."""
    way = {name: word_tex(word) for name, word in direction_of(derivation).items()}
    rows = [(word_tex(name), formula_tex(expr)) for name, expr in derivation.names]
    rows += [(f"\\nabla_{{{word_tex(name)}}} f", formula_tex(expr)) for name, expr in derivation.gradient]
    if derivation.hessian is not None:
        rows.append(("\\nabla^2 f", formula_tex(derivation.hessian)))
    rows.append(("q", formula_tex(derivation.curvature)))
    rows += [(f"D^2 f[{way[p]}, {way[q]}]", formula_tex(expr)) for p, q, expr in derivation.blocks]
    line = ", ".join(f"{word_tex(name)} + t {word}" for name, word in way.items())
    ways, several = ", ".join(f"${word}$" for word in way.values()), len(way) > 1
    dots = any(name.startswith("d") and not name.startswith("delta") for name, _ in derivation.names)
    return (
        f"{_aligned([('f', formula_tex(derivation.problem.loss)), *rows])}"
        f"Here $q = \\frac{{d^2}}{{dt^2}} f({line}) \\big|_{{t=0}}$ is the second derivative along the "
        f"direction{'s' * several} {ways}{' together' * several}"
        f"{', and a dot marks a derivative along ' + ('them' if several else 'it') if dots else ''}.\n"
    )


def _unlike(taken: Sequence[str], word: str) -> str:
    return _unlike(taken, f"{word}_") if word in taken else word


def entries_latex(found: "Entries") -> str:
    """Every entry as an aligned display; indices are counted from one on paper."""
    rows = list[tuple[str, str]]()
    for page in found.pages(Trees()):
        rows += [(word_tex(word), formula_tex(expr)) for word, expr in page.names]
        rows += [(_slope_tex(of), formula_tex(expr)) for of, expr in page.values]
    return _aligned(rows)


def _slope_tex(of: tuple[str, ...]) -> str:
    match of:
        case (p, q):
            below = f"\\partial {word_tex(p)}^2" if p == q else f"\\partial {word_tex(p)}\\,\\partial {word_tex(q)}"
            return f"\\frac{{\\partial^2 f}}{{{below}}}"
        case (p,):
            return f"\\frac{{\\partial f}}{{\\partial {word_tex(p)}}}"
    return "f"


def _aligned(rows: Rows) -> str:
    lines = [f"  {left} &= {right}" for left, right in rows]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def entries_text(found: "Entries") -> Iterator[str]:
    """One formula on each line: intermediates, the loss, first and second derivatives."""
    yield f"{found.problem.name}: {found.problem.text}\n\n"
    for page in found.pages(NumPyText()):
        rows = [(name, text) for name, (text, _) in page.names]
        rows += [(_slope_text(of), text) for of, (text, _) in page.values]
        width = max(len(left) for left, _ in rows)
        yield "".join([f"  {left:<{width}} = {right}\n" for left, right in rows])


def _slope_text(of: tuple[str, ...]) -> str:
    match of:
        case (p, q):
            return f"d2f/d{p}d{q}"
        case (p,):
            return f"df/d{p}"
    return "f"


def entries_json(found: "Entries") -> Iterator[str]:
    """One object of plain values, formulas in NumPy syntax, an entry of the Hessian on each line; names come last."""
    head = {"name": found.problem.name, "loss": found.problem.text, "sizes": dict(found.sizes)}
    yield "".join(["{\n", *(f"  {_json(key)}: {_json(value)},\n" for key, value in head.items())])
    names, gradient, comma = list[dict[str, str]](), dict[str, str](), ""
    for page in found.pages(NumPyText()):
        names += [{"name": name, "is": text} for name, (text, _) in page.names]
        lines = list[str]()
        for of, (text, _) in page.values:
            match of:
                case ():
                    lines.append(f'  "value": {_json(text)},\n')
                case (p,):
                    gradient[p] = text
                case _:
                    lines.append(f"{comma or ENTRIES_START}    {_json({'of': of, 'entry': text})}")
                    comma = ",\n"
        yield "".join(lines)
    yield f'\n  ],\n  "gradient": {_json(gradient)},\n  "names": {_json(names)}\n}}\n'


ENTRIES_START = '  "hessian": [\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def closed_json(derivation: "Derivation") -> dict[str, object]:
    """Plain values, formulas in NumPy syntax."""
    return {
        "name": derivation.problem.name,
        "loss": derivation.problem.text,
        "names": [{"name": name, "is": text_of(expr)} for name, expr in derivation.names],
        "gradient": {name: text_of(expr) for name, expr in derivation.gradient},
        "hessian": None if derivation.hessian is None else text_of(derivation.hessian),
        "blocks": [{"of": [p, q], "form": text_of(expr)} for p, q, expr in derivation.blocks],
        "curvature": text_of(derivation.curvature),
    }
