"""A derivation as a page for the terminal."""

from typing import TYPE_CHECKING

from symconvex.language.printing import drawn, text_of
from symconvex.language.printing.styles import greek
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation


def page(derivation: "Derivation", *, unicode: bool = True) -> str:
    """Definitions, gradient, Hessian and curvature, one formula a line.

    With `unicode` Greek letters, transposes and powers are drawn as a terminal shows them; without it
    every formula is NumPy syntax.
    """
    shown, word = (drawn, greek) if unicode else (text_of, str)
    nabla, second, partial = ("∇", "∇²f", "D²f") if unicode else ("grad_", "hess", "D2")
    several = len(derivation.gradient) > 1
    rows = [(word(name), shown(expr)) for name, expr in derivation.names]
    rows += [(f"{nabla}{word(name)}{' f' if unicode else ''}", shown(e)) for name, e in derivation.gradient]
    if derivation.hessian is not None:
        rows.append((second, shown(derivation.hessian)))
    rows.append(("q", shown(derivation.curvature)))
    way = direction_of(derivation)
    for p, q, expr in derivation.blocks:
        rows.append((f"{partial}[{word(way[p])}, {word(way[q])}]", shown(expr)))
    width = max(len(left) for left, _ in rows)
    head = f"{derivation.problem.name}: {derivation.problem.text}"
    along = ", ".join(word(way[name]) for name, _ in derivation.gradient)
    lines = [f"  {left:<{width}} = {right}" for left, right in rows]
    note = f"  q is the second derivative of f along {along}{' together' if several else ''}"
    return "\n".join([head, "", *lines, "", note])


def second_derivatives(derivation: "Derivation") -> str:
    """The Hessian as H, or its blocks, after the names that it uses; every formula is NumPy syntax."""
    way = direction_of(derivation)
    if derivation.hessian is not None:
        found = [("H", derivation.hessian)]
    elif derivation.blocks:
        found = [(f"D2[{way[p]}, {way[q]}]", expr) for p, q, expr in derivation.blocks]
    else:
        found = [(f"D2[{v}, {v}]", derivation.curvature) for v in way.values()]
    said, used = {str(node.value) for _, expr in found for node in _walk(expr)}, list[tuple[str, Expr]]()
    for name, expr in reversed(derivation.names):
        if name in said:
            used.insert(0, (name, expr))
            said |= {str(node.value) for node in _walk(expr)}
    return "\n".join(f"{left} = {text_of(expr)}" for left, expr in (*used, *found))


def direction_of(derivation: "Derivation") -> dict[str, str]:
    """The name of the direction of each parameter."""
    used = {str(node.value) for node in _walk(derivation.curvature) if node.op == "name"}
    alone = len(derivation.gradient) == 1 and not any(word.startswith("v_") for word in used)
    return {name: "v" if alone else f"v_{name}" for name, _ in derivation.gradient}


def _walk(expr: Expr) -> list[Expr]:
    return [expr, *(node for arg in expr.args for node in _walk(arg))]
