"""A letter with its marks: a declared or defined name, a sample, an entry, or what it means when nobody says."""

from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.tree import Name, Node, Number
from symconvex.handcheck.meaning import calls, changes, products, ranges
from symconvex.handcheck.meaning.indexing import entry, index_of, is_partial, is_size, rank_of, resolve, samples
from symconvex.handcheck.meaning.naming import Parts, stems
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.matrices import ANY, Index, Matrix, NotSymbolic, Size, scalar
from symconvex.handcheck.values.scalars import Scalar


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
    implied = found is not None and found.key in ("g", "H") and found.key not in env.setting.written
    if (found is None or (implied and bare and not found.indices)) and calls.own_function(name, env):
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
        listed = len(env.setting.indices(found.key)) == 1 and value.cols != 1  # a vector for each index
        rank = 2 if listed else rank_of(found.key, env)
        return entry(value, found.indices, env, rank=rank) if found.indices else value
    return _sample(found, env)


def _member(found: Parts, env: Env) -> Matrix | None:
    """H_3 of matrices H_i = x_i x_i^T, which fit in no column; None for numbers and vectors."""
    letters, body = env.setting.indices(found.key), env.setting.body(found.key)
    if body is None or len(letters) != 1 or len(found.indices) != 1:
        return None
    if any(name == found.key for name, _, _ in env.replaced):
        return None
    size = ranges.range_of(letters[0], (body,), env)
    if size is None:
        return None
    value = replace(env, indices={}, ranges={}).binding(letters[0], index_of(found.indices[0], env), size).value(body)
    return None if value.is_vector or value.is_scalar else value


def _is_unit(found: Parts) -> bool:
    return len(found.indices) == 1 and isinstance(found.indices[0], Number)


def counted_index(index: Index, env: Env) -> Scalar:
    """An index as a number, counted from one."""
    if isinstance(index, str):
        raise NotSymbolic("an index as a number")
    return env.algebra.number(Fraction(index + 1))


def _sample(found: Parts, env: Env) -> Matrix:
    """A sample, or an entry of it."""
    key, axis = samples(env)[found.key]
    whole = env.look_up(key)
    if not found.indices or len(found.indices) > 2:
        raise Unknown(f"{found.key} without an index")
    first = index_of(found.indices[0], env)
    if len(found.indices) == 2:
        second = index_of(found.indices[1], env)
        return scalar(whole.at(first, second) if axis == 0 else whole.at(second, first))
    if axis == 0:
        return Matrix(whole.cols, 1, lambda j, _: whole.at(first, j))
    return Matrix(whole.rows, 1, lambda j, _: whole.at(j, first))


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
