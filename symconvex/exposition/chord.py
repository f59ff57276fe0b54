"""Refutations at numbers: two points, and what the loss is there and at their middle."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symconvex.drafting.arguments.chord import Chord, Tables, Violation
from symconvex.drafting.draft import Draft
from symconvex.exposition.exactly import exact_value
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.picture import number
from symconvex.exposition.segment import drawn
from symconvex.exposition.statement import theorem
from symconvex.exposition.tables import array_tex, count, read_table
from symconvex.exposition.told import Page, Spots, Told
from symconvex.kernel.term import Nested, Num
from symconvex.language.printing.texwords import number_tex, visible, word_tex

SHORT, LONGEST = 10_000, 40
MOST_IN_TABLE = 8
DIGITS = range(5, 16)


def tell(told: Told[Chord]) -> Iterator[str]:
    """Setting, theorem, one chord for each claim, picture, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield drawn(told, told.argument.violations[0])
    steps = [shown(told.draft, told.spots, violation) for violation in told.argument.violations]
    yield "\\begin{proof}\n" + "\n\n".join(steps) + "\n\\end{proof}"
    yield derivatives(told)


def idea(told: Told[Chord]) -> str:
    """The first chord."""
    side = "above" if told.argument.violations[0].word == "convex" else "below"
    return f"At the middle of two points the loss lies {side} the mean of its values there."


PAGE = Page("chord", tell, idea)


def shown(draft: Draft, spots: Spots, violation: Violation) -> str:
    """The two ends, the three values, and the inequality that fails."""
    word, (left, middle, right) = violation.word, known(draft, violation)
    mean = (left + right) / 2
    exact = all(is_short(value) for value in (left, middle, right, mean))
    texts = apart(left, middle, right, mean)
    if exact:
        texts = [number_tex(Fraction(value)) for value in (left, middle, right, mean)]
    balls = " The certificate encloses the values by ball arithmetic, so that the inequality is certain."
    *values, last = texts
    relation, sign = ">" if word == "convex" else "<", "=" if exact else "\\approx"
    written = values if exact else closed(draft, violation, values)
    equal = "=" if exact or middle == Fraction(values[1]) else sign
    a, b, m, _ = spots
    return (
        f"\\emph{{Not {word}.}} Let ${m}=\\tfrac12{a}+\\tfrac12{b}$ be the middle of the points ${a}$ and ${b}$:\n"
        f"\\[\n{table(violation, spots, written, sign if written == values else '=')}\n\\]\n"
        f"So $f({m}){equal}{values[1]}{relation}{last}{sign}\\tfrac12f({a})+\\tfrac12f({b})$, which a {word} function "
        f"does not allow.{'' if exact else balls}"
    )


def known(draft: Draft, violation: Violation) -> tuple[Fraction | float, ...]:
    """The three values, exact where the numbers make them rational."""
    found = [exact_value(draft, point) for point in points_of(violation)]
    pairs = zip(found, violation.values, strict=True)
    return tuple(shown.value if isinstance(shown, Num) else value for shown, value in pairs)


def closed(draft: Draft, violation: Violation, decimals: Sequence[str]) -> list[str]:
    """The values as expressions with their decimals, where all three are short; else the decimals."""
    found = [exact_value(draft, point) for point in points_of(violation)]
    texts = ["" if value is None else Notation({}, {}).tex(value) for value in found]
    if not all(texts) or max(map(visible, texts)) > LONGEST:
        return list(decimals)
    pairs = zip(texts, found, decimals, strict=True)
    return [text if isinstance(value, Num) else f"{text}\\approx {decimal}" for text, value, decimal in pairs]


def points_of(violation: Violation) -> tuple[Tables, Tables, Tables]:
    """Left, middle, right."""
    return violation.left, between(violation.left, violation.right), violation.right


def table(violation: Violation, spots: Spots, values: Sequence[str], sign: str) -> str:
    """A row for each of A, M and B: the parameters, and the loss. Long points stand above their values instead."""
    points, ends, letters = points_of(violation), spots[:2], (spots.left, spots.middle, spots.right)
    names = list(violation.left)
    if sum(count(read_table(value)) for value in violation.left.values()) > MOST_IN_TABLE:
        listed = [f"  {spot}:\\quad& {point_tex(point)}" for spot, point in zip(ends, points[::2], strict=True)]
        below = "\\qquad ".join(f"f({spot}){sign}{value}" for spot, value in zip(letters, values, strict=True))
        return "\\begin{aligned}\n" + ",\\\\\n".join([*listed, f"  & {below}"]) + ".\n\\end{aligned}"
    head = " & ".join(["", *map(word_tex, names), "f" if sign == "=" else "f\\approx"])
    rows = [
        " & ".join([spot, *(array_tex(name, read_table(point[name])) for name in names), value])
        for spot, point, value in zip(letters, points, values, strict=True)
    ]
    body = "\\\\\n  ".join(rows)
    columns = f"c|{'c' * len(names)}|c"
    return (
        f"\\renewcommand{{\\arraystretch}}{{1.3}}\\begin{{array}}{{{columns}}}\n"
        f"  {head}\\\\ \\hline\n  {body}\n\\end{{array}}"
    )


def between(left: Tables, right: Tables, weight: Fraction = Fraction(1, 2)) -> Tables:
    """The point with this weight of the left one on a segment: its middle."""
    return {name: _mixed(left[name], right[name], weight) for name in left}


def _mixed(left: Nested, right: Nested, weight: Fraction) -> Nested:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(_mixed(a, b, weight) for a, b in zip(left, right, strict=True))
    return weight * Fraction(str(left)) + (1 - weight) * Fraction(str(right))


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
