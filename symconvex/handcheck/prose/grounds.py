"""Reasons by what a thing is made of: "J is convex, as a sum of convex functions". Those in this table show something.

sum, nonnegative combination   of things that have the property, of which one has it strictly if it is strict
maximum                        of convex functions
sum of squares                 nonnegative
Gram matrix                    psd
"""

from collections.abc import Sequence

from symconvex.handcheck.prose.phrases import Token

SUMS = ("sum", "sums", "nonnegative combination", "combination")
MAXIMA = ("maximum", "pointwise maximum", "maxima")
# A property, and what the parts may have besides it.
FAMILIES = {
    "convex": {"convex", "strictly convex", "strongly convex", "affine"},
    "strictly convex": {"convex", "strictly convex", "strongly convex"},
    "strongly convex": {"convex", "strongly convex"},
    "concave": {"concave", "strictly concave", "affine"},
    "psd": {"psd", "pd"},
    "pd": {"psd", "pd"},
    "nonnegative": {"nonnegative", "positive"},
    "positive": {"nonnegative", "positive"},
}


def is_ground(tokens: Sequence[Token], kind: str) -> bool:
    """Does it show that the thing has the property: of a loss, also by what its Hessian is made of?"""
    of_hessian = {"convex": "psd", "strictly convex": "pd"}.get(kind, "")
    matrices = any("matri" in token.text.lower() for token in tokens)
    return _shows(tokens, kind) or (of_hessian != "" and matrices and _shows(tokens, of_hessian))


def _shows(tokens: Sequence[Token], kind: str) -> bool:
    words = [token.text.lower() for token in tokens]
    made = next((token.text.lower() for token in tokens if token.kind == "SUMN"), "")
    parts = {token.meaning for token in tokens if token.kind == "ADJ"}
    if any(token.kind == "NOT" for token in tokens):
        return False
    if made == "sum of squares" or (made in SUMS and words[-1] == "squares"):
        return kind in ("nonnegative", "psd")
    if any("gram matri" in word for word in words):
        return kind == "psd"
    if made == "kronecker product":
        return kind in ("psd", "pd") and parts == {kind}
    if made == "nonnegative combination" and "rank-one" in words:
        return kind == "psd"
    if made in SUMS or made == "":
        return kind in parts and parts <= FAMILIES.get(kind, set())
    return made in MAXIMA and kind == "convex" and "convex" in parts and parts <= FAMILIES["convex"]
