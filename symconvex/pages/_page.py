"""What one kind of page promises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symconvex.pages._blocks import Document


@dataclass(frozen=True, slots=True)
class PageFormat:
    """How a document is laid out.

    name      what it is asked for by
    file      how the page is called beside its certificate
    render    a document -> the whole page
    part      a document -> the same inside another page, such as a notebook
    """

    name: str
    file: str
    render: Callable[[Document], str]
    part: Callable[[Document], str]


@dataclass(frozen=True, slots=True)
class Picture:
    """Who draws; found by name, as it stands on a higher floor.

    draw    what is drawn -> a figure of matplotlib
    keep    a figure and a path -> the file that was written, of the kind that its name says
    """

    name: str
    draw: Callable[..., Any]
    keep: Callable[[Any, Path], Path]

    def drawn(self, shown: object, path: str | Path | None) -> Any:
        """The figure, kept as a file too where a path is given.

        Fails    NotYet where there is nothing to draw, or no matplotlib; OutputError where the file cannot be written
        """
        figure = self.draw(shown)
        if path is not None:
            self.keep(figure, Path(path))
        return figure
