"""A proof for a loss of any shape: the curvature as it stands in the certificate, and why it has its sign."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symconvex.exposition.claims import Claims
from symconvex.exposition.exactness import never_sentence
from symconvex.exposition.notation import Notation
from symconvex.exposition.reading import Part, Reading
from symconvex.exposition.reasons import definitions, facts_about, functions_in
from symconvex.exposition.scene import walk
from symconvex.exposition.words import (
    arguments,
    data_sentence,
    domain_tex,
    every,
    joined,
    parameter_sentence,
    rows_of,
    sizes_sentence,
)
from symconvex.formats.text import direction_of
from symconvex.kernel.term import Sym
from symconvex.language.printing import formula_tex, lines_tex
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.verdict import Decided

CHORDS = """\\begin{proof}
The certificate names points at which a convex function, and a concave one, would have to satisfy an inequality that
fails; it shows each failure by exact arithmetic.
\\end{proof}"""
COLUMN_SUM = re.compile(r"\\sum_\{\w+=1\}\^\{(?:1|\\mathrm\{1\})\}")
DIGITS = re.compile(r"\\mathrm\{(\d+)\}")
COLUMN_ENTRY = re.compile(r"_\{(\w),(?:1|\\mathrm\{1\})\}")


def body(verdict: "Decided", derivation: "Derivation", reading: Reading, claims: Claims) -> Iterator[str]:
    """Setting, theorem, proof, derivatives."""
    ways = {f"{name}'": word_tex(way) for name, way in direction_of(derivation).items()}
    notation = Notation(ways, rows_of(verdict.problem, parameters=True))
    yield setting(verdict, reading, notation)
    yield theorem(verdict, claims, notation)
    part = reading.part(verdict.answer)
    if part is None:
        yield CHORDS
    else:
        yield "\\begin{proof}\n" + proof(verdict, part, notation, claims) + "\n\\end{proof}"
    yield derivatives(derivation)


def setting(verdict: "Decided", reading: Reading, notation: Notation) -> str:
    """Data, parameters and loss."""
    problem = verdict.problem
    names = definitions(functions_in([reading.loss]))
    write = f"\nHere {' and '.join(names)}." if names else ""
    entrywise = any(node.op == "sum" and node.value is not None for node in walk(problem.loss))
    loss = notation.tex(reading.loss) if entrywise else thin(formula_tex(problem.loss))
    return (
        f"\\paragraph{{Setting.}}\n{sizes_sentence(problem, reading.sizes)} {data_sentence(problem)}\n"
        f"{parameter_sentence(problem)}{domain(verdict)}, and the loss is\n"
        f"\\[\n  f({arguments(problem)})={loss}.\n\\]{write}"
    )


def domain(verdict: "Decided") -> str:
    """The constraints that restrict the parameters."""
    conditions = [f"${formula_tex(expr)}>0$" for expr in verdict.problem.positive]
    return f" with {joined(conditions)}" if conditions else ""


def theorem(verdict: "Decided", claims: Claims, notation: Notation) -> str:
    """Everything that is claimed, and no more."""
    problem = verdict.problem
    kind = "strictly convex" if claims.always("strictly_convex") else verdict.answer
    kind = "neither convex nor concave" if kind == "neither" else kind
    where = f"${domain_tex(problem)}$" if not problem.positive else "its domain"
    strong, smooth, named = claims.modulus, claims.constants.get("smooth"), notation.naming(claims.eigenvalues())
    more = ""
    if strong is not None:
        when = "" if claims.always("strongly_convex") else f" if ${named.tex(strong)}>0$"
        best = " and with no larger one" if claims.modulus_is_best else ""
        more += f" It is strongly convex{when}, with modulus ${named.tex(strong)}${best}."
    more += f" {never_sentence(claims, problem)}".rstrip()
    if claims.always("not_strictly_convex"):
        more += " It is not strictly convex."
    if smooth is not None:
        best = ", and no smaller constant will do" if claims.smoothness_is_best else ""
        more += f" Its gradient is Lipschitz continuous with constant ${named.tex(smooth)}${best}."
    return (
        f"\\begin{{theorem}}\\label{{thm:main}}\n{every(problem)} function $f$ is {kind} on "
        f"{where}.{more}\n\\end{{theorem}}"
    )


def derivatives(derivation: "Derivation") -> str:
    """Named intermediates, gradient, and the Hessian or its blocks, as information."""
    ways = {name: word_tex(way) for name, way in direction_of(derivation).items()}
    text = f"\\paragraph{{Gradient and Hessian.}}\n{gradient(derivation)}"
    if derivation.hessian is not None:
        return f"{text}\nThe Hessian is\n{aligned([(f'{chr(92)}nabla^2 f', derivation.hessian)])}"
    if not derivation.blocks:
        (way,) = ways.values()
        rows = [(f"D^2f[{way},{way}]", derivation.curvature)]
        return f"{text}\nThe second derivative in the direction ${way}$ is\n{aligned(rows)}"
    blocks = [(f"D^2f[{ways[p]},{ways[q]}]", expr) for p, q, expr in derivation.blocks]
    tangents = any(name.startswith("d") and not name.startswith("delta") for name, _ in derivation.names)
    dots = " A dot marks a derivative along these directions." if tangents else ""
    shapes = joined([f"${way}$" for way in ways.values()])
    return (
        f"{text}\nThe Hessian acts on directions {shapes} of the shapes of the parameters by the bilinear "
        f"forms\n{aligned(blocks)}\n"
        f"Its quadratic form is the sum of the diagonal forms and of twice the others.{dots}"
    )


def gradient(derivation: "Derivation") -> str:
    """The gradient with what it is written in."""
    several = len(derivation.gradient) > 1
    rows = [(f"\\nabla_{{{word_tex(name)}}} f" if several else "\\nabla f", expr) for name, expr in derivation.gradient]
    where = ", wherever the functions in it are differentiable," if _kinked(derivation) else ""
    names = [(word_tex(name), expr) for name, expr in derivation.names]
    head = f"With\n{aligned(names, end='')}\nthe gradient" if names else "The gradient"
    return f"{head}{where} is\n{aligned(rows)}"


def _kinked(derivation: "Derivation") -> bool:
    nodes = [node for _, expr in (*derivation.names, *derivation.gradient) for node in walk(expr)]
    return any(node.op == "call" and node.value == "step" for node in nodes)


def aligned(rows: "list[tuple[str, Expr]]", *, end: str = ".") -> str:
    """One formula a row, long ones broken before a sign."""
    shown = []
    for left, expr in rows:
        first, *others = map(thin, lines_tex(expr))
        shown.append("\\\\\n".join([f"  {left}&={first}", *(f"  &\\quad {line}" for line in others)]))
    return "\\begin{align*}\n" + ",\\\\\n".join(shown) + end + "\n\\end{align*}"


def thin(text: str) -> str:
    """No sums over one column, and entries of a column as in e_{i1}."""
    return DIGITS.sub(r"\1", COLUMN_ENTRY.sub(r"_{\1 1}", COLUMN_SUM.sub("", text)))


def proof(verdict: "Decided", part: Part, notation: Notation, claims: Claims) -> str:
    """Twice differentiated along a line; a sign for every factor."""
    names = {p.name: notation.directions[f"{p.name}'"] for p in verdict.problem.parameters}
    curvature = part.term_of("curvature")
    line = ",".join(f"{word_tex(name)}+t{way}" for name, way in names.items())
    ways = joined([f"${way}$" for way in names.values()])
    relation = "\\ge" if verdict.answer == "convex" else "\\le"
    sign = "" if verdict.answer == "convex" else "-"
    shown = notation.tex(curvature)
    end = f"\\;{relation}\\;0." if verdict.answer != "affine" else "."
    return (
        f"Fix a point and a direction {ways}. Differentiating twice along the line gives\n"
        f"\\[\n  \\frac{{d^2}}{{dt^2}}\\Big|_{{t=0}}f({line})={shown}{end}\n\\]\n"
        f"{reasons(part, notation)}{_conclusion(verdict, sign)}{_strict(claims)}"
    )


def _conclusion(verdict: "Decided", sign: str) -> str:
    if verdict.answer == "affine":
        return "A function without curvature is affine."
    kind = "not negative" if not sign else "not positive"
    return f"So the second derivative is {kind} along every line, and $f$ is {verdict.answer}."


def _strict(claims: Claims) -> str:
    if not claims.always("strictly_convex"):
        return ""
    return " It vanishes only in the direction $0$, so $f$ is strictly convex."


def reasons(part: Part, notation: Notation) -> str:
    """Ranges of functions, data of known sign, squares."""
    found = facts_about(part, part.term_of("curvature"))
    symbols = [line.term for line in part.by_rule("given") if isinstance(line.term, Sym)]
    found += [f"${notation.tex(symbol)}>0$" for symbol in symbols]
    if any(True for _ in part.by_rule("square")):
        found.append("squares are not negative")
    text = joined(dict.fromkeys(found)) if found else ""
    return f"Here {text}. " if text else ""
