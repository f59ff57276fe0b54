"""Every model under every option: the answer, its condition, its constants, and both held against plain NumPy."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.deciding import unhurried
from support.numerics import SMALL, Case, Tally, confirm_refutations, count_chords, drawn, evaluate, near
from support.theorems import theorems_of

import symconvex as sc
from symconvex.deadline import OutOfTime, time_limit
from symconvex.decide import decide
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import spend
from symconvex.errors import CertificateError, NotYet
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.term import Refused, TooLarge
from symconvex.language.state import state
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.rules import rules
from symconvex.search import portfolio
from symconvex.search.defined import NATURAL
from symconvex.search.evidence import evidence
from symconvex.verdict import Proved, Refuted, Undecided, Verdict

Options = dict[str, str]

WIDTHS = ("d,h,1", "d,1,1", "1,h,1", "1,1,1", "2,2,1", "2,3,1", "d,h,h2,1", "2,2,2,1", "d,h,k", "2,2,2")
NETWORKS: tuple[Options, ...] = tuple(
    {"widths": widths, "activation": activation, "biases": biases, "loss": loss}
    for widths, activation, biases, loss in product(
        WIDTHS,
        next(option for option in models()["mlp"].options if option.name == "activation").choices,
        ("no", "yes"),
        ("squared", "logistic"),
    )
    if loss == "squared" or widths.endswith(",1")
)
# Values for options of free text; the others go through all their choices.
TEXTS: Mapping[str, tuple[Options, ...]] = {
    "mlp": NETWORKS,
    "linear-network": (
        *({"layers": str(layers)} for layers in range(2, 6)),
        *({"widths": widths} for widths in ("3,2,1", "d,1,m", "1,1,1", "2,2,2,2")),
    ),
    "softmax": tuple({"classes": classes} for classes in ("K", "1", "2", "3")),
}
OPEN = {"relu-neuron"}  # symbolic data: not decided so far


def choices(name: str) -> tuple[Options, ...]:
    """All combinations of options that matter."""
    options = models()[name].options
    return TEXTS.get(name) or tuple(
        dict(zip((o.name for o in options), picked, strict=True)) for picked in product(*(o.choices for o in options))
    )


ROWS = [(name, options) for name in models() for options in choices(name)]


def label(row: tuple[str, Options]) -> str:
    return "-".join([row[0], *row[1].values()])


SETTLED = [row for row in ROWS if row[0] not in OPEN]
CONVEX = [row for row in SETTLED if models()[row[0]].verdict(row[1]) == "convex"]
REFUTED = [row for row in SETTLED if models()[row[0]].verdict(row[1]) == "neither"]


def over(rows: list[tuple[str, Options]]) -> Any:
    return pytest.mark.parametrize(("name", "options"), rows, ids=map(label, rows))


@cache
def _decided(name: str, options: tuple[tuple[str, str], ...]) -> Verdict:
    return unhurried(models()[name].problem(dict(options)))


def decided(name: str, options: Options) -> Verdict:
    return _decided(name, tuple(options.items()))


@over(SETTLED)
def test_verdict_and_condition_are_those_of_the_theory(name: str, options: Options) -> None:
    model, verdict = models()[name], decided(name, options)
    assert isinstance(verdict, Proved if model.verdict(options) == "convex" else Refuted), verdict
    assert (verdict.answer, verdict.condition) == (model.verdict(options), model.condition(options) or "True")
    assert isinstance(check(json.loads(json.dumps(verdict.certificate))), Accepted)


@over(REFUTED)
def test_a_refutation_says_under_which_hypotheses(name: str, options: Options) -> None:
    """Outside the condition: X != 0 where the condition is X == 0, and sizes at most where it is never convex."""
    verdict = decided(name, options)
    about_data = [text for text in verdict.hypotheses if ">=" not in text]
    assert about_data == ([] if verdict.condition == "False" else [str(verdict.condition).replace("==", "!=")])
    assert isinstance(verdict, Refuted)
    theorems = theorems_of(verdict)
    assert {"(loss not_convex)", "(loss not_concave)"} <= {claim for _, claims in theorems for claim in claims}
    exact = [given for given, claims in theorems if claims == ("(loss convex)",)]
    assert exact == ([] if verdict.condition == "False" else [("(zero X)",)])


@pytest.mark.parametrize("seed", [1, 2])
@over(REFUTED)
def test_the_points_of_a_refutation_refute_at_random_data(name: str, options: Options, seed: int) -> None:
    verdict = decided(name, options)
    assert verdict.certificate is not None
    confirmed = confirm_refutations(verdict.certificate, verdict.problem, seed=seed)
    assert {"not_convex", "not_concave"} <= confirmed


@over([row for row in REFUTED if models()[row[0]].condition(row[1]) == "X == 0"])
def test_the_condition_is_exact_from_the_other_side(name: str, options: Options) -> None:
    case = drawn(decided(name, options).problem, 3)
    zeroed = Case(case.problem, case.sizes, {**case.data, "X": np.zeros_like(case.data["X"])})
    assert count_chords(zeroed, seed=3, trials=40) == Tally(held=40)


# --- convex losses: random chords, and constants against the theory ---------------------------------------------------

LEAST, RIDGE = "lambda_min(X.T @ X)", "lam + lambda_min(X.T @ X)"
CONSTANTS = [
    # model             options                    strict  strict when       modulus   smoothness
    ("exponential",     {},                        None,   "rank(X) == d",   None,     None),
    ("hinge",           {},                        False,  None,             None,     None),
    ("huber",           {},                        None,   None,             None,     "lambda_max(X.T @ X)"),
    ("least-squares",   {},                        None,   "rank(X) == d",   LEAST,    "lambda_max(X.T @ X)"),
    ("log-cosh",        {},                        None,   "rank(X) == d",   None,     "lambda_max(X.T @ X)"),
    ("logistic",        {"labels": "sign"},        None,   "rank(X) == d",   None,     "lambda_max(X.T @ X)/4"),
    ("logistic",        {"labels": "binary"},      None,   "rank(X) == d",   None,     "lambda_max(X.T @ X)/4"),
    ("poisson",         {},                        None,   "rank(X) == d",   None,     None),
    ("probit",          {},                        None,   "rank(X) == d",   None,     None),
    ("quantile",        {},                        False,  None,             None,     None),
    ("rbf-network",     {"centres": "fixed"},      None,   None,             None,     None),
    ("ridge",           {},                        True,   None,             RIDGE,    "lambda_max(X.T @ X) + lam"),
    ("ridge-logistic",  {"labels": "sign"},        True,   None,             "lam",    "lambda_max(X.T @ X)/4 + lam"),
    ("ridge-logistic",  {"labels": "binary"},      True,   None,             "lam",    "lambda_max(X.T @ X)/4 + lam"),
    ("softmax",         {"classes": "K"},          False,  None,             None,     "lambda_max(X.T @ X)/2"),
    ("softmax",         {"classes": "1"},          False,  None,             None,     None),
    ("softmax",         {"classes": "2"},          False,  None,             None,     "lambda_max(X.T @ X)/2"),
    ("softmax",         {"classes": "3"},          False,  None,             None,     "lambda_max(X.T @ X)/2"),
    ("squared-hinge",   {},                        None,   None,             None,     "2*lambda_max(X.T @ X)"),
]  # fmt: skip


def test_every_convex_row_has_its_constants() -> None:
    assert [(row[0], row[1]) for row in CONSTANTS] == CONVEX


@pytest.mark.parametrize("row", CONSTANTS, ids=[label((row[0], row[1])) for row in CONSTANTS])
def test_constants_are_those_of_the_theory(row: tuple[Any, ...]) -> None:
    name, options, strict, when, modulus, smoothness = row
    verdict = decided(name, options)
    assert (verdict.strict, verdict.strict_when) == (strict, when)
    assert (verdict.modulus, verdict.smoothness) == (modulus, smoothness)


def constants(verdict: Verdict, case: Case) -> dict[str, Any]:
    names = {**case.sizes, **case.data}
    return {
        "modulus": evaluate(verdict.modulus, names) if verdict.modulus else 0.0,
        "smoothness": evaluate(verdict.smoothness, names) if verdict.smoothness else None,
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@over(CONVEX)
def test_convex_losses_keep_below_random_chords(name: str, options: Options, seed: int) -> None:
    verdict = decided(name, options)
    case = drawn(verdict.problem, seed)
    tally = count_chords(case, seed=seed, trials=100, **constants(verdict, case))
    assert tally.failed == 0
    assert tally.held >= 90, tally


WRONG = [
    # id                      model              options                                       constants
    ("neither is not convex", "mlp",             {"widths": "2,2,1"},                          {}),
    ("one unit",              "sigmoid-squared", {},                                           {}),
    ("too large a modulus",   "ridge",           {},                                           {"modulus": 60.0}),
    ("a modulus of none",     "logistic",        {},                                           {"modulus": 0.1}),
    ("too small a constant",  "least-squares",   {},                                           {"smoothness": 0.5}),
    ("half the constant",     "logistic",        {},                                           {"smoothness": 0.02}),
]  # fmt: skip


@pytest.mark.parametrize("row", WRONG, ids=[row[0] for row in WRONG])
def test_random_chords_see_a_wrong_claim(row: tuple[Any, ...]) -> None:
    _, name, options, claimed = row
    case = drawn(models()[name].problem(options), 1)
    assert count_chords(case, seed=1, trials=400, **claimed).failed > 0


def test_points_that_refute_nothing_are_seen() -> None:
    """A true refutation held against a convex loss of the same shapes."""
    verdict = decided("sigmoid-squared", {})
    assert verdict.certificate is not None
    other = state("sum((X @ w - y)**2)", wrt="w", shapes={"X": ("n", "d"), "w": ("d",), "y": ("n",)})
    with pytest.raises(AssertionError):
        confirm_refutations(verdict.certificate, other, seed=1)


@over([(row[0], row[1]) for row in CONSTANTS if row[3] == "rank(X) == d"])
def test_without_full_rank_the_loss_is_flat_somewhere(name: str, options: Options) -> None:
    case = drawn(decided(name, options).problem, 5)
    null = np.array([1.0, -1.0, 0.0])
    flat = Case(case.problem, case.sizes, {**case.data, "X": np.outer(case.data["X"][:, 0], np.ones(3))})
    w = case.draw(np.random.default_rng(5))["w"]
    assert near(flat.f({"w": w}), flat.f({"w": w + null}))
    assert not near(case.f({"w": w}), case.f({"w": w + null}))


# --- the way verdicts come about --------------------------------------------------------------------------------------

SAMPLE = [("logistic", {}), ("mlp", {"widths": "d,h,1"}), ("softmax", {}), ("rbf-network", {}), ("ridge", {})]


@over(SAMPLE)
def test_the_same_question_gives_the_same_bytes(name: str, options: Options) -> None:
    problem = models()[name].problem(options)
    texts = {json.dumps(unhurried(problem).certificate) for _ in range(2)}
    assert len(texts) == 1


@over(SAMPLE)
def test_a_verdict_is_none_without_its_certificate(name: str, options: Options) -> None:
    verdict = decided(name, options)
    assert isinstance(verdict, Proved | Refuted)
    for broken in ({**verdict.certificate, "loss": "0"}, {**verdict.certificate, "parts": []}):
        with pytest.raises(CertificateError):
            type(verdict)(problem=verdict.problem, certificate=broken, rule=verdict.rule)


@pytest.mark.parametrize("name", ["logistic", "mlp", "relu-neuron"])
def test_a_verdict_is_no_boolean(name: str) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(decided(name, {}))


def test_no_time_is_no_answer() -> None:
    verdict = decide(models()["logistic"].problem({}), budget=0.0)
    assert isinstance(verdict, Undecided)
    assert all("no time left" in text for text in verdict.tried)


def forever(draft: Draft) -> None:
    """A search that finds nothing and does not know it."""
    while True:
        pass


def toiling(draft: Draft) -> None:
    """The same, and it pays for its work."""
    while True:
        spend(1000)


def test_a_rule_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconvex.decide.rules", lambda: (SimpleNamespace(name="endless", find=forever), *rules()))
    monkeypatch.setattr(portfolio, "LEAST", 0.0)
    verdict = decide(models()["logistic"].problem({}), budget=0.05)
    assert isinstance(verdict, Undecided)
    assert verdict.tried[0] == "endless (out of time)"
    asked = [text for text in verdict.tried[1:] if not text.startswith(("sampled", "try: "))]
    assert asked == [f"{rule.name} (no time left)" for rule in rules()]


def test_a_rule_without_end_keeps_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconvex.decide.rules", lambda: (SimpleNamespace(name="toiling", find=toiling), *rules()))
    assert isinstance(unhurried(models()["logistic"].problem({})), Proved)


ASKING = [
    # what the kernel says to a rule that asks it        what is told
    (Refused("1 is not 2"),                              "asking (1 is not 2)"),
    (TooLarge("more than the bound allows"),             "asking (too much work)"),
]  # fmt: skip


@pytest.mark.parametrize(("refused", "told"), ASKING, ids=[row[1] for row in ASKING])
def test_what_the_kernel_refuses_to_a_rule_is_no_crash(
    refused: Refused, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(draft: Draft) -> None:
        raise refused

    monkeypatch.setattr("symconvex.decide.rules", lambda: (SimpleNamespace(name="asking", find=find),))
    verdict = unhurried(models()["logistic"].problem({}))
    assert isinstance(verdict, Undecided)
    assert verdict.tried == (told, *evidence(verdict.problem))


LONG = [
    # id                     loss                                              truth
    ("gelu of gelu",         "gelu(" * 6 + "x" + ")" * 6,                      "neither"),
    ("silu of silu",         "silu(" * 8 + "x" + ")" * 8,                      "neither"),
    ("softplus of softplus", "softplus(" * 45 + "x" + ")" * 45,                "convex"),
    ("many factors",         "*".join(f"(x + {k})" for k in range(60)),        "neither"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the alarm may ring in a callback
@pytest.mark.parametrize(("text", "truth"), [row[1:] for row in LONG], ids=[row[0] for row in LONG])
def test_long_work_ends_in_its_time_and_tells_the_truth_of_what_it_found(text: str, truth: str) -> None:
    allowed = {"undecided", truth} | ({"not convex"} if truth == "neither" else set())
    assert decide(state(text, wrt="x", shapes={}), budget=0.5).answer in allowed


def heard_twice() -> None:
    """Work without end that swallows the first alarm."""
    heard = 0
    while heard < 2:
        try:
            while True:
                pass
        except OutOfTime:
            heard += 1
    raise OutOfTime


def test_an_alarm_that_is_swallowed_rings_again() -> None:
    with pytest.raises(OutOfTime), time_limit(0.05):
        heard_twice()


DOMAINS = [
    # id                     loss                        set            answer     on all that it is defined on
    ("cube, above 0",        "x**3",                     "positive",    "convex",  "neither"),
    ("cube, in (0, 1)",      "x**3",                     "unit",        "convex",  "neither"),
    ("cube, from 0 on",      "x**3",                     "nonnegative", "convex",  "neither"),
    ("roots, in (0, 1)",     "5*x**(3/2) - x**(5/2)",    "unit",        "convex",  "neither"),
    ("entropy less squares", "x*log(x) - x**2/2",        "unit",        "convex",  "neither"),
    ("root, above 0",        "x**(3/2)",                 "positive",    "convex",  "convex"),
    ("entropy",              "x*log(x)",                 "positive",    "convex",  "convex"),
]  # fmt: skip


@pytest.mark.parametrize("row", DOMAINS, ids=[row[0] for row in DOMAINS])
def test_the_set_of_a_parameter_is_its_domain(row: tuple[str, ...]) -> None:
    _, text, within, answer, elsewhere = row
    verdict = unhurried(state(text, wrt="x", shapes={}, sets={"x": within}))
    assert (verdict.answer, verdict.problem.notes) == (answer, ())
    assert verdict.domain
    natural = unhurried(state(text, wrt="x", shapes={}))
    assert natural.answer == elsewhere
    if elsewhere == answer:  # the set that was stated is the natural one, which is found, and noted
        assert natural.domain == verdict.domain
        assert natural.problem.notes == (NATURAL,)
    else:
        assert natural.domain != verdict.domain


@pytest.mark.parametrize(("within", "shape"), [("sign", ()), ("count", ()), ("binary", ("d",))])
def test_a_domain_that_cannot_be_stated_is_refused(within: str, shape: tuple[str, ...]) -> None:
    text = "sum(x**3)" if shape else "x**3"
    with pytest.raises(NotYet):
        unhurried(state(text, wrt="x", shapes={"x": shape}, sets={"x": within}))


def _sizes(problem: Problem) -> Iterator[str]:
    for symbol in (*problem.parameters, *problem.data):
        yield from (size for size in symbol.shape if isinstance(size, str))


@over(ROWS)
def test_every_size_of_the_catalogue_has_a_small_number(name: str, options: Options) -> None:
    assert set(_sizes(models()[name].problem(options))) <= set(SMALL)


SOME = [
    # id                 loss                          wrt      shapes                                                      what is said
    ("both kinds",       "a*x**2",                     "x",     {"a": (), "x": ()},                                         "convex for some data and not convex for others"),
    ("one kind only",    "sum((A - U@V.T)**2) + mu*(sum(U**2) + sum(V**2))",  "U, V",  {"A": ("n", "d"), "U": ("n", "k"), "V": ("d", "k"), "mu": ()},  "not convex for some data"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "said"), [r[1:] for r in SOME], ids=[r[0] for r in SOME])
def test_what_no_theorem_shows_is_not_said(loss: str, wrt: str, shapes: dict[str, tuple[str, ...]], said: str) -> None:
    """A loss that is refuted for one data set is not said to be convex for another."""
    sets = {**dict.fromkeys("UV", "nonnegative"), "mu": "positive"} if "U" in shapes else {}
    verdict = sc.prove(loss, wrt=wrt, shapes=shapes, sets=sets, budget=30.0)
    assert (verdict.answer, verdict.said) == ("depends", said)
    assert repr(verdict).startswith(said)
