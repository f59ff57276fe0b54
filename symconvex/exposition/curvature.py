"""A proof for a loss of any shape: the second derivative along a line, and why it has its sign."""

from collections.abc import Iterator

from symconvex.drafting.arguments.curvature import Curvature
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.reasons import reasons_tex
from symconvex.exposition.statement import FLAT, theorem
from symconvex.exposition.told import Page, Told
from symconvex.language.printing.texwords import word_tex

RELATIONS = {1: "\\;\\ge\\;0", 0: "", -1: "\\;\\le\\;0"}
KINDS = {1: "convex", 0: "affine", -1: "concave"}


def tell(told: Told[Curvature]) -> Iterator[str]:
    """Setting, theorem, proof, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\n" + proof(told, notation) + "\n\\end{proof}"
    yield derivatives(told)


def idea(told: Told[Curvature]) -> str:
    """The sign of the second derivative."""
    sign = {1: "is nowhere negative", 0: "is $0$", -1: "is nowhere positive"}[told.argument.sign]
    return f"Along every line the second derivative {sign}."


PAGE = Page("curvature", tell, idea)


def proof(told: Told[Curvature], notation: Notation) -> str:
    """Twice differentiated along a line; a sign for every factor."""
    shape, ways = told.argument, ",".join(told.ways.values())
    ways = f"({ways})" if len(told.ways) > 1 else ways
    line = ",".join(f"{word_tex(name)}+t{way}" for name, way in told.ways.items())
    why = reasons_tex(shape.reasons, notation)
    return (
        f"Fix a point and a direction ${ways}$. Differentiating twice along the line gives\n"
        f"\\[\n  \\frac{{d^2}}{{dt^2}}\\Big|_{{t=0}}f({line})={notation.tex(shape.curvature)}"
        f"{RELATIONS[shape.sign]}.\n\\]\n"
        f"{f'Here {why}. ' if why else ''}{conclusion(shape)}{strictness(told)}{remaining(told)}"
    )


def conclusion(shape: Curvature) -> str:
    """From the second derivative along every line to the loss."""
    if shape.sign == 0:
        return "A function without curvature is affine."
    kind = "not negative" if shape.sign > 0 else "not positive"
    if not shape.kinked:
        return f"So the second derivative is {kind} along every line, and $f$ is {KINDS[shape.sign]}."
    return (
        "The formula holds except where an indicator jumps, which on a line is the case at single points or makes no "
        f"difference; the first derivative is continuous. So the first derivative is monotone along every line, and "
        f"$f$ is {KINDS[shape.sign]}."
    )


def strictness(told: Told[Curvature]) -> str:
    """When the form vanishes in the direction 0 only."""
    word = next((w for w in ("convex", "concave") if told.claims.always(f"strictly_{w}")), None)
    return intercept(told) if word is None else f" It vanishes only in the direction $0$, so $f$ is strictly {word}."


def intercept(told: Told[Curvature]) -> str:
    """Why the rank of [X 1] decides strictness."""
    full = told.claims.find("strictly_convex", "injective_affine")
    if full is None:
        return ""
    w, b = (next(n for n, shape in told.draft.parameters.items() if len(shape) == k) for k in (1, 0))
    x, (v, c), u = word_tex(full.assumed[0].name), (told.ways[w], told.ways[b]), told.letter("u", "q", "g")
    only = (
        f" All weights are positive, so it vanishes only where ${x}{v}+{c}\\mathbf 1=0$. If "
        f"$[\\,{x}\\;\\mathbf 1\\,]$ has full column rank, that is the direction $0$ alone, and $f$ is strictly convex."
    )
    if told.claims.find("not_strictly_convex", "null_affine") is None:
        return only
    return (
        f"{only} Otherwise there are ${u}\\ne0$ and a number ${c}$ with ${x}{u}+{c}\\mathbf 1=0$, and $f$ is constant "
        f"along $({u},{c})$."
    )


def remaining(told: Told[Curvature]) -> str:
    """Who shows what else the theorem says."""
    said, ranks = (
        (KINDS[told.argument.sign], "strictly_convex", "strictly_concave", *FLAT),
        (["injective_affine"], ["null_affine"]),
    )
    more = [
        claim
        for claim in told.claims.accepted
        if claim.word not in said or (claim.assumed and [g.kind for g in claim.assumed] not in ranks)
    ]
    return " What else the theorem says is shown in the certificate." if more else ""
