"""Which shapes make a formula one number: tried out, for names of which none was declared or one does not fit.

sum((X @ w - y)**2)      with w: (d,), y: (n,)       X: (n, d)
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from symconvex.problem import Shape

MOST_NAMES, MOST_TRIES = 4, 600
SPARE = ("n", "d", "k", "m")

Reads = Callable[[Mapping[str, Shape]], bool]


def fitting(
    names: Sequence[str], known: Mapping[str, Shape], taken: Sequence[str], reads: Reads, counted: Sequence[str] = ()
) -> dict[str, Shape]:
    """The first shapes of these names with which the formula reads, the likeliest first; empty where none are found.

    taken      names that are no sizes
    counted    sizes that the formula names itself
    """
    if not names or len(names) > MOST_NAMES:
        return {}
    sizes = _sizes(known, [name for name in taken if name not in counted])
    wanted = [_likely(name, sizes) for name in names]
    for shapes in itertools.islice(_in_order(wanted), MOST_TRIES):
        found = dict(zip(names, shapes, strict=True))
        if reads({**known, **found}):
            return found
    return {}


def refitted(names: Sequence[str], known: Mapping[str, Shape], taken: Sequence[str], reads: Reads) -> dict[str, Shape]:
    """Another shape for one of the names with which the formula reads; empty where there is none."""
    sizes = [size for shape in known.values() for size in shape]
    for name in names:
        for shape in _likely(name, list(dict.fromkeys(sizes)) or _sizes(known, taken)):
            if len(shape) == len(known[name]) and shape != known[name] and reads({**known, name: shape}):
                return {name: shape}
    return {}


def _sizes(known: Mapping[str, Shape], taken: Sequence[str]) -> list[str | int]:
    """The sizes that are declared, and new ones, two at least."""
    found = list(dict.fromkeys(size for shape in known.values() for size in shape))
    spare = [size for size in SPARE if size not in taken and size not in found]
    return [*found, *spare[: max(2 - len(found), 1)]]


def _likely(name: str, sizes: Sequence[str | int]) -> list[Shape]:
    """A capital letter is a matrix, a small one a vector or a number, before it is anything else."""
    numbered = sorted(sizes, key=lambda size: (size != "n", size == "d"))  # samples in rows
    vectors: list[Shape] = [(size,) for size in sizes]
    matrices: list[Shape] = [*((a, b) for a in numbered for b in sizes if a != b), *((a, a) for a in sizes)]
    return [*matrices, *vectors, ()] if name[:1].isupper() else [*vectors, *matrices, ()]


def _in_order(wanted: Sequence[Sequence[Shape]]) -> Iterator[tuple[Shape, ...]]:
    """All choices, those first that are likely in every name."""
    ranked = sorted(itertools.product(*(range(len(shapes)) for shapes in wanted)), key=lambda ks: (sum(ks), max(ks)))
    for places in ranked:
        yield tuple(shapes[k] for shapes, k in zip(wanted, places, strict=True))
