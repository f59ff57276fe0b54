"""A loss as a sum of functions of one number per sample: f(w) = sum_i phi(u_i) + c |w|^2, u_i affine in w."""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.exposition.reading import (
    Reading,
    factors,
    is_linear,
    linear_forms,
    mentions,
    replaced,
    summands,
    unsummed,
)
from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sum, Sym, Term

WORK = 1_000_000


@dataclass(frozen=True, slots=True)
class Argument:
    """u_i = sign_i x_i.w - shift_i, and how it is called."""

    letter: str
    index: str
    core: Term
    label: Term | None
    shift: Term | None

    @property
    def symbol(self) -> Sym:
        return Sym(self.letter, (self.index,))

    @property
    def meaning(self) -> Term:
        scaled = t.mul(self.label or t.ONE, self.core)
        return scaled if self.shift is None else t.sub(scaled, self.shift)

    def written(self, term: Term) -> Term:
        """The term with u_i where it depends on w."""
        match term:
            case Mul(args) if self.label is not None and self.core in args and self.label in args:
                rest = [self.written(arg) for arg in args if arg not in (self.core, self.label)]
                return t.mul(self.symbol, *rest)
            case Add(args) if self.shift is not None:
                for sign in (t.ONE, t.Num(Fraction(-1))):
                    pair = (t.mul(sign, self.core), t.neg(t.mul(sign, self.shift)))
                    if all(part in args for part in pair):
                        rest = [self.written(arg) for arg in args if arg not in pair]
                        return t.add(t.mul(sign, self.symbol), *rest)
            case _ if term == self.core and self.label is None and self.shift is None:
                return self.symbol
        return t.rebuild(term, tuple(map(self.written, t.children(term))))


@dataclass(frozen=True, slots=True)
class Summands:
    """phi and phi' in the letter of the argument, phi'' at u_i; penalty c for c |w|^2.

    certified    phi'' at u_i as the certificate has it
    """

    parameter: str
    matrix: str
    size: t.Size
    argument: Argument
    loss: Term
    phi: Term
    slope: Term
    weight: Term
    penalty: Term | None
    certified: Term


@dataclass(frozen=True, slots=True)
class Square:
    """sum over binders of weight * form^2."""

    binders: tuple[tuple[str, t.Size], ...]
    weight: Term
    form: Term


def squares_of(curvature: Term, names: frozenset[str]) -> list[Square] | None:
    """The curvature as weighted squares of forms in the direction."""
    ways, found = frozenset(f"{name}'" for name in names), []
    for part in summands(curvature):
        binders, body = unsummed(part)
        moving = [f for f in factors(body) if mentions(f, ways)]
        match moving:
            case [Pow(form, e)] if e == 2:
                weight = t.mul(*(f for f in factors(body) if f not in moving))
                found.append(Square(binders, weight, form))
            case _:
                return None
    return found


def find_summands(reading: Reading) -> Summands | None:
    """The shape above, read off loss and curvature; None when they have another shape."""
    part = reading.part("convex")
    if part is None or len(reading.parameters) != 1:
        return None
    ((name, shape),) = reading.parameters.items()
    squares = squares_of(part.term_of("curvature"), reading.names)
    if squares is None or len(shape) != 1:
        return None
    main = [s for s in squares if isinstance(s.form, Sum)]
    rest = [s for s in squares if s not in main]
    if len(main) != 1 or len(main[0].binders) != 1 or any(mentions(s.weight, reading.names) for s in rest):
        return None
    core = _undirected(main[0].form)
    if not is_linear(core, reading.names):
        return None
    return _assembled(reading, name, main[0], core)


def _undirected(form: Term) -> Term:
    if isinstance(form, Sym):
        return Sym(form.name.rstrip("'"), form.indices)
    return t.rebuild(form, tuple(map(_undirected, t.children(form))))


def _assembled(reading: Reading, name: str, square: Square, core: Term) -> Summands | None:
    ((index, size),) = square.binders
    bodies, penalties = [], []
    for part in summands(reading.loss):
        binders, body = unsummed(part)
        if linear_forms(part, reading.names) == {core} and binders == ((index, size),):
            bodies.append(body)
        elif (c := _penalty(part, name)) is not None:
            penalties.append(c)
        else:
            return None
    argument = find_argument(reading, core, index, t.add(*bodies))
    if argument is None:
        return None
    plain = {argument.symbol: Sym(argument.letter)}
    phi = replaced(tidy(argument.written(t.add(*bodies))), argument.symbol, plain[argument.symbol])
    return Summands(
        name,
        _matrix(core, reading.names),
        size,
        argument,
        tidy(argument.written(reading.loss)),
        phi,
        slope_of(phi, argument.letter),
        argument.written(square.weight),
        t.add(*penalties) if penalties else None,
        square.weight,
    )


def _matrix(core: Term, names: frozenset[str]) -> str:
    return next(p.name for p in t.subterms(core) if isinstance(p, Sym) and p.name not in names)


def _penalty(part: Term, name: str) -> Term | None:
    """c in c * sum_j w_j^2."""
    binders, body = unsummed(part)
    inside = [f for f in factors(body) if mentions(f, frozenset({name}))]
    match inside:
        case [Pow(Sym(other, (j,)), e)] if other == name and e == 2 and [b[0] for b in binders] == [j]:
            return t.mul(*(f for f in factors(body) if f not in inside))
    return None


def find_argument(reading: Reading, core: Term, index: str, body: Term) -> Argument | None:
    """m_i = y_i x_i.w for labels, e_i = x_i.w - y_i for residuals, z_i = x_i.w otherwise."""
    taken = {*reading.parameters, *reading.data, *reading.sizes}
    own = [Sym(name, (index,)) for name, (shape, _) in reading.data.items() if len(shape) == 1]
    signs = [y for y in own if reading.data[y.name][1] == "sign"]
    offers = [("m", y, None) for y in signs] + [("e", None, y) for y in own] + [("z", None, None)]
    for letter, label, shift in offers:
        free = next(x for x in (letter, *"tsrqu", "zz") if x not in taken)
        argument = Argument(free, index, core, label, shift)
        if not mentions(argument.written(body), reading.names):
            return argument
    return None


# ---- the first derivative, by the kernel's calculus ----------------------------------------------


def slope_of(phi: Term, letter: str) -> Term:
    """phi', lightly tidied for reading."""
    raw = derivative(phi, {letter: f"{letter}'"}, t.Budget(WORK))
    return tidy(t.substitute(raw, {f"{letter}'": ((), t.ONE)}))


def tidy(term: Term) -> Term:
    """relu(u) step(u) = relu(u), sinh/cosh = tanh, log(1 + e^u) = softplus(u), numbers gathered."""
    parts = tuple(map(tidy, t.children(term)))
    term = t.rebuild(term, parts)
    match term:
        case Fn("log", (Add((Num(one), Fn("exp", (u,)))),)) if one == 1:
            return t.fn("softplus", u)
        case Mul(args):
            ramps = {arg.args[0] for arg in args if isinstance(arg, Fn) and arg.name == "relu"}
            kept = [a for a in args if not (isinstance(a, Fn) and a.name == "step" and a.args[0] in ramps)]
            return _tanh(t.mul(*kept))
        case Add(args):
            value = sum((arg.value for arg in args if isinstance(arg, Num)), Fraction(0))
            return t.add(*(arg for arg in args if not isinstance(arg, Num)), t.Num(value))
    return term


def _tanh(term: Term) -> Term:
    """(e^u - e^-u)/2 over (e^u + e^-u)/2."""
    if not isinstance(term, Mul):
        return term
    for below in term.args:
        match below:
            case Pow(Mul((Num(half), Add((Fn("exp", (u,)) as up, Fn("exp", (w,)) as down)))), e) if e == -1:
                above = (t.add(up, t.neg(down)), t.mul(t.Num(half), t.add(up, t.neg(down))))
                rest = [arg for arg in term.args if arg is not below]
                if w == t.neg(u) and t.mul(*rest) in (above[1], t.mul(t.Num(half), above[0])):
                    return t.fn("tanh", u)
    return term


__all__ = ["Sum", "Summands", "find_summands", "slope_of", "squares_of"]
