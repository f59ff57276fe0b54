"""A problem: a loss, what it is minimised over, and what is known of the data.

Everything here is immutable and knows nothing of how it was written down or will be decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Size = str | int
Shape = tuple[Size, ...]
Span = tuple[int, int]

# What a symbol may range over, entry by entry, and how a person writes it.
SETS: Mapping[str, str] = {
    "real": "any real number",
    "positive": "x > 0",
    "nonnegative": "x >= 0",
    "sign": "-1 or 1",
    "binary": "0 or 1",
    "unit": "0 < x < 1",
    "count": "0, 1, 2, ...",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared name: a scalar (), a vector (n,) or a matrix (n, d), and the set its entries lie in."""

    name: str
    shape: Shape = ()
    within: str = "real"


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of a loss as it was written, with its shape and its place in the text.

    op            args, value
    number        value: Fraction
    name          value: str, a declared symbol
    size          value: a size used as a number, n or X.shape[0]
    constant      value: "pi"; e is exp(1)
    add mul div   two args, broadcast as NumPy does; a - b is add(a, mul(-1, b))
    pow           one arg, value: Fraction exponent
    matmul        two args
    transpose     one arg of two dimensions
    call          one arg, value: str, a catalogued function applied to every entry
    max           two or more args, entry by entry, broadcast
    sum           one arg, value: axis (int) or None for all entries
    trace         one square arg: the sum of its diagonal
    repeat        one arg, broadcast to the shape of this node: keepdims, y[:, None], ones
    entry         one arg, value: int, what stands at this place of the first axis: w[0], X[0]
    stack         args of one shape along a new first axis: lists, slices at numbered sizes
    diag          one arg, a vector z: its diagonal matrix
    diagonal      one square arg: the vector of its diagonal
    outer         two args, vectors a, b: the matrix of all a_i b_j
    eye           value: d, the identity matrix

    Results of derivations also hold:
    softmax       one arg, value: axis: exp(z) over its sum
    logsumexp     one arg, value: axis

    Everything else that the language offers (-, mean, norm, min, dot, trace, logsumexp, ...) is
    written out in these when it is read.
    """

    op: str
    args: tuple["Expr", ...]
    value: Fraction | str | int | None
    shape: Shape
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """expr > 0 (strict) or expr >= 0, for every entry of an array."""

    expr: Expr
    strict: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Is `loss` convex in `parameters`, for all data in their sets and all sizes >= `least`?

    values      data given as numbers, nested tuples of exact rationals; absent means for all data
    least       the smallest value of a named size, 1 unless stated
    positive    expressions required to be > 0 in every entry: the domain, which is convex
    nonneg      expressions required to be >= 0 in every entry, likewise; both empty: everywhere
    standins    what some of the data stand for, such as parts of an array; only what holds for all of them is shown
    notes       what was made of the question before it was decided, as sentences
    called      how a sentence calls the loss, formulas between dollar signs; empty where nobody says it
    source      where it is stated, as `models/` cites it: author and year, then the place; several behind ;
    spread      numbered sizes over which sums are written out
    """

    name: str
    text: str
    loss: Expr
    parameters: tuple[Symbol, ...]
    data: tuple[Symbol, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    positive: tuple[Expr, ...] = ()
    nonneg: tuple[Expr, ...] = ()
    standins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    called: str = ""
    source: str = ""
    spread: frozenset[int] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """The names of all symbols and sizes."""
        found = (word for symbol in (*self.parameters, *self.data) for word in (symbol.name, *symbol.shape))
        return frozenset(word for word in found if isinstance(word, str))

    def symbol(self, name: str) -> Symbol:
        return next(s for s in (*self.parameters, *self.data) if s.name == name)
