"""Hessians at many points: all entries from one program, or, where that would be too long, column by column.

The columns of a Hessian are its products with unit vectors, the derivative of the gradient along them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symconvex.calculus.program.derivatives import Forward, gradient, hessian_entries
from symconvex.calculus.program.evaluate import compile_graph
from symconvex.calculus.program.graph import Input, operations
from symconvex.calculus.program.instance import Instance

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Points -> upper triangles of the Hessian, one column each, and which of them are finite and inside the domain.
Look = Callable[[Array], tuple[Array, Mask]]

# Operations of a program for all entries, as many as of the gradient for each parameter: it takes seconds to make and
# some hundred megabytes, and is three to ten times as fast as a program for columns.
MOST_OPERATIONS = 2_000_000
# Numbers that are held at a time, in a program and in Hessians.
MOST_NUMBERS = 8_000_000
# Columns that are computed at a time.
COLUMNS = 1024


def hessians_at(at_size: Instance, most: int) -> tuple[Look, int]:
    """How to look at Hessians, and at how many points at a time: `most` or fewer, as memory allows."""
    slopes = gradient(at_size.graph, at_size.loss, at_size.parameters)
    if operations(at_size.graph, slopes) * len(at_size.parameters) <= MOST_OPERATIONS:
        return by_entries(at_size, most)
    return by_columns(at_size, most)


def by_entries(at_size: Instance, most: int) -> tuple[Look, int]:
    """One program for the whole upper triangle."""
    upper = hessian_entries(at_size.graph, at_size.loss, at_size.parameters)
    program = compile_graph(at_size.graph, (*upper, at_size.loss, *at_size.positive), at_size.parameters)
    width = min(most, max(1, MOST_NUMBERS // program.rows))
    run = program.machine(width)

    def look(points: Array) -> tuple[Array, Mask]:
        values = run(points)
        finite = np.isfinite(values[: len(upper) + 1]).all(axis=0)
        inside = (values[len(upper) + 1 :] > 0).all(axis=0)
        return values[: len(upper)], np.logical_and(finite, inside, dtype=np.bool_)

    return look, width


def by_columns(at_size: Instance, most: int) -> tuple[Look, int]:
    """One program for the product with a direction."""
    graph, inputs, order = at_size.graph, at_size.parameters, len(at_size.parameters)
    slopes = gradient(graph, at_size.loss, inputs)
    entries = [graph.nodes[node] for node in inputs]
    # No symbol has a name with a space in it.
    ways = [graph.input(f"d {entry.name}", entry.indices) for entry in entries if isinstance(entry, Input)]
    columns = Forward.over(graph, slopes, inputs).together(dict(zip(inputs, ways, strict=True)), slopes)
    program = compile_graph(graph, (*columns, at_size.loss, *at_size.positive), (*inputs, *ways))
    batch = max(1, min(COLUMNS, MOST_NUMBERS // program.rows))
    run = program.machine(batch)
    rows, places = np.triu_indices(order)

    def look(points: Array) -> tuple[Array, Mask]:
        count = points.shape[1]
        full, usable = np.empty((order, count * order)), np.ones(count, dtype=np.bool_)
        for start in range(0, count * order, batch):
            which, way = np.divmod(np.arange(start, min(start + batch, count * order)), order)
            directions = np.zeros((order, len(way)))
            directions[way, np.arange(len(way))] = 1.0
            values = run(np.concatenate([points[:, which], directions]))
            full[:, start : start + len(way)] = values[:order]
            good = np.isfinite(values[: order + 1]).all(axis=0) & (values[order + 1 :] > 0).all(axis=0)
            np.logical_and.at(usable, which, good)
        return full.reshape(order, count, order)[rows, :, places], usable

    return look, min(most, max(1, MOST_NUMBERS // order**2))
