"""Declarations in the words in which people type them: what is said of each name, and what is handed back."""

import pytest

from symconvex.errors import LossError
from symconvex.handcheck.meaning.declare import loss_text, read_declarations
from symconvex.handcheck.meaning.named import told
from symconvex.handcheck.meaning.pieces import mathematics, pieces
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared, described

SAID = [
    ("n, d",                                                "n, d in real"),
    ("(n,d)",                                               "n, d in real"),
    ("R^{n x d}",                                           "n, d in real"),
    (r"\mathbb{R}^{n\times d}",                             "n, d in real"),
    ("R^(n x d)",                                           "n, d in real"),
    ("an n x d matrix",                                     "n, d in real"),
    ("n by d",                                              "n, d in real"),
    ("3x2",                                                 "3, 2 in real"),
    ("matrix of size n x d with full column rank",          "n, d in real full-rank"),
    ("n in binary",                                         "n in binary"),
    ("{-1,1}^n",                                            "n in sign"),
    ("(n,) in {-1, +1}",                                    "n in sign"),
    ("{0,1}^n",                                             "n in binary"),
    ("n-dimensional vector",                                "n in real"),
    ("vector of length n",                                  "n in real"),
    ("vectors of length n, strictly positive entries",      "n in positive"),
    ("> 0",                                                 "a number in positive"),
    ("scalar > 0",                                          "a number in positive"),
    ("a nonnegative number",                                "a number in nonnegative"),
    (">= 0",                                                "a number in nonnegative"),
    ("(0, inf)",                                            "a number in positive"),
    ("R_+^n",                                               "n in nonnegative"),
    ("(0,1)^K",                                             "K in unit"),
    ("n, n symmetric positive definite",                    "n, n in real pd"),
    ("n x n positive semi-definite",                        "n, n in real psd"),
    ("n x n diagonal with positive entries",                "n, n in positive diagonal"),
    ("(n,K) one-hot rows",                                  "n, K in real one-hot"),
    ("d, k with orthonormal columns",                       "d, k in real orthogonal"),
    ("K on the simplex",                                    "K in real simplex"),
    ("counts",                                              "a number in count"),
    ("S^n_{++}",                                            "n, n in real pd"),
    (r"\mathbb{S}_+^d",                                     "d, d in real psd"),
    ("S^n",                                                 "n, n in real symmetric"),
    ("nonneg integers",                                     "a number in count"),
    ("+-1",                                                 "a number in sign"),
    ("n, +/-1",                                             "n in sign"),
    ("nonneg",                                              "a number in nonnegative"),
    ("",                                                    "a number in real"),
]  # fmt: skip


@pytest.mark.parametrize(("meaning", "expected"), SAID)
def test_what_is_said_of_a_name(meaning: str, expected: str) -> None:
    named, left = told("a", meaning)
    assert (described(named), left) == (f"a: {expected}", ())


@pytest.mark.parametrize(
    ("meaning", "left"),
    [("d sparse", ("sparse",)), ("n in real, distinct", ("distinct",)), ("n, all equal", ("equal",))],
)
def test_words_that_say_nothing_here_are_handed_back(meaning: str, left: tuple[str, ...]) -> None:
    assert told("a", meaning)[1] == left


@pytest.mark.parametrize("meaning", ["positiv", "n, n symetric", "n in bogus", "-1", "n, d, k", "2, 3, 4"])
def test_what_is_nearly_a_word_of_ours_is_an_error(meaning: str) -> None:
    with pytest.raises(LossError):
        told("a", meaning)


PIECES = [
    ("X: n, d; w: d",                                   ["X: n, d", "w: d"]),
    ("X (n, d), y (n,) in {-1, 1}, w (d,)",             ["X (n, d)", "y (n,) in {-1, 1}", "w (d,)"]),
    ("X in R^{n x d}, y in R^n and w in R^d",           ["X in R^{n x d}", "y in R^n", "w in R^d"]),
    ("A: n, n symmetric; Omega: m, n in binary",        ["A: n, n symmetric", "Omega: m, n in binary"]),
    ("w, v: d",                                         ["w, v: d"]),
    ("shapes: X (n,d); w (d,)",                         ["X (n,d)", "w (d,)"]),
    ("shapes X:(m,n) theta:(n,) y:(m,)",                ["X:(m,n)", "theta:(n,)", "y:(m,)"]),
    ("sets: y nonneg integers",                         ["y nonneg integers"]),
    ("assume rank(X)=d",                                ["rank(X)=d"]),
    ("assuming that X has full column rank",            ["X has full column rank"]),
    ("with lam > 0",                                    ["lam > 0"]),
    ("loss N(mu, s) with mu real, s > 0",               ["loss N(mu, s)", "mu real", "s > 0"]),
    ("s > 0, data x_1, ..., x_n real",                  ["s > 0", "x_i real"]),
    ("parameters: theta in R^d; parameters: w, b",      ["theta in R^d", "parameters: w, b"]),
    ("let X be n x d, y be n; X has size n x d",        ["X be n x d", "y be n", "X has size n x d"]),
    ("b is in R^n, all real",                           ["b is in R^n"]),
    ("x_1..x_n real; y_i = 0,1,2,...",                  ["x_i real", "y_i in counts"]),
    (r"loss \ell(\beta), \beta in R^p",                 ["loss ell(beta)", "beta in R^p"]),
    ("data: n, d",                                      ["data: n, d"]),
    ("x_i in R^d, b a real number, i = 1..n",           ["x_i in R^d", "b a real number"]),
    ("n, d sizes; n: number of samples",                []),
    ("λ ≥ 0; lambda > 0",                               ["lam >= 0", "lam > 0"]),
    ("one neuron, loss: E = (a - t)^2",                 ["one neuron", "loss: E = (a - t)^2"]),
    ("f(w) = max(w, 0), sigma = sigmoid",               ["f(w) = max(w, 0)", "sigma = sigmoid"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), PIECES)
def test_a_line_falls_into_pieces(line: str, expected: list[str]) -> None:
    assert list(pieces(line)) == expected


LOSSES = [
    ("J(w) = norm(X@w)**2",                     "J(w) = norm(X@w)**2"),
    ("loss: norm(X@w)**2 over w",               "J(w) = norm(X@w)**2"),
    ("the loss is L(w, b) = sum(w) + b",        "L(w, b) = sum(w) + b"),
    ("minimise sum(w**2); wrt w",               "J(w) = sum(w**2)"),
    ("parameters: w, b; E = sum(w) + b",        "E(w, b) = sum(w) + b"),
    ("loss sum(log(h)), h = sigmoid(X theta); wrt theta", "J(theta) = sum(log(h))"),
    ("J(w) = sum(2 w)",                         "J(w) = sum(2*w)"),
    ("phi(z) = tanh(z); J(w) = sum(phi(X@w))",  "J(w) = sum(phi(X@w))"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LOSSES)
def test_a_loss_is_declared(text: str, expected: str) -> None:
    assert loss_text(read_declarations(text)) == expected


RANKS = [
    ("X: n, d; rank(X) = d",                 "X: n, d in real full-rank"),
    ("assume rank(X)=d; X (n,d)",            "X: n, d in real full-rank"),
    ("X (n,d); X has full column rank",      "X: n, d in real full-rank"),
    ("X (n,d); rank(X) = n",                 "X: n, d in real"),
    ("X (n,d); rank(X) = 2",                 "X: n, d in real"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RANKS)
def test_a_rank_is_a_trait_when_it_is_the_number_of_columns(text: str, expected: str) -> None:
    declared = read_declarations(text)
    assert described(declared.names["X"]) == expected
    assert bool(declared.unread) == ("full-rank" not in expected)


def test_what_is_not_understood_of_a_name_is_handed_back() -> None:
    assert [text.partition(" (")[0] for text in read_declarations("X: n, d; w: n in bogus").unread] == ["w: n in bogus"]


def test_a_loss_may_be_named_only() -> None:
    declared = read_declarations("loss F(W1, b1); W1: (h,d); b1: (h,)")
    assert (declared.heads, declared.parameters, declared.loss) == (("F",), ("W1", "b1"), "")
    columns = read_declarations("X is m x d with rows x^{(i)T}")
    assert (described(columns.names["X"]), columns.samples) == ("X: m, d in real", {"x": ("X", 0)})


def test_sizes_and_spaces_said_with_a_verb() -> None:
    declared = read_declarations("let X be n x d; y has length n; b is in R^d; Z in R^{n x d} (rows z_i^T)")
    assert [described(named) for named in declared.names.values()] == [
        "X: n, d in real", "y: n in real", "b: d in real", "Z: n, d in real",
    ]  # fmt: skip
    assert not declared.unread


def test_two_losses_contradict() -> None:
    with pytest.raises(LossError, match="the loss is declared twice"):
        read_declarations("J(w) = sum(w**2); J(w) = sum(w**4)")


def test_a_sample_is_a_row_or_a_column() -> None:
    rows = read_declarations("x_i in R^d; y_i in {0, 1}")
    assert [described(named) for named in rows.names.values()] == ["X: n, d in real", "y: n in binary"]
    columns = read_declarations("X: d, n; x_i in R^d")
    assert columns.samples == {"x": ("X", 1)}


def test_a_bound_of_zero_is_a_set_and_no_size() -> None:
    declared = read_declarations("lam >= 0; K >= 2")
    assert (declared.names["lam"].within, dict(declared.least)) == ("nonnegative", {"K": 2})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2 sum_i (w.x_i - y_i)^2", r"1/2 \sum_i (w^\top x_i - y_i)^2"),
        ("1/2 ||X theta - y||^2", r"1/2 \|X \theta - y\|^2"),
        ("2.5 lam ||w||**2", r"2.5 \lambda \|w\|^2"),
        ("eta beta_1", r"\eta \beta_1"),
    ],
)
def test_mathematics_on_one_line(text: str, expected: str) -> None:
    assert mathematics(text) == expected


SQUARES = r"$\nabla J(w)=X^\top(Xw-y)$"
TEXTS = [
    ("J(w) = 1/2*norm(X@w-y)^2; X: n, d; w: d; y: n",               SQUARES, "proven"),
    ("J(w) = 1/2 ||Xw-y||^2; X (n,d), w (d,), y (n,)",              SQUARES, "proven"),
    ("J = 1/2 (Xw-y)^T (Xw-y); X in R^{n x d}; w in R^d; y in R^n", SQUARES, "proven"),
    ("loss 1/2*norm(X@w-y)**2; params w; X (n,d); w (d); y (n)",    SQUARES, "proven"),
    ("J(w) = 1/2 sum_i (w^T x_i - y_i)^2; x_i in R^d; y_i real; w in R^d", SQUARES, "proven"),
    ("J(w) = ||Xw-y||^2; X (n,d), w (d,), y (n,)",                  SQUARES, "false"),
    ("J(w) = 1/2 ||Xw+y||^2; X (n,d), w (d,), y (n,)",              SQUARES, "false"),
    ("J(w) = 1/2 ||Xw-y||^2; X (n,d), w (d,), y (n,) shuffled well", SQUARES, "undecided"),
    ("J(w) = w'Qw/2; Q is d x d spd; w in R^d",                     r"$\nabla J(w)=Qw$", "proven"),
    ("J(w) = w^T Q w/2; Q is d x d; w in R^d",                      r"$\nabla J(w)=Qw$", "false"),
    ("sigma = sigmoid; f(w) = sum_i sigma(w^T x_i); w in R^d, x_i in R^d",
     r"$\nabla f(w)=\sum_i\sigma(w^\top x_i)(1-\sigma(w^\top x_i))x_i$", "proven"),
    ("Q: d, d orthogonal; J(w) = norm(w)**2; w: d",                 r"$Q^\top Q=I$", "holds"),
    ("Q: d, d; J(w) = norm(w)**2; w: d",                            r"$Q^\top Q=I$", "false"),
    ("p: K simplex; J(w) = norm(w)**2; w: d",                       r"$\sum_k p_k=1$", "holds"),
    ("p: K positive; J(w) = norm(w)**2; w: d",                      r"$\sum_k p_k=1$", "false"),
    ("D: n, n diagonal; J(w) = norm(w)**2; w: n",                   r"$D=D^\top$", "holds"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "line", "verdict"), TEXTS, ids=[row[0] for row in TEXTS])
def test_a_line_is_judged_under_what_is_declared(declared: str, line: str, verdict: str) -> None:
    report = check_text(line, Declared(), declared)
    if verdict == "holds":
        assert {one.verdict for one in report.relations} <= {"proven", "holds-at-tried-sizes"}
    else:
        assert report.outcome == verdict


def test_a_comment_of_markdown_declares() -> None:
    text = "<!-- symconvex: J(w) = norm(w)**2 -->\n<!-- symconvex: w: d -->\n\n$\\nabla J(w)=2w$"
    assert check_text(text, Declared()).outcome == "proven"
    assert check_text(text.replace("2w", "w"), Declared()).outcome == "false"
