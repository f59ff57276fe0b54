"""A dash on a column: a transpose, or the derivative entry by entry of the function by which the column is defined."""

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import Apply, MaybeCall, Name, Node, Prime
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.values.scalars import is_function


def as_slopes(node: Node, trial: Trial) -> Node:
    """a' as tanh'(z) where a = tanh(z) is defined; everything else as it is."""
    changed: Node = everywhere(node, lambda part: _slope(part, trial))
    return changed


def _slope(part: Node, trial: Trial) -> Node | None:
    match part:
        case Prime(Name() as letter, count):
            match trial.setting.written.get(indexing.whole(letter, trial.env(0)), ((), None))[1]:
                case Apply(function, (inner,), ()) if is_function(function):
                    return MaybeCall(Prime(Name(function, ("roman",)), count), (inner,))
                case MaybeCall(Name() as head, (inner,), _, ()):
                    return MaybeCall(Prime(head, count), (inner,))
    return None
