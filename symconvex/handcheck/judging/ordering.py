"""Finite sums in one order: of all names for the indices of nested sums, those that read first.

Indices are told apart by what they stand on, again and again, as in colour refinement; those that stay alike are tried
one after the other. Only names and the order of finite sums change, so the number stays the same.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from symconvex.kernel import term as t
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Size, Term

MOST_LEAVES = 48  # orders that are compared when indices stay alike
Colours = Mapping[str, tuple[object, ...]]


def in_order(term: Term, normal: Normal) -> Term:
    """The same number with the sums of each monomial in order, those inside functions first."""
    return _ordered(_arguments(term, normal), normal)


def _arguments(term: Term, normal: Normal) -> Term:
    parts = tuple(_arguments(part, normal) for part in t.children(term))
    term = t.rebuild(term, parts) if parts else term
    return t.Fn(term.name, tuple(_ordered(arg, normal) for arg in term.args)) if isinstance(term, t.Fn) else term


def _ordered(term: Term, normal: Normal) -> Term:
    parts = list[Term]()
    for mono, scale in normal.poly(term).items():
        atoms = [(normal.atoms[key], Fraction(e)) for key, e in mono]
        factors = [t.power(_one_sum(atom) if isinstance(atom, t.Sum) else atom, e) for atom, e in _at_one_place(atoms)]
        parts.append(t.mul(t.number(Fraction(scale)), *factors))
    return t.add(*parts)


def _at_one_place(atoms: list[tuple[Term, Fraction]]) -> list[tuple[Term, Fraction]]:
    """[i = j] f(j) as [i = j] f(i)."""
    for delta in [atom for atom, _ in atoms if isinstance(atom, t.Delta)]:
        first, second = sorted((delta.left, delta.right), key=str)
        if isinstance(second, str):
            atoms = [(atom if atom == delta else t.reindex(atom, {second: first}), e) for atom, e in atoms]
    return atoms


def _one_sum(atom: t.Sum) -> Term:
    """The nested sums of one atom, in order."""
    sizes, factors, waiting = dict[str, Size](), list[Term](), list[Term]([atom])
    while waiting:
        match waiting.pop():
            case t.Sum(index, size, body):
                name = f"?order{len(sizes)}"  # no letter of a derivation
                sizes[name] = size
                waiting.append(t.reindex(body, {index: name}))
            case t.Mul(args):
                waiting += args
            case t.Pow(t.Sum() as base, e) if e in (2, 3):
                waiting += [base] * int(e)
            case factor:
                factors.append(factor)
    left = [MOST_LEAVES]
    names = _first_order({name: (str(size),) for name, size in sizes.items()}, factors, left)
    change = {name: f"?place{k}" for k, name in enumerate(names)}
    nested = t.mul(*sorted((t.reindex(factor, dict(change)) for factor in factors), key=t.render))
    for name in names:
        nested = t.Sum(change[name], sizes[name], nested)
    return nested


def _first_order(colours: Colours, factors: Sequence[Term], left: list[int]) -> list[str]:
    """The order of the indices whose factors read first."""
    colours = _refined(colours, factors)
    ranked = sorted(colours, key=lambda name: colours[name])
    alike = next((name for name, after in pairwise(ranked) if colours[name] == colours[after]), "")
    if not alike or left[0] <= 0:
        left[0] -= 1
        return ranked
    found = list[list[str]]()
    for name in [name for name in ranked if colours[name] == colours[alike]]:
        found.append(_first_order({**colours, name: (*colours[name], "first")}, factors, left))
    return min(found, key=lambda names: _text(names, factors))


def _text(names: Sequence[str], factors: Sequence[Term]) -> list[str]:
    change: dict[str, t.Index] = {name: f"?place{k}" for k, name in enumerate(names)}
    return sorted(t.render(t.reindex(factor, dict(change))) for factor in factors)


def _refined(colours: Colours, factors: Sequence[Term]) -> Colours:
    """Colours that say of an index what it stands on, until they tell no more apart."""
    ranks = _ranks(colours)
    while True:
        seen = dict[str, tuple[object, ...]]()
        for name, rank in ranks.items():
            on = [_seen(name, factor, ranks) for factor in factors if name in t.free_indices(factor)]
            seen[name] = (rank, *sorted(on))
        finer = _ranks(seen)
        if len(set(finer.values())) == len(set(ranks.values())):
            return {name: (finer[name],) for name in finer}
        ranks = finer


def _ranks(colours: Colours) -> dict[str, int]:
    order = {colour: k for k, colour in enumerate(sorted(set(colours.values()), key=repr))}
    return {name: order[colour] for name, colour in colours.items()}


def _seen(name: str, factor: Term, ranks: Mapping[str, int]) -> str:
    """The factor as the index sees it: itself marked, the others by their colours."""
    change: dict[str, t.Index] = {other: "?self" if other == name else f"?c{rank}" for other, rank in ranks.items()}
    return t.render(t.reindex(factor, change))
