"""Cases and places that a text tells apart, and dashes on formulas: what is supposed where, and what is differentiated."""

import pytest

from symconvex.handcheck.check import check

HUBER = {
    "formula": "where(abs(u) <= delta, u**2/2, delta*(abs(u) - delta/2))", "wrt": "u", "name": "h",
    "sets": {"delta": "positive"},
}  # fmt: skip
NET = {"formula": "(v*tanh(u) - c)**2/2", "wrt": "u,v", "name": "E"}
SQUARES = {"formula": "sum((X@w-y)**2)/2", "wrt": "w", "shapes": {"X": "n,d", "w": "d", "y": "n"}}
GAP = {"formula": "max(abs(x) - 1, 0)**2", "wrt": "x", "name": "f"}
WELL = {"formula": "x**4 - 6*x**2", "wrt": "x", "name": "f"}
STEEP = {"formula": "max(a*x, b*x)", "wrt": "x", "name": "f"}

OK = ("proven", "holds-at-tried-sizes")
NO = ("false",)
UNREAD = ("not-understood",)
OPEN = ("undecided",)

ROWS = [
    # id                            text                                                            declared  verdicts
    ("colon",                       r"Case 1: $|u|<\delta$. Here $h'(u)=u$.",                       HUBER,   [OK]),
    ("comma and colon",             r"\emph{Case 1}, $|u|<\delta$: here $h'(u)=u$.",                HUBER,   [OK]),
    ("brackets",                    r"Case B ($u>\delta$). Then $h'(u)=\delta$.",                   HUBER,   [OK]),
    ("no number",                   r"Case $u>\delta$: here $h'(u)=\delta$.",                       HUBER,   [OK]),
    ("a sentence of its own",       r"Case 2. $u<-\delta$. Then $h'(u)=-\delta$.",                  HUBER,   [OK]),
    ("a value",                     r"Subcase 2.1: $u=0$. Then $h'(u)=0$.",                         HUBER,   [OK]),
    ("wrong in the case",           r"Case C ($u<-\delta$): here $h'(u)=\delta$.",                  HUBER,   [NO]),
    ("wrong in another case",       r"Case 1: $|u|<\delta$. Here $h'(u)=u$. Case 2: $u>\delta$. Here $h'(u)=u$.", HUBER, [OK, NO]),
    ("in a case of before",         r"Case 1: $u>\delta$. Then $h'(u)=\delta$. Case 2. The derivative is $h'(u)=\delta$.", HUBER, [OK, NO]),
    ("a derivative is claimed",     r"Case 7: $h''(u)=1$.",                                         HUBER,   [NO]),
    ("a value is claimed",          r"Case 7: $h(0)=1$.",                                           HUBER,   [NO]),
    ("words",                       r"Case 8: $h$ is convex.",                                      HUBER,   [("proven",)]),
    ("wrong words",                 r"Case 8: $h$ is concave.",                                     HUBER,   [NO]),
    ("affine beyond",               r"$h$ is strictly convex.",                                     HUBER,   [NO]),
    ("affine within",               r"$f$ is strictly convex.",                                     GAP,     [NO]),
    ("affine on both sides",        r"$f$ is strictly convex.",                                     STEEP,   [NO]),
    ("curved where it is said",     r"For $|u|<\delta$ the function $h$ is strictly convex.",       HUBER,   [(*OK, "undecided")]),
    ("dash by the only letter",     r"$(\tanh u)'=1-\tanh^2u$, $(\tanh v)'=1-\tanh^2v$.",           NET,     [OK, OK]),
    ("dash, wrong",                 r"$(\tanh u)'=1+\tanh^2u$.",                                    NET,     [NO]),
    ("dash on a power",             r"$(u^2)'=2u$, $(u^3)''=6u$, $(\sigma(u))'=\sigma(u)(1-\sigma(u))$.", NET, [OK, OK, OK]),
    ("no transpose of numbers",     r"$(u^2)'=u^2$, $(u^2)'=2v$.",                                  NET,     [NO, NO]),
    ("by which letter",             r"$(uv)'=v$, $u'=u$.",                                          NET,     [UNREAD, UNREAD]),
    ("a transpose of arrays",       r"$(w'w)'=w'w$, $(Xw)'=w'X'$.",                                 SQUARES, [OK, OK]),
    ("on an interval",              r"On the interval $(-1,1)$ it is $f''(x)<0$, so $f$ is not convex.", WELL,  [OK, OK]),
    ("beyond it",                   r"On the open interval $(-2,2)$ we have $f''(x)<0$.",           WELL,    [NO]),
    ("in words not read",           r"Between $0$ and $2$ we get $f'(x)<0$.",                       WELL,    [UNREAD, OPEN]),
    ("two intervals",               r"$f$ is convex on $[1,\infty)$ and $(-\infty,-1]$.",           WELL,    [OK, OK]),
    ("wrong on the second",         r"$f$ is convex on $[1,\infty)$ and $[-1,1]$.",                 WELL,    [OK, NO]),
    ("and on another",              r"$f$ is convex on $[1,\infty)$ and on $[-1,2]$.",              WELL,    [OK, NO]),
    ("two rays",                    r"$f$ is convex for $x\ge1$ and for $x\le0$.",                  WELL,    [OK, NO]),
    ("a formula on two",            r"$f''(x)\ge0$ on $[1,\infty)$ and on $[-1,1]$.",               WELL,    [OK, NO]),
    ("before what is said",         r"On $[1,\infty)$ and $[-1,1]$ we have $f''(x)\ge0$.",          WELL,    [OPEN]),
    ("twice before what is said",   r"On $[1,\infty)$ and on $[-1,2]$ the function $f$ is convex.", WELL,    [OPEN]),
    ("each with its own",           r"$f$ is convex on $[1,\infty)$ and on $[-1,1]$ it is concave.", WELL,   [OK, OK]),
    ("each with its own, wrong",    r"$f$ is convex on $[1,\infty)$ and on $[-1,2]$ it is concave.", WELL,   [OK, NO]),
    ("by a letter of the text",     r"$(\log t)'=\frac1t$, $(\log t)'=-\frac1t$.",                  SQUARES, [OK, NO]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "declared", "verdicts"), ROWS, ids=[row[0] for row in ROWS])
def test_cases_and_dashes(case: str, text: str, declared: dict[str, object], verdicts: list[tuple[str, ...]]) -> None:
    found = check(text, **declared).relations
    assert len(found) == len(verdicts), found
    assert all(one.verdict in allowed for one, allowed in zip(found, verdicts, strict=True)), found
