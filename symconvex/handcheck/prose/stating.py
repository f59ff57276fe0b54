"""Clauses that state: relations, values of nouns, properties of subjects."""

import re
from collections.abc import Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import Apply, Chain, Derivative, Name, Node, Relation, Text
from symconvex.handcheck.prose.clauses import MATHS, SIDES, Clause, formulas
from symconvex.handcheck.prose.context import (
    NOT_UNDERSTOOD,
    SLOPELESS,
    TAKING,
    Context,
    Found,
    Given,
    Step,
    assuming,
    domain_of,
    formula_of,
    role_of,
    stating,
    under,
    unread,
)
from symconvex.handcheck.prose.looks import CONVEXITY, DERIVED, LOSS_ITSELF, MINIMISER, OF_A_MATRIX, OPERATIONS, several
from symconvex.handcheck.prose.moduli import bound_of, with_number, with_numbers
from symconvex.handcheck.prose.narration import is_of_field, is_suspicious
from symconvex.handcheck.prose.phrases import Token, said
from symconvex.handcheck.prose.signs import orders, signed
from symconvex.handcheck.prose.subjects import LOSS, NOBODY, Subject, are_of_functions, named, properties
from symconvex.handcheck.text.document import ZERO_SLOPE, Claim, Formula, Noun, Unread

SOLVES = re.compile(r"(satisf|solve|obey|fulfil|(is|are) .*(solution|root)s? of)", re.IGNORECASE)
UNCALLED = (
    "normal equations",
    "equation",
    "function",
    "loss",
    "bound",
    "term",
    "part",
)  # nouns that announce a relation, and say nothing of it


def stated(clause: Clause, c: Context, found: Found, kind: str = "", about: Subject = NOBODY) -> Step:
    """Relations, each a statement."""
    chains = formulas(clause.part("form") or clause.tokens)
    if not chains or c.mood == "deny" or clause.has("NOT") or clause.has("IS", "not"):
        return unread(clause, c, found)
    role = kind or ("task" if c.mood in ("task", "clause") else "claim")
    defining = (
        c.mood == "let" and clause.row == "formula" and all(token.kind[-3:] in ("DFN", "RST") for token in chains)
    )
    role = "definition" if defining and not kind else role
    each = _each_called(clause, chains, about)
    words = said(clause.tokens) if clause.row == "called" else ""
    new = [
        replace(formula_of(token, "definition" if token.kind.endswith("ASG") else role, called), remark=words)
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
    if clause.has("COLON") and not clause.part("value") and not isinstance(left_of(clause), Name):
        about = NOBODY  # "Gradient: L_a = ..." announces
    if clause.part("subj") and clause.part("noun"):  # "the first term has Hessian M"
        about = Subject(None, Noun(clause.part("noun")[0].meaning, about.node or Text(about.word)))
    inner = [token for token in clause.tokens if token.kind in MATHS and token not in clause.part("form")]
    inner = inner if clause.part("noun") else [token for token in inner if token.kind == "DFN"]
    if inner:  # "every eigenvalue mu of H = X^T X", "the gradient of J(w) = ... is ..."
        roles = ("definition" if token.kind == "DFN" else "claim" for token in inner)
        c, found = stating(c, found, *map(formula_of, inner, roles))
    if clause.head.kind == "WITH" and about.word in DERIVED and about.noun and about.noun.of is None:
        about = replace(about, noun=replace(about.noun, of=c.subject.node))  # "z is linear in w with gradient x"
    satisfies = about.word in SLOPELESS and any(SOLVES.match(token.text) for token in clause.tokens)
    sloped = about.word == "normal equations" or satisfies
    c = replace(placed(clause, c), scope=ZERO_SLOPE if sloped else c.scope)
    if not clause.part("value") or clause.has("IS", "not"):
        return stated(clause, c, found, "definition" if clause.head.kind == "LET" else "", about)
    its = clause.part("subj")[:1] and clause.part("subj")[0].text.lower() == "its"
    if its and about.word in OPERATIONS and about.noun and about.noun.of is None:  # "its trace is 7"
        about = replace(about, noun=replace(about.noun, of=_matrix(c.subject)))
    values = [token for token in clause.part("value") if token.kind in SIDES]
    last = found[-1] if found and clause.head.kind == "WITH" and about.word == "modulus" else None
    bound = bound_of(last, values[0].node) if isinstance(last, Claim) and values[0].node is not None else None
    if bound is not None:  # "strongly convex with modulus lambda"
        return stating(c, found, bound)
    plain = about.word == "minimiser" and about.node is None and about.noun is not None and about.noun.of is None
    if about.word == "minimum" and c.mood == "claim" and not clause.has("NOT"):
        return _least(about, values, clause, c, found)
    about = replace(about, node=LOSS_ITSELF, noun=None) if about == LOSS else about
    left = MINIMISER if plain else side_of(about)  # that of the loss: of another function nothing is known
    if left is None or len(values) != 1 or values[0].node is None or c.mood == "deny" or clause.has("NOT"):
        function = (
            Subject(None, Noun(about.noun.of.text)) if about.noun and isinstance(about.noun.of, Text) else c.function
        )
        c = replace(c, subject=about, function=function)
        return unread(clause, c, found, why=f"what the {about.word or 'value'} is cannot be judged")
    role = "task" if c.mood in ("task", "clause") else "claim"
    chain = Chain(left, (Relation("=", values[0].node, clause.line),), clause.line)
    return stating(c, found, Formula(chain, "inline", role, clause.line), subject=about)


def _least(about: Subject, values: Sequence[Token], clause: Clause, c: Context, found: Found) -> Step:
    """ "The minimum of f is -1"."""
    of = about.noun.of if about.noun is not None else None
    if isinstance(of, Text) or len(values) != 1 or values[0].node is None:
        return unread(clause, c, found)
    text, noun = said(clause.tokens), Noun("loss" if of is None else "")
    claim = Claim("minimal value", of, noun, False, clause.line, text, number=values[0].node)
    return stating(c, found, claim)


def modulus(clause: Clause, c: Context, found: Found) -> Step:
    """ "... with constant lambda": the number of the property that was just said."""
    last, token = (found[-1] if found else None), clause.part("value")[0]
    number = token.node.left if isinstance(token.node, Chain) else token.node
    bound = with_number(last, number) if isinstance(last, Claim) and number is not None and not c.fresh else None
    if bound is None or not isinstance(last, Claim):
        return unread(clause, c, found)
    found = found if last.kind == "strongly convex" else found[:-1]  # the number says it
    new = replace(bound, link=last.link, scope=last.scope, conditions=last.conditions)
    told = (replace(formula_of(one, "definition"), remark=said(clause.tokens)) for one in formulas((token,)))
    return stating(c, found, *told, new)


def best(clause: Clause, c: Context, found: Found) -> Step:
    """ "The unique minimiser is w = ...": that there is one only, and which.

    A value without a letter is that of the minimiser itself.
    """
    about = Subject(None, Noun(clause.part("noun")[0].meaning))
    if about.word not in ("minimiser", "minimum") or clause.part("prop")[0].meaning != "unique" or c.mood == "deny":
        return unread(clause, c, found)
    claim = Claim("unique", None, Noun("minimiser"), False, clause.line, said(clause.tokens), "claim")
    c, found = stating(c, found, claim)
    return called(clause, c, found) if clause.part("value") else stated(clause, c, found, about=about)


def left_of(clause: Clause) -> Node | None:
    """The left side of its first relation, when that is a letter without indices."""
    node = clause.part("form")[0].node if clause.part("form") else None
    left = node.left if isinstance(node, Chain) else None
    return left if isinstance(left, Name) and not left.subscripts else None


def _matrix(spoken: Subject) -> Node | None:
    """The matrix that was spoken of."""
    if spoken.word == "hessian" and spoken.node is None:
        return side_of(spoken)
    return spoken.node


def side_of(about: Subject) -> Node | None:
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


def led(clause: Clause, c: Context, found: Found) -> Step:
    """ "The chain rule gives a = b", "in this form g = X^T r": words that claim nothing, then a relation."""
    first = next(k for k, token in enumerate(clause.tokens) if token is clause.part("form")[0])
    before = clause.tokens[:first]
    if is_suspicious(before):
        c, found = unread(replace(clause, tokens=before), c, found)
    word = next((token.meaning for token in reversed(before) if token.kind == "NOUN"), "")
    c = replace(c, scope=ZERO_SLOPE) if word in SLOPELESS else c
    return stated(clause, c, found, about=Subject(None, Noun(word)) if word in DERIVED and left_of(clause) else NOBODY)


def claims(clause: Clause, c: Context, found: Found, kind: str = "", about: Subject | None = None) -> Step:
    """Properties said of a subject."""
    props = list(properties((*clause.part("prop"), *clause.part("also"))))
    if not kind and about is None and c.mood == "claim" and (order := signed(clause.tokens)) is not None:
        return stating(c, found, Formula(order, "inline", "claim", clause.line), subject=Subject(order.left))
    about = about or subject_of(clause.part("subj"), c, [prop for prop, _, _ in props])
    ranked = [prop for prop, _, _ in props] == ["full rank"]
    about = _whose_columns(about) if ranked else about
    if not about.is_known or (not about.node and any(prop == "full rank" for prop, _, _ in props)):
        return unread(clause, c, found)
    c, found = _with_grounds(clause, placed(clause, c), found)
    wrt, block = _arguments(clause)
    denied = (c.mood == "deny") ^ (clause.has("IS", "not") or any(t.kind == "NOT" for t in clause.part("subj")))
    scope = "never" if clause.has("NOT", "never") else ""
    role = kind or ("task" if c.mood in ("task", "clause") else "reason" if ranked and c.mood == "reason" else "claim")
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
    kinds = {prop for prop, _, _ in props}
    curves = about.may_curve or (isinstance(about.node, Name) and kinds <= CONVEXITY)  # "sigma is convex and concave"
    function = about if are_of_functions(kinds) and curves else c.function
    numbered = with_numbers(new, clause.part("prop"), clause.part("number"))
    if numbered is None:
        return unread(clause, c, found)
    after, found = stating(
        c,
        found,
        *numbered,
        subject=c.subject if clause.head.kind == "WITH" else about,
        function=function,
    )
    if ranked and c.mood == "reason":  # what is given as a reason is used, whether it is known or not
        return assuming(after, found, (Given(Text(text)),))
    return after, found


def _with_grounds(clause: Clause, c: Context, found: Found) -> Step:
    """The claim with what stands beside it as its ground: "J, a sum of convex functions, is convex"."""
    if any(token.kind == "SUMN" for token in clause.part("aside")):  # "J, a sum of convex functions, is convex"
        c = replace(c, grounds=(*c.grounds, replace(clause, tokens=clause.part("aside"))))
    elif is_of_field(clause.part("aside")) and not any(token.kind == "ING" for token in clause.part("aside")):
        found = (*found, Unread(clause.line, said(clause.part("aside")), NOT_UNDERSTOOD))
    made = next((k for k, token in enumerate(clause.tokens) if token.kind == "HENCE"), 0)
    if made and clause.row == "claim":  # "J is a sum of squares, hence nonnegative"
        c = replace(c, grounds=(*c.grounds, replace(clause, tokens=clause.tokens[:made])))
    return c, found


def _whose_columns(about: Subject) -> Subject:
    """ "The columns of X are linearly independent" is said of X."""
    noun = about.noun
    if about.node is None and noun is not None and noun.word == "entry" and isinstance(noun.of, Name):
        return Subject(noun.of)
    return about


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
    if sum(token.kind == "IN" for token in tail) > 1 and any(token.kind == "PT" for token in tail):
        wrt = (Text(said(tail)),)  # "in w and in (w, X)": blocks that overlap
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
    c, found = stated(clause, c, found, about=Subject(None, Noun(noun)) if noun in DERIVED else NOBODY)
    if clause.part("defs"):
        c, found = stating(c, found, *(formula_of(one, "definition") for one in formulas(clause.part("defs"))))
    return claims(clause, c, found, about=Subject(chain.left if isinstance(chain, Chain) else None))


def having(clause: Clause, c: Context, found: Found) -> Step:
    """ "The Hessian has a negative determinant": of a number that belongs to a matrix."""
    about, noun = subject_of(clause.part("subj"), c), clause.part("noun")[0].meaning
    whose = side_of(about)
    if noun == "eigenvalues" and clause.has("A") and clause.tokens[-1].text.lower() == "eigenvalue":
        noun = "one eigenvalue"
    if noun == "eigenvalues" and any(token.meaning == "negative" for token in clause.part("prop")):
        return unread(clause, c, found)  # all of them, or some
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
    before, words = found, signed(clause.tokens[1:])
    domain = domain_of(before[-1]) if before and not c.fresh else ()
    there = (Given(node) for node in domain if not any(node is one.node for one in c.given))
    given, c = c.given, replace(c, link="because", given=(*c.given, *there))
    if words is not None:
        after, found = stating(c, found, Formula(words, "inline", "reason", clause.line))
    else:
        after, found = (claims if clause.part("prop") else stated)(clause, c, found, "reason")
    c = replace(c, given=given)
    new = tuple(map(Given, orders(clause.tokens[1:])))
    if new and before and not c.fresh and role_of(before[-1]) in TAKING:
        found = (*before[:-1], under(before[-1], new), *found[len(before) :])
    elif new and len(before) < len(found):
        c = replace(c, given=(*c.given, *new), pending=(*c.pending, *new))
    return replace(
        after, given=c.given, pending=c.pending, fresh=True, mood="reason" if c.mood == "claim" else c.mood
    ), found
