"""The kernel calculates exactly: no sign / makes a float of two whole numbers, and none is written or asked for."""

import ast
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import symconvex.kernel
from symconvex.kernel import polynomial
from symconvex.kernel.polynomial import Number, ratio, whole
from symconvex.kernel.statement import pick
from symconvex.kernel.term import Refused

FILES = sorted(Path(symconvex.kernel.__file__).parent.glob("*.py"))
# Where two balls, or a ball and a number, are divided; `ratio` divides fractions.
DIVIDES = {
    "functions.py": {"_sigmoid", "_normcdf", "_normpdf"},
    "enclose.py": {"raised"},
    "example.py": {"enclosure"},
    "polynomial.py": {"ratio"},
    "structure.py": {"compose"},
}
WHOLE = {"gcd", "lcm", "prod", "comb"}  # of whole numbers these are whole numbers
FLOATS = {"float", "round", "complex", "sqrt", "isqrt", "log", "exp", "inf", "nan"}


def divisions(node: ast.AST, owner: str) -> Iterator[str]:
    """The innermost function, or the name assigned to, around every sign /."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                inside = name
            case _:
                inside = owner
        if isinstance(child, ast.BinOp | ast.AugAssign) and isinstance(child.op, ast.Div):
            yield inside
        yield from divisions(child, inside)


def floats(tree: ast.AST) -> Iterator[str]:
    """Names and numbers that are floats, and modules that make some."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex() as value):
                yield str(value)
            case ast.Name(id=name) if name in FLOATS:
                yield name
            case ast.ImportFrom(module="math", names=names):
                yield from (alias.name for alias in names if alias.name not in WHOLE)
            case ast.Import(names=names) if any(alias.name in ("math", "cmath", "decimal", "numpy") for alias in names):
                yield names[0].name


FAULTS = [
    # source                                        divisions    floats
    ("x = 1 / 2",                                   [""],        []),
    ("def f(x):\n    x /= 2",                       ["f"],       []),
    ("def f(x):\n    return lambda: 1 / x",         ["f"],       []),
    ("T: object = {1: lambda x: 1 / x}",            ["T"],       []),
    ("def f(x):\n    return x // 2",                [],          []),
    ("x = 0.5",                                     [],          ["0.5"]),
    ("x = float('1')",                              [],          ["float"]),
    ("import math",                                 [],          ["math"]),
    ("from math import lcm, prod",                  [],          []),
    ("from math import pow",                        [],          ["pow"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "where", "found"), FAULTS, ids=[row[0] for row in FAULTS])
def test_the_search_for_faults_finds_them(source: str, where: list[str], found: list[str]) -> None:
    tree = ast.parse(source)
    assert list(divisions(tree, "")) == where
    assert list(floats(tree)) == found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_balls_and_fractions_only_are_divided(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert set(divisions(tree, "")) == DIVIDES.get(path.name, set())
    assert list(floats(tree)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_class_is_long(path: Path) -> None:
    classes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if (node.end_lineno or 0) - node.lineno > 200] == []


RATIOS: list[tuple[Number, Number, Number]] = [
    (6, 3, 2), (1, 3, Fraction(1, 3)), (Fraction(1, 2), Fraction(1, 4), 2), (-4, 6, Fraction(-2, 3)), (0, 5, 0),
    (10**30 + 1, 10**30, Fraction(10**30 + 1, 10**30)),
]  # fmt: skip


@pytest.mark.parametrize(("above", "below", "expected"), RATIOS)
def test_a_ratio_is_exact(above: Number, below: Number, expected: Number) -> None:
    assert ratio(above, below) == expected
    assert type(ratio(above, below)) is type(expected)
    assert type(whole(Fraction(above))) is (int if Fraction(above).denominator == 1 else Fraction)


def test_monomials_are_ordered_totally() -> None:
    monos: list[polynomial.Mono] = [
        (),
        (("a", 1),),
        (("b", 1),),
        (("a", 2),),
        (("a", 1), ("b", 1)),
        (("a", -1),),
        (("a", Fraction(1, 2)),),
        (("a", 1), ("b", -1)),
    ]
    for a in monos:
        for b in monos:
            assert abs(polynomial.order(a, b)) == (a != b)
            assert polynomial.order(a, b) == -polynomial.order(b, a)
            for c in monos:
                assert polynomial.order(a, b) + polynomial.order(b, c) < 2 or polynomial.order(a, c) == 1


@pytest.mark.parametrize("where", [(), (2,), (0, 0, 0), ("i", 0), (1, "j")], ids=str)
def test_an_entry_outside_an_array_is_refused(where: tuple[int | str, ...]) -> None:
    array = ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4)))
    assert pick(array, (1, 0)) == 3
    with pytest.raises(Refused):
        pick(array, where)
