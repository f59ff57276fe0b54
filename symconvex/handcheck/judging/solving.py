"""Equations to solve: a derivative set to zero, and what follows from it, which holds at the minimiser only."""

import re
from dataclasses import replace

from symconvex.handcheck.formula.tree import Add, Chain, Derivative, Group, Name, Neg, Node, Number, Prime, Relation
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging import minimisers
from symconvex.handcheck.judging.comparing import EQUAL
from symconvex.handcheck.judging.proving import is_gradient
from symconvex.handcheck.judging.ruling import GOOD, WRONG, Judged
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.optima import is_everywhere, is_minimiser
from symconvex.handcheck.prose.looks import MINIMISER, is_constant
from symconvex.handcheck.text.document import ZERO_SLOPE

# "Setting the gradient equal to zero", in a sentence that is not understood otherwise.
ZEROED = re.compile(
    r"\b(set|sets|setting|equat\w+|put|putting)\b.*(\bzero\b|= 0\b)|\bnormal equations?\b", re.IGNORECASE
)
NEAR = 2  # lines from such words to the equation
POINTS = ("stationary point", "minimiser")


def where_solved(item: Item, one: Judged, trial: Trial, solving: int, before: Judged | None) -> tuple[Judged, int]:
    """What follows an equation to solve holds where it is solved; and the sentence of that equation."""
    formula = item.formula
    if one.verdict in GOOD and is_minimiser(item.left, trial.setting) and item.right is not None:
        why = minimisers.why_none(item.left, item.right, trial) if item.left is not None else ""
        return one.opened(why) if why else one, solving
    if one.verdict not in WRONG or formula is None or item.sign not in EQUAL or item.role == "exists":
        return one, solving
    if is_minimiser(item.left, trial.setting) and item.right is not None:
        return _as_minimiser(item, item.right, one, trial), solving
    if _is_to_solve(item):
        return one.opened("an equation to solve: it does not hold for every value"), formula.sentence
    if formula.scope == ZERO_SLOPE or _is_announced(item, before):
        return _at_minimiser(item, one, trial), formula.sentence
    if formula.called is not None and formula.called.word in POINTS:
        there = _at_minimiser(item, one, trial) if formula.called.word == "minimiser" else one
        return there if there.verdict in GOOD else one.opened(f"said of a {formula.called.word}"), solving
    return (_at_minimiser(item, one, trial) if formula.sentence in (solving, solving + 1) else one), solving


def _as_minimiser(item: Item, right: Node, one: Judged, trial: Trial) -> Judged:
    """Of several points where the slope is zero each may be meant, and \\hat w_{ridge} may be that of another loss."""
    if minimisers.is_stationary(right, item, trial):
        return one.opened("the slope is zero there; that it is the minimiser is not shown")
    if trial.setting.best and isinstance(item.left, Name) and new_key(item.left)[0] == trial.setting.best:
        return one.opened("not the minimiser of the declared loss")
    return one


def _is_announced(item: Item, before: Judged | None) -> bool:
    """Do the words before say that a derivative is set to zero?"""
    if before is None or not before.in_words or before.verdict != "not-understood":
        return False
    return 0 <= item.tex_line - before.tex_line <= NEAR and ZEROED.search(before.read_as) is not None


def _is_to_solve(item: Item) -> bool:
    """Is it a derivative set to zero, at no point that is given?"""
    if any(isinstance(c, Chain) and c.relations[0].sign == "=" and _is_given(c) for c in item.conditions):
        return False
    parts = walk(item.head or item.left) if item.left is not None else ()
    zero = isinstance(item.right, Number) and item.right.value == 0
    return (zero or item.right == Name("0", ("bold",))) and any(isinstance(part, Derivative | Prime) for part in parts)


def _is_given(chain: Chain) -> bool:
    """w = 0, (u, v) = (1, 2)."""
    right = chain.relations[-1].right
    if not isinstance(chain.left, Name | Group):  # uv = 2 holds at many points
        return False
    return all(map(is_constant, right.items)) if isinstance(right, Group) else is_constant(right)


def _at_minimiser(item: Item, one: Judged, trial: Trial) -> Judged:
    """What follows from a derivative set to zero needs to hold at the minimiser only."""
    parameters = trial.setting.declared.parameters
    if len(parameters) != 1 or item.left is None or item.right is None:
        return one.opened("said where a derivative is zero")
    best = MINIMISER
    there = Chain(Name(parameters[0]), (Relation("=", best, item.tex_line),), item.tex_line)
    outcome = trial.relation(item.left, item.sign, item.right, (*item.conditions, there), item.beside)
    if outcome.failure is not None and not outcome.misfit:
        return one
    if outcome.unread or outcome.misfit or not outcome.held:
        return one.opened("said where a derivative is zero")
    everywhere = is_everywhere(trial.setting.declared)
    shown = everywhere and item.sign == "=" and is_gradient(trial.setting, Add((item.left, Neg(item.right))))
    return replace(one.opened("at the minimiser"), verdict=GOOD[0] if shown else GOOD[1])
