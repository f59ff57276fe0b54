"""A relation tried at instances: where it fails, with both values; and shown for all sizes by the kernel."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from symconvex.handcheck import changes, indexing, products, ranges
from symconvex.handcheck.declare import problem_of
from symconvex.handcheck.definite import ball_of, is_singular, is_symmetric, negative_direction
from symconvex.handcheck.formula import Add, Apply, Chain, Derivative, Group, Name, Neg, Node, Number, Text
from symconvex.handcheck.instances import Instance
from symconvex.handcheck.matrices import ANY, Index, Matrix, Mismatch, scalar, transposed
from symconvex.handcheck.scalars import Scalar, innermost
from symconvex.handcheck.setting import Setting, distinct_env, drawn
from symconvex.handcheck.symbolic import NotSymbolic, Symbolic, are_equal
from symconvex.handcheck.world import Env, Numeric, Unknown
from symconvex.kernel.term import Malformed, Refused

EQUAL = ("=", ":=", "=:", "equiv")
ORDER = ("<", "<=", ">", ">=")
LOEWNER = ("succeq", "succ", "preceq", "prec")
INSTANCES = 12
MANY = 36
BUDGET = 1.5
ZERO = Number(Fraction(0))


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a relation fails: the instance, the indices, both values; or the shapes that do not fit."""

    instance: Instance
    indices: tuple[tuple[str, int], ...]
    left: str
    right: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a relation fared: `held` instances, the first failure, whether shapes were at fault, what was not read."""

    held: int = 0
    failure: Failure | None = None
    transposed: bool = False
    unread: str = ""
    misfit: bool = False


@dataclass(slots=True)
class Trial:
    """The instances of one derivation, with their worlds."""

    setting: Setting
    total: int = MANY
    envs: list[Env] = field(default_factory=list)
    asked: dict[tuple[str, ...], bool | None] = field(default_factory=dict)
    _instances: list[Instance] = field(default_factory=list)

    def env(self, number: int) -> Env:
        while len(self.envs) <= number:
            if not self.envs:
                self._instances = drawn(self.setting, self.total)
            full = self.setting.full()
            instance = self._instances[len(self.envs)]
            self.envs.append(Env(self.setting.world(Numeric(instance), full)))
        return self.envs[number]

    def instance(self, number: int) -> Instance:
        self.env(number)
        return self._instances[number]

    def proved_convex(self, wrt: tuple[str, ...]) -> bool | None:
        """What the prover says: convex, not convex, or nothing; asked once for each set of parameters."""
        if wrt not in self.asked:
            self.asked[wrt] = ask_prover(self.setting, wrt)
        return self.asked[wrt]

    def bound_side(self, side: Node, sign: str) -> Node:
        """A letter that stands for every eigenvalue is the largest one below a bound, the smallest above."""
        if isinstance(side, Name) and side.base in self.setting.eigenvalues:
            which = "lambdamax" if sign in ("<", "<=") else "lambdamin"
            return Apply(which, (self.setting.eigenvalues[side.base],))
        return side

    def is_convex_hessian(self, node: Node) -> bool:
        """Is this the Hessian of a loss that the prover shows to be convex?"""
        return is_proven(self.setting, Derivative("hessian", None), "=", node) and self.proved_convex(()) is True

    def stray_letters(self, nodes: tuple[Node, ...]) -> list[str]:
        """Letters that stand for any value because nothing declares them."""
        env = self.env(0)
        names = [part for node in nodes for part in ranges.walk(node) if isinstance(part, Name)]
        found = [indexing.resolve(name, env) for name in names]
        return sorted({parts.key for parts in found if parts is not None and parts.key in self.setting.dummies})

    def misfit(self, body: Node, beside: tuple[Node, ...]) -> str:
        """Why the shapes in a formula do not fit, at sizes that all differ; empty when they do."""
        env = distinct_env(self.setting)
        try:
            bound = next(iter(free_values(env, (body, body, *beside))), env)
            value = bound.value(body)
            value.at(0, 0)
        except Mismatch as problem:
            return str(problem)
        except (Unknown, NotSymbolic):
            return ""
        return ""

    def relation(
        self,
        left: Node,
        sign: str,
        right: Node,
        conditions: tuple[Node, ...] = (),
        beside: tuple[Node, ...] = (),
        total: int = 0,
    ) -> Outcome:
        """Try one relation under conditions; `beside` tells what indices run over."""
        held, flipped = 0, False
        for number in range(total or (INSTANCES if sign in EQUAL else MANY)):
            env = self.env(number)
            try:
                found = self._at(env, left, sign, right, conditions, beside)
            except NotSymbolic as problem:
                return Outcome(held, unread=str(problem))
            except Unknown as problem:
                return Outcome(held, unread=str(problem))
            except Mismatch as problem:
                if held == 0 or _generic(self.instance(number)):
                    return Outcome(held, _misfit(self.instance(number), str(problem)), misfit=True)
                continue
            if isinstance(found, Failure):
                flipped = found.why == "transposed"
                if not flipped or _generic(self.instance(number)):
                    return Outcome(held, found, transposed=flipped)
            elif found:
                held += 1
        return Outcome(held)

    def _at(
        self, env: Env, left: Node, sign: str, right: Node, conditions: tuple[Node, ...], beside: tuple[Node, ...]
    ) -> Failure | bool:
        nodes = (left, right, *beside)
        seen = False
        for bound in free_values(env, nodes):
            bound = solved(conditions, bound)
            if not all(meets(condition, bound) for condition in conditions):
                continue
            verdict = compare(left, sign, right, bound)
            if verdict is None:
                continue
            seen = True
            if isinstance(verdict, tuple):
                instance = env.algebra.instance if isinstance(env.algebra, Numeric) else self.instance(0)
                places = tuple((k, int(v) + 1) for k, v in bound.indices.items())
                return Failure(instance, places, *verdict)
        return seen


def _generic(instance: Instance) -> bool:
    sizes = list(instance.sizes.values())
    return len(set(sizes)) > 1 or not sizes


def _misfit(instance: Instance, why: str) -> Failure:
    return Failure(instance, (), "", "", why)


def free_values(env: Env, nodes: tuple[Node, ...]) -> Iterator[Env]:
    """Every value of every free index."""
    letters = list(dict.fromkeys(letter for node in nodes[:2] for letter in ranges.unbound(node, env)))
    sizes = []
    for letter in letters:
        size = ranges.range_of(letter, nodes, env)
        if size is None:
            raise Unknown(f"what {letter} runs over")
        sizes.append(int(size))
    for values in product(*(range(size) for size in sizes)):
        bound = env
        for letter, size, value in zip(letters, sizes, values, strict=True):
            bound = bound.binding(letter, value, size)
        yield bound


def solved(conditions: tuple[Node, ...], env: Env) -> Env:
    """The same place with one letter changed so that an equation among the conditions holds."""
    for condition in conditions:
        if isinstance(condition, Chain) and condition.relations[0].sign == "=" and not is_index_condition(condition, env):
            sides = ranges.sides_of(condition)
            for side in reversed(sides[:-1]):
                env = _try_solving(side, sides[-1], env)
    return env


def _try_solving(left: Node, right: Node, env: Env) -> Env:
    try:
        return _solved(left, right, env)
    except (Unknown, Mismatch, NotSymbolic):
        return env


def is_index_condition(condition: Chain, env: Env) -> bool:
    return ranges.is_index(condition.left, env)


def _solved(left: Node, right: Node, env: Env) -> Env:
    names = {**dict.fromkeys(env.world.declared.parameters), **env.world.declared.names}
    if isinstance(left, Name) and left.base in names:
        return env.calling({left.base: products.fitted(env.value(right), env.look_up(left.base))})
    used = {part.base for node in (left, right) for part in ranges.walk(node) if isinstance(part, Name)}
    for name in names:
        if not env.world.declared.names[name].shape and name in used:
            gap = [_gap(left, right, env.calling({name: scalar(ball_of(k))})) for k in (0, 1, 2)]
            step = gap[1] - gap[0]
            if (gap[2] - gap[1] - step).contains(0) and not step.contains(0):
                return env.calling({name: scalar(-gap[0] / step)})
    return env


def _gap(left: Node, right: Node, env: Env) -> Scalar:
    return ball_of(innermost(env.value(left).value - env.value(right).value))


def meets(condition: Node, env: Env) -> bool:
    """Does a condition hold here? One that cannot be read, or that only names ranges, is no restriction."""
    if not isinstance(condition, Chain):
        return True
    left = condition.left
    for relation in condition.relations:
        try:
            if relation.sign in (*ORDER, "=", "!="):
                if not _meets(left, relation.sign, relation.right, env):
                    return False
        except (Unknown, Mismatch, NotSymbolic):
            pass
        left = relation.right
    return True


def _meets(left: Node, sign: str, right: Node, env: Env) -> bool:
    if ranges.is_index(left, env) and ranges.is_index(right, env):
        return bool(innermost(ranges.truth_of(left, sign, right, env)) > 0)
    first, second = env.value(left), env.value(right)
    for k in ranges.unbound(left, env):
        del k
        return True
    if first.is_scalar and second.is_scalar:
        return ranges.compare(first.value, sign, second.value)
    if sign == "!=":
        return any(not bool(ball_of(innermost(x)).contains(0)) for x in entries(first))
    return all(ranges.compare(x, sign, second.value) for x in entries(first)) if second.is_scalar else True


def entries(a: Matrix) -> list[Scalar]:
    return [a.at(i, j) for i in range(int(a.rows)) for j in range(int(a.cols))]


def has_constant(node: Node) -> bool:
    """A term that is only called constant."""
    return any(isinstance(part, Text) and part.text.strip().startswith("const") for part in ranges.walk(node))


def without_constant(node: Node) -> Node:
    match node:
        case Add(terms):
            left = tuple(term for term in terms if not has_constant(term))
            return Add(left) if len(left) > 1 else left[0] if left else ZERO
        case _:
            return ZERO if has_constant(node) else node


def compare(left: Node, sign: str, right: Node, env: Env) -> tuple[str, str, str] | bool | None:
    """True, the two values where it fails, or None where a side is not defined."""
    if sign in EQUAL and (has_constant(left) or has_constant(right)):
        difference = Add((without_constant(left), Neg(without_constant(right))))
        slope = changes.slope(lambda e: e.value(difference), changes.parameters(env), env)
        return same(slope, scalar(env.algebra.number(Fraction(0))))
    if sign == "in":
        return member(env.value(left), right, env)
    first, second = env.value(left), env.value(right)
    if sign in EQUAL or sign == "!=":
        verdict = same(first, second)
        if sign == "!=":
            return None if verdict is None else verdict is not True
        return verdict
    if sign in ORDER:
        return ordered(first, sign, second)
    if sign in LOEWNER:
        return loewner(first, sign, second)
    raise Unknown(f"the relation {sign}")


def member(first: Matrix, whole: Node, env: Env) -> tuple[str, str, str] | bool:
    """Every entry is one of the listed numbers; or the shape is that of the named space."""
    if isinstance(whole, Group) and whole.left == "{":
        choices = [env.value(item).value for item in whole.items]
        found = all(any(same_number(x, y) is True for y in choices) for x in entries(first))
        return found or (shown(first), ", ".join(number_text(x) for x in choices), "not in the set")
    raise Unknown("this set")


def shown(a: Matrix) -> str:
    """A value to print: few digits, rows in brackets."""
    if not isinstance(a.rows, int) or not isinstance(a.cols, int):
        return f"{number_text(a.at(0, 0))} I"
    rows = [[number_text(a.at(i, j)) for j in range(a.cols)] for i in range(a.rows)]
    if a.is_scalar:
        return rows[0][0]
    return "[" + ", ".join(f"[{', '.join(row)}]" if a.cols > 1 else row[0] for row in rows) + "]"


def number_text(x: Scalar) -> str:
    value = float(ball_of(innermost(x)).mid())
    if value != value:
        return "undefined"
    return str(int(value)) if abs(value) < 1e9 and value == int(value) else f"{value:.6g}"


def same(first: Matrix, second: Matrix) -> tuple[str, str, str] | bool | None:
    """Equal, entry by entry; else both values, and how they differ."""
    a, b = matched(first, second)
    if (a.rows, a.cols) == (b.rows, b.cols):
        result = equal_entries(a, b)
        if result is not False:
            return result
        square = a.rows == a.cols != 1 and ANY not in (a.rows, a.cols)
        flipped = square and equal_entries(transposed(a), b) is True
        return shown(a), shown(b), "transposed" if flipped else ""
    if (a.cols, a.rows) == (b.rows, b.cols) and equal_entries(transposed(a), b) is True:
        return shown(a), shown(b), "transposed"
    return shown(a), shown(b), f"a {a.rows} x {a.cols} and a {b.rows} x {b.cols} matrix are compared"


def is_same(first: Matrix, second: Matrix) -> bool:
    """Equal, entry by entry, and of one shape."""
    a, b = matched(first, second)
    return (a.rows, a.cols) == (b.rows, b.cols) and equal_entries(a, b) is True


def matched(first: Matrix, second: Matrix) -> tuple[Matrix, Matrix]:
    """The number 0 as a matrix of zeros, identities at the size of the other side."""
    a, b = _zero_fitted(first, second), _zero_fitted(second, first)
    return _any_fitted(a, b), _any_fitted(b, a)


def equal_entries(a: Matrix, b: Matrix) -> bool | None:
    """All equal, some different, or some not defined."""
    result: bool | None = True
    for i in range(a.rows if isinstance(a.rows, int) else 1):
        for j in range(a.cols if isinstance(a.cols, int) else 1):
            equal = same_number(a.at(i, j), b.at(i, j))
            if equal is False:
                return False
            if equal is None:
                result = None
    return result


def _zero_fitted(a: Matrix, b: Matrix) -> Matrix:
    if a.is_scalar and not b.is_scalar and bool(ball_of(innermost(a.value)) == 0):
        return products.fitted(a, b) if ANY not in (b.rows, b.cols) else Matrix(ANY, ANY, lambda _i, _j: a.at(0, 0))
    return a


def _any_fitted(a: Matrix, b: Matrix) -> Matrix:
    return products.fitted(a, b) if ANY in (a.rows, a.cols) and ANY not in (b.rows, b.cols) else a


def same_number(x: Scalar, y: Scalar) -> bool | None:
    """Certainly different, equal to 30 digits, or undefined."""
    gap = ball_of(innermost(x - y))
    if not gap.is_finite():
        return None
    if not gap.contains(0):
        return False
    size = abs(float(ball_of(innermost(x)).mid())) + abs(float(ball_of(innermost(y)).mid()))
    return True if float(gap.rad()) <= 1e-30 * (1 + size) else None


def ordered(first: Matrix, sign: str, second: Matrix) -> tuple[str, str, str] | bool | None:
    """A comparison of numbers, or of every entry with a number."""
    a, b = products.fitted(first, second), products.fitted(second, first)
    if (a.rows, a.cols) != (b.rows, b.cols):
        raise Mismatch(f"a {a.rows} x {a.cols} and a {b.rows} x {b.cols} matrix are compared")
    for x, y in zip(entries(a), entries(b), strict=True):
        gap = ball_of(innermost(x - y))
        if not gap.is_finite():
            return None
        gap = gap if sign in (">", ">=") else -gap
        near_zero = bool(gap.contains(0)) and float(gap.rad()) < 1e-40
        if gap < 0 or (sign in ("<", ">") and near_zero):
            return shown(a), shown(b), ""
    return True


def loewner(first: Matrix, sign: str, second: Matrix) -> tuple[str, str, str] | bool | None:
    """first - second is positive semidefinite or definite."""
    larger, smaller = (first, second) if sign in ("succeq", "succ") else (second, first)
    gap = products.added(_zero_fitted(larger, smaller), _minus(_zero_fitted(smaller, larger)))
    if gap.rows == ANY:
        gap = scalar(gap.at(0, 0))
    return definite(gap, strict=sign in ("succ", "prec"))


def _minus(a: Matrix) -> Matrix:
    return Matrix(a.rows, a.cols, lambda i, j: -a.at(i, j))


def definite(gap: Matrix, *, strict: bool) -> tuple[str, str, str] | bool | None:
    """Positive semidefinite (definite) at this instance."""
    if not all(ball_of(innermost(x)).is_finite() for x in entries(gap)):
        return None
    if not is_symmetric(gap):
        return shown(gap), "", "the matrix is not symmetric"
    direction = negative_direction(gap)
    if direction is not None:
        return shown(gap), "", f"v'Hv < 0 for v = ({', '.join(map(str, direction))})"
    if strict and is_singular(gap):
        return shown(gap), "", "the matrix is singular"
    return True


def is_proven(setting: Setting, left: Node, sign: str, right: Node, beside: tuple[Node, ...] = ()) -> bool:
    """Does the kernel show the equation for all sizes and all data?"""
    if sign not in EQUAL or has_constant(left) or has_constant(right):
        return False
    full = setting.full()
    algebra = Symbolic(full)
    env = Env(setting.world(algebra, full))
    try:
        for letter in dict.fromkeys(x for node in (left, right) for x in ranges.unbound(node, env)):
            size = ranges.range_of(letter, (left, right, *beside), env)
            if not isinstance(size, str):
                return False
            env = env.binding(letter, f"f_{letter}", size)
        return _proven_entries(env.value(left), env.value(right), algebra)
    except (Unknown, Mismatch, NotSymbolic, Refused, Malformed, ValueError, TypeError, ZeroDivisionError):
        return False


def _proven_entries(first: Matrix, second: Matrix, algebra: Symbolic) -> bool:
    a = products.fitted(first, second) if first.is_scalar and _is_zero(first, algebra) else first
    b = products.fitted(second, first) if second.is_scalar and _is_zero(second, algebra) else second
    a, b = _any_fitted(a, b), _any_fitted(b, a)
    if (a.rows, a.cols) != (b.rows, b.cols) or ANY in (a.rows, a.cols):
        return False
    return all(
        are_equal(a.at(i, j), b.at(i, j), algebra) for i in _places(a.rows, "p_r") for j in _places(a.cols, "p_c")
    )


def _is_zero(a: Matrix, algebra: Symbolic) -> bool:
    return are_equal(a.at(0, 0), algebra.number(Fraction(0)), algebra)


def _places(size: int | str, name: str) -> list[Index]:
    return list(range(size)) if isinstance(size, int) else [name]




def ask_prover(setting: Setting, wrt: tuple[str, ...]) -> bool | None:
    """Is the declared loss convex? Only an accepted certificate answers."""
    from symconvex.errors import SymconvexError
    from symconvex.verdict import Proved, Refuted, prove

    try:
        problem = problem_of(setting.declared, wrt)
    except SymconvexError:
        return None
    if problem is None:
        return None
    match prove(problem, budget=BUDGET):
        case Proved(answer="convex" | "affine"):
            return True
        case Refuted(answer="neither" | "concave"):
            return False
    return None
