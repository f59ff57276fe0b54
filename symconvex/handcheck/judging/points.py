"""Points that are told in words: "at the origin", "at (0, 0)" put every parameter at a value."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.tree import Chain, Derivative, Name, Node, Number, Relation, Text
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.naming import stems

ORIGIN = re.compile(r"at (?:the )?(?:origin|zero|point zero)\Z", re.IGNORECASE)
ON_SETS = re.compile(r"(?:on|in|over) (.+ × .+)\Z")
SETS = {"R": (), "(0, ∞)": (">",), "[0, ∞)": (">=",)}  # sets of numbers, by the order that they ask for
NUMBER = r"-?\d+(?:/\d+)?"
LISTED = re.compile(rf"(?:at )?(?:the )?(?:point )?\(({NUMBER}(?:, {NUMBER})*)\)\Z", re.IGNORECASE)


def with_points(item: Item, trial: Trial) -> Item:
    """The item with what is said of a point as equations; what is said of another function than the loss as it is."""
    conditions = item.claim.conditions if item.claim is not None else item.conditions
    if not any(isinstance(one, Text) for one in conditions) or _is_of_another(item, trial):
        return item
    told = tuple(new for one in conditions for new in _told(one, trial))
    if item.claim is not None:
        return replace(item, claim=replace(item.claim, conditions=told))
    return replace(item, conditions=told)


def _told(condition: Node, trial: Trial) -> Iterator[Node]:
    """An equation for each parameter, or the condition itself."""
    text = condition.text if isinstance(condition, Text) else ""
    names = trial.setting.declared.parameters
    listed = LISTED.match(text)
    values = [Fraction(value) for value in listed[1].split(", ")] if listed else []
    if ORIGIN.match(text) and names:
        values = [Fraction(0)] * len(names)
    sets = ON_SETS.match(text)
    asked = [SETS.get(one) for one in sets[1].split(" × ")] if sets else []
    if asked and len(asked) == len(names) and None not in asked:  # "on R x (0, oo)"
        orders = [(name, sign) for name, signs in zip(names, asked, strict=True) for sign in signs or ()]
        yield from (Chain(Name(name), (Relation(sign, Number(Fraction(0)), 0),), 0) for name, sign in orders)
        return
    if not values or len(values) != len(names):
        yield condition
        return
    for name, value in zip(names, values, strict=True):
        yield Chain(Name(name), (Relation("=", Number(value), 0),), 0)


def _is_of_another(item: Item, trial: Trial) -> bool:
    """Is something said of a function that the text defines besides the loss?"""
    nodes = (item.left, item.right, item.claim.subject if item.claim is not None else None)
    parts = (part for node in nodes if node is not None for part in walk(node))
    names = (part.of if isinstance(part, Derivative) else part for part in parts)
    return any(stem in trial.setting.own for name in names if isinstance(name, Name) for stem in stems(name))
