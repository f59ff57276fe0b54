"""The verdict on every relation of a derivation, and the first independent mistake."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symconvex.deadline import OutOfTime
from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.render import SIGNS, render
from symconvex.handcheck.formula.tree import (
    Chain,
    Derivative,
    Group,
    MaybeCall,
    Name,
    Node,
    Prime,
    Relation,
    Text,
)
from symconvex.handcheck.formula.walking import value_names, walk
from symconvex.handcheck.judging.choices import is_part
from symconvex.handcheck.judging.comparing import EQUAL
from symconvex.handcheck.judging.conditions import unchecked
from symconvex.handcheck.judging.curvature import CURVED
from symconvex.handcheck.judging.doubts import doubt_of
from symconvex.handcheck.judging.far import far_out
from symconvex.handcheck.judging.given import concerning, ends_of_sums, given_of, has_guessed, leaves, unread_of
from symconvex.handcheck.judging.pace import LONG, Pace
from symconvex.handcheck.judging.places import placed
from symconvex.handcheck.judging.points import with_points
from symconvex.handcheck.judging.properties import MATRIX
from symconvex.handcheck.judging.ruling import CHOSEN, GOOD, UNBOUNDED, WRONG, Judged, judge
from symconvex.handcheck.judging.solving import where_solved
from symconvex.handcheck.judging.supposed import (
    RESTRICTS,
    ended,
    is_restricting,
    restrictions,
    rests_on,
    standing,
    under,
)
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.claims import Item, items_of, text_of
from symconvex.handcheck.meaning.defining import prepare
from symconvex.handcheck.meaning.elaborate import rational
from symconvex.handcheck.meaning.heads import key_of
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.prose.looks import LOSSES, is_constant
from symconvex.handcheck.text.declared import Declared, described
from symconvex.handcheck.text.document import Document
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic
from symconvex.handcheck.values.scalars import reset_precision, set_precision

UNPROVEN = (CHOSEN, "a definition", "an assumption", "an assignment")  # nothing is claimed
WIDENING = re.compile(r"(for|of|in|with) (any|every|each|all|negative|vanishing|zero|nonnegative|general|arbitrary)\b")
NARROWING = re.compile(
    r"\b(only|alone|exactly|precisely|few|not|no|none|some|most|many|just|merely|one|two|half|part|neither|except|and|but|concave|nonconvex|cost|price)\b",
    re.IGNORECASE,
)
LEAST = {"positive": True, "nonnegative": False}  # sets of numbers from 0 on; without 0?
WORDS = (
    "consider the|in the case|take|let|assum|suppos|impos|constrain|subject to|exactly|restrict|example|instance|"
    "choose|given that"
)
UNTRIED = "what follows is said under it, and tried without it"
CASE = re.compile(r"^(?:if|when|for|where)\b", re.IGNORECASE)
PLACED = re.compile(
    r"^(?:in|on|over|within|inside|between|beyond|near|above|below|outside)\b.*[(\[|].*[)\]|]", re.IGNORECASE
)
SUPPOSING = re.compile(rf"\b(?:{WORDS})", re.IGNORECASE)
# "We observe positive numbers", beside nothing that could be computed.
SIGNED = re.compile(
    r"\b(positive|nonnegative|non-negative|negative|nonzero|non-zero)\b(?!.(semi-?)?definite)", re.IGNORECASE
)
OF_FIELD = re.compile(
    r"hessian|gradient|curv|derivative|eigen|loss|objective|function|matri|convex|definite|entries|terms?\b|factor|"
    r"weight|diagonal|trace|determinant|norm|square|\bsum|\b(it|which|this|that)\b",
    re.IGNORECASE,
)
FREE = re.compile(r"\b(nothing|no) (\w+ )?(is|was|were|has been|need be|assum|suppos|restrict)", re.IGNORECASE)
WINDOW = 3  # lines after a sentence that may suppose something and is not understood: what is false may hold under it
DEFAULT = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Report:
    """The whole derivation, judged; `guessed` are the shapes that nothing states: "X: n, d"."""

    outcome: str
    relations: tuple[Judged, ...]
    guessed: tuple[str, ...] = ()

    @property
    def first_error(self) -> Judged | None:
        """The first independent mistake; what is only announced is one if its derivation has none."""
        wrong = [judged for judged in self.relations if judged.verdict in WRONG]
        return next((judged for judged in wrong if not judged.announced), wrong[0] if wrong else None)


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
    guessed = tuple(described(declared.names[name]).removesuffix(" in real") for name in declared.guessed)
    return Report(_outcome(judged), placed(judged, items_of(document), document.sentences), guessed)


def with_first(report: Report, lines: list[Judged]) -> Report:
    """The report with lines before its own."""
    judged = [*lines, *report.relations]
    return replace(report, outcome=_outcome(judged), relations=tuple(judged))


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
    given = outside = False
    doubt = case = -WINDOW - 1  # the lines of the last sentences that may suppose something unread, or open a case
    solving = -2  # the sentence of the last equation to solve
    supposed: tuple[Chain, ...] = ()
    for written in items_of(document):
        stands = standing(supposed, written, document)
        item = with_points(under(written, concerning(stands, written, trial)), trial)
        one = _as_declared(item, _under_words(item, _judged_in_time(item, trial, tuple(earlier), pace)), trial)
        if one.verdict in GOOD and _scope_of(item) == "if not":
            one = _unless(item, one, trial, tuple(earlier), pace)
        doubt = item.tex_line if _may_suppose(item, one, trial) or stands != supposed else doubt
        if _may_restrict(written, one) and (restricted := restrictions(written, trial)):
            supposed, one = (*supposed, *restricted), one.opened(RESTRICTS)
        outside = outside or _is_outside(item, one, trial)
        if one.verdict in GOOD and (value := ended(item, document)):
            one = one.opened(value)
        if outside and one.verdict in GOOD and (item.claim is not None or one.hint == CHOSEN):
            one = one.opened("said of a value outside of what is declared")
        case = item.tex_line if item.unread and CASE.search(item.text) else case
        doubt = item.tex_line - WINDOW if item.unread and PLACED.search(item.text) else doubt  # in this line
        given = given or _gives_data(item, one, trial)
        doubted = 0 <= item.tex_line - doubt <= WINDOW or (item.claim is not None and 0 <= item.tex_line - case <= 1)
        if one.verdict in WRONG and (why := _why_open(item, one, found, trial, doubted=doubted, given=given)):
            one = one.opened(why)
        one, solving = where_solved(item, one, trial, solving, found[-1] if found else None)
        if one.verdict in WRONG and error is not None and _inherits(item, error):
            after = f"false too, after the mistake in line {error.tex_line}"
            one = replace(one, verdict="follows-from-earlier", hint=after)
        elif one.verdict in WRONG and error is None and _is_announced(item, earlier):
            one = replace(one, announced=True)
        elif one.verdict in WRONG and error is None:
            error = item
        if item.left is not None and item.right is not None and item.sign in EQUAL:
            earlier.append((_chain_left(item), item.right))
        found.append(_told(one, item, trial))
    return found


def _is_foreign(item: Item, trial: Trial) -> bool:
    """Is it a function in the place of the declared loss, and another one?"""
    head = item.left.head if isinstance(item.left, MaybeCall) else item.left
    constant = item.formula is not None and item.formula.remark.startswith("with ")  # "with constant L = |X|^2"
    usual = head is not item.left or (isinstance(head, Name) and head.base in LOSSES and not constant)
    return isinstance(head, Name) and usual and key_of(head) in trial.setting.declared.foreign


def _may_restrict(item: Item, one: Judged) -> bool:
    """What is shown restricts nothing, and an equation that cannot be evaluated says nothing of a value."""
    return one.verdict not in (("proven", "not-understood") if item.sign in ("=", "in") else ("proven",))


def _why_open(item: Item, one: Judged, found: list[Judged], trial: Trial, *, doubted: bool, given: bool) -> str:
    """Why what does not hold for every value may be right all the same where it stands; empty when nothing says so."""
    if doubted:
        return "said after something that is supposed and not understood"
    if found and rests_on(item, found[-1], trial):
        return "said after words that are not understood"
    if _is_value(item, trial):
        return "a value at some point, not for every one"
    if item.claim is not None and given:
        return "said of the data that are given before"
    if _is_misfit(one) and has_guessed(item, trial):
        return "the shapes do not fit, and nobody says what they are"
    unread = unread_of(item, trial)
    return f"what is declared is not understood: {unread}" if unread else doubt_of(item, found, trial)


def _is_misfit(one: Judged) -> bool:
    """Is it the shapes that do not fit, rather than values?"""
    failure = one.failure
    return failure is not None and bool(failure.why) and (not failure.left or "compared" in failure.why)


def _is_announced(item: Item, earlier: list[tuple[Node, Node]]) -> bool:
    """ "We show that J is convex": a conclusion that no derivative stands before."""
    if item.claim is None or item.link or item.claim.kind not in (*CURVED, *MATRIX, "unique", "attained"):
        return False
    parts = (part for sides in earlier for side in sides for part in walk(side))
    return not any(isinstance(part, Derivative | Prime) for part in parts)


def _told(one: Judged, item: Item, trial: Trial) -> Judged:
    """With what it was judged under, and what it adds to the line before."""
    given = given_of(item, trial) if one.verdict in GOOD and one.hint not in UNPROVEN else ()
    goes_on = item.head is not None and item.left is not item.head and item.right is not None
    step = f"{SIGNS.get(item.sign, item.sign)} {render(item.right)}" if goes_on and item.right is not None else ""
    return replace(one, given=given, step=step, in_words=item.left is None)


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
        one = judge(item, trial, earlier)
        if one.verdict == GOOD[1] and (failure := far_out(item, trial)) is not None:
            one = replace(one, verdict=WRONG[0], hint=UNBOUNDED, kind="wrong-definiteness-claim", failure=failure)
        strangers = _strangers(item, trial) if one.verdict in (*GOOD, *WRONG) else []
        strangers = strangers or (ends_of_sums(item, trial) if one.verdict in WRONG else [])
        return one.opened(f"{', '.join(strangers)} is not declared") if strangers else one
    except (Unknown, Mismatch, NotSymbolic) as problem:
        return Judged(item.tex_line, text_of(item), "not-understood", str(problem)[:200])
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, AttributeError) as problem:
        return Judged(item.tex_line, text_of(item), "not-understood", f"cannot be evaluated ({problem})"[:200])


def _scope_of(item: Item) -> str:
    said = item.claim or item.formula
    return said.scope if said is not None else ""


def _unless(item: Item, one: Judged, trial: Trial, earlier: tuple[tuple[Node, Node], ...], pace: Pace) -> Judged:
    """ "A unless B" says that A may fail with B: where A holds all the same it is not said rightly."""
    claim = replace(item.claim, conditions=(), scope="") if item.claim is not None else None
    freed = replace(item, conditions=(), claim=claim)
    anyway = _judged_in_time(freed, trial, earlier, pace)
    return one.opened("it holds without the condition too") if anyway.verdict in GOOD else one


def _strangers(item: Item, trial: Trial) -> list[str]:
    """Letters that nothing declares and whose derivative is taken: it is not 0 for want of a formula."""
    nodes = (node for node in (item.left, item.right) if node is not None)
    for part in (part for node in nodes for part in walk(node)):
        if isinstance(part, Derivative) and part.of is not None and part.kind != "differential":
            letters = {name.base for name in value_names(part.of)}
            moving = {name.base for by in part.wrt for name in value_names(by)}
            stray = trial.stray_letters((part.of,))
            if stray and letters <= {*stray} - moving:
                return stray
    return []


def _gives_data(item: Item, one: Judged, trial: Trial) -> bool:
    """ "The data are X = ...": claims of the loss are then about these data."""
    if one.hint != CHOSEN or not isinstance(item.left, Name):
        return False
    setting = trial.setting
    return item.left.base in setting.declared.names and item.left.base not in setting.declared.parameters


def _is_value(item: Item, trial: Trial) -> bool:
    """ "The critical points are x = 0 and x = 2": a parameter at a point, which nothing before implies."""
    found = indexing.resolve(item.left, trial.env(0))
    left = found.key if found is not None else ""
    equations = (c for c in item.conditions if isinstance(c, Chain) and c.relations[0].sign == "=")
    follows = item.link in ("hence", "iff") or any(equations)
    of_parameter = left in trial.setting.declared.parameters
    said = item.sign in ("=", "in") and item.right is not None
    return said and not follows and of_parameter and item.right is not None and is_constant(item.right)


def _may_suppose(item: Item, one: Judged, trial: Trial) -> bool:
    """ "With exactly one 1 in every row" is not understood; for N = 1 what follows is about one sample."""
    if one.hint == UNTRIED and isinstance(item.right, Text):
        return True
    if one.hint == CHOSEN and isinstance(item.left, Name):
        return is_part(item.left, trial)
    supposing = SUPPOSING.search(item.text) or (SIGNED.search(item.text) and not OF_FIELD.search(item.text))
    return bool(item.unread) and bool(supposing) and not FREE.search(item.text)


def _under_words(item: Item, one: Judged) -> Judged:
    """What is false without its condition may be true under it; a condition in words is not tested."""
    if one.verdict not in WRONG:
        return one
    if item.role == "task":
        return one.opened("asked for, not claimed")
    condition = unchecked(item.claim.conditions if item.claim is not None else item.conditions)
    if not condition:
        return one
    return one.opened(f"said only under: {condition}")


def _as_declared(item: Item, one: Judged, trial: Trial) -> Judged:
    """What holds for the values that are declared is not shown for more: "for every lambda in R"."""
    if one.hint == "a definition" and _is_foreign(item, trial):
        return one.opened("not the declared loss, whatever its letters mean")
    if one.hint == "a definition" and is_restricting(item, trial):
        return one.opened(UNTRIED)
    conditions = item.claim.conditions if item.claim is not None else item.conditions
    if one.verdict not in GOOD or not conditions:
        return one
    words = [c.text for c in conditions if isinstance(c, Text)]
    vague = next((text for text in words if WIDENING.match(text) or NARROWING.search(text)), "")
    if vague:
        return one.opened(f"said under words that are not read: {vague}")
    for condition in conditions:
        for left, relation in _letters_of(condition):
            within = _within(left, trial)
            below = within in LEAST and _reaches_below(relation, strict=LEAST[within])
            if below or leaves(relation, within):
                return one.opened(f"said of more values of {left.base} than are declared: it is declared {within}")
    return one


def _is_outside(item: Item, one: Judged, trial: Trial) -> bool:
    """ "Take lambda = -1" where lambda is declared positive: what follows is not about what is declared."""
    if one.hint != CHOSEN or not isinstance(item.left, Name) or item.right is None:
        return False
    within = _within(item.left, trial)
    return within in LEAST and _is_below(item.right, strict=LEAST[within])


def _within(letter: Name, trial: Trial) -> str:
    """The set that is declared of a letter, or of what it is an entry of."""
    found = indexing.resolve(letter, trial.env(0))
    named = trial.setting.declared.names.get(found.key) if found is not None else None
    return "real" if named is None else named.within


def _letters_of(condition: Node) -> Iterator[tuple[Name, Relation]]:
    """The letters that a condition restricts, each with its relation: lambda in R, lambda >= 0."""
    match condition:
        case Chain(left, (relation,)):
            letters = left.items if isinstance(left, Group) else (left,)
            yield from ((letter, relation) for letter in letters if isinstance(letter, Name))


def _reaches_below(relation: Relation, *, strict: bool) -> bool:
    """Does it let a letter be negative, or zero where it is declared positive?"""
    match relation:
        case Relation("in", Name() as space):
            return space.base in ("R", "mathbbR")
        case Relation("in", Group("{", items)):
            return any(_is_below(item, strict=strict) for item in items)
        case Relation("in", Group() as interval) if spaces.is_space(interval) and interval.left in "[(]":
            return any(_reaches_below(Relation(sign, end, 0), strict=strict) for sign, end in spaces.ends(interval)[:1])
        case Relation(">=" | ">" as sign, right):
            return _is_below(right, strict=strict and sign == ">=")
        case Relation("=", right):
            return _is_below(right, strict=strict)
    return False


def _is_below(node: Node, *, strict: bool) -> bool:
    """Is it a number below zero, or zero where that is not allowed?"""
    value = rational(node)
    return value is not None and (value < 0 or (value == 0 and strict))


def _chain_left(item: Item) -> Node:
    """What the whole chain is about."""
    return item.head or item.left  # type: ignore[return-value]


def _inherits(item: Item, error: Item) -> bool:
    """Does a later mistake only repeat the first one? Conclusions and further derivatives do."""
    if item.claim is not None or item.sign not in EQUAL:
        return True
    return isinstance(_chain_left(item), Derivative) and isinstance(_chain_left(error), Derivative)
