"""Why a weight has its sign, and how large it can be: sentences for the facts that a certificate uses."""

from collections.abc import Iterable

from symconvex.exposition.notation import Notation
from symconvex.exposition.reading import Part, factors, summands
from symconvex.exposition.summand import Summands
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Num, Pow, Sym, Term

# What the kernel knows of the range of a function, as a reader knows it; facts with one text are said once.
FACTS = {
    "sigmoid_positive": "$0<\\sigma<1$",
    "sigmoid_below_one": "$0<\\sigma<1$",
    "exp_positive": "the exponential function is positive",
    "softplus_positive": "$\\log(1+e^z)>0$ for every $z$",
    "tanh_below_one": "$-1<\\tanh<1$",
    "tanh_above": "$-1<\\tanh<1$",
    "normpdf_positive": "the density $\\varphi$ is positive",
    "normcdf_positive": "the distribution function $\\Phi$ is positive",
    "normcdf_below_one": "$\\Phi<1$",
    "mills": "$z\\,\\Phi(z)+\\varphi(z)=\\int_{-\\infty}^{z}\\Phi(s)\\,ds>0$ for every $z$",
    "relu_nonneg": "$\\max\\{0,z\\}\\ge0$",
    "step_nonneg": "an indicator is $0$ or $1$",
    "step_below_one": "an indicator is $0$ or $1$",
    "sin_below_one": "$-1\\le\\sin\\le1$",
    "sin_above": "$-1\\le\\sin\\le1$",
    "cos_below_one": "$-1\\le\\cos\\le1$",
    "cos_above": "$-1\\le\\cos\\le1$",
}
# Functions that a reader may want to see defined, and the rules for their derivatives.
DEFINITIONS = {
    "sigmoid": "$\\sigma(z)=1/(1+e^{-z})$",
    "normcdf": "$\\Phi(z)=\\int_{-\\infty}^{z}\\varphi(s)\\,ds$",
    "normpdf": "$\\varphi(z)=e^{-z^2/2}/\\sqrt{2\\pi}$",
    "step": "$\\mathbf 1[z>0]$ for the indicator, which is $1$ for $z>0$ and $0$ otherwise",
}
DERIVATIVES = {
    "softplus": "$\\frac{d}{dz}\\log(1+e^z)=\\sigma(z)$ and $\\sigma'=\\sigma(1-\\sigma)$",
    "normcdf": "$\\Phi'=\\varphi$ and $\\varphi'(z)=-z\\,\\varphi(z)$",
    "tanh": "$\\tanh'=1-\\tanh^2$",
    "relu": "$\\frac{d}{dz}\\max\\{0,z\\}^2=2\\max\\{0,z\\}$ for every $z$, the corner included",
}


def functions_in(terms: Iterable[Term]) -> set[str]:
    """Names of the functions that occur."""
    return {part.name for term in terms for part in t.subterms(term) if isinstance(part, Fn)}


def has_steps(term: Term) -> bool:
    """Does an indicator occur?"""
    return "step" in functions_in([term])


def definitions(names: set[str]) -> list[str]:
    """What the reader may want to see defined."""
    return [text for name, text in DEFINITIONS.items() if name in names]


def derivative_rules(phi: Term, slope: Term) -> str:
    """The rules behind the first two derivatives, as the start of a sentence."""
    found = functions_in([phi]) | (functions_in([slope]) & {"tanh"})
    rules = [text for name, text in DERIVATIVES.items() if name in found]
    return f"Since {joined(rules)}," if rules else "Differentiation gives"


def facts_about(part: Part, term: Term) -> list[str]:
    """Ranges of the functions that occur in a term."""
    names = functions_in([term])
    facts = [fact for fact in part.facts() if fact in FACTS and (fact == "mills" or fact.split("_")[0] in names)]
    return list(dict.fromkeys(FACTS[fact] for fact in facts))


def sign_reasons(part: Part, shape: Summands, notation: Notation) -> str:
    """Why the weight is nonnegative: positive data, ranges of functions, indicators that exclude each other."""
    found = facts_about(part, shape.weight)
    symbols = [line.term for line in part.by_rule("given") if isinstance(line.term, Sym)]
    inside = {p.name for p in t.subterms(shape.weight) if isinstance(p, Sym)}
    positive = [f"${notation.tex(symbol)}>0$" for symbol in symbols if symbol.name in inside]
    for line in part.by_rule("exclusive"):
        left, right = (shape.argument.written(t.parse(str(line.args[side]))) for side in ("left", "right"))
        because = f", because {joined(positive)}" if positive else ""
        found.append(
            f"${notation.tex(left)}>0$ and ${notation.tex(right)}>0$ exclude each other{because}, "
            "so at most one of the two indicators is $1$"
        )
        positive = []
    return joined(dict.fromkeys([*found, *positive])) if found or positive else ""


def is_positive(part: Part, weight: Term) -> bool:
    """Is the weight, factor by factor, shown to be > 0?"""
    if isinstance(weight, Num):
        return weight.value > 0
    return part.shows_positive(weight) or all(
        (isinstance(f, Num) and f.value > 0) or part.shows_positive(f) for f in factors(weight)
    )


def bound_reason(weight: Term, notation: Notation) -> str:
    """Why the weights are not larger than the constant that was used."""
    for factor in (weight, *factors(weight)):
        match factor:
            case Fn("sigmoid", _) as p:
                u = notation.tex(p)
                return f"$\\tfrac14-{u}(1-{u})=({u}-\\tfrac12)^2\\ge0$"
            case Add((Num(_), *_)) if any(_is_tanh_square(part) for part in summands(factor)):
                return "$1-\\tanh^2\\le1$"
            case Fn("step", _):
                return "an indicator is at most $1$"
            case Add((Num(_), *_)) if has_steps(factor):
                return "the indicators are not negative"
    return ""


def _is_tanh_square(term: Term) -> bool:
    return any(isinstance(f, Pow) and isinstance(f.base, Fn) and f.base.name == "tanh" for f in factors(term))
