"""Proofs as LaTeX documents, and a verdict in one line for notebooks.

What is stated is what the kernel accepted, and nothing more; the proof is told from the argument of the rule, by the
page of that argument's name. Where there is no argument, the page states the theorems and leaves the proof to the
certificate.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symconvex.catalogue import load
from symconvex.drafting.draft import Draft, draft_of
from symconvex.exposition.claims import Claims
from symconvex.exposition.domain import domain_paragraph
from symconvex.exposition.flat import flat_chord
from symconvex.exposition.flattening import flattening
from symconvex.exposition.frame import Title, closed, document, footer, subject
from symconvex.exposition.general import APPENDIX, EXPLAINED, notation_of, thin
from symconvex.exposition.notation import Notation
from symconvex.exposition.picture import FIGURE
from symconvex.exposition.quasi import quasi_paragraphs
from symconvex.exposition.references import bibliography, citation
from symconvex.exposition.signs import notation_paragraph, said, signs_of
from symconvex.exposition.statement import condition, constants, kinds
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import arguments, as_given, introduction, row_letter
from symconvex.formats.text import second_derivatives
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.pages._mathml import without_macros
from symconvex.problem import Problem
from symconvex.verdict import Decided, Depends, Teller

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

REFUTED = {"neither": "not_convex", "not convex": "not_convex"}
ANSWERS = {"neither": "neither convex nor concave", "not convex": "not convex"}
# What a title says, from strong to weak.
STRONGEST = ("strongly_convex", "strictly_convex", "strictly_concave", "affine", "convex", "concave", "not_convex")


def render_document(verdict: Decided, derivation: "Derivation") -> str:
    """A complete document: what the page of the argument says, and where the certificate is."""
    start, *rest = paragraphs(verdict, derivation)
    parts = closed(
        [f"{start}{as_given(verdict.problem)}", *rest], bibliography(verdict.problem.source), footer(verdict)
    )
    return document(title(verdict, Claims(verdict.view)), parts, verdict.problem)


def paragraphs(verdict: Decided, derivation: "Derivation") -> list[str]:
    """The idea, and what the page of the argument says."""
    claims = Claims(verdict.view)
    told = Told(_shown(verdict), verdict.answer, claims, verdict.argument, derivation, verdict.broken)
    page = page_of("general" if verdict.argument is None else verdict.argument.name)
    start, *rest = page.tell(told)
    start = f"{idea(page.idea(told), rest, verdict.problem.source)}\n\n{start}".lstrip()
    domain = domain_paragraph(told, verdict.certificate["domain"])
    chord = flat_chord(told, verdict.certificate)
    quasi = filter(None, quasi_paragraphs(told, verdict.certificate))
    flat = flattening(told, verdict.certificate)
    last = [part for part in rest if part.startswith(APPENDIX)]
    body = [start, *filter(None, [domain]), *(part for part in rest if part not in last), *chord, *flat, *quasi]
    signs = signs_of(body)
    start, *others = body
    ends = [part.replace(EXPLAINED, said(signs_of([part], signs), " Here we write")) for part in last]
    return [
        used_rows(start, [*others, *ends], told.problem),
        *filter(None, [notation_paragraph(signs)]),
        *others,
        *ends,
    ]


LETTERS = r"\$(\w)_1\\T,\\dots,\{}_\{{\w+\}}\\T\$"
ROWS = re.compile(f" with rows {LETTERS.format(1)}| The rows of \\$\\w\\$ are {LETTERS.format(2)}\\.")


def used_rows(start: str, others: Sequence[str], problem: Problem) -> str:
    """The setting with the letters of rows that are spoken of: without others, and with those of parameters."""
    text = ROWS.sub("", "\n".join([start, *others]))
    spoken = {found[0] for found in ROWS.finditer(start) if re.search(rf"(?<![A-Za-z\\]){found[1] or found[2]}_", text)}
    start = ROWS.sub(lambda found: found[0] if found[0] in spoken else "", start)
    for symbol in problem.parameters:
        letter, named = row_letter(symbol, problem), f"The rows of ${word_tex(symbol.name)}$ are"
        if letter and named not in start and any(re.search(rf"-{letter}_\{{\w\}}\\rVert", part) for part in others):
            start += f" {named} ${letter}_1\\T,\\dots,{letter}_{{{size_tex(symbol.shape[0])}}}\\T$."
    return start


def idea(sentence: str, parts: Iterable[str], source: str) -> str:
    """What the proof rests on in one sentence, where it is drawn, and where to read of the loss."""
    drawn = f"See Figure~\\ref{{{FIGURE}}}." if any(f"\\label{{{FIGURE}}}" in part for part in parts) else ""
    text = " ".join(filter(None, [sentence, drawn if sentence else "", citation(source)]))
    return f"\\paragraph{{Idea.}}\n{text}" if text else ""


def _shown(verdict: Decided) -> Draft:
    """The problem in index notation, with the least sizes that the theorems have."""
    sizes = verdict.accepted.statement.sizes
    return draft_of(replace(verdict.problem, least={name: sizes[name] for name in draft_of(verdict.problem).sizes()}))


def page_of(name: str) -> Page:
    """The page that tells this kind of argument."""
    return load("symconvex.exposition", name, "PAGE", Page)


def title(verdict: Decided, claims: Claims) -> Title:
    """The result in words; what holds under a hypothesis only is not said without it."""
    named, given = subject(verdict.problem), " for the given data" if verdict.problem.values else ""
    always = next((word for word in STRONGEST if claims.always(word)), None)
    if always is not None:
        return named.followed(f" is {always.replace('_', ' ')}{given}").sentence()
    x = claims.matrix("nonzero", "not_convex")
    if x is not None:
        return named.followed(f" is not convex unless ${word_tex(x)}=0${given}").sentence()
    return named.followed(f", convex or not{given}").sentence()


def headline(verdict: Decided) -> str:
    """The loss and the answer as one displayed formula, for notebooks."""
    claims, draft = Claims(verdict.view), draft_of(verdict.problem)
    if isinstance(verdict, Depends):
        answer, given = verdict.said, ""
    else:
        word = REFUTED.get(verdict.answer, verdict.answer)
        found = min((c for c in claims.accepted if c.word == word), key=lambda c: len(c.assumed))
        better = next((w for w in STRONGEST if claims.always(w) and w.endswith(verdict.answer)), verdict.answer)
        answer = ANSWERS.get(verdict.answer, better.replace("_", " "))
        given = condition(found, draft, Notation({}, {}))
    loss, when = thin(formula_tex(verdict.problem.loss)), f"\\text{{ if {given}}}" if given else ""
    return f"$$f({arguments(verdict.problem)})={loss}\\quad\\text{{is {answer}}}{when}$$"


def summary(verdict: Decided, derivation: "Derivation") -> str:
    """Data and parameters, the headline, and every sentence of the theorem, for notebooks."""
    claims = Claims(verdict.view)
    told = Told(_shown(verdict), verdict.answer, claims, verdict.argument, derivation, verdict.broken)
    notation = notation_of(told).naming(claims.eigenvalues())
    sentences = " ".join(filter(None, [*kinds(told, notation), *constants(claims, verdict.problem, notation)]))
    return without_macros(f"{introduction(told.draft)}.\n\n{headline(verdict)}\n\n{sentences}")


TELLER = Teller("document", summary, render_document, second_derivatives)
