"""What is said of quasiconvexity beside a verdict: shown or refuted by the kernel, and never another answer."""

import pytest

import symconvex as sc
from symconvex.kernel.check import Accepted, check

BOTH, CONVEX, CONCAVE, NEITHER = (True, True), (True, False), (False, True), (False, False)

KINDS = [
    # id                        loss                                  wrt        where                quasiconvex, quasiconcave
    ("a cube",                  "x**3",                               "x",       (),                  BOTH),
    ("a cube of a sum",         "(x + y)**3",                         "x, y",    (),                  BOTH),
    ("a turn at 4",             "sqrt(x) - log(x)",                   "x",       ("x > 0",),          CONVEX),
    ("another letter",          "log(q)/q",                           "q",       ("q > 0",),          CONCAVE),
    ("a square of a quotient",  "x**2/y**2",                          "x, y",    ("y > 0",),          CONVEX),
    ("a quotient",              "x/y",                                "x, y",    ("y > 0",),          BOTH),
    ("affine over affine",      "(2*x + 3*y + 1)/(x + y + 2)",        "x, y",    ("x + y + 2 > 0",),  BOTH),
    ("a quotient of squares",   "(1 + x**2)/(3 + x)**2",              "x",       ("3 + x > 0",),      CONVEX),
    ("a root of a kink",        "sqrt(abs(x))",                       "x",       (),                  CONVEX),
    ("kinked and monotone",     "x*abs(x)",                           "x",       (),                  BOTH),
    ("a falling sigmoid",       "1/(1 + exp(x))",                     "x",       (),                  BOTH),
    ("log of a square",         "log(1 + x**2 + y**2)",               "x, y",    (),                  CONVEX),
    ("a bell",                  "exp(-x**2 - y**2)",                  "x, y",    (),                  CONCAVE),
    ("a product",               "x*y",                                "x, y",    ("x > 0", "y > 0"),  CONCAVE),
    ("powers",                  "u**(3/10)*v**2",                     "u, v",    ("u > 0", "v > 0"),  CONCAVE),
    ("nearly two wells",        "x**4 - 4*x**3 + 5999*x**2/1000",     "x",       (),                  CONVEX),
    ("a parabola and a bell",   "x**2 - 9*exp(-x**2)/4",              "x",       (),                  CONVEX),
    ("even, by exponentials",   "x*tanh(x)",                          "x",       (),                  CONVEX),
    ("two wells",               "x**4 - x**2",                        "x",       (),                  NEITHER),
    ("waves",                   "x*sin(x)",                           "x",       (),                  NEITHER),
    ("a saddle",                "x*y",                                "x, y",    (),                  NEITHER),
    ("a bent valley",           "(1 - x)**2 + 100*(y - x**2)**2",     "x, y",    (),                  NEITHER),
    ("a hill far off",          "x**2 + y**2 - x**4/1000000",         "x, y",    (),                  NEITHER),
    ("a turn at a kink",        "abs(exp(x) - 1)",                    "x",       (),                  CONVEX),
    ("... of a logarithm",      "abs(log(q)/2)",                      "q",       ("q > 0",),          CONVEX),
    ("... of a bounded one",    "abs(tanh(x + y))",                   "x, y",    (),                  CONVEX),
    ("... turned over",         "-abs(1 - 1/x)",                      "x",       ("x > 0",),          CONCAVE),
    ("a less steep end",        "abs(x - 1) - relu(x - 3)/2",         "x",       (),                  CONVEX),
    ("a tent",                  "relu(x) - 2*relu(x - 1)",            "x",       (),                  CONCAVE),
    ("a ramp that ends",        "relu(x) - relu(x - 1)",              "x",       (),                  BOTH),
    ("monotone by pieces",      "Piecewise((5*(exp(x) - 1)/3, x < 0), (x, True))", "x", (),           BOTH),
    ("steep beyond a kink",     "abs(x - 1) - 3*relu(x - 3)",         "x",       (),                  NEITHER),
    ("of an inverse",           "x*log(1 + 1/x)",                     "x",       ("x > 0",),          BOTH),
    ("cut off",                 "min(abs(x), 1)",                     "x",       (),                  CONVEX),
    ("less steep far off",      "min(x**2, abs(x))",                  "x",       (),                  CONVEX),
    ("a clipped form",          "min(1, max(-1, x + 2*y))",           "x, y",    (),                  BOTH),
    ("entropy",                 "-x*log(x)",                          "x",       ("x > 0",),          CONCAVE),
]  # fmt: skip


@pytest.mark.parametrize(("case", "loss", "wrt", "where", "both"), KINDS, ids=[row[0] for row in KINDS])
def test_it_is_shown_or_refuted(
    case: str, loss: str, wrt: str, where: tuple[str, ...], both: tuple[bool, bool]
) -> None:
    verdict = sc.prove(loss, wrt=wrt, where=where, budget=20)
    assert (verdict.quasi("convex"), verdict.quasi("concave")) == both
    assert verdict.quasiconvex is both[0]
    certificate = verdict.certificate or verdict.beside.certificate  # type: ignore[union-attr]
    assert isinstance(check(certificate), Accepted)


MISSES = [
    # id                              loss                                    wrt     where
    ("a well more",                   "x**4 - 4*x**3 + 5*x**2/2",             "x",    ()),
    ("a bell that is too high",       "x**2 - 9*exp(-3*(x - 2)**2)",          "x",    ()),
    ("of a concave term",             "sqrt(1 + x*y)",                        "x, y", ("x > 0", "y > 0")),
    ("a denominator that is convex",  "-1/(1 + x**2 + y**2) + x/10",          "x, y", ()),
    ("monotone but for a wave",       "x + 2*sin(x)",                         "x",    ()),
    ("cut off twice",                 "min(abs(x), abs(x - 1))",              "x",    ()),
    ("cut off and falling again",     "min(abs(x), 3 - abs(x - 1))",          "x",    ()),
    ("a kink that falls",             "relu(x) - 2*relu(x - 1) + relu(x - 3)", "x",   ()),
]  # fmt: skip


@pytest.mark.parametrize(("case", "loss", "wrt", "where"), MISSES, ids=[row[0] for row in MISSES])
def test_a_near_miss_is_not_called_quasiconvex(case: str, loss: str, wrt: str, where: tuple[str, ...]) -> None:
    assert sc.prove(loss, wrt=wrt, where=where, budget=20).quasiconvex is not True


def test_the_page_says_why() -> None:
    shown = sc.prove("sqrt(x) - log(x)", wrt="x", where="x > 0").to_latex()  # type: ignore[union-attr]
    assert "changes its sign at most once" in shown
    assert "not quasiconcave: with" in shown


def test_the_answer_stays_what_it_is() -> None:
    verdict = sc.prove("log(x)", wrt="x", where="x > 0")
    assert (verdict.answer, verdict.strict, verdict.quasiconvex) == ("concave", True, True)
