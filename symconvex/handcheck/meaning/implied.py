"""Definitions that nobody has to write out: H and g, the minimiser, delta^{(l)}, and p_i = ... for every i."""

from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.tree import Derivative, Name, Node
from symconvex.handcheck.meaning import calls, changes, products, ranges, variables
from symconvex.handcheck.meaning.world import Definition, Env, Numeric, Unknown
from symconvex.handcheck.values.matrices import Index, Matrix, Size, counted
from symconvex.handcheck.values.scalars import Scalar, ball, innermost, undefined

NEWTON_STEPS, HALVINGS = 40, 12


def implied_derivative(kind: str) -> Definition:
    """H and g mean the Hessian and the gradient when nothing else gives them a meaning."""
    return lambda env: env.value(Derivative(kind, None))


def backpropagated(name: str) -> Definition:
    """delta^{(l)} means dL/dz^{(l)} when nothing else gives it a meaning."""
    return lambda env: changes.slope(changes.body_of_loss, variables.whole(name, env), env)


def minimiser(name: str) -> Definition:
    """w* and \\hat w mean the minimiser, found by Newton steps; undefined where they do not settle."""

    def value(env: Env) -> Matrix:
        if not isinstance(env.algebra, Numeric) or len(env.world.declared.parameters) != 1:
            raise Unknown(f"the minimiser {name}")
        env = replace(env, bumps=())
        point = env.look_up(name)
        for _ in range(NEWTON_STEPS):
            point, settled = _newton(name, point, env)
            if settled:
                return point
        return Matrix(point.rows, point.cols, lambda _i, _j: undefined())

    return value


def _newton(name: str, point: Matrix, env: Env) -> tuple[Matrix, bool]:
    there = env.calling({name: point})
    by = variables.whole(name, there)
    if not by.is_vector:
        raise Unknown(f"the minimiser of a matrix {name}")
    gradient = changes.slope(changes.body_of_loss, by, there)
    hessian = there.value(Derivative("hessian", None))
    step = products.times(products.inverse(hessian, env.algebra), gradient, env.algebra)
    rows, cols = (counted(size, "a minimiser") for size in (point.rows, point.cols))
    moved = [[point.at(i, j) - step.at(i, j) for j in range(cols)] for i in range(rows)]
    for half in range(1, HALVINGS):  # a shorter step, where the whole one leaves the domain
        if _is_defined(name, moved, env):
            break
        share = ball(Fraction(1, 2**half))
        moved = [[point.at(i, j) - step.at(i, j) * share for j in range(cols)] for i in range(rows)]
    small = all(abs(float(step.item(k).mid())) < 1e-40 for k in range(rows * cols))
    return Matrix(point.rows, point.cols, lambda i, j: moved[int(i)][int(j)]), small


def _is_defined(name: str, rows: list[list[Scalar]], env: Env) -> bool:
    """Has the loss a value there?"""
    there = env.calling({name: Matrix(len(rows), len(rows[0]), lambda i, j: rows[int(i)][int(j)])})
    value = innermost(changes.body_of_loss(there).value)
    return bool((ball(value) if isinstance(value, int | Fraction) else value).is_finite())


def written_definition(indices: tuple[str, ...], body: Node, *, local: bool = False) -> Definition:
    """p_i = sigma(z_i): one number, column or row for each index; P = (p_{ik}) is the matrix of them."""

    def value(env: Env) -> Matrix:
        env = calls.localised((body,), env) if local else env
        letters = indices or (tuple(ranges.unbound(body, env)) if isinstance(body, Name) else ())
        if not letters:
            return env.value(body)
        return _by_entries(letters, body, env)

    return value


def _by_entries(indices: tuple[str, ...], body: Node, env: Env) -> Matrix:
    """A column or rows for one index, a matrix for two."""
    if len(indices) > 2:
        raise Unknown(f"a name with {len(indices)} indices")
    sizes = [range_or_fail(index, body, env) for index in indices]
    if len(indices) == 1:
        return _listed(indices[0], sizes[0], body, env)
    first, second = indices

    def entry(i: Index, j: Index) -> object:
        return env.binding(first, i, sizes[0]).binding(second, j, sizes[1]).value(body).value

    return Matrix(sizes[0], sizes[1], entry)


def range_or_fail(index: str, body: Node, env: Env) -> Size:
    """What an index runs over, or Unknown."""
    size = ranges.range_of(index, (body,), env)
    if size is None:
        raise Unknown(f"what {index} runs over")
    return size


def _listed(index: str, size: Size, body: Node, env: Env) -> Matrix:
    first = env.binding(index, 0 if isinstance(size, int) else "k_0", size).value(body)
    if first.is_scalar:
        return Matrix(size, 1, lambda i, _: env.binding(index, i, size).value(body).value)
    return Matrix(size, first.length, lambda i, j: env.binding(index, i, size).value(body).item(j))
