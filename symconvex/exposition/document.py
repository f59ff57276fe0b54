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
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import arguments, called, document, footer
from symconvex.formats.text import second_derivatives
from symconvex.language.printing.mathtex import formula_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.verdict import Decided, Teller

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation


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
    """The result in words."""
    subject = called(verdict.problem.name)
    if claims.always("strongly_convex"):
        return f"{subject} is strongly convex"
    if claims.always("strictly_convex"):
        return f"{subject} is strictly convex"
    return f"{subject} is {'not convex' if verdict.answer == 'neither' else verdict.answer}"


def headline(verdict: Decided) -> str:
    """The loss and the answer as one displayed formula, for notebooks."""
    claims = claims_of(verdict.theorems)
    answer = "neither convex nor concave" if verdict.answer == "neither" else verdict.answer
    for word in ("strictly_convex", "strongly_convex"):
        answer = word.replace("_", " ") if claims.always(word) else answer
    given = verdict.hypotheses[0] if len(verdict.hypotheses) == 1 and verdict.hypotheses[0].endswith("!= 0") else ""
    when = f"\\text{{ for }}{word_tex(given.split()[0])}\\neq 0" if given else ""
    loss = thin(formula_tex(verdict.problem.loss))
    return f"$$f({arguments(verdict.problem)})={loss}\\quad\\text{{is {answer}}}{when}$$"


TELLER = Teller("document", headline, render_document, second_derivatives)
