"""The verdict on every relation of a derivation, and the first independent mistake."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symconvex.handcheck import edits, properties, ranges, spaces
from symconvex.handcheck.claims import AT_A_POINT, Item, is_assumption, items_of
from symconvex.handcheck.comparing import EQUAL, LOEWNER
from symconvex.handcheck.conditions import unchecked
from symconvex.handcheck.declare import Declared
from symconvex.handcheck.defining import prepare
from symconvex.handcheck.document import Document
from symconvex.handcheck.formula import (
    Chain,
    Derivative,
    Group,
    Mark,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Quotient,
    Relation,
    Transpose,
)
from symconvex.handcheck.formula import Matrix as Rows
from symconvex.handcheck.pace import LONG, Pace
from symconvex.handcheck.proving import is_proven
from symconvex.handcheck.reader_render import SIGNS, render
from symconvex.handcheck.scalars import reset_precision, set_precision
from symconvex.handcheck.setting import Setting
from symconvex.handcheck.slips import Line, Slip, as_read, find_slip
from symconvex.handcheck.trying import Failure, Outcome, Trial
from symconvex.search.deadline import OutOfTime, time_limit

DEFAULT = 60.0  # seconds
WRONG = ("false", "follows-from-earlier", "up-to-transpose", "true-under", "wrong-reason")
SLIP_SECONDS = 3.0
GOOD = ("proven", "holds-at-tried-sizes")
NON_SEQUITUR = re.compile(
    r"compos|plugg|convex function|each block|block ?wise|separately|bounded|chain", re.IGNORECASE
)
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
    "wrong": "the two sides differ",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One relation with its verdict; `kind` is the slip, `meant` the right-hand side that was probably meant."""

    tex_line: int
    read_as: str
    verdict: str
    hint: str = ""
    kind: str = ""
    meant: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole derivation, judged."""

    outcome: str
    relations: tuple[Judged, ...]

    @property
    def first_error(self) -> Judged | None:
        """The first independent mistake."""
        return next((judged for judged in self.relations if judged.verdict in WRONG), None)


def check(document: Document, declared: Declared, extra: Document | None = None, pace: Pace | None = None) -> Report:
    """Judge every relation of a derivation under the declarations; what is not reached in time is undecided."""
    pace = pace or Pace.of(DEFAULT)
    before = set_precision()
    try:
        with pace.whole():
            trial = Trial(prepare(declared, document, extra))
        judged = _judged(document, trial, pace)
    except OutOfTime as stopped:
        judged = [Judged(item.tex_line, text_of(item), "undecided", pace.why(stopped)) for item in items_of(document)]
    finally:
        reset_precision(before)
    return Report(_outcome(judged), tuple(judged))


def _outcome(judged: list[Judged]) -> str:
    verdicts = {one.verdict for one in judged}
    if verdicts & set(WRONG):
        return "false"
    if not judged or verdicts == {"not-understood"}:
        return "unreadable"
    return "proven" if verdicts == {"proven"} else "undecided"


def _judged(document: Document, trial: Trial, pace: Pace) -> list[Judged]:
    found = list[Judged]()
    earlier = list[tuple[Node, Node]]()
    error: Item | None = None
    solving = -2  # the sentence of the last equation that is to be solved
    for item in items_of(document):
        one = _under_words(item, _judged_in_time(item, trial, tuple(earlier), pace))
        if one.verdict in WRONG and item.formula is not None and item.sign in EQUAL and item.role != "exists":
            if _is_to_solve(item):
                solving = item.formula.sentence
                one = _opened(one, "an equation to solve: it does not hold for every value")
            elif item.formula.sentence in (solving, solving + 1):
                one = _at_minimiser(item, one, trial)
        if one.verdict in WRONG and error is not None and _inherits(item, error):
            one = replace(one, verdict="follows-from-earlier", hint=f"follows from line {error.tex_line}")
        elif one.verdict in WRONG and error is None:
            error = item
        if item.left is not None and item.right is not None and item.sign in EQUAL:
            earlier.append((_chain_left(item), item.right))
        found.append(one)
    return found


def _judged_in_time(item: Item, trial: Trial, earlier: tuple[tuple[Node, Node], ...], pace: Pace) -> Judged:
    """The verdict, if it is found within the share of one relation."""
    if pace.is_over():
        return Judged(item.tex_line, text_of(item), "undecided", pace.late)
    if item.tex_line in trial.setting.late:
        return Judged(item.tex_line, text_of(item), "undecided", LONG)
    try:
        with pace.share():
            return _judged_safely(item, trial, earlier)
    except (OutOfTime, MemoryError) as stopped:
        trial.envs.clear()
        return Judged(item.tex_line, text_of(item), "undecided", pace.why(stopped))


def _judged_safely(item: Item, trial: Trial, earlier: tuple[tuple[Node, Node], ...]) -> Judged:
    """A formula from a stranger may ask for what no instance can give; then it is not understood."""
    try:
        return judge(item, trial, earlier)
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, AttributeError) as problem:
        return Judged(item.tex_line, text_of(item), "not-understood", f"cannot be evaluated ({problem})"[:200])


def _opened(one: Judged, hint: str) -> Judged:
    """A verdict taken back."""
    return replace(one, verdict="undecided", hint=hint, kind="", meant="", failure=None)


def _is_to_solve(item: Item) -> bool:
    """Is it a derivative set to zero?"""
    parts = ranges.walk(item.head or item.left) if item.left is not None else ()
    zero = isinstance(item.right, Number) and item.right.value == 0
    return (zero or item.right == Name("0", ("bold",))) and any(isinstance(part, Derivative) for part in parts)


def _at_minimiser(item: Item, one: Judged, trial: Trial) -> Judged:
    """What follows from a derivative set to zero needs to hold at the minimiser only."""
    parameters = trial.setting.declared.parameters
    if len(parameters) != 1 or item.left is None or item.right is None:
        return _opened(one, "said where a derivative is zero")
    best = Name(parameters[0], superscripts=(Mark("star"),))
    there = Chain(Name(parameters[0]), (Relation("=", best, item.tex_line),), item.tex_line)
    outcome = trial.relation(item.left, item.sign, item.right, (*item.conditions, there), item.beside)
    if outcome.failure is not None and not outcome.misfit:
        return one
    if outcome.unread or outcome.misfit or not outcome.held:
        return _opened(one, "said where a derivative is zero")
    return replace(_opened(one, "at the minimiser"), verdict=GOOD[1])


def _under_words(item: Item, one: Judged) -> Judged:
    """What is false without its condition may be true under it; a condition in words is not tested."""
    if one.verdict not in WRONG:
        return one
    if item.role == "task":
        return _opened(one, "asked for, not claimed")
    condition = unchecked(item.claim.conditions if item.claim is not None else item.conditions)
    if not condition:
        return one
    return _opened(one, f"said only under: {condition}")


def _chain_left(item: Item) -> Node:
    """What the whole chain is about."""
    return item.head or item.left  # type: ignore[return-value]


def _inherits(item: Item, error: Item) -> bool:
    """Does a later mistake only repeat the first one? Conclusions and further derivatives do."""
    if item.claim is not None or item.sign not in EQUAL:
        return True
    return isinstance(_chain_left(item), Derivative) and isinstance(_chain_left(error), Derivative)


def text_of(item: Item) -> str:
    """The item as it was read."""
    if item.left is None or item.right is None:
        return item.text
    return f"{render(item.left)} {SIGNS.get(item.sign, item.sign)} {render(item.right)}"


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
    if _is_choice(item, trial):
        return Judged(item.tex_line, read_as, "proven", "a choice of values")
    if _defines(item, trial.setting) or (item.role == "definition" and item.sign == "in"):
        return _judge_definition(item, item.left if item.sign == "=:" else item.right, trial)
    if item.role == "exists":
        return _judge_existence(item, trial) if isinstance(item.left, Derivative) else _judge_assumption(item)
    if item.formula is not None and AT_A_POINT.search(item.formula.scope) and item.sign in EQUAL:
        return Judged(item.tex_line, read_as, "undecided", f"said only {item.formula.scope}")
    return _judge_relation(item, trial.bound_side(item.left, item.sign), item.right, trial, earlier)


def _judge_definition(item: Item, body: Node, trial: Trial) -> Judged:
    """A definition is true when its shapes fit."""
    why = trial.misfit(body, item.beside)
    if not why:
        return Judged(item.tex_line, text_of(item), "proven", "a definition")
    turned = (new for _, new in edits.transposes(as_read(body, trial.env(4))))
    open_letters = trial.stray_letters((body,)) or ranges.unbound(body, trial.env(4)) or _is_point(body, trial)
    meant = None if open_letters else next((new for new in turned if not trial.misfit(new, item.beside)), None)
    if meant is None:
        return Judged(item.tex_line, text_of(item), "not-understood", f"the shapes do not fit: {why}")
    hint = f"the shapes do not fit: {why}"
    return Judged(item.tex_line, text_of(item), "false", hint, "transposed", render(meant))


def _is_point(node: Node, trial: Trial) -> bool:
    """(0, e_1, 0): a value for each of several parameters."""
    return isinstance(node, Group) and len(node.items) == len(trial.setting.declared.parameters) > 1


def _judge_assumption(item: Item) -> Judged:
    """What is assumed needs no proof; that something exists does."""
    if item.role == "exists":
        return Judged(item.tex_line, text_of(item), "undecided", "that there is one is not checked")
    return Judged(item.tex_line, text_of(item), "proven", "an assumption")


def _is_choice(item: Item, trial: Trial) -> bool:
    """ "Data: X = (1, 2)", "let w = 0": a value is chosen for a name that stands for any."""
    if item.sign != "=" or item.link == "hence" or item.formula is None or item.formula.called is not None:
        return False
    return isinstance(item.left, Name) and trial.is_free(item.left) and (item.role == "definition" or _is_literal(item.right))


def _is_literal(node: Node | None) -> bool:
    """Are there numbers only?"""
    return node is not None and all(isinstance(part, Number | Neg | Quotient | Rows | Group | Transpose) for part in ranges.walk(node))


def _judge_existence(item: Item, trial: Trial) -> Judged:
    """There is a point with a zero gradient."""
    settled = properties.stationary_exists(trial)
    if settled.holds is False:
        kind = "non-sequitur"
        return Judged(item.tex_line, text_of(item), "false", HINTS[kind], kind, failure=settled.outcome.failure)
    return Judged(item.tex_line, text_of(item), "undecided", settled.why)


def _defines(item: Item, setting: Setting) -> bool:
    """The relation that gave a name its meaning."""
    written = {id(body) for _, body in (*setting.written.values(), *setting.own.values())}
    named = isinstance(item.left, Name | MaybeCall | Group) or _is_shorthand(item.left)
    return (named and id(item.right) in written) or (isinstance(item.right, Name) and id(item.left) in written)


def _is_shorthand(node: Node | None) -> bool:
    """dW for dJ/dW."""
    return isinstance(node, Derivative) and node.kind == "differential"


def _judge_relation(
    item: Item, left: Node, right: Node, trial: Trial, earlier: tuple[tuple[Node, Node], ...]
) -> Judged:
    read_as = text_of(item)
    outcome = trial.relation(left, item.sign, right, item.conditions, item.beside)
    if outcome.unread:
        return Judged(item.tex_line, read_as, "not-understood", outcome.unread)
    if outcome.failure is None:
        if not outcome.held:
            return Judged(item.tex_line, read_as, "undecided", "no instance meets the conditions")
        return Judged(item.tex_line, read_as, "proven" if _is_shown(item, left, right, trial) else GOOD[1])
    if item.sign in EQUAL:
        return _false_equation(item, left, right, trial, earlier, outcome)
    stray = trial.stray_letters((left, right))
    if stray and not outcome.misfit:
        return Judged(item.tex_line, read_as, "undecided", f"{', '.join(stray)} is not declared")
    return _false_order(item, outcome)


def _is_shown(item: Item, left: Node, right: Node, trial: Trial) -> bool:
    if item.sign in EQUAL:
        return is_proven(trial.setting, left, item.sign, right, item.beside)
    if item.sign == "in":
        return spaces.base_of(right) in (Name("R"), Name("R", ("blackboard",)))
    if item.sign == "succeq" and render(right) == "0":
        return trial.is_convex_hessian(left)
    return False


def _false_equation(
    item: Item,
    left: Node,
    right: Node,
    trial: Trial,
    earlier: tuple[tuple[Node, Node], ...],
    outcome: Outcome,
) -> Judged:
    read_as = text_of(item)
    if outcome.transposed:
        hint = "equal up to a transpose: " + HINTS["transposed"]
        return Judged(item.tex_line, read_as, "up-to-transpose", hint, "transposed", failure=outcome.failure)
    slip = _slip_in_time(Line(left, right, item.beside, earlier, item.conditions), trial)
    if outcome.misfit and (slip is None or slip.meant is None):
        why = outcome.failure.why if outcome.failure else ""
        return Judged(item.tex_line, read_as, "not-understood", f"the shapes do not fit: {why}")
    stray = trial.stray_letters((left, right))
    if stray and (slip is None or slip.guessed):
        return Judged(item.tex_line, read_as, "undecided", f"{', '.join(stray)} is not declared")
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
    kind = "wrong-definiteness-claim"
    hint = HINTS[kind] if item.sign in LOEWNER else "this inequality does not hold for every value that is allowed"
    return Judged(item.tex_line, text_of(item), "false", hint, kind, failure=outcome.failure)


def _judge_claim(item: Item, trial: Trial) -> Judged:
    claim = item.claim
    if claim is None:
        raise TypeError("an item without a claim")
    settled = properties.settle(claim, trial)
    if settled.holds is None:
        readable = not settled.why or settled.outcome.held or settled.outcome.failure
        return Judged(item.tex_line, item.text, "undecided" if readable else "not-understood", settled.why)
    if settled.holds:
        if WEAK_REASON.search(claim.reason) and claim.kind in ("psd", "pd", "convex", "strictly convex"):
            return Judged(item.tex_line, item.text, "wrong-reason", "true, but not for this reason", "non-sequitur")
        return Judged(item.tex_line, item.text, "proven" if settled.proven else GOOD[1])
    stray = trial.stray_letters((claim.subject,)) if claim.subject is not None else []
    if stray:
        return Judged(item.tex_line, item.text, "undecided", f"{', '.join(stray)} is not declared")
    kind = _claim_kind(claim.kind, claim.reason, claim.text)
    return Judged(item.tex_line, item.text, "false", HINTS[kind], kind, failure=settled.outcome.failure)


def _claim_kind(kind: str, reason: str, text: str) -> str:
    if kind in ("differentiable", "twice differentiable", "continuous"):
        return "wrong-domain"
    if kind in ("exists", "attained"):
        return "non-sequitur"
    if kind in properties.CURVED and NON_SEQUITUR.search(f"{reason} {text}"):
        return "non-sequitur"
    return "wrong-definiteness-claim"
