"""What a certificate states: the problem, its hypotheses, and the judgments that its lines reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import cast

from symconvex.kernel import term as t
from symconvex.kernel.functions import FUNCTIONS
from symconvex.kernel.term import Delta, Dim, Fn, Index, Malformed, Nested, Pow, Refused, Size, Sum, Sym, Term

SIGNS = ("nonneg", "positive")
WORDS = ("convex", "concave", "quasiconvex")
PLAIN_CLAIMS = (
    "convex", "concave", "affine", "strictly_convex", "strictly_concave", "quasiconvex", "quasiconcave",
    "not_convex", "not_concave", "not_quasiconvex", "not_quasiconcave", "not_strictly_convex", "not_strictly_concave",
)  # fmt: skip
CONSTANT_CLAIMS = ("strongly_convex", "strongly_concave", "smooth", "not_strongly_convex", "not_smooth")
NULL = ("null", "null_affine")
EXTREMES = ("spectral", "spectral_least")
# What shows a property, and what shows that it fails.
SHOWS = {
    "convex": ({"convex", "affine", "strictly_convex", "strongly_convex"}, {"not_convex"}),
    "concave": ({"concave", "affine", "strictly_concave", "strongly_concave"}, {"not_concave"}),
    "strictly_convex": ({"strictly_convex", "strongly_convex"}, {"not_strictly_convex", "not_convex"}),
    "strictly_concave": ({"strictly_concave", "strongly_concave"}, {"not_strictly_concave", "not_concave"}),
}


def require(holds: object, reason: str, *about: object) -> None:
    """Refuse unless it holds; the reason has a place {} for each of the things that disagree."""
    if not holds:
        raise Refused(_told(reason, about))


def readable(holds: object, reason: str, *about: object) -> None:
    """The same for what a certificate must be to be read at all."""
    if not holds:
        raise Malformed(_told(reason, about))


def _told(reason: str, about: tuple[object, ...]) -> str:
    return reason.format(*((t.render(part) if isinstance(part, Term) else str(part))[:300] for part in about))


@dataclass(frozen=True, slots=True)
class Judgment:
    """A conclusion: its kind, a word that some kinds carry, and a term that most kinds carry.

    (positive T) (nonneg T)       for all parameters in the domain, directions, variables and data
    (definite T)                  > 0 unless the direction is zero
    (curvature T)                 the second derivative of the loss along the direction
    (affine T) (convex T)         in the parameters
    (strict T)                    strictly convex in them
    (gap convex T)                if the loss is convex (concave, quasiconvex), then T <= 0
    (loss convex) ...             the loss itself; (loss strongly_convex m), (loss smooth L)
                                  and their negations: m is no modulus, L is no constant

    under    sign judgments: the conclusion holds where these hold
    """

    kind: str
    word: str
    term: Term | None
    under: tuple["Judgment", ...] = ()

    def __str__(self) -> str:
        parts = [self.kind, *([self.word] if self.word else []), *([t.render(self.term)] if self.term else [])]
        return f"({' '.join(parts)})"


def read_judgment(text: str) -> Judgment:
    """A judgment from its text, which is its own rendering; raises Malformed."""
    return judgment_of(text, {})


def judgment_of(text: str, seen: t.Seen) -> Judgment:
    """The same, with the terms that were seen."""
    match t.read(text):
        case [("positive" | "nonneg" | "definite" | "curvature" | "affine" | "convex" | "strict") as kind, tree]:
            judgment = Judgment(kind, "", t.build(tree, seen))
        case ["gap", str(word), tree] if word in WORDS:
            judgment = Judgment("gap", word, t.build(tree, seen))
        case ["loss", str(word)] if word in PLAIN_CLAIMS:
            judgment = Judgment("loss", word, None)
        case ["loss", str(word), tree] if word in CONSTANT_CLAIMS:
            judgment = Judgment("loss", word, t.build(tree, seen))
        case _:
            raise Malformed(f"not a judgment: {text[:80]!r}")
    canonical(text, str(judgment))
    return judgment


def canonical(text: str, rendering: str) -> None:
    """Raise Malformed unless the text is what the kernel itself would write."""
    if text != rendering:
        raise Malformed(f"{text[:80]!r} is not written as {rendering[:80]!r}")


def read_term(text: str) -> Term:
    """A term from its text, which is its own rendering; raises Malformed."""
    term = t.parse(text)
    canonical(text, t.render(term))
    return term


@dataclass(frozen=True, slots=True)
class Given:
    """A hypothesis of one part.

    nonzero X k           row k of X (entry k of a vector) is not zero: sum over the rest of X[k,.]^2 > 0
    zero X                every entry of X is zero
    injective X           X v = 0 only for v = 0
    injective_affine X    X v + b = 0 in every row only for v = 0 and b = 0: [X 1] is injective
    null X ?u             X ?u = 0 for the vector ?u, which is not zero
    null_affine X ?u      all entries of X ?u are equal, for the vector ?u, which is not zero
    spectral ?L X         ?L is the largest eigenvalue of X'X
    spectral_least ?l X   ?l is the smallest one
    attained ?u ?L X      ?u is an eigenvector for ?L, one of these two
    real ?m               ?m is a number
    positive T, nonneg T  a condition on the data, at every place of its free indices
    case                  sizes and data are those of the example
    """

    kind: str
    name: str
    extra: str
    term: Term | None

    def __str__(self) -> str:
        match self.kind:
            case "positive" | "nonneg":
                return str(Judgment(self.kind, "", self.term))
            case "spectral" | "spectral_least":
                words = [self.kind, self.extra, self.name]
            case "attained":
                words = [self.kind, self.extra, t.render(self.term or t.ZERO), self.name]
            case "real":
                words = [self.kind, self.extra]
            case "case":
                words = [self.kind]
            case _:
                words = [self.kind, self.name, *([self.extra] if self.extra else [])]
        return f"({' '.join(words)})"


CASE = Given("case", "", "", None)


def read_given(text: str) -> Given:
    """A hypothesis from its text, which is its own rendering; raises Malformed."""
    match t.read(text):
        case [("zero" | "injective" | "injective_affine") as kind, str(name)]:
            given = Given(kind, name, "", None)
        case [("nonzero" | "null" | "null_affine") as kind, str(name), str(extra)]:
            given = Given(kind, name, extra, None)
        case [("spectral" | "spectral_least") as kind, str(bound), str(name)]:
            given = Given(kind, name, bound, None)
        case ["attained", str(vector), str(bound), str(name)]:
            given = Given("attained", name, vector, Sym(bound))
        case ["real", str(name)]:
            given = Given("real", "", name, None)
        case ["case"]:
            given = CASE
        case [("positive" | "nonneg") as kind, tree]:
            given = Given(kind, "", "", t.build(tree, {}))
        case _:
            raise Malformed(f"not a hypothesis: {text[:80]!r}")
    canonical(text, str(given))
    return given


@dataclass(frozen=True, slots=True)
class Statement:
    """The problem: for all sizes >= `sizes`, all data in their sets, is `loss` ... in the parameters?

    fixed     sizes whose length the values decide; they stand in `sizes` as well
    domain    (positive T) or (nonneg T)
    """

    sizes: Mapping[str, int]
    fixed: Mapping[str, int]
    indices: Mapping[str, Size]
    data: Mapping[str, tuple[tuple[Size, ...], str]]
    parameters: Mapping[str, tuple[Size, ...]]
    values: Mapping[str, Nested]
    domain: tuple[Judgment, ...]
    loss: Term

    @property
    def directions(self) -> dict[str, str]:
        """The direction of each parameter: w' for w."""
        return {name: f"{name}'" for name in self.parameters}

    @property
    def constraints(self) -> tuple[Term, ...]:
        """The terms of the domain."""
        return tuple(entry.term for entry in self.domain if entry.term is not None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which names mean what: used to see that a term is well formed."""

    sizes: Mapping[str, int]
    indices: Mapping[str, Size]
    symbols: Mapping[str, tuple[Size, ...]]
    witnesses: frozenset[str]
    sound: set[Term] = field(default_factory=set)  # what was looked at, below no sum

    def check(self, term: Term, bound: frozenset[str] = frozenset()) -> None:
        """Raise Malformed unless every name is declared and every index fits its size."""
        if not bound and term in self.sound:
            return
        inner = bound
        match term:
            case Sym(name, indices) if (name, indices) != (t.PI, ()):
                shape = self.symbols.get(name)
                if shape is None or len(shape) != len(indices):
                    raise Malformed(f"{t.render(term)[:80]} is not declared with this many indices")
                for index, size in zip(indices, shape, strict=True):
                    self.fits(index, size)
            case Delta(left, right):
                self.fits(left, self.size_of(left, right))
                self.fits(right, self.size_of(left, right))
            case Sum(index, size, _):
                if self.indices.get(index) != size or index in bound | self.witnesses:
                    raise Malformed(f"the index {index} does not run over {size} here")
                inner = bound | {index}
            case Dim(size):
                if size not in self.sizes if isinstance(size, str) else size < 1:
                    raise Malformed(f"the size {size} is not declared")
            case Fn(name, args):
                if name not in FUNCTIONS or (len(args) < 2 if name == "max" else len(args) != 1):
                    raise Malformed(f"{name} with {len(args)} arguments is not a function of the kernel")
            case Pow(_, exponent):
                if abs(exponent) > 64 or exponent.denominator > 64:
                    raise Malformed(f"the exponent {exponent} is too large")
        for part in t.children(term):
            self.check(part, inner)
        if not bound:
            self.sound.add(term)

    def fits(self, index: Index, size: Size) -> None:
        """Raise Malformed unless the index takes only values below every value of the size."""
        least = size if isinstance(size, int) else self.sizes.get(size)
        if least is None or (index >= least if isinstance(index, int) else self.indices.get(index) != size):
            raise Malformed(f"the index {index} does not run over {size}")

    def size_of(self, left: Index, right: Index) -> Size:
        """The size that the first named index runs over."""
        for index in (left, right):
            if isinstance(index, str) and index in self.indices:
                return self.indices[index]
        raise Malformed(f"(delta {left} {right}) compares two numbers or undeclared indices")


# ---- arrays of numbers ---------------------------------------------------------------------------


_number = lru_cache(maxsize=1_000)(t.rational)  # most numbers of a large array are the same few


def read_array(value: object, depth: int) -> Nested:
    """A number, a text of numbers with single spaces, or a list of arrays, `depth` dimensions in all."""
    if depth > 1:
        if not isinstance(value, list) or not value:
            raise Malformed(f"expected a list of arrays of {depth - 1} dimensions")
        return tuple(read_array(entry, depth - 1) for entry in value)
    if not isinstance(value, str):
        raise Malformed(f"expected numbers as text, found {type(value).__name__}")
    return tuple(map(_number, value.split(" "))) if depth else t.rational(value)


def lengths(value: Nested) -> tuple[int, ...]:
    """The shape of an array; raises Malformed when its rows differ."""
    if not isinstance(value, tuple):
        return ()
    if isinstance(value[0], Fraction):
        return (len(value),)
    inner = {lengths(entry) for entry in value}
    if len(inner) != 1:
        raise Malformed("the rows of an array have one length")
    return (len(value), *inner.pop())


def flat(value: Nested) -> Iterator[Fraction]:
    """All numbers, rows first."""
    if not isinstance(value, tuple):
        return iter((value,))
    if isinstance(value[0], tuple):
        return chain.from_iterable(map(flat, value))
    return iter(cast("tuple[Fraction, ...]", value))


def pick(value: Nested, where: Sequence[Index]) -> Fraction:
    """One entry of nested tuples."""
    for k in where:
        if not isinstance(value, tuple) or not isinstance(k, int) or k >= len(value):
            raise Refused("an entry lies outside its shape")
        value = value[k]
    if isinstance(value, tuple):
        raise Refused("an entry is not a number")
    return value
