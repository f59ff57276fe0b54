"""What a refutation of a fit speaks of: outputs and targets, the points, and the sentences around the argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symconvex.drafting.layers import Fit
from symconvex.drafting.points import Point, is_alike
from symconvex.drafting.profile import factors, replaced
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays, same
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.told import Told
from symconvex.exposition.words import arguments, introduction, joined, rows_of, space_tex, walk
from symconvex.kernel import term as t
from symconvex.kernel.term import Delta, Fn, Mul, Sym, Term
from symconvex.language import to_term
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Expr

PLAIN = Notation({}, {})
# Outputs and targets as terms, so that they can be given names.
OUTPUT, TARGET = Fn("output", ()), Fn("target", ())


@dataclass(frozen=True, slots=True)
class Scene:
    """What the sentences of a refutation are made of.

    sample            the data matrix, and the index of its row that is not zero, where that is assumed
    output, target    how one output and its target are written: o_i and y_i
    """

    told: Told[Any]
    fit: Fit
    sample: tuple[str, str] | None
    notation: Notation
    output: str
    target: str

    @property
    def arrays(self) -> Arrays:
        """Prints points."""
        return Arrays(self.notation, self.told.draft.parameters)

    @property
    def hat(self) -> str:
        """The output at the first point."""
        letter, rest = self.output[0], self.output[1:]
        return f"\\hat {letter}{rest}"

    @property
    def index(self) -> str:
        """The letter of the samples."""
        return word_tex(self.fit.binders[0][0])

    @property
    def prediction(self) -> Term:
        """What is printed as the output: in a logistic loss everything but the labels and the sign."""
        return self.shown(self.fit.prediction)

    def shown(self, output: Term) -> Term:
        """The printed output for an output of the fit."""
        return t.mul(*self.scale, output)

    def output_tex(self, output: Term) -> str:
        """The same as a formula."""
        return self.notation.tex(self.shown(output))

    @property
    def scale(self) -> tuple[Term, ...]:
        """c in log(1 + exp(-y c o)), up to its sign."""
        rest = [f for f in factors(self.fit.label) if f not in factors(self.fit.target)]
        return tuple(t.Num(abs(f.value)) if isinstance(f, t.Num) else f for f in rest)

    @property
    def even_sentence(self) -> str:
        """The sum of both signs of an output is a function g of it: the start of the sentence that says so."""
        return "The" if self.fit.target == t.ONE else f"As ${self.target}=\\pm1$, the"

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


def scene_of(told: Told[Any], fit: Fit, sample: tuple[str, str] | None) -> Scene:
    """Letters for outputs and targets: those of the target array where it is one."""
    indices = indices_of(fit)
    below = f"_{{{''.join(map(word_tex, indices))}}}" if indices else ""
    letter = next(letter for letter in ("o", "q", "r") if letter not in told.taken)
    rows = rows_of(told.problem, parameters=True)
    notation = Notation({}, rows)
    target = notation.tex(fit.target)
    match fit.target:
        case Sym(name, places) if len(places) > len(indices) and name.lower() not in told.taken:
            target = f"{name.lower()}{below}"
        case t.Add() | Mul():
            target = f"{next(letter for letter in ('t', 's', 'b') if letter not in told.taken)}{below}"
    named = notation.naming({fit.target: target, TARGET: target, OUTPUT: f"{letter}{below}"})
    letter = letter.upper() if len(indices) > 1 else letter
    return Scene(told, fit, sample, named, f"{letter}{below}", target)


def indices_of(fit: Fit) -> tuple[str, ...]:
    """The indices of an output: those that it or its target depends on."""
    free = t.free_indices(t.add(t.mul(fit.label, fit.prediction), fit.target))
    return tuple(index for index, _ in fit.binders if index in free)


# ---- setting --------------------------------------------------------------------------------------


def setting(scene: Scene) -> str:
    """Data, parameters, outputs, and the loss in index form."""
    loss = scene.notation.naming({OUTPUT: scene.output}).tex(shown_loss(scene))
    return (
        f"\\paragraph{{Setting.}}\n{introduction(scene.told.draft)}. {output_sentence(scene)}\n"
        "The loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({arguments(scene.told.problem)})={loss}.\n\\end{{equation}}"
    )


def shown_loss(scene: Scene) -> Term:
    """The loss as it stands, with its prediction and its target as one term each."""
    fit = scene.fit
    if fit.kind == "squared":
        leaf: Term = t.power(t.Add((OUTPUT, t.neg(TARGET))), 2)
    else:
        negative = any(isinstance(f, t.Num) and f.value < 0 for f in factors(fit.label))
        signs = factors(fit.target) if fit.target != t.ONE else ()
        leaf = t.fn("softplus", t.Mul((*((t.number(-1),) if negative else ()), *signs, OUTPUT)))
    return replaced(scene.told.loss, fit.leaf, leaf)


def output_sentence(scene: Scene) -> str:
    """The outputs as a matrix formula, or entry by entry; and the targets, where their letter does not say it."""
    expr = find_prediction(scene)
    names = definitions(functions_in([scene.prediction]))
    where = f"\\text{{, where {joined(names)}}}" if names else ""
    meaning = PLAIN.tex(scene.fit.target)
    targets = "" if scene.target == meaning else f"${scene.target}={meaning}$"
    if expr is None or not expr.shape or any(node.op == "sum" for node in walk(expr)):
        shown, rows = scene.notation.tex(scene.prediction), row_sentences(scene)
        rows += [f"The targets are {targets}."] if targets else []
        outputs = "The outputs are" if "_" in scene.output else "The output is"
        return f"{outputs}\n\\[\n  {scene.output}={shown}{where}.\n\\]{''.join(f' {row}' for row in rows)}"
    column = len(expr.shape) == 2 and expr.shape[1] == 1 and scene.output[0].islower()
    letter = scene.output[0].lower() if len(expr.shape) == 1 or column else scene.output[0].upper()
    space = space_tex(expr.shape[:1] if column else expr.shape)
    entries = f" Its entries are ${scene.output}$" if column or targets else ""
    entries += f", and {targets}." if targets else "." if entries else ""
    return f"The outputs are\n\\[\n  {letter}={formula_tex(expr)}\\;\\in\\;{space}{where}.\n\\]{entries}"


def row_sentences(scene: Scene) -> list[str]:
    """Which letter the rows of a parameter have."""
    found = []
    for symbol in scene.told.problem.parameters:
        letter = scene.notation.rows.get(symbol.name)
        if letter:
            last = f"{letter}_{{{size_tex(symbol.shape[0])}}}"
            found.append(f"The rows of ${word_tex(symbol.name)}$ are ${letter}_1\\T,\\dots,{last}\\T$.")
    return found


def find_prediction(scene: Scene) -> Expr | None:
    """The part of the loss as it was written whose entries are the outputs."""
    indices, prediction = indices_of(scene.fit), scene.prediction
    for node in walk(scene.told.problem.loss):
        if node.shape and len([size for size in node.shape if size != 1]) == len(indices):
            places = iter(indices)
            at = tuple(0 if size == 1 else next(places) for size in node.shape)
            if is_alike(to_term(node, at), prediction):
                return node
    return None


def converse(scene: Scene, curvature: Term | None) -> str:
    """With X = 0 the loss is convex."""
    if curvature is None or scene.sample is None:
        return ""
    x = word_tex(scene.sample[0])
    if curvature == t.ZERO:
        why = "the parameters have no influence on the outputs. So $f$ is constant, and convex"
        return f"\\emph{{The case ${x}=0$.}} If ${x}=0$, {why}."
    ways = {f"{name}'": f"v_{{{word_tex(name)}}}" for name in scene.told.draft.parameters}
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
    for name in scene.told.draft.parameters:
        text = scene.arrays.tex(name, plus[name])
        if not same(plus[name], minus[name]):
            text = f"\\pm({text})" if "+" in text or "-" in text[1:] else f"\\pm {text}"
        parts.append(text)
    inside = ",\\;".join(parts)
    if len(parts) == 1:
        return inside
    return f"\\Bigl({inside}\\Bigr)" if "\\frac" in inside else f"({inside})"


def sample_sentence(scene: Scene) -> str:
    """The choice of a sample that is not zero."""
    if scene.sample is None:
        return ""
    x, k = scene.sample
    return f"Let ${word_tex(x)}\\ne0$, and choose ${word_tex(k)}$ with ${scene.row(x, k)}\\ne0$."


def broken_sentence(scene: Scene, inequalities: Sequence[str]) -> str:
    """Which of the inequalities, in the order of the certificate, are true of the given data."""
    broken = scene.told.broken
    if broken is None:
        return ""
    places = "".join(f" and ${word_tex(index)}={place + 1}$" for index, place in broken.places.items())
    return f" For the given data{places} it is ${inequalities[broken.number]}$."
