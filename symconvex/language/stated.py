"""Conditions that say of data what a set says: t > 0 is positive, t >= 0 nonnegative, 0 < t < 1 unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symconvex.language import nodes
from symconvex.language.conditions import parse_condition
from symconvex.problem import Condition, Expr, Symbol

ABOVE, BELOW = "above 0", "below 1"
# What is said of a name, each with whether it is strict, and the set that says the same.
SAME: Mapping[frozenset[tuple[str, bool]], str] = {
    frozenset({(ABOVE, True)}): "positive",
    frozenset({(ABOVE, False)}): "nonnegative",
    frozenset({(ABOVE, True), (BELOW, True)}): "unit",
}


def stated_sets(
    where: Sequence[str], parameters: tuple[Symbol, ...], data: tuple[Symbol, ...]
) -> tuple[tuple[str, ...], tuple[Symbol, ...]]:
    """The conditions that speak of something else, and the data with the sets that the others say of them.

    Fails    as parse_condition
    """
    read = {text: parse_condition(text, symbols=(*parameters, *data)) for text in where}
    free = {symbol.name for symbol in data if symbol.within == "real"}
    said = dict[str, set[tuple[str, bool]]]()
    about = dict[str, str]()
    for text, conditions in read.items():
        found = [_said(condition) for condition in conditions]
        names = {name for name, _ in found}
        if len(names) == 1 and (name := names.pop()) in free:
            said.setdefault(name, set()).update(fact for _, fact in found)
            about[text] = name
    sets = {name: SAME[frozenset(facts)] for name, facts in said.items() if frozenset(facts) in SAME}
    kept = tuple(text for text in where if about.get(text) not in sets)
    return kept, tuple(replace(symbol, within=sets.get(symbol.name, symbol.within)) for symbol in data)


def _said(condition: Condition) -> tuple[str, tuple[str, bool]]:
    """The name that is > 0 or < 1; an empty one for what is neither."""
    expr = condition.expr
    if expr.op == "name":
        return str(expr.value), (ABOVE, condition.strict)
    if expr.op == "add" and nodes.constant(expr.args[0]) == 1 and _is_minus_name(expr.args[1]):
        return str(expr.args[1].args[1].value), (BELOW, condition.strict)
    return "", (ABOVE, condition.strict)


def _is_minus_name(expr: Expr) -> bool:
    return expr.op == "mul" and nodes.constant(expr.args[0]) == Fraction(-1) and expr.args[1].op == "name"
