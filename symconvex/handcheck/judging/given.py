"""What a line that holds was judged under: suppositions in force, and what is declared of its letters."""

import re
from collections.abc import Iterator

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import (
    Big,
    Chain,
    Derivative,
    Group,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Prime,
    Relation,
    Text,
)
from symconvex.handcheck.formula.walking import sides_of, value_names, walk
from symconvex.handcheck.judging.comparing import EQUAL
from symconvex.handcheck.judging.trying import Trial
from symconvex.handcheck.meaning import indexing
from symconvex.handcheck.meaning.claims import Item
from symconvex.handcheck.meaning.naming import stems
from symconvex.handcheck.meaning.problems import written_out
from symconvex.handcheck.meaning.world import Unknown
from symconvex.handcheck.text.declared import Named
from symconvex.handcheck.values.matrices import NotSymbolic
from symconvex.language.vocabulary import names_in

SETS = {"positive": "> 0", "nonnegative": ">= 0", "sign": "in {-1, 1}", "binary": "in {0, 1}", "unit": "in (0, 1)"}
SETS |= {"count": "in {0, 1, 2, ...}"}
TRAITS = {"full-rank": "of full rank", "psd": "positive semidefinite", "pd": "positive definite"}
LABELS = {"sign": {"-1", "1"}, "binary": {"0", "1"}}
RANK = re.compile(r"\b(rank|independent)\b")


def leaves(relation: Relation, within: str) -> bool:
    """Is a label said to be what it is declared not to be: y in {0, 1} beside y in {-1, 1}?"""
    match relation:
        case Relation("in", Group("{", items) | Power(Group("{", items))) if within in LABELS:
            return not {render(item) for item in items} <= LABELS[within]
    return False


def given_of(item: Item, trial: Trial) -> tuple[str, ...]:
    """The hypotheses of a line, in words; those of the letters that it speaks of, and no others."""
    letters = letters_of(item, trial)
    conditions = item.claim.conditions if item.claim is not None else item.conditions
    spare = item.sign in EQUAL and not _is_inverted(item)
    conditions = tuple(condition for condition in conditions if not _is_of_space(condition))
    said = [_said(condition) for condition in conditions if _concerns(condition, letters, trial)]
    said = [words for words in said if not (spare and RANK.search(words))]
    said += [f"{render(base)} is invertible" for base in _inverted(item)]
    names = trial.setting.declared.names
    told = (words for name in letters if name in names for words in _declared(names[name]))
    domain = (text for text in trial.setting.declared.where if {*names_in(text)} & {*letters})
    renamed = (words for words in trial.setting.declared.renamed if words.split()[0] in letters)
    return tuple(dict.fromkeys([*said, *told, *domain, *renamed]))


def concerning(conditions: tuple[Chain, ...], item: Item, trial: Trial) -> tuple[Chain, ...]:
    """Those of the conditions that speak of a letter of the line."""
    if not conditions:
        return ()
    parts = [part for node in (item.left, item.right) if node is not None for part in walk(node)]
    of_loss = any(isinstance(part, Derivative) and part.of is None for part in parts) or any(
        isinstance(part, Name) and part.base in trial.setting.heads for part in parts
    )
    own = {key for node in (item.left, item.right) if node is not None for key in _unfolded(node, trial, frozenset())}
    letters = own if parts and not of_loss else letters_of(item, trial)
    return tuple(one for one in conditions if not {*_unfolded(one, trial, frozenset())}.isdisjoint(letters))


ASSUMING = re.compile(r"assum|suppos|rank|independ|definite|convex|normal", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]\w*")


def unread_of(item: Item, trial: Trial) -> str:
    """What is declared of the letters of a line, or of all, and is not understood: the line may rest on it."""
    unread = (*trial.setting.declared.unread, *trial.setting.declared.doubted)
    letters = {*letters_of(item, trial)} if unread else set()
    known = set(trial.setting.declared.names)
    about = (text for text in unread if letters & (named := _named(text)) or _is_of_all(text, named & known))
    return next(about, "")


def _named(text: str) -> set[str]:
    """The letters in a text; of x_1, ..., x_T the letter x."""
    return {part for word in WORD.findall(text) for part in (word, word.partition("_")[0])}


def has_guessed(item: Item, trial: Trial) -> bool:
    """Does the line rest on a letter of which nobody says the shape?"""
    nodes = (node for node in (item.left, item.right) if node is not None)
    letters = {key for node in nodes for key in _unfolded(node, trial, frozenset())}
    declared = trial.setting.declared
    data = {*declared.guessed} - {*declared.parameters}  # the loss alone tells the shape of what it is minimised over
    return bool(letters & (declared.ambiguous | data))


def ends_of_sums(item: Item, trial: Trial) -> list[str]:
    """N of sum_{n=1}^N in a line or behind it, where nothing says that it counts the data: it is then any number."""
    setting = trial.setting
    nodes = [node for node in (item.left, item.right) if node is not None]
    nodes += [body for _, body in (*setting.written.values(), *setting.own.values())]
    ends = (part.upper for node in nodes for part in walk(node) if isinstance(part, Big))
    counted = {*setting.declared.sizes()}
    letters = {end.base for end in ends if isinstance(end, Name)} - counted
    return sorted(letters & {*letters_of(item, trial)}) if letters else []


def unsaid(item: Item, sides: tuple[Node, ...], trial: Trial) -> list[str]:
    """Letters of which nothing is said: they are no arguments of a function, and no condition compares them.

    That it is positive does not tell what a letter is: "let mu > 0, and let t^2 = n/mu".
    """
    parts = {part for side in sides for part in walk(side)}
    applied = (p.head.body if isinstance(p.head, Prime) else p.head for p in parts if isinstance(p, MaybeCall))
    stemmed = (stem for h in applied if isinstance(h, Name) for stem in stems(h) if stem in trial.setting.own)
    own = {letter for stem in stemmed for letter in trial.setting.own[stem][0]}
    chains = (tuple(sides_of(condition)) for condition in item.conditions if isinstance(condition, Chain))
    names = [{*map(_base, sides)} for sides in chains if _is_compared(sides, own)]
    return [letter for letter in trial.stray_letters(sides) if letter not in own.union(*names)]


def _is_compared(sides: tuple[Node, ...], own: set[str]) -> bool:
    """A letter between two others, or beside the argument of a function."""
    return len(sides) > 2 or (
        all(isinstance(side, Name) for side in sides) and any(map(own.__contains__, map(_base, sides)))
    )


def _base(node: Node) -> str:
    return node.base if isinstance(node, Name) and not node.subscripts else ""


def _is_of_all(text: str, named: set[str]) -> bool:
    return not named and ASSUMING.search(text) is not None


def letters_of(item: Item, trial: Trial) -> tuple[str, ...]:
    """The declared names that occur; behind the loss and its derivatives those of the loss."""
    nodes = [node for node in (item.left, item.right) if node is not None]
    subject = item.claim.subject if item.claim is not None else None
    nodes += [subject] if subject is not None else []
    declared = trial.setting.declared
    found = [key for node in nodes for key in _unfolded(node, trial, frozenset())]
    heads = {*trial.setting.heads}
    of_loss = item.claim is not None or any(
        isinstance(part, Derivative) or (getattr(part, "base", None) in heads) for node in nodes for part in walk(node)
    )
    whole = names_in(written_out(declared.loss, declared.definitions)) if of_loss and declared.loss else ()
    if of_loss and not declared.loss:  # a loss that the text states may rest on all that is stated
        whole = tuple(declared.names)
    return tuple(dict.fromkeys([*found, *whole]))


def _unfolded(node: Node, trial: Trial, seen: frozenset[str]) -> Iterator[str]:
    """The names in a formula, and those of the definitions that it uses, its own functions too."""
    written, own = trial.setting.written, trial.setting.own
    for part in walk(node):
        stem = (
            next((stem for stem in stems(part) if stem in own and stem not in seen), "")
            if isinstance(part, Name)
            else ""
        )
        if stem:
            yield from own[stem][0]
            yield from _unfolded(own[stem][1], trial, seen | {stem})
    for key in _keys(node, trial):
        yield key
        if key in written and key not in seen:
            yield from _unfolded(written[key][1], trial, seen | {key})


def _is_of_space(condition: Node) -> bool:
    """ "X in R^{n x d}" tells a shape, and is no hypothesis; a trait is told of the letter itself."""
    match condition:
        case Chain(_, (Relation("in", Text()),)):
            return True
        case Chain(_, (Relation("in", Power(Name("R" | "mathbbR", _, (), ()))),)):
            return True
    return False


def _inverted(item: Item) -> Iterator[Node]:
    """The matrices of which an equation has the inverse; "for every X" says nothing of those that have none."""
    if item.sign not in EQUAL:
        return
    for part in (part for node in (item.left, item.right) if node is not None for part in walk(node)):
        inverse = isinstance(part, Power) and isinstance(part.exponent, Neg) and isinstance(part.exponent.body, Number)
        base = part.base if inverse and isinstance(part, Power) else None
        if base is not None and any(isinstance(name, Name) and name.base[:1].isupper() for name in walk(base)):
            yield base


def _is_inverted(item: Item) -> bool:
    """Does an inverse or a minimiser occur, which needs a rank?"""
    nodes = (node for node in (item.left, item.right) if node is not None)
    parts = (part for node in nodes for part in walk(node))
    return any(
        (isinstance(part, Power) and isinstance(part.exponent, Neg)) or getattr(part, "superscripts", ())
        for part in parts
    )


def _keys(node: Node, trial: Trial) -> Iterator[str]:
    for name in value_names(node):
        try:
            found = indexing.resolve(name, trial.env(0))
        except (Unknown, NotSymbolic):
            continue
        if found is not None:
            yield found.key


def _concerns(condition: Node, letters: tuple[str, ...], trial: Trial) -> bool:
    """Is it said of a letter of the line? What is said in words may be."""
    named = {part.base for part in walk(condition) if isinstance(part, Name)}
    functions = {*trial.setting.heads, *trial.setting.own}
    if not isinstance(condition, Chain) or condition.relations[0].sign in ("=", ":="):  # a value may be used anywhere
        return True
    return bool({*_keys(condition, trial), *named} & {*letters, *functions})


def _said(condition: Node) -> str:
    return condition.text if isinstance(condition, Text) else render(condition)


def _declared(named: Named) -> Iterator[str]:
    if named.within in SETS:
        yield f"{named.name} {SETS[named.within]}"
    for trait in sorted(named.traits - {"closed", "direction"}):
        yield f"{named.name} {TRAITS.get(trait, trait)}"
