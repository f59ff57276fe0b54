"""Calls: which operation is meant, which arguments are arrays, and which are said by words."""

import ast
import difflib
from collections.abc import Callable, Mapping
from fractions import Fraction

from symconvex.errors import LossError, NotYet, UnknownName
from symconvex.functions import functions
from symconvex.language import absent, entries, loops, nodes, pieces, standins
from symconvex.language.calls import ALIASES, CALLS, SYNONYMS, Call, axis_size
from symconvex.language.mending import sum_over
from symconvex.language.place import Place
from symconvex.language.syntax import exact
from symconvex.language.vocabulary import Vocabulary
from symconvex.problem import Expr, Size

Read = Callable[[ast.expr, Vocabulary], Expr]
Form = Callable[[ast.Call, Read, Vocabulary], Expr]

LISTED = ("concatenate", "stack", "column_stack")
UNCHANGED = ("array", "asarray", "tensor", "atleast_1d", "item", "detach", "copy", "clone", "float", "double")
EXTREMES = ("max", "min")
MOST_NEAR = 5
USUAL = ("abs", "exp", "log", "max", "norm", "sigmoid", "sqrt", "sum")  # what is named where none is near
DISTRIBUTION: Mapping[str, str] = {"cdf": "normcdf", "pdf": "normpdf", "logcdf": "log_normcdf"}  # of scipy.stats.norm


def called(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """The value of a call."""
    at, (name, before) = scope.place(node), _function(node.func, scope)
    name = ALIASES.get(name, name)
    if name in UNCHANGED and len(before) + len(node.args) == 1 and not node.keywords:
        return read((*before, *node.args)[0], scope)
    if name == "size" and before:
        return axis_size(read(before[0], scope), _axis(node, scope), at)
    if name in FORMS and not before:
        return FORMS[name](node, read, scope)
    known = CALLS.get(name)
    if known is None and name not in functions():
        raise _unknown(name, scope, scope.place(node.func))
    return _with_arrays(node, name, known, before, read, scope)


def _with_arrays(
    node: ast.Call, name: str, known: Call | None, before: tuple[ast.expr, ...], read: Read, scope: Vocabulary
) -> Expr:
    at = scope.place(node)
    given = (*before, *node.args)
    if given and name in LISTED and isinstance(given[0], ast.List | ast.Tuple):
        given = (*given[0].elts, *given[1:])
    most = known.most if known else 1
    if name in EXTREMES and len(given) == 2 and isinstance(node.func, ast.Attribute) and _is_whole(given[1]):
        most = 1  # as in NumPy, the second argument is the axis
    arrays, rest = given[:most], given[most:]
    accepted, words = known.words if known else (), dict[str, object]()
    strange = [word.arg for word in node.keywords if SYNONYMS.get(str(word.arg), word.arg) not in accepted]
    fewest, usage = (known.fewest, known.usage) if known else (1, f"{name}(x)")
    if len(rest) > len(accepted) or len(arrays) < fewest or (strange and known is None):
        raise _wrong(name, usage, len(given), bool(node.keywords), at)
    if strange:
        raise _strange(name, strange[0] or "**", usage, at)
    for word, value in zip(accepted, rest, strict=False):
        words[word] = _word(value, read, scope)
    for keyword in node.keywords:
        words[SYNONYMS.get(str(keyword.arg), str(keyword.arg))] = _word(keyword.value, read, scope)
    args = tuple(read(arg, scope) for arg in arrays)
    return known.make(args, words, at) if known else nodes.call(name, args[0], at)


def _is_whole(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and isinstance(inner.value, int)


def _wrong(name: str, usage: str, count: int, worded: bool, at: Place) -> LossError:
    given = f"{count} argument{'s' * (count != 1)}" + " and a keyword" * worded
    return LossError(
        f"{name} is called in the wrong way", where=at.show(), expected=usage, got=given, hint=f"write {usage}"
    )


def _strange(name: str, word: str, usage: str, at: Place) -> LossError:
    known = CALLS[name].words
    return LossError(
        f"the keyword {word} is not known here",
        where=at.show(),
        expected=usage,
        got=f"{word}=...",
        hint=f"{name} takes {', '.join(f'{one}=' for one in known)}" if known else f"write {usage}",
    )


def _word(node: ast.expr, read: Read, scope: Vocabulary) -> object:
    """What is said by a word: a truth value, a text, a number, an infinity, several numbers; else a formula."""
    at = scope.place(node)
    match node:
        case ast.Constant(value=None | bool() | str() as value):
            return value
        case ast.Constant(value=int() as value):
            return int(exact(at))
        case ast.Constant(value=float()):
            return exact(at)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as inner):
            size = _word(inner, read, scope)
            return -size if isinstance(size, int | Fraction) else size
        case ast.UnaryOp(op=ast.USub(), operand=inner) if _is_infinite(inner, scope):
            return "-inf"
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(_word(part, read, scope) for part in parts)
    return "inf" if _is_infinite(node, scope) else read(node, scope)


def _is_infinite(node: ast.expr, scope: Vocabulary) -> bool:
    match node:
        case ast.Name(id="inf" | "Infinity") if node.id not in scope.symbols:
            return True
        case ast.Attribute(value=module, attr="inf" | "Inf"):
            return scope.is_module(module)
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf")]):
            return True
    return False


def _axis(node: ast.Call, scope: Vocabulary) -> int:
    match node.args:
        case [ast.Constant(value=int() as value)]:
            return value
        case [ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value))]:
            return -value
    at = scope.place(node)
    got = at.text[slice(*at.span)][:60]
    raise LossError("an axis is a whole number", where=at.show(), expected="X.size(0)", got=got, hint="write X.size(0)")


def _function(func: ast.expr, scope: Vocabulary) -> tuple[str, tuple[ast.expr, ...]]:
    """The name of a called function, and the array in front of the dot of a method."""
    match func:
        case ast.Name(id=name):
            return name, ()
        case ast.Attribute(value=ast.Attribute(value=module, attr="norm"), attr=word) if word in DISTRIBUTION:
            if scope.is_module(module):
                return DISTRIBUTION[word], ()
        case ast.Attribute(value=ast.Name(id="norm"), attr=word) if word in DISTRIBUTION:
            return DISTRIBUTION[word], ()
    if isinstance(func, ast.Attribute):
        if scope.is_module(func.value):
            return func.attr, ()
        word = ALIASES.get(func.attr, func.attr)
        if word in CALLS or word in functions() or word in UNCHANGED or word == "size":
            return func.attr, (func.value,)
    at = scope.place(func)
    word = at.text[slice(*at.span)]
    raise LossError(
        "this cannot be called",
        where=at.show(),
        expected="a function by name",
        got=word[:60],
        hint=f"for a product write {word[:60]} * (...)",
    )


def _unknown(name: str, scope: Vocabulary, at: Place) -> UnknownName:
    catalogue = sorted({*CALLS, *functions(), *FORMS})
    near = difflib.get_close_matches(name, [*catalogue, *ALIASES], MOST_NEAR)
    near = [absent.LETTERS[name], *near] if name in absent.LETTERS else near
    hint = f"did you mean {near[0]}?" if near else "write it out in functions such as these"
    hint = absent.INSTEAD.get(name, hint)
    hint = sum_over(at.text) if name.startswith("sum_") and sum_over(at.text) else hint
    if name in scope.symbols or name in scope.sizes:
        hint = f"for a product write {name} * (...)"
    return UnknownName(
        f"{name} is not a function of the loss language",
        where=at.show(),
        expected=f"a function that there is, such as {', '.join(near or USUAL)}",
        got=name,
        hint=hint,
    )


# ---- calls with a form of their own -------------------------------------------------------------------------------


def _where(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """where(condition, a, b)."""
    at = scope.place(node)
    if len(node.args) != 3 or node.keywords:
        raise _wrong("where", "where(x > 0, a, b)", len(node.args), bool(node.keywords), at)
    test, yes, no = node.args
    return pieces.chosen(((yes, test), (no, None)), read, scope, at)


def _piecewise(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """Piecewise((a, condition), ..., (b, True)), as SymPy writes it."""
    at = scope.place(node)
    pairs = [tuple(pair.elts) for pair in node.args if isinstance(pair, ast.Tuple) and len(pair.elts) == 2]
    if not pairs or len(pairs) < len(node.args) or node.keywords:
        raise _wrong("Piecewise", "Piecewise((a, x < 0), (b, True))", len(node.args), bool(node.keywords), at)
    return pieces.chosen([(value, test) for value, test in pairs], read, scope, at)


def _select(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """select([c1, c2], [a, b], default)."""
    at = scope.place(node)
    usage = "select([x < 0, x < 1], [a, b], c)"
    match node.args, node.keywords:
        case ([ast.List(elts=tests), ast.List(elts=values), other], []) if len(tests) == len(values) > 0:
            return pieces.chosen([*zip(values, tests, strict=True), (other, None)], read, scope, at)
        case ([ast.List(elts=tests), ast.List(elts=values)], [ast.keyword(arg="default", value=other)]):
            if len(tests) == len(values) > 0:
                return pieces.chosen([*zip(values, tests, strict=True), (other, None)], read, scope, at)
    raise _wrong("select", usage, len(node.args), bool(node.keywords), at)


def _heaviside(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    at = scope.place(node)
    if not 1 <= len(node.args) <= 2:
        raise _wrong("heaviside", "heaviside(x, 0)", len(node.args), False, at)
    return nodes.call("step", read(node.args[0], scope), at)


def _filled(value: int) -> Form:
    def build(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
        at = scope.place(node)
        match node.args:
            case [ast.Tuple(elts=parts) | ast.List(elts=parts)] | [*parts]:
                return entries.filled(value, tuple(_size(part, read, scope) for part in parts), at)
        raise _wrong("ones", "ones(n)", len(node.args), False, at)

    return build


def _eye(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    at = scope.place(node)
    if len(node.args) != 1:
        raise _wrong("eye", "eye(d)", len(node.args), bool(node.keywords), at)
    return entries.identity(_size(node.args[0], read, scope), at)


def _size(node: ast.expr, read: Read, scope: Vocabulary) -> Size:
    """A size: one that is declared, or a whole number."""
    expr, at = read(node, scope), scope.place(node)
    value = nodes.constant(expr)
    if expr.op == "size":
        return str(expr.value)
    if value is not None and value.denominator == 1 and value > 0:
        return int(value)
    raise LossError(
        "this is no size",
        where=at.show(),
        expected="a declared size or a number",
        got=at.of(expr),
        hint="write ones(n)",
    )


def _over(name: str) -> Form:
    """A sum or a mean over an array, or over a loop."""

    def build(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp | ast.ListComp) and not node.keywords:
            array = loops.looped(node.args[0], read, scope)
            # rows of vectors add up to a vector, as in Python
            axis = 0 if len(array.shape) == 2 and name == "sum" else None
            return (nodes.total if name == "sum" else nodes.mean)(array, axis, scope.place(node))
        return _with_arrays(node, name, CALLS[name], (), read, scope)

    return build


def _no_matrix_notation(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """einsum: what it would be with @."""
    at = scope.place(node)
    raise NotYet(
        "einsum is not read",
        where=at.show(),
        expected="products with @, * and .T",
        got=at.text[slice(*at.span)][:60],
        hint=f"write {_instead_of_einsum(node, scope)}",
    )


def _instead_of_einsum(node: ast.Call, scope: Vocabulary) -> str:
    """The same product with @, where it is a usual one."""
    match node.args:
        case [ast.Constant(value=str() as pattern), *arrays]:
            names = [scope.text[slice(*scope.place(array).span)] for array in arrays]
            letters = dict[str, str]()
            plain = "".join(letters.setdefault(c, "abcdefgh"[min(len(letters), 7)]) if c.isalpha() else c
                            for c in pattern.replace(" ", ""))  # fmt: skip
            if plain in EINSUMS and EINSUMS[plain].count("{") == len(names):
                return EINSUMS[plain].format(*map(nodes.bracketed, names))
    return "X @ w for 'ij,j->i', sum(a*b) for 'i,i->', A @ B for 'ij,jk->ik', sum(A*B) for 'ij,ij->'"


def _no_proof(name: str) -> Form:
    """A function of which nothing is known here: of data any array stands for its values."""

    def build(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
        at = scope.place(node)
        args = [read(arg, scope) for arg in node.args]
        value = standins.value_of(name, args, scope, at) if args and not node.keywords else None
        if value is not None:
            return value
        raise NotYet(
            f"nothing can be proved of {name} so far",
            where=at.show(),
            expected="the functions that `symconvex` lists, and what is written in them",
            got=at.text[slice(*at.span)][:60],
            hint=absent.close_to(name, [nodes.bracketed(at.whole(arg)) for arg in args]),
        )

    return build


def _of_matrix(name: str) -> Form:
    """The determinant or the inverse of a matrix: of data of named size any data stand for it."""

    def build(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
        at = scope.place(node)
        args = [read(arg, scope) for arg in node.args]
        shape = args[0].shape if args else ()
        if len(shape) == 2 and shape[0] == shape[1] and isinstance(shape[0], str) and args[0].op != "diag":
            value = standins.value_of(name, args[:1], scope, at, shape if name in ("inv", "solve") else ())
            if value is not None:
                return nodes.matmul(value, args[1], at) if name == "solve" and len(args) > 1 else value
        return _with_arrays(node, name, CALLS[name], (), read, scope)

    return build


def _convolve(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """A convolution: written out at numbered sizes, else with data in place of the matrix that it is."""
    args = [read(arg, scope) for arg in node.args[:2]]
    if len(args) == 2 and any(isinstance(size, str) for arg in args for size in arg.shape):
        return standins.convolution(args[0], args[1], scope, scope.place(node))
    return _with_arrays(node, "convolve", CALLS["convolve"], (), read, scope)


def _diff(node: ast.Call, read: Read, scope: Vocabulary) -> Expr:
    """Every entry less the one before it."""
    at = scope.place(node)
    whole = read(node.args[0], scope) if len(node.args) == 1 and not node.keywords else None
    if whole is not None and len(whole.shape) == 1 and isinstance(whole.shape[0], str):
        after, before = standins.window(whole, 1, 0, scope, at), standins.window(whole, 0, 1, scope, at)
        return nodes.add(after, nodes.neg(before, at), at)
    return _with_arrays(node, "diff", CALLS["diff"], (), read, scope)


EINSUMS: Mapping[str, str] = {
    "ab,b->a": "{} @ {}", "ab,a->b": "{}.T @ {}", "a,ab->b": "{} @ {}", "a,a->": "{} @ {}", "a,a": "{} @ {}",
    "ab,bc->ac": "{} @ {}", "ab,cb->ac": "{} @ {}.T", "ab,ac->bc": "{}.T @ {}", "ab,ab->": "sum({}*{})",
    "ab,ab->a": "sum({}*{}, axis=1)", "ab,ab->b": "sum({}*{}, axis=0)", "a,b->ab": "outer({}, {})", "aa->": "trace({})",
    "ab->": "sum({})", "ab->a": "sum({}, axis=1)", "ab->b": "sum({}, axis=0)", "ab->ba": "{}.T", "aa->a": "diag({})",
    "a,ab,b->": "{} @ {} @ {}",
}  # fmt: skip

FORMS: Mapping[str, Form] = {
    **{name: _no_proof(name) for name in absent.UNPROVED},
    "where": _where, "Piecewise": _piecewise, "piecewise": _piecewise, "select": _select, "heaviside": _heaviside,
    "Heaviside": _heaviside, "ones": _filled(1), "zeros": _filled(0), "eye": _eye, "identity": _eye,
    **{name: _of_matrix(name) for name in ("det", "inv", "log_det", "solve")},
    "sum": _over("sum"), "mean": _over("mean"),
    "einsum": _no_matrix_notation, "convolve": _convolve, "diff": _diff,
}  # fmt: skip
