"""The outputs of `symconvex check`: one file each, found by its name. Layout only, nothing is judged here."""

from pathlib import Path


def names() -> tuple[str, ...]:
    """The outputs by their file names; none is loaded."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))
