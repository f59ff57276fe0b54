"""Minimisers: unique, attained; stationary points."""

import re
from fractions import Fraction
from functools import partial

from symconvex.handcheck.formula.tree import Chain, Mark, Name, Relation
from symconvex.handcheck.judging import curvature, curved
from symconvex.handcheck.judging.conditions import unchecked
from symconvex.handcheck.judging.curvature import flat, shifted
from symconvex.handcheck.judging.settled import Found, Settled, tried
from symconvex.handcheck.judging.trying import Outcome, Trial
from symconvex.handcheck.meaning import changes, variables
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.prose.looks import LOSS_ITSELF
from symconvex.handcheck.text.document import Claim
from symconvex.handcheck.values.scalars import ball, innermost

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
    declared = trial.setting.declared
    everywhere = all(declared.names[name].within == "real" for name in declared.parameters)
    if not everywhere or unchecked(claim.conditions) or claim.scope or claim.wrt:
        return False
    said = ("strongly convex", changes.body_of_loss, (), claim.conditions, claim.text)
    return curved.is_curved(*said, trial.setting)


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
