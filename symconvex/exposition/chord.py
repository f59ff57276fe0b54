"""Refutations at numbers: two points, and what the loss is there and at their middle."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.drafting.arguments.chord import Chord, Tables, Violation
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.picture import number
from symconvex.exposition.segment import drawn
from symconvex.exposition.statement import theorem
from symconvex.exposition.tables import array_tex, count, read_table
from symconvex.exposition.told import Page, Told
from symconvex.kernel.term import Nested
from symconvex.language.printing.texwords import number_tex, word_tex

SHORT = 10_000
MOST_IN_TABLE = 8
DIGITS = range(5, 16)


def tell(told: Told[Chord]) -> Iterator[str]:
    """Setting, theorem, one chord for each claim, picture, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield drawn(told, told.argument.violations[0])
    steps = [shown(violation) for violation in told.argument.violations]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"
    yield derivatives(told)


def idea(told: Told[Chord]) -> str:
    """The first chord."""
    side = "above" if told.argument.violations[0].word == "convex" else "below"
    return f"At the middle of two points the loss lies {side} the mean of its values there."


PAGE = Page("chord", tell, idea)


def shown(violation: Violation) -> str:
    """The two ends, the three values, and the inequality that fails."""
    word, (left, middle, right) = violation.word, violation.values
    mean = (left + right) / 2
    exact = all(is_short(value) for value in (*violation.values, mean))
    texts = apart(left, middle, right, mean)
    if exact:
        texts = [number_tex(Fraction(value)) for value in (left, middle, right, mean)]
    balls = " The certificate encloses the values by ball arithmetic, so that the inequality is certain."
    *values, last = texts
    relation, sign = ">" if word == "convex" else "<", "=" if exact else "\\approx"
    return (
        f"\\emph{{Not {word}.}} Let $M=\\tfrac12A+\\tfrac12B$ be the middle of the points $A$ and $B$:\n"
        f"\\[\n{table(violation, values, sign)}\n\\]\n"
        f"So $f(M){relation}\\tfrac12f(A)+\\tfrac12f(B){sign}{last}$, which a {word} function does not "
        f"allow.{'' if exact else balls}"
    )


def table(violation: Violation, values: Sequence[str], sign: str) -> str:
    """A row for each of A, M and B: the parameters, and the loss. Long points stand above their values instead."""
    points = (violation.left, halfway(violation.left, violation.right), violation.right)
    names = list(violation.left)
    if sum(count(read_table(value)) for value in violation.left.values()) > MOST_IN_TABLE:
        listed = [f"  {spot}:\\quad& {point_tex(point)}" for spot, point in zip("AB", points[::2], strict=True)]
        below = "\\qquad ".join(f"f({spot}){sign}{value}" for spot, value in zip("AMB", values, strict=True))
        return "\\begin{aligned}\n" + ",\\\\\n".join([*listed, f"  & {below}"]) + ".\n\\end{aligned}"
    head = " & ".join(["", *map(word_tex, names), "f" if sign == "=" else "f\\approx"])
    rows = [
        " & ".join([spot, *(array_tex(name, read_table(point[name])) for name in names), value])
        for spot, point, value in zip("AMB", points, values, strict=True)
    ]
    body = "\\\\\n  ".join(rows)
    columns = f"c|{'c' * len(names)}|c"
    return (
        f"\\renewcommand{{\\arraystretch}}{{1.3}}\\begin{{array}}{{{columns}}}\n"
        f"  {head}\\\\ \\hline\n  {body}\n\\end{{array}}"
    )


def halfway(left: Tables, right: Tables) -> Tables:
    """The middle of two points."""
    return {name: _mean(left[name], right[name]) for name in left}


def _mean(left: Nested, right: Nested) -> Nested:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(_mean(a, b) for a, b in zip(left, right, strict=True))
    return (Fraction(str(left)) + Fraction(str(right))) / 2


def is_short(value: Fraction | float) -> bool:
    """An exact number that fits on paper."""
    return isinstance(value, Fraction) and value.denominator < SHORT and abs(value) < SHORT * SHORT


def apart(*values: Fraction | float) -> list[str]:
    """Decimals for the left, the middle, the right and the mean: as many as tell the middle from the mean."""
    _, middle, _, mean = map(float, values)
    digits = next((k for k in DIGITS if number(middle, k) != number(mean, k)), DIGITS[-1])
    return [number(float(value), digits) for value in values]


def point_tex(point: Tables) -> str:
    """Every array of a point; of large ones only the entries that are not zero."""
    return ",\\quad ".join(f"{word_tex(name)}={array_tex(name, read_table(value))}" for name, value in point.items())
