"""Third pass: each clause, in the context that the ones before it left, becomes statements.

    (clause, context) -> (context, statements)

A statement holds the conditions that stand where it is said. What no row took is Unread; a clause that denies, doubts
or restricts and was not read takes its whole sentence along.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconvex.handcheck.formula.render import render
from symconvex.handcheck.formula.tree import Apply, Chain, Derivative, Group, MaybeCall, Name, Node, Relation, Text
from symconvex.handcheck.prose.clauses import MATHS, OPPOSED, PROPERTIES, SIDES, Clause, formulas
from symconvex.handcheck.prose.looks import (
    DERIVED,
    OF_A_MATRIX,
    OPERATIONS,
    is_about_letters,
    is_derived,
    is_hypothesis,
    is_literal,
    is_ordering,
    several,
)
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.prose.subjects import LOSS, Subject, are_of_functions, named, properties
from symconvex.handcheck.text.document import (
    ZERO_SLOPE,
    Assumption,
    Claim,
    Formula,
    Noun,
    Release,
    Statement,
    Unread,
)

NOT_UNDERSTOOD = "not understood"
COMPLEMENTS = {"=": "!=", "!=": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
TAKING = ("claim", "task", "definition")
CONDITIONAL = ("IF", "FOR", "AT", "UNDER", "WITH", "WHERE", "CONV", "THAT")
SLOPELESS = ("minimiser", "minimum", "stationary point", "global minimum")  # points where the slope is zero
UNBOUND = ("SYM", "AND", "A", "THE", "QNT", "PTN", "KINDN")  # "for an arbitrary vector v" restricts nothing
UNCALLED = (
    "normal equations",
    "equation",
    "function",
    "loss",
    "bound",
    "term",
    "part",
)  # nouns that announce a relation, and say nothing of it


@dataclass(frozen=True, slots=True)
class Given:
    """A condition: how it binds (if, iff, only if, near, unread) and how long (clause, sentence, implication)."""

    node: Node
    binding: str = "if"
    scope: str = "clause"


@dataclass(frozen=True, slots=True)
class Context:
    """All that one clause hands to the next.

    subject     what was spoken of last; `function` the last of which a curvature can be said
    given       conditions of what follows; `pending` those of them that no statement has used
    mood        claim, task, clause (a task up to the next comma) or deny
    scope       words that widen or narrow what follows
    fresh       nothing was stated since the last joint
    told        the words of the sentence so far
    number      of the sentence
    fixed       letters to which the text gave values
    """

    subject: Subject = Subject()
    function: Subject = LOSS
    given: tuple[Given, ...] = ()
    pending: tuple[Given, ...] = ()
    link: str = ""
    mood: str = "claim"
    scope: str = ""
    fresh: bool = True
    told: str = ""
    number: int = 0
    fixed: tuple[str, ...] = ()


Found = tuple[Statement, ...]
Step = tuple[Context, Found]


def sentence_read(parts: Sequence[Clause], before: Context, *, asked: bool) -> Step:
    """The statements of one sentence; a question claims nothing."""
    mood = "task" if asked else "claim"
    c = replace(
        before, given=before.pending, link="", mood=mood, scope="", fresh=True, told="", number=before.number + 1
    )
    heard: list[Found] = []
    pieces = list(_segments(parts))
    for k, piece in enumerate(pieces):
        found: Found = ()
        for clause in piece:
            c, found = ACTS[clause.row](clause, c, found)
            c = replace(c, told=f"{c.told} {said(clause.tokens)}".strip())
        heard.append(found)
        if any(map(_denies, piece)):
            back = k > 0 and _denies(next((one for one in piece if one.row != "joint"), piece[0]))
            heard[k - back :] = [(_unread_whole([one for part in pieces[k - back : k + 1] for one in part]),)]
            heard += [()] * back
    found = tuple(one for part in heard for one in part)
    if c.pending and found and _role(found[-1]) in TAKING:
        found = (*found[:-1], _under(found[-1], c.pending, replace_scope=True))
        c = replace(c, pending=())
    if asked:
        chains = formulas([token for clause in parts for token in clause.tokens])
        return c, tuple(replace(_formula(token, "task"), sentence=c.number) for token in chains)
    if not found and any(token.kind in PROPERTIES for clause in parts for token in clause.tokens):
        found = (_unread_whole(parts),)
    return c, (*found, *_passed_over(parts, found, c))


def _segments(parts: Sequence[Clause]) -> Iterator[list[Clause]]:
    """The sentence between its displays and semicolons: as far as a word reaches that denies."""
    piece: list[Clause] = []
    for clause in parts:
        if piece and clause.row == "joint" and clause.head.kind in ("ROW", "SEMI"):
            yield piece
            piece = []
        piece.append(clause)
    if piece:
        yield piece


def _denies(clause: Clause) -> bool:
    """Does it doubt, deny or restrict, and was not read?"""
    return clause.row in ("unread", "remark", "lead") and any(token.kind in OPPOSED for token in clause.tokens)


def _unread_whole(parts: Sequence[Clause]) -> Unread:
    return Unread(parts[0].line, said([token for clause in parts for token in clause.tokens]), NOT_UNDERSTOOD)


def _passed_over(parts: Sequence[Clause], found: Found, c: Context) -> Iterator[Unread]:
    """The law of conservation: every relation of the sentence is in a statement, a condition or unread."""
    kept = [one.chain for one in found if isinstance(one, Formula)]
    nodes = [node for one in found if not isinstance(one, Unread | Release) for node in one.conditions]
    kept += [node for node in (*nodes, *(given.node for given in c.pending)) if isinstance(node, Chain)]
    known = {id(relation.right) for chain in kept for relation in chain.relations}
    unread = " ".join(one.text for one in found if isinstance(one, Unread))
    for token in (token for clause in parts for token in clause.tokens if token.kind in MATHS):
        if (
            isinstance(token.node, Chain)
            and id(token.node.relations[0].right) not in known
            and token.text not in unread
        ):
            yield Unread(token.node.tex_line, token.text, NOT_UNDERSTOOD)


def _role(statement: Statement) -> str:
    return statement.role if isinstance(statement, Formula | Claim) else ""


def _under(statement: Statement, given: Sequence[Given], *, replace_scope: bool = False) -> Statement:
    """The statement with more conditions."""
    if not isinstance(statement, Formula | Claim):
        return statement
    bound = next((one.binding for one in given if one.binding in ("iff", "only if", "unless")), "")
    scope = bound if bound and (replace_scope or not statement.scope) else statement.scope
    return replace(statement, conditions=(*statement.conditions, *(one.node for one in given)), scope=scope)


# ---- what is stated ------------------------------------------------------------------------------------------------


def stating(c: Context, found: Found, *new: Formula | Claim, **changes: Any) -> Step:
    """New statements under all that is given here; the link belongs to the first of them."""
    full = []
    for k, one in enumerate(new):
        link = one.link or ("" if k else c.link)
        full.append(replace(_under(replace(one, link=link, scope=one.scope or c.scope), c.given), sentence=c.number))
    return replace(c, **{"link": "", "scope": "", "pending": (), "fresh": False, **changes}), (*found, *full)


def _formula(token: Token, role: str, called: Noun | None = None) -> Formula:
    chain = token.node
    if not isinstance(chain, Chain):
        raise TypeError("a formula without a relation")
    return Formula(chain, token.place, role, chain.tex_line, called=called)


def stated(clause: Clause, c: Context, found: Found, kind: str = "", about: Subject = Subject()) -> Step:
    """Relations, each a statement."""
    chains = formulas(clause.part("form") or clause.tokens)
    if not chains or c.mood == "deny" or clause.has("NOT") or clause.has("IS", "not"):
        return unread(clause, c, found)
    role = kind or ("task" if c.mood in ("task", "clause") else "claim")
    each = _each_called(clause, chains, about)
    words = said(clause.tokens) if clause.row == "called" else ""
    new = [
        replace(_formula(token, "definition" if token.kind.endswith("ASG") else role, called), remark=words)
        for token, called in zip(chains, each, strict=True)
    ]
    last = chains[-1].node
    left = Subject(last.left, about.noun) if isinstance(last, Chain) else c.subject
    return stating(c, found, *new, subject=left)


def _each_called(clause: Clause, chains: Sequence[Token], about: Subject) -> list[Noun | None]:
    """What the left sides are said to be: "the blocks are A = 3 and B = 4" names both."""
    noun = about.noun if about.node is None or about.noun is None or about.noun.of is not None else None
    noun = None if noun is not None and noun.word in UNCALLED else noun
    plural = any(token.kind == "IS" and "are" in token.text.split() for token in clause.tokens)
    return [noun, *([noun if plural else None] * (len(chains) - 1))]


def called(clause: Clause, c: Context, found: Found) -> Step:
    """ "The Hessian is H = ...", "the minimal value of J is 7": a relation, or a value, of a noun."""
    about = subject_of(clause.part("subj") or clause.part("noun"), c)
    if clause.has("COLON") and not isinstance(_left(clause), Name):
        about = Subject()  # "Gradient: L_a = ..." announces
    if clause.part("subj") and clause.part("noun"):  # "the first term has Hessian M"
        about = Subject(None, Noun(clause.part("noun")[0].meaning, about.node or Text(about.word)))
    inner = [token for token in clause.tokens if token.kind in MATHS and token not in clause.part("form")]
    if inner and clause.part("noun"):  # "every eigenvalue mu of H = X^T X"
        c, found = stating(c, found, *(_formula(token, "claim") for token in inner))
    if clause.head.kind == "WITH" and about.word in DERIVED and about.noun and about.noun.of is None:
        about = replace(about, noun=replace(about.noun, of=c.subject.node))  # "z is linear in w with gradient x"
    c = replace(placed(clause, c), scope=ZERO_SLOPE if about.word == "normal equations" else c.scope)
    if not clause.part("value") or clause.has("IS", "not"):
        return stated(clause, c, found, "definition" if clause.head.kind == "LET" else "", about)
    values = [token for token in clause.part("value") if token.kind in SIDES]
    left = _side(about)
    if left is None or len(values) != 1 or values[0].node is None or c.mood == "deny" or clause.has("NOT"):
        function = (
            Subject(None, Noun(about.noun.of.text)) if about.noun and isinstance(about.noun.of, Text) else c.function
        )
        c = replace(c, subject=about, function=function)
        return unread(clause, c, found, why=f"what the {about.word or 'value'} is cannot be judged")
    role = "task" if c.mood in ("task", "clause") else "claim"
    chain = Chain(left, (Relation("=", values[0].node, clause.line),), clause.line)
    return stating(c, found, Formula(chain, "inline", role, clause.line), subject=about)


def _left(clause: Clause) -> Node | None:
    """The left side of its first relation, when that is a letter without indices."""
    node = clause.part("form")[0].node if clause.part("form") else None
    left = node.left if isinstance(node, Chain) else None
    return left if isinstance(left, Name) and not left.subscripts else None


def _side(about: Subject) -> Node | None:
    """The noun as a side of a relation: the gradient of J, the determinant of the Hessian, a formula itself."""
    noun = about.noun
    if noun is None:
        return about.node
    if noun.word in DERIVED:
        kind, order = DERIVED[noun.word]
        of = None if isinstance(noun.of, Text) else noun.of or about.node
        return None if isinstance(noun.of, Text) else Derivative(kind, of, noun.wrt, order)
    if noun.word in OPERATIONS and noun.of is not None and not isinstance(noun.of, Text):
        return Apply(OPERATIONS[noun.word], (noun.of,))
    return None


def claims(clause: Clause, c: Context, found: Found, kind: str = "", about: Subject | None = None) -> Step:
    """Properties said of a subject."""
    props = list(properties((*clause.part("prop"), *clause.part("also"))))
    about = about or subject_of(clause.part("subj"), c, [prop for prop, _, _ in props])
    if c.mood == "reason" and [prop for prop, _, _ in props] == ["full rank"]:
        return assuming(c, found, (Given(Text(said(clause.tokens))),))
    if not about.is_known or (not kind and any(prop == "full rank" for prop, _, _ in props)):
        return unread(clause, c, found)
    c = placed(clause, c)
    wrt, block = _arguments(clause)
    denied = (c.mood == "deny") ^ (clause.has("IS", "not") or any(t.kind == "NOT" for t in clause.part("subj")))
    scope = "never" if clause.has("NOT", "never") else ""
    role = kind or ("task" if c.mood in ("task", "clause") else "claim")
    who = [about, *(Subject(token.node) for token in clause.part("other"))]
    text = said(clause.tokens)
    new = [
        Claim(
            prop, one.node, one.noun or Noun(""), no ^ denied, clause.line, text, role, "", wrt, inner or block,
            (), scope, c.told,
        )
        for one in who
        for prop, no, inner in props
    ]  # fmt: skip
    function = about if are_of_functions(prop for prop, _, _ in props) and about.may_curve else c.function
    return stating(c, found, *new, subject=c.subject if clause.head.kind == "WITH" else about, function=function)


def _arguments(clause: Clause) -> tuple[tuple[Node, ...], str]:
    """ "In (u, v)", "in u for fixed v and in v for fixed u", "jointly", "in the first argument"."""
    tail = (*clause.part("wrt"), *clause.part("tail"))
    wrt: tuple[Node, ...] = ()
    fixed = False
    for token in tail:
        fixed = token.kind in ("FOR", "LP") or (fixed and token.kind not in ("IN", "RP"))
        if token.kind in SIDES and token.node is not None and not fixed:
            wrt += several(token.node)
    if not wrt and any(token.kind in ("NOUN", "KINDN") for token in tail):
        wrt = (Text(said(token for token in tail if token.kind not in ("IN", "THE", "QNT"))),)
    block = next((token.meaning for token in tail if token.kind == "BLK"), "")
    return wrt, block or ("separate" if sum(token.kind == "IN" for token in tail) > 1 else "")


def subject_of(tokens: Sequence[Token], c: Context, kinds: Sequence[str] = ()) -> Subject:
    """The subject that the words name; "it" and nothing mean the one before, for curvature the function before."""
    about = named(tokens)
    if about.is_known:
        return about
    return c.function if kinds and are_of_functions(kinds) and not c.subject.may_curve else c.subject


def placed(clause: Clause, c: Context) -> Context:
    """ "The gradient at w = 0 is ...", "the Hessian at the origin is ..."."""
    at = clause.part("at")
    if not at:
        return c
    node = at[0].node if formulas(at) and at[0].node is not None else Text(f"at {said(at)}")
    return replace(c, given=(Given(node), *c.given))


def said_claim(clause: Clause, c: Context, found: Found) -> Step:
    """ "The function g(t) = t^2 is convex": the relation and the property of its left side."""
    noun = clause.part("noun")[0].meaning if clause.part("noun") else ""
    chain = clause.part("form")[0].node
    c, found = stated(clause, c, found, about=Subject(None, Noun(noun)) if noun in DERIVED else Subject())
    return claims(clause, c, found, about=Subject(chain.left if isinstance(chain, Chain) else None))


def having(clause: Clause, c: Context, found: Found) -> Step:
    """ "The Hessian has a negative determinant": of a number that belongs to a matrix."""
    about, noun = subject_of(clause.part("subj"), c), clause.part("noun")[0].meaning
    whose = _side(about)
    if noun not in OF_A_MATRIX and noun != "diagonal entries":
        return unread(clause, c, found)
    return claims(clause, c, found, about=Subject(whose, Noun(noun, whose))) if whose else unread(clause, c, found)


def ranked(clause: Clause, c: Context, found: Found) -> Step:
    """ "The Hessian has rank one"."""
    about, count = subject_of(clause.part("subj"), c), clause.part("count")[0]
    if not about.is_known or c.mood == "deny":
        return unread(clause, c, found)
    noun, text = about.noun or Noun(""), said(clause.tokens)
    claim = Claim(f"of rank {count.meaning or count.text}", about.node, noun, clause.has("NOT"), clause.line, text)
    return stating(c, found, claim, subject=about)


def reasons(clause: Clause, c: Context, found: Found) -> Step:
    """ "Since J is convex", "because y^2 = 1": said in passing, judged all the same."""
    after, found = (claims if clause.part("prop") else stated)(clause, replace(c, link="because"), found, "reason")
    return replace(
        after, given=c.given, pending=c.pending, fresh=True, mood="reason" if c.mood == "claim" else c.mood
    ), found


def unread(clause: Clause, c: Context, found: Found, why: str = "") -> Step:
    """What was not understood may have been a condition: what follows is said under it."""
    text = said(clause.tokens)
    bad = next((token.meaning for token in clause.tokens if token.kind == "BAD"), "")
    given = (Given(Text(text), "unread", "sentence"),) if _may_restrict(clause) else ()
    why = why or bad or NOT_UNDERSTOOD
    if clause.head.kind in CONDITIONAL and found and _role(found[-1]) in TAKING and not c.fresh:
        found = (*found[:-1], _under(found[-1], (Given(Text(text), "unread"),)))
    return replace(c, given=(*c.given, *given), link=""), (*found, Unread(clause.line, text, why))


def _may_restrict(clause: Clause) -> bool:
    return bool(formulas(clause.tokens) or clause.has("FULL")) and clause.head.kind not in ("BECAUSE", "BY")


# ---- what is given -------------------------------------------------------------------------------------------------


def joint(clause: Clause, c: Context, found: Found) -> Step:
    """A comma ends an implication, a row a point, a semicolon and "but" all conditions."""
    c = replace(c, fresh=True)
    match clause.head.kind:
        case "BAD":
            return c, (*found, Unread(clause.line, clause.head.text, clause.head.meaning or NOT_UNDERSTOOD))
        case "HENCE":
            return replace(c, link="hence"), found
        case "GET":
            return replace(
                c, link=c.link or ("hence" if clause.head.text.lower().endswith(("get", "obtain", "find")) else "")
            ), found
        case "COMMA" if not c.pending:
            mood = "claim" if c.mood in ("clause", "reason") else c.mood
            return replace(c, given=tuple(g for g in c.given if g.scope != "implication"), mood=mood), found
        case "ROW" if not c.pending:  # after a display a domain still holds, a point does not
            return replace(c, given=tuple(g for g in c.given if not _is_point(g.node))), found
        case "SEMI" | "BUT" if not c.pending:
            return replace(c, given=(), mood="claim" if c.mood == "deny" else c.mood), found
    return c, found


def _is_point(node: Node) -> bool:
    return isinstance(node, Chain) and not is_ordering(node)


def defined(clause: Clause, c: Context, found: Found) -> Step:
    """Equations define, orders of letters are assumed; no letter is defined by v^T H v > 0: that is claimed."""
    noun = next((t.meaning for t in reversed(clause.tokens) if t.kind == "NOUN"), "") if clause.has("IS") else ""
    chains = formulas(clause.tokens)
    claimed = [
        token
        for token in chains
        if token.kind.endswith("REL") and not (clause.head.kind == "WITH" and _restricts(token))
    ]
    if noun in DERIVED or claimed:
        return stated(clause, c, found, about=Subject(None, Noun(noun)) if noun else Subject())
    if clause.has("SHORT"):
        return shorthand(clause, c, found)
    bound = [token for token in chains if _restricts(token)]
    if clause.head.kind == "WITH":
        given = tuple(Given(token.node, scope="sentence") for token in bound if token.node is not None)
        plain = [token for token in chains if token not in bound]
        after, found = stating(c, found, *(_formula(token, "definition") for token in plain)) if plain else (c, found)
        return assuming(after, found, given)
    values = [
        render(t.node.left) for t in chains if isinstance(t.node, Chain) and is_literal(t.node.relations[-1].right)
    ]
    c = replace(c, fixed=(*c.fixed, *values))
    return stating(c, found, *(_formula(token, "definition") for token in chains)) if chains else (c, found)


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


def assuming(c: Context, found: Found, given: tuple[Given, ...]) -> Step:
    """Conditions wait for the claim that they belong to."""
    return replace(c, given=(*c.given, *given), pending=(*c.pending, *given)), found


def assumed(clause: Clause, c: Context, found: Found) -> Step:
    """ "Assume that X has full rank": it stands for all that follows; a supposition up to its contradiction."""
    nodes = tuple(hypotheses(clause.part("what")))
    if clause.has("DOUBT") or not nodes or c.mood == "deny":
        return unread(clause, c, found)
    supposed = clause.head.kind == "SUPPOSE" and not any(isinstance(node, Chain) for node in nodes)
    new = Assumption(clause.line, nodes, said(clause.tokens), supposed=supposed)
    return replace(c, link="", fresh=True), (*found, new)


def required(clause: Clause, c: Context, found: Found) -> Step:
    """ "Convexity would require 0 <= -1": what follows stands under it, until "a contradiction" ends it."""
    prop, negated, _ = next(properties(clause.part("prop")))
    text = f"the loss is {'not ' if negated else ''}{prop}"
    found = (*found, Assumption(clause.line, (Text(text),), said(clause.tokens), supposed=True))
    return stating(c, found, *(_formula(token, "claim") for token in formulas(clause.tokens)), link="hence")


def contradicted(clause: Clause, c: Context, found: Found) -> Step:
    """What was supposed does not hold."""
    return replace(c, given=(), fresh=True), (*found, Release(clause.line))


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
        if chain is not None:
            yield chain
        elif len(piece) > 1 or (piece and piece[0].kind == "PT"):
            yield Text(said(piece))


def conditioned(clause: Clause, c: Context, found: Found) -> Step:
    """Before a claim a condition waits for it; after one it belongs to that."""
    given = _conditions(clause)
    if not given and clause.head.kind == "FOR" and clause.has("QNT") and clause.part("what"):
        freed = tuple(token.node for token in clause.part("what") if token.kind == "SYM" and token.node is not None)
        if not c.fresh and any(token.text in c.fixed for token in clause.part("what")):
            return unread(clause, c, found[:-1])
        at = len(found) if c.fresh else len(found) - 1  # "... for general v" is said of what stands before it
        return (c, (*found[:at], Release(clause.line, freed), *found[at:])) if freed else (c, found)
    if clause.head.kind == "AT" and any(t.meaning in SLOPELESS for t in clause.part("what")):
        c = replace(c, scope=said(clause.tokens))
    last = found[-1] if found else None
    after = last is not None and _role(last) in TAKING and (not c.fresh or (given[:1] and given[0].binding == "iff"))
    binding = given[0].binding if given else "if"
    if isinstance(last, Formula) and after and binding in ("iff", "only if") and clause.has("CONV"):
        return equivalent(clause, c, found, binding)
    if after and last is not None:
        return c, (*found[:-1], _under(last, given))
    return assuming(c, found, given)


def _conditions(clause: Clause) -> tuple[Given, ...]:
    what, head = clause.part("what"), clause.head
    binding = head.meaning if head.kind == "CONV" else "near" if head.meaning == "near" else "if"
    nodes = list(hypotheses(what)) or ([what[0].node] if len(what) == 1 and _is_place(what[0]) else [])
    if head.kind in ("FOR", "AT") and not formulas(what):
        freed = head.kind == "FOR" and clause.has("QNT") and all(t.kind in UNBOUND for t in what)
        kept = not freed and (
            head.kind == "AT" or clause.row == "vague" or any(t.kind in ("FULL", "ADJ", "PT", "SYM") for t in what)
        )
        point = what[0].node if len(what) == 1 and what[0].kind == "PT" and head.kind == "FOR" else None
        words = what if len(what) == 1 and what[0].kind in SIDES else clause.tokens[1:]
        nodes = [] if any(t.meaning in SLOPELESS for t in what) and head.kind == "AT" else nodes
        nodes = [point or Text(f"{head.text.lower()} {said(words)}")] if kept else []
    if binding == "near":
        nodes = [Text(said(clause.tokens)), *nodes]
    if binding == "unless":
        turned = [complement(node) for node in nodes]
        if all(turned) and len(turned) == 1:
            return tuple(Given(node) for node in turned if node is not None)
    return tuple(Given(node, binding) for node in nodes if node is not None)


def _is_place(token: Token) -> bool:
    return token.kind in ("PT", "EXP", "SYM") and token.node is not None


def complement(node: Node) -> Node | None:
    """What holds where a relation of numbers does not."""
    match node:
        case Chain(left, (relation,), line) if relation.sign in COMPLEMENTS:
            return Chain(left, (replace(relation, sign=COMPLEMENTS[relation.sign]),), line)
    return None


def equivalent(clause: Clause, c: Context, found: Found, binding: str) -> Step:
    """ "a = 0 iff b = 0": the first is the condition of the second, and the link says that both directions are meant."""
    chains = formulas(clause.part("what"))
    last = found[-1]
    if not isinstance(last, Formula) or len(chains) != 1 or len(clause.part("what")) != 1:
        given = _conditions(clause)
        return c, (*found[:-1], _under(last, given))
    hypothesis, kept = _hypothesis(last, anything=True)
    if hypothesis is None:
        return stating(replace(c, link="iff"), found, _formula(chains[0], last.role))
    c = replace(c, given=(Given(hypothesis, scope="implication"),), link="iff" if binding == "iff" else "hence")
    after, found = stating(c, (*found[:-1], *kept), _formula(chains[0], last.role))
    return replace(after, given=()), found


def _hypothesis(last: Formula, *, anything: bool) -> tuple[Chain | None, tuple[Formula, ...]]:
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
    hypothesis, kept = _hypothesis(last, anything=not clause.has("ARROW"))
    if hypothesis is None:
        return replace(c, link="hence", fresh=True), found
    given = (Given(hypothesis, scope="implication"), *(Given(node) for node in last.conditions))
    return replace(c, given=given, pending=given, link="hence", fresh=True), (*found[:-1], *kept)


# ---- what is said beside -------------------------------------------------------------------------------------------


def scoped(clause: Clause, c: Context, found: Found) -> Step:
    """ "In general", "for every data set": of what was just said, or of what follows."""
    words, last = said(clause.tokens).lower(), found[-1] if found else None
    if isinstance(last, Formula | Claim) and not c.fresh and not last.scope:
        return c, (*found[:-1], replace(last, scope=words))
    return replace(c, scope=c.scope or words), found


def general(clause: Clause, c: Context, found: Found) -> Step:
    """A statement about all functions or matrices of a kind; as a reason it is left to the conclusion."""
    if clause.head.kind in ("BECAUSE", "BY"):
        return replace(c, fresh=True), found
    if clause.has("CLV") and clause.has("NOUN", "function") and not clause.has("NOT"):
        kind = next(token.meaning for token in clause.tokens if token.kind == "CLV")
        text, noun = said(clause.tokens), Noun("any function")
        claim = Claim(kind.removeprefix("not "), None, noun, kind.startswith("not "), clause.line, text, reason=c.told)
        return stating(c, found, claim)
    return replace(c, fresh=True), (*found, Unread(clause.line, said(clause.tokens), "a general statement"))


def led(clause: Clause, c: Context, found: Found) -> Step:
    """ "The chain rule gives a = b", "in vector form the gradient is g = X^T r": a relation after words that claim nothing."""
    first = next(k for k, token in enumerate(clause.tokens) if token is clause.part("form")[0])
    before = clause.tokens[:first]
    word = next((token.meaning for token in reversed(before) if token.kind == "NOUN"), "")
    return stated(clause, c, found, about=Subject(None, Noun(word)) if word in DERIVED and _left(clause) else Subject())


def opened(clause: Clause, c: Context, found: Found) -> Step:
    """A part of a sentence that is known not to be judged; the rest is."""
    why = "a reason in words is not checked" if clause.head.kind == "BECAUSE" else NOT_UNDERSTOOD
    return replace(c, fresh=True), (*found, Unread(clause.line, said(clause.tokens), why))


def remark(clause: Clause, c: Context, found: Found) -> Step:
    """What says nothing to judge; a property in it is not passed over."""
    if any(token.kind in PROPERTIES - {"ABS"} for token in clause.tokens):
        return unread(clause, c, found)
    return replace(c, fresh=True), found


ACTS: dict[str, Callable[[Clause, Context, Found], Step]] = {
    "joint": joint, "unread": unread, "claim": claims, "said-claim": said_claim, "rank": ranked, "formula": stated,
    "called": called, "define": defined, "assume": assumed, "suppose": required, "contra": contradicted,
    "reason": reasons, "general": general, "remark": remark, "if": conditioned, "vague": conditioned,
    "range": conditioned, "has": having, "ground": lambda _, c, found: (replace(c, fresh=True), found), "lead": led, "open": opened, "scope": scoped, "implies": implied,
    "exists": lambda clause, c, found: stated(clause, c, found, "exists"),
    "equation": lambda clause, c, found: stated(clause, c, found, "task"),
    "solve": lambda _, c, found: (replace(c, scope=ZERO_SLOPE), found),
    "task": lambda clause, c, found: (replace(c, mood=clause.head.meaning), found),
    "announce": lambda _, c, found: (c, found),
    "deny": lambda _, c, found: (replace(c, mood="deny"), found),
}  # fmt: skip
