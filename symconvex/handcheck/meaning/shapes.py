"""Shapes of letters of which nothing is said: the plainest ones that make the loss a number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product

from symconvex.handcheck.formula.tree import (
    Add,
    Big,
    Chain,
    Group,
    Inner,
    Mark,
    MaybeCall,
    Name,
    Node,
    Norm,
    Number,
    Product,
    Relation,
    Transpose,
)
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning import ranges
from symconvex.handcheck.meaning.defining import define, take_functions
from symconvex.handcheck.meaning.letters import unknown_letters, with_letters
from symconvex.handcheck.meaning.naming import argument_keys, in_order, inside, new_key, stems
from symconvex.handcheck.meaning.setting import Setting, every_node
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.meaning.worlds import bare_env, distinct_env
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.document import Document, Formula
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic
from symconvex.problem import Shape

MOST_TRIES = 150
MOST_LETTERS = 6
WIDTHS = ("d", "p", "q")  # the size of what is no data: a letter that the text does not apply
FAILS = (Unknown, Mismatch, NotSymbolic, LookupError, ArithmeticError, TypeError, ValueError, AttributeError)


def sample_size(document: Document) -> str:
    """The n of i = 1, ..., n, or of a sum up to n."""
    for node in every_node(document):
        match node:
            case Chain(Name(), (Relation("=" | "in", Group(_, items)),)) if Mark("dots") in items:
                if isinstance(items[-1], Name) and not items[-1].subscripts:
                    return items[-1].base
            case Big("sum", (Name(letter),), _, Name(size, (), (), ()), _, _) if letter in "ijm":
                return size
    return "n"


def with_shapes(declared: Declared, document: Document, loss: Formula) -> Declared | None:
    """The declarations with a shape for every letter of the loss; None where no choice makes it a number."""
    setting = _setting(declared, document, loss)
    nodes = _nodes(setting, loss)
    count = sample_size(document)
    looks = Looks.of(nodes, count, declared, loss.chain.left)
    known = {*declared.names, *declared.sizes(), count, *looks.limits.values()}
    missing = [key for key in dict.fromkeys(_missing(nodes, loss, setting)) if key not in known]
    if len(missing) > MOST_LETTERS:
        return None
    choices = [looks.named(letter) for letter in missing]
    ranked = sorted(product(*(range(len(one)) for one in choices)), key=lambda places: (sum(places), places))
    fits = list[dict[str, Named]]()
    for places in islice(ranked, MOST_TRIES):
        chosen = [choice[at] for choice, at in zip(choices, places, strict=True)]
        names = {named.name: named for named in (*chosen, *_fixed(chosen, loss, declared))}
        if _is_number(replace(declared, names={**declared.names, **names}), document, loss):
            fits.append(names)
            if len(fits) > 1:
                break
    if not fits:
        return None
    ambiguous = frozenset(name for name, named in fits[0].items() if fits[-1].get(name) != named)
    names = {**declared.names, **fits[0]}
    return replace(declared, names=names, guessed=tuple(fits[0]), ambiguous=ambiguous)


@dataclass(frozen=True, slots=True)
class Said:
    """The letters of a loss as the text writes it, whatever is declared.

    args      what it is a function of, where that is said
    indexed   letters with an index
    limits    x, 0 -> K where a sum over k up to K has x_k under it
    count     the size that counts samples
    """

    letters: tuple[str, ...]
    args: tuple[str, ...]
    indexed: frozenset[str]
    limits: Mapping[tuple[str, int], str]
    count: str


def said_of_loss(document: Document, loss: Formula, functions: Mapping[str, Named]) -> Said:
    """What the text writes its loss with, its own definitions written out."""
    setting = _setting(Declared(names=functions), document, loss)
    nodes, left = _nodes(setting, loss), loss.chain.left
    names = [part for node in nodes for part in walk(node) if isinstance(part, Name)]
    indexed = frozenset(key for key, letters in map(new_key, names) if letters)
    limits = dict(pair for whole in nodes for part in walk(whole) for pair in _limited(part))
    args = argument_keys(left.args) if isinstance(left, MaybeCall) else ()
    letters = (word for key in _missing(nodes, loss, setting) for word in _labelled(key, names))
    return Said(tuple(dict.fromkeys(letters)), args, indexed, limits, sample_size(document))


def _labelled(key: str, names: list[Name]) -> list[str]:
    """The letter; w_1 and w_2 where it never stands without a label."""
    words = [new_key(name)[0] for name in names if next(iter(stems(name))) == key]
    return [key] if key in words or not words else words


def _fixed(chosen: list[Named], loss: Formula, declared: Declared) -> Iterator[Named]:
    """The c of L = -log p_c: one index out of all, which nothing sums over."""
    body = loss.chain.relations[0].right
    sizes = [named.shape[0] for named in (*chosen, *declared.names.values()) if len(named.shape) == 1]
    bound = {one.base for part in walk(body) if isinstance(part, Big) for one in part.indices if isinstance(one, Name)}
    letters = {letter for part in walk(body) if isinstance(part, Name) for letter in new_key(part)[1]}
    for letter in sorted(letters - bound - {*declared.sizes(), *declared.names}):
        if len(sizes) == 1 and isinstance(sizes[0], str):
            yield Named(letter, index_of=sizes[0])


def _setting(declared: Declared, document: Document, loss: Formula) -> Setting:
    """The setting with the definitions of the text and this loss."""
    setting = Setting(declared)
    take_functions(setting)
    for statement in (loss, *document.statements):
        try:
            define(setting, statement, force=statement is loss)
        except FAILS:
            continue
    return setting


def _nodes(setting: Setting, loss: Formula) -> list[Node]:
    """What the loss is made of: its formula, and the definitions that it uses."""
    found, waiting = list[Node](), [loss.chain.relations[0].right]
    texts = {**{key: body for key, (_, body) in setting.written.items()}, **{k: b for k, (_, b) in setting.own.items()}}
    while waiting:
        node = waiting.pop()
        found.append(node)
        for part in walk(node):
            keys = (new_key(part)[0], *stems(part)) if isinstance(part, Name) else ()
            waiting += [texts.pop(key) for key in keys if key in texts]
    return found


def _missing(nodes: list[Node], loss: Formula, setting: Setting) -> Iterator[str]:
    """Letters of the loss without a meaning; the arguments of its head are letters of their own."""
    env = bare_env(setting)
    formal = {id(body): names for names, body in setting.own.values()}
    head = loss.chain.left
    sought = argument_keys(head.args) if isinstance(head, MaybeCall) else ()
    parted = {new_key(arg)[0] for arg in head.args if isinstance(arg, Name)} if isinstance(head, MaybeCall) else set()
    yield from sought
    counting = {letter for node in nodes for letter in ranges.letters_of(node, env)}
    for node in nodes:
        bound = {
            one.base for part in walk(node) if isinstance(part, Big) for one in part.indices if isinstance(one, Name)
        }
        for key in unknown_letters(node, env):
            if key not in (counting | bound | parted) - {*sought} and (
                key not in formal.get(id(node), ()) or key in sought
            ):
                yield key


def _is_number(declared: Declared, document: Document, loss: Formula) -> bool:
    """Is the loss a number, read at sizes that all differ?"""
    body = loss.chain.relations[0].right
    try:
        env = distinct_env(_setting(declared, document, loss))
        env.world.strict = True
        value = with_letters(body, [body], env).value(body)
        value.at(0, 0)
    except FAILS:
        return False
    return value.is_scalar


@dataclass(frozen=True, slots=True)
class Looks:
    """What the notation tells of a letter.

    arrays    under a norm, a transpose or an inner product
    samples   such letters with one index: x_i of x_i^T w
    entries   letters with one index
    count     the size that counts samples
    sizes     other sizes, the most used one first
    pairs     letters with two indices
    limits    x, 0 -> K where a sum over k up to K has x_k under it; x, 1 -> K where it has x_{ik}
    """

    arrays: frozenset[str]
    samples: frozenset[str]
    entries: frozenset[str]
    count: str
    sizes: tuple[str, ...]
    pairs: frozenset[str]
    limits: Mapping[tuple[str, int], str]

    @classmethod
    def of(cls, nodes: list[Node], count: str, declared: Declared, left: Node) -> "Looks":
        arrays, samples, entries, pairs = set[str](), set[str](), set[str](), set[str]()
        for node in (part for whole in nodes for part in walk(whole)):
            if isinstance(node, Name) and len(new_key(node)[1]) == 1:
                entries.add(new_key(node)[0])
            if isinstance(node, Name) and len(new_key(node)[1]) == len(node.subscripts) + len(node.superscripts) == 2:
                pairs.add(new_key(node)[0])
            for name in _within(node):
                (samples if new_key(name)[1] else arrays).add(new_key(name)[0])
        sizes = [size for size in declared.sizes() if size != count]
        limits = dict(pair for whole in nodes for part in walk(whole) for pair in _limited(part))
        looks = (frozenset(arrays), frozenset(samples), frozenset(entries))
        applied = {part.head for whole in (left, *nodes) for part in walk(whole) if isinstance(part, MaybeCall)}
        free = next((size for size in WIDTHS if Name(size) not in applied), WIDTHS[0])
        return cls(*looks, count, tuple(sizes) or (free,), frozenset(pairs), limits)

    def named(self, letter: str) -> list[Named]:
        """The ways to declare the letter, the likeliest first."""
        width, count = self.sizes[0], self.limits.get((letter, 0), self.count)
        if letter in self.pairs:
            return [Named(letter, (count, self.limits.get((letter, 1), width)))]
        if letter in self.samples:
            return [Named(letter[:1].upper() + letter[1:], (count, width))]
        if letter in self.entries:
            return [Named(letter, (count,)), Named(letter[:1].upper() + letter[1:], (count, width))]
        vectors: list[Shape] = [*((size,) for size in self.sizes[:4]), (self.count,)]
        matrices: list[Shape] = [(self.count, width), (width, width), (width, self.count)]
        if letter[:1].isupper():
            shapes = [*matrices, *vectors, ()]
        elif letter in self.arrays:
            shapes = [*vectors, ()]
        else:
            shapes = [(), *vectors]
        return [Named(letter, shape) for shape in shapes]


def _limited(node: Node) -> Iterator[tuple[tuple[str, int], str]]:
    """The letters that one index counts in a sum, with its upper limit; x_t and x_{t-1} of t = 2, ..., T."""
    match node:
        case Big(_, (Name(index),), Number() | None, Name(size, (), (), ()), _, body):
            for part in (one for one in walk(body) if isinstance(one, Name)):
                for at, inner in enumerate(in_order(part.subscripts, tuple(map(inside, part.superscripts)))):
                    if (inner.terms[0] if isinstance(inner, Add) else inner) == Name(index):
                        yield (new_key(Name(part.base, part.decorations))[0], at), size


def _within(node: Node) -> Iterator[Name]:
    """Names that this sign shows to be no numbers."""
    match node:
        case Transpose(Name() as name) | Norm(Name() as name):
            yield name
        case Norm(body):
            names = [part for part in walk(body) if isinstance(part, Name)]
            if any(name.base[:1].isupper() for name in names):  # Xw - y
                yield from names
        case Product(factors, _) if any(isinstance(factor, Transpose) for factor in factors):
            yield from (factor for factor in factors if isinstance(factor, Name))
        case Inner(left, right):
            yield from (side for side in (left, right) if isinstance(side, Name))
