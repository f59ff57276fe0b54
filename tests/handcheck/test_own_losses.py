"""Losses that only the text defines: their letters, sizes and restrictions, as people write them."""

import pytest

import symconvex as sc

HELD = ("proven", "holds-at-tried-sizes")
AR = r"Minimize $Q(b)=\frac12\sum_{t=2}^T(y_t-by_{t-1})^2$. "
PAIRS = r"We minimize $f(r)=\sum_{i=1}^m\sum_{j=1}^m c_{ij}\log(1+e^{r_j-r_i})$ with $r\in\mathbb R^m$. "
NORMAL = r"The loss is $\ell(\mu,\tau)=\frac\tau2\sum_{k=1}^K(z_k-\mu)^2-\frac K2\log\tau$. "

# A text whose last relation is judged, and what becomes of it.
LAST = [
    ("a series",           AR + r"$Q'(b)=-\sum_{t=2}^Ty_{t-1}(y_t-by_{t-1})$",                  "held"),
    ("a shift forgotten",  AR + r"$Q'(b)=-\sum_{t=2}^Ty_t(y_t-by_{t-1})$",                      "false"),
    ("second",             AR + r"$Q''(b)=\sum_{t=2}^Ty_{t-1}^2$",                              "held"),
    ("second, wrong",      AR + r"$Q''(b)=\sum_{t=2}^Ty_t^2$",                                  "false"),
    ("a table of weights", PAIRS + r"$\frac{\partial f}{\partial r_k}=\sum_{j=1}^m"
                                   r"(c_{jk}\sigma(r_k-r_j)-c_{kj}\sigma(r_j-r_k))$",           "held"),
    ("a table, turned",    PAIRS + r"$\frac{\partial f}{\partial r_k}=\sum_{j=1}^m"
                                   r"(c_{kj}\sigma(r_k-r_j)-c_{jk}\sigma(r_j-r_k))$",           "false"),
    ("a size is a number", NORMAL + r"$\frac{\partial^2\ell}{\partial\mu^2}=K\tau$",            "held"),
    ("a size forgotten",   NORMAL + r"$\frac{\partial^2\ell}{\partial\mu^2}=\tau$",             "false"),
    ("the size inside",    NORMAL + r"$\frac{\partial\ell}{\partial\tau}="
                                    r"\frac12\sum_{k=1}^K(z_k-\mu)^2-\frac{K}{2\tau}$",         "held"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in LAST], ids=[row[0] for row in LAST])
def test_a_loss_with_its_own_sizes(text: str, expected: str) -> None:
    assert sc.check(text).relations[-1].verdict in {"held": HELD, "false": ("false", "true-under")}[expected]


ODD = "As the ancients in their gardens whispered, the quantity to shrink is"
SERIES = r"For a lovely series $x_1,\dots,x_T$, not all of them zero, the ancients shrank"
SOFT = r"\[ L(z)=\log\sum_{k=1}^Ke^{z_k} . \] We have"
READ = [
    ("unknown words",        rf"{ODD} {SOFT} $\nabla L(z)=\mathrm{{softmax}}(z)$.",  HELD),
    ("and a wrong line",     rf"{ODD} {SOFT} $\nabla L(z)=e^z$.",                  ("false",)),
    ("restricted: not zero", rf"{SERIES} \[ J(a)=\sum_{{t=1}}^Tx_t^2a^2 . \] We have $\sum_{{t=1}}^Tx_t^2>0$.",     ("undecided",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_a_loss_in_a_sentence_with_unknown_words(text: str, expected: tuple[str, ...]) -> None:
    found = sc.check(text)
    assert found.relations[-1].verdict in expected
    assert found.outcome != "proven"


# Derivatives on one line: the 2 above the sign belongs to the sign alone.
SLASHED = [
    (r"\partial^2f/\partial a^2=b^2e^{ab}+12a^2",              "proven"),
    (r"\partial^2f/\partial a^2=(b^2e^{ab}+12a^2)^2",          "false"),
    (r"\partial^2 f/\partial a\,\partial b=(1+ab)e^{ab}",      "proven"),
    (r"\partial^2 f/\partial a\,\partial b=(1+ab)^2e^{2ab}",   "false"),
    (r"\partial^3f/\partial b^3=a^3e^{ab}",                    "proven"),
    (r"d^2f/db^2=a^2e^{ab}",                                   "proven"),
    (r"(\partial f/\partial b)^2=a^2e^{2ab}",                  "proven"),
    (r"\frac{\partial^2f}{\partial b^2}=a^2e^{ab}",            "proven"),
    (r"\partial f/\partial a^2=b^2e^{ab}+12a^2",               "not-understood"),
    (r"\frac{\partial f}{\partial a^2}=b^2e^{ab}+12a^2",       "not-understood"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), SLASHED)
def test_a_second_derivative_on_one_line(line: str, expected: str) -> None:
    found = sc.check(f"${line}$", formula="exp(a*b)+a**4", wrt="a,b", name="f")
    assert [one.verdict for one in found.relations] == [expected]


@pytest.mark.parametrize("letter", ["H", "g"])
@pytest.mark.parametrize(("value", "expected"), [("w^2", "proven"), ("w^3", "false")])
def test_a_loss_may_be_called_as_hessians_are(letter: str, value: str, expected: str) -> None:
    text = rf"$\nabla {letter}(w)=2w$, $\nabla^2 {letter}(w)=2$ and ${letter} = {value}$."
    found = sc.check(text, formula="w**2", wrt="w", name=letter)
    assert [one.verdict for one in found.relations] == ["proven", "proven", expected]


FACTORS = {"R": ("n", "m"), "U": ("n", "k"), "V": ("m", "k")}
# Where letters lie, beside a matrix that is called R; the declaration says what shape they have.
SPACES = [
    (r"Let $R\in\mathbb R^{n\times m}$.",                          ("proven",)),
    (r"Let $U\in R^{n\times k}$, $V\in\mathbf R^{m\times k}$.",    ("proven", "proven")),
    (r"Let $U\in\mathbb R^{k\times n}$.",                          ("not-understood",)),
    (r"Let $R\in\mathbb R^{m\times n}$.",                          ("not-understood",)),
    (r"Let $(U,V)\in\mathbb R^{n\times k}\times\mathbb R^{m\times k}$.",  ("proven",)),
    (r"Let $(U,V)\in\mathbb R^{m\times k}\times\mathbb R^{n\times k}$.",  ("not-understood",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPACES)
def test_where_a_letter_lies_is_told_from_a_power_of_a_matrix(text: str, expected: tuple[str, ...]) -> None:
    found = sc.check(text, formula="sum((R-U@V.T)**2)/2", wrt="U,V", shapes=FACTORS)
    assert tuple(one.verdict for one in found.relations) == expected


def test_several_letters_lie_in_one_space() -> None:
    found = sc.check(
        r"Here $W\in\mathbb R^{h\times d}$, and $b,v\in\mathbb R^h$, and $b,x\in\mathbb R^h$.",
        formula="(v@tanh(W@x+b))**2",
        wrt="W,b,v",
        shapes={"W": ("h", "d"), "x": "d", "b": "h", "v": "h"},
    )
    verdicts = [one.verdict for one in found.relations]
    assert verdicts[1] in HELD
    assert verdicts[-1] == "not-understood"


GAME = r"Let $\ell(r_i,r_j)=-\log\sigma(r_i-r_j)$. "
PLAYERS = [
    (r"$\frac{\partial\ell}{\partial r_i}=-\sigma(r_j-r_i)$",    "proven"),
    (r"$\frac{\partial\ell}{\partial r_j}=\sigma(r_j-r_i)$",     "proven"),
    (r"$\frac{\partial\ell}{\partial r_j}=\sigma(r_i-r_j)$",     "false"),
    (r"$\partial^2\ell/\partial r_i\partial r_j=-\sigma(r_i-r_j)\sigma(r_j-r_i)$", "proven"),
    (r"$\partial^2\ell/\partial r_i^2=-\sigma(r_i-r_j)\sigma(r_j-r_i)$",           "false"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), PLAYERS)
def test_two_arguments_of_one_letter_are_two_letters(line: str, expected: str) -> None:
    assert sc.check(GAME + line).relations[-1].verdict == expected
