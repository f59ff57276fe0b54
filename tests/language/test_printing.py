"""What is printed means what it was printed from: random formulas of every kind are read back and compared."""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from support.printed import (
    EXPONENTS,
    FUNCTIONS,
    NUMBERS,
    SHAPES,
    TexReader,
    UndefinedError,
    near,
    ones,
    power,
    random_term,
    run,
    size,
    value,
    values,
)

from symconvex.errors import LossError
from symconvex.kernel.term import Num, Sum, Sym, Term, add, mul, number, parse
from symconvex.language import parse_expression
from symconvex.language.indices import nodes_of
from symconvex.language.printing import Word, drawn, formula_tex, readable, term_tex, term_text, text_of
from symconvex.language.printing.styles import GREEK_LETTERS, RAISED
from symconvex.problem import Expr, Shape, Symbol

TREES = 5_000
SYMBOLS = tuple(Symbol(name, shape) for name, shape in SHAPES.items())


def compare(term: Term, seen: Counter[str], read: Callable[[dict[str, Any]], Any], text: str) -> None:
    """Holds at a random point, or the term is not defined there."""
    at = values(seen.total())
    try:
        assert near(value(term, at), read(at)), text
        seen["held"] += 1
    except UndefinedError:
        seen["skipped"] += 1


def terms(seed: int, least: int = 0) -> list[Term]:
    draw = random.Random(seed)  # noqa: S311 - no secret
    return [random_term(draw, draw.randint(least, 4)) for _ in range(TREES)]


def test_terms_are_worth_what_their_text_is_worth_in_python() -> None:
    seen: Counter[str] = Counter()
    for term in terms(1):
        text = term_text(term)
        compare(term, seen, lambda at, text=text: run(text, at), text)
    assert seen["held"] > 0.7 * TREES, seen


def test_terms_are_worth_what_their_latex_is_worth() -> None:
    seen: Counter[str] = Counter()
    for term in terms(2):
        text = term_tex(term)
        compare(term, seen, lambda at, text=text: TexReader(text, at).read(), text)
    assert seen["held"] > 0.7 * TREES, seen


def test_constants_are_worth_what_their_readable_text_is_worth() -> None:
    seen: Counter[str] = Counter()
    for term in terms(3, least=2):
        text = readable(term, SHAPES)
        compare(term, seen, lambda at, text=text: run(text, at), text)
    assert seen["held"] > 0.7 * TREES, seen


def contraction(draw: random.Random) -> Term:
    """Sums over all indices of products of entries and of elementwise functions of them."""
    indices = [("i", "n"), ("j", "d"), ("k", "d"), ("l", "n")][: draw.randint(1, 4)]
    factors = []
    for _ in range(draw.randint(1, 4)):
        name = draw.choice([name for name, shape in SHAPES.items() if shape])
        places = [[i for i, over in indices if over == size] for size in SHAPES[name]]
        if all(places):
            entry = Sym(name, tuple(map(draw.choice, places)))
            factors.append(draw.choice([entry, entry, add(entry, Num(draw.choice(NUMBERS))), mul(entry, entry)]))
    body = mul(*factors, number(draw.choice([1, -2])))
    for index, over in draw.sample(indices, len(indices)):
        body = Sum(index, over, body) if draw.random() < 0.7 else mul(Sum(index, over, body), Sym("a"))
    return body


def test_contractions_become_products_of_arrays_of_the_same_worth() -> None:
    seen: Counter[str] = Counter()
    draw = random.Random(4)  # noqa: S311 - no secret
    for _ in range(TREES):
        term = contraction(draw)
        text = readable(term, SHAPES)
        compare(term, seen, lambda at, text=text: run(text, at), text)
        seen["whole"] += " for " not in text
        if " for " not in text:
            assert not parse_expression(text, symbols=SYMBOLS).shape
    assert seen["held"] > 0.9 * TREES, seen
    assert seen["whole"] > 0.5 * TREES, seen


# ---- the loss language ----------------------------------------------------------------------------


def tree(op: str, *args: Expr, value: Any = None, shape: Shape = ()) -> Expr:
    return Expr(op, args, value, shape)


def random_expr(draw: random.Random, depth: int, shape: Shape) -> Expr:
    """A formula of a shape, with every kind of node, not simplified."""
    kinds = [
        "add",
        "add",
        "mul",
        "mul",
        "mul",
        "pow",
        "pow",
        "call",
        "max",
        *(["matmul"] * 2 if shape else ["sum", "dot"]),
    ]
    kinds += ["transpose"] * (len(shape) == 2) + ["axis"] * (len(shape) == 1)
    kind, inner = draw.choice(kinds) if depth else "leaf", depth - 1

    def part(of: Shape) -> Expr:
        return random_expr(draw, draw.randint(0, inner), of)

    match kind:
        case "add" | "mul":
            pair = [part(shape), part(draw.choice([shape, shape, shape[1:], ()]))]
            return tree(kind, *draw.sample(pair, 2), shape=shape)
        case "pow":
            return tree("pow", part(shape), value=draw.choice(EXPONENTS), shape=shape)
        case "call":
            return tree("call", part(shape), value=draw.choice(list(FUNCTIONS)), shape=shape)
        case "max":
            return tree("max", part(shape), part(draw.choice([shape, ()])), shape=shape)
        case "matmul":
            size = draw.choice(["n", "d"])
            return tree("matmul", part((shape[0], size)), part((size, *shape[1:])), shape=shape)
        case "dot":
            size = draw.choice(["n", "d"])
            return tree("matmul", part((size,)), part((size,)))
        case "sum":
            return tree("sum", part(draw.choice([("n",), ("d",), ("n", "d")])))
        case "axis":
            axis, size = draw.randint(0, 1), draw.choice(["n", "d"])
            return tree("sum", part((size, *shape) if axis == 0 else (*shape, size)), value=axis, shape=shape)
        case "transpose":
            return tree("transpose", part(shape[::-1]), shape=shape)
    fitting = [name for name, of in SHAPES.items() if of == shape]
    if not shape and draw.random() < 0.5:
        numbers = tree("number", value=draw.choice(NUMBERS)), tree("size", value=draw.choice(["n", "d"]))
        return numbers[draw.random() < 0.2]
    if fitting and (not shape or draw.random() < 0.95):
        return tree("name", value=draw.choice(fitting), shape=shape)
    return tree("repeat", tree("name", value="a"), shape=shape)


def worth(expr: Expr, at: dict[str, Any]) -> Any:
    """The value of a formula, by its nodes."""
    args = [worth(arg, at) for arg in expr.args]
    match expr.op:
        case "number":
            return mpmath.mpf(expr.value.numerator) / expr.value.denominator
        case "name" | "size":
            return at[expr.value]
        case "add":
            return args[0] + args[1]
        case "mul":
            return args[0] * args[1]
        case "pow":
            return power(args[0], expr.value)
        case "matmul":
            return args[0] @ args[1]
        case "transpose":
            return args[0].T
        case "sum":
            return args[0].sum(axis=expr.value)
        case "repeat":
            return args[0] * ones(tuple(at[length] for length in expr.shape))
        case "max":
            return np.maximum(*args)
        case "call":
            if size(args[0]) > 10**4:
                raise UndefinedError
            return run(f"{expr.value}(z)", {"z": args[0]})
    raise TypeError(expr.op)


def formulas(seed: int) -> list[Expr]:
    draw = random.Random(seed)  # noqa: S311 - no secret
    shapes: list[Shape] = [(), (), ("n",), ("n", "d"), ("d", "d")]
    return [random_expr(draw, draw.randint(1, 5), draw.choice(shapes)) for _ in range(TREES)]


def test_formulas_are_worth_what_is_read_from_their_text() -> None:
    seen: Counter[str] = Counter()
    for k, expr in enumerate(formulas(5)):
        at, text = values(k), text_of(expr)
        try:
            meant = worth(expr, at)
            assert near(meant, run(text, at)), text
        except UndefinedError:
            seen["skipped"] += 1
            continue
        seen["run"] += 1
        if "ones(" in text:
            continue
        try:
            again = parse_expression(text, symbols=SYMBOLS)
        except LossError:  # 1/(1 - 1), a root of -1: numbers are worked out when they are read
            seen["refused"] += 1
            continue
        assert again.shape == expr.shape, text
        assert near(meant, worth(again, at)), text
        assert parse_expression(text_of(again), symbols=SYMBOLS) == again, text
        seen["read"] += 1
    assert seen["run"] > 0.7 * TREES, seen
    assert seen["read"] > 0.6 * TREES, seen


def test_formulas_are_worth_what_their_latex_is_worth() -> None:
    seen: Counter[str] = Counter()
    for k, expr in enumerate(expr for expr in formulas(6) if "repeat" not in {node.op for node in nodes_of(expr)}):
        at, text = values(k), formula_tex(expr)
        try:
            meant = worth(expr, at)
            assert near(meant, TexReader(text, at).read()), text
            seen["held"] += 1
        except UndefinedError:
            seen["skipped"] += 1
    assert seen["held"] > 0.7 * TREES, seen


def undrawn(text: str) -> str:
    """The signs of a terminal put back into NumPy syntax."""
    for sign, plain in [("·", "*"), ("ᵀ", ".T"), ("^(", "**(")]:
        text = text.replace(sign, plain)
    back = {raised: digit for digit, raised in RAISED.items()}
    return re.sub(f"[{''.join(map(chr, back))}]+", lambda found: "**" + found[0].translate(back), text)


def test_a_terminal_shows_the_same_formula() -> None:
    for expr in formulas(7):
        assert undrawn(drawn(expr)) == text_of(expr)
    assert (
        drawn(parse_expression("lam*(-a)**12*W.T", symbols=(*SYMBOLS, Symbol("lam"), Symbol("W", ("n", "d")))))
        == "λ·(-a)¹²·Wᵀ"
    )
    assert len(set(GREEK_LETTERS.values())) == len(GREEK_LETTERS)


# ---- tables ---------------------------------------------------------------------------------------

OTHER = {"L": Word("lambda_max(X.T @ X)"), "s": Word("c + 1", 0)}

READABLE = [
    # term                                                    for people                                        entry by entry
    ("(* 2 (^ (+ 1 a) -1))",                                  "2/(1 + a)",                                      "2/(1 + a)"),
    ("(* 2 (sum i n c[i]))",                                  "2*sum(c)",                                       "2*sum(c[i] for i in range(n))"),
    ("(* (^ (+ (dim n) 1) -1) L)",                            "lambda_max(X.T @ X)/(n + 1)",                    "lambda_max(X.T @ X)/(n + 1)"),
    ("(* 1/4 (^ (dim n) -1) L)",                              "lambda_max(X.T @ X)/(4*n)",                      "lambda_max(X.T @ X)/(4*n)"),
    ("(* 2 s)",                                               "2*(c + 1)",                                      "2*(c + 1)"),
    ("(^ L -2)",                                              "1/lambda_max(X.T @ X)**2",                       "1/lambda_max(X.T @ X)**2"),
    ("(+ (* -1 a) 1)",                                        "1 - a",                                          "1 - a"),
    ("(* -1 (+ a b))",                                        "-(a + b)",                                       "-(a + b)"),
    ("(^ (* -1 a) 2)",                                        "(-a)**2",                                        "(-a)**2"),
    ("(* -1 (^ a 2))",                                        "-a**2",                                          "-a**2"),
    ("(^ (^ a 2) 1/2)",                                       "sqrt(a**2)",                                     "sqrt(a**2)"),
    ("(^ (^ a 2) 1/3)",                                       "(a**2)**(1/3)",                                  "(a**2)**(1/3)"),
    ("(sum i n (sum j d (^ X[i,j] 2)))",                      "sum(X**2)",                                      "sum(sum(X[i,j]**2 for j in range(d)) for i in range(n))"),
    ("(sum i n (* c[i] y[i]))",                               "c @ y",                                          "sum(c[i]*y[i] for i in range(n))"),
    ("(sum i n (* c[i] y[i] (^ c[i] -1)))",                   "sum(c*y/c)",                                     "sum(c[i]*y[i]/c[i] for i in range(n))"),
    ("(sum i n (^ (sum j d (* X[i,j] w[j])) 2))",             "sum((X @ w)**2)",                                "sum(sum(X[i,j]*w[j] for j in range(d))**2 for i in range(n))"),
    ("(sum i n (* -1 (max 0 (+ 1 (* -1 c[i])))))",            "-sum(max(0, 1 - c))",                            "-sum(max(0, 1 - c[i]) for i in range(n))"),
    ("(sum j d (sum k d (* w[j] w[k] (sum i n (* X[i,j] X[i,k] c[i])))))",
     "sum(w*((X.T*c) @ X @ w))",
     "sum(sum(w[j]*w[k]*sum(X[i,j]*X[i,k]*c[i] for i in range(n)) for k in range(d)) for j in range(d))"),
    ("(sum i n a)",                                           "a*n",                                            "sum(a for i in range(n))"),
    ("(sum i d A[i,i])",                                      "sum(A[i,i] for i in range(d))",                  "sum(A[i,i] for i in range(d))"),
    ("(sum i n X[i,0])",                                      "sum(X[i,0] for i in range(n))",                  "sum(X[i,0] for i in range(n))"),
    ("(sum i d c[i])",                                        "sum(c[i] for i in range(d))",                    "sum(c[i] for i in range(d))"),
    ("(sum i n (delta i 0))",                                 "sum((i == 0) for i in range(n))",                "sum((i == 0) for i in range(n))"),
    ("(* (sum i n c[i]) (sum i d A[i,i]))",                   "sum(c)*sum(A[i,i] for i in range(d))",           "sum(c[i] for i in range(n))*sum(A[i,i] for i in range(d))"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "people", "entries"), READABLE, ids=[row[0] for row in READABLE])
def test_constants_for_people(term: str, people: str, entries: str) -> None:
    assert readable(parse(term), SHAPES, OTHER) == people
    assert term_text(parse(term), OTHER) == entries


# ---- time -----------------------------------------------------------------------------------------


def calls(job: Callable[[], object]) -> int:
    """How many functions are called, built-in ones too."""
    count = 0

    def note(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        job()
    finally:
        sys.setprofile(None)
    return count


def chain(op: str, length: int) -> Expr:
    expr = tree("name", value="a")
    for k in range(length):
        expr = tree(op, expr, tree("pow", tree("name", value="b"), value=Fraction(k % 3 + 2)))
    return expr


def deep(length: int) -> Expr:
    expr = tree("name", value="c", shape=("n",))
    for _ in range(length):
        total = tree("sum", tree("pow", expr, value=Fraction(2), shape=("n",)))
        expr = tree("mul", total, tree("name", value="c", shape=("n",)), shape=("n",))
    return expr


def deep_term(length: int) -> Term:
    term: Term = Sym("c", ("i",))
    for _ in range(length):
        term = mul(Sum("i", "n", add(term, Sym("c", ("i",)))), Sym("c", ("i",)))
    return Sum("i", "n", term)


GROWING: list[tuple[str, Callable[[int], object], Callable[[Any], object]]] = [
    *((f"{print_.__name__} of a long {op}", lambda n, op=op: chain(op, n * 20), print_)
      for print_ in (text_of, drawn, formula_tex) for op in ("add", "mul")),
    *((f"{print_.__name__} of deep sums", deep, print_) for print_ in (text_of, drawn, formula_tex)),
    *((f"{print_.__name__} of deep sums of terms", deep_term, print_) for print_ in (term_text, term_tex)),
    ("readable", deep_term, lambda term: readable(term, SHAPES)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "make", "show"), GROWING, ids=[row[0] for row in GROWING])
def test_twice_the_formula_takes_twice_the_work(
    case: str, make: Callable[[int], Any], show: Callable[[Any], object]
) -> None:
    small, large = make(20), make(40)
    show(small)  # tables of names are read once
    assert calls(lambda: show(large)) < 2.3 * calls(lambda: show(small))
