"""The proof that a loss is convex because its curvature is a sum of weighted squares, one for each sample."""

from collections.abc import Iterator

from symconvex.drafting.arguments.squares import Squares
from symconvex.exposition.exactness import eigenvectors, larger_modulus, least_eigenvalue
from symconvex.exposition.minimiser import minimiser
from symconvex.exposition.pieces import piecewise
from symconvex.exposition.reasons import bound_tex, definitions, derivative_rules, functions_in, reasons_tex
from symconvex.exposition.statement import never_sentence, rank_condition
from symconvex.exposition.story import COLUMN, ROW, Story, at_sample, story_of
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import introduction, joined, quantified, space_tex
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Squares]) -> Iterator[str]:
    """Setting, theorem, proof, and the corollary on smoothness."""
    story = story_of(told)
    yield setting(story)
    yield theorem(story)
    yield "\\begin{proof}\n" + "\n\n".join(filter(None, proof(story))) + "\n\\end{proof}"
    yield smoothness(story)
    yield minimiser(story)


PAGE = Page(
    "squares",
    tell,
    always("Along every line the second derivative is a sum of squares whose weights are not negative."),
)


def setting(story: Story) -> str:
    """Data, parameter, loss, and the names of intermediates."""
    shape, margin = story.shape, story.margin
    short = story.named.given.keys() & set(t.subterms(shape.weight))
    names = [f"${story.named.given[p]}={story.plain.tex(p)}$" for p in short]
    functions = functions_in([shape.loss, shape.weight, shape.slope])
    meanings = definitions(functions)
    write = f"Write {', '.join([*names, *meanings])}." if names or meanings else ""
    if names and len(meanings) == 1:
        write = f"Write {names[0]}, where {meanings[0]}."
    return (
        f"\\paragraph{{Setting.}}\n{introduction(story.told.draft)}, and the loss is\n"
        "\\begin{equation}\\label{eq:loss}\n"
        f"  f({story.w})={story.plain.tex(shape.loss)},"
        f"\\qquad {story.plain.tex(margin.symbol)}={story.plain.tex(margin.meaning)}.\n"
        f"\\end{{equation}}\n{' '.join(filter(None, [story.rows, write]))}"
    )


def theorem(story: Story) -> str:
    """The kind of convexity, gradient and Hessian, strictness."""
    claims, names = story.claims, [f"${word_tex(s.name)}$" for s in quantified(story.problem)]
    kind = "strictly convex" if claims.always("strictly_convex") else "convex"
    where = f" on ${space_tex(story.problem.parameters[0].shape)}$"
    smooth = " and continuously differentiable" if story.shape.kinked else ""
    if claims.modulus is not None and claims.always("strongly_convex"):
        kind, where = "strongly convex", f"{where} with modulus {best_modulus(story)}"
    where_smooth = "and, wherever second derivatives exist, its" if story.shape.kinked else "and"
    every = f"For every {joined(names)} as above the" if names else "The"
    return (
        f"\\begin{{theorem}}\\label{{thm:main}}\n{every} function $f$ is {kind}{smooth}{where}. "
        f"Its gradient {where_smooth} Hessian are\n"
        f"{derivatives(story)}\n{strictness_sentences(story)}\\end{{theorem}}"
    )


def best_modulus(story: Story) -> str:
    """The modulus, and whether there is a larger one."""
    modulus = story.claims.modulus
    best = " and with no larger one" if story.claims.modulus_is_best else ""
    return "" if modulus is None else f"${story.named.tex(modulus)}${best}"


def strictness_sentences(story: Story) -> str:
    """When it is strictly and when strongly convex."""
    claims, modulus, full = story.claims, story.claims.modulus, rank_condition(story.told)
    partly = claims.matrix("injective", "strictly_convex")
    rank = f"It is strictly convex if and only if {full}.\n" if full else ""
    if partly is not None and not full:
        rank = f"It is strictly convex if $\\rank {word_tex(partly)}={dimension(story)}$.\n"
    if modulus is None or claims.always("strongly_convex"):
        return rank + (f"{never_sentence(claims, story.problem)}\n" if claims.never_strongly else "")
    when = f"If ${story.named.tex(modulus)}>0$"
    return f"{rank}{when}, it is strongly convex with modulus {best_modulus(story)}.\n"


def dimension(story: Story) -> str:
    """How many entries the parameter has."""
    return story.named.tex(t.Dim(story.problem.parameters[0].shape[0]))


def derivatives(story: Story) -> str:
    """Gradient and Hessian as sums, and the Hessian in matrix form."""
    shape = story.shape
    slope = t.mul(at_sample(story.margin, shape.slope), story.margin.label or t.ONE, ROW)
    squares = f"{story.total(shape.weight, ROW, COLUMN)}{story.plus(2, 'I')}"
    lines = [
        f"  \\nabla f({story.w})&={story.total(slope)}{story.plus(2, story.w)},",
        f"  \\nabla^2 f({story.w})&={squares}={matrix_form(story)}{story.plus(2, 'I')}",
    ]
    end = "."
    if not shape.constant:
        diagonal = f"D&=\\diag(d_1,\\dots,d_{{{story.n}}})"
        lines.append(f"  {diagonal},\\qquad d_{{{story.i}}}={story.named.tex(shape.weight)}")
        lines[1] += ","
    return "\\begin{align*}\n" + "\\\\\n".join(lines) + end + "\n\\end{align*}"


def matrix_form(story: Story) -> str:
    """X'DX, or c X'X when the weights are constant."""
    if not story.shape.constant:
        return f"{story.x}\\T D{story.x}"
    weight = story.named.factor(story.shape.weight)
    return f"{'' if weight == '1' else weight}{story.x}\\T {story.x}"


# ---- the proof ------------------------------------------------------------------------------------


def proof(story: Story) -> Iterator[str]:
    """Four steps, and one on the best modulus."""
    yield one_term(story)
    yield chain_rule(story)
    yield sum_of_squares(story)
    yield strictness(story)
    step = 5 if strictness(story) else 4
    yield least_eigenvalue(story, step)
    yield larger_modulus(story, step)


def one_term(story: Story) -> str:
    """phi and its first two derivatives."""
    shape, plain = story.shape, story.plain
    name = ell(story)
    lead = f"For each ${story.i}$ let" if t.free_indices(shape.phi) else "Let"
    penalty = story.plus(1, f"\\lVert {story.w}\\rVert^2")
    note = "\nthe second formula except where an indicator jumps." if story.shape.kinked else ""
    rules, end = derivative_rules(shape.phi, shape.slope), "," if story.shape.kinked else "."
    cases = piecewise(story.told.draft, shape.phi, story.u, plain) if shape.kinked else ""
    pieces = f"Piece by piece, this is\n\\[\n  {name}({story.u})={cases}\n\\]\n" if cases else ""
    return (
        f"\\emph{{Step 1, one term.}} {lead} ${name}({story.u})={plain.tex(shape.phi)}$, so that "
        f"$f({story.w})=\\sum_{{{story.i}}}{name}({story.u}_{{{story.i}}}){penalty}{story.rest}$. {pieces}{rules}\n"
        "\\begin{align}\n"
        f"  {name}'({story.u})&={plain.tex(shape.slope)},\\label{{eq:first}}\\\\\n"
        f"  {name}''({story.u})&={plain.tex(shape.bend)}{end}\\label{{eq:second}}\n\\end{{align}}{note}"
    )


def ell(story: Story) -> str:
    """The name of one summand's function."""
    return f"\\ell_{{{story.i}}}" if t.free_indices(story.shape.phi) else "\\ell"


def chain_rule(story: Story) -> str:
    """From one summand to gradient and Hessian."""
    margin, name = story.margin, ell(story)
    kind = "linear" if margin.shift is None else "affine"
    at = f"({story.u}_{{{story.i}}})"
    label, row = story.outer_label, story.named.tex(ROW)
    squared = f"{story.named.tex(margin.label)}^2\\," if margin.label else ""
    signs = f",\\qquad\\text{{as }}{story.named.tex(margin.label)}^2=1" if margin.label else ""
    rest = (
        ""
        if story.shape.penalty is None
        else (
            f" The penalty adds ${story.plus(2, story.w)[1:]}$ to the gradient and ${story.plus(2, 'I')[1:]}$ to the "
            "Hessian."
        )
    )
    return (
        f"\\emph{{Step 2, the chain rule.}} Each ${story.u}_{{{story.i}}}$ is {kind} in ${story.w}$ with gradient "
        f"${label}{row}$. By \\eqref{{eq:first}} the terms contribute "
        f"$\\sum_{{{story.i}}}{name}'{at}\\,{label}{row}$ to the "
        "gradient, as stated. Of these factors only the first depends on "
        f"${story.w}$, so by \\eqref{{eq:second}} the second derivative is\n"
        f"\\[\n  \\sum_{{{story.i}}}{name}''{at}\\,{squared}{row}{row}\\T"
        f"={story.total(story.shape.weight, ROW, COLUMN)}{signs}.\n\\]"
        f"{rest}"
    )


def sum_of_squares(story: Story) -> str:
    """The quadratic form with the sign of every weight."""
    strictly, mark = story.shape.strictly, ">0" if story.shape.strictly else "\\ge0"
    square = f"\\bigl({story.dot}\\bigr)^2"
    weight = story.named.factor(story.shape.weight)
    brace = "" if weight == "1" else f"\\underbrace{{{weight}}}_{{{mark}}}\\,"
    why = reasons_tex(story.shape.reasons, story.named)
    reason = f"\nThe weights are {'positive' if strictly else 'not negative'}: {why}." if why and brace else ""
    scaled = ""
    if story.shape.penalty is not None:
        scale = story.named.tex(t.mul(t.number(2), story.shape.penalty))
        least = ">0" if story.shape.ridge else "\\ge0"
        scaled = f"+\\underbrace{{{scale}}}_{{{least}}}\\,\\lVert {story.v}\\rVert^2"
    return (
        f"\\emph{{Step 3, the quadratic form is a sum of squares.}} For every ${story.w}$ and every direction "
        f"${story.v}\\in{space_tex(story.problem.parameters[0].shape)}$\n"
        "\\begin{equation}\\label{eq:squares}\n"
        f"  {story.v}\\T\\nabla^2 "
        f"f({story.w})\\,{story.v}=\\sum_{{{story.i}=1}}^{{{story.n}}}{brace}{square}{scaled}\\;\\ge\\;0.\n"
        f"\\end{{equation}}{reason}\n{second_order(story)}"
    )


def second_order(story: Story) -> str:
    """Why a nonnegative form is enough."""
    if not story.shape.kinked:
        return (
            "A twice continuously differentiable function on a convex set whose Hessian is positive semidefinite "
            "everywhere is convex."
        )
    return (
        f"The second derivatives exist except where an indicator jumps. On a line $t\\mapsto {story.w}+t{story.v}$ "
        "each "
        f"${story.u}_{{{story.i}}}$ is affine in $t$: either it is constant and adds nothing to "
        f"\\eqref{{eq:squares}}, or it meets a jump for finitely many "
        "$t$ only. So the "
        f"derivative of $g(t)=f({story.w}+t{story.v})$ is continuous and, but for finitely many $t$, has the "
        "derivative "
        "\\eqref{eq:squares}, which is not negative. Hence $g'$ is nondecreasing and $g$ is convex; as the line was "
        "arbitrary, $f$ is convex."
    )


def strictness(story: Story) -> str:
    """Strong convexity, or strictness by rank."""
    claims, w, v = story.claims, story.w, story.v
    strong = claims.find("strongly_convex")
    modulus = None if strong is None else strong.term
    if modulus is not None:
        mu = story.named.tex(modulus)
        return (
            f"\\emph{{Step 4, strong convexity.}} The sum in \\eqref{{eq:squares}} is not negative, so "
            f"${v}\\T\\nabla^2 f({w})\\,{v}\\ge {mu}\\lVert {v}\\rVert^2$ for all ${w}$ and ${v}$: the function $f$ "
            "is strongly convex "
            f"with modulus ${mu}>0$, in particular strictly convex, and has at most one minimiser."
        )
    x = claims.matrix("injective", "strictly_convex")
    if x is None:
        return of_these_data(story) if claims.always("strictly_convex") else ""
    d, flat = dimension(story), claims.matrix("null", "not_strictly_convex") is not None
    back = (
        f" If $\\rank {word_tex(x)}<{d}$, there is a vector $u\\ne0$ with ${word_tex(x)}u=0$. Then "
        f"$f({w}+tu)=f({w})$ for all ${w}$ and $t$, because $f$ depends on ${w}$ only through ${word_tex(x)}{w}$, "
        "and $f$ is not strictly convex."
    )
    return (
        f"\\emph{{Step 4, strictness.}} As all weights are positive, the form \\eqref{{eq:squares}} vanishes "
        f"{'exactly' if story.shape.penalty is None else 'only'} when "
        f"${word_tex(x)}{v}=0$, whatever ${w}$ is. If $\\rank {word_tex(x)}={d}$ this forces ${v}=0$: the Hessian "
        "is positive definite "
        f"everywhere and $f$ is strictly convex.{back if flat else ''}"
    )


def of_these_data(story: Story) -> str:
    """Strictness where the data are given, and so their rank."""
    claim = next(c for c in story.claims.accepted if c.word == "strictly_convex" and not c.assumed)
    x = next((word_tex(given.name) for given in claim.theorem.met if given.kind == "injective"), "")
    if not x:
        return ""
    d, v = dimension(story), story.v
    return (
        f"\\emph{{Step 4, strictness.}} As all weights are positive, the form \\eqref{{eq:squares}} vanishes only "
        f"when ${x}{v}=0$, whatever ${story.w}$ is. For these data $\\rank {x}={d}$, as exact elimination shows, so "
        f"${x}{v}\\ne0$ for every ${v}\\ne0$: the Hessian is positive definite everywhere and $f$ is strictly convex."
    )


def smoothness(story: Story) -> str:
    """The corollary with the Lipschitz constant of the gradient."""
    constant, bound = story.claims.smoothness, story.shape.bound
    if constant is None or bound is None:
        return ""
    named, x, w, v = story.named, story.x, story.w, story.v
    factor = named.tex(bound.value)
    factor = "" if factor == "1" else factor
    reason = bound_tex(bound, named)
    upper = f"{factor}{x}\\T {x}{story.plus(2, 'I')}"
    lower = story.plus(2, "I")[1:] or "0"
    almost = "wherever it exists" if story.shape.kinked else f"for all ${w}$"
    why = f"The weights are at most ${factor or '1'}$: {reason}. " if reason else ""
    best = ", and no smaller constant will do" if story.claims.smoothness_is_best else ""
    return (
        "\\begin{corollary}[smoothness]\n"
        f"${lower}\\preceq\\nabla^2 f({w})\\preceq {upper}$ {almost}. Hence $\\nabla f$ is Lipschitz continuous "
        "with constant "
        f"${named.tex(constant)}${best}.\n\\end{{corollary}}\n"
        f"\\begin{{proof}}\n{why}So \\eqref{{eq:squares}} is at most "
        f"${factor}\\lVert {x}{v}\\rVert^2{story.plus(2, f'{chr(92)}lVert {v}{chr(92)}rVert^2')}$, and "
        f"$\\lVert {x}{v}\\rVert^2\\le\\lambda_{{\\max}}({x}\\T {x})\\,\\lVert {v}\\rVert^2$ by the definition of "
        f"the largest eigenvalue.{eigenvectors(story, factor, constant)}\n"
        "\\end{proof}"
    )
