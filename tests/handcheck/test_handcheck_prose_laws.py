"""Two laws of the reading of sentences: a word that is put in is never passed over, and every claim leaves a line."""

import re
from collections import Counter

import pytest
from support.sentences import SENTENCES, said

from symconvex.handcheck.judging.ruling import GOOD
from symconvex.handcheck.reading import check_text, read
from symconvex.handcheck.text.declared import Declared
from symconvex.handcheck.text.document import Unread

# ---- inserted words ------------------------------------------------------------------------------------------------

PIECE = re.compile(r"\$[^$]*\$|\\\[.*?\\\]|\\begin.*?\\end\{[a-z*]+\}|[^\s$\\]+", re.DOTALL)


def gaps(text: str) -> list[int]:
    """The places before each word or formula, outside formulas."""
    return [found.start() for found in PIECE.finditer(text)]


def readings(text: str) -> list[str]:
    return [said(one) for one in read(text).statements]


FULLY = [
    text
    for text in SENTENCES
    if "\\begin" not in text and "?" not in text and not any(isinstance(s, Unread) for s in read(text).statements)
]


def fates(word: str) -> tuple[Counter[str], list[str]]:
    """How often a word that is put into a gap is ignored, read, or makes something unread."""
    found, ignored = Counter[str](), []
    for text in FULLY:
        before = readings(text)
        for at in gaps(text):
            changed = f"{text[:at]}{word} {text[at:]}"
            after = readings(changed)
            fate = (
                "ignored" if after == before else "unread" if any(one.startswith("unread") for one in after) else "read"
            )
            found[fate] += 1
            if fate == "ignored":
                ignored.append(changed)
    return found, ignored


@pytest.mark.parametrize(("word", "share"), [("not", 0.0), ("only", 0.0), ("blorpish", 0.05)])
def test_a_word_that_is_put_in_is_not_passed_over(word: str, share: float) -> None:
    found, ignored = fates(word)
    assert found.total() > 500
    assert found["ignored"] <= share * found.total(), ignored[:20]


# ---- no claim without a line, no false one accepted ----------------------------------------------------------------

LOGISTIC = "J(w) = sum(log(1 + exp(-y*(X@w))))\nX: n, d\nw: d\ny: n sign"
RIDGE = "J(w) = sum((X@w - y)**2)/2 + lam/2*sum(w**2)\nX: n, d\nw: d\ny: n\nlam: positive"
FALSE = [
    (LOGISTIC, "$J$ is convex if and only if $X=0$."),
    (LOGISTIC, "$J$ is convex only if $X$ has full rank."),
    (LOGISTIC, "$J$ is always convex, but never strictly."),
    (LOGISTIC, "$J$ is convex, and so is $-J$."),
    (LOGISTIC, "$J$ is strongly convex with modulus $100$."),
    (LOGISTIC, "It is a myth that $J$ is convex."),
    (LOGISTIC, "$J$ is convex. This is false."),
    (LOGISTIC, "$J$ is never convex."),
    (LOGISTIC, "$J$ cannot be convex."),
    (LOGISTIC, "$J$ is nowhere convex."),
    (LOGISTIC, "$J$ is far from convex."),
    (LOGISTIC, "$J$ is convex for no data set."),
    (LOGISTIC, "$J$ is convex in $w$, $X$ and $y$."),
    (LOGISTIC, "$J$ is neither convex nor concave."),
    (LOGISTIC, "$J$ is affine."),
    (LOGISTIC, "$J$ is linear in $w$."),
    (LOGISTIC, "$-J$ is convex."),
    (LOGISTIC, "$h(t)=-t^2$ is convex."),
    (LOGISTIC, r"$\ell(m)=m^3$ is convex."),
    (LOGISTIC, "$R$ is convex."),
    (LOGISTIC, "The Hessian has rank one."),
    (LOGISTIC, "The minimal value of $J$ is $7$."),
    (LOGISTIC, "$J$ is convex, in fact strictly convex."),
    (LOGISTIC, r"With the Hessian $H=XX^\top$ we get $H\succeq0$."),
    (LOGISTIC, "A symmetric matrix with nonnegative trace is positive semidefinite."),
    (LOGISTIC, "Both $J$ and $-J$ are convex."),
    (LOGISTIC, "Contrary to what one hears, $J$ is not convex."),
    (LOGISTIC, "Nobody doubts that $J$ is concave."),
    (LOGISTIC, "The indefinite Hessian shows it."),
    (LOGISTIC, "$J$, which is strictly convex for any data, is smooth."),
    (LOGISTIC, r"$\nabla J(w)=0 \iff w=0$"),
    (RIDGE, r"$J$ is convex for every $\lambda\in\mathbb{R}$."),
    (RIDGE, r"$J$ is strongly convex for all $\lambda\ge0$."),
    (RIDGE, "$J$ is strongly convex with modulus $100\\lambda$."),
    (RIDGE, "The Hessian does depend on $w$."),
    (RIDGE, "The minimiser of $J$ is not unique."),
    (RIDGE, "$x_{ij} = x_{ji}$"),
    (RIDGE, r"$(X^\top X)_{jk} = \sum_i x_{ij} x_{ki}$"),
    (RIDGE, r"Take $\lambda = -1$. Then $J$ is strictly convex."),
    (RIDGE, r"The Hessian is positive definite for every real $\lambda$."),
    (RIDGE, r"$J$ is convex for $\lambda \in \{-1, 1\}$."),
    (RIDGE, r"Let $\lambda\in\mathbb{R}$ be arbitrary. Then $J$ is convex."),
    (RIDGE, r"For vanishing $\lambda$, $J$ is strictly convex."),
    (RIDGE, "$J$ is convex in $w$ and $X$ jointly."),
    (RIDGE, "$J$ is convex in $w$, jointly with $X$."),
    (LOGISTIC, "$J$ is convex in $w$ for fixed $X$ and in $(w, X)$."),
    (RIDGE, "Every loss is convex."),
    (RIDGE, "The Hessian of any function is positive definite."),
    (LOGISTIC, "All eigenvalues of the Hessian of any loss are nonnegative."),
    (LOGISTIC, "$J$ is convex, and strictly."),
    (LOGISTIC, "$J$ is convex. Strictly so."),
    (LOGISTIC, "$J$ is convex. Similarly for $-J$."),
    (LOGISTIC, "$J$ is convex. This is impossible."),
    (LOGISTIC, "As well as $-J$, $J$ is convex."),
    (LOGISTIC, "If two columns of $X$ are linearly independent, then $J$ is strictly convex."),
    (LOGISTIC, "Suppose $X$ has full column rank. Then $J$ is strictly convex. In general $J$ is strictly convex."),
    (RIDGE, "The loss is strictly convex for any regulariser."),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "text"), FALSE, ids=[row[1] for row in FALSE])
def test_a_false_sentence_has_a_line_that_does_not_accept_it(declared: str, text: str) -> None:
    relations = check_text(text, Declared(), declared).relations
    assert relations
    assert [one.verdict for one in relations if one.verdict not in GOOD]


TRUE = [
    (LOGISTIC, "$J$ is convex."),
    (LOGISTIC, "$J$ is not strictly convex unless $X$ has full column rank."),
    (LOGISTIC, "$J$ is strictly convex if $X$ has full column rank."),
    (LOGISTIC, "The loss need not be strictly convex."),
    (RIDGE, "$J$ is convex, in fact strictly convex."),
    (RIDGE, "The minimiser of $J$ is unique."),
    (RIDGE, "$J$ is never concave."),
    (RIDGE, r"The minimiser solves $X^\top X w + \lambda w = X^\top y$."),
    (RIDGE, r"$J$ is convex unless $\lambda > 1$."),
    (RIDGE, r"In general $\nabla J(w) \ne 0$."),
    (RIDGE, r"$\nabla^2J\succ0$, so $J$ is strictly convex."),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "text"), TRUE, ids=[row[1] for row in TRUE])
def test_a_true_sentence_is_not_called_false(declared: str, text: str) -> None:
    assert check_text(text, Declared(), declared).outcome != "false"
