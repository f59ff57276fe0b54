"""What a person may have meant who writes mathematics by hand: one thing to try for a text that is no expression.

exp x -> exp(x)      |x| -> abs(x)      x => 0 -> x >= 0      X w -> X @ w
"""

import re

from symconvex.functions import functions
from symconvex.language.calls import ALIASES, CALLS

# What stands for a sign that has no meaning here.
MEANT = {
    "#": "leave comments out",
    "{": "use round brackets",
    "\\": "write functions by name, such as exp(x); LaTeX has its own command",
    "$": "leave $ out",
    ";": "give several conditions one by one",
    "√": "write a root as sqrt(x)",
    "∑": "write a sum as sum(a), over every entry of an array",
    "∏": "write a product as prod(a), over every entry of an array",
    "‖": "write the length of a vector as norm(x)",
    "∥": "write the length of a vector as norm(x)",
    "∣": "write an absolute value as abs(x)",
    "∞": "leave it out, or state a domain, such as x > 0",
    "∈": "state a domain by comparisons, such as 0 < x < 1",
    "½": "write 1/2",
    "⊙": "write * for a product entry by entry",
    "∘": "write * for a product entry by entry",
    "⟨": "write a product of vectors as a @ b",
    "⊤": "write a transpose as X.T",
}
WORDS = {"if", "else", "for", "in", "and", "or", "not", "is"}
COMPARED = {"=>": ">=", "=<": "<="}
BESIDE = re.compile(r"([A-Za-z_]\w*(?:\.T)?|[\w.]*\)|\]) +([A-Za-z_]\w*|\()")
APPLIED = re.compile(r"(?:([A-Za-z_]\w*|\d+) +)?\b([A-Za-z_]\w*) +([A-Za-z_]\w*|\d+)\b(?! *\()")


def mended(text: str) -> str:
    """One thing to try on a text that is no expression."""
    opened, closed = text.count("("), text.count(")")
    if re.search(r"\blambda\b", text):
        return "lambda is a word of Python: write lam"
    if found := re.search("=>|=<", text):
        return f"write {COMPARED[found[0]]} for {found[0]}"
    if re.search(r"(?<![=<>!])=(?!=)", text) and not re.search(r"\([^()]*\b\w+ *=(?!=)", text):
        return "write only the right-hand side, without '='; an equation between two sides has =="
    if bars := re.search(r"(\|\|?)([^|]+)\1", text):
        return f"write {'abs' if bars[1] == '|' else 'norm'}({bars[2].strip()[:40]}) for {bars[0][:44]}"
    if text.count("'") % 2:
        return "for a transpose write X.T"
    if opened != closed:
        more = f"{opened - closed} ) more" if opened > closed else f"{closed - opened} ( more"
        return f"check brackets: {opened} are opened and {closed} closed; write {more}"
    return _applied(text) or _beside(text) or "check brackets and signs"


def _is_called(word: str) -> bool:
    return word in functions() or word in CALLS or word in ALIASES


def _applied(text: str) -> str:
    """A function before its argument without brackets."""
    for found in APPLIED.finditer(text):
        before, word, inner = found.groups()
        if _is_called(word) and inner not in WORDS and not _is_called(inner):
            whole = f"{word}({inner})"
            return f"write {_joined(before, whole)}" if before and before not in WORDS else f"write {whole}"
        if before and _is_called(before) and word not in WORDS:
            return f"write {before}({word})"
    return ""


def _joined(before: str, call: str) -> str:
    return f"{before}({call})" if _is_called(before) else f"{before}*{call}"


def _beside(text: str) -> str:
    """Two factors without a sign between them."""
    found = next((pair for pair in BESIDE.finditer(text) if not {*pair.groups()} & WORDS), None)
    if found is None:
        return ""
    left, right = (part if part not in ("(", ")", "]") else "(...)" for part in found.groups())
    if _is_called(right):
        return f"a product needs its sign: write {left} * {right}(...)"
    return f"a product needs its sign: write {left} @ {right} for arrays, {left} * {right} for numbers"
