r"""A declared name, and the words in which people say its shape, the set of its entries and its traits.

X: n, d                                  X (n, d)          X in R^{n x d}       an n x d matrix X
y: n in sign                             y_i in {-1, 1}    y in {-1, 1}^n
lam: positive                            lam > 0           lam in R_{++}
S: n, n symmetric pd                     S is an n by n symmetric positive definite matrix

A word that is no size, no set, no trait and no filler is never passed over: it is handed back.
"""

import difflib
import re
from collections.abc import Iterator

from symconvex.errors import LossError
from symconvex.handcheck.text.declared import Named
from symconvex.problem import SETS

MATRICES = ("symmetric", "psd", "pd", "full-rank", "invertible", "diagonal", "orthogonal")
TRAITS = (*MATRICES, "one-hot", "simplex", "nonzero", "closed", "direction")
NAME = re.compile(r"[A-Za-z]\w{0,40}\Z", re.ASCII)
COUNT = re.compile(r"[1-9]\d{0,8}\Z", re.ASCII)
INDEX = re.compile(r"(?:an?\s+)?index\s+(?:of|over|in)\s+([A-Za-z]\w*)\Z", re.ASCII)
CLASS = re.compile(r"(?:in\s*)?(?:\{\s*1\s*,\s*(?:\.\.\.|\\l?dots)\s*,\s*(\w+)\s*\}|1\s*\.\.\.?\s*(\w+))\Z", re.ASCII)

# Words that say no more than the sign before them.
IDLE = """a an and all any array class column data each element elements elementwise entries entry entrywise every fixed
for given has have in is are its label labels matrix matrices number numbers of parameter parameters real reals response
scalar scalars target targets the unknown value values vector vectors weight weights with"""
FILLERS = frozenset(IDLE.split())
# What people write, and the words of ours that it means; the longest first.
PHRASES = (
    (r"(?:\\mathbb\s*\{?S\}?|\bS)(?:_\{?\+\+\}?\^\{?(\w+)\}?|\^\{?(\w+)\}?_\{?\+\+\}?)", r" \1\2, \1\2 pd "),
    (r"(?:\\mathbb\s*\{?S\}?|\bS)(?:_\{?\+\}?\^\{?(\w+)\}?|\^\{?(\w+)\}?_\{?\+\}?)", r" \1\2, \1\2 psd "),
    (r"(?:\\mathbb\s*\{?S\}?|\bS)\^\{?(\w+)\}?", r" \1, \1 symmetric "),
    (r"\\mathbb\s*\{?R\}?|\\R\b|ℝ", " R"),
    (r"\\times\b|×|\bby\b|-by-", " x "),
    (r"\\in\b|∈|\\left|\\right|\\[,;!]", " "),
    (r"≥|\\geq?\b", ">="),
    (r"\\l?dots|…", "..."),
    (
        r"symmetric,?\s+(?:and\s+)?positive[\s-]+semi-?\s?definite|positive[\s-]+semi-?\s?definite|\bp\.?s\.?d\b\.?",
        " psd ",
    ),
    (r"symmetric,?\s+(?:and\s+)?positive[\s-]+definite|positive[\s-]+definite|\bs\.?p\.?d\b\.?", " pd "),
    (r"(?:of\s+)?full(?:[\s-]+column)?[\s-]+rank", " full-rank "),
    (r"\bone[\s-]?hot(?:[\s-]+(?:encoded|encoding|vectors?|rows?|columns?))?", " one-hot "),
    (r"\borthonormal(?:\s+columns)?\b|\borthogonal\s+columns\b", " orthogonal "),
    (
        r"\b(?:in\s+|on\s+)?(?:the\s+)?(?:probability\s+)?simplex\b|\bprobability\s+vectors?\b|\bprobabilities\b",
        " simplex ",
    ),
    (r"\bsums?\s+to\s+(?:one|1)\b", " simplex "),
    (r"\bnon-?singular\b", " invertible "),
    (
        r"\{\s*(?:-\s*1\s*,\s*\+?\s*1|\+?\s*1\s*,\s*-\s*1)\s*\}|\+\s*/?\s*-\s*1|\\pm\s*1|±\s*1|-1\s+or\s+\+?1|\+?1\s+or\s+-1",
        " sign ",
    ),
    (r"\{\s*(?:0\s*,\s*1|1\s*,\s*0)\s*\}|\b0\s*/\s*1\b|\b0\s+or\s+1\b", " binary "),
    (
        r"\{\s*0\s*,\s*1\s*,\s*2\s*,\s*\.\.\.\s*\}|\bcounts\b|\bnon-?neg(?:ative)?\s+integers?\b|\bnatural\s+numbers?\b",
        " count ",
    ),
    (r"R_?\{?(?:\+\+|>\s?0)\}?|\(\s*0\s*,\s*(?:inf\w*|oo|\\infty)\s*\)", " positive "),
    (
        r"R_?\{?(?:\+|>=\s?0)\}?|\[\s*0\s*,\s*(?:inf\w*|oo|\\infty)\s*[)\[]|\bnon-?neg(?:ative)?\b|>=\s*0\b",
        " nonnegative ",
    ),
    (r"\bstrictly\s+positive\b|>\s*0\b", " positive "),
    (r"\bnon-zero\b|(?:!=|≠|\\neq?\b)\s*0\b", " nonzero "),
    (r"\(\s*0\s*,\s*1\s*\)", " unit "),
    (r"\b(?:of\s+|with\s+)?(?:size|shape|length|dimensions?|dim)\b|-?\s*\bdimensional\b|-(?=vector|matrix)", " "),
    (r"\^\s*(?=[{(\w])|,?\s*[)}]|[({]", " "),
    (r"(?<=\w)\s+x\s+(?=\w)|(?<=\d)x(?=\d)|(?<=\w)\s*\*\s*(?=\w)", ", "),
)
MEANT = tuple((re.compile(pattern), word) for pattern, word in PHRASES)
NEGATIVE = re.compile(r"(?<![{\w,]\s)(?<![{\w,])-\s*\d(?!\s*(?:,|or\b))")
WORD = re.compile(r"\s*([A-Za-z][\w-]*|\d+|,|\S)", re.ASCII)


def told(name: str, meaning: str) -> tuple[Named, tuple[str, ...]]:
    """Read what is said of a name, and the words of it that say nothing here.

    Fails    LossError on a word that is nearly a set or a trait, or a third size
    """
    index = INDEX.match(meaning.strip()) or CLASS.match(meaning.strip())
    if index:
        return Named(name, index_of=next(filter(None, index.groups()))), ()
    if NEGATIVE.search(_in_our_words(meaning)):
        raise LossError(
            f"the shape of {name} cannot be read",
            where=f"the declaration of {name}",
            expected="sizes that are names or whole numbers from 1",
            got=repr(meaning.strip()[:80]),
            hint=f"{name}: n, d",
        )
    within, traits, sizes, left = "real", set[str](), list[str](), list[str]()
    last = ""
    for word in _words(meaning):
        if word in SETS:
            within = word
        elif word in TRAITS:
            traits.add(word)
        elif _is_size(word) and not left and not _is_near(word) and (not sizes or last == "size,"):
            sizes.append(word)
        elif _is_near(word) or (last == "in" and word.isalpha() and word not in FILLERS):
            raise unknown_word(name, word)
        elif word not in FILLERS and word not in (",", "R"):
            left.append(word)
        last = f"{last}," if word == "," else "size" if sizes and word == sizes[-1] else word
    if left and not (sizes or traits) and within == "real" and len(left) == len(meaning.split()):
        raise unknown_word(name, left[0])
    if len(sizes) > 2:
        raise LossError(
            f"{name} has {len(sizes)} sizes",
            where=f"the declaration of {name}",
            expected="at most two sizes",
            got=repr(meaning.strip()[:80]),
            hint=f"{name}: n, d",
        )
    shape = tuple(int(size) if COUNT.match(size) else size for size in sizes)
    return Named(name, shape, within, frozenset(traits)), tuple(left)


def _words(meaning: str) -> Iterator[str]:
    """The words and numbers, after the phrases were brought to ours."""
    yield from WORD.findall(_in_our_words(meaning))


def _in_our_words(meaning: str) -> str:
    for pattern, word in MEANT:
        meaning = pattern.sub(word, meaning)
    return meaning


def _is_size(word: str) -> bool:
    return COUNT.match(word) is not None or (NAME.match(word) is not None and word not in FILLERS and word != "R")


def _is_near(word: str) -> bool:
    """Is the word no size, but nearly a set or a trait?"""
    return len(word) > 5 and bool(difflib.get_close_matches(word, (*SETS, *TRAITS), n=1, cutoff=0.8))


def unknown_word(name: str, word: str) -> LossError:
    """A word that says nothing of a name here."""
    near = difflib.get_close_matches(word, (*SETS, *TRAITS), n=1, cutoff=0.5)
    return LossError(
        f"{word[:60]!r} is no set and no trait",
        where=f"the declaration of {name}",
        expected=f"a set ({', '.join(SETS)}) or a trait ({', '.join(TRAITS)})",
        got=word[:60],
        hint=f"{name}: {near[0] if near else 'positive'}",
    )


def word_of(name: str, word: str) -> Named:
    """A name of which only a set or a trait is told.

    Fails    LossError when the word is neither
    """
    if word in SETS:
        return Named(name, within=word)
    if word in TRAITS:
        return Named(name, traits=frozenset((word,)))
    raise unknown_word(name, word)


def trait_of(words: str) -> str | None:
    """The set or the traits that words tell, in our words; None where they tell more, or a word is not known."""
    try:
        named, left = told("x", words)
    except LossError:
        return None
    if left or named.shape or named.index_of:
        return None
    return " ".join((*([named.within] if named.within != "real" else []), *sorted(named.traits)))
