"""Random formulas of every kind, and what they are worth: printed text is read by a second road and compared."""

import ast
import random
import re
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symconvex.kernel.term import Add, Delta, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term

SIZES = {"n": 3, "d": 2}
SHAPES = {"a": (), "b": (), "c": ("n",), "w": ("d",), "y": ("n",), "X": ("n", "d"), "Y": ("n", "d"), "A": ("d", "d"),
          "B": ("n", "n"), "Z": ("d", "n")}  # fmt: skip
NUMBERS = [Fraction(p, q) for p, q in ((1, 1), (-1, 1), (2, 1), (-3, 1), (1, 2), (-1, 2), (2, 3), (-5, 4), (7, 1))]
EXPONENTS = [Fraction(p, q) for p, q in ((2, 1), (-1, 1), (3, 1), (-2, 1), (1, 2), (-1, 2), (1, 3), (-3, 2))]
FUNCTIONS = {"exp": lambda z: mpmath.exp(z / 8), "tanh": mpmath.tanh, "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z))}
mpmath.mp.dps = 60


class UndefinedError(Exception):
    """The formula has no real value, or none that is worth comparing."""


def values(seed: int) -> dict[str, Any]:
    """Numbers for every name: arrays of rationals, some of them negative."""
    draw, found = random.Random(seed), {}  # noqa: S311 - no secret
    for name, shape in SHAPES.items():
        entries = np.empty(tuple(SIZES[size] for size in shape), dtype=object)
        for place in np.ndindex(entries.shape):
            entries[place] = mpmath.mpf(draw.randint(-30, 60) or 1) / draw.randint(3, 17)
        found[name] = entries if shape else entries[()]
    return found | {size: mpmath.mpf(length) for size, length in SIZES.items()}


def power(base: Any, exponent: Fraction) -> Any:
    """A real power, entry by entry."""
    if isinstance(base, np.ndarray):
        found = np.empty(base.shape, dtype=object)
        for place in np.ndindex(base.shape):
            found[place] = power(base[place], exponent)
        return found
    if (base < 0 and exponent.denominator != 1) or abs(base) > 10**12 or (exponent < 0 and abs(base) < 10**-12):
        raise UndefinedError
    result = mpmath.mpf(base) ** (mpmath.mpf(exponent.numerator) / exponent.denominator)
    return result.real if isinstance(result, mpmath.mpc) else result


def random_term(draw: random.Random, depth: int, bound: tuple[tuple[str, str], ...] = ()) -> Term:
    """A term of any kind, not simplified; `bound` are the indices in scope with their sizes."""
    kind = draw.choice(["leaf", "add", "add", "mul", "mul", "mul", "pow", "pow", "fn", "sum"]) if depth else "leaf"
    inner = depth - 1
    match kind:
        case "add" | "mul":
            args = tuple(random_term(draw, draw.randint(0, inner), bound) for _ in range(draw.randint(2, 4)))
            return Add(args) if kind == "add" else Mul(args)
        case "pow":
            return Pow(random_term(draw, inner, bound), draw.choice(EXPONENTS))
        case "fn":
            name = draw.choice(["max", *FUNCTIONS])
            return Fn(name, tuple(random_term(draw, inner, bound) for _ in range(2 if name == "max" else 1)))
        case "sum" if len(bound) < 3:
            index, size = f"{'ijkl'[len(bound)]}", draw.choice(["n", "d"])
            return Sum(index, size, random_term(draw, inner, (*bound, (index, size))))
    return _leaf(draw, bound)


def _leaf(draw: random.Random, bound: tuple[tuple[str, str], ...]) -> Term:
    match draw.choice(["number", "symbol", "symbol", "symbol", "dim", "delta"]):
        case "number":
            return Num(draw.choice(NUMBERS))
        case "dim":
            return Dim(draw.choice(["n", "d"]))
        case "delta" if bound:
            return Delta(draw.choice(bound)[0], draw.choice([0, draw.choice(bound)[0]]))
    name = draw.choice(list(SHAPES))
    places = tuple(draw.choice([*(i for i, over in bound if over == size), 0]) for size in SHAPES[name])
    return Sym(name, places)


def value(term: Term, at: dict[str, Any]) -> Any:
    """What a term is worth; `at` holds the symbols and the indices."""
    match term:
        case Num(number):
            return mpmath.mpf(number.numerator) / number.denominator
        case Dim(size):
            return at[size] if isinstance(size, str) else mpmath.mpf(size)
        case Sym(name, indices):
            places = tuple(at[index] if isinstance(index, str) else index for index in indices)
            return at[name][places] if places else at[name]
        case Delta(left, right):
            ends = [at[end] if isinstance(end, str) else end for end in (left, right)]
            return mpmath.mpf(ends[0] == ends[1])
        case Sum(index, size, body):
            return sum((value(body, {**at, index: k}) for k in range(int(at[size]))), mpmath.mpf(0))
        case Add(args):
            return sum((value(arg, at) for arg in args), mpmath.mpf(0))
        case Mul(args):
            return mpmath.fprod(value(arg, at) for arg in args)
        case Pow(base, exponent):
            return power(value(base, at), exponent)
        case Fn("max", args):
            return max(value(arg, at) for arg in args)
        case Fn(name, (arg,)):
            return FUNCTIONS[name](_moderate(value(arg, at)))
    raise TypeError(term)


def _moderate(number: Any) -> Any:
    if size(number) > 10**4:
        raise UndefinedError
    return number


class _Exact(ast.NodeTransformer):
    """Whole numbers become exact numbers, so that 1/3 is a third; indices, axes and sizes stay."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.copy_location(ast.Call(ast.Name("exact", ast.Load()), [node], []), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return ast.copy_location(ast.Call(ast.Name("exact", ast.Load()), [node], []), node)


def _sum(parts: Any, axis: int | None = None) -> Any:
    if isinstance(parts, np.ndarray):
        return parts.sum(axis=axis)
    return sum(parts, mpmath.mpf(0))


def _each(function: Any) -> Any:
    return lambda z: np.vectorize(function, otypes=[object])(z) if isinstance(z, np.ndarray) else function(z)


def _max(*args: Any) -> Any:
    found = args[0]
    for arg in args[1:]:
        found = np.maximum(found, arg)
    return found


def ones(sizes: Any) -> Any:
    """An array of ones, as NumPy's."""
    found = np.empty([int(size) for size in np.ravel(np.asarray(sizes, dtype=object))], dtype=object)
    found.fill(mpmath.mpf(1))
    return found


WORDS = {
    "ones": ones,
    "exact": mpmath.mpf,
    "sum": _sum,
    "max": _max,
    "range": lambda size: range(int(size)),
    "sqrt": lambda z: power(z, Fraction(1, 2)),
    **{name: _each(function) for name, function in FUNCTIONS.items()},
}


def run(text: str, at: dict[str, Any]) -> Any:
    """The value of a text in Python, in which arrays are arrays of NumPy."""
    tree = ast.fix_missing_locations(_Exact().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "printed", "eval"), {**WORDS, **at})  # noqa: S307


def near(left: Any, right: Any) -> bool:
    """Equal to 15 digits, beside the size of what was added up."""
    return size(left - right) <= mpmath.mpf(10) ** -15 * (1 + size(left))


def size(number: Any) -> Any:
    """The largest absolute value."""
    return max(map(abs, np.ravel(np.asarray(number, dtype=object))))


# ---- LaTeX ----------------------------------------------------------------------------------------

TOKEN = re.compile(r"\\[a-zA-Z]+|\\[{}]|\d+|[a-zA-Z]|[-+(){}_^=,/]")
NAMES = {"\\sigma": "sigmoid", "\\tanh": "tanh", "\\log": "log"}


class Ones:
    """A column of ones, which adds rows up when it stands behind a matrix, and broadcasts before a row."""


def _times(left: Any, right: Any) -> Any:
    """Side by side: a product of numbers, or of matrices and vectors."""
    if isinstance(left, Ones):
        return right
    if isinstance(right, Ones):
        return left.sum(axis=1) if isinstance(left, np.ndarray) else left
    both = isinstance(left, np.ndarray) and isinstance(right, np.ndarray)
    return left @ right if both else left * right


class TexReader:
    """Reads LaTeX as a person would: juxtaposed factors multiply, a sum reaches to the next plus or minus.

    Indices that are numbers count from one.
    """

    def __init__(self, text: str, at: dict[str, Any]) -> None:
        self.tokens, self.at = TOKEN.findall(text.replace("\\,", " ").replace("\\left", "").replace("\\right", "")), at
        self.tokens.append("")
        self.k = 0

    def read(self) -> Any:
        """The value of the whole text."""
        found = self.sum()
        assert self.peek() == "", self.tokens[self.k :]
        return found

    def peek(self) -> str:
        return self.tokens[self.k]

    def take(self, expected: str = "") -> str:
        token = self.tokens[self.k]
        assert expected in ("", token), f"expected {expected}, found {token}"
        self.k += 1
        return token

    def sum(self) -> Any:
        """Signed products."""
        total, sign = mpmath.mpf(0), 1
        if self.peek() == "-":
            self.take()
            sign = -1
        total = total + sign * self.product()
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            total = total + sign * self.product()
        return total

    def product(self) -> Any:
        """Factors side by side; at least one."""
        found = self.factor()
        while self.peek() not in ("", "+", "-", ")", "}", "\\}", ",", "\\rVert"):
            match self.peek():
                case "\\odot":
                    self.take()
                    found = found * self.factor()
                case "\\cdot":
                    self.take()
                    found = _times(found, self.factor())
                case _:
                    found = _times(found, self.factor())
        return found

    def factor(self) -> Any:
        """One factor with its exponent."""
        if self.peek() == "\\sum":
            return self.total()
        if self.peek() == "e":
            self.take()
            self.take("^")
            return WORDS["exp"](_moderate(self.braced()))
        base = self.atom()
        while self.peek() in ("^", "_"):
            if self.peek() == "_":
                base = base[self.places()]
                continue
            self.take()
            exponent = "".join(self.group())
            base = base.T if exponent == "\\mathsfT" else power(base, self.exponent(exponent))
        return base

    def exponent(self, text: str) -> Fraction:
        """A rational number; under a dot it belongs to every entry."""
        found = re.fullmatch(r"(-?\d+(/\d+)?)|\\odot(\d+(/\d+)?|\((-\d+(/\d+)?)\))", text)
        assert found, text
        return Fraction(found[1] or found[5] or found[3])

    def total(self) -> Any:
        self.take("\\sum")
        self.take("_")
        index, *_ = self.group()
        self.take("^")
        (size,) = self.group()
        start, found = self.k, mpmath.mpf(0)
        outer = self.at
        for number in range(int(self.at[size])):
            self.k, self.at = start, {**outer, index: number}
            found = found + self.product()
        self.at = outer
        return found

    def atom(self) -> Any:
        token = self.take()
        if token.isdigit():
            return mpmath.mpf(token)
        if token == "(":
            found = self.sum()
            self.take(")")
            return found
        match token:
            case "\\frac":
                top = self.braced()
                bottom = self.braced()
                return top * power(bottom, Fraction(-1))
            case "\\sqrt":
                return power(self.braced(), Fraction(1, 2))
            case "\\max":
                self.take("\\{")
                parts = [self.sum()]
                while self.peek() == ",":
                    self.take()
                    parts.append(self.sum())
                self.take("\\}")
                return _max(*parts)
            case "\\lVert":
                inside = self.sum()
                self.take("\\rVert")
                if self.peek() == "_":
                    self.k += 2
                return power((inside * inside).sum(), Fraction(1, 2))
            case "\\mathbf":
                self.take("1")
                return Ones()
            case "\\delta":
                left, right = self.places()
                return mpmath.mpf(left == right)
        if token in NAMES:
            self.take("(")
            inside = self.sum()
            self.take(")")
            return WORDS[NAMES[token]](_moderate(inside))
        return self.at[token]

    def group(self) -> list[str]:
        """The tokens in braces, or the one without."""
        if self.peek() != "{":
            return [self.take()]
        self.take("{")
        found = list[str]()
        while self.peek() != "}":
            found.append(self.take())
        self.take("}")
        return found

    def braced(self) -> Any:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def places(self) -> tuple[int, ...]:
        self.take("_")
        signs = [sign for token in self.group() for sign in token if sign != ","]  # no size here has two digits
        return tuple(int(sign) - 1 if sign.isdigit() else self.at[sign] for sign in signs)
