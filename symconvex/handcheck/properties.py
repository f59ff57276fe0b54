"""Properties said in words: convex, definite, singular, unique, attained, tried at instances or asked of the prover."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product

from symconvex.handcheck import calls, changes, products, variables
from symconvex.handcheck.comparing import definiteness, entries, ordered, shown
from symconvex.handcheck.conditions import has_rank, meets, solved, unchecked
from symconvex.handcheck.definite import ball_of, is_singular, is_symmetric, negative_direction
from symconvex.handcheck.document import Claim
from symconvex.handcheck.formula import Derivative, Function, MaybeCall, Name, Node, Power
from symconvex.handcheck.matrices import Matrix, Mismatch, scalar, transposed
from symconvex.handcheck.reader_render import render
from symconvex.handcheck.scalars import Scalar, ball, innermost
from symconvex.handcheck.symbolic import NotSymbolic
from symconvex.handcheck.trying import Failure, Outcome, Trial, free_values
from symconvex.handcheck.variables import Variable
from symconvex.handcheck.world import Env, Unknown

Found = tuple[str, str, str] | bool | None
CURVED = ("convex", "strictly convex", "strongly convex", "concave", "strictly concave", "affine")
MATRIX = ("psd", "pd", "nsd", "nd", "indefinite", "singular", "invertible", "symmetric", "diagonal", "identity", "zero")
SIGNED = {"nonnegative": ">=", "positive": ">", "nonpositive": "<=", "negative": "<"}
UNNAMED = ("weights", "bracket", "matrix", "minors", "off-diagonal entries", "labels", "stationary point")
FUNCTIONAL = ("", "loss", "function", "any function", "hessian")
NAMED = (
    *UNNAMED, *FUNCTIONAL, "gradient", "derivative", "second derivative", "determinant", "trace", "eigenvalues",
    "smallest eigenvalue", "largest eigenvalue", "one eigenvalue", "diagonal entries", "minimiser",
)  # fmt: skip
FUNCTION_NOUNS = ("loss", "function", "")
FEW, LARGE, MANY_SIGNS = 14, 7, 3
DERIVED = ("gradient", "hessian", "derivative", "second derivative")
CONVERSE = ("iff", "if and only if", "only if", "exactly when", "unless")
NEVER = re.compile(r"\b(never|nowhere|no\b|cannot|everywhere)", re.IGNORECASE)
GENERAL = re.compile(r"\s*(a|an|any|every|each|all)\s", re.IGNORECASE)


NOTHING = Outcome()


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a property: true, false or open; shown by the prover or only tried."""

    holds: bool | None
    proven: bool = False
    outcome: Outcome = NOTHING
    why: str = ""


def settle(claim: Claim, trial: Trial) -> Settled:
    """Decide a property.

    Fails    never: what cannot be read is open, with the reason
    """
    try:
        known = FUNCTIONAL if claim.kind in CURVED else NAMED
        if claim.subject is None and claim.noun.word not in known and claim.kind not in ("exists", "attained"):
            return Settled(None, why=f"which {claim.noun.word} is meant")
        if claim.kind in CURVED:
            return _curvature(claim, trial)
        if claim.kind == "unique":
            return _unique(claim, trial)
        if claim.kind in ("exists", "attained"):
            return _attained(claim, trial)
        if claim.kind in ("differentiable", "twice differentiable", "continuous"):
            return _smooth(claim, trial)
        return _matrix(claim, trial)
    except (Unknown, Mismatch, NotSymbolic) as problem:
        return Settled(None, why=str(problem))


def tried(
    trial: Trial, check: Callable[[Env], Found], conditions: tuple[Node, ...], text: str = "", about: Node | None = None
) -> Outcome:
    """A check at every instance that meets the conditions, for every index that is free in what it is about."""
    held = 0
    for number in range(trial.total):
        env = trial.env(number)
        if number >= FEW and variables.count_of_parameters(env) > LARGE:
            continue
        if not has_rank(text, env):
            continue
        seen = False
        for free in free_values(env, (about,) if about is not None else ()):
            place = solved(conditions, free)
            if not all(meets(condition, place) for condition in conditions):
                continue
            found = check(place)
            if isinstance(found, tuple):
                indices = tuple((k, int(v) + 1) for k, v in place.indices.items())
                return Outcome(held, Failure(trial.instance(number), indices, *found))
            seen = seen or found is True
        held += seen
    return Outcome(held)


def _settled(outcome: Outcome, *, negated: bool) -> Settled:
    """A property for all values fails at one instance; its negation then holds."""
    if outcome.failure is not None:
        return Settled(negated, outcome=outcome)
    if negated:
        return Settled(None, outcome=outcome, why="no instance shows it")
    return Settled(True if outcome.held else None, outcome=outcome, why="" if outcome.held else "no instance meets it")


def subject_of(claim: Claim) -> tuple[Callable[[Env], Matrix], tuple[Node, ...]]:
    """The function that a claim is about, and what it is a function of."""
    node = claim.subject or claim.noun.of
    match node:
        case Function(args, body):
            return (lambda env: env.value(body)), args
        case None:
            return changes.body_of_loss, ()
        case _:
            return (lambda env: env.value(node)), ()


def _curvature(claim: Claim, trial: Trial) -> Settled:
    if claim.subject is None and claim.noun.word in DERIVED:
        raise Unknown(f"a {claim.noun.word} that is {claim.kind}")
    body, args = subject_of(claim)
    wrt = claim.wrt or args
    blocks = _blocks(claim, wrt, trial)
    total: Settled | None = None
    for names in blocks:
        check = partial(_curved, claim.kind, body, names)
        outcome = tried(trial, check, claim.conditions, claim.text, claim.subject or claim.noun.of)
        settled = _settled(outcome, negated=claim.negated)
        if settled.holds is not (not claim.negated):
            total = settled
            break
        total = total or settled
    if total is None:
        return Settled(None, why="nothing to differentiate by")
    shown = _with_prover(claim, total, trial, body_is_loss(claim, trial))
    return _guarded(claim, shown, body, trial)


def _guarded(claim: Claim, settled: Settled, body: Callable[[Env], Matrix], trial: Trial) -> Settled:
    """What trying cannot tell: a modulus that never tends to 0, a converse, a negation under words."""
    if not settled.holds or settled.proven:
        return settled
    if claim.kind == "strongly convex" and not claim.negated:
        wrt = tuple(claim.wrt)
        if tried(trial, partial(_keeps_curvature, body, wrt), claim.conditions, claim.text).failure is not None:
            return replace(settled, holds=None, why="that the curvature does not tend to 0 is not shown by trying")
    if claim.scope in CONVERSE:
        return replace(settled, holds=None, why="the converse is not checked")
    if claim.negated and unchecked(claim.conditions):
        return replace(settled, holds=None, why=f"said only under: {unchecked(claim.conditions)}")
    return settled


def _keeps_curvature(body: Callable[[Env], Matrix], wrt: tuple[Node, ...], env: Env) -> Found:
    """Is the Hessian the same far away along every axis?"""
    by = _variable(wrt, env)
    by = by if by.is_vector else variables.stacked_variable(by)
    for along in _directions(by, env):
        far = env.calling(_shifted(along, 9, env))
        bends = [innermost(e.slope(lambda f: f.slope(lambda g: body(g).value, along), along)) for e in (env, far)]  # noqa: B023
        if not (bends[0] - bends[1]).contains(0):
            return number(bends[0]), number(bends[1]), "the curvature changes"
    return True


def body_is_loss(claim: Claim, trial: Trial) -> bool:
    """Is the claim about the whole loss?"""
    node = claim.subject or claim.noun.of
    if node is None:
        return True
    if isinstance(node, MaybeCall) and (node.after or not calls.is_of_parameters(node, trial.env(0))):
        return False
    if isinstance(node, MaybeCall) and calls.point_of(node.args, trial.env(0)):
        return False
    head = node.head if isinstance(node, MaybeCall) else node
    return isinstance(head, Name) and head.base in {*trial.setting.heads, "J"}


def _blocks(claim: Claim, wrt: tuple[Node, ...], trial: Trial) -> list[tuple[Node, ...]]:
    names = trial.setting.declared.parameters
    if claim.block == "separate":
        return [(Name(name),) for name in names] if not wrt else [(node,) for node in wrt]
    return [wrt]


def _variable(wrt: tuple[Node, ...], env: Env) -> Variable:
    if wrt:
        return variables.joined([variables.variable(node, env) for node in wrt])
    return variables.parameters(env)


def _curved(kind: str, body: Callable[[Env], Matrix], wrt: tuple[Node, ...], env: Env) -> Found:
    by = _variable(wrt, env)
    by = by if by.is_vector else variables.stacked_variable(by)
    half = Matrix(
        by.length,
        by.length,
        lambda i, j: env.slope(lambda e: e.slope(lambda f: body(f).value, by.along(j)), by.along(i)),
    )
    hessian = env.value(Derivative("hessian", None, wrt)) if body is changes.body_of_loss else changes.mirrored(half)
    match kind:
        case "convex" | "strongly convex":
            return definiteness(hessian, strict=kind.startswith("strongly"))
        case "strictly convex":
            found = definiteness(hessian, strict=False)
            return _flat(body, by, env) if found is True else found
        case "concave" | "strictly concave":
            found = definiteness(Matrix(hessian.rows, hessian.cols, lambda i, j: -hessian.at(i, j)), strict=False)
            return _flat(body, by, env) if found is True and kind.startswith("strictly") else found
    return all(bool(ball_of(innermost(x)).contains(0)) for x in entries(hessian)) or (shown(hessian), "0", "")


def _flat(body: Callable[[Env], Matrix], by: Variable, env: Env) -> Found:
    """Along some axis the slope does not change: not strictly convex."""
    for along in _directions(by, env):
        here = [innermost(env.slope(lambda e: body(e).value, along))]
        for step in (1, 2, -3):
            moved = env.calling(_shifted(along, step, env))
            here.append(innermost(moved.slope(lambda e: body(e).value, along)))
        if all(x.is_finite() and bool((x - here[0]).contains(0)) for x in here[1:]):
            return "the slope along a line", number(here[0]), "the function is affine along a line"
    return True


def _directions(by: Variable, env: Env) -> Iterator[variables.Directions]:
    """Every axis, then sums and differences of axes: all of them for few axes, of two and of all for many."""
    count = int(by.length)
    axes = [by.along(k) for k in range(count)]
    yield from axes
    if count > 1:
        yield variables.added_directions(axes, env)
    for signs in product((0, 1, -1), repeat=count) if count <= MANY_SIGNS else ():
        if sum(map(abs, signs)) > 1 and next(s for s in signs if s) > 0:
            yield variables.added_directions([_scaled_step(a, s, env) for a, s in zip(axes, signs, strict=True) if s], env)


def _scaled_step(along: variables.Directions, sign: int, env: Env) -> variables.Directions:
    """A direction, or its opposite."""
    if sign == 1:
        return along

    def opposite(name: str) -> Callable[..., Scalar | None]:
        def step(i: int | str, j: int | str) -> Scalar | None:
            value = along[name](i, j)
            return None if value is None else -value

        return step

    del env
    return {name: opposite(name) for name in along}


def _shifted(along: variables.Directions, step: int, env: Env) -> dict[str, Matrix]:
    """The moved names some steps along a direction."""
    found = {}
    for name, direction in along.items():
        value = env.look_up(name)
        found[name] = _moved(value, direction, step)
    return found


def _moved(value: Matrix, direction: Callable[..., Scalar | None], step: int) -> Matrix:
    def entry(i: int | str, j: int | str) -> Scalar:
        by = direction(i, j)
        return value.at(i, j) if by is None else value.at(i, j) + by * step

    return Matrix(value.rows, value.cols, entry)


def number(x: Scalar) -> str:
    """A number for a message."""
    return f"{float(ball_of(innermost(x)).mid()):.6g}"


def _with_prover(claim: Claim, settled: Settled, trial: Trial, is_loss: bool) -> Settled:
    """Ask the prover where the claim is about the loss in all its parameters, on its whole domain."""
    if not is_loss or claim.kind not in ("convex", "strictly convex", "strongly convex"):
        return settled
    if claim.block == "separate" or settled.holds is False:
        return settled
    conditions = tuple(render(condition) for condition in claim.conditions if not _is_everywhere(condition))
    answer = trial.proved(claim.kind, tuple(n.base for n in claim.wrt if isinstance(n, Name)), conditions)
    if answer is None:
        return settled
    if answer is (not claim.negated):
        return replace(settled, holds=True, proven=True)
    return replace(settled, holds=False)


def _is_everywhere(condition: Node) -> bool:
    """ "On R^d" is no restriction."""
    base = condition.base if isinstance(condition, Power) else condition
    return isinstance(base, Name) and base.base == "R"


def _unique(claim: Claim, trial: Trial) -> Settled:
    """A minimiser is not unique when the loss is constant along a line through every point."""
    outcome = tried(trial, _constant_along, claim.conditions)
    if outcome.failure is not None:
        return Settled(claim.negated, outcome=outcome)
    curved = tried(trial, lambda env: _curved("strictly convex", changes.body_of_loss, (), env), claim.conditions)
    if curved.failure is None and curved.held and stationary_exists(trial).holds is not False:
        return Settled(not claim.negated, outcome=curved)
    return Settled(None, outcome=outcome, why="neither strict convexity nor a flat direction was seen")


def _constant_along(env: Env) -> Found:
    by = variables.parameters(env)
    by = by if by.is_vector else variables.stacked_variable(by)
    flat = _flat(changes.body_of_loss, by, env)
    if isinstance(flat, tuple) and flat[1] == "0":
        return flat
    return True


def _attained(claim: Claim, trial: Trial) -> Settled:
    """No minimiser exists when there is no stationary point."""
    if claim.subject is None and GENERAL.match(claim.reason or claim.text):
        return Settled(None, why="a statement about every function of a kind", outcome=Outcome(1))
    settled = stationary_exists(trial)
    return Settled(claim.negated, outcome=settled.outcome) if settled.holds is False else settled


def stationary_exists(trial: Trial) -> Settled:
    """No stationary point exists when every gradient has a negative product with one direction."""
    outcome = tried(trial, _recedes, ())
    if outcome.failure is not None:
        return Settled(False, outcome=outcome)
    return Settled(None, outcome=outcome, why="existence is only refuted here")


def _recedes(env: Env) -> Found:
    by = variables.parameters(env)
    by = by if by.is_vector else variables.stacked_variable(by)
    for k in range(int(by.length)):
        for sign in (1, -1):
            values = []
            for step in (-64, -16, -4, -1, 0, 1, 4, 16, 64):
                moved = env.calling(_shifted(by.along(k), step, env))
                values.append(innermost(moved.slope(lambda e: changes.body_of_loss(e).value, by.along(k))) * sign)
            if all(value < 0 for value in values) and abs(values[-1 if sign > 0 else 0]) < ball(Fraction(1, 1000)):
                return "the slope along an axis", "never 0", "the loss falls for ever along an axis"
    return True


def _smooth(claim: Claim, trial: Trial) -> Settled:
    """Fails where a closed domain has boundary points at which the derivative is not defined."""
    closed = [n for n in trial.setting.declared.names.values() if "closed" in n.traits]
    if not closed:
        return Settled(None, why="smoothness is only refuted on closed domains")
    return tried_at_edge(trial, closed[0].name)


def tried_at_edge(trial: Trial, name: str) -> Settled:
    """The gradient at a boundary point of a closed domain."""
    env = trial.env(4)
    value = env.look_up(name)
    edge = Matrix(value.rows, value.cols, lambda i, j: value.at(i, j) * 0 if (i, j) == (0, 0) else value.at(i, j))
    there = env.calling({name: edge})
    by = variables.parameters(there)
    slope = changes.slope(changes.body_of_loss, by, there)
    if all(ball_of(innermost(x)).is_finite() for x in entries(slope)):
        return Settled(None, why="the gradient is defined at the boundary point that was tried")
    failure = Failure(trial.instance(4), (), "the gradient where an entry is 0", "not defined", "a boundary point")
    return Settled(False, outcome=Outcome(0, failure))


def matrix_of(claim: Claim, trial: Trial) -> Node:
    """The matrix or number that a property is about.

    Fails    Unknown when the words name none
    """
    if claim.subject is None and claim.noun.of is None and (claim.kind in SIGNED or claim.kind == "zero"):
        return _named_in_words(claim, trial)
    if claim.subject is not None and not (claim.noun.word in FUNCTION_NOUNS and claim.noun.of is not None):
        return claim.subject
    return Derivative("hessian", claim.noun.of, claim.noun.wrt)


def _named_in_words(claim: Claim, trial: Trial) -> Node:
    """ "The loss is nonnegative", "the gradient is zero"."""
    match claim.noun.word:
        case "gradient" | "derivative":
            return Derivative("gradient", None, claim.noun.wrt)
        case "loss" if trial.setting.heads:
            return Name(trial.setting.heads[0])
        case "hessian" | "second derivative" | "eigenvalues" | "determinant" | "trace" | "diagonal entries":
            return Derivative("hessian", None, claim.noun.wrt)
    raise Unknown(f"what is {claim.kind}")


def _matrix(claim: Claim, trial: Trial) -> Settled:
    if claim.subject is None and claim.noun.word in UNNAMED:
        return Settled(None, why=f"which {claim.noun.word} is meant")
    node = matrix_of(claim, trial)
    universal = claim.negated and NEVER.search(claim.text) is not None

    def check(env: Env) -> Found:
        value = env.value(node)
        found = has_property(claim.kind, claim.noun.word, value, env)
        if universal and found is not None:
            return (shown(value), "", f"{claim.kind} here") if found is True else True
        return found

    outcome = tried(trial, check, claim.conditions, claim.text, node)
    settled = _settled(outcome, negated=claim.negated and not universal)
    if settled.holds and (claim.scope in CONVERSE or (claim.negated and unchecked(claim.conditions))):
        return replace(settled, holds=None, why="the converse, or a condition in words, is not checked")
    if settled.holds and not claim.negated and claim.kind == "psd" and not claim.conditions:
        return replace(settled, proven=trial.is_convex_hessian(node))
    return settled


def has_property(kind: str, word: str, a: Matrix, env: Env) -> Found:
    """The property at one instance."""
    if word == "diagonal entries" and a.rows == a.cols:
        a = diagonal_of(a)
    elif word == "trace":
        a = products.trace(a, env.algebra)
    elif word == "determinant" and not a.is_scalar:
        a = scalar(products.determinant(a))
    if kind in SIGNED:
        if word == "eigenvalues" or (not a.is_vector and a.rows == a.cols):
            sign = -1 if kind in ("nonpositive", "negative") else 1
            return definiteness(_scaled(a, sign), strict=kind in ("positive", "negative"))
        return ordered(a, SIGNED[kind], scalar(env.algebra.number(Fraction(0))))
    match kind:
        case "psd" | "pd":
            return definiteness(a, strict=kind == "pd")
        case "nsd" | "nd":
            return definiteness(_scaled(a, -1), strict=kind == "nd")
        case "singular":
            return is_singular(a) or (shown(a), "", "the determinant is not 0")
        case "invertible":
            return not is_singular(a) or (shown(a), "", "the determinant is 0")
        case "symmetric":
            return is_symmetric(a) or (shown(a), "", "not symmetric")
        case "indefinite":
            both = negative_direction(a) is not None and negative_direction(_scaled(a, -1)) is not None
            return both or (shown(a), "", "not indefinite")
        case "zero":
            return all(bool(ball_of(innermost(x)).contains(0)) for x in entries(a)) or (shown(a), "0", "")
        case "diagonal" | "identity":
            return _diagonal(a, kind)
    raise Unknown(f"the property {kind}")


def diagonal_of(a: Matrix) -> Matrix:
    """The diagonal as a column."""
    return Matrix(a.rows, 1, lambda i, _: a.at(i, i))


def _scaled(a: Matrix, sign: int) -> Matrix:
    return Matrix(a.rows, a.cols, lambda i, j: a.at(i, j) * sign)


def _diagonal(a: Matrix, kind: str) -> Found:
    for i in range(int(a.rows)):
        for j in range(int(a.cols)):
            target = 0 if i != j else 1 if kind == "identity" else None
            if target is not None and not bool((ball_of(innermost(a.at(i, j))) - target).contains(0)):
                return shown(a), "", f"not {kind}"
    return True
