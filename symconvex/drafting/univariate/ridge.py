"""The sign of a term that depends on one argument only, as a function of that argument on a half-line or the line."""

from collections.abc import Callable
from itertools import islice

from symconvex.drafting.judgments import positive, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.reasons import Charted
from symconvex.drafting.univariate.scribe import Region
from symconvex.drafting.univariate.signs import Inquiry, S, is_smooth, question
from symconvex.drafting.univariate.single import singles
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Add, Fn, Num, Pow, Refused, Sum, Sym, Term, TooLarge

MOST_PARTS, MOST_ARGUMENTS = 80, 6
Ask = Callable[[Lines, Term, bool], int | None]


def find_of_one(lines: Lines, gives: Judgment, ask: Ask) -> int | None:
    """The line, from the sign of a function of one variable that is read at the argument.

    ask    the sign of another term, where it was found or is found easily
    """
    term = gives.term or t.ZERO
    found = abstracted(term)
    if lines.under:
        return None
    if found is None:
        return _find_scaled(lines, gives, ask)
    function, argument = found
    for region in (Region(None, None), Region(t.ZERO, None), Region(None, t.ZERO)):
        asked = question(function, region, {})
        try:
            node = asked.node()
        except (TooLarge, Refused):
            return None
        if node is None or node.sign < 0 or (gives.kind == "positive" and not node.strict):
            continue
        side = t.neg(argument) if region.right is not None else argument
        if region != Region(None, None) and ask(lines, side, True) is None:
            continue
        number = asked.lines(lines, node)
        if number is not None and (lines.kind(number) == "positive" or gives.kind == "nonneg"):
            return _read(lines, asked, number, argument, gives)
    return None


def _find_scaled(lines: Lines, gives: Judgment, ask: Ask) -> int | None:
    """The same of a multiple in the data, or of an argument over a number of the data."""
    for single in singles(lines.draft, gives.term or t.ZERO) if _is_small(gives.term or t.ZERO) else ():
        scale = ask(lines, single.scale, gives.kind == "positive")
        line = None if scale is None else sign_everywhere(lines, single.function, single.argument)
        if line is not None and scale is not None and (lines.kind(line) == "positive" or gives.kind == "nonneg"):
            return lines.product([scale, line], gives)
    return None


def _is_small(term: Term) -> bool:
    """A smooth sum of few parts, with functions or denominators in it."""
    if not isinstance(term, Add) or not is_smooth(term) or sum(1 for _ in t.subterms(term)) > MOST_PARTS:
        return False
    return any(isinstance(part, Fn) or (isinstance(part, Pow) and part.exponent < 0) for part in t.subterms(term))


def sign_at(lines: Lines, function: Term, argument: Term) -> int | None:
    """The line of the sign of a function of the variable for all values > 0, read at an argument > 0."""
    asked = question(function, Region(t.ZERO, None), {})
    try:
        node = asked.node()
    except (TooLarge, Refused):
        return None
    number = None if node is None or node.sign < 0 else asked.lines(lines, node)
    if number is None:
        return None
    gives = sign(lines.kind(number), _at(function, argument))
    return _read(lines, asked, number, argument, gives)


def sign_everywhere(lines: Lines, function: Term, argument: Term) -> int | None:
    """The line that a function of the variable, >= 0 (> 0) for all its values, is so at an argument."""
    asked = question(function, Region(None, None), {})
    try:
        node = asked.node()
    except (TooLarge, Refused):
        return None
    number = None if node is None or node.sign < 0 else asked.lines(lines, node)
    if number is None:
        return None
    return _read(lines, asked, number, argument, sign(lines.kind(number), _at(function, argument)))


def _read(lines: Lines, asked: Inquiry, number: int, argument: Term, gives: Judgment) -> int:
    """The line about the variable, read at the argument; what it needs to be defined comes first."""
    assumed = asked.region.assumptions(S)
    for base, _ in reversed(list(partial_bases(asked.term))):
        for shown in (base, t.Mul((Num(t.MINUS_ONE), base))):
            line = lines.find(positive(shown), assumed)
            if line is not None and asked.search.ring.depends(base):
                lines.instance(line, positive(_at(shown, argument)), S.name, argument)
    read = sign(lines.kind(number), _at(asked.term, argument))
    line = lines.instance(number, read, S.name, argument)
    letter = Sym(next(x for x in "zstuv" if x not in {*lines.draft.data, *lines.draft.parameters} or x == "v"))
    lines.because(line, Charted(t.substitute(asked.term, {S.name: ((), letter)}), letter, _side(asked.region)))
    return lines.product([line], gives)


def _side(region: Region) -> str:
    """Where the variable lies, as a sign; empty for the whole line."""
    return ">" if region.left is not None else "<" if region.right is not None else ""


def _at(term: Term, argument: Term) -> Term:
    return t.substitute(term, {S.name: ((), argument)})


def abstracted(term: Term) -> tuple[Term, Term] | None:
    """(T, u) such that the term is T at u, and T is a smooth function of its variable and of nothing else."""
    if not _is_small(term):
        return None
    seen = dict.fromkeys(_candidate(part) for part in t.subterms(term))
    if S in seen:  # of several symbols none may take the name of another
        seen = dict.fromkeys(u for u in seen if u is not None and S in t.subterms(u))
    for argument in islice((u for u in seen if u is not None), MOST_ARGUMENTS):
        function = _replaced(term, argument)
        if not any(isinstance(part, Sum | t.Dim | t.Delta) or _is_other(part) for part in t.subterms(function)):
            return function, argument
    return None


def _is_other(part: Term) -> bool:
    return isinstance(part, Sym) and part not in (S, Sym(t.PI))


def _candidate(part: Term) -> Term | None:
    """What a function may be one of: a sum without its numbers, a product without its number, an entry."""
    match part:
        case Add(args):
            rest = t.add(*(arg for arg in args if not isinstance(arg, Num)))
            return rest if _is_linear(rest) else None
        case Sym() if part != Sym(t.PI):
            return part
        case Sum():
            return part
    return None


def _is_linear(term: Term) -> bool:
    """Without functions and powers outside its sums?"""
    return not any(isinstance(part, Fn | Pow) for part in t.subterms(term))


def _replaced(term: Term, argument: Term) -> Term:
    """The term with the variable for the argument, also where the negative of it or a number beside it stands."""
    wanted = argument.args if isinstance(argument, Add) else (argument,)
    match term:
        case _ if term == argument:
            return S
        case Add(args) if isinstance(argument, Add):
            for part, found in ((wanted, S), (tuple(map(t.neg, wanted)), t.neg(S))):
                if all(x in args for x in part):
                    return t.add(*(arg for arg in args if arg not in part), found)
    parts = t.children(term)
    return t.rebuild(term, tuple(_replaced(part, argument) for part in parts)) if parts else term
