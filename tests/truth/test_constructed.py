"""Functions whose truth is known from how they are made, and near misses of convex ones: nothing is wrong.

pytest tests/truth/test_constructed.py -s               thirty of them, with the table
pytest tests/truth/test_constructed.py -s -m sweep      two thousand
"""

import sys

import numpy as np
import pytest
from support.constructed import KINDS, rows
from support.corpus import functions
from support.meaning import value_of
from support.neighbours import at_points, is_seen_not_convex, near_misses
from support.scoring import Score, count, faults, surveyed, table

SHARE = 8
BUDGET = 10.0
DECIDED = 0.85  # what the whole has to reach at least


def answered(number: int) -> list[Score]:
    """The scores of so many rows; what is wrong, the table, and how many are decided."""
    found = surveyed(rows(number), budget=BUDGET)
    wrong = [line for line in faults(found) if line.startswith("wrong")]
    sys.stdout.write("\n".join(["", *wrong, table(found), f"decided: {decided(found):.3f}", ""]))
    return found


def decided(found: list[Score]) -> float:
    """The share of rows with a verdict."""
    return sum(one.entry.get("verdict", "undecided") != "undecided" for one in found) / len(found)


def test_a_few_functions_of_known_truth() -> None:
    assert count(answered(30))["wrong"] == 0


@pytest.mark.sweep
def test_two_thousand_functions_of_known_truth() -> None:
    found = answered(2000)
    assert count(found)["wrong"] == 0
    assert decided(found) >= DECIDED


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_of_a_kind_is_seen_in_numbers(kind: str) -> None:
    """A convex row is nowhere seen not to be, and what is far from its threshold is seen."""
    seen = 0
    for row in rows(240):
        if (
            row["family"] != kind
            or "softplus" in row["loss"]
            or "relu" in row["loss"]
            or any(w.count("<") > 1 for w in row["where"])
        ):
            continue
        broken = is_seen_not_convex(row["loss"], row)
        mirrored = is_seen_not_convex(f"-({row['loss']})", row)
        verdict = row["truth"]["verdict"]
        assert not (broken and verdict == "convex"), row
        assert not (mirrored and verdict == "concave"), row
        seen += broken or mirrored
    assert seen >= 5


def missed(share: int, most: int) -> list[Score]:
    """Near misses of every so many of the convex functions of the corpus."""
    convex = [row for row in functions() if row["truth"]["verdict"] == "convex" and "Piecewise" not in row["loss"]]
    near = [miss for row in convex[::share] for miss in near_misses(row, most)]
    assert len(near) >= len(convex[::share]) * most * 0.9
    found = surveyed(near, budget=BUDGET)
    sys.stdout.write(
        f"\n{len(near)} near misses, refuted: {sum(one.entry.get('witness') is not None for one in found)}\n"
    )
    return found


def claimed(found: list[Score]) -> list[str]:
    """What is called convex and is not."""
    return [
        f"{one.row['loss']} on {one.row['where']}" for one in found if one.entry.get("verdict") in ("convex", "affine")
    ]


def test_a_near_miss_is_never_called_convex() -> None:
    assert claimed(missed(SHARE, 1)) == []


@pytest.mark.sweep
def test_no_near_miss_is_called_convex() -> None:
    assert claimed(missed(1, 3)) == []


SPECIAL = ("Piecewise", "lgamma", "erf", "atan", "tan(")


def test_both_ways_to_evaluate_a_formula_agree() -> None:
    values, compared = {"x": 0.7, "y": 1.3, "z": 0.2}, 0
    for row in functions():
        plain = set(row["wrt"]) <= set(values) and not row["sets"] and not any(name in row["loss"] for name in SPECIAL)
        if plain:
            with np.errstate(all="ignore"):
                one, other = float(value_of(row["loss"], values)), at_points(row["loss"], values)
            assert np.isclose(one, other, equal_nan=True), row["loss"]
            compared += 1
    assert compared > 100
