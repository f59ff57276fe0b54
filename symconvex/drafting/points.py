"""Points in index notation, and losses evaluated at them: deltas summed away, zeros dropped."""

from fractions import Fraction
from functools import cache

from symconvex.drafting.draft import Draft, nested, places_of
from symconvex.drafting.effort import spend
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.form import Facts
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Add, Delta, Family, Fn, Mul, Num, Pow, Sum, Sym, Term
from symconvex.language import parse_expression, to_term

Point = dict[str, Family]

NORMAL_WORK = 5_000_000


@cache
def at_zero(name: str) -> Term | None:
    """The value of a function at 0, where it has a closed form."""
    text = functions()[name].at_zero
    return None if text is None else to_term(parse_expression(text, symbols=()))


def simplified(term: Term) -> Term:
    """Deltas eliminated where a sum runs over them, products with zero dropped, f(0) evaluated."""
    spend(2)
    match term:
        case Delta(left, right) if left == right:
            return t.ONE
        case Delta(left, right) if isinstance(left, int) and isinstance(right, int):
            return t.ZERO
        case Sum(index, size, body):
            return _summed(index, size, simplified(body))
        case Mul(args):
            return _gathered(t.mul(*map(simplified, args)))
        case Add(args):
            return merged(t.add(*map(simplified, args)))
        case Fn(name, (arg,)):
            inner = simplified(arg)
            value = at_zero(name) if inner == t.ZERO else None
            return t.fn(name, inner) if value is None else value
        case Pow(base, e) if e > 0:
            return _raised(simplified(base), e)
    return t.rebuild(term, tuple(map(simplified, t.children(term))))


def _gathered(term: Term) -> Term:
    """Equal factors of a product as powers, so that S * (1/S) is 1; bound names do not matter."""
    if not isinstance(term, Mul):
        return term
    found: dict[str, tuple[Term, Fraction]] = {}
    for factor in term.args:
        base, e = (factor.base, factor.exponent) if isinstance(factor, Pow) else (factor, Fraction(1))
        key = t.render(_anonymous(base, 0))
        spend(len(key))
        found[key] = (found[key][0], found[key][1] + e) if key in found and not isinstance(base, Delta) else (base, e)
    powers = [t.power(base, e) for base, e in found.values()]
    met = [p for p in powers if not isinstance(p, Num) and t.power(p, -1) in powers]
    return t.mul(*(p for p in powers if p not in met and _inverse(p) not in met))


def _inverse(power: Term) -> Term | None:
    """x for 1/x."""
    return power.base if isinstance(power, Pow) and power.exponent == -1 else None


def is_alike(left: Term, right: Term) -> bool:
    """The same up to the names of bound indices."""
    return _anonymous(left, 0) == _anonymous(right, 0)


def _anonymous(term: Term, depth: int) -> Term:
    """The term with its bound indices named by depth."""
    if isinstance(term, Sum):
        name = f"_{depth}"
        return Sum(name, term.size, _anonymous(t.reindex(term.body, {term.index: name}), depth + 1))
    return t.rebuild(term, tuple(_anonymous(part, depth) for part in t.children(term)))


def _raised(base: Term, e: Fraction) -> Term:
    """A power; deltas are their own powers."""
    if base == t.ZERO:
        return t.ZERO
    factors = base.args if isinstance(base, Mul) else (base,)
    deltas = [f for f in factors if isinstance(f, Delta)]
    if not deltas:
        return t.power(base, e)
    rest = t.mul(*(f for f in factors if f not in deltas))
    return t.mul(*deltas, t.power(rest, e))


def merged(term: Term) -> Term:
    """Equal summands added up."""
    if not isinstance(term, Add):
        return term
    found: dict[Term, Fraction] = {}
    for arg in term.args:
        value, rest = _coefficient(arg)
        found[rest] = found.get(rest, Fraction(0)) + value
    return t.add(*(t.mul(Num(value), rest) for rest, value in found.items()))


def _coefficient(term: Term) -> tuple[Fraction, Term]:
    match term:
        case Num(value):
            return value, t.ONE
        case Mul((Num(value), *rest)):
            return value, t.mul(*rest)
    return Fraction(1), term


def _summed(index: str, size: t.Size, body: Term) -> Term:
    """The sum of a simplified body; a delta in a product picks one summand, and a sum over one index is its summand."""
    if size == 1:
        return simplified(t.reindex(body, {index: 0}))
    if isinstance(body, Add):
        with_delta = [arg for arg in body.args if _delta(arg, index) is not None]
        if with_delta:
            rest = t.add(*(arg for arg in body.args if arg not in with_delta))
            return merged(t.add(*(_summed(index, size, arg) for arg in with_delta), _summed(index, size, rest)))
    if isinstance(body, Mul):
        for k, arg in enumerate(body.args):
            if isinstance(arg, Add) and any(_delta(part, index) is not None for part in arg.args):
                others = (*body.args[:k], *body.args[k + 1 :])
                return merged(t.add(*(_summed(index, size, t.mul(part, *others)) for part in arg.args)))
    delta = _delta(body, index)
    if delta is not None:
        other = delta.right if delta.left == index else delta.left
        return simplified(t.reindex(body, {index: other}))
    if isinstance(body, Mul):
        fixed = [f for f in body.args if index not in t.free_indices(f)]
        moving = [f for f in body.args if f not in fixed]
        if moving and any(not isinstance(f, Num) for f in fixed):
            return t.mul(*fixed, Sum(index, size, t.mul(*moving)))
    return t.rebuild(Sum(index, size, body), (body,))


def _delta(term: Term, index: str) -> Delta | None:
    """A delta that is a factor of the term and pins the index."""
    for factor in term.args if isinstance(term, Mul) else (term,):
        if isinstance(factor, Delta) and index in (factor.left, factor.right):
            return factor
    return None


def loss_at(draft: Draft, point: Point) -> Term:
    """The loss at a point, simplified."""
    return unshadowed(draft, simplified(t.substitute(draft.loss, point)))


def unshadowed(draft: Draft, term: Term, bound: frozenset[str] = frozenset()) -> Term:
    """The same term where no sum binds an index that is already bound around it."""
    if isinstance(term, Sum):
        index, body = term.index, term.body
        if index in bound:
            index = draft.index(term.size, bound | t.free_indices(body))
            body = t.reindex(body, {term.index: index})
        return Sum(index, term.size, unshadowed(draft, body, bound | {index}))
    return t.rebuild(term, tuple(unshadowed(draft, part, bound) for part in t.children(term)))


def unit(draft: Draft, name: str, *at: int) -> Family:
    """1 at one entry of the parameter and 0 elsewhere."""
    places = places_of(draft, name)
    shape = draft.parameters[name]
    deltas = [t.Delta(place, k) for place, k, size in zip(places, at, shape, strict=True) if size != 1]
    return places, t.mul(*deltas)


def reduced(draft: Draft, term: Term) -> Term:
    """The term in normal form, exponentials written with one argument: what remains after all cancellation."""
    sets, values = {d.name: d.within for d in draft.problem.data}, nested(draft.problem.values)
    facts = Facts(sets, frozenset(), frozenset(), values)
    normal = Normal(facts, t.Budget(NORMAL_WORK))
    return exponentials(normal.term(normal.poly(term)))


def is_numeric(draft: Draft) -> bool:
    """Are all data numbers, and all sizes? Then a sum can be written out."""
    values = draft.problem.values
    return bool(values) and all(name in values for name in draft.data) and not draft.sizes()


def exponentials(term: Term) -> Term:
    """Powers of exponentials as exponentials: exp(1)^(3/2) is exp(3/2)."""
    match term:
        case Pow(Fn("exp", (arg,)), e):
            return t.fn("exp", t.mul(Num(e), arg))
    return t.rebuild(term, tuple(map(exponentials, t.children(term))))


def zeros(draft: Draft) -> Point:
    """Every parameter at zero."""
    return {name: (places_of(draft, name), t.ZERO) for name in draft.parameters}


def times(family: Family, factor: int) -> Family:
    """Every entry times a whole number."""
    return family[0], t.mul(t.number(factor), family[1])


def row(draft: Draft, matrix: str, index: t.Index, places: tuple[str, ...]) -> Term:
    """Row `index` of a data matrix over its squared length: a direction whose score there is 1."""
    columns = draft.data[matrix][1]
    inner = draft.index(columns)
    squares = simplified(Sum(inner, columns, t.power(Sym(matrix, (index, inner)), 2)))
    return t.mul(Sym(matrix, (index, *places)), t.power(squares, -1))
