"""Beside the main verdict: is the loss quasiconvex, and quasiconcave? One more part of its certificate, where shown."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from symconvex.drafting.beside import is_accepted
from symconvex.drafting.draft import Draft
from symconvex.drafting.effort import bounded
from symconvex.drafting.lines import PartDraft
from symconvex.drafting.quasi.composed import find_composed
from symconvex.drafting.quasi.one import find_one
from symconvex.drafting.quasi.slopes import find_slopes
from symconvex.kernel.check import digest
from symconvex.kernel.term import Refused
from symconvex.search.peaks import find_peaks
from symconvex.verdict import Depends, Undecided, Verdict, verdict_of

WORK = 600_000  # of each way


def find_quasi(draft: Draft) -> list[PartDraft]:
    """Parts that say quasiconvex, quasiconcave, or that it is not; what is shown first is kept."""
    found = list[PartDraft]()
    for way in (find_one, find_composed, find_slopes):
        part = _within(draft, way)
        if part is not None:
            found.append(part)
            break
    words = {claim.word for part in found for claim in part.claims}
    sides = [side for side, word in ((1, "quasiconvex"), (-1, "quasiconcave")) if word not in words]
    part = _within(draft, lambda asked: find_peaks(asked, sides)) if sides else None
    return found if part is None else [*found, part]


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
        return replace(verdict, beside=Depends(verdict.problem, more, "quasiconvexity"))
    old = verdict.certificate
    parts, indices = [*old["parts"], *more["parts"]], {**more["indices"], **old["indices"]}
    body = {**old, "indices": indices, "parts": parts}
    body["digest"] = digest(body)
    found = verdict_of(verdict.problem, body, verdict.rule, verdict.argument)
    return found if found.answer == verdict.answer else verdict
