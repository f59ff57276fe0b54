"""A function of several numbers: its Hessian as a matrix, and its quadratic form as weighted squares."""

from collections.abc import Iterator

from symconvex.drafting.arguments.hessian import Hessian
from symconvex.exposition.general import appended, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.reasons import reasons_tex
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.kernel import term as t
from symconvex.kernel.term import Term
from symconvex.language.printing.texwords import word_tex

LINE = 100  # signs of LaTeX in a row of squares and in the name of the line
RELATIONS = {1: "\\ge0", -1: "\\le0"}
KINDS = {1: "convex", -1: "concave"}


def tell(told: Told[Hessian]) -> Iterator[str]:
    """Setting, theorem, proof, gradient."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield f"\\begin{{proof}}\n{proof(told, notation)}\n\\end{{proof}}"
    yield appended(told.derivation)


def idea(told: Told[Hessian]) -> str:
    """Squares of one sign."""
    side = "positive" if told.argument.sign > 0 else "negative"
    return f"Along every line the second derivative is a sum of squares with {side} factors."


PAGE = Page("hessian", tell, idea)


def proof(told: Told[Hessian], notation: Notation) -> str:
    """The matrix, the squares, why the weights have their sign, and what follows."""
    shape = told.argument
    ways = ",".join(told.ways.values())
    start = f"Fix a point{' of the domain' if told.draft.domain else ''} and a direction $({ways})$."
    why = reasons_tex(shape.reasons, notation)
    return (
        f"{start} {matrix(shape, notation)}\n{squares(shape, told, notation)}\n"
        f"{f'Here {why}. ' if why else ''}{conclusion(shape)}{strictness(told)}{constants(told, notation)}"
    )


def matrix(shape: Hessian, notation: Notation) -> str:
    """The Hessian over a common factor; nothing where it is too large to be read."""
    if not shape.matrix:
        return "Differentiating twice along the line through the point gives"
    rows = "\\\\\n    ".join(" & ".join(map(notation.tex, row)) for row in shape.matrix)
    head = "" if shape.factor == t.ONE else f"{notation.factor(shape.factor)}\\,"
    return f"The Hessian is\n\\[\n  \\nabla^2f={head}\\begin{{pmatrix}}\n    {rows}\n  \\end{{pmatrix}},\n\\]\nand"


def squares(shape: Hessian, told: Told[Hessian], notation: Notation) -> str:
    """The second derivative along the line as a sum of squares, in as many rows as it needs."""
    texts = [signed(notation, shape.sign, weight, core) for weight, core in shape.squares]
    line = ",".join(f"{word_tex(name)}+t{way}" for name, way in told.ways.items())
    rows, row = list[str](), ""
    for text in texts:
        if row and len(row) + len(text) > LINE - len(line):
            rows.append(row)
            row = ""
        row += text if text.startswith("-") or not (row or rows) else f"+{text}"
    ends = f"{RELATIONS[shape.sign]}."
    rows.append(f"{row}\\;{ends}")
    left = f"\\frac{{d^2}}{{dt^2}}\\Big|_{{t=0}}f({line})"
    body = "\\\\\n  &\\quad ".join(rows)
    return f"\\begin{{align*}}\n  {left}&={body}\n\\end{{align*}}"


def signed(notation: Notation, sign: int, weight: Term, core: Term) -> str:
    """A weighted square with its sign."""
    return notation.tex(t.mul(t.number(sign), weight, t.power(core, 2)))


def strictness(told: Told[Hessian]) -> str:
    """When the squares vanish together in the direction 0 only."""
    word = f"strictly_{KINDS[told.argument.sign]}"
    if not told.claims.always(word):
        return ""
    if told.argument.singular:
        v = told.letter("v", "h", "q")
        return (
            f" At some points it vanishes for some direction ${v}\\ne0$. If it did so along a whole segment in the "
            f"direction ${v}$, so would all its derivatives along ${v}$; but the sum of it and of its second, fourth, "
            "\\dots\\ derivatives is a sum of squares, $0$ for the direction $0$ only, as the certificate has it. "
            f"So $f$ is {word.replace('_', ' ')}."
        )
    return f" All squares vanish in the direction $0$ only, so $f$ is {word.replace('_', ' ')}."


def constants(told: Told[Hessian], notation: Notation) -> str:
    """The modulus and the smoothness constant, with the squares that are left and where they vanish."""
    parts, f, none = [], "\\nabla^2f\\," if told.argument.sign > 0 else "(-\\nabla^2f)\\,", ""
    for gap in told.argument.gaps:
        where = "" if gap.vector is None else f"$v=({','.join(map(notation.tex, gap.vector))})$"
        where += "" if gap.at is None else f" at $({','.join(map(notation.tex, gap.at))})$"
        if gap.constant == t.ZERO:
            none = f" It vanishes for {where}, so no modulus serves for strong convexity."
            continue
        constant = notation.factor(gap.constant)
        norm = "\\lVert v\\rVert^2" if constant == "1" else f"{constant}\\,\\lVert v\\rVert^2"
        left = f"v\\T {f}v-{norm}" if gap.side > 0 else f"{norm}-v\\T {f}v"
        rest = "+".join(signed(notation, 1, weight, core) for weight, core in gap.squares) or "0"
        shown = f"\\[\n  {left}={rest.replace('+-', '-')}\\ge0\n\\]\nfor all directions $v$ at all points"
        parts.append(f"{shown}, with equality for {where}." if where else f"{shown}.")
    more = " And\n".join(parts)
    return f"{none} Moreover\n{more}" if parts else none


def conclusion(shape: Hessian) -> str:
    """From the second derivative along every line to the function."""
    kind = "not negative" if shape.sign > 0 else "not positive"
    return f"So the second derivative is {kind} along every line, and $f$ is {KINDS[shape.sign]}."
