"""A proof as a page for those who have no TeX: one file each, found by its name.

What exposition/ writes in LaTeX is read back as blocks, and laid out again; nothing is decided or computed here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symconvex.pages._page import PageFormat


def names() -> tuple[str, ...]:
    """The kinds of pages by their file names; none is loaded."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))


def find(name: str) -> "PageFormat":
    """One kind of page; the others are not loaded."""
    from symconvex.catalogue import load
    from symconvex.pages._page import PageFormat

    return load("symconvex.pages", name, "PAGE", PageFormat)


def kept(folder: Path, certificate: Mapping[str, object] | None, latex: str) -> tuple[Path, ...]:
    """Write a certificate, its proof.tex and the page for a browser; without a certificate, the pages alone.

    Fails    OutputError
    """
    from symconvex.store import CERTIFICATE, PAGE, certificate_text, write_proof

    proof = {} if certificate is None else {CERTIFICATE: certificate_text(certificate)}
    return write_proof(folder, {**proof, PAGE: latex, find("html").file: rendered("html", latex)})


def rendered(name: str, latex: str) -> str:
    """The page of a LaTeX document of ours.

    Fails    NotYet on TeX that exposition/ does not write
    """
    from symconvex.pages._reading import read_document

    return find(name).render(read_document(latex))
