"""Exactly when a loss is convex: every case of the signs of its data, proved or refuted at a point."""

from collections.abc import Iterator

from symconvex.drafting.arguments.conditions import Conditions, Leaf
from symconvex.drafting.points import reduced
from symconvex.exposition.general import appended, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import atom_tex, theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.language.printing.formulas import atom_of
from symconvex.language.printing.texwords import word_tex

KINDS = {"convex": ("\\ge0", "<0"), "concave": ("\\le0", ">0")}


def tell(told: Told[Conditions]) -> Iterator[str]:
    """Setting, theorem, proof, gradient."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield f"\\begin{{proof}}\n{proof(told, notation)}\n\\end{{proof}}"
    yield appended(told.derivation)


PAGE = Page(
    "conditions",
    tell,
    always("The sign of the second derivative follows from the signs of a few expressions in the data."),
)


def proof(told: Told[Conditions], notation: Notation) -> str:
    """The second derivative, then the cases for convexity and those for concavity."""
    shape = told.argument
    ways = ",".join(notation.tex(way) for way in shape.directions)
    lines = [
        f"Along the direction ${f'({ways})' if len(shape.directions) > 1 else ways}$ the second derivative is",
        f"\\[\n  q={notation.tex(shape.curve)}.\n\\]",
    ]
    for word in KINDS:
        leaves = [leaf for leaf in shape.leaves if leaf.word == word]
        if leaves:
            cases = [case(told, leaf, notation) for leaf in leaves]
            lines += [f"\\emph{{{word.capitalize()}.}}", *cases]
    return "\n".join(lines)


def case(told: Told[Conditions], leaf: Leaf, notation: Notation) -> str:
    """One case as a sentence or two."""
    path = [f"${atom_tex(atom_of(given), told.draft, notation)}$" for given in leaf.path]
    head = f"If {joined(path)}, then" if path else "For all data,"
    above, below = KINDS[leaf.word]
    if leaf.value is None:
        told_of = [minor for minor in leaf.minors if minor != t.ZERO]
        if len(told.argument.directions) > 2:
            told_of = [minor for minor in dict.fromkeys(told_of) if not isinstance(minor, t.Num)] or told_of[:1]
        minors = [f"${notation.tex(minor)}\\ge0$" for minor in told_of]
        if not minors:
            return f"{head} $q=0$."
        side = "-q" if leaf.word == "concave" else "q"
        if len(leaf.minors) > 1:
            why = f"up to squares and positive factors the principal minors of the matrix of ${side}$"
        else:
            why = f"up to positive factors the second derivative ${side}$"
        these = "these are" if len(minors) > 1 else "this is"
        return f"{head} {joined(minors)} at every point; {these} {why}, so $q{above}$."
    value = plain(told, leaf.value if leaf.word == "concave" else t.neg(leaf.value))
    names = [name.removesuffix("'") for name in leaf.direction]
    point = joined([f"${word_tex(name)}={notation.tex(plain(told, leaf.point[name]))}$" for name in names])
    entries = ",".join(notation.tex(plain(told, entry)) for entry in leaf.direction.values())
    ways = ",".join(notation.tex(t.Sym(name)) for name in leaf.direction)
    way = f"$({ways})=({entries})$" if len(names) > 1 else f"${ways}={entries}$"
    return f"{head} at {point} with {way} it is $q={notation.tex(value)}{below}$."


def plain(told: Told[Conditions], term: t.Term) -> t.Term:
    """The term in normal form where that is the shorter one: -1/(-2 a) as 1/(2 a)."""
    try:
        found = reduced(told.draft, term)
    except t.Refused:
        return term
    return min((term, found), key=lambda each: len(t.render(each)))
