"""Values that a text chooses: "Data: X = (1, 2)", "let w = 0"; nothing is claimed by them."""

from symconvex.handcheck.formula.tree import Chain, Group, Name, Neg, Node, Number, Quotient, Transpose
from symconvex.handcheck.formula.tree import Matrix as Rows
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.claims import Item

LITERAL = (Number, Neg, Quotient, Rows, Group, Transpose)


def is_choice(item: Item, trial: Trial) -> bool:
    """Is a value chosen for a name that stands for any? "w = 0" by itself is said of the minimiser, or of every w."""
    if item.sign != "=" or item.link in ("hence", "iff") or item.formula is None or item.formula.called is not None:
        return False
    if not isinstance(item.left, Name):
        return False
    if item.role == "definition":
        return trial.is_free(item.left) or is_part(item.left, trial)
    if not trial.is_free(item.left):
        return False
    # "If Xv = 0, then v = 0" follows, or does not.
    implied = any(isinstance(c, Chain) and c.relations[0].sign == "=" for c in item.conditions)
    of_data = item.left.base not in trial.setting.declared.parameters
    return of_data and not implied and not item.formula.scope and is_literal(item.right)


def is_part(name: Name, trial: Trial) -> bool:
    """Is it a size, or an entry of what is declared: N = 1, t_1 = 0?"""
    found = indexing.resolve(name, trial.env(0))
    declared = trial.setting.declared
    return name.base in declared.sizes() or (found is not None and bool(found.indices) and found.key in declared.names)


def is_literal(node: Node | None) -> bool:
    """Are there numbers only?"""
    return node is not None and all(isinstance(part, LITERAL) for part in walk(node))
