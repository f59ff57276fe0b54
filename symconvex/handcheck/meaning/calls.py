"""Calls: functions of the catalogue, the loss at another point, and letters that stand for functions."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from symconvex.handcheck.formula.tree import (
    Apply,
    Derivative,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Prime,
    as_call,
    as_product,
)
from symconvex.handcheck.formula.walking import holds_itself, walk
from symconvex.handcheck.meaning import indexing, literals, products, ranges
from symconvex.handcheck.meaning.naming import find, stems, word_of
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.values.definite import determinant, eliminated
from symconvex.handcheck.values.matrices import Index, Matrix, Mismatch, counted, mapped, scalar
from symconvex.handcheck.values.scalars import Scalar, apply, innermost, is_function

# What a letter means as a function, when nothing else is said.
LETTERS: Mapping[str, str] = {"sigma": "sigmoid", "varsigma": "sigmoid"}


# Letters that people apply: undeclared, a bracket after them is no factor.
FUNCTIONS = frozenset(
    ("phi", "varphi", "psi", "f", "g", "h", "F", "G", "J", "L", "ell", "R", "Phi", "Psi", "rho", "q", "T")
)


def function_of(head: Node, env: Env) -> str | None:
    """The function of one number that a head stands for."""
    if not isinstance(head, Name) or head.superscripts or head.subscripts:
        return None
    if head.decorations == ("roman",) and is_function(head.base):
        return head.base
    for stem in stems(head):
        if stem in env.setting.functions:
            return env.setting.functions[stem]
        if stem in LETTERS and stem not in env.world.shapes:
            return LETTERS[stem]
    return None


def is_call(node: MaybeCall, env: Env) -> bool:
    """Is the bracket an argument, rather than a factor?"""
    head = node.head
    if isinstance(head, MaybeCall) or holds_itself(node):
        return False
    if isinstance(head, Prime):
        named = function_of(head.body, env) is not None or own_function(head.body, env)
        return named or _is_function_like(head.body, node.args, env)
    if isinstance(head, Derivative):
        return _names_only(node.args, env) or _is_point(node.args, env)
    if eigenvalue_of(head):
        return True
    if sample_value(head, node.args, env) is not None:
        return True
    return function_of(head, env) is not None or own_function(head, env) or _is_function_like(head, node.args, env)


def sample_value(head: Node, args: tuple[Node, ...], env: Env) -> Matrix | None:
    """h_theta(x^{(i)}): the prediction for sample i, when h is declared for all samples."""
    if not isinstance(head, Name) or len(args) != 1 or not isinstance(args[0], Name):
        return None
    sample = indexing.resolve(args[0], env)
    bare = Name(head.base, head.decorations)
    known = find(bare, env.world.words)
    if sample is None or known is None or len(sample.indices) != 1 or sample.key not in indexing.samples(env):
        return None
    return indexing.entry(env.look_up(known.key), sample.indices, env)


def eigenvalue_of(head: Node) -> str:
    """lambda_max or lambda_min before a bracket."""
    match head:
        case Name("lambda", _, (single,), ()) if word_of(single) in ("max", "min"):
            return f"lambda{word_of(single)}"
    return ""


def own_function(head: Node, env: Env) -> bool:
    """A function that the derivation defines itself."""
    return isinstance(head, Name) and any(stem in env.setting.own for stem in stems(head))


def _is_function_like(head: Node, args: tuple[Node, ...], env: Env) -> bool:
    """The loss, or a definition followed by names of variables only."""
    if not isinstance(head, Name):
        return False
    bare = find(head, frozenset(env.world.definitions))
    if bare is None:
        return False
    if bare.key in env.setting.heads and len(args) == len(env.world.declared.parameters):
        return True
    if head.base in ("H", "g") and not head.subscripts and len(args) > 1 and _is_point(args, env):
        return True
    return _names_only(args, env, dummies=not bare.indices and not head.subscripts)


def _is_point(args: tuple[Node, ...], env: Env) -> bool:
    """(0, 0) after a derivative by u and v; a single number only when it is 0."""
    numbers = all(isinstance(arg, Number) or (isinstance(arg, Neg) and isinstance(arg.body, Number)) for arg in args)
    single = len(args) == 1 and args[0] != Number(Fraction(0))
    return numbers and len(args) == len(env.world.declared.parameters) and not single


def _names_only(args: tuple[Node, ...], env: Env, *, dummies: bool = True) -> bool:
    """Names of variables; after an entry such as h_{ij} a letter of its own is a factor."""
    moving = {*env.world.declared.parameters, *(env.setting.dummies if dummies else ())}
    found = [indexing.resolve(arg, env) for arg in args]
    return all(parts is not None and parts.key in moving for parts in found)


def read_call(node: MaybeCall, env: Env) -> Matrix:
    """A bracket after a letter."""
    if not is_call(node, env):
        if _is_loss(node.head, env) and not holds_itself(node):
            return _at_stacked(node, env)
        _refuse_product(node, env)
        return env.value(as_product(node))
    if node.after:
        return env.value(as_call(node))
    head = node.head
    sample = sample_value(head, node.args, env)
    if sample is not None:
        return sample
    if eigenvalue_of(head):
        return MATRIX_FUNCTIONS[eigenvalue_of(head)](_single(node.args, env), env)
    if isinstance(head, Prime) and function_of(head.body, env) is not None:
        known = str(function_of(head.body, env))
        return _function_slope(lambda x: apply(known, x), head.count, _single(node.args, env), env)
    if isinstance(head, Prime) and isinstance(head.body, Name) and own_function(head.body, env):
        own = head.body
        return _function_slope(lambda x: _own(own, (scalar(x),), env).value, head.count, _single(node.args, env), env)
    name = function_of(head, env)
    if name is not None:
        return mapped(name, _single(node.args, env))
    if own_function(head, env) and isinstance(head, Name):
        return _own(head, tuple(env.value(arg) for arg in node.args), env)
    return _at_arguments(head, node.args, env)


def _is_loss(head: Node, env: Env) -> bool:
    found = find(head, frozenset(env.world.definitions)) if isinstance(head, Name) else None
    return found is not None and not found.indices and found.key in env.setting.heads


def _at_stacked(node: MaybeCall, env: Env) -> Matrix:
    """The loss at all parameters in one column: J(2 theta) with theta = (w, b); it is no factor."""
    names = env.world.declared.parameters
    likes = [env.look_up(name) for name in names]
    if len(node.args) != 1 or len(names) < 2 or not all(like.cols == 1 for like in likes):
        raise Unknown("the arguments of the loss")
    if node.after:
        return env.value(as_call(node))
    column, start, given = env.value(node.args[0]), 0, dict[str, Matrix]()
    sizes = [counted(like.rows, "several parameters") for like in likes]
    if not column.is_vector or column.length != sum(sizes):
        raise Unknown("the arguments of the loss")
    for name, size in zip(names, sizes, strict=True):
        given[name] = _part(column, start, size)
        start += size
    return env.calling(given).value(node.head)


def _part(column: Matrix, start: int, size: int) -> Matrix:
    return Matrix(size, 1, lambda i, _: column.item(start + int(i)))


def _refuse_product(node: MaybeCall, env: Env) -> None:
    """A letter that usually is a function, and that nothing declares, is no factor of phi(2w)."""
    head = node.head.body if isinstance(node.head, Prime) else node.head
    if isinstance(head, Name) and head.base in FUNCTIONS and not head.decorations and not own_function(head, env):
        found = indexing.resolve(head, env)
        if found is None or found.key in env.setting.dummies:
            raise Unknown(f"{head.base} is not declared: a function or a number")


def _single(args: tuple[Node, ...], env: Env) -> Matrix:
    if len(args) != 1:
        raise Unknown(f"a function of {len(args)} arguments")
    return env.value(args[0])


def _function_slope(function: Callable[[Scalar], Scalar], count: int, at: Matrix, env: Env) -> Matrix:
    """sigma'(z), sigma''(z), entry by entry."""

    def order(k: int, x: Scalar) -> Scalar:
        if k == 0:
            return function(x)
        tag = env.world.tag()
        return env.algebra.slope(tag, order(k - 1, env.algebra.moved(tag, x, env.algebra.number(Fraction(1)))))

    return Matrix(at.rows, at.cols, lambda i, j: order(count, at.at(i, j)))


def definition_of(head: Name, env: Env) -> tuple[tuple[str, ...], Node]:
    """The arguments and the body of a function that the derivation defines itself."""
    return next(env.setting.own[stem] for stem in stems(head) if stem in env.setting.own)


def _own(head: Name, args: tuple[Matrix, ...], env: Env) -> Matrix:
    names, body = definition_of(head, env)
    if len(names) != len(args):
        raise Unknown(f"{head.base} of {len(args)} arguments")
    return indexing.at_below(head, env).calling(dict(zip(names, args, strict=True))).value(body)


def own_slope(head: Name, count: int, env: Env) -> Matrix:
    """l' without a bracket: at the argument as it is here."""
    names, _ = definition_of(head, env)
    if len(names) != 1:
        raise Unknown(f"the derivative of a function of {len(names)} arguments")
    return _function_slope(lambda x: _own(head, (scalar(x),), env).value, count, env.look_up(names[0]), env)


def formal(name: str) -> str:
    """The hidden letter for the argument m of l(m), which may have another meaning elsewhere."""
    return f"argument {name}"


def _is_vector_argument(base: str, env: Env) -> bool:
    """In a line with z_k, where l(z) has the vector z and the scores z_{ik} form a matrix, z is that vector."""
    if formal(base) not in env.setting.dummies or env.look_up(formal(base)).length == 1:
        return False
    return base in env.world.definitions and not env.look_up(base).is_vector


def variable(name: str) -> str:
    """The hidden letter for the number z in d/dz log(1 + e^z), where z_1, ..., z_n are defined as well."""
    return f"variable {name}"


def _about_loss(body: Node, env: Env) -> bool:
    return any(isinstance(part, Name) and part.base in env.setting.heads for part in walk(body))


def localised(nodes: tuple[Node, ...], env: Env) -> Env:
    """In a line about l(m), l'(m) or dl/dm the letter m is the argument, whatever it is elsewhere."""
    names, variables = list[str](), list[str]()
    parts = [part for whole in nodes for part in walk(whole)]
    for node in parts:
        match node:
            case MaybeCall((Name() as head) | Prime(Name() as head), args) if own_function(head, env):
                formals = definition_of(head, env)[0]
                names += formals if args == tuple(Name(name) for name in formals) else ()
            case Derivative(_, Name() as head) | Prime(Name() as head) if own_function(head, env):
                names += definition_of(head, env)[0]
            case Name(base, _, (_,), ()) if _is_vector_argument(base, env):
                names.append(base)
            case Derivative("total" | "partial", body, (Name(base, (), (), ()), *_)) if body is not None:
                variables += (base,) if variable(base) in env.setting.dummies and not _about_loss(body, env) else ()
    entries = {part.base for part in parts if isinstance(part, Name) and part.subscripts}
    names = [name for name in names if _is_local(name, entries, env)]
    letters = {**{name: variable(name) for name in variables}, **{name: formal(name) for name in names}}
    return env.calling({name: env.look_up(letter) for name, letter in letters.items()}) if letters else env


def _is_local(name: str, entries: set[str], env: Env) -> bool:
    """Not a parameter itself, nor a vector whose entries stand in the same line."""
    if name in env.world.declared.parameters or formal(name) not in env.setting.dummies:
        return False
    return name not in entries or not env.look_up(formal(name)).is_scalar


def is_of_parameters(node: MaybeCall, env: Env) -> bool:
    """Is this the loss at a point, as J(0) and L(u, v) are?"""
    head = node.head
    if not isinstance(head, Name) or own_function(head, env) or function_of(head, env) is not None:
        return False
    return len(node.args) == len(env.world.declared.parameters) and is_call(node, env)


def point_of(args: tuple[Node, ...], env: Env) -> dict[str, Matrix]:
    """The parameters that an argument replaces by something else."""
    names = env.world.declared.parameters
    given = {}
    for name, arg in zip(names, args, strict=True) if len(args) == len(names) else ():
        if indexing.whole(arg, env) != name:
            given[name] = _fitting(env.value(arg), env.look_up(name))
    return given


def _at_arguments(head: Node, args: tuple[Node, ...], env: Env) -> Matrix:
    """The loss, or a derivative of it, at its own parameters or at other points."""
    given = point_of(args, env)
    there = env.calling(given) if given else env
    return there.value(head)


def _fitting(value: Matrix, like: Matrix) -> Matrix:
    """An argument of the shape of the parameter."""
    fitted = products.fitted(value, like)
    if (fitted.rows, fitted.cols) != (like.rows, like.cols):
        raise Mismatch(f"an argument {fitted.rows} x {fitted.cols} for a parameter {like.rows} x {like.cols}")
    return fitted


def read_function(node: Apply, env: Env) -> Matrix:
    """A function known by its name."""
    name = node.function
    if node.subscripts:
        return _subscripted(node, env)
    if name == "diag" and len(node.args) == 1:
        listed = _listed_entries(node.args[0], env)
        return _diag(env.value(node.args[0]) if listed is None else listed, env)
    if name in MATRIX_FUNCTIONS:
        if len(node.args) != 1:
            args = literals.stack(literals.spread(node.args, env)) if name != "tr" else _single(node.args, env)
            return MATRIX_FUNCTIONS[name](args, env)
        return MATRIX_FUNCTIONS[name](env.value(node.args[0]), env)
    if name in ("max", "min"):
        return products.extreme(literals.spread(node.args, env), 1 if name == "max" else -1)
    if is_function(name):
        return mapped(name, _single(node.args, env))
    raise Unknown(f"the function {node.function}")


def _subscripted(node: Apply, env: Env) -> Matrix:
    """log_2 x, and softmax_k(z) as an entry."""
    plain = env.value(Apply(node.function, node.args))
    if node.function == "log":
        base = env.value(node.subscripts[0]).value
        return products.divided(plain, scalar(apply("log", base)))
    if node.function == "softmax":
        return indexing.entry(plain, node.subscripts, env)
    raise Unknown(f"{node.function} with a subscript")


def _listed_entries(body: Node, env: Env) -> Matrix | None:
    """diag(p_i(1 - p_i)): the general entry stands for all of them."""
    letters = ranges.unbound(body, env)
    if len(letters) != 1:
        return None
    size = ranges.range_of(letters[0], (body,), env)
    if size is None:
        raise Unknown(f"what {letters[0]} runs over")
    return Matrix(size, 1, lambda i, _: env.binding(letters[0], i, size).value(body).value)


def _diag(a: Matrix, env: Env) -> Matrix:
    if a.is_scalar:
        return a
    if a.is_vector:
        return Matrix(a.length, a.length, lambda i, j: env.algebra.delta(i, j) * a.item(i))
    if a.rows != a.cols:
        raise Mismatch(f"the diagonal of a {a.rows} x {a.cols} matrix")
    return Matrix(a.rows, 1, lambda i, _: a.at(i, i))


def _softmax(a: Matrix, env: Env) -> Matrix:
    """Of a column as a whole, of a matrix row by row."""
    if a.cols == 1:
        total = env.algebra.total(a.rows, lambda k: apply("exp", a.at(k, 0)))
        return Matrix(a.rows, 1, lambda i, j: apply("exp", a.at(i, j)) / total)

    def share(i: Index, j: Index) -> Scalar:
        return apply("exp", a.at(i, j)) / env.algebra.total(a.cols, lambda k: apply("exp", a.at(i, k)))

    return Matrix(a.rows, a.cols, share)


def _logsumexp(a: Matrix, env: Env) -> Matrix:
    return scalar(apply("log", env.algebra.total(a.length, lambda k: apply("exp", a.item(k)))))


def rank(a: Matrix) -> int:
    """The rank at an instance."""
    rows, cols = counted(a.rows, "a rank"), counted(a.cols, "a rank")
    return len(eliminated([[innermost(a.at(i, j)) for j in range(cols)] for i in range(rows)], cols)[1])


def _eigenvalue(a: Matrix, largest: bool) -> Matrix:
    from symconvex.handcheck.values.definite import extreme_eigenvalue

    return scalar(extreme_eigenvalue(a, largest=largest))


MATRIX_FUNCTIONS: Mapping[str, Callable[[Matrix, Env], Matrix]] = {
    "diag": _diag,
    "tr": lambda a, env: products.trace(a, env.algebra),
    "vec": lambda a, _: products.stacked(a),
    "det": lambda a, _: scalar(determinant(a)),
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "lg": lambda a, env: products.divided(mapped("log", a), mapped("log", scalar(env.algebra.number(Fraction(10))))),
    "rank": lambda a, env: scalar(env.algebra.number(Fraction(rank(a)))),
    "lambdamax": lambda a, _: _eigenvalue(a, largest=True),
    "lambdamin": lambda a, _: _eigenvalue(a, largest=False),
}
