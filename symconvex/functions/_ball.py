"""Rigorous values over a whole ball, from values at a few exact points.

Source   Moore, Kearfott & Cloud 2009, chapter 5: a monotone function takes its extreme values at the ends
"""

from collections.abc import Callable
from typing import Any


def over_ends(at: Callable[[Any], Any], ball: Any) -> Any:
    """The hull of a nondecreasing function over a ball; NaN when an end lies outside its domain."""
    return at(ball) if ball.is_exact() else at(ball.lower()).union(at(ball.upper()))


def over_sizes(at: Callable[[Any], Any], ball: Any) -> Any:
    """The hull over a ball of an even function that is monotone in the size |z|."""
    return at(ball.abs_lower()).union(at(ball.abs_upper()))
