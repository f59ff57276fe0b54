"""A verdict as a picture.

of one number       the function, its second derivative, and the chord that refutes
with numbers        the loss along the chord that refutes, and on a plane through it
for all data        the loss along the chord of the document, on its small instance of the data
"""

from typing import Any

from symconvex.errors import NotYet
from symconvex.pages._blocks import Block, Figure
from symconvex.pages._page import Picture
from symconvex.pages._reading import read_document
from symconvex.pages.text import caption_text
from symconvex.pictures._canvas import BLUE, GREY, RED, figure, named, titled, write
from symconvex.pictures._evidence import Ends, Graphed, Sliced, along, ends_of, known, profile_of, slice_of
from symconvex.problem import Symbol
from symconvex.verdict import Decided

LEVELS = 14
MOST_TITLE = 160


def draw(verdict: Decided) -> Any:
    """The first of the three that there is.

    Fails    NotYet where there is nothing to draw
    """
    ends = ends_of(verdict)
    profile = profile_of(verdict, ends)
    if profile is not None:
        return _drawn_profile(verdict, profile, ends)
    if ends is not None:
        return _drawn_chord(verdict, ends)
    shown = next(_figures(read_document(verdict.to_latex()).blocks), None)
    if shown is None:
        raise NotYet(
            "there is nothing to draw",
            where=verdict.problem.text[:80],
            expected="a function of one number without free data, or a refutation with a segment",
            got=f"{verdict.said}, in {', '.join(map(_array, verdict.problem.parameters))}"
            + (", of any data" if known(verdict.problem) is None else ""),
            hint="ask the same of symconvex sample with --plot picture.png, or plot sample(...) from Python",
        )
    found, (axis,) = figure(1, height=4.8)
    curve = max((c for c in shown.curves if c.line and c.name), key=lambda c: len(c.points))
    (mark,) = (c for c in shown.curves if c.marks and not c.line)
    _segment(axis, curve.points, mark.points[0][0])
    return titled(found, _title(verdict), caption_text(shown))


def _array(symbol: Symbol) -> str:
    return f"{symbol.name} ({', '.join(map(str, symbol.shape))})" if symbol.shape else symbol.name


def _figures(blocks: tuple[Block, ...]) -> Any:
    return (block for block in blocks if isinstance(block, Figure))


def _title(verdict: Decided) -> str:
    under = f", if {' and '.join(verdict.hypotheses)}" if verdict.hypotheses else ""
    text = verdict.problem.text
    shown = text if len(text) <= MOST_TITLE else f"{text[:MOST_TITLE]}..."
    return f"{shown}\nis {verdict.said}{under}"


def _segment(axis: Any, points: Any, place: float) -> None:
    """The curve, the chord, and how far the loss is above it."""
    axis.plot([t for t, _ in points], [f for _, f in points], color=BLUE, linewidth=2, label="loss on the segment")
    (_, first), (_, last) = points[0], points[-1]
    axis.plot([0, 1], [first, last], color=RED, linestyle="--", marker="o", label="chord")
    at, value = min(points, key=lambda pair: abs(pair[0] - place))
    below = first + (last - first) * at
    axis.plot([at, at], [below, value], color=GREY, linestyle=":", marker="o", label=f"gap {value - below:.4g}")
    axis.set_xlabel("t")
    axis.set_ylabel("f((1 − t) A + t B)")
    named(axis)


def _drawn_chord(verdict: Decided, ends: Ends) -> Any:
    plane = slice_of(verdict, ends)
    found, axes = figure(1 if plane is None else 2)
    _segment(axes[0], along(verdict, ends), ends.place)
    if plane is not None:
        _contours(found, axes[1], plane)
    points = (f"{name}: {', '.join(f'{n} = {v.tolist()}' for n, v in at.items())}" for name, at in _named(ends))
    return titled(found, _title(verdict), ". ".join(points))


def _named(ends: Ends) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return ("A", ends.left), ("B", ends.right)


def _contours(found: Any, axis: Any, plane: Sliced) -> None:
    """Level lines of the loss on the plane, with the chord."""
    (x, u), (y, v) = (scale or (0.0, 1.0) for scale in plane.scales)
    over, up = x + u * plane.places, y + v * plane.places
    filled = axis.contourf(over, up, plane.values, LEVELS, cmap="cividis")
    found.colorbar(filled, ax=axis, label="loss")
    axis.contour(over, up, plane.values, LEVELS, colors="white", linewidths=0.4)
    (ax, ay), (bx, by) = ((x + u * s, y + v * t) for s, t in plane.ends)
    axis.set_xlim(min(over), max(over))
    axis.set_ylim(min(up), max(up))
    axis.plot([ax, bx], [ay, by], color="white", linewidth=4)
    axis.plot([ax, bx], [ay, by], color=RED, linestyle="--", marker="o", label="chord from A to B")
    axis.annotate("A", (ax, ay), textcoords="offset points", xytext=(6, 6), color="white", weight="bold")
    axis.annotate("B", (bx, by), textcoords="offset points", xytext=(6, 6), color="white", weight="bold")
    told = [
        name if scale else f"{name}, from A (−1) to B (1)"
        for name, scale in zip(plane.names, plane.scales, strict=True)
    ]
    axis.set_xlabel(told[0])
    axis.set_ylabel(told[1])
    axis.legend(loc="upper left")


def _drawn_profile(verdict: Decided, profile: Graphed, ends: Ends | None) -> Any:
    """f above, f'' below; where f'' is negative it is hatched."""
    found, (top, low) = figure(1, 2, height=2.9)
    top.plot(profile.places, profile.values, color=BLUE, linewidth=2, label="f")
    if ends is not None:
        left, right = (float(end[profile.name].item()) for end in (ends.left, ends.right))
        points = along(verdict, ends)
        top.plot([left, right], [points[0][1], points[-1][1]], color=RED, linestyle="--", marker="o", label="chord")
    top.set_ylabel("f")
    named(top)
    low.plot(profile.places, profile.bends, color=BLUE, linewidth=2, label="f''")
    low.axhline(0, color=GREY, linewidth=1)
    negative = profile.bends < 0
    if negative.any():
        low.fill_between(
            profile.places, profile.bends, 0, where=negative, color=RED, alpha=0.35, hatch="//", label="f'' < 0"
        )
    low.set_xlabel(profile.name)
    low.set_ylabel("f'', where it exists")
    named(low)
    return titled(found, _title(verdict))


PICTURE = Picture("verdict", draw, write)
