"""The likely slip behind a false equation: the change that makes the line true, or the mistaken rule that yields it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from symconvex.handcheck.formula import edits
from symconvex.handcheck.formula.edits import Edit, everywhere, somewhere
from symconvex.handcheck.formula.frozen import Frozen
from symconvex.handcheck.formula.tree import (
    Apply,
    Derivative,
    MaybeCall,
    Name,
    Node,
    Number,
    Prime,
    Product,
    Quotient,
    Transpose,
)
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.comparing import is_same
from symconvex.handcheck.judging.conditions import free_values, meets
from symconvex.handcheck.judging.inverses import as_factors
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import ranges
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.meaning.worlds import drawn, env_at, functions_in
from symconvex.handcheck.text.declared import Named
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic
from symconvex.problem import Expr

PLACES = (4, 5, 3)
MAX_EDITS = 4000
FAILS = (Unknown, Mismatch, NotSymbolic, ZeroDivisionError, IndexError)


@dataclass(frozen=True, slots=True)
class Slip:
    """What probably went wrong, the line that was probably meant, a condition under which the line is true."""

    kind: str
    meant: Node | None = None
    text: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A false equation with what stands around it."""

    left: Node
    right: Node
    beside: tuple[Node, ...]
    earlier: tuple[tuple[Node, Node], ...]
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A place where both sides can be read, and the left value there."""

    env: Env
    left: Matrix


def find_slip(line: Line, trial: Trial) -> Slip | None:
    """The first of the usual slips that explains the line; None when no change that is tried makes it true."""
    line = replace(line, left=as_factors(line.left, trial.env(4)), right=as_factors(line.right, trial.env(4)))
    points = list(islice(_points(line, trial), 6))
    if not points:
        return None
    for kind, new in islice(_plain_edits(line, trial), MAX_EDITS):
        if _all_agree(new, points):
            return Slip(kind, new)
    rules = (_flat_function, _earlier_line, _gauss_newton)
    whole = _is_whole_hessian(line.left)
    for finder in (_lost_part, *(rules[2:] + rules[:2] if whole else rules), _lost_factor):
        found = finder(line, trial, points)
        if found is not None:
            return found
    for kind, new in islice(_inner_edits(line, trial), MAX_EDITS):
        if _all_agree(new, points):
            return Slip(kind, new)
    return _other_sets(line, trial) or _missing(line, trial, points) or _one_only(line, trial)


def _is_whole_hessian(left: Node) -> bool:
    """A Hessian, or a second derivative by one variable: no mixed one."""
    match left:
        case Derivative("hessian"):
            return True
        case Derivative(_, _, wrt, _, _):
            return len(set(wrt)) == 1
        case Name(_, _, (first, second), _):
            return first == second
    return not isinstance(left, Name)


def _points(line: Line, trial: Trial) -> Iterator[Point]:
    for number in PLACES:
        env = trial.env(number)
        try:
            for bound in free_values(env, (line.left, line.right, *line.beside)):
                if all(meets(condition, bound) for condition in line.conditions):
                    yield Point(bound, bound.value(line.left))
        except FAILS:
            continue


def _all_agree(new: Node, points: list[Point]) -> bool:
    return all(_agree(new, point.left, point.env) for point in points)


def _agree(node: Node, value: Matrix, env: Env) -> bool:
    try:
        return is_same(value, env.value(node))
    except FAILS:
        return False


def _plain_edits(line: Line, trial: Trial) -> Iterator[Edit]:
    """A sign, a label convention, an index, a factor of the whole line."""
    env = trial.env(4)
    declared = trial.setting.declared
    letters = [x for node in (line.left, line.right) for x in ranges.letters_of(node, env)]
    for node in walk(line.right):
        letters += [index.base for index in getattr(node, "indices", ()) if isinstance(index, Name)]
    sets = tuple((n, named.within) for n, named in declared.names.items() if named.within in ("sign", "binary"))
    yield "sign", edits.negated(line.right)
    yield from edits.labels(line.right, sets)
    yield from edits.signs(line.right)
    yield from edits.indices(line.right, tuple(dict.fromkeys(letters)))
    yield from edits.whole_factors(line.right, _constants(trial))


def _inner_edits(line: Line, trial: Trial) -> Iterator[Edit]:
    """A factor of one term, the order of factors."""
    yield from edits.factors(line.right, _constants(trial))
    yield from edits.transposes(line.right)


def _constants(trial: Trial) -> tuple[Node, ...]:
    declared = trial.setting.declared
    scalars = tuple(Name(n) for n, named in declared.names.items() if not named.shape and named.within == "positive")
    return (*scalars, *(Name(size) for size in declared.sizes()))


def _mutated(line: Line, trial: Trial, points: list[Point], slip: str) -> bool:
    """Is the line what the left side gives under a mistaken rule?"""
    for number in (4, 5):
        wrong = env_at(trial.setting, trial.instance(number), slip)
        if not _sides_agree(wrong, trial.env(number), line):
            return False
    return bool(points)


PARTS = ((Fraction(0), "missing-term"), (Fraction(-1), "sign"), (Fraction(2), "factor"), (Fraction(1, 2), "factor"))


def _lost_part(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    """One term of the loss was forgotten, or taken with another sign or factor."""
    expr = trial.setting.expressions.get("")
    if expr is None or expr.op != "add" or not isinstance(line.left, Derivative):
        return None
    for scale, kind in PARTS:
        for changed in scaled_terms(expr, scale):
            setting = replace(trial.setting, expressions={**trial.setting.expressions, "": changed})
            if all(_agrees_under(setting, line, trial, number) for number in (4, 5)) and points:
                return Slip(kind, text="in one term of the loss")
    return None


def scaled_terms(expr: Expr, scale: Fraction) -> Iterator[Expr]:
    """The sum with one of its terms scaled."""
    if expr.op != "add":
        number = Expr("number", (), scale, ())
        yield Expr("mul", (number, expr), None, expr.shape)
        return
    left, right = expr.args
    yield from (replace(expr, args=(new, right)) for new in scaled_terms(left, scale))
    yield from (replace(expr, args=(left, new)) for new in scaled_terms(right, scale))


def _agrees_under(setting: Setting, line: Line, trial: Trial, number: int) -> bool:
    wrong = env_at(setting, trial.instance(number))
    return _sides_agree(wrong, trial.env(number), line)


def _sides_agree(wrong: Env, right: Env, line: Line) -> bool:
    """The left side of a mistaken world is the right side of the true one."""
    nodes = (line.left, line.right, *line.beside)
    try:
        pairs = zip(free_values(wrong, nodes), free_values(right, nodes), strict=True)
        return all(is_same(a.value(line.left), b.value(line.right)) for a, b in pairs)
    except FAILS:
        return False


def _lost_factor(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    """A factor that stands elsewhere in the derivation is missing here: an inner derivative."""
    atoms = list(dict.fromkeys(atom for _, right in line.earlier for atom in edits.atoms(right)))[:40]
    atoms += [Name(name) for name in trial.setting.declared.names]
    for new in islice(edits.with_factor(line.right, tuple(dict.fromkeys(atoms))), MAX_EDITS):
        if _all_agree(new, points):
            return Slip("missing-chain-rule", new)
    return None


def _gauss_newton(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    if _mutated(line, trial, points, "gauss-newton"):
        return Slip(
            "gauss-newton-for-hessian", text="the term with the second derivative of the inner function is lost"
        )
    return None


def _flat_function(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    for name in functions_in(trial.setting, (line.left, line.right)):
        for rule, what in ((f"flat {name}", "derivative"), (f"inner {name}", "inner derivative")):
            if _mutated(line, trial, points, rule):
                return Slip("missing-chain-rule", text=f"the {what} of {name} is lost")
    return None


def _earlier_line(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    """Mistakes in differentiating an earlier line, or in expanding the side before."""
    user = [(point, line.right) for point in points]
    for kind, wrong in edits.without_cross_terms(line.left):
        if all(_gives(wrong, right, point.env) for point, right in user):
            return Slip(kind, text="the mixed product of the two terms is lost")
    for before, formula in _derivatives(line):
        for kind, wrong in _mistaken(before, formula, trial):
            if all(_gives(wrong, right, point.env) for point, right in user):
                return Slip(kind, text=TEXTS[kind])
    return None


TEXTS = {
    "product-rule": "one factor of a product was not differentiated",
    "missing-chain-rule": "an intermediate quantity was treated as the variable",
}


def _gives(wrong: Node, right: Node, env: Env) -> bool:
    try:
        return is_same(env.value(wrong), env.value(right))
    except FAILS:
        return False


def _derivatives(line: Line) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Earlier right sides whose derivative the line states, and by what it is taken."""
    match line.left:
        case Derivative("hessian", _, wrt, _, _):
            for left, right in line.earlier:
                if isinstance(left, Derivative) and left.kind in ("gradient", "partial") and len(left.wrt) <= 1:
                    yield right, wrt or left.wrt
        case Derivative("partial" | "total", _, wrt, _, _) if len(wrt) == 2:
            for left, right in line.earlier:
                if isinstance(left, Derivative) and len(left.wrt) == 1:
                    rest = [w for w in wrt if w != left.wrt[0]] or list(wrt[:1])
                    yield right, (rest[0],)
                    yield renamed(right, left.wrt[0], wrt[0]), (wrt[1],)
        case Derivative("partial" | "total" | "gradient", Node() as of, wrt, _, _):
            yield of, wrt
        case MaybeCall(Prime(head, count), args, _, ()):
            for left, right in line.earlier:
                match left:
                    case MaybeCall(Prime(same_head, before), _, _, ()) if same_head == head and before == count - 1:
                        yield right, args
        case _:
            for node in walk(line.left):
                if isinstance(node, Derivative) and node.of is not None and node is not line.left:
                    yield node.of, node.wrt


def renamed(formula: Node, old: Node, new: Node) -> Node:
    """The line for another index: from dJ/dw_j = ... to the one for w_k."""
    match old, new:
        case Name(_, _, (Name(first),), _), Name(_, _, (Name(second),), _):
            changed: Node = everywhere(formula, lambda p: Name(second) if p == Name(first) else None)
            return changed
    return formula


def _mistaken(formula: Node, wrt: tuple[Node, ...], trial: Trial) -> Iterator[Edit]:
    """Derivatives of a formula with one factor held fixed, or by an intermediate quantity."""
    kind = "partial" if wrt else "gradient"
    moving = {*trial.setting.declared.parameters, *trial.setting.dummies}
    fixed = frozenset(name for name in trial.setting.declared.names if name not in moving)
    for partly in somewhere(formula, lambda part: _one_frozen(part, fixed)):
        yield "product-rule", Derivative(kind, partly, wrt)
    target = wrt[0] if wrt else None
    for name in trial.setting.expressions:
        if name and isinstance(target, Name):
            yield "missing-chain-rule", Derivative("partial", formula, (Name(name, (), target.subscripts),))
    for partly in somewhere(formula, _call_frozen):
        yield "missing-chain-rule", Derivative(kind, partly, wrt)


def _one_frozen(node: Node, fixed: frozenset[str]) -> Iterator[Node]:
    if isinstance(node, Product):
        moving = [k for k, factor in enumerate(node.factors) if any(_may_move(p, fixed) for p in walk(factor))]
        if len(moving) < 2:
            return
        for k, factor in enumerate(node.factors):
            if k in moving:
                yield Product((*node.factors[:k], Frozen(factor), *node.factors[k + 1 :]), node.sign)
                yield Product(tuple(f if f is factor else Frozen(f) for f in node.factors), node.sign)
    if isinstance(node, Quotient):
        yield Quotient(Frozen(node.top), node.bottom)
        yield Quotient(node.top, Frozen(node.bottom))


def _may_move(node: Node, fixed: frozenset[str]) -> bool:
    return isinstance(node, Name) and node.base not in fixed and len(node.base) == 1


def _call_frozen(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply | MaybeCall):
        yield Frozen(node)


def _other_sets(line: Line, trial: Trial) -> Slip | None:
    """The line is true for labels -1 and 1, or for a symmetric matrix."""
    declared = trial.setting.declared
    for name, named in declared.names.items():
        if named.within == "real" and named.shape and name not in declared.parameters and len(named.shape) == 1:
            for within, text in (("sign", f"{name}^2 = 1"), ("binary", f"{name} is 0 or 1")):
                if _holds_with(line, trial, {name: replace(named, within=within)}, {}):
                    return Slip("wrong-domain", condition=text)
        square = len(named.shape) == 2 and named.shape[0] == named.shape[1] and "symmetric" not in named.traits
        if square and _holds_with(line, trial, {name: replace(named, traits=named.traits | {"symmetric"})}, {}):
            return Slip("transposed", condition=f"{name} is symmetric")
    return None


def _one_only(line: Line, trial: Trial) -> Slip | None:
    """The line is true for one sample, say."""
    declared = trial.setting.declared
    for size in declared.sizes():
        if declared.least.get(size, 1) == 1 and _holds_with(line, trial, {}, {size: 1}):
            return Slip("missing-term", condition=f"{size} = 1")
    return None


def _holds_with(line: Line, trial: Trial, names: dict[str, Named], sizes: dict[str, int]) -> bool:
    declared = replace(trial.setting.declared, names={**trial.setting.declared.names, **names})
    setting = replace(trial.setting, declared=declared)
    for instance in drawn(setting, 8, sizes)[2:]:
        env = env_at(setting, instance)
        try:
            for bound in free_values(env, (line.left, line.right, *line.beside)):
                if not is_same(bound.value(line.left), bound.value(line.right)):
                    return False
        except FAILS:
            return False
    return True


def _missing(line: Line, trial: Trial, points: list[Point]) -> Slip | None:
    """A term that stands elsewhere in the derivation, or one of the usual ones, was left out."""
    for kind, new in islice(edits.added_terms(line.right, tuple(_usual_terms(line, trial))), MAX_EDITS):
        if _all_agree(new, points):
            return Slip(kind, new)
    return None


def _usual_terms(line: Line, trial: Trial) -> Iterator[Node]:
    declared = trial.setting.declared
    scalars = [Name(n) for n, named in declared.names.items() if not named.shape]
    yield Name("I")
    names = [Name(n) for n in (*declared.parameters, *declared.names, *(e for e in trial.setting.expressions if e))]
    for c in scalars:
        yield Product((c, Name("I")))
        yield Product((Number(Fraction(2)), c, Name("I")))
    for name in dict.fromkeys(names):
        yield name
        yield Product((name, Transpose(name)))
        for c in scalars:
            yield Product((c, name))
            yield Product((Number(Fraction(2)), c, name))
    for _, right in line.earlier:
        for node in walk(right):
            yield from getattr(node, "terms", ())
