"""Derivatives as functions that need one library and nothing else: value, gradient, Hessian, Hessian times a vector.

    value(w, X, y)                 a number
    gradient(w, X, y)              an array of the shape of w; a tuple of such for several parameters
    hessian(w, X, y)               (p, p), where p counts the entries of all parameters, rows first
    hessian_vector(w, X, y, v)     as the gradient

What is written for every size and at one size has the same functions with the same results.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.along import hessian_times
from symconvex.formats._legend import KINKS, Meaning, closed_legend, has_kinks, legend
from symconvex.functions import functions
from symconvex.language import nodes, parse_expression
from symconvex.language.free_name import free_name
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.language.printing.engine import Style, printed
from symconvex.language.printing.styles import numpy_calling
from symconvex.problem import Expr, Problem, Symbol

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries

RESULTS = ("value", "gradient", "hessian", "hessian_vector")
AT = Place("", (0, 0))  # what is written anew stands nowhere in the text
# Calls of numbers alone, for which a library of tensors has no functions.
OF_NUMBERS = re.compile(r"\b\w+\.(exp|log|sqrt)\((\d+)\)")


@dataclass(frozen=True, slots=True)
class Library:
    """A library of arrays as listings use it; in texts it is called {np}.

    imports    the lines that load it
    alias      what it is called there
    direct     functions that it has: by our name, its own
    written    functions that a listing brings along, by our name: of numbers, and of arrays in parts
    made       how zeros, ones and eye end, so that they have the type of the arguments: {first} is one of these
    """

    imports: str
    alias: str
    direct: Mapping[str, str]
    written: Mapping[str, str]
    made: str


# Arrays in parts, in words that NumPy and JAX share.
COMMON = {
    "array": "def _array(entries, like):\n    return {np}.array(entries, dtype=float)\n",
    "number": "def _number(value, like):\n    return {np}.asarray(value, dtype=float)\n",
    "vector": "def _vector(arrays):\n    return {np}.concatenate([{np}.ravel(array) for array in arrays])\n",
    "parts": "def _parts(flat, *arrays):\n    found, start = [], 0\n    for array in arrays:\n"
    "        stop = start + {np}.size(array)\n        found.append({np}.reshape(flat[start:stop], {np}.shape(array)))\n"
    "        start = stop\n    return tuple(found)\n",
    "columns": "def _columns(product, *arrays):\n    units = {np}.eye(sum({np}.size(array) for array in arrays))\n"
    "    return {np}.stack([_vector(product(*_parts(unit, *arrays))) for unit in units])\n",
    "full": "def _full(upper, like):\n    size = range(len(upper))\n"
    "    return _array([[upper[min(i, j)][abs(i - j)] for j in size] for i in size], like)\n",
}

# What the listings say in the words that all libraries share.
SHARED = ("diag", "outer", "stack", "sum", "trace")
MADE = ("eye", "ones", "zeros")


@dataclass(frozen=True, slots=True)
class Listing:
    """How formulas of one listing are written.

    taken    the names that mean something else
    """

    library: Library
    problem: Problem
    taken: frozenset[str]

    @property
    def alias(self) -> str:
        """What the library is called."""
        return free_name((self.library.alias,), self.taken)

    def called(self, name: str) -> str:
        """What a result is called."""
        return free_name((name,), self.taken)

    @property
    def style(self) -> Style:
        """NumPy syntax with functions of the library, or of the listing: `_softplus`."""
        first, alias = self.problem.parameters[0].name, self.alias
        others = {name: f"{alias}.{name}" for name in (*SHARED, *MADE)}
        others |= {name: f"{alias}.{own}" for name, own in self.library.direct.items()}
        others |= {name: f"_{name}" for name in self._own()}
        others |= {"max": f"{alias}.maximum", "pi": f"{alias}.pi", "range": "range"}
        return numpy_calling(others, dict.fromkeys(MADE, self.library.made.format(np=alias, first=first)))

    def _own(self) -> tuple[str, ...]:
        direct = self.library.direct
        return tuple(name for name in (*self.library.written, *functions()) if name not in direct)

    def text(self, expr: Expr) -> str:
        """A formula over whole arrays."""
        return self.plain_numbers(text_of(stable(expr), self.style))

    def plain_numbers(self, text: str) -> str:
        """The text with pi, and with functions of numbers alone, from the standard library."""
        return OF_NUMBERS.sub(r"math.\1(\2)", text).replace(f"{self.alias}.pi", "math.pi")

    def helpers(self, body: str) -> str:
        """The functions that a text calls and the library does not have."""
        found, waiting = dict[str, str](), [body]
        while waiting:
            text = waiting.pop()
            for name in self._own():
                if name not in found and re.search(rf"\b_{name}\(", text):
                    found[name] = self._helper(name)
                    waiting.append(found[name])
        return "".join(f"{text}\n\n" for _, text in sorted(found.items()))

    def _helper(self, name: str) -> str:
        if name in self.library.written:
            return self.library.written[name].format(np=self.alias)
        meaning = functions()[name].meaning or name
        formula = self.text(parse_expression(meaning, symbols=(Symbol("z"),)))
        return f"def _{name}(z):\n    return {formula}\n"

    def listing(self, about: str, body: str) -> str:
        """Docstring, imports, helpers and functions."""
        whole = f"{self.helpers(body)}{body}"
        imports = self.library.imports.format(np=self.alias).replace(
            f"import {self.alias} as {self.alias}", f"import {self.alias}"
        )
        needs = "import math\n\n" if re.search(r"\bmath\.", whole) else ""
        return f'"""{about}"""\n\n{needs}{imports}\n\n\n{whole}'


def stable(expr: Expr) -> Expr:
    """The formula without numbers that overflow on the way: log(cosh(z)) = softplus(2*z) - z - log(2)."""
    expr = replace(expr, args=tuple(map(stable, expr.args)))
    inner = expr.args[0] if expr.op == "call" and expr.value == "log" else None
    if inner is None or inner.op != "call" or inner.value != "cosh":
        return expr
    (z,), two = inner.args, nodes.number(2, AT)
    grown = nodes.call("softplus", nodes.mul(two, z, AT), AT)
    return nodes.add(nodes.add(grown, nodes.neg(z, AT), AT), nodes.neg(nodes.call("log", two, AT), AT), AT)


def explained(problem: Problem, names: Iterable[Meaning]) -> str:
    """The docstring of a listing: the loss, the legend, and what is left out."""
    rows = [*names]
    wide = max(len(row.name) for row in rows), max(len(row.shape) for row in rows)
    lines = "\n".join(f"    {r.name:<{wide[0]}}  {r.shape:<{wide[1]}}  {r.text}".rstrip() for r in rows)
    kinks = f"\n\nDerivatives hold {KINKS}; at kinks a slope from one side is taken." if has_kinks(problem) else ""
    said = f"{problem.name}: f = {problem.text}\n\n{lines}{kinks}\n"
    return said.replace("\\", "\\\\").replace('"""', "'''")


def closed_code(derivation: "Derivation", library: Library) -> str:
    """Functions for every size."""
    problem, way, times = derivation.problem, derivation.directions, hessian_times(derivation)
    names = dict((*derivation.names, *times.names))
    taken = frozenset({*problem.words, *way.values(), *names})
    page = Listing(library, problem, taken)
    symbols = (*problem.parameters, *problem.data)
    arguments = [symbol.name for symbol in symbols]
    gradient = [_shaped(expr, page) for _, expr in derivation.gradient]
    product = [_shaped(expr, page) for _, expr in times.parts]
    function = partial(_function, page, symbols, names)
    blocks = [
        function(page.called("value"), arguments, [derivation.loss], [page.text(derivation.loss)]),
        function(page.called("gradient"), arguments, [expr for _, expr in derivation.gradient], gradient),
    ]
    vectors = [symbol for symbol in problem.parameters if len(symbol.shape) == 1]
    if derivation.hessian is not None and vectors:
        text = page.text(derivation.hessian)
        blocks.append(function(page.called("hessian"), arguments, [derivation.hessian], [text]))
    else:
        blocks.append(_by_columns(page, arguments, [symbol.name for symbol in problem.parameters]))
    directed = [*arguments, *way.values()]
    blocks.append(function(page.called("hessian_vector"), directed, [expr for _, expr in times.parts], product))
    return page.listing(explained(problem, closed_legend(derivation)), "\n\n".join(blocks))


def _shaped(expr: Expr, page: Listing) -> str:
    """A number as an array without axes, as entries of longer arrays are."""
    text = page.text(expr)
    return text if expr.shape else f"_number({text}, {page.problem.parameters[0].name})"


def _function(
    page: Listing,
    symbols: Sequence[Symbol],
    names: Mapping[str, Expr],
    called: str,
    arguments: Sequence[str],
    results: Sequence[Expr],
    texts: Sequence[str],
) -> str:
    """One function with the sizes and intermediates that it needs."""
    needed, waiting = set[str](), [*results]
    while waiting:
        for word in m.names_in(waiting.pop()) & names.keys() - needed:
            needed.add(word)
            waiting.append(names[word])
    body = [f"    {name} = {page.text(expr)}\n" for name, expr in names.items() if name in needed]
    shown = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    body.append(f"    return {shown}\n")
    said = set(re.findall(r"[A-Za-z_]\w*", "".join(body)))
    sizes = {size: f"{s.name}.shape[{k}]" for s in reversed(symbols) for k, size in enumerate(s.shape)}
    known = [f"    {size} = {shape}\n" for size, shape in sorted(sizes.items(), key=str) if size in said]
    return "".join([f"def {called}({', '.join(arguments)}):\n", *known, *body])


def _by_columns(page: Listing, arguments: Sequence[str], parameters: Sequence[str]) -> str:
    """The Hessian from its products with the unit vectors."""
    args, ways = ", ".join(arguments), ", ".join(parameters)
    product = f"{page.called('hessian_vector')}({args}, *_way)"
    product = f"({product},)" if len(parameters) == 1 else product
    return f"def {page.called('hessian')}({args}):\n    return _columns(lambda *_way: {product}, {ways})\n"


def entries_code(found: "Entries", library: Library) -> Iterator[str]:
    """The same functions at one size, entry by entry."""
    problem = found.problem
    data = [symbol for symbol in problem.data if symbol.name not in problem.values]
    arguments = [symbol.name for symbol in (*problem.parameters, *data)]
    parameters = [symbol.name for symbol in problem.parameters]
    directions = _ways(problem, found.intermediates)
    page = Listing(library, problem, found.intermediates.union(arguments, directions))
    body = "".join(_program(found, page, arguments))
    args, parts = ", ".join(arguments), ", ".join(parameters)
    one = "[0]" if len(parameters) == 1 else ""
    derived, first, ways = f"_derivatives({args})", parameters[0], ", ".join(directions)
    hessian = page.called("hessian")
    product = f"_parts({hessian}({args}) @ _vector(({ways},)), {parts}){one}"
    results = [
        f"def {page.called('value')}({args}):\n    return {derived}[0]\n",
        f"def {page.called('gradient')}({args}):\n    return _parts(_array({derived}[1], {first}), {parts}){one}\n",
        f"def {hessian}({args}):\n    return _full({derived}[2], {first})\n",
        f"def {page.called('hessian_vector')}({args}, {ways}):\n    return {product}\n",
    ]
    about = explained(problem, legend(problem, found.sizes))
    yield page.listing(about, "\n\n".join([body, *results]))


def _ways(problem: Problem, taken: Iterable[str]) -> list[str]:
    from symconvex.calculus.closed.derivation import directions_of

    words = [str(way.value) for way in directions_of(problem).values()]
    return [free_name((word,), {*taken}) for word in words]


def _program(found: "Entries", page: Listing, arguments: Sequence[str]) -> Iterator[str]:
    """The loss, its gradient and the rows of the upper triangle."""
    loss, slopes, upper = (free_name((word,), page.taken) for word in ("loss", "slopes", "upper"))
    yield f"def _derivatives({', '.join(arguments)}):\n    {upper} = []\n"
    arrays = set[str]()
    show: Callable[..., str] = partial(printed, style=page.style)
    for sheet in found.pages(show):
        for name, text in sheet.names:
            # Of an array only the entries that are needed are computed, so it is a dict: h[0,1] is its item (0, 1).
            array, bracket, _ = name.partition("[")
            if bracket and array not in arrays:
                arrays.add(array)
                yield f"    {array} = {{}}\n"
            yield f"    {name} = {page.plain_numbers(text)}\n"
        for (order, _), row in groupby(sheet.values, lambda value: (len(value[0]), value[0][:-1])):
            texts = [page.plain_numbers(text) for _, text in row]
            listed = "".join(f"        {text},\n" for text in texts)
            yield (
                f"    {loss} = {texts[0]}\n",
                f"    {slopes} = [\n{listed}    ]\n",
                f"    {upper}.append([\n{listed}    ])\n",
            )[order]
    yield f"    return {loss}, {slopes}, {upper}\n"
