"""From a file and its declarations to a report."""

import re
from dataclasses import replace

from symconvex.handcheck.declare import Declared, completed, read_declarations
from symconvex.handcheck.judge import Report, check
from symconvex.handcheck.reader import read

LATEX = re.compile(r"\$.*\$")
USUAL = ("w", "theta", "beta", "W", "x", "z", "u", "U", "v", "V", "b")


def check_text(tex: str, declared: Declared, declarations: str = "") -> Report:
    """Check a derivation; declarations come from the arguments, then from its own comments.

    Fails    DerivationError, LossError, UnknownName, ShapeError
    """
    document = read(tex)
    lines = [*declarations.splitlines(), *(setting.text for setting in document.settings)]
    plain = "\n".join(line for line in lines if not LATEX.search(line))
    formulas = "\n\n".join(line for line in lines if LATEX.search(line))
    declared = read_declarations(plain, declared)
    extra = read(formulas) if formulas else None
    declared = completed(_with_parameters(declared))
    return check(document, declared, extra)


def _with_parameters(declared: Declared) -> Declared:
    """Without a list of parameters, the usual letters among the declared names."""
    if declared.parameters or not declared.loss:
        return declared
    found = tuple(name for name in USUAL if name in declared.names)[:1]
    return replace(declared, parameters=found)


