"""Exactly when a loss is convex: every case of the signs of its data, proved or refuted at a point."""

from collections.abc import Iterator, Sequence

from symconvex.drafting.arguments.conditions import Conditions, Leaf, StrictLeaf
from symconvex.drafting.points import reduced
from symconvex.exposition.general import appended, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import atom_tex, theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.language.printing.formulas import Atom, Joined, conjunction
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
        leaves = [leaf for leaf in shape.leaves if leaf.word == word and (leaf.minors or leaf.value is not None)]
        if leaves:
            cases = [case(told, leaf, notation) for leaf in leaves]
            lines += [f"\\emph{{{word.capitalize()}.}}", *cases]
        strict = [leaf for leaf in shape.strict if leaf.word == word]
        if strict:
            lines += [f"\\emph{{Strictly {word}.}}", *(strictness(told, leaf, notation) for leaf in strict)]
    return "\n".join(lines)


def case(told: Told[Conditions], leaf: Leaf, notation: Notation) -> str:
    """One case as a sentence or two."""
    head = case_of(told, leaf.path, notation)
    above, below = KINDS[leaf.word]
    if leaf.ends:
        return f"{head} {by_ends(told, leaf, notation)}"
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


def by_ends(told: Told[Conditions], leaf: Leaf, notation: Notation) -> str:
    """The second derivative is affine in a number, and has the sign where that is extreme."""
    above, _ = KINDS[leaf.word]
    a, side = notation.tex(leaf.datum or t.ZERO), "-q" if leaf.word == "concave" else "q"
    values = [f"${notation.tex(plain(told, value))}\\ge0$ for ${a}={notation.tex(end)}$" for end, value in leaf.ends]
    moves = "" if len(leaf.ends) > 1 else ", and it does not fall as $" + a + "$ moves away from there"
    way = notation.tex(told.argument.directions[0])
    return f"${side}/{way}^2$ is affine in ${a}$, with the values {joined(values)}{moves}; so $q{above}$."


def case_of(told: Told[Conditions], path: Sequence[Given], notation: Notation) -> str:
    """The hypotheses of a case as the start of a sentence, in as few words as their shape allows."""
    formula = conjunction(path)
    parts = formula.parts if isinstance(formula, Joined) else (formula,)
    atoms = [f"${atom_tex(part, told.draft, notation)}$" for part in parts if isinstance(part, Atom)]
    return f"If {joined(atoms)}, then" if atoms else "For all data,"


def strictness(told: Told[Conditions], leaf: StrictLeaf, notation: Notation) -> str:
    """Why the loss is strictly convex (concave) in a case, or why it is not."""
    head = case_of(told, leaf.path, notation)
    if leaf.value is not None:
        names = list(leaf.ends[0])
        points = ["(" + ",".join(notation.tex(plain(told, end[name])) for name in names) + ")" for end in leaf.ends]
        points = [point.strip("()") if len(names) == 1 else point for point in points]
        ways, values = ",".join(map(word_tex, names)), notation.tex(plain(told, leaf.value))
        tuple_ = f"({ways})" if len(names) > 1 else ways
        side, sign = ("below", "\\ge0") if leaf.word == "convex" else ("above", "\\le0")
        return (
            f"{head} in the middle of ${tuple_}={points[0]}$ and ${tuple_}={points[1]}$ the value of $f$ less the "
            f"mean of its values at the ends is ${values}{sign}$. It is not {side} the chord, so $f$ is not "
            f"strictly {leaf.word}."
        )
    so = f"so $f$ is strictly {leaf.word}."
    if len(told.argument.directions) > 1:
        minors = joined([f"${notation.tex(minor)}>0$" for minor in leaf.minors])
        return f"{head} the leading principal minors are {minors} up to a positive factor, {so}"
    strict = KINDS[leaf.word][0].replace("\\ge", ">").replace("\\le", "<")
    if not leaf.zeros:
        return f"{head} $q{strict}$ for ${notation.tex(told.argument.directions[0])}\\ne0$, {so}"
    zeros = joined([f"${notation.tex(zero)}=0$" for zero in leaf.zeros])
    return f"{head} $q{strict}$ but where {zeros}. This holds on no segment; {so.replace('so', 'hence', 1)}"


def plain(told: Told[Conditions], term: t.Term) -> t.Term:
    """The term in normal form where that is the shorter one: -1/(-2 a) as 1/(2 a)."""
    try:
        found = reduced(told.draft, term)
    except t.Refused:
        return term
    return min((term, found), key=lambda each: len(t.render(each)))
