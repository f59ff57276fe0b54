"""Index notation: a typed tree becomes a kernel term with bound indices.

What a person writes on the left is the term on the right:

    sum((X @ w - y)**2)      (sum i n (^ (+ (sum j d (* X[i,j] w[j])) (* -1 y[i])) 2))
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from symconvex.errors import LossError, NotYet
from symconvex.functions import functions
from symconvex.kernel import term as kernel
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.term import Index, Term
from symconvex.language.free_name import free_name
from symconvex.language.nodes import rational
from symconvex.language.read import parse_expression
from symconvex.problem import Expr, Shape, Size, Symbol

# One letter for one size, so that an index tells what it runs over.
LETTERS: Mapping[str, str] = {"n": "i", "N": "i", "d": "j", "p": "j", "m": "r", "h": "a", "K": "k", "k": "c", "c": "k"}
POOL = "ijklrstabcguvqfxyz"
MAX_NODES = 200_000
MOST_COUNTED = 64  # entries of an array, up to which sums over it are written out beside single entries
MAX_DEPTH = 500


@dataclass(frozen=True, slots=True)
class Naming:
    """The letter of each size, the words that an index must not repeat, and the sizes of which entries are taken.

    Sums over those sizes are written out, so that every entry is met in one spelling.
    """

    letters: Mapping[Size, str]
    taken: frozenset[str]
    counted: frozenset[int] = frozenset()

    def index(self, size: Size, scope: frozenset[str]) -> Index:
        """A new index over `size`; along an axis of size 1 there is only 0."""
        return 0 if size == 1 else kernel.fresh(self.letters[size], self.taken | scope)


def to_term(expr: Expr, indices: tuple[Index, ...] = ()) -> Term:
    """The entry of `expr` at `indices`, as a kernel term.

    One index name goes with one size throughout, and no name is bound twice along a path.

    Fails    LossError when abbreviations make the term too large
    """
    return _entry_term(expr, indices, naming_of((expr,)))


def to_terms(
    exprs: tuple[Expr, ...], symbols: tuple[Symbol, ...], spread: frozenset[int] = frozenset()
) -> tuple[tuple[Term, Mapping[str, Size]], ...]:
    """Kernel terms over the same symbols, each with the free indices of an array and what they run over.

    An index has one size in all of them, and no symbol's name. Sums over the sizes of `spread` are written out.
    """
    naming = naming_of(exprs, symbols)
    naming = replace(naming, counted=naming.counted | spread)
    return tuple(_with_places(expr, naming) for expr in exprs)


def _with_places(expr: Expr, naming: Naming) -> tuple[Term, Mapping[str, Size]]:
    free, places = dict[str, Size](), list[Index]()
    for size in expr.shape:
        index = naming.index(size, frozenset(free))
        places.append(index)
        if isinstance(index, str):
            free[index] = size
    return _entry_term(expr, tuple(places), naming), free


def naming_of(exprs: tuple[Expr, ...], symbols: tuple[Symbol, ...] = ()) -> Naming:
    """A letter for every size in the expressions, apart from every name in them and every symbol."""
    parts = [part for expr in exprs for part in nodes_of(expr)]
    sizes = tuple(dict.fromkeys(size for part in parts for size in part.shape if size != 1))
    declared = [word for symbol in symbols for word in (symbol.name, *symbol.shape)]
    words = frozenset(w for w in (*sizes, *declared, *(part.value for part in parts)) if isinstance(w, str))
    counted = frozenset(size for part in parts for size in _counted(part) if isinstance(size, int))
    return Naming(_letters(sizes, words), words, counted)


def _counted(part: Expr) -> Shape:
    """The size along which an entry is taken, or entries are put together."""
    match part.op:
        case "entry" if isinstance(part.args[0].shape[0], int) and part.args[0].shape[0] <= MOST_COUNTED:
            return part.args[0].shape[:1]
        case "stack":
            return part.shape[:1]
    return ()


def _entry_term(expr: Expr, indices: tuple[Index, ...], naming: Naming) -> Term:
    term = _entry(expr, indices, naming, frozenset(i for i in indices if isinstance(i, str)))
    _check_extent(term)
    return term


def nodes_of(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outside first."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(part.args)


def _letters(sizes: tuple[Size, ...], taken: frozenset[str]) -> Mapping[Size, str]:
    """A letter for each size: the usual one where it is free, else the next of the pool."""
    chosen: dict[Size, str] = {}
    for size in sizes:
        usual = LETTERS.get(str(size))
        if usual and usual not in taken and usual not in chosen.values():
            chosen[size] = usual
    for size in sizes:
        if size not in chosen:
            chosen[size] = free_name((*POOL, f"i_{size}_"), {*taken, *chosen.values()})
    return chosen


def _entry(expr: Expr, at: tuple[Index, ...], naming: Naming, scope: frozenset[str]) -> Term:
    match expr.op:
        case "number":
            return kernel.Num(rational(expr))
        case "size":
            return kernel.Dim(str(expr.value))
        case "name" | "constant":
            return kernel.Sym(str(expr.value), at)
        case "transpose":
            return _entry(expr.args[0], at[::-1], naming, scope)
        case "matmul":
            return _product(expr, at, naming, scope)
        case "sum":
            return _total(expr, at, naming, scope)
        case "trace":
            return _trace(expr, naming, scope)
        case "entry":
            return _entry(expr.args[0], (int(str(expr.value)), *at), naming, scope)
        case "stack":
            return _entry(expr.args[_counted_place(at[0])], at[1:], naming, scope)
        case "diagonal":
            return _entry(expr.args[0], at * 2, naming, scope)
        case "diag":
            return _multiplied(_equal(*at), _entry(expr.args[0], at[:1], naming, scope))
        case "eye":
            return _equal(*at)
        case "outer":
            left, right = expr.args
            return _multiplied(_entry(left, at[:1], naming, scope), _entry(right, at[1:], naming, scope))
    parts = _summands(expr) if expr.op == "add" else expr.args
    args = tuple(_entry(arg, _aligned(arg.shape, at), naming, scope) for arg in parts)
    return _pointwise(expr, args)


def _summands(expr: Expr) -> Sequence[Expr]:
    """The terms of a sum in a row, as deep as they have its shape."""
    found, waiting = list[Expr](), [expr]
    while waiting:
        part = waiting.pop()
        if part.op == "add" and part.shape == expr.shape:
            waiting += reversed(part.args)
        else:
            found.append(part)
    return found


def _product(expr: Expr, at: tuple[Index, ...], naming: Naming, scope: frozenset[str]) -> Term:
    left, right = expr.args
    cut = len(left.shape) - 1

    def body(index: Index, within: frozenset[str]) -> Term:
        first = _entry(left, (*at[:cut], index), naming, within)
        return _multiplied(first, _entry(right, (index, *at[cut:]), naming, within))

    return _summed(right.shape[0], body, naming, scope)


def _total(expr: Expr, at: tuple[Index, ...], naming: Naming, scope: frozenset[str]) -> Term:
    axes = tuple(range(len(expr.args[0].shape))) if expr.value is None else (int(expr.value),)
    return _along(expr.args[0], axes, at, naming, scope)


def _along(arg: Expr, axes: tuple[int, ...], at: tuple[Index, ...], naming: Naming, scope: frozenset[str]) -> Term:
    """The sum over some axes, the first one outside; `at` has the indices of the others."""
    if not axes:
        return _entry(arg, at, naming, scope)
    axis, *rest = axes
    inner = lambda index, within: _along(arg, tuple(rest), (*at[:axis], index, *at[axis:]), naming, within)  # noqa: E731
    return _summed(arg.shape[axis], inner, naming, scope)


def _trace(expr: Expr, naming: Naming, scope: frozenset[str]) -> Term:
    arg = expr.args[0]
    return _summed(arg.shape[0], lambda index, within: _entry(arg, (index, index), naming, within), naming, scope)


def _summed(size: Size, body: Callable[[Index, frozenset[str]], Term], naming: Naming, scope: frozenset[str]) -> Term:
    """The sum over an axis; written out where entries were put together one by one."""
    if size in naming.counted and isinstance(size, int):
        return kernel.add(*(body(k, scope) for k in range(size)))
    index = naming.index(size, scope)
    return _sum(index, size, body(index, _within(scope, index)))


def _counted_place(index: Index) -> int:
    """The place of an entry of a list, which has no formula for all of them at once."""
    if isinstance(index, int):
        return index
    raise NotYet(
        "the entries of a list are taken one by one",
        where="the whole formula",
        expected="a list, or a slice at a numbered size, in a sum or a condition",
        got=f"its entry at every place {index}",
        hint="write the entries out, such as u[1] - u[0]",
    )


def _equal(left: Index, right: Index) -> Term:
    """1 where the indices are equal."""
    if isinstance(left, int) and isinstance(right, int):
        return kernel.number(left == right)
    return kernel.Delta(left, right)


def _within(scope: frozenset[str], index: Index) -> frozenset[str]:
    return scope | {index} if isinstance(index, str) else scope


def _sum(index: Index, size: Size, body: Term) -> Term:
    return kernel.rebuild(kernel.Sum(index, size, body), (body,)) if isinstance(index, str) else body


def _pointwise(expr: Expr, args: tuple[Term, ...]) -> Term:
    match expr.op:
        case "add":
            return kernel.add(*args)
        case "mul":
            return _multiplied(*args)
        case "div":
            return _multiplied(args[0], kernel.power(args[1], -1))
        case "pow":
            return _raised(args[0], rational(expr))
        case "max":
            return kernel.fn("max", *args)
        case "call":
            return _called(str(expr.value), args[0])
    return args[0]  # repeat


def _multiplied(left: Term, right: Term) -> Term:
    product = kernel.mul(left, right)
    if product == kernel.ZERO:
        _check_total(left, right)
    return product


def _raised(base: Term, exponent: Fraction) -> Term:
    if exponent == 0:
        _check_total(base)
    return kernel.power(base, exponent)


def _check_total(*terms: Term) -> None:
    """Zero times a quotient, and its power zero, would forget where the quotient is not defined."""
    for base in (base for term in terms for base, _ in partial_bases(term) if not isinstance(base, kernel.Dim)):
        raise LossError(
            "zero times what may not be defined everywhere",
            where="the whole loss",
            expected="no quotient, root or logarithm under a factor 0 or a power 0",
            got=f"one of {kernel.render(base)}"[:200],
            hint="leave this part out, and state the domain",
        )


def _called(name: str, arg: Term) -> Term:
    meaning = _meaning(name)
    return kernel.fn(name, arg) if meaning is None else kernel.substitute(meaning, {"z": ((), arg)})


@cache
def _meaning(name: str) -> Term | None:
    """What a catalogued function abbreviates, as a term in z; None for a primitive one."""
    text = functions()[name].meaning
    return None if text is None else to_term(parse_expression(text, symbols=(Symbol("z"),)))


def _aligned(inner: Shape, at: tuple[Index, ...]) -> tuple[Index, ...]:
    """The indices of a broadcast operand: the last axes, and 0 along axes of size 1."""
    if not inner:
        return ()
    return tuple(0 if size == 1 else index for size, index in zip(inner, at[-len(inner) :], strict=True))


def _check_extent(term: Term) -> None:
    """Abbreviations such as silu repeat their argument; what gets too large that way is refused."""
    seen: dict[int, tuple[int, int]] = {}

    def extent(t: Term) -> tuple[int, int]:
        if id(t) not in seen:
            parts = [extent(part) for part in kernel.children(t)]
            seen[id(t)] = (1 + sum(n for n, _ in parts), 1 + max((d for _, d in parts), default=-1))
        return seen[id(t)]

    count, depth = extent(term)
    if count > MAX_NODES or depth > MAX_DEPTH:
        raise LossError(
            "the loss is too large in index notation",
            where="the whole loss",
            expected=f"at most {MAX_NODES} nodes and {MAX_DEPTH} levels",
            got=f"{count if count < 10**12 else 'very many'} nodes and {depth} levels",
            hint="use fewer layers, or functions that are not abbreviations, such as tanh",
        )
