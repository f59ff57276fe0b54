"""The kernel's own differentiation, and what must hold for a term to be defined.

The directional derivative is linear in the direction v: the direction of a parameter `w` is the
symbol `w'` of the same shape. At kinks the derivative of relu is a step, which is right almost
everywhere along every line; SPEC.md, section 5, `differentiate`, says why that is enough.
"""

from collections.abc import Callable, Mapping
from itertools import chain

from symconvex.kernel import term as t
from symconvex.kernel.content import folded
from symconvex.kernel.functions import FUNCTIONS, Z
from symconvex.kernel.term import Add, Budget, Fn, Mul, Num, Pow, Sum, Sym, Term

Bases = tuple[tuple[Term, str], ...]


def derivative(term: Term, directions: Mapping[str, str], budget: Budget) -> Term:
    """d/ds of the term at parameters + s * directions, s = 0."""
    result = _derivative(term, directions, budget)
    budget.walk(result)
    return result


def _derivative(term: Term, directions: Mapping[str, str], budget: Budget) -> Term:
    match term:
        case Sym(name, indices):
            return Sym(directions[name], indices) if name in directions else t.ZERO
        case Sum(index, size, body):
            return t.rebuild(Sum(index, size, body), (_derivative(body, directions, budget),))
        case Add(args):
            return t.add(*(_derivative(arg, directions, budget) for arg in args))
        case Mul(args):
            turns = []
            for k, arg in enumerate(args):
                inner = _derivative(arg, directions, budget)
                if inner != t.ZERO:
                    budget.spend(len(args))
                    turns.append(t.mul(*args[:k], inner, *args[k + 1 :]))
            return t.add(*turns)
        case Pow(base, e):
            inner = _derivative(base, directions, budget)
            return t.ZERO if inner == t.ZERO else t.mul(Num(e), t.power(base, e - 1), inner)
        case Fn("max", args):
            best, slope = args[0], _derivative(args[0], directions, budget)
            for k, other in enumerate(args[1:], 2):
                budget.spend(k)
                first = t.fn("step", t.sub(best, other))
                turn = _derivative(other, directions, budget)
                best, slope = Fn("max", args[:k]), t.add(_chain(first, slope), _chain(t.sub(t.ONE, first), turn))
            return slope
        case Fn(name, args):
            inner = _derivative(args[0], directions, budget)
            return _chain(t.substitute(FUNCTIONS[name].slope, {Z.name: ((), args[0])}), inner)
        case _:
            return t.ZERO


def _chain(outer: Term, inner: Term) -> Term:
    return t.ZERO if inner == t.ZERO else t.mul(outer, inner)


@folded("_bases", t.children)
def partial_bases(term: Term, inside: tuple[Bases, ...]) -> Bases:
    """Bases of roots and inverses, arguments of logs, and what each must be: positive, nonneg or nonzero."""
    own: Bases = ()
    match term:
        case Pow(Num(value), e) if value > 0 or (e.denominator == 1 and (value < 0 or e >= 0)):
            pass
        case Pow(base, e) if e < 0 or e.denominator > 1:
            own = ((base, "nonzero" if e.denominator == 1 else "positive" if e < 0 else "nonneg"),)
        case Fn("log", (arg,)) if not (isinstance(arg, Num) and arg.value > 0):
            own = ((arg, "positive"),)
    return (*own, *chain.from_iterable(inside))


def undefined_base(term: Term, is_shown: Callable[[Term, str], bool]) -> Term | None:
    """The first base that is not shown to be what it must be; a negative one will do where it is only not zero."""
    for base, need in partial_bases(term):
        sides = (base, t.Mul((t.Num(t.MINUS_ONE), base))) if need == "nonzero" else (base,)
        if not any(is_shown(side, need) for side in sides):
            return base
    return None
