"""A function of a few affine forms is convex where the same function of as many numbers is.

    g convex in numbers u, v  and  a, b affine:   g(a(w), b(w)) is convex;   sum_i w_i log(w_i/v_i), |x_i|^2/(c.x + r)

The lines for the numbers are written with the forms in their places: a number becomes its form, and the direction of a
number becomes the form of the direction. What the domain says of the numbers is shown of the forms.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symconvex.drafting.beside import find_curved
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.drafting.judgments import convex, positive
from symconvex.drafting.lines import Lines, PartDraft
from symconvex.drafting.profile import cores, directed, is_affine, mentions, replaced, summands
from symconvex.drafting.signs import find_sign
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Dim, Family, Fn, Sum, Sym, Term
from symconvex.problem import Expr, Problem, Symbol

MOST, LONGEST = 4, 120
NOTHING = Expr("number", (), Fraction(0), ())
NAME = "numberOf{}"  # nobody sees it
SEEN = re.compile(r"numberOf[0-9]")


def find_of_forms(lines: Lines, target: Term) -> int | None:
    """The line (convex target), for a smooth function of at least two affine forms, at every place of its indices."""
    names = frozenset(lines.draft.parameters)
    spend(2)
    if not _is_small(target, names):
        return None
    coarse = cores(target, names)
    fine = {part for form in coarse for term in summands(form) for part in cores(term, names)}
    tried = (forms for forms in dict.fromkeys((frozenset(fine), frozenset(coarse))) if _are_few(forms))
    return next((number for forms in tried if (number := _of_these(lines, target, forms)) is not None), None)


def _are_few(forms: Collection[Term]) -> bool:
    """Two at least, and not just numbers: those are seen elsewhere."""
    return 2 <= len(forms) <= MOST and not all(isinstance(form, Sym) and not form.indices for form in forms)


def _of_these(lines: Lines, target: Term, forms: Collection[Term]) -> int | None:
    names = frozenset(lines.draft.parameters)
    entries = {p for p in t.subterms(target) if isinstance(p, Sym) and p.name in lines.draft.data}
    inner, read, parameters, data = target, dict[str, Family](), list[Symbol](), list[Symbol]()
    order = sorted({*forms, *entries}, key=t.render)  # rewriting in the kernel looks at the order of names
    for part in sorted(order, key=lambda part: (part not in forms, -len(t.render(part)))):
        name = NAME.format(order.index(part))
        inner = replaced(inner, part, Sym(name))
        read[name] = ((), part)
        if isinstance(part, Sym) and part in entries:
            data.append(Symbol(name, (), lines.draft.within(part.name)))
        else:
            parameters.append(Symbol(name))
            read[f"{name}'"] = ((), directed(part, names))
    if any(isinstance(p, Sum | Dim | t.Delta) or (isinstance(p, Sym) and p.name in names) for p in t.subterms(inner)):
        return None
    problem = Problem(lines.draft.problem.name, "", NOTHING, tuple(parameters), tuple(data))
    domain = tuple(map(positive, dict.fromkeys(_positive_ones(lines, inner, parameters, read))))
    shown = find_curved(Draft(problem, inner, domain, {}), inner, strict=False)
    number = None if shown is None else _read(lines, shown, read)
    if number is None or lines.term(number) == target:
        return number
    return lines.product([number], convex(target))


def curve_of(lines: Lines, number: int) -> Term:
    """The second derivative that is >= 0, from the line that says convex."""
    while lines.steps[number - 1].rule != "second_order":
        number = lines.steps[number - 1].uses[0]
    return lines.term(lines.steps[number - 1].uses[0])


def _is_small(term: Term, names: frozenset[str]) -> bool:
    """Is it short, without kinks, and without sums of curved functions?"""
    for count, part in enumerate(t.subterms(term)):
        if count > LONGEST or (isinstance(part, Fn) and part.name in ("relu", "abs", "max", "step")):
            return False
        if isinstance(part, Sum) and not is_affine(part, names):
            return False
    return True


def _positive_ones(
    lines: Lines, inner: Term, parameters: Sequence[Symbol], read: Mapping[str, Family]
) -> Iterator[Term]:
    """What is > 0 of the numbers, because it is so of the forms: bases that are affine, and numbers themselves."""
    names = frozenset(parameter.name for parameter in parameters)
    for base, _ in partial_bases(inner):
        if mentions(base, names) and is_affine(base, names) and _is_positive(lines, t.substitute(base, read)):
            yield base
    for name in sorted(names):
        if _is_positive(lines, t.substitute(Sym(name), read)):
            yield Sym(name)


def _is_positive(lines: Lines, term: Term) -> bool:
    return find_sign(lines, term, strict=True, again=False) is not None


def _read(lines: Lines, part: PartDraft, read: Mapping[str, Family]) -> int | None:
    """The lines of the part with the forms put in, up to the one that says that the function is convex."""
    known = dict[int, int]()
    for k, step in enumerate(part.steps[:-1], 1):
        gives = _put_in(step.gives, read)
        if step.args.get("fact") == "domain":
            number = find_sign(lines, gives.term or t.ZERO, strict=True)
            if number is None:
                return None
        else:
            terms = [t.substitute(term, read) for term in step.terms]
            args = {word: _written(value, read) for word, value in step.args.items()}
            with lines.assuming(*gives.under):
                number = lines.add(
                    step.rule, [known[use] for use in step.uses], replace(gives, under=()), terms, **args
                )
        known[k] = number
    return known[part.steps[-1].uses[0]]


def _put_in(said: Judgment, read: Mapping[str, Family]) -> Judgment:
    under = tuple(_put_in(one, read) for one in said.under)
    return said if said.term is None else replace(said, term=t.substitute(said.term, read), under=under)


def _written(value: object, read: Mapping[str, Family]) -> object:
    """An argument as a certificate writes it, with the forms put in."""
    if isinstance(value, str):
        return t.render(t.substitute(t.parse(value), read)) if SEEN.search(value) else value
    if isinstance(value, list | tuple):
        return [_written(part, read) for part in value]
    if isinstance(value, dict):
        return {word: _written(part, read) for word, part in value.items()}
    return value
