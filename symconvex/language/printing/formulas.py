"""Exact conditions as formulas: what a tree of cases says, with as few words as its shape allows.

    a >= 0:  then c >= 0:  then holds, else fails       (a >= 0) & (c >= 0)
             else fails

A tree says (H and P) or (H' and P'), H' being the opposite of H. Where P' implies P the word H' can go, and the other
way round.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from symconvex.kernel import term as t
from symconvex.kernel.reading import Split, Tree
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Add, Mul, Num, Sym, Term

COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
SQUARED = {"<=": "==", ">": "!="}  # b**2 <= 0, b**2 > 0
FLIPPED = {">=": "<=", ">": "<", "==": "=="}


@dataclass(frozen=True, slots=True)
class Atom:
    """left relation right, or a hypothesis of another kind as it stands."""

    left: Term
    relation: str
    right: Fraction
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts (and), or one of them (or)."""

    word: str
    parts: tuple["Formula", ...]


Formula = bool | Atom | Joined


def formula_of(tree: Tree) -> Formula:
    """What the tree says."""
    if not isinstance(tree, Split):
        return bool(tree)
    yes, no = (atom_of(given) for given in tree.hypotheses)
    then, other = formula_of(tree.then), formula_of(tree.other)
    if then == other:
        return then
    if implies(other, then):
        return joined("or", joined("and", yes, then), other)
    if implies(then, other):
        return joined("or", then, joined("and", no, other))
    return joined("or", joined("and", yes, then), joined("and", no, other))


def conjunction(path: Sequence[Given]) -> Formula:
    """All of these hypotheses."""
    return joined("and", *map(atom_of, path))


def implies(first: Formula, second: Formula) -> bool:
    """Does the one follow from the other, as far as their shapes tell?"""
    if first is False or second is True or first == second:
        return True
    if isinstance(first, Atom) and isinstance(second, Atom):
        return _stronger(first, second)
    if isinstance(first, Joined) and first.word == "or":
        return all(implies(part, second) for part in first.parts)
    if isinstance(second, Joined) and second.word == "and":
        return all(implies(first, part) for part in second.parts)
    within = isinstance(first, Joined) and any(implies(part, second) for part in first.parts)
    return within or (isinstance(second, Joined) and any(implies(first, part) for part in second.parts))


def _stronger(first: Atom, second: Atom) -> bool:
    """x >= 2 beside x > 1."""
    if first.left != second.left or first.given is not None or second.given is not None:
        return False
    if second.relation in (">=", ">") and first.relation in (">=", ">", "=="):
        return first.right > second.right or (
            first.right == second.right and (second.relation == ">=" or first.relation == ">")
        )
    if second.relation in ("<=", "<") and first.relation in ("<=", "<", "=="):
        return first.right < second.right or (
            first.right == second.right and (second.relation == "<=" or first.relation == "<")
        )
    return False


def joined(word: str, *formulas: Formula) -> Formula:
    """And, or; what says nothing is left out, and x >= 0 with x <= 0 is x == 0."""
    neutral = word == "and"
    parts: list[Formula] = []
    for formula in formulas:
        inner = formula.parts if isinstance(formula, Joined) and formula.word == word else (formula,)
        parts += [part for part in inner if part is not neutral and part not in parts]
    if (not neutral) in parts:
        return not neutral
    if neutral:
        parts = _pinned(parts)
    parts = [
        p
        for k, p in enumerate(parts)
        if not any(_idle(p, q, neutral) and (k > i or not _idle(q, p, neutral)) for i, q in enumerate(parts) if i != k)
    ]
    if not parts:
        return neutral
    return parts[0] if len(parts) == 1 else _on_a_line(Joined(word, tuple(parts)))


def _on_a_line(formula: Joined) -> Formula:
    """Conditions on one quantity: which of the ends and of the gaps between them belong to it, as few intervals."""
    found = list(_atoms(formula))
    if len({atom.left for atom in found}) != 1 or any(atom.given is not None for atom in found):
        return formula
    ends = sorted({atom.right for atom in found})
    gaps = [ends[0] - 1, *((a + b) / 2 for a, b in pairwise(ends)), ends[-1] + 1]
    spots = [x for gap, end in zip(gaps, ends, strict=False) for x in (gap, end)] + gaps[-1:]
    kept = [_holds(formula, x) for x in spots]
    left, parts, start = found[0].left, list[Formula](), None
    for k, inside in enumerate([*kept, False]):
        if inside and start is None:
            start = k
        elif not inside and start is not None:
            parts.append(_interval(left, spots, start, k - 1))
            start = None
    if len(parts) == 2 and kept.count(False) == 1 and kept.index(False) % 2:
        return Atom(left, "!=", spots[kept.index(False)])
    return False if not parts else parts[0] if len(parts) == 1 else Joined("or", tuple(parts))


def _interval(left: Term, spots: Sequence[Fraction], first: int, last: int) -> Formula:
    """From one spot to another: even ones stand for gaps, odd ones are ends."""
    if first == last and first % 2:
        return Atom(left, "==", spots[first])
    low = [] if first == 0 else [Atom(left, ">=" if first % 2 else ">", spots[first if first % 2 else first - 1])]
    end = last if last % 2 else last + 1
    high = [] if last == len(spots) - 1 else [Atom(left, "<=" if last % 2 else "<", spots[end])]
    parts = (*low, *high)
    return True if not parts else parts[0] if len(parts) == 1 else Joined("and", parts)


def _atoms(formula: Formula) -> Iterator[Atom]:
    if isinstance(formula, Atom):
        yield formula
    elif isinstance(formula, Joined):
        for part in formula.parts:
            yield from _atoms(part)


def _holds(formula: Formula, value: Fraction) -> bool:
    match formula:
        case Atom(_, relation, right):
            return COMPARE[relation](value, right)
        case Joined("and", parts):
            return all(_holds(part, value) for part in parts)
        case Joined(_, parts):
            return any(_holds(part, value) for part in parts)
    return bool(formula)


def _idle(part: Formula, other: Formula, every: bool) -> bool:
    """Does the part say nothing beside the other, of which all (or one) hold?"""
    return implies(other, part) if every else implies(part, other)


def _pinned(parts: list[Formula]) -> list[Formula]:
    found: list[Formula] = []
    for part in parts:
        twin = next((k for k, other in enumerate(found) if _is_twin(part, other)), None)
        if twin is None or not isinstance(part, Atom):
            found.append(part)
        else:
            found[twin] = replace(part, relation="==")
    return found


def _is_twin(part: Formula, other: Formula) -> bool:
    """x <= c beside x >= c, or a - b >= c beside b - a >= -c."""
    if not isinstance(part, Atom) or not isinstance(other, Atom) or part.given is not None:
        return False
    if part.relation == other.relation and part.relation in (">=", "<=") and part.right == -other.right:
        return opposite(part.left, other.left)
    return (part.left, part.right) == (other.left, other.right) and {part.relation, other.relation} == {"<=", ">="}


def opposite(one: Term, other: Term) -> bool:
    """Is the one the negative of the other, as they are written?"""
    first, second = summands(one), [t.neg(part) for part in summands(other)]
    return len(first) == len(second) and all(first.count(part) == second.count(part) for part in first)


def summands(term: Term) -> tuple[Term, ...]:
    """The parts of a sum; a term that is none stands alone."""
    return term.args if isinstance(term, Add) else (term,)


def sides(atom: Atom) -> tuple[Term, Term]:
    """The two sides of an equation, the short one first: a - b == 0 and b - a == 0 are a == b."""
    parts = summands(atom.left)
    left = [part for part in parts if _coefficient(part) > 0]
    if not left or len(left) == len(parts):
        return atom.left, Num(atom.right)
    both = t.add(*left), t.add(*(t.neg(part) for part in parts if part not in left), Num(atom.right))
    first, second = sorted(both, key=lambda side: (len(t.render(side)), t.render(side)))
    return first, second


def atom_of(given: Given) -> Atom:
    """2 - a >= 0 as a <= 2; a hypothesis of another kind as it stands."""
    if given.kind == "zero":
        return Atom(Sym(given.name), "==", Fraction(0), given)
    if given.term is None:
        return Atom(t.ZERO, "", Fraction(0), given)
    parts = given.term.args if isinstance(given.term, Add) else (given.term,)
    constant = sum((part.value for part in parts if isinstance(part, Num)), Fraction(0))
    rest = t.add(*(part for part in parts if not isinstance(part, Num)))
    relation, right = {"nonneg": ">=", "positive": ">"}[given.kind], -constant
    leading = rest.args if isinstance(rest, Add) else (rest,)
    scale = _coefficient(leading[0])
    if not isinstance(rest, Add) or all(_coefficient(part) < 0 for part in leading):
        scale = scale if not isinstance(rest, Add) else Fraction(-1)
        rest = t.add(*(t.mul(Num(1 / scale), part) for part in leading))
        relation, right = relation if scale > 0 else FLIPPED[relation], right / scale
    if isinstance(rest, t.Pow) and rest.exponent % 2 == 0 and rest.exponent > 0 and not right and relation in SQUARED:
        return Atom(rest.base, SQUARED[relation], right)
    return Atom(rest, relation, right)


def _coefficient(term: Term) -> Fraction:
    match term:
        case Num(value):
            return value or Fraction(1)
        case Mul((Num(value), *_)):
            return value
    return Fraction(1)


def text_of_formula(formula: Formula, write: Callable[[Atom], str], words: tuple[str, str], bracket: str) -> str:
    """The formula in words for and, or, with brackets around what is joined."""
    match formula:
        case bool():
            return str(formula)
        case Atom():
            return write(formula)
        case Joined(word, parts):
            texts = [text_of_formula(part, write, words, bracket) for part in parts]
            return words[word == "or"].join(bracket.format(text) for text in texts)
