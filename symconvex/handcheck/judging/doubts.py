"""What does not hold for every value, and may be right all the same: by words that are not understood, or left out."""

import re
from collections.abc import Iterator

from symconvex.deadline import OutOfTime, time_limit
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Derivative, Name, Node, Prime, Text
from symconvex.handcheck.formula.walking import value_names, walk
from symconvex.handcheck.judging.comparing import EQUAL, ORDER
from symconvex.handcheck.judging.given import letters_of, unsaid
from symconvex.handcheck.judging.primes import held_fixed
from symconvex.handcheck.judging.ruling import GOOD, Judged, judge
from symconvex.handcheck.judging.supposed import under
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic

Case = tuple[int, tuple[Node, ...]]
NO_CASE: Case = (-2, ())
SECONDS = 3.0
ARTICLES = ("a", "A", "I")  # as letters of formulas only before a sign


def doubt_of(item: Item, judged: list[Judged], case: Case, trial: Trial) -> str:
    """Why a line may be right where it stands; empty when nothing says so."""
    letters = [*_letters(item, trial)]
    words = [one.read_as for one in judged if one.in_words and one.verdict == "not-understood"]
    for letter in letters:
        if any(speaks_of(text, letter) for text in words):
            return f"what the text says of {render(letter)} is not understood"
    if item.left is not None and item.right is not None and item.sign in EQUAL:
        fixed = held_fixed((item.left, item.right), trial)
        if fixed and _holds(item, fixed, trial):
            return "it holds where only what is differentiated here moves"
    more = tuple(one for one in case[1] if one not in _conditions(item))
    bare = not _scope(item) and all(one in case[1] for one in _conditions(item))
    if more and bare and _sentence(item) - case[0] == 1 and _holds_there(item, more, trial):
        return f"it holds under what is said before: {', '.join(map(_said, more))}"
    return ""


def case_of(item: Item, before: Case) -> Case:
    """The last sentence, and what is said in it under conditions."""
    sentence, conditions = _sentence(item), _conditions(item)
    if sentence == NO_CASE[0] or (sentence == before[0] and not set(conditions) > set(before[1])):
        return before
    return sentence, conditions


def speaks_of(text: str, letter: Name) -> bool:
    """Does a letter stand in words?"""
    name = re.escape(render(Name(letter.base, letter.decorations)))
    after = r"\s*[_^=<>≤≥≠∈,.;)]" if letter.base in ARTICLES else r"(?![A-Za-z])"
    return re.search(rf"(?<![A-Za-z_^]){name}{after}", text) is not None


def _letters(item: Item, trial: Trial) -> Iterator[Name]:
    """The letters of an equation that nothing declares; those of an order that speaks of data alone."""
    nodes = tuple(node for node in (item.left, item.right) if node is not None)
    if item.claim is not None or not nodes:
        return
    if item.sign in EQUAL:
        stray = {*unsaid(item, nodes, trial)}
        yield from (name for node in nodes for name in value_names(node) if name.base in stray)
        return
    setting = trial.setting
    functions = {*setting.heads, *setting.own, *setting.declared.parameters}
    parts = [part for node in nodes for part in walk(node)]
    derived = any(isinstance(part, Derivative | Prime) or getattr(part, "base", None) in functions for part in parts)
    if item.sign in (*ORDER, "!=") and not derived:
        yield from map(Name, letters_of(item, trial))


def _holds(item: Item, fixed: tuple[Node, ...], trial: Trial) -> bool:
    if item.left is None or item.right is None:
        return False
    outcome = trial.relation(item.left, item.sign, item.right, (*item.conditions, *fixed), item.beside)
    return outcome.held > 0 and outcome.failure is None and not outcome.unread


def _holds_there(item: Item, conditions: tuple[Node, ...], trial: Trial) -> bool:
    try:
        with time_limit(SECONDS):
            return judge(under(item, conditions), trial, ()).verdict in GOOD
    except (OutOfTime, Unknown, Mismatch, NotSymbolic):
        return False


def _conditions(item: Item) -> tuple[Node, ...]:
    return item.claim.conditions if item.claim is not None else item.conditions


def _scope(item: Item) -> str:
    said = item.claim or item.formula
    return "" if said is None else said.scope


def _sentence(item: Item) -> int:
    said = item.claim or item.formula
    return NO_CASE[0] if said is None else said.sentence


def _said(condition: Node) -> str:
    return condition.text if isinstance(condition, Text) else render(condition)
