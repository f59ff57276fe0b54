"""The loss language: from text to a typed tree, a problem, and index notation."""

from symconvex.language.components import expand, instantiate
from symconvex.language.indices import to_term, to_terms
from symconvex.language.read import parse_expression
from symconvex.language.state import parse_loss, state

__all__ = ["expand", "instantiate", "parse_expression", "parse_loss", "state", "to_term", "to_terms"]
