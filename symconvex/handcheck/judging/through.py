"""Derivatives of the loss by a letter that the text defines: the loss is then what the text writes in terms of it.

Where s = Kq and L = logsumexp(s) - t's is written, dL/ds is that of the formula in s; by the declared loss alone, which
says t'Kq, nobody knows which part of it moves with s.
"""

from collections.abc import Iterator

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import Derivative, MaybeCall, Name, Node
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.proving import is_proven
from symconvex.handcheck.judging.trying import Outcome, Trial
from symconvex.handcheck.meaning.claims import Item

Pair = tuple[Node, Node]


def in_terms(
    item: Item, sides: Pair, trial: Trial, earlier: tuple[Pair, ...], outcome: Outcome
) -> tuple[Pair, Outcome]:
    """The sides with the loss as a proven line before writes it, and what becomes of the relation."""
    for changed, written in _written(sides, earlier, trial):
        if is_proven(trial.setting, written[0], "=", written[1]):
            return changed, trial.relation(changed[0], item.sign, changed[1], item.conditions, item.beside)
    return sides, outcome


def _written(sides: Pair, earlier: tuple[Pair, ...], trial: Trial) -> Iterator[tuple[Pair, Pair]]:
    """Both sides with the loss under a derivative as it was written before, and the equation that wrote it."""
    letters = {wrt for side in sides for part in walk(side) for wrt in _by_defined(part, trial)}
    if not letters:
        return
    for left, body in earlier:
        if _is_loss(left, trial) and letters <= {part for part in walk(body) if isinstance(part, Name)}:
            yield (_with_body(sides[0], body, trial), _with_body(sides[1], body, trial)), (left, body)


def _is_loss(node: Node | None, trial: Trial) -> bool:
    """J or J(w), and nothing else; None stands for the loss under a derivative."""
    head = node.head if isinstance(node, MaybeCall) and not node.after else node
    return head is None or (isinstance(head, Name) and head.base in trial.setting.heads and not head.subscripts)


def _by_defined(part: Node, trial: Trial) -> Iterator[Name]:
    """The letters that a derivative of the loss is taken by, where the text defines them."""
    if isinstance(part, Derivative) and _is_loss(part.of, trial):
        for wrt in part.wrt:
            name = Name(wrt.base, wrt.decorations) if isinstance(wrt, Name) else None
            if name is not None and name.base in trial.setting.written and name.base not in trial.setting.heads:
                yield name


def _with_body(side: Node, body: Node, trial: Trial) -> Node:
    def change(part: Node) -> Node | None:
        if isinstance(part, Derivative) and any(_by_defined(part, trial)):
            return Derivative(part.kind, body, part.wrt, part.order, part.written)
        return None

    changed: Node = everywhere(side, change)
    return changed
