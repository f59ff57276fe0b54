"""Refutations on concrete data: points as tables of numbers, signs certified by ball arithmetic."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from symconvex.exposition.general import thin
from symconvex.exposition.picture import Segment, number
from symconvex.exposition.reading import Line, Reading
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.tables import array_tex, read_table
from symconvex.exposition.words import arguments, data_sentence, domain_tex, joined, parameter_sentence
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.verdict import Decided

STEPS = ("numeric_chord", "numeric_bend")


def line_of(reading: Reading, word: str) -> Line | None:
    """The numeric step that shows (loss word)."""
    lines = (line for part in reading.parts for line in part.lines if line.rule in STEPS)
    return next((line for line in lines if line.word == word), None)


def body(verdict: "Decided", reading: Reading, segment: Segment | None) -> Iterator[str]:
    """Setting, theorem, and one witness for each claim."""
    yield setting(verdict.problem, reading)
    words = [word for word in ("convex", "concave", "quasiconvex") if line_of(reading, f"not_{word}")]
    kind = "neither convex nor concave" if "concave" in words else "not convex"
    even = ", and not even quasiconvex" if "quasiconvex" in words else ""
    where = "its domain" if verdict.problem.positive else f"${domain_tex(verdict.problem)}$"
    yield f"\\begin{{theorem}}\\label{{thm:main}}\nThe function $f$ is {kind} on {where}{even}.\n\\end{{theorem}}"
    steps = [shown(verdict.problem, reading, word, segment) for word in words]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"


def setting(problem: Problem, reading: Reading) -> str:
    """The data as numbers, the parameters and the loss."""
    names = definitions(functions_in([reading.loss]))
    write = f"\nHere {joined(names)}." if names else ""
    conditions = [f"${formula_tex(expr)}>0$" for expr in problem.positive]
    domain = f" with {joined(conditions)}" if conditions else ""
    return (
        f"\\paragraph{{Setting.}}\n{data_sentence(problem)}\n{parameter_sentence(problem)}{domain}, and the loss is\n"
        f"\\[\n  f({arguments(problem)})={thin(formula_tex(problem.loss))}.\n\\]{write}"
    )


def point_tex(point: Mapping[str, Any]) -> str:
    """Every array of a point; of large ones only the entries that are not zero."""
    return ",\\quad ".join(f"{word_tex(name)}={array_tex(name, read_table(value))}" for name, value in point.items())


def shown(problem: Problem, reading: Reading, word: str, segment: Segment | None) -> str:
    """One witness: a chord or a direction."""
    line = line_of(reading, f"not_{word}")
    if line is None:
        return ""
    head = {"convex": "Not convex", "concave": "Not concave", "quasiconvex": "Not quasiconvex"}[word]
    if line.rule == "numeric_bend":
        return f"\\emph{{{head}.}} {bend(problem, line, word, segment)}"
    return f"\\emph{{{head}.}} {chord(line, word, segment)}"


def bend(problem: Problem, line: Line, word: str, segment: Segment | None) -> str:
    """A point and a direction of wrong curvature."""
    sign = "<" if word == "convex" else ">"
    value = ""
    if segment is not None and segment.bend is not None and word == "convex":
        value = f"\\approx{number(segment.bend)}"
    several = len(problem.parameters) > 1
    ways = {f"v_{name}" if several else "v": entry for name, entry in line.args["direction"].items()}
    return (
        f"At the point $\\theta$ and in the direction $v$ with\n\\begin{{gather*}}\n  \\theta:\\quad "
        f"{point_tex(line.args['point'])},\\\\\n"
        f"  v:\\quad {point_tex(ways)},\n\\end{{gather*}}\nthe second derivative is\n"
        f"\\[\n  \\frac{{d^2}}{{dt^2}}\\Big|_{{t=0}}f(\\theta+tv){value}\\;{sign}\\;0.\n\\]\n"
        f"The certificate encloses it by ball arithmetic, so that its sign is certain. A {word} function has no "
        f"{'negative' if word == 'convex' else 'positive'} second derivative along a line."
    )


def chord(line: Line, word: str, segment: Segment | None) -> str:
    """Two points, and the value at their middle."""
    relation = "<" if word == "concave" else ">"
    numbers = ""
    if segment is not None and word == "convex" and segment.bend is None:
        left, middle, right = (segment.values[k][1] for k in (0, len(segment.values) // 2, -1))
        numbers = (
            f"\n\\[\n  f(A)\\approx{number(left)},\\qquad f(M)\\approx{number(middle)},\\qquad "
            f"f(B)\\approx{number(right)}.\n\\]\n"
        )
    claim = (
        "$f(M)>\\max\\{f(A),f(B)\\}$"
        if word == "quasiconvex"
        else f"$f(M){relation}\\tfrac12f(A)+\\tfrac12f(B)$, which a {word} function does not allow"
    )
    return (
        f"Let $M=\\tfrac12A+\\tfrac12B$ be the middle of the points\n\\begin{{gather*}}\n  A:\\quad "
        f"{point_tex(line.args['left'])},\\\\\n"
        f"  B:\\quad {point_tex(line.args['right'])}.\n\\end{{gather*}}{numbers}\nThen {claim}. The certificate "
        "encloses the three values by "
        "ball arithmetic, so that the inequality is certain."
    )
