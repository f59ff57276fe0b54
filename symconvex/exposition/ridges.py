"""A sum of functions of one affine form each: their pieces and slopes, and a picture of them."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.arguments.kinks import Kinks
from symconvex.drafting.arguments.ridges import Ridges
from symconvex.drafting.profile import Z, replaced
from symconvex.exposition.general import appended, notation_of, setting
from symconvex.exposition.kinks import table
from symconvex.exposition.notation import Notation
from symconvex.exposition.picture import Drawn, graphs
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Term
from symconvex.language.printing.texwords import word_tex

STEPS, MOST_GRAPHS = 48, 3


def tell(told: Told[Ridges]) -> Iterator[str]:
    """Setting, theorem, the functions drawn, proof, gradient."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield drawn(told)
    yield "\\begin{proof}\n" + "\n".join(proof(told, notation)) + "\n\\end{proof}"
    yield appended(told.derivation)


def idea(told: Told[Ridges]) -> str:
    """One function, or a sum of some."""
    if len(told.argument.parts) == 1:
        return "The loss is a function of one linear form, and its slope does not jump down."
    return "The loss is a sum of functions of one linear form each, and no slope jumps down."


PAGE = Page("ridges", tell, idea)


def name_of(told: Told[Ridges], number: int) -> str:
    """phi, or phi_k where there are several."""
    return "\\varphi" if len(told.argument.parts) == 1 else f"\\varphi_{{{number}}}"


def proof(told: Told[Ridges], notation: Notation) -> Iterator[str]:
    """Which samples see which form, the pieces of every function, and what follows."""
    shape, letter = told.argument, told.letter("z", "t", "s", "u")
    w, z = ",".join(word_tex(name) for name in told.draft.parameters), word_tex(letter)
    terms = [f"{name_of(told, k)}({notation.tex(part.at)})" for k, part in enumerate(shape.parts, 1)]
    rest = "" if shape.rest == t.ZERO else f"+{notation.tex(shape.rest)}"
    yield (
        "Samples whose inputs are multiples of each other see the parameter through one linear form; where it is $0$, "
        "their units switch. Added up over such samples, the loss is\n"
        f"\\[\n  f({w})={'+'.join(terms)}{rest},\n\\]\nwhere, with their slopes,"
    )
    for k, part in enumerate(shape.parts, 1):
        yield table(part.pieces, letter, name_of(told, k), notation)
    yield from jumps(told, notation)
    yield (
        f"On each piece the second derivative is not negative, and the slope does not fall at ${z}=0$. So no slope "
        "falls "
        ""
        f"anywhere: {joined([f'${name_of(told, k)}$' for k in range(1, len(shape.parts) + 1)])} "
        f"{'is' if len(shape.parts) == 1 else 'are'} convex, and so is "
        f"{'$f$' if len(shape.parts) == 1 else 'the sum $f$'}, as the forms are linear."
    )


def jumps(told: Told[Ridges], notation: Notation) -> Iterator[str]:
    """The slopes on both sides of 0."""
    told_of = []
    for k, part in enumerate(told.argument.parts, 1):
        left, right = (notation.tex(t.Num(_at(piece.slope, Fraction(0)))) for piece in part.pieces)
        told_of.append(f"that of ${name_of(told, k)}$ from ${left}$ to ${right}$")
    yield f"Both pieces agree at $0$, where the slope changes: {joined(told_of)}."


def drawn(told: Told[Ridges]) -> str:
    """The functions around their corner."""
    parts = told.argument.parts[:MOST_GRAPHS]
    reach = 2 * max([Fraction(1), *(abs(low) for part in parts for low in lowest(part))])
    shown = [
        Drawn(f"${name_of(told, k)}(z)$", tuple((float(x), float(value(part, x))) for x in _places(reach)))
        for k, part in enumerate(parts, 1)
    ]
    what = "The function" if len(shown) == 1 else "The functions"
    names = joined([f"${name_of(told, k)}$" for k in range(1, len(parts) + 1)])
    return graphs(shown, "z", f"{what} {names} of the proof, which meet their corner at $z=0$.")


def _places(reach: Fraction) -> list[Fraction]:
    return [reach * Fraction(2 * k - STEPS, STEPS) for k in range(STEPS + 1)]


def lowest(part: Kinks) -> Iterator[Fraction]:
    """Where the pieces would be smallest."""
    for piece in part.pieces:
        bend = _at(piece.bend, Fraction(0))
        if bend:
            yield -_at(piece.slope, Fraction(0)) / bend


def value(part: Kinks, at: Fraction) -> Fraction:
    """The function at a number."""
    return _at(part.pieces[0 if at < 0 else 1].term, at)


def _at(term: Term, place: Fraction) -> Fraction:
    """A polynomial with rational coefficients at a number."""
    found = replaced(term, Z, Num(place))
    return number(found)


def number(term: Term) -> Fraction:
    """The value of sums, products and powers of numbers."""
    match term:
        case Num(value_):
            return value_
        case t.Add(args):
            return sum(map(number, args), Fraction(0))
        case t.Mul(args):
            product = Fraction(1)
            for arg in args:
                product *= number(arg)
            return product
        case t.Pow(base, exponent):
            return Fraction(number(base) ** int(exponent))
    raise ValueError(f"{term} is no number")
