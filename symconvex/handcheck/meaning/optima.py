"""Where a function of the parameters is smallest: w^*, \\hat w, "the minimiser", argmin_w J(w)."""

from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Big, Chain, Derivative, Mark, MaybeCall, Name, Node
from symconvex.handcheck.meaning import changes, products, ranges, variables
from symconvex.handcheck.meaning.naming import new_key, word_of
from symconvex.handcheck.meaning.problems import domain_of
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.world import Definition, Env, Numeric, Unknown, defined_by
from symconvex.handcheck.prose.looks import MINIMISER
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.values.definite import negative_direction
from symconvex.handcheck.values.matrices import Matrix, counted, negated
from symconvex.handcheck.values.scalars import Scalar, ball, innermost, undefined

NEWTON_STEPS, HALVINGS = 40, 12
HESSIAN = Derivative("hessian", None)
ORDERS = {"positive": ">", "nonnegative": ">=", "unit": ">"}
BEST = (Mark("star"), Name("star"), Name("*"), Name("ast"))
LABELS = frozenset(("opt", "min", "ls", "ols", "ml", "mle", "map", "ridge", "best"))  # w_{opt}, with no other sign


def optimum(name: str, ends: tuple[int, ...]) -> Definition:
    """The point that Newton steps find; undefined where they do not settle, or outside of the domain.

    `ends` are 1 for a minimum and -1 for a maximum; w^* and \\hat w may be either, as of a likelihood.
    """

    def value(env: Env) -> Matrix:
        if not isinstance(env.algebra, Numeric) or len(env.world.declared.parameters) != 1:
            raise Unknown(f"the minimiser {name}")
        env = replace(env, bumps=())
        point = env.look_up(name)
        for _ in range(NEWTON_STEPS):
            point, settled = newton(name, point, env)
            if settled and is_bent(there := env.calling({name: point}), ends) and is_inside(name, there):
                return point
            if settled:
                break
        return Matrix(point.rows, point.cols, lambda _i, _j: undefined())

    return value


def newton(name: str, point: Matrix, env: Env) -> tuple[Matrix, bool]:
    """One step towards a zero of the gradient; is it too small to matter?"""
    there = env.calling({name: point})
    by = variables.whole(name, there)
    if not by.is_vector:
        raise Unknown(f"the minimiser of a matrix {name}")
    gradient = changes.slope(changes.body_of_loss, by, there)
    step = products.times(products.inverse(there.value(HESSIAN), env.algebra), gradient, env.algebra)
    rows, cols = (counted(size, "a minimiser") for size in (point.rows, point.cols))
    moved = [[point.at(i, j) - step.at(i, j) for j in range(cols)] for i in range(rows)]
    for half in range(1, HALVINGS):  # a shorter step, where the whole one leaves the domain
        if _is_defined(name, moved, env):
            break
        share = ball(Fraction(1, 2**half))
        moved = [[point.at(i, j) - step.at(i, j) * share for j in range(cols)] for i in range(rows)]
    small = all(abs(float(step.item(k).mid())) < 1e-40 for k in range(rows * cols))
    return Matrix(point.rows, point.cols, lambda i, j: moved[int(i)][int(j)]), small


def _is_defined(name: str, rows: list[list[Scalar]], env: Env) -> bool:
    """Has the loss a value there?"""
    there = env.calling({name: Matrix(len(rows), len(rows[0]), lambda i, j: rows[int(i)][int(j)])})
    value = innermost(changes.body_of_loss(there).value)
    return bool((ball(value) if isinstance(value, int | Fraction) else value).is_finite())


def is_bent(env: Env, ends: tuple[int, ...]) -> bool:
    """Is the loss not bent down here, or, where a maximum will do, not bent up?"""
    hessian = env.value(HESSIAN)
    return any(negative_direction(hessian if end > 0 else negated(hessian)) is None for end in ends)


def is_inside(name: str, env: Env) -> bool:
    """Does the value of a parameter lie in its set, and in the domain?"""
    declared, value = env.setting.declared, env.look_up(name)
    within = declared.names[name].within if name in declared.names else "real"
    sign, zero = ORDERS.get(within, ""), ball(0)
    entries = [value.at(i, j) for i in range(int(value.rows)) for j in range(int(value.cols))]
    inside = within == "real" or (bool(sign) and all(ranges.compare(one, sign, zero) for one in entries))
    inside = inside and (within != "unit" or all(ranges.compare(one, "<", ball(1)) for one in entries))
    for condition in domain_of(declared) if inside else ():
        bound = defined_by(condition.expr)(env)
        places = ((i, j) for i in range(int(bound.rows)) for j in range(int(bound.cols)))
        order = ">" if condition.strict else ">="
        inside = inside and all(ranges.compare(bound.at(i, j), order, zero) for i, j in places)
    return inside


def is_everywhere(declared: Declared) -> bool:
    """Is the loss a function on the whole space?"""
    named = (declared.names.get(name) for name in declared.parameters)
    return not declared.where and all(one is not None and one.within == "real" for one in named)


def is_minimiser(node: Node | None, setting: Setting) -> bool:
    """w^* or a w with a hat, of the only parameter; the word itself; argmin_w J(w)."""
    parameters = setting.declared.parameters
    if node == MINIMISER:
        return len(parameters) == 1
    if isinstance(node, Name) and parameters == (node.base,):
        return is_marked(node) or (setting.best != "" and new_key(node)[0] == setting.best)
    return isinstance(node, Big) and node.operator == "argmin" and is_argmin(node, setting)


def is_argmin(node: Node, setting: Setting) -> bool:
    """argmin_w J(w) or argmax, or over w in R^d, of the loss and the only parameter."""
    parameters = setting.declared.parameters
    match node:
        case Big("argmin", (), None, None, None, body) if len(parameters) == 1:  # it is told in words
            letters = body.args if isinstance(body, MaybeCall) else (Name(parameters[0]),)
            head = body.head if isinstance(body, MaybeCall) else body
            return letters == (Name(parameters[0]),) and isinstance(head, Name) and head.base in setting.heads
        case Big("argmin" | "argmax", (Name(letter, _, (), ()),), None, None, condition, body):
            head = body.head if isinstance(body, MaybeCall) and body.args == (Name(letter),) else body
            whole = condition is None or (isinstance(condition, Chain) and _is_whole(condition))
            of_loss = isinstance(head, Name) and head.base in setting.heads and not head.subscripts
            return whole and of_loss and parameters == (letter,)
    return False


def _is_whole(condition: Chain) -> bool:
    """w in R^d."""
    right = condition.relations[0].right
    return len(condition.relations) == 1 and condition.relations[0].sign == "in" and spaces.is_numbers(right)


def labelled(nodes: list[Name], parameters: tuple[str, ...]) -> str:
    """The key of \\hat w_{ridge} or w_{opt}, where one name of this kind stands for the minimiser; else nothing."""
    names = [name for name in nodes if parameters == (name.base,) and _is_labelled(name)]
    keys = {new_key(name)[0] for name in names}
    plain = any((node.base,) == parameters and is_marked(node) for node in nodes)
    return keys.pop() if len(keys) == 1 and not plain else ""


def is_marked(name: Name) -> bool:
    """w^* or a w with a hat, without another mark."""
    if name.subscripts:
        return False
    starred = len(name.superscripts) == 1 and name.superscripts[0] in BEST and not name.decorations
    return starred or (name.decorations == ("hat",) and not name.superscripts)


def _is_labelled(name: Name) -> bool:
    marks = [mark for mark in (*name.subscripts, *name.superscripts) if mark not in BEST]
    words = [word_of(mark) or "" for mark in marks]
    starred = len(marks) < len(name.subscripts) + len(name.superscripts) or name.decorations == ("hat",)
    told = len(words) == 1 and len(words[0]) > 1 and words[0].isalpha()
    return told and (starred or (not name.decorations and words[0].lower() in LABELS))
