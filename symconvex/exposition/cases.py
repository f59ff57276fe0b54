"""What a loss is for some data and for others: the cases of the certificate, one after the other."""

from collections.abc import Iterator

from symconvex.drafting.arguments.cases import Case, Cases
from symconvex.drafting.arguments.chord import Chord
from symconvex.exposition.chord import shown
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.statement import case_tex, theorem
from symconvex.exposition.told import Page, Told

WORDS = {"neither": "neither convex nor concave", "not convex": "not convex"}


def tell(told: Told[Cases]) -> Iterator[str]:
    """Setting, theorem, one paragraph for each case, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    steps = "\n\n".join(paragraph(told, case, number) for number, case in enumerate(told.argument.cases, 1))
    yield f"\\begin{{proof}}\n{steps}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("cases", tell)


def paragraph(told: Told[Cases], case: Case, number: int) -> str:
    """The data of a case, and why the loss is there what the theorem says."""
    answer, data = WORDS.get(case.answer, case.answer), case_tex(told.problem, case.sizes, case.values)
    head = f"\\emph{{Case {number}, {answer}.}} Let {data}."
    if isinstance(case.argument, Chord):
        return "\n".join([head, *map(shown, case.argument.violations)])
    return f"{head} The certificate shows it line by line for these numbers."
