"""Proofs as LaTeX documents, and a verdict in one line for notebooks.

What is stated is what the kernel accepted, and nothing more; the proof is told from the argument of the rule, by the
page of that argument's name. Where there is no argument, the page states the theorems and leaves the proof to the
certificate.
"""

from typing import TYPE_CHECKING

from symconvex.catalogue import load
from symconvex.drafting.draft import draft_of
from symconvex.exposition.claims import Claims, claims_of
from symconvex.exposition.general import thin
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import condition
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import arguments, called, document, footer
from symconvex.formats.text import second_derivatives
from symconvex.language.printing.mathtex import formula_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.verdict import CLAIMS, Decided, Teller

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

# What a title says, from strong to weak.
STRONGEST = ("strongly_convex", "strictly_convex", "strictly_concave", "affine", "convex", "concave", "not_convex")


def render_document(verdict: Decided, derivation: "Derivation") -> str:
    """A complete document: what the page of the argument says, and where the certificate is."""
    claims = claims_of(verdict.theorems)
    told = Told(draft_of(verdict.problem), verdict.answer, claims, verdict.argument, derivation)
    page = page_of("general" if verdict.argument is None else verdict.argument.name)
    parts = [*page.tell(told), footer(verdict)]
    return document(title(verdict, claims), parts, pictures=any("tikzpicture" in part for part in parts))


def page_of(name: str) -> Page:
    """The page that tells this kind of argument."""
    return load("symconvex.exposition", name, "PAGE", Page)


def title(verdict: Decided, claims: Claims) -> str:
    """The result in words; what holds under a hypothesis only is not said without it."""
    subject = called(verdict.problem.name)
    always = next((word for word in STRONGEST if claims.always(word)), None)
    if always is not None:
        return f"{subject} is {always.replace('_', ' ')}"
    x = claims.matrix("nonzero", "not_convex")
    return f"{subject}, convex or not" if x is None else f"{subject} is not convex unless ${word_tex(x)}=0$"


def headline(verdict: Decided) -> str:
    """The loss and the answer as one displayed formula, for notebooks."""
    claims, draft = claims_of(verdict.theorems), draft_of(verdict.problem)
    word = CLAIMS[verdict.answer][0].strip("()").split()[1]
    found = next(claim for claim in sorted(claims.accepted, key=lambda c: len(c.given)) if claim.word == word)
    answer = "neither convex nor concave" if verdict.answer == "neither" else verdict.answer
    for better in ("strictly_convex", "strongly_convex"):
        answer = better.replace("_", " ") if claims.always(better) else answer
    given = condition(found, draft, Notation({}, {}))
    loss, when = thin(formula_tex(verdict.problem.loss)), f"\\text{{ if {given}}}" if given else ""
    return f"$$f({arguments(verdict.problem)})={loss}\\quad\\text{{is {answer}}}{when}$$"


TELLER = Teller("document", headline, render_document, second_derivatives)
