"""Definitions read off a derivation: where, let, := and the first line that gives a letter its meaning."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from symconvex.deadline import OutOfTime, time_limit
from symconvex.handcheck.formula.edits import as_columns
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Apply,
    Big,
    Chain,
    Derivative,
    MaybeCall,
    Name,
    Node,
    Power,
    Product,
    Transpose,
)
from symconvex.handcheck.formula.walking import parts, walk
from symconvex.handcheck.meaning import calls, changes, indexing, names, ranges
from symconvex.handcheck.meaning.heads import apart, heads_of, praised
from symconvex.handcheck.meaning.layout import take_layout
from symconvex.handcheck.meaning.letters import add_dummies, replace_dummies, says_little
from symconvex.handcheck.meaning.naming import argument_keys, inside, is_label, new_key, stems
from symconvex.handcheck.meaning.optima import labelled
from symconvex.handcheck.meaning.problems import shaped_expressions
from symconvex.handcheck.meaning.rewriting import rewritten
from symconvex.handcheck.meaning.setting import Setting, every_node, nodes_of
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.meaning.worlds import bare_env, distinct_env
from symconvex.handcheck.prose.looks import is_constant
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.document import Claim, Document, Formula, Statement, chains
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic
from symconvex.handcheck.values.scalars import is_function
from symconvex.problem import Shape

BRIEF = 3.0  # seconds for the letters of one statement


# With a single class, a matrix of scores cannot be told from a column.
CLASSES = {"K": 2}


EIGENVALUE = re.compile(r"eigenvalue (\S+) of (\S+)")


def prepare(declared: Declared, document: Document, extra: Document | None = None) -> Setting:
    """Read definitions, find the name of the loss, and give shapes to letters that stand for any value."""
    setting = Setting(declared, heads=declared.heads)
    take_functions(setting)
    for statement in extra.statements if extra else ():
        define(setting, statement, force=True)
    if not setting.heads:
        setting.heads = tuple(dict.fromkeys(heads_of(document, setting))) or praised(document, setting)
    _take_expressions(setting)
    setting.apart = frozenset(apart(document)) - {*setting.heads}
    take_layout(setting, document)
    _take_directions(setting, document)
    names = [node for node in every_node(document) if isinstance(node, Name)]
    setting.best = labelled(names, setting.declared.parameters)
    _each(setting, document.statements, define)
    _take_eigenvalues(setting, document)
    for statement in document.statements:
        _define_last(setting, statement, document)
    _take_variables(setting, document)
    setting.expressions = rewritten(setting)
    _each(setting, sorted(document.statements, key=says_little), add_dummies)
    return setting


def _each(setting: Setting, statements: Iterable[Statement], step: Callable[[Setting, Statement], None]) -> None:
    """One step for every statement; where it cannot be done, or not soon, the judge will meet the trouble again."""
    for statement in statements:
        try:
            with time_limit(BRIEF):
                step(setting, statement)
        except OutOfTime:
            setting.late.add(statement.tex_line)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, AttributeError):
            continue


def _define_last(setting: Setting, statement: Statement, document: Document) -> None:
    """... = p_k at the end of a chain gives p its meaning when nothing else does, and another line uses it."""
    if not isinstance(statement, Formula):
        return
    before = statement.chain.left
    for relation in statement.chain.relations:
        last = relation.right
        says = relation.sign in ("=", "equiv") and not isinstance(before, Name)
        if says and isinstance(last, Name) and _is_new(last, statement, document, setting):
            _define_name(setting, last, before, role="claim")
        before = last


def _is_new(name: Name, statement: Formula, document: Document, setting: Setting) -> bool:
    """A letter that is no notation, and that another line uses."""
    return not _is_notation(name, setting) and _is_used_elsewhere(name, statement, document)


def _is_notation(name: Name, setting: Setting) -> bool:
    """I, 1, 0 and the like mean something already; E and Id are the identity too."""
    try:
        names.read_name(Name(name.base, name.decorations), bare_env(setting))
    except (Unknown, NotSymbolic, Mismatch):
        return name.base in ("E", "Id", "I", "ell")
    return True


def _is_used_elsewhere(name: Name, statement: Formula, document: Document) -> bool:
    return any(
        isinstance(part, Name) and part.base == name.base and part.decorations == name.decorations
        for other in document.statements
        if other is not statement
        for node in nodes_of(other)
        for part in walk(node)
    )


def _take_directions(setting: Setting, document: Document) -> None:
    """v_{W_1} is a direction of the shape of W_1."""
    env = bare_env(setting)
    for node in every_node(document):
        if isinstance(node, Name) and node.base == "v" and len(node.subscripts) == 1 and not node.superscripts:
            key = indexing.whole(node.subscripts[0], env)
            if key in setting.declared.parameters:
                setting.dummies[f"v{key}"] = setting.declared.names[key].shape


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


def take_functions(setting: Setting) -> None:
    """`phi: tanh` says that phi is a function."""
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
    if changes.LOSS in setting.written:
        setting.expressions.pop(changes.LOSS, None)


def define(setting: Setting, statement: Statement, *, force: bool = False) -> None:
    """Take a definition when its name has no meaning yet."""
    if isinstance(statement, Formula):
        for chain in chains(statement):
            if chain.relations and (force or not _only_claims(statement, chain)):
                _define_by(setting, chain, statement.role, force=force)


def _only_claims(statement: Formula, chain: Chain) -> bool:
    """ "If X has full rank, v = 0" and "at the point w = 0" say nothing of what v and w mean elsewhere."""
    value = is_constant(chain.relations[0].right)
    return value and statement.role != "definition" and statement.place == "inline"


def _define_by(setting: Setting, chain: Chain, role: str, *, force: bool) -> None:
    left, relation = chain.left, chain.relations[0]
    body = relation.right
    for before, after in zip((left, *(r.right for r in chain.relations)), chain.relations, strict=False):
        if after.sign == "=:" and isinstance(after.right, Name):
            _define_name(setting, after.right, before, role="definition")
    if relation.sign not in ("=", ":=", "equiv"):
        return
    match left:
        case MaybeCall(Name() as head, args, _, ()) if all(isinstance(a, Name) for a in args):
            _define_function(setting, head, args, body, force=force)
        case Name():
            _define_name(setting, left, body, role=role)
        case Derivative("differential", Name() as of, _, 1, _):
            _define_shorthand(setting, of, body, force=force)


def _define_shorthand(setting: Setting, of: Name, body: Node, *, force: bool) -> None:
    """dW = ... without a differential on the right is course notation for dJ/dW."""
    env = bare_env(setting)
    found = indexing.resolve(of, env)
    key = new_key(of)[0] if found is None else found.key
    if force:
        setting.written[f"d{key}"] = ((), body)
    elif key in setting.declared.parameters and not has_differential(body, setting):
        setting.written.setdefault(f"d{key}", ((), Derivative("partial", None, (Name(key),))))


def has_differential(node: Node, setting: Setting) -> bool:
    """Does a differential occur that is no shorthand for a gradient?"""
    for part in walk(node):
        if isinstance(part, Derivative) and part.kind == "differential":
            shorthand = isinstance(part.of, Name) and f"d{_label_key(part.of)}" in setting.written
            if not shorthand:
                return True
    return False


def _label_key(name: Name) -> str:
    """The key without the index of a sample: dZ^{[2](i)} is about Z2."""
    labels = tuple(s for s in name.superscripts if is_label(inside(s)) or is_label(s))
    return new_key(Name(name.base, name.decorations, name.subscripts, labels))[0]


def _define_composition(setting: Setting, name: Name, body: Product) -> None:
    """f = g o r is the function w -> g(r(w)) of the only parameter."""
    if len(setting.declared.parameters) == 1 and name.base not in setting.heads:
        argument = Name(setting.declared.parameters[0])
        whole: Node = argument
        for function in reversed(body.factors):
            whole = MaybeCall(function, (whole,))
        setting.own.setdefault(next(iter(stems(name))), ((argument.base,), whole))
        setting.dummies.setdefault(calls.formal(argument.base), ())


def _define_function(setting: Setting, head: Name, args: tuple[Node, ...], body: Node, *, force: bool) -> None:
    key, letters = new_key(head)
    names = tuple(arg.base for arg in args if isinstance(arg, Name))
    declared = setting.declared
    if letters and not force and {*names} <= {*declared.parameters}:  # l_i(w) is the l_i of the parameters
        _define_name(setting, head, body, role="definition")
        return
    if force and not declared.loss:
        keys = argument_keys(args)
        setting.declared = replace(declared, heads=(key,), parameters=keys)
        setting.heads = (key,)
        setting.written[changes.LOSS] = ((), body)
        return
    env = bare_env(setting)
    if not force and not any(isinstance(part, Name) and part.base in names for part in walk(body)):
        return
    free = indexing.resolve(head, env) is None or _is_implied(head, names, setting)
    if calls.function_of(head, env) is None and free and key not in setting.heads:
        setting.own.setdefault(next(iter(stems(head))), (names, body))
        _take_below(setting, head, body, env)
        for name in names:
            setting.dummies.setdefault(calls.formal(name), _formal_shape(name, names, body, setting))


def _take_below(setting: Setting, head: Name, body: Node, env: Env) -> None:
    """tau of rho_tau(u) = ... is a number; i of f_i(x) = ... counts."""
    counting = {*ranges.letters_of(body, env)}
    used = {part for part in walk(body) if isinstance(part, Name)}
    below = [one.base for one in head.subscripts if isinstance(one, Name) and one in used]
    if 0 < len(below) == len(head.subscripts) and not counting & {*below}:
        setting.below.setdefault(next(iter(stems(head))), tuple(below))
        for letter in (letter for letter in below if letter not in env.words):
            setting.dummies.setdefault(letter, ())


def _is_implied(head: Name, names: tuple[str, ...], setting: Setting) -> bool:
    """g and H are no gradient and no Hessian where g(t) = ... defines them as functions of something else."""
    known = {*setting.declared.names, *setting.expressions, *setting.written}
    return head.base in ("g", "H") and head.base not in known and not set(names) <= set(setting.declared.parameters)


def _formal_shape(name: str, names: tuple[str, ...], body: Node, setting: Setting) -> Shape:
    """A number; a vector when z_k stands in the body under a sum over k = 1, ..., K, or no number fits in |Xv - y|."""
    for part in walk(body):
        match part:
            case Big(_, (Name(index),), _, Name(size), _, inner) if size in setting.declared.sizes():
                entries = (one for one in walk(inner) if isinstance(one, Name) and one.base == name)
                if any(one.subscripts == (Name(index),) for one in entries):
                    return (size,)
    shapes = dict.fromkeys(((), *(setting.declared.names[p].shape for p in _declared_parameters(setting))))
    return next((shape for shape in shapes if _is_fit(name, shape, body, setting)), ()) if len(names) == 1 else ()


def _declared_parameters(setting: Setting) -> list[str]:
    return [name for name in setting.declared.parameters if name in setting.declared.names]


def _is_fit(name: str, shape: Shape, body: Node, setting: Setting) -> bool:
    """Is the body a number where its letter has the shape?"""
    env = distinct_env(replace_dummies(setting, {**setting.dummies, calls.formal(name): shape}))
    try:
        value = env.calling({name: env.look_up(calls.formal(name))}).value(body)
        value.at(0, 0)
    except (Unknown, Mismatch, NotSymbolic, LookupError, ArithmeticError):
        return False
    return value.is_scalar


def _define_name(setting: Setting, name: Name, body: Node, *, role: str) -> None:
    body = as_columns(body) if isinstance(body, Transpose | Power) else body  # g = (a, b)^T
    env = bare_env(setting)
    if name.base in ("I", "Id") and _is_notation(name, setting):
        return
    if isinstance(body, Product) and body.sign == "circ" and all(isinstance(one, Name) for one in body.factors):
        _define_composition(setting, name, body)
        return
    if "dot" in name.decorations:
        _define_velocity(setting, name, body, role=role)
        return
    if calls.function_of(name, env) is not None:
        return
    found = indexing.resolve(name, env)
    if found is not None and role == "definition" and found.key in setting.written and found.indices:
        indices = tuple(node.base for node in found.indices if isinstance(node, Name))
        if len(indices) == len(found.indices) != len(setting.written[found.key][0]):
            setting.written.setdefault(indexing.by_arity(found.key, len(indices)), (indices, body))
            return
    if found is not None and not _is_free_letter(setting, name, body, role=role):
        return
    if indexing.is_partial(name, env):
        return
    labels = frozenset((*setting.declared.names, *setting.written))
    key, letters = new_key(name, labels)
    if any(isinstance(part, Name) and new_key(part, labels) == (key, letters) for part in _values_in(body)):
        return
    if key not in setting.written and len(letters) <= 2:
        setting.written[key] = (letters, body)


def _values_in(node: Node) -> Iterator[Node]:
    """Everything in a formula but the e of e^x, which is no residual."""
    yield node
    for part in parts(node):
        if not (isinstance(node, Power) and part is node.base and part == Name("e")):
            yield from _values_in(part)


def _take_variables(setting: Setting, document: Document) -> None:
    """In d/dz log(1 + e^z) the letter z is a number, also where z_1, ..., z_n are defined."""
    for node in every_node(document):
        match node:
            case Derivative("total" | "partial", body, (Name(base, (), (), ()), *_)) if body is not None:
                indexed = base in setting.written and setting.written[base][0]
                bare = all(part.subscripts == () for part in walk(body) if isinstance(part, Name))
                if indexed and bare:
                    setting.dummies.setdefault(calls.variable(base), ())


def _define_velocity(setting: Setting, name: Name, body: Node, *, role: str) -> None:
    """A dotted letter that is written in terms of a direction v is its derivative along v; "define" says so too."""
    if role == "definition" or any(isinstance(part, Name) and part.base == "v" for part in walk(body)):
        bare = Name(name.base, tuple(d for d in name.decorations if d != "dot"), name.subscripts, name.superscripts)
        key, letters = new_key(bare)
        setting.written.setdefault(f"{key}dot", (letters, body))


def _is_derivative_letter(setting: Setting) -> bool:
    return changes.LOSS in setting.expressions or changes.LOSS in setting.written


def _is_free_letter(setting: Setting, name: Name, body: Node, *, role: str) -> bool:
    """H and g mean Hessian and gradient, unless what they are set equal to has another shape."""
    if name.base not in ("H", "g") or name.base in setting.written or name.base in setting.expressions:
        return False
    if name.base in setting.declared.names or name.superscripts or name.decorations:
        return False
    if name.subscripts:
        return role == "definition" and bool(new_key(name)[1]) and not indexing.is_partial(name, bare_env(setting))
    if not any(isinstance(part, Name) for part in walk(body)):
        return False
    if name.base in setting.apart:
        return True
    if role == "definition" and not _is_derivative_letter(setting):
        return True
    env = distinct_env(setting)
    try:
        here, meant = env.value(body), env.look_up(name.base)
    except (Unknown, Mismatch, NotSymbolic):
        return False
    return (here.rows, here.cols) not in ((meant.rows, meant.cols), (meant.cols, meant.rows))
