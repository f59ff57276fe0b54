"""What a line that holds was judged under: suppositions in force, and what is declared of its letters."""

import re
from collections.abc import Iterator

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Chain, Derivative, Neg, Node, Power, Text
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing, ranges
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.declare import written_out
from symconvex.handcheck.meaning.named import Named
from symconvex.handcheck.meaning.symbolic import NotSymbolic
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.values.comparing import EQUAL
from symconvex.language.vocabulary import names_in

SETS = {"positive": "> 0", "nonnegative": ">= 0", "sign": "in {-1, 1}", "binary": "in {0, 1}", "unit": "in (0, 1)"}
SETS |= {"count": "in {0, 1, 2, ...}"}
TRAITS = {"full-rank": "of full rank", "psd": "positive semidefinite", "pd": "positive definite"}
RANK = re.compile(r"\b(rank|independent)\b")


def given_of(item: Item, trial: Trial) -> tuple[str, ...]:
    """The hypotheses of a line, in words; those of the letters that it speaks of, and no others."""
    letters = _letters(item, trial)
    conditions = item.claim.conditions if item.claim is not None else item.conditions
    spare = item.sign in EQUAL and not _is_inverted(item)
    said = [_said(condition) for condition in conditions if _concerns(condition, letters, trial)]
    said = [words for words in said if not (spare and RANK.search(words))]
    names = trial.setting.declared.names
    told = (words for name in letters if name in names for words in _declared(names[name]))
    return tuple(dict.fromkeys([*said, *told]))


def _letters(item: Item, trial: Trial) -> tuple[str, ...]:
    """The declared names that occur; behind the loss and its derivatives those of the loss."""
    nodes = [node for node in (item.left, item.right) if node is not None]
    subject = item.claim.subject if item.claim is not None else None
    nodes += [subject] if subject is not None else []
    declared = trial.setting.declared
    found = [key for node in nodes for key in _keys(node, trial)]
    heads = {*trial.setting.heads}
    of_loss = item.claim is not None or any(
        isinstance(part, Derivative) or (getattr(part, "base", None) in heads)
        for node in nodes
        for part in ranges.walk(node)
    )
    whole = names_in(written_out(declared.loss, declared.definitions)) if of_loss and declared.loss else ()
    if of_loss and not declared.loss:  # a loss that the text states may rest on all that is stated
        whole = tuple(declared.names)
    return tuple(dict.fromkeys([*found, *whole]))


def _is_inverted(item: Item) -> bool:
    """Does an inverse or a minimiser occur, which needs a rank?"""
    nodes = (node for node in (item.left, item.right) if node is not None)
    parts = (part for node in nodes for part in ranges.walk(node))
    return any(
        (isinstance(part, Power) and isinstance(part.exponent, Neg)) or getattr(part, "superscripts", ())
        for part in parts
    )


def _keys(node: Node, trial: Trial) -> Iterator[str]:
    for name in ranges.value_names(node):
        try:
            found = indexing.resolve(name, trial.env(0))
        except (Unknown, NotSymbolic):
            continue
        if found is not None:
            yield found.key


def _concerns(condition: Node, letters: tuple[str, ...], trial: Trial) -> bool:
    """Is it said of a letter of the line? What is said in words may be."""
    return not isinstance(condition, Chain) or bool({*_keys(condition, trial)} & {*letters})


def _said(condition: Node) -> str:
    return condition.text if isinstance(condition, Text) else render(condition)


def _declared(named: Named) -> Iterator[str]:
    if named.within in SETS:
        yield f"{named.name} {SETS[named.within]}"
    for trait in sorted(named.traits - {"closed", "direction"}):
        yield f"{named.name} {TRAITS.get(trait, trait)}"
