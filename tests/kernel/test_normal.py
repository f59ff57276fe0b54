"""The normal form and the derivatives of the kernel, held against exact and ball arithmetic at points."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint
import pytest
from support.kernel_terms import ALGEBRAIC, ANALYTIC, SCOPE, SIZES, WITHIN, Draw, Undefined, at_sizes, exact, points

from symconvex.kernel import term as t
from symconvex.kernel.calculus import derivative
from symconvex.kernel.enclose import Evaluation, Values, is_nonneg, is_positive
from symconvex.kernel.form import Facts
from symconvex.kernel.functions import FUNCTIONS, Unsure
from symconvex.kernel.normal import Normal
from symconvex.kernel.term import Budget, Malformed, Nested, Refused, Term, TooLarge, parse, render

BATCHES = range(10)


def normal(**known: object) -> Normal:
    facts: dict[str, object] = {"within": WITHIN, "zero": frozenset(), "null": frozenset(), "values": {}}
    return Normal(Facts(**{**facts, **known}), Budget(3_000_000))  # type: ignore[arg-type]


def value(term: Term, values: Mapping[str, Nested], budget: Budget) -> Any:
    """The ball of a term at numbers."""
    return Evaluation(Values(values, {}, {}, {}), budget).ball(term)


EQUAL = [
    # id                              left                                              right                                              equal
    ("binomial",                      "(^ (+ a b) 2)",                                  "(+ (^ a 2) (* 2 a b) (^ b 2))",                   True),
    ("lost middle term",              "(^ (+ a b) 2)",                                  "(+ (^ a 2) (^ b 2))",                             False),
    ("a sign squared",                "(^ y[0] 2)",                                     "1",                                               True),
    ("an inverse sign",               "(^ y[0] -1)",                                    "y[0]",                                            True),
    ("another sign",                  "(* y[0] y[1])",                                  "1",                                               False),
    ("an inverse and a binary",       "(* (^ c[0] -1) (^ c[0] 3))",                     "1",                                               True),
    ("a sign to the fourth",          "(^ (* 2 y[0]) 4)",                               "16",                                              True),
    ("a binary squared",              "(^ c[0] 3)",                                     "c[0]",                                            True),
    ("an inverse binary",             "(^ c[0] -1)",                                    "c[0]",                                            False),
    ("sigmoid and tanh",              "(tanh a)",                                       "(+ (* 2 (sigmoid (* 2 a))) -1)",                  True),
    ("sigmoid reflected",             "(+ (sigmoid a) (sigmoid (* -1 a)))",             "1",                                               True),
    ("sigmoid of another slope",      "(tanh a)",                                       "(+ (* 2 (sigmoid a)) -1)",                        False),
    ("softplus reflected",            "(+ (softplus a) (* -1 (softplus (* -1 a))))",    "a",                                               True),
    ("exponents add",                 "(* (exp a) (exp b))",                            "(exp (+ a b))",                                   True),
    ("half an exponent",              "(^ (exp a) 1/2)",                                "(exp (* 1/2 a))",                                 True),
    ("a large exponent",              "(^ (exp a) 64)",                                 "(exp (* 64 a))",                                  True),
    ("an inverse exponent",           "(^ (exp (* 300 a)) -1)",                         "(exp (* -300 a))",                                True),
    ("exp of log is an atom",         "(exp (* 2 (log a)))",                            "(^ a 2)",                                         False),
    ("log of exp",                    "(log (* 6 (exp a)))",                            "(+ (log 6) a)",                                   True),
    ("log of a product of numbers",   "(log 6)",                                        "(+ (log 2) (log 3))",                             False),
    ("log of a multiple",             "(log (+ 2 (* 2 (exp a))))",                      "(+ (log 2) (softplus a))",                        True),
    ("log of a negative multiple",    "(log (* -2 a))",                                 "(+ (log 2) (log (* -1 a)))",                      False),
    ("log of a sum",                  "(log (+ (exp a) (exp b)))",                      "(+ a (softplus (+ b (* -1 a))))",                 True),
    ("a root squared",                "(^ (^ (+ 1 (exp a)) 1/2) 2)",                    "(+ 1 (exp a))",                                   True),
    ("an inverse root",               "(* (^ (+ 2 a) -1/2) (+ 2 a))",                   "(^ (+ 2 a) 1/2)",                                 True),
    ("a root of a square",            "(^ (^ a 2) 1/2)",                                "a",                                               False),
    ("a root of a square number",     "(^ 9/4 1/2)",                                    "3/2",                                             True),
    ("a power of a cube",             "(^ 8/27 -2/3)",                                  "9/4",                                             True),
    ("a root that is not rational",   "(^ 8 1/2)",                                      "(* 2 (^ 2 1/2))",                                 False),
    ("a root next to a square",       "(^ 1000001/4 1/2)",                              "500",                                             False),
    ("two inverses at once",          "(* (* a b) (* (^ (+ 1 a) -1) (^ (+ 1 b) -1)))",  "(* a (^ (+ 1 a) -1) b (^ (+ 1 b) -1))",           True),
    ("partial fractions",             "(* a (^ (+ 1 a) -1))",                           "(+ 1 (* -1 (^ (+ 1 a) -1)))",                     True),
    ("an inverse of an inverse",      "(^ (^ (+ 1 a) -1) -2)",                          "(^ (+ 1 a) 2)",                                   True),
    ("an inverse of a quotient",        "(^ (* a (^ (+ a b) -1)) -1)",                    "(* (^ a -1) (+ a b))",                            True),
    ("a power of a quotient",           "(^ (* 2 a (^ (+ a b) -2)) -2)",                  "(* 1/4 (^ a -2) (^ (+ a b) 4))",                  True),
    ("a quotient is no product",        "(^ (* a (^ (+ a b) -1)) -1)",                    "(* (^ a -1) (^ (+ a b) -1))",                     False),
    ("a quotient turned once only",     "(^ (* a (^ (+ a b) -1)) -1)",                    "(* a (+ a b))",                                   False),
    ("inverse of a homogeneous sum",  "(* (exp (* -1 a)) (^ (+ 1 (exp (* -1 a))) -1))", "(^ (+ 1 (exp a)) -1)",                            True),
    ("relu reflected",                "(+ (relu a) (* -1 (relu (* -1 a))))",            "a",                                               True),
    ("relu scaled",                   "(relu (* -2 a))",                                "(* 2 (relu (* -1 a)))",                           True),
    ("relu of a number",              "(+ (relu -3) (relu 1/2))",                       "1/2",                                             True),
    ("relu of zero",                  "(+ (relu 0) (step 0) (step 2) (step -1))",       "1",                                               True),
    ("a step squared",                "(^ (step a) 3)",                                 "(step a)",                                        True),
    ("steps of opposite sign",        "(* (step a) (step (* -1 a)))",                   "0",                                               True),
    ("steps do not cover zero",       "(+ (step a) (step (* -1 a)))",                   "1",                                               False),
    ("a step times its argument",     "(* (step (+ a b)) (+ a b))",                     "(relu (+ a b))",                                  True),
    ("a step times relu",             "(* (step a) (^ (relu a) 2))",                    "(^ (relu a) 2)",                                  True),
    ("relu is no step",               "(relu a)",                                       "(* a (step b))",                                  False),
    ("abs",                           "(abs (* -3 a))",                                 "(* 3 (abs a))",                                   True),
    ("abs squared",                   "(^ (max a (* -1 a)) 2)",                         "(^ (abs a) 2)",                                   True),
    ("max of three",                  "(max 1 3 2)",                                    "3",                                               True),
    ("cos squared is an atom",        "(+ (^ (cos a) 2) (^ (sin a) 2))",                "1",                                               False),
    ("odd and even",                  "(+ (sin (* -1 a)) (cos (* -1 a)))",              "(+ (cos a) (* -1 (sin a)))",                      True),
    ("sin of a quarter",              "(+ (sin (* 1/2 pi)) (cos (* 3/2 pi)))",          "1",                                               True),
    ("cos of a half turn",            "(+ (cos pi) (sin (* -7/2 pi)))",                 "0",                                               True),
    ("cos of a third",                "(cos (* 1/3 pi))",                               "1/2",                                             False),
    ("sin of a quarter of another",   "(sin (* 1/2 pi a))",                             "1",                                               False),
    ("sin of a square of pi",         "(sin (* 1/2 (^ pi 2)))",                         "1",                                               False),
    ("sin of zero",                   "(+ (sin 0) (cos 0))",                            "1",                                               True),
    ("normal at zero",                "(normcdf 0)",                                    "1/2",                                             True),
    ("normal density even",           "(normpdf (* -1 a))",                             "(normpdf a)",                                     True),
    ("sums in another order",         "(sum i n (sum j d X[i,j]))",                     "(sum l d (sum k n X[k,l]))",                      False),
    ("bound names",                   "(sum i n (sum j d X[i,j]))",                     "(sum k n (sum l d X[k,l]))",                      True),
    ("a square under a sum",          "(sum i n (^ (sum j d (* X[i,j] w[j])) 2))",      "(sum k n (* (sum l d (* w[l] X[k,l])) (sum j d (* X[k,j] w[j]))))", True),
    ("a square is a nested sum",      "(sum i n (^ (sum j d X[i,j]) 2))",               "(sum i n (sum j d (sum l d (* X[i,j] X[i,l]))))", True),
    ("a sum over sums distributed",   "(sum i n (* 2 x[i] (+ a (sum j d X[i,j]))))",    "(+ (* 2 a (sum i n x[i])) (* 2 (sum k n (* x[k] (sum l d X[k,l])))))", True),
    ("a delta inside a sum inside",   "(sum i n (* x[i] (sum k n (* (delta i k) (exp x[k])))))", "(sum k n (* x[k] (exp x[k])))",          True),
    ("a sum squared",                 "(^ (sum i n x[i]) 2)",                           "(sum i n (sum k n (* x[i] x[k])))",               True),
    ("a sum squared is not squares",  "(^ (sum i n x[i]) 2)",                           "(sum i n (^ x[i] 2))",                            False),
    ("traces",                        "(sum i n (sum j d (* X[i,j] Z[i,j])))",          "(sum i n (sum j d (* X[i,j] X[i,j])))",           False),
    ("delta eliminated",              "(sum i n (* (delta i k) x[i]))",                 "x[k]",                                            True),
    ("delta squared",                 "(^ (delta i k) 2)",                              "(delta k i)",                                     True),
    ("delta of numbers",              "(+ (delta 0 1) (delta 1 1))",                    "1",                                               True),
    ("a sum of ones",                 "(sum i n 1)",                                    "(dim n)",                                         True),
    ("a sum over one",                "(sum s 1 (* s1[s] a))",                          "(* a s1[0])",                                     True),
    ("capture",                       "(sum i n (* x[i] (sum k n (* x[k] x[i]))))",     "(* (sum i n x[i]) (sum k n (^ x[k] 2)))",         True),
    ("no capture",                    "(sum i n (* x[i] (sum k n (* x[k] x[i]))))",     "(sum i n (^ x[i] 3))",                            False),
    ("sums inside functions",         "(sum i n (exp (sum j d (* X[i,j] w[j]))))",      "(sum k n (exp (sum l d (* w[l] X[k,l]))))",       True),
    ("many alike indices",            "(^ (sum i n (sin x[i])) 7)",                     "(* (sum k n (sin x[k])) (^ (sum i n (sin x[i])) 6))", True),
    ("a power of zero",               "(^ (sum i n 0) 0)",                              "1",                                               True),
    ("a number",                      "(dim 3)",                                        "3",                                               True),
]  # fmt: skip


@pytest.mark.parametrize(("case", "left", "right", "equal"), EQUAL, ids=[row[0] for row in EQUAL])
def test_equality(case: str, left: str, right: str, equal: bool) -> None:
    assert normal().equal(parse(left), parse(right)) == equal


def test_facts_are_used() -> None:
    ring = normal(zero=frozenset({"Z"}), null=frozenset({("X", "u")}))
    assert ring.equal(
        parse("(sum i n (^ (+ x[i] (sum j d (* X[i,j] (+ w[j] u[j])))) 2))"),
        parse("(sum i n (^ (+ x[i] (sum j d (* X[i,j] w[j]))) 2))"),
    )
    assert ring.equal(parse("(+ Z[0,0] a)"), parse("a"))
    assert not ring.equal(parse("(sum j d (* X[i,j] (^ u[j] 2)))"), parse("0"))
    assert not ring.equal(parse("(sum i n (* X[i,j] x[i]))"), parse("0"))
    given = normal(values={"q": (Fraction(2), Fraction(3))})
    assert given.equal(parse("(sum i 2 (* q[i] w[i]))"), parse("(+ (* 2 w[0]) (* 3 w[1]))"))


@pytest.mark.parametrize("batch", BATCHES)
def test_an_algebraic_term_equals_its_normal_form_exactly(batch: int) -> None:
    held = 0
    for seed in range(100 * batch, 100 * batch + 100):
        term = Draw(seed, ALGEBRAIC).term(5)
        form = form_of(term)
        for at in points(seed, 6) if form is not None else ():
            try:
                left, right = exact(term, at, {}), exact(form or term, at, {})
            except Undefined:
                continue
            assert left == right, (render(term), at)
            held += 1
    assert held > 400


@pytest.mark.parametrize("batch", BATCHES)
def test_a_term_overlaps_its_normal_form(batch: int) -> None:
    held = 0
    for seed in range(40 * batch, 40 * batch + 40):
        term = Draw(seed, ALGEBRAIC + ANALYTIC).term(5)
        form = form_of(term)
        for at in points(seed, 3) if form is not None else ():
            with flint.ctx.workprec(300):
                try:
                    left, right = (value(at_sizes(part, SIZES), at, Budget(10**7)) for part in (term, form))
                except Unsure:
                    continue
                assert left.overlaps(right), (render(term), at)
                held += bool(
                    (left - right).is_finite() and abs(left - right) < Fraction(1, 10**20).numerator / flint.arb(10**20)
                )
    assert held > 40


def form_of(term: Term) -> Term | None:
    SCOPE.check(term)
    assert parse(render(term)) == parse(render(parse(render(term))))
    ring = normal()
    try:
        return ring.term(ring.poly(term))
    except Refused:
        return None


@pytest.mark.parametrize("name", sorted({*FUNCTIONS} - {"max"}))  # the slope of a maximum depends on all arguments
def test_the_table_of_derivatives_agrees_with_difference_quotients(name: str) -> None:
    for place in (Fraction(-3, 2), Fraction(1, 3), Fraction(2)):
        if name == "log" and place < 0:
            continue
        with flint.ctx.workprec(400):
            slope = value(FUNCTIONS[name].slope, {"z": place}, Budget(1000))
            h = Fraction(1, 10**30)
            up, down = (value(t.fn(name, t.Sym("z")), {"z": place + s * h}, Budget(1000)) for s in (1, -1))
            error = abs(slope - (up - down) / (2 * flint.arb(flint.fmpq(h.numerator, h.denominator))))
            assert error < flint.arb(10) ** -50


SECOND = [
    # id                 term                                          at    second derivative
    ("square",           "(^ w 2)",                                    "3",  "2"),
    ("max of three",     "(max (* -1 w) (^ w 2) 1)",                   "2",  "2"),
    ("abs cubed",        "(^ (abs w) 3)",                              "-2", "12"),
    ("inverse",          "(^ w -1)",                                   "2",  "1/4"),
    ("root",             "(^ w 1/2)",                                  "4",  "-1/32"),
    ("constant",         "(+ 1 (exp 0))",                              "1",  "0"),
    ("sigmoid",          "(sigmoid w)",                                "0",  "0"),
    ("softplus",         "(softplus w)",                               "0",  "1/4"),
    ("normal",           "(+ (normcdf w) (* w (normpdf 0)))",          "0",  "0"),
    ("tanh and sin",     "(+ (tanh w) (sin w) (cos w))",               "0",  "-1"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "at", "expected"), SECOND, ids=[row[0] for row in SECOND])
def test_second_derivatives_three_ways(case: str, text: str, at: str, expected: str) -> None:
    term, place, h = parse(text), Fraction(at), Fraction(1, 10**30)
    once = derivative(term, {"w": "v"}, Budget(10**6))
    twice = derivative(once, {"w": "v"}, Budget(10**6))
    wanted = flint.arb(flint.fmpq(Fraction(expected).numerator, Fraction(expected).denominator))
    with flint.ctx.workprec(400):
        symbolic = value(twice, {"w": place, "v": Fraction(1)}, Budget(10**6))
        up, here, down = (value(term, {"w": place + k * h}, Budget(10**6)) for k in (1, 0, -1))
        quotient = (up - 2 * here + down) / (flint.arb(flint.fmpq(1, 10**60)))
        for found in (symbolic, quotient):
            assert abs(found - wanted) < flint.arb(10) ** -25


UNSURE = [
    # id                      term                      value of w
    ("not a number",          "(* 0 v)",                "1"),
    ("no value",              "v",                      "1"),
    ("free index",            "(delta i 0)",            "1"),
    ("named size",            "(dim n)",                "1"),
    ("kink",                  "(step (+ w -1))",        "1"),
    ("division",              "(^ (+ w -1) -1)",        "1"),
    ("root of zero",          "(^ (+ w -1) 1/2)",       "1"),
    ("log of zero",           "(log (+ w -1))",         "1"),
    ("zero",                  "(+ w -1)",               "1"),
    ("infinite",              "(exp (exp (exp (exp w))))", "99"),
    ("infinite minus",        "(+ (exp (exp (exp (exp w)))) (* -1 (exp (exp (exp w)))))", "99"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "at"), UNSURE, ids=[row[0] for row in UNSURE])
def test_what_is_not_known_is_not_positive(case: str, text: str, at: str) -> None:
    known = Values({"w": Fraction(at)}, {}, {}, {})
    assert not is_positive(parse(text), known, Budget(10**6))
    assert is_nonneg(parse(text), known, Budget(10**6)) == (case in ("zero", "root of zero"))


@pytest.mark.parametrize(("below", "positive"), [("2", True), ("3", False)])
def test_nested_sums_restore_the_outer_index(below: str, positive: bool) -> None:
    text = f"(+ (* -1 {below}) (sum i 2 (+ (sum i 2 (delta i 0)) (delta i 1))))"
    assert is_positive(parse(text), Values({}, {}, {}, {}), Budget(10**4)) == positive


def test_substitution_captures_nothing() -> None:
    inner = parse("(sum i n (* x[i] w[j]))")
    moved = t.substitute(inner, {"w": (("j",), parse("x[j]"))})
    assert render(moved) == "(sum i n (* x[i] x[j]))"
    caught = t.substitute(parse("(sum i n (* x[i] a))"), {"a": ((), parse("x[i]"))})
    assert normal().equal(caught, parse("(* x[i] (sum k n x[k]))"))
    assert t.rebuild(parse("(^ a 0)"), (parse("b"),)) == parse("1")
    renamed = t.reindex(parse("(sum i n (* x[i] x[k] c[i1]))"), {"k": "i"})
    assert normal().equal(renamed, parse("(* x[i] c[i1] (sum k n x[k]))"))


def test_a_new_bound_name_is_free() -> None:
    body = parse("(sum i n (* x[i] x[i1] x[i2] x[k]))")
    assert [t.fresh("k", frozenset(taken)) for taken in ([], ["k"], ["k", "k1"])] == ["k", "k1", "k2"]
    assert render(t.reindex(body, {"k": "i"})) == "(sum i3 n (* x[i3] x[i1] x[i2] x[i]))"


def test_what_is_undefined_has_no_normal_form() -> None:
    zero = parse("(+ a (* -1 a))")
    for undefined in (t.Pow(zero, Fraction(-1)), t.fn("log", zero)):
        with pytest.raises(Refused, match=r"of zero|by zero"):
            normal().poly(undefined)
    ring = normal()
    atom = ring.atom(t.Pow(zero, Fraction(-1)), 1)  # as if it had not been seen before that this is 1/0
    with pytest.raises(Refused, match="by zero"):
        ring.times(atom, ring.poly(parse("a")))


def test_work_and_numbers_are_bounded() -> None:
    with pytest.raises(TooLarge, match="more work"):
        Normal(Facts({}, frozenset(), frozenset(), {}), Budget(1000)).poly(parse("(^ (+ a b 1) 40)"))
    with pytest.raises(TooLarge, match="bits"):
        t.number(Fraction(1, 2**20_000))
    wide = t.fn("sin", t.add(*(t.fn("sin", t.add(t.Sym("a" * 40), t.number(k))) for k in range(2500))))
    with pytest.raises(TooLarge, match="longer than"):
        normal().poly(wide)
    root = "(^ (+ (* 2 (^ a 2)) (^ a 4)) 1/2)"
    circle = parse(f"(* (^ a 4) (^ (+ 1 {root} (^ a 2)) -3) (^ (+ 2 (^ a 2)) -2))")
    with pytest.raises(TooLarge, match="does not end"):
        normal().poly(circle)
    with pytest.raises(Malformed, match="longer than"):
        parse(" " * 2_000_001)


def test_random_names_are_read_back() -> None:
    draw = random.Random(0)  # noqa: S311 - no secret
    for _ in range(300):
        term = Draw(draw.randrange(10**6), ALGEBRAIC + ANALYTIC).term(4)
        assert render(parse(render(term))) == render(term)
