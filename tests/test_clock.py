"""No verdict hangs on the speed of the machine: with a clock that runs fast, the same bytes."""

import time

import pytest
from support.stored import ROWS, folder, problem_of

from symconvex.cli.options import DEFAULT_BUDGET
from symconvex.deadline import OutOfTime, computing, time_limit
from symconvex.decide import decide
from symconvex.handcheck.check import check
from symconvex.handcheck.showing.json import fields_of
from symconvex.models import models
from symconvex.store import certificate_text
from symconvex.verdict import Proved, Refuted, Undecided


def hurry(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """From now on the clock runs so many times faster, as it seems to on a machine that is as much slower."""
    clock, start = time.monotonic, time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + factor * (clock() - start))


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "options", "data"), ROWS, ids=[folder(*row).name for row in ROWS])
def test_a_slow_machine_writes_the_same_certificate(
    name: str, options: dict[str, str], data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, 4)
    verdict = decide(problem_of(name, options, data), budget=DEFAULT_BUDGET)
    assert isinstance(verdict, Proved | Refuted)
    assert certificate_text(verdict.certificate) == (folder(name, options, data) / "certificate.json").read_text(
        "utf-8"
    )


def test_the_fast_clock_is_the_one_that_limits_are_read_from(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch, 1e9)
    assert isinstance(decide(models()["mlp"].problem({}), budget=DEFAULT_BUDGET), Undecided)


def test_a_busy_machine_judges_a_derivation_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    text = r"$\nabla^2 J(w) = \sum_i \sigma(m_i) x_i x_i^\top$, $m_i = y_i x_i^\top w$. $J$ is convex."
    calm = fields_of(check(text, model="logistic"))
    hurry(monkeypatch, 1e9)
    assert fields_of(check(text, model="logistic")) == calm
    assert [one["verdict"] for one in calm["relations"]] == ["false", "proven", "proven"]


def work_for_ever() -> None:
    while True:
        pass


def test_seconds_that_are_computed_end_too() -> None:
    with pytest.raises(OutOfTime), computing(), time_limit(0.05):
        work_for_ever()
    with computing(), time_limit(0.05):
        time.sleep(0.4)
