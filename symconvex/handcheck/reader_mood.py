"""What the words of a sentence make of its next formula, and which formulas are conditions."""

from dataclasses import dataclass
from fractions import Fraction

from symconvex.handcheck.formula import Chain, Group, Mark, Name, Node, Number

DERIVED = {
    "hessian": ("hessian", 2),
    "gradient": ("gradient", 1),
    "second derivative": ("total", 2),
    "derivative": ("total", 1),
}
CONVEXITY = frozenset(("convex", "strictly convex", "strongly convex", "concave", "strictly concave", "quasiconvex"))
SAYING = frozenset(
    ("if", "when", "whenever", "provided", "provided that", "unless", "assuming", "as long as", "only if")
)
LONGEST_CLAUSE = 30
JOINING = frozenset(("and", "but", "not", "hence", "so", "thus", "therefore", "even", "also"))
ORDERINGS = frozenset(("<", "<=", ">", ">=", "!=", "in", "succ", "succeq", "prec", "preceq", "notin"))


@dataclass(slots=True)
class Mood:
    """What the words so far make of the next formula."""

    role: str = "claim"
    defining: str = ""
    link: str = ""
    conditional: bool = False
    negated: bool = False
    verb: bool = False
    meaning: bool = False
    attach: str = ""
    block: str = ""


def several(node: Node) -> tuple[Node, ...]:
    """The parts of a list; anything else is one part."""
    return node.items if isinstance(node, Group) else (node,)


def is_ordering(chain: Chain) -> bool:
    """Does the chain compare sizes?"""
    return all(one.sign in ORDERINGS for one in chain.relations)


def is_range(chain: Chain) -> bool:
    """i = 1, ..., n beside a display, and y_i in {-1, 1}."""
    right = chain.relations[-1].right
    listed = isinstance(right, Group) and right.left == "" and any(isinstance(one, Mark) for one in right.items)
    numbered = listed and isinstance(right, Group) and right.items[0] == Number(Fraction(1))
    return numbered or (isinstance(chain.left, Name) and len(chain.relations) == 1 and chain.relations[0].sign == "in")
