"""Numbers that a property comes with: "lambda-strongly convex", "strongly convex with modulus lambda".

J is m-strongly convex    nabla^2 J(w) >= m I    (also said of the Hessian, which need not exist everywhere)
nabla J is M-Lipschitz, J is M-smooth    -M I <= nabla^2 J(w) <= M I
J is M-Lipschitz, J is homogeneous of degree k    the claim itself has the number
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Product,
    Relation,
    Text,
)
from symconvex.handcheck.prose.clauses import SIDES
from symconvex.handcheck.prose.phrases import Token
from symconvex.handcheck.text.document import Claim, Formula

NUMBERED = ("lipschitz", "homogeneous")


def with_numbers(
    claims: Sequence[Claim], words: Sequence[Token], after: Sequence[Token]
) -> list[Claim | Formula] | None:
    """The claims, of which one comes with a number, before or after it; None where nothing is known of that."""
    kinds = {claim.kind for claim in claims}
    found = _before_property(words)
    found = found or ((degree, claims[-1].kind) if (degree := _degree_of(after)) is not None else None)
    if found is None:
        return [*claims]
    told = [with_number(claim, found[0]) if claim.kind == found[1] else claim for claim in claims]
    if found[1] not in kinds or any(one is None for one in told):
        return None
    strong = [claim for claim in claims if claim.kind == found[1] == "strongly convex"]
    return [*strong, *(one for one in told if one is not None)]


def _before_property(tokens: Sequence[Token]) -> tuple[Node, str] | None:
    """The number right before a property, and the property."""
    for token, after in pairwise(tokens):
        if token.kind in SIDES and token.node is not None and after.kind in ("ADJ", "ZERO", "JBLK"):
            return token.node, after.meaning
    return None


def with_number(claim: Claim, number: Node) -> Claim | Formula | None:
    """What a property says with its number; None where nothing is known."""
    bound = bound_of(claim, number)
    if bound is not None:
        return bound
    plain = claim.noun.word in ("", "loss", "function", "derivative") or isinstance(claim.subject, Name)
    function = plain and claim.noun.word not in ("hessian", "gradient") and not isinstance(claim.subject, Derivative)
    return replace(claim, number=number) if claim.kind in NUMBERED and function else None


def _degree_of(tokens: Sequence[Token]) -> Node | None:
    """ "Two", "2", "k"."""
    match [(token.kind, token.meaning) for token in tokens]:
        case [("CARD" | "ORD", word)] if word.isdecimal():
            return Number(Fraction(word))
    return tokens[0].node if tokens else None


def bound_of(claim: Claim, number: Node) -> Formula | None:
    """What the number says of the Hessian; nothing is known of other properties, or of their denial."""
    node = claim.subject.head if isinstance(claim.subject, MaybeCall) else claim.subject
    if node is None and claim.noun.word == "gradient" and not isinstance(claim.noun.of, Text):
        node = Derivative("gradient", claim.noun.of, claim.noun.wrt)
    if claim.kind == "smooth" and claim.noun.word in ("", "loss", "function") and isinstance(node, Name | None):
        claim, node = replace(claim, kind="lipschitz"), Derivative("gradient", node)
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
