"""The page of a verdict without an argument, and what other pages take from it: setting and derivatives."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from symconvex.exposition.entries import definition, slope
from symconvex.exposition.notation import Notation
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import arguments, introduction, joined, rows_of, walk
from symconvex.formats._legend import has_kinks
from symconvex.language.printing import formula_tex, lines_tex
from symconvex.language.printing.texwords import entry_tex, visible, word_tex
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation

COLUMN_SUM = re.compile(r"\\sum_\{\w+=1\}\^\{(?:1|\\mathrm\{1\})\}")
EXPLAINED = "%SIGNS%"  # where the appendix explains its signs
APPENDIX = "\\paragraph{Appendix:"
SHORT = 28  # signs of a definition that stands in its sentence
WHERE = ", wherever the functions in it are differentiable,"
DIGITS = re.compile(r"\\mathrm\{(\d+)\}")
COLUMN_ENTRY = re.compile(r"_\{(\w),(?:1|\\mathrm\{1\})\}")


def tell(told: Told[Any]) -> Iterator[str]:
    """Setting, theorem and derivatives; for the proof there is the certificate."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\nThe certificate shows it line by line.\n\\end{proof}"
    yield derivatives(told)


PAGE = Page("general", tell, always(""))


def notation_of(told: Told[Any]) -> Notation:
    """Directions as the derivation calls them, and letters for the rows of matrices."""
    return Notation(told.directions, rows_of(told.problem, parameters=True))


def setting(told: Told[Any], notation: Notation) -> str:
    """Data, parameters and loss."""
    problem = told.problem
    names = definitions(functions_in([told.loss]))
    write = f"\nHere {joined(names)}." if names else ""
    entrywise = any(node.op == "sum" and node.value is not None for node in walk(problem.loss))
    loss = notation.tex(told.loss) if entrywise else thin(formula_tex(problem.loss))
    return (
        f"\\paragraph{{Setting.}}\n{introduction(told.draft)}, and the loss is\n"
        f"\\[\n  f({arguments(problem)})={loss}.\n\\]{write}"
    )


def derivatives(told: Told[Any]) -> str:
    """Named intermediates, gradient, and the Hessian or its blocks, as information."""
    derivation = told.derivation
    first = _needed(derivation, [expr for _, expr in derivation.gradient])
    return (
        f"{APPENDIX} gradient and Hessian.}}\nThe proof does not use them.{EXPLAINED}\n"
        f"{gradient(derivation)}\n{_second(told, [pair for pair in derivation.names if pair not in first])}"
    )


def appended(derivation: "Derivation") -> str:
    """The gradient alone, as information."""
    return f"{APPENDIX} gradient.}}\nThe proof does not use it.{EXPLAINED}\n{gradient(derivation)}"


def _second(told: Told[Any], names: "list[tuple[str, Expr]]") -> str:
    """The Hessian, its blocks, or its form in one direction, with what only it is written in."""
    ways, derivation = told.ways, told.derivation
    needed = _needed(derivation, _seconds(derivation))
    head = _with(derivation, [pair for pair in names if pair in needed])
    where = WHERE if _kinked(derivation) else ""
    if derivation.hessian is not None:
        start = f"{head}the Hessian" if head else "The Hessian"
        return f"{start}{where} is\n{aligned([(f'{chr(92)}nabla^2 f', derivation.hessian)])}"
    if not derivation.blocks:
        (way,) = ways.values()
        rows = [(f"D^2f[{way},{way}]", derivation.curvature)]
        start = f"{head}the second derivative" if head else "The second derivative"
        return f"{start} in the direction ${way}${where} is\n{aligned(rows)}"
    if not derivation.curved:
        return f"The Hessian{where} is $0$."
    shapes = joined([f"${way}$" for way in ways.values()])
    start = f"{head}the Hessian" if head else "The Hessian"
    return f"{start} acts{where} on directions {shapes} of the shapes of the parameters by the bilinear {_forms(told)}"


def _forms(told: Told[Any]) -> str:
    """The blocks that are not zero, and how they make up the quadratic form."""
    ways, derivation = told.ways, told.derivation
    shown = derivation.curved
    one, rest = len(shown) == 1, len(derivation.blocks) - len(shown)
    whole = "the form shown" if one else "the sum of the forms shown"
    if all(p != q for p, q, _ in shown):
        whole = f"twice {whole}"
    elif any(p != q for p, q, _ in shown):
        whole = "the sum of the diagonal forms and of twice the others"
    left = f"The remaining {'block is' if rest == 1 else 'blocks are'} zero. " if rest else ""
    tangents = any(name.startswith("d") and not name.startswith("delta") for name, _ in derivation.names)
    dots = " A dot marks a derivative along these directions." if tangents else ""
    rows = aligned([(f"D^2f[{ways[p]},{ways[q]}]", expr) for p, q, expr in shown])
    return f"form{'' if one else 's'}\n{rows}\n{left}Its quadratic form is {whole}.{dots}"


def _seconds(derivation: "Derivation") -> "list[Expr]":
    """What is shown of the Hessian."""
    if derivation.hessian is not None:
        return [derivation.hessian]
    return [expr for _, _, expr in derivation.blocks] or [derivation.curvature]


def _needed(derivation: "Derivation", shown: "list[Expr]") -> "list[tuple[str, Expr]]":
    """The intermediates that occur in formulas, or in those that do."""
    found, words = list[tuple[str, "Expr"]](), {str(n.value) for expr in shown for n in walk(expr) if n.op == "name"}
    for name, expr in reversed(derivation.names):
        if name in words:
            found.insert(0, (name, expr))
            words |= {str(node.value) for node in walk(expr) if node.op == "name"}
    return found


def _with(derivation: "Derivation", names: "list[tuple[str, Expr]]") -> str:
    """The definitions, as the start of a sentence; empty where there are none."""
    taken = {name for name, _ in derivation.names}
    rows = {name: row for name, row in rows_of(derivation.problem, parameters=True).items() if row not in taken}
    shown = [definition(name, expr, rows) or (word_tex(name), expr) for name, expr in names]
    if len(shown) == 1 and len(rows_tex := _row(*shown[0])) == 1 and visible(rows_tex[0]) <= SHORT:
        return f"With ${rows_tex[0].strip().replace('&', '')}$\n"
    return f"With\n{aligned(shown, end='')}\n" if names else ""


def gradient(derivation: "Derivation") -> str:
    """The gradient with what it is written in."""
    several = len(derivation.gradient) > 1
    rows = list[tuple[str, "Expr | str"]]()
    for name, expr in derivation.gradient:
        entries = derivation.by_entry(expr)
        rows += [(f"\\partial f/\\partial {entry_tex(name, [k])}", each) for k, each in entries.items()]
        if not entries:
            rows.append(slope(name, expr) or (f"\\nabla_{{{word_tex(name)}}} f" if several else "\\nabla f", expr))
    head = _with(derivation, _needed(derivation, [expr for _, expr in derivation.gradient]))
    return f"{f'{head}the' if head else 'The'} gradient{WHERE if _kinked(derivation) else ''} is\n{aligned(rows)}"


def _kinked(derivation: "Derivation") -> bool:
    nodes = [node for _, expr in (*derivation.names, *derivation.gradient) for node in walk(expr)]
    steps = any(node.op == "call" and node.value == "step" for node in nodes)
    return steps or has_kinks(derivation.problem)


def aligned(rows: "Sequence[tuple[str, Expr | str]]", *, end: str = ".") -> str:
    """One formula a row, long ones broken before a sign."""
    shown = ["\\\\\n".join(_row(left, expr)) for left, expr in rows]
    return "\\begin{align*}\n" + ",\\\\\n".join(shown) + end + "\n\\end{align*}"


def _row(left: str, expr: "Expr | str") -> list[str]:
    """The lines of a formula."""
    first, *others = map(thin, (expr,) if isinstance(expr, str) else lines_tex(expr))
    return [f"  {left}&={first}", *(f"  &\\quad {line}" for line in others)]


def thin(text: str) -> str:
    """No sums over one column, and entries of a column as in e_{i1}."""
    return DIGITS.sub(r"\1", COLUMN_ENTRY.sub(r"_{\1 1}", COLUMN_SUM.sub("", text)))
