"""Why a term has its sign, and how large it can be: the reasons of an argument as sentences."""

import re
from collections.abc import Iterable
from fractions import Fraction

from symconvex.drafting.arguments.squares import Bound
from symconvex.drafting.reasons import Charted, Exclusive, Known, Logarithm, Mills, Reason, Squared, Tangent, Within
from symconvex.exposition.notation import Notation
from symconvex.exposition.words import joined
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Term
from symconvex.language.printing.texwords import number_tex

# Ranges that words say better than two inequalities.
RANGES = {
    "exp": "the exponential function is positive",
    "softplus": "$\\log(1+e^z)>0$ for every $z$",
    "normpdf": "the density $\\varphi$ is positive",
    "relu": "$\\max\\{0,z\\}\\ge0$",
    "step": "an indicator is $0$ or $1$",
}
# Functions that a reader may want to see defined, and the rules for their derivatives.
DEFINITIONS = {
    "sigmoid": "$\\sigma(z)=1/(1+e^{-z})$",
    "normcdf": "$\\Phi(z)=\\int_{-\\infty}^{z}\\varphi(s)\\,ds$",
    "normpdf": "$\\varphi(z)=e^{-z^2/2}/\\sqrt{2\\pi}$",
    "step": "$\\mathbf 1[\\,\\cdot\\,]$ for the indicator of the condition in brackets",
}
DERIVATIVES = {
    "softplus": "$\\frac{d}{dz}\\log(1+e^z)=\\sigma(z)$ and $\\sigma'=\\sigma(1-\\sigma)$",
    "normcdf": "$\\Phi'=\\varphi$ and $\\varphi'(z)=-z\\,\\varphi(z)$",
    "tanh": "$\\tanh'=1-\\tanh^2$",
    "relu": "$\\frac{d}{dz}\\max\\{0,z\\}^2=2\\max\\{0,z\\}$ for every $z$, the corner included",
}
NUMBER = re.compile(r"-?\d+(/\d+)?\Z", re.ASCII)


def functions_in(terms: Iterable[Term]) -> set[str]:
    """Names of the functions that occur."""
    return {part.name for term in terms for part in t.subterms(term) if isinstance(part, Fn)}


def definitions(names: set[str]) -> list[str]:
    """What the reader may want to see defined."""
    return [text for name, text in DEFINITIONS.items() if name in names]


def derivative_rules(phi: Term, slope: Term) -> str:
    """The rules behind the first two derivatives, as the start of a sentence."""
    found = functions_in([phi]) | (functions_in([slope]) & {"tanh"})
    rules = [text for name, text in DERIVATIVES.items() if name in found]
    return f"Since {joined(rules)}," if rules else "Differentiation gives"


def reasons_tex(reasons: Iterable[Reason], notation: Notation) -> str:
    """The reasons in one sentence, each text once; data of known sign explain why conditions exclude."""
    found, known = [], []
    for reason in reasons:
        match reason:
            case Known(term, strict):
                known.append(f"${notation.tex(term)}{'>' if strict else chr(92) + 'ge '}0$")
            case Charted(function, variable, side):
                z = notation.tex(variable)
                where = f" with ${z}{side}0$" if side else ""
                found.append(f"${notation.tex(function)}\\ge0$ for every ${z}${where}, as the certificate shows")
            case Exclusive(left, right):
                because = f", because {joined(dict.fromkeys(known))}" if known else ""
                found.append(
                    f"${notation.tex(left)}>0$ and ${notation.tex(right)}>0$ exclude each other{because}, "
                    "so at most one of the two indicators is $1$"
                )
                known = []
            case _:
                found.append(fact_tex(reason))
    texts = dict.fromkeys([*found, *known])
    return joined(texts) if texts else ""


def fact_tex(reason: Within | Mills | Squared | Tangent | Logarithm) -> str:
    """A fact that has nothing to do with the data."""
    match reason:
        case Within(function, _):
            return RANGES.get(function) or range_tex(function)
        case Mills():
            return "$z\\,\\Phi(z)+\\varphi(z)=\\int_{-\\infty}^{z}\\Phi(s)\\,ds>0$ for every $z$"
        case Squared():
            return "squares are not negative"
        case Logarithm(_, side):
            return "$\\log u>0$ for $u>1$" if side > 0 else "$\\log u<0$ for $0<u<1$"
        case Tangent():
            return "$e^z\\ge1+z$ for every $z$"


def range_tex(function: str) -> str:
    """The range that the catalogue states: 0 < sigma < 1."""
    entry = functions()[function]
    (low, high), name = entry.range, entry.latex.replace("({})", "").format("z")
    left, right = ("\\le " if end in entry.attained else "<" for end in (low, high))
    below = f"{number_tex(Fraction(low))}{left}" if NUMBER.match(low) else ""
    above = f"{right}{number_tex(Fraction(high))}" if NUMBER.match(high) else ""
    return f"${below}{name}{above}$"


def bound_tex(bound: Bound, notation: Notation) -> str:
    """Why no weight is larger than the bound; empty where there is nothing to explain."""
    p = notation.tex(bound.of)
    return {
        "logistic": f"$\\tfrac14-{p}(1-{p})=({p}-\\tfrac12)^2\\ge0$",
        "tanh": "$1-\\tanh^2\\le1$",
        "step": "an indicator is at most $1$",
        "steps": "the indicators are not negative",
        "single": f"${p}\\ge0$ everywhere, as the certificate shows",
    }.get(bound.kind, "")
