"""Formulas on paper, on a screen and in Python, by one printer."""

from symconvex.language.printing.arrays import drawn, text_of
from symconvex.language.printing.entries import formula_tex, lines_tex
from symconvex.language.printing.readable import readable
from symconvex.language.printing.terms import term_tex, term_text
from symconvex.language.printing.tree import Word

__all__ = ["Word", "drawn", "formula_tex", "lines_tex", "readable", "term_tex", "term_text", "text_of"]
