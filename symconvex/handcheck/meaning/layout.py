"""Habits of one text: w^t for a transpose, rows for derivatives by a column, x_i^{(j)} for an entry of x_i."""

from symconvex.handcheck.formula.tree import Chain, Derivative, Name, Node, Power, Transpose
from symconvex.handcheck.formula.walking import sides_of
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.setting import Setting, every_node
from symconvex.handcheck.text.document import Document


def take_layout(setting: Setting, document: Document) -> None:
    """Does w^t stand for a transpose throughout, and does the text write its gradient as (dJ/dw)^T, or say so?"""
    setting.rows = document.layout == "numerator"
    nodes = list(every_node(document))
    raised = sum(isinstance(node, Power) and node.exponent == Name("t") for node in nodes)
    setting.small_t = 0 < raised == nodes.count(Name("t")) and "t" not in setting.declared.names
    setting.counting = _counting([node for node in nodes if isinstance(node, Name)])
    for node in nodes:
        if isinstance(node, Chain):
            sides = list(sides_of(node))
            column = any(isinstance(side, Derivative) and side.kind == "gradient" for side in sides)
            turned = any(isinstance(side, Transpose) and _is_slope(side.body) for side in sides)
            setting.rows = setting.rows or (column and turned)


def _counting(names: list[Name]) -> frozenset[str]:
    """i of the samples x_i, where x has an index below and one above too, and x^{(i)} stands nowhere."""
    letters = [(name, new_key(name)[1]) for name in names]
    both = {name.base for name, found in letters if len(found) == 2 and name.subscripts and name.superscripts}
    if any(len(found) == 1 and not name.subscripts for name, found in letters):
        return frozenset()
    return frozenset(found[0] for name, found in letters if len(found) == 1 and name.base in both)


def _is_slope(node: Node) -> bool:
    return isinstance(node, Derivative) and node.kind in ("partial", "total") and node.order == 1
