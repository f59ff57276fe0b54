"""Verdicts without a clock: a test asks what is true, not what this machine finds in time."""

from symconvex.decide import decide
from symconvex.problem import Problem
from symconvex.verdict import Verdict

NOBODY_WAITS = 1e6  # seconds


def unhurried(problem: Problem) -> Verdict:
    """The verdict, however long it takes."""
    return decide(problem, budget=NOBODY_WAITS)
