"""Conditions and constants in Python syntax, compared by what they mean: evaluated at many values of their names.

Numbers are fractions as long as they can be, so that a boundary such as 4*a*c == b**2 is met exactly.
"""

import ast
import math
import operator
import random
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

Shapes = Mapping[str, list | tuple]
NEAR, TINY = 1e-9, 1e-12  # relative, and absolute where something vanishes
DRAWS = 600
SMALL = [Fraction(p) for p in range(-3, 4)]  # entries of arrays
GRID = [Fraction(p, q) for q in (1, 2, 3, 4, 6) for p in range(-12, 13)]


class Unclear(Exception):
    """A text that is not understood here."""


def _float(name: str) -> Any:
    def at(value: Any) -> Any:
        return getattr(np, name)(np.asarray(value, float))

    return at


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        return base**exponent.numerator
    return np.power(np.asarray(base, float), float(exponent))


def _compared(test: Any) -> Any:
    """Every entry, and equality up to rounding where numbers are rounded."""

    def at(left: Any, right: Any) -> bool:
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return bool(test(left, right))
        difference = np.asarray(left, float) - np.asarray(right, float)
        scale = 1 + np.abs(np.asarray(left, float))
        return bool(np.all(test(np.where(np.abs(difference) <= NEAR * scale, 0.0, difference), 0.0)))

    return at


FUNCTIONS = {
    **{name: _float(name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "cosh", "sinh")},
    "abs": abs,
    "max": lambda *v: max(v) if len(v) > 1 else np.max(v[0]),
    "min": lambda *v: min(v) if len(v) > 1 else np.min(v[0]),
    "sum": np.sum,
    "mean": np.mean,
    "trace": np.trace,
    "norm": lambda v, *order: np.linalg.norm(np.asarray(v, float), *map(int, order)),
    "eigvalsh": np.linalg.eigvalsh,
    "det": np.linalg.det,
    "rank": lambda v: Fraction(int(np.linalg.matrix_rank(np.atleast_2d(np.asarray(v, float))))),
    "with_ones": lambda v: np.column_stack([v, np.ones(len(v))]),
    "lambda_max": lambda v: np.linalg.eigvalsh(v)[-1],
    "lambda_min": lambda v: np.linalg.eigvalsh(v)[0],
    "Eq": _compared(operator.eq),
    "Ne": lambda left, right: not _compared(operator.eq)(left, right),
    "And": lambda *v: all(v),
    "Or": lambda *v: any(v),
    "Not": operator.not_,
}  # fmt: skip
FUNCTIONS |= {"Abs": FUNCTIONS["abs"], "Max": FUNCTIONS["max"], "Min": FUNCTIONS["min"]}
COMPARISONS = {
    ast.Lt: _compared(operator.lt), ast.LtE: _compared(operator.le), ast.Gt: _compared(operator.gt),
    ast.GtE: _compared(operator.ge), ast.Eq: FUNCTIONS["Eq"], ast.NotEq: FUNCTIONS["Ne"],
}  # fmt: skip
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.MatMult: operator.matmul, ast.Pow: _power,
    ast.BitAnd: lambda a, b: bool(a) and bool(b), ast.BitOr: lambda a, b: bool(a) or bool(b),
}  # fmt: skip


def value_of(text: str, values: Mapping[str, Any]) -> Any:
    """The value of a formula or a condition.

    Fails    Unclear on names and constructs that it does not know
    """
    try:
        return _value(ast.parse(_spelled(text), mode="eval").body, values)
    except (SyntaxError, TypeError, ValueError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError) as problem:
        raise Unclear(f"{text}: {problem}") from problem


def _spelled(text: str) -> str:
    """[X 1] as Python, and functions without the name of their library."""
    text = re.sub(r"\bnp\.(linalg\.)?(matrix_(?=rank))?", "", text.strip())
    text = {"never": "False", "always": "True"}.get(text, text)
    return re.sub(r"\[(\w+),? 1\]", r"with_ones(\1)", text)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(bool() as value):
            return value
        case ast.Constant(int() | float() as value):
            return Fraction(str(value))
        case ast.Name(name) if name in values:
            return values[name]
        case ast.Name("pi" | "e" as name):
            return getattr(math, name)
        case ast.Attribute(inner, "T"):
            return np.transpose(_value(inner, values))
        case ast.Subscript(ast.Attribute(inner, "shape"), ast.Constant(int() as axis)):
            return Fraction(np.shape(_value(inner, values))[axis])
        case ast.UnaryOp(ast.USub(), inner):
            return -_value(inner, values)
        case ast.UnaryOp(ast.Not() | ast.Invert(), inner):
            return not _value(inner, values)
        case ast.BoolOp(op, parts):
            return (all if isinstance(op, ast.And) else any)(bool(_value(part, values)) for part in parts)
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            return _combined(op, _value(left, values), _value(right, values))
        case ast.Compare(left, ops, others) if all(type(op) in COMPARISONS for op in ops):
            sides = [_value(part, values) for part in (left, *others)]
            return all(COMPARISONS[type(op)](*sides[k : k + 2]) for k, op in enumerate(ops))
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(part, values) for part in arguments))
    raise Unclear(ast.unparse(node))


def _combined(op: ast.operator, left: Any, right: Any) -> Any:
    mixed = isinstance(left, Fraction) != isinstance(right, Fraction) and not isinstance(op, ast.Pow)
    left, right = (float(v) if mixed and isinstance(v, Fraction) else v for v in (left, right))
    return OPERATORS[type(op)](left, right)


def names_in(*texts: str) -> set[str]:
    """The names that some texts are about."""
    found = {name for text in texts for name in re.findall(r"(?<![\w.])[A-Za-z_]\w*(?!\w*\()", _spelled(text))}
    return found - {"and", "or", "not", "pi", "True", "False", *FUNCTIONS}


def draws(texts: list[str], shapes: Shapes, sets: Mapping[str, str], count: int = DRAWS) -> Iterator[dict[str, Any]]:
    """Values of all names: the numbers of the texts among them, zeros and matrices of small rank too."""
    draw = random.Random("values")  # noqa: S311
    said = [Fraction(n) for text in texts for n in re.findall(r"(?<![\w.])\d{1,18}(?:\.\d{1,18})?", text)]
    said += [a / b for a in said for b in said if b]
    numbers = [*GRID, *said, *(-n for n in said)]
    names = names_in(*texts) | {name for name in shapes if shapes[name]}
    names -= {"e"} - {*sets, *shapes}  # the number, where no symbol has its name
    for _ in range(count):
        sizes = {size: draw.randint(1, 3) for shape in shapes.values() for size in shape if isinstance(size, str)}
        values: dict[str, Any] = {size: Fraction(number) for size, number in sizes.items()}
        for name in sorted(names - set(sizes)):
            shape = tuple(sizes.get(size, size) for size in shapes.get(name, ()))
            few = SMALL if shape else numbers
            entries = [_member(sets.get(name, "real"), draw, few) for _ in range(math.prod(shape))]
            values[name] = entries[0] if not shape else _array(entries, shape, draw.random(), sets.get(name, "real"))
        yield values


def _member(within: str, draw: random.Random, numbers: list[Fraction]) -> Fraction:
    far = numbers is not SMALL and draw.random() < 0.3
    number = Fraction(draw.randint(-400, 400), draw.randint(1, 97)) if far else draw.choice(numbers)
    match within:
        case "positive":
            return abs(number) or Fraction(1, 2)
        case "nonnegative":
            return abs(number)
        case "nonzero":
            return number or Fraction(1, 2)
        case "unit":
            return Fraction(draw.randint(1, 11), 12)
        case "sign":
            return Fraction(draw.choice((-1, 1)))
        case "binary":
            return Fraction(draw.choice((0, 1)))
        case "count":
            return Fraction(draw.randint(0, 4))
    return number


def _array(entries: list[Fraction], shape: tuple[int, ...], kind: float, within: str) -> Any:
    found = np.array([float(entry) for entry in entries]).reshape(shape)
    if kind < 0.2 and within in ("real", "nonnegative", "binary", "count"):
        return np.zeros(shape)
    if kind < 0.4 and len(shape) == 2:
        return np.repeat(found[:, :1], shape[1], axis=1)
    return found


def same_condition(one: str, other: str, shapes: Shapes, sets: Mapping[str, str]) -> bool | None:
    """Do two conditions hold for the same values? None where one of them is not understood and the texts differ."""
    if re.sub(r"\s", "", one) == re.sub(r"\s", "", other):
        return True
    try:
        pairs = [(bool(value_of(one, v)), bool(value_of(other, v))) for v in draws([one, other], shapes, sets)]
    except Unclear:
        return None
    return all(left == right for left, right in pairs)


def holds_somewhere(text: str, wanted: bool, under: list[str], shapes: Shapes, sets: Mapping[str, str]) -> bool | None:
    """Is the condition ever `wanted`, where all of `under` holds? None where something is not understood."""
    try:
        return any(
            bool(value_of(text, v)) == wanted
            for v in draws([text, *under], shapes, sets)
            if all(value_of(more, v) for more in under)
        )
    except Unclear:
        return None


def compared(one: str, other: str, under: list[str], shapes: Shapes, sets: Mapping[str, str]) -> set[str] | None:
    """How the first number lies to the second, "<", "=", ">", over many values; None where one is not understood."""
    found = set()
    try:
        for values in draws([one, other, *under], shapes, sets, 60):
            if not all(value_of(more, values) for more in under):
                continue
            left, right = (float(value_of(text, values)) for text in (one, other))
            near = abs(left - right) <= max(NEAR * max(abs(left), abs(right)), TINY)
            found.add("=" if near else "<" if left < right else ">")
    except Unclear:
        return None
    return found
