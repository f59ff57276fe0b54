"""Minimisers: unique, attained; stationary points."""

import re
from fractions import Fraction
from functools import partial

from symconvex.handcheck.formula.tree import Add, Chain, Derivative, Mark, Name, Neg, Node, Product, Relation
from symconvex.handcheck.judging import curvature, curved
from symconvex.handcheck.judging.comparing import ZERO
from symconvex.handcheck.judging.conditions import unchecked
from symconvex.handcheck.judging.curvature import flat, shifted
from symconvex.handcheck.judging.inverses import as_factors, normal_equations
from symconvex.handcheck.judging.proving import is_gradient, is_ordered, is_proven
from symconvex.handcheck.judging.settled import Found, Settled, tried
from symconvex.handcheck.judging.trying import Outcome, Trial
from symconvex.handcheck.meaning import changes, variables
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.optima import HESSIAN, is_bent, is_everywhere, is_inside, is_minimiser
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.meaning.worlds import bare_env
from symconvex.handcheck.prose.looks import LOSS_ITSELF, MINIMISER
from symconvex.handcheck.text.document import Claim
from symconvex.handcheck.values.matrices import counted
from symconvex.handcheck.values.scalars import ball, innermost

GRADIENT = Derivative("gradient", None)
GENERAL = re.compile(r"\s*(a|an|any|every|each|all)\s", re.IGNORECASE)


def unique(claim: Claim, trial: Trial) -> Settled:
    """A minimiser is not unique when the loss is constant along a line through every point."""
    if not is_of_loss(claim, trial):
        return Settled(None, why="whose minimiser is meant", outcome=Outcome(1))
    if is_strongly_convex(claim, trial):
        return Settled(not claim.negated, proven=True)
    outcome = tried(trial, _constant_along, claim.conditions)
    if outcome.failure is not None:
        return Settled(claim.negated, outcome=outcome)
    if not is_everywhere(trial.setting.declared):
        return Settled(None, outcome=outcome, why="whether there is one in the domain is not checked")
    strictly = partial(curvature.curved, "strictly convex", changes.body_of_loss, ())
    bent = tried(trial, strictly, claim.conditions)
    if bent.failure is None and bent.held and stationary_exists(trial).holds is not False:
        return Settled(not claim.negated, outcome=bent)
    return Settled(None, outcome=outcome, why="neither strict convexity nor a flat direction was seen")


def is_of_loss(claim: Claim, trial: Trial) -> bool:
    """Is the claim about the minimiser of the loss: by the loss, by w^* or \\hat w, or in words?"""
    subject, parameters = claim.subject, trial.setting.declared.parameters
    if isinstance(subject, Name) and subject.base in parameters:
        return bool(subject.superscripts or subject.decorations)
    return curvature.body_is_loss(claim, trial)


def is_strongly_convex(claim: Claim, trial: Trial) -> bool:
    """Is the loss shown to be strongly convex on the whole space? Then it has one minimiser."""
    if not is_everywhere(trial.setting.declared) or unchecked(claim.conditions) or claim.scope or claim.wrt:
        return False
    said = ("strongly convex", changes.body_of_loss, (), claim.conditions, claim.text)
    return curved.is_curved(*said, trial.setting)


def is_shown(right: Node, trial: Trial) -> bool:
    """Is the value shown to be the minimiser of the loss: is the gradient zero there, and the loss convex?

    It is the only one where the loss is strictly convex, or the gradient a multiple of M w - v and M has an inverse.
    """
    setting = trial.setting
    if is_minimiser(right, setting):
        return True
    if not is_everywhere(setting.declared) or not _is_shown_to_be("convex", setting):
        return False
    found = normal_equations(as_factors(right, bare_env(setting)))
    if found is not None:
        return is_gradient(setting, Add((Product((found[0], Name(setting.declared.parameters[0]))), Neg(found[1]))))
    zero = is_proven(setting, GRADIENT, "=", ZERO, (), (_at(right, trial),))
    bent = zero and (is_ordered(setting, HESSIAN, ">", ZERO) or is_ordered(setting, HESSIAN, "succ", ZERO))
    return bent or (zero and _is_shown_to_be("strictly convex", setting))


def _is_shown_to_be(kind: str, setting: Setting) -> bool:
    return curved.is_curved(kind, changes.body_of_loss, (), (), "", setting)


def is_stationary(value: Node, item: Item, trial: Trial) -> bool:
    """Does the gradient vanish there, at every instance that is tried?"""
    there = (*item.conditions, _at(value, trial))
    outcome = trial.relation(GRADIENT, "=", ZERO, there, item.beside)
    return outcome.held > 0 and outcome.failure is None and not outcome.unread


def why_none(left: Node, value: Node, trial: Trial) -> str:
    """Why the value is no minimiser for some data, although it is one for others; empty where it always is one."""
    declared = trial.setting.declared
    (name,) = declared.parameters
    ends = (1,) if left == MINIMISER or not isinstance(left, Name) else (1, -1)

    def check(env: Env) -> Found:
        point = env.value(value)
        if not all(innermost(point.item(k)).is_finite() for k in range(counted(point.length, "a point"))):
            return None
        there = env.calling({name: point})
        if not is_inside(name, there):
            return "the value", "the domain", "it lies outside of the domain for some data"
        return True if is_bent(there, ends) else ("the value", "a minimum", "it is no minimum for some data")

    if is_everywhere(declared) and _is_shown_to_be("convex", trial.setting):
        return ""
    failure = tried(trial, check, ()).failure
    return failure.why if failure is not None else ""


def _at(value: Node, trial: Trial) -> Chain:
    return Chain(Name(trial.setting.declared.parameters[0]), (Relation("=", value, 0),), 0)


def _constant_along(env: Env) -> Found:
    by = variables.stacked_variable(variables.parameters(env))
    found = flat(changes.body_of_loss, by, env)
    if isinstance(found, tuple) and found[1] == "0":
        return found
    return True


def least(claim: Claim, trial: Trial) -> Settled:
    """The minimal value: never undercut, and taken where the gradient is zero; a convex loss takes it nowhere else."""
    number, parameters = claim.number, trial.setting.declared.parameters
    if number is None or not is_of_loss(claim, trial) or len(parameters) != 1:
        raise Unknown("whose minimum is meant")
    stray = trial.stray_letters((number,))
    if stray:
        raise Unknown(f"what {', '.join(stray)} is")
    below = trial.relation(LOSS_ITSELF, ">=", number, claim.conditions)
    if below.failure is not None or below.unread:
        return Settled(False if below.failure is not None else None, outcome=below, why=below.unread)
    best = Name(parameters[0], superscripts=(Mark("star"),))
    there = Chain(Name(parameters[0]), (Relation("=", best, claim.tex_line),), claim.tex_line)
    taken = trial.relation(LOSS_ITSELF, "=", number, (*claim.conditions, there))
    said = ("convex", changes.body_of_loss, (), claim.conditions, claim.text)
    if taken.failure is not None and not taken.misfit and curved.is_curved(*said, trial.setting):
        return Settled(False, outcome=taken)
    if taken.failure is not None or taken.unread or not taken.held:
        return Settled(None, outcome=Outcome(1), why="where it is taken was not found")
    return Settled(True, outcome=taken)


def global_minima(claim: Claim, trial: Trial) -> Settled:
    """Where the gradient of a convex loss is zero it is least."""
    said = ("convex", changes.body_of_loss, (), claim.conditions, claim.text)
    if is_of_loss(claim, trial) and curved.is_curved(*said, trial.setting):
        return Settled(True, proven=True)
    return Settled(None, outcome=Outcome(1), why="the loss is not shown to be convex")


def attained(claim: Claim, trial: Trial) -> Settled:
    """No minimiser exists when there is no stationary point."""
    if claim.subject is None and GENERAL.match(claim.reason or claim.text):
        return Settled(None, why="a statement about every function of a kind", outcome=Outcome(1))
    if is_of_loss(claim, trial) and is_strongly_convex(claim, trial):
        return Settled(not claim.negated, proven=True)
    settled = stationary_exists(trial)
    return Settled(claim.negated, outcome=settled.outcome) if settled.holds is False else settled


def stationary_exists(trial: Trial) -> Settled:
    """No stationary point exists when every gradient has a negative product with one direction."""
    outcome = tried(trial, _recedes, ())
    if outcome.failure is not None:
        return Settled(False, outcome=outcome)
    return Settled(None, outcome=outcome, why="existence is only refuted here")


def _recedes(env: Env) -> Found:
    by = variables.stacked_variable(variables.parameters(env))
    for k in range(int(by.length)):
        for sign in (1, -1):
            values = []
            for step in (-64, -16, -4, -1, 0, 1, 4, 16, 64):
                moved = env.calling(shifted(by.along(k), step, env))
                values.append(innermost(moved.slope(lambda e: changes.body_of_loss(e).value, by.along(k))) * sign)
            if all(value < 0 for value in values) and abs(values[-1 if sign > 0 else 0]) < ball(Fraction(1, 1000)):
                return "the slope along an axis", "never 0", "the loss falls for ever along an axis"
    return True
