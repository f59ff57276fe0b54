"""Everything a derivation is judged in: declarations, its own definitions, letters that stand for any value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from symconvex.handcheck import calls, changes, indexing, products, ranges
from symconvex.handcheck.declare import Declared, Named, shaped_expressions
from symconvex.handcheck.document import Claim, Document, Formula, Statement, chains
from symconvex.handcheck.formula import (
    Add,
    Apply,
    Chain,
    Derivative,
    Function,
    Group,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Prime,
    Product,
)
from symconvex.handcheck.instances import Instance, distinct, instances
from symconvex.handcheck.matrices import ANY, Index, Matrix, Mismatch, Size
from symconvex.handcheck.meaning import read
from symconvex.handcheck.naming import Known, find, inside, is_label, new_key, stems
from symconvex.handcheck.reader_render import render
from symconvex.handcheck.scalars import undefined
from symconvex.handcheck.symbolic import NotSymbolic, Symbolic
from symconvex.handcheck.world import Algebra, Definition, Env, Numeric, Unknown, World, defined_by
from symconvex.problem import Expr, Shape

HEADS = ("J", "L", "f", "F", "ell", "l", "E", "C", "R", "Q", "NLL", "LL", "phi", "Phi")
MAX_DUMMIES = 6
NEWTON_STEPS = 40
# With a single class, a matrix of scores cannot be told from a column.
CLASSES = {"K": 2}
EIGENVALUE = re.compile(r"eigenvalue (\S+) of (\S+)")


@dataclass(slots=True)
class Setting:
    """What names mean in one derivation.

    written       name -> (indices, body): definitions that the derivation gives itself
    own           functions of its own: name -> (arguments, body)
    eigenvalues   letter -> matrix: "every eigenvalue mu of H"
    dummies       letters that stand for any value, with the shapes that make the lines fit
    """

    declared: Declared
    heads: tuple[str, ...] = ()
    expressions: dict[str, Expr] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    written: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    own: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    dummies: dict[str, Shape] = field(default_factory=dict)
    eigenvalues: dict[str, Node] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def full(self) -> Declared:
        """The declarations with dummies, and with a direction dw for everything that may move."""
        names = dict(self.declared.names)
        names.update({name: Named(name, shape) for name, shape in self.dummies.items()})
        for name in (*self.declared.parameters, *self.dummies):
            if name in names:
                names[f"d_{name}"] = Named(f"d_{name}", names[name].shape)
        return replace(self.declared, names=names)

    def rewrite(self) -> None:
        """The loss in terms of what the derivation names: softplus(X @ w) as softplus(z) when z = Xw."""
        from symconvex.handcheck.rewriting import rewritten

        self.expressions = rewritten(self)

    def world(self, algebra: Algebra, declared: Declared) -> World:
        """A world over an algebra, with every definition in place."""
        made = World(algebra, declared, read=read)
        made.heads = frozenset(self.heads)
        made.functions = dict(self.functions)
        made.own = dict(self.own)
        made.dummies = frozenset(self.dummies)
        made.aliases = dict(self.aliases)
        made.shapes = {n.name: n.shape for n in declared.names.values()}
        for name, expr in self.expressions.items():
            made.definitions[name] = defined_by(expr)
            made.shapes[name] = expr.shape
        for name, (indices, body) in self.written.items():
            made.definitions[name] = written_definition(indices, body)
        if changes.LOSS in made.definitions:
            self._add_loss(made)
        made.used = self._used(made)
        return made

    def _used(self, made: World) -> frozenset[str]:
        """Definitions that something is written in terms of."""
        found = {str(e.value) for expr in self.expressions.values() for e in nodes_in(expr) if e.op == "name"}
        for _, body in (*self.written.values(), *self.own.values()):
            for part in ranges.walk(body):
                if isinstance(part, Name):
                    found.update((part.base, new_key(part)[0]))
        return frozenset(name for name in made.definitions if name in found)

    def _add_loss(self, made: World) -> None:
        for head in self.heads:
            made.definitions.setdefault(head, made.definitions[changes.LOSS])
        taken = made.words
        for name in made.declared.parameters:
            for tail in ("star", "hat", "_star", "_hat", "opt", "ast", "_opt"):
                if name + tail not in taken:
                    made.definitions[name + tail] = minimiser(name)
        for name in self.expressions:
            if name[:1] in ("z", "Z") and f"delta{name[1:]}" not in taken and len(name) > 1:
                made.definitions[f"delta{name[1:]}"] = backpropagated(name)
        for letter, kind in (("H", "hessian"), ("g", "gradient")):
            if letter not in taken:
                made.definitions[letter] = implied(kind)


def nodes_in(expr: Expr) -> Iterator[Expr]:
    yield expr
    for arg in expr.args:
        yield from nodes_in(arg)


def implied(kind: str) -> Definition:
    """H and g mean the Hessian and the gradient when nothing else gives them a meaning."""
    return lambda env: env.value(Derivative(kind, None))


def backpropagated(name: str) -> Definition:
    """delta^{(l)} means dL/dz^{(l)} when nothing else gives it a meaning."""
    return lambda env: changes.slope(changes.body_of_loss, changes.whole(name, env), env)


def minimiser(name: str) -> Definition:
    """w* and \\hat w mean the minimiser, found by Newton steps; undefined where they do not settle."""

    def value(env: Env) -> Matrix:
        if not isinstance(env.algebra, Numeric) or len(env.world.declared.parameters) != 1:
            raise Unknown(f"the minimiser {name}")
        env = replace(env, bumps=())
        point = env.look_up(name)
        for _ in range(NEWTON_STEPS):
            point, settled = _newton(name, point, env)
            if settled:
                return point
        return Matrix(point.rows, point.cols, lambda _i, _j: undefined())

    return value


def _newton(name: str, point: Matrix, env: Env) -> tuple[Matrix, bool]:
    there = env.calling({name: point})
    by = changes.whole(name, there)
    if not by.is_vector:
        raise Unknown(f"the minimiser of a matrix {name}")
    gradient = changes.slope(changes.body_of_loss, by, there)
    hessian = there.value(Derivative("hessian", None))
    step = products.times(products.inverse(hessian, env.algebra), gradient, env.algebra)
    moved = [[point.at(i, j) - step.at(i, j) for j in range(counted(point.cols))] for i in range(counted(point.rows))]
    small = all(abs(float(step.at(i, 0).mid())) < 1e-40 for i in range(counted(step.rows)))
    return Matrix(point.rows, point.cols, lambda i, j: moved[int(i)][int(j)]), small


def counted(size: Size) -> int:
    return products.counted(size, "a minimiser")


def written_definition(indices: tuple[str, ...], body: Node) -> Definition:
    """p_i = sigma(z_i): one number, column or row for each index."""

    def value(env: Env) -> Matrix:
        if not indices:
            return env.value(body)
        sizes = [range_or_fail(index, body, env) for index in indices]
        if len(indices) == 1:
            return _listed(indices[0], sizes[0], body, env)
        first, second = indices

        def entry(i: Index, j: Index) -> object:
            return env.binding(first, i, sizes[0]).binding(second, j, sizes[1]).value(body).value

        return Matrix(sizes[0], sizes[1], entry)

    return value


def range_or_fail(index: str, body: Node, env: Env) -> Size:
    size = ranges.range_of(index, (body,), env)
    if size is None:
        raise Unknown(f"what {index} runs over")
    return size


def _listed(index: str, size: Size, body: Node, env: Env) -> Matrix:
    first = env.binding(index, 0 if isinstance(size, int) else "k_0", size).value(body)
    if first.is_scalar:
        return Matrix(size, 1, lambda i, _: env.binding(index, i, size).value(body).value)
    return Matrix(size, first.length, lambda i, j: env.binding(index, i, size).value(body).item(j))


def prepare(declared: Declared, document: Document, extra: Document | None = None) -> Setting:
    """Read definitions, find the name of the loss, and give shapes to letters that stand for any value."""
    setting = Setting(declared, heads=declared.heads)
    _take_functions(setting)
    for statement in extra.statements if extra else ():
        _define(setting, statement, force=True)
    if not setting.heads:
        setting.heads = tuple(dict.fromkeys(_heads(document, setting)))
    _take_expressions(setting)
    for statement in document.statements:
        _define(setting, statement, force=False)
    _take_directions(setting, document)
    _take_eigenvalues(setting, document)
    for statement in document.statements:
        _define_last(setting, statement)
    setting.rewrite()
    for statement in document.statements:
        _add_dummies(setting, statement)
    return setting


def _define_last(setting: Setting, statement: Statement) -> None:
    """... = p_k at the end of a chain gives p its meaning when nothing else does."""
    if not isinstance(statement, Formula):
        return
    before = statement.chain.left
    for relation in statement.chain.relations:
        if relation.sign in ("=", "equiv") and isinstance(relation.right, Name) and not isinstance(before, Name):
            _define_name(setting, relation.right, before, role="claim", force=False)
        before = relation.right


def _take_directions(setting: Setting, document: Document) -> None:
    """v_{W_1} is a direction of the shape of W_1."""
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    for node in every_node(document):
        if isinstance(node, Name) and node.base == "v" and len(node.subscripts) == 1 and not node.superscripts:
            inner = node.subscripts[0]
            found = indexing.resolve(inner, env) if isinstance(inner, Name) else None
            declared = "v" in setting.declared.names or "v" in setting.expressions
            if found is not None and found.key in setting.declared.parameters and not (declared or found.indices):
                setting.dummies[f"v{found.key}"] = setting.declared.names[found.key].shape


def _take_eigenvalues(setting: Setting, document: Document) -> None:
    """ "Every eigenvalue mu of H" gives mu a meaning."""
    texts = [f"{s.reason} {s.text}" for s in document.statements if isinstance(s, Claim)]
    texts += [s.remark + s.scope for s in document.statements if isinstance(s, Formula)]
    said = [match for text in texts for match in EIGENVALUE.finditer(text)]
    letters = {render(node): node for node in every_node(document) if isinstance(node, Name)}
    for match in said:
        letter, matrix = letters.get(match[1]), letters.get(match[2])
        if letter is not None and matrix is not None:
            setting.eigenvalues[letter.base] = matrix
            setting.written.setdefault(letter.base, ((), Apply("lambdamax", (matrix,))))


def _take_functions(setting: Setting) -> None:
    """`phi: tanh` says that phi is a function."""
    from symconvex.handcheck.scalars import is_function

    names = dict(setting.declared.names)
    for name, named in setting.declared.names.items():
        if len(named.shape) == 1 and is_function(str(named.shape[0])):
            setting.functions[name] = str(named.shape[0])
            del names[name]
    if "normcdf" in setting.declared.loss:
        setting.functions |= {"Phi": "normcdf", "phi": "normpdf", "varphi": "normpdf"}
    setting.declared = replace(setting.declared, names=names, least={**CLASSES, **setting.declared.least})


def _take_expressions(setting: Setting) -> None:
    setting.expressions = dict(shaped_expressions(setting.declared))
    for name, expr in list(setting.expressions.items()):
        if name == "" and "" in setting.written:
            del setting.expressions[name]
        del expr


def _heads(document: Document, setting: Setting) -> Iterator[str]:
    """The letter of the loss: what is differentiated, or called at the parameters, and has no other meaning."""
    known = {*setting.declared.names, *setting.declared.definitions}
    for node in every_node(document):
        match node:
            case Derivative(_, MaybeCall(Name() as name, _, _, _) | (Name() as name), _, _, _):
                pass
            case MaybeCall(Name() as name, _, _, _) | Prime(Name() as name, _):
                pass
            case _:
                continue
        key, letters = new_key(Name(name.base, name.decorations))
        if key in HEADS and key not in known:
            yield key


def every_node(document: Document) -> Iterator[Node]:
    for statement in document.statements:
        for node in nodes_of(statement):
            yield from ranges.walk(node)


def nodes_of(statement: Statement) -> list[Node]:
    """The formulas of a statement."""
    match statement:
        case Formula():
            found: list[Node] = [statement.chain, *statement.conditions]
            if statement.called is not None and statement.called.of is not None:
                found.append(statement.called.of)
            return found
        case Claim():
            subject = [statement.subject] if statement.subject is not None else []
            return [*subject, *statement.wrt, *statement.conditions]
        case _:
            return []


def distinct_env(setting: Setting) -> Env:
    """An environment at sizes that all differ, to see what fits."""
    full = setting.full()
    return Env(setting.world(Numeric(distinct(full)), full))


def _define(setting: Setting, statement: Statement, *, force: bool) -> None:
    """Take a definition when its name has no meaning yet."""
    if isinstance(statement, Formula):
        for chain in chains(statement):
            if chain.relations:
                _define_by(setting, chain, statement.role, force=force)


def _define_by(setting: Setting, chain: Chain, role: str, *, force: bool) -> None:
    left, relation = chain.left, chain.relations[0]
    body = relation.right
    for before, after in zip((left, *(r.right for r in chain.relations)), chain.relations, strict=False):
        if after.sign == "=:" and isinstance(after.right, Name):
            _define_name(setting, after.right, before, role="definition", force=True)
    if relation.sign not in ("=", ":=", "equiv"):
        return
    match left:
        case MaybeCall(Name() as head, args, _, ()) if all(isinstance(a, Name) for a in args):
            _define_function(setting, head, args, body, force=force)
        case Name():
            _define_name(setting, left, body, role=role, force=force)
        case Derivative("differential", Name() as of, _, 1, _):
            _define_shorthand(setting, of, body, force=force)


def _define_shorthand(setting: Setting, of: Name, body: Node, *, force: bool) -> None:
    """dW = ... without a differential on the right is course notation for dJ/dW."""
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    found = indexing.resolve(of, env)
    key = new_key(of)[0] if found is None else found.key
    if force:
        setting.written[f"d{key}"] = ((), body)
    elif key in setting.declared.parameters and not has_differential(body, setting):
        setting.written.setdefault(f"d{key}", ((), Derivative("partial", None, (Name(key),))))


def has_differential(node: Node, setting: Setting) -> bool:
    """Does a differential occur that is no shorthand for a gradient?"""
    for part in ranges.walk(node):
        if isinstance(part, Derivative) and part.kind == "differential":
            shorthand = isinstance(part.of, Name) and f"d{_label_key(part.of)}" in setting.written
            if not shorthand:
                return True
    return False


def _label_key(name: Name) -> str:
    """The key without the index of a sample: dZ^{[2](i)} is about Z2."""
    labels = tuple(s for s in name.superscripts if is_label(inside(s)) or is_label(s))
    return new_key(Name(name.base, name.decorations, name.subscripts, labels))[0]


def _define_function(setting: Setting, head: Name, args: tuple[Node, ...], body: Node, *, force: bool) -> None:
    key, _ = new_key(head)
    names = tuple(arg.base for arg in args if isinstance(arg, Name))
    declared = setting.declared
    if force and not declared.loss:
        keys = tuple(new_key(arg)[0] for arg in args if isinstance(arg, Name))
        setting.declared = replace(declared, heads=(key,), parameters=keys)
        setting.heads = (key,)
        setting.written[changes.LOSS] = ((), body)
        return
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    if calls.function_of(head, env) is None and indexing.resolve(head, env) is None and key not in setting.heads:
        setting.own.setdefault(next(iter(stems(head))), (names, body))


def _no_algebra(setting: Setting) -> Algebra:
    return Symbolic(setting.full())


def _define_name(setting: Setting, name: Name, body: Node, *, role: str, force: bool) -> None:
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    if "dot" in name.decorations:
        _define_velocity(setting, name, body)
        return
    if calls.function_of(name, env) is not None:
        return
    found = indexing.resolve(name, env)
    if found is not None and not _is_free_letter(setting, name, body, role=role):
        return
    if indexing.is_partial(name, env):
        return
    key, letters = new_key(name)
    if any(isinstance(part, Name) and new_key(part) == (key, letters) for part in ranges.walk(body)):
        return
    if key not in setting.written and len(letters) <= 2:
        setting.written[key] = (letters, body)


def _define_velocity(setting: Setting, name: Name, body: Node) -> None:
    """A dotted letter that is written in terms of a direction v is its derivative along v."""
    if any(isinstance(part, Name) and part.base == "v" for part in ranges.walk(body)):
        bare = Name(name.base, tuple(d for d in name.decorations if d != "dot"), name.subscripts, name.superscripts)
        setting.written.setdefault(f"{new_key(bare)[0]}dot", ((), body))


def _is_derivative_letter(setting: Setting) -> bool:
    return changes.LOSS in setting.expressions or changes.LOSS in setting.written


def _is_free_letter(setting: Setting, name: Name, body: Node, *, role: str) -> bool:
    """H and g mean Hessian and gradient, unless what they are set equal to has another shape."""
    if name.base not in ("H", "g") or name.base in setting.written or name.base in setting.expressions:
        return False
    if name.base in setting.declared.names or name.subscripts or name.superscripts or name.decorations:
        return False
    if role == "definition" and not _is_derivative_letter(setting):
        return True
    env = distinct_env(setting)
    try:
        here, meant = env.value(body), env.look_up(name.base)
    except (Unknown, Mismatch, NotSymbolic):
        return False
    return (here.rows, here.cols) not in ((meant.rows, meant.cols), (meant.cols, meant.rows))


def _add_dummies(setting: Setting, statement: Statement) -> None:
    """Letters without a meaning stand for any value, of a shape that makes the line fit."""
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    nodes = nodes_of(statement)
    _take_memberships(setting, statement, env)
    env = Env(setting.world(_no_algebra(setting), setting.full()))
    own = {name for names, _ in setting.own.values() for name in names} if _defines_function(setting, statement) else ()
    missing = list(dict.fromkeys(key for node in nodes for key in unknown_letters(node, env) if key not in own))
    if not missing or len(missing) > MAX_DUMMIES:
        return
    if len(missing) == 1 and _solve_for(setting, statement, missing[0]):
        return
    shapes = candidate_shapes(setting)
    for chosen in product(shapes, repeat=len(missing)) if len(missing) <= 3 else [((),) * len(missing)]:
        trial = replace_dummies(setting, {**setting.dummies, **dict(zip(missing, chosen, strict=True))})
        if fits(trial, nodes):
            setting.dummies = trial.dummies
            return


def _defines_function(setting: Setting, statement: Statement) -> bool:
    """h(x) = ...: the letters in the bracket belong to the definition."""
    if not isinstance(statement, Formula) or not isinstance(statement.chain.left, MaybeCall):
        return False
    head = statement.chain.left.head
    return _own_stem(setting, head)


def _own_stem(setting: Setting, head: Node) -> bool:
    return isinstance(head, Name) and any(stem in setting.own for stem in stems(head))


def _solve_for(setting: Setting, statement: Statement, key: str) -> bool:
    """H = A + Lambda, with a letter that nothing else gives a meaning, says what Lambda is."""
    if not isinstance(statement, Formula) or len(statement.chain.relations) != 1 or not key[:1].isupper():
        return False
    right = statement.chain.relations[0].right
    if not isinstance(right, Add) or statement.chain.relations[0].sign != "=":
        return False
    rest = tuple(term for term in right.terms if not (isinstance(term, Name) and new_key(term)[0] == key))
    if len(rest) != len(right.terms) - 1 or any(new_key(n)[0] == key for t in rest for n in _names(t)):
        return False
    setting.written[key] = ((), Add((statement.chain.left, *(Neg(term) for term in rest))))
    return True


def _names(node: Node) -> list[Name]:
    return [part for part in ranges.walk(node) if isinstance(part, Name)]


def _take_memberships(setting: Setting, statement: Statement, env: Env) -> None:
    """v in R^K and W in R^{K x d} say the shape."""
    formulas = nodes_of(statement)
    for node in formulas:
        if isinstance(node, Chain) and len(node.relations) == 1 and node.relations[0].sign == "in":
            shape = space_of(node.relations[0].right, setting)
            names = node.left.items if isinstance(node.left, Group) else (node.left,)
            for name in names:
                if shape is not None and isinstance(name, Name) and indexing.resolve(name, env) is None:
                    setting.dummies[new_key(name)[0]] = shape


def space_of(node: Node, setting: Setting) -> Shape | None:
    """(K,) for R^K, (K, d) for R^{K x d}, () for R; positive entries count as entries."""
    sizes = {size for size in setting.declared.sizes() if isinstance(size, str)}

    def size(part: Node) -> str | int | None:
        match part:
            case Name(base, _, (), ()) if base in sizes:
                return base
            case Number(value):
                return int(value)
        return None

    match node:
        case Name("R" | "mathbbR", _, _, ()):
            return ()
        case Power(Name("R", _, _, ()), Product((first, second), "times")):
            found = (size(first), size(second))
            return None if None in found else found  # type: ignore[return-value]
        case Power(Name("R", _, _, ()), single):
            found_one = size(single)
            return None if found_one is None else (found_one,)
    return None


def replace_dummies(setting: Setting, dummies: dict[str, Shape]) -> Setting:
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
    for part in _with_values(node, env):
        if "dot" in part.decorations or calls.function_of(part, env) is not None or part.base in letters:
            continue
        if part.base in env.world.own or indexing.resolve(part, env) is not None:
            continue
        try:
            indexing.read_name(Name(part.base, part.decorations), env)
        except (Unknown, NotSymbolic):
            if not (part.base == "delta" and len(part.subscripts) == 2) and not indexing.is_partial(part, env):
                yield new_key(Name(part.base, part.decorations))[0]


def _with_values(node: Node, env: Env) -> Iterator[Name]:
    """Names that stand for values: not those inside subscripts, ranges or labels."""
    match node:
        case Name():
            yield node
        case Function(args, body):
            yield from (arg for arg in args if isinstance(arg, Name))
            yield from _with_values(body, env)
        case _:
            skipped = ranges.index_parts(node)
            for part in ranges.parts(node):
                if part not in skipped:
                    yield from _with_values(part, env)


def fits(setting: Setting, nodes: list[Node]) -> bool:
    """Can every side be read, at sizes that all differ?"""
    env = distinct_env(setting)
    try:
        for node in nodes:
            if not _sides_fit([_read_at_first(side, nodes, env) for side in ranges.sides_of(node)], node):
                return False
    except (Unknown, Mismatch, NotSymbolic):
        return False
    return True


def _read_at_first(side: Node, nodes: list[Node], env: Env) -> Matrix:
    value = with_letters(side, nodes, env).value(side)
    value.at(0, 0)
    return value


def _sides_fit(values: list[Matrix], node: Node) -> bool:
    """Sides of one shape; what is compared by size is a number."""
    matrices = [value for value in values if not value.is_scalar and ANY not in (value.rows, value.cols)]
    if isinstance(node, Chain) and any(r.sign in ("<", "<=", ">", ">=") for r in node.relations) and matrices:
        return False
    shapes = {(value.rows, value.cols) for value in matrices}
    numbers = [value for value in values if value.is_scalar]
    return len(shapes) <= 1 and not (shapes and len(numbers) > 1)


def with_letters(node: Node, nodes: list[Node], env: Env) -> Env:
    """The first value for every free index."""
    for letter in ranges.unbound(node, env):
        size = ranges.range_of(letter, tuple(nodes), env)
        if size is None:
            raise Unknown(f"what {letter} runs over")
        env = env.binding(letter, 0, size)
    return env


def drawn(setting: Setting, total: int) -> list[Instance]:
    """Instances for all names of the setting."""
    full = setting.full()
    return instances(full, full.sizes(), total)
