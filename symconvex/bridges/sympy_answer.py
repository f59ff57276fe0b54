"""What a verdict says as SymPy objects: conditions as relations, constants as expressions, points as numbers.

    rank(X) == d                Eq(rank(X), d)
    lambda_max(X.T @ X)/4       lambda_max(X.T*X)/4

`rank`, `lambda_max` and `lambda_min` are functions without a definition, as SymPy has none of a matrix symbol.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy.matrices.expressions import OneMatrix

from symconvex.bridges import Answering
from symconvex.bridges.matrix_words import Words, converted
from symconvex.calculus.program.fold import sympy_function
from symconvex.errors import NotYet
from symconvex.language import parse_expression
from symconvex.language.free_name import free_name, numbered
from symconvex.problem import Symbol

TOLD = ("sides", "says", "where")  # what a witness says in words
SPECTRAL = ("rank", "rank_affine", "lambda_max", "lambda_min")
RELATIONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: sympy.Eq,
    ast.NotEq: sympy.Ne,
    ast.Lt: sympy.Lt,
    ast.LtE: sympy.Le,
    ast.Gt: sympy.Gt,
    ast.GtE: sympy.Ge,
}


@dataclass(frozen=True, slots=True)
class SympyAnswer:
    """Each field is that of the verdict, None where the verdict has none.

    symbols       parameters, data and sizes by name
    hypotheses    relations that hold together; a symbol j that is no size or name is any place: w[j, 0] > 0
    witness       as `verdict.witness`, but numbers, formulas and the entries W[a, j] whose values they are are SymPy's
    """

    symbols: Mapping[str, Any]
    condition: Any
    concave_condition: Any
    strict_when: Any
    modulus: Any
    modulus_when: Any
    smoothness: Any
    smoothness_when: Any
    hypotheses: tuple[Any, ...]
    domain: tuple[Any, ...]
    witness: Mapping[Any, Any] | None


def answer_of(verdict: Any, symbols: Sequence[Any]) -> SympyAnswer:
    """What a verdict says.

    symbols    SymPy symbols to be used for the names that they have

    Fails    NotYet on a condition that speaks of every entry of an array, of which SymPy has no word
    """
    problem = verdict.problem
    declared = (*problem.parameters, *problem.data)
    words = Words.of(declared)
    known = {str(symbol): symbol for symbol in symbols}
    words = Words(
        {name: known.get(name, size) for name, size in words.sizes.items()},
        {name: known.get(name, symbol) for name, symbol in Words.of(declared).symbols.items()},
    )
    read = Sentences(words, declared)
    fields = (
        "condition",
        "concave_condition",
        "strict_when",
        "modulus",
        "modulus_when",
        "smoothness",
        "smoothness_when",
    )
    texts, witness = {field: getattr(verdict, field) for field in fields}, verdict.witness
    return SympyAnswer(
        symbols={**words.sizes, **words.symbols},
        hypotheses=tuple(map(read.relation, verdict.hypotheses)),
        domain=tuple(map(read.relation, verdict.domain)),
        witness=None if witness is None else {key: read.place(value) for key, value in witness.items()},
        **{field: None if text is None else read.relation(text) for field, text in texts.items()},
    )


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts in NumPy syntax over known names."""

    words: Words
    declared: tuple[Symbol, ...]

    def relation(self, text: str) -> Any:
        """A condition or an expression.

        Fails    NotYet on prose
        """
        bare, every, _ = text.partition(" for every ")
        if every:
            return self._every(ast.parse(bare, mode="eval").body)
        plain = re.sub(r"rank\(\[(\w+) 1\]\)", r"rank_affine(\1)", text)
        try:
            return self._read(ast.parse(plain, mode="eval").body)
        except SyntaxError:
            raise _prose(text) from None

    def _every(self, node: ast.expr) -> Any:
        """A relation that holds at every place; the places are symbols that nothing else has."""
        match node:
            case ast.Compare(left, [op], [right]) if type(op) in RELATIONS:
                return RELATIONS[type(op)](PlaceValue(self).read(left), PlaceValue(self).read(right))
        raise _prose(ast.unparse(node))

    def _read(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(bool() as value):
                return sympy.true if value else sympy.false
            case ast.BinOp(left, ast.BitAnd() | ast.BitOr() as op, right):
                joined = sympy.And if isinstance(op, ast.BitAnd) else sympy.Or
                return joined(self._read(left), self._read(right))
            case ast.BoolOp(ast.And(), values):
                return sympy.And(*map(self._read, values))
            case ast.Compare(left, ops, others):
                parts = [left, *others]
                pairs = zip(ops, parts[:-1], parts[1:], strict=True)
                return sympy.And(*(self._compared(type(op), a, b) for op, a, b in pairs))
        return self.value(node)

    def _compared(self, op: type[ast.cmpop], left: ast.expr, right: ast.expr) -> Any:
        if op not in RELATIONS:
            raise _prose(ast.unparse(left))
        one, two = self.value(left), self.value(right)
        if getattr(one, "is_Matrix", False) and not getattr(two, "is_Matrix", False):
            if two != 0 or op not in (ast.Eq, ast.NotEq):
                raise _prose(f"{ast.unparse(left)} and {ast.unparse(right)}")
            two = sympy.ZeroMatrix(*one.shape)
        return RELATIONS[op](one, two)

    def value(self, node: ast.expr) -> Any:
        """An expression of the loss language, in which eigenvalues and ranks are names; or a matrix of numbers."""
        if isinstance(node, ast.List):
            read = PlaceValue(self).read
            rows = [row.elts if isinstance(row, ast.List) else [row] for row in node.elts]
            return sympy.ImmutableMatrix([[read(entry) for entry in row] for row in rows])
        named = Spectra(self)
        text = ast.unparse(named.visit(node))
        expr = parse_expression(text, symbols=(*self.declared, *(Symbol(name) for name in named.found)))
        words = replace(self.words, symbols={**self.words.symbols, **named.found})
        return converted(expr, words)

    def place(self, value: Any) -> Any:
        """A part of a witness."""
        if isinstance(value, list | tuple):
            return tuple(map(self.place, value))
        if isinstance(value, dict):
            return dict(self._family(key, entry) for key, entry in value.items())
        return sympy.Rational(value) if _is_number(value) else value

    def _family(self, key: str, value: Any) -> tuple[Any, Any]:
        """W[a,j] and the formula of that entry, or a name and its numbers."""
        if isinstance(value, dict) or key in ("ends", "gaps", "weights"):
            return key, self.place(value)
        entry = key if key in TOLD else PlaceValue(self).read(ast.parse(key, mode="eval").body)
        if isinstance(value, list):
            return entry, sympy.ImmutableMatrix(value if isinstance(value[0], list) else [[row] for row in value])
        return entry, value if key in TOLD else PlaceValue(self).read(ast.parse(str(value), mode="eval").body)


def _is_number(value: Any) -> bool:
    text = str(value)
    return text.replace("-", "", 1).replace("/", "", 1).isdigit()


class Spectra(ast.NodeTransformer):
    """Puts a name in the place of each rank and eigenvalue; `found` says what it stands for."""

    def __init__(self, sentences: Sentences) -> None:
        self.sentences = sentences
        self.found: dict[str, Any] = {}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """rank(X), lambda_max(X.T @ X)."""
        match node:
            case ast.Call(ast.Name(id=word), [arg], []) if word in SPECTRAL:
                taken = {*self.sentences.words.symbols, *self.sentences.words.sizes, *self.found}
                name = free_name(numbered("r"), taken)
                matrix = self.sentences.value(arg)
                if word == "rank_affine":
                    matrix = sympy.BlockMatrix([[matrix, OneMatrix(matrix.shape[0], 1)]])
                self.found[name] = sympy.Function(word.removesuffix("_affine"), real=True)(matrix)
                return ast.Name(name, ast.Load())
        self.generic_visit(node)
        return node


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """Formulas of one entry: names of indices, entries of arrays, sums over an index, indicators such as (a == 0)."""

    sentences: Sentences

    def read(self, node: ast.expr) -> Any:
        """The value of a formula."""
        words = self.sentences.words
        match node:
            case ast.Constant(int() as value):
                return sympy.Integer(value)
            case ast.Name(id=word):
                known = {"pi": sympy.pi, "e": sympy.E, **words.sizes, **words.symbols}
                return known[word] if word in known else sympy.Symbol(word, integer=True, nonnegative=True)
            case ast.UnaryOp(ast.USub(), arg):
                return -self.read(arg)
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.read(left), self.read(right))
            case ast.Compare(left, [ast.Eq()], [right]):
                return sympy.KroneckerDelta(self.read(left), self.read(right))
            case ast.Subscript(ast.Name(id=word), place):
                places = place.elts if isinstance(place, ast.Tuple) else [place]
                return words.symbols[word][(*map(self.read, places), 0)[:2]]
            case ast.Call(ast.Name(id="sum"), [ast.GeneratorExp(body, [loop])], []):
                return self._total(body, loop)
            case ast.Call(ast.Name(id=word), args, []) if word not in ("sum", *SPECTRAL):
                return sympy_function(word, *map(self.read, args))
        raise _prose(ast.unparse(node))

    def _total(self, body: ast.expr, loop: ast.comprehension) -> Any:
        match loop:
            case ast.comprehension(target=ast.Name() as index, iter=ast.Call(ast.Name(id="range"), [size], [])):
                return sympy.Sum(self.read(body), (self.read(index), 0, self.read(size) - 1))
        raise _prose(ast.unparse(loop))


OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


def _prose(text: str) -> NotYet:
    return NotYet(
        "SymPy has no word for what this verdict says",
        where=text[:200],
        expected="relations between numbers, ranks and eigenvalues, and arrays that are zero",
        got=text[:60],
        hint="take it as text from the verdict: verdict.condition, verdict.hypotheses, verdict.witness",
    )


ANSWER = Answering("sympy-answer", answer_of)
