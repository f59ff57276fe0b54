"""Data that the text restricts beyond what is declared of them, as long as it does not free them again."""

import re
from dataclasses import replace

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Chain, Name
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.document import Claim, Document, Formula, Unread

FREEING = re.compile(
    r"\b(?:any|arbitrar\w*|general\w*|every|all|no|not|never|longer|unrestricted|without|real|whatever|either)\b",
    re.IGNORECASE,
)


def restricted(document: Document, declared: Declared, told: Named) -> Declared:
    """The declarations with a set or traits of data of which none are declared; a model is then a loss as any other."""
    known, problem = declared.names[told.name], declared.problem
    other = told.shape not in ((), known.shape) or known.within != "real" or known.traits
    if other or told.name in declared.parameters or (told.within == "real" and not told.traits):
        return declared
    apart = problem is not None and (problem.positive or problem.nonneg or problem.values)
    if apart or is_freed(told.name, document):
        return declared
    named = replace(known, within=told.within, traits=told.traits)
    return replace(declared, names={**declared.names, told.name: named}, problem=None)


def is_freed(key: str, document: Document) -> bool:
    """Is a line said for every value of the letter, or may a sentence that is not understood say so?"""
    for statement in document.statements:
        match statement:
            case Formula(conditions=conditions) | Claim(conditions=conditions):
                for condition in conditions:
                    if isinstance(condition, Chain) and _is_of_all(condition, key):
                        return True
            case Unread(_, text) if FREEING.search(text) and re.search(rf"(?<![A-Za-z]){key}(?![A-Za-z])", text):
                return True
    return False


def _is_of_all(condition: Chain, key: str) -> bool:
    """y in R^n."""
    named = isinstance(condition.left, Name) and new_key(condition.left)[0] == key
    return named and condition.relations[0].sign == "in" and spaces.is_numbers(condition.relations[0].right)
