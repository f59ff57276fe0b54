"""Why the domain is convex, told from the proofs that the certificate carries for its curved conditions."""

from collections.abc import Iterator, Mapping
from typing import Any

from symconvex.drafting.oracle import normal_of
from symconvex.exposition.general import notation_of
from symconvex.exposition.notation import Notation
from symconvex.exposition.told import Told
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.statement import Judgment, read_judgment, read_term
from symconvex.kernel.term import Term

LONGEST = 90  # signs of LaTeX that stay in a line
RELATION = {"positive": ">0", "nonneg": "\\ge0"}


def domain_paragraph(told: Told[Any], entries: list[Any]) -> str:
    """How the domain was chosen, and why it is convex; empty where there is nothing to say."""
    notation = notation_of(told)
    chosen = "".join(f"{note[0].upper()}{note[1:]}. " for note in told.problem.notes if note.startswith("the domain"))
    said = [read_judgment(entry["is"] if isinstance(entry, dict) else entry) for entry in entries]
    proofs = [sentence(told, notation, said, k, entry) for k, entry in enumerate(entries) if isinstance(entry, dict)]
    flat = [f"${_tex(notation, c)}$" for c, entry in zip(said, entries, strict=True) if not isinstance(entry, dict)]
    many = "The conditions {} cut out half-spaces. " if len(flat) > 1 else "The condition {} cuts out a half-space. "
    shown = ["The domain is convex. ", many.format(joined(flat)) if flat else "", " ".join(proofs)] if proofs else []
    text = f"{chosen}{''.join(shown)}".rstrip()
    return f"\\paragraph{{Domain.}}\n{text}" if text else ""


def sentence(told: Told[Any], notation: Notation, said: list[Judgment], number: int, entry: Mapping[str, Any]) -> str:
    """Where the earlier conditions hold, h g is concave, and it has the sign of g."""
    g, h = said[number].term or t.ZERO, read_term(entry["times"])
    before = [f"${_tex(notation, c)}$" for c in said[:number]]
    where = f"Where {joined(before)}, " if before else ""
    condition = f"${_tex(notation, said[number])}$"
    shown = f"${notation.tex(g)}$" if h == t.ONE else _product(told, notation, g, h)
    subject = f"{where}the function {shown} is concave{_because(notation, entry)}"
    subject = subject[0].upper() + subject[1:]
    sign = "" if h == t.ONE else f", and it has the sign of ${notation.tex(g)}$"
    return f"{subject}{sign}; so with two points also all points between them meet {condition}."


def _tex(notation: Notation, condition: Judgment) -> str:
    return f"{notation.tex(condition.term or t.ZERO)}{RELATION[condition.kind]}"


def _product(told: Told[Any], notation: Notation, g: Term, h: Term) -> str:
    """h g, and what it is when it is multiplied out."""
    normal = normal_of(told.draft)
    whole = notation.tex(normal.term(normal.poly(t.mul(h, g))))
    product = f"{notation.factor(h)}\\,({notation.tex(g)})"
    return f"${product}={whole}$" if len(whole) <= LONGEST else f"${product}$"


def _because(notation: Notation, entry: Mapping[str, Any]) -> str:
    """Its second derivative along a line, where the proof takes one that can be read."""
    bends = next(_curves(entry), None)
    text = "" if bends is None else notation.tex(bends)
    return (
        f", as its negative has the second derivative ${text}\\ge0$ along every line"
        if 0 < len(text) <= LONGEST
        else ""
    )


def _curves(entry: Mapping[str, Any]) -> Iterator[Term]:
    for step in entry["uses"]:
        if step["rule"] == "differentiate":
            term = read_judgment(step["gives"]).term
            if term is not None:
                yield term
