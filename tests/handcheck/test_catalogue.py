"""One catalogue: every function of `symconvex/functions` is read in a derivation and differentiated, with no line here.

The derivative is that of the function's own file, in the words of the loss language, by the chain rule; the near misses
lack the inner derivative, or have it once too often.
"""

import pytest

from symconvex.functions import functions
from symconvex.handcheck.check import check

ONE = {name: function for name, function in functions().items() if function.arity == 1}
# Data for which some of the arguments lie in the domain.
WITHIN = {"-1 < z < 1": "unit", "z >= 1": "positive", "z > 0": "positive", "z >= 0": "positive"}
CLAIMS = [
    # id               the factor beside the derivative    right
    ("right",          "x",                                True),
    ("no inner",       "",                                 False),
    ("inner twice",    "x^2",                              False),
]  # fmt: skip
# A letter for the distribution function of the normal law, or for its density, is declared by the loss of a text.
LETTERS = ("normcdf", "normpdf")


def spellings(name: str) -> list[str]:
    """The name set upright, and the sign that the file gives."""
    upright = name.replace("_", r"\_")
    return [rf"\operatorname{{{upright}}}(wx)", *([] if name in LETTERS else [ONE[name].latex.format("wx")])]


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize(("case", "factor", "right"), CLAIMS, ids=[row[0] for row in CLAIMS])
def test_a_function_of_the_catalogue_is_read_and_differentiated(name: str, case: str, factor: str, right: bool) -> None:
    if not right and ONE[name].derivative == "0":
        pytest.skip("every multiple of 0 is 0")
    within = WITHIN.get(ONE[name].domain, "real")
    declared = f"D(z) = {ONE[name].derivative} + 0*z\nw: {within}\nx: {within}"
    for spelling in spellings(name):
        checked = check(rf"$J(w) = {spelling}$ and $J'(w) = {factor} D(wx)$.", declare=declared, wrt="w")
        verdict = checked.relations[-1].verdict
        assert (verdict in ("proven", "holds-at-tried-sizes")) if right else (verdict == "false"), (spelling, checked)


def test_the_catalogue_is_large() -> None:
    assert len(ONE) >= 30
