"""Signs of derivatives that are also something else: a dash on a column, and d before a bracket.

A dash is a transpose, or the derivative entry by entry of the function by which the column is defined.
"""

from fractions import Fraction

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import Apply, Chain, Derivative, MaybeCall, Name, Node, Number, Prime, Relation
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.values.scalars import is_function


def as_slopes(node: Node, trial: Trial) -> Node:
    """a' as tanh'(z) where a = tanh(z) is defined; everything else as it is."""
    changed: Node = everywhere(node, lambda part: _slope(part, trial))
    return changed


def as_differentials(sides: tuple[Node, Node]) -> tuple[Node, Node]:
    """d(XW - Y) beside dW is a differential, and no size d times a bracket."""
    if not any(isinstance(part, Derivative) and part.kind == "differential" for side in sides for part in walk(side)):
        return sides
    return everywhere(sides[0], _moved), everywhere(sides[1], _moved)


def held_fixed(sides: tuple[Node, Node], trial: Trial) -> tuple[Chain, ...]:
    """dW = 0 for the parameters whose differential does not occur where that of another one does."""
    parts = [part for side in sides for part in walk(side)]
    moving = {part.of.base for part in parts if isinstance(part, Derivative) and isinstance(part.of, Name)}
    names = trial.setting.declared.parameters
    fixed = [name for name in names if name not in moving]
    if len(fixed) == len(names) or not any(isinstance(p, Derivative) and p.kind == "differential" for p in parts):
        return ()
    return tuple(Chain(Name(f"d_{name}"), (Relation("=", Number(Fraction(0)), 0),), 0) for name in fixed)


def _moved(part: Node) -> Node | None:
    match part:
        case MaybeCall(Name("d", (), (), ()), (body,), _, ()):
            return Derivative("differential", body, (), 1, "d")
    return None


def _slope(part: Node, trial: Trial) -> Node | None:
    match part:
        case Prime(Name() as letter, count):
            match trial.setting.written.get(indexing.whole(letter, trial.env(0)), ((), None))[1]:
                case Apply(function, (inner,), ()) if is_function(function):
                    return MaybeCall(Prime(Name(function, ("roman",)), count), (inner,))
                case MaybeCall(Name() as head, (inner,), _, ()):
                    return MaybeCall(Prime(head, count), (inner,))
    return None
