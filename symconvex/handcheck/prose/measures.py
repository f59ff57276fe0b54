"""Comparisons in words: "f' never exceeds 1", "all eigenvalues of the Hessian are at least lambda".

the gradient is bounded by c          |grad| <= c
another number is bounded by c        -c <= it <= c
eigenvalues at least c                H >= c I
the Hessian is at most M              H <= M I
"""

from dataclasses import replace
from fractions import Fraction

from symconvex.handcheck.formula.tree import (
    Abs,
    Apply,
    Chain,
    Derivative,
    MaybeCall,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Product,
    Relation,
    Text,
)
from symconvex.handcheck.prose.clauses import Clause, formulas
from symconvex.handcheck.prose.context import Context, Found, Given, Step, formula_of, stating, unread
from symconvex.handcheck.prose.looks import DERIVED, LOSS_ITSELF
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.prose.stating import side_of, subject_of
from symconvex.handcheck.prose.subjects import Subject
from symconvex.handcheck.text.document import Claim, Formula, Noun

BOUNDED = "|<=|"
LOEWNER = {">=": "succeq", ">": "succ", "<=": "preceq", "<": "prec"}
# Eigenvalues that are compared as the whole matrix is, by the sides on which they bound it.
WHOLE = {
    "eigenvalues": (">=", ">", "<=", "<", BOUNDED),
    "smallest eigenvalue": (">=", ">"),
    "largest eigenvalue": ("<=", "<"),
}
ENDS = {"smallest eigenvalue": "lambdamin", "largest eigenvalue": "lambdamax"}
NORMS = ("norm", "spectral norm")


def bounded(clause: Clause, c: Context, found: Found) -> Step:
    """A subject, how it is compared, and with what; a relation said along with it is stated too."""
    sign = next(token.meaning for token in clause.tokens if token.kind == "CMP")
    about, said_of = _who(clause, c)
    token = clause.part("value")[0]
    value = number_of(token)
    if clause.has("INABS"):
        sign = BOUNDED if sign in ("<=", BOUNDED) else ""
    chain = None if value is None or c.mood == "deny" else _compared(about, sign, value, clause.line)
    if chain is None:
        return unread(clause, c, found)
    role = "task" if c.mood in ("task", "clause") else "claim"
    new = [formula_of(one, role) for one in said_of]
    new.append(Formula(chain, "inline", role, clause.line))
    new += [formula_of(one, role) for one in formulas((token,))]
    return stating(c, found, *new, subject=about)


def between(clause: Clause, c: Context, found: Found) -> Step:
    """ "The derivative lies strictly between 0 and 1"."""
    sign = next(token.meaning for token in clause.tokens if token.kind == "BETW")
    side = measured(subject_of(clause.part("subj"), c))
    low, high = (number_of(clause.part(name)[0]) for name in ("low", "high"))
    head = side.head if isinstance(side, MaybeCall) else side
    is_matrix = isinstance(head, Derivative) and head.kind in ("hessian", "gradient")
    if side is None or low is None or high is None or is_matrix or c.mood == "deny":
        return unread(clause, c, found)
    chain = Chain(low, (Relation(sign, side, clause.line), Relation(sign, high, clause.line)), clause.line)
    return stating(c, found, Formula(chain, "inline", "task" if c.mood in ("task", "clause") else "claim", clause.line))


def extremal(clause: Clause, c: Context, found: Found) -> Step:
    """ "Every stationary point is a global minimum"."""
    noun, best = clause.part("noun")[0].meaning, clause.part("best")[0].text.lower()
    of = next((token.node for token in clause.tokens if token.kind == "SYM"), None)
    every = clause.head.text.lower() in ("every", "any", "each")
    known = noun in ("stationary point", "local minimum") and best.startswith("global") and every
    if not known or clause.has("IS", "not") or c.mood != "claim":
        return unread(clause, c, found)
    return stating(
        c,
        found,
        Claim("minima global", of, Noun("loss" if of is None else ""), False, clause.line, said(clause.tokens)),
    )


def _who(clause: Clause, c: Context) -> tuple[Subject, tuple[Token, ...]]:
    """The subject; of "its second derivative, f''(x) = 1/x, exceeds 0" the left side, and the relation."""
    form = clause.part("form")
    if form:
        chain = form[0].node
        return Subject(chain.left if isinstance(chain, Chain) else None), form
    about = subject_of(clause.part("subj"), c)
    if clause.part("noun"):  # "the gradient has norm at most 1"
        return Subject(None, Noun(clause.part("noun")[0].meaning, side_of(about) or Text(about.word))), ()
    return about, ()


def number_of(token: Token) -> Node | None:
    """What stands behind the words of a comparison, or after a property, as a formula."""
    match token.kind, token.node:
        case _, Chain(left):
            return left
        case "ZERO", _:
            return Number(Fraction(0))
        case "CARD", _ if token.meaning.isdecimal():
            return Number(Fraction(token.meaning))
        case "CARD", _:
            return None
    return token.node


def _compared(about: Subject, sign: str, value: Node, line: int) -> Chain | None:
    word = about.word
    if word in WHOLE or word in ENDS:
        matrix = _matrix_of(about)
        if matrix is None or sign == "":
            return None
        if sign in WHOLE.get(word, ()):
            return _of_matrix(matrix, sign, value, line)
        return _between(Apply(ENDS[word], (matrix,)), sign, value, line) if word in ENDS else None
    if word in NORMS:
        inner = about.noun.of if about.noun is not None else None
        known = inner is not None and not isinstance(inner, Text) and sign not in ("", BOUNDED) and word == "norm"
        return _between(Norm(inner), sign, value, line) if known and inner is not None else None
    side = measured(about)
    if side is None:
        return None
    head = side.head if isinstance(side, MaybeCall) else side
    kind = head.kind if isinstance(head, Derivative) else about.word
    if kind == "hessian":
        return _of_matrix(side, sign, value, line) if sign else None
    if kind == "gradient":
        return _between(Norm(side), "<=", value, line) if sign == BOUNDED else None
    return _between(side, sign, value, line) if sign else _between(Abs(side), ">=", value, line)


def measured(about: Subject) -> Node | None:
    """What the words name, as a side of a relation: "the loss", "the loss J", "the second derivative f''"."""
    if is_loss(about):
        return LOSS_ITSELF
    named = about.noun is not None and about.noun.of is None and about.word in (*DERIVED, "loss", "function")
    return about.node if named and about.node is not None else side_of(about)


def is_loss(about: Subject) -> bool:
    """Is it "the loss" or "the function" in words, of nothing else?"""
    return about.node is None and about.word in ("loss", "function") and about.noun == Noun(about.word)


def _matrix_of(about: Subject) -> Node | None:
    """The matrix of which the eigenvalues are meant; the Hessian where none is named."""
    of = about.node or (about.noun.of if about.noun is not None else None)
    return None if isinstance(of, Text) else of or Derivative("hessian", None, (), 2)


def _of_matrix(matrix: Node, sign: str, value: Node, line: int) -> Chain:
    """Against a multiple of the identity, which leaves a matrix as it is."""
    most = value if isinstance(value, Number) and value.value == 0 else Product((value, Name("I")))
    if sign == BOUNDED:
        within = Relation("preceq", matrix, line), Relation("preceq", most, line)
        return Chain(Neg(most), within, line)
    return Chain(matrix, (Relation(LOEWNER[sign], most, line),), line)


def _between(side: Node, sign: str, value: Node, line: int) -> Chain:
    if sign == BOUNDED:
        return Chain(Neg(value), (Relation("<=", side, line), Relation("<=", value, line)), line)
    return Chain(side, (Relation(sign, value, line),), line)


def slopes(clause: Clause, c: Context, found: Found) -> Step:
    """ "Differentiating J gives X^T r, and differentiating once more gives X^T X"."""
    words, value = clause.head.text.lower().split(), clause.part("value")[0].node
    named = [token for token in clause.tokens[1:] if token.kind in ("SYM", "NOUN")][:1]
    wrt = tuple(token.node for token in clause.tokens if token.kind == "SYM" and token not in named)
    of = named[0].node if named else None
    plain = not named or named[0].kind == "SYM" or named[0].meaning in ("loss", "function")
    if words[0] != "differentiating" or value is None or not plain or c.mood == "deny":
        return unread(clause, c, found)
    again = len(words) > 1
    of = of if of is not None or not again else c.subject.node
    of = of.of if isinstance(of, Derivative) else of
    side = Derivative("hessian", of, (), 2) if again else Derivative("gradient", of, tuple(filter(None, wrt)))
    chain = Chain(side, (Relation("=", value, clause.line),), clause.line)
    return stating(c, found, Formula(chain, "inline", "claim", clause.line), subject=Subject(side))


def critical(clause: Clause, c: Context, found: Found) -> Step:
    """ "The origin is a critical point of F": the gradient is zero there."""
    noun, at = clause.part("noun")[0].meaning, clause.part("at")[0]
    of = next((token.node for token in reversed(clause.tokens) if token.kind == "SYM" and token is not at), None)
    if noun != "stationary point" or clause.has("IS", "not") or c.mood == "deny" or at.kind == "SYM":
        return unread(clause, c, found)
    there = at.node if at.node is not None and formulas((at,)) else Text(f"at {at.text.lower()}")
    side = Derivative("gradient", of)
    chain = Chain(side, (Relation("=", Number(Fraction(0)), clause.line),), clause.line)
    role = "task" if c.mood in ("task", "clause") else "claim"
    return stating(replace(c, given=(Given(there), *c.given)), found, Formula(chain, "inline", role, clause.line))
