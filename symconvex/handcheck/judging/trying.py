"""A relation tried at instances: where it fails, with both values; and shown for all sizes by the kernel."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symconvex.handcheck.formula.tree import Apply, Derivative, Name, Node
from symconvex.handcheck.formula.walking import value_names
from symconvex.handcheck.judging.comparing import EQUAL, compare
from symconvex.handcheck.judging.conditions import free_values, places
from symconvex.handcheck.judging.proving import ask_prover, is_proven, says
from symconvex.handcheck.meaning import calls, indexing
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.meaning.world import Env, Numeric, Unknown
from symconvex.handcheck.meaning.worlds import distinct_env, drawn, env_at
from symconvex.handcheck.values.instances import DEGENERATE, Instance, Rows
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic, counted
from symconvex.handcheck.values.scalars import Scalar, ball, innermost

if TYPE_CHECKING:
    from symconvex.verdict import Decided

INSTANCES = 12
MANY = 36


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
    asked: "dict[tuple[str, ...], Decided | None]" = field(default_factory=dict)
    _instances: list[Instance] = field(default_factory=list)

    def env(self, number: int) -> Env:
        while len(self.envs) <= number:
            if not self.envs:
                self._instances = drawn(self.setting, self.total)
            self.envs.append(env_at(self.setting, self._instances[len(self.envs)]))
        return self.envs[number]

    def instance(self, number: int) -> Instance:
        self.env(number)
        return self._instances[number]

    def proved(self, kind: str, wrt: tuple[str, ...] = (), conditions: tuple[str, ...] = ()) -> bool | None:
        """What the prover shows of the loss; asked once for each set of parameters."""
        if wrt not in self.asked:
            self.asked[wrt] = ask_prover(self.setting, wrt)
        return says(self.asked[wrt], kind, conditions)

    def bound_side(self, side: Node, sign: str) -> Node:
        """A letter that stands for every eigenvalue is the largest one below a bound, the smallest above."""
        if isinstance(side, Name) and side.base in self.setting.eigenvalues:
            which = "lambdamax" if sign in ("<", "<=") else "lambdamin"
            return Apply(which, (self.setting.eigenvalues[side.base],))
        return side

    def is_convex_hessian(self, node: Node) -> bool:
        """Is this the Hessian of a loss that the prover shows to be convex?"""
        return is_proven(self.setting, Derivative("hessian", None), "=", node) and self.proved("convex") is True

    def is_free(self, name: Name) -> bool:
        """Does the name stand for any value: data, a parameter, a letter of its own?"""
        env = self.env(0)
        key = indexing.whole(name, env)
        return key in env.world.declared.names and key not in env.world.definitions

    def stray_letters(self, nodes: tuple[Node, ...]) -> list[str]:
        """Letters that stand for any value because nothing declares them."""
        env = self.env(0)
        names = [part for node in nodes for part in value_names(node)]
        found = [indexing.resolve(name, env) for name in names]
        directions = {f"v{name}" for name in self.setting.declared.parameters}
        keys = {parts.key for parts in found if parts is not None and parts.key in self.setting.dummies}
        return sorted((keys - directions) | {name.base for name in names if self._is_of_its_own(name)})

    def _is_of_its_own(self, name: Name) -> bool:
        """u_k beside a definition of u_ik: no row of it, but other numbers, "for numbers u_k"."""
        indices = self.setting.written.get(name.base, ((), None))[0]
        letters = tuple(index.base for index in name.subscripts if isinstance(index, Name))
        return len(letters) == 1 < len(indices) and letters[0] in indices[1:]

    def misfit(self, body: Node, beside: tuple[Node, ...]) -> str:
        """Why the shapes in a formula do not fit, at sizes that all differ; empty when they do."""
        env = distinct_env(self.setting)
        try:
            env = calls.localised((body, *beside), env)
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
    ) -> Outcome:
        """Try one relation under conditions; `beside` tells what indices run over."""
        held, flipped = 0, False
        for number in range(INSTANCES if sign in EQUAL else MANY):
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
            elif found and (not conditions or self.instance(number).kind not in DEGENERATE):
                held += 1
        return Outcome(held)

    def _at(
        self, env: Env, left: Node, sign: str, right: Node, conditions: tuple[Node, ...], beside: tuple[Node, ...]
    ) -> Failure | bool:
        nodes = (left, right, *beside)
        env = calls.localised(nodes, env)
        seen = False
        for bound in places(env, nodes, conditions):
            verdict = compare(left, sign, right, bound)
            if verdict is None:
                continue
            seen = True
            if isinstance(verdict, tuple):
                instance = env.algebra.instance if isinstance(env.algebra, Numeric) else self.instance(0)
                indices = tuple((k, int(v) + 1) for k, v in bound.indices.items())
                return Failure(_as_moved(instance, bound), indices, *verdict)
        return seen


def _as_moved(instance: Instance, env: Env) -> Instance:
    """The instance with the numbers that the conditions moved."""
    moved = {name: _rows(matrix) for name, matrix, _ in env.replaced if name in instance.values}
    return replace(instance, values={**instance.values, **moved}) if moved else instance


def _rows(matrix: Matrix) -> Rows:
    sizes = counted(matrix.rows, "a value"), counted(matrix.cols, "a value")
    return tuple(tuple(_number(matrix.at(i, j)) for j in range(sizes[1])) for i in range(sizes[0]))


def _number(x: Scalar) -> Fraction:
    """A short fraction where that is the number; else the nearest of floats."""
    value = innermost(x)
    if isinstance(value, int | Fraction):
        return Fraction(value)
    near = Fraction(float(value.mid()))
    short = near.limit_denominator(1000)
    return short if value.overlaps(ball(short)) else near


def _generic(instance: Instance) -> bool:
    sizes = list(instance.sizes.values())
    return len(set(sizes)) > 1 or not sizes


def _misfit(instance: Instance, why: str) -> Failure:
    return Failure(instance, (), "", "", why)
