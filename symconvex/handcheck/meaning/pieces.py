"""Declarations as people type them, cut into pieces of which each says one thing.

X (n, d), y (n,) in {-1, 1}         two names, each with what is said of it
loss: 1/2*norm(X@w - y)^2 over w    a loss, and what it is minimised over
w, v in R^d                         one piece for two names
"""

import re
from collections.abc import Iterator

from symconvex.problem import SETS

# Typed signs and Greek letters, as the loss language names them.
GREEK = """alpha beta gamma delta eps eps zeta eta theta theta iota kappa mu nu xi rho sigma tau upsilon phi phi chi psi
omega lam Lam Gamma Delta Theta Sigma Phi Psi Omega"""
SIGNS = {
    **dict(zip("αβγδεϵζηθϑικμνξρστυφϕχψωλΛΓΔΘΣΦΨΩ", GREEK.split(), strict=True)),
    **dict(zip("−–·⋅²≥≠ᵀ⊤∈", ("-", "-", "*", "*", "**2", ">=", "!=", ".T", ".T", " in "), strict=True)),
}
COMMAND = re.compile(rf"\\(?:var)?(?=(?:{'|'.join(dict.fromkeys(GREEK.split()))}|lambda|epsilon|ell)\b)")
# "x_1, ..., x_n" is said of every x_i, and "= 0, 1, 2, ..." of a count.
LISTED = re.compile(r"\b([A-Za-z])_1\s*,?\s*(?:\.\.\.?|…|\\l?dots)\s*,?\s*\1_[A-Za-z]\b")
COUNTED = re.compile(r"=\s*0\s*,\s*1\s*,\s*2\s*,\s*(?:\.\.\.?|…|\\l?dots)")
NAME = r"[A-Za-z]\w*(?:_\{\w+\})?"
NAMES = rf"{NAME}(?:\s*,\s*{NAME})*"
# What stands between a name and what is said of it.
HAS = r"\s+(?:has|have)\s+(?:the\s+)?(?:size|shape|length|dimensions?)\b"
WORDS = rf"\s+(?:is|are)\s+in\b|{HAS}|\s+(?:in|is|are|be)\b|\s*\\in\b|\s*:(?!=)"
SIGN = r"\s*(?=\(|>|!=|\\geq?\b|\\neq?\b)|\s+(?=sums?\b)"
NOUNS = "scalars?|numbers?|reals?|vectors?|matrix|matrices|index|counts"
TRAITS = "(?:non-?)?(?:positive|neg(?:ative)?)|symmetric|psd|diagonal"
TIMES = r"\w+\s*(?:x|by|×|\\times)\s*\w+\b"
AMOUNT = rf"\s+(?:an?\s+)?(?:(?:{NOUNS}|{TRAITS})\b|{TIMES})"
LOSSES = r"(?:the\s+)?(?:loss|objective)\s*[:=]"
SPOKEN = rf"{WORDS}|{SIGN}|\s+(?:an?\s+)?(?:(?:{NOUNS})\b|{TIMES})|\s*=(?!=)"
KINDS = "data|labels?|inputs?|targets?|parameters?|params|variables?|vars|unknowns?|weights?"
# A word before names that only says what kind of thing follows.
TITLE = re.compile(
    rf"\A(?:(?:shapes?|sizes|dims?|dimensions?|sets?|{KINDS}|assumptions?|assum(?:e|ed|ing)|where|with|let|constants?)\b\s*:?\s*"
    rf"(?:that\s+|throughout\s+)?)+(?=rank\b|{NAMES}(?:{WORDS}|{SIGN}|\s*=|\s+(?:has|have|{TRAITS}|{NOUNS})\b))",
    re.IGNORECASE,
)
# "rank(X) = d", "X has full column rank": a trait, where d is the number of columns.
RANKED = re.compile(
    rf"(?:rank\s*\(?\s*({NAME})\s*\)?\s*=\s*(\w+)|({NAME})\s+(?:has|is\s+of)\s+full(?:\s+column)?\s+rank)\Z",
    re.IGNORECASE,
)
BEFORE = rf"(?:,|\b(?:and|with|where)\b|(?<=[)\]}}])\s)\s*(?:(?:{KINDS})\s+)?"
NEXT = re.compile(rf"{BEFORE}(?=({NAME})(?:{SPOKEN})|{LOSSES})", re.IGNORECASE)
SAID = re.compile(rf"({NAMES})(?:{WORDS}|{SIGN})\s*(.*)\Z", re.DOTALL)
BARE = re.compile(rf"({NAMES})(?={AMOUNT})\s+(.+)\Z", re.DOTALL)
POINTS = r"(?:data(?:\s+points)?|samples|inputs|examples|features|points)"
ROWS = re.compile(
    rf"\s*(?:\b(?:with|whose|and)\s+)?\b(rows|columns)\s+(?:are\s+)?(?:the\s+)?(?:([A-Za-z]\w*?)(?:_\{{?[a-z]\}}?(?:\^\{{?(?:T|\\top)\b\}}?)?|\^\{{?\([a-z]\)[^,;]*)|{POINTS}\b)"
)
REMARK = re.compile(r"\s*\(([^()]*[A-Za-z]{2,}\s+[^()]*[A-Za-z]{2,}[^()]*)\)\s*\Z")
CALLED = r"(?:the\s+)?(?:loss|objective|cost)(?:\s+(?:function|is))?|minimi[sz]e"
LOSS = re.compile(rf"(?:{CALLED})(?:\s*[:=]\s*|\s+)(?=\S)", re.IGNORECASE)
OVER = re.compile(rf"\s+(?:over|in|w\.?r\.?t\.?|with respect to)\s+({NAMES})\s*\Z")
SOUGHT = r"parameters?|params|variables?|vars|unknowns?|wrt|over|minimi[sz]ed? over"
WRT = re.compile(rf"(?:{SOUGHT})(?:\s*[:=]\s*|\s+)({NAMES})\s*\Z", re.IGNORECASE)
OF_SET = re.compile(rf"\s+in\s+(?:{'|'.join(SETS)})\b")
RANGE = re.compile(r"[a-z]\s*(?:=|in|:)\s*\{?\s*[01]\s*,?\s*(?:\.\.\.?|…|\\l?dots|:|to)\s*,?\s*\w+\s*\}?\Z")
ALL_REAL = re.compile(r"(?:all|everything|all entries)\s+(?:are\s+|is\s+)?real\Z")
SIZED = r"(?:an?\s+|the\s+)?(?:(?:positive\s+)?(?:sizes?|dimensions?|integers?)|number\s+of\s+\w+)"
SIZES = re.compile(rf"{NAMES}\s*(?::|is|are|=)?\s*{SIZED}\Z")


# Mathematics typed on one line, as the reader of formulas knows it.
TYPED = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\*(?!\w*\{)"), r" \\cdot "),
    (re.compile(r"\|\|"), r"\\|"),
    (re.compile(r"(?<![\\A-Za-z])(sum|prod|max|min)_"), r"\\\1_"),
    (re.compile(r"(?<=\w)\s*\.\s*(?=[A-Za-z])"), r"^\\top "),
    (re.compile(rf"(?<![\\A-Za-z])(?:var)?({'|'.join(dict.fromkeys(GREEK.split()))})(?![A-Za-z])"), r"\\\1"),
    (re.compile(r"\\lam\b"), r"\\lambda"),
    (re.compile(r"\\eps\b"), r"\\varepsilon"),
)


CALL = re.compile(r"\b(?:sum|mean|norm|log|exp|max|sigmoid|softplus|tanh|dot)\(")
MATHEMATICAL = re.compile(r"[|\\']|_\{|\b(?:sum|prod|max|min)_|\b(?:if|else|for|in|and|or|not|over)\b")
BESIDE = re.compile(r"\b([A-Za-z]\w*|\d+)[ ]+(?=[A-Za-z]\w*)")


def mathematics(text: str) -> str:
    """A formula typed on one line, in LaTeX: sum_i (w.x_i - y_i)^2, 1/2 ||X theta - y||^2."""
    for pattern, command in TYPED:
        text = pattern.sub(command, text)
    return text


def multiplied(text: str) -> str:
    """A text of the loss language in which names that stand side by side are multiplied: sigmoid(X theta)."""
    if not CALL.search(text) or MATHEMATICAL.search(text):
        return text
    return BESIDE.sub(lambda found: f"{found[1]}{'@' if found[1].isupper() else '*'}", text)


def pieces(line: str) -> Iterator[str]:
    """The pieces of one line: cut at semicolons, and at commas after which another name is spoken of."""
    line = COUNTED.sub("in counts", LISTED.sub(r"\1_i", line))
    line = COMMAND.sub("", "".join(SIGNS.get(sign, sign) for sign in line))
    for part in line.split(";"):
        waiting = ""
        for piece in _cut(part.strip().rstrip(".,").strip()):
            whole = TITLE.sub("", f"{waiting}, {piece}" if waiting else piece)
            waiting = whole if re.fullmatch(NAMES, whole) else ""
            if not waiting and whole and not any(one.match(whole) for one in (RANGE, SIZES, ALL_REAL)):
                yield re.sub(r"\blambda\b", "lam", whole)
        if waiting:
            yield waiting


def _cut(part: str) -> Iterator[str]:
    """At commas outside of brackets that another name and its meaning follow."""
    start = depth = 0
    for at, sign in enumerate(part):
        depth += (sign in "([{") - (sign in ")]}")
        found = NEXT.match(part, at) if depth == 0 and sign in ",aw " and at >= start else None
        if found and _ends_word(part, at) and not _is_size(found[1], part[start:at], part[found.end() :]):
            yield part[start:at].strip()
            start = found.end()
    yield part[start:].strip()


def _is_size(name: str | None, before: str, after: str) -> bool:
    """The second n of "A: n, n matrix", and the n of "A: m, n in binary"."""
    if name is None or ":" not in before or "=" in before:
        return False
    return OF_SET.match(after, len(name)) is not None or re.search(rf":.*\b{re.escape(name)}\b", before) is not None


def _ends_word(part: str, at: int) -> bool:
    return part[at] in ", " or not part[:at] or part[at - 1].isspace()
