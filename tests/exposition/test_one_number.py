"""What a page says of the second derivative in one number: its factors, and its summands."""

from collections.abc import Iterator

import pytest
from support.deciding import unhurried
from support.numerics import value_of

from symconvex.drafting.arguments.univariate import Univariate, Why
from symconvex.kernel import term as t
from symconvex.language.state import state

# loss                     domain   the factors of the second derivative, or of its negative
FACTORS = [
    ("log(sigmoid(x))",    "",      r"\frac{1}{(1 + e^{x})^2}\cdot e^{x}."),
    ("log(1 + exp(x))",    "",      r"\frac{1}{(1 + e^{x})^2}\cdot e^{x}."),
    ("-2*softplus(x)",     "",      r"2\cdot \frac{1}{(1 + e^{x})^2}\cdot e^{x}."),
    ("x**4",               "",      r"12\cdot x^2."),
    ("-x**4",              "",      r"12\cdot x^2."),
    ("-(x - 1)**4",        "",      r"12\cdot (x - 1)^2."),
    ("x**5",               "x < 0", ""),
    ("(x - 1)**3",         "x < 1", ""),
    ("exp(x)*(x - 3)",     "x < 0", ""),
    ("x*exp(-x)",          "x < 1", ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "where", "says"), FACTORS, ids=[row[0] for row in FACTORS])
def test_a_product_has_its_sign(loss: str, where: str, says: str) -> None:
    stated = state(loss, wrt="x", shapes={"x": ()}, where=(where,) if where else ())
    verdict = unhurried(stated)
    argument = verdict.argument  # type: ignore[union-attr]
    assert isinstance(argument, Univariate)
    assert argument.why is not None
    assert says in verdict.to_latex()  # type: ignore[union-attr]
    assert not says or argument.why.parts
    for whole in products(argument.why):
        for x in (-2.5, -0.75, -0.125):
            at = {"x": x}
            found = value_of(t.mul(*whole.parts), at, {}, {})
            assert found == pytest.approx(value_of(whole.term, at, {}, {}))


def products(why: Why) -> Iterator[Why]:
    """A reason and those that it rests on, as far as they are products."""
    if why.parts:
        yield why
    for kid in why.kids:
        yield from products(kid)


# loss                       what is said                                             never said
SUMMED = [
    ("x*arctan(x)",          r"Written together, $f''(x)$ is $\frac{2}{(1 + x^2)^2}$",         "No summand"),
    ("sqrt(1 + x**2)",       "Written together, $f''(x)$ is",                          "No summand"),
    ("x**2 + x*arctan(x)",   "no summand of which has the wrong sign",                 "No summand"),
    ("-x*arctan(x)",         "Written together, $-f''(x)$ is",                         "No summand"),
    ("x**4 + x**2",          "No summand of $f''(x)$ has the wrong sign",              "Written together"),
    ("exp(x) + x**2",        "No summand of $f''(x)$ has the wrong sign",              "Written together"),
    ("-exp(x) - x**4",       "No summand of $-f''(x)$ has the wrong sign",             "Written together"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "says", "never"), SUMMED, ids=[row[0] for row in SUMMED])
def test_summands_have_the_sign_that_is_said_of_them(loss: str, says: str, never: str) -> None:
    latex = unhurried(state(loss, wrt="x", shapes={})).to_latex()
    assert says in latex
    assert never not in latex
    assert "so it is positive. So $f''(x)$ is not negative" not in latex
