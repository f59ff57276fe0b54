"""Convexity from structure: one numbered line for every convex building block, no second derivative."""

from collections.abc import Iterator

from symconvex.drafting.arguments.structure import Block, Structure
from symconvex.drafting.profile import Z, mentions, replaced
from symconvex.exposition.general import appended
from symconvex.exposition.kinks import sentence
from symconvex.exposition.notation import Notation
from symconvex.exposition.reasons import definitions, functions_in
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import arguments, introduction, joined, rows_of
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Mul, Num, Pow, Sym, Term
from symconvex.language.printing.texwords import word_tex

SUMS = ("sum", "total", "scaled")
# What a sum is made of: one, and several.
KINDS = {
    "convex": ("a convex function", "convex functions"),
    "square": ("the square of an affine function", "squares of affine functions"),
    "power": ("an even power of an affine function", "even powers of affine functions"),
    "affine": ("an affine function", "affine functions"),
    "constant": ("a constant", "constants"),
}
LONGEST = 400  # a gradient of a longer loss fills pages


def tell(told: Told[Structure]) -> Iterator[str]:
    """Setting, theorem, proof, a remark on corners, gradient."""
    notation = Notation(told.directions, rows_of(told.problem))
    yield setting(told, notation)
    yield theorem(told, notation)
    yield f"\\begin{{proof}}\n{proof(told, notation)}\n\\end{{proof}}"
    yield remark(told.loss, told.argument)
    if sum(1 for _ in t.subterms(told.loss)) <= LONGEST:
        yield appended(told.derivation)


def idea(told: Told[Structure]) -> str:
    """From the inside out."""
    built = "The loss is" if told.argument.answer != "concave" else "The negative of the loss is"
    return f"{built} built from convex functions by steps that keep convexity."


PAGE = Page("structure", tell, idea)


def setting(told: Told[Structure], notation: Notation) -> str:
    """Data, parameters and loss."""
    names = definitions(functions_in([told.loss]))
    write = f"\nHere {joined(names)}." if names else ""
    return (
        f"\\paragraph{{Setting.}}\n{introduction(told.draft)}, and the loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({arguments(told.problem)})={notation.tex(told.loss)}.\n"
        f"\\end{{equation}}{write}"
    )


def proof(told: Told[Structure], notation: Notation) -> str:
    """The building blocks from the inside out, and the loss as the last of them."""
    built = told.argument.built
    letter = told.letter("z", "t", "s", "u")
    *inner, last = (said(block, notation, told.names, letter, ",".join(told.ways.values())) for block in steps(built))
    shown = dict.fromkeys(f"$\\displaystyle {of}$ {what}" for of, what in inner)
    start = "We build the loss \\eqref{eq:loss} from the inside out.\n"
    if len(shown) > 1:
        listed = "\n".join(f"\\item {item}" for item in shown)
        start += f"\\begin{{enumerate}}\\sloppy\n{listed}\n\\end{{enumerate}}\n"
    else:
        start = "".join(f"In the loss \\eqref{{eq:loss}}, {item}\n" for item in shown)
    return f"{start}{conclusion(told, *last, first=not shown)}{more(told, notation)}"


def conclusion(told: Told[Structure], of: str, what: str, *, first: bool) -> str:
    """The loss, its negative, or either of them rearranged, and why it is convex."""
    concave, named = told.argument.answer == "concave", "loss \\eqref{eq:loss}" if first else "loss"
    if told.argument.built.term == told.loss:
        return f"{'The' if first else 'So the'} {named} {what}"
    if concave:
        return f"The negative of the {named} is $\\displaystyle {of}$, which {what} So $f$ is concave."
    return f"Rearranged, the {named} is $\\displaystyle {of}$, which {what}"


# ---- which blocks are told ------------------------------------------------------------------------


def steps(block: Block) -> Iterator[Block]:
    """The block after those that it is told from, without what is seen at once."""
    for part in dict.fromkeys(part for part, _ in under(block)):
        if not is_plain(part):
            yield from steps(part)
    yield block


def under(block: Block, *, several: bool = False) -> Iterator[tuple[Block, bool]]:
    """What a block is made of, and whether an index runs over it; sums of sums, and their factors, are one sum."""
    for part in block.parts:
        many = several or block.how == "sum"
        if block.how in SUMS and part.how in SUMS:
            yield from under(part, several=many)
        else:
            yield part, many


def is_plain(block: Block) -> bool:
    """Is it seen at once to be convex: affine, an even power of that, or a sum of such?"""
    return block.how == "affine" or is_even(block) or (block.how in SUMS and all(map(is_plain, block.parts)))


def is_even(block: Block) -> bool:
    """Is it an even power of an affine function?"""
    return isinstance(block.term, Pow) and block.term.exponent > 0 and [part.how for part in block.parts] == ["affine"]


def is_weighted(block: Block) -> bool:
    """Has a summand a factor that is not negative?"""
    return block.how in SUMS and (block.how == "scaled" or any(map(is_weighted, block.parts)))


def summands_tex(block: Block, names: frozenset[str]) -> str:
    """Convex functions with factors, squares, and affine functions."""
    found: dict[str, int] = {}
    for part, many in under(block):
        kind = "convex"
        if is_even(part):
            kind = "square" if isinstance(part.term, Pow) and part.term.exponent == 2 else "power"
        elif part.how == "affine":
            kind = "affine" if mentions(part.term, names) else "constant"
        found[kind] = found.get(kind, 0) + (2 if many else 1)
    if "affine" in found:
        found.pop("constant", None)
    curved, flat = (
        [KINDS[kind][found[kind] > 1] for kind in kinds if kind in found]
        for kinds in (("convex", "square", "power"), ("affine", "constant"))
    )
    factors = " with factors that are not negative" if is_weighted(block) else ""
    return joined([f"{joined(curved)}{factors}" if curved else "", *flat])


def more(told: Told[Structure], notation: Notation) -> str:
    """Strictness and the modulus."""
    smooth, modulus = told.argument.smooth, told.argument.modulus
    text, name = "", "-f" if told.argument.answer == "concave" else "f"
    if smooth is not None:
        text += (
            f"\n\nAmong the summands, $\\displaystyle {notation.tex(smooth)}$ is smooth, and its second derivative\n"
            "is positive along every line; a strictly convex function plus convex ones is strictly convex,\n"
            f"so ${name}$ is."
        )
    if told.argument.norms is not None:
        text += (
            f"\n\nAmong the summands, $\\displaystyle {notation.tex(told.argument.norms)}$ is smooth but where a norm\n"
            "in it is $0$, which it is on no segment; elsewhere its second derivative is positive along every line.\n"
            f"So it is affine on no segment, and ${name}$ is strictly convex."
        )
    if modulus is not None:
        text += (
            f"\nWith $m={notation.tex(modulus)}$, the function ${name}-\\tfrac m2\\lVert\\theta\\rVert^2$ of all\n"
            "parameters $\\theta$ is built in the same way from what is left when squares are taken off,\n"
            f"so ${name}$ is strongly convex with modulus $m$."
        )
    return text


def said(block: Block, notation: Notation, names: frozenset[str], letter: str, ways: str) -> tuple[str, str]:
    """One building block, and what is said of it: why it is convex.

    letter    the variable of functions of one number
    ways      the direction of all parameters
    """
    what = predicate(block, notation, names, letter, ways)
    return notation.tex(block.term), f"{what}{_free(block.term)}."


def predicate(block: Block, notation: Notation, names: frozenset[str], letter: str, ways: str) -> str:
    """Why a block is convex, as the predicate of a sentence."""
    match block.how:
        case "affine":
            return f"is {'affine in the parameters' if mentions(block.term, names) else 'a constant'}"
        case "max":
            return f"is {_maximum(block)}, hence convex"
        case "sum" | "total":
            return f"is a sum of {summands_tex(block, names)}, hence convex"
        case "scaled":
            return "is a convex function times a factor that is not negative, hence convex"
        case "monotone":
            return "is a nondecreasing convex function of a convex one, hence convex"
        case "ridge" if block.profile is not None:
            profile = notation.tex(replaced(block.profile, Z, Sym(letter)))
            return (
                f"is $\\varphi({word_tex(letter)})={profile}$, whose second derivative is not negative, at an "
                f"affine function; hence it is convex"
            )
        case "powers":
            return f"is {_powers(block)}, hence convex"
        case "logsumexp":
            return f"is the logarithm of a sum of exponentials of {_kind(block)} functions, hence convex"
        case "norm":
            inner = _kind(block, " nonnegative")
            return f"is a norm of {inner} functions, hence convex by Minkowski's inequality"
        case "mean":
            return "is minus a power mean of concave functions that are not negative, hence convex"
        case "antilog":
            return f"is minus the logarithm of {_article(block)} positive function, hence convex"
        case "curved":
            return f"is smooth, and its second derivative {_curve(block, notation, ways)} it is convex"
        case "pieces":
            return f"is {_in_pieces(block, notation, letter)}; hence it is convex"
        case "same":
            inner = notation.tex(block.parts[0].term)
            return f"is ${inner}$, since its argument keeps one sign"
    raise ValueError(f"no sentence says {block.how}")


def _in_pieces(block: Block, notation: Notation, letter: str) -> str:
    """What a function with kinks is on each piece."""
    z, form = word_tex(letter), notation.tex(block.parts[0].term)
    parts = joined([sentence(piece, letter, notation) for piece in block.broken])
    return (
        f"$\\varphi({z})$ at ${z}={form}$, where $\\varphi({z})$ is {parts}. The pieces agree where they meet, "
        "no second derivative is negative, and the slope does not jump down"
    )


def _curve(block: Block, notation: Notation, ways: str) -> str:
    """What the second derivative is, as far as it is told."""
    if block.profile is None:
        return "is nowhere negative, hence"
    return f"in the direction $({ways})$ is\n\\[\n  {notation.tex(block.profile)}\\ge0,\n\\]\nso"


def _kind(block: Block, more: str = "") -> str:
    return "affine" if all(part.how == "affine" for part in block.parts) else f"convex{more}"


def _article(block: Block) -> str:
    return "an affine" if all(part.how == "affine" for part in block.parts) else "a concave"


def _powers(block: Block) -> str:
    """What the product of powers is."""
    match block.term:
        case Pow(_, e) if e > 0 and len(block.parts) == 1:
            return "an even power of an affine function"
        case Pow() if len(block.parts) == 1:
            return f"a negative power of {_article(block)} positive function"
        case Mul((Num(value), Pow())) if value < 0 and len(block.parts) == 1:
            return f"minus a power, with exponent at most $1$, of {_article(block)} function that is not negative"
        case Mul((Num(value), *_)) if value < 0:
            return (
                "minus a product of powers of concave functions that are not negative, with exponents that add\n"
                "up to at most $1$"
            )
    return (
        "a product of powers: negative powers of positive concave functions, and perhaps one positive power of\n"
        "a convex function that is not negative, or an even one of an affine function, the exponents then adding up\n"
        "to at least $1$"
    )


def _free(term: Term) -> str:
    indices = sorted(t.free_indices(term))
    return f", for every ${','.join(map(word_tex, indices))}$" if indices else ""


def _maximum(block: Block) -> str:
    """What the maximum is taken of."""
    kind = "affine" if all(part.how == "affine" for part in block.parts) else "convex"
    match block.term:
        case Fn("relu", _):
            return f"the maximum of $0$ and of {'an' if kind == 'affine' else 'a'} {kind} function"
        case Fn("abs", _):
            return "the maximum of an affine function and its negative"
    return f"a maximum of {kind} functions"


def remark(loss: Term, argument: Structure) -> str:
    """What the corners mean for the derivatives."""
    curved = argument.smooth is not None or any(block.how == "curved" for block in argument.built.all())
    used = "No second derivative is used, so the corners do no harm"
    if curved:
        used = "No second derivative is taken of the summands with corners"
    if not functions_in([loss]) & {"relu", "abs", "max"}:
        return ""
    return (
        f"\\begin{{remark}}\n{used}. The gradient below holds where "
        "no maximum is attained by two of its arguments at once.\n\\end{remark}"
    )
