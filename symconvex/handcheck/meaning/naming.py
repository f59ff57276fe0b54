"""From a letter with marks to a declared name: W^{(1)}, W_1 and W^{[1]} are W1, \\hat y_i is an entry of yhat."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from symconvex.handcheck.formula.tree import Group, Mark, Name, Node, Number, Text

PLAIN_DECORATIONS = frozenset({"bold", "roman", "cal", "fraktur", "vec", "blackboard"})
SPELLINGS = {
    "lambda": ("lam", "lambda_", "lmbda"),
    "varepsilon": ("eps", "epsilon"),
    "epsilon": ("eps", "varepsilon"),
    "vartheta": ("theta",),
    "varphi": ("phi",),
    "phi": ("varphi",),
    "ell": ("l", "L"),
    "Lambda": ("Lam",),
}


# x_i is not xi, nor is p_i pi.
GREEK = ("xi", "pi", "mu", "nu")


@dataclass(frozen=True, slots=True)
class Parts:
    """A known name and the indices that remain on it; of x_j^{(i)} the upper one, which counts, comes first."""

    key: str
    indices: tuple[Node, ...]


def word_of(node: Node) -> str | None:
    """A label as a word: 1, (1), [l], reg, star."""
    match node:
        case Number(value) if value.denominator == 1:
            return str(value)
        case Text(text) | Mark(text):
            return "".join(c for c in text if c.isalnum()) or None
        case Name(base, _, (), ()):
            return base
        case Name(base, _, (single,), ()):
            below = word_of(single)
            return None if below is None else base + below
        case Group(_, (inner,), _):
            return word_of(inner)
        case Group(_, items, _):
            words = [word_of(item) for item in items]
            return "".join(w for w in words if w) if all(words) else None
    return None


def stems(name: Name) -> Iterator[str]:
    """The ways to write the letter and its decorations as one word: yhat, y_hat, hat_y."""
    marks = [d for d in name.decorations if d not in PLAIN_DECORATIONS and d != "dot"]
    for base in (name.base, *SPELLINGS.get(name.base, ())):
        if not marks:
            yield base
        else:
            tail = "".join(marks)
            yield from (f"{base}{tail}", f"{base}_{tail}", f"{tail}_{base}", f"{tail}{base}")


def is_label(node: Node) -> bool:
    """A number, a word or a mark, rather than a letter that counts."""
    match node:
        case Number() | Text() | Mark():
            return True
        case Group(_, (inner,), _):
            return is_label(inner)
        case Name(base, _, (), ()):
            return len(base) > 1
    return False


def find(name: Name, known: Container[str]) -> Parts | None:
    """The longest known name that the letter and its labels spell, and the indices left over."""
    supers = tuple(s for s in name.superscripts)
    for upper in range(len(supers), -1, -1):
        above = [word_of(s) for s in supers[:upper]]
        for lower in range(len(name.subscripts), -1, -1):
            below = [word_of(s) for s in name.subscripts[:lower]]
            if None in above or None in below:
                continue
            left = in_order(name.subscripts[lower:], tuple(inside(s) for s in supers[upper:]))
            if any(isinstance(node, Mark | Text) for node in left):
                continue
            words = spellings(name, "".join(map(str, below)), "".join(map(str, above)))
            key = next((word for word in words if word in known), None)
            if key is not None:
                return Parts(key, left)
    return None


def in_order(lower: tuple[Node, ...], upper: tuple[Node, ...]) -> tuple[Node, ...]:
    """The indices of x_{ij}, and of x_j^{(i)}, which is the same."""
    return (*upper, *lower) if len(lower) == len(upper) == 1 else (*lower, *upper)


def inside(node: Node) -> Node:
    """(i) as a label is the index i."""
    return node.items[0] if isinstance(node, Group) and len(node.items) == 1 else node


def spellings(name: Name, below: str, above: str) -> Iterator[str]:
    """The words that a letter with these labels may be declared as."""
    for stem in stems(name):
        if stem + below in GREEK and name.subscripts and len(below) == 1:
            continue
        for low in {below: None, f"_{below}" if below else below: None}:
            for high in {above: None, f"_{above}" if above else above: None}:
                yield f"{stem}{low}{high}"
                if low and high:
                    yield f"{stem}{high}{low}"


def new_key(name: Name, words: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """For a name that gets its meaning here: the key, and the letters that count (p_i: key p, index i).

    A letter among `words` is a label: delta_h is the delta of h.
    """

    def is_letter(inner: Node) -> bool:
        return isinstance(inner, Name) and len(inner.base) == 1 and not inner.subscripts and inner.base not in words

    marks = (name.subscripts, name.superscripts)
    labels = [word_of(node) or "x" for place in marks for node in place if not is_letter(inside(node))]
    lower, upper = (tuple(inside(node) for node in place if is_letter(inside(node))) for place in marks)
    letters = tuple(node.base for node in in_order(lower, upper) if isinstance(node, Name))
    return next(iter(stems(name))) + "".join(labels), letters


def argument_keys(args: tuple[Node, ...]) -> tuple[str, ...]:
    """The keys of the arguments of a head; in l(s_a, s_b) the two are letters of their own, sa and sb."""
    found = [new_key(arg) for arg in args if isinstance(arg, Name)]
    several = [key for key, _ in found]
    return tuple(key + "".join(letters) if several.count(key) > 1 else key for key, letters in found)
