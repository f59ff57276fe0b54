"""That a convex loss is strongly convex with no modulus, beside its verdict, where that is asked for."""

from symconvex.deadline import OutOfTime, time_limit
from symconvex.drafting.draft import draft_of
from symconvex.drafting.flattening import find_flattening
from symconvex.drafting.lines import finish
from symconvex.errors import CertificateError
from symconvex.search.constraints import with_proofs
from symconvex.search.quasi import beside
from symconvex.verdict import Proved, Verdict


def with_flattening(verdict: Verdict, seconds: float) -> Verdict:
    """The verdict with one more part of its certificate, where it is found within so many seconds."""
    if not isinstance(verdict, Proved) or verdict.answer != "convex" or verdict.problem.standins:
        return verdict
    try:
        with time_limit(seconds):
            draft = with_proofs(draft_of(verdict.problem))
            part = find_flattening(draft)
            found = None if part is None else finish(draft, [part], {})
        return verdict if found is None else beside(verdict, found)
    except (OutOfTime, CertificateError):
        return verdict
