"""A certificate about numbers for all sizes and data as a part of the certificate for any: the hypothesis `case`.

Both spell the loss in their own way, so that each part begins with the lines that show the loss of the other to be
defined.
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from symconvex.data import sizes_of
from symconvex.drafting import judgments as say
from symconvex.drafting.draft import Draft, draft_of, read_point
from symconvex.drafting.lines import Lines, steps_json
from symconvex.drafting.signs import show_defined
from symconvex.kernel import term as t
from symconvex.kernel.check import digest
from symconvex.kernel.example import at_sizes
from symconvex.kernel.statement import CASE, read_judgment
from symconvex.problem import Problem

Written = Mapping[str, Any]
Small = tuple[Problem, Written]


def lifted(draft: Draft, smaller: Sequence[Small], words: Collection[str]) -> dict[str, object] | None:
    """One certificate of several that are about cases of the problem.

    smaller    a case, in which all sizes and data are numbers, and its certificate
    words      the claims that are kept
    Fails      None when one index runs over different sizes in two cases, or no claim is kept
    """
    header: dict[str, Any] = draft.header()
    parts = list[dict[str, object]]()
    for problem, small in smaller:
        sizes = case_sizes(header, small)
        for index, over in small["indices"].items():
            known = header["indices"].setdefault(index, over)
            if sizes.get(known, known) != over:
                return None
        parts += case_parts(draft, problem, small, sizes, words)
    body = {**header, "parts": parts}
    return {**body, "digest": digest(body)} if parts else None


def case_sizes(header: Written, small: Written) -> dict[str, int]:
    """The numbers that a case has for the named sizes."""
    shapes = [(entry["shape"], small["data"][name]["shape"]) for name, entry in header["data"].items()]
    shapes += [(shape, small["parameters"][name]) for name, shape in header["parameters"].items()]
    return {a: b for named, numbers in shapes for a, b in zip(named, numbers, strict=True) if isinstance(a, str)}


def case_parts(
    draft: Draft, problem: Problem, small: Written, sizes: Mapping[str, int], words: Collection[str]
) -> Iterator[dict[str, object]]:
    """The parts of a small certificate that assume nothing, under the hypothesis `case`."""
    fixed, given = sizes_of(draft.problem), draft.problem.values
    lines = defining(draft, problem, sizes)
    first = steps_json(lines.steps)
    for part in small["parts"]:
        claims = [claim for claim in part["claims"] if read_judgment(claim).word in words]
        if claims and not part["given"]:
            yield {
                **part,
                "given": [str(CASE)],
                "claims": claims,
                "variables": sorted({*part["variables"], *made_in(first)}),
                "example": {
                    **part["example"],
                    "sizes": {name: size for name, size in sizes.items() if name not in fixed},
                    "data": {name: array for name, array in small["values"].items() if name not in given},
                },
                "steps": [*first, *moved(lines.draft, len(small["domain"]), part["steps"], len(first))],
            }


def defining(draft: Draft, problem: Problem, sizes: Mapping[str, int]) -> Lines:
    """Lines that show the loss, as it is spelled for all sizes, to be defined in a case."""
    entries = (dataclasses.replace(entry, term=at_sizes(entry.term or t.ZERO, sizes)) for entry in draft.domain)
    indices = {index: sizes.get(over, over) if isinstance(over, str) else over for index, over in draft.indices.items()}
    here = dataclasses.replace(
        draft_of(problem), loss=at_sizes(draft.loss, sizes), domain=tuple(entries), indices=indices
    )
    lines = Lines(here)
    show_defined(lines, here.loss)
    return lines


def made_in(steps: Sequence[Written]) -> set[str]:
    """The variables of lines."""
    return {
        word for step in steps for word in step["gives"].replace("(", " ").replace(")", " ").split() if word[0] == "?"
    }


def moved(here: Draft, narrow: int, steps: Sequence[Written], by: int) -> Iterator[dict[str, object]]:
    """The same lines further down; before a chord, its ends in the domain as it is spelled for all sizes.

    narrow    how many terms the domain of the small certificate has
    """
    places = dict[int, int]()
    for step in steps:
        uses = [places[use] for use in step["uses"]]
        if step["rule"] == "chord" and narrow:
            ends = step["with"]["ends"]
            inside = list[int]()
            for end, entry in product(ends, here.domain):
                by += 1
                inside.append(by)
                there = say.positive(t.substitute(entry.term or t.ZERO, read_point(end)))
                yield {"id": by, "rule": "constant", "uses": [], "with": {}, "gives": str(there)}
            uses = [*inside, *uses[narrow * len(ends) :]]
        by += 1
        places[step["id"]] = by
        yield {**step, "id": by, "uses": uses}
