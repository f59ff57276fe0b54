"""Definitions that nobody has to write out: H and g, delta^{(l)}, and p_i = ... for every i."""

from symconvex.handcheck.formula.tree import Derivative, Name, Node
from symconvex.handcheck.meaning import calls, changes, ranges, variables
from symconvex.handcheck.meaning.world import Definition, Env, Unknown
from symconvex.handcheck.values.matrices import Index, Matrix, Size


def implied_derivative(kind: str) -> Definition:
    """H and g mean the Hessian and the gradient when nothing else gives them a meaning."""
    return lambda env: env.value(Derivative(kind, None))


def backpropagated(name: str) -> Definition:
    """delta^{(l)} means dL/dz^{(l)} when nothing else gives it a meaning."""
    return lambda env: changes.slope(changes.body_of_loss, variables.whole(name, env), env)


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
