"""Sentences as statements: what is a condition, an assumption, a claim or a task, and that nothing is passed over."""

from pathlib import Path

import pytest
from support.sentences import ROWS, said

from symconvex.handcheck import reading as reader
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Node
from symconvex.handcheck.prose.sentences import statements_of
from symconvex.handcheck.text.display import Event
from symconvex.handcheck.text.document import Boundary, Formula, Release, Statement, Unread

DERIVATIONS = Path(__file__).parent.parent / "derivations"
FILES = sorted(DERIVATIONS.rglob("*.tex"))


@pytest.mark.parametrize(("tex", "statements"), ROWS, ids=[row[0] for row in ROWS])
def test_a_sentence_is_read(tex: str, statements: list[str]) -> None:
    heard = (one for one in reader.read(tex).statements if not isinstance(one, Boundary))
    assert [said(one) for one in heard] == statements


def places(statements: tuple[Statement, ...], chain: Chain) -> set[str]:
    """Where the relations of a chain ended up; a chain may be cut in two before a hypothesis."""
    found = set()
    for relation in chain.relations:
        for one in statements:
            if isinstance(one, Formula) and any(relation is mine for mine in one.chain.relations):
                found.add("formula")
            elif isinstance(one, Release | Boundary):
                continue
            elif isinstance(one, Unread):
                found |= {"unread"} if render(chain) in one.text else set()
            elif any(relation.right is mine.right for mine in relations_of(one.conditions)):
                found.add("condition")
    return found


def relations_of(conditions: tuple[Node, ...]) -> list[object]:
    return [relation for node in conditions if isinstance(node, Chain) for relation in node.relations]


def spied(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Chain], tuple[Statement, ...]]:
    """The chains that were met, and the statements made of them."""
    met: list[Chain] = []

    def spy(events: list[Event]) -> tuple[Statement, ...]:
        met.extend(event.node for event in events if isinstance(event.node, Chain))
        return statements_of(events)

    monkeypatch.setattr(reader, "statements_of", spy)
    return met, reader.read(text).statements


TEXTS = [*(path.read_text(encoding="utf-8") for path in FILES), *(row[0] for row in ROWS)]


@pytest.mark.parametrize("text", TEXTS, ids=[*(path.stem for path in FILES), *(row[0] for row in ROWS)])
def test_no_relation_is_passed_over(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    met, statements = spied(text, monkeypatch)
    for chain in met:
        assert places(statements, chain), render(chain)
    for one in statements:
        if (
            isinstance(one, Formula) and one.link != "because"
        ):  # a reason is judged, and what it is given for rests on it
            assert not {id(r) for r in one.chain.relations} & {
                id(r)
                for other in statements
                if not isinstance(other, Unread | Release | Boundary)
                for r in relations_of(other.conditions)
            }
