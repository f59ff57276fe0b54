"""Restrictions that a text makes without a word: "f(x) = x log x, x > 0", "S = sum_i x_i^2 > 0".

Nothing implies an order of letters that stand for any value, so it is said of what follows, and shown beside it.
"""

from collections.abc import Iterator
from dataclasses import replace

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    Group,
    Mark,
    MaybeCall,
    Name,
    Node,
    Prime,
    Relation,
    Text,
)
from symconvex.handcheck.formula.walking import value_names, walk
from symconvex.handcheck.judging.comparing import EQUAL
from symconvex.handcheck.judging.ruling import Judged
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.latex.place import start_of
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.claims import Item, is_value
from symconvex.handcheck.meaning.named import told
from symconvex.handcheck.meaning.stated import within_of
from symconvex.handcheck.prose.looks import is_constant
from symconvex.handcheck.text.declared import Named
from symconvex.handcheck.text.document import Boundary, Document, Formula, Release

ORDERS = ("<", "<=", ">", ">=", "!=")
SIGNS = (*ORDERS, "=", "in")
RESTRICTS = "taken as a restriction of what follows"


def restrictions(item: Item, trial: Trial) -> tuple[Chain, ...]:
    """What an order that does not hold for every value restricts; nothing where it claims something."""
    formula = item.formula
    if (
        formula is None
        or item.sign not in SIGNS
        or item.role not in ("claim", "definition", "reason")
        or item.right is None
    ):
        return ()
    placed = formula.called is not None or formula.scope or not all(map(_is_of_set, item.conditions))
    if item.link not in ("", "because") or placed or not is_constant(spaces.base_of(item.right)):
        return ()
    if item.sign == "in" and (item.link or not _is_set(item.right, item.left, trial)):
        return ()
    return tuple(_restricted(item, formula.chain, trial))


def _is_set(space: Node, left: Node | None, trial: Trial) -> bool:
    """ "y in {-1, 1}^n", where nothing else is declared of y."""
    return isinstance(spaces.base_of(space), Group) and isinstance(left, Name) and _is_real(left, trial)


def is_restricting(item: Item, trial: Trial) -> bool:
    """Does "let y in {-1, 1}^n", or "let y be one-hot", say more than is declared, or taken from the whole text?"""
    if item.role != "definition" or item.sign != "in" or not isinstance(item.left, Name) or item.right is None:
        return False
    within = within_of(item.right) if isinstance(spaces.base_of(item.right), Group) else "real"
    words = told(item.left.base, item.right.text)[0] if isinstance(item.right, Text) else Named("", (), within or "?")
    found = indexing.resolve(item.left, trial.env(0))
    named = trial.setting.declared.names.get(found.key) if found is not None else None
    known = named if named is not None else Named("")
    return words.within not in ("real", known.within) or not words.traits <= known.traits


def _is_of_set(condition: Node) -> bool:
    """ "y_k in {0, 1}", which stands from before."""
    return isinstance(condition, Chain) and all(relation.sign == "in" for relation in condition.relations)


def _restricted(item: Item, chain: Chain, trial: Trial) -> Iterator[Chain]:
    left = item.left
    relation = Relation(item.sign, item.right, item.tex_line) if item.right is not None else None
    if relation is None or left is None:
        return
    letters = _listed(left) if isinstance(left, Group) else (left,)
    if item.sign != "=" and chain.left is left and letters and all(_is_any(letter, trial) for letter in letters):
        yield from (Chain(letter, (relation,), item.tex_line) for letter in letters)
    elif item.sign == "=" and _is_of_data(left, trial):  # "sum_k y_k = 1"
        if chain.left is left:
            yield Chain(left, (relation,), item.tex_line)
    elif _is_body(left, chain, trial) or (item.sign == "!=" and chain.left is left):  # "away from kinks, z_j != 0"
        yield Chain(left, (relation,), item.tex_line)


def _listed(group: Group) -> tuple[Node, ...]:
    """a, b; x_1, ..., x_n are all entries of x."""
    names = tuple(item for item in group.items if isinstance(item, Name))
    wholes = {Name(name.base, name.decorations) for name in names if len(name.subscripts) == 1}
    if Mark("dots") in group.items and len(wholes) == 1 and len(names) == len(group.items) - 1:
        return tuple(wholes)
    return group.items


def _is_any(node: Node, trial: Trial) -> bool:
    """Does the letter stand for any value: data, a parameter, an argument, or nothing that is known?"""
    if not isinstance(node, Name):
        return False
    env = trial.env(0)
    found = indexing.resolve(node, env)
    key = node.base if found is None else found.key
    return key not in env.world.definitions and key not in trial.setting.written and key not in trial.setting.heads


def _is_of_data(node: Node, trial: Trial) -> bool:
    """A sum or another formula of data alone, of which nothing can be shown."""
    names = [*value_names(node)]
    parameters = {*trial.setting.declared.parameters, *trial.setting.own, *trial.setting.functions}
    free = all(_is_any(name, trial) and name.base not in parameters and _is_real(name, trial) for name in names)
    return not isinstance(node, Name | MaybeCall) and bool(names) and free and not _has_derivative(node)


def _is_real(name: Name, trial: Trial) -> bool:
    """Is no set declared of it, which would say it all?"""
    found = indexing.resolve(name, trial.env(0))
    named = trial.setting.declared.names.get(found.key) if found is not None else None
    return named is None or (named.within == "real" and not named.traits)


def _has_derivative(node: Node) -> bool:
    return any(isinstance(part, Derivative | Prime) for part in walk(node))


def _is_body(node: Node, chain: Chain, trial: Trial) -> bool:
    """Is it what a letter of data was defined to be in the same chain: S = sum_i x_i^2 > 0?"""
    first = chain.relations[0]
    if first.right is not node or first.sign not in ("=", ":=") or not isinstance(chain.left, Name):
        return False
    written = any(body is node for _, body in trial.setting.written.values())
    parameters = {*trial.setting.declared.parameters}
    return written and not any(isinstance(part, Name) and part.base in parameters for part in walk(node))


def under(item: Item, conditions: tuple[Node, ...]) -> Item:
    """The item with what is supposed before it."""
    if not conditions:
        return item
    claim = item.claim
    if claim is not None:
        return replace(item, claim=replace(claim, conditions=(*claim.conditions, *conditions)))
    return replace(item, conditions=(*item.conditions, *conditions)) if item.left is not None else item


def standing(supposed: tuple[Chain, ...], item: Item, document: Document) -> tuple[Chain, ...]:
    """Those that no end of a case, an item or an environment parts from the item."""
    ends = [
        start_of(one.tex_line)
        for one in document.statements
        if isinstance(one, Release) or (isinstance(one, Boundary) and one.kind not in ("open", "resume"))
    ]
    here = start_of(item.tex_line)
    return tuple(one for one in supposed if not any(start_of(one.tex_line) < end <= here for end in ends))


def ended(item: Item, document: Document) -> str:
    """What was said of a value that a letter was given before, if it no longer stands here; else empty."""
    stated = item.formula or item.claim
    kept = {render(node) for node in (item.claim.conditions if item.claim is not None else item.conditions)}
    if stated is None or item.role == "definition":
        return ""
    values = (one for one in document.statements if isinstance(one, Formula) and is_value(one))
    told = [render(one.chain) for one in values if one.sentence < stated.sentence]
    gone = next((text for text in told if text not in kept), "")
    return gone and f"{gone} was said before, and ended with its part of the text"


def rests_on(item: Item, before: Judged, trial: Trial) -> bool:
    """ "So is every W with orthonormal columns: then W W^T W = W": letters after words that may bind them.

    What a derivative or a defined letter is does not rest on such words.
    """
    if before.verdict != "not-understood" or not before.in_words or abs(item.tex_line - before.tex_line) > 1:
        return False
    if item.left is None or item.sign not in EQUAL or item.formula is None or item.formula.place != "inline":
        return False
    letters = {*trial.setting.heads, *trial.setting.written, *trial.setting.own}
    parts = [part for node in (item.left, item.right) if node is not None for part in walk(node)]
    return not any(isinstance(part, Derivative | Prime) or getattr(part, "base", None) in letters for part in parts)
