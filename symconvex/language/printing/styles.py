"""How formulas look: NumPy syntax, the signs of a terminal, LaTeX. Tables of templates and binding powers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from symconvex.functions import functions
from symconvex.language.printing.engine import Portion, Style, Template
from symconvex.language.printing.texwords import GREEK, SHORT, entry_tex, index_tex, shows, size_tex, word_tex
from symconvex.language.printing.tree import ATOM, CLOSED, HALF, MUL, POW, SIGN, Index, Name

# ---- NumPy syntax ---------------------------------------------------------------------------------


def _name_text(name: Name) -> Portion:
    return Portion(f"{name.name}[{','.join(map(str, name.indices))}]") if name.indices else Portion(name.name)


def _power_text(exponent: Fraction) -> Template:
    shown = str(exponent) if exponent.denominator == 1 and exponent >= 0 else f"({exponent})"
    return Template("", after=f"**{shown}", least=ATOM, binds=POW)


def numpy_calling(others: Mapping[str, str], ends: Mapping[str, str] = {}) -> Style:
    """NumPy syntax in which some functions go by other names, np.diag(a), and some calls end in another way."""

    def call(name: str, joint: str = ", ", after: str = ")") -> Template:
        return Template(f"{others.get(name, name)}(", joint, ends.get(name, after))

    operations: Mapping[str, Callable[..., Template]] = {
        "call": call,
        "axis": lambda name, axis: call(name, "", f", axis={axis})"),
        "max": lambda: call("max"),
        "matmul": lambda: Template("", " @ ", least=(SIGN, POW), binds=MUL),
        "group": lambda: Template("", least=CLOSED),
        "tuple": lambda: Template("(", ", ", ")"),
        "list": lambda: Template("[", ", ", "]"),
        "item": lambda place: Template("", after=f"[{place}]", least=ATOM),
        "row": lambda: Template("", after="[None]", least=ATOM),
        "transpose": lambda: Template("", after=".T", least=ATOM),
        "total": lambda index, size: call("sum", "", f" for {index} in {others.get('range', 'range')}({size}))"),
        "delta": lambda left, right: Template(f"({left} == {right})"),
    }

    def power(exponent: Fraction) -> Template:
        return call("sqrt") if exponent == HALF else _power_text(exponent)

    def name(name: Name) -> Portion:
        return _name_text(replace(name, name=others.get("pi", "pi")) if name.name == "pi" else name)

    return Style(name, lambda _: "*", power, operations)


NUMPY = numpy_calling({})

# ---- a terminal -----------------------------------------------------------------------------------

GREEK_LETTERS = dict(zip(GREEK, "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΣΦΨΩ", strict=True))
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def greek(name: str) -> str:
    """lam as a Greek letter, also in front of a number."""
    letters = name.partition("[")[0].rstrip("0123456789")
    letter = GREEK_LETTERS.get(SHORT.get(letters, letters))
    return name if letter is None else letter + name[len(letters) :]


def _power_drawn(exponent: Fraction) -> Template:
    if exponent == HALF:
        return NUMPY.power(exponent)
    plain = exponent.denominator == 1 and exponent >= 0
    return Template("", after=str(exponent).translate(RAISED) if plain else f"^({exponent})", least=ATOM, binds=POW)


TERMINAL = replace(
    NUMPY,
    name=lambda name: _name_text(replace(name, name=greek(name.name))),
    times=lambda _: "·",
    power=_power_drawn,
    operations={**NUMPY.operations, "transpose": lambda: Template("", after="ᵀ", least=ATOM)},
)

# ---- LaTeX ----------------------------------------------------------------------------------------

TRANSPOSED = "\\mathsf T"


def _name_tex(name: Name) -> Portion:
    text = word_tex(name.name, size=True) if name.size else entry_tex(name.name, name.indices)
    return Portion(text, POW if shows("^", text) else ATOM)


def _power_tex(exponent: Fraction) -> Template:
    if exponent == HALF:
        return Template("\\sqrt{", after="}", tall=True)
    return Template("", after=f"^{{{exponent}}}", least=ATOM, binds=POW)


def call_template(name: str) -> Template:
    """A catalogued function of one argument."""
    if name == "softplus":
        return Template("\\log(1 + e^{", after="})")
    before, after = functions()[name].latex.format("\0").split("\0")
    if before.endswith("+ "):
        return Template(before, after=after, least=MUL)
    return Template(before, after=after, binds=POW if shows("^", before + after) else ATOM, tall="\\sqrt" in before)


def _norm(below: str, above: str) -> Template:
    return Template("\\lVert ", after=f" \\rVert{below}{above}", binds=POW if above else ATOM, big=True)


def _total_tex(index: Index, size: Index) -> Template:
    bounds = f"\\sum_{{{word_tex(str(index))}=1}}^{{{size_tex(size)}}}"
    return Template(f"{bounds} ", least=MUL, binds=MUL, tall=True, big=True)


LATEX_OPERATIONS: Mapping[str, Callable[..., Template]] = {
    "call": call_template,
    "operator": lambda name: Template(f"\\operatorname{{{name}}}(", after=")"),
    "max": lambda: Template("\\max\\{", ", ", "\\}"),
    "matmul": lambda: Template("", " ", least=(MUL, POW), binds=MUL),
    "chain": lambda: Template("", " ", least=(MUL, MUL), binds=MUL),
    "inner": lambda: Template("", " ", least=POW, binds=POW),
    "inner chain": lambda: Template("", " ", least=(POW, MUL), binds=POW),
    "list": lambda: Template("(", ", ", ")"),
    "row": lambda place: Template("(", after=f")_{{{index_tex((place,))}\\cdot}}"),
    "column": lambda place: Template("(", after=f")_{{\\cdot {index_tex((place,))}}}"),
    "identity": lambda size: Template(f"I_{{{size_tex(size)}}}"),
    "beside": lambda: Template("", "\\,", least=POW, binds=MUL),
    "entrywise": lambda: Template("", " \\odot ", least=POW, binds=MUL),
    "entrywise power": lambda exponent: Template("", after=f"^{{\\odot {exponent}}}", least=ATOM, binds=POW),
    "group": lambda: Template("", least=CLOSED),
    "entry": lambda *indices: Template("(", after=f")_{{{index_tex(indices)}}}"),
    "transpose": lambda: Template("", after=f"^{{{TRANSPOSED}}}", least=ATOM, binds=POW),
    "norm": lambda: _norm("", ""),
    "squared norm": lambda: _norm("", "^2"),
    "Frobenius norm": lambda: _norm("_F", ""),
    "squared Frobenius norm": lambda: _norm("_F", "^2"),
    "total": _total_tex,
    "delta": lambda left, right: Template(f"\\delta_{{{index_tex((left, right))}}}"),
}


def _between(part: str) -> str:
    """A digit after anything needs a dot; a one that is an indicator must not read as a digit."""
    return " \\cdot " if part[0].isdigit() else "\\," if part.startswith("\\mathbf") else " "


LATEX = Style(
    name=_name_tex,
    times=_between,
    power=_power_tex,
    operations=LATEX_OPERATIONS,
    fraction=lambda top, bottom: f"\\frac{{{top}}}{{{bottom}}}",
    grown=("\\left(", "\\right)"),
)
