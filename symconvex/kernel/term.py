"""Terms: the only language the kernel speaks.

Indices are names (`"i"`) or counted from zero (`0`), sizes names or numbers: one term stands for every size at once:

    (sum i n (softplus (* -1 y[i] (sum j d (* X[i,j] w[j])))))

`render` and `parse` are inverse to each other; parsing never evaluates text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, count, repeat
from math import prod

from symconvex.kernel.content import Content, folded

Index = str | int
Size = str | int
Nested = Fraction | tuple["Nested", ...]

MAX_DEPTH, MAX_TEXT = 600, 2_000_000
MAX_BITS = 13_300  # 4,000 digits, the longest number that NUMBER reads


class Malformed(Exception):
    """The certificate cannot be read; the message says where reading stopped."""


class Refused(Exception):
    """A condition of a step failed; the message names the two things that disagree."""


class TooLarge(Refused):
    """The check would take more work or longer numbers than the bound; nothing is decided."""


@dataclass(slots=True)
class Budget:
    """Work that a whole certificate may still cost; one unit is about a microsecond."""

    left: int

    def spend(self, cost: int) -> None:
        self.left -= cost
        if self.left < 0:
            raise TooLarge("the certificate needs more work than the bound allows")

    def walk(self, term: "Term") -> None:
        """Pay for every node of a term that was built."""
        self.spend(3 * nodes(term))


def bounded(value: int | Fraction) -> int | Fraction:
    """The number itself, unless it is too long to be worked with."""
    if value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
        raise TooLarge(f"a number has more than {MAX_BITS} bits")
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Num(Content):
    """An exact rational number of bounded length."""

    value: Fraction

    def __post_init__(self) -> None:
        bounded(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Sym(Content):
    """A real symbol, `lam`, or an entry of one, `X[i,j]`."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Dim(Content):
    """A size used as a number, such as n in a mean."""

    size: Size


@dataclass(frozen=True, slots=True, eq=False)
class Delta(Content):
    """1 when the two indices are equal, else 0."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Content):
    """The sum of `body` over 0 <= index < size."""

    index: str
    size: Size
    body: "Term"


@dataclass(frozen=True, slots=True, eq=False)
class Add(Content):
    """A sum of at least two terms."""

    args: tuple["Term", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mul(Content):
    """A product of at least two terms."""

    args: tuple["Term", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pow(Content):
    """A power with a rational exponent; an exponent that is no integer needs a positive base."""

    base: "Term"
    exponent: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Fn(Content):
    """A named function; `max` takes two or more arguments, every other one takes one."""

    name: str
    args: tuple["Term", ...]


Term = Num | Sym | Dim | Delta | Sum | Add | Mul | Pow | Fn

ZERO, ONE, MINUS_ONE = Num(Fraction(0)), Num(Fraction(1)), Fraction(-1)


def number(value: int | Fraction) -> Num:
    """An exact number as a term."""
    return Num(Fraction(value))


def add(*args: Term) -> Term:
    """The sum, with zeros dropped and nested sums flattened."""
    flat = [t for a in args for t in (a.args if isinstance(a, Add) else (a,)) if t != ZERO]
    return flat[0] if len(flat) == 1 else Add(tuple(flat)) if flat else ZERO


def mul(*args: Term) -> Term:
    """The product, with ones dropped, nested products flattened and numbers gathered in front."""
    flat = [t for a in args for t in (a.args if isinstance(a, Mul) else (a,))]
    rest: list[Term] = [factor for factor in flat if not isinstance(factor, Num)]
    value = prod((factor.value for factor in flat if isinstance(factor, Num)), start=Fraction(1))
    if value == 0:
        return ZERO
    if value != 1 or not rest:
        rest.insert(0, Num(value))
    return rest[0] if len(rest) == 1 else Mul(tuple(rest))


def neg(term: Term) -> Term:
    """The negative."""
    return mul(Num(Fraction(-1)), term)


def sub(left: Term, right: Term) -> Term:
    """The difference."""
    return add(left, neg(right))


def power(base: Term, exponent: int | Fraction) -> Term:
    """The power, with exponents 0 and 1 and small numbers worked out."""
    e = Fraction(exponent)
    if e in (0, 1):
        return base if e else ONE
    if isinstance(base, Num) and e.denominator == 1 and (base.value != 0 or e > 0) and abs(e) <= 64:
        return Num(base.value ** int(e))
    return Pow(base, e)


def fn(name: str, *args: Term) -> Term:
    """A function applied to arguments."""
    return Fn(name, args)


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside, from left to right."""
    match term:
        case Add(args) | Mul(args) | Fn(_, args):
            return args
        case Sum(_, _, inner) | Pow(inner, _):
            return (inner,)
        case _:
            return ()


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """The same node over other children, lightly simplified."""
    match term:
        case Add():
            return add(*parts)
        case Mul():
            return mul(*parts)
        case Fn(name, _):
            return Fn(name, parts)
        case Sum(index, size, _):
            return ZERO if parts[0] == ZERO else Sum(index, size, parts[0])
        case Pow(_, exponent):
            return power(parts[0], exponent)
        case _:
            return term


def subterms(term: Term) -> Iterator[Term]:
    """The term and everything inside it, from left to right."""
    waiting = [term]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(children(part)))


@folded("_nodes", children)
def nodes(term: Term, inside: tuple[int, ...]) -> int:
    """How many terms the term and everything inside it are."""
    return 1 + sum(inside)


@folded("_free", children)
def free_indices(term: Term, inside: tuple[frozenset[str], ...]) -> frozenset[str]:
    """Names of the indices that no sum inside the term binds."""
    if isinstance(term, Sum):
        return inside[0] - {term.index}
    own = term.indices if isinstance(term, Sym) else (term.left, term.right) if isinstance(term, Delta) else ()
    return frozenset(i for i in own if isinstance(i, str)).union(*inside)


def fresh(name: str, taken: frozenset[str]) -> str:
    """`name`, or `name` with the first number that is not taken."""
    return next(word for word in chain((name,), (f"{name}{k}" for k in count(1))) if word not in taken)


def reindex(term: Term, change: dict[str, Index]) -> Term:
    """Replace free indices; bound ones are renamed when they would capture a newcomer."""
    if not change:
        return term
    match term:
        case Sym(name, indices):
            return Sym(name, tuple(change.get(i, i) if isinstance(i, str) else i for i in indices))
        case Delta(left, right):
            return Delta(*(change.get(i, i) if isinstance(i, str) else i for i in (left, right)))
        case Sum(index, size, body):
            inner = {old: new for old, new in change.items() if old != index and old in free_indices(body)}
            if index in inner.values():
                taken = free_indices(body) | {new for new in inner.values() if isinstance(new, str)}
                renamed = fresh(index, taken)
                inner, index = {**inner, index: renamed}, renamed
            return Sum(index, size, reindex(body, inner))
        case _:
            return rebuild(term, tuple(reindex(part, change) for part in children(term)))


# A term at a place; a family assigns to a symbol a term in place-holder indices: {"W": (("a", "b"), term)}.
Body = Callable[[tuple[Index, ...]], Term]
Family = tuple[tuple[str, ...], Term]


def substitute(term: Term, families: Mapping[str, Family]) -> Term:
    """Replace symbols by terms, entry by entry; indices bound around an entry are never captured."""
    match term:
        case Sym(name, indices) if name in families:
            places, value = families[name]
            return reindex(value, dict(zip(places, indices, strict=True)))
        case Sum(index, size, body):
            incoming = frozenset().union(*(free_indices(v) - set(p) for p, v in families.values()))
            if index in incoming:
                renamed = fresh(index, incoming | free_indices(body))
                body, index = reindex(body, {index: renamed}), renamed
            return rebuild(Sum(index, size, body), (substitute(body, families),))
        case _:
            return rebuild(term, tuple(substitute(part, families) for part in children(term)))


def render(term: Term) -> str:
    """The term as text; `parse` reads it back."""
    match term:
        case Num(value):
            return str(value)
        case Sym(name, indices):
            return f"{name}[{','.join(map(str, indices))}]" if indices else name
        case Fn(name, args):
            return f"({name} {' '.join(map(render, args))})"
        case Add(args) | Mul(args):
            return f"({'+' if isinstance(term, Add) else '*'} {' '.join(map(render, args))})"
        case Pow(base, exponent):
            return f"(^ {render(base)} {exponent})"
        case Sum(index, size, body):
            return f"(sum {index} {size} {render(body)})"
        case Dim(size):
            return f"(dim {size})"
        case Delta(left, right):
            return f"(delta {left} {right})"


TOKEN = re.compile(r"\(|\)|[^\s()]+")
NUMBER = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?\Z")
NAME = re.compile(r"\??[A-Za-z]\w{0,40}'?\Z", re.ASCII)
ENTRY = re.compile(r"(\??[A-Za-z]\w{0,40}'?)\[([\w,]+)\]\Z", re.ASCII)
INTEGER = re.compile(r"(0|[1-9][0-9]{0,8})\Z")
PI = "pi"
Tree = str | list["Tree"]
# The terms that were built: by themselves, by their word, or by their head and the parts, which are kept here too.
Seen = dict[Term | str | tuple[str | int, ...], Term]


def read(text: str) -> Tree:
    """One bracketed expression as nested lists of words."""
    if len(text) > MAX_TEXT:
        raise Malformed(f"the text is longer than {MAX_TEXT} characters")
    stack: list[list[Tree]] = [[]]
    for token in TOKEN.findall(text):
        if token == "(":
            if len(stack) > MAX_DEPTH:
                raise Malformed(f"nested more than {MAX_DEPTH} deep")
            stack.append([])
        elif token == ")":
            if len(stack) == 1:
                raise Malformed("a bracket is closed that was not opened")
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(token)
    if len(stack) != 1 or len(stack[0]) != 1:
        raise Malformed(f"expected one expression in {text[:60]!r}")
    return stack[0][0]


def parse(text: str) -> Term:
    """A term from its text; raises Malformed."""
    return build(read(text), {})


def build(tree: Tree, seen: Seen) -> Term:
    """A term from nested words, equal parts and words made once; raises Malformed."""
    if isinstance(tree, str):
        return seen[tree] if tree in seen else seen.setdefault(tree, _leaf(tree))
    if len(tree) < 2 or not isinstance(tree[0], str):
        raise Malformed(f"expected (head ...), found {tree!r}"[:120])
    head, rest = tree[0], tree[1:]
    match head, rest:
        case "sum", [str(index), str(size), body] if NAME.match(index):
            term: Term = Sum(index, read_size(size), build(body, seen))
        case "dim", [str(size)]:
            term = Dim(read_size(size))
        case "delta", [str(left), str(right)]:
            term = Delta(read_size(left), read_size(right))
        case "^", [base, str(exponent)] if isinstance(power := build(exponent, seen), Num):
            term = Pow(build(base, seen), power.value)
        case (("sum" | "dim" | "delta" | "^"), _) | (("+" | "*"), [_]):
            raise Malformed(f"({head} ...) with the wrong parts")
        case _ if NAME.match(head) or head in ("+", "*"):
            parts = tuple(map(build, rest, repeat(seen)))
            key: tuple[str | int, ...] = (head, *map(id, parts))  # the parts are kept in `seen`
            made = Add if head == "+" else Mul if head == "*" else partial(Fn, head)
            return seen.get(key) or seen.setdefault(key, made(parts))
        case _:
            raise Malformed(f"unknown head {head!r}")
    return seen.setdefault(term, term)


def _leaf(word: str) -> Term:
    if NUMBER.match(word):
        return Num(rational(word))
    if NAME.match(word):
        return Sym(word)
    if entry := ENTRY.match(word):
        return Sym(entry[1], tuple(read_size(part) for part in entry[2].split(",")))
    raise Malformed(f"cannot read {word[:60]!r}")


def rational(word: str) -> Fraction:
    """An exact number in its one spelling: lowest terms, no leading zero, no -0."""
    if NUMBER.match(word):
        above, _, below = word.partition("/")
        if int(below or "1"):
            value = Fraction(int(above), int(below or "1"))
            if str(value) == word:
                return value
    raise Malformed(f"expected a number in lowest terms, found {word[:60]!r}")


def read_size(word: str) -> Size:
    """A size or an index: a name, or a whole number."""
    if INTEGER.match(word):
        return int(word)
    if NAME.match(word):
        return word
    raise Malformed(f"expected a size or an index, found {word[:60]!r}")
