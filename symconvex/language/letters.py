"""Letters that stand for one real number without being declared, beside declared arrays: a, lam, mu.

sum(w**2) + a*sum(w)**2        a is a real number: every part that it stands in is one
sum((X@w - y)**2)              y may be an array that was forgotten: it has to be declared
"""

from collections.abc import Collection, Iterator

from symconvex.language.syntax import GREEK_WORDS
from symconvex.problem import Expr

ALONE = frozenset(GREEK_WORDS.split()) | {"lam"}


def letters(names: Collection[str], declared: Collection[str]) -> tuple[str, ...]:
    """The names that may be numbers: small letters that no declared name has in another case."""
    known = {name.lower() for name in declared}
    plain = (name for name in names if name not in declared and name.lower() not in known)
    return tuple(name for name in plain if name.islower() and (len(name) == 1 or name in ALONE))


def spread(loss: Expr, found: Collection[str]) -> Iterator[str]:
    """The names that are spread over the entries of an array somewhere, so that they may be arrays themselves."""
    yield from _spread(loss, found)[1]


def _spread(expr: Expr, found: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names inside a part that is one number, and those that are spread."""
    if expr.op == "name":
        return frozenset({str(expr.value)} & {*found}) if not expr.shape else frozenset(), frozenset()
    parts = [_spread(arg, found) for arg in expr.args]
    inside = frozenset[str]().union(*(names for names, _ in parts))
    over = frozenset[str]().union(*(names for _, names in parts))
    return (inside, over) if not expr.shape else (frozenset(), over | inside)
