"""Where a formula is a real number: its natural domain, when that is a convex set and none was stated.

Every root, logarithm and denominator asks for a sign. That is simplified: factors of known sign leave, a polynomial
in one unknown is solved. A set that falls apart is an error that names its parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import islice, pairwise, product
from math import prod
from typing import Any

import flint

from symconvex.drafting.draft import Draft, conditions_of, draft_of
from symconvex.drafting.effort import bounded
from symconvex.drafting.halfspaces import between
from symconvex.drafting.interior import trials
from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.rational import Polynomial, field_of, fraction
from symconvex.drafting.signs import find_sign, show_defined
from symconvex.errors import LossError, NotYet
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.enclose import Values, is_positive
from symconvex.kernel.term import Budget, Fn, Refused, Sym, Term
from symconvex.language import nodes, parse_expression
from symconvex.language.conditions import degree, parse_condition
from symconvex.language.place import Place
from symconvex.language.printing import text_of
from symconvex.language.printing.readable import readable
from symconvex.language.syntax import clean
from symconvex.problem import Condition, Expr, Problem
from symconvex.search.domain import has_proof, on
from symconvex.search.portfolio import is_defined

WORK = 3_000_000
MOST_POINTS, MOST_PARTS = 120, 4
Part = tuple[Term, Polynomial]  # an irreducible factor, and the same as a polynomial
Choice = tuple[str, ...]  # conditions that hold together
End = tuple[Fraction | float, int]  # a root, and the number of its factor
SIGNS = {"positive": "> 0", "nonneg": ">= 0", "nonzero": "!= 0"}
ZERO = Expr("number", (), Fraction(0), ())
NATURAL = "the domain is where the formula is defined, since none was stated"


@dataclass(frozen=True, slots=True)
class Need:
    """What must be > 0, >= 0 or not 0 for a part of the loss to be a real number: positive, nonneg, nonzero."""

    expr: Expr
    kind: str


def defined(problem: Problem) -> Problem:
    """The problem on a domain where its loss is defined, as far as that can be found; what is added is noted.

    Fails    LossError when the natural domain is not convex, or the loss is not real on the domain that was stated
    """
    stated = tuple(plain for c in conditions_of(problem) for plain in unrooted(problem, c))
    if stated:
        problem = on(problem, _completed(problem, stated))
        return _opened(problem) if not is_defined(problem) else problem
    if is_defined(problem):
        return problem
    try:
        found = _needed(problem, (), needs(problem.loss), problem.text)
    except NotYet:  # no part of it is shown to be convex: the rules may know better, and say where they end
        return problem
    return replace(on(problem, _without_repeats(problem, found)), notes=(*problem.notes, NATURAL)) if found else problem


def needs(expr: Expr) -> Iterator[Need]:
    """What the parts of a formula ask for, from the inside out."""
    for arg in expr.args:
        yield from needs(arg)
    if expr.op == "pow" and isinstance(expr.value, Fraction):
        if expr.value.denominator > 1:
            yield Need(expr.args[0], "nonneg" if expr.value > 0 else "positive")
        elif expr.value < 0:
            yield Need(expr.args[0], "nonzero")
    elif expr.op == "call" and functions()[str(expr.value)].domain != "real":
        end = Fraction(functions()[str(expr.value)].domain.split()[2])
        (arg,) = expr.args
        shift = Expr("number", (), -end, ())
        yield Need(Expr("add", (shift, arg), None, arg.shape, arg.span) if end else arg, "positive")


# ---- what is known ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """The problem on the conditions found so far."""

    problem: Problem
    conditions: tuple[Condition, ...]

    def term(self, expr: Expr) -> tuple[Draft, Term]:
        """A formula as a term, and the draft of the conditions alone."""
        asked = on(self.problem, (*self.conditions, Condition(expr, False)))
        draft, told = draft_of(asked), conditions_of(asked)
        number = max(k for k, c in enumerate(told) if c == Condition(expr, False))
        others = tuple(entry for k, entry in enumerate(draft.domain) if k != number)
        return replace(draft, domain=others), draft.domain[number].term or t.ZERO

    def is_positive(self, draft: Draft, term: Term, *, strict: bool = True) -> bool:
        """Is the term shown to be > 0 (>= 0) on the conditions?"""
        lines = Lines(draft, deep=True)
        try:
            with bounded(WORK):
                return show_defined(lines, term) and find_sign(lines, term, strict=strict) is not None
        except Refused:
            return False

    def holds(self, expr: Expr, *, strict: bool = True) -> bool:
        """Is a formula shown to be > 0 (>= 0) there?"""
        return self.is_positive(*self.term(expr), strict=strict)

    def differs(self, expr: Expr) -> bool:
        """Is the formula shown to be nowhere 0?"""
        draft, term = self.term(expr)
        return self.is_positive(draft, term) or self.is_positive(draft, t.neg(term))

    def is_multiple(self, draft: Draft, term: Term, other: Term) -> bool:
        """Is the term a number > 0 times the other?"""
        normal = normal_of(draft)
        one, two = normal.poly(term), normal.poly(other)
        scales = {Fraction(one[mono]) / Fraction(two[mono]) for mono in one if mono in two}
        return set(one) == set(two) and len(scales) == 1 and min(scales) > 0

    def speaks(self, expr: Expr) -> bool:
        """Is the formula about the parameters?"""
        return degree(expr, frozenset(p.name for p in self.problem.parameters)) != 0

    def formula(self, text: str) -> Expr:
        """A formula from its text."""
        return parse_expression(text, symbols=(*self.problem.parameters, *self.problem.data))

    def text(self, term: Term) -> str:
        """A term as a person writes it."""
        symbols = (*self.problem.parameters, *self.problem.data)
        return readable(term, {s.name: s.shape for s in symbols})


def _needed(problem: Problem, stated: tuple[Condition, ...], asked: Iterable[Need], text: str) -> tuple[Condition, ...]:
    """Conditions that meet what is asked for, after the stated ones."""
    known, waiting = Known(problem, stated), list[Expr]()
    for need in asked:
        if not known.speaks(need.expr) or known.holds(need.expr, strict=need.kind != "nonneg"):
            continue
        if need.kind == "nonzero":
            waiting.append(need.expr)
            continue
        known = Known(problem, (*known.conditions, *solved(known, need.expr, text)))
    for expr in waiting:
        if not known.differs(expr):
            parts = [_with_stated(known, part) for part in _sides(known, expr)]
            raise _falls_apart(expr, text, f"{text_of(expr)} != 0", parts)
    return known.conditions


def _with_stated(known: Known, part: Choice) -> Choice:
    """The part with the conditions found before that it does not imply."""
    symbols = (*known.problem.parameters, *known.problem.data)
    told = tuple(c for text in part for c in parse_condition(text, symbols=symbols))
    kept = [c for c in known.conditions if not Known(known.problem, told).holds(c.expr)]
    return (*(f"{text_of(c.expr)} > 0" for c in kept), *part)


def _sides(known: Known, expr: Expr) -> list[Choice]:
    """The parts on which a formula is not 0."""
    draft, term = known.term(expr)
    if not _is_scalar(expr, term):
        return [(f"{text_of(expr)} > 0",), (f"{text_of(expr)} < 0",)]
    _, odd, even = split(known, draft, term)
    every = [*odd, *even]
    if len(known.problem.parameters) == 1 and not draft.data:
        found = _between_roots(known.problem.parameters[0].name, every)
        if found is not None:
            return [(part,) for part in found]
    return [*_patterns(known, 1, every), *_patterns(known, -1, every)]


def _without_repeats(problem: Problem, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions that do not follow from the others."""
    kept = list(conditions)
    for condition in conditions:
        others = tuple(c for c in kept if c is not condition)
        if others and Known(problem, others).holds(condition.expr):
            kept = list(others)
    return tuple(kept)


# ---- one sign --------------------------------------------------------------------------------------


def solved(known: Known, expr: Expr, text: str) -> tuple[Condition, ...]:
    """Conditions for a formula to be > 0.

    Fails    LossError when it is so nowhere, or on a set that is not convex
    """
    whole = (Condition(expr, True),)
    names = frozenset(p.name for p in known.problem.parameters)
    draft, term = known.term(expr)
    if degree(expr, names) == 1 or not _is_scalar(expr, term):
        return whole
    sign, odd, even = split(known, draft, term)
    if not odd and not even:
        if sign < 0:
            raise _not_real(expr, text)
        return whole
    if len(names) == 1 and not draft.data:
        found = on_the_line(known, next(iter(names)), sign, [*odd, *even], odd)
        if found is not None:
            return found if isinstance(found, tuple) else _raise_parts(expr, text, found)
    if len(odd) == 1 and not even:
        plain = odd[0][0] if sign > 0 else t.neg(odd[0][0])
        simple = simpler(plain)
        if simple != plain or not known.is_multiple(draft, term, plain):
            whole = (Condition(known.formula(known.text(simple)), True),)
    if has_proof(known.problem, known.conditions, whole[0]):
        return whole
    choices = [] if even else _patterns(known, sign, odd) if len(odd) > 1 else _split_choices(known, whole[0])
    return _raise_parts(expr, text, [_with_stated(known, part) for part in choices])


def _is_scalar(expr: Expr, term: Term) -> bool:
    parts = t.subterms(term)
    return not expr.shape and not any(isinstance(p, t.Sum) or (isinstance(p, Sym) and p.indices) for p in parts)


def _split_choices(known: Known, condition: Condition) -> list[Choice]:
    """The condition where an unknown has one sign, and where it has the other, if both are convex: a c - b^2 > 0."""
    for symbol in known.problem.parameters:
        here = Expr("name", (), symbol.name, ())
        below = Expr("mul", (Expr("number", (), Fraction(-1), ()), here), None, ())
        signs = [Condition(side, True) for side in (here, below)]
        if all(has_proof(known.problem, (*known.conditions, sign), condition) for sign in signs):
            return [(f"{symbol.name} {sign} 0", f"{text_of(condition.expr)} > 0") for sign in "><"]
    return []


def split(known: Known, draft: Draft, term: Term) -> tuple[int, list[Part], list[Part]]:
    """The sign of what is known, and the factors of unknown sign that stand an odd, and an even, number of times."""
    normal = normal_of(draft)
    poly = normal.poly(term)
    field = field_of(normal, [poly])
    value = field.read(poly)
    above, below = value.above.factor(), value.below.factor()
    sign, odd, even = 1 if fraction(above[0]) * fraction(below[0]) > 0 else -1, list[Part](), list[Part]()
    for part, e in (*above[1], *below[1]):
        factor = field.term(part)
        if known.is_positive(draft, factor):
            continue
        if known.is_positive(draft, t.neg(factor)):
            sign *= (-1) ** int(e)
        else:
            (odd if int(e) % 2 else even).append((factor, part))
    return sign, odd, even


def simpler(term: Term) -> Term:
    """log u > 0 as u - 1 > 0, and e^u - 1 > 0 as u > 0."""
    match term:
        case Fn("log", (u,)):
            return t.sub(u, t.ONE)
        case t.Add((t.Num(c), Fn("exp", (u,)))) if c == -1:
            return u
    return term


def _patterns(known: Known, sign: int, odd: Sequence[Part]) -> list[Choice]:
    """The choices of signs of the factors with which the product has the sign; what is >= 0 has one choice."""
    draft, found = draft_of(on(known.problem, known.conditions)), list[Choice]()
    fixed = [find_sign(Lines(draft, deep=True), factor, strict=False) is not None for factor, _ in odd]
    for choice in product((1, -1), repeat=len(odd)):
        if prod(choice) == sign and all(side > 0 for side, one in zip(choice, fixed, strict=True) if one):
            parts = zip(choice, odd, fixed, strict=True)
            found.append(tuple(_sided(known, factor, side) for side, (factor, _), one in parts if not one))
    return found


def _sided(known: Known, factor: Term, side: int) -> str:
    """factor > 0 or factor < 0"""
    return f"{known.text(simpler(factor))} {'>' if side > 0 else '<'} 0"


# ---- one unknown -----------------------------------------------------------------------------------


def on_the_line(
    known: Known, name: str, sign: int, every: Sequence[Part], odd: Sequence[Part]
) -> tuple[Condition, ...] | list[Choice] | None:
    """The interval where the product is > 0; as texts where there are several, None when it is no polynomial."""
    roots = _roots(every)
    if roots is None:
        return None
    parts = [(a, b) for a, b in pairwise((None, *roots, None)) if _sign_between(a, b, odd) * sign > 0]
    if len(parts) != 1:
        return [(_interval(name, a, b),) for a, b in parts]
    (low, high), found = parts[0], list[Condition]()
    for end, side in ((low, 1), (high, -1)):
        if end is None:
            continue
        root, number = end
        if isinstance(root, Fraction):
            away = t.mul(t.number(side), t.sub(Sym(name), t.Num(root)))
        else:
            factor = every[number][0]
            away = factor if _sign_between(low, high, [every[number]]) > 0 else t.neg(factor)
        found.append(Condition(known.formula(known.text(_spread(away))), True))
    found = list(dict.fromkeys(found))
    proven = all(has_proof(known.problem, (*known.conditions, *found[:k]), c) for k, c in enumerate(found))
    return tuple(found) if proven else None


def _between_roots(name: str, every: Sequence[Part]) -> list[str] | None:
    """The intervals between the roots of a product; None when it is no polynomial."""
    roots = _roots(every)
    return None if roots is None else [_interval(name, a, b) for a, b in pairwise((None, *roots, None))]


def _roots(every: Sequence[Part]) -> list[End] | None:
    """All real roots in order; None when the factors are no polynomials."""
    if any(not isinstance(p, Sym) for factor, _ in every for p in _atoms(factor)):
        return None
    found = [(root, k) for k, (_, poly) in enumerate(every) for root in real_roots(poly)]
    return sorted(found, key=lambda end: float(end[0]))


def _spread(term: Term) -> Term:
    """-1 * (x - 2) as 2 - x."""
    match term:
        case t.Mul((t.Num(c), t.Add(args))):
            return t.add(*sorted((t.mul(t.Num(c), arg) for arg in args), key=lambda a: not isinstance(a, t.Num)))
    return term


def _atoms(term: Term) -> Iterator[Term]:
    """What a polynomial is made of."""
    match term:
        case t.Add(args) | t.Mul(args):
            for arg in args:
                yield from _atoms(arg)
        case t.Pow(base, e) if e.denominator == 1 and e > 0:
            yield from _atoms(base)
        case t.Num():
            return
        case _:
            yield term


def real_roots(poly: Polynomial) -> list[Fraction | float]:
    """The real roots of an irreducible polynomial in one unknown: exact for a linear one."""
    coefficients = _coefficients(poly)
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    scale = 1
    for c in coefficients:
        scale *= c.denominator
    found: Any = flint.fmpz_poly([int(c * scale) for c in coefficients]).complex_roots()
    return [float(root.real.mid()) for root, _ in found if root.imag == 0]


def _coefficients(poly: Polynomial) -> list[Fraction]:
    """From the constant up; there is one generator."""
    found = {max((int(e) for e in exponents), default=0): fraction(c) for exponents, c in poly.to_dict().items()}
    return [found.get(k, Fraction(0)) for k in range(max(found) + 1)]


def _sign_between(a: End | None, b: End | None, parts: Sequence[Part]) -> int:
    """The sign of the product of the factors between two neighbouring roots."""
    left, right = (None if end is None else Fraction(end[0]) for end in (a, b))
    at = between(left, right)
    values = [sum((c * at**k for k, c in enumerate(_coefficients(poly))), Fraction(0)) for _, poly in parts]
    return prod((value > 0) - (value < 0) for value in values)


def _interval(name: str, a: End | None, b: End | None) -> str:
    low, high = ("" if end is None else _number(end[0]) for end in (a, b))
    if low and high:
        return f"{low} < {name} < {high}"
    return f"{name} > {low}" if low else f"{name} < {high}" if high else f"{name}"


def _number(root: Fraction | float) -> str:
    return str(root) if isinstance(root, Fraction) else f"{root:.6g}..."


# ---- errors ----------------------------------------------------------------------------------------


def _at(expr: Expr, text: str) -> str:
    return Place(clean(text), expr.span).show() if expr.span != (0, 0) else text_of(expr)


def _falls_apart(expr: Expr, text: str, got: str, parts: Sequence[Choice]) -> LossError:
    told = " or ".join(" ".join(f'--where "{condition}"' for condition in part) for part in parts[:MOST_PARTS])
    return LossError(
        "the formula is defined on a set that is not convex",
        where=_at(expr, text),
        expected="a convex domain, as convexity compares points with those between them",
        got=got,
        hint=f"state one part of it: {told}" if parts else "state a convex part of it with --where",
    )


def _raise_parts(expr: Expr, text: str, parts: Sequence[Choice]) -> tuple[Condition, ...]:
    if not parts:
        raise NotYet(
            "the set where the formula is defined is not shown to be convex",
            where=_at(expr, text),
            expected=f"a convex set of points with {text_of(expr)} > 0",
            got="no proof that it is convex",
            hint='state a domain that is, such as --where "x > 0"',
        )
    raise _falls_apart(expr, text, ", or ".join(" and ".join(part) for part in parts[:MOST_PARTS]), parts)


def _not_real(expr: Expr, text: str) -> LossError:
    return LossError(
        "the formula is no real number for any values of the parameters",
        where=_at(expr, text),
        expected=f"{text_of(expr)} > 0 somewhere",
        got=f"{text_of(expr)} is never > 0",
        hint="check its sign",
    )


# ---- a domain that was stated ----------------------------------------------------------------------


def unrooted(problem: Problem, condition: Condition) -> tuple[Condition, ...]:
    """r - k sqrt(E) > 0 with E >= 0 as r > 0 and r^2 - k^2 E > 0, likewise with >=; any other as it is."""
    parts = list(_summands(condition.expr))
    roots = [(k, part) for k, part in enumerate(parts) if _root(part) is not None]
    if len(roots) != 1 or condition.expr.shape:
        return (condition,)
    ((number, root),) = roots
    scale, inner = _root(root) or (Fraction(0), root)
    draft, term = Known(problem, ()).term(inner)
    if scale >= 0 or find_sign(Lines(draft, deep=True), term, strict=False) is None:
        return (condition,)
    nowhere = Place("", (0, 0))
    rest = reduce(lambda a, b: nodes.add(a, b, nowhere), [p for k, p in enumerate(parts) if k != number] or [ZERO])
    value, square = nodes.constant(rest), nodes.mul(nodes.number(-(scale**2), nowhere), inner, nowhere)
    if value is not None and value > 0:
        return (replace(condition, expr=nodes.add(nodes.number(value**2, nowhere), square, nowhere)),)
    whole = nodes.add(Expr("pow", (rest,), Fraction(2), rest.shape), square, nowhere)
    return replace(condition, expr=rest), replace(condition, expr=whole)


def _summands(expr: Expr) -> Iterator[Expr]:
    if expr.op == "add":
        for arg in expr.args:
            yield from _summands(arg)
    else:
        yield expr


def _root(expr: Expr) -> tuple[Fraction, Expr] | None:
    """k and E of k sqrt(E)."""
    scale = nodes.constant(expr.args[0]) if expr.op == "mul" else None
    inner = expr.args[1] if scale is not None else expr
    return (scale or Fraction(1), inner.args[0]) if inner.op == "pow" and inner.value == Fraction(1, 2) else None


def _completed(problem: Problem, stated: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The stated conditions with what they presuppose: log(x) > y only where x > 0."""
    asked = [need for c in stated for need in needs(c.expr) if need.kind != "nonzero"]
    if not asked or all(Known(problem, stated).holds(need.expr) for need in asked):
        return stated
    before = _needed(problem, (), asked, " and ".join(text_of(c.expr) for c in stated))
    return (*before, *(c for c in stated if c not in before))


def _opened(problem: Problem) -> Problem:
    """Without the edges at which the loss is not shown to be defined.

    Fails    LossError when the loss is certainly not defined at some point inside
    """
    closed = [Condition(c, False) for c in problem.nonneg]
    for edges in (*([c] for c in closed), closed):
        told = [replace(c, strict=True) if c in edges else c for c in conditions_of(problem)]
        if edges and is_defined(on(problem, told)):
            shown = " and ".join(f"{text_of(c.expr)} > 0" for c in edges)
            return replace(
                on(problem, told),
                notes=(
                    *problem.notes,
                    f"{shown}: the loss is not shown to be defined at the edge",
                ),
            )
    _check_real(problem)
    return problem


def _check_real(problem: Problem) -> None:
    """Raise LossError when the loss is certainly not a real number at some point of the domain."""
    if problem.data or any(p.shape for p in problem.parameters):
        return
    known = Known(problem, conditions_of(problem))
    names, domain = [p.name for p in problem.parameters], [entry.term or t.ZERO for entry in draft_of(problem).domain]
    points = [p for p in islice(trials(len(names)), MOST_POINTS) if all(_above(names, p, term) for term in domain)]
    for need in needs(problem.loss):
        term = known.term(need.expr)[1]
        below = [p for p in points if _above(names, p, t.neg(term))]
        if below and (need.kind != "nonzero" or any(_above(names, p, term) for p in points)):
            at = ", ".join(f"{name} = {x}" for name, x in zip(names, below[0], strict=True))
            text, sign = text_of(need.expr), SIGNS[need.kind]
            raise LossError(
                "the loss is not a real number on all of its domain",
                where=_at(need.expr, problem.text),
                expected=f"{text} {sign} on the domain",
                got=f"{text} < 0 at {at}"
                + ("" if need.kind != "nonzero" else ", and > 0 elsewhere: in between it is 0"),
                hint=f'state a smaller domain, such as --where "{text} > 0"',
            )


def _above(names: Sequence[str], point: Sequence[Fraction], term: Term) -> bool:
    """Is the term certainly > 0 at the point?"""
    return is_positive(term, Values(dict(zip(names, point, strict=True)), {}, {}, {}), Budget(WORK))
