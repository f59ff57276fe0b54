"""What is differentiated by: a name, an entry, a row, all parameters, vec of a matrix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.handcheck.formula.tree import Apply, Group, MaybeCall, Name, Node, Power, Prime, Transpose
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.world import Direction, Env, Unknown, unit
from symconvex.handcheck.values.matrices import Index, Size, counted

Directions = Mapping[str, Direction]


@dataclass(frozen=True, slots=True)
class Variable:
    """What is differentiated by: its shape, and the direction that moves an entry."""

    rows: Size
    cols: Size
    direction: Callable[[Index, Index], Directions]

    @property
    def is_scalar(self) -> bool:
        return self.rows == 1 and self.cols == 1

    @property
    def is_vector(self) -> bool:
        return self.rows == 1 or self.cols == 1

    @property
    def length(self) -> Size:
        return self.rows if self.cols == 1 else self.cols

    def along(self, k: Index) -> Directions:
        """The direction of an entry of a vector."""
        return self.direction(k, 0) if self.cols == 1 else self.direction(0, k)


def whole(key: str, env: Env) -> Variable:
    """All entries of a name."""
    value = env.look_up(key)
    return Variable(value.rows, value.cols, lambda i, j: {key: unit(i, j, env.algebra)})


def variable(node: Node, env: Env) -> Variable:
    """What stands under the derivative."""
    match node:
        case Transpose(body, _) | Prime(body, _) | Power(body, Name("T"), _):
            inner = variable(body, env)
            return Variable(inner.cols, inner.rows, lambda i, j: inner.direction(j, i))
        case Apply("vec", (body,)):
            return stacked_variable(variable(body, env))
        case MaybeCall(Name("vec"), (body,), _, ()):
            return stacked_variable(variable(body, env))
        case Group(_, items, _):
            return joined([variable(item, env) for item in items])
        case Name():
            return _named_variable(node, env)
    raise Unknown("what this derivative is taken by")


def _named_variable(name: Name, env: Env) -> Variable:
    found = indexing.resolve(name, env)
    if found is None:
        raise Unknown(f"the derivative by {name.base}")
    if found.key not in env.words:
        return _sample_variable(found.key, tuple(indexing.index_of(i, env) for i in found.indices), env)
    every = whole(found.key, env)
    if not found.indices:
        return every
    places = [indexing.index_of(node, env) for node in found.indices]
    if len(places) == 2:
        return Variable(1, 1, lambda _i, _j: every.direction(places[0], places[1]))
    rank = indexing.rank_of(found.key, env)
    if every.is_vector if rank is None else rank <= 1:
        return Variable(1, 1, lambda _i, _j: every.along(places[0]))
    return Variable(every.cols, 1, lambda j, _: every.direction(places[0], j))


def _sample_variable(key: str, places: tuple[Index, ...], env: Env) -> Variable:
    matrix, axis = indexing.samples(env)[key]
    every = whole(matrix, env)
    if len(places) == 2:
        first, second = places if axis == 0 else places[::-1]
        return Variable(1, 1, lambda _i, _j: every.direction(first, second))
    if not places:
        raise Unknown(f"the derivative by {key}")
    if axis == 0:
        return Variable(every.cols, 1, lambda j, _: every.direction(places[0], j))
    return Variable(every.rows, 1, lambda j, _: every.direction(j, places[0]))


def stacked_variable(inner: Variable) -> Variable:
    """vec of a variable; a row as a column."""
    if inner.is_vector:
        return inner if inner.cols == 1 else Variable(inner.cols, 1, lambda k, _: inner.direction(0, k))
    rows, cols = counted(inner.rows, "vec"), counted(inner.cols, "vec")
    return Variable(rows * cols, 1, lambda k, _: inner.direction(int(k) % rows, int(k) // rows))


def joined(items: list[Variable]) -> Variable:
    """One column of several variables."""
    if len(items) == 1:
        return items[0]
    columns = [stacked_variable(item) for item in items]
    places = [(c, k) for c, item in enumerate(columns) for k in range(counted(item.rows, "several parameters"))]

    def direction(k: Index, _: Index) -> Directions:
        which, inside = places[int(k)]
        return columns[which].direction(inside, 0)

    return Variable(len(places), 1, direction)


def parameters(env: Env) -> Variable:
    """Everything that the loss is minimised over."""
    names = env.world.declared.parameters
    if not names:
        raise Unknown("the parameters of the loss")
    return joined([whole(name, env) for name in names])


def chosen(wrt: tuple[Node, ...], env: Env) -> Variable:
    """What is differentiated by; everything that the loss is minimised over where it is not said."""
    return joined([variable(node, env) for node in wrt]) if wrt else parameters(env)


def count_of_parameters(env: Env) -> int:
    """How many numbers the loss is minimised over, at an instance."""
    values = [env.look_up(name) for name in env.world.declared.parameters]
    return sum(int(value.rows) * int(value.cols) for value in values)


def added_directions(several: list[Directions], env: Env) -> Directions:
    """The sum of directions."""
    names = dict.fromkeys(name for directions in several for name in directions)

    def total(name: str) -> Direction:
        def step(i: Index, j: Index) -> object:
            steps = [directions[name](i, j) for directions in several if name in directions]
            found = [step for step in steps if step is not None]
            return sum(found, env.algebra.number(Fraction(0))) if found else None

        return step

    return {name: total(name) for name in names}
