"""Signs that every reader should see explained once: unit vectors, entrywise products, indicators, named functions."""

import re
from collections.abc import Iterable, Sequence

from symconvex.exposition.reasons import DEFINITIONS
from symconvex.exposition.words import joined

# What is looked for in a text, and how it is explained.
SIGNS = (
    (r"\\mathbf\{e\}_", "$\\mathbf{e}_{1},\\mathbf{e}_{2},\\dots$ for the unit vectors"),
    (r"\\mathbf\{?\s?1\}?(?!\[)(?![\w}])", "$\\mathbf 1$ for a vector of ones"),
    (r"(?<!\^\{)\\odot", "$\\odot$ for the product entry by entry"),
    (r"\^\{\\odot", "$a^{\\odot k}$ for the power of every entry"),
    (r"\\rVert_F", "$\\lVert\\cdot\\rVert_F^2$ for the sum of the squares of all entries of a matrix"),
    (r"\\mathbf\{?\s?1\}?\[", DEFINITIONS["step"]),
    (r"\\sigma\(", DEFINITIONS["sigmoid"]),
    (r"\\Phi\(", DEFINITIONS["normcdf"]),
    (r"\\Phi\(", DEFINITIONS["normpdf"]),
    (r"\\operatorname\{relu\}", "$\\operatorname{relu}(z)=\\max\\{0,z\\}$"),
)


def signs_of(parts: Iterable[str], known: Sequence[str] = ()) -> list[str]:
    """What a text should explain: signs that it uses and does not explain, and that are not known before."""
    text = "\n".join(parts)
    return [
        meaning
        for pattern, meaning in SIGNS
        if meaning not in text and meaning not in known and re.search(pattern, text)
    ]


def said(meanings: Sequence[str], start: str = "We write") -> str:
    """The sentence that explains them; empty for none."""
    return f"{start} {joined(meanings)}." if meanings else ""


def notation_paragraph(meanings: Sequence[str]) -> str:
    """The same under a heading."""
    return f"\\paragraph{{Notation.}}\n{said(meanings)}" if meanings else ""
