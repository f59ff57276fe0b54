"""Letters that stand for any value: their shapes are the first ones that make the line fit."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Chain, Group, MaybeCall, Name, Node, Number, Product, Transpose
from symconvex.handcheck.formula.walking import sides_of, value_names, walk
from symconvex.handcheck.meaning import calls, indexing, names, ranges
from symconvex.handcheck.meaning.naming import new_key, stems
from symconvex.handcheck.meaning.setting import Setting, nodes_of
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.meaning.worlds import bare_env, distinct_env
from symconvex.handcheck.text.document import Formula, Statement
from symconvex.handcheck.values.matrices import ANY, Matrix, Mismatch, NotSymbolic
from symconvex.problem import Shape

MAX_DUMMIES = 6
# Letters that stand for a number, or for a direction, where both a number and a vector fit.
DIRECTIONS = ("u", "v", "U", "V", "D", "G")
NUMBERS = ("t", "s", "alpha", "beta", "eps", "epsilon", "varepsilon", "tau", "mu", "eta", "c", "lambda", "gamma")


def add_dummies(setting: Setting, statement: Statement) -> None:
    """Letters without a meaning stand for any value, of a shape that makes the line fit."""
    env = bare_env(setting)
    nodes = nodes_of(statement)
    _take_memberships(setting, statement, env)
    env = bare_env(setting)
    own = {name for names, _ in setting.own.values() for name in names} if _defines_function(setting, statement) else ()
    counting = {letter for node in nodes for letter in ranges.letters_of(node, env)}
    missing = list(dict.fromkeys(key for node in nodes for key in unknown_letters(node, env) if key not in own))
    missing = [key for key in missing if key not in counting]
    if not missing or len(missing) > MAX_DUMMIES:
        return
    shapes = candidate_shapes(setting)
    several = list(product(shapes, repeat=len(missing))) if len(missing) <= 3 else [((),) * len(missing)]
    applied = {letter for node in nodes for letter in _multiplied(node, env)}
    several.sort(
        key=lambda chosen: sum(
            _is_unusual(letter, shape) + 2 * (letter in applied and not shape)
            for letter, shape in zip(missing, chosen, strict=True)
        )
    )
    for strict in (True, False):
        for chosen in several:
            trial = replace_dummies(setting, {**setting.dummies, **dict(zip(missing, chosen, strict=True))})
            if fits(trial, nodes, strict=strict):
                setting.dummies = trial.dummies
                return


def _multiplied(node: Node, env: Env) -> Iterator[str]:
    """z of X z: what a matrix stands before is a vector."""
    for part in walk(node):
        factors = part.factors if isinstance(part, Product) and not part.sign else ()
        for before, after in pairwise(factors):
            matrix = before.body if isinstance(before, Transpose) else before
            if len(env.world.shapes.get(indexing.whole(matrix, env), ())) == 2 and isinstance(after, Name):
                yield new_key(Name(after.base, after.decorations))[0]


def _is_unusual(letter: str, shape: Shape) -> bool:
    """A vector called t, or a number called v."""
    return letter in (NUMBERS if shape else DIRECTIONS)


def _defines_function(setting: Setting, statement: Statement) -> bool:
    """h(x) = ...: the letters in the bracket belong to the definition."""
    if not isinstance(statement, Formula) or not isinstance(statement.chain.left, MaybeCall):
        return False
    head = statement.chain.left.head
    return _own_stem(setting, head)


def _own_stem(setting: Setting, head: Node) -> bool:
    return isinstance(head, Name) and any(stem in setting.own for stem in stems(head))


def _take_memberships(setting: Setting, statement: Statement, env: Env) -> None:
    """v in R^K and W in R^{K x d} say the shape."""
    formulas = nodes_of(statement)
    for node in formulas:
        if isinstance(node, Chain) and len(node.relations) == 1 and node.relations[0].sign == "in":
            shape = spaces.shape_of(node.relations[0].right, setting.declared.sizes())
            names = node.left.items if isinstance(node.left, Group) else (node.left,)
            for name in names:
                if shape is not None and isinstance(name, Name) and indexing.resolve(name, env) is None:
                    setting.dummies[new_key(name)[0]] = shape


def replace_dummies(setting: Setting, dummies: dict[str, Shape]) -> Setting:
    """The setting with other letters that stand for any value."""
    return replace(setting, dummies=dummies)


def candidate_shapes(setting: Setting) -> list[Shape]:
    """A number, then the shapes of parameters, then one size each, then the shapes of data."""
    names = setting.declared.names
    of_parameters = [names[p].shape for p in setting.declared.parameters if p in names]
    single: list[Shape] = [(size,) for size in setting.declared.sizes()]
    others = [named.shape for named in names.values()]
    return list(dict.fromkeys([(), *of_parameters, *single, *others]))[:10]


def unknown_letters(node: Node, env: Env) -> Iterator[str]:
    """Letters that nothing gives a meaning; index letters and labels are left out."""
    letters = set(ranges.letters_of(node, env))
    for part in value_names(node):
        if part == Name("t") and env.setting.small_t:
            continue
        if "dot" in part.decorations or calls.function_of(part, env) is not None or part.base in letters:
            continue
        if part.base in env.setting.own or indexing.resolve(part, env) is not None:
            continue
        try:
            names.read_name(Name(part.base, part.decorations), env)
        except (Unknown, NotSymbolic):
            if not (part.base == "delta" and len(part.subscripts) == 2) and not indexing.is_partial(part, env):
                yield new_key(Name(part.base, part.decorations))[0]


def says_little(statement: Statement) -> bool:
    """u != 0 and t > 0 do not tell the shape of a letter; other lines may."""
    sides = [side for node in nodes_of(statement) for side in sides_of(node)]
    return all(isinstance(side, Name | Number) for side in sides)


def fits(setting: Setting, nodes: list[Node], *, strict: bool = False) -> bool:
    """Can every side be read, at sizes that all differ?"""
    env = distinct_env(setting)
    env.world.strict = strict
    try:
        for node in nodes:
            if not _sides_fit([(side, _read_at_first(side, nodes, env)) for side in sides_of(node)], node):
                return False
    except (Unknown, Mismatch, NotSymbolic, LookupError, ArithmeticError):
        return False
    return True


def _read_at_first(side: Node, nodes: list[Node], env: Env) -> Matrix:
    value = with_letters(side, nodes, env).value(side)
    value.at(0, 0)
    return value


def _sides_fit(sides: list[tuple[Node, Matrix]], node: Node) -> bool:
    """Sides of one shape, 0 beside any; what is compared by size is a number."""
    matrices = [value for _, value in sides if not value.is_scalar and ANY not in (value.rows, value.cols)]
    if isinstance(node, Chain) and any(r.sign in ("<", "<=", ">", ">=") for r in node.relations) and matrices:
        return False
    shapes = {(value.rows, value.cols) for value in matrices}
    numbers = [side for side, value in sides if value.is_scalar]
    return len(shapes) <= 1 and not (shapes and any(not _is_numeral(side) for side in numbers))


def _is_numeral(side: Node) -> bool:
    """0, in bold type too."""
    return isinstance(side, Number) or (isinstance(side, Name) and side.base.isdigit())


def with_letters(node: Node, nodes: list[Node], env: Env) -> Env:
    """The first value for every free index."""
    for letter in ranges.unbound(node, env):
        size = ranges.range_of(letter, tuple(nodes), env)
        if size is None:
            raise Unknown(f"what {letter} runs over")
        env = env.binding(letter, 0, size)
    return env
