"""How names, indices and numbers look in LaTeX; shared by formulas and by index notation."""

import re
from collections.abc import Iterable
from fractions import Fraction

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi"),
    *("rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Phi", "Psi", "Omega"),
)
SHORT = {"lam": "lambda", "eps": "epsilon"}
# Intermediates of layer k carry it above, so that indices stay below.
LAYERED = ("z", "h", "u", "delta")
TANGENT = re.compile(r"d(z|m|e|u|h|p|g|s|c|r|mu|P)(\d*)(?:_(\w+))?\Z", re.ASCII)
ENTRY = re.compile(r"(\w+)\[([\d,]+)\]\Z", re.ASCII)
# What stands for a part of an array: y_from1 is y without its first entry, y_less1 without its last; n_less_1 is n - 1.
PART = re.compile(r"([A-Za-z]+)_(from|less)_?([1-9])\Z", re.ASCII)
WORD = re.compile(r"([A-Za-z]+?)(\d*)(?:_(\w+))?(_*)\Z", re.ASCII)


def word_tex(word: str, *, size: bool = False) -> str:
    """A name: lam as a Greek letter, W1 as W_1, h1 as h^{(1)}, dz1 as a dotted z, X[0,1] as X_{12}, ?z as z; 3 is 3."""
    word = word.removeprefix("?")
    if word.isdigit():
        return word
    entry = ENTRY.match(word)
    if entry:
        return entry_tex(entry[1], [int(index) for index in entry[2].split(",")])
    part = PART.match(word)
    if part:
        return f"{word_tex(part[1], size=size)}_{{{'+' if part[2] == 'from' else '-'}{part[3].replace('1', '')}}}"
    tangent = TANGENT.match(word)
    if tangent and not size:
        letter, digits, way = tangent.groups()
        dotted = f"\\dot{{{_letters(letter)}}}" + (f"^{{({digits})}}" if digits else "")
        return dotted + (f"_{{{word_tex(way)}}}" if way else "")
    found = WORD.match(word)
    if not found:
        return f"\\mathrm{{{word.replace('_', chr(92) + '_')}}}"
    letters, digits, below, _ = found.groups()
    text = _letters(letters)
    if digits and letters in LAYERED and not size and not below:
        return f"{text}^{{({digits})}}"
    parts = [part for part in (digits, word_tex(below) if below else "") if part]
    return f"{text}_{{{','.join(parts)}}}" if parts else text


def _letters(letters: str) -> str:
    name = SHORT.get(letters, letters)
    if name in GREEK:
        return f"\\{name}"
    return letters if len(letters) == 1 else f"\\mathrm{{{letters}}}"


def entry_tex(word: str, indices: Iterable[str | int]) -> str:
    """An entry of a symbol; a name with its own subscript is bracketed."""
    text, below = word_tex(word), index_tex(indices)
    if not below:
        return text
    return f"({text})_{{{below}}}" if "_" in text else f"{text}_{{{below}}}"


def index_tex(indices: Iterable[str | int]) -> str:
    """Indices side by side; numbers are counted from one on paper."""
    parts = [str(i + 1) if isinstance(i, int) else word_tex(i) for i in indices]
    return ("" if all(len(part) == 1 for part in parts) else ",").join(parts)


def size_tex(size: str | int) -> str:
    """A size: n, or a number."""
    return str(size) if isinstance(size, int) else word_tex(size, size=True)


def number_tex(value: Fraction) -> str:
    """A rational number."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{value}" if value.denominator == 1 else f"{sign}\\frac{{{value.numerator}}}{{{value.denominator}}}"


def visible(text: str) -> int:
    """About how many signs wide the text is on paper: a command counts once, limits of sums not at all."""
    text = re.sub(r"\\(left|right|mathsf|mathbf|operatorname|dot)\b|\\sum_\{[^{}]*\}\^", "", text)
    return len(re.sub(r"\\[A-Za-z]+", "x", text).translate(str.maketrans("", "", "{}_^ ")))


def shows(mark: str, text: str) -> bool:
    """Does `mark` stand in the text outside all brackets?"""
    depth = 0
    for k, sign in enumerate(text):
        depth += (sign in "({") - (sign in ")}")
        if depth == 0 and text.startswith(mark, k):
            return True
    return False
