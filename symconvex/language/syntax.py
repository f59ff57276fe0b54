"""From text to Python's syntax tree, within bounds; nothing is evaluated."""

import ast
import re
from fractions import Fraction

from symconvex.errors import LossError
from symconvex.language.mending import MEANT, mended, sum_over, with_whole
from symconvex.language.place import Place

MAX_TEXT = 40_000
MAX_DEPTH = 400
MAX_CHAIN = 4_000  # terms of a sum or product in a row, which bracket nothing
MAX_DIGITS = 60

STRANGE = re.compile(r"[^A-Za-z0-9_ .+\-*/@()\[\],=<>!:%^&|~'\"]")
GLUED = re.compile(r"(?<![\w.])(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+(?=[A-Za-z_])")
DECIMAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?\Z")

GREEK_WORDS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lam mu nu xi omicron pi rho sigma sigma tau upsilon phi "
    "chi psi omega Gamma Delta Theta Lam Xi Pi Sigma Phi Psi Omega phi epsilon theta"
)
GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩϕϵϑ", GREEK_WORDS.split(), strict=True))
UNMEANT = "spell Greek letters: lam, theta; write ** for powers"
SIGNS = {
    "·": "*", "⋅": "*", "×": "*", "∗": "*", "−": "-", "–": "-", "÷": "/", "²": "**2", "³": "**3", "⁴": "**4",
    "ᵀ": ".T", "≤": "<=", "≥": ">=", "≠": "!=", "’": "'", "“": '"', "”": '"',
}  # fmt: skip
PLAIN = str.maketrans({**GREEK, **SIGNS})


def clean(text: str) -> str:
    """The text on one line, in ASCII where a sign has a plain spelling: lam for a Greek letter, **2 for a raised 2."""
    return re.sub(r"\s", " ", text.strip()).translate(PLAIN)


def spelled(name: str) -> str:
    """A name with its Greek letters spelled out."""
    return name.translate(PLAIN)


def parse_syntax(text: str) -> ast.expr:
    """The syntax tree of a text that is already on one line.

    Fails    LossError when it is too long, too deep, or no Python expression
    """
    _check_characters(text)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError) as error:
        if "too many nested" in str(error):
            raise _too_deep(Place(text, (0, len(text)))) from None
        raise _not_an_expression(text, error) from None
    except (RecursionError, MemoryError):
        raise _too_deep(Place(text, (0, len(text)))) from None
    _check_depth(tree, text)
    return tree


def _check_characters(text: str) -> None:
    if not text:
        raise LossError("the loss is empty", where="''", expected="a formula", got="nothing", hint="write sum(w**2)")
    if len(text) > MAX_TEXT:
        raise LossError(
            "the loss is too long",
            where=text[:60] + " ...",
            expected=f"at most {MAX_TEXT} characters",
            got=f"{len(text)} characters",
            hint="declare data as arrays instead of writing every number out",
        )
    if found := STRANGE.search(text):
        raise LossError(
            f"the character {found[0]!r} has no meaning here",
            where=Place(text, found.span()).show(),
            expected="ASCII letters, digits and the signs of Python",
            got=repr(found[0]),
            hint=sum_over(text) or with_whole(MEANT.get(found[0], UNMEANT), text),
        )
    if found := GLUED.search(text):
        raise LossError(
            "a number runs into a name",
            where=Place(text, (found.start(), found.end() + 1)).show(),
            expected="a sign between them",
            got=text[found.start() : found.end() + 1],
            hint=with_whole(_apart(found[0], text[found.end() :]), text),
        )


def _apart(number: str, rest: str) -> str:
    """What to write instead of a number that runs into a name."""
    name = re.match(r"\w+", rest, re.ASCII)
    if rest[0] == "_" or (number == "0" and rest[0] in "xXoObB"):
        return "write numbers in decimal digits, such as 1000, without _ or 0x"
    if rest[0] in "jJ" and name and len(name[0]) == 1:
        return f"numbers are real; write {number}*{rest[0]} if {rest[0]} is declared"
    return f"write {number}*{name[0] if name else rest[0]}"


def _not_an_expression(text: str, error: SyntaxError | ValueError) -> LossError:
    offset = getattr(error, "offset", None)
    start = min(max((offset or 1) - 1, 0), len(text))
    return LossError(
        "this is not a Python expression",
        where=Place(text, (start, start + 1)).show(),
        expected="an expression such as sum((X @ w - y)**2)",
        got=f"{text[start : start + 20]!r} where it does not fit" if text[start:] else "an early end",
        hint=mended(text),
    )


def _too_deep(place: Place) -> LossError:
    return LossError(
        "the loss is nested too deeply",
        where=place.show(),
        expected=f"at most {MAX_DEPTH} levels, and at most {MAX_CHAIN} terms in a row",
        got="more",
        hint="use sum and @ over declared arrays, or bracket long sums in groups",
    )


def _check_depth(tree: ast.expr, text: str) -> None:
    stack: list[tuple[ast.AST, int, int]] = [(tree, 0, 0)]
    while stack:
        node, level, chain = stack.pop()
        if isinstance(node, ast.expr) and (level > MAX_DEPTH or chain > MAX_CHAIN):
            raise _too_deep(Place(text, (node.col_offset, node.col_offset + 1)))
        children = ast.iter_child_nodes(node)
        stack.extend((child, level + (not _continues(node, child)), chain + 1) for child in children)


def _continues(node: ast.AST, child: ast.AST) -> bool:
    """Is `child` the front of the same sum or product?"""
    if not (isinstance(node, ast.BinOp) and isinstance(child, ast.BinOp) and child is node.left):
        return False
    rows = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))
    return any(isinstance(node.op, row) and isinstance(child.op, row) for row in rows)


def exact(place: Place) -> Fraction:
    """The number that stands there, exactly: 0.1 is 1/10."""
    word = place.text[slice(*place.span)]
    if len(word) > MAX_DIGITS or not DECIMAL.match(word):
        raise LossError(
            "this number cannot be read",
            where=place.show(),
            expected=f"an integer or a decimal number of at most {MAX_DIGITS} characters",
            got=word[:60],
            hint="write it as a quotient of integers",
        )
    return Fraction(word)
