"""Names with indices: which known name is meant, the indices on it, and the entries that they pick."""

from fractions import Fraction

from symconvex.handcheck.formula.tree import Add, Name, Neg, Node, Number
from symconvex.handcheck.meaning.naming import Parts, find, inside, stems
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import Index, Matrix, NotSymbolic, scalar, shape_text
from symconvex.handcheck.values.scalars import innermost

Position = tuple[str, int]
NO_NAME = "?"  # what nothing is called; the loss is called ""


def resolve(name: Node | None, env: Env) -> Parts | None:
    """The known name that is meant, and the indices on it; None where it is no name, or a new one."""
    if not isinstance(name, Name):
        return None
    found = find(name, env.words | samples(env).keys())
    if found is None or (found.indices and _is_number(found.key, env)) or _is_kronecker(name, found, env):
        return None
    fewer = by_arity(found.key, len(found.indices))
    key = fewer if fewer in env.world.definitions else found.key
    indices = tuple(inside(node) for node in found.indices)
    return Parts(key, indices[::-1] if _is_turned(name, key, indices, env) else indices)


def _is_turned(name: Name, key: str, indices: tuple[Node, ...], env: Env) -> bool:
    """x_i^{(j)} for entry j of x_i; a letter that the text defines with two indices has them as it has them there."""
    if not env.setting.counting or len(indices) != 2 or len(env.setting.indices(key)) == 2:
        return False
    upper, lower = (isinstance(node, Name) and node.base in env.setting.counting for node in indices)
    return bool(name.superscripts) and indices[0] == inside(name.superscripts[-1]) and lower and not upper


def whole(name: Node | None, env: Env) -> str:
    """The known name that is meant as it stands, without an index; NO_NAME where there is none."""
    found = resolve(name, env)
    return NO_NAME if found is None or found.indices else found.key


def _is_kronecker(name: Name, found: Parts, env: Env) -> bool:
    """delta_{ij} beside a vector delta_i."""
    if found.key != "delta" or len(found.indices) != 2 or name.superscripts or name.decorations:
        return False
    shape = env.world.shapes.get("delta")
    return len(env.setting.indices("delta") if shape is None else shape) == 1


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


def is_size(base: str, env: Env) -> bool:
    """A size, also where d_1, ..., d_n are entries of something else."""
    declared = env.world.declared
    return base in declared.sizes() and base not in declared.names and base not in declared.definitions


def rank_of(key: str, env: Env) -> int | None:
    """How many axes of a declared name count; None when it was not declared with a shape."""
    shape = env.world.shapes.get(key)
    return None if shape is None else max(sum(size != 1 for size in shape), min(1, len(shape)))


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
    for place in places:
        _check_inside(place, whole)
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


def _check_inside(place: Index, whole: Matrix) -> None:
    sizes = [size for size in (whole.rows, whole.cols) if isinstance(size, int)]
    if isinstance(place, int) and sizes and place >= max(sizes):
        raise Unknown(f"the index {place + 1} of a {shape_text(whole)} matrix")


def is_partial(name: Name, env: Env) -> bool:
    """L_{wv}: subscripts that are parameters of the loss."""
    return partial_names(name, env) is not None


def partial_names(name: Name, env: Env) -> tuple[Node, ...] | None:
    """L_{wv}: the parameters in the subscripts of a scalar function."""
    bare = Name(name.base, name.decorations)
    known = env.world.words
    if not name.subscripts or name.superscripts or find(bare, known) is None:
        return None
    names = {*env.world.declared.parameters, *env.setting.dummies}
    for node in name.subscripts:
        if not isinstance(node, Name) or node.base in env.indices:
            return None
        found = find(node, known)
        if found is None or found.key not in names:
            return None
    return name.subscripts


def at_below(head: Name, env: Env) -> Env:
    """At the values that stand below the function: rho_{1/2}(u), where rho_tau(u) is defined."""
    letters = next((env.setting.below[stem] for stem in stems(head) if stem in env.setting.below), ())
    counting = any(letter in env.indices or letter not in env.words for letter in letters)
    if not letters or counting or head.subscripts in ((), tuple(map(Name, letters))):
        return env
    if len(letters) != len(head.subscripts):
        raise Unknown(f"what stands below {head.base}")
    values = {letter: env.value(one) for letter, one in zip(letters, head.subscripts, strict=True)}
    return env.calling(values)
