"""What a person may have meant who writes mathematics by hand: one thing to try for a text that is no expression.

exp x -> exp(x)      |x| -> abs(x)      x => 0 -> x >= 0      X w -> X @ w
sum_i x_i^2 -> sum(x[i]**2 for i in range(n))

What is suggested for a part is followed by the whole formula where it becomes an expression that way.
"""

import ast
import re

from symconvex.functions import functions
from symconvex.language.calls import ALIASES, CALLS

# What stands for a sign that has no meaning here.
MEANT = {
    "#": "leave comments out",
    "{": "use round brackets",
    "\\": "write functions by name, such as exp(x), and quotients as a/b; symconvex check reads LaTeX",
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
SUMMED = re.compile(r"(?:\\?\bsum|∑|\bSigma)_\{?([a-z])(?:=[^}^()]*)?\}?(?:\^\{?\w+\}?)? *(.*)", re.IGNORECASE)
LATEX = (
    (re.compile(r"\\[dt]?frac *\{([^{}]*)\} *\{([^{}]*)\}"), r"(\1)/(\2) "),
    (re.compile(r"\\(?:cdot|times)\b"), "*"),
    (re.compile(r"\\(?:left|right|[,;!])"), ""),
    (re.compile(r"\\(?:[lr]?Vert\b|\|)"), "||"),
    (re.compile(r"\\lambda\b"), " lam"),
    (re.compile(r"\\(?!top\b)([A-Za-z]+)"), r" \1"),
    (re.compile("½ *"), "1/2*"),
)
POWER = (
    (re.compile(r"\^ *(?:\{ *)?(?:T\b|\\top\b|⊤)(?: *\})?"), ".T"),
    (re.compile(r"\^ *\{([^{}]*)\}"), r"**(\1)"),
    (re.compile(r" *\^ *"), "**"),
)
BARS = (
    (re.compile(r"\|\|([^|]+)\|\|_?1\b"), r"norm(\1, 1)"),
    (re.compile(r"\|\|([^|]+)\|\|(?:_2)?"), r"norm(\1)"),
    (re.compile(r"\|([^|]+)\|"), r"abs(\1)"),
)
GLUED = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+) ?(?=[A-Za-z_(])(?!(?:[eE][+-]?\d|(?:for|in|if|else|and|or|not|is)\b))")
MOST_STEPS, LONGEST = 20, 100
LOOKED_AT = 400  # how much of a long text is looked at: the patterns look ahead from every place
APPLIED = re.compile(r"(?:([A-Za-z_]\w*|\d+) +)?\b([A-Za-z_]\w*) +([A-Za-z_]\w*|\d+)\b(?! *\()")


def mended(text: str) -> str:
    """One thing to try on a text that is no expression."""
    plain = text
    for pattern, sign in POWER if len(text) <= LONGEST else ():
        plain = pattern.sub(sign, plain)
    return with_whole(_mended(plain), text)


def _mended(text: str) -> str:
    opened, closed = text.count("("), text.count(")")
    text = text[:LOOKED_AT]
    if said := sum_over(text):
        return said
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


def whole(text: str) -> str:
    """The formula with every slip of this kind mended, where that makes it an expression; else empty."""
    if len(text) > LONGEST:
        return ""
    now = text
    for pattern, sign in LATEX:
        now = pattern.sub(sign, now).strip()
    now = _summed(now) or now
    for pattern, sign in (*BARS, *POWER):
        now = pattern.sub(sign, now)
    now = GLUED.sub(r"\1*", now).replace("=>", ">=").replace("=<", "<=")
    for _ in range(MOST_STEPS):
        after = _step(now)
        if after == now:
            break
        now = after
    return now if now != text and len(now) <= LONGEST and _reads(now) else ""


def with_whole(hint: str, text: str) -> str:
    """The suggestion for a part, and what becomes of the whole."""
    mended_text = whole(text)
    return hint if not mended_text or mended_text in hint else f"{hint}; in all: {mended_text}"


def _step(text: str) -> str:
    """One function before its argument gets brackets, or one product its sign."""
    for found in APPLIED.finditer(text):
        before, word, inner = found.groups()
        if _is_called(word) and inner not in WORDS and not _is_called(inner):
            product = _joined(before, f"{word}({inner})") if before and before not in WORDS else f"{word}({inner})"
            return text[: found.start()] + product + text[found.end() :]
    for found in BESIDE.finditer(text):
        left, right = found.groups()
        if not {left, right} & WORDS and not _is_called(left):
            arrays = left[:1].isupper() or left.endswith(".T") or right[:1].isupper()
            sign = " @ " if arrays and not _is_called(right) else "*"
            return text[: found.start()] + left + sign + text[found.start(2) :]
    return text


def _summed(text: str) -> str:
    """sum_i a_i as a loop over i; its size is not said, n stands for it."""
    found = SUMMED.search(text)
    if found is None or not found[2]:
        return ""
    body = re.sub(rf"\b([A-Za-z]\w*?)_{found[1]}\b", rf"\1[{found[1]}]", found[2])
    return f"{text[: found.start()]}sum({body} for {found[1]} in range(n))"


def _reads(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def sum_over(text: str) -> str:
    """What to write for a sum with its index below; empty when there is none."""
    found = SUMMED.search(text[:LONGEST])
    if found is None:
        return ""
    index, written = found[1], whole(text)
    return f"write {written}" if written else f"write a sum over {index} as sum(a[{index}]**2 for {index} in range(n))"


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
