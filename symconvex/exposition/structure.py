"""Convexity from structure: one numbered line for every convex building block, no second derivative."""

from collections.abc import Iterator

from symconvex.exposition.notation import Notation
from symconvex.exposition.reading import Line, Part, Reading, mentions
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.words import data_sentence, domain_tex, every, parameter_sentence, sizes_sentence
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Term
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem


def body(problem: Problem, reading: Reading, notation: Notation) -> Iterator[str]:
    """Setting, theorem, proof, and a remark on corners."""
    part = reading.parts[0]
    yield setting(problem, reading, notation)
    yield theorem(problem, part)
    yield "\\begin{proof}\n" + proof(part, notation, reading) + "\n\\end{proof}"
    yield remark(reading)


def setting(problem: Problem, reading: Reading, notation: Notation) -> str:
    """Data, parameters and loss."""
    names = definitions(functions_in([reading.loss]))
    write = f"\nHere {' and '.join(names)}." if names else ""
    w = ",".join(word_tex(p.name) for p in problem.parameters)
    return (
        f"\\paragraph{{Setting.}}\n{sizes_sentence(problem, reading.sizes)} {data_sentence(problem)}\n"
        f"{parameter_sentence(problem)}{domain(problem)}, and the loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({w})={notation.tex(reading.loss)}.\n\\end{{equation}}{write}"
    )


def domain(problem: Problem) -> str:
    """The constraints on the parameters."""
    conditions = [f"${formula_tex(expr)}>0$" for expr in problem.positive]
    return f" with {' and '.join(conditions)}" if conditions else ""


def theorem(problem: Problem, part: Part) -> str:
    """Convex or concave, and where."""
    answer = "concave" if "(loss concave)" in part.claims else "convex"
    where = "its domain" if problem.positive else f"${domain_tex(problem)}$"
    return (
        f"\\begin{{theorem}}\\label{{thm:main}}\n{every(problem)} function $f$ is {answer} on "
        f"{where}.\n\\end{{theorem}}"
    )


def proof(part: Part, notation: Notation, reading: Reading) -> str:
    """The building blocks from the inside out."""
    items = []
    for line in part.lines:
        sentence = said(line, part, notation, reading.names)
        if sentence and sentence not in items:
            items.append(sentence)
    answer = "concave" if "(loss concave)" in part.claims else "convex"
    built = [line.term for line in part.lines if line.kind in ("affine", "convex")][-1]
    how = "" if built == reading.loss or answer == "concave" else ", rearranged"
    last = "The last function is $-f$, so $f$ is concave." if answer == "concave" else f"The last function is $f${how}."
    listed = "\n".join(f"\\item {item}" for item in items)
    return (
        f"We build the loss \\eqref{{eq:loss}} from the inside "
        f"out.\n\\begin{{enumerate}}\\sloppy\n{listed}\n\\end{{enumerate}}\n{last}"
    )


def said(line: Line, part: Part, notation: Notation, names: frozenset[str]) -> str:
    """One building block and why it is convex."""
    if line.term is None or line.kind not in ("affine", "convex"):
        return ""
    shown = f"$\\displaystyle {notation.tex(line.term)}$"
    over = _free(line.term)
    match line.rule:
        case "affine":
            kind = "affine in the parameters" if mentions(line.term, names) else "a constant"
            return f"{shown} is {kind}{over}."
        case "convex_max":
            return f"{shown} is {_maximum(line, part)}, hence convex{over}."
        case "convex_sum":
            return f"{shown} is a sum of convex functions, hence convex."
        case "convex_total":
            return f"{shown} is a sum of convex functions, hence convex{over}."
        case "convex_scale":
            return f"{shown} is a convex function times a factor that is not negative, hence convex{over}."
        case "convex_monotone":
            return f"{shown} is a nondecreasing convex function of a convex one, hence convex{over}."
        case "convex_ridge":
            phi = notation.tex(t.parse(str(line.args["function"])))
            return (
                f"{shown} is $\\varphi(z)={phi}$, whose second derivative is not negative, at an affine function; "
                f"hence it is convex{over}."
            )
    return f"{shown} is convex{over}."


def _free(term: Term) -> str:
    indices = sorted(t.free_indices(term))
    return f", for every ${','.join(map(word_tex, indices))}$" if indices else ""


def _maximum(line: Line, part: Part) -> str:
    """What the maximum is taken of."""
    kinds = {part.line(k).kind for k in line.uses}
    kind = "affine" if kinds == {"affine"} else "convex"
    name = line.term.name if isinstance(line.term, Fn) else ""
    if name == "relu":
        return f"the maximum of $0$ and of {'an' if kind == 'affine' else 'a'} {kind} function"
    if name == "abs":
        return "the maximum of an affine function and its negative"
    return f"a maximum of {kind} functions"


def remark(reading: Reading) -> str:
    """What the corners mean for the derivatives."""
    if not functions_in([reading.loss]) & {"relu", "abs", "max"}:
        return ""
    return (
        "\\begin{remark}\nNo second derivative is used, so the corners do no harm. The gradient below holds where "
        "no maximum is "
        "attained by two of its arguments at once.\n\\end{remark}"
    )
