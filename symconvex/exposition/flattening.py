"""Why a loss is strongly convex with no modulus: a point for every m > 0, read off the certificate."""

from collections.abc import Iterator, Mapping
from typing import Any

from symconvex.drafting import judgments as say
from symconvex.drafting.draft import read_point
from symconvex.drafting.exactness import LARGER
from symconvex.drafting.points import exponentials, reduced, simplified
from symconvex.exposition.general import notation_of
from symconvex.exposition.told import Told
from symconvex.kernel import term as t
from symconvex.kernel.statement import read_judgment
from symconvex.language.free_name import free_name
from symconvex.language.printing.texwords import word_tex

GIVEN = [str(say.real(LARGER.name)), str(say.given_positive(LARGER))]
CLAIMS = [str(say.loss("not_strongly_convex", LARGER))]


def flattening(told: Told[Any], certificate: Mapping[str, Any]) -> Iterator[str]:
    """A paragraph, where a part of the certificate shows this and nothing else, with a point that no data enter."""
    for part in certificate["parts"]:
        last = part["steps"][-1]
        if part["given"] != GIVEN or part["claims"] != CLAIMS or last["rule"] != "at_point" or told.draft.data:
            continue
        ((name, (places, at)),) = read_point(last["with"]["point"]).items()
        room = simplified(read_judgment(part["steps"][last["uses"][-1] - 1]["gives"]).term or t.ZERO)
        mu = word_tex(free_name(("mu", "kappa", "eta"), told.taken))
        notation = notation_of(told).naming({LARGER: mu})
        x, value = word_tex(name), notation.tex(exponentials(simplified(at)))
        where = f"every entry of ${x}$ is ${value}$" if places else f"${x}={value}$"
        along = " along the first unit vector" if places else ""
        small = notation.tex(exponentials(simplified(reduced(told.draft, t.sub(LARGER, room)))))
        yield (
            f"\\paragraph{{No modulus.}}\nLet ${mu}>0$. Where {where}, the second derivative{along} is ${small}$, "
            f"and the certificate shows that this is less than ${mu}$. So ${mu}$ is not a modulus of strong convexity."
        )
