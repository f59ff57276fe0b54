"""Clauses that give: definitions, assumptions, conditions, hypotheses of an implication."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.spaces import is_space
from symconvex.handcheck.formula.tree import (
    Chain,
    Group,
    MaybeCall,
    Name,
    Node,
    Power,
    Relation,
    Text,
    Transpose,
)
from symconvex.handcheck.prose.clauses import MATHS, SIDES, Clause, formulas
from symconvex.handcheck.prose.context import (
    SLOPELESS,
    TAKING,
    Context,
    Found,
    Given,
    Step,
    assuming,
    everywhere,
    formula_of,
    is_another,
    role_of,
    stating,
    under,
    unread,
)
from symconvex.handcheck.prose.looks import (
    DERIVED,
    is_about_letters,
    is_derived,
    is_hypothesis,
    is_literal,
    is_ordering,
)
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.prose.signs import signed
from symconvex.handcheck.prose.stating import claims, stated
from symconvex.handcheck.prose.subjects import NOBODY, Subject, properties
from symconvex.handcheck.text.document import Assumption, Claim, Formula, Noun, Release

COMPLEMENTS = {"=": "!=", "!=": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
UNIVERSAL = ("every", "each", "any", "all", "arbitrary")
RESTRICTING = ("FULL", "ADJ", "PT", "SYM", "EXP")
UNBOUND = ("SYM", "AND", "A", "THE", "QNT", "PTN", "KINDN")  # "for an arbitrary vector v" restricts nothing


def defined(clause: Clause, c: Context, found: Found) -> Step:
    """Equations define, orders of letters are assumed; no letter is defined by v^T H v > 0: that is claimed."""
    noun = next((t.meaning for t in reversed(clause.tokens) if t.kind == "NOUN"), "") if clause.has("IS") else ""
    chains = formulas(clause.tokens)
    claimed = [
        token
        for token in chains
        if (token.kind.endswith("REL") or (clause.head.kind == "TELL" and not _is_of_a_function(token)))
        and not (clause.head.kind == "WITH" and _restricts(token))
    ]
    if noun in DERIVED or claimed:
        return stated(clause, c, found, about=Subject(None, Noun(noun)) if noun else NOBODY)
    if clause.has("SHORT"):
        return shorthand(clause, c, found)
    bound = [token for token in chains if _restricts(token)]
    if clause.head.kind == "WITH":
        given = tuple(Given(token.node, scope="sentence") for token in bound if token.node is not None)
        if c.mood == "let" and given and not _chosen(found, c.number):
            # "let y >= 0 with sum y = 1": it stands for all that follows
            found = (*found, Assumption(clause.line, tuple(one.node for one in given), said(clause.tokens)))
            given = ()
        plain = [token for token in chains if token not in bound]
        after, found = stating(c, found, *(formula_of(token, "definition") for token in plain)) if plain else (c, found)
        return assuming(after, found, given)
    values = [
        render(t.node.left) for t in chains if isinstance(t.node, Chain) and is_literal(t.node.relations[-1].right)
    ]
    mood = "let" if c.mood == "claim" and clause.head.kind in ("LET", "PUT", "CHOOSE") else c.mood
    c = replace(c, fixed=(*c.fixed, *values), mood=mood)
    return stating(c, found, *(formula_of(token, "definition") for token in chains)) if chains else (c, found)


def _is_of_a_function(token: Token) -> bool:
    """ "Look at f(x) = x^4" says what f is; "compute g = X^T r" claims."""
    return isinstance(token.node, Chain) and isinstance(token.node.left, MaybeCall)


def _chosen(found: Found, number: int) -> bool:
    """ "Take w = t e with t^2 = 1/mu": what is chosen in this sentence is said of what follows in it only."""
    here = (one for one in found if isinstance(one, Formula) and one.sentence in (0, number))
    return any(one.chain.relations[0].sign in ("=", ":=") for one in here if one.role == "definition")


def _restricts(token: Token) -> bool:
    """Does a formula after "with" or "let" restrict a letter rather than define one?"""
    chain = token.node
    if not isinstance(chain, Chain):
        return False
    if is_ordering(chain):
        return token.kind.endswith("RST") and is_about_letters(chain)
    return not isinstance(chain.left, Name | MaybeCall | Group) and not is_derived(chain.left)


def shorthand(clause: Clause, c: Context, found: Found) -> Step:
    """ "z is short for Xw": the letter and what it stands for."""
    at = next(k for k, token in enumerate(clause.tokens) if token.kind == "SHORT")
    before = [token.node for token in clause.tokens[:at] if token.kind in SIDES]
    letter, body = before[-1] if before else c.subject.node, clause.tokens[at + 1].node
    if letter is None or body is None:
        return unread(clause, c, found)
    chain = Chain(letter, (Relation(":=", body, clause.line),), clause.line)
    return stating(c, found, Formula(chain, "inline", "definition", clause.line))


def assumed(clause: Clause, c: Context, found: Found) -> Step:
    """ "Assume that X has full rank": it stands for all that follows; a supposition up to its contradiction."""
    nodes = tuple(hypotheses(clause.part("what")))
    if clause.head.kind == "SYM" and clause.tokens[-1].meaning != "full rank":  # "X of full column rank: ..."
        return unread(clause, c, found)
    if clause.has("DOUBT") or not nodes or c.mood == "deny":
        return unread(clause, c, found)
    supposed = clause.head.kind == "SUPPOSE" and not any(isinstance(node, Chain) for node in nodes)
    lasting = (clause.head.meaning or "suppose") if clause.head.kind == "SUPPOSE" else "assume"
    new = Assumption(clause.line, nodes, said(clause.tokens), supposed=supposed, lasting=lasting)
    return replace(c, link="", fresh=True, supposing=c.supposing or supposed), (*found, new)


def shaped(clause: Clause, c: Context, found: Found) -> Step:
    """ "M is a symmetric real n x n matrix": where M lies, and that it is its transpose."""
    letter = clause.part("what")[0].node
    size = next(token.node for token in clause.tokens if token.kind == "SIZE")
    traits = [token.meaning for token in clause.tokens if token.kind == "ADJ"]
    if letter is None or size is None or clause.has("IS", "not") or set(traits) - {"symmetric"} or c.mood == "deny":
        return unread(clause, c, found)
    space = Power(Name("R", ("blackboard",)), size)
    chains = [Chain(letter, (Relation("in", space, clause.line),), clause.line)]
    if traits:
        chains.append(Chain(letter, (Relation("=", Transpose(letter), clause.line),), clause.line))
    new = [Formula(chain, "inline", "definition", clause.line) for chain in chains]
    return stating(c, found, *new)


def required(clause: Clause, c: Context, found: Found) -> Step:
    """ "Convexity would require 0 <= -1": what follows stands under it, until "a contradiction" ends it."""
    prop, negated, _ = next(properties(clause.part("prop")))
    text = f"the loss is {'not ' if negated else ''}{prop}"
    found = (*found, Assumption(clause.line, (Text(text),), said(clause.tokens), supposed=True))
    stated_under = (formula_of(token, "claim") for token in formulas(clause.tokens))
    return stating(c, found, *stated_under, link="hence", supposing=True)


def contradicted(clause: Clause, c: Context, found: Found) -> Step:
    """What was supposed does not hold; where nothing was, it is not understood."""
    if not c.supposing:
        return unread(clause, c, found)
    return replace(c, given=(), fresh=True, supposing=False), (*found, Release(clause.line))


def hypotheses(tokens: Sequence[Token]) -> Iterator[Node]:
    """ "mu = 0 and X has full rank": each relation, and each clause of words as one text."""
    pieces: list[list[Token]] = [[]]
    for token, after in zip(tokens, (*tokens[1:], None), strict=True):
        kind = after.kind if after else ""
        if token.kind == "ST" or (token.kind in ("AND", "COMMA", "WITH") and kind in (*SIDES, *MATHS, "THE", "THAT")):
            pieces.append([])
        elif token.kind != "THAT" and kind != "ST":
            pieces[-1].append(token)
    for piece in pieces:
        chain = next((token.node for token in piece if token.kind in MATHS), None)
        chain = chain or signed(piece)
        if chain is not None:
            yield chain
        elif len(piece) > 1 or (piece and piece[0].kind == "PT"):
            yield Text(said(piece))


def conditioned(clause: Clause, c: Context, found: Found) -> Step:
    """Before a claim a condition waits for it; after one it belongs to that."""
    given = conditions_of(clause)
    if clause.head.kind == "WHERE" and clause.part("subj"):
        return _where(clause, c, found)
    places = [token.node for token in clause.part("what") if token.kind == "PT" and token.node is not None]
    if len(places) > 1:
        return _elsewhere(clause, c, found, places)
    if c.fresh and c.given and given and is_another(given[0], c.given[-1].node):  # "for x > 1 and for x < 0 we have"
        return _elsewhere(clause, c, found, [])
    if clause.head.kind == "BECAUSE":  # "since X has full rank"
        return _ranked_because(clause, c, found, given)
    if not given and clause.row == "vague" and clause.head.kind == "IF":  # "and also if not"
        return unread(clause, c, found)
    if not given and clause.head.kind in ("FOR", "AT") and clause.has("QNT") and clause.part("what"):
        found = everywhere(found)
        freed = tuple(token.node for token in clause.part("what") if token.kind == "SYM" and token.node is not None)
        if not c.fresh and any(token.text in c.fixed for token in clause.part("what")):
            return unread(clause, c, found[:-1])
        if any(token.text.lower() == "real" for token in clause.tokens):
            wide = tuple(Given(Chain(name, (Relation("in", Name("R"), clause.line),), clause.line)) for name in freed)
            return (c, (*found[:-1], under(found[-1], wide))) if not c.fresh and found else assuming(c, found, wide)
        at = len(found) if c.fresh else len(found) - 1  # "... for general v" is said of what stands before it
        return (c, (*found[:at], Release(clause.line, freed), *found[at:])) if freed else (c, found)
    if clause.head.kind == "AT" and any(t.meaning in SLOPELESS for t in clause.part("what")):
        c = replace(c, scope=said(clause.tokens))
    last = found[-1] if found else None
    if isinstance(last, Claim) and last.role == "reason" and c.told.endswith(last.text):  # "as it is linear on [0, 1]"
        return c, (*found[:-1], under(last, given))
    after = last is not None and role_of(last) in TAKING and (not c.fresh or (given[:1] and given[0].binding == "iff"))
    binding = given[0].binding if given else "if"
    if isinstance(last, Formula) and after and binding in ("iff", "only if") and clause.has("CONV"):
        return equivalent(clause, c, found, binding)
    if after and last is not None:
        at = _begin_of(found) if clause.head.kind in ("AT", "FOR") else len(found) - 1
        return c, (*found[:at], *(under(one, given) for one in found[at:]))
    return assuming(c, found, given)


def _begin_of(found: Found) -> int:
    """Where the claims of the last clause begin: "f and f' vanish at 0" says it of both."""
    at, last = len(found) - 1, found[-1]
    while at and isinstance(last, Claim) and isinstance(before := found[at - 1], Claim) and before.text == last.text:
        at -= 1
    return at


def _where(clause: Clause, c: Context, found: Found) -> Step:
    """ "..., where all counts x_i are positive": said of what stands before it, or waits for what follows."""
    chain = signed(clause.part("what"))
    if chain is None:
        return claims(clause, c, found)
    if found and role_of(found[-1]) in TAKING:
        return c, (*found[:-1], under(found[-1], (Given(chain),)))
    return assuming(c, found, (Given(chain),))


def _elsewhere(clause: Clause, c: Context, found: Found, places: Sequence[Node]) -> Step:
    """What was said is said of each of several places; what follows on them is said under words."""
    last = found[-1] if found else None
    if c.fresh or not isinstance(last, Formula | Claim) or last.role not in TAKING:
        text = said(clause.tokens) if places else f"for {render(c.given[-1].node)} and {said(clause.tokens)}"
        before = c if places else replace(c, given=c.given[:-1], pending=c.pending[:-1])
        return assuming(before, found, (Given(Text(text)),))
    return c, (*found[:-1], *(under(last, (Given(place),)) for place in places))


def _ranked_because(clause: Clause, c: Context, found: Found, given: tuple[Given, ...]) -> Step:
    """ "Since X has full rank" uses it, and says that it is so."""
    who = next((token.node for token in clause.part("what") if token.kind in SIDES), None)
    if who is None:
        return unread(clause, c, found)
    reason = Claim("full rank", who, Noun(""), False, clause.line, said(clause.tokens), "reason", "because")
    last = found[-1] if found else None
    if last is not None and role_of(last) in TAKING and not c.fresh:
        _, new = stating(replace(c, given=()), (), reason)
        return c, (*found[:-1], under(last, given), *new)
    after, found = stating(c, found, reason)
    return assuming(replace(after, fresh=True), found, given)


def conditions_of(clause: Clause) -> tuple[Given, ...]:
    """What the clause puts as conditions, and how they bind."""
    what, head = clause.part("what"), clause.head
    binding = head.meaning if head.kind == "CONV" else "near" if head.meaning == "near" else "if"
    implication = any(token.kind in ("IMPLIES", "ARROW") for token in what)  # "iff Xv = 0 forces v = 0"
    nodes: list[Node | None] = [Text(said(what))] if implication else [*hypotheses(what)]
    nodes = nodes or ([what[0].node] if len(what) == 1 and _is_place(what[0]) else [])
    restricts = signed(what) if head.kind == "FOR" else None
    if restricts is not None:
        return (Given(restricts, binding),)
    if head.kind in ("FOR", "AT") and not formulas(what):
        kept = _is_kept(clause, what)
        point = what[0].node if len(what) == 1 and what[0].kind == "PT" and head.kind == "FOR" else None
        words = what if len(what) == 1 and what[0].kind in SIDES else clause.tokens[1:]
        nodes = [] if any(t.meaning in SLOPELESS for t in what) and head.kind == "AT" else nodes
        nodes = [point or Text(f"{head.text.lower()} {said(words)}")] if kept else []
    if binding == "near":
        nodes = [Text(said(clause.tokens)), *nodes]
    if binding == "unless":
        turned = [complement(node) for node in nodes if node is not None]
        if all(turned) and len(turned) == 1:
            return tuple(Given(node, "if not") for node in turned if node is not None)
    return tuple(Given(node, binding) for node in nodes if node is not None)


def _is_kept(clause: Clause, what: Sequence[Token]) -> bool:
    """Do words without a relation restrict anything? "For each sample" and "for an arbitrary v" do not."""
    if clause.head.kind == "FOR" and clause.has("QNT") and all(token.kind in UNBOUND for token in what):
        return False
    if any(t.text.lower() in UNIVERSAL for t in clause.tokens) and all(token.kind in UNBOUND for token in what):
        return False  # "at each z"
    general = clause.has("QNT") and any(token.kind == "NOUN" for token in what)
    restricting = any(token.kind in RESTRICTING and not _is_domain(token) for token in what)
    return clause.head.kind == "AT" or clause.row == "vague" or general or restricting


def _is_domain(token: Token) -> bool:
    """ "On all of R^d", "on [0, 1]^K"."""
    return token.kind in ("EXP", "SYM") and token.node is not None and is_space(token.node)


def _is_place(token: Token) -> bool:
    return token.kind in ("PT", "EXP", "SYM") and token.node is not None


def complement(node: Node) -> Node | None:
    """What holds where a relation of numbers does not."""
    match node:
        case Chain(left, (relation,), line) if relation.sign in COMPLEMENTS:
            return Chain(left, (replace(relation, sign=COMPLEMENTS[relation.sign]),), line)
    return None


def equivalent(clause: Clause, c: Context, found: Found, binding: str) -> Step:
    """ "a = 0 iff b = 0": the first is the condition of the second, and both directions are meant."""
    chains = formulas(clause.part("what"))
    last = found[-1]
    if not isinstance(last, Formula) or len(chains) != 1 or len(clause.part("what")) != 1:
        given = conditions_of(clause)
        return c, (*found[:-1], under(last, given))
    hypothesis, kept = hypothesis_of(last, anything=True)
    if hypothesis is None:
        return stating(replace(c, link="iff"), found, formula_of(chains[0], last.role))
    c = replace(c, given=(Given(hypothesis, scope="implication"),), link="iff" if binding == "iff" else "hence")
    after, found = stating(c, (*found[:-1], *kept), formula_of(chains[0], last.role))
    return replace(after, given=()), found


def hypothesis_of(last: Formula, *, anything: bool) -> tuple[Chain | None, tuple[Formula, ...]]:
    """What was said last as a hypothesis, and what of it stays: the computation before its last sign."""
    if last.link == "hence":
        return None, (last,)
    if last.link == "iff" and last.conditions and isinstance(last.conditions[-1], Chain):
        return last.conditions[-1], (last,)
    if last.role not in ("claim", "task") or last.called is not None:
        return None, (last,)
    chain, relations = last.chain, last.chain.relations
    if len(relations) > 1 and is_literal(relations[-1].right) and not is_ordering(chain):
        final = Chain(relations[-2].right, relations[-1:], relations[-1].tex_line)
        return final, (replace(last, chain=replace(chain, relations=relations[:-1])),)
    if is_hypothesis(chain) or (anything and len(relations) == 1):
        return chain, ()
    return None, (last,)


def implied(clause: Clause, c: Context, found: Found) -> Step:
    """ "a > 0 implies b > 0": what was just stated becomes the condition of what follows."""
    last = found[-1] if found else None
    named_fact = c.told.split()[:-1][-1:] and any(w in c.told.lower().split() for w in ("identity", "equation", "fact"))
    if not isinstance(last, Formula) or named_fact or (c.fresh and not clause.has("ARROW")):
        return replace(c, link="hence", fresh=True), found
    hypothesis, kept = hypothesis_of(last, anything=not clause.has("ARROW"))
    if hypothesis is None:
        return replace(c, link="hence", fresh=True), found
    given = (Given(hypothesis, scope="implication"), *(Given(node) for node in last.conditions))
    return replace(c, given=given, pending=given, link="hence", fresh=True), (*found[:-1], *kept)
