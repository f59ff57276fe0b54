"""Instances: sizes and data at which claims are tried, drawn with a fixed seed, the simplest first."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from symconvex.errors import ShapeError
from symconvex.handcheck.text.declared import Declared, Named

Rows = tuple[tuple[Fraction, ...], ...]
SEED = 20240
LARGEST, MOST_SIZES, MOST_NAMES = 12, 12, 100
OUTSIDE = 40  # draws for each instance inside of a domain
# Plain numbers first, so that a counterexample can be followed by hand.
PLAIN = tuple(Fraction(k) for k in (1, 2, -1, 3, -2))
FINE = (*(Fraction(k, 8) for k in range(-19, 20, 2)), Fraction(5, 7), Fraction(-13, 11), Fraction(22, 7))
# Far out, for bounds that hold near 0 only.
WIDE = tuple(Fraction(k) for k in (5, -7, 12, -20, 40))


FAR = 8


@dataclass(frozen=True, slots=True)
class Instance:
    """Numbers for every size and every declared symbol; `kind` says how it was drawn."""

    kind: str
    sizes: Mapping[str, int]
    values: Mapping[str, Rows]

    def is_far(self) -> bool:
        """Are there numbers so large that an exponential of them cannot be told from its limit?"""
        return any(abs(entry) > FAR for rows in self.values.values() for row in rows for entry in row)


# Kinds of data that meet conditions by chance: what is said under conditions must be seen at others too.
DEGENERATE = ("zero", "origin", "deficient", "alike", "kernel")
# How the sizes of an instance go: a number for the first, second, ... named size, then again from the front.
USUAL: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("plain", (1,)),
    ("plain", (2, 1)),
    ("plain", (1, 2)),
    ("plain", (2,)),
    ("fine", (3, 2)),
    ("fine", (2, 3)),
    ("deficient", (3, 2)),
    ("fine", (2, 3, 1)),
    ("zero", (2, 2, 1)),
    ("origin", (2, 3)),
    ("fine", (1, 3, 2)),
    ("plain", (3, 1, 2)),
    ("fine", (2, 2, 3)),
    ("wide", (2, 1, 3)),
)
ODD: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("zero", (1,)),
    ("zero", (2, 1)),
    ("kernel", (3, 2)),
    ("kernel", (2, 3)),
    ("alike", (3, 2)),
    ("deficient", (2, 3)),
    ("zero", (1, 2)),
    ("alike", (2, 3)),
)
PATTERNS = (*USUAL, *USUAL, *ODD)


def check_bounds(declared: Declared) -> None:
    """Refuse declarations whose instances would be too large to be tried.

    Fails    ShapeError
    """
    fixed = [(f"{n.name}: {s}", s) for n in declared.names.values() for s in n.shape if isinstance(s, int)]
    least = [(f"{size} >= {number}", number) for size, number in declared.least.items()]
    large = next((text for text, number in (*fixed, *least) if number > LARGEST), None)
    if large is not None:
        raise _too_large("a size is too large to be tried", f"sizes up to {LARGEST}", large)
    if len(declared.sizes()) > MOST_SIZES:
        raise _too_large("there are too many sizes", f"at most {MOST_SIZES}", str(len(declared.sizes())))
    if len(declared.names) + len(declared.definitions) > MOST_NAMES:
        raise _too_large("too much is declared", f"at most {MOST_NAMES} names", str(len(declared.names)))


def _too_large(what: str, expected: str, got: str) -> ShapeError:
    hint = "a derivation is tried at small sizes: give sizes names, as in X: n, d"
    return ShapeError(what, where="the declarations", expected=expected, got=got[:80], hint=hint)


def instances(
    declared: Declared,
    sizes: tuple[str, ...],
    total: int = 12,
    fixed: Mapping[str, int] = {},
    inside: Callable[[Instance], bool] | None = None,
) -> list[Instance]:
    """`total` instances, the same ones every time; of the many outside of a domain none is kept."""
    found = list[Instance]()
    for number in count():
        if len(found) == total or number > (4 if inside is None else OUTSIDE) * total:
            return found
        kind, pattern = PATTERNS[number % len(PATTERNS)]
        rng = random.Random(SEED + number)  # noqa: S311 - the same draws every time
        chosen = {s: max(pattern[k % len(pattern)], declared.least.get(s, 1)) for k, s in enumerate(sizes)}
        chosen.update(fixed)
        if any("full-rank" in named.traits for named in declared.names.values()):
            chosen = _tall(declared, chosen)
        values = {name: _values(named, chosen, rng, kind, declared) for name, named in declared.names.items()}
        instance = Instance(kind, chosen, values)
        found += [instance] if inside is None or inside(instance) else []
    return found


def distinct(declared: Declared) -> Instance:
    """An instance whose sizes all differ and exceed 1, to see what fits."""
    sizes = {size: max(2 + k, declared.least.get(size, 1)) for k, size in enumerate(declared.sizes())}
    if any("full-rank" in named.traits for named in declared.names.values()):
        sizes = {size: 2 + len(sizes) - k for k, size in enumerate(sizes)}
    rng = random.Random(SEED)  # noqa: S311 - the same draws every time
    values = {name: _values(named, sizes, rng, "fine", declared) for name, named in declared.names.items()}
    return Instance("fine", sizes, values)


def _tall(declared: Declared, sizes: Mapping[str, int]) -> dict[str, int]:
    """At least as many rows as columns where full column rank is declared."""
    result = dict(sizes)
    for named in declared.names.values():
        if "full-rank" in named.traits and len(named.shape) == 2:
            rows, cols = named.shape
            if isinstance(rows, str) and isinstance(cols, str):
                result[rows] = max(result[rows], result[cols])
    return result


def size_of(size: str | int, sizes: Mapping[str, int]) -> int:
    """A size as a number."""
    return size if isinstance(size, int) else sizes[size]


def _values(named: Named, sizes: Mapping[str, int], rng: random.Random, kind: str, declared: Declared) -> Rows:
    shape = [size_of(size, sizes) for size in named.shape]
    rows, cols = [*shape, 1, 1][0], [*shape, 1, 1][1]
    if named.index_of:
        return ((Fraction(rng.randrange(sizes[named.index_of])),),)
    if "one-hot" in named.traits:
        return _one_hot(rows, cols, rng, by_rows=_by_rows(named, declared))
    if named.traits & {"psd", "pd"}:
        return _gram(rows, rng, definite="pd" in named.traits)
    if "orthogonal" in named.traits:
        return _orthonormal(rows, cols, rng)
    if kind == "origin" and _at_origin(named):
        return tuple(tuple(Fraction(0) for _ in range(cols)) for _ in range(rows))
    drawn = tuple(tuple(_entry(named, rng, kind) for _ in range(cols)) for _ in range(rows))
    if "simplex" in named.traits:
        return _normalised(drawn, by_rows=cols > 1)
    if "diagonal" in named.traits:
        return tuple(tuple(v if i == j else Fraction(0) for j, v in enumerate(row)) for i, row in enumerate(drawn))
    if "symmetric" in named.traits:
        return tuple(tuple(drawn[max(i, j)][min(i, j)] for j in range(cols)) for i in range(rows))
    if named.traits & {"full-rank", "invertible"}:
        return tuple(tuple(v + 5 * (i == j) for j, v in enumerate(row)) for i, row in enumerate(drawn))
    return _degenerate(named, drawn, kind, declared)


def _orthonormal(rows: int, cols: int, rng: random.Random) -> Rows:
    """The first columns of a reflection I - 2 v v' / v'v."""
    v = [rng.choice(PLAIN) for _ in range(rows)]
    length = sum((a * a for a in v), Fraction(0))
    return tuple(tuple((i == j) - 2 * v[i] * v[j] / length for j in range(cols)) for i in range(rows))


def _normalised(drawn: Rows, *, by_rows: bool) -> Rows:
    """Positive numbers that sum to 1, in each row or altogether."""
    weights = [[abs(v) or Fraction(1) for v in row] for row in drawn]
    whole = sum((sum(row, Fraction(0)) for row in weights), Fraction(0))
    sums = [sum(row, Fraction(0)) if by_rows else whole for row in weights]
    return tuple(tuple(v / total for v in row) for row, total in zip(weights, sums, strict=True))


def _at_origin(named: Named) -> bool:
    return named.within == "real" and not named.traits


def _degenerate(named: Named, drawn: Rows, kind: str, declared: Declared) -> Rows:
    """Data of low rank, with alike rows, or all zero, where that is allowed; vectors that such data send to 0."""
    if kind == "kernel" and len(named.shape) == 1 and named.within == "real":
        ends = (2, -1) if named.shape[0] in {n.shape[1] for n in declared.names.values() if len(n.shape) > 1} else ()
        return tuple((Fraction(ends[k] if k < len(ends) and len(drawn) > 1 else 0),) for k in range(len(drawn)))
    if len(named.shape) < 2 or named.within != "real":
        return drawn
    if kind == "zero":
        return tuple(tuple(Fraction(0) for _ in row) for row in drawn)
    if kind == "alike":
        return tuple(drawn[0] for _ in drawn)
    if kind in ("deficient", "kernel"):
        return tuple(tuple(row[0] * (j + 1) for j in range(len(row))) for row in drawn)
    return drawn


def _by_rows(named: Named, declared: Declared) -> bool:
    """Is a row a sample? The classes are an axis of the parameters, or the samples are the first axis of other data."""
    if len(named.shape) < 2:
        return False
    of_parameters = {size for name in declared.parameters for size in declared.names[name].shape}
    classes = [size in of_parameters for size in named.shape]
    if classes[0] != classes[1]:
        return classes[1]
    data = [n.shape for n in declared.names.values() if n.name not in (*declared.parameters, named.name) and n.shape]
    return any(shape[0] == named.shape[0] for shape in data)


def _one_hot(rows: int, cols: int, rng: random.Random, *, by_rows: bool) -> Rows:
    """One entry of every column, or of every row, is 1."""
    if by_rows:
        turned = _one_hot(cols, rows, rng, by_rows=False)
        return tuple(zip(*turned, strict=True))
    ones = [rng.randrange(rows) for _ in range(cols)]
    return tuple(tuple(Fraction(int(ones[j] == i)) for j in range(cols)) for i in range(rows))


def _gram(size: int, rng: random.Random, *, definite: bool) -> Rows:
    """A A' for a random square A, some of them small; singular unless `definite`, and some numbers are 0 then."""
    root = [[rng.choice(PLAIN) for _ in range(size)] for _ in range(size)]
    if root[0][0] < 0 and (definite or size == 1):
        scale = Fraction(1, 8) if definite else Fraction(0)
        return tuple(tuple(scale * v for v in row) for row in _squared(root, definite=definite))
    if not definite and size > 1:
        root[-1] = list(root[0])
    return _squared(root, definite=definite)


def _squared(root: list[list[Fraction]], *, definite: bool) -> Rows:
    gram = [[sum((a * b for a, b in zip(r, s, strict=True)), Fraction(0)) for s in root] for r in root]
    return tuple(tuple(v + (i == j and definite) for j, v in enumerate(row)) for i, row in enumerate(gram))


def _entry(named: Named, rng: random.Random, kind: str) -> Fraction:
    numbers = {"plain": PLAIN, "wide": WIDE}.get(kind, FINE)
    match named.within:
        case "sign":
            return Fraction(rng.choice((-1, 1)))
        case "binary":
            return Fraction(rng.choice((0, 1)))
        case "count":
            return Fraction(rng.randrange(5))
        case "unit":
            return Fraction(rng.randrange(1, 16), 16)
        case "positive":
            return abs(rng.choice(numbers))
        case "nonnegative" if kind in ("zero", "origin", "deficient"):
            return Fraction(0)
        case "nonnegative":
            return abs(rng.choice((*numbers, Fraction(0))))
        case _:
            return rng.choice(numbers)
