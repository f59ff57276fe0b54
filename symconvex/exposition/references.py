"""The literature that models cite, as entries of a bibliography."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from symconvex.exposition.words import escaped


class Work(NamedTuple):
    """A book, or an article, whose journal is part of the place where it is cited."""

    key: str
    authors: str
    title: str
    publisher: str = ""


WORKS = {
    "Auer, Herbster & Warmuth 1996": Work(
        "auer1996",
        "P. Auer, M. Herbster and M. K. Warmuth",
        "Exponentially many local minima for single neurons",
    ),
    "Baldi & Hornik 1989": Work(
        "baldi1989",
        "P. Baldi and K. Hornik",
        "Neural networks and principal component analysis: learning from examples without local minima",
    ),
    "Bishop 2006": Work("bishop2006", "C. M. Bishop", "Pattern Recognition and Machine Learning", "Springer"),
    "Boyd & Vandenberghe 2004": Work(
        "boyd2004", "S. Boyd and L. Vandenberghe", "Convex Optimization", "Cambridge University Press"
    ),
    "Chang, Hsieh & Lin 2008": Work(
        "chang2008",
        "K.-W. Chang, C.-J. Hsieh and C.-J. Lin",
        "Coordinate descent method for large-scale L2-loss linear support vector machines",
    ),
    "Goodfellow, Bengio & Courville 2016": Work(
        "goodfellow2016", "I. Goodfellow, Y. Bengio and A. Courville", "Deep Learning", "MIT Press"
    ),
    "Green 1990": Work(
        "green1990",
        "P. J. Green",
        "Bayesian reconstructions from emission tomography data using a modified EM algorithm",
    ),
    "Hastie, Tibshirani & Friedman 2009": Work(
        "hastie2009",
        "T. Hastie, R. Tibshirani and J. Friedman",
        "The Elements of Statistical Learning",
        "second edition, Springer",
    ),
    "Huber 1964": Work("huber1964", "P. J. Huber", "Robust estimation of a location parameter"),
    "Koenker & Bassett 1978": Work("koenker1978", "R. Koenker and G. Bassett", "Regression quantiles"),
    "McCullagh & Nelder 1989": Work(
        "mccullagh1989",
        "P. McCullagh and J. A. Nelder",
        "Generalized Linear Models",
        "second edition, Chapman and Hall",
    ),
    "Pratt 1981": Work("pratt1981", "J. W. Pratt", "Concavity of the log likelihood"),
    "Saxe, McClelland & Ganguli 2014": Work(
        "saxe2014",
        "A. M. Saxe, J. L. McClelland and S. Ganguli",
        "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
    ),
    "Udell, Horn, Zadeh & Boyd 2016": Work(
        "udell2016",
        "M. Udell, C. Horn, R. Zadeh and S. Boyd",
        "Generalized low rank models",
        "Foundations and Trends in Machine Learning 9(1)",
    ),
}
CITED = re.compile(r"(?:(?P<what>[A-Za-z ]+) in )?(?P<work>[A-Z][\w,& ]* \d{4}), (?P<place>.+)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A work with the place in it, and what is found there when that is less than all."""

    work: Work
    year: str
    place: str
    what: str


def cited(source: str) -> Iterator[Cited]:
    """The works of a source such as "Boyd & Vandenberghe 2004, section 7.1.1; Hessian in Bishop 2006, section 4.3.3".

    Fails    ValueError on one that is not written in this way, or that is not in the table
    """
    for text in filter(None, source.split("; ")):
        found = CITED.fullmatch(text)
        if found is None or found["work"] not in WORKS:
            raise ValueError(f"no entry for the reference {text}")
        yield Cited(WORKS[found["work"]], found["work"][-4:], found["place"], found["what"] or "")


def is_known(source: str) -> bool:
    """Are all its works in the table? That of a model of one's own need not be."""
    found = [CITED.fullmatch(text) for text in filter(None, source.split("; "))]
    return all(one is not None and one["work"] in WORKS for one in found)


def citation(source: str) -> str:
    """The sentence that says where to read of a loss."""
    if not is_known(source):
        return f"For the loss see {escaped(source)}."
    keys = ",".join(one.work.key for one in cited(source))
    return f"For the loss see \\cite{{{keys}}}." if keys else ""


def bibliography(source: str) -> str:
    """The entries, one for each work."""
    known = cited(source) if is_known(source) else ()
    entries = "\n".join(f"\\bibitem{{{one.work.key}}} {_entry(one)}" for one in known)
    return f"\\begin{{thebibliography}}{{9}}\\small\n{entries}\n\\end{{thebibliography}}" if entries else ""


def _entry(one: Cited) -> str:
    """P. J. Huber, Robust estimation of a location parameter, Annals of ... 35, pages 73--101, 1964."""
    place = re.sub(r"(?<=\d)-(?=\d)", "--", one.place)
    what = f" for the {one.what}" if one.what else ""
    where = (one.work.publisher, one.year, f"{place}{what}") if one.work.publisher else (f"{place}{what}", one.year)
    parts = (one.work.authors, f"\\emph{{{one.work.title}}}", *where)
    return ", ".join(filter(None, parts)) + "."
