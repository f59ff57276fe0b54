"""The program's own proofs, read back: their gradients and Hessians are right, and no slip in them goes through."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.stored import ROWS, folder

from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.meaning.declare import from_model
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

TRUE = ("proven", "holds-at-tried-sizes")
WRONG = ("false", "follows-from-earlier", "up-to-transpose", "true-under", "wrong-reason")
DERIVATIVE = re.compile(r"∇(?! \")|D²")
OWN = {folder(*row).name: row for row in ROWS if not row[2]}
SMOOTH = [name for name in OWN if not name.startswith(("hinge", "quantile"))]
SLIPS = 10


def over(names: Iterable[str]) -> list[Any]:
    """One row for each; what differs from its model by an option is left to a sweep."""
    return [pytest.param(name, marks=pytest.mark.sweep if OWN[name][1] else ()) for name in names]


@cache
def proof(name: str) -> str:
    return (folder(*OWN[name]) / "proof.tex").read_text(encoding="utf-8")


def judged(name: str, tex: str) -> tuple[Judged, ...]:
    model, options, _ = OWN[name]
    return check_text(tex, from_model(Declared(), [model, *(f"{k}={v}" for k, v in options.items())])).relations


def is_derivative(one: Judged) -> bool:
    return DERIVATIVE.match(one.read_as) is not None and "=" in one.read_as


@pytest.mark.parametrize("name", over(OWN))
def test_no_line_of_a_proof_is_called_false(name: str) -> None:
    relations = judged(name, proof(name))
    assert [(one.tex_line, one.read_as, one.hint) for one in relations if one.verdict in WRONG] == []
    derivatives = [one for one in relations if is_derivative(one)]
    assert [one.read_as for one in derivatives if one.verdict not in TRUE] == []
    assert len(derivatives) >= (2 if name in SMOOTH else 0)


def statement(tex: str) -> str:
    """The setting and the derivatives, without claims, proof and plot; lines keep their places."""
    kept, skipping = list[str](), False
    for line in tex.splitlines():
        skipping = skipping or r"\begin{proof}" in line or r"\begin{figure}" in line
        kept.append("" if skipping or "convex" in line else line)
        skipping = skipping and r"\paragraph" not in line and not re.search(r"\\end\{(proof|figure)\}", line)
    return "\n".join(kept)


def first(pattern: str, new: str) -> Callable[[str], str]:
    return lambda right: re.sub(pattern, new, right, count=1)


INDEX = r"(?<=[a-zA-Z])_\{?i\}?(?![\w=])"
# A mechanical slip in the right-hand side of a derivative.
MUTATIONS: dict[str, Callable[[str], str]] = {
    "sign":               lambda right: right[1:] if right.startswith("-") else f"-{right}",
    "factor 2":           lambda right: f"2\\,{right}",
    "factor 1/2":         lambda right: f"\\frac12\\,{right}",
    "factor 3":           lambda right: f"-3\\,{right.removeprefix('-')}",
    "factor 1/(n+1)":     lambda right: f"\\frac{{1}}{{n+1}}\\,{right}",
    "sample of a sum":    first(INDEX, "_{1}"),
    "transpose dropped":  first(r"\\T\b|\^\{\\mathsf T\}", ""),
    "transpose moved":    first(r"([XW](?:_\{\d\})?)(\\T|\^\{\\mathsf T\}) ?([A-Z])", r"\1 \3\2"),
    "square dropped":     first(r"\^\{?2\}?", ""),
    "cube for square":    first(r"\^\{?2\}?", "^3"),
    "minus for plus":     first(r"(?<=[^&=,{(\s]) \+ ", " - "),
    "plus for minus":     first(r"(?<=[^&=,{(\s]) - ", " + "),
    "term dropped":       first(r"(?<=[^&=,{(\s]) [+-] (?:[^\s(){}+]|\{[^{}]*\})+(?=[)\s,.]|$)", ""),
    "factor dropped":     first(r"(?<=[\s,}(])(y_\{i\}|e_\{i\}|p_\{i\}|W_\{2\}|h|e|X|U|V|C|\\delta)(?=[\s,)\\^])", ""),
    "inner factor twice": first(r"(x_\{i\}|X|x_i)(?=[\\,;.\s]|$)", r"\1\1"),
    "other letter":       first(r"(?<![a-zA-Z\\])(X|x|h|e)(?![a-zA-Z])", "w"),
    "function":           first(r"\\(tanh|sigma|max)\b|e\^", r"\\sin"),
}  # fmt: skip


def mutated(tex: str, lines: list[int], change: Callable[[str], str]) -> tuple[int, str] | None:
    """The line and the text with one slip, at the first derivative where the change does anything, without the others."""
    rows = tex.splitlines()
    for line in lines:
        head, equals, right = rows[line - 1].partition("&=" if "&=" in rows[line - 1] else "=")
        end = re.search(r"(,?\\\\|[.,])$|=X", right)
        body, rest = (right[: end.start()], right[end.start() :]) if end else (right, "")
        if equals and change(body) != body:
            others = set(lines) - {line}
            kept = ["" if number in others else row for number, row in enumerate(rows, 1)]
            kept[line - 1] = head + equals + change(body) + rest
            return line, "\n".join(kept)
    return None


@pytest.mark.parametrize("name", over(SMOOTH))
def test_no_slip_in_a_derivative_goes_through(name: str) -> None:
    tex = statement(proof(name))
    lines = [one.tex_line for one in judged(name, tex) if is_derivative(one) and one.verdict in TRUE]
    tried, missed = 0, list[tuple[str, int, str]]()
    for slip, change in MUTATIONS.items():
        found = mutated(tex, lines, change)
        if found is None or tried == SLIPS:
            continue
        tried += 1
        line, wrong = found
        verdicts = [one.verdict for one in judged(name, wrong) if one.tex_line == line]
        if not set(verdicts) - set(TRUE):
            missed.append((slip, line, wrong.splitlines()[line - 1]))
    assert missed == []
    assert tried == SLIPS


def test_the_stored_proofs_are_all_read() -> None:
    assert {path.parent.name for path in Path(__file__).parent.parent.parent.glob("proofs/*/proof.tex")} >= set(OWN)
