"""The declared loss in the words of the derivation, so that dJ/dz has a meaning when z = Xw is defined there.

A part of the loss is replaced by a name only when the kernel shows the two to be equal for all sizes.
"""

from collections.abc import Callable
from dataclasses import replace

from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.world import Env, Unknown, entry_of
from symconvex.handcheck.meaning.worlds import bare_env, distinct_env
from symconvex.handcheck.values.definite import same_number
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic
from symconvex.kernel.term import Malformed, Refused
from symconvex.problem import Expr

FAILS = (Unknown, Mismatch, NotSymbolic, Refused, Malformed, ValueError, TypeError, ZeroDivisionError)
SKIPPED = ("name", "number", "size")
PLACES = ("r_1", "r_2")


def rewritten(setting: Setting) -> dict[str, Expr]:
    """Every declared formula with the parts that a written definition names replaced by the name."""
    names = [
        name for name in setting.written if name and not name.startswith("d") and len(setting.written[name][0]) < 2
    ]
    if not names or not setting.expressions:
        return setting.expressions
    numeric = distinct_env(setting)
    symbolic = bare_env(setting)

    def named(expr: Expr) -> Expr | None:
        if expr.op in SKIPPED or len(expr.shape) > 1:
            return None
        for name in names:
            if _looks_equal(expr, name, numeric) and _is_equal(expr, name, symbolic):
                return Expr("name", (), name, expr.shape)
        return None

    return {key: _replaced(expr, named) for key, expr in setting.expressions.items()}


def _replaced(expr: Expr, named: Callable[[Expr], Expr | None]) -> Expr:
    found = named(expr)
    if found is not None:
        return found
    return replace(expr, args=tuple(_replaced(arg, named) for arg in expr.args))


def _matching(expr: Expr, name: str, env: Env) -> Matrix | None:
    value = env.look_up(name)
    size = env.algebra.size(expr.shape[0]) if expr.shape else 1
    return value if (value.rows, value.cols) == (size, 1) else None


def _looks_equal(expr: Expr, name: str, env: Env) -> bool:
    try:
        value = _matching(expr, name, env)
        return value is not None and all(
            same_number(entry_of(expr, (i,) if expr.shape else (), env), value.at(i, 0)) is True
            for i in range(int(value.rows))
        )
    except FAILS:
        return False


def _is_equal(expr: Expr, name: str, env: Env) -> bool:
    try:
        value = _matching(expr, name, env)
        place = PLACES[0] if expr.shape else 0
        at = (place,) if expr.shape else ()
        return value is not None and env.algebra.vanishes(entry_of(expr, at, env) - value.at(place, 0))
    except FAILS:
        return False
