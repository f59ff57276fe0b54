"""Subscripts, superscripts and ranges: which are indices, labels, powers, transposes, and what a sum runs over."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from symconvex.handcheck.formula.grammar import Item, Listing, RawChain, Script
from symconvex.handcheck.formula.tree import (
    After,
    Chain,
    Derivative,
    Entry,
    Factorial,
    Group,
    Mark,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Text,
    Transpose,
)
from symconvex.handcheck.latex.lexemes import NotUnderstood

Fold = Callable[[Listing], Node]
FoldSide = Callable[[Sequence[Item]], Node]

LABEL_SIGNS = {"PLUS": "plus", "MINUS": "minus"}
PLAIN = frozenset(("LETTER", "NUM", "WORD", "TEXT", "OP", "DOTS", "MARK"))
QUOTIENT = ["NUM", "slash", "NUM"]
RAISED = frozenset(("circ", "odot"))


def indices_of(content: Listing, fold: Fold) -> tuple[Node, ...]:
    r"""The entries of a subscript: x_{ij} and x_{i,j} have two, w_{j+1} one, X_{\cdot j} a mark and a name."""
    found: list[Node] = []
    for chain in content.chains:
        side = chain.sides[0]
        if chain.signs and not side and len(chain.sides[1]) == 1:
            found.append(Mark(chain.signs[0].text + chain.sides[1][0].text))
        elif not chain.signs and len(side) == 1 and side[0].kind in LABEL_SIGNS:
            found.append(Mark(LABEL_SIGNS[side[0].kind]))
        elif not chain.signs and [item.text if item.kind == "OP" else item.kind for item in side] == QUOTIENT:
            found.append(fold(Listing([chain], [])))
        elif not chain.signs and any(item.kind in ("OP", "MARK") for item in side) and _is_plain(side):
            for item in side:
                marked = item.kind in ("OP", "MARK")
                found.append(Mark(item.text) if marked else fold(Listing([_chain_of([item])], [])))
        else:
            found += _apart(fold(Listing([chain], [])))
    return tuple(found)


def _is_plain(side: Sequence[Item]) -> bool:
    return all(item.kind in PLAIN and not item.scripts for item in side)


def _chain_of(items: list[Item]) -> RawChain:
    return RawChain([items], [])


def _apart(node: Node) -> Iterator[Node]:
    match node:
        case Product(factors, ""):
            for factor in factors:
                yield from _apart(factor)
        case Derivative("differential", of, (), 1, "d") if of is not None:
            yield Name("d")
            yield from _apart(of)
        case Group("", items, ""):
            for item in items:
                yield from _apart(item)
        case _:
            yield node


def raised(content: Listing, fold: Fold, fold_side: FoldSide) -> Iterator[After]:
    """What a superscript means, in order: labels, transposes, primes, powers."""
    side = content.only_side()
    if side is None:
        yield After("superscript", tuple(fold(Listing([chain], [])) for chain in content.chains))
        return
    if not side:
        return
    kinds = [item.kind for item in side]
    first = side[0]
    if len(side) == 1 and (kinds[0] in LABEL_SIGNS or kinds[0] in ("TEXT", "WORD") or _is_label_sign(first)):
        yield After("superscript", (_label(first, fold_side),))
    elif kinds[0] == "OP" and first.text in RAISED and len(side) > 1:
        yield After("entrywise", (fold_side(side[1:]),))
    elif kinds[0] == "MINUS" and len(side) == 2 and _transpose(side[1]):
        yield After("power", (Neg(Number(Fraction(1))),))
        yield After("transpose", (Text(_transpose(side[1])),))
    elif all(_is_labelling(item) for item in side):
        yield from (_labelling(item, fold_side) for item in side)
    else:
        yield After("power", (fold_side(side),))


def _is_label_sign(item: Item) -> bool:
    return (item.kind == "OP" and item.text in ("ast", "star", "circ")) or (
        item.kind == "MARK" and item.text == "dagger"
    )


def _label(item: Item, fold_side: FoldSide) -> Node:
    if item.kind in LABEL_SIGNS:
        return Mark(LABEL_SIGNS[item.kind])
    if item.kind in ("OP", "MARK"):
        return Mark("star" if item.text in ("ast", "star") else item.text)
    return fold_side([item])


def _transpose(item: Item) -> str:
    """How the transpose is written, or nothing when this is none."""
    if item.scripts:
        return ""
    if item.kind == "MARK" and item.text == "top":
        return "top"
    if item.kind == "LETTER" and item.text == "T":
        return "top" if item.fonts else "T"
    return ""


def _is_labelling(item: Item) -> bool:
    bracket = item.kind == "bracket" and item.text in ("( )", "[ ]") and not item.scripts
    prime = item.kind == "MARK" and item.text == "prime"
    return bracket or prime or bool(_transpose(item)) or (item.kind == "OP" and item.text in ("star", "ast"))


def _labelling(item: Item, fold_side: FoldSide) -> After:
    if item.kind == "bracket":
        node = fold_side([item])
        left, _, right = item.text.partition(" ")
        return After("superscript", (node if isinstance(node, Group) else Group(left, (node,), right, ""),))
    if written := _transpose(item):
        return After("transpose", (Text(written),))
    if item.kind == "OP":
        return After("superscript", (Mark("star"),))
    return After("prime", (Number(Fraction(1)),))


def afters(scripts: Sequence[Script], fold: Fold, fold_side: FoldSide) -> list[After]:
    """All scripts of one thing: indices and labels first, neighbouring primes joined."""
    found: list[After] = []
    for script in scripts:
        if script.kind == "sub" and script.content is not None:
            found.append(After("subscript", indices_of(script.content, fold)))
        elif script.kind == "sup" and script.content is not None:
            found += raised(script.content, fold, fold_side)
        else:
            found.append(After(script.kind, (Number(Fraction(1)),)))
    joined: list[After] = []
    for one in sorted(found, key=lambda one: ("subscript", "superscript").index(one.kind) if _is_tag(one) else 2):
        if one.kind == "prime" and joined and joined[-1].kind == "prime":
            joined[-1] = After("prime", (_plus(joined[-1].what[0], one.what[0]),))
        else:
            joined.append(one)
    return joined


def _plus(a: Node, b: Node) -> Node:
    return Number(a.value + b.value) if isinstance(a, Number) and isinstance(b, Number) else a


def _is_tag(one: After) -> bool:
    return one.kind in ("subscript", "superscript")


def hang(body: Node, found: Sequence[After], line: int) -> Node:
    """The body with everything that hangs on it."""
    for one in found:
        body = _hang_one(body, one, line)
    return body


def _hang_one(body: Node, one: After, line: int) -> Node:
    match one.kind, body:
        case "subscript", Name(base, decorations, subscripts, superscripts):
            return Name(base, decorations, subscripts + one.what, superscripts)
        case "subscript", _:
            return Entry(body, one.what)
        case "superscript", Name("e", (), _, _) if isinstance(one.what[0], Group):
            return Power(body, one.what[0].items[0])
        case "superscript", Name(base, decorations, subscripts, superscripts):
            return Name(base, decorations, subscripts, superscripts + one.what)
        case "superscript" | "power", _:
            if len(one.what) != 1:
                raise NotUnderstood("a superscript holds several things", line)
            return Power(body, one.what[0])
        case "entrywise", _:
            return Power(body, one.what[0], entrywise=True)
        case "transpose", _:
            return Transpose(body, one.what[0].text if isinstance(one.what[0], Text) else "top")
        case "prime", _:
            return Prime(body, int(one.what[0].value) if isinstance(one.what[0], Number) else 1)
    return Factorial(body)


def range_of(lower: Node | None, upper: Node | None) -> tuple[tuple[Node, ...], Node | None, Node | None]:
    """Bound names, lower end and condition of a range, from what stands under the sign."""
    match lower:
        case None:
            return (), None, None
        case Chain(left, (only,)) if only.sign == "=" and upper is not None:
            return tuple(_apart(left)), only.right, None
        case Chain(Product((name, first), "colon"), relations, line):
            return tuple(_apart(name)), None, Chain(first, relations, line)
        case Product((name, condition), "colon"):
            return tuple(_apart(name)), None, condition
        case Group("", (name, condition), "", "|"):
            return tuple(_apart(name)), None, condition
        case Chain():
            return _bound(lower), None, lower
        case Group("", items, ""):
            return _listed(items, upper)
    return tuple(_apart(lower)), None, None


def _listed(items: tuple[Node, ...], upper: Node | None) -> tuple[tuple[Node, ...], Node | None, Node | None]:
    """i, j = 1 and i = 1, j = 1 with an upper end; i, j : i < j without."""
    names, conditions = list[Node](), list[Node]()
    lower: Node | None = None
    for item in items:
        found, start, condition = range_of(item, upper)
        names += found
        lower = start or lower
        conditions += [condition] if condition else []
    kept = conditions[0] if len(conditions) == 1 else Group("", tuple(conditions), "") if conditions else None
    return tuple(dict.fromkeys(names)), lower, kept


def _bound(chain: Chain) -> tuple[Node, ...]:
    """The names a condition is about: l of l != k, i and j of i < j and of (i,j) in Omega, i of 1 <= i <= n."""
    if len(chain.relations) > 1:
        return tuple(name for one in chain.relations[:-1] for name in _apart(one.right))
    left = chain.left.items if isinstance(chain.left, Group) else tuple(_apart(chain.left))
    both = chain.relations[0].sign in ("<", ">", "<=", ">=") and isinstance(chain.relations[0].right, Name)
    return (*left, chain.relations[0].right) if both and isinstance(chain.left, Name) else left
