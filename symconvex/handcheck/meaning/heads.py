"""The letter of the loss, and letters that are no gradient and no Hessian though they look like it."""

from collections.abc import Iterator

from symconvex.handcheck.formula.tree import Apply, Chain, Derivative, MaybeCall, Name, Node, Prime, Transpose
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.meaning.declare import HEADS, USUAL
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.setting import Setting, every_node
from symconvex.handcheck.prose.looks import CONVEXITY, is_constant
from symconvex.handcheck.text.document import Claim, Document, Formula, Statement, chains


def heads_of(document: Document, setting: Setting) -> Iterator[str]:
    """The letter of the loss: what is differentiated, or called at the parameters, and has no other meaning.

    A letter that the text defines by itself, C = diag(c), is no function beside one that is differentiated: C(s - y).
    """
    known = {*setting.declared.names, *setting.declared.definitions, *_local_functions(document, setting)}
    derived, called = list[Name](), list[Name]()
    for node in every_node(document):
        match node:
            case Derivative(_, MaybeCall(Name() as name, _, _, _) | (Name() as name), _, _, _) | Prime(
                Name() as name, _
            ):
                derived.append(name)
            case MaybeCall(Name() as name, _, _, _):
                called.append(name)
    keys, calls_of = ([new_key(Name(name.base, name.decorations))[0] for name in names] for names in (derived, called))
    keys = [key for key in keys if key in HEADS and key not in known]
    apart = {*_by_themselves(document)} if keys else set[str]()
    yield from (*keys, *(key for key in calls_of if key in HEADS and key not in known | apart))


def _by_themselves(document: Document) -> Iterator[str]:
    """Letters without an argument on the left of an equation with letters on its right."""
    for statement in document.statements:
        match statement:
            case Formula(Chain(Name(_, _, (), ()) as name, (relation, *_))) if relation.sign in ("=", ":="):
                if any(isinstance(part, Name) for part in walk(relation.right)):
                    yield new_key(name)[0]


def praised(document: Document, setting: Setting) -> tuple[str, ...]:
    """Where only words speak of the loss: the letter that is called convex, when nothing else has it."""
    known = {*setting.declared.names, *setting.declared.definitions}
    for statement in document.statements:
        match statement:
            case Claim(subject=Name(base, (), (), ())) if statement.kind in CONVEXITY and base in HEADS:
                return (base,) if base not in known and setting.declared.loss else ()
    return ()


def _local_functions(document: Document, setting: Setting) -> Iterator[str]:
    """In "let l(m) = log(1 + e^{-m})" l is no loss, as m is no parameter of it."""
    parameters = setting.declared.parameters
    for statement in document.statements:
        for chain in chains(statement) if parameters else ():
            match chain.left:
                case MaybeCall(Name() as head, args) if not any(_is_one_of(arg, parameters) for arg in args):
                    if all(isinstance(arg, Name) and not arg.subscripts for arg in args):
                        yield new_key(Name(head.base, head.decorations))[0]


def _is_one_of(node: Node, names: tuple[str, ...]) -> bool:
    return isinstance(node, Name) and new_key(node)[0] in names


def apart(document: Document) -> Iterator[str]:
    """g where the gradient is written out as such and never as g, H where the Hessian is."""
    said = [(statement, chain) for statement in document.statements for chain in chains(statement)]
    for letter, kind in (("g", "gradient"), ("H", "hessian")):
        if any(_is_plain(chain.left, kind) for _, chain in said) and not any(_tied(*one, letter, kind) for one in said):
            yield letter


def _is_plain(node: Node, kind: str) -> bool:
    return isinstance(node, Derivative) and node.kind == kind and not node.wrt


def _tied(statement: Statement, chain: Chain, letter: str, kind: str) -> bool:
    """Is the letter said to be the derivative, or set beside one?"""
    sides = (chain.left, *(relation.right for relation in chain.relations))
    if Name(letter) not in sides:
        return False
    named = isinstance(statement, Formula) and statement.called is not None and statement.called.word == kind
    return named or any(isinstance(part, Derivative) for part in walk(chain))


def key_of(name: Name) -> str:
    """The letter with its labels, as one word."""
    return new_key(Name(name.base, name.decorations, name.subscripts))[0]


def defined_by(chain: Chain) -> tuple[Name, tuple[Node, ...], Node] | None:
    """J(w) = body or J = body."""
    if not chain.relations or chain.relations[0].sign not in ("=", ":=", "equiv"):
        return None
    match chain.left:
        case MaybeCall(Name() as head, args, _, ()) if all(isinstance(arg, Name) for arg in args):
            return head, args, chain.relations[0].right
        case Apply(_, args, ()) if args and all(isinstance(arg, Name) for arg in args):  # lse(z) = log sum_i e^{z_i}
            return Name("J"), args, chain.relations[0].right
        case Name() as head:
            return head, (), chain.relations[0].right
    return None


def has_derivative(body: Node) -> bool:
    """Does a derivative occur in it?"""
    return any(isinstance(part, Derivative | Prime) for part in walk(body))


def praised_in(document: Document) -> Iterator[Name]:
    """What is differentiated, and what is called convex or not."""
    for statement in document.statements:
        match statement:
            case Claim(subject=Name() as subject) if statement.kind in CONVEXITY:
                yield subject
            case Claim(subject=MaybeCall(Name() as head)) if statement.kind in CONVEXITY:
                yield head
    for node in every_node(document):
        match node:
            case Derivative(_, MaybeCall(Name() as head) | (Name() as head), _, _, _):
                yield head
            case Prime(Name() as head, _):
                yield head


def differentiated_by(document: Document, head: Name) -> Iterator[Node]:
    """The names by which J is differentiated, w of dJ/dw_j, less those that the text defines."""
    found = dict[Node, None]()
    defined = {key_of(name) for name in given_letters(document)}
    for node in every_node(document):
        match node:
            case Derivative("gradient" | "hessian" | "partial" | "total", of, wrt, _, _) if of is not None:
                inner = of.head if isinstance(of, MaybeCall) else of
                if inner == head:
                    found.update(dict.fromkeys(Name(one.base, one.decorations) for one in wrt if isinstance(one, Name)))
    yield from [name for name in found if isinstance(name, Name) and key_of(name) not in defined]


def given_letters(document: Document) -> Iterator[Name]:
    """Letters that stand alone on the left of an equation: z = Xw."""
    for statement in document.statements:
        if isinstance(statement, Formula) and isinstance(statement.chain.left, Name) and statement.chain.relations:
            literal = is_constant(statement.chain.relations[0].right)
            if (
                statement.chain.relations[0].sign in ("=", ":=")
                and not isinstance(statement.chain.relations[0].right, Transpose)
                and not literal
                and not statement.chain.left.superscripts
            ):
                yield Name(statement.chain.left.base, statement.chain.left.decorations)


def usual(body: Node) -> Iterator[Node]:
    """The letter that is usually minimised over."""
    names = [Name(part.base, part.decorations) for part in walk(body) if isinstance(part, Name)]
    yield from [name for letter in USUAL for name in dict.fromkeys(names) if name.base == letter][:1]
