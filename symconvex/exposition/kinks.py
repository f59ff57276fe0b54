"""A function of one affine form with kinks: a table of its pieces with their slopes, and the jumps between them."""

from collections.abc import Iterator, Sequence

from symconvex.drafting.arguments.kinks import Kinks
from symconvex.drafting.arguments.structure import Smooth
from symconvex.drafting.profile import Z, replaced
from symconvex.exposition.general import notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Kinks]) -> Iterator[str]:
    """Setting, theorem, pieces, conclusion."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\n" + "\n".join(proof(told, notation)) + "\n\\end{proof}"


def idea(told: Told[Kinks]) -> str:
    """Slopes do not turn back."""
    if told.argument.way == 0:
        return "Where corners are, the slope does not change."
    way = "falls" if told.argument.way > 0 else "rises"
    return f"The slope {way} on no piece and at no corner."


PAGE = Page("kinks", tell, idea)


def proof(told: Told[Kinks], notation: Notation) -> Iterator[str]:
    """The pieces, what their second derivatives and the jumps say, and what follows."""
    shape = told.argument
    scalar = isinstance(shape.at, Sym) and not shape.at.indices
    letter = shape.at.name if isinstance(shape.at, Sym) and scalar else told.letter("z", "t", "s", "u")
    z = word_tex(letter)
    name, start = "f", "The loss is"
    if not scalar:
        name = "\\varphi"
        start = f"Put ${z}={notation.tex(shape.at)}$, which is affine.\nThe loss is $\\varphi({z})$ with"
    if len(shape.pieces) == 1:
        whole = notation.tex(_at(shape.pieces[0].term, letter))
        yield f"{start}\n\\[\n  {name}({z})={whole}\n\\]"
        yield "throughout: where an argument of a corner changes its sign, the values on both sides agree."
    else:
        yield f"{start}\n{table(shape.pieces, letter, name, notation)}"
        yield jumps(shape, letter, notation)
    yield from conclusion(told, name, notation)


def table(pieces: Sequence[Smooth], letter: str, name: str, notation: Notation) -> str:
    """One line for each piece."""
    z = word_tex(letter)
    rows = []
    for piece in pieces:
        parts = (notation.tex(_at(part, letter)) for part in (piece.term, piece.slope, piece.bend))
        rows.append(" & ".join((f"  {where(piece, z, notation)}", *parts)))
    head = f"  & {name}({z}) & {name}'({z}) & {name}''({z}) \\\\ \\hline"
    body = " \\\\\n".join(rows)
    begin = "\\[\n\\renewcommand{\\arraystretch}{1.3}\n\\begin{array}{l|lll}"
    return f"{begin}\n{head}\n{body}\n\\end{{array}}\n\\]"


def where(piece: Smooth, z: str, notation: Notation) -> str:
    """Between which ends."""
    low, high = (None if end is None else notation.tex(end) for end in (piece.left, piece.right))
    match low, high:
        case None, None:
            return z
        case None, _:
            return f"{z}\\le {high}"
        case _, None:
            return f"{z}\\ge {low}"
    return f"{low}\\le {z}\\le {high}"


def jumps(shape: Kinks, letter: str, notation: Notation) -> str:
    """By how much the slope jumps."""
    z, said = word_tex(letter), list[str]()
    for piece, jump in zip(shape.pieces[1:], shape.jumps, strict=True):
        at = notation.tex(piece.left or t.ZERO)
        said.append(f"by ${notation.tex(jump)}$ at ${z}={at}$" if jump != t.ZERO else f"not at all at ${z}={at}$")
    return f"The pieces agree where they meet, and the slope jumps {', '.join(said)}."


def conclusion(told: Told[Kinks], name: str, notation: Notation) -> Iterator[str]:
    """Convex, concave or affine; strictly, strongly."""
    shape, claims = told.argument, told.claims
    if shape.way == 0:
        yield "This is affine, and so is $f$."
        return
    word, less = ("convex", "\\ge") if shape.way > 0 else ("concave", "\\le")
    change = "decrease" if shape.way > 0 else "increase"
    many = len(shape.pieces) > 1
    on = "on each piece" if many else "on the whole line"
    jump = f"and no jump is {'negative' if shape.way > 0 else 'positive'}, " if many else ""
    yield f"As ${name}''{less}0$ {on} {jump}the slope does not {change}:"
    yield f"${name}$ is {word}{'' if name == 'f' else ', and so is $f$'}."
    if claims.always(f"strictly_{word}"):
        off = "off the kinks" if many else ""
        yield f"The second derivative is not $0$ {off}, so $f$ is affine on no interval: it is strictly {word}."
    modulus = claims.modulus
    if modulus is not None:
        m, turned = notation.tex(modulus), "" if shape.way > 0 else "-"
        yield f"With $m={m}$, the same holds of ${turned}f-\\tfrac m2\\lVert\\theta\\rVert^2$,"
        yield f"so $f$ is strongly {word} with modulus $m$."


def _at(term: Term, letter: str) -> Term:
    return replaced(term, Z, Sym(letter))


def sentence(piece: Smooth, letter: str, notation: Notation) -> str:
    """A piece in a line of text."""
    z = word_tex(letter)
    shown = notation.tex(_at(piece.term, letter))
    return f"${shown}$ for ${where(piece, z, notation)}$"
