"""Folds over the expression graph in other arithmetics: exact rationals, SymPy expressions."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symconvex.calculus.program.graph import Apply, Constant, Graph, Input, Linear, Number, Power, Product, Rational
from symconvex.functions import functions

if TYPE_CHECKING:
    import sympy


def no_pi() -> Any:
    """For an arithmetic that has no such number, as the rationals."""
    raise ValueError("pi has no value in this arithmetic")


def fold(
    graph: Graph,
    outs: Sequence[int],
    known: Mapping[int, Any],
    *,
    number: Callable[[Rational], Any],
    power: Callable[[Any, Rational], Any],
    function: Callable[[str, Any], Any],
    pi: Callable[[], Any] = no_pi,
    order: Sequence[int] | None = None,
) -> list[Any]:
    """The values of `outs` in any arithmetic with + and *; `known` holds the inputs and may cut off more nodes.

    order    what `graph.needed` says of `outs`, when it was asked before
    """
    values = dict(known)
    for node in graph.needed(outs, known) if order is None else order:
        if node in known:
            continue
        match graph.nodes[node]:
            case Number(value):
                values[node] = number(value)
            case Constant():
                values[node] = pi()
            case Product(left, right):
                values[node] = values[left] * values[right]
            case Linear(terms, constant):
                values[node] = _combined(values, terms, constant, number)
            case Power(base, exponent):
                values[node] = power(values[base], exponent)
            case Apply(name, arg):
                values[node] = function(name, values[arg])
            case Input(name, indices):
                raise KeyError(f"no value for {name}{list(indices)}")
    return [values[out] for out in outs]


def _combined(
    values: Mapping[int, Any],
    terms: tuple[tuple[int, Rational], ...],
    constant: Rational,
    number: Callable[[Rational], Any],
) -> Any:
    total = number(constant) if constant else None
    for node, scale in terms:
        part = values[node] if scale == 1 else -values[node] if scale == -1 else number(scale) * values[node]
        total = part if total is None else total + part
    return total


def exact(graph: Graph, outs: Sequence[int], point: Mapping[int, Fraction]) -> tuple[Fraction, ...]:
    """The exact values of rational nodes at a rational point, by input node.

    Fails    with ZeroDivisionError at a pole, and with ValueError on a root or a smooth function, whose
             values need not be rational
    """
    return tuple(fold(graph, outs, point, number=Fraction, power=_rational_power, function=_rational_function))


def _rational_power(base: Fraction, exponent: Rational) -> Fraction:
    if exponent != -1:
        raise ValueError(f"a power {exponent} need not be rational")
    return 1 / base


def _rational_function(name: str, arg: Fraction) -> Fraction:
    exact_ones: dict[str, Callable[[Fraction], Fraction]] = {
        "relu": lambda z: max(z, Fraction(0)),
        "step": lambda z: Fraction(z > 0),
        "abs": abs,
    }
    if name not in exact_ones:
        raise ValueError(f"{name} need not be rational")
    return exact_ones[name](arg)


def to_sympy(graph: Graph, nodes: Sequence[int], named: "Mapping[int, sympy.Expr] | None" = None) -> "list[sympy.Expr]":
    """SymPy expressions of `nodes`; the nodes in `named` stay symbols, inputs become real symbols W[0,1].

    Fails    never; a function that SymPy has no class for is written in those it has, else an undefined one of its name
    """
    import sympy

    known: dict[int, sympy.Expr] = dict(named or {})
    for node in graph.needed(nodes, known):
        what = graph.nodes[node]
        if isinstance(what, Input) and node not in known:
            known[node] = sympy.Symbol(entry_name(what.name, what.indices), real=True)
    return fold(
        graph,
        nodes,
        known,
        number=lambda value: sympy.Rational(value.numerator, value.denominator),
        pi=lambda: sympy.pi,
        power=lambda base, exponent: base ** sympy.Rational(exponent.numerator, exponent.denominator),
        function=sympy_function,
    )


def entry_name(name: str, indices: tuple[int, ...]) -> str:
    """W1[0,1], or the name alone for a scalar."""
    return f"{name}[{','.join(map(str, indices))}]" if indices else name


def sympy_function(name: str, arg: "sympy.Expr") -> "sympy.Expr":
    """A catalogued function of a SymPy expression."""
    import sympy

    function = functions()[name]
    if function.sympy is not None:
        return getattr(sympy, function.sympy)(arg)
    return (function.in_sympy or sympy.Function(name))(arg)
