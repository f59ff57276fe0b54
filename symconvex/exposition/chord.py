"""Refutations at numbers: two points, and what the loss is there and at their middle."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.drafting.arguments.chord import Chord, Tables, Violation
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.picture import number
from symconvex.exposition.segment import drawn
from symconvex.exposition.statement import theorem
from symconvex.exposition.tables import array_tex, read_table
from symconvex.exposition.told import Page, Told
from symconvex.language.printing.texwords import number_tex, word_tex

SHORT = 10_000
DIGITS = range(5, 16)


def tell(told: Told[Chord]) -> Iterator[str]:
    """Setting, theorem, one chord for each claim, picture, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    steps = [shown(violation) for violation in told.argument.violations]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"
    yield drawn(told, told.argument.violations[0])
    yield derivatives(told)


PAGE = Page("chord", tell)


def shown(violation: Violation) -> str:
    """The two ends, the three values, and the inequality that fails."""
    word, (left, middle, right) = violation.word, violation.values
    relation = ">" if word == "convex" else "<"
    mean = (left + right) / 2
    exact = all(is_short(value) for value in (*violation.values, mean))
    texts = apart(left, right, middle, mean)
    if exact:
        texts = [number_tex(Fraction(value)) for value in (left, right, middle, mean)]
    sign = "=" if exact else "\\approx"
    balls = " The certificate encloses the values by ball arithmetic, so that the inequality is certain."
    return (
        f"\\emph{{Not {word}.}} Let $M=\\tfrac12A+\\tfrac12B$ be the middle of the points\n\\begin{{gather*}}\n"
        f"  A:\\quad {point_tex(violation.left)},\\\\\n  B:\\quad {point_tex(violation.right)}.\n\\end{{gather*}}\n"
        "The loss has the values\n"
        f"\\[\n  f(A){sign}{texts[0]},\\qquad f(M){sign}{texts[2]},\\qquad f(B){sign}{texts[1]},\n\\]\n"
        f"and $f(M){relation}\\tfrac12f(A)+\\tfrac12f(B){sign}{texts[3]}$, which a {word} function does not "
        f"allow.{'' if exact else balls}"
    )


def is_short(value: Fraction | float) -> bool:
    """An exact number that fits on paper."""
    return isinstance(value, Fraction) and value.denominator < SHORT and abs(value) < SHORT * SHORT


def apart(*values: Fraction | float) -> list[str]:
    """Decimals, as many as tell the middle, which comes before the mean at the end, from that mean."""
    *_, middle, mean = values
    digits = next((k for k in DIGITS if number(float(middle), k) != number(float(mean), k)), DIGITS[-1])
    return [number(float(value), digits) for value in values]


def point_tex(point: Tables) -> str:
    """Every array of a point; of large ones only the entries that are not zero."""
    return ",\\quad ".join(f"{word_tex(name)}={array_tex(name, read_table(value))}" for name, value in point.items())
