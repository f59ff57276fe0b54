"""What a text writes twice with two meanings: a letter that is defined again, and sum_{i != j} over both letters."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from symconvex.handcheck.formula.edits import everywhere
from symconvex.handcheck.formula.tree import Big, Chain, Name, Node, Relation
from symconvex.handcheck.formula.walking import parts, walk
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.document import Claim, Document, Formula, Statement, Unread

AGAIN = "again"  # the mark of a letter after its second definition, which no text has and no output shows


RENEWING = re.compile(r"\bre-?defin|\bfrom (?:now )?on\b|\bhenceforth\b|\bnow\b|\binstead\b|:=", re.IGNORECASE)


def renewed(document: Document, declared: Declared) -> Document:
    """The document with a letter of its own for every second "let r = ...", from there on."""
    marks, last = dict[str, int](), dict[str, Node]()
    found = list[Statement]()
    for at, statement in enumerate(document.statements):
        body = _defined(statement, document.statements[:at], declared)
        if body is not None and isinstance(statement, Formula) and isinstance(statement.chain.left, Name):
            key = new_key(statement.chain.left)[0]
            marks[key] = marks.get(key, 0) + (key in last and last[key] != body and not _speaks_of(body, key))
            last[key] = body
        elif isinstance(statement, Unread) and RENEWING.search(statement.text):  # what the letter is then is not known
            told = [key for key in last if re.search(rf"(?<![A-Za-z]){key}\s*:?=", statement.text)]
            marks |= {key: marks.get(key, 0) + 1 for key in told}
        found.append(_marked(statement, {key: count for key, count in marks.items() if count}))
    return replace(document, statements=tuple(found))


def _defined(statement: Statement, before: Sequence[Statement], declared: Declared) -> Node | None:
    """What a sentence of its own lets a letter be, of which nothing is declared."""
    match statement:
        case Formula(Chain(Name() as name, (Relation("=" | ":=", body),)), _, "definition", conditions=(), scope=""):
            key = new_key(name)[0]
            opens = not before or getattr(before[-1], "sentence", -1) != statement.sentence
            known = key in declared.names or key in declared.definitions or key in declared.parameters
            return body if opens and not known else None
    return None


def _speaks_of(body: Node, key: str) -> bool:
    return any(isinstance(part, Name) and new_key(part)[0] == key for part in walk(body))


def _marked(statement: Statement, marks: dict[str, int]) -> Statement:
    """The statement with the letters that were defined again as letters of their own."""

    def mark(node: Node) -> Node | None:
        if isinstance(node, Name) and (count := marks.get(new_key(node)[0], 0)):
            return replace(node, decorations=(*node.decorations, *(AGAIN for _ in range(count))))
        return None

    return _changed(statement, lambda node: everywhere(node, mark)) if marks else statement


def paired(document: Document) -> Document:
    """The document with sums over i != j as sums over both letters, where nothing else says what j is."""
    return replace(document, statements=tuple(_changed(one, _paired) for one in document.statements))


def _changed(statement: Statement, change: Callable[[Node], Any]) -> Statement:
    match statement:
        case Formula(chain, conditions=conditions):
            return replace(statement, chain=change(chain), conditions=tuple(map(change, conditions)))
        case Claim(subject=subject, wrt=wrt, conditions=conditions):
            told = None if subject is None else change(subject)
            return replace(
                statement, subject=told, wrt=tuple(map(change, wrt)), conditions=tuple(map(change, conditions))
            )
    return statement


def _paired(node: Node) -> Node:
    outside = {part.base for part in _outside(node) if isinstance(part, Name)}

    def widen(part: Node) -> Node | None:
        other = _other(part)
        if other is None or other.base in outside or not isinstance(part, Big):
            return None
        return replace(part, indices=(*part.indices, other))

    changed: Node = everywhere(node, widen)
    return changed


def _other(node: Node) -> Name | None:
    """j of a sum over i != j, or over j != i, without limits."""
    match node:
        case Big("sum" | "prod", (Name(letter),), None, None, Chain(Name() as one, (Relation("!=", Name() as two),))):
            pair = {one.base: two, two.base: one}
            plain = not (one.subscripts or two.subscripts) and len(pair) == 2
            return pair.get(letter) if plain else None
    return None


def _outside(node: Node) -> Iterator[Node]:
    """Everything but what stands in such sums."""
    if _other(node) is not None:
        return
    yield node
    for part in parts(node):
        yield from _outside(part)
