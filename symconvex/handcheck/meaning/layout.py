"""Habits of one text: w^t for a transpose, rows for derivatives by a column."""

from symconvex.handcheck.formula.tree import Chain, Derivative, Name, Node, Power, Transpose
from symconvex.handcheck.formula.walking import sides_of
from symconvex.handcheck.meaning.setting import Setting, every_node
from symconvex.handcheck.text.document import Document


def take_layout(setting: Setting, document: Document) -> None:
    """Does w^t stand for a transpose throughout, and does the text write its gradient as (dJ/dw)^T?"""
    nodes = list(every_node(document))
    raised = sum(isinstance(node, Power) and node.exponent == Name("t") for node in nodes)
    setting.small_t = 0 < raised == nodes.count(Name("t")) and "t" not in setting.declared.names
    for node in nodes:
        if isinstance(node, Chain):
            sides = list(sides_of(node))
            column = any(isinstance(side, Derivative) and side.kind == "gradient" for side in sides)
            turned = any(isinstance(side, Transpose) and _is_slope(side.body) for side in sides)
            setting.rows = setting.rows or (column and turned)


def _is_slope(node: Node) -> bool:
    return isinstance(node, Derivative) and node.kind in ("partial", "total") and node.order == 1
