"""Convex, strictly, strongly convex, concave, affine: tried at instances, asked of the prover."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Derivative, Function, MaybeCall, Name, Node, Power
from symconvex.handcheck.judging.comparing import definiteness, entries, shown
from symconvex.handcheck.judging.conditions import meets, unchecked
from symconvex.handcheck.judging.curved import is_curved
from symconvex.handcheck.judging.settled import NEVER_MET, Found, Settled, settled_by, tried
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import calls, changes, variables
from symconvex.handcheck.meaning.variables import Variable
from symconvex.handcheck.meaning.world import Env, Numeric, Unknown
from symconvex.handcheck.text.document import Claim
from symconvex.handcheck.values.definite import ball_of
from symconvex.handcheck.values.matrices import Matrix, negated
from symconvex.handcheck.values.scalars import Scalar, ball, innermost

MANY_SIGNS = 3
STRETCHES = ((1, 2), (-1, -2), (ball(Fraction(1, 8)), ball(Fraction(1, 4))))
CURVED = ("convex", "strictly convex", "strongly convex", "concave", "strictly concave", "affine")
DERIVED = ("gradient", "hessian", "derivative", "second derivative")
EXACTLY = ("iff", "if and only if", "exactly when", "precisely when", "exactly if")
CONVERSE = ("iff", "if and only if", "only if", "exactly when", "unless")


def subject_of(claim: Claim, trial: Trial) -> tuple[Callable[[Env], Matrix], tuple[Node, ...]]:
    """The function that a claim is about, and what it is a function of: of one of its own, its arguments."""
    node = claim.subject or claim.noun.of
    head = node.head if isinstance(node, MaybeCall) and not node.after else node
    own = trial.setting.own.get(head.base) if isinstance(head, Name) and not head.subscripts else None
    if own is not None and (head is node or _is_general(node, own[0])):
        return (lambda env: env.value(own[1])), tuple(map(Name, own[0]))
    match node:
        case Function(args, body):
            return (lambda env: env.value(body)), args
        case None:
            return changes.body_of_loss, ()
        case _:
            return (lambda env: env.value(node)), ()


def _is_general(node: Node | None, letters: tuple[str, ...]) -> bool:
    """h(t) for a function that is defined as h(t) = ...: at no point."""
    return isinstance(node, MaybeCall) and node.args == tuple(map(Name, letters))


def _with_letters(args: tuple[Node, ...], trial: Trial) -> Trial:
    """The trial in which the arguments of a function that nothing else is called are numbers."""
    words = trial.env(0).words
    fresh = {arg.base: () for arg in args if isinstance(arg, Name) and arg.base not in words}
    if not fresh:
        return trial
    return Trial(replace(trial.setting, dummies={**trial.setting.dummies, **fresh}), trial.total)


def curvature(claim: Claim, trial: Trial) -> Settled:
    """Decide a claim of convexity or concavity, of the loss or of a formula, in some or all of its variables.

    Fails    Unknown when the words do not name a function
    """
    if claim.subject is None and claim.noun.word in DERIVED:
        raise Unknown(f"a {claim.noun.word} that is {claim.kind}")
    if _is_implied(claim.subject, trial):
        raise Unknown(f"which function {render(claim.subject)} is" if claim.subject is not None else "the function")
    body, args = subject_of(claim, trial)
    trial = _with_letters(args, trial)
    wrt = claim.wrt or args
    blocks = _blocks(claim, wrt, trial)
    total: Settled | None = None
    for names in blocks:
        moving = [trial.setting.declared.names[name].within for name in trial.setting.declared.parameters]
        inside = tuple(one for one in claim.conditions if not _is_everywhere(one))
        check = partial(curved, claim.kind, body, names)
        if set(moving) == {"real"}:
            check = partial(_with_chords, claim.kind, body, names, inside)
        outcome = tried(trial, check, claim.conditions, claim.text, claim.subject or claim.noun.of)
        settled = settled_by(outcome, negated=claim.negated)
        if settled.holds is not (not claim.negated):
            total = settled
            break
        total = total or settled
    if total is None:
        return Settled(None, why="nothing to differentiate by")
    shown = _with_prover(claim, total, trial, body_is_loss(claim, trial))
    if not shown.proven and shown.holds is not claim.negated and claim.scope not in CONVERSE:
        asked = (is_curved(claim.kind, body, names, claim.conditions, claim.text, trial.setting) for names in blocks)
        if not unchecked(claim.conditions) and all(asked):
            shown = replace(shown, holds=not claim.negated, proven=True)
    if shown.proven and claim.conditions and not total.outcome.held and total.outcome.failure is None:
        by = tuple(n.base for n in claim.wrt if isinstance(n, Name))
        if not body_is_loss(claim, trial) or trial.proved(claim.kind, by) is not (not claim.negated):
            return Settled(None, why=NEVER_MET)  # nothing is said under conditions that contradict each other
    return _guarded(claim, shown, body, trial)


def _is_implied(subject: Node | None, trial: Trial) -> bool:
    """Is it a g or H that nobody defines? It may be the gradient or the Hessian, and is then no function."""
    known = {*trial.setting.heads, *trial.setting.written, *trial.setting.own, *trial.setting.declared.names}
    return isinstance(subject, Name) and subject.base in ("g", "H") and subject.base not in known


def _guarded(claim: Claim, settled: Settled, body: Callable[[Env], Matrix], trial: Trial) -> Settled:
    """What trying cannot tell: a modulus that never tends to 0, a converse, a negation under words."""
    if claim.scope in ("only if", "unless"):
        return Settled(None, why=f"what holds {claim.scope} is not checked")
    if settled.proven and claim.scope in EXACTLY and _is_exact(claim, trial):
        return settled
    if settled.holds and (claim.scope in CONVERSE or claim.scope == "never"):
        why = (
            "the converse is not checked"
            if claim.scope in CONVERSE
            else "that it holds nowhere is not shown by one point"
        )
        return replace(settled, holds=None, proven=False, why=why)
    if not settled.holds or settled.proven:
        return settled
    if claim.kind == "strongly convex" and not claim.negated:
        wrt = tuple(claim.wrt)
        if tried(trial, partial(_keeps_curvature, body, wrt), claim.conditions, claim.text).failure is not None:
            return replace(settled, holds=None, why="that the curvature does not tend to 0 is not shown by trying")
    if claim.negated and unchecked(claim.conditions):
        return replace(settled, holds=None, why=f"said only under: {unchecked(claim.conditions)}")
    return settled


def _is_exact(claim: Claim, trial: Trial) -> bool:
    """Is the condition the exact one that the prover shows?"""
    conditions = tuple(map(render, claim.conditions))
    wrt = tuple(n.base for n in claim.wrt if isinstance(n, Name))
    return not claim.negated and len(conditions) == 1 and trial.proved(f"{claim.kind} exactly", wrt, conditions) is True


def _keeps_curvature(body: Callable[[Env], Matrix], wrt: tuple[Node, ...], env: Env) -> Found:
    """Is the Hessian the same far away along every axis?"""
    for along in _directions(_variable(wrt, env), env):
        far = env.calling(shifted(along, 9, env))
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
    """What moves, as one column."""
    return variables.stacked_variable(variables.chosen(wrt, env))


def curved(
    kind: str, body: Callable[[Env], Matrix], wrt: tuple[Node, ...], env: Env, inside: tuple[Node, ...] = ()
) -> Found:
    """Is the function of the kind at this instance, by its Hessian? Where it has no value it is nothing."""
    if not ball_of(innermost(body(env).value)).is_finite():
        return None
    by = _variable(wrt, env)
    half = Matrix(
        by.length,
        by.length,
        lambda i, j: env.slope(lambda e: e.slope(lambda f: body(f).value, by.along(j)), by.along(i)),
    )
    hessian = env.value(Derivative("hessian", None, wrt)) if body is changes.body_of_loss else changes.mirrored(half)
    found = _by_hessian(kind, hessian)
    return flat(body, by, env, inside) if found is True and kind.startswith("strictly") else found


def _with_chords(
    kind: str, body: Callable[[Env], Matrix], wrt: tuple[Node, ...], inside: tuple[Node, ...], env: Env
) -> Found:
    """By the Hessian, and by chords with their ends inside of the set."""
    found = curved(kind, body, wrt, env, inside)
    return _chords(kind, body, _variable(wrt, env), inside, env) if found is True else found


def _chords(kind: str, body: Callable[[Env], Matrix], by: Variable, inside: tuple[Node, ...], env: Env) -> Found:
    """Chords along the axes, which see kinks that no Hessian shows: f(x - h) + f(x + h) - 2 f(x) has the right sign."""
    middle = innermost(body(env).value)
    for along in (by.along(k) for k in range(int(by.length))):
        for step in (1, 3, ball(Fraction(1, 8))) if inside else (1, 3):
            places = [env.calling(shifted(along, step * sign, env)) for sign in (1, -1)]
            if not all(meets(condition, place) for condition in inside for place in places):
                continue
            ends = [innermost(body(place).value) for place in places]
            gap = ends[0] + ends[1] - 2 * middle
            below = gap < 0 and "concave" not in kind
            above = gap > 0 and ("concave" in kind or kind == "affine")
            if below or above:
                return number(middle), number((ends[0] + ends[1]) / 2), "the middle of a chord against its ends"
    return True


def _by_hessian(kind: str, hessian: Matrix) -> Found:
    match kind:
        case "convex" | "strongly convex" | "strictly convex":
            return definiteness(hessian, strict=kind.startswith("strongly"))
        case "concave" | "strictly concave":
            return definiteness(negated(hessian), strict=False)
    return all(bool(ball_of(innermost(x)).contains(0)) for x in entries(hessian)) or (shown(hessian), "0", "")


def flat(body: Callable[[Env], Matrix], by: Variable, env: Env, inside: tuple[Node, ...] = ()) -> Found:
    """On some segment along an axis the slope does not change: not strictly convex.

    Far out one that changes may look like it; where the function is affine on a part, to one side of the place.
    """
    if isinstance(env.algebra, Numeric) and env.algebra.instance.is_far():
        return True
    for along in _directions(by, env):
        here = innermost(env.slope(lambda e: body(e).value, along))
        for steps in STRETCHES if here.is_finite() else ():
            places = [env.calling(shifted(along, step, env)) for step in steps]
            if not all(meets(condition, place) for condition in inside for place in places):
                continue
            slopes = [innermost(place.slope(lambda e: body(e).value, along)) for place in places]
            if all(x.is_finite() and bool((x - here).contains(0)) for x in slopes):
                return "the slope along a line", number(here), "the function is affine along a line"
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
            chosen = [_scaled_step(axis, sign) for axis, sign in zip(axes, signs, strict=True) if sign]
            yield variables.added_directions(chosen, env)


def _scaled_step(along: variables.Directions, sign: int) -> variables.Directions:
    """A direction, or its opposite."""
    if sign == 1:
        return along

    def opposite(name: str) -> Callable[..., Scalar | None]:
        def step(i: int | str, j: int | str) -> Scalar | None:
            value = along[name](i, j)
            return None if value is None else -value

        return step

    return {name: opposite(name) for name in along}


def shifted(along: variables.Directions, step: Scalar, env: Env) -> dict[str, Matrix]:
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
