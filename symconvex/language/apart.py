"""Products written without a sign, as by hand: Xw for X @ w, where X and w are declared; x^TAx, lam w.

A name that is declared is never taken apart.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from symconvex.language.vocabulary import is_function
from symconvex.problem import Shape

WORD = re.compile(r"(?<![\w.\\])[A-Za-z_]\w*")
TURNED = re.compile(r"\^ *(?:\\top|T)(?=[A-Za-z])")
LONGEST, LONGEST_WORD, MOST_FACTORS = 400, 60, 6
TIGHTER = ("**", "@", "^", ".", "[", "_")  # what binds a neighbour more closely than the product would


def apart(text: str, declared: Collection[str], shapes: Mapping[str, Shape]) -> str:
    """The text with a sign in every product of declared names that has none; the same text where there is none."""
    if len(text) > LONGEST:
        return text
    plain = TURNED.sub(lambda found: f"{found[0]} ", text)
    made, end = "", 0
    for found in WORD.finditer(plain):
        parts = None if is_function(found[0]) else factors(found[0], declared)
        if parts is None:
            continue
        whole = product(parts, shapes)
        bracketed = _binds(plain[: found.start()], plain[found.end() :].lstrip(), whole)
        made, end = f"{made}{plain[end : found.start()]}{f'({whole})' if bracketed else whole}", found.end()
    return made + plain[end:] if made else text


def factors(word: str, declared: Collection[str]) -> list[str] | None:
    """The declared names of which a word is made, two or more; a T behind a name is its transpose."""
    if word in declared or len(word) > LONGEST_WORD:
        return None
    found = _split(word, sorted(declared, key=len, reverse=True))
    return found if found is not None and len(found) > 1 else None


def _split(word: str, names: Sequence[str], most: int = MOST_FACTORS) -> list[str] | None:
    if not word or not most:
        return None if word else []
    for name in names:
        if not name or not word.startswith(name):
            continue
        rest = word[len(name) :]
        for turned in ([".T"] if rest[:1] == "T" and len(rest) > 1 else []) + [""]:
            others = _split(rest[1:] if turned else rest, names, most - 1)
            if others is not None:
                return [name + turned, *others]
    return None


def _binds(before: str, after: str, whole: str) -> bool:
    """Would a neighbour take a factor of the product for itself? A transpose behind it belongs to the last one."""
    if re.match(r"\^ *\{?(?:T|\\top)|\.T", after):
        return False
    powered = after.startswith(("**", "^"))
    beside = before[-1:] == " " and before.rstrip()[-1:].isalnum() and not re.search(r"\^ *(?:T|\\top) *$", before)
    return (
        beside
        or before.rstrip()[-1:] in ("*", "/", "@")
        or (after.startswith(TIGHTER) and (not powered or "@" in whole))
    )


def product(parts: Sequence[str], shapes: Mapping[str, Shape]) -> str:
    """Arrays are joined by @, numbers by *; a vector before a product of its own shape is multiplied entry by entry."""
    return _product(parts, shapes)[0]


def _product(parts: Sequence[str], shapes: Mapping[str, Shape]) -> tuple[str, Shape]:
    first = parts[0]
    shape = tuple(shapes.get(first.removesuffix(".T"), ()))
    text, shape = (
        (first, shape[::-1] if first.endswith(".T") else shape)
        if len(shape) == 2
        else (first.removesuffix(".T"), shape)
    )
    if len(parts) == 1:
        return text, shape
    if len(parts) > 2 and len(shape) == 1:
        rest, other = _product(parts[1:], shapes)
        if other == shape:
            return f"{text}*({rest})", shape
    for name in parts[1:]:
        factor, other = _product([name], shapes)
        text = f"{text} @ {factor}" if shape and other else f"{text}*{factor}"
        shape = (*shape[:-1], *other[1:]) if shape and other else shape or other
    return text, shape
