"""Third pass: each clause, in the context that the ones before it left, becomes statements.

    (clause, context) -> (context, statements)

A statement holds the conditions that stand where it is said. What no row took is Unread; a clause that denies, doubts
or restricts and was not read takes what is said beside it along.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from symconvex.handcheck.formula.tree import Chain, MaybeCall, Node, Text
from symconvex.handcheck.prose.clauses import MATHS, OPPOSED, PROPERTIES, SIDES, Clause, formulas
from symconvex.handcheck.prose.context import (
    NOT_UNDERSTOOD,
    TAKING,
    Context,
    Found,
    Given,
    Step,
    again,
    case_of,
    everywhere,
    formula_of,
    role_of,
    stating,
    under,
    unread,
)
from symconvex.handcheck.prose.giving import assumed, conditioned, contradicted, defined, implied, required, shaped
from symconvex.handcheck.prose.grounds import is_ground
from symconvex.handcheck.prose.looks import is_ordering
from symconvex.handcheck.prose.measures import between, bounded, critical, extremal, slopes
from symconvex.handcheck.prose.narration import is_narration, is_of_a_shape, is_of_field, is_suspicious, is_title
from symconvex.handcheck.prose.phrases import said
from symconvex.handcheck.prose.signs import speaks_of_data
from symconvex.handcheck.prose.stating import (
    best,
    called,
    claims,
    having,
    led,
    modulus,
    ranked,
    reasons,
    said_claim,
    stated,
)
from symconvex.handcheck.text.document import (
    ZERO_SLOPE,
    Assumption,
    Boundary,
    Claim,
    Formula,
    Noun,
    Release,
    Statement,
    Unread,
)

UNCHECKED = "a reason in words is not checked"


def sentence_read(parts: Sequence[Clause], before: Context, *, asked: bool, opening: str = "") -> Step:
    """The statements of one sentence, under what its opening takes up; a question claims nothing."""
    after, found = _read(parts, before, taken_up(before.case, opening), asked=asked)
    return replace(after, case=case_of(found, after)), found


def taken_up(case: Sequence[Given], opening: str) -> tuple[Given, ...]:
    """ "In that case" goes on under all of it, "then" where it is no point."""
    return tuple(one for one in case if opening != "then" or not _is_point(one.node)) if opening else ()


def _read(parts: Sequence[Clause], before: Context, carried: tuple[Given, ...], *, asked: bool) -> Step:
    mood = "task" if asked else "claim"
    c = replace(
        before, given=(*before.pending, *carried), link="", mood=mood, scope="", fresh=True, told="",
        number=before.number + 1, grounds=(),
    )  # fmt: skip
    heard: list[Found] = []
    pieces = list(_segments(parts))
    for k, piece in enumerate(pieces):
        found: Found = ()
        for clause in piece:
            c, found = ACTS[clause.row](clause, c, found)
            c = replace(c, told=f"{c.told} {said(clause.tokens)}".strip())
        heard.append(found)
        if any(_denies(clause) and not (k == 0 and _is_reason(clause, piece)) for clause in piece):
            back = (
                k > 0 and not _follows(piece) and _denies(next((one for one in piece if one.row != "joint"), piece[0]))
            )
            denied = [one for part in pieces[k - back : k + 1] for one in part]
            heard[k - back :] = [(_unread_whole(denied), *_functions(denied))]
            heard += [()] * back
    found = tuple(one for part in heard for one in part)
    found = (*found, *_grounds_that_fail(c, found))
    if c.pending and found and role_of(found[-1]) in TAKING:
        found = (*found[:-1], *again(found[-1], c.pending))
        c = replace(c, pending=())
    if asked and any(token.kind in OPPOSED for clause in parts for token in clause.tokens):
        return c, (_unread_whole(parts),)
    if asked:
        chains = formulas([token for clause in parts for token in clause.tokens])
        return c, tuple(replace(formula_of(token, "task"), sentence=c.number) for token in chains)
    last = parts[-1].tokens[-1].kind if parts else ""
    if not found and c.pending and last not in ("COLON", "COMMA"):  # "Similarly for -J."
        return replace(c, pending=()), (_unread_whole(parts),)
    if not found and _says_something(parts):
        found = (_unread_whole(parts),)
    return c, (*found, *_passed_over(parts, found, c))


def _segments(parts: Sequence[Clause]) -> Iterator[list[Clause]]:
    """The sentence between its displays and semicolons: as far as a word reaches that denies."""
    piece: list[Clause] = []
    for clause in parts:
        if piece and clause.row == "joint" and clause.head.kind in ("ROW", "SEMI", "HENCE"):
            yield piece
            piece = []
        piece.append(clause)
    if piece:
        yield piece


def _is_reason(clause: Clause, piece: Sequence[Clause]) -> bool:
    """ "As f'' vanishes only at a point, f is ...": the reason is not understood, and what it is given for is said."""
    return clause is piece[0] and clause.head.kind == "BECAUSE" and len(piece) > 2 and piece[1].head.kind == "COMMA"


def _follows(piece: Sequence[Clause]) -> bool:
    """ "..., so the test says nothing": what it follows from is said all the same."""
    return piece[0].row == "joint" and piece[0].head.kind == "HENCE"


def _denies(clause: Clause) -> bool:
    """Does it doubt, deny or restrict, and was not read?"""
    if clause.row == "told":
        return clause.has("IS", "not")  # "it isn't clear that"
    return clause.row in ("unread", "remark", "lead") and any(token.kind in OPPOSED for token in clause.tokens)


def _says_something(parts: Sequence[Clause]) -> bool:
    """Is there a word of the field in a sentence of which nothing was taken?"""
    tokens = [token for clause in parts for token in clause.tokens]
    if any(token.kind in PROPERTIES for token in tokens) and not is_narration(tokens):
        return True
    if any(clause.row not in ("joint", "remark", "unread") for clause in parts):
        return False
    told = any(is_narration(clause.tokens) for clause in parts)
    return is_of_field(tokens) and not told and not is_title(tokens)


def _unread_whole(parts: Sequence[Clause]) -> Unread:
    return Unread(parts[0].line, said([token for clause in parts for token in clause.tokens]), NOT_UNDERSTOOD)


def _functions(parts: Sequence[Clause]) -> list[Formula]:
    """Displays that say what a function is: "the log-likelihood, whose data are not all equal, is [N(mu, s) = ...]"."""
    shown = [token for clause in parts for token in clause.tokens if token.kind == "DDFN"]
    return [
        formula_of(token, "definition")
        for token in shown
        if isinstance(token.node, Chain) and isinstance(token.node.left, MaybeCall)
    ]


def _passed_over(parts: Sequence[Clause], found: Found, c: Context) -> Iterator[Unread]:
    """The law of conservation: every relation of the sentence is in a statement, a condition or unread."""
    kept = [one.chain for one in found if isinstance(one, Formula)]
    nodes = [node for one in found if isinstance(one, Formula | Claim | Assumption) for node in one.conditions]
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


def scoped(clause: Clause, c: Context, found: Found) -> Step:
    """ "In general", "for every data set": of what was just said, or of what follows."""
    words = said(clause.tokens).lower()
    found = everywhere(found) if words != "there" else found
    last = found[-1] if found else None
    if words in ("in general", "always", "for all data", "for any data"):
        ends: tuple[Statement, ...] = (Release(clause.line),) if c.supposing else ()
        ends += (Boundary(clause.line, "else"),) if c.fresh or not found else ()  # no case goes on with "in general"
        c, found = replace(c, supposing=False), (*found, *ends)
    if isinstance(last, Formula | Claim) and not c.fresh and not last.scope:
        return c, (*found[:-1], replace(last, scope=words))
    return replace(c, scope=c.scope or words), found


def general(clause: Clause, c: Context, found: Found) -> Step:
    """A statement about all functions or matrices of a kind; without a property it is a reason for what follows."""
    props = [token for token in clause.tokens if token.kind in PROPERTIES]
    if props and clause.tokens[-1] is props[-1]:
        kind = "convex" if props[-1].kind == "JBLK" else props[-1].meaning
        text = f"{said(clause.tokens[:-1])} {kind}"
        about = Noun("any function" if clause.has("NOUN", "function") else "matrix")
        negated = clause.has("NOT") ^ kind.startswith("not ")
        return stating(
            c, found, Claim(kind.removeprefix("not "), None, about, negated, clause.line, text, reason=c.told)
        )
    if clause.head.kind in ("BECAUSE", "BY"):
        return replace(c, fresh=True, grounds=(*c.grounds, clause)), found
    return replace(c, fresh=True), (*found, Unread(clause.line, said(clause.tokens), "a general statement"))


def grounded(clause: Clause, c: Context, found: Found) -> Step:
    """ "As a sum of convex functions": a reason, looked at when it is known for what."""
    return replace(c, fresh=True, grounds=(*c.grounds, clause)), found


def _grounds_that_fail(c: Context, found: Found) -> Iterator[Unread]:
    """The reasons that do not show what is claimed beside them."""
    kinds = {one.kind for one in found if isinstance(one, Claim) and not one.negated}
    for clause in c.grounds:
        if not any(is_ground(clause.tokens, kind) for kind in kinds):
            yield Unread(clause.line, said(clause.tokens), UNCHECKED)


def opened(clause: Clause, c: Context, found: Found) -> Step:
    """A part of a sentence that is known not to be judged; the rest is."""
    why = UNCHECKED if clause.head.kind in ("BECAUSE", "BY") else NOT_UNDERSTOOD
    if speaks_of_data(clause.tokens) and found and role_of(found[-1]) in TAKING:
        found = (*found[:-1], under(found[-1], (Given(Text(said(clause.tokens)), "unread"),)))
    return replace(c, fresh=True), (*found, Unread(clause.line, said(clause.tokens), why))


def remark(clause: Clause, c: Context, found: Found) -> Step:
    """What says nothing to judge; a property in it is not passed over, nor a reason, nor what may claim something."""
    if is_narration(clause.tokens):
        return replace(c, fresh=True), found
    if any(token.kind in PROPERTIES - {"ABS"} for token in clause.tokens):
        return unread(clause, c, found)
    if clause.head.kind in ("BECAUSE", "BY"):
        return _reason(clause, c, found)
    if is_of_field(clause.tokens) and is_suspicious(clause.tokens):
        return unread(clause, c, found)
    if found and (is_of_a_shape(clause.tokens) or _is_apposition(clause)):  # "..., that is, a scalar"
        return unread(clause, c, found)
    return replace(c, fresh=True), found


def _is_apposition(clause: Clause) -> bool:
    """ "J is convex, a bad joke": words that are not known, behind a claim."""
    return clause.head.kind in ("A", "THE", "UNK") and clause.has("UNK") and not clause.has("ING")


def _reason(clause: Clause, c: Context, found: Found) -> Step:
    """ "By the chain rule" names a rule; what "because of ..." says of the field is a reason that must be looked at."""
    if clause.has("SUMN"):
        return grounded(clause, c, found)
    by = clause.head.kind == "BY"
    if by and found and not c.fresh and not clause.has("LP") and any(token.kind in SIDES for token in clause.tokens):
        return unread(clause, c, found)  # "bounded by 1"
    words = is_of_field(clause.tokens) or clause.has("UNK")
    if clause.head.meaning == "reason" and words:
        return opened(clause, c, found)
    if is_of_field(clause.tokens) and (is_suspicious(clause.tokens) or clause.has("NOUN", "loss")):
        return opened(clause, c, found)
    return replace(c, fresh=True), found


ACTS: dict[str, Callable[[Clause, Context, Found], Step]] = {
    "joint": joint, "unread": unread, "claim": claims, "said-claim": said_claim, "rank": ranked, "formula": stated,
    "called": called, "define": defined, "assume": assumed, "shaped": shaped, "suppose": required,
    "contra": contradicted,
    "reason": reasons, "general": general, "remark": remark, "if": conditioned, "vague": conditioned,
    "range": conditioned, "best": best, "modulus": modulus, "has": having, "lead": led, "open": opened, "scope": scoped,
    "implies": implied,
    "ground": grounded, "bound": bounded, "slope": slopes, "critical": critical, "between": between,
    "extremal": extremal,
    "exists": lambda clause, c, found: stated(clause, c, found, "exists"),
    "equation": lambda clause, c, found: stated(clause, c, found, "task"),
    "solve": lambda _, c, found: (replace(c, scope=ZERO_SLOPE), found),
    "task": lambda clause, c, found: (replace(c, mood=clause.head.meaning), found),
    "announce": lambda _, c, found: (c, found),
    "told": lambda _, c, found: (c, found),
    "deny": lambda _, c, found: (replace(c, mood="deny"), found),
}  # fmt: skip
