"""The rules: one file each, every one a way to write the lines of a certificate."""

from functools import cache

from symconvex.catalogue import collect
from symconvex.drafting.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, cheapest first."""
    return tuple(sorted(collect("symconvex.rules", "RULE", Rule).values(), key=lambda rule: (rule.cost, rule.name)))
