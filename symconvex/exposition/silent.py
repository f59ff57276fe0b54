"""Hidden parameters that a loss ignores where the readout is 0: a convex loss would ignore them everywhere."""

from collections.abc import Iterator

from symconvex.drafting.arguments.silent import Silent
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays
from symconvex.exposition.readout import LEMMA
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import joined
from symconvex.kernel.term import Sym
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Silent]) -> Iterator[str]:
    """Setting, theorem, lemma, proof, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield LEMMA
    steps = [points(told, notation), f"{arithmetic(told, notation)}\n{converse(told)}"]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"
    yield derivatives(told)


PAGE = Page(
    "silent",
    tell,
    always(
        "Where the readout is $0$ the hidden parameters have no influence; "
        "in a convex loss they would have none anywhere."
    ),
)


def points(told: Told[Silent], notation: Notation) -> str:
    """The hidden parameters, the readout, and what convexity would say."""
    shape, arrays = told.argument, Arrays(notation, told.draft.parameters)
    x, k = shape.sample
    row = notation.vector(x, (k,)) or notation.tex(Sym(x, (k, 0)))
    hidden = joined([f"${word_tex(name)}_*={arrays.tex(name, family)}$" for name, family in shape.hidden.items()])
    ((read, family),) = shape.readout.items()
    names = ",".join(f"{word_tex(name)}" for name in shape.hidden)
    return (
        f"Let ${word_tex(x)}\\ne0$, and choose ${word_tex(k)}$ with ${row}\\ne0$. Let {hidden} and "
        f"${word_tex(read)}_*={arrays.tex(read, family)}$; parameters that are not named are $0$. Where "
        f"${word_tex(read)}=0$ the loss does not change when ${names}$ moves along this line. If $f$ were convex, "
        f"Lemma~\\ref{{lem:flat}} would give $f(\\pm {word_tex(next(iter(shape.hidden)))}_*,{word_tex(read)}_*)\\le "
        f"f(0,{word_tex(read)}_*)$."
    )


def arithmetic(told: Told[Silent], notation: Notation) -> str:
    """The sum of both is > 0, which refutes concavity too."""
    shape = told.argument
    first, read = word_tex(next(iter(shape.hidden))), word_tex(next(iter(shape.readout)))
    left = f"f({first}_*,{read}_*)+f(-{first}_*,{read}_*)-2f(0,{read}_*)"
    total = notation.tex(shape.total)
    if shape.kind == "mask":
        shown = f"But\n\\[\n  {left}={total}\\;>\\;0.\n\\]"
    else:
        shown = (
            f"The outputs there are $\\pm a$ with $a={total}$, and $0$ in the middle. What is linear in them "
            f"cancels in\n\\[\n  {left}\\;>\\;0,\n\\]\nand $\\log\\sum_r e^{{a_r}}+"
            "\\log\\sum_r e^{-a_r}\\ge2\\log\\sum_r1$ by "
            "Jensen's inequality, strictly where the $a_r$ are not all equal, as at "
            f"${word_tex(shape.sample[1])}$."
        )
    return f"{shown}\nSo $f$ is not convex; nor is it concave, as $(0,{read}_*)$ lies in the middle of both points."


def converse(told: Told[Silent]) -> str:
    """With zero data the loss is affine."""
    x = word_tex(told.argument.sample[0])
    return f"\nIf ${x}=0$, the second derivative of the loss is $0$, so it is affine." if told.claims.view.exact else ""
