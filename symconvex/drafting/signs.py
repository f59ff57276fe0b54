"""Finding signs: a recursive search that writes down why a term is positive or nonnegative."""

from collections.abc import Mapping
from functools import cache

from symconvex.drafting.draft import Lines
from symconvex.drafting.reasons import Exclusive, Known, Mills, Squared, Tangent, Within
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Budget, Dim, Fn, Mul, Num, Pow, Sum, Sym, Term

CLOSED_WORK = 1_000_000
PI = Sym("pi")

# How the kernel calls what it knows of ranges: by the end of the range, its value, and the sign that this gives.
FACTS: Mapping[tuple[str, int, str], str] = {
    ("lower", 0, "positive"): "{}_positive",
    ("lower", 0, "nonneg"): "{}_nonneg",
    ("lower", -1, "positive"): "{}_above",
    ("lower", -1, "nonneg"): "{}_above",
    ("upper", 1, "positive"): "{}_below_one",
    ("upper", 1, "nonneg"): "{}_below_one",
}
SET_SIGNS = {"positive": "positive", "unit": "positive", "nonnegative": "nonneg", "binary": "nonneg", "count": "nonneg"}


def find_sign(lines: Lines, term: Term, *, strict: bool) -> int | None:
    """The line that shows term > 0 (strict) or term >= 0; None when no way was found."""
    number = _positive(lines, term)
    if number is not None or strict:
        return number
    known = lines.known.get(f"(nonneg {t.render(term)})")
    return known if known is not None else _nonneg(lines, term)


@cache
def range_fact(name: str, side: str, bound: int) -> tuple[str, str] | None:
    """The fact that f - bound (bound - f) has a sign, and the sign: > 0 unless the end of the range is attained.

    side    "lower" or "upper"; None when the range of the function does not end there
    """
    function = functions()[name]
    if function.arity != 1 or function.range[side == "upper"] != str(bound):
        return None
    kind = "nonneg" if str(bound) in function.attained else "positive"
    fact = FACTS.get((side, bound, kind))
    return None if fact is None else (fact.format(name), kind)


def sign_of(lines: Lines, number: int) -> str:
    """The kind of a line: positive or nonneg."""
    return str(lines.steps[number - 1]["gives"])[1:].split(" ", 1)[0]


def show_defined(lines: Lines, term: Term) -> bool:
    """Write the lines that every denominator, root and logarithm of the term needs."""
    shown = [_show_base(lines, part) for part in reversed(list(t.subterms(term)))]
    return all(shown)


def _show_base(lines: Lines, part: Term) -> bool:
    match part:
        case Pow(Num(value), _) | Fn("log", (Num(value),)):
            return value > 0 or isinstance(part, Pow)
        case Pow(base, e) if e < 0 and e.denominator == 1:
            return _positive(lines, base) is not None or _positive(lines, t.neg(base)) is not None
        case Pow(base, e) if e.denominator > 1:
            return _positive(lines, base) is not None
        case Fn("log", (arg,)):
            return _positive(lines, arg) is not None
    return True


def show_defined_given(lines: Lines, value: Term) -> bool:
    """As show_defined, where a hypothesis (nonzero X k) gives the sign of a denominator."""
    for part in t.subterms(value):
        if isinstance(part, Pow) and part.exponent < 0:
            gives = f"(positive {t.render(part.base)})"
            if gives not in lines.known and lines.given:
                lines.add("given", [], gives)
    return show_defined(lines, value)


def scaled(lines: Lines, factor: Term, number: int | None) -> int | None:
    """From the line (positive T) to the line (positive factor * T)."""
    sign = None if number is None else _positive(lines, factor)
    if number is None or sign is None:
        return None
    body = t.parse(str(lines.steps[number - 1]["gives"]).removeprefix("(positive ")[:-1])
    return lines.add("product", [sign, number], f"(positive {t.render(t.mul(factor, body))})")


def _positive(lines: Lines, term: Term) -> int | None:
    gives = f"(positive {t.render(term)})"
    number = lines.known.get(gives) or _assumed(lines, term, gives)
    if number is not None:
        return number
    match term:
        case Num(value):
            return lines.add("constant", [], gives) if value > 0 else None
        case Sym(name, _):
            if SET_SIGNS.get(lines.draft.within(name)) == "positive":
                return lines.because(Known(term, True), "given", gives, entry=t.render(term))
        case Dim():
            return lines.add("given", [], gives)
        case Fn(name, (arg,)) if (fact := range_fact(name, "lower", 0)) is not None and fact[1] == "positive":
            return lines.because(Within(name, arg), "range", gives, fact=fact[0], at=t.render(arg))
        case Pow(base, e):
            inner = _positive(lines, base)
            if inner is not None:
                return lines.add("power", [inner], gives)
            opposite = _positive(lines, negated(base)) if e == 2 else None
            return None if opposite is None else lines.add("product", [opposite, opposite], gives)
        case Mul(args):
            return _all(lines, "product", [_positive(lines, arg) for arg in args], gives)
        case Sum(_, _, body):
            inner = _positive(lines, body)
            return None if inner is None else lines.add("sum", [inner], gives)
        case Add(args):
            return _add(lines, args, gives, strict=True)
    return _closed(lines, term, gives)


def negated(term: Term) -> Term:
    """-term with the sign pushed through sums to the summands."""
    match term:
        case Add(args):
            return t.add(*map(negated, args))
        case Sum(index, size, body):
            return Sum(index, size, negated(body))
    return t.neg(term)


def _closed(lines: Lines, term: Term, gives: str) -> int | None:
    """A term without symbols is left to ball arithmetic; its sign is tried first."""
    if any(isinstance(p, Sym | Dim) and p != PI for p in t.subterms(term)) or t.free_indices(term):
        return None
    from symconvex.kernel.enclose import is_positive, value

    return lines.add("constant", [], gives) if is_positive(lambda: value(term, {}, Budget(CLOSED_WORK))) else None


def _assumed(lines: Lines, term: Term, gives: str) -> int | None:
    """A hypothesis of the part or a constraint of the domain, as it was written."""
    assumed = {*lines.given, *(f"(positive {t.render(c)})" for c in lines.draft.domain)}
    strict = gives.startswith("(positive ")
    return lines.because(Known(term, strict), "given", gives) if gives in assumed else None


def _all(lines: Lines, rule: str, uses: list[int | None], gives: str) -> int | None:
    found = [use for use in uses if use is not None]
    return lines.add(rule, found, gives) if len(found) == len(uses) else None


def _nonneg(lines: Lines, term: Term) -> int | None:
    gives = f"(nonneg {t.render(term)})"
    match term:
        case Num(value):
            return lines.add("constant", [], gives) if value >= 0 else None
        case Sym(name, _):
            fits = lines.draft.within(name) in SET_SIGNS
            known = Known(term, False)
            return lines.because(known, "given", gives, entry=t.render(term)) if fits else _assumed(lines, term, gives)
        case Pow(base, e):
            if e.denominator == 1 and e.numerator % 2 == 0 and e > 0:
                return lines.because(Squared(base), "square", gives)
            inner = find_sign(lines, base, strict=False) if e > 0 else None
            return None if inner is None else lines.add("power", [inner], gives)
        case Fn(name, (arg,)) if (fact := range_fact(name, "lower", 0)) is not None:
            return lines.because(Within(name, arg), "range", gives, fact=fact[0], at=t.render(arg))
        case Mul(args):
            return _all(lines, "product", [find_sign(lines, arg, strict=False) for arg in args], gives)
        case Sum(_, _, body):
            inner = find_sign(lines, body, strict=False)
            if inner is not None and sign_of(lines, inner) == "positive":
                inner = lines.add("product", [inner], f"(nonneg {t.render(body)})")
            return None if inner is None else lines.add("sum", [inner], gives)
        case Add(args):
            return _add(lines, args, gives, strict=False)
    return None


def _add(lines: Lines, args: tuple[Term, ...], gives: str, *, strict: bool) -> int | None:
    """A sum: the parts one by one, or one of the patterns 1 - f, 1 + f, 1 - f^2, 1 - step - step."""
    number = _assumed(lines, Add(args), gives)
    if number is not None:
        return number
    parts = [find_sign(lines, arg, strict=False) for arg in args]
    found = [part for part in parts if part is not None]
    if len(found) == len(parts) and (not strict or any(sign_of(lines, k) == "positive" for k in found)):
        return lines.add("total", found, gives)
    for pattern in (_one_with, _one_minus_square, _exclusive, _one_minus_unit, _mills, _one_minus_exp):
        number = pattern(lines, args, gives, strict)
        if number is not None:
            return number
    return _closed(lines, Add(args), gives)


def _one_with(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """1 - f or 1 + f for a function between -1 and 1."""
    match args:
        case (Num(one), Mul((Num(minus), Fn(name, (arg,))))) if one == 1 and minus == -1:
            found = range_fact(name, "upper", 1)
        case (Num(one), Fn(name, (arg,))) if one == 1:
            found = range_fact(name, "lower", -1)
        case _:
            return None
    if found is None or (strict and found[1] != "positive"):
        return None
    return lines.because(Within(name, arg), "range", gives, fact=found[0], at=t.render(arg))


def _one_minus_square(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """1 - f^2 = (1 - f)(1 + f)."""
    match args:
        case (Num(one), Mul((Num(minus), Pow(Fn(name, _) as f, e)))) if one == 1 and minus == -1 and e == 2:
            if range_fact(name, "lower", -1) is None:
                return None
            factors = [find_sign(lines, g, strict=strict) for g in (t.sub(t.ONE, f), t.add(t.ONE, f))]
            return _all(lines, "product", factors, gives)
    return None


def _exclusive(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """1 - step(a) - step(b) where a + b < 0."""
    match args:
        case (
            Num(one),
            Mul((Num(m1), Fn("step", (a,)))),
            Mul((Num(m2), Fn("step", (b,)))),
        ) if one == 1 and m1 == m2 == -1 and not strict:
            gap = t.neg(t.add(a, b))
            for candidate in (gap, *_cancelled(lines, a, b)):
                number = _positive(lines, candidate)
                if number is not None:
                    shown = lines.add("product", [number], f"(positive {t.render(gap)})")
                    args_ = {"left": t.render(a), "right": t.render(b)}
                    return lines.because(Exclusive(a, b), "exclusive", gives, [shown], **args_)
    return None


def _cancelled(lines: Lines, a: Term, b: Term) -> list[Term]:
    """What -(a + b) may simplify to when the moving parts cancel: twice a symbol of known sign."""
    names = {p.name for p in t.subterms(a) if isinstance(p, Sym) and not p.indices}
    return [t.mul(t.number(2), Sym(name)) for name in sorted(names & set(lines.draft.data))]


def _one_minus_unit(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """1 - s for a symbol between 0 and 1."""
    match args:
        case (Num(one), Mul((Num(minus), Sym(name, _) as s))) if one == 1 and minus == -1:
            within = lines.draft.within(name)
            if within == "unit" or (within in ("binary", "sign") and not strict):
                return lines.because(Known(Add(args), strict), "given", gives, entry=t.render(s))
    return None


def _mills(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """u Phi(u) + phi(u)."""
    for arg in args:
        if isinstance(arg, Fn) and arg.name == "normpdf" and len(args) == 2:
            at = arg.args[0]
            return lines.because(Mills(at), "range", gives, fact="mills", at=t.render(at))
    return None


def _one_minus_exp(lines: Lines, args: tuple[Term, ...], gives: str, strict: bool) -> int | None:
    """1 - exp(-u) = (exp(u) - 1) exp(-u) > 0 for u > 0, by the tangent of exp at 0: exp(u) - 1 - u >= 0."""
    variable = next(iter(lines.variables), "")
    match args:
        case (Num(one), Mul((Num(minus), Fn("exp", (v,))))) if one == 1 and minus == -1 and variable:
            u = t.neg(v)
        case _:
            return None
    signs = [_positive(lines, x) for x in (u, Fn("exp", (Sym(variable),)), Fn("exp", (v,)))]
    positive, bend, shrink = signs
    if positive is None or bend is None or shrink is None:
        return None
    rise = t.sub(t.sub(t.fn("exp", u), t.ONE), u)
    args_ = {"of": variable, "function": f"(exp {variable})", "from": "0", "to": t.render(u)}
    above = lines.because(Tangent("exp"), "tangent", f"(nonneg {t.render(rise)})", [bend], **args_)
    gain = lines.add("total", [above, positive], f"(positive {t.render(t.sub(t.fn('exp', u), t.ONE))})")
    return lines.add("product", [gain, shrink], gives)
