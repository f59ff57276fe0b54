"""Sums written as loops, read as sums over whole arrays: in sum(... for i in range(n)), X[i] is the i-th row of X.

    sum((X[i] @ w - y[i])**2 for i in range(n))        sum((X @ w - y)**2)
    sum((x @ w - t)**2 for x, t in zip(X, y))          the same

Every part becomes an array with one more axis in front, along which the loop runs.
"""

import ast
from collections.abc import Callable

from symconvex.errors import NotYet
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr

Read = Callable[[ast.expr, Vocabulary], Expr]


def summed(loop: ast.GeneratorExp | ast.ListComp, read: Read, scope: Vocabulary) -> Expr:
    """The sum that a loop runs through."""
    at = scope.place(loop)
    raise NotYet(
        "a loop is not part of the loss language",
        where=at.show(),
        expected="sums over whole arrays",
        got=at.text[slice(*at.span)][:60],
        hint="write sum(a) over an array: sum((X @ w - y)**2)",
    )
