"""What does not hold for every value, and may be right all the same: by words that are not understood, or left out."""

import re
from collections.abc import Iterator

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Derivative, MaybeCall, Name, Node, Power, Prime
from symconvex.handcheck.formula.walking import value_names, walk
from symconvex.handcheck.judging.comparing import EQUAL, ORDER
from symconvex.handcheck.judging.given import letters_of, unsaid
from symconvex.handcheck.judging.primes import held_fixed
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import calls
from symconvex.handcheck.meaning.claims import Item

ARTICLES = ("a", "A", "I")  # as letters of formulas only before a sign


def doubt_of(item: Item, judged: list[Judged], trial: Trial) -> str:
    """Why a line may be right where it stands; empty when nothing says so."""
    if any(_is_squared(part, trial) for node in (item.left, item.right) if node is not None for part in walk(node)):
        return "f^2(x) is read as the square of f(x), and may be f(f(x))"
    letters = [*_letters(item, trial)]
    words = [one.read_as for one in judged if one.in_words and one.verdict == "not-understood"]
    for letter in letters:
        if any(speaks_of(text, letter) for text in words):
            return f"what the text says of {render(letter)} is not understood"
    if item.left is not None and item.right is not None and item.sign in EQUAL:
        fixed = held_fixed((item.left, item.right), trial)
        if fixed and _holds(item, fixed, trial):
            return "it holds where only what is differentiated here moves"
    return ""


def _is_squared(node: Node, trial: Trial) -> bool:
    """f^2(x), for a function that is a letter; o_i^2(1 - o_i) is a product."""
    match node:
        case MaybeCall(Power(Name() as head), args, bracket):
            return calls.is_call(MaybeCall(head, args, bracket), trial.env(0))
    return False


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
