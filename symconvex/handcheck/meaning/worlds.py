"""Worlds of a derivation: at an instance, or over symbols, with every definition in place."""

from collections.abc import Iterator, Mapping

from symconvex.errors import LossError
from symconvex.functions import functions
from symconvex.handcheck.formula.tree import Apply, Name, Node
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning import calls, changes, ranges
from symconvex.handcheck.meaning.elaborate import read
from symconvex.handcheck.meaning.implied import backpropagated, implied_derivative, written_definition
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.optima import optimum
from symconvex.handcheck.meaning.problems import domain_of
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.symbolic import Symbolic
from symconvex.handcheck.meaning.world import Algebra, Env, Numeric, World, defined_by
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.values.instances import OUTSIDE, Instance, distinct, instances
from symconvex.handcheck.values.scalars import ball
from symconvex.problem import Condition, Expr

FEWEST = 5  # instances inside of a domain, below which nothing is said to hold


def env_at(setting: Setting, instance: Instance, slip: str = "") -> Env:
    """The setting with the numbers of an instance, perhaps under a mistaken rule of derivatives."""
    return _env(setting, Numeric(instance), setting.full(), slip)


def bare_env(setting: Setting) -> Env:
    """The setting without numbers, at every size."""
    full = setting.full()
    return _env(setting, Symbolic(full), full)


def distinct_env(setting: Setting) -> Env:
    """The setting at sizes that all differ, to see what fits."""
    return env_at(setting, distinct(setting.full()))


def drawn(setting: Setting, total: int, fixed: Mapping[str, int] = {}) -> list[Instance]:
    """Instances for all names of the setting, inside of the domain that is declared.

    Fails    LossError when hardly any lies inside
    """
    full = setting.full()
    conditions = [*domain_of(full)]
    if not conditions:
        return instances(full, full.sizes(), total, fixed)
    found = instances(full, full.sizes(), total, fixed, lambda one: _is_inside(conditions, Env(_bare(full, one))))
    if len(found) < min(FEWEST, total):
        raise LossError(
            "hardly any point that is tried lies in the domain",
            where=", ".join(full.where)[:200],
            expected=f"at least {FEWEST} of {OUTSIDE * total}",
            got=str(len(found)),
            hint="state a domain that small numbers meet",
        )
    return [found[k % len(found)] for k in range(total)]


def _bare(declared: Declared, instance: Instance) -> World:
    """The declared names alone."""
    return World(Numeric(instance), declared, Setting(declared))


def _is_inside(conditions: list[Condition], env: Env) -> bool:
    """Does every condition hold, in every entry?"""
    return all(_holds(condition, env) for condition in conditions)


def _holds(condition: Condition, env: Env) -> bool:
    value = defined_by(condition.expr)(env)
    entries = [value.at(i, j) for i in range(int(value.rows)) for j in range(int(value.cols))]
    return all(ranges.compare(entry, ">" if condition.strict else ">=", ball(0)) for entry in entries)


def _env(setting: Setting, algebra: Algebra, declared: Declared, slip: str = "") -> Env:
    made = World(algebra, declared, setting, read=read, slip=slip)
    made.shapes = {n.name: n.shape for n in declared.names.values()}
    for name, expr in setting.expressions.items():
        made.definitions[name] = defined_by(expr)
        made.shapes[name] = expr.shape
    for name, (indices, body) in setting.written.items():
        made.definitions[name] = written_definition(indices, body, local="#" in name)
    if changes.LOSS in made.definitions:
        _add_loss(made)
    made.used = _used(made)
    return Env(made)


def _used(made: World) -> frozenset[str]:
    """Definitions that something is written in terms of."""
    found = {str(e.value) for expr in made.setting.expressions.values() for e in nodes_in(expr) if e.op == "name"}
    for _, body in (*made.setting.written.values(), *made.setting.own.values()):
        for part in walk(body):
            if isinstance(part, Name):
                found.update((part.base, new_key(part)[0]))
    return frozenset(name for name in made.definitions if name in found)


def _add_loss(made: World) -> None:
    """The loss by its letters, its minimiser, its gradient and Hessian."""
    for head in made.setting.heads:
        made.definitions.setdefault(head, made.definitions[changes.LOSS])
    taken = made.words
    for name in made.declared.parameters:
        for tail in ("star", "hat", "_star", "_hat", "opt", "ast", "_opt"):
            if name + tail not in taken:
                made.definitions[name + tail] = optimum(name, (1, -1))
    if "loss" not in taken:
        made.definitions.setdefault("loss", made.definitions[changes.LOSS])
    if len(made.declared.parameters) == 1:
        (only,) = made.declared.parameters
        if made.setting.best:
            made.definitions.setdefault(made.setting.best, optimum(only, (1, -1)))
        for word, end in (("minimiser", 1), ("maximiser", -1)):
            made.definitions.setdefault(word, optimum(only, (end,)))
    for name in made.setting.expressions:
        if name[:1] in ("z", "Z") and f"delta{name[1:]}" not in taken and len(name) > 1:
            made.definitions[f"delta{name[1:]}"] = backpropagated(name)
    for letter, kind in (("H", "hessian"), ("g", "gradient")):
        if letter not in taken:
            made.definitions[letter] = implied_derivative(kind)


def nodes_in(expr: Expr) -> Iterator[Expr]:
    """The formula and everything in it."""
    yield expr
    for arg in expr.args:
        yield from nodes_in(arg)


def functions_in(setting: Setting, nodes: tuple[Node, ...]) -> list[str]:
    """The functions of one number that the formulas, or something that they may rest on, are written with."""
    used = {str(part.value) for expr in setting.expressions.values() for part in nodes_in(expr) if part.op == "call"}
    bodies = (*nodes, *(body for _, body in (*setting.written.values(), *setting.own.values())))
    env = bare_env(setting)
    for part in (part for body in bodies for part in walk(body)):
        used.add(part.function if isinstance(part, Apply) else calls.function_of(part, env) or "")
    return [name for name in functions() if name in used]
