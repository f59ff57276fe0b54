"""SymPy formulas in the loss language: a walk over the tree, in which every kind of node is named.

Nothing is printed by SymPy and read back, and a symbol with a strange name is refused.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from symconvex.errors import NotYet
from symconvex.functions import functions
from symconvex.language.state import NAME
from symconvex.language.vocabulary import reserved

if TYPE_CHECKING:
    import sympy

COMPARISONS = ("<", ">", "<=", ">=")
SUM, PRODUCT, POWER, ATOM = range(4)  # what binds tighter


def text_of_sympy(expr: "sympy.Basic") -> str:
    """A SymPy formula in scalars, or a comparison of two, as text of the loss language, with few brackets.

    Fails    NotYet on a node that has no counterpart
    """
    import sympy

    if isinstance(expr, sympy.Rel) and expr.rel_op in COMPARISONS:
        return f"{_text(expr.lhs)} {expr.rel_op} {_text(expr.rhs)}"
    return _text(expr)


def _text(expr: "sympy.Basic", around: int = SUM) -> str:
    """The formula inside an operation of some rank."""
    import sympy

    match expr:
        case sympy.Rational():
            rank = SUM if expr.p < 0 else PRODUCT if expr.q != 1 else ATOM
            return _within(around, rank, f"{expr.p}/{expr.q}" if expr.q != 1 else f"{expr.p}")
        case sympy.Float() if expr.is_finite:
            return _within(around, SUM if expr < 0 else ATOM, str(expr))
        case sympy.Symbol() if NAME.match(expr.name) and not reserved(expr.name):
            return str(expr.name)
        case sympy.Add(args=args):
            return _within(around, SUM, " + ".join(_text(arg) for arg in args).replace("+ -", "- "))
        case sympy.Mul(args=(sympy.core.numbers.NegativeOne(), *args)):
            return _within(around, SUM, "-" + "*".join(_text(arg, PRODUCT) for arg in args))
        case sympy.Mul(args=args):
            return _within(around, PRODUCT, "*".join(_text(arg, PRODUCT) for arg in args))
        case sympy.Pow(base=base, exp=exponent):
            return _within(around, POWER, f"{_text(base, ATOM)}**{_text(exponent, ATOM)}")
        case sympy.Piecewise():
            pairs = (f"({_text(value)}, {_condition(test)})" for value, test in expr.args)
            return f"Piecewise({', '.join(pairs)})"
    if expr in (sympy.E, sympy.pi):
        return "e" if expr == sympy.E else "pi"
    known = {function.sympy: name for name, function in functions().items() if function.sympy is not None}
    kind = type(expr)
    if kind.__name__ in known and kind is getattr(sympy, kind.__name__):
        return f"{known[kind.__name__]}({', '.join(map(_text, expr.args))})"
    raise NotYet(
        "this part of a SymPy formula is not supported",
        where=str(expr)[:200],
        expected=f"numbers, symbols with plain names, + * **, {', '.join(known)}",
        got=f"a symbol called {expr.name}"[:60] if isinstance(expr, sympy.Symbol) else kind.__name__[:60],
        hint="write the loss as text, with names such as x_1",
    )


def _condition(test: "sympy.Basic") -> str:
    """A condition of a function given by pieces."""
    import sympy

    match test:
        case sympy.logic.boolalg.BooleanAtom():
            return str(bool(test))
        case sympy.And() | sympy.Or():
            sign = " & " if isinstance(test, sympy.And) else " | "
            return f"({sign.join(map(_condition, test.args))})"
        case sympy.Not(args=(inner,)):
            return f"(~{_condition(inner)})"
        case sympy.Rel() if test.rel_op in COMPARISONS:
            return f"({_text(test.lhs)} {test.rel_op} {_text(test.rhs)})"
    raise NotYet(
        "this condition of a SymPy formula is not supported",
        where=str(test)[:200],
        expected="comparisons with < > <= >=, joined by And, Or, Not",
        got=type(test).__name__[:60],
        hint="write the loss as text, with where(x > 0, a, b)",
    )


def _within(around: int, rank: int, text: str) -> str:
    return text if rank >= around else f"({text})"


def sets_of_sympy(exprs: "tuple[sympy.Basic, ...]") -> dict[str, str]:
    """The set of every free symbol, in order of name; without assumptions it is real.

    Fails    NotYet on assumptions that no set of the loss language has, and on two symbols of one name
    """
    import sympy

    symbols = sorted(set[sympy.Symbol]().union(*(expr.free_symbols for expr in exprs)), key=str)
    found: dict[str, str] = {}
    for symbol in symbols:
        within = next((word for word, make in KINDS.items() if symbol in make(symbol.name)), None)
        if within is None or symbol.name in found:
            raise NotYet(
                f"what is assumed of the symbol {symbol.name[:60]} is not supported",
                where=f"the SymPy symbol {symbol.name[:60]}",
                expected="one symbol of that name: plain, real, positive or nonnegative",
                got="two symbols of one name" if symbol.name in found else _assumed(symbol),
                hint="make the symbol real=True, or positive=True",
            )
        found[symbol.name] = within
    return found


def _assumed(symbol: "sympy.Symbol") -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(symbol.assumptions0.items()))[:200]


def _made(*kinds: Mapping[str, bool]) -> "Callable[[str], tuple[sympy.Symbol, ...]]":
    def make(name: str) -> "tuple[sympy.Symbol, ...]":
        import sympy

        return tuple(sympy.Symbol(name, **kind) for kind in kinds)

    return make


# SymPy symbols are equal when name and assumptions are.
KINDS: Mapping[str, "Callable[[str], tuple[sympy.Symbol, ...]]"] = {
    "real": _made({}, {"real": True}),
    "positive": _made({"positive": True}),
    "nonnegative": _made({"nonnegative": True}),
}
