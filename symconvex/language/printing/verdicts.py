"""What is known beside the answer, in words: strictness, constants, quasiconvexity."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class Summary(Protocol):
    """A verdict, as far as these words go."""

    @property
    def answer(self) -> str:
        """convex, concave, ..."""

    @property
    def strict(self) -> bool | None:
        """Strictly?"""

    @property
    def strict_when(self) -> str | None:
        """The exact condition for that."""

    @property
    def quasiconvex(self) -> bool | None:
        """Quasiconvex?"""

    @property
    def exact(self) -> tuple[str, ...]:
        """Which constants are best possible."""

    def decimals(self, which: str) -> str:
        """The decimals of a constant that is not rational."""


YES_NO = {True: "yes", False: "no", None: ""}


def constant_text(verdict: Summary, which: str) -> str:
    """The modulus or the smoothness constant, where it holds, and whether it is best possible; empty when not known."""
    value, when, exact = getattr(verdict, which), getattr(verdict, f"{which}_when"), which in verdict.exact
    if value is None:
        return "none, not strongly convex" if exact else ""
    decimals = verdict.decimals(which)
    shown = f"{value} = {decimals}" if decimals else value
    return f"{shown}{', best possible' if exact else ''}{f', if {when}' if when else ''}"


def rows(table: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """Lines of a name and what there is to say; nothing where there is nothing."""
    return (f"  {name + ' ':<11}{value}" for name, value in table if value)


def told(verdict: Any) -> list[tuple[str, str]]:
    """Everything that is known of a decided loss, by name; empty where there is nothing to say."""
    return [
        ("loss", verdict.problem.text),
        ("if", " and ".join(verdict.hypotheses)),
        ("on", " and ".join(verdict.domain)),
        ("noted", "; ".join(verdict.problem.notes)),
        ("convex iff", _exact(verdict.condition)),
        ("concave iff", _exact(verdict.concave_condition)),
        ("strict", strictness_text(verdict)),
        ("modulus", constant_text(verdict, "modulus")),
        ("smoothness", constant_text(verdict, "smoothness")),
        ("quasiconvex", quasiconvexity_text(verdict)),
        ("by", f"{verdict.rule}, certificate accepted"),
    ]


def stated(verdict: Any) -> list[tuple[str, str]]:
    """What the theorems are about, and every one of them with all that it assumes."""
    return [("setting", verdict.setting), ("proved", "\n".join(verdict.theorems))]


def _exact(condition: str | None) -> str:
    return "" if condition in (None, "True", "False") else str(condition)


def strictness_text(verdict: Summary) -> str:
    """yes, no, or the exact condition; empty when not known."""
    return f"iff {verdict.strict_when}" if verdict.strict_when else YES_NO[verdict.strict]


def quasiconvexity_text(verdict: Summary) -> str:
    """yes or no; empty when it is not known, or goes without saying."""
    return "" if verdict.answer in ("convex", "affine") else YES_NO[verdict.quasiconvex]
