"""TEMP"""

from symconvex.kernel import term as t
from symconvex.language.printing.termpython import term_text


def readable(term, shapes, names):
    return term_text(t.substitute(term, {k: ((), t.Sym(v)) for k, v in names.items()}))
