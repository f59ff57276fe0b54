"""The outputs of `symconvex derive`: one file each, found by its name. Layout only, nothing is differentiated here."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symconvex.formats._format import Format


def names() -> tuple[str, ...]:
    """The formats by their file names; none is loaded."""
    return tuple(sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[!_]*.py")))


def find(name: str) -> "Format":
    """One format; the others are not loaded."""
    from symconvex.catalogue import load
    from symconvex.formats._format import Format

    return load("symconvex.formats", name.replace("-", "_"), "FORMAT", Format)
