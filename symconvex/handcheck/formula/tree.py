"""Formulas as they were written.

Nothing here is typed. What only a type can settle is kept as written and left to the judge:

    f(x)            MaybeCall: a call, or a product whose second factor stands in brackets
    X', f'          Prime: a transpose or a derivative
    A^T             Transpose written "T": a transpose, or a power T
    dw              Derivative of kind "differential" written "d": a differential, or d times w
    e, \\pi, \\delta  a Name, whatever it stands for
    x_{ij}, L_{wv}  a Name with two subscripts: an entry, or a partial derivative
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """Something inside a formula."""


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A decimal numeral, exactly."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    r"""A letter with what hangs on it; \hat{\mathbf{x}}_{ij}^{(t)} has base x.

    base          "w", "beta", "ell", "nabla", or a word set upright that is no known function
    decorations   from the inside out: bold, roman, cal, blackboard, fraktur, hat, bar, tilde, vec, dot, ddot
    subscripts    one entry for each index or label, adjacent letters apart: x_{ij} has (i, j), L_{\text{reg}} a Text
    superscripts  labels only: (i) and [2] as Group, star, plus and dagger as Mark
    """

    base: str
    decorations: tuple[str, ...] = ()
    subscripts: tuple[Node, ...] = ()
    superscripts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark(Node):
    """A sign used as a label: star, plus, minus, dagger, dots, infinity."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    r"""Words inside a formula: \text{const}."""

    text: str


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Brackets that do more than group: a tuple, a set, an interval, an index label such as (i) or [2].

    separator     "," or "|" or ";" between the items, "" when there is one
    """

    left: str
    items: tuple[Node, ...]
    right: str
    separator: str = ","


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum of two or more terms; a difference holds a Neg."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Neg(Node):
    """Minus the body."""

    body: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Two or more factors under one sign: "" (side by side), cdot, times, ast, odot, otimes, colon, oplus, wedge.

    Side by side binds tightest, then cdot, times and ast, then odot, then otimes, then the colon.
    """

    factors: tuple[Node, ...]
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """Top over bottom."""

    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """Base to the exponent; `entrywise` when the exponent is written with odot or circ."""

    base: Node
    exponent: Node
    entrywise: bool = False


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """Written "top" or "T"; an italic T may also be a power."""

    body: Node
    written: str = "top"


@dataclass(frozen=True, slots=True)
class Prime(Node):
    """One or more dashes: a derivative or a transpose."""

    body: Node
    count: int = 1


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """Subscripts on something that is no name: (X^T X)_{jk}."""

    body: Node
    subscripts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    """The body with an exclamation mark."""

    body: Node


@dataclass(frozen=True, slots=True)
class Apply(Node):
    r"""A function known by its name, with or without brackets: \log p_i, \operatorname{diag}(s_1,\ldots,s_n).

    function      log (also for \ln), exp, sqrt, tanh, sech, diag (also Diag), tr, vec, det, softmax, sigmoid, sgn, max,
                  rank, var, ... in lower case
    subscripts    \log_2, \operatorname{diag}_i
    """

    function: str
    args: tuple[Node, ...]
    subscripts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class After(Node):
    """What follows the bracket of a MaybeCall: kind power, entrywise, transpose, prime, subscript, superscript.

    what          the exponents, subscripts or labels; for transpose Text(written), for prime Number(count)
    """

    kind: str
    what: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MaybeCall(Node):
    """head(args): a call when the head is a function, else a product with the bracket; see `as_call`, `as_product`.

    head          a Name, Prime, Derivative, or another MaybeCall
    after         what hangs on the closing bracket: sigma(z)^2 squares the call, p(1-p)^2 the bracket
    """

    head: Node
    args: tuple[Node, ...]
    bracket: str = "("
    after: tuple[After, ...] = ()


@dataclass(frozen=True, slots=True)
class Big(Node):
    r"""A sign with a range, applied to the rest of its term: sum, prod, max, min, argmax, argmin, sup, inf, int, lim.

    indices       the bound names, as far as the range tells them: \sum_{k,j} has (k, j), \sum_{l\neq k} has (l)
    lower, upper  \sum_{i=1}^n has 1 and n; None where not written
    condition     \sum_{l\neq k}: l != k;  \sum_{j:(i,j)\in\Omega}: (i,j) in Omega;  \sum_{i\in A}: i in A
    """

    operator: str
    indices: tuple[Node, ...]
    lower: Node | None
    upper: Node | None
    condition: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    r"""A derivative in any spelling.

    kind          gradient (\nabla), hessian (\nabla^2, \nabla\nabla^\top), partial (\partial), total (\frac{d}{dt}),
                  differential (dw, \mathrm{d}w, order 1), directional (\mathrm{D}^2 f[v, v]: wrt are the directions)
    of            None when no function is named: \frac{\partial}{\partial w_j} = ..., "the Hessian is ..."
    wrt           one entry for each differentiation: d^2/dt^2 has (t, t); \partial w\,\partial w^\top has (w, w^T);
                  for gradient and hessian the subscripts of nabla, () when there are none
    written       "d" when the sign is an italic d, so that it may be a name; else ""
    """

    kind: str
    of: Node | None
    wrt: tuple[Node, ...] = ()
    order: int = 1
    written: str = ""


@dataclass(frozen=True, slots=True)
class Norm(Node):
    r"""\|body\| with its subscript, 2 or F or ..., None when there is none."""

    body: Node
    kind: Node | None = None


@dataclass(frozen=True, slots=True)
class Abs(Node):
    """|body|: absolute value, determinant or cardinality."""

    body: Node


@dataclass(frozen=True, slots=True)
class Inner(Node):
    r"""\langle left, right\rangle with its subscript."""

    left: Node
    right: Node
    kind: Node | None = None


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of entries; dots are Mark("dots"), Mark("vdots"), Mark("ddots")."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """One row of a Cases; condition None means otherwise."""

    value: Node
    condition: Node | None
    tex_line: int


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """A distinction of cases."""

    rows: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    r"""\mathbf{1}[k=c], \mathbb{1}\{z>0\}, I(k=j), \mathbf{1}_{k=c}."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Evaluated(Node):
    r"""body\Big|_{at}; for an operator such as \frac{d}{dt}\Big|_{t=0} f the whole derivative is evaluated."""

    body: Node
    at: Node


@dataclass(frozen=True, slots=True)
class Braced(Node):
    """The body with a remark under or over its brace; a remark that is a relation is also in `Relation.notes`."""

    body: Node
    note: Node


@dataclass(frozen=True, slots=True)
class Function(Node):
    r"""args \mapsto body."""

    args: tuple[Node, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Unreadable(Node):
    """A formula that is not understood, whole: its text, and what stopped the reading."""

    text: str
    why: str
    tex_line: int


@dataclass(frozen=True, slots=True)
class Relation:
    r"""One sign and the side to its right.

    sign          = := =: != < <= > >= succ succeq prec preceq in notin subset approx propto equiv sim to
    tex_line      the 1-based line of the sign
    label         what stands over the sign: \overset{(*)}{=}
    notes         chains written into the right side: \underbrace{\sum_k y_k}_{=1}
    """

    sign: str
    right: Node
    tex_line: int
    label: str = ""
    notes: tuple["Chain", ...] = ()


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """left = a = b: each relation stands between the side before it and its own; also a condition inside a formula.

    continued     the display starts with its sign, and left was taken from the end of the chain before
    """

    left: Node
    relations: tuple[Relation, ...]
    tex_line: int
    continued: bool = False


def as_call(node: MaybeCall) -> Node:
    """The bracket as arguments: sigma(z)^2 is (sigma(z))^2; the call itself keeps no `after`."""
    return _hang(MaybeCall(node.head, node.args, node.bracket), node.after)


def as_product(node: MaybeCall) -> Node:
    """The bracket as a factor: p(1-p)^2 is p times (1-p)^2."""
    inside = node.args[0] if len(node.args) == 1 else Group(node.bracket, node.args, {"(": ")", "[": "]"}[node.bracket])
    return Product((node.head, _hang(inside, node.after)))


def _hang(body: Node, after: tuple[After, ...]) -> Node:
    for one in after:
        match one:
            case After("power", (exponent,)):
                body = Power(body, exponent)
            case After("entrywise", (exponent,)):
                body = Power(body, exponent, entrywise=True)
            case After("transpose", (Text(written),)):
                body = Transpose(body, written)
            case After("prime", (Number(count),)):
                body = Prime(body, int(count))
            case After(_, what):
                body = Entry(body, what)
    return body
