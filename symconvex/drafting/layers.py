"""Which parameters are hidden and which read out, and points that light up one hidden unit.

A point is offered as a candidate: whether it refutes anything is seen by evaluating the loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.drafting.draft import Draft, places_of
from symconvex.drafting.judgments import is_nonzero
from symconvex.drafting.points import Point, row, simplified, unit, zeros
from symconvex.drafting.profile import mentions, pieces
from symconvex.kernel import term as t
from symconvex.kernel.statement import Given
from symconvex.kernel.term import Sym, Term


@dataclass(frozen=True, slots=True)
class Fit:
    """loss = factor * sum over binders of (prediction - target)^2, or of softplus(label * prediction).

    leaf      the square, or the logistic term, as it stands in the loss
    target    for a logistic loss the labels 1 or -1 in `label`
    """

    kind: str
    factor: Term
    binders: tuple[tuple[str, t.Size], ...]
    prediction: Term
    label: Term
    target: Term
    leaf: Term


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hidden parameters at a reference and at a point, and the score that is 1 at the witness.

    matrix   the data matrix whose row at the witness must not be zero; None where nothing is assumed

    lights   what lights up the unit: its inputs ("row"), its "bias", its own "weight", or distance from a "centre"
    least    how many units it moves
    """

    hidden: Point
    reference: Point
    matrix: str | None
    witness: str
    score: Term | None
    lights: str
    least: int = 1

    @property
    def sample(self) -> tuple[str, str] | None:
        """The data matrix, and the index of its row that is not zero."""
        return None if self.matrix is None else (self.matrix, self.witness)

    @property
    def given(self) -> tuple[Given, ...]:
        """The hypothesis, if there is one."""
        return () if self.matrix is None else (is_nonzero(self.matrix, self.witness),)


def find_fit(draft: Draft) -> Fit | None:
    """The loss as a fit of predictions, when it is one."""
    names = frozenset(draft.parameters)
    found = list(pieces(draft.loss, names))
    if len(found) != 1:
        return None
    (piece,) = found
    match piece.leaf:
        case t.Pow(t.Add(args), e) if e == 2:
            moving = [arg for arg in args if mentions(arg, names)]
            target = t.add(*(t.neg(arg) for arg in args if arg not in moving))
            return Fit("squared", piece.factor, piece.binders, t.add(*moving), t.ONE, target, piece.leaf)
        case t.Fn("softplus", (u,)) | t.Fn("log", (t.Add((t.ONE, t.Fn("exp", (u,)))),)):
            factors = u.args if isinstance(u, t.Mul) else (u,)
            moving = [f for f in factors if mentions(f, names)]
            fixed = [f for f in factors if f not in moving]
            signs = t.mul(*(f for f in fixed if isinstance(f, Sym) and draft.within(f.name) == "sign"))
            return Fit("logistic", piece.factor, piece.binders, t.mul(*moving), t.mul(*fixed), signs, piece.leaf)
    return None


def inputs_of(draft: Draft, first: str, *, tall: bool = False) -> str | None:
    """The data matrix X whose columns the first weights meet, as in X @ W.T; tall: as in X @ W."""
    if not draft.parameters[first]:
        return None
    columns = draft.parameters[first][0 if tall else -1]
    return next((x for x, shape in draft.data.items() if len(shape) == 2 and shape[1] == columns), None)


def weights_of(draft: Draft) -> list[str]:
    """The parameters that are matrices, in the order of declaration."""
    return [name for name, shape in draft.parameters.items() if len(shape) == 2]


def readout_of(draft: Draft, *, tall: bool) -> str | None:
    """The last parameter that is a matrix, or a vector with an entry for every unit of the only one."""
    weights = weights_of(draft)
    if len(weights) == 1:
        units = draft.parameters[weights[0]][1 if tall else 0]
        return next((name for name, shape in reversed(draft.parameters.items()) if shape == (units,)), None)
    return weights[-1] if len(weights) > 1 else None


def candidates(draft: Draft, readout: str, *, tall: bool) -> Iterator[Candidate]:
    """Ways to light up one hidden unit, those with the weakest hypotheses first."""
    weights = [w for w in weights_of(draft) if w != readout]
    if not weights:
        return
    base = zeros(draft)
    onward = {w: unit(draft, w, 0, 0) for w in weights[1:]}
    x = inputs_of(draft, weights[0], tall=tall)
    if x is None or draft.parameters[weights[0]][0] == draft.data[x][0]:
        hidden = {weights[0]: unit(draft, weights[0], 0, 0), **onward}
        yield Candidate({**base, **hidden}, base, None, "", None, "weight")
        return
    if len(draft.parameters[readout]) == 1 and not tall:
        yield centres(draft, weights[0], x)
    for bias in [b for b, shape in draft.parameters.items() if len(shape) == 1 and b != readout][:1]:
        yield Candidate({**base, bias: unit(draft, bias, 0), **onward}, base, None, "", None, "bias")
        return
    for k in range(1, len(weights)):
        hidden = {w: unit(draft, w, 0, 0) for w in weights[k:]}
        yield Candidate({**base, **hidden}, base, None, "", None, "weight")
    yield probe(draft, weights[0], x, {**base, **onward}, tall=tall)


def sample_of(draft: Draft, matrix: str) -> str:
    """An index for the row of a data matrix that is singled out, by a letter that nothing else has."""
    taken = draft.bound() | {*draft.data, *draft.parameters, *draft.sizes()}
    return draft.index(draft.data[matrix][0], hint=next((k for k in "klmsq" if k not in taken), "k"))


def probe(draft: Draft, first: str, x: str, rest: Point, *, tall: bool) -> Candidate:
    """Row k of X, which is not zero, over its squared length: the score of sample k is 1."""
    witness = sample_of(draft, x)
    places, shape = places_of(draft, first), draft.parameters[first]
    unit_axis, input_axis = (1, 0) if tall else (0, 1)
    along = places[input_axis]
    direction = row(draft, x, witness, (along,))
    value = t.mul(t.Delta(places[unit_axis], 0), direction) if shape[unit_axis] != 1 else direction
    sample = draft.index(draft.data[x][0])
    score = t.Sum(along, shape[input_axis], t.mul(Sym(x, (sample, along)), direction))
    hidden = {**rest, first: (places, value)}
    return Candidate(hidden, zeros(draft), x, witness, simplified(score), "row")


def centres(draft: Draft, first: str, x: str) -> Candidate:
    """Every centre at the first sample; then the second one moved by one unit."""
    places = places_of(draft, first)
    start = Sym(x, (0, *places[1:]))
    moved = t.add(start, t.mul(t.Delta(places[0], 1), t.Delta(places[1], 0)))
    base = zeros(draft)
    hidden, reference = {**base, first: (places, moved)}, {**base, first: (places, start)}
    return Candidate(hidden, reference, None, "0", None, "centre", 2)


def width_of(draft: Draft, readout: str, *, tall: bool) -> t.Size:
    """How many units are read out."""
    return draft.parameters[readout][0 if tall else -1]


def readouts(draft: Draft, readout: str, *, tall: bool) -> Iterator[tuple[Point, int]]:
    """The first unit alone, then the first minus the second, each with the least width that it needs."""
    shape = draft.parameters[readout]
    one = unit(draft, readout, *(0 for _ in shape))
    yield {readout: one}, 1
    width = width_of(draft, readout, tall=tall)
    if not isinstance(width, int) or width >= 2:
        rest = tuple(0 for _ in shape[1:])
        other = unit(draft, readout, *((1, *rest) if tall else (*rest, 1)))
        yield {readout: (one[0], t.sub(one[1], other[1]))}, 2
