"""Exact conditions as formulas: what a tree of cases says, with as few words as its shape allows.

    a >= 0:  then c >= 0:  then holds, else fails       (a >= 0) & (c >= 0)
             else fails

A tree says (H and P) or (H' and P'), H' being the opposite of H. Where P' implies P the word H' can go, and the other
way round.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.iff import Tree
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Add, Mul, Num, Sym, Term

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
    if isinstance(tree, bool):
        return tree
    yes, no = (atom_of(given) for given in tree.hypotheses)
    then, other = formula_of(tree.then), formula_of(tree.other)
    if then == other:
        return then
    if implies(other, then):
        return joined("or", joined("and", yes, then), other)
    if implies(then, other):
        return joined("or", then, joined("and", no, other))
    return joined("or", joined("and", yes, then), joined("and", no, other))


def implies(first: Formula, second: Formula) -> bool:
    """Does the one follow from the other, as far as their shapes tell?"""
    if first is False or second is True or first == second:
        return True
    if isinstance(first, Joined) and first.word == "or":
        return all(implies(part, second) for part in first.parts)
    if isinstance(second, Joined) and second.word == "and":
        return all(implies(first, part) for part in second.parts)
    within = isinstance(first, Joined) and any(implies(part, second) for part in first.parts)
    return within or (isinstance(second, Joined) and any(implies(first, part) for part in second.parts))


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
    if not parts:
        return neutral
    return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))


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
    """x <= c beside x >= c."""
    if not isinstance(part, Atom) or not isinstance(other, Atom) or part.given is not None:
        return False
    return (part.left, part.right) == (other.left, other.right) and {part.relation, other.relation} == {"<=", ">="}


def atom_of(given: Given) -> Formula:
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
