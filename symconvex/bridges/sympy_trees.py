"""A formula that is ready to be printed, as a SymPy expression: entries have numbers in their place."""

from collections.abc import Mapping
from typing import Any

import sympy

from symconvex.calculus.program.fold import entry_name, sympy_function
from symconvex.language.printing.tree import Exact, Name, Op, Plus, Raised, Times, Tree


def expression(tree: Tree, known: Mapping[str, Any]) -> Any:
    """The value of a formula; `known` has every name in it as listings write it, W[0,1]."""
    match tree:
        case Exact(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Name("pi", ()) if "pi" not in known:
            return sympy.pi
        case Name(name, indices):
            return known[entry_name(name, tuple(map(int, indices)))]
        case Plus(args):
            return sympy.Add(*(expression(arg, known) for arg in args))
        case Times(args, tail):
            return sympy.Mul(*(expression(arg, known) for arg in (*args, *tail)))
        case Raised(base, exponent):
            return expression(base, known) ** sympy.Rational(exponent.numerator, exponent.denominator)
        case Op("call", (arg,), (str() as name,)):
            return sympy_function(name, expression(arg, known))
    raise TypeError(f"{tree} is no formula in numbers")
