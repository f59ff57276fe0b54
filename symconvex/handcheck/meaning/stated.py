"""What a derivation says of its own names: where they lie, what is assumed of them, and what the loss is.

A text that declares nothing is read under what it states: x_i in R^d, y in {0, 1}^n, lambda > 0, J(w) = ...
Of names of which it states nothing, the shape is the plainest one that makes the loss a number.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import (
    Chain,
    Group,
    Mark,
    MaybeCall,
    Name,
    Node,
    Number,
    Relation,
    Text,
    Transpose,
)
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning.declare import HEADS
from symconvex.handcheck.meaning.heads import (
    defined_by,
    differentiated_by,
    given_letters,
    has_derivative,
    key_of,
    praised_in,
    usual,
)
from symconvex.handcheck.meaning.named import told
from symconvex.handcheck.meaning.naming import find, new_key
from symconvex.handcheck.meaning.restricting import restricted
from symconvex.handcheck.meaning.setting import every_node, nodes_of
from symconvex.handcheck.meaning.shapes import sample_size, with_shapes
from symconvex.handcheck.meaning.standing import NOTHING
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.document import Assumption, Boundary, Claim, Document, Formula, Release, Statement, Unread
from symconvex.problem import Shape

WORD = re.compile(r"[A-Za-z]\w*")
# Words with "be" or "is" in a sentence that is not understood, which may restrict the letters in it.
RESTRICTING = re.compile(
    r"(?=.*\b(?:let|be|is|are|with|where|has|have)\b).*∈.*\b(?:one-hot|hot|probabilit\w+|stochastic|simplex|unit|norm\w*|orthog\w+"
    r"|orthon\w+|symmetric|positive|nonnegative|binary|diagonal|invertible|rank|independent|distinct|nonzero|cent\w+"
    r"|sorted|sparse|integer|sum\w*)\b",
    re.IGNORECASE,
)
# "for a one-hot label y", "not all of x_1, ..., x_T zero": these restrict letters wherever they stand.
EXCLUDING = re.compile(
    r"\bone[- ]hot\b|\bnot\s+(?:all|both|identically|every)\b.*\b(?:zero|equal|same|0)\b|\bnot\s+identically\b"
    r"|\bnon-?zero\b|\b(?:sums?|summing|add)\s+(?:up\s+)?to\s+(?:one|1)\b|\bpairwise\b|\bdistinct\b",
    re.IGNORECASE,
)
# Words of a sentence that is not understood, by which what it writes may be no definition.
DENYING = re.compile(
    r"\b(?:not|never|no|n't|cannot|false|wrong\w*|incorrect|mistak\w*|unlike|instead|rather|would|could|might|had|were|if|unless"
    r"|suppose\w*|alternative\w*|other|another|naive|myth|claim\w*)\b|n't",
    re.IGNORECASE,
)
ONE_SAMPLE = re.compile(r"(?:for|on) (?:one|a|a single) (?:sample|example|pair|observation|data point)\b")
PAIRS = (("-1", "1", "sign"), ("1", "-1", "sign"), ("0", "1", "binary"), ("1", "0", "binary"))
SETS: Mapping[tuple[str, ...], str] = {(low, high): word for low, high, word in PAIRS}


@dataclass(frozen=True, slots=True)
class Stated:
    """The declarations with what the text says, and the formula that says what the loss is."""

    declared: Declared
    loss: Formula | None = None


def stated(document: Document, declared: Declared, *, has_loss: bool) -> Stated:
    """What is declared, completed by what the text states; what is declared is never changed."""
    unread = (one.text for one in document.statements if isinstance(one, Unread))
    doubted = tuple(text for text in unread if RESTRICTING.search(text) or EXCLUDING.search(text))
    declared = replace(declared, doubted=doubted)
    with_names = _with_memberships(document, declared, has_loss=has_loss)
    found = None if has_loss else _loss(document, declared)
    if found is None:
        return Stated(with_names)
    head, parameters, body, line = found
    return with_loss_formula(document, with_names, head, parameters, body, line) or Stated(with_names)


def with_loss_formula(
    document: Document, declared: Declared, head: Name, parameters: tuple[Node, ...], body: Node, line: int
) -> Stated | None:
    """The declarations with a loss that is a formula; None where it is no number whatever its letters are."""
    parameters = parameters or tuple(differentiated_by(document, head)) or tuple(usual(body))
    chain = Chain(MaybeCall(head, parameters), (Relation("=", body, line),), line)
    formula = Formula(chain, "display", "definition", line)
    shaped = with_shapes(declared, document, formula) if parameters else None
    return None if shaped is None else Stated(shaped, formula)


def head_of(document: Document) -> str:
    """The letter that the text gives to the loss, where only a formula of it is declared."""
    return next((name.base for name in praised_in(document) if name.base in HEADS), "J")


def _facts(document: Document) -> Iterator[tuple[Chain, bool]]:
    """Where something lies, and what is assumed from the beginning to the end: nothing that a case or a lemma says.

    A set restricts what is proven, so it is taken only of what stands before every claim and is ended by nothing.
    What is declared is restricted only where it is said to be, in a sentence before every line that claims something.
    """
    claimed = lined = False
    defining = {s.sentence for s in document.statements if isinstance(s, Formula) and _is_head(s.chain)}
    for at, statement in enumerate(document.statements):
        standing = not claimed and _lasts(document, at)
        claimed = claimed or isinstance(statement, Claim)
        firm = not lined and isinstance(statement, Assumption | Formula) and _is_firm(statement)
        lined = lined or (isinstance(statement, Formula) and _claims(statement))
        match statement:
            case Assumption(conditions=conditions, supposed=False) if standing:
                yield from ((node, firm) for node in conditions if isinstance(node, Chain))
            case Formula(role="definition" | "claim", conditions=conditions):
                plain = (
                    statement.role == "definition" or not _is_order(statement.chain) or statement.sentence in defining
                )
                yield from ((statement.chain, firm),) if not conditions and standing and plain else ()
                if standing and isinstance(statement.chain.left, MaybeCall) and defined_by(statement.chain) is not None:
                    yield from ((node, False) for node in conditions if isinstance(node, Chain) and _is_sign(node))
                spaces_of = (node for node in (statement.chain, *conditions) if isinstance(node, Chain))
                yield from ((node, False) for node in spaces_of if _is_all_real(node))


def _is_firm(statement: Assumption | Formula) -> bool:
    """Is something said to be so, rather than found?"""
    return isinstance(statement, Assumption) or (statement.role == "definition" and not statement.scope)


def _claims(statement: Formula) -> bool:
    """Does a formula claim something: is it no definition, and no line that says what a function is?"""
    return statement.role not in ("definition", "task") and defined_by(statement.chain) is None


def _frees(release: Release, fact: Statement) -> bool:
    """Is one of its letters freed?"""
    freed = {name.base for name in release.names if isinstance(name, Name)}
    letters = {part.base for node in nodes_of(fact) for part in walk(node) if isinstance(part, Name)}
    return not release.names or bool(freed & letters)


def _spoken_of(left: Node) -> tuple[Node, ...]:
    """Each of several letters; x_1, ..., x_n are all the x_i."""
    match left:
        case Group(_, (Name(base, decorations, (Number(),)), Mark("dots"), Name(other, _, (Name() as last,)))):
            return (Name(base, decorations, (replace(last, base="i"),)),) if base == other else ()
        case Group(_, items):
            return items
    return (left,)


def _lasts(document: Document, start: int) -> bool:
    """Does what is assumed there still stand at the end?"""
    standing = NOTHING
    for at, statement in enumerate(document.statements):
        if at == start:
            standing = standing.assuming("this", Text("this"))
        if at > start and isinstance(statement, Release) and _frees(statement, document.statements[start]):
            return False
        if isinstance(statement, Boundary):
            standing = standing.past(statement)
    return any(not one.in_case for one in standing.held)


def _is_all_real(chain: Chain) -> bool:
    """ "x in R^d" tells a shape and restricts no value."""
    return bool(chain.relations) and chain.relations[0].sign == "in" and within_of(chain.relations[0].right) == "real"


def _with_memberships(document: Document, declared: Declared, *, has_loss: bool) -> Declared:
    """The declarations with the names of which the text says where they lie, and that it does not define.

    Where there is a loss, those of the loss; other letters stand for any value where they are used.
    """
    known = {*declared.names, *declared.definitions, *declared.sizes(), *declared.parameters}
    texts = (declared.loss, *declared.definitions.values())
    of_loss = {word for text in texts for word in WORD.findall(text)}
    used = frozenset(known | of_loss)
    defined = {key_of(name) for name in given_letters(document)}
    count = sample_size(document)
    free = {key_of(name) for name in _free_letters(document)}
    for chain, firm in _facts(document):
        if len(chain.relations) != 1:
            continue
        relation = chain.relations[0]
        for name in _spoken_of(chain.left):
            named = _named(name, relation, count, used) if isinstance(name, Name) else None
            if named is not None and "symmetric" in named.traits:
                named = replace(named, shape=declared.names.get(named.name, named).shape)
            if isinstance(name, Name) and named and firm and named.name in declared.names and key_of(name) not in free:
                declared = restricted(document, declared, named)
            if named is None or {named.name, named.name[:1].lower() + named.name[1:]} & (known | defined):
                continue
            if has_loss and named.name not in of_loss:
                continue
            before = declared.names.get(named.name, Named(named.name))
            shape = before.shape or named.shape
            agreed = before.within in ("real", named.within) and named.name not in free
            within = named.within if agreed else "real"
            joined = Named(named.name, shape, within, before.traits | named.traits)
            declared = replace(declared, names={**declared.names, named.name: joined})
    return declared


def with_indexed(document: Document, declared: Declared) -> Declared:
    """Data without a declared shape that the text indexes: y_i beside "y in {-1, 1}" is one for each sample."""
    numbers = {key for key, named in declared.names.items() if not named.shape and not named.index_of}
    data = (named.shape[0] for key, named in declared.names.items() if len(named.shape) == 2)
    count = next((size for size in data if isinstance(size, str)), "")
    keys = (new_key(node) for node in every_node(document) if isinstance(node, Name))
    indexed = {key for key, letters in keys if len(letters) == 1 and letters[0] not in declared.sizes()}
    counted = (numbers & indexed) - {*declared.parameters} if count else set[str]()
    names = {key: replace(declared.names[key], shape=(count,)) for key in counted}
    return replace(declared, names={**declared.names, **names})


def with_parameters(document: Document, declared: Declared) -> Declared:
    """What the loss is minimised over, where only the text says it: f(U, V) = ..., the gradients by U and V."""
    if declared.parameters or not declared.loss:
        return declared
    heads = declared.heads or tuple(dict.fromkeys(name.base for name in praised_in(document))) or HEADS
    found = dict[str, None]()
    for statement in document.statements:
        match statement:
            case Formula(Chain(MaybeCall(Name() as head, args))) if head.base in heads:
                keys = [key_of(arg) if isinstance(arg, Name) else "" for arg in args]
                if not found and keys and all(key in declared.names for key in keys):
                    found.update(dict.fromkeys(keys))
    moved = (name for head in heads for name in differentiated_by(document, Name(head)) if isinstance(name, Name))
    keys = [*found] or [key for key in map(key_of, moved) if key in declared.names]
    return replace(declared, parameters=tuple(dict.fromkeys(keys)))


def _is_head(chain: Chain) -> bool:
    """ "F(w) = ...", beside which an order states what the letters are."""
    return isinstance(chain.left, MaybeCall) and defined_by(chain) is not None


def _is_order(chain: Chain) -> bool:
    """ "Clearly a > 0" is a claim, and states nothing."""
    return any(relation.sign in ("<", "<=", ">", ">=", "!=") for relation in chain.relations)


def _is_sign(chain: Chain) -> bool:
    """ "F(w) = ..., lambda > 0"."""
    match chain:
        case Chain(Name(), (Relation(">" | ">=", Number(value)),)):
            return value == 0
    return False


def _free_letters(document: Document) -> Iterator[Name]:
    """Letters that are said to be any number, or not positive, somewhere: no set is taken for them."""
    for node in every_node(document):
        match node:
            case Chain(Name() as letter, (Relation("in", Name("R" | "mathbbR", _, (), ())),)):
                yield letter
            case Chain(Name() as letter, (Relation("<" | "<=", Number(value)),)) if value == 0:
                yield letter


def _named(name: Name, relation: Relation, count: str, used: Container[str]) -> Named | None:
    """What one relation says of a name: x_i in R^d, y in {0, 1}^n, lambda > 0."""
    key, letters = new_key(name)
    declared = find(name, used)
    key = key if declared is None else declared.key
    if len(letters) > 1 or (name.superscripts and not letters):
        return None
    if relation.sign == "in" and isinstance(relation.right, Text):
        return None if letters else replace(told(key, relation.right.text)[0], name=key)
    if relation.sign == "in":
        shape, within = _shape(relation.right), within_of(relation.right)
        if shape is None or within is None:
            return None
        if letters and shape:
            return Named(key[:1].upper() + key[1:], (count, *shape), within) if len(shape) == 1 else None
        return Named(key, (count,) if letters else shape, within)
    if relation.sign == "=" and isinstance(relation.right, Transpose) and relation.right.body == name and not letters:
        return Named(key, traits=frozenset(("symmetric",)))
    zero = isinstance(relation.right, Number) and relation.right.value == 0
    if zero and relation.sign in (">", ">="):
        return Named(key, (count,) if letters else (), "positive" if relation.sign == ">" else "nonnegative")
    return None


def _shape(space: Node) -> Shape | None:
    """As in `spaces.shape_of`, with any letter as a size."""
    letters = {part.base for part in walk(space) if isinstance(part, Name) and not part.subscripts}
    return spaces.shape_of(space, letters - set(spaces.NUMBERS))


def within_of(space: Node) -> str | None:
    """The set in which the entries lie; None for one that has no name here."""
    match spaces.base_of(space):
        case Name("N" | "mathbbN", _, (), ()):
            return "count"
        case Name("R" | "mathbbR", _, (), ()):
            return "real"
        case Name("R" | "mathbbR", _, subscripts, ()):
            marks = "".join(part.text if isinstance(part, Mark) else "?" for part in subscripts)
            return {"plus": "nonnegative", "plusplus": "positive"}.get(marks)
        case Group("{", items):
            return SETS.get(tuple(map(_numeral, items)))
        case Group() as interval:
            found = [(sign, _numeral(end)) for sign, end in spaces.ends(interval)]
            intervals = {((">", "0"),): "positive", ((">=", "0"),): "nonnegative", ((">", "0"), ("<", "1")): "unit"}
            return intervals.get(tuple(found))
    return None


def _numeral(node: Node) -> str:
    from symconvex.handcheck.formula.render import render

    return render(node).replace(" ", "").replace("+", "")


Found = tuple[Name, tuple[Node, ...], Node, int]


def _loss(document: Document, declared: Declared) -> Found | None:
    """The function that is differentiated or called convex, and is not used by another such function.

    One that a sentence with unknown words defines is taken where no other does.
    """
    praised = {key_of(name) for name in praised_in(document)}
    unread = {one.text for one in document.statements if isinstance(one, Unread) and not DENYING.search(one.text)}
    found = _losses(document, declared, praised) or _losses(document, declared, praised, unread)
    used = {part.base for _, _, body, _ in found for part in walk(body) if isinstance(part, Name)}
    found = [one for one in found if one[0].base not in used] or found
    found = [one for one in found if key_of(one[0]) in declared.heads] or found
    return next((one for one in found if key_of(one[0]) in praised), found[0] if found else None)


def _losses(
    document: Document, declared: Declared, praised: Container[str], unread: Container[str] = ()
) -> list[Found]:
    """Every function that may be the loss; under what is said in words only where these words are among the unread."""
    found = list[Found]()
    for statement in document.statements:
        if not isinstance(statement, Formula) or statement.role not in ("definition", "claim"):
            continue
        if statement.scope and not statement.scope.startswith("on the "):  # "on the real line" leaves it as it is
            continue
        said = [node.text for node in statement.conditions if isinstance(node, Text) and node.text in unread]
        conditions = (node for node in statement.conditions if not (isinstance(node, Text) and node.text in unread))
        if not all(_leaves_it(node) or (said and _is_index(node)) for node in conditions):
            continue
        defined = defined_by(statement.chain)
        if defined is None or defined[0].base == "sigma" or new_key(defined[0])[1]:
            continue
        head, args, body = defined
        if (head.base in ("H", "g") or said) and not args:
            continue
        known = key_of(head) in declared.names or key_of(head) in declared.definitions
        if (
            known
            or not (head.base in HEADS or key_of(head) in praised)
            or any(key_of(head) == key_of(f[0]) for f in found)
        ):
            continue
        parameters = args or tuple(map(Name, declared.parameters)) or tuple(differentiated_by(document, head))
        parameters = parameters or tuple(usual(body))
        if parameters and not has_derivative(body):
            found.append((head, parameters, body, statement.tex_line))
    return found


def _leaves_it(node: Node) -> bool:
    """A condition under which the loss may be stated: where letters lie, a sign, "for one sample (x, y)"."""
    if isinstance(node, Text):
        return ONE_SAMPLE.match(node.text) is not None
    return isinstance(node, Chain) and (_is_all_real(node) or _is_sign(node))


def _is_index(node: Node) -> bool:
    """k = 1, ..., K, which an unread sentence says of what stands before."""
    match node:
        case Chain(Name(), (Relation("=", Group(_, items)),)):
            return Mark("dots") in items
    return False
