"""Every rule on its examples and near misses, and losses as users write them: nothing false is ever proved."""

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.deciding import unhurried
from support.numerics import Tally, confirm_refutations, count_chords, drawn, evaluate

from symconvex.api import _problem
from symconvex.data import sized
from symconvex.decide import on_domain
from symconvex.drafting.arguments.chord import Chord
from symconvex.drafting.draft import draft_of
from symconvex.drafting.lines import finish
from symconvex.drafting.rule import Example, Rule
from symconvex.errors import NotYet
from symconvex.kernel.check import Accepted, check
from symconvex.kernel.term import Malformed
from symconvex.language.vocabulary import names_in
from symconvex.problem import Problem
from symconvex.rules import rules
from symconvex.verdict import Proved, Refuted, Verdict
from symconvex.view import view_of

ACCEPTS = [(rule, example) for rule in rules() for example in rule.accepts]
REJECTS = [(rule, example) for rule in rules() for example in rule.rejects]


def name_of(row: tuple[Rule, Example]) -> str:
    return f"{row[0].name}: {row[1].loss}"


def problem_of(example: Example) -> Problem:
    asked = _problem(example.loss, example.wrt, example.shapes, example.sets, example.positive, {}, example.values, {})
    return on_domain(asked)


def chords(problem: Problem, sign: int, loss: str = "", trials: int = 600) -> Tally:
    """Chords of the loss, or of its negative, over several draws of the data."""
    cases = [drawn(problem, seed, loss) for seed in range(8)]
    return sum((count_chords(case, seed=1, trials=trials // 8, sign=sign) for case in cases), start=Tally())


def is_true(problem: Problem, truth: str, loss: str = "") -> bool:
    """Do random chords agree with what is said of the loss? A violation must be found where it is not convex."""
    up, down = chords(problem, 1, loss), chords(problem, -1, loss)
    assert min(up.held + up.failed, down.held + down.failed) >= 30, "too few chords inside the domain"
    return (up.failed == 0, down.failed == 0) == {
        "convex": (True, False),
        "concave": (False, True),
        "affine": (True, True),
        "neither": (False, False),
    }[truth]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_brings_its_neighbours(rule: Rule) -> None:
    assert rule.accepts
    assert rule.rejects


@pytest.mark.parametrize(("rule", "example"), [*ACCEPTS, *REJECTS], ids=map(name_of, [*ACCEPTS, *REJECTS]))
def test_what_an_example_says_of_itself_is_seen_at_random_chords(rule: Rule, example: Example) -> None:
    assert is_true(problem_of(example), example.truth)


@pytest.mark.parametrize(("rule", "example"), ACCEPTS, ids=map(name_of, ACCEPTS))
def test_a_rule_decides_its_examples(rule: Rule, example: Example) -> None:
    problem = problem_of(example)
    assert accepted_answer(rule, problem) in {example.truth, *depending(problem, example.truth)}


def accepted_answer(rule: Rule, problem: Problem) -> str | None:
    """What the theorems of the rule say, if the kernel agrees: with numbers for data, of these data."""
    problem = sized(problem)
    draft = draft_of(problem)
    finding = rule.find(draft)
    if finding is None:
        return None
    wide = dataclasses.replace(problem, least={**problem.least, **finding.least})
    certificate = finish(dataclasses.replace(draft, problem=wide), finding.parts, finding.exact)
    try:
        result = check(json.loads(json.dumps(certificate)))
    except Malformed:
        return None
    return view_of(result).answer if isinstance(result, Accepted) else None


def depending(problem: Problem, truth: str) -> set[str]:
    """What is not so for all data may be so for some."""
    return {"depends"} if problem.data and truth == "neither" else set()


@pytest.mark.parametrize(("rule", "example"), REJECTS, ids=map(name_of, REJECTS))
def test_a_near_miss_gets_no_wrong_answer(rule: Rule, example: Example) -> None:
    problem = problem_of(example)
    assert accepted_answer(rule, problem) in {None, example.truth, "not convex"}
    assert unhurried(problem).answer in {example.truth, "not convex", "undecided", *depending(problem, example.truth)}


CHORDS = [
    # loss                             wrt      declarations
    ("(x**2 - 1)**2",                  "x",     {}),
    ("x**2*exp(-x)",                   "x",     {}),
    ("x**3 + y**3 - 3*x*y",            "x y",   {"positive": ["x", "y"]}),
    ("exp(-abs(x))",                   "x",     {}),
    ("tanh(x)*y",                      "x y",   {}),
    ("x**2 + y**2 - x**4/1000000",     "x y",   {}),
]  # fmt: skip


@pytest.mark.parametrize("row", CHORDS, ids=[row[0] for row in CHORDS])
def test_a_refutation_at_numbers_is_a_chord_with_its_values(row: tuple[str, str, dict[str, Any]]) -> None:
    text, wrt, declared = row
    verdict = unhurried(problem_of(Example(text, wrt, "neither", **declared)))
    assert isinstance(verdict.argument, Chord)  # type: ignore[union-attr]
    for violation in verdict.argument.violations:  # type: ignore[union-attr]
        names = {n: (float(violation.left[n]), float(violation.right[n])) for n in wrt.split()}
        ends = [{n: pair[k] for n, pair in names.items()} for k in (0, 1)]
        middle = {n: sum(pair) / 2 for n, pair in names.items()}
        seen = [float(evaluate(text, point)) for point in (ends[0], middle, ends[1])]
        assert [float(value) for value in violation.values] == pytest.approx(seen, rel=1e-12)
        gap = seen[1] - (seen[0] + seen[2]) / 2
        assert gap > 0 if violation.word == "convex" else gap < 0
    assert verdict.answer == "neither"


# --- losses as users write them ---------------------------------------------------------------------------------------

DATA = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
MORE = {**DATA, "c": ("n",), "lam": (), "mu": ()}
LAYERS = {"X": ("n", "d"), "A": ("d", "h"), "B": ("h", "m"), "v": ("h",), "y": ("n",)}
ONE_ROW = {"X": (1, "d"), "w": ("d",)}
ABOVE = {"c": "positive", "lam": "positive", "mu": "positive"}

OWN = [
    # loss                                                   wrt     truth       answer       declarations
    ("sum(c*(X@w - y)**2)/2",                                "w",    "convex",   "convex",    {"shapes": MORE, "sets": ABOVE}),
    ("mean((X@w - y)**2)/2 + lam*sum(abs(w)) + mu*sum(w**2)", "w",   "convex",   "convex",    {"shapes": MORE, "sets": ABOVE}),
    ("sum(abs(w))",                                          "w",    "convex",   "convex",    {"shapes": {"w": ("d",)}}),
    ("sum(log(1 + exp(-y*(X@w))))",                          "w",    "convex",   "convex",    {"shapes": DATA}),
    ("sum(log1p(exp(-y*(X@w)))) + lam*sum(w**2)",            "w",    "convex",   "convex",    {"shapes": MORE, "sets": ABOVE}),
    ("mean(softplus(X@w + b) - y*(X@w + b))",                "w b",  "convex",   "convex",    {"shapes": {**DATA, "b": ()}}),
    ("sum(exp(X@w)) - y@X@w",                                "w",    "convex",   "convex",    {"shapes": DATA}),
    ("norm(X@w - y)**2",                                     "w",    "convex",   "convex",    {"shapes": DATA}),
    ("norm(X@w - y)",                                        "w",    "convex",   "convex",    {"shapes": DATA}),
    ("sum(max(tau*(y - X@w), (tau - 1)*(y - X@w)))",         "w",    "convex",   "convex",    {"shapes": {**DATA, "tau": ()}, "sets": {"tau": "unit"}}),
    ("logsumexp(X@w)",                                       "w",    "convex",   "convex",    {"shapes": {"X": ("n", "d"), "w": ("d",)}}),
    ("sum((X@w - y)**4)",                                    "w",    "convex",   "convex",    {"shapes": DATA}),
    ("sum((sigmoid(X@w) - y)**2)",                           "w",    "neither",  "neither",   {"shapes": DATA}),
    ("sum((X@w - y)**3)",                                    "w",    "neither",  "depends",   {"shapes": DATA}),
    ("mean((relu(X@A + b)@v + c - y)**2)",                   "A b v c", "neither", "neither",  {"shapes": {**LAYERS, "b": ("h",), "c": ()}}),
    ("sum((tanh(X@A)@B - Y)**2)",                            "A B",  "neither",  "neither",   {"shapes": {**LAYERS, "Y": ("n", "m")}}),
    ("sum((X@A@B - Y)**2)/(2*n)",                            "A B",  "neither",  "neither",   {"shapes": {**LAYERS, "Y": ("n", "m")}}),
    ("mean(softplus(-y*(sigmoid(X@A)@v)))",                  "A v",  "neither",  "neither",   {"shapes": LAYERS, "sets": {"y": "sign"}}),
    ("sum((sigmoid(X@A)@v - y)**2)",                         "v",    "convex",   "convex",    {"shapes": LAYERS}),
    ("sum((tanh(X@w)*b - y)**2)",                            "w b",  "neither",  "depends",   {"shapes": {**DATA, "b": ()}}),
    ("-sum(softplus(X@w))",                                  "w",    "concave",  "concave",   {"shapes": {"X": ("n", "d"), "w": ("d",)}}),
    ("y@X@w + 3",                                            "w",    "affine",   "affine",    {"shapes": DATA}),
    ("exp(x) + x**2",                                        "x",    "convex",   "convex",    {}),
    ("x*log(x)",                                             "x",    "convex",   "convex",    {"positive": ["x"]}),
    ("-log(x)",                                              "x",    "convex",   "convex",    {"positive": ["x"]}),
    ("1/x",                                                  "x",    "convex",   "convex",    {"positive": ["x"]}),
    ("1/x",                                                  "x",    "concave",  "concave",   {"positive": ["-x"]}),
    ("-1/x**3",                                              "x",    "concave",  "concave",   {"positive": ["x"]}),
    ("1/(1 - x**2)",                                         "x",    "convex",   "convex",    {"positive": ["1 - x", "x + 1"]}),
    ("exp(-x**2/2)",                                         "x",    "concave",  "concave",   {"positive": ["1 - x", "x + 1"]}),
    ("exp(-x**2/2)",                                         "x",    "neither",  "neither",   {"positive": ["2 - x", "x + 1"]}),
    ("exp(x**2)",                                            "x",    "convex",   "convex",    {}),
    ("log(x*y)",                                             "x y",  "concave",  "concave",   {"positive": ["x", "y"]}),
    ("log(x*y)",                                             "x y",  "concave",  "concave",   {"positive": ["-x", "-y"]}),
    ("log(x/y)",                                             "x y",  "neither",  "neither",   {"positive": ["x", "y"]}),
    ("log(x**2)",                                            "x",    "concave",  "concave",   {"positive": ["-x"]}),
    ("log(exp(x)/(1 + exp(x)))",                             "x",    "concave",  "concave",   {}),
    ("x**3",                                                 "x",    "convex",   "convex",    {"positive": ["x"]}),
    ("x**3",                                                 "x",    "neither",  "neither",   {}),
    ("log(1 + exp(x)) - x",                                  "x",    "convex",   "convex",    {}),
    ("abs(x)",                                               "x",    "convex",   "convex",    {}),
    ("max(x, 0)**2",                                         "x",    "convex",   "convex",    {}),
    ("sqrt(1 + x**2)",                                       "x",    "convex",   "convex",    {}),
    ("(x**2 - 1)**2",                                        "x",    "neither",  "neither",   {}),
    ("x*y",                                                  "x y",  "neither",  "neither",   {}),
    ("x**2/2 + 2*x*y + y**2/2",                              "x y",  "neither",  "neither",   {}),
    ("tanh(x)",                                              "x",    "neither",  "neither",   {}),
    ("log(cosh(x))",                                         "x",    "convex",   "convex",    {}),
    ("a*x**2",                                               "x",    "neither",  "depends",   {}),
    ("a**2*x**2",                                            "x",    "convex",   "convex",    {}),
    ("softplus(x) - softplus(-x)",                           "x",    "affine",   "affine", {}),
    ("x**2*exp(-x)",                                         "x",    "neither",  "neither",   {}),
    ("sum((X@w)**2)",                                        "w",    "convex",   "convex",    {"shapes": ONE_ROW}),
    ("sum(softplus(X@w)) + sum(w**2)",                       "w",    "convex",   "convex",    {"shapes": ONE_ROW}),
    ("norm(X@w)**2",                                         "w",    "convex",   "convex",    {"shapes": {"X": (1, 2), "w": (2,)}}),
    ("-sum(exp(X@w))",                                       "w",    "concave",  "concave",   {"shapes": ONE_ROW}),
    ("sum((X@w)**3)",                                        "w",    "neither",  "depends",   {"shapes": {"X": (1, 2), "w": (2,)}}),
    ("abs(x)**2",                                            "x",    "convex",   "convex",    {}),
    ("abs(x)**3",                                            "x",    "convex",   "convex",    {}),
    ("abs(a)*x**2",                                          "x",    "convex",   "convex",    {}),
    ("-abs(a)*exp(x)",                                       "x",    "concave",  "concave",   {}),
    ("(abs(x) - 1)**2",                                      "x",    "neither",  "neither",   {}),
    ("(w@w + 1)**2",                                         "w",    "convex",   "convex",    {"shapes": {"w": ("d",)}}),
    ("(w@w - 1)**2",                                         "w",    "neither",  "neither",   {"shapes": {"w": (2,)}}),
    ("(x*x*abs(x))**2",                                      "x",    "convex",   "convex",    {}),
    ("exp(sum(exp(w)))",                                     "w",    "convex",   "convex",    {"shapes": {"w": ("d",)}}),
    ("sum(logsumexp(W, axis=1)) + norm(W)**2",               "W",    "convex",   "convex",    {"shapes": {"W": (1, "d")}}),
    ("sum(logsumexp(W, axis=1)) + norm(W)**2",               "W",    "convex",   "convex",    {"shapes": {"W": ("K", "d")}}),
]  # fmt: skip


STEPS = ["step(x)", "x*step(x)", "log(cosh(x + step(1)))", "x**2 + step(a)", "x**2 - 2*step(x - 1)"]


@pytest.mark.parametrize("text", STEPS)
def test_a_loss_with_a_step_is_not_asked_about(text: str) -> None:
    with pytest.raises(NotYet, match="step") as fault:
        unhurried(problem_of(Example(text, "x", "neither")))
    assert fault.value.got.startswith("step(")
    assert "step(" not in fault.value.hint


def only_used(text: str, declared: Any) -> Any:
    """Declarations of several losses, without the names that this one does not have."""
    if not isinstance(declared, dict):
        return declared
    return {name: value for name, value in declared.items() if name in names_in(text)}


@pytest.mark.parametrize("row", OWN, ids=[f"{row[0]} in {row[1]} {row[4].get('positive', '')}" for row in OWN])
def test_losses_of_users_own(row: tuple[str, str, str, str, dict[str, Any]]) -> None:
    text, wrt, truth, answer, declared = row
    told = {kind: only_used(text, of) for kind, of in declared.items()}
    problem = problem_of(Example(text, wrt, truth, **told))
    assert is_true(problem, truth), "the table is wrong"
    verdict = unhurried(problem)
    assert verdict.answer == answer
    allowed_ = {truth, "undecided", *depending(problem, truth)}
    assert verdict.answer in allowed_ or (truth, verdict.answer) == ("concave", "not convex")
    assert_seen(verdict)


def assert_seen(verdict: Verdict) -> None:
    """The constants and points of a verdict hold at numbers."""
    if isinstance(verdict, Refuted):
        assert "not_convex" in confirm_refutations(verdict.certificate, verdict.problem, seed=4)
    elif isinstance(verdict, Proved):
        assert chords(verdict.problem, -1 if verdict.answer == "concave" else 1).failed == 0


# --- functions with known answers: whatever is decided is decided rightly ---------------------------------------------

FUNCTIONS = tuple(
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "functions.jsonl").read_text("ascii").splitlines()
)
ASSUMED = {"positive": {"positive": True}, "nonnegative": {"nonnegative": True}, "real": {"real": True}}
MOST_UNDECIDED = 2  # of every fourth


def asked(row: dict[str, Any]) -> Problem:
    """The function as a SymPy user asks about it; the files of this repository are read by SymPy here only."""
    import sympy

    names = {name: sympy.Symbol(name) for name in row["vars"]}
    names |= {name: sympy.Symbol(name, **ASSUMED[kind]) for name, kind in row.get("params", {}).items()}
    conditions = [sympy.sympify(text, locals=names) for text in row.get("domain", ())]
    domain = [condition.gts - condition.lts for condition in conditions]
    return _problem(sympy.sympify(row["expr"], locals=names), row["vars"], {}, {}, domain, {}, {}, {})


def allowed(row: dict[str, Any]) -> set[str]:
    """The answers that are no mistake: with a condition nothing holds for all parameters."""
    convex = row["truth"] in {"convex", "affine"} and "condition" not in row
    concave = row["truth"] in {"concave", "affine"} and "concave_condition" not in row
    found = {"undecided"} | {word for word, holds in (("convex", convex), ("concave", concave)) if holds}
    if "condition" in row or "concave_condition" in row:
        return found | {"depends"}
    found |= {"depends"} if row["truth"] == "neither" and row.get("params") else set()
    return found | {"affine": {"affine"}, "neither": {"neither", "not convex"}, "concave": {"not convex"}}.get(
        row["truth"], set()
    )


@cache
def answer(place: int) -> str:
    """The answer about one function."""
    row = FUNCTIONS[place]
    try:
        verdict = unhurried(asked(row))
    except NotYet:
        return "undecided"
    assert not (verdict.strict and row.get("strict") is False)
    return verdict.answer


@pytest.mark.parametrize("place", range(len(FUNCTIONS)), ids=[row["id"] for row in FUNCTIONS])
def test_a_function_with_a_known_answer_gets_no_other(place: int) -> None:
    assert answer(place) in allowed(FUNCTIONS[place])


def test_enough_functions_are_decided() -> None:
    found = [answer(place) for place in range(0, len(FUNCTIONS), 4)]
    assert found.count("undecided") <= MOST_UNDECIDED


def test_a_wrong_answer_about_a_function_would_be_seen() -> None:
    convex, neither = (next(row for row in FUNCTIONS if row["truth"] == word) for word in ("convex", "neither"))
    assert "neither" not in allowed(convex)
    assert "convex" not in allowed(neither)
    assert "convex" not in allowed(next(row for row in FUNCTIONS if "condition" in row))
