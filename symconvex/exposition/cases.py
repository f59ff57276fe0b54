"""What a loss is for some data and for others: the cases of the certificate, one after the other.

A case with an argument of its own is told by the page of that argument.
"""

import re
from collections.abc import Iterator

from symconvex.catalogue import load
from symconvex.drafting.arguments.cases import Case, Cases
from symconvex.drafting.arguments.chord import Chord
from symconvex.drafting.draft import draft_of
from symconvex.exposition.chord import shown
from symconvex.exposition.claims import Claims
from symconvex.exposition.exactly import loss_at
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.statement import case_tex, theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import arguments
from symconvex.verdict import Decided, verdict_of

PROOF = re.compile(r"\\begin\{proof\}(.*?)\\end\{proof\}", re.DOTALL)
LABEL = re.compile(r"\\(label|ref|eqref)\{([^}]*)\}")
WORDS = {"neither": "neither convex nor concave", "not convex": "not convex"}


def tell(told: Told[Cases]) -> Iterator[str]:
    """Setting, theorem, one paragraph for each case, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    steps = "\n\n".join(paragraph(told, case, number) for number, case in enumerate(told.argument.cases, 1))
    yield f"\\begin{{proof}}\n{steps}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("cases", tell, always("For the data of each case it is a question about numbers."))


def paragraph(told: Told[Cases], case: Case, number: int) -> str:
    """The data of a case, and why the loss is there what the theorem says."""
    answer, data = WORDS.get(case.answer, case.answer), case_tex(told.problem, case.sizes, case.values)
    head = f"\\emph{{Case {number}, {answer}.}} Let {data}."
    if isinstance(case.argument, Chord):
        draft = draft_of(case.problem)
        first, *others = (shown(draft, told.spots, violation) for violation in case.argument.violations)
        return "\n\n".join([f"{head} {first}", *others])
    told_by = "" if case.argument is None else argued(told, case, number)
    return f"{head} {told_by or 'The certificate shows it line by line for these numbers.'}"


def argued(told: Told[Cases], case: Case, number: int) -> str:
    """The proof from the page of the argument, with the loss at these numbers; empty when it has none."""
    verdict = verdict_of(case.problem, case.certificate, case.rule, case.argument)
    if not isinstance(verdict, Decided) or case.argument is None:
        return ""
    page = load("symconvex.exposition", case.argument.name, "PAGE", Page)
    draft, claims = draft_of(case.problem), Claims(verdict.view)
    small = Told(draft, case.answer, claims, case.argument, told.derivation, verdict.broken)
    proofs = [text.group(1) for part in page.tell(small) if (text := PROOF.search(part))]
    if not proofs:
        return ""
    loss = f"f({arguments(case.problem)})={notation_of(small).tex(loss_at(draft, case.sizes))}."
    shown = f"\\[\n  {loss}\n\\]"
    if "{eq:loss}" in proofs[0]:
        shown = f"\\begin{{equation}}\\label{{eq:loss}}\n  {loss}\n\\end{{equation}}"
    return LABEL.sub(rf"\\\1{{\2-case-{number}}}", f"Then the loss is\n{shown}\n{proofs[0].strip()}")
