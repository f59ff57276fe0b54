"""What one kind of page promises."""

from collections.abc import Callable
from dataclasses import dataclass
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
    """

    name: str
    draw: Callable[..., Any]
