"""The verdict on one relation or claim by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symconvex.deadline import OutOfTime, time_limit
from symconvex.handcheck.formula import edits, spaces
from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Add,
    Chain,
    Derivative,
    Group,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Prime,
    Product,
    Relation,
)
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging import curvature, minimisers, properties, steps
from symconvex.handcheck.judging.choices import is_choice
from symconvex.handcheck.judging.comparing import EQUAL, LOEWNER, ZERO
from symconvex.handcheck.judging.given import unsaid
from symconvex.handcheck.judging.inverses import as_factors
from symconvex.handcheck.judging.primes import as_differentials, as_slopes
from symconvex.handcheck.judging.proving import is_ordered, is_proven
from symconvex.handcheck.judging.settled import NEVER_MET, NEVER_SEEN
from symconvex.handcheck.judging.slips import Line, Slip, find_slip
from symconvex.handcheck.judging.through import in_terms
from symconvex.handcheck.judging.trying import Failure, Outcome, Trial
from symconvex.handcheck.meaning import indexing, ranges
from symconvex.handcheck.meaning.claims import AT_A_POINT, Item, is_assumption, text_of
from symconvex.handcheck.meaning.naming import stems
from symconvex.handcheck.meaning.optima import is_minimiser
from symconvex.handcheck.meaning.setting import Setting
from symconvex.handcheck.prose.looks import is_ordering

WRONG = ("false", "follows-from-earlier", "up-to-transpose", "true-under", "wrong-reason")
SLIP_SECONDS = 3.0
CHOSEN = "a choice of values"
STRICT_SIGNS, WEAK_SIGNS = ("<", ">", "succ", "prec", "!="), ("<=", ">=")
GOOD = ("proven", "holds-at-tried-sizes")
INDEFINITE, UNBOUNDED = "wrong-definiteness-claim", "this inequality does not hold for every value that is allowed"
WEAK_REASON = re.compile(
    r"det(erminant)?\b.{0,40}(nonneg|\\ge|>=|≥)|each block|blockwise|separately convex", re.IGNORECASE
)
HINTS: Mapping[str, str] = {
    "sign": "a sign",
    "factor": "a constant factor",
    "missing-chain-rule": "the chain rule: an inner derivative is missing",
    "product-rule": "the product rule: a factor was not differentiated",
    "wrong-index": "an index",
    "transposed": "a transpose, or the order of factors",
    "missing-term": "a term is missing",
    "wrong-label-convention": "the label convention: labels 0, 1 and -1, 1 have different formulas",
    "gauss-newton-for-hessian": "the Gauss-Newton matrix stands for the Hessian",
    "dropped-cross-term": "the cross term of a square was dropped",
    "wrong-domain": "the domain",
    "non-sequitur": "the conclusion does not follow",
    "wrong-definiteness-claim": "this definiteness does not hold for every value that is allowed",
    "wrong-property": "this does not hold for every value that is allowed",
    "wrong": "wrong here: no usual slip explains it",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One relation with its verdict; `kind` is the slip, `meant` the right-hand side that was probably meant.

    given        what it was judged under, if it holds
    step         the sign and the right side alone, where it goes on from the line before
    in_words     a claim, or a sentence that is not understood
    announced    a false conclusion that stands before the derivation of it
    """

    tex_line: int
    read_as: str
    verdict: str
    hint: str = ""
    kind: str = ""
    meant: str = ""
    failure: Failure | None = None
    given: tuple[str, ...] = ()
    step: str = ""
    announced: bool = False
    in_words: bool = False

    def opened(self, hint: str) -> "Judged":
        """The verdict taken back."""
        return replace(self, verdict="undecided", hint=hint, kind="", meant="", failure=None)


def judge(item: Item, trial: Trial, earlier: tuple[tuple[Node, Node], ...]) -> Judged:
    """The verdict on one item by itself."""
    read_as = text_of(item)
    if item.unread:
        return Judged(item.tex_line, read_as, "not-understood", item.unread)
    if item.claim is not None:
        return _judge_claim(item, trial)
    if item.left is None or item.right is None:
        return Judged(item.tex_line, read_as, "not-understood", "nothing to judge")
    if item.formula is not None and is_assumption(item.formula) and item.sign != "in":
        return _judge_assumption(item)
    if item.role == "assignment" and not _is_given(item, trial):
        return _judge_assignment(item, trial)
    if is_choice(item, trial):
        return Judged(item.tex_line, read_as, "proven", CHOSEN)
    if item.role == "definition" and item.sign == "in" and _is_declared_apart(item, item.left, item.right, trial):
        return Judged(item.tex_line, read_as, "undecided", "something else is declared of it")
    told = spaces.is_numbers(item.right) or spaces.is_space(item.right)
    if item.role == "definition" and item.sign == "in" and told:
        return _judge_shape(item, item.left, item.right, trial)
    if _defines(item, trial.setting) or (item.role == "definition" and item.sign == "in"):
        return _judge_definition(item, item.left if item.sign == "=:" else item.right, trial)
    if item.role == "exists":
        return _judge_existence(item, trial) if isinstance(item.left, Derivative) else _judge_assumption(item)
    if item.formula is not None and AT_A_POINT.search(item.formula.scope) and item.sign in EQUAL:
        return Judged(item.tex_line, read_as, "undecided", f"said only {item.formula.scope}")
    left, right = steps.at_present(item.head, item.left, item.right, trial)
    one = _judge_relation(item, trial.bound_side(left, item.sign), right, trial, earlier)
    return _both_ways(item, one, trial)


def _both_ways(item: Item, one: Judged, trial: Trial) -> Judged:
    """ "a iff b" needs both directions; "a only if b" and "a unless b" are left open."""
    scope = item.formula.scope if item.formula is not None else ""
    if scope in curvature.CONVERSE:
        return replace(one, verdict="undecided", hint=f"what holds {scope} is not checked", failure=None)
    if item.link != "iff" or item.left is None or item.right is None:
        return one
    whole = item.formula.chain if item.formula is not None and is_ordering(item.formula.chain) else None  # a <= x <= b
    chain = whole or Chain(item.left, (Relation(item.sign, item.right, item.tex_line),), item.tex_line)
    back = [c for c in item.conditions if isinstance(c, Chain) and len(c.relations) == 1]
    if len(back) != len(item.conditions) or not back:
        return one.opened("the converse is not checked") if one.verdict in GOOD else one
    back = [c for c in back if c.relations[0].sign != "in" or not spaces.is_numbers(c.relations[0].right)] or back
    left, (relation,) = back[-1].left, back[-1].relations
    if item.sign == relation.sign == "=" and _is_same_equation(chain, back[-1], item, trial):
        return Judged(item.tex_line, text_of(item), GOOD[1])
    if one.verdict not in GOOD:
        return one
    outcome = trial.relation(left, relation.sign, relation.right, (*back[:-1], chain), item.beside)
    if outcome.failure is not None and _letters(chain, trial) == _letters(back[-1], trial):
        hint = "the converse does not hold"
        return replace(one, verdict="false", hint=hint, kind="non-sequitur", failure=outcome.failure)
    if outcome.failure is not None or outcome.unread or not outcome.held:
        return one.opened("the converse is not checked")
    shown = one.verdict == "proven" and _is_shown(
        replace(item, sign=relation.sign, conditions=(chain,)), left, relation.right, trial
    )
    return replace(one, verdict=GOOD[0] if shown else GOOD[1])


def _letters(node: Node, trial: Trial) -> set[str]:
    """The letters that stand for values, not for functions."""
    functions = {*trial.setting.heads, *trial.setting.own}
    return {render(part) for part in walk(node) if isinstance(part, Name) and part.base not in functions}


def _is_same_equation(a: Chain, b: Chain, item: Item, trial: Trial) -> bool:
    """Do both say that the same thing is zero, up to a factor?"""
    gap, other = (Add((one.left, Neg(one.relations[0].right))) for one in (a, b))
    sides = [Product((Number(Fraction(k)), side)) for k in ("1", "2", "1/2") for side in (other, Neg(other))]
    tried = (trial.relation(gap, "=", side, (), item.beside) for side in sides)
    return any(outcome.held and outcome.failure is None and not outcome.unread for outcome in tried)


def _is_declared_apart(item: Item, left: Node, space: Node, trial: Trial) -> bool:
    """Is a set assumed of a name that is declared to lie elsewhere?"""
    named = trial.setting.declared.names.get(left.base) if isinstance(left, Name) else None
    if named is None or named.within == "real":
        return False
    outcome = trial.relation(left, "in", space, item.conditions, item.beside)
    return outcome.failure is not None and not outcome.misfit


def _judge_shape(item: Item, left: Node, space: Node, trial: Trial) -> Judged:
    """ "X in R^{n x d}" is right where X has that shape, or gets it here."""
    outcome = trial.relation(left, "in", space, item.conditions, item.beside)
    if outcome.misfit and outcome.failure is not None:
        return Judged(item.tex_line, text_of(item), "not-understood", f"the shapes do not fit: {outcome.failure.why}")
    return Judged(item.tex_line, text_of(item), "proven", "a definition")


def _judge_definition(item: Item, body: Node, trial: Trial) -> Judged:
    """A definition is true when its shapes fit."""
    why = trial.misfit(body, item.beside)
    if not why:
        return Judged(item.tex_line, text_of(item), "proven", "a definition")
    turned = (new for _, new in edits.transposes(as_factors(body, trial.env(4))))
    open_letters = trial.stray_letters((body,)) or ranges.unbound(body, trial.env(4)) or _is_point(body, trial)
    meant = None if open_letters else next((new for new in turned if not trial.misfit(new, item.beside)), None)
    if meant is None:
        return Judged(item.tex_line, text_of(item), "not-understood", f"the shapes do not fit: {why}")
    hint = f"the shapes do not fit: {why}"
    return Judged(item.tex_line, text_of(item), "false", hint, "transposed", render(meant))


def _is_point(node: Node, trial: Trial) -> bool:
    """(0, e_1, 0): a value for each of several parameters."""
    return isinstance(node, Group) and len(node.items) == len(trial.setting.declared.parameters) > 1


def _is_given(item: Item, trial: Trial) -> bool:
    """Is the next iterate w^+ defined elsewhere, so that this line claims something of it?"""
    written = trial.setting.written.get(indexing.whole(item.left, trial.env(0)))
    return item.sign == "=" and written is not None and written[1] is not item.right


def _judge_assignment(item: Item, trial: Trial) -> Judged:
    """The next iterate is what it is set to; whether its step is the gradient is another question."""
    read_as, fate = text_of(item), steps.fate_of_step(item.left, item.right, trial)
    if fate == steps.OTHER and steps.holds_derivative(item.right) and not steps.is_upward(item.left, item.right):
        return Judged(item.tex_line, read_as, "proven", "an assignment")
    return Judged(item.tex_line, read_as, "proven" if fate == steps.DOWN else "undecided", fate)


def _judge_assumption(item: Item) -> Judged:
    """What is assumed needs no proof; that something exists does."""
    if item.role == "exists":
        return Judged(item.tex_line, text_of(item), "undecided", "that there is one is not checked")
    return Judged(item.tex_line, text_of(item), "proven", "an assumption")


def _judge_existence(item: Item, trial: Trial) -> Judged:
    """There is a point with a zero gradient."""
    settled = minimisers.stationary_exists(trial)
    if settled.holds is False:
        kind = "non-sequitur"
        return Judged(item.tex_line, text_of(item), "false", HINTS[kind], kind, failure=settled.outcome.failure)
    return Judged(item.tex_line, text_of(item), "undecided", settled.why)


def _defines(item: Item, setting: Setting) -> bool:
    """The relation that gave a name its meaning."""
    written = {id(body) for _, body in (*setting.written.values(), *setting.own.values())}
    if isinstance(item.left, Name) and isinstance(item.right, Product) and item.right.sign == "circ":
        return any(stem in setting.own for stem in stems(item.left))
    named = isinstance(item.left, Name | MaybeCall | Group) or _is_shorthand(item.left)
    return (named and id(item.right) in written) or (isinstance(item.right, Name) and id(item.left) in written)


def _is_shorthand(node: Node | None) -> bool:
    """dW for dJ/dW."""
    return isinstance(node, Derivative) and node.kind == "differential"


def _judge_relation(
    item: Item, left: Node, right: Node, trial: Trial, earlier: tuple[tuple[Node, Node], ...]
) -> Judged:
    read_as = text_of(item)
    left, right = as_differentials((left, right))
    outcome = trial.relation(left, item.sign, right, item.conditions, item.beside)
    if outcome.failure is not None:
        (left, right), outcome = _as_meant(item, left, right, trial, outcome)
    if outcome.failure is not None and item.sign in EQUAL:
        (left, right), outcome = in_terms(item, (left, right), trial, earlier, outcome)
    if outcome.failure is None and not outcome.unread and item.sign in STRICT_SIGNS:
        outcome = _at_the_edge(item, left, right, trial, outcome)
    if outcome.unread:
        return Judged(item.tex_line, read_as, "not-understood", outcome.unread)
    if item.sign == "!=" and item.formula is not None and item.formula.scope and outcome.failure is not None:
        return Judged(item.tex_line, read_as, "undecided", f"said only {item.formula.scope}")
    if outcome.failure is None:
        if not outcome.held:
            return Judged(item.tex_line, read_as, "undecided", "no instance meets the conditions")
        return Judged(item.tex_line, read_as, "proven" if _is_shown(item, left, right, trial) else GOOD[1])
    if item.sign in EQUAL:
        return _false_equation(item, left, right, trial, earlier, outcome)
    stray = unsaid(item, (left, right), trial)
    if stray and not outcome.misfit:
        return Judged(item.tex_line, read_as, "undecided", f"{', '.join(sorted(stray))} is not declared")
    return _false_order(item, outcome)


def _as_meant(item: Item, left: Node, right: Node, trial: Trial, outcome: Outcome) -> tuple[tuple[Node, Node], Outcome]:
    """The sides with dashes as derivatives, or (a, b)^T as a column, where the relation holds then."""
    slopes = any(isinstance(part, Prime) for part in walk(left))
    ways = [(as_slopes(left, trial), as_slopes(right, trial))] if slopes else []
    for other in (*ways, (edits.as_columns(left), edits.as_columns(right))):
        if other != (left, right):
            tried = trial.relation(other[0], item.sign, other[1], item.conditions, item.beside)
            if tried.held and tried.failure is None and not tried.unread:
                return other, tried
    return (left, right), outcome


def _is_member(item: Item, left: Node, space: Node, trial: Trial) -> bool:
    """Is it shown that a number is one of a few, or lies in an interval? In R everything does."""
    match spaces.base_of(space):
        case Group("{", items) if items and space == spaces.base_of(space):
            factors = tuple(Add((left, Neg(choice))) for choice in items)
            zero = factors[0] if len(factors) == 1 else Product(factors)
            return is_proven(trial.setting, zero, "=", ZERO, item.beside, item.conditions)
        case Group(left="[" | "(" | "]") as interval if space == interval:
            ends = spaces.ends(interval)
            return bool(ends) and all(
                is_ordered(trial.setting, left, sign, end, item.beside, item.conditions) for sign, end in ends
            )
    return spaces.base_of(space) in (Name("R"), Name("R", ("blackboard",)))


def _at_the_edge(item: Item, left: Node, right: Node, trial: Trial, outcome: Outcome) -> Outcome:
    """A strict order where its weak conditions are equations."""
    for k, condition in enumerate(item.conditions):
        if isinstance(condition, Chain) and any(relation.sign in WEAK_SIGNS for relation in condition.relations):
            relations = tuple(replace(r, sign="=" if r.sign in WEAK_SIGNS else r.sign) for r in condition.relations)
            edge = (*item.conditions[:k], replace(condition, relations=relations), *item.conditions[k:])
            there = trial.relation(left, item.sign, right, edge, item.beside)
            if there.failure is not None and not there.misfit:
                return there
    return outcome


def _is_shown(item: Item, left: Node, right: Node, trial: Trial) -> bool:
    if item.sign in EQUAL:
        best = is_minimiser(left, trial.setting) and not item.conditions and minimisers.is_shown(right, trial)
        return best or is_proven(trial.setting, left, item.sign, right, item.beside, item.conditions)
    if item.sign == "in":
        return _is_member(item, left, right, trial)
    if is_ordered(trial.setting, left, item.sign, right, item.beside, item.conditions):
        return True
    return item.sign == "succeq" and render(right) == "0" and trial.is_convex_hessian(left)


def _false_equation(
    item: Item, left: Node, right: Node, trial: Trial, earlier: tuple[tuple[Node, Node], ...], outcome: Outcome
) -> Judged:
    read_as = text_of(item)
    if outcome.transposed:
        hint = "equal up to a transpose: " + HINTS["transposed"]
        return Judged(item.tex_line, read_as, "up-to-transpose", hint, "transposed", failure=outcome.failure)
    slip = _slip_in_time(Line(left, right, item.beside, earlier, item.conditions), trial)
    if outcome.misfit and (slip is None or slip.meant is None):
        why = outcome.failure.why if outcome.failure else ""
        return Judged(item.tex_line, read_as, "not-understood", f"the shapes do not fit: {why}")
    stray = unsaid(item, (left, right), trial)
    if stray and slip is None:
        return Judged(item.tex_line, read_as, "undecided", f"{', '.join(sorted(stray))} is not declared")
    slip = slip or Slip("wrong")
    if slip.condition:
        return Judged(
            item.tex_line, read_as, "true-under", f"true only if {slip.condition}", slip.kind, failure=outcome.failure
        )
    hint = HINTS[slip.kind] + (f" ({slip.text})" if slip.text else "")
    meant = render(slip.meant) if slip.meant is not None else ""
    return Judged(item.tex_line, read_as, "false", hint, slip.kind, meant, outcome.failure)


def _slip_in_time(line: Line, trial: Trial) -> Slip | None:
    """The likely slip, if it is found soon; the line is false without it too."""
    try:
        with time_limit(SLIP_SECONDS):
            return find_slip(line, trial)
    except OutOfTime:
        return None


def _false_order(item: Item, outcome: Outcome) -> Judged:
    if outcome.misfit:
        why = outcome.failure.why if outcome.failure else ""
        return Judged(item.tex_line, text_of(item), "not-understood", f"the shapes do not fit: {why}")
    hint = HINTS[INDEFINITE] if item.sign in LOEWNER else UNBOUNDED
    return Judged(item.tex_line, text_of(item), "false", hint, INDEFINITE, failure=outcome.failure)


def _judge_claim(item: Item, trial: Trial) -> Judged:
    claim = item.claim
    if claim is None:
        raise TypeError("an item without a claim")
    settled = properties.settle(claim, trial)
    if settled.holds is None:
        open_ends = ("", NEVER_MET, NEVER_SEEN)
        readable = settled.why in open_ends or settled.outcome.held or settled.outcome.failure
        return Judged(item.tex_line, item.text, "undecided" if readable else "not-understood", settled.why)
    if settled.holds:
        nobody = trial.stray_letters((claim.subject,)) if isinstance(claim.subject, Name) else []
        if nobody:
            return Judged(item.tex_line, item.text, "undecided", f"{', '.join(nobody)} is not declared")
        if WEAK_REASON.search(claim.reason) and claim.kind in ("psd", "pd", "convex", "strictly convex"):
            return Judged(item.tex_line, item.text, "wrong-reason", "true, but not for this reason", "non-sequitur")
        return Judged(item.tex_line, item.text, "proven" if settled.proven else GOOD[1])
    stray = set(trial.stray_letters((claim.subject,)) if claim.subject is not None else [])
    if claim.kind in curvature.CURVED:
        stray -= {arg.base for arg in curvature.subject_of(claim, trial)[1] if isinstance(arg, Name)}
    if stray:
        return Judged(item.tex_line, item.text, "undecided", f"{', '.join(sorted(stray))} is not declared")
    kind = properties.claim_kind(claim.kind, claim.reason, claim.text)
    kind = "non-sequitur" if settled.why else kind
    return Judged(item.tex_line, item.text, "false", settled.why or HINTS[kind], kind, failure=settled.outcome.failure)
