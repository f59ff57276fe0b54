"""Sentences that every proof has: data, parameters, domain."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from symconvex.data import sizes_of
from symconvex.exposition.tables import MOST_DATA, MOST_ROWS, Table, count, read_table, table_tex
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import PART, size_tex, word_tex
from symconvex.problem import Expr, Problem, Shape, Symbol

if TYPE_CHECKING:
    from symconvex.drafting.draft import Draft

MOST_TYPED, LONG_WORD = 500, 24  # signs of a loss that is shown as it was typed, and of a part that is not broken
LINK = re.compile(r"(?<=[^*]\*)(?=[^*])|(?<=[+/,@])")
SPECIAL = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
SETS_TEX = {
    "real": "\\R",
    "positive": "(0,\\infty)",
    "nonnegative": "[0,\\infty)",
    "sign": "\\{-1,1\\}",
    "binary": "\\{0,1\\}",
    "unit": "(0,1)",
    "count": "\\{0,1,2,\\dots\\}",
}


def escaped(text: str) -> str:
    """Any text as TeX prints it, one character for one."""
    return "".join(SPECIAL.get(sign, sign) if sign.isascii() and sign.isprintable() else "?" for sign in text)


def as_given(problem: Problem, noun: str = "loss") -> str:
    """A paragraph with the loss as it was typed, long words of it in parts; empty for a loss with a name."""
    if problem.called or problem.standins or not problem.text.isascii() or len(problem.text) > MOST_TYPED:
        return ""
    words = [LINK.split(word) if len(word) > LONG_WORD else [word] for word in problem.text.split(" ")]
    shown = " ".join("\\allowbreak ".join(map(escaped, parts)) for parts in words)
    return f"\n\n{{\\raggedright\\noindent The {noun} was given as \\texttt{{{shown}}}.\\par}}"


def joined(parts: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = [part for part in parts if part]
    return f"{', '.join(first)} and {last}" if first else last


def space_tex(shape: Shape, within: str = "real") -> str:
    """R^{n x d}, {-1,1}^n."""
    exponent = "\\times ".join(map(size_tex, shape))
    return f"{SETS_TEX[within]}^{{{exponent}}}" if shape else SETS_TEX[within]


def sizes_sentence(problem: Problem, sizes: Mapping[str, int]) -> str:
    """Let n, d >= 1. A size that given data fix is a number: Let n = 4."""
    shapes, fixed = [s.shape for s in (*problem.data, *problem.parameters)], sizes_of(problem)
    bounds: dict[tuple[str, int], list[str]] = {}
    for size in dict.fromkeys(size for shape in shapes for size in shape if size in sizes):
        bounds.setdefault(("=" if size in fixed else "\\ge ", sizes[str(size)]), []).append(size_tex(size))
    texts = [f"${','.join(names)}{sign}{number}$" for (sign, number), names in sorted(bounds.items())]
    return f"Let {joined(texts)}." if texts else ""


def row_letter(symbol: Symbol, problem: Problem) -> str | None:
    """x for X, when nothing else is called x."""
    letter = symbol.name.lower()
    fits = len(symbol.name) == 1 and symbol.name.isupper() and letter not in problem.words
    return letter if fits and len(symbol.shape) == 2 and symbol.shape[1] != 1 else None


def rows_of(problem: Problem, *, parameters: bool = False) -> dict[str, str]:
    """The letters of the rows of the data matrices, and of the parameters if asked for."""
    symbols = (*problem.data, *problem.parameters) if parameters else problem.data
    found = {symbol.name: row_letter(symbol, problem) for symbol in symbols}
    return {name: letter for name, letter in found.items() if letter}


def noun(symbol: Symbol) -> str:
    """What kind of thing a symbol is."""
    kind = {"sign": "labels", "binary": "labels", "count": "counts"}.get(symbol.within)
    if len(symbol.shape) == 2 and kind is None:
        return "a matrix"
    if symbol.shape:
        return kind or "a vector"
    return "a number"


def data_sentence(problem: Problem) -> str:
    """The data are a matrix X with rows ... and labels y in {-1,1}^n; nothing else is assumed."""
    parts = [_described(symbol, problem) for symbol in problem.data]
    if not parts:
        return ""
    if all("pmatrix" in part or part.startswith("$") for part in parts) and any("pmatrix" in part for part in parts):
        shown = "The data are\n\\[\n  " + ",\\qquad ".join(part.strip("$") for part in parts) + ".\n\\]"
        return " ".join([shown, *(rows_sentence(symbol, problem) for symbol in problem.data)]).rstrip()
    verb = "is" if len(parts) == 1 and not problem.data[0].shape else "are"
    names = {symbol.name for symbol in problem.parameters}
    signs = (*problem.positive, *problem.nonneg)
    assumed = any(not names & {part.value for part in walk(expr)} for expr in signs)
    whom = "it" if verb == "is" else "them"
    free = "" if assumed or not quantified(problem) else f"; nothing else is assumed about {whom}"
    return f"The data {verb} {joined(parts)}{free}."


def standins_sentence(problem: Problem) -> str:
    """What the data are meant for that stand for parts of others, or for a convolution; and their sizes."""
    told = [_stands_for(text) for text in problem.standins]
    sizes = dict.fromkeys(size for s in problem.data for size in s.shape if isinstance(size, str))
    told += [f"${size_tex(n)}={size_tex(part[1])}-{part[3]}$" for n in sizes if (part := PART.match(n))]
    return f"Here {joined(told)}; what is shown holds for any arrays in their place." if told else ""


def _stands_for(text: str) -> str:
    """From the sentence of a stand-in: y_from1 is any array in place of the one in y[1:]."""
    name, _, place = text.partition(" is any array in place of the one in ")
    shown = f"${word_tex(name)}$"
    if part := PART.match(name):
        ends = "first" if part[2] == "from" else "last"
        entries = "entry" if part[3] == "1" else f"{part[3]} entries"
        return f"{shown} stands for ${word_tex(part[1])}$ without its {ends} {entries}"
    if name.startswith("conv_"):
        return f"{shown} stands for the matrix of the convolution with ${word_tex(name.removeprefix('conv_'))}$"
    return f"{shown} stands for what is meant in \\texttt{{{escaped(place)}}}"


def quantified(problem: Problem) -> list[Symbol]:
    """Data that are not given as numbers."""
    return [symbol for symbol in problem.data if symbol.name not in problem.values]


def every(problem: Problem) -> str:
    """For all data as above the, or only the article."""
    return "For all data as above the" if quantified(problem) else "The"


def _numbers(name: str, symbol: Symbol, table: Table) -> str:
    """The values; a tall matrix row by row."""
    if isinstance(table, tuple) and len(table) > MOST_ROWS and len(symbol.shape) == 2 and symbol.shape[1] != 1:
        rows = ", ".join(f"${table_tex(row)}$" for row in table)
        return f"the matrix ${name}\\in{space_tex(symbol.shape)}$ with the rows {rows}"
    return f"${name}={table_tex(table)}$"


def rows_sentence(symbol: Symbol, problem: Problem) -> str:
    """The letter of the rows of a matrix that is shown; empty where they have none."""
    letter = row_letter(symbol, problem)
    if letter is None:
        return ""
    last = f"{letter}_{{{len(problem.values[symbol.name])}}}\\T"  # type: ignore[arg-type]
    return f"The rows of ${word_tex(symbol.name)}$ are ${letter}_1\\T,\\dots,{last}$."


def _described(symbol: Symbol, problem: Problem) -> str:
    name = word_tex(symbol.name)
    if symbol.name in problem.values:
        table = read_table(problem.values[symbol.name])
        if count(table) <= MOST_DATA:
            return _numbers(name, symbol, table)
        return f"the {noun(symbol).removeprefix('a ')} ${name}\\in{space_tex(symbol.shape)}$ that the certificate lists"
    text = f"{noun(symbol)} ${name}\\in{space_tex(symbol.shape, symbol.within)}$"
    letter = row_letter(symbol, problem)
    if letter:
        text += f" with rows ${letter}_1\\T,\\dots,{letter}_{{{size_tex(symbol.shape[0])}}}\\T$"
    return text


def parameter_sentence(problem: Problem) -> str:
    """The parameter is w in R^d."""
    spaces = [f"${word_tex(p.name)}\\in{space_tex(p.shape)}$" for p in problem.parameters]
    head = "The parameter is" if len(spaces) == 1 else "The parameters are"
    return f"{head} {joined(spaces)}"


def introduction(draft: "Draft") -> str:
    """Sizes, data, parameters and domain, up to where the loss is stated."""
    problem = draft.problem
    signs = [*((expr, ">0") for expr in problem.positive), *((expr, "\\ge0") for expr in problem.nonneg)]
    names = {symbol.name for symbol in problem.parameters}
    told = [(f"${formula_tex(e)}{sign}$", any(part.value in names for part in walk(e))) for e, sign in signs]
    conditions, assumed = ([text for text, moves in told if moves is kind] for kind in (True, False))
    domain = f" with {joined(conditions)}" if conditions else ""
    given = f"It is assumed that {joined(assumed)}." if assumed else ""
    said = (sizes_sentence(problem, draft.sizes()), data_sentence(problem), standins_sentence(problem), given)
    before = " ".join(filter(None, said))
    return f"{before}\n{parameter_sentence(problem)}{domain}".lstrip()


def walk(expr: Expr) -> list[Expr]:
    """The expression and all its parts."""
    return [expr, *(node for arg in expr.args for node in walk(arg))]


def arguments(problem: Problem) -> str:
    """The parameters, separated by commas."""
    return ",".join(word_tex(p.name) for p in problem.parameters)


def domain_tex(problem: Problem) -> str:
    """The space that the loss is defined on."""
    spaces = [space_tex(p.shape) for p in problem.parameters]
    return "\\times".join(spaces)
