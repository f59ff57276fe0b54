"""Charts of signs: what they say agrees with balls at many points, and well-known inequalities come out."""

from fractions import Fraction

import pytest

from symconvex.drafting.draft import draft_of
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.ends import ball, inside, simplest
from symconvex.drafting.univariate.interval import Interval, setting_of
from symconvex.drafting.univariate.nodes import Chart
from symconvex.drafting.univariate.ridge import abstracted
from symconvex.drafting.univariate.signs import Inquiry, question
from symconvex.kernel.functions import rational
from symconvex.kernel.term import parse, render
from symconvex.language.state import state

SIGNS = [
    # term                                           where                  signs of the parts
    ("log(1 + x) - 2*x/(2 + x)",                     ("x > 0",),            (1,)),
    ("x - tanh(x)",                                  ("x > 0",),            (1,)),
    ("1 - x + x**2/2 - exp(-x)",                     ("x > 0",),            (1,)),
    ("exp(x) - 1 - x",                               (),                    (1,)),
    ("x/sqrt(1 + x) - log(1 + x)",                   ("x > 0",),            (1,)),
    ("x**4 - 6*x**2",                                ("x > 0",),            (-1, 1)),
    ("exp(-x**2/2)*(x**2 - 1)",                      (),                    (1, -1, 1)),
    ("(x - 1)**2 - x*log(x)**2",                     ("x > 0",),            (1,)),
    ("log(x)**2*x - (x - 1)**2",                     ("x > 1",),            (-1,)),
    ("cosh(x) - 1 - x**2/2",                         (),                    (1,)),
    ("exp(x**2/2) - cosh(x)",                        (),                    (1,)),
    ("log(1 + exp(x)) - exp(x)",                     (),                    (-1,)),
    ("sin(x)",                                       ("x > 0", "x < 3"),    (1,)),
    ("x**3 - 2",                                     (),                    (-1, 1)),
    ("exp(x) - 2718281828*x/1000000000",             (),                    (1,)),
    ("exp(x) - 2718281829*x/1000000000",             (),                    (1, -1, 1)),
    ("x*normcdf(x) + normpdf(x)",                    (),                    (1,)),
]  # fmt: skip


def asked(text: str, where: tuple[str, ...]) -> tuple[Interval, Inquiry]:
    setting = setting_of(draft_of(state(text, wrt="x", shapes={}, where=where)))
    assert setting is not None
    return setting, question(setting.profile, setting.question.region, {})


@pytest.mark.parametrize(("text", "where", "signs"), SIGNS, ids=[row[0] for row in SIGNS])
def test_a_chart_has_the_signs_that_balls_see(text: str, where: tuple[str, ...], signs: tuple[int, ...]) -> None:
    setting, inquiry = asked(text, where)
    chart = inquiry.chart()
    assert tuple(part.sign for part in chart if not part.cut) == signs
    assert agreeing(inquiry, chart) >= 20 * len(signs)
    if len(signs) == 1:
        lines, node = Lines(setting.draft), chart[0].node
        setting.show_domain(lines)
        assert node is not None
        number = inquiry.lines(lines, node)
        assert number is not None
        assert lines.kind(number) == ("positive" if node.strict else "nonneg")


def agreeing(inquiry: Inquiry, chart: Chart) -> int:
    """At how many points the sign of the chart is that of a ball; a ball that says otherwise is a failure."""
    ring, held = inquiry.search.ring, 0
    for part in chart:
        for k in range(1, 64):
            if part.cut or part.sign is None:
                continue
            found = ball(ring, inquiry.term, rational(inside(ring, part.left, part.right, Fraction(k, 64))), 400)
            assert not found * part.sign < 0
            held += bool(found * part.sign > 0)
    return held


ARGUMENTS = [
    # term                                                           as a function of ?z                     at
    ("(+ 1 (* -1 (exp y)))",                                         "(+ 1 (* -1 (exp ?z)))",                "y"),
    ("(+ (exp (+ x (* -1 y))) (* -1 (^ (+ 2 x (* -1 y)) -1)))",      "(+ (exp ?z) (* -1 (^ (+ 2 ?z) -1)))",  "(+ x (* -1 y))"),
    ("(+ 1 (exp (+ y (* -1 x))) (log (+ x (* -1 y))))",              "(+ 1 (exp ?z) (log (* -1 ?z)))",       "(+ y (* -1 x))"),
    ("(+ (exp x) (log y))",                                          None,                                   None),
    ("(+ 1 (^ x 2))",                                                None,                                   None),
    ("(+ 1 (relu (exp x)))",                                         None,                                   None),
]  # fmt: skip


@pytest.mark.parametrize(("term", "function", "argument"), ARGUMENTS, ids=[row[0] for row in ARGUMENTS])
def test_a_term_of_one_argument_is_a_function_of_it(term: str, function: str | None, argument: str | None) -> None:
    found = abstracted(parse(term))
    assert (None if found is None else (render(found[0]), render(found[1]))) == (
        None if function is None else (function, argument)
    )


def test_the_simplest_fraction_has_the_smallest_denominator() -> None:
    assert simplest(Fraction(31, 100), Fraction(34, 100)) == Fraction(1, 3)
    assert simplest(Fraction(-34, 100), Fraction(-31, 100)) == Fraction(-1, 3)
    assert simplest(Fraction(-1, 7), Fraction(1, 7)) == 0
