"""Steps that conclude (positive T), (nonneg T) or (definite T), and those that carry over to (convex T)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product

from symconvex.kernel import term as t
from symconvex.kernel.arguments import Args, read_defined
from symconvex.kernel.context import FLAT, POSITIVE, Context, expect, functions, signed, subject, terms
from symconvex.kernel.enclose import is_positive
from symconvex.kernel.example import places
from symconvex.kernel.functions import KINKED, RANGES, SETS, Fact, Z
from symconvex.kernel.statement import SIGNS, Judgment, readable, require
from symconvex.kernel.term import Dim, Fn, Malformed, Pow, Refused, Sum, Sym, Term

Facts = list[Fact]


def constant(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A sign that ball arithmetic shows at every place of the free indices; zero is nonnegative when it is exact."""
    expect(0, uses)
    term = subject(gives, *SIGNS)
    if gives.kind == "nonneg" and not context.normal.poly(term):
        return
    for place in places(context.statement, term, context.known):
        shown = is_positive(term, replace(context.known, places=place), context.budget)
        require(shown, "ball arithmetic does not show that {} is positive", term)


# ---- facts -----------------------------------------------------------------------------------------


def fact(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """What a set, a size, a hypothesis, the domain, a spectrum or the range of a function says."""
    term, name = subject(gives, *SIGNS), args["fact"]
    expect(1 if name in ("apart", "side") else 0, uses)
    readable(("with" in args) == (name == "apart"), "the argument with belongs to the fact apart")
    match name, args.get("at"):
        case "given", None:
            facts = _given(context)
        case (("domain" | "assumed"), None):
            signs = context.under if name == "assumed" else context.statement.domain
            facts = [(s.kind, s.term) for s in signs if s.term]
        case "spectrum", at:
            facts = _spectrum(context, at)
        case _, None:
            raise Malformed(f"no fact is called {name[:60]!r}, or it needs a term")
        case "apart", at:
            facts = _apart(context, uses[0], at, args["with"])
        case "side", at:
            facts = _side(context, uses[0], at)
        case "set", Sym(entry, _) as at if entry in context.statement.data:
            facts = [_shaped(context, each, at) for each in SETS[context.statement.data[entry][1]]]
        case "size", Dim(str(size)) as at:
            facts = [("positive", at), ("nonneg", t.sub(at, t.number(context.statement.sizes[size])))]
        case _, at:
            readable(name in RANGES, "no fact is called {!r}, or it takes another term", name)
            facts = [_shaped(context, RANGES[name], at)]
    says = any(kind in (gives.kind, "positive") and context.normal.equal(found, term) for kind, found in facts)
    require(says, "no fact says {}", gives)


def _shaped(context: Context, fact: Fact, at: Term) -> Fact:
    return fact[0], context.substitute(fact[1], {Z.name: ((), at)})


def _given(context: Context) -> Facts:
    facts: Facts = []
    for g in context.given:
        if g.kind in SIGNS and g.term is not None:
            facts.append((g.kind, g.term))
        elif g.kind == "nonzero":
            facts.append(("positive", context.total_square(g.name, context.statement.data[g.name][0], (g.extra,))))
    return facts


def _apart(context: Context, use: Judgment, a: Term, b: Term) -> Facts:
    """a + b < 0: the steps at a and at b are never both 1."""
    context.same(t.neg(t.add(a, b)), subject(use, "positive"), "the arguments")
    return [("nonneg", t.sub(t.ONE, t.add(Fn("step", (a,)), Fn("step", (b,)))))]


def _side(context: Context, use: Judgment, z: Term) -> Facts:
    """relu z = z and step z = 1 where z > 0; both are 0 where -z >= 0."""
    sign, relu, step = subject(use, *SIGNS), Fn("relu", (z,)), Fn("step", (z,))
    if context.normal.equal(sign, z):
        ones = [("nonneg", t.sub(step, t.ONE))] if use.kind == "positive" else []
        return [("nonneg", t.sub(z, relu)), *ones]
    context.same(sign, t.neg(z), "the side of the kink")
    return [("nonneg", t.neg(relu)), ("nonneg", t.neg(step))]


def _spectrum(context: Context, at: Term | None) -> Facts:
    """What the hypotheses say of X'X: its extreme eigenvalues as bounds, and vectors that are not zero."""
    facts: Facts = []
    shape = context.scope.symbols.get(at.name, ()) if isinstance(at, Sym) else ()
    for g in context.given:
        columns = context.statement.data[g.name][0][1:] if g.kind not in (*SIGNS, "real") else ()
        match g.kind:
            case "spectral" | "spectral_least" if at is None:
                facts.append(("nonneg", Sym(g.extra)))
            case "spectral" | "spectral_least" if isinstance(at, Sym):
                for place in (k for k, size in enumerate(shape) if (size,) == columns):
                    image, square = _squares(context, g.name, at.name, place)
                    gap = t.sub(image, t.mul(Sym(g.extra), square))
                    facts.append(("nonneg", gap if g.kind == "spectral_least" else t.neg(gap)))
            case "attained" if at is None and g.term is not None:
                image, square = _squares(context, g.name, g.extra)
                gap = t.sub(image, t.mul(g.term, square))
                facts += [("positive", square), ("nonneg", gap), ("nonneg", t.neg(gap))]
            case "null" | "null_affine" if at is None:
                facts.append(("positive", context.total_square(g.extra, columns)))
    return facts


def _squares(context: Context, matrix: str, name: str, place: int = 0) -> tuple[Term, Term]:
    """|X v|^2 and |v|^2 for an array v; the columns of X run over this place of it."""
    (rows, columns), _ = context.statement.data[matrix]
    shape = context.scope.symbols[name]

    def square(at: tuple[t.Index, ...]) -> Term:
        i, before, behind = at[0], at[1 : place + 1], at[place + 1 :]
        j = context.index_over(columns, {str(k) for k in at})
        return t.power(Sum(j, columns, t.mul(Sym(matrix, (i, j)), Sym(name, (*before, j, *behind)))), 2)

    return context.summed((rows, *shape[:place], *shape[place + 1 :]), (), square), context.total_square(name, shape)


# ---- from lines to lines ---------------------------------------------------------------------------


def power(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A > 0 gives A^r > 0; A >= 0 gives A^r >= 0 for r > 0."""
    (base,), term = terms(uses, SIGNS), subject(gives, *SIGNS)
    enough = uses[0].kind == "positive" or (gives.kind == "nonneg" and isinstance(term, Pow) and term.exponent > 0)
    require(isinstance(term, Pow) and term.base == base and enough, "{} is not a power of the line used", gives)


def combine(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A sum of products of lines and squares."""
    total, kinds, seen = [], [], set[int]()
    for factors in args["products"]:
        places = [f for f in factors if isinstance(f, int)]
        readable(all(1 <= k <= len(uses) for k in places), "a factor names a line that the step does not use")
        seen.update(places)
        lines = [uses[k - 1] for k in places]
        squares = [t.power(f, 2) for f in factors if not isinstance(f, int)]
        kinds.append(_kind_of_product(context, gives.kind, lines, squares))
        total.append(t.mul(*(subject(line, *SIGNS, "definite", "convex", "affine") for line in lines), *squares))
    readable(len(seen) == len(uses), "a line is used in no product")
    require(gives.kind not in ("positive", "definite") or gives.kind in kinds, "no product is {}", gives.kind)
    context.same(t.add(*total), subject(gives, *SIGNS, "definite", "convex"), "the combination")


def _kind_of_product(context: Context, wanted: str, lines: list[Judgment], squares: list[Term]) -> str:
    """What a product of lines and squares is; Refused when it does not serve for the wanted kind."""
    kinds = [line.kind for line in lines]
    special = [kind for kind in kinds if kind not in SIGNS]
    signs = [line for line in lines if line.kind in SIGNS]
    if wanted == "convex" and len(special) == 1 and special[0] in ("convex", "affine"):
        for factor in (*(subject(line, *SIGNS) for line in signs), *squares):
            context.free_of(factor, context.parameter_names, "the factor of a convex term")
        return "convex"
    if wanted == "definite" and not squares and {*kinds} <= {"positive", "definite"}:
        return "definite"
    if wanted in (*SIGNS, "definite") and not special:
        return "positive" if not squares and all(kind == "positive" for kind in kinds) else "nonneg"
    raise Refused(f"a product of {', '.join([*kinds, *('square' for _ in squares)])} does not give {wanted}")


def quadratic(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A u^2 + 2 B u w + C w^2 >= 0 where A, C and A C - B^2 are."""
    (a, c, rest), b, u, w = terms(uses, SIGNS, SIGNS, SIGNS), args["middle"], args["u"], args["w"]
    context.same(t.sub(t.mul(a, c), t.power(b, 2)), rest, "A C - B^2")
    form = t.add(t.mul(a, t.power(u, 2)), t.mul(t.number(2), b, u, w), t.mul(c, t.power(w, 2)))
    context.same(form, subject(gives, "nonneg"), "the quadratic form")


def total(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A line for every index gives it for the sum, sizes are at least 1; or summands >= 0, one of them > 0."""
    match gives:
        case Judgment(kind, _, Sum(index, size, body)) if kind in (*SIGNS, "convex") and index not in context.witnesses:
            pass
        case _:
            raise Refused(f"{gives} is not a sum"[:300])
    context.binds(index)
    if "at" in args:
        context.scope.fits(args["at"], size)
        each, once = terms(uses, SIGNS, POSITIVE)
        context.same(each, body, "summand")
        context.same(once, t.reindex(body, {index: args["at"]}), "summand at the place")
        require(kind == "positive", "a summand at one place gives a positive sum")
        return
    expect(1, uses)
    context.same(subject(uses[0], *FLAT) if kind == "convex" else signed(uses[0], kind), body, "summand")


def instance(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A line for every z, read at one term; or for every index, read at one index: with what it assumes."""
    expect(1, uses)
    source, term, name = subject(uses[0], *SIGNS), subject(gives, uses[0].kind), args["of"]
    if name in context.part.variables:
        change = partial(context.substitute, families={name: ((), read_defined(context, args["is"]))})
    else:
        place, over = t.read_size(args["is"]), context.statement.indices
        free = name in over and name not in context.witnesses
        require(free, "{} is neither a variable nor an index that stands for every place", name)
        context.scope.fits(place, over[name])
        change = partial(t.reindex, change={name: place})
    context.stand(replace(gives, under=tuple(replace(a, term=change(a.term or t.ZERO)) for a in uses[0].under)))
    context.same(change(source), term, "instance")


def smooth_function(context: Context, args: Args) -> tuple[Term, Term, Term]:
    """A function of one variable, defined and without kinks on the whole line, with phi' and phi''."""
    name, phi = args["of"], args["function"]
    require(name in context.part.variables, "{} is not a variable of this part", name)
    context.binds(name)
    require(functions(phi).isdisjoint(KINKED), "the function has a kink: {}", phi)
    slope = context.slope(phi, name)
    return phi, slope, context.slope(slope, name)


def tangent(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """phi'' >= 0 on the line: phi(b) - phi(a) - phi'(a) (b - a) >= 0, and > 0 if phi'' > 0 and (b - a)^2 > 0."""
    shown = terms(uses, *((POSITIVE, POSITIVE) if gives.kind == "positive" else (SIGNS,)))
    phi, slope, bend = smooth_function(context, args)
    context.smooth(phi)
    context.same(bend, shown[0], "second derivative")
    a, b = args["from"], args["to"]
    if gives.kind == "positive":
        context.same(t.power(t.sub(b, a), 2), shown[1], "the two points")
    there, here, rise = (
        context.substitute(part, {args["of"]: ((), place)}) for part, place in ((phi, b), (phi, a), (slope, a))
    )
    context.same(t.sub(t.sub(there, here), t.mul(rise, t.sub(b, a))), subject(gives, *SIGNS), "tangent")


def definite(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Weights > 0 and forms that together kill no direction: sum_i W_i (X v)_i^2, sum_j W_j v_j^2, W_k l_k(v)^2m."""
    forms, squares, entries = args.get("forms", []), args.get("squares", {}), args.get("entries", {})
    expect(len(forms) + len(squares), uses)
    known = {of for of, _, _, _ in forms} | {other for _, _, _, other in forms if other}
    fits = known <= context.parameter_names if entries else known == context.parameter_names
    require(fits, "the forms do not speak of every parameter, and of parameters only")
    context.binds(*squares)
    weights = [subject(use, "positive") for use in uses]
    found = [_form(context, weight, *form) for weight, form in zip(weights, forms, strict=False)]
    found += [t.mul(w, t.power(*square)) for w, square in zip(weights[len(forms) :], squares.values(), strict=True)]
    _solved(context, known, {name: base for name, (base, _) in squares.items()}, entries)
    context.same(t.add(*found), subject(gives, "definite"), "definite sum")


def _solved(context: Context, known: set[str], squares: Mapping[str, Term], entries: Mapping[Sym, Term]) -> None:
    """Where the directions in `known` and all squares are 0, each other entry is: it is `entries` of the squares."""
    shapes = context.statement.parameters
    lengths = {w: [n for n in shapes[w] if isinstance(n, int)] for w in shapes if w not in known}
    for w, whole in lengths.items():
        require(len(whole) == len(shapes[w]), "the forms do not speak of {}, which has a named size", w)
    needed = {Sym(f"{w}'", place) for w, whole in lengths.items() for place in product(*map(range, whole))}
    require(set(entries) == needed, "the forms and the entries do not speak of every parameter, and of each once")
    zero = {f"{w}'": (tuple(map(str, range(len(shapes[w])))), t.ZERO) for w in known}
    there = {name: ((), context.substitute(square, zero)) for name, square in squares.items()}
    nothing = dict.fromkeys(squares, ((), t.ZERO))
    for entry, term in entries.items():
        context.free_of(term, context.direction_names, "what an entry is of the squares")
        context.same(context.substitute(term, there), entry, "entry")
        context.same(context.substitute(term, nothing), t.ZERO, "the entry where all squares are 0")


def _form(context: Context, weight: Term, of: str, by: str, at: tuple[str, ...], other: str) -> Term:
    context.free_of(weight, context.direction_names, "the weight")
    shape = context.statement.parameters[of]
    sizes = shape if by == "" else context.statement.data.get(by, ((), ""))[0] + shape[1:]
    places = len(sizes) == len(at) == len({*at} - context.witnesses)
    require(places, "{} are not the indices of the squares", at)
    for index, size in zip(at, sizes, strict=True):
        context.scope.fits(index, size)
    context.binds(*at)
    square: Term = Sym(f"{of}'", at)
    over = at
    if by:
        kind = "injective_affine" if other else "injective"
        known = sizes[1:] == shape and any(g.kind == kind and g.name == by for g in context.given)
        require(known, "nothing says that {} is injective on directions of {} {}", by, of, other)
        require(at[1] not in t.free_indices(weight), "the weight depends on the inner index")
        square = Sum(at[1], sizes[1], t.mul(Sym(by, at[:2]), Sym(f"{of}'", at[1:])))
        over, sizes = at[:1] + at[2:], sizes[:1] + sizes[2:]
    if other:
        require(by and context.statement.parameters[other] == (), "{} is no number beside a matrix", other)
        square = t.add(square, Sym(f"{other}'"))
    body: Term = t.mul(weight, t.power(square, 2))
    for index, size in reversed(list(zip(over, sizes, strict=True))):
        body = Sum(index, size, body)
    return body
