"""Derivatives as they are written: gradients, Hessians, partial and total derivatives, differentials, dashes, dots."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    Evaluated,
    Group,
    MaybeCall,
    Name,
    Node,
    Transpose,
)
from symconvex.handcheck.formula.walking import value_names, walk
from symconvex.handcheck.meaning import calls, indexing, products
from symconvex.handcheck.meaning.naming import find, new_key
from symconvex.handcheck.meaning.variables import (
    Directions,
    Variable,
    chosen,
    parameters,
    stacked_variable,
    variable,
    whole,
)
from symconvex.handcheck.meaning.world import Direction, Env, Unknown
from symconvex.handcheck.values.matrices import Index, Matrix, Mismatch, negated, transposed

Body = Callable[[Env], Matrix]
LOSS = ""


def slope(body: Body, by: Variable, env: Env) -> Matrix:
    """The derivative: of a number in the shape of the variable, of a vector by a vector its Jacobian matrix."""
    value = body(env)
    if value.is_scalar:
        return Matrix(by.rows, by.cols, lambda i, j: env.slope(lambda e: body(e).value, by.direction(i, j)))
    if by.is_scalar:
        step = by.direction(0, 0)
        return Matrix(value.rows, value.cols, lambda i, j: env.slope(lambda e: body(e).at(i, j), step))
    if not (value.is_vector and by.is_vector):
        raise Unknown("the derivative of a matrix by a matrix")
    jacobian = Matrix(value.length, by.length, lambda i, j: env.slope(lambda e: body(e).item(i), by.along(j)))
    return transposed(jacobian) if value.cols != 1 and by.cols == 1 else jacobian


def read_derivative(node: Derivative, env: Env) -> Matrix:
    """A derivative in any spelling; computed once at each place."""
    key = env.key_of(node)
    known = env.world.memo.get(key)
    if known is None:
        known = env.world.memo[key] = _derivative(node, env)
    return known


def _check_reaches(node: Derivative, env: Env) -> None:
    """What is differentiated must be written in terms of what it is differentiated by."""
    literal = {part.base for part in walk(node.of) if isinstance(part, Name)} if node.of is not None else set()
    reached = _reached(literal, env)
    for wrt in node.wrt:
        found = indexing.resolve(wrt, env)
        names = {found.key, wrt.base} if found is not None and isinstance(wrt, Name) else reached
        moving = node.kind != "directional" and found is not None and _is_known_to_move(found.key, env)
        if moving and found is not None and not names & reached:
            raise Unknown(f"{found.key} does not occur in what is differentiated")
        if found is None or found.key not in env.world.definitions or found.key in env.world.used:
            continue
        if not (isinstance(wrt, Name) and wrt.base in literal):
            raise Unknown(f"nothing is written in terms of {found.key}")


def _is_known_to_move(key: str, env: Env) -> bool:
    """A letter that stands for any value; data too, where the loss is a formula, so that what occurs in it is seen."""
    declared = env.setting.declared
    data = key in declared.names and key not in declared.parameters
    return key in env.setting.dummies or (data and env.setting.body(LOSS) is not None)


def _reached(names: set[str], env: Env) -> set[str]:
    """The names, and everything in what the derivation writes for them."""
    waiting, found = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            known = LOSS if name in env.setting.heads and env.setting.body(name) is None else name
            body = env.setting.body(known) or env.setting.own.get(name, ((), None))[1]
            inside = walk(body) if body is not None else ()
            waiting += [key for part in inside if isinstance(part, Name) for key in (part.base, new_key(part)[0])]
    return found


def _derivative(node: Derivative, env: Env) -> Matrix:
    if isinstance(node.of, Evaluated):
        return env.value(Evaluated(Derivative(node.kind, node.of.body, node.wrt, node.order, node.written), node.of.at))
    point = _point(node, env)
    if point and isinstance(node.of, MaybeCall):
        return env.calling(point).value(Derivative(node.kind, node.of.head, node.wrt, node.order, node.written))
    _check_reaches(node, env)
    own = _own_arguments(node.of, env)
    body = body_of(MaybeCall(node.of, own) if own and node.of is not None else node.of)
    wrt = node.wrt or own or _letters_of_call(node.of, env)
    match node.kind:
        case "gradient":
            return slope(body, chosen(wrt, env), env)
        case "hessian":
            return _hessian(body, wrt, env)
        case "partial" | "total":
            return _iterated(body, node, env)
        case "differential":
            return _differential(node, body, env)
        case "directional":
            return _directional(body, node.wrt, env)
    raise Unknown(f"the derivative {node.kind}")


def _own_arguments(of: Node | None, env: Env) -> tuple[Node, ...]:
    """A function of its own moves with its arguments: g(x, y) with x and y, also where the loss is one of x alone."""
    if not isinstance(of, Name) or not calls.own_function(of, env):
        return ()
    names, _ = calls.definition_of(of, env)
    return tuple(map(Name, names)) if len(names) > 1 else ()


def _letters_of_call(of: Node | None, env: Env) -> tuple[Node, ...]:
    """v of g(v), where g is defined as a function of v, which is no parameter."""
    match of:
        case MaybeCall(Name() as head, (Name(letter, (), (), ()) as arg,), _, ()) if calls.own_function(head, env):
            own = calls.definition_of(head, env)[0] == (letter,)
            return (arg,) if own and letter not in env.world.declared.parameters else ()
    return ()


def _point(node: Derivative, env: Env) -> Mapping[str, Matrix]:
    """In \\nabla J(0) and \\partial J(0, 1)/\\partial u the point is put in after the derivative is taken."""
    of = node.of
    if not isinstance(of, MaybeCall) or of.after or not calls.is_of_parameters(of, env):
        return {}
    if node.kind in ("gradient", "hessian", "directional"):
        return calls.point_of(of.args, env)
    moved = [indexing.resolve(wrt, env) for wrt in node.wrt]
    keys = {found.key for found in moved if found is not None}
    inside = {part for arg in of.args for part in walk(arg) if isinstance(part, Name)}
    found_inside = {found.key for found in (indexing.resolve(name, env) for name in inside) if found is not None}
    by_parameters = bool(keys) and keys <= set(env.world.declared.parameters) and len(keys) <= len(moved)
    return calls.point_of(of.args, env) if by_parameters and not keys & found_inside else {}


def body_of(of: Node | None) -> Body:
    """What is differentiated; the loss when it is not named."""
    if of is None:
        return body_of_loss
    return lambda e: e.value(of)


def body_of_loss(env: Env) -> Matrix:
    """The loss itself."""
    if LOSS not in env.world.definitions:
        raise Unknown("the loss")
    return env.look_up(LOSS)


def _hessian(body: Body, wrt: tuple[Node, ...], env: Env) -> Matrix:
    if len(wrt) == 2 and not _same(wrt[0], wrt[1]) and isinstance(wrt[1], Transpose):
        first, second = variable(wrt[0], env), variable(wrt[1], env)
    else:
        first = second = chosen(wrt[:1] if len(wrt) == 2 and _same(wrt[0], wrt[1]) else wrt, env)
    rows, cols = stacked_variable(first), stacked_variable(second)

    def entry(i: Index, j: Index) -> object:
        return env.slope(lambda e: e.slope(lambda f: body(f).value, cols.along(j)), rows.along(i))

    if first is not second:
        return Matrix(rows.length, cols.length, entry)
    return mirrored(Matrix(rows.length, cols.length, entry))


def mirrored(upper: Matrix) -> Matrix:
    """A symmetric matrix of which only one half is computed."""

    def entry(i: Index, j: Index) -> object:
        return upper.at(j, i) if isinstance(i, int) and isinstance(j, int) and j < i else upper.at(i, j)

    return Matrix(upper.rows, upper.cols, entry)


def _same(first: Node, second: Node) -> bool:
    return _untransposed(first) == _untransposed(second)


def _untransposed(node: Node) -> Node:
    return node.body if isinstance(node, Transpose) else node


def _iterated(body: Body, node: Derivative, env: Env) -> Matrix:
    if not node.wrt and node.order > 2:
        raise Unknown(f"the derivative of order {node.order} in words")
    if not node.wrt:
        return slope(body, parameters(env), env) if node.order == 1 else _hessian(body, (), env)
    if len(node.wrt) == 1 and node.order == 2:
        return _hessian(body, node.wrt, env)
    if node.kind == "total" and _is_time(node.wrt[0], env):
        return _along_flow(body, env)
    turned = env.setting.rows and len(node.wrt) == 1 and body(env).is_scalar
    for wrt in node.wrt:
        body = _by(body, wrt)
    return transposed(body(env)) if turned else body(env)


def _by(body: Body, wrt: Node) -> Body:
    return lambda e: slope(body, variable(wrt, e), e)


def _is_time(node: Node, env: Env) -> bool:
    return isinstance(node, Name) and indexing.resolve(node, env) is None


def _along_flow(body: Body, env: Env) -> Matrix:
    """The time derivative when every parameter follows the gradient flow."""
    steps = {name: direction_of(flow(name, env)) for name in env.world.declared.parameters}
    value = body(env)
    return Matrix(value.rows, value.cols, lambda i, j: env.slope(lambda e: body(e).at(i, j), steps))


def flow(name: str, env: Env) -> Matrix:
    """- dL/dW, the velocity of a parameter under gradient flow."""
    return negated(slope(body_of_loss, whole(name, env), env))


def direction_of(matrix: Matrix) -> Direction:
    """A matrix as the direction that moves every entry by its own."""
    return matrix.at


def read_flow(name: Name, env: Env) -> Matrix:
    """A letter with a dot: its time derivative."""
    bare = Name(name.base, tuple(d for d in name.decorations if d != "dot"), name.subscripts, name.superscripts)
    for cut in range(len(bare.subscripts), -1, -1):
        key, letters = new_key(replace(bare, subscripts=bare.subscripts[:cut]))
        if not letters and f"{key}dot" in env.world.definitions:
            value = env.look_up(f"{key}dot")
            return indexing.entry(value, bare.subscripts[cut:], env) if cut < len(bare.subscripts) else value
    key = indexing.whole(bare, env)
    return flow(key, env) if key in env.world.declared.parameters else _along_flow(lambda e: e.value(bare), env)


def _differential(node: Derivative, body: Body, env: Env) -> Matrix:
    if isinstance(node.of, Name):
        found = indexing.resolve(node.of, env)
        short = None if found is None else f"d{found.key}"
        if found is not None and short in env.world.definitions:
            value = env.look_up(short)
            return indexing.entry(value, found.indices, env) if found.indices else value
    steps = differential_steps(env)
    for _ in range(node.order):
        body = _along(body, steps)
    return body(env)


def _along(body: Body, steps: Directions) -> Body:
    def taken(env: Env) -> Matrix:
        value = body(env)
        return Matrix(value.rows, value.cols, lambda i, j: env.slope(lambda e: body(e).at(i, j), steps))

    return taken


def differential_steps(env: Env) -> Directions:
    """dw for every parameter and every free variable."""
    moving = [name for name in env.world.declared.names if f"d_{name}" in env.world.declared.names]
    return {name: direction_of(env.look_up(f"d_{name}")) for name in moving}


def _directional(body: Body, directions: tuple[Node, ...], env: Env) -> Matrix:
    names = env.world.declared.parameters
    for node in directions:
        items = node.items if isinstance(node, Group) and len(node.items) == len(names) else (node,)
        moved = names if len(items) == len(names) else _moved_by(node, env)
        steps = {name: _step(name, env.value(item), env) for name, item in zip(moved, items, strict=True)}
        body = _along(body, steps)
    return body(env)


def _moved_by(node: Node, env: Env) -> tuple[str, ...]:
    """v_{W_1} moves W_1 alone; a direction of a shape that one parameter has moves that one."""
    found = indexing.resolve(node, env)
    named = [name for name in env.world.declared.parameters if found is not None and found.key == f"v{name}"]
    if named:
        return (named[0],)
    step = env.value(node)
    shaped = [name for name in env.world.declared.parameters if _has_shape(env.look_up(name), step)]
    if len(shaped) != 1:
        raise Unknown("a direction for every parameter")
    return (shaped[0],)


def _has_shape(value: Matrix, step: Matrix) -> bool:
    return (value.rows, value.cols) == (step.rows, step.cols)


def _step(name: str, step: Matrix, env: Env) -> Direction:
    value = env.look_up(name)
    if not _has_shape(value, step):
        raise Mismatch(f"{name} is {value.rows} x {value.cols}, its direction {step.rows} x {step.cols}")
    return direction_of(step)


def subscripted(name: Name, env: Env) -> Matrix:
    """A partial derivative written with subscripts."""
    wrt = indexing.partial_names(name, env)
    if wrt is None:
        raise Unknown(f"the name {name.base}")
    bare = Name(name.base, name.decorations)
    return _iterated(body_of(bare), Derivative("partial", bare, wrt, len(wrt)), env)


def read_prime(body: Node, count: int, env: Env) -> Matrix:
    """A dash: the derivative of a function of one variable, else a transpose."""
    if isinstance(body, Name) and calls.own_function(body, env):
        return calls.own_slope(body, count, env)
    if isinstance(body, Name) and is_function_name(body, env):
        return iterated_slope(lambda e: e.value(body), count, env)
    value = env.value(body)
    if not value.is_scalar:
        return transposed(value)
    argument = only_argument(body, env)
    if argument is not None:
        return iterated_slope_by(lambda e: e.value(body), argument, count, env)
    if isinstance(body, MaybeCall) or (isinstance(body, Group) and _one_variable(env)):
        return iterated_slope(lambda e: e.value(body), count, env)
    defined = isinstance(body, Name) and find(body, env.setting.written) is not None  # a = sigma(z)
    if not defined and all(_is_number(letter, env) is True for letter in value_names(body)):
        raise Unknown("by which letter the dash differentiates")
    return value


def _is_number(letter: Name, env: Env) -> bool | None:
    """Is it declared as one; None where nothing is declared of it."""
    found = find(letter, frozenset(env.world.declared.names))
    return None if found is None else not found.indices and not env.world.declared.names[found.key].shape


def only_argument(body: Node, env: Env) -> Name | None:
    """z, where s = sigma(z) is defined, or sigma(z) written, and nothing else moves in it."""
    if not isinstance(body, Name):
        letter = only_letter(body, env)
        return letter if letter is not None and _is_number(letter, env) is not False else None
    found = find(body, env.setting.written)
    if found is None or found.indices or env.setting.indices(found.key):
        return None
    return only_letter(env.setting.written[found.key][1], env)


def only_letter(body: Node, env: Env) -> Name | None:
    """u, where (tanh u)' is written and nothing else moves in it."""
    known = [part for part in set(value_names(body)) if calls.function_of(part, env) is None and part.base != "e"]
    return known[0] if len(known) == 1 and not known[0].subscripts else None


def iterated_slope_by(body: Body, wrt: Name, count: int, env: Env) -> Matrix:
    """The derivative of some order by a name."""
    for _ in range(count):
        body = _by(body, wrt)
    return body(env)


def is_function_name(name: Name, env: Env) -> bool:
    """The loss, or a definition that is one number."""
    found = find(name, frozenset(env.world.definitions))
    return found is not None and not found.indices and _one_variable(env)


def _one_variable(env: Env) -> bool:
    names = env.world.declared.parameters
    return len(names) == 1 and not env.world.declared.names[names[0]].shape


def iterated_slope(body: Body, count: int, env: Env) -> Matrix:
    """The derivative of some order by the only parameter."""
    for _ in range(count):
        body = _plain_slope(body)
    return body(env)


def _plain_slope(body: Body) -> Body:
    return lambda e: slope(body, parameters(e), e)


def read_at(body: Node, at: Chain, env: Env) -> Matrix:
    """A formula with a value put in for a variable."""
    key = indexing.whole(at.left, env)
    if key == indexing.NO_NAME or len(at.relations) != 1:
        raise Unknown("the place where this is evaluated")
    point = env.value(at.relations[0].right)
    if point.is_scalar:
        point = products.fitted(point, env.look_up(key))
    return env.calling({key: point}).value(body)
