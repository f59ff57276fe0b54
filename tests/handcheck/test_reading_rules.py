"""How names, calls, scopes and definitions are read: texts of other hands, and each rule with its near misses."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from symconvex.cli import main
from symconvex.handcheck.reading import check_text
from symconvex.handcheck.text.declared import Declared

FOLDER = Path(__file__).parent.parent / "derivations" / "public"
TEXTS = [json.loads(line) for line in (FOLDER / "index.jsonl").read_text(encoding="utf-8").splitlines()]
# A sentence that is only said not to be understood: "Since sigma maps into (0, 1), it is positive."
UNREAD = frozenset(("interval-positive",))
GOOD, WRONG = ("proven", "holds-at-tried-sizes"), ("false", "true-under", "up-to-transpose")
SQUARES = "J(w) = norm(X@w - y)**2/2\nX: n, d\nw: d\ny: n"
LOGISTIC = "J(w) = -sum(y*log(sigmoid(X@w)) + (1-y)*log(1-sigmoid(X@w)))\nX: n, d\nw: d\ny: n in binary"
STACKED = "J(w, b) = norm(X@w + b - y)**2/2\nX: n, d\nw: d\ny: n\nb: "
NUMBER = "J(w) = (w*x - y)**2\nx: \ny: \nw: "
CROSS = "L(z) = -sum(y*log(exp(z)/sum(exp(z))))\nz: K\ny: K"
LAYER = "J(W) = sum(tanh(X@W.T))\nX: n, d\nW: h, d"


def judged_rows(entry: dict[str, Any]) -> list[str]:
    """The verdicts on the relations of a text; an \\input is no relation."""
    result = CliRunner().invoke(main, ["check", str(FOLDER / entry["file"]), *entry["arguments"], "--json"])
    return [row["verdict"] for row in json.loads(result.output)["relations"] if row["read_as"] != r"\input"]


@pytest.mark.parametrize("entry", TEXTS, ids=[entry["id"] for entry in TEXTS])
def test_a_public_text_is_judged_as_its_index_says(entry: dict[str, Any]) -> None:
    rows = judged_rows(entry)
    assert len(rows) == len(entry["right"])
    for verdict, right in zip(rows, entry["right"], strict=True):
        allowed = {
            "true": GOOD,
            "false": WRONG,
            "definition": GOOD,
            "not-a-claim": (*GOOD, "undecided", "not-understood"),
        }
        assert verdict in (*allowed[right], *(("not-understood",) if entry["id"] in UNREAD else ()))


def outcome(declarations: str, text: str) -> str:
    """Right when everything is accepted, wrong when something is rejected, else open."""
    verdicts = {one.verdict for one in check_text(text, Declared(), declarations).relations}
    if verdicts & set(WRONG):
        return "wrong"
    return "right" if verdicts and verdicts <= set(GOOD) else "open"


RULES = [
    # rule, declarations, text, outcome
    ("scope", SQUARES, r"$\nabla_w w^\top X^\top X w = 2X^\top X w$", "right"),
    ("scope", SQUARES, r"$\nabla_w w^\top X^\top X w = X^\top X w$", "wrong"),
    ("scope", SQUARES, r"$\nabla_{w} y^\top X w = X^\top y$", "right"),
    ("scope", SQUARES, r"$\nabla (y-Xw)^\top(y-Xw) = -2X^\top(y-Xw)$", "right"),
    ("scope", SQUARES, r"$\nabla (y-Xw)^\top(y-Xw) = -X^\top(y-Xw)$", "wrong"),
    ("scope", SQUARES, r"$\nabla J(w)^\top w = (Xw-y)^\top Xw$", "right"),
    ("scope", SQUARES, r"$\nabla_w J^\top w = (Xw-y)^\top Xw$", "right"),
    ("scope", NUMBER, r"$\frac{d}{dw}(wx-y)^2=x^2$", "wrong"),
    ("scope", NUMBER, r"$\frac{d}{dw}(wx-y)^2=2x(wx-y)$", "right"),
    ("scope", NUMBER, r"$\frac{\partial}{\partial w}(wx-y)(wx-y)=2x(wx-y)$", "right"),
    ("scope", NUMBER, r"$\frac{d}{dz}(1+z)^2=2(1+z)$", "right"),
    ("scope", NUMBER, r"$\frac{d}{du}(1+u)^3=3(1+u)^2$", "right"),
    ("sum", LOGISTIC, r"$J(w) = -\sum_i y_i\log\sigma(w^\top x_i) + (1-y_i)\log(1-\sigma(w^\top x_i))$", "right"),
    ("sum", LOGISTIC, r"$J(w) = -\sum_{k=1}^n y_k\log\sigma(w^\top x_k) + (1-y_k)\log\sigma(w^\top x_k)$", "wrong"),
    ("sum", SQUARES, r"$\|Xw\|^2 + \|w\|^2 = \sum_i (w^\top x_i)^2 + w^\top w$", "right"),
    ("number", LOGISTIC, r"$$\nabla J(w) = X^\top(\sigma(Xw)-y) \qquad (3a)$$", "right"),
    ("number", LOGISTIC, r"$$\nabla J(w) = X^\top(\sigma(Xw)-y), \quad (*)$$", "right"),
    ("number", LOGISTIC, r"$$\nabla J(w) = \tfrac12X^\top(\sigma(Xw)-y) \qquad (2)$$", "wrong"),
    ("number", LOGISTIC, r"$$\nabla J(w) = X^\top(\sigma(Xw)-y) (2)$$", "wrong"),
    ("condition", CROSS, r"Let $p_i=e^{z_i}/\sum_k e^{z_k}$. $$\frac{\partial p_i}{\partial z_j}=-p_ip_j, \quad i\neq j$$", "right"),
    ("condition", CROSS, r"Let $p_i=e^{z_i}/\sum_k e^{z_k}$. $$\frac{\partial p_i}{\partial z_j}=p_ip_j \quad i\neq j$$", "wrong"),
    ("definition", SQUARES, r"Let $H_i = x_ix_i^\top$. Then $\nabla^2J(w) = \sum_i H_i$.", "right"),
    ("definition", SQUARES, r"Let $H_i = x_ix_i^\top$. Then $\nabla^2J(w) = 2\sum_i H_i$.", "wrong"),
    ("definition", SQUARES, r"Write $\delta_i = w^\top x_i-y_i$. Then $\nabla J(w) = \sum_i\delta_i x_i$.", "right"),
    ("definition", SQUARES, r"Let $\hat y = Xw$. Then $\frac{\partial J}{\partial \hat y} = \hat y-y$.", "right"),
    ("definition", SQUARES, r"Let $\hat y = Xw$. Then $\frac{\partial J}{\partial \hat y} = y-\hat y$.", "wrong"),
    ("prime", LOGISTIC, r"With $a=\sigma(z)$ we have $a'=a(1-a)$.", "right"),
    ("prime", LOGISTIC, r"With $a=\sigma(z)$ we have $a'=a(1+a)$.", "wrong"),
    ("applied", SQUARES, r"$\phi(2w)=2\phi(w)$", "open"),
    ("applied", SQUARES, r"$\psi(w+w)=2\psi(w)$", "open"),
    ("applied", STACKED, r"Let $\theta=(w,b)$. Then $J(2\theta)=2J(\theta)$.", "wrong"),
    ("applied", STACKED, r"Let $\theta=(w,b)$. Then $J(\theta)=\tfrac12\|Xw+b-y\|^2$.", "right"),
    ("applied", STACKED, r"Let $u=(w,b)$. Then $J(-u)=J(u)$.", "wrong"),
    ("undeclared", SQUARES, r"$\nabla J(w)=X^\top(Xw+y)+C$", "open"),
    ("undeclared", SQUARES, r"$\nabla J(w)=X^\top(Xw+y)+Q$", "open"),
    ("undeclared", SQUARES, r"$h_\theta(x^{(i)})=1$ and $f(x^{(k)})=0$.", "open"),
    ("no variable", SQUARES, r"$\frac{\partial J}{\partial q}=0$", "open"),
    ("no variable", SQUARES, r"$\frac{dJ}{ds}=0$", "open"),
    ("composed", NUMBER, r"With $g(t)=t^2$ and $r(w)=wx-y$ we have $J=g\circ r$.", "right"),
    ("composed", NUMBER, r"With $g(t)=2t^2$ and $r(w)=wx-y$ we have $J=g\circ r$.", "wrong"),
    ("iterate", SQUARES, r"$w^{(t+1)} = w^{(t)}-\eta\nabla J(w^{(t)})$", "right"),
    ("iterate", SQUARES, r"$w \leftarrow w-\eta\nabla J(w)$", "right"),
    ("iterate", SQUARES, r"$w \leftarrow w-\eta X^\top(y-Xw)$", "open"),
    ("power", LAYER, r"Let $A=\tanh(XW^\top)$. Then $1-A^2=1-\tanh^2(XW^\top)$.", "right"),
    ("lone", SQUARES, r"$$\|Xw\|^2 \ge 0$$ It is $\le 0$.", "open"),
    ("typed", SQUARES, r"$∇J(w) = Xᵀ(Xw − y)$", "right"),
    ("typed", SQUARES, r"$∇J(w) = Xᵀ(Xw + y)$", "wrong"),
    ("typed", SQUARES, "~~~math\n\\nabla J(w) = X^\\top(Xw-y)\n~~~", "right"),
    ("typed", SQUARES, r"$J(w)=\frac12\sum_i(w^t x_i+y_i)^2$", "wrong"),
    ("typed", LOGISTIC, r"$\frac{\delta J}{\delta w} = X^\top(\sigma(Xw)-y)$", "right"),
    ("typed", SQUARES, r"Let $R_{test}(w)=\frac12\|Xw-y\|^2$. Then $\nabla R_{test}(w)=X^\top(Xw+y)$.", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "declarations", "text", "expected"), RULES, ids=[f"{r[0]} {r[2][:40]}" for r in RULES]
)
def test_a_rule_of_reading(rule: str, declarations: str, text: str, expected: str) -> None:
    del rule
    assert outcome(declarations, text) == expected


def test_a_hundred_definitions_on_each_other_are_an_answer() -> None:
    lines = "\n\n".join(f"Let $a_{{{k}}} = a_{{{k - 1}}} + w$." if k else "Let $a_{0} = w$." for k in range(101))
    assert outcome(SQUARES, lines + "\n\nThen $a_{100} = 100w$.") != "right"
