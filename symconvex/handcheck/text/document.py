"""What a hand derivation says: formulas, definitions and claims in reading order. The nodes are in `formula`."""

from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.handcheck.formula.tree import Chain, Node


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing said in words: "the Hessian of L with respect to z" is Noun("hessian", L, (z,)).

    word          hessian, gradient, derivative, second derivative, determinant, trace, eigenvalues,
                  smallest eigenvalue, one eigenvalue, diagonal entries, block, entry, minimiser, lipschitz constant,
                  loss, function, any function, matrix, bracket, term, part, both, labels, "" ...; a word that is not
                  known here stands as it was written
    of            also a Derivative, "the determinant of the Hessian", or a Text, "the Hessian of the penalty"
    """

    word: str
    of: Node | None = None
    wrt: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A chain of relations where it stands.

    place         display or inline
    role          claim; definition (let, where, with, put, :=); reason (since, because, using); exists (there is);
                  task (show that, prove that, a question)
    link          how it follows from what stands before it: "", hence (so, thus, \\Rightarrow), iff, because; a
                  hypothesis before \\Rightarrow or \\iff is among the conditions
    conditions    what it is said under: "for all v != 0", "if a <= 0", "\\quad (x > 0)", "i = 1, ..., n"; in words as
                  Text: "X has full rank", "at the origin"
    called        the left side is said to be this: "the Hessian is H = ...", "its second derivative is g > 0"
    scope         words that widen or narrow it: "for every data set", "in general"; iff, only if, unless for how its
                  conditions are meant
    remark        text beside it: "(chain rule)"
    sentence      statements of one sentence or display share the number
    """

    chain: Chain
    place: str
    role: str
    tex_line: int
    link: str = ""
    conditions: tuple[Node, ...] = ()
    called: Noun | None = None
    scope: str = ""
    remark: str = ""
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A property said in words: "hence J is strictly convex in w".

    kind          convex, strictly convex, strongly convex, concave, strictly concave, quasiconvex, affine,
                  psd, pd, nsd, nd, indefinite, singular, invertible, symmetric, diagonal, identity,
                  nonnegative, positive, nonpositive, negative, zero, unique, exists, bounded below, attained,
                  differentiable, twice differentiable, continuous, smooth, lipschitz, stationary, constant, increasing,
                  decreasing, nondecreasing, nonincreasing, monotone, even, odd, homogeneous,
                  minimal value, minima global
    subject       the formula it is about, None when it is only named in words
    noun          the words: hessian, eigenvalues, minimiser, ...
    wrt           "in (w_1, w_2)", "in u"
    block         "" | joint | separate: "jointly convex", "convex in each block"
    role          claim; reason (since f is convex); condition (if f is convex, let f be convex); task (show that)
    conditions    as in Formula; also the set: "on 0 < s <= r"
    reason        the words before it, or after "because", in its sentence
    number        what it comes with: a Lipschitz constant, a degree, the minimal value
    """

    kind: str
    subject: Node | None
    noun: Noun
    negated: bool
    tex_line: int
    text: str
    role: str = "claim"
    link: str = ""
    wrt: tuple[Node, ...] = ()
    block: str = ""
    conditions: tuple[Node, ...] = ()
    scope: str = ""
    reason: str = ""
    sentence: int = 0
    number: Node | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that is not understood: its place, its text and why."""

    tex_line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a sentence assumes for all that follows: "Assume that X has full column rank."

    conditions    chains, and Text nodes for what is said in words
    supposed      it may be false, and stands up to the contradiction that it leads to
    lasting       suppose: up to the next heading; assume: in all headings; throughout: past "conversely" too
    """

    tex_line: int
    conditions: tuple[Node, ...]
    text: str
    supposed: bool = False
    lasting: str = "suppose"


@dataclass(frozen=True, slots=True)
class Release:
    """What stands no longer: of these names, "for general v"; without names all that was supposed, by contradiction."""

    tex_line: int
    names: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a part of the text begins or ends, and with it what was supposed in it.

    kind          open, close: an environment; resume: a proof, which goes on with what its theorem supposes; item;
                  heading; case ("Case 2", "Example"); else ("Otherwise", "Conversely"); free ("we drop the assumption")
    """

    tex_line: int
    kind: str


Statement = Formula | Claim | Unread | Assumption | Release | Boundary
# The scope of a formula that is said only where a derivative is zero.
ZERO_SLOPE = "where a derivative is zero"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a `% symconvex:` comment, without the sign and the word."""

    tex_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """All statements in reading order, the settings from comments, where the sentences stand, the layout it names."""

    statements: tuple[Statement, ...]
    settings: tuple[Setting, ...] = ()
    sentences: tuple[int, ...] = ()
    layout: str = ""


def chains(statement: Statement) -> Iterator[Chain]:
    """The chain of a formula, then the ones in its remarks."""
    if isinstance(statement, Formula):
        yield statement.chain
        for relation in statement.chain.relations:
            yield from relation.notes
