"""Parts of arrays in a jaxpr: places, slices, running sums and joined arrays, as the loss language writes them.

slice, rev, cumsum, concatenate      at sizes that are numbers
gather, dynamic_slice                what JAX makes of w[1:], X[:, 0] and w[-1] where a size has a name
"""

import re
from collections.abc import Sequence
from typing import Any

from symconvex.bridges.jax_values import Value, materialised
from symconvex.problem import Shape


def part(name: str, params: Any, values: Sequence[Value], shape: Shape, sizes: Sequence[Any]) -> Value | None:
    """The part that an operation takes; None where the language has no brackets for it.

    sizes    of the first operand, as JAX has them
    """
    match name:
        case "slice":
            return _sliced(values[0], params, shape, sizes)
        case "rev":
            turned = ["::-1" if k in params["dimensions"] else ":" for k in range(len(shape))]
            return _bracketed(values[0], turned, shape) if all(isinstance(size, int) for size in shape) else None
        case "gather":
            return _gathered(values, params, shape, sizes)
        case "dynamic_slice":
            counts = params["slice_sizes"]
            ends = [
                _range(v.text, k, n) if not v.own else None for v, k, n in zip(values[1:], counts, sizes, strict=True)
            ]
            return None if None in ends else _bracketed(values[0], [end for end in ends if end is not None], shape)
        case "cumsum" if len(shape) == 1 and isinstance(shape[0], int) and not params.get("reverse"):
            return Value(f"cumsum({materialised(values[0])})", shape, shape)
        case "concatenate" if len(shape) == 1 and isinstance(shape[0], int):
            return Value(f"concatenate([{', '.join(map(materialised, values))}])", shape, shape)
    return None


def _sliced(value: Value, params: Any, shape: Shape, sizes: Sequence[Any]) -> Value | None:
    strides = params["strides"] or (1,) * len(sizes)
    ends = []
    for start, stop, step, size in zip(params["start_indices"], params["limit_indices"], strides, sizes, strict=True):
        less = size - stop
        if not isinstance(start, int) or not isinstance(less, int):
            return None
        ends.append(_slice(start, less) + (f":{step}" if step != 1 else ""))
    return _bracketed(value, ends, shape)


def _gathered(values: Sequence[Value], params: Any, shape: Shape, sizes: Sequence[Any]) -> Value | None:
    """One place or one slice of one axis; the other axes are whole."""
    numbers, place = params["dimension_numbers"], values[1]
    if place.own or len(numbers.start_index_map) != 1 or len(numbers.offset_dims) != len(shape):
        return None
    (axis,), ends = numbers.start_index_map, [":"] * len(sizes)
    others = [
        size == count for k, (size, count) in enumerate(zip(sizes, params["slice_sizes"], strict=True)) if k != axis
    ]
    found = _range(place.text, params["slice_sizes"][axis], sizes[axis])
    if found is None or not all(others):
        return None
    gone = numbers.collapsed_slice_dims
    ends[axis] = found.partition(":")[0] if gone and not found.startswith(":") else "0" if gone else found
    return _bracketed(values[0], ends, shape)


def _range(start: str, count: Any, size: Any) -> str | None:
    """So many entries from a place on; the place may be counted from an end of named size."""
    plain = re.sub(r"[()\s]", "", start)
    from_end = re.fullmatch(rf"(-\d+)\+{re.escape(str(size))}|{re.escape(str(size))}(-\d+)", plain)
    if from_end is not None:
        first = int(from_end[1] or from_end[2])
        return f"{first}:" + (f"{first + count}" if first + count else "") if isinstance(count, int) else None
    if not re.fullmatch(r"\d+", plain):
        return None
    less = size - int(plain) - count
    if isinstance(less, int):
        return _slice(int(plain), less)
    return f"{plain}:{int(plain) + count}" if isinstance(count, int) else None


def _slice(start: int, less: int) -> str:
    return f"{start or ''}:{-less or ''}"


def _bracketed(value: Value, ends: Sequence[str], shape: Shape) -> Value:
    """The array with its brackets; whole axes at the end are left out."""
    kept = [*ends]
    while kept and kept[-1] == ":":
        kept.pop()
    text = materialised(value)
    front = text if re.fullmatch(r"\w+", text) else f"({text})"
    return Value(f"{front}[{', '.join(kept)}]" if kept else text, shape, shape)


def alone(value: Value, shape: Shape) -> Value | None:
    """The entry of a part of one entry, w[2] for w[2:3] and W[0, 1] for W[0:1, 1:2]; None where it is no such part."""
    found = re.fullmatch(r"(.*)\[([-\d:, ]*)\]", value.text)
    if found is None or shape != () or {*value.shape} != {1}:
        return None
    ends = [end.partition(":") for end in found[2].split(", ")]
    if len(ends) != len(value.shape) or not all(colon for _, colon, _ in ends):
        return None
    return Value(f"{found[1]}[{', '.join(first or '0' for first, _, _ in ends)}]", (), ())
