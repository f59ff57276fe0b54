"""What a refutation speaks of: outputs and targets, the points, and the sentences around the argument."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays, Point, same, tidy_squares
from symconvex.exposition.reading import Fit, Line, Part, Reading, find_fit, summands
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.words import (
    arguments,
    data_sentence,
    domain_tex,
    joined,
    parameter_sentence,
    rows_of,
    sizes_sentence,
)
from symconvex.kernel import term as t
from symconvex.kernel.statement import read_given
from symconvex.kernel.term import Add, Delta, Fn, Mul, Pow, Sum, Sym, Term
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Expr, Problem, Symbol

if TYPE_CHECKING:
    from symconvex.verdict import Decided

PLAIN = Notation({}, {})


@dataclass(frozen=True, slots=True)
class Scene:
    """What the sentences of a refutation are made of.

    output, target    how one output and its target are written: o_i and y_i
    """

    problem: Problem
    reading: Reading
    part: Part
    claims: Claims
    fit: Fit
    notation: Notation
    output: str
    target: str

    @property
    def arrays(self) -> Arrays:
        return Arrays(self.notation, self.reading.parameters)

    @property
    def hat(self) -> str:
        """The output at the first point."""
        letter, rest = self.output[0], self.output[1:]
        return f"\\hat {letter}{rest}"

    @property
    def witness(self) -> tuple[str, str] | None:
        """(X, k) for the hypothesis that row k of X is not zero."""
        for given in map(read_given, self.part.given):
            if given.kind == "nonzero":
                return given.name, given.extra
        return None

    def row(self, name: str, index: str) -> str:
        """x_k, or X_k1 where a row is one number."""
        return self.notation.vector(name, (index,)) or PLAIN.tex(Sym(name, (index, 0)))

    def only(self, term: Term) -> tuple[str, int] | None:
        """(r, 1) when the term is 0 except for r = 1."""
        for part in t.subterms(term):
            match part:
                case Delta(str() as left, int() as right):
                    return word_tex(left), right + 1
        return None

    def summed(self, text: str, factor: Term | None = None) -> str:
        """factor * the sum of a text over all places."""
        body: Term = t.mul(self.fit.factor if factor is None else factor, Sym("inside"))
        scale = t.mul(*(f for f in (body.args if isinstance(body, Mul) else ()) if f != Sym("inside")))
        bounds = "".join(f"\\sum_{{{word_tex(i)}=1}}^{{{size_tex(size)}}}" for i, size in self.fit.binders)
        head = "" if scale == t.ONE else self.notation.tex(scale)
        return f"{head}{bounds}{text}"

    def gaps(self, word: str) -> list[Line]:
        """The chords or lineality gaps that refute (loss word), and the line of their positive sum last."""
        line = next(x for x in self.part.by_rule("refute") if x.word == word)
        return [self.part.line(k) for k in line.uses]

    def outputs(self, term: Term) -> Term:
        """The output in a loss that was evaluated at a point."""
        for part in t.subterms(term):
            match part:
                case Pow(Add(args), e) if e == 2 and t.neg(self.fit.target) in args:
                    return t.add(*(arg for arg in args if arg != t.neg(self.fit.target)))
                case Fn("softplus", (Mul(args),)) if self.fit.target in args:
                    return t.neg(t.mul(*(arg for arg in args if arg != self.fit.target)))
        return t.ZERO


def scene_of(verdict: "Decided", reading: Reading, claims: Claims) -> Scene | None:
    """None when the loss compares no prediction with a target, or nothing refutes it."""
    labels = frozenset(name for name, (_, within) in reading.data.items() if within == "sign")
    fit = find_fit(reading.loss, reading.names, labels)
    part = next((p for p in reading.parts if "(loss not_convex)" in p.claims), None)
    if fit is None or part is None or not isinstance(fit.target, Sym):
        return None
    name, indices = fit.target.name, fit.target.indices
    shown = "".join(i for i in indices if isinstance(i, str))
    thin = len(shown) < len(indices) and name.lower() not in {*reading.data, *reading.parameters}
    target = f"{name.lower()}_{{{shown}}}" if thin else PLAIN.tex(fit.target)
    letter = "O" if len(shown) > 1 else "o"
    rows = rows_of(verdict.problem, parameters=True)
    notation = Notation({}, rows).naming({fit.target: target})
    return Scene(verdict.problem, reading, part, claims, fit, notation, f"{letter}_{{{shown}}}", target)


# ---- setting and theorem --------------------------------------------------------------------------


def setting(scene: Scene) -> str:
    """Data, parameters, outputs, and the loss in index form."""
    problem, reading = scene.problem, scene.reading
    loss = scene.notation.naming({scene.fit.prediction: scene.output}).tex(shown_loss(scene))
    return (
        f"\\paragraph{{Setting.}}\n{sizes_sentence(problem, reading.sizes)} {data_sentence(problem)}\n"
        f"{parameter_sentence(problem)}. {output_sentence(scene)}\nThe loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({arguments(problem)})={loss}.\n\\end{{equation}}"
    )


def shown_loss(scene: Scene) -> Term:
    """The loss with its prediction as one term."""
    fit = scene.fit
    if fit.kind == "squared":
        body = t.power(Add((fit.prediction, t.neg(fit.target))), 2)
    else:
        body = t.fn("softplus", Mul((t.number(-1), fit.target, fit.prediction)))
    for index, size in reversed(fit.binders):
        body = Sum(index, size, body)
    return t.mul(fit.factor, body)


def output_sentence(scene: Scene) -> str:
    """The outputs as a matrix formula, or entry by entry."""
    expr = find_prediction(scene.problem.loss, scene.reading.names)
    names = definitions(functions_in([scene.fit.prediction]))
    where = f", where {joined(names)}" if names else ""
    if expr is None or not expr.shape or any(node.op == "sum" for node in walk(expr)):
        shown = scene.notation.tex(scene.fit.prediction)
        rows = [row_sentence(scene, p) for p in lettered(scene)]
        return f"The outputs are\n\\[\n  {scene.output}={shown}{_text(where)}.\n\\]{' '.join(['', *rows])}"
    column = len(expr.shape) == 2 and expr.shape[1] == 1 and scene.output.startswith("o")
    letter = "o" if len(expr.shape) == 1 or column else "O"
    space = f"\\R^{{{size_tex(expr.shape[0])}}}" if column else _space(expr)
    entries = ""
    if PLAIN.tex(scene.fit.target) != scene.target:
        entries = f" Its entries are ${scene.output}$, and ${scene.target}={PLAIN.tex(scene.fit.target)}$."
    return f"The outputs are\n\\[\n  {letter}={formula_tex(expr)}\\;\\in\\;{space}{_text(where)}.\n\\]{entries}"


def lettered(scene: Scene) -> list[Symbol]:
    """Parameters whose rows are printed with a letter of their own."""
    return [p for p in scene.problem.parameters if p.name in scene.notation.rows]


def row_sentence(scene: Scene, symbol: Symbol) -> str:
    """Which letter the rows have."""
    letter, size = scene.notation.rows[symbol.name], size_tex(symbol.shape[0])
    return f"The rows of ${word_tex(symbol.name)}$ are ${letter}_1\\T,\\dots,{letter}_{{{size}}}\\T$."


def _text(where: str) -> str:
    return f"\\text{{{where}}}" if where else ""


def _space(expr: Expr) -> str:
    exponent = "\\times ".join(map(size_tex, expr.shape))
    return f"\\R^{{{exponent}}}"


def walk(expr: Expr) -> list[Expr]:
    """The expression and all its parts."""
    return [expr, *(node for arg in expr.args for node in walk(arg))]


def find_prediction(loss: Expr, names: frozenset[str]) -> Expr | None:
    """P in (P - Y)^2, or in log(1 + exp(-Y P))."""
    for node in walk(loss):
        if node.op == "pow" and node.value == 2 and node.args[0].op == "add":
            offers = node.args[0].args
        elif node.op == "call" and node.value == "softplus":
            offers = tuple(_factors(node.args[0]))
        else:
            continue
        moving = [arg for arg in offers if any(x.op == "name" and x.value in names for x in walk(arg))]
        if len(moving) == 1 and len(offers) > 1:
            return moving[0]
    return None


def _factors(expr: Expr) -> list[Expr]:
    return [*_factors(expr.args[0]), *_factors(expr.args[1])] if expr.op == "mul" else [expr]


def theorem(scene: Scene) -> str:
    """Neither convex nor concave, under which hypothesis, and the other side of it."""
    claims, space = scene.claims, domain_tex(scene.problem)
    kind = "neither convex nor concave" if claims.refutes("not_concave") else "not convex"
    even = ", and not even quasiconvex" if claims.refutes("not_quasiconvex") else ""
    if scene.witness is None:
        text = f"For all data as above the function $f$ is {kind} on ${space}${even}."
        return f"\\begin{{theorem}}\\label{{thm:main}}\n{text}\n\\end{{theorem}}"
    x = word_tex(scene.witness[0])
    text = f"If ${x}\\ne0$, the function $f$ is {kind} on ${space}${even}."
    if claims.matrix("zero", "convex"):
        text += f"\nIf ${x}=0$, it is convex. So $f$ is convex if and only if ${x}=0$."
    return f"\\begin{{theorem}}\\label{{thm:main}}\n{text}\n\\end{{theorem}}"


def converse(scene: Scene) -> str:
    """With X = 0 the loss is convex."""
    part = scene.reading.part("convex", "zero")
    if part is None or scene.witness is None:
        return ""
    x, curvature = word_tex(scene.witness[0]), part.term_of("curvature")
    if curvature == t.ZERO:
        why = "the parameters have no influence on the outputs. So $f$ is constant, and convex"
        return f"\\emph{{The case ${x}=0$.}} If ${x}=0$, {why}."
    ways = {f"{name}'": f"v_{{{word_tex(name)}}}" for name in scene.reading.parameters}
    shown = Notation(ways, scene.notation.rows, given=scene.notation.given).tex(curvature)
    return (
        f"\\emph{{The case ${x}=0$.}} If ${x}=0$, the second derivative of $f$ along a line with direction "
        f"$({','.join(ways.values())})$ is $\\displaystyle {shown}\\ge0$ at every point, a sum of squares. So $f$ "
        "is convex."
    )


# ---- points ---------------------------------------------------------------------------------------


def opposite_tex(scene: Scene, plus: Point, minus: Point) -> str:
    """Two points in one tuple, with the sign of what differs."""
    parts = []
    for name, family in plus.items():
        text = scene.arrays.tex(name, family)
        if not same(family, minus[name]):
            text = f"\\pm({text})" if "+" in text or "-" in text[1:] else f"\\pm {text}"
        parts.append((name, text))
    order = list(scene.reading.parameters)
    inside = ",\\;".join(text for _, text in sorted(parts, key=lambda part: order.index(part[0])))
    if len(parts) == 1:
        return inside
    return f"\\Bigl({inside}\\Bigr)" if "\\frac" in inside else f"({inside})"


def zero_value(scene: Scene, gap: Term) -> Term:
    """f_0, which a gap subtracts."""
    return tidy_squares(t.neg(summands(gap)[-1]))


def sample_sentence(scene: Scene) -> str:
    """The choice of a sample that is not zero."""
    if scene.witness is None:
        return ""
    x, k = scene.witness
    return f"Let ${word_tex(x)}\\ne0$, and choose ${word_tex(k)}$ with ${scene.row(x, k)}\\ne0$."


__all__ = ["Scene", "converse", "scene_of", "setting", "theorem"]
