"""Properties said in words: definite, singular, zero, smooth, and which file settles the others."""

import re
from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Apply,
    Chain,
    Derivative,
    Evaluated,
    Name,
    Node,
    Product,
    Relation,
    Text,
    Transpose,
)
from symconvex.handcheck.judging.assumed import injective
from symconvex.handcheck.judging.comparing import ZERO, definiteness, entries, ordered, shown
from symconvex.handcheck.judging.conditions import unchecked
from symconvex.handcheck.judging.curvature import CONVERSE, CURVED, body_is_loss, curvature
from symconvex.handcheck.judging.minimisers import attained, global_minima, least, unique
from symconvex.handcheck.judging.proving import is_ordered, is_proven
from symconvex.handcheck.judging.settled import Found, Settled, settled_by, tried
from symconvex.handcheck.judging.theorems import Broken, is_general, truth_of
from symconvex.handcheck.judging.traits import TRAITS, trait
from symconvex.handcheck.judging.trying import Failure, Outcome, Trial
from symconvex.handcheck.meaning import changes, products, variables
from symconvex.handcheck.meaning.world import Env, Unknown
from symconvex.handcheck.text.document import Claim
from symconvex.handcheck.values.definite import (
    ball_of,
    determinant,
    extreme_eigenvalue,
    is_singular,
    is_symmetric,
    negative_direction,
)
from symconvex.handcheck.values.matrices import Matrix, Mismatch, NotSymbolic, negated, scalar, scaled, transposed
from symconvex.handcheck.values.scalars import innermost

MATRIX = ("psd", "pd", "nsd", "nd", "indefinite", "singular", "invertible", "symmetric", "diagonal", "identity", "zero")
SIGNED = {"nonnegative": ">=", "positive": ">", "nonpositive": "<=", "negative": "<"}
UNNAMED = ("weights", "bracket", "matrix", "minors", "off-diagonal entries", "labels", "stationary point")
FUNCTIONAL = ("", "loss", "function", "any function", "hessian")
NAMED = (
    *UNNAMED, *FUNCTIONAL, "gradient", "derivative", "second derivative", "determinant", "trace", "eigenvalues",
    "smallest eigenvalue", "largest eigenvalue", "one eigenvalue", "diagonal entries", "minimiser",
)  # fmt: skip
ONE_WAY = ("only if", "unless")  # the conditions are not those under which something is claimed
SOME = (  # there is an eigenvalue of this sign
    ("one eigenvalue", "negative"), ("one eigenvalue", "positive"), ("smallest eigenvalue", "negative"),
    ("largest eigenvalue", "positive"),
)  # fmt: skip
SQUARE = ("symmetric", "diagonal", "identity", "singular", "invertible", "indefinite")  # said of matrices only
NUMBERS = {"trace": "tr", "determinant": "det", "smallest eigenvalue": "lambdamin", "largest eigenvalue": "lambdamax"}
SMOOTH = ("differentiable", "twice differentiable", "continuous", "smooth")
TRIED = Outcome(1)  # read, and left open
FUNCTION_NOUNS = ("loss", "function", "")
NON_SEQUITUR = re.compile(
    r"compos|plugg|convex function|each block|block ?wise|separately|bounded|chain", re.IGNORECASE
)
NEVER = re.compile(r"\b(never|nowhere|no\b|cannot|everywhere)", re.IGNORECASE)


def settle(claim: Claim, trial: Trial) -> Settled:
    """Decide a property.

    Fails    never: what cannot be read is open, with the reason
    """
    if is_general(claim):
        return _in_the_table(claim)
    if claim.scope in ONE_WAY:
        return Settled(None, why=f"said {claim.scope} a condition: what holds without it is not checked", outcome=TRIED)
    try:
        known = FUNCTIONAL if claim.kind in CURVED else NAMED
        if claim.subject is None and claim.noun.word not in known and claim.kind not in ("exists", "attained"):
            return Settled(None, why=f"which {claim.noun.word} is meant")
        if claim.kind in CURVED:
            return curvature(claim, trial)
        if claim.kind == "constant":
            return _both_ways(claim, _constant(claim, trial))
        if claim.kind == "full rank":
            return _both_ways(claim, _full_rank(claim, trial))
        if claim.kind in SQUARE and (claim.wrt or (claim.subject is not None and body_is_loss(claim, trial))):
            raise Unknown(f"in what sense it is {claim.kind}")
        if claim.kind == "unique":
            return _both_ways(claim, unique(claim, trial))
        if claim.kind == "minima global":
            return _both_ways(claim, global_minima(claim, trial))
        if claim.kind == "minimal value":
            return _both_ways(claim, least(claim, trial))
        if claim.kind in ("exists", "attained"):
            return _both_ways(claim, attained(claim, trial))
        if claim.kind in TRAITS:
            return _both_ways(claim, trait(claim, trial))
        if claim.kind in SMOOTH:
            return _smooth(trial)
        return _matrix(claim, trial)
    except (Unknown, Mismatch, NotSymbolic) as problem:
        return Settled(None, why=str(problem))


def _both_ways(claim: Claim, settled: Settled) -> Settled:
    """A converse is not shown by what holds under the condition."""
    if settled.holds and claim.scope in CONVERSE:
        return replace(settled, holds=None, proven=False, outcome=TRIED, why="the converse is not checked")
    return settled


def _constant(claim: Claim, trial: Trial) -> Settled:
    """The same where the variables are what they are, and where they are 0."""
    if claim.subject is None and claim.noun.word in UNNAMED:
        raise Unknown(f"which {claim.noun.word} is meant")
    named = claim.subject is None and claim.noun.of is None
    node = _named_in_words(claim, trial) if named else matrix_of(claim, trial)
    if claim.noun.word in NUMBERS:
        node = Apply(NUMBERS[claim.noun.word], (node,))
    fixed = node
    if any(_is_bound(name, trial) for name in claim.wrt):
        raise Unknown("the values that it may have instead")
    for name in claim.wrt or tuple(map(Name, trial.setting.declared.parameters)):
        fixed = Evaluated(fixed, Chain(name, (Relation("=", ZERO, claim.tex_line),), claim.tex_line))
    outcome = trial.relation(node, "=", fixed, claim.conditions)
    if outcome.unread or outcome.misfit:
        raise Unknown(outcome.unread or "its shape at 0")
    settled = settled_by(outcome, negated=claim.negated)
    if outcome.failure is None and is_proven(trial.setting, node, "=", fixed, (), claim.conditions):
        return replace(settled, holds=not claim.negated, proven=True)
    return settled


def _is_bound(name: Node, trial: Trial) -> bool:
    """May the name not be 0: a label, a positive number?"""
    found = trial.setting.declared.names.get(name.base) if isinstance(name, Name) else None
    return found is None or found.within != "real" or bool(found.traits)


def _full_rank(claim: Claim, trial: Trial) -> Settled:
    """X has full column rank where that is declared or assumed; as a reason it is open where nothing says it."""
    node = claim.subject
    if node is None:
        raise Unknown("what has full rank")
    if isinstance(node, Name) and node.base in injective(claim.conditions, "", trial.env(0)):
        return Settled(not claim.negated, proven=True)

    def check(env: Env) -> Found:
        matrix = env.value(node)
        gram = products.times(transposed(matrix), matrix, env.algebra)
        return not is_singular(gram) or (shown(matrix), "", "its columns are dependent")

    outcome = tried(trial, check, claim.conditions, about=node)
    if outcome.failure is not None and claim.role == "reason" and not claim.negated:
        return Settled(None, outcome=outcome, why=f"nothing before says that {render(node)} has full rank")
    return settled_by(outcome, negated=claim.negated)


def _in_the_table(claim: Claim) -> Settled:
    """A statement about every function or matrix of a kind."""
    found = truth_of(claim)
    if isinstance(found, Broken):
        return Settled(False, why=f"not so in general: {found.text}")
    return Settled(found, proven=found is True, why="" if found else "a general statement that is not known here")


def _smooth(trial: Trial) -> Settled:
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
        case "hessian" | "second derivative" | "determinant" | "trace" | "diagonal entries":
            return Derivative("hessian", None, claim.noun.wrt)
        case "eigenvalues" | "smallest eigenvalue" | "largest eigenvalue" | "one eigenvalue":
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
    settled = settled_by(outcome, negated=claim.negated and not universal)
    if settled.holds and (claim.scope in CONVERSE or (claim.negated and unchecked(claim.conditions))):
        return replace(settled, holds=None, why="the converse, or a condition in words, is not checked")
    if settled.holds and not claim.negated:
        by_prover = claim.kind == "psd" and not claim.conditions and trial.is_convex_hessian(node)
        return replace(settled, proven=by_prover or is_shown(claim, node, trial))
    return settled


ORDERED = {"psd": "succeq", "pd": "succ", "nsd": "preceq", "nd": "prec", "invertible": "succ"}
WHOLE = {">": "succ", ">=": "succeq", "<": "prec", "<=": "preceq"}


def is_shown(claim: Claim, node: Node, trial: Trial) -> bool:
    """Is the property shown for all sizes and data, by the kernel's normal form or a certificate?"""

    def proven(left: Node, sign: str, right: Node = ZERO) -> bool:
        decide = is_proven if sign == "=" else is_ordered
        return decide(trial.setting, left, sign, right, (), (*claim.conditions, Text(claim.text)))

    match claim.noun.word, claim.kind:
        case "diagonal entries", kind if kind in SIGNED:
            return proven(Apply("diag", (node,)), SIGNED[kind])
        case "trace" | "determinant" as word, kind if kind in SIGNED:
            return proven(Apply("tr" if word == "trace" else "det", (node,)), SIGNED[kind])
        case word, kind if (word, kind) in SOME:
            return False
        case word, kind if kind in SIGNED:
            return ("eigenvalue" not in word and proven(node, SIGNED[kind])) or proven(node, WHOLE[SIGNED[kind]])
        case _, kind if kind in ORDERED:
            return proven(node, ORDERED[kind])
        case _, "zero":
            return proven(node, "=")
        case _, "identity":
            return proven(node, "=", Name("I"))
        case _, "symmetric":
            return proven(node, "=", Transpose(node))
        case _, "singular":
            return proven(Product((node, Name("1", ("bold",)))), "=")
    return False


def has_property(kind: str, word: str, a: Matrix, env: Env) -> Found:
    """The property at one instance."""
    if word == "diagonal entries" and a.rows == a.cols:
        a = diagonal_of(a)
    elif word == "trace":
        a = products.trace(a, env.algebra)
    elif word == "determinant" and not a.is_scalar:
        a = scalar(determinant(a))
    if (word, kind) in SOME:
        return _some_eigenvalue(a, kind)
    if word == "one eigenvalue" and kind != "zero":
        raise Unknown(f"one eigenvalue that is {kind}")
    if kind in SIGNED:
        if word == "eigenvalues" or (not a.is_vector and a.rows == a.cols):
            sign = -1 if kind in ("nonpositive", "negative") else 1
            return definiteness(scaled(sign, a), strict=kind in ("positive", "negative"))
        return ordered(a, SIGNED[kind], scalar(env.algebra.number(Fraction(0))))
    match kind:
        case "psd" | "pd":
            return definiteness(a, strict=kind == "pd")
        case "nsd" | "nd":
            return definiteness(negated(a), strict=kind == "nd")
        case "singular" | "invertible" if not is_singular(a) and ball_of(innermost(determinant(a))).contains(0):
            return None
        case "singular":
            return is_singular(a) or (shown(a), "", "the determinant is not 0")
        case "invertible":
            return not is_singular(a) or (shown(a), "", "the determinant is 0")
        case "symmetric":
            return is_symmetric(a) or (shown(a), "", "not symmetric")
        case "indefinite":
            both = negative_direction(a) is not None and negative_direction(negated(a)) is not None
            return both or (shown(a), "", "not indefinite")
        case "zero":
            return all(bool(ball_of(innermost(x)).contains(0)) for x in entries(a)) or (shown(a), "0", "")
        case "diagonal" | "identity":
            return _diagonal(a, kind)
    raise Unknown(f"the property {kind}")


def _some_eigenvalue(a: Matrix, kind: str) -> Found:
    """Is there a negative one, or a positive one?"""
    turned = negated(a) if kind == "positive" else a
    if not is_symmetric(a) or negative_direction(turned) is not None:
        return True if is_symmetric(a) else None
    none = bool(extreme_eigenvalue(turned, largest=False) >= 0)
    return (shown(a), "", f"no eigenvalue is {kind}") if none else None


def diagonal_of(a: Matrix) -> Matrix:
    """The diagonal as a column."""
    return Matrix(a.rows, 1, lambda i, _: a.at(i, i))


def _diagonal(a: Matrix, kind: str) -> Found:
    for i in range(int(a.rows)):
        for j in range(int(a.cols)):
            target = 0 if i != j else 1 if kind == "identity" else None
            if target is not None and not bool((ball_of(innermost(a.at(i, j))) - target).contains(0)):
                return shown(a), "", f"not {kind}"
    return True


def claim_kind(kind: str, reason: str, text: str) -> str:
    """The slip that a false claim is."""
    if kind in SMOOTH:
        return "wrong-domain"
    if kind in ("exists", "attained"):
        return "non-sequitur"
    if kind in CURVED and NON_SEQUITUR.search(f"{reason} {text}"):
        return "non-sequitur"
    return (
        "wrong-property" if kind in ("constant", "full rank", "minimal value", *TRAITS) else "wrong-definiteness-claim"
    )
