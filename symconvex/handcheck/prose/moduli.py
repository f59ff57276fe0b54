"""Numbers that a property comes with: "lambda-strongly convex", "strongly convex with modulus lambda".

J is m-strongly convex    nabla^2 J(w) >= m I    (also said of the Hessian, which need not exist everywhere)
nabla J is M-Lipschitz    -M I <= nabla^2 J(w) <= M I
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from symconvex.handcheck.formula.tree import Chain, Derivative, MaybeCall, Name, Neg, Node, Product, Relation, Text
from symconvex.handcheck.prose.clauses import SIDES
from symconvex.handcheck.prose.phrases import Token
from symconvex.handcheck.text.document import Claim, Formula


def before_property(tokens: Sequence[Token]) -> tuple[Node, str] | None:
    """The number right before a property, and the property."""
    for token, after in pairwise(tokens):
        if token.kind in SIDES and token.node is not None and after.kind in ("ADJ", "ZERO", "JBLK"):
            return token.node, after.meaning
    return None


def bound_of(claim: Claim, number: Node) -> Formula | None:
    """What the number says of the Hessian; nothing is known of other properties, or of their denial."""
    node = claim.subject.head if isinstance(claim.subject, MaybeCall) else claim.subject
    if node is None and claim.noun.word == "gradient" and not isinstance(claim.noun.of, Text):
        node = Derivative("gradient", claim.noun.of, claim.noun.wrt)
    if claim.kind == "lipschitz" and not claim.negated and isinstance(node, Derivative) and node.kind == "gradient":
        most = Product((number, Name("I")))
        within = tuple(
            Relation("preceq", side, claim.tex_line) for side in (replace(node, kind="hessian", order=2), most)
        )
        return Formula(Chain(Neg(most), within, claim.tex_line), "inline", claim.role, claim.tex_line)
    if claim.kind != "strongly convex" or claim.negated or claim.wrt or not isinstance(node, Name | None):
        return None
    if node is None and (claim.noun.word not in ("loss", "") or claim.noun.of is not None):
        return None
    bound = Relation("succeq", Product((number, Name("I"))), claim.tex_line)
    return Formula(
        Chain(Derivative("hessian", node, (), 2), (bound,), claim.tex_line), "inline", claim.role, claim.tex_line
    )
