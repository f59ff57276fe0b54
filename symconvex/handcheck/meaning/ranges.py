"""What an index runs over, which indices are free, and conditions on indices."""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.handcheck.formula.tree import Add, Apply, Big, Case, Chain, Entry, Group, Indicator, Name, Node, Relation
from symconvex.handcheck.formula.walking import parts, relations, sides, walk
from symconvex.handcheck.meaning import indexing, products
from symconvex.handcheck.meaning.naming import inside
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic, Size, negated, scalar
from symconvex.handcheck.values.scalars import Scalar, apply, innermost

STEPS = {">": 1, ">=": 1, "<": -1, "<=": -1}


def letters_of(node: Node, env: Env) -> Iterator[str]:
    """The index letters that hang on names, those of inner sums left out."""
    match node:
        case Name() as name:
            found = indexing.resolve(name, env)
            indices = found.indices if found is not None else (*name.subscripts, *map(inside, name.superscripts))
            if (found is None or found.indices) and indexing.is_partial(name, env):
                return
            for index in indices:
                yield from _letter(index, env)
        case Big(_, indices, _, _, _, _):
            bound = {index.base for index in indices if isinstance(index, Name)}
            if not indices:
                bound = set(list(letters_of(node.body, env))[:1])
            for part in parts(node):
                yield from (letter for letter in letters_of(part, env) if letter not in bound)
            yield from (letter for letter in _named_in(node.condition, env) if letter not in bound)
        case Apply("diag", (body,), _):
            letters = list(dict.fromkeys(letters_of(body, env)))
            yield from (letters if len(letters) > 1 else ())
        case Entry(body, subscripts):
            for index in subscripts:
                yield from _letter(index, env)
            yield from letters_of(body, env)
        case Indicator(Chain() as condition):
            for side in sides(condition):
                if not (indexing.resolve(side, env) is not None):
                    yield from _letter(side, env)
                yield from letters_of(side, env)
        case _:
            for part in parts(node):
                yield from letters_of(part, env)


def _named_in(condition: Node | None, env: Env) -> Iterator[str]:
    """The letters in (i, j) in Omega and l != k."""
    if isinstance(condition, Chain):
        for side in sides(condition):
            for item in side.items if isinstance(side, Group) else (side,):
                if isinstance(item, Name) and indexing.resolve(item, env) is None:
                    yield from _letter(item, env)


def _letter(index: Node, env: Env) -> Iterator[str]:
    match inside(index):
        case Name(base, (), (), ()) if len(base) == 1 and not is_quantity(base, env):
            yield from () if base in env.world.declared.parameters else (base,)
        case Add((first, _)):
            yield from _letter(first, env)


def is_quantity(base: str, env: Env) -> bool:
    """A letter that stands for a size or a class, not for every index."""
    named = env.world.declared.names.get(base)
    return base in env.world.declared.sizes() or (named is not None and bool(named.index_of))


def unbound(node: Node, env: Env) -> list[str]:
    """Index letters that nothing binds, in order of appearance."""
    return [letter for letter in dict.fromkeys(letters_of(node, env)) if letter not in env.indices]


def range_of(name: str, nodes: tuple[Node, ...], env: Env, seen: frozenset[str] = frozenset()) -> Size | None:
    """What an index runs over, by what it is used on."""
    for node in nodes:
        for found in _uses(name, node, env):
            return found
    for partner in _partners(name, nodes):
        if partner in env.ranges:
            return env.ranges[partner]
        if partner not in seen and partner != name:
            found_size = range_of(partner, nodes, env, seen | {name})
            if found_size is not None:
                return found_size
    return None


def _uses(name: str, node: Node, env: Env) -> Iterator[Size]:
    match node:
        case Name():
            found = indexing.resolve(node, env)
            if found is not None:
                yield from _axes(name, found.key, found.indices, env)
            elif any(_is(name, index) for index in node.subscripts):
                yield from _implied(name, node, env)
            for index in node.subscripts:
                yield from _uses(name, index, env)
        case Entry(body, subscripts) if any(_is(name, index) for index in subscripts):
            yield from _entry_axes(name, body, subscripts, env)
        case Big(_, indices, _, upper, _, body):
            yield from _mask_axes(name, node.condition, env)
            bound = any(_is(name, index) for index in indices)
            if bound and isinstance(upper, Name) and upper.base in env.world.declared.sizes():
                yield env.algebra.size(upper.base)
            for part in (body, *([node.condition] if node.condition else [])):
                yield from _uses(name, part, env)
        case _:
            for part in parts(node):
                yield from _uses(name, part, env)


def _mask_axes(name: str, condition: Node | None, env: Env) -> Iterator[Size]:
    """What i and j run over in (i, j) in Omega."""
    match condition:
        case Chain(Group(_, items, _), (Relation("in" | "notin", Name() as mask), *_)):
            found = indexing.resolve(mask, env)
            if found is not None and found.key in env.world.words:
                whole = env.look_up(found.key)
                sizes = (whole.rows, whole.cols)
                yield from (sizes[k] for k, item in enumerate(items[:2]) if _is(name, item))


def _is(name: str, node: Node) -> bool:
    node = inside(node)
    if isinstance(node, Add):
        return _is(name, node.terms[0])
    return isinstance(node, Name) and node.base == name and not node.subscripts


def _axes(name: str, key: str, indices: tuple[Node, ...], env: Env) -> Iterator[Size]:
    spots = [k for k, index in enumerate(indices) if _is(name, index)]
    if not spots:
        return
    if key in env.words:
        whole = env.look_up(key)
        sizes = (whole.rows, whole.cols)
        if len(indices) == 1:
            rank = indexing.rank_of(key, env)
            vector = whole.is_vector if rank is None else rank <= 1
            vector = vector and len(env.setting.indices(key)) != 1
            yield whole.length if vector else whole.rows
        elif spots[0] < 2:
            yield sizes[spots[0]]
        return
    matrix, axis = indexing.samples(env)[key]
    whole = env.look_up(matrix)
    sizes = (whole.rows, whole.cols) if axis == 0 else (whole.cols, whole.rows)
    if spots[0] < 2:
        yield sizes[spots[0]]


def _entry_axes(name: str, body: Node, subscripts: tuple[Node, ...], env: Env) -> Iterator[Size]:
    try:
        for letter in unbound(body, env):
            size = range_of(letter, (body,), env)
            env = env.binding(letter, 0, size) if size is not None else env
        whole = env.value(body)
    except (Unknown, Mismatch):
        return
    spot = next(k for k, index in enumerate(subscripts) if _is(name, index))
    yield whole.length if len(subscripts) == 1 and whole.is_vector else (whole.rows, whole.cols)[spot]


def _implied(name: str, node: Name, env: Env) -> Iterator[Size]:
    """H_{jk} and the like."""
    bare = Name(node.base, node.decorations)
    try:
        whole = env.value(bare)
    except (Unknown, Mismatch):
        return
    if not whole.is_scalar:
        spot = next(k for k, index in enumerate(node.subscripts) if _is(name, index))
        yield whole.length if len(node.subscripts) == 1 else (whole.rows, whole.cols)[spot]


def _partners(name: str, nodes: tuple[Node, ...]) -> Iterator[str]:
    """Indices that must run over the same: delta_{kl}, k = l."""
    for whole in nodes:
        for node in walk(whole):
            match node:
                case Name("delta", _, (Name() as first, Name() as second), ()):
                    yield from _other(name, first.base, second.base)
                case Chain(Name(first_base, _, (), ()), (Relation(_, Name(second_base, _, (), ())), *_)):
                    yield from _other(name, first_base, second_base)


def _other(name: str, first: str, second: str) -> Iterator[str]:
    if name == first:
        yield second
    elif name == second:
        yield first


def truth(condition: Node, env: Env) -> Scalar:
    """1 where a condition on indices or numbers holds, else 0."""
    if not isinstance(condition, Chain):
        raise Unknown("this condition")
    result: Scalar = env.algebra.number(Fraction(1))
    for left, sign, right in relations(condition):
        result = result * truth_of(left, sign, right, env)
    return result


def indicator(condition: Node, env: Env) -> Matrix:
    """1 where the condition holds, entry by entry when it is about a vector."""
    match condition:
        case Chain(left, (Relation(sign, right),)) if sign in STEPS and not is_index(left, env):
            gap = products.added(env.value(left), negated(env.value(right)))
            return Matrix(gap.rows, gap.cols, lambda i, j: apply("step", gap.at(i, j) * STEPS[sign]))
    return scalar(truth(condition, env))


def truth_of(left: Node, sign: str, right: Node, env: Env) -> Scalar:
    """1 where one relation between indices or numbers holds, else 0."""
    one = env.algebra.number(Fraction(1))
    if sign in ("=", "!=") and is_index(left, env) and is_index(right, env):
        same = env.algebra.delta(indexing.index_of(left, env), indexing.index_of(right, env))
        return same if sign == "=" else one - same
    if sign in ("in", "notin"):
        inside_set = _member(left, right, env)
        return inside_set if sign == "in" else one - inside_set
    first, second = env.value(left).value, env.value(right).value
    return env.algebra.number(Fraction(int(compare(first, sign, second))))


def is_index(node: Node, env: Env) -> bool:
    """Is this a bare index, or a letter for a class?"""
    match node:
        case Name(base, _, (), ()):
            return base in env.indices or is_quantity(base, env)
    return False


def _member(element: Node, whole: Node, env: Env) -> Scalar:
    """(i, j) in Omega, where Omega is a matrix of zeros and ones; i in A for a vector of them."""
    places = element.items if isinstance(element, Group) else (element,)
    mask = env.value(whole)
    return indexing.entry(mask, tuple(places), env).value


def compare(first: Scalar, sign: str, second: Scalar) -> bool:
    """A comparison of two numbers; decided by balls."""
    if not hasattr(innermost(first), "mid") or not hasattr(innermost(second), "mid"):
        raise NotSymbolic("a comparison")
    gap = innermost(first) - innermost(second)
    match sign:
        case "=":
            return bool(gap.contains(0))
        case "!=":
            return not gap.contains(0)
        case "<":
            return bool(gap < 0)
        case "<=":
            return bool(gap <= 0) or bool(gap.contains(0))
        case ">":
            return bool(gap > 0)
        case ">=":
            return bool(gap >= 0) or bool(gap.contains(0))
    raise Unknown(f"the relation {sign} as a condition")


def read_cases(rows: tuple[Case, ...], env: Env) -> Matrix:
    """The value of the first case that applies, each case weighted by its condition."""
    result: Scalar = env.algebra.number(Fraction(0))
    left: Scalar = env.algebra.number(Fraction(1))
    for row in rows:
        weight = left if row.condition is None else left * truth(row.condition, env)
        result = result + weight * env.value(row.value).value
        left = left - weight
    return scalar(result)
