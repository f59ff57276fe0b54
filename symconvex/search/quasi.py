"""Beside the main verdict: is the loss quasiconvex, and quasiconcave? One more part of its certificate, where shown."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from symconvex.drafting.arguments import Argument
from symconvex.drafting.arguments.chord import Chord, Tables
from symconvex.drafting.beside import is_accepted
from symconvex.drafting.chords import Vector
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded
from symconvex.drafting.lines import PartDraft
from symconvex.drafting.quasi.composed import find_composed
from symconvex.drafting.quasi.kinked import find_kinked
from symconvex.drafting.quasi.monotone import find_monotone
from symconvex.drafting.quasi.one import find_one
from symconvex.drafting.quasi.slopes import find_slopes
from symconvex.drafting.quasi.writing import WORDS
from symconvex.kernel.check import digest
from symconvex.kernel.statement import flat
from symconvex.kernel.term import Refused
from symconvex.search.peaks import find_peaks
from symconvex.verdict import Depends, Undecided, Verdict, verdict_of

WORK = 600_000  # of each way


def find_quasi(draft: Draft, argument: Argument | None = None) -> list[PartDraft]:
    """Parts that say quasiconvex, quasiconcave, or that it is not: points that refute it first, which cost least.

    argument    of the main verdict: where it has chords, the lines through them are looked at too
    """
    chords = argument.violations if isinstance(argument, Chord) else ()
    refuted = _within(draft, partial(find_peaks, chords=[tuple(map(entries, (c.left, c.right))) for c in chords]))
    open_ = len(WORDS) - (0 if refuted is None else len(refuted.claims))
    shown = (
        _within(draft, way)
        for way in (find_one, find_monotone, find_kinked, find_composed, partial(find_slopes, most=open_))
        if open_
    )
    return [part for part in (next((part for part in shown if part is not None), None), refuted) if part is not None]


def entries(point: Tables) -> Vector:
    """The numbers of a point, one parameter after the other."""
    return tuple(Fraction(x) for value in point.values() for x in flat(value))


def _within(draft: Draft, way: Callable[[Draft], PartDraft | None]) -> PartDraft | None:
    try:
        with bounded(WORK):
            part = way(draft)
            return part if part is not None and is_accepted(draft, part) else None
    except Refused:
        return None


def beside(verdict: Verdict, more: Mapping[str, Any]) -> Verdict:
    """The verdict with the parts of a certificate about the same problem; itself where they would change the answer.

    Fails    CertificateError when the kernel does not accept them
    """
    if isinstance(verdict, Undecided):
        aside = verdict.beside
        shown = Depends(verdict.problem, more, "quasiconvexity") if aside is None else beside(aside, more)
        return replace(verdict, beside=shown) if isinstance(shown, Depends) else verdict
    old = verdict.certificate
    parts, indices = [*old["parts"], *more["parts"]], {**more["indices"], **old["indices"]}
    body = {**old, "indices": indices, "parts": parts}
    body["digest"] = digest(body)
    found = verdict_of(verdict.problem, body, verdict.rule, verdict.argument)
    return found if found.answer == verdict.answer else verdict
