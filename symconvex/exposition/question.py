"""A question of its own and its answer, and the proofs of its parts, as one document."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symconvex.drafting.draft import draft_of
from symconvex.exposition.document import paragraphs
from symconvex.exposition.frame import Title, closed, document, footer, subject
from symconvex.exposition.general import thin
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.references import bibliography
from symconvex.exposition.words import arguments, as_given, escaped, introduction, joined
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem
from symconvex.verdict import Decided

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

ASKED = {
    "strict": "Whether $f$ is strictly convex.",
    "strong": "Whether $f$ is strongly convex.",
    "quasiconvex": "Whether $f$ is quasiconvex.",
    "log-convex": "Whether $g$ is log-convex.",
    "log-concave": "Whether $g$ is log-concave.",
    "blocks": "Whether $f$ is convex in each block of its parameters, whatever the fixed values of the others are.",
}
CONDITIONS = " exactly when ", " if "
OPEN = re.compile(r"whether [fg] is (.*) (?:depends on the data|is open)")
LABEL = re.compile(r"\\(label|ref|eqref)\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Section:
    """A verdict, what it is about, its derivatives, and the folder of its certificate beside the page."""

    heading: str
    verdict: Decided
    derivation: "Derivation"
    folder: str


def question_document(problem: Problem, question: str, answers: Sequence[str], sections: Sequence[Section]) -> str:
    """The question, its answers as clauses, and what proves them, section by section."""
    parts = [*_opening(problem, question, answers, sections)]
    several = len(sections) > 1
    for number, section in enumerate(sections, 1):
        works = bibliography(problem.source) if number == len(sections) else ""
        told = closed(paragraphs(section.verdict, section.derivation), works, footer(section.verdict, section.folder))
        heading = _sentence(_with_names(section.heading, problem))
        parts += [f"\\section*{{{number}. {heading}}}"] if several else []
        parts += _renamed(told, number) if several else told
    return document(_title(problem, answers[0]), parts, problem)


def _title(problem: Problem, answer: str) -> Title:
    """The first answer as a sentence about the loss; a question where it has a condition, or none."""
    about, found = subject(problem), OPEN.fullmatch(answer)
    claim = found[1] if found else re.sub(r"^[fg] is ", "", answer)
    head, sign, _ = next((claim.partition(sign) for sign in CONDITIONS if sign in claim), (claim, "", ""))
    bare = escaped(head.partition(" on ")[0])
    if found or sign == " if ":
        return about.followed(f", {bare.removeprefix('not ')} or not").sentence()
    if sign:
        return about.led("when is ").followed(f" {bare}?").sentence()
    return about.followed(f" is {escaped(head)}").sentence()


def _opening(problem: Problem, question: str, answers: Sequence[str], sections: Sequence[Section]) -> Iterator[str]:
    said = " ".join(f"{_sentence(_clause(answer, problem))}." for answer in answers)
    asked = f"\\paragraph{{Question.}} {ASKED[question]}\n\n\\paragraph{{Answer.}} {said}"
    if question.startswith("log-"):
        yield _logarithm(problem, question)
    else:
        loss = thin(formula_tex(problem.loss))
        yield (
            f"\\paragraph{{What is asked.}}\n{introduction(draft_of(problem))}, and the loss is\n"
            f"\\[\n  f({arguments(problem)})={loss}.\n\\]{as_given(problem)}"
        )
    yield asked if sections else f"{asked} No part of it was decided."


def _logarithm(problem: Problem, question: str) -> str:
    """What is shown of log g says it of g."""
    way = question.removeprefix("log-")
    loss, names = thin(formula_tex(problem.loss)), definitions(functions_in([draft_of(problem).loss]))
    where = f"Here {joined(names)}. " if names else ""
    return (
        f"\\paragraph{{What is asked.}}\n{introduction(draft_of(problem))}, and\n"
        f"\\[\n  g({arguments(problem)})={loss}.\n\\]\n{where}"
        f"A function $g$ is log-{way} when $g>0$ and $\\log g$ is {way}. Below $f=\\log g$, where the logarithm of a "
        "product is the sum of the logarithms of its factors. That every logarithm in $f$ is defined on the whole "
        f"domain, as the certificate shows, says that $g>0$ there.{as_given(problem, 'function $g$')}"
    )


def _clause(text: str, problem: Problem) -> str:
    """The clause with its subject, its names and its condition set as they are meant."""
    head, sign, condition = next((text.partition(sign) for sign in CONDITIONS if sign in text), (text, "", ""))
    head, on, place = head.partition(" on ")
    place, _, why = place.partition(",")
    head = re.sub(
        r"^(whether |)([fg]) ", lambda found: f"{found[1] or 'the function '}${found[2]}$ ", _with_names(head, problem)
    )
    head += f"{on}\\texttt{{{escaped(place)}}},{escaped(why).replace('>', '$>$')}" if on else ""
    return f"{head}{sign}\\texttt{{{escaped(condition)}}}" if condition else head


def _with_names(text: str, problem: Problem) -> str:
    """The names of parameters as letters of mathematics: in $A$, with $x$ fixed."""
    name = "|".join(re.escape(symbol.name) for symbol in problem.parameters)
    listed = re.compile(rf"\b(in|with) ((?:{name})(?:, (?:{name}))*)(?=,? with |,? on | fixed|\Z)")
    found = listed.search(text)
    if found is None:
        return escaped(text)
    names = joined([f"${word_tex(one)}$" for one in found[2].split(", ")])
    return f"{escaped(text[: found.start(2)])}{names}{_with_names(text[found.end() :], problem)}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _renamed(parts: Iterable[str], number: int) -> list[str]:
    """Labels of one section are not those of another."""
    return [LABEL.sub(rf"\\\1{{\2-{number}}}", part) for part in parts]
