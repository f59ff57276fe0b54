"""A function of one number: its second derivative, and where that is positive or negative."""

from collections import Counter
from collections.abc import Iterator

from symconvex.drafting.arguments.univariate import Univariate, Why
from symconvex.drafting.profile import summands
from symconvex.drafting.univariate.telling import ordered
from symconvex.exposition.general import notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Term
from symconvex.language.printing.texwords import number_tex, word_tex

LETTERS = "ghpqrsuvw"
DEEPEST = 6


def tell(told: Told[Univariate]) -> Iterator[str]:
    """Interval, theorem, derivatives with their signs."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\n" + "\n".join(proof(told, notation)) + "\n\\end{proof}"


def idea(told: Told[Univariate]) -> str:
    """The sign of the second derivative."""
    match told.argument.side:
        case None:
            return "The second derivative is negative at one point and positive at another."
        case 0:
            return "The second derivative is $0$ everywhere."
        case side:
            return f"The second derivative is nowhere {'negative' if side > 0 else 'positive'}."


PAGE = Page("univariate", tell, idea)


def proof(told: Told[Univariate], notation: Notation) -> Iterator[str]:
    """Two derivatives, the sign of the second one, and what follows."""
    shape, x = told.argument, word_tex(told.argument.parameter)
    yield (
        f"The derivatives are\n\\begin{{align*}}\n  f'({x})&={notation.tex(shape.slope)},\\\\\n"
        f"  f''({x})&={notation.tex(shape.bend)}.\n\\end{{align*}}"
    )
    if shape.side == 0:
        yield "A function without second derivative is affine."
    elif shape.side is None:
        yield from both(told, notation)
    else:
        yield from one_sign(told, notation)


def both(told: Told[Univariate], notation: Notation) -> Iterator[str]:
    """A point for each sign."""
    shape = told.argument
    for side, word in ((-1, "convex"), (1, "concave")):
        at = Num(shape.points[side])
        value = notation.tex(t.substitute(shape.bend, {shape.parameter: ((), at)}))
        relation = "<" if side < 0 else ">"
        yield f"At ${number_tex(at.value)}$ it is ${value}{relation}0$, so $f$ is not {word}."


def one_sign(told: Told[Univariate], notation: Notation) -> Iterator[str]:
    """Why the second derivative has one sign."""
    shape, claims = told.argument, told.claims
    word, sign = ("convex", "") if shape.side == 1 else ("concave", "-")
    whole = f"${sign}f''({word_tex(shape.parameter)})$"
    if shape.why is not None and shape.why.how == "plain" and not _is_shown(shape.why.term, shape.bend, shape.side):
        sum_ = ", no summand of which has the wrong sign" if isinstance(shape.why.term, t.Add) else ""
        yield f"Written together, {whole} is ${notation.tex(shape.why.term)}${sum_}, so it is {relation(shape.why)}."
    elif shape.why is not None:
        yield from Narrator(told, notation).about(shape.why, whole)
    strictly = claims.always(f"strictly_{word}")
    edges = any(entry.kind == "nonneg" for entry in claims.view.statement.domain)
    if strictly and shape.why is not None and shape.why.strict:
        yield f"So {whole} is positive{' between the ends' if edges else ''}, and $f$ is strictly {word}."
    elif strictly:
        yield f"So {whole} is not negative and vanishes at isolated points only, and $f$ is strictly {word}."
    elif shape.why is not None and shape.why.strict:
        yield f"So $f$ is {word}."
    else:
        yield f"So {whole} is not negative, and $f$ is {word}."
    yield from bounds(told, notation, sign)


def _is_shown(term: Term, bend: Term, side: int | None) -> bool:
    """Are its summands those of the second derivative that is printed?"""
    printed = (t.mul(t.number(side or 1), part) for part in summands(bend))
    return Counter(map(ordered, summands(term))) == Counter(map(ordered, printed))


def bounds(told: Told[Univariate], notation: Notation, sign: str) -> Iterator[str]:
    """What the second derivative is between, and where it is so much."""
    view, x, shown = told.claims.view, word_tex(told.argument.parameter), list[str]()
    for constant, relation_ in ((view.modulus, "\\ge"), (view.smoothness, "\\le")):
        if constant.claim is not None and constant.claim.term is not None and not constant.claim.assumed:
            best = ", and no better bound" if constant.best else ""
            shown.append(f"${sign}f''({x}){relation_}{notation.tex(constant.claim.term)}${best}")
    if shown:
        yield f"In the same way, by the sign of the difference, {', and '.join(shown)}."


class Narrator:
    """Tells the parts of a reason one after the other, each new function under a letter of its own."""

    def __init__(self, told: Told[Univariate], notation: Notation) -> None:
        self.told, self.notation = told, notation
        self.free = [letter for letter in LETTERS if letter not in told.used]
        self.x = told.argument.parameter

    def about(self, why: Why, name: str, depth: int = 0) -> Iterator[str]:
        """Sentences that end with: the term called `name` has its sign."""
        if depth > DEEPEST:
            yield f"The certificate shows that {name} is {relation(why)} there."
            return
        match why.how:
            case "product":
                yield from self._product(why, name, depth)
            case "growth":
                yield from self._growth(why, name, depth)
            case "cases":
                yield from self._cases(why, name, depth)
            case "box":
                yield f"{self.where(why)}, ball arithmetic shows that {name} is positive."
            case "mills":
                yield "It is positive, as $z\\,\\Phi(z)+\\varphi(z)=\\int_{-\\infty}^z\\Phi(s)\\,ds>0$ for every $z$."
            case "bounded":
                yield f"As sines and cosines lie between $-1$ and $1$, {name} is {relation(why)}."
            case _:
                yield f"No summand of {name} has the wrong sign, so it is {relation(why)}."

    def _product(self, why: Why, name: str, depth: int) -> Iterator[str]:
        factors = "\\cdot ".join(self.notation.factor(part) for part in why.parts)
        yield f"{self.where(why)}, {name} is\n\\[\n  {factors}.\n\\]"
        hard = [kid for kid in why.kids if kid.how != "plain"]
        for kid in hard:
            yield from self.about(kid, f"the factor ${self.notation.tex(kid.term)}$", depth + 1)
        if len(hard) < len(why.parts):
            yield f"The sign of {'the other factors' if hard else 'every factor'} is plain."

    def _growth(self, why: Why, name: str, depth: int) -> Iterator[str]:
        if why.grown is None or why.start is None or why.value is None:
            return
        letter = self.free.pop(0) if self.free else "g"
        x, slope = word_tex(self.x), why.kids[0]
        shown = self.notation.tex(why.grown)
        plain = why.factor is None or why.factor == t.ONE
        same = "" if plain else f", which is {name} times ${self.notation.tex(why.factor or t.ONE)}>0$"
        yield f"{self.where(why)}, put ${letter}({x})={shown}${same}."
        turn = "" if why.start == why.left else "-"
        yield f"Then ${turn}{letter}'({x})={self.notation.tex(slope.term)}$."
        if slope.how != "plain":
            yield from self.about(slope, f"${turn}{letter}'({x})$", depth + 1)
        value = self.notation.tex(why.value)
        equal = f"={value}\\ge0" if why.value != t.ZERO else "=0"
        way = "increases" if turn == "" else "decreases"
        yield (
            f"So ${letter}$ {way} there, and from ${letter}({self.notation.tex(why.start)}){equal}$ "
            f"it follows that {name} is {relation(why)}."
        )

    def _cases(self, why: Why, name: str, depth: int) -> Iterator[str]:
        yield f"Consider {name} on {count(len(why.kids))} intervals."
        for kid in why.kids:
            yield "\n" + " ".join(self.about(kid, name, depth + 1))

    def where(self, why: Why) -> str:
        """For a < x < b."""
        ends = [None if end is None else self.notation.tex(end) for end in (why.left, why.right)]
        x = word_tex(self.x)
        match ends:
            case [None, None]:
                return "For every $" + x + "$"
            case [str(low), None]:
                return f"For ${x}>{low}$"
            case [None, str(high)]:
                return f"For ${x}<{high}$"
            case [low, high]:
                return f"For ${low}<{x}<{high}$"
        return ""


def relation(why: Why) -> str:
    """Positive, or not negative."""
    return "positive" if why.strict else "not negative"


def count(number: int) -> str:
    """A small number in words."""
    return {2: "two", 3: "three", 4: "four", 5: "five"}.get(number, str(number))
