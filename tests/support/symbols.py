"""The symbols of a LaTeX document of ours: where each is introduced, and where it is used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PICTURE = re.compile(r"(?s)\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}|At \$t=[^$]*\$")
FOOTER = re.compile(r"(?s)\\begin\{thebibliography\}.*|\\bigskip\\hrule.*?\\par\}")
FORMULA = re.compile(
    r"(?s)\$(?P<inline>[^$]*)\$|\\\[(?P<shown>.*?)\\\]"
    r"|\\begin\{(?P<name>equation|align\*?)\}(?P<rows>.*?)\\end\{(?P=name)\}"
)
INSIDE = re.compile(r"\\text\{[^{}$]*\$([^$]*)\$[^{}$]*\}")
LABEL = re.compile(r"\\label\{[^}]*\}")
# What looks like a letter and is none: derivatives, Euler's number, words in formulas, columns of tables.
NO_LETTER = re.compile(
    r"\\frac\s*\{?(?:d|\\partial)(?:\^\d)?\}?\{(?:d|\\partial ?)\w(?:_\{\w+\})?(?:\^\d)?\}|\\,d[a-z](?![A-Za-z])|D\^2(?=f)"
    r"|\\begin\{array\}\{[^}]*\}|\\(?:begin|end)\{[a-z]*\*?\}|(?<![A-Za-z\\])e(?=\^)|\\text\{[^{}]*\}|\\mathsf ?\{?T\}?"
    r"|\\renewcommand\{\\arraystretch\}\{[\d.]+\}|\\lambda_\{\\(?:max|min)\}|\w?\^\{\\odot [^}]*\}|(?<=\\R\^)N"
)
ACCENTS = "hat|check|dot|tilde|bar"
GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|varphi|chi|psi|omega"
    "|ell|Phi|Theta"
)
SYMBOL = re.compile(
    rf"\\rVert_F|\\(?:{ACCENTS})(?![a-z])\s*\{{?\s*(?:\\[a-z]+|[A-Za-z])\}}?|\\mathbf\s*(?:\{{\w\}}|\w)\[?"
    rf"|\\(?:operatorname|mathrm)\{{[A-Za-z]+\}}|\\[A-Za-z]+|\\.|[A-Za-z]"
)
EXPLAINED = re.compile(
    rf"\\(?:{ACCENTS})\{{.*|\\rVert_F|\\mathbf.*|\\(?:operatorname|mathrm)\{{(?!diag|rank|erf|ar).*|\\(?:{GREEK})|\\odot"
)
# Words after which a formula begins with a new symbol.
CUE = re.compile(
    r"(?:\b(?:[Ll]et|[Ff]ix|[Cc]hoose|[Ww]rite|directions?|every|each|all|some|sample|class|points?|vector|numbers?"
    r"|eigenvector|probabilities|there is|with|terms|rows|Put|function|and|are|real|the matrix|ends|parameters?|Kronecker's|for [a-z ]+,)|^,?)\s*$"
)
AFTER = (
    r"(?:_\{(?:[^{}]|\{[^{}]*\})*\}|_\w|\^\{?\(\d\)\}?|'|\([^()=]*\)|\\pm|_\\pm|_\*|_\\circ|,\\dots|,[A-Za-z]|\s|&)*"
)
INTRODUCED = re.compile(rf"{AFTER}(?:=|\\in(?![a-z])|\\colon|:|\\ne|>|\\ge|\\mapsto)")
ARGUMENT = re.compile(r"\\?[A-Za-z]+(?:\{[a-z]+\})?(?:_\{\w+\})?'*\((?:\w,)*")
SENTENCE = 5  # formulas within which an explanation may follow


@dataclass(frozen=True)
class Seen:
    """One symbol at one place: the formula it stands in, the words before it, and whether it is a subscript."""

    symbol: str
    place: int
    before: str
    start: str
    rest: str
    below: bool


def formulas(latex: str) -> Iterator[tuple[str, str]]:
    """Every formula, or row of several, with the words before it."""
    body = latex.partition("\\maketitle")[2].partition("\\end{document}")[0]
    body, end = INSIDE.sub(r"\\qquad \1", FOOTER.sub("", PICTURE.sub("", body))), 0
    for found in FORMULA.finditer(body):
        before, end = re.sub(r"\s+|~", " ", body[end : found.start()]), found.end()
        text = LABEL.sub("", found["inline"] or found["shown"] or found["rows"] or "")
        for row in text.split("\\\\") if found["rows"] else [text]:
            for part in row.split("\\qquad"):
                yield before, part.strip(" ,&.\n")
                before = "and"


def seen(latex: str) -> Iterator[Seen]:
    """Every symbol in order."""
    for place, (before, text) in enumerate(formulas(latex)):
        plain = NO_LETTER.sub(lambda found: " " * len(found[0]), text)
        for found in SYMBOL.finditer(plain):
            symbol = re.sub(r"\s|(?<=mathbf)\{|(?<=mathbf\{\w)\}", "", found[0])
            symbol = re.sub(rf"(\\(?:{ACCENTS}))(\\[a-z]+|[A-Z])\Z", r"\1{\2}", symbol)
            if not symbol.startswith("\\") or EXPLAINED.fullmatch(symbol):
                start = plain[: found.start()]
                yield Seen(symbol, place, before, start, plain[found.end() :], is_below(start))


def is_below(start: str) -> bool:
    """Is what follows in a subscript?"""
    depth = 0
    for at in range(len(start) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(start[at], 0)
        if depth < 0:
            if start[:at].endswith("_"):
                return True
            depth = 0
    return start.endswith("_")


def introduces(one: Seen) -> bool:
    """Does the symbol stand where something is named?"""
    if one.below:
        return re.search(r"(?:\\sum|\||\\max|\\min)_\{[\w,]*$", one.start) is not None
    if re.search(r"\\int", one.start) or one.start.strip() == "0<":
        return True
    alone = not re.search(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", "", one.start))
    if (alone or re.search(r"(?:,|\(|\\quad|\\;)\s*$", one.start)) and INTRODUCED.match(one.rest):
        return True
    if ARGUMENT.fullmatch(one.start.strip()) and (re.match(r"(?:,\w)*\)=", one.rest) or "Let" in one.before):
        return True
    leads = (
        re.fullmatch(r"[\s({]*(?:\\lVert\\cdot)?(?:(?:\\mathbf\{)?[A-Za-z]\}?(?:_\{\w+\})?,\s*)*", one.start)
        is not None
    )
    return leads and CUE.search(one.before) is not None


def undefined(latex: str) -> list[str]:
    """Symbols that are used, and introduced neither before nor in the same sentence."""
    places = list(seen(latex))
    introduced = dict[str, int]()
    for one in places:
        if introduces(one):
            introduced.setdefault(one.symbol, one.place)
    firsts = {one.symbol: one for one in reversed(places)}
    late = {one.symbol for one in places if one.below}  # an index is introduced where it is summed over
    return [
        symbol
        for symbol, one in firsts.items()
        if symbol not in introduced or (introduced[symbol] > one.place + SENTENCE and symbol not in late)
    ]


def unused(latex: str) -> list[str]:
    """Symbols that occur in one formula only, where they are introduced."""
    places, firsts = dict[str, set[int]](), dict[str, Seen]()
    for one in seen(latex):
        places.setdefault(one.symbol, set()).add(one.place)
        firsts.setdefault(one.symbol, one)
    return [
        symbol
        for symbol, where in places.items()
        if len(where) == 1 and introduces(first := firsts[symbol]) and not is_dummy(first)
    ]


def is_dummy(one: Seen) -> bool:
    """An index, or the argument with which a function is defined."""
    return one.below or ARGUMENT.fullmatch(one.start.strip()) is not None
