"""An empty figure, its colours, and how it becomes a file."""

import io
import textwrap
from pathlib import Path
from typing import Any

from symconvex.errors import NotYet, OutputError

# Okabe and Ito's colours, which colour-blind readers tell apart; what is below zero is hatched too.
BLUE, RED, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#555555"
KINDS = (".png", ".svg", ".pdf")
DPI = 150
WIDE = 95  # characters of a caption


def figure(across: int, up: int = 1, *, width: float = 6.4, height: float = 4.2) -> tuple[Any, list[Any]]:
    """A figure with so many axes, row by row.

    Fails    NotYet where matplotlib is not installed
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise NotYet(
            "pictures need matplotlib",
            where="the extra plot",
            expected="matplotlib",
            got="no such library here",
            hint='pip install "symconvex[plot]"',
        ) from None
    found = Figure(figsize=(width * across, height * up), layout="constrained")
    FigureCanvasAgg(found)
    axes = found.subplots(up, across, squeeze=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    return found, list(axes.flat)


def named(axis: Any) -> None:
    """The legend above the axes, where it hides nothing."""
    axis.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)


def titled(found: Any, title: str, caption: str = "") -> Any:
    """What is shown above, and what it was computed with below; dollars are no formulas."""
    found.suptitle(textwrap.fill(title, WIDE).replace("$", r"\$"), fontsize=11)
    if caption:
        found.supxlabel(textwrap.fill(caption, WIDE).replace("$", r"\$"), fontsize=8.5, color=GREY)
    return found


def write(found: Any, path: Path) -> Path:
    """The figure as a file of the kind that its name says.

    Fails    OutputError on another kind, or where the file cannot be written
    """
    from symconvex.store import write_proof

    check_name(path)
    buffer = io.BytesIO()
    found.savefig(buffer, format=path.suffix.lower()[1:], dpi=DPI)
    return write_proof(path.parent, {path.name: buffer.getvalue()})[0]


def check_name(path: Path) -> None:
    """Is it the name of a picture?

    Fails    OutputError
    """
    if path.suffix.lower() not in KINDS:
        raise OutputError(
            "this kind of picture is not known",
            where=str(path)[:200],
            expected=f"a name that ends in {', '.join(KINDS)}",
            got=path.suffix or "no ending",
            hint=f"{path.stem or 'picture'}.png",
        )
