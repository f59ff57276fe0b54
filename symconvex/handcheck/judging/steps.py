"""Steps of an iteration: w_{t+1} = w_t - eta g_t is a gradient step when g_t is shown to be the gradient at w_t.

An assignment is not false: a step that is no gradient, or goes up along it, stays open.
"""

from collections.abc import Sequence

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import Add, Derivative, MaybeCall, Name, Neg, Node, Number, Product, Quotient
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.proving import is_proven
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing

UPWARD = "an assignment: its step goes up along the gradient"
OTHER = "an assignment: its step is not shown to be the gradient"
DOWN = "a gradient step"


def step_of(left: Node | None, right: Node | None) -> tuple[bool, Node] | None:
    """Is something taken off, and what: w_t - eta g gives (True, eta g)."""
    if not isinstance(left, Name) or not isinstance(right, Add) or len(right.terms) != 2:
        return None
    rest = [term for term in right.terms if not (isinstance(term, Name) and term.base == left.base)]
    if len(rest) != 1:
        return None
    (step,) = rest
    return (True, step.body) if isinstance(step, Neg) else (False, step)


def fate_of_step(left: Node | None, right: Node | None, trial: Trial) -> str:
    """What the step is: DOWN the gradient, UPWARD, or OTHER."""
    found = step_of(left, right)
    if found is None or not isinstance(left, Name):
        return OTHER
    taken, step = found
    body = _without_rate(step, trial)
    if body is None:
        return OTHER
    here = everywhere(body, lambda part: _at_present(part, left))
    slope = Derivative("gradient", None)
    if _is_named_gradient(body, left, trial) or is_proven(trial.setting, slope, "=", here, ()):
        return DOWN if taken else UPWARD
    if is_proven(trial.setting, slope, "=", Neg(here), ()):
        return UPWARD if taken else DOWN
    return OTHER


def _without_rate(step: Node, trial: Trial) -> Node | None:
    """The step without its rate: numbers above 0 and letters that stand for nothing else."""
    factors: Sequence[Node] = step.factors if isinstance(step, Product) else (step,)
    kept = [factor for factor in factors if not _is_rate(factor, trial)]
    if not kept or len(kept) == len(factors):
        return None
    return kept[0] if len(kept) == 1 else Product(tuple(kept))


def _is_rate(factor: Node, trial: Trial) -> bool:
    match factor:
        case Number(value):
            return value > 0
        case Quotient(top, bottom):
            return _is_rate(top, trial) and _is_rate(bottom, trial)
        case Name(base):
            setting = trial.setting
            return base in ("eta", "alpha", "gamma", "tau", "h") and base not in setting.declared.parameters
    return False


def _at_present(part: Node, left: Name) -> Node | None:
    """w_t and w^{(t)} as w."""
    if isinstance(part, Name) and (part.base, part.decorations) == (left.base, left.decorations):
        return Name(left.base, left.decorations)
    return None


def _is_named_gradient(body: Node, left: Name, trial: Trial) -> bool:
    """Is it g_t, and the text says that g_t is the gradient at w_t?"""
    found = indexing.resolve(body, trial.env(0))
    written = trial.setting.written.get(found.key) if found is not None else None
    match written[1] if written is not None else None:
        case MaybeCall(Derivative("gradient", Name() as loss, wrt, _), (Name() as point,)):
            return loss.base in trial.setting.heads and point.base == left.base and not wrt
        case Derivative("gradient", MaybeCall(Name() as loss, (Name() as point,)), wrt, _):
            return loss.base in trial.setting.heads and point.base == left.base and not wrt
    return False


def holds_derivative(node: Node | None) -> bool:
    """Is there a derivative in it?"""
    return node is not None and any(isinstance(part, Derivative) for part in walk(node))


def is_upward(left: Node | None, right: Node | None) -> bool:
    """Is something with a derivative added rather than taken off?"""
    found = step_of(left, right)
    return found is not None and not found[0]


def at_present(head: Node | None, left: Node, right: Node, trial: Trial) -> tuple[Node, Node]:
    """The steps of w_t - eta g = w_t - eta h by themselves, after w_{t+1} = ...; other sides as they are."""
    if not isinstance(head, Name) or not (head.subscripts or head.superscripts) or head in (left, right):
        return left, right
    steps = [step_of(head, side) for side in (left, right)]
    if steps[0] is None or steps[1] is None or steps[0][0] is not steps[1][0]:
        return left, right
    bodies = [_without_rate(step[1], trial) for step in steps if step is not None]
    rates = [_rate(step[1], trial) for step in steps if step is not None]
    if bodies[0] is None or bodies[1] is None or rates[0] != rates[1]:
        return left, right
    one, other = (everywhere(body, lambda part: _at_present(part, head)) for body in bodies)
    return one, other


def _rate(step: Node, trial: Trial) -> list[Node]:
    return [factor for factor in (step.factors if isinstance(step, Product) else (step,)) if _is_rate(factor, trial)]
