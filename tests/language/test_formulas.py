"""How formulas are printed: NumPy syntax that reads back, LaTeX that compiles, a page for the terminal."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from support.losses import LOSSES, problem_of

from symconvex.calculus.closed.derivation import Derivation, derive
from symconvex.calculus.closed.matrix import walk
from symconvex.formats import json as as_json
from symconvex.formats.text import drawn_page, page
from symconvex.kernel.term import parse
from symconvex.language import parse_expression, to_term
from symconvex.language.printing import formula_tex, lines_tex, term_tex, text_of
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Expr, Symbol

VECTORS = {"w": ("d",), "v": ("d",), "X": ("n", "d"), "y": ("n",), "m": ("n",), "p": ("n",), "e": ("n",), "W1": ("h", "d"),
           "h1": ("n", "h"), "W": ("h", "d"), "E": ("n", "d"), "c1": ("n", 1), "lam": (), "a": (), "b": ()}  # fmt: skip
SYMBOLS = tuple(Symbol(name, shape) for name, shape in VECTORS.items())
RESULT_ONLY = {"diag", "outer", "eye", "softmax", "logsumexp", "repeat"}

TEXTS = [
    "-X.T @ (y*p)",
    "X.T @ (p - y) + lam*w",
    "2/n*X.T @ e",
    "-(X.T @ e)",
    "(X @ w)*e",
    "X.T @ X @ w",
    "X.T @ (X @ w)",
    "lam/2*sum(w**2)",
    "3*lam/2*sum(w**2)",
    "-lam/2*w",
    "a - (b + lam)",
    "a - b*lam",
    "a - 2*b*lam",
    "a - (-2)*b",
    "a/b/lam",
    "a/(b*lam)",
    "a*(b*lam)",
    "-a**2",
    "(-a)**2",
    "a**(1/3)/b**2",
    "1/(1 + exp(-a))",
    "sqrt(a)*b**(-3/2)",
    "(1 - h1**2)*(X @ W1.T)",
    "sum(h1*(X @ W1.T), axis=1)",
    "((p - y)*y).T @ X",
    "max(0, 1 - m)",
    "(a + b)/2 - 1/2",
]


@pytest.mark.parametrize("text", TEXTS)
def test_printed_text_reads_back_as_the_same_tree(text: str) -> None:
    expr = parse_expression(text, symbols=SYMBOLS)
    assert parse_expression(text_of(expr), symbols=SYMBOLS) == expr


@pytest.mark.parametrize("text", [text for text in TEXTS if text not in ("a - (-2)*b", "b**(-3/2)")])
def test_no_bracket_too_many(text: str) -> None:
    plain = {"((p - y)*y).T @ X": text}
    printed = text_of(parse_expression(text, symbols=SYMBOLS))
    assert printed.count("(") <= plain.get(text, text).count("(")


def derivation_of(loss: str, shapes: str, wrt: str) -> Derivation:
    return derive(problem_of(loss, shapes, wrt))


def results(derivation: Derivation) -> list[tuple[str, Expr]]:
    rows = [*derivation.names, *derivation.gradient, ("q", derivation.curvature)]
    rows += [(f"D_{p}{q}", expr) for p, q, expr in derivation.blocks]
    return rows if derivation.hessian is None else [*rows, ("H", derivation.hessian)]


TABLE = pytest.mark.parametrize(("case", "loss", "shapes", "wrt"), LOSSES, ids=[row[0] for row in LOSSES])


@TABLE
def test_every_result_of_a_derivation_reads_back(case: str, loss: str, shapes: str, wrt: str) -> None:
    derivation = derivation_of(loss, shapes, wrt)
    found = [node for _, expr in results(derivation) for node in walk(expr) if node.op == "name"]
    symbols = tuple({str(node.value): Symbol(str(node.value), node.shape) for node in found}.values())
    for _, expr in results(derivation):
        if not RESULT_ONLY & {node.op for node in walk(expr)}:
            assert parse_expression(text_of(expr), symbols=symbols) == expr, text_of(expr)


def test_most_results_are_in_the_loss_language() -> None:
    found = [expr for _, *row in LOSSES for _, expr in results(derivation_of(*row))]
    read = [expr for expr in found if not RESULT_ONLY & {node.op for node in walk(expr)}]
    assert len(read) > 0.8 * len(found) > 100, f"{len(read)} of {len(found)}"


LATEX = [
    # text                                      LaTeX
    ("sum(softplus(-m))",                       r"\sum_{i=1}^{n} \log(1 + e^{-m_{i}})"),
    ("X.T @ (p - y) + lam*w",                   r"X^{\mathsf T} (p - y) + \lambda w"),
    ("2/n*X.T @ e",                             r"\frac{2}{n} X^{\mathsf T} e"),
    ("lam/2*sum(w**2)",                         r"\frac{\lambda}{2} \lVert w \rVert^2"),
    ("norm(X @ w - y)",                         r"\lVert X w - y \rVert"),
    ("sum((X @ W1.T)**2)",                      r"\lVert X W_{1}^{\mathsf T} \rVert_F^2"),
    ("sum(p*(1 - p)*(X @ v)**2)",               r"\sum_{i=1}^{n} p_{i} (1 - p_{i}) (X v)_{i}^{2}"),
    ("h1*(1 - h1**2)",                          r"h^{(1)} \odot (1 - (h^{(1)})^{\odot 2})"),
    ("sum(h1**2*(X @ W1.T))",                   r"\sum_{i=1}^{n} \sum_{a=1}^{h} (h^{(1)}_{ia})^{2} (X W_{1}^{\mathsf T})_{ia}"),
    ("a/(b*lam) - 1/2",                         r"\frac{a}{b \lambda} - \frac{1}{2}"),
    ("w @ v",                                   r"w^{\mathsf T} v"),
    ("sum(c1*exp(c1))",                         r"\sum_{i=1}^{n} (c_{1})_{i1} e^{(c_{1})_{i1}}"),
    ("sum(E, axis=0)",                          r"E^{\mathsf T}\,\mathbf 1"),
    ("(X*E) @ w",                               r"(X \odot E) w"),
    ("(-X) @ w",                                r"-X w"),
    ("-(a + b)*exp(a)**2",                      r"-(a + b) (e^{a})^{2}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tex"), LATEX, ids=[row[0] for row in LATEX])
def test_latex(text: str, tex: str) -> None:
    assert formula_tex(parse_expression(text, symbols=SYMBOLS)) == tex


def test_long_sums_are_broken_before_a_sign() -> None:
    expr = parse_expression("sum(w**2) - 2*a*sum(m*p) + sum(y*e*p)", symbols=SYMBOLS)
    assert lines_tex(expr, width=8) == (
        r"\lVert w \rVert^2",
        r"- 2 a \sum_{i=1}^{n} m_{i} p_{i}",
        r"+ \sum_{i=1}^{n} y_{i} e_{i} p_{i}",
    )
    assert " ".join(lines_tex(expr)) == formula_tex(expr)


def test_latex_of_the_logistic_hessian() -> None:
    derivation = derivation_of(*LOSSES[0][1:])
    assert derivation.hessian is not None
    assert formula_tex(derivation.hessian) == r"X^{\mathsf T} \operatorname{diag}(p \odot (1 - p)) X"


TERMS = [
    # term                                                        LaTeX
    ("(* -1 y[i] (sum j d (* X[i,j] w[j])))",                     r"-y_{i} \sum_{j=1}^{d} X_{ij} w_{j}"),
    ("(sum i n (^ (+ z[i] (* -1 y[i])) 2))",                      r"\sum_{i=1}^{n} (z_{i} - y_{i})^{2}"),
    ("(* 1/2 lam (^ w[0] 2))",                                    r"\frac{\lambda w_{1}^{2}}{2}"),
    ("(* (^ (dim n) -1) (sum i n x[i]))",                         r"\frac{1}{n} \sum_{i=1}^{n} x_{i}"),
    ("(* (+ a b) (^ (+ c (* -1 a)) -1))",                         r"\frac{a + b}{c - a}"),
    ("(* (delta i 0) W1[i,10])",                                  r"\delta_{i1} (W_{1})_{i,11}"),
    ("(max 0 (+ 1 (* -1 m)))",                                    r"\max\{0, 1 - m\}"),
    ("(* (sum i n a[i]) (sum j n b[j]))",                         r"\left(\sum_{i=1}^{n} a_{i}\right) \sum_{j=1}^{n} b_{j}"),
    ("(^ (+ 1 (exp (* -1 z))) -1)",                               r"\frac{1}{1 + e^{-z}}"),
    ("(^ x 1/2)",                                                 r"\sqrt{x}"),
    ("(sigmoid (softplus z))",                                    r"\sigma(\log(1 + e^{z}))"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "tex"), TERMS, ids=[row[0] for row in TERMS])
def test_latex_of_terms(term: str, tex: str) -> None:
    assert term_tex(parse(term)) == tex


WORDS = [
    # name        LaTeX
    ("lam",       r"\lambda"),
    ("W1",        "W_{1}"),
    ("h1",        "h^{(1)}"),
    ("delta2",    r"\delta^{(2)}"),
    ("v_W1",      "v_{W_{1}}"),
    ("dz1",       r"\dot{z}^{(1)}"),
    ("dh1_W2",    r"\dot{h}^{(1)}_{W_{2}}"),
    ("bias",      r"\mathrm{bias}"),
    ("x_in",      r"x_{\mathrm{in}}"),
    ("a_b_c",     r"a_{b_{c}}"),
    ("_x",        r"\mathrm{\_x}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tex"), WORDS, ids=[row[0] for row in WORDS])
def test_latex_of_names(name: str, tex: str) -> None:
    assert word_tex(name) == tex


def test_the_page_for_a_terminal() -> None:
    shown = drawn_page(derivation_of(*LOSSES[0][1:])).split("\n\n")[2]  # after the loss and the legend
    assert shown.splitlines() == [
        "  m    = y·(X @ w)",
        "  p    = sigmoid(-m)",
        "  ∇w f = -Xᵀ @ (y·p)",
        "  ∇²f  = Xᵀ @ diag(p·(1 - p)) @ X",
        "  q    = sum(p·(1 - p)·(X @ v)²)",
    ]


@TABLE
def test_the_plain_page_and_the_json_hold_every_formula(case: str, loss: str, shapes: str, wrt: str) -> None:
    derivation = derivation_of(loss, shapes, wrt)
    plain, stored = page(derivation), as_json.FORMAT.closed(derivation)
    assert plain.isascii()
    for _, expr in results(derivation):
        assert text_of(expr) in plain
        assert json.dumps(text_of(expr)) in stored


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_every_printed_formula_compiles(tmp_path: Path) -> None:
    lines = [r"\documentclass{article}\usepackage[margin=25mm]{geometry}\usepackage{amsmath}\begin{document}"]
    for _, loss, shapes, wrt in LOSSES:
        derivation = derivation_of(loss, shapes, wrt)
        rows = [("f", derivation.problem.loss), *results(derivation)]
        formulas = [f"{word_tex(name)} &= " + r" \\ &\quad ".join(lines_tex(expr)) for name, expr in rows]
        formulas.append(f"f &= {term_tex(to_term(derivation.problem.loss))}")
        lines += [r"\begin{align*}", "\\\\\n".join(formulas), r"\end{align*}"]
    (tmp_path / "all.tex").write_text("\n".join([*lines, r"\end{document}"]), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    wide = [line for line in run.stdout.decode(errors="replace").splitlines() if "Overfull \\hbox" in line]
    assert wide == []
