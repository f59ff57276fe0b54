"""Printed constants against the exact Hessians of random losses: what is printed is evaluated by Python as it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from support.deciding import unhurried
from support.known_losses import FITS, PENALTIES, Loss, evaluated, points, random_loss, random_values

from symconvex.language import state
from symconvex.verdict import Decided

FEW, MANY = range(60), range(60, 560)
CASES = 12
CLOSE = 1e-7


@dataclass(frozen=True, slots=True)
class Printed:
    """What a verdict prints of a loss that it calls convex, concave or affine."""

    answer: str
    modulus: str | None
    modulus_when: str | None
    smoothness: str | None
    smoothness_when: str | None
    exact: tuple[str, ...]


def asked(loss: Loss) -> Decided | None:
    verdict = unhurried(state(loss.text, wrt="w", shapes=loss.shapes, sets=loss.sets))
    return verdict if isinstance(verdict, Decided) else None


def spectra(loss: Loss, seed: int) -> Iterator[tuple[dict, list, list]]:
    """Data, and the smallest and largest eigenvalues of the Hessian at points there."""
    for case in range(CASES):
        values = random_values(1000 * seed + case)
        values["y"] = values[f"{loss.labels} y"]
        with np.errstate(over="ignore", invalid="ignore"):
            found = [
                np.linalg.eigvalsh(h)
                for w in points(values, case, 15)
                if np.isfinite(h := loss.hessian(values, w)).all()
            ]
        yield values, [e[0] for e in found], [e[-1] for e in found]


def faults(loss: Loss, verdict: Decided | Printed, seed: int) -> Iterator[str]:
    """Where what is printed differs from what the Hessians show."""
    turn = -1 if verdict.answer == "concave" else 1
    if loss.kinked and verdict.smoothness is not None:
        yield "smooth across a kink"
    for values, low, high in spectra(loss, seed):
        least, most = (min(low), max(high)) if turn == 1 else (-max(high), -min(low))
        slack = CLOSE * (1 + max(abs(least), abs(most)))
        if verdict.answer in ("convex", "concave", "affine") and least < -slack:
            yield f"{verdict.answer}, but {turn * least} at {values}"
        if verdict.answer == "affine" and most > slack:
            yield f"affine, but {most}"
        if verdict.modulus is not None and (verdict.modulus_when is None or evaluated(verdict.modulus_when, values)):
            modulus = evaluated(verdict.modulus, values)
            if modulus > least + slack:
                yield f"modulus {verdict.modulus} = {modulus} > {least} at {values}"
            if "modulus" in verdict.exact and modulus < least - 1e-4 * (1 + abs(least)):
                yield f"modulus {verdict.modulus} = {modulus} is called best possible, {least} at {values}"
        if verdict.modulus is None and "modulus" in verdict.exact and least > 1e-4:
            yield f"called not strongly convex, {least} at {values}"
        if verdict.smoothness is not None and (
            verdict.smoothness_when is None or evaluated(verdict.smoothness_when, values)
        ):
            smooth = evaluated(verdict.smoothness, values)
            if smooth < max(most, -least) - slack:
                yield f"smoothness {verdict.smoothness} = {smooth} < {most} at {values}"
            if "smoothness" in verdict.exact and smooth > most + 1e-4 * (1 + abs(most)):
                yield f"smoothness {verdict.smoothness} = {smooth} is called best possible, {most} at {values}"


def tried(seeds: range) -> dict[str, int]:
    """How many losses were decided, and had which constants; AssertionError at the first that is wrong."""
    count = dict.fromkeys(("asked", "decided", "modulus", "smoothness", "best"), 0)
    for seed in seeds:
        loss = random_loss(seed)
        verdict = asked(loss)
        count["asked"] += 1
        if verdict is None:
            continue
        wrong = next(faults(loss, verdict, seed), None)
        assert wrong is None, f"{loss.text}: {wrong}"
        count["decided"] += 1
        count["modulus"] += verdict.modulus is not None
        count["smoothness"] += verdict.smoothness is not None
        count["best"] += len(verdict.exact)
    return count


def test_printed_constants_are_those_of_the_hessians() -> None:
    count = tried(FEW)
    assert count["decided"] >= 45, count
    assert min(count["modulus"], count["smoothness"], count["best"]) >= 10, count


@pytest.mark.sweep
def test_printed_constants_are_those_of_many_hessians() -> None:
    count = tried(MANY)
    assert count["decided"] >= 400, count
    assert min(count["modulus"], count["smoothness"], count["best"]) >= 100, count


WRONG = [
    # id                       what is asked                    what is printed                                      seen
    ("modulus too large",      "sum(w**2)",                     {"modulus": "2.01"},                                 "modulus"),
    ("modulus not a bracket",  "1/(1 + a)*sum(w**2)",           {"modulus": "2/1 + a"},                              "modulus"),
    ("the wrong eigenvalue",   "sum((X@w - y)**2)",             {"modulus": "2*lambda_max(X.T @ X)", "modulus_when": None}, "modulus"),
    ("a factor lost",          "sum((X@w - y)**2)",             {"smoothness": "lambda_max(X.T @ X)"},               "smoothness"),
    ("a bracket lost",         "1/(2*(d + 1))*sum(w**2)",       {"smoothness": "1/(2*d + 1)", "modulus": None},      "smoothness"),
    ("too modest for best",    "sum((X@w - y)**2)",             {"smoothness": "3*lambda_max(X.T @ X)"},             "best possible"),
    ("not the best modulus",   "sum(w**2)",                     {"modulus": "1", "exact": ("modulus",)},             "best possible"),
    ("no modulus at all",      "sum(w**2)",                     {"modulus": None, "exact": ("modulus",)},            "not strongly"),
    ("not affine",             "sum(w**2)",                     {"answer": "affine"},                                "affine"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "printed", "seen"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_constant_is_seen(text: str, printed: dict, seen: str) -> None:
    factor, _, rest = text.rpartition("*sum(w**2)")
    pieces = {piece.text: piece for piece in (*FITS, *PENALTIES)}
    loss = Loss(((factor or "1", pieces["sum(w**2)" if rest == "" else rest]),), "real")
    verdict = asked(loss)
    assert verdict is not None
    fields = ("answer", "modulus", "modulus_when", "smoothness", "smoothness_when", "exact")
    truth = {name: getattr(verdict, name) for name in fields}
    assert not list(faults(loss, Printed(**truth), 1))
    assert any(seen in fault for fault in faults(loss, Printed(**{**truth, **printed}), 1))
