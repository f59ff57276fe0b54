"""Each kind of node as lines of a certificate: why sign * poly > 0, or >= 0, in the region of the scribe."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symconvex.drafting.draft import MADE
from symconvex.drafting.judgments import nonneg, positive, sign
from symconvex.drafting.lines import Lines
from symconvex.drafting.univariate.charts import ChartSearch
from symconvex.drafting.univariate.ends import order, same_end, sign_of
from symconvex.drafting.univariate.images import IMAGES, U
from symconvex.drafting.univariate.nodes import Node
from symconvex.drafting.univariate.scribe import Lost, Region, Scribe, Way
from symconvex.drafting.univariate.steps import box, cases, growth
from symconvex.kernel import term as t
from symconvex.kernel.calculus import partial_bases
from symconvex.kernel.polynomial import Mono, scaled
from symconvex.kernel.statement import Judgment
from symconvex.kernel.term import Fn, Num, Pow, Sym, Term

INNER = Sym(f"{MADE}w")


def _constant(writer: Scribe, node: Node, target: Term) -> int:
    return writer.constant(target)


def _variable(writer: Scribe, node: Node, target: Term) -> int:
    try:
        return writer.bound("positive", target)
    except Lost:
        return writer.bound("nonneg", target)


def _linear(writer: Scribe, node: Node, target: Term) -> int:
    """c (s - r) or c (r - s), c > 0."""
    ring = writer.ring
    slope = ring.term(ring.derivative(scaled(node.poly, node.sign)))
    size = slope if (sign_of(ring, slope) or 0) > 0 else t.neg(slope)
    distance = t.mul(t.power(size, -1), target)
    bound = _variable(writer, node, ring.term(ring.poly(distance)))
    return writer.give([[writer.constant(size), bound]], target)


def _range(writer: Scribe, node: Node, target: Term) -> int:
    return writer.lines.fact(f"{target.name}_positive", positive(target), target.args[0])  # type: ignore[union-attr]


def _mills(writer: Scribe, node: Node, target: Term) -> int:
    (atom,) = (a for a in writer.ring.atoms(node.poly).values() if isinstance(a, Fn) and a.name == "normcdf")
    (u,) = atom.args
    shape = t.add(t.mul(u, atom), t.fn("normpdf", u))
    fact = writer.lines.fact("mills", positive(shape), u)
    return writer.give([[writer.show(node.kids[0]), fact]], target)


def _log(writer: Scribe, node: Node, target: Term) -> int:
    """log w > 0 for w > 1, and < 0 for 0 < w < 1, by growth from 1; then w is what is inside."""
    (inner,), lines, up = node.kids, writer.lines, node.sign > 0
    arg = next(iter(writer.ring.atoms(node.poly).values())).args[0]  # type: ignore[union-attr]
    distance = t.sub(INNER, t.ONE) if up else t.sub(t.ONE, INNER)
    shape = t.fn("log", INNER) if up else t.neg(t.fn("log", INNER))
    one = writer.constant(t.ONE)
    start = writer.closed(nonneg(t.substitute(shape, {INNER.name: ((), t.ONE)})))
    region = [positive(distance)] if up else [positive(INNER), positive(distance)]
    with lines.assuming(*region):
        fact = lines.fact("assumed", region[0])
        above = lines.total([fact, one], positive(INNER)) if up else fact
        slope = lines.power(above, positive(t.power(INNER, -1)))
        grown = growth(lines, (start, slope), positive(shape), INNER.name, t.ONE, "above" if up else "below")
    number = writer.show(inner)
    if lines.kind(number) != "positive":
        return _log_up_to(writer, number, arg, target, up=up)
    lines.product([number], positive(t.substitute(distance, {INNER.name: ((), arg)})))
    return lines.instance(grown, positive(target), INNER.name, arg)


def _log_up_to(writer: Scribe, number: int, arg: Term, target: Term, *, up: bool) -> int:
    """log w >= 1 - 1/w >= 0 for w >= 1, and log w <= w - 1 <= 0 for 0 < w <= 1, from the line for w - 1 or 1 - w."""
    lines, log, inverse = writer.lines, t.fn("log", arg), t.power(arg, -1)
    if not up:
        below = lines.fact("log_below", nonneg(t.add(arg, t.number(-1), t.neg(log))), arg)
        return lines.total([below, number], nonneg(target))
    above = lines.fact("log_above", nonneg(t.add(log, t.number(-1), inverse)), arg)
    inside = lines.total([number, writer.constant(t.ONE)], positive(arg))
    return lines.combine([[above], [number, lines.power(inside, positive(inverse))]], nonneg(target))


def _power(writer: Scribe, node: Node, target: Term) -> int:
    (inner,) = node.kids
    (atom,) = writer.ring.atoms(node.poly).values()
    number = writer.show(inner)
    raised = writer.powered(number, atom.exponent)  # type: ignore[union-attr]
    return writer.give([[raised]], target)


def _signs(writer: Scribe, node: Node, target: Term) -> int:
    kids = {t.render(writer.ring.term(kid.poly)): kid for kid in node.kids}
    return writer.give([_monomial(writer, mono, abs(Fraction(c)), kids) for mono, c in node.poly.items()], target)


def _monomial(writer: Scribe, mono: Mono, c: Fraction, kids: Mapping[str, Node]) -> list[int | Term]:
    """The absolute value of a monomial as a product of lines and squares."""
    factors: list[int | Term] = [] if c == 1 and mono else [writer.constant(Num(c))]
    for key, e in mono:
        atom = writer.ring.normal.atoms[key]
        if not writer.ring.depends(atom):
            value = t.power(atom, Fraction(e))
            factors.append(writer.constant(value if (sign_of(writer.ring, value) or 0) > 0 else t.neg(value)))
        elif key in kids:
            factors.append(writer.powered(writer.show(kids[key]), Fraction(e)))
        else:
            factors.append(writer.squared(atom, Fraction(e)))
    return factors


def _bounded(writer: Scribe, node: Node, target: Term) -> int:
    """c - sum k f = (c - sum |k|) + sum |k| (1 -+ f), and 1 - f^2 = (1 - f)(1 + f)."""
    products = list[list[int | Term]]()
    room = abs(Fraction(node.poly[()]))
    for mono, c in node.poly.items():
        if not mono:
            continue
        ((key, e),), k = mono, Fraction(c) * node.sign
        f, room = writer.ring.normal.atoms[key], room - abs(k)
        below = writer.lines.fact(f"{f.name}_below_one", nonneg(t.sub(t.ONE, f)), f.args[0])  # type: ignore[union-attr]
        above = writer.lines.fact(f"{f.name}_above", nonneg(t.add(t.ONE, f)), f.args[0])  # type: ignore[union-attr]
        size = writer.constant(Num(abs(k)))
        if e == 1:
            products.append([size, above if k > 0 else below])
        elif k < 0:
            products.append([size, below, above])
        else:
            products.append([size, f])
            room += abs(k)
    if room:
        products.append([writer.constant(Num(room))])
    number = writer.give(products, target)
    return number if node.strict else _weakly(writer, target) or number


def _weakly(writer: Scribe, target: Term) -> int | None:
    """T >= 0 and T^2 > 0 give T > 0: where -T > 0, T = -T + 2 T."""
    lines, turned = writer.lines, t.neg(target)
    level = lines.find(nonneg(target))
    if level is None or positive(t.power(target, 2)) not in writer.apart:
        return None
    here = lines.under
    with lines.assuming(*here, positive(target)):
        first = lines.fact("assumed", positive(target))
    with lines.assuming(*here, positive(turned)):
        second = lines.total([lines.fact("assumed", positive(turned)), level, level], positive(target))
    return cases(lines, [first, second], positive(target))


def _product(writer: Scribe, node: Node, target: Term) -> int:
    kids, factors = {frozenset(kid.poly.items()): kid for kid in node.kids}, list[int | Term]()
    for part, e in node.factors:
        kid = kids.get(frozenset(part.items()))
        if not writer.ring.moves(part):
            value = t.power(writer.ring.term(part), e)
            factors.append(writer.constant(value if (sign_of(writer.ring, value) or 0) > 0 else t.neg(value)))
        elif kid is None:
            factors.append(writer.squared(writer.ring.term(part), Fraction(e)))
        else:
            factors.append(writer.powered(writer.show(kid), Fraction(e)))
    spelled = t.mul(*(writer.lines.term(f) if isinstance(f, int) else t.power(f, 2) for f in factors))
    if writer.ring.normal.equal(spelled, target):
        return writer.give([factors], target)
    return _cleared(writer, factors, target)


def _cleared(writer: Scribe, factors: list[int | Term], target: Term) -> int:
    """The target times its denominators, then divided by them: products of fractions have no unique normal form."""
    below, bases = list[int](), list[Term]()
    for factor in factors:
        match writer.lines.term(factor) if isinstance(factor, int) else factor:
            case Pow(base, e) if isinstance(factor, int) and e < 0:
                below.append(factor)
                bases.append(t.power(base, -e))
    above = [f for f in factors if f not in below] or [writer.constant(t.ONE)]
    more = _variable_power(writer, target)
    if more is not None:
        number, k = more
        above.append(writer.powered(number, k))
        below.insert(0, writer.powered(number, -k))
        bases.insert(0, t.power(writer.lines.term(number), k))
    grown = writer.give([above], t.mul(*bases, target))
    return writer.give([[*below, grown]], target)


def _variable_power(writer: Scribe, target: Term) -> tuple[int, Fraction] | None:
    """A power of the variable that clears its negative powers in the target, if it has any and its sign is known."""
    ring = writer.ring
    variable = t.render(ring.s)
    lowest = min((dict(mono).get(variable, 0) for mono in ring.poly(target)), default=0)
    node = writer.search.one_sign(ring.poly(ring.s), writer.here.left, writer.here.right) if lowest < 0 else None
    if node is None:
        return None
    number = writer.show(node)
    writer.strict(number)
    return number, Fraction(-lowest + lowest % 2)


def _box(writer: Scribe, node: Node, target: Term) -> int:
    ends, s = (node.left, node.right), writer.ring.s
    low, high = (end.value if isinstance(end, Num) else Fraction(0) for end in ends)
    for end in (t.sub(s, Num(low)), t.sub(Num(high), s)):
        writer.bound("nonneg", end)
    return box(writer.lines, positive(target), {s.name: (low, high)})


def _growth(writer: Scribe, node: Node, target: Term) -> int:
    """The grown term from its start, then divided by what it was multiplied by."""
    apart, writer.apart = writer.apart, ()  # growth assumes nothing of the variable but its bounds
    try:
        number, by = _grown(writer, node)
    finally:
        writer.apart = apart
    if by is None:
        return number
    divided = writer.powered(writer.show(by), Fraction(-1))
    return writer.give([[writer.valid(number), divided]], target)


def _grown(writer: Scribe, node: Node) -> tuple[int, Node | None]:
    ring, lines, (slope, by) = writer.ring, writer.lines, node.kids
    grown = ring.term(scaled(ring.times(node.poly, node.by), node.sign))
    start = node.left if node.side == "above" else node.right
    if start is None:
        raise Lost("no start")
    region = from_start(writer, node, start)
    at = {ring.s.name: ((), start)}
    for base, need in reversed(list(partial_bases(grown))):
        side = sign_of(ring, t.substitute(base, at))
        if not side or (need != "nonzero" and side < 0):
            raise Lost(t.render(base))
        writer.closed(positive(t.substitute(base if side > 0 else t.Mul((Num(t.MINUS_ONE), base)), at)))
    value = t.substitute(grown, at)
    first = writer.closed((positive if sign_of(ring, value) else nonneg)(value))
    with writer.at(Region(region.left, region.right)):
        second = writer.show(slope)
    with writer.at(region):
        writer.define(grown)
        inside = not (region.left_closed if node.side == "above" else region.right_closed)
        sure = lines.kind(first) == "positive" or (lines.kind(second) == "positive" and inside)
        gives = (positive if sure else nonneg)(grown)
        number = growth(lines, (first, second), gives, ring.s.name, start, node.side)
    return number, None if node.by == {(): 1} else by


def from_start(writer: Scribe, node: Node, start: Term) -> Region:
    """The region, stretched to where the growth starts."""
    here = writer.here
    if node.side == "above" and not same_end(writer.ring, here.left, start):
        return Region(start, here.right, False, here.right_closed)
    if node.side == "below" and not same_end(writer.ring, here.right, start):
        return Region(here.left, start, here.left_closed, False)
    return here


def _cases(writer: Scribe, node: Node, target: Term) -> int:
    """Part after part, from left to right."""
    here, parts = writer.here, [kid for kid in node.kids if overlaps(writer, kid)]
    if not parts:
        raise Lost("no part")
    if len(parts) == 1:
        return writer.show(parts[0])
    *before, last = parts
    middle = last.left
    if middle is None:
        raise Lost("no middle")
    first = Node("cases", node.poly, node.left, before[-1].right, node.sign, node.strict, tuple(before))
    between = positive(t.power(t.sub(middle, writer.ring.s), 2)) in writer.apart
    ways = ((True, True),) if between else ((True, False), (False, True), (False, False))
    for left_open, right_open in ways:
        try:
            with writer.at(Region(here.left, middle, here.left_closed, not left_open)):
                one = writer.show(first)
            with writer.at(Region(middle, here.right, not right_open, here.right_closed)):
                two = writer.show(last)
        except Lost:
            continue
        for number in (one, two):
            if {*writer.lines.steps[number - 1].gives.under} <= {*writer.lines.under}:
                return number
        kinds = {writer.lines.kind(one), writer.lines.kind(two)}
        if kinds == {"positive"} or not node.strict or (left_open, right_open) == (False, False):
            return cases(writer.lines, [one, two], sign("nonneg" if "nonneg" in kinds else "positive", target))
    raise Lost("cases")


def overlaps(writer: Scribe, kid: Node) -> bool:
    """Does the part have points in the region?"""
    here = writer.here
    before = kid.right is not None and here.left is not None and order(writer.ring, here.left, kid.right) != 1
    behind = kid.left is not None and here.right is not None and order(writer.ring, kid.left, here.right) != 1
    return not before and not behind


def _image(writer: Scribe, node: Node, target: Term) -> int:
    """The kid's line in u, read at u = exp(s) or 1/s."""
    (kid,), lines, image = node.kids, writer.lines, IMAGES[node.side]
    region = Region(kid.left, kid.right)
    inner = scribe(lines, writer.search.images[node.side], region)
    with inner.at(region):
        number = inner.show(kid)
        given = lines.steps[number - 1].gives
    at = image.forward(writer.ring.s)
    for assumption in given.under:
        wanted = t.substitute(assumption.term or t.ZERO, {U.name: ((), at)})
        writer.define(wanted)
        if lines.find(positive(wanted)) is None:
            shown = writer.show(writer.node_of(writer.ring.poly(wanted), 1))
            writer.strict(shown)
            lines.product([shown], positive(wanted))
    read = t.substitute(given.term or t.ZERO, {U.name: ((), at)})
    writer.define(read)
    return writer.give([[lines.instance(number, sign(given.kind, read), U.name, at)]], target)


WAYS: Mapping[str, Way] = {
    "image": _image,
    "constant": _constant,
    "variable": _variable,
    "linear": _linear,
    "range": _range,
    "mills": _mills,
    "log": _log,
    "power": _power,
    "signs": _signs,
    "bounded": _bounded,
    "product": _product,
    "box": _box,
    "growth": _growth,
    "cases": _cases,
}


def scribe(lines: Lines, search: ChartSearch, region: Region, apart: Sequence[Judgment] = ()) -> Scribe:
    """Who writes lines about the variable of a search, in a region, where squares are > 0."""
    return Scribe(lines, search, WAYS, region, tuple(apart))
