"""Formulas as LaTeX: matrices as a whole where that reads well, entries under a sum."""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.language.indices import LETTERS
from symconvex.language.printing.texwords import (
    ADD,
    ATOM,
    MUL,
    POW,
    atleast,
    bracketed,
    call_tex,
    entry_tex,
    fraction_tex,
    index_tex,
    juxtaposed,
    number_tex,
    raised_tex,
    shows,
    visible,
    word_tex,
)
from symconvex.problem import Expr, Shape

SPARE = "ijklrstabcuvpq"
TRANSPOSED = "\\mathsf T"
Item = tuple[str, int]
At = tuple[str, ...] | None


def formula_tex(expr: Expr) -> str:
    """The formula in LaTeX mathematics, without delimiters.

        X.T @ diag(p*(1 - p)) @ X     X^{T} diag(p . (1 - p)) X
        sum(softplus(-m))             the sum over i from 1 to n of log(1 + exp(-m_i))

    Entrywise products of whole arrays are written with a dotted circle.
    """
    words = frozenset(str(node.value) for node in _walk(expr) if node.op in ("name", "size"))
    return Printer(words).item(expr, None)[0]


def lines_tex(expr: Expr, *, width: int = 60) -> tuple[str, ...]:
    """The formula in lines of about `width` signs, broken before the plus and minus of its summands."""
    words = frozenset(str(node.value) for node in _walk(expr) if node.op in ("name", "size"))
    lines = list[str]()
    for summand in _summands(expr):
        text = Printer(words).item(summand, None)[0]
        signed = f"- {text[1:].strip()}" if text.startswith("-") else f"+ {text}"
        if not lines:
            lines.append(text)
        elif visible(f"{lines[-1]} {signed}") <= width:
            lines[-1] += f" {signed}"
        else:
            lines.append(signed)
    return tuple(lines)


def _summands(expr: Expr) -> list[Expr]:
    """The summands of a scalar; the whole of an array, where broadcasting needs it."""
    if expr.op != "add" or any(arg.shape != expr.shape for arg in expr.args):
        return [expr]
    return [*_summands(expr.args[0]), *_summands(expr.args[1])]


def _walk(expr: Expr) -> list[Expr]:
    return [expr, *(node for arg in expr.args for node in _walk(arg))]


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints a tree; `at` holds the indices of the entry meant, None the whole array."""

    taken: frozenset[str]

    def item(self, expr: Expr, at: At) -> Item:
        """The text and how tightly it binds."""
        arrays = at is not None and len(expr.shape) > 0
        match expr.op:
            case "number":
                return self._number(expr)
            case "size":
                return word_tex(str(expr.value), size=True), ATOM
            case "constant":
                return "\\pi", ATOM
            case "name":
                return entry_tex(str(expr.value), at if at is not None and arrays else ()), ATOM
            case "add":
                return self._sum(expr, at), ADD
            case "mul":
                return self._product(expr, at)
            case "pow":
                return self._power(expr, at)
            case "call":
                return self._call(expr, at)
            case "sum":
                return self._total(expr, at)
            case "transpose" if at is not None:
                return self.item(expr.args[0], at[::-1])
            case "matmul" if at is not None and len(at) == 2 and expr.args[0].op == "diag":
                rows, array = expr.args
                return f"{self.factor(rows.args[0], at[:1])} {self.factor(array, at)}", MUL
            case "outer" if at is not None:
                left, right = expr.args
                return f"{self.factor(left, at[:1])} {self.factor(right, at[1:])}", MUL
            case "repeat" if at is not None:
                return self.item(expr.args[0], _aligned(expr.args[0].shape, at))
            case "max":
                inside = ", ".join(self.item(arg, _entry_of(arg, at))[0] for arg in expr.args)
                return f"\\max\\{{{inside}\\}}", ATOM
        whole = self._whole(expr)
        if at is not None and arrays:
            return f"{bracketed(whole[0])}_{{{index_tex(at)}}}", ATOM
        return whole

    def factor(self, expr: Expr, at: At) -> str:
        return atleast(self.item(expr, at), POW)

    def _number(self, expr: Expr) -> Item:
        value = _rational(expr)
        return number_tex(value), MUL if value < 0 or value.denominator != 1 else ATOM

    def _whole(self, expr: Expr) -> Item:
        """What has no entrywise form."""
        match expr.op, expr.args:
            case "matmul", (left, right):
                return self._matmul(left, right), MUL
            case "transpose", (arg,):
                return self._transposed(self.item(arg, None)), POW
            case "outer", (left, right):
                return f"{self.factor(left, None)}\\,{self._transposed(self.item(right, None))}", MUL
            case "repeat", (arg,):
                return self._repeated(arg, expr.shape), MUL
            case "eye", _:
                return f"I_{{{word_tex(str(expr.value), size=True)}}}", ATOM
        name = {"trace": "tr"}.get(expr.op, expr.op)
        return f"\\operatorname{{{name}}}{bracketed(self.item(expr.args[0], None)[0])}", ATOM

    def _transposed(self, item: Item) -> str:
        text = atleast(item, ATOM)
        if text.endswith(")}") and "^{(" in text:
            return f"{text[:-1]}{TRANSPOSED}}}"
        return f"{{{text}}}^{{{TRANSPOSED}}}" if "^" in text else f"{text}^{{{TRANSPOSED}}}"

    def _repeated(self, arg: Expr, shape: Shape) -> str:
        ones = "\\mathbf 1" if len(shape) == 1 or arg.shape else "\\mathbf 1\\mathbf 1^{\\mathsf T}"
        if arg.op == "number" and arg.value in (0, 1):
            return ones if arg.value == 1 else "0"
        if not arg.shape:
            return f"{self.factor(arg, None)}\\,{ones}"
        return f"{ones}\\,{self._transposed(self.item(arg, None))}"

    def _matmul(self, left: Expr, right: Expr) -> str:
        second = self.item(right, None)
        last = second[0] if right.op == "matmul" else atleast(second, POW)
        if len(left.shape) == 1 and len(right.shape) == 1:
            return f"{self._transposed(self.item(left, None))} {last}"
        if len(left.shape) == 1:
            return f"{self._transposed(second)} {self.factor(left, None)}"
        first = self.item(left, None)
        dotted = shows("\\odot", first[0]) and left.op == "mul"
        if right.op == "matmul" and len(right.shape) == 1 and len(right.args[0].shape) == 1:
            last = bracketed(last)
        return f"{bracketed(first[0]) if dotted else atleast(first, MUL)} {last}"

    def _sum(self, expr: Expr, at: At) -> str:
        left, right = expr.args
        first, second = self._summand(left, expr.shape, at), self._summand(right, expr.shape, at)
        return f"{first} - {second[1:].strip()}" if second.startswith("-") else f"{first} + {second}"

    def _summand(self, arg: Expr, shape: Shape, at: At) -> str:
        if at is not None:
            return self.item(arg, _entry_of(arg, at))[0]
        if len(arg.shape) == 1 and len(shape) == 2:
            match arg:
                case Expr("mul", (Expr("number", (), Fraction() as value), rest)) if value == -1:
                    return f"-{self._repeated(rest, shape)}"
            return self._repeated(arg, shape)
        return self.item(arg, None)[0]

    def _product(self, expr: Expr, at: At) -> Item:
        """Sign, fraction of numbers and scalars, then arrays; sums come last."""
        coefficient, above, below, arrays = Fraction(1), list[str](), list[str](), list[Expr]()
        for factor in _factors(expr):
            if factor.op == "number":
                coefficient *= _rational(factor)
            elif factor.op == "pow" and _rational(factor) < 0 and (at is not None or not factor.shape):
                below.append(self._denominator(factor, _entry_of(factor, at)))
            elif factor.shape and at is None:
                arrays.append(factor)
            else:
                above.append(self._in_product(factor, _entry_of(factor, at)))
        above.sort(key=lambda text: "\\sum" in text)
        light = [text for text in above if "\\sum" not in text and "lVert" not in text]
        heavy = [text for text in above if text not in light]
        if len(heavy) + len(arrays) > 1:
            heavy = [bracketed(text) if text.startswith("\\sum") else text for text in heavy]
        head = fraction_tex(coefficient, light, below)
        parts = ([head] if head != "1" or not (heavy or arrays) else []) + heavy
        if arrays:
            parts.append(self._entrywise(arrays, expr.shape, alone=not parts and coefficient > 0))
        sign = "-" if coefficient < 0 else ""
        return f"{sign}{juxtaposed(parts)}", MUL

    def _entrywise(self, arrays: list[Expr], shape: Shape, *, alone: bool) -> str:
        if len(arrays) == 1 and arrays[0].op in ("matmul", "outer", "sum") and arrays[0].shape == shape:
            return self.item(arrays[0], None)[0]
        texts = []
        for array in arrays:
            thin = len(array.shape) < len(shape)
            texts.append(f"({self._repeated(array, shape)})" if thin else self._in_product(array, None))
        text = " \\odot ".join(texts)
        return text if len(texts) == 1 or alone else bracketed(text)

    def _in_product(self, factor: Expr, at: At) -> str:
        item = self.item(factor, at)
        if factor.op == "sum" and item[0].startswith("\\sum"):
            return item[0]
        return item[0] if factor.op == "matmul" and not factor.shape else atleast(item, POW)

    def _denominator(self, factor: Expr, at: At) -> str:
        exponent = -_rational(factor)
        positive = Expr("pow", factor.args, exponent, factor.shape)
        return self.item(factor.args[0] if exponent == 1 else positive, at)[0]

    def _power(self, expr: Expr, at: At) -> Item:
        (base,), exponent = expr.args, _rational(expr)
        inner = _entry_of(base, at)
        if _is_square_sum(base):
            norm, twice = self._norm(base.args[0].args[0]), abs(2 * exponent)
            text = norm if twice == 1 else f"{norm}^{{{twice}}}"
            return (text if exponent > 0 else f"\\frac{{1}}{{{text}}}"), POW
        if exponent < 0 and (at is not None or not expr.shape):
            return f"\\frac{{1}}{{{self._denominator(expr, inner)}}}", MUL
        return raised_tex(self.item(base, inner), exponent, entrywise=at is None and bool(expr.shape))

    def _call(self, expr: Expr, at: At) -> Item:
        (arg,) = expr.args
        inside = self.item(arg, _entry_of(arg, at))[0]
        return call_tex(str(expr.value), inside)

    def _total(self, expr: Expr, at: At) -> Item:
        (arg,) = expr.args
        if at is None and expr.value is None and _is_square_sum(expr):
            return f"{self._norm(arg.args[0])}^2", POW
        if at is None and expr.value is not None:
            rows = self._transposed(self.item(arg, None)) if expr.value == 0 else self.factor(arg, None)
            return f"{rows}\\,\\mathbf 1", MUL
        axes = range(len(arg.shape)) if expr.value is None else (int(str(expr.value)),)
        place, bounds = list(at or ()) if expr.shape else [], list[str]()
        for axis in axes:
            if arg.shape[axis] == 1:
                place.insert(axis, "1")
                continue
            index = self._index(arg.shape[axis], {*place, *(at or ())})
            place.insert(axis, index)
            bounds.append(f"\\sum_{{{index}=1}}^{{{word_tex(str(arg.shape[axis]), size=True)}}}")
        inner = Printer(self.taken | set(place))
        body = inner.item(arg, tuple(place))
        return (f"{''.join(bounds)} {atleast(body, MUL)}", MUL) if bounds else body

    def _index(self, size: str | int, used: set[str]) -> str:
        choices: tuple[str, ...] = (LETTERS.get(str(size), "i"), *SPARE)
        return next(letter for letter in choices if letter not in used and letter not in self.taken)

    def _norm(self, inside: Expr) -> str:
        size = "_F" if len(inside.shape) == 2 else ""
        text = self.item(inside, None)[0]
        return f"\\lVert {text} \\rVert{size}"


def _rational(expr: Expr) -> Fraction:
    return expr.value if isinstance(expr.value, Fraction) else Fraction(1)


def _factors(expr: Expr) -> list[Expr]:
    return [*_factors(expr.args[0]), *_factors(expr.args[1])] if expr.op == "mul" else [expr]


def _is_square_sum(expr: Expr) -> bool:
    """A sum of squares of something that reads well as a whole."""
    if expr.op != "sum" or expr.value is not None or expr.args[0].op != "pow" or expr.args[0].value != 2:
        return False
    inside = expr.args[0].args[0]
    return all(_reads_whole(node) for node in _walk(inside))


def _reads_whole(node: Expr) -> bool:
    """Anything but an entrywise product or power of arrays."""
    if node.op in ("mul", "pow") and node.shape:
        return not all(arg.shape for arg in node.args)
    return node.op in ("name", "number", "add", "mul", "pow", "matmul", "transpose")


def _aligned(inner: Shape, at: tuple[str, ...]) -> tuple[str, ...]:
    """The indices of an operand that is broadcast: the last ones, 1 along axes of size 1."""
    if not inner:
        return ()
    return tuple("1" if size == 1 else index for size, index in zip(inner, at[-len(inner) :], strict=True))


def _entry_of(arg: Expr, at: At) -> At:
    return None if at is None else _aligned(arg.shape, at)
