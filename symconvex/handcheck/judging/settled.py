"""What became of a property, and properties tried at instances."""

from collections.abc import Callable
from dataclasses import dataclass

from symconvex.handcheck.formula.tree import Node
from symconvex.handcheck.judging.conditions import has_rank, places
from symconvex.handcheck.judging.trying import Failure, Outcome, Trial
from symconvex.handcheck.meaning import variables
from symconvex.handcheck.meaning.world import Env

Found = tuple[str, str, str] | bool | None
FEW, LARGE = 14, 7
NOTHING = Outcome()
NEVER_SEEN = "no instance shows it"
NEVER_MET = "no instance meets what it is said under"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a property: true, false or open; shown by the prover or only tried."""

    holds: bool | None
    proven: bool = False
    outcome: Outcome = NOTHING
    why: str = ""


def tried(
    trial: Trial, check: Callable[[Env], Found], conditions: tuple[Node, ...], text: str = "", about: Node | None = None
) -> Outcome:
    """A check at every instance that meets the conditions, for every index that is free in what it is about."""
    held = 0
    for number in range(trial.total):
        env = trial.env(number)
        if number >= FEW and variables.count_of_parameters(env) > LARGE:
            continue
        if not has_rank(text, env):
            continue
        seen = False
        for place in places(env, (about,) if about is not None else (), conditions):
            found = check(place)
            if isinstance(found, tuple):
                indices = tuple((k, int(v) + 1) for k, v in place.indices.items())
                return Outcome(held, Failure(trial.instance(number), indices, *found))
            seen = seen or found is True
        held += seen
    return Outcome(held)


def settled_by(outcome: Outcome, *, negated: bool) -> Settled:
    """A property for all values fails at one instance; its negation then holds."""
    if outcome.failure is not None:
        return Settled(negated, outcome=outcome)
    if negated:
        return Settled(None, outcome=outcome, why=NEVER_SEEN)
    return Settled(True if outcome.held else None, outcome=outcome, why="" if outcome.held else NEVER_MET)
