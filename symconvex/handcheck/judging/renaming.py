"""The declared loss in the letters of the text: J(w) = |Xw - y|^2 is declared, f(x) = |Ax - b|^2 is written.

The declarations take the letters of the text only where the formula that it states for its loss then has the value of
the declared one; what else it states is judged as it stands.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, permutations

from symconvex.deadline import OutOfTime, time_limit
from symconvex.errors import LossError
from symconvex.handcheck.formula import spaces
from symconvex.handcheck.formula.tree import Chain, Name, Node
from symconvex.handcheck.formula.walking import walk
from symconvex.handcheck.judging.trying import INSTANCES, Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.declare import HEADS
from symconvex.handcheck.meaning.defining import prepare
from symconvex.handcheck.meaning.heads import defined_by, has_derivative, key_of, praised_in
from symconvex.handcheck.meaning.naming import new_key
from symconvex.handcheck.meaning.problems import completed
from symconvex.handcheck.meaning.relettering import as_word, relettered, sizes_of
from symconvex.handcheck.meaning.restricting import is_freed
from symconvex.handcheck.meaning.setting import Setting, every_node
from symconvex.handcheck.meaning.shapes import Said, said_of_loss
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.meaning.worlds import bare_env
from symconvex.handcheck.text.declared import Declared, Named
from symconvex.handcheck.text.document import Document, Formula
from symconvex.handcheck.values.matrices import Mismatch, NotSymbolic
from symconvex.handcheck.values.scalars import is_function, reset_precision, set_precision
from symconvex.language.vocabulary import names_in
from symconvex.problem import Shape

MOST_LETTERS, MOST_WAYS, MOST_LOSSES, SECONDS = 5, 24, 3, 3.0
FAILS = (Unknown, Mismatch, NotSymbolic, LossError, ArithmeticError, OutOfTime)


def in_letters_of(document: Document, declared: Declared) -> Declared:
    """The declarations in the letters of the text, where they are others; else as they are.

    Where more than one way fits, and they say different things of a letter, none is taken.
    """
    if declared.written or not _is_readable(declared):
        return declared
    others, definitions = list[str](), _definitions(document)
    for formula, head in islice(_losses(document, declared), MOST_LOSSES):
        pairs = _Pairs.of(said_of_loss(document, formula, _functions(declared)), document, declared)
        if pairs.are_same:
            return declared
        found = [(_agreeing(formula, definitions, way), way) for way in islice(pairs.ways(head), MOST_WAYS)]
        most = max((count for count, _ in found), default=0)
        ways = [way for count, way in found if count == most > 0]
        if len({_told(way) for way in ways}) == 1 and not _frees(document, ways[0]):
            return ways[0]
        others += [head] if pairs.are_apart and head in HEADS and head not in declared.heads else []
    return replace(declared, foreign=frozenset(others))


def _definitions(document: Document) -> Document:
    """What the text defines: a loss may be written with it."""
    formulas = (s for s in document.statements if isinstance(s, Formula))
    found = ((s, defined_by(s.chain)) for s in formulas)
    return Document(tuple(s for s, defined in found if defined is not None and not has_derivative(defined[2])))


def _is_readable(declared: Declared) -> bool:
    """Is there a loss in the loss language?"""
    try:
        return bool(declared.loss) and bool(completed(declared).names)
    except LossError:
        return False


def _losses(document: Document, declared: Declared) -> Iterator[tuple[Formula, str]]:
    """The lines by which the text says what its loss is, and the letter of the loss."""
    heads = {part.base for part in every_node(document) if isinstance(part, Name)} & {*declared.heads}
    praised = {key_of(name) for name in praised_in(document)}
    for statement in document.statements:
        if not isinstance(statement, Formula) or statement.role not in ("definition", "claim") or statement.scope:
            continue
        found = defined_by(statement.chain)
        if found is None or has_derivative(found[2]) or new_key(found[0])[1]:
            continue
        key = key_of(found[0])
        known = key in declared.names or key in declared.definitions
        if key in heads or (not heads and not known and (key in praised or found[0].base in HEADS)):
            yield statement, key


def _functions(declared: Declared) -> dict[str, Named]:
    """The names that are declared to be functions."""
    return {key: named for key, named in declared.names.items() if _is_function(named)}


def _is_function(named: Named) -> bool:
    return len(named.shape) == 1 and is_function(str(named.shape[0]))


def _agreeing(loss: Formula, definitions: Document, declared: Declared) -> int:
    """How many lines have the value of what is declared, at every instance that is tried; 0 where the loss has not."""
    known = {*declared.definitions}
    lines = [s for s in definitions.statements if isinstance(s, Formula) and _is_one_of(s.chain.left, known)]
    before = set_precision()
    try:
        with time_limit(SECONDS):
            trial = Trial(prepare(completed(declared), definitions), INSTANCES)
            return 1 + sum(_holds(line, trial) for line in lines) if _holds(loss, trial) else 0
    except FAILS:
        return 0
    finally:
        reset_precision(before)


def _is_one_of(left: Node, keys: Container[str]) -> bool:
    return isinstance(left, Name) and new_key(left)[0] in keys


def _holds(formula: Formula, trial: Trial) -> bool:
    chain = formula.chain
    outcome = trial.relation(chain.left, "=", chain.relations[0].right, (), (chain,))
    return outcome.held > 0 and outcome.failure is None and not outcome.unread


def _frees(document: Document, declared: Declared) -> bool:
    """May the text say more of a letter than is declared of it under its other name?"""
    renamed = {said.split()[0] for said in declared.renamed} & {*declared.names}
    bound = (key for key in renamed if declared.names[key].within != "real" or declared.names[key].traits)
    return any(is_freed(small, document) for key in bound for small in {key, key[:1].lower() + key[1:]})


def _told(declared: Declared) -> frozenset[tuple[object, ...]]:
    """What is said of each letter."""
    return frozenset(
        (key, named.shape, named.within, named.traits, key in declared.parameters)
        for key, named in declared.names.items()
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The letters of a loss in the text, and those that are declared.

    kept      declared name -> the letter that means it in the text
    new       letters of the text that nothing declares
    free      declared names that the text does not write
    stated    the shapes that the text tells
    taken     every letter of the text
    elsewhere the text writes what the loss is declared to be minimised over
    """

    said: Said
    declared: Declared
    names: Mapping[str, Named]
    kept: Mapping[str, str]
    new: tuple[str, ...]
    free: tuple[str, ...]
    stated: Mapping[str, Shape]
    taken: frozenset[str]
    elsewhere: bool

    @classmethod
    def of(cls, said: Said, document: Document, declared: Declared) -> "_Pairs":
        """The pairs that need no renaming, and what is left on both sides."""
        texts, names = (declared.loss, *declared.definitions.values()), completed(declared).names
        used = dict.fromkeys(name for text in texts for name in names_in(text) if name in names)
        used = {name: None for name in used if not _is_function(names[name])}
        kept = {name: key for key in said.letters if (name := _meant(key, said, declared, names)) in used}
        elsewhere = {*_occurring(document, said, declared)} & {*declared.parameters}
        free = tuple(name for name in used if name not in kept and name not in elsewhere)
        sizes = {*declared.sizes(), *said.limits.values(), said.count, *declared.definitions}
        stated = dict(_stated(document))
        sizes |= {size for shape in stated.values() for size in shape if isinstance(size, str)}
        new = tuple(key for key in said.letters if key not in kept.values() and key not in sizes)
        taken = frozenset(part.base for part in every_node(document) if isinstance(part, Name))
        return cls(said, declared, names, kept, new, free, stated, taken, bool(elsewhere))

    @property
    def are_same(self) -> bool:
        """Does the text write every letter, and every size, as it is declared?"""
        sizes = self._sizes(self.kept)
        return not self.new and all(old == new for old, new in (sizes or {}).items())

    @property
    def are_apart(self) -> bool:
        """Is the loss of the text a function of other letters altogether?"""
        theirs = bool(self.new) and bool(self.said.args)
        return theirs and not self.elsewhere and not {*self.kept} & {*self.declared.parameters}

    def ways(self, head: str) -> Iterator[Declared]:
        """The declarations under every renaming that fits what is said of the letters."""
        if len(self.new) > min(MOST_LETTERS, len(self.free)):
            return
        for chosen in permutations(self.free, len(self.new)):
            words = {old: self._word(old, key) for old, key in zip(chosen, self.new, strict=True)}
            sizes = self._sizes({**self.kept, **dict(zip(chosen, self.new, strict=True))})
            if "" in words.values() or sizes is None:
                continue
            new = relettered(self.declared, words, sizes, self.taken)
            if new is not None:
                same = {*new.parameters} == {*self.said.args}
                yield replace(new, heads=(head,), parameters=self.said.args if same else new.parameters)

    def _word(self, old: str, key: str) -> str:
        """The name for a letter of the text that means what was declared as `old`; empty where it cannot."""
        named, parameters = self.names[old], self.declared.parameters
        if self.said.args and parameters and (key in self.said.args) != (old in parameters):
            return ""
        rank = len(named.shape)
        if old in self.declared.names and key in self.stated and len(self.stated[key]) not in (rank, rank - 1):
            return ""
        rows = rank == 2 and key in self.said.indexed
        return as_word(key[:1].upper() + key[1:] if rows else key)

    def _sizes(self, letters: Mapping[str, str]) -> dict[str, str] | None:
        """Declared size -> size of the text; None where the two do not go together."""
        found = dict[str, str]()
        for old, key in letters.items():
            shape = self.names[old].shape
            limits = tuple(self.said.limits.get((key, axis), "") for axis in range(len(shape)))
            for told in (limits, self.stated.get(key, ())):
                for size, other in sizes_of(shape, told):
                    if found.setdefault(size, other) != other:
                        return None
        return found if len({*found.values()}) == len(found) else None


def _meant(key: str, said: Said, declared: Declared, names: Mapping[str, Named]) -> str:
    """The declared name that a letter of the text means as it stands."""
    word, capital = as_word(key), key[:1].upper() + key[1:]
    if key in said.args and declared.parameters:
        return word if word in declared.parameters else ""
    if word in names:
        return word
    matrix = declared.samples.get(key, (capital, 0))[0]
    return matrix if key in said.indexed and matrix in names else ""


def _occurring(document: Document, said: Said, declared: Declared) -> Iterator[str]:
    """The declared names in the text; what the loss is a function of there is its own."""
    env = bare_env(Setting(declared))
    for node in every_node(document):
        if isinstance(node, Name) and node.base not in said.args:
            found = indexing.resolve(node, env)
            yield from () if found is None else (found.key,)


def _stated(document: Document) -> Iterator[tuple[str, Shape]]:
    """The shapes that the text tells: A in R^{m x n}, and x_i in R^d."""
    for node in every_node(document):
        if isinstance(node, Chain) and len(node.relations) == 1 and node.relations[0].sign == "in":
            for name, space in spaces.each_in(node.left, node.relations[0].right):
                letters = {part.base for part in walk(space) if isinstance(part, Name)} - {*spaces.NUMBERS}
                shape = spaces.shape_of(space, letters)
                if isinstance(name, Name) and shape:
                    yield new_key(name)[0], shape
