"""Indices: names with subscripts, and sums over ranges."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.tree import Add, Big, Name, Neg, Node, Number
from symconvex.handcheck.meaning import calls, changes, products, ranges
from symconvex.handcheck.meaning.matrices import ANY, Index, Matrix, Size, scalar, shape_text
from symconvex.handcheck.meaning.naming import Known, Parts, find, inside, stems
from symconvex.handcheck.meaning.symbolic import Formula, NotSymbolic
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.scalars import Scalar, innermost

Position = tuple[str, int]
MAX_TERMS = 2_000


def resolve(name: Name, env: Env) -> Parts | None:
    """The known name that is meant, and the indices on it."""
    found = find(name, Known(env.words | frozenset(samples(env)), env.world.aliases))
    if found is None or (found.indices and _is_number(found.key, env)) or _is_kronecker(name, found, env):
        return None
    fewer = by_arity(found.key, len(found.indices))
    key = fewer if fewer in env.world.definitions else found.key
    return Parts(key, tuple(inside(node) for node in found.indices))


def _is_kronecker(name: Name, found: Parts, env: Env) -> bool:
    """delta_{ij} beside a vector delta_i."""
    if found.key != "delta" or len(found.indices) != 2 or name.superscripts or name.decorations:
        return False
    shape = env.world.shapes.get("delta")
    return len(env.world.letters.get("delta", ()) if shape is None else shape) == 1


def by_arity(key: str, count: int) -> str:
    """The hidden key of p_k where p_{ik} means something else."""
    return f"{key}#{count}"


def _is_number(key: str, env: Env) -> bool:
    """A size or a declared number carries no index."""
    return key not in env.world.definitions and (
        key in env.world.declared.sizes() or env.world.shapes.get(key, ("n",)) == ()
    )


def samples(env: Env) -> dict[str, Position]:
    """x -> (X, axis): the letters whose single index picks a row or a column of a matrix."""
    if env.world.samples is None:
        declared = env.world.declared
        found: dict[str, Position] = {}
        for name, shape in env.world.shapes.items():
            small = name[:1].lower() + name[1:]
            if len(shape) == 2 and small != name and small not in env.world.words:
                found[small] = (name, 1 if shape[0] == 1 else 0)
        env.world.samples = {**found, **declared.samples}
    return env.world.samples


def read_name(name: Name, env: Env) -> Matrix:
    """A letter with its marks."""
    if "dot" in name.decorations:
        return changes.read_flow(name, env)
    bare = not name.superscripts and not name.decorations
    if bare and not name.subscripts and name.base in env.indices:
        return scalar(counted_index(env.indices[name.base], env))
    if bare and not name.subscripts and is_size(name.base, env):
        return scalar(env.algebra.dim(name.base))
    found = resolve(name, env)
    if found is None and calls.own_function(name, env):
        return env.value(calls.definition_of(name, env)[1])
    if found is None or (found.indices and is_partial(name, env)):
        return _without_meaning(name, env)
    if found.key in env.words:
        named = env.world.declared.names.get(found.key)
        member = _member(found, env)
        if member is not None:
            return member
        value = env.look_up(found.key)
        if found.key == "e" and "e" in env.world.definitions and _is_unit(found):
            raise Unknown("an entry of the residual e, or a unit vector")
        if found.key == "H" and len(found.indices) == 1 and len(env.world.declared.parameters) > 1:
            raise Unknown("a block or an entry of the Hessian")
        if named is not None and named.index_of:
            return scalar(value.value + 1)
        listed = len(env.world.letters.get(found.key, ())) == 1 and value.cols != 1  # a vector for each index
        rank = 2 if listed else rank_of(found.key, env)
        return entry(value, found.indices, env, rank=rank) if found.indices else value
    return _sample(found, env, marked=bool(name.superscripts))


def _member(found: Parts, env: Env) -> Matrix | None:
    """H_3 of matrices H_i = x_i x_i^T, which fit in no column; None for numbers and vectors."""
    letters, body = env.world.letters.get(found.key, ()), env.world.bodies.get(found.key)
    if body is None or len(letters) != 1 or len(found.indices) != 1:
        return None
    if any(name == found.key for name, _, _ in env.replaced):
        return None
    size = ranges.range_of(letters[0], (body,), env)
    if size is None:
        return None
    value = replace(env, indices={}, ranges={}).binding(letters[0], index_of(found.indices[0], env), size).value(body)
    return None if value.is_vector or value.is_scalar else value


def is_size(base: str, env: Env) -> bool:
    """A size, also where d_1, ..., d_n are entries of something else."""
    declared = env.world.declared
    return base in declared.sizes() and base not in declared.names and base not in declared.definitions


def _is_unit(found: Parts) -> bool:
    return len(found.indices) == 1 and isinstance(found.indices[0], Number)


def counted_index(index: Index, env: Env) -> Scalar:
    """An index as a number, counted from one."""
    if isinstance(index, str):
        raise NotSymbolic("an index as a number")
    return env.algebra.number(Fraction(index + 1))


def rank_of(key: str, env: Env) -> int | None:
    """How many axes of a declared name count; None when it was not declared with a shape."""
    shape = env.world.shapes.get(key)
    return None if shape is None else max(sum(size != 1 for size in shape), min(1, len(shape)))


def _sample(found: Parts, env: Env, *, marked: bool) -> Matrix:
    """A sample, or an entry of it; only in x_j^{(i)}, with a mark above, may the sample come second."""
    key, axis = samples(env)[found.key]
    whole = env.look_up(key)
    if not found.indices or len(found.indices) > 2:
        raise Unknown(f"{found.key} without an index")
    first = index_of(found.indices[0], env)
    if len(found.indices) == 2:
        second = index_of(found.indices[1], env)
        if marked and _swapped(found, env, whole, axis):
            first, second = second, first
        return scalar(whole.at(first, second) if axis == 0 else whole.at(second, first))
    if axis == 0:
        return Matrix(whole.cols, 1, lambda j, _: whole.at(first, j))
    return Matrix(whole.rows, 1, lambda j, _: whole.at(j, first))


def _swapped(found: Parts, env: Env, whole: Matrix, axis: int) -> bool:
    sizes = (whole.rows, whole.cols) if axis == 0 else (whole.cols, whole.rows)
    ranges = [env.ranges.get(node.base) if isinstance(node, Name) else None for node in found.indices]
    return sizes[0] != sizes[1] and tuple(ranges) == sizes[::-1]


def index_of(node: Node, env: Env) -> Index:
    """The value of an index, counted from zero."""
    node = inside(node)
    match node:
        case Number(value) if value.denominator == 1 and value >= 1:
            return int(value) - 1
        case Name(base, _, (), ()) if base.isdigit() and base != "0":
            return int(base) - 1
        case Name(base, (), (), ()) if base in env.indices:
            return env.indices[base]
        case Name(base, (), (), ()):
            named = env.world.declared.names.get(base)
            if named is not None and named.index_of:
                return int(float(innermost(env.look_up(base).value).mid()))
            if base in env.world.declared.sizes():
                size = env.algebra.size(base)
                return size - 1 if isinstance(size, int) else _no_index(base)
            raise Unknown(f"the index {base}")
        case Add((first, Number(value))):
            start = index_of(first, env)
            return start + int(value) if isinstance(start, int) else _no_index("a shifted index")
        case Add((first, Neg(Number(value)))):
            start = index_of(first, env)
            return start - int(value) if isinstance(start, int) else _no_index("a shifted index")
    raise Unknown("this index")


def _no_index(what: str) -> Index:
    raise NotSymbolic(what)


def entry(whole: Matrix, subscripts: tuple[Node, ...], env: Env, rank: int | None = None) -> Matrix:
    """An entry, or the row that one index picks from a matrix, as a column."""
    subscripts = _digits_apart(subscripts, whole, rank)
    if rank == 0 or len(subscripts) > 2:
        raise Unknown(f"{len(subscripts)} indices on {'a number' if rank == 0 else 'a matrix'}")
    places = [index_of(node, env) for node in subscripts]
    for place, node in zip(places, subscripts, strict=True):
        _check_inside(place, whole, node)
    if len(places) == 1:
        if (rank is None and whole.is_vector) or rank in (0, 1):
            return scalar(whole.item(places[0]))
        return Matrix(whole.cols, 1, lambda j, _: whole.at(places[0], j))
    return scalar(whole.at(places[0], places[1]))


def _digits_apart(subscripts: tuple[Node, ...], whole: Matrix, rank: int | None) -> tuple[Node, ...]:
    """H_{12} of a matrix with fewer than ten rows is the entry (1, 2)."""
    match subscripts:
        case (Number(value),) if 10 < value < 100 and value % 10 and not whole.is_vector and rank in (None, 2):
            return Number(Fraction(int(value) // 10)), Number(Fraction(int(value) % 10))
    return subscripts


def _check_inside(place: Index, whole: Matrix, node: Node) -> None:
    sizes = [size for size in (whole.rows, whole.cols) if isinstance(size, int)]
    if isinstance(place, int) and sizes and place >= max(sizes):
        raise Unknown(f"the index {place + 1} of a {shape_text(whole)} matrix")


def is_partial(name: Name, env: Env) -> bool:
    """L_{wv}: subscripts that are parameters of the loss."""
    return changes.partial_names(name, env) is not None


def _without_meaning(name: Name, env: Env) -> Matrix:
    """Letters that mean something when nobody says otherwise."""
    algebra, subs = env.algebra, name.subscripts
    word = next(stems(name))
    if word == "delta" and len(subs) == 2 and not name.superscripts:
        return scalar(algebra.delta(index_of(subs[0], env), index_of(subs[1], env)))
    if word in ("I", "Id", "mathbbI") and len(subs) <= 1:
        return products.identity(algebra, _size(subs[0], env)) if subs else products.identity(algebra)
    if word in ("1", "ones", "mathbf1") and len(subs) <= 1:
        return products.ones(algebra, _size(subs[0], env)) if subs else products.ones(algebra)
    if word == "0":
        return scalar(algebra.number(Fraction(0)))
    if word == "e" and len(subs) == 1 and not name.superscripts:
        place = index_of(subs[0], env)
        return Matrix(ANY, 1, lambda i, _: algebra.delta(i, place))
    if word in ("pi", "e") and not subs and not name.superscripts:
        return scalar(algebra.constant(word))
    return changes.subscripted(name, env)


def _size(node: Node, env: Env) -> Size:
    match node:
        case Number(value):
            return int(value)
        case Name(base, _, (), ()) if base in env.world.declared.sizes():
            return env.algebra.size(base)
    raise Unknown("this size")


def read_big(node: Big, env: Env) -> Matrix:
    """A sum, product, maximum or minimum over its range."""
    names = [index.base for index in node.indices if isinstance(index, Name)]
    if not names:
        names = list(dict.fromkeys(ranges.letters_of(node.body, env)))[:1]
    if not names:
        raise Unknown(f"a {node.operator} without a range")
    return _over(node, names, env)


def _over(node: Big, names: list[str], env: Env) -> Matrix:
    if not names:
        return _guarded(node, env)
    name, *rest = names
    start, size = _limits(name, node, env)
    if node.operator == "sum" and start == 0:
        return _summed(size, lambda k: _over(node, rest, env.binding(name, k, size)), env)
    if not isinstance(size, int):
        raise NotSymbolic(f"a {node.operator} at a symbolic size")
    if node.operator == "sum":
        shift = start
        return _summed(size - start, lambda k: _over(node, rest, env.binding(name, _shifted(k, shift), size)), env)
    values = [_over(node, rest, env.binding(name, k, size)).value for k in range(start, size)]
    match node.operator:
        case "max":
            return scalar(env.algebra.greatest(values))
        case "min":
            return scalar(-env.algebra.greatest([-value for value in values]))
        case "prod":
            result: Scalar = env.algebra.number(Fraction(1))
            for value in values:
                result = result * value
            return scalar(result)
    raise Unknown(f"the operator {node.operator}")


def _guarded(node: Big, env: Env) -> Matrix:
    if node.condition is None:
        return env.value(node.body)
    weight = ranges.truth(node.condition, env)
    if not isinstance(weight, Formula) and node.operator in ("max", "min"):
        raise Unknown("a maximum under a condition")
    body = env.value(node.body)
    return Matrix(body.rows, body.cols, lambda i, j: weight * body.at(i, j))


def _summed(size: Size, body: Callable[[Index], Matrix], env: Env) -> Matrix:
    """The sum of matrices; their shape is that of one of them."""
    if size == 0:
        return scalar(env.algebra.number(Fraction(0)))
    first = body(0) if isinstance(size, int) else body("k_0")
    known: dict[Index, Matrix] = {0: first} if isinstance(size, int) else {}

    def at(k: Index) -> Matrix:
        if k not in known:
            known[k] = body(k)
        return known[k]

    return Matrix(first.rows, first.cols, lambda i, j: env.algebra.total(size, lambda k: at(k).at(i, j)))


def _shifted(k: Index, by: int) -> Index:
    if isinstance(k, str):
        raise NotSymbolic("a shifted index")
    return k + by


def _limits(name: str, node: Big, env: Env) -> tuple[int, Size]:
    """The first index, counted from zero, and the size that the index stays below.

    Fails    Unknown when a limit has no whole value, or the range has more than MAX_TERMS terms
    """
    if node.lower is None or node.upper is None:
        return 0, _natural(name, node, env)
    lower = _whole(node.lower, env)
    if isinstance(node.upper, Name) and node.upper.base in env.world.declared.sizes() and lower == 1:
        return 0, env.algebra.size(node.upper.base)
    upper = _whole(node.upper, env)
    if upper is None and lower == 1 and isinstance(node.upper, Name):
        return 0, _natural(name, node, env)
    if upper is None or lower is None or lower < 1:
        raise Unknown(f"the limits of this {node.operator}")
    if upper - lower > MAX_TERMS:
        raise Unknown(f"a {node.operator} of {upper - lower + 1} terms")
    return (0, 0) if upper < lower else (lower - 1, upper)


def _whole(node: Node, env: Env) -> int | None:
    """A limit as a number: a numeral, or a size at an instance; None when nothing gives it a value."""
    match node:
        case Number(value):
            return int(value) if value.denominator == 1 else None
        case Name(base, _, (), ()) if base.isdigit():
            return int(base)
    try:
        value = innermost(env.value(node).value)
    except Unknown:
        return None
    if isinstance(value, Formula):
        raise NotSymbolic("this limit at every size")
    whole = int(float(value.mid())) if value.is_finite() and value.rad() == 0 else None
    return whole if whole is not None and (value - whole).contains(0) else None


def _natural(name: str, node: Big, env: Env) -> Size:
    """What a bound index runs over by what it is used on."""
    found = ranges.range_of(name, (node.body, *([node.condition] if node.condition else [])), env)
    if found is None:
        raise Unknown(f"what {name} runs over")
    return found
