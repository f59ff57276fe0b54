"""A loss as a sum of functions of one number per sample: f(w) = sum_i phi(u_i) + c |w|^2, u_i affine in w."""

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

from symconvex.drafting.arguments.squares import Bound, Margin, Squares
from symconvex.drafting.constants import is_entrywise, matrix_of, mentions_step, weight_bound
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.profile import Z, cores, factors, mentions, replaced, slope, summands, unsummed
from symconvex.drafting.reasons import Exclusive, Reason
from symconvex.drafting.signs import find_sign
from symconvex.drafting.squares import Square, Summand
from symconvex.drafting.tops import find_top
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sym, Term
from symconvex.language.free_name import free_name

# What the margin is called: margins of labels, residuals, scores; others when the letter is taken.
SPARE_LETTERS = (*"tsrqu", "zz")


def find_margins(lines: Lines, squares: Sequence[Summand]) -> Squares | None:
    """The argument for a loss of this shape; None when it has another one, or a domain."""
    draft = lines.draft
    main = [s for s in squares if isinstance(s, Square) and matrix_of(draft, s.core) is not None]
    rest = [s for s in squares if s not in main]
    named_z = Z.name in {*draft.data, *draft.parameters}
    if draft.domain or named_z or len(main) != 1 or not all(is_entrywise(draft, s) for s in rest):
        return None
    (square,) = main
    found = split_loss(draft, square)
    margin = None if found is None else find_margin(draft, square, found[0])
    number = find_sign(lines, square.weight, strict=False)
    if found is None or margin is None or number is None:
        return None
    body, penalty, fixed = found
    phi = replaced(tidy(written(margin, body)), margin.symbol, Z)
    weight, letter, bound = written(margin, square.weight), Sym(margin.letter), find_bound(lines, square.weight)
    return Squares(
        margin=margin,
        loss=tidy(written(margin, draft.loss)),
        phi=replaced(phi, Z, letter),
        slope=replaced(tidy(slope(phi)), Z, letter),
        bend=replaced(weight, margin.symbol, letter),
        weight=weight,
        penalty=penalty,
        rest=fixed,
        strictly=lines.kind(number) == "positive",
        ridge=penalty is not None and find_sign(lines, penalty, strict=True) is not None,
        reasons=tuple(_retold(margin, reason) for reason in lines.reasons_of(number)),
        kinked=mentions_step(square.weight),
        constant=not t.free_indices(weight),
        bound=None if bound is None else dataclasses.replace(bound, of=written(margin, bound.of)),
    )


def find_bound(lines: Lines, weight: Term) -> Bound | None:
    """What no weight is larger than."""
    known = weight_bound(lines.draft, weight)
    if known is not None:
        return known[0]
    top = find_top(lines, weight)
    return None if top is None else Bound(top[0], "single", top[1])


def split_loss(draft: Draft, square: Square) -> tuple[Term, Term | None, Term | None] | None:
    """What sample i adds to the loss, c in the penalty c |w|^2, and what is free of w; None when there is more."""
    bodies, penalties, fixed = [], [], []
    for part in summands(draft.loss):
        binders, body = unsummed(part)
        if cores(body, square.names) == {square.core} and binders == square.binders:
            bodies.append(body)
        elif not mentions(part, square.names):
            fixed.append(part)
        elif (c := _penalty(part, square.names)) is not None:
            penalties.append(c)
        else:
            return None
    return t.add(*bodies), t.add(*penalties) if penalties else None, t.add(*fixed) if fixed else None


def _penalty(part: Term, names: frozenset[str]) -> Term | None:
    """c in c * sum_j w_j^2."""
    binders, body = unsummed(part)
    inside = [f for f in factors(body) if mentions(f, names)]
    match inside:
        case [Pow(Sym(_, (j,)), e)] if e == 2 and [index for index, _ in binders] == [j]:
            c = t.mul(*(f for f in factors(body) if f not in inside))
            return None if t.free_indices(c) else c
    return None


def find_margin(draft: Draft, square: Square, body: Term) -> Margin | None:
    """m_i = y_i x_i.w for labels, e_i = x_i.w - y_i for residuals (r_i beside Euler's e), z_i = x_i.w otherwise."""
    match = matrix_of(draft, square.core)
    if match is None or [index for index, _ in square.binders] != [match[1][0]]:
        return None
    ((index, size),) = square.binders
    own = [Sym(name, (index,)) for name, shape in draft.data.items() if len(shape) == 1 and shape[0] == size]
    signs = [y for y in own if draft.within(y.name) == "sign"]
    offers: list[tuple[str, Term | None, Term | None]] = [("m", y, None) for y in signs]
    powers = any(isinstance(part, Fn) and part.name in ("exp", "softplus") for part in t.subterms(body))
    offers += [*(("r" if powers else "e", None, y) for y in own), ("z", None, None)]
    taken, (parameter,) = {*draft.parameters, *draft.data, *draft.sizes(), *draft.indices}, draft.parameters
    for letter, label, shift in offers:
        free = free_name((letter, *SPARE_LETTERS), taken)
        meaning = t.mul(label or t.ONE, square.core)
        meaning = meaning if shift is None else t.sub(meaning, shift)
        margin = Margin(free, index, size, parameter, match[0], square.core, label, shift, meaning)
        if not mentions(written(margin, body), square.names):
            return margin
    return None


def written(margin: Margin, term: Term) -> Term:
    """The term with u_i where it depends on w."""
    match term:
        case Mul(args) if margin.label is not None and margin.core in args and margin.label in args:
            rest = [written(margin, arg) for arg in args if arg not in (margin.core, margin.label)]
            return t.mul(margin.symbol, *rest)
        case Add(args) if margin.shift is not None:
            for sign in (t.ONE, t.Num(Fraction(-1))):
                pair = (t.mul(sign, margin.core), t.neg(t.mul(sign, margin.shift)))
                if all(part in args for part in pair):
                    rest = [written(margin, arg) for arg in args if arg not in pair]
                    return t.add(t.mul(sign, margin.symbol), *rest)
        case _ if term == margin.core and margin.label is None and margin.shift is None:
            return margin.symbol
    return t.rebuild(term, tuple(written(margin, part) for part in t.children(term)))


def _retold(margin: Margin, reason: Reason) -> Reason:
    """The same reason, conditions in terms of u_i."""
    if isinstance(reason, Exclusive):
        return Exclusive(written(margin, reason.left), written(margin, reason.right))
    return reason


# ---- a formula as a person would leave it --------------------------------------------------------


def tidy(term: Term) -> Term:
    """relu(u) step(u) = relu(u), sinh/cosh = tanh, log(1 + e^u) = softplus(u), numbers gathered."""
    term = t.rebuild(term, tuple(map(tidy, t.children(term))))
    match term:
        case Fn("log", (Add((Num(one), Fn("exp", (u,))) | (Fn("exp", (u,)), Num(one))),)) if one == 1:
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
