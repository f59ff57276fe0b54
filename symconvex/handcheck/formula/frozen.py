"""A part of a formula that is held fixed while the rest is differentiated."""

from dataclasses import dataclass

from symconvex.handcheck.formula.tree import Node


@dataclass(frozen=True, slots=True)
class Frozen(Node):
    """The body, unmoved by the innermost derivative."""

    body: Node
