"""What is found depends on the work of each rule, and never on the clock."""

import json
import resource
import time
from types import SimpleNamespace

import pytest
from support.deciding import unhurried

from symconvex.decide import decide
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded, spend
from symconvex.kernel.term import TooLarge
from symconvex.language import state
from symconvex.models import find, models
from symconvex.rules import rules
from symconvex.search import portfolio

CYCLE = 60
HARD = [
    # id                       loss                                                                       wrt                                           answer
    ("20 softplus",            "softplus(" * 20 + "x" + ")" * 20,                                         "x",                                          "convex"),
    ("45 softplus",            "softplus(" * 45 + "x" + ")" * 45,                                         "x",                                          "convex"),
    ("6 gelu",                 "gelu(" * 6 + "x" + ")" * 6,                                               "x",                                          "neither"),
    ("8 silu",                 "silu(" * 8 + "x" + ")" * 8,                                               "x",                                          "neither"),
    ("60 factors",             "*".join(f"(x + {k})" for k in range(60)),                                 "x",                                          "neither"),
    ("a cycle of 60",          " + ".join(f"exp(x{k}*x{(k + 1) % CYCLE})" for k in range(CYCLE)),         ", ".join(f"x{k}" for k in range(CYCLE)),     "neither"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "answer"), [row[1:] for row in HARD], ids=[row[0] for row in HARD])
def test_no_rule_keeps_the_others_waiting(text: str, wrt: str, answer: str) -> None:
    start = time.process_time()
    assert unhurried(state(text, wrt=wrt, shapes={})).answer == answer
    assert time.process_time() - start < 20


def test_a_large_network_ends_in_its_budget() -> None:
    start = time.monotonic()
    decide(find("mlp").problem({"widths": "100,100,1"}), budget=5.0)
    assert time.monotonic() - start < 10


def test_a_network_too_large_to_write_down_is_left_in_words_not_in_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    left = unhurried(find("mlp").problem({"widths": "99999,99999,1"}))
    assert any("too much work" in text for text in left.tried)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def slow(seconds: float):
    """A rule as it is on a slower machine."""

    def wait(draft: Draft) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass

    return wait


@pytest.mark.parametrize("name", ["logistic", "mlp", "ridge"])
def test_a_slow_machine_finds_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = models()[name].problem({})
    here = decide(problem, budget=30.0)
    waits = tuple(SimpleNamespace(name="wait", find=slow(0.8)) for _ in range(3))
    monkeypatch.setattr("symconvex.decide.rules", lambda: (*waits, *rules()))
    there = decide(problem, budget=30.0)
    assert json.dumps(there.certificate) == json.dumps(here.certificate)


def test_work_is_bounded_and_the_bound_ends_with_its_block() -> None:
    with pytest.raises(TooLarge), bounded(10):
        spend(11)
    spend(10**9)


TWICE = [
    # id                    loss                          wrt
    ("a sign that data say", "(1 - a)*exp(x) - y**4",     "x, y"),
    ("a form of data",       "-(x - y)**2 + a**2*x*y",    "x, y"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt"), [row[1:] for row in TWICE], ids=[row[0] for row in TWICE])
def test_a_second_verdict_stands_beside_the_first(text: str, wrt: str) -> None:
    """Two rules that leave concavity open: the first of their verdicts is kept, and none is asked for its truth."""
    assert unhurried(state(text, wrt=wrt, shapes={})).answer in {"neither", "not convex", "depends"}


def test_a_rule_at_its_bound_is_asked_again_in_the_second_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconvex.decide.WORK", (1, *portfolio.WORK))
    verdict = unhurried(models()["huber"].problem({}))
    assert (verdict.answer, verdict.rule) == ("convex", "weighted-squares")
    monkeypatch.setattr("symconvex.decide.WORK", (1, 2))
    left = unhurried(models()["huber"].problem({}))
    assert any("too much work" in text for text in left.tried)
