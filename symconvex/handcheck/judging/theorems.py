"""General statements as people quote them, true or false; of the false ones an example that breaks them.

A sentence is brought to bare words first: "The pointwise maximum of two convex functions is convex" is
"maximum convex function convex". What is not in the table is not understood: it is never tried on the loss at hand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from symconvex.handcheck.text.document import Claim

OPENING = re.compile(
    r"\s*(?:since|because|as|and|but|hence|so|thus|then|recall that|note that|we know that|of course|in general,?)?\s*"
    r"(?:an?|any|every|each|all|two|no|the (?:\w+ )?\w+ of|(?:\w+ )?\w+s (?:of|with|are))\b.*?"
    r"\b(?:functions?|matrix|matrices|maps?|norms?|combinations?|squares)\b",
    re.IGNORECASE,
)
AT_HAND = ("hessian", "loss", "gradient", "derivative", "second derivative", "minimiser")
DROPPED = re.compile(
    r"\b(?:since|because|as|and|but|hence|so|thus|then|recall|note|that|we|know|of|course|in|general|an?|any|every|each|"
    r"all|two|the|is|are|again|with|for|whose|which|has|have|having|pointwise|itself|real|jointly|by|to|be)\b"
)
SAME: Mapping[str, str] = {
    "functions": "function", "sums": "sum", "products": "product", "compositions": "composition", "maxima": "maximum",
    "max": "maximum", "supremum": "maximum", "min": "minimum", "matrices": "matrix", "maps": "affine", "map": "affine",
    "linear": "affine", "combinations": "combination", "weighted": "", "conic": "nonnegative",
    "positive": "nonnegative", "non-negative": "nonnegative", "entries": "entry", "elements": "entry",
    "minimizer": "minimiser",
    "variable": "argument", "block": "argument", "separately": "argument", "variables": "argument",
    "semidefinite": "psd", "squares": "square", "minimum": "minimum", "attained": "minimiser",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Broken:
    """What breaks a false statement: a function that is not convex, or has no minimum, or a matrix that is not psd."""

    text: str
    loss: str = ""
    matrix: tuple[tuple[int, ...], ...] = ()
    slope: str = ""


# Bare words, in order.
TRUE = frozenset(
    {
        "sum convex function convex", "nonnegative sum convex function convex", "maximum convex function convex",
        "nonnegative combination convex function convex", "sum concave function concave",
        "sum convex function affine function convex", "convex function affine convex",
        "composition convex function affine convex", "composition convex function affine function convex",
        "affine function convex", "affine function concave", "sum psd matrix psd", "kronecker product psd matrix psd",
        "sum strictly convex function strictly convex", "sum convex function strictly convex function strictly convex",
        "strongly convex function strictly convex", "strictly convex function convex", "sum psd matrix pd matrix pd",
        "pd matrix invertible", "pd matrix psd", "diagonal matrix nonnegative entry psd", "norm convex",
    }
)  # fmt: skip
QUARTIC = Broken("(x^2 - 1)^2, where both u^2 and x^2 - 1 are convex", "(x**2 - 1)**2")
SADDLE = Broken("uv, which is affine in u and in v", "u*v")
HILL = Broken("1/(1 + x^2)", "1/(1 + x**2)")
FALLING = Broken("e^x, which falls for ever", slope="exp(x)")
MIXED = Broken("the matrix with rows 1 2 and 2 1", matrix=((1, 2), (2, 1)))
MATRICES: Mapping[str, Broken] = {
    "trace": Broken("diag(2, -1)", matrix=((2, 0), (0, -1))),
    "determinant": Broken("diag(-1, -1)", matrix=((-1, 0), (0, -1))),
    **dict.fromkeys(("entry", "diagonal", "diagonal entry"), MIXED),
}
FALSE: Mapping[str, Broken] = {
    **dict.fromkeys(("composition convex function convex", "convex function convex function convex"), QUARTIC),
    "square convex function convex": QUARTIC,
    "product convex function convex": Broken("x times x^2", "x*x**2"),
    "product nonnegative convex function convex": Broken("e^-x times x^2", "exp(-x)*x**2"),
    "difference convex function convex": Broken("x^2 - 2 x^2", "x**2 - 2*x**2"),
    "minimum convex function convex": Broken("min(x, -x)", "-abs(x)"),
    "negative convex function convex": Broken("-x^2", "-x**2"),
    **dict.fromkeys(("function convex argument convex", "convex function argument convex"), SADDLE),
    **dict.fromkeys(("nonnegative function convex", "bounded function convex"), HILL),
    **dict.fromkeys(("convex function minimiser", "strictly convex function minimiser"), FALLING),
    **{
        f"{symmetric}matrix nonnegative {word} {kind}": example
        for word, example in MATRICES.items()
        for symmetric in ("", "symmetric ")
        for kind in ("psd", "pd")
    },
}


def is_general(claim: Claim) -> bool:
    """Is it said of every function or matrix of a kind, and not of one at hand?"""
    if claim.subject is not None or claim.noun.of is not None or claim.noun.word in AT_HAND:
        return False
    return OPENING.match(claim.text) is not None


def bare(text: str) -> str:
    """The words of a statement that matter."""
    words = re.findall(r"[a-z-]+", DROPPED.sub(" ", text.lower()))
    kept = [SAME.get(word, word) for word in words]
    return " ".join(word for word in kept if word)


def truth_of(claim: Claim) -> Broken | bool | None:
    """True, or what breaks it; None for a statement that is not in the table."""
    words = bare(claim.text)
    if claim.negated or claim.conditions or claim.scope:
        return None
    return True if words in TRUE else FALSE.get(words)
