"""What a formula is by its looks: a range, a restriction of letters, a hypothesis, a function."""

from fractions import Fraction

from symconvex.handcheck.formula.tree import (
    Abs,
    Apply,
    Big,
    Chain,
    Derivative,
    Entry,
    Function,
    Group,
    Mark,
    MaybeCall,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Prime,
)
from symconvex.handcheck.formula.walking import walk

DERIVED = {
    "hessian": ("hessian", 2),
    "gradient": ("gradient", 1),
    "second derivative": ("total", 2),
    "derivative": ("total", 1),
}
MINIMISER = Name("minimiser")  # what "the minimiser is (X^T X)^{-1} X^T y" is about
LOSS_ITSELF = Name("loss")  # what "the loss is at least 0" is about, whatever its letter
CONVEXITY = frozenset(("convex", "strictly convex", "strongly convex", "concave", "strictly concave", "quasiconvex"))
OF_A_FUNCTION = frozenset(("unique", "attained", "bounded below"))
# Nouns that name a number or a part of the matrix that they are "of".
OF_A_MATRIX = frozenset(
    ("determinant", "trace", "eigenvalues", "smallest eigenvalue", "largest eigenvalue", "one eigenvalue", "minors")
)
OPERATIONS = {"determinant": "det", "trace": "tr"}
SHORT = 14
CONSTANTS = (Name("e"), Name("pi"))
ORDERINGS = frozenset(("<", "<=", ">", ">=", "!=", "in", "succ", "succeq", "prec", "preceq", "notin"))
COMPARED = frozenset(("=", "<", "<=", ">", ">=", "preceq", "succeq", "prec", "succ"))
LOSSES = frozenset(("J", "L", "f", "F", "g", "h", "phi", "Phi", "E", "C", "R", "Q", "ell", "psi", "NLL", "LL"))


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


def is_letter(node: Node) -> bool:
    """A letter with indices, a list of letters, or a norm."""
    if isinstance(node, Group):
        return all(is_letter(one) or isinstance(one, Mark) for one in node.items)
    if isinstance(node, Entry):
        return is_letter(node.body)
    return isinstance(node, Name | Norm | Abs)


def is_about_letters(chain: Chain) -> bool:
    """0 < lambda <= 1 and ||v|| != 0 restrict letters; v^T H v > 0 claims."""
    sides = (chain.left, *(one.right for one in chain.relations))
    first = next((side for side in sides if not isinstance(side, Number | Neg)), None)
    return first is not None and is_letter(first)


def is_derived(node: Node) -> bool:
    """Is it, or does it hold, a derivative?"""
    return any(isinstance(one, Derivative | Prime) for one in walk(node))


def is_short(node: Node) -> bool:
    """A few letters, without a derivative, a call or a sum."""
    parts = list(walk(node))
    return len(parts) <= SHORT and not any(
        isinstance(p, Derivative | MaybeCall | Prime | Big | Function) for p in parts
    )


def may_restrict(chain: Chain) -> bool:
    """May it follow "for" or "at" as a condition? "for w = 0" does, "at J(w) = ..." does not."""
    if is_range(chain):
        return True
    if is_ordering(chain):
        return not is_derived(chain.left)
    rights = [one.right for one in chain.relations]
    computed = any(isinstance(part, Norm) for right in rights for part in walk(right))
    named = isinstance(chain.left, Name) and (computed or not all(is_short(right) for right in rights))
    return is_short(chain.left) and not named


def is_literal(node: Node) -> bool:
    """A number, or its negative."""
    return isinstance(node, Number) or (isinstance(node, Neg) and isinstance(node.body, Number))


def is_constant(node: Node) -> bool:
    """Are there no letters but e and pi?"""
    return not any(isinstance(part, Name | MaybeCall) and part not in CONSTANTS for part in walk(node))


def is_hypothesis(chain: Chain) -> bool:
    """Is it something that may hold or not, rather than the result of a computation?"""
    if is_ordering(chain) or (is_literal(chain.relations[-1].right) and len(chain.relations) == 1):
        return True
    computed = isinstance(chain.left, Name | MaybeCall | Apply) or is_derived(chain.left)
    return len(chain.relations) == 1 and not computed


def is_computed(chain: Chain) -> bool:
    """Is it the result of a computation: the value of a derivative or of a function, other than a number?

    Differentials may be those of one of several letters alone, as the words tell.
    """
    sides = (chain.left, *(one.right for one in chain.relations))
    if any(one.sign not in COMPARED for one in chain.relations):
        return False
    last = chain.relations[-1]
    if last.sign == "=" and (is_literal(last.right) or is_constant(last.right)):  # "where f'(x) = 0"
        return False
    derived = [part for side in sides for part in walk(side) if isinstance(part, Derivative | Prime)]
    if any(isinstance(part, Derivative) and part.kind == "differential" for part in derived):
        return False
    return bool(derived) or (isinstance(chain.left, MaybeCall) and not is_ordering(chain) and not is_letter(last.right))


def is_function(node: Node | None) -> bool:
    """Is it written like a function: f, f(x), x -> ..., so that "it is convex" can mean it?"""
    if isinstance(node, MaybeCall):
        return isinstance(node.head, Name)
    return isinstance(node, Function) or (isinstance(node, Name) and node.base in LOSSES and not node.decorations)
