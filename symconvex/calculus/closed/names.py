"""Names for the parts of a loss that a derivation speaks of: z, m, e, p, h, mu, P.

A loss is first read with its own eyes: log(1 + exp(u)) is softplus(u), exp(u) over its sum is softmax.
Then what stands inside a nonlinear function gets a name, and so does a function that derivatives repeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import chain

from symconvex.calculus.closed import matrix as m
from symconvex.calculus.closed.matrix import ONE, add, call, factors, negative, power, product, rewrite, terms
from symconvex.functions import functions
from symconvex.language.free_name import free_name, numbered
from symconvex.problem import Expr, Problem


def recognised(expr: Expr) -> Expr:
    """The same function with abbreviations in place, tidied from the leaves up."""
    new = m.rebuild(expr, tuple(recognised(arg) for arg in expr.args))
    match new:
        case Expr("max", (first, *others)):
            return reduce(_larger, others, first)
        case Expr("call", (arg,), "log"):
            return _logarithm(arg) or new
        case Expr("call", (arg,), "log1p"):
            return _logarithm(add(arg, ONE)) or new
        case Expr("call", (arg,), "square"):
            return power(arg, 2)
        case Expr("call", (arg,), "sqrt"):
            return power(arg, Fraction(1, 2))
        case Expr("pow", (arg,), Fraction() as exponent) if exponent < 0:
            u = _after_one(arg)
            return new if u is None else power(call("sigmoid", negative(u)), -exponent)
        case Expr("mul"):
            return _quotient(new)
    return new


def _larger(left: Expr, right: Expr) -> Expr:
    if m.ZERO in (left, right):
        return call("relu", right if left == m.ZERO else left)
    return add(right, call("relu", m.shortest(add(left, negative(right)))))


def _logarithm(arg: Expr) -> Expr | None:
    """log of arg where it has a name of its own: softplus, or the log-sum-exp."""
    match arg:
        case Expr("sum", (Expr("call", (u,), "exp"),)):
            return Expr("logsumexp", (u,), arg.value, arg.shape)
        case Expr("call", (u,), "sigmoid"):
            return negative(call("softplus", negative(u)))
    exponent = _after_one(arg)
    if exponent is not None:
        return call("softplus", exponent)
    match terms(arg):
        case [(one, ones), (minus, Expr("call", (u,), "sigmoid"))] if one == 1 and ones == ONE and minus == -1:
            return negative(call("softplus", u))
    return None


def _after_one(arg: Expr) -> Expr | None:
    """u where arg is 1 + exp(u)."""
    found = terms(arg)
    if len(found) == 2 and (Fraction(1), ONE) in found:
        other = next(term for term in found if term != (Fraction(1), ONE))
        match other:
            case (one, Expr("call", (u,), "exp")) if one == 1:
                return u
    return None


def _quotient(expr: Expr) -> Expr:
    """exp(u)*sigmoid(-u) is sigmoid(u), sinh(u)/cosh(u) is tanh(u), and step(u)*relu(u) is relu(u)."""
    coefficient, found = factors(expr)
    for base in tuple(found):
        if base.op != "call" or found.get(base, 0) <= 0:
            continue
        u = base.args[0]
        for function, other, sign, result in (
            ("exp", call("sigmoid", negative(u)), 1, call("sigmoid", u)),
            ("sinh", call("cosh", u), -1, call("tanh", u)),
            ("step", call("relu", u), 1, call("relu", u)),
        ):
            if base.value == function and found.get(other, Fraction(0)) * sign > 0:
                shared = min(found[base], found[other] * sign)
                found[base] -= shared
                found[other] -= shared * sign
                found[result] = found.get(result, Fraction(0)) + shared
    return m.from_factors(coefficient, {base: e for base, e in found.items() if e != 0})


@dataclass(slots=True)
class Book:
    """Definitions in their order; equal expressions share one name. Names carry a # until the end."""

    parameters: frozenset[str]
    signs: frozenset[str]
    bits: frozenset[str]
    meaning: dict[str, Expr] = field(default_factory=dict)
    known: dict[Expr, Expr] = field(default_factory=dict)

    def named(self, letter: str, expr: Expr) -> Expr:
        """The name of an expression, a new one if it has none yet."""
        if expr not in self.known:
            word = m.name(f"{letter}#{len(self.meaning)}", expr.shape)
            self.meaning[str(word.value)] = expr
            self.known[expr] = word
        return self.known[expr]

    def moves(self, expr: Expr) -> bool:
        """Does the expression depend on a parameter?"""
        return any(word in self.parameters or word in self.meaning for word in m.names_in(expr))

    def is_affine(self, expr: Expr) -> bool:
        """Is it affine in parameters and named intermediates, by its form?"""
        moving = [arg for arg in expr.args if self.moves(arg)]
        match expr.op:
            case "add" | "transpose" | "sum" | "repeat" | "trace" | "entry" | "stack" | "diag" | "diagonal":
                return all(self.is_affine(arg) for arg in moving)
            case "mul" | "matmul":
                return len(moving) < 2 and all(self.is_affine(arg) for arg in moving)
        return not moving

    def replaced(self, expr: Expr) -> Expr:
        """The expression with every part that has a name replaced by it."""
        return rewrite(expr, self.known.get)

    def read(self, loss: Expr) -> Expr:
        """The loss in names."""
        return self.replaced(self._visit(recognised(loss)))

    def _visit(self, expr: Expr) -> Expr:
        """Name what stands inside nonlinear functions."""
        if not self.moves(expr) or self.is_affine(expr):
            return expr
        match expr:
            case Expr("call" | "pow" | "logsumexp", (arg,)):
                return m.rebuild(expr, (self._core(arg),))
            case Expr("matmul" | "transpose", args):
                return m.rebuild(expr, tuple(self._unit(arg) for arg in args))
        return m.rebuild(expr, tuple(self._visit(arg) for arg in expr.args))

    def _unit(self, arg: Expr) -> Expr:
        """A factor of a matrix product: activations get a name."""
        inner = self._visit(arg)
        if self.moves(arg) and not self.is_affine(arg) and arg.op in ("call", "mul", "pow", "add"):
            return self.named("h", inner)
        return inner

    def _core(self, arg: Expr) -> Expr:
        """The argument of a nonlinear function: named up to a rational factor and a rational offset."""
        found = terms(arg)
        moving = [(c, rest) for c, rest in found if self.moves(rest)]
        if len(moving) == 1 and all(rest == ONE for _, rest in found if not self.moves(rest)):
            core = self._called(moving[0][1])
            offset = (m.number(c) for c, rest in found if not self.moves(rest))
            return add(*offset, product(m.number(moving[0][0]), core))
        return self._called(arg)

    def _called(self, core: Expr) -> Expr:
        inner = self.replaced(self._visit(core))
        if inner.op == "name" or core.op in ("call", "pow", "sum", "logsumexp"):
            return inner
        for known, word in self.known.items():
            for sign in (ONE, m.MINUS_ONE):
                offset = add(core, negative(product(sign, known)))
                if not self.moves(offset) and offset.shape in ((), core.shape) and self.is_affine(known):
                    return add(product(sign, word), offset)
        return self.named(self._letter(core), self.replaced(rewrite(inner, self._function)))

    def _letter(self, core: Expr) -> str:
        found = terms(core)
        sign = next(c for c, rest in found if self.moves(rest))
        if any(not self.moves(rest) and rest.shape == core.shape and c * sign < 0 for c, rest in found):
            return "e"
        words = {str(base.value) for base in factors(core)[1] if base.op == "name"}
        if words & self.signs:
            return "m"
        return "z" if self.is_affine(core) or core.op == "matmul" or "matmul" in {rest.op for _, rest in found} else "u"

    def tidied(self, expr: Expr) -> Expr:
        """Facts about the data, sigmoid(-u) as 1 - sigmoid(u) beside sigmoid(u), and the shorter form."""
        expr = rewrite(recognised(expr), self._fact)
        calls = {node.args[0] for node in m.walk(expr) if node.op == "call" and node.value == "sigmoid"}
        mirrored = {negative(u) for u in calls if negative(u) in calls and factors(u)[0] > 0}
        if mirrored:
            expr = rewrite(expr, lambda node: _mirror(node) if node.args and node.args[0] in mirrored else None)
        return m.shortest(expr)

    def _fact(self, node: Expr) -> Expr | None:
        match node:
            case Expr("pow", (Expr("call", _, "step") as base,), Fraction() as exponent) if exponent > 0:
                return base
            case Expr("pow", (Expr("name", (), str(word)) as base,), Fraction() as exponent):
                if word in self.signs and exponent.denominator == 1:
                    return base if exponent % 2 else ONE
                if word in self.bits and exponent > 0:
                    return base
        return None

    def spoken(self, expr: Expr) -> Expr:
        """The expression with names for the functions that derivatives repeat."""
        return self.replaced(rewrite(self.tidied(expr), self._function))

    def _function(self, node: Expr) -> Expr | None:
        if node.op == "softmax":
            return self.named("P", node)
        if node.op != "call" or not self.moves(node) or node in self.known:
            return None
        (arg,) = node.args
        base = factors(arg)[1]
        if all(word in self.parameters for word in m.names_in(arg)) and len(base) == 1 and arg.op != "matmul":
            return None
        mirror = self.known.get(call("sigmoid", negative(arg))) if node.value == "sigmoid" else None
        if mirror is not None:
            return add(ONE, negative(mirror))
        function = functions()[str(node.value)]
        if node.value in ("log", "softplus") or not function.smooth:
            return None
        letter = "mu" if node.value == "exp" and factors(arg)[0] > 0 else function.letter
        return self.named(letter, node)


def _mirror(node: Expr) -> Expr | None:
    if node.op == "call" and node.value == "sigmoid":
        return add(ONE, negative(call("sigmoid", negative(node.args[0]))))
    return None


def book_of(problem: Problem) -> Book:
    """An empty book that knows the parameters and the sets of the data."""

    def within(kind: str) -> frozenset[str]:
        return frozenset(symbol.name for symbol in problem.data if symbol.within == kind)

    return Book(frozenset(symbol.name for symbol in problem.parameters), within("sign"), within("binary"))


def spelled(words: Iterable[str], taken: frozenset[str]) -> dict[str, str]:
    """Final names: the bare letter where it is alone, else numbered in order of definition."""
    words = tuple(words)
    letters = [word.partition("#")[0] for word in words]
    final = dict[str, str]()
    for letter in dict.fromkeys(letters):
        group = [word for word, own in zip(words, letters, strict=True) if own == letter]
        alone = (letter,) if len(group) == 1 else ()
        for word in group:
            final[word] = free_name(chain(alone, numbered(letter)), taken | {*final.values()})
    return final
