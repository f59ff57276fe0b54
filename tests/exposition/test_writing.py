"""How a page is written: letters, what is said of data, zero blocks, lists without trivia, titles, where pages end."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from support.deciding import unhurried
from support.stored import QUESTIONS, ROOT

from symconvex.asking.answered import ask
from symconvex.exposition.frame import closed
from symconvex.exposition.question import _clause, _title, _with_names
from symconvex.exposition.words import as_given
from symconvex.language.state import state
from symconvex.problem import Problem

PROOFS = sorted((ROOT / "proofs").glob("*/proof.tex"))
IDS = [path.parent.name for path in PROOFS]
Shapes = dict[str, tuple[int | str, ...]]


def problem(loss: str, wrt: str, shapes: Shapes, **sets: str) -> Problem:
    return state(loss, wrt=tuple(wrt.split(",")), shapes=shapes, sets=sets)


@cache
def written(loss: str, wrt: str, shapes: tuple[tuple[str, tuple[int | str, ...]], ...], sets: str = "") -> str:
    given = dict(pair.split("=") for pair in sets.split())
    text = unhurried(problem(loss, wrt, dict(shapes), **given)).to_latex()  # type: ignore[union-attr]
    return str(text).partition("\\maketitle")[2]


def page(loss: str, wrt: str, shapes: Shapes, sets: str = "") -> str:
    return written(loss, wrt, tuple(shapes.items()), sets)


# ---- letters --------------------------------------------------------------------------------------

# loss                     parameters  shapes                                        ends and middle
LETTERS: list[tuple[str, str, Shapes, str]] = [
    ("x**3",               "x",        {"x": ()},                                    "ABM"),
    ("A**3",               "A",        {"A": ()},                                    "PQM"),
    ("B**3 + B",           "B",        {"B": ()},                                    "PQM"),
    ("M**3",               "M",        {"M": ()},                                    "ABN"),
    ("A**3 + P**2",        "A,P",      {"A": (), "P": ()},                           "UVM"),
    ("A**3 + Q**2 + M**2", "A,Q,M",    {"A": (), "Q": (), "M": ()},                  "UVN"),
    ("A**3 + P**2 + U**2 + S**2 + K**2", "A,P,U,S,K", {"A": (), "P": (), "U": (), "S": (), "K": ()}, "A1,B1,M"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "letters"), LETTERS, ids=[row[0] for row in LETTERS])
def test_points_have_letters_that_the_loss_has_not(loss: str, wrt: str, shapes: Shapes, letters: str) -> None:
    a, b, m = (f"{w[0]}_{{{w[1:]}}}" if w[1:] else w for w in (letters.split(",") if "," in letters else letters))
    text = page(loss, wrt, shapes)
    assert f"${m}=\\tfrac12{a}+\\tfrac12{b}$ be the middle of the points ${a}$ and ${b}$" in text
    assert f"Point ${a}$: " in text
    assert f"(1-t){a}+t{b}" in text
    assert not {f"${one}$" for one in wrt.split(",")} & set(re.findall(r"Point (\$[^$]*\$):", text))


def test_the_axis_of_a_picture_has_a_free_letter() -> None:
    text = page("t**3", "t", {"t": ()})
    assert "xlabel={$s$},ylabel={$f\\bigl((1-s)A+sB\\bigr)$}" in text
    assert "At $s=" in text


def test_outputs_that_vanish_have_points_with_free_letters() -> None:
    text = page("sum((A @ x - y)**2)", "A,x", {"A": ("m", "n"), "x": ("n",), "y": ("m",)})
    assert "f(P_+)=f(P_-)=f(Q)=f_0" in text
    assert "A_\\pm" not in text


# ---- data -----------------------------------------------------------------------------------------

# loss          parameters  shapes                                     what is said of the data               what is not
DATA: list[tuple[str, str, Shapes, str, str]] = [
    ("sum((A@x)**2)", "A,x", {"A": ("m", "n"), "x": ("n",)},           r"\emph{Not convex.} Here",            "data"),
    ("v@relu(W@x + a)", "v,W,a", {"v": ("h",), "W": ("h", "d"), "x": ("d",), "a": ("h",)},
                                                                       "For all data",                        "Here\n\\["),
    ("(h*x - y)**2", "h",   {"h": (), "x": (), "y": ()},               "numbers",                             "about it"),
    ("(h - y)**2",  "h",    {"h": (), "y": ()},                        "nothing else is assumed about it.",   "about them"),
    ("sum((h - y)**2)", "h", {"h": ("n",), "y": ("n",)},               "nothing else is assumed about them.", "about it"),
    ("exp(h)",      "h",    {"h": ()},                                 "",                                    "assumed"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "says", "never"), DATA, ids=[row[0] for row in DATA])
def test_of_data_as_many_are_spoken_of_as_there_are(loss: str, wrt: str, shapes: Shapes, says: str, never: str) -> None:
    text = page(loss, wrt, shapes)
    proof = text.partition("\\begin{proof}")[2].partition("\\end{proof}")[0] if "@" in loss else text
    assert says.replace("numbers", "a number $y") in proof
    assert never not in proof


# ---- the Hessian ----------------------------------------------------------------------------------

# loss                 parameters  blocks  the end
BLOCKS = [
    ("x*y",            "x,y",      1,      "The remaining blocks are zero. Its quadratic form is twice the form shown."),
    ("x*y + y*z",      "x,y,z",    2,      "The remaining blocks are zero. Its quadratic form is twice the sum of the forms shown."),
    ("x**2*y",         "x,y",      2,      "The remaining block is zero. Its quadratic form is the sum of the diagonal forms and of twice the others."),
    ("x**2*y**2",      "x,y",      3,      "forms\n"),
    ("x**3 + y**3",    "x,y",      2,      "The remaining block is zero. Its quadratic form is the sum of the forms shown."),
    ("x**3 + y",       "x,y",      1,      "The remaining blocks are zero. Its quadratic form is the form shown."),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "count", "end"), BLOCKS, ids=[row[0] for row in BLOCKS])
def test_blocks_of_zeros_are_not_printed(loss: str, wrt: str, count: int, end: str) -> None:
    text = page(loss, wrt, dict.fromkeys(wrt.split(","), ()))
    shown = re.findall(r"D\^2f\[(\w|v_\{\w\}),(\w|v_\{\w\})\]&=(.*)", text)
    assert len(shown) == count
    assert [rest for *_, rest in shown if re.fullmatch(r"0(,\\\\|\.)", rest)] == []
    assert end in text
    assert ("remaining" in text) == ("remaining" in end)


PLACES: Shapes = {"P": ("n", "d"), "x": ("d",), "r": ("n",)}
BUMPS: Shapes = {"X": ("n", "d"), "C": ("h", "d"), "y": ("n",), "v": ("h",), "g": ()}
DISTANCE = "((sum(X**2, axis=1) - 2*C @ X.T).T + sum(C**2, axis=1))"
# loss                                               parameters  shapes  what is printed                                      what is not
ENTRIES: list[tuple[str, str, Shapes, str, str]] = [
    ("sum((norm(P - x, axis=1) - r)**2)",            "x",   PLACES, r"(\lVert p_{i}-x\rVert - r_{i})^2",                   r"\sqrt{e"),
    ("sum((norm(P - x, axis=1) - r)**2)",            "x",   PLACES, r"\partial f/\partial x_{j}&=-2 \sum_{i=1}^{n}",      r"\odot"),
    ("sum((norm(P + x, axis=1) - r)**2)",            "x",   PLACES, r"(\lVert p_{i}+x\rVert - r_{i})^2",                  r"\sqrt{e"),
    ("sum((norm(P - 2*x, axis=1) - r)**2)",          "x",   PLACES, r"\sqrt{\sum_{j=1}^{d}(P_{ij} - 2 x_{j})^2}",          r"\lVert p"),
    ("sum(norm(P - x, axis=1)**3 - r)",              "x",   PLACES, r"\lVert p_{i}-x\rVert^3",                            r"\sqrt{e"),
    (f"sum((exp(-g*{DISTANCE}) @ v - y)**2)",        "C,v", BUMPS,  r"u_{ia}&=g \lVert x_{i}-c_{a}\rVert^2",               r"\mathbf 1\,(X"),
    (f"sum((exp(-g*{DISTANCE}) @ v - y)**2)",        "C,v", BUMPS,  r"The rows of $C$ are $c_1\T,\dots,c_{h}\T$.",         r"C X^{"),
    ("sum((tanh(X @ C.T) @ v - y)**2)",              "C,v", BUMPS,  r"z&=X C^{\mathsf T}",                                  r"z_{ia}"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "shapes", "says", "never"), ENTRIES, ids=[row[3] for row in ENTRIES])
def test_what_reads_badly_as_arrays_is_written_in_entries(
    loss: str, wrt: str, shapes: Shapes, says: str, never: str
) -> None:
    text = page(
        loss,
        wrt,
        {name: shape for name, shape in shapes.items() if name in loss.replace("exp", "").replace("axis", "")},
        "g=positive" if "g*" in loss else "",
    )
    assert says in text
    assert never not in text


# ---- lists ----------------------------------------------------------------------------------------

VECTOR: Shapes = {"w": ("d",), "X": ("n", "d"), "y": ("n",)}
# loss                                       shapes  items  the last sentence                                  what is not said
LISTS: list[tuple[str, Shapes, int, str, str]] = [
    ("sum(abs(w)) + sum(w**4)",              VECTOR, 1,     "a sum of convex functions and even powers of affine functions, hence", "item"),
    ("sum(abs(X@w - y)) + w[0]",             VECTOR, 1,     "a sum of convex functions and an affine function", r"affine in the parameters"),
    ("max(abs(x), x**2, exp(x)) + 3*abs(x) + 2", {"x": ()}, 3, "with factors that are not negative and a constant", "is a constant"),
    ("sum(max(X@w, relu(X@w - y) + 1)) + sum(y)", VECTOR, 3, "So the loss is a sum of convex functions and",   "item \\(y"),
    ("sum(relu(w)) + w[0] + 3",              VECTOR, 1,     "a sum of convex functions and an affine function", "constant"),
    ("-sum(relu(w))",                        VECTOR, 1,     r"The negative of the loss is $\displaystyle \sum_{j=1}^{d}\max", "item"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "shapes", "items", "says", "never"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_says_what_is_not_seen_at_once(loss: str, shapes: Shapes, items: int, says: str, never: str) -> None:
    used = {name: shape for name, shape in shapes.items() if name in loss}
    text = page(loss, next(iter(used)), used)
    proof = text.partition("\\begin{proof}")[2].partition("\\end{proof}")[0]
    assert len(re.findall(r"\\item|In the loss", proof)) == items
    assert says in proof
    assert never not in proof


# ---- cases ----------------------------------------------------------------------------------------

CASED = [path for path in PROOFS if "\\emph{Case 2" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", CASED, ids=[path.parent.name for path in CASED])
def test_a_case_has_the_loss_at_its_numbers(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "allow. \\emph{Not" not in text
    for case in re.findall(r"(?s)\\emph\{Case \d, [^}]*\} Let (.*?)\. Then the loss is(.*?)\\end\{equation\}", text):
        data = set(re.findall(r"\$(\w)=", case[0])) - set("f")
        assert data
        assert not {f"{name}_" for name in data} & set(re.findall(r"[A-Za-z]_", case[1].partition("=")[2]))


def test_there_are_such_proofs() -> None:
    assert len(CASED) >= 3


# ---- questions ------------------------------------------------------------------------------------

TWO = problem("sum((A@x)**2)", "A,x", {"A": ("m", "n"), "x": ("n",)})
ONE = problem("a*exp(x)", "x", {"x": (), "a": ()}, a="positive")
BRACKETS = problem("(u - v)**2", "u,v", {"u": (), "v": ()})
# problem   the first answer                                            the title
TITLES = [
    (TWO,   "f is convex in each block",                                r"The function $\lVert A x \rVert^2$ of $A,x$ is convex in each block"),
    (TWO,   "f is not convex in each block",                            r"The function $\lVert A x \rVert^2$ of $A,x$ is not convex in each block"),
    (TWO,   "f is not strictly convex if X != 0",                       r"The function $\lVert A x \rVert^2$ of $A,x$, strictly convex or not"),
    (ONE,   "f is strictly convex exactly when a > 0",                  r"When is the function $a e^{x}$ of $x$ strictly convex?"),
    (ONE,   "whether f is strongly convex is open",                     r"The function $a e^{x}$ of $x$, strongly convex or not"),
    (ONE,   "whether f is quasiconvex depends on the data",             r"The function $a e^{x}$ of $x$, quasiconvex or not"),
    (ONE,   "g is log-concave on x > 0, where it is > 0",               r"The function $a e^{x}$ of $x$ is log-concave on x > 0, where it is > 0"),
    (ONE,   "g is not log-concave on x > 0, where it is > 0 if a != 1", r"The function $a e^{x}$ of $x$, log-concave or not"),
    (ONE,   "f is strongly convex with modulus a_b",                    r"The function $a e^{x}$ of $x$ is strongly convex with modulus a\_b"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "answer", "expected"), TITLES, ids=[row[1] for row in TITLES])
def test_the_title_of_a_question_is_a_sentence(asked: Problem, answer: str, expected: str) -> None:
    assert _title(asked, answer).tex == expected
    assert ":" not in expected


# problem     text                                         set
NAMES = [
    (TWO,      "in A, with x fixed",                       "in $A$, with $x$ fixed"),
    (TWO,      "jointly in A, x",                          "jointly in $A$ and $x$"),
    (TWO,      "it is convex in A",                        "it is convex in $A$"),
    (TWO,      "it is convex in each block",               "it is convex in each block"),
    (BRACKETS, "in u, v",                                  "in $u$ and $v$"),
    (BRACKETS, "in vain, with v fixed",                    "in vain, with $v$ fixed"),
    (BRACKETS, "strongly convex with modulus 2_u",         r"strongly convex with modulus 2\_u"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "text", "expected"), NAMES, ids=[row[1] for row in NAMES])
def test_names_stand_in_formulas(asked: Problem, text: str, expected: str) -> None:
    assert _with_names(text, asked) == expected


# text                                                  set
CLAUSES = [
    ("f is convex in each block",                       "the function $f$ is convex in each block"),
    ("it is not jointly convex",                        "it is not jointly convex"),
    ("it is convex in A",                               "it is convex in $A$"),
    ("whether f is quasiconvex is open",                "whether $f$ is quasiconvex is open"),
    ("f is strictly convex exactly when rank(X) == d",  r"the function $f$ is strictly convex exactly when \texttt{rank(X) == d}"),
    ("g is log-concave on x > 0, where it is > 0",      r"the function $g$ is log-concave on \texttt{x > 0}, where it is $>$ 0"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLAUSES, ids=[row[0] for row in CLAUSES])
def test_an_answer_is_a_sentence(text: str, expected: str) -> None:
    assert _clause(text, TWO) == expected


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_no_title_has_two_colons_or_double_signs(path: Path) -> None:
    title = re.search(r"\\title\{(.*)\}\n", path.read_text("utf-8"))
    assert title is not None
    assert ":" not in title[1]
    assert not re.search(r"- \(-", title[1])


# loss        the sentence about the point between                                  arithmetic
BETWEEN = [
    ("x*y",            r"it is $f(M)=-1>-\frac{9}{4}=\max\{f(A),f(B)\}$.",          "exact"),
    ("exp(x)*sin(y)",  r">\max\{f(A),f(B)\}$, by ball arithmetic.",                 "balls"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "says", "how"), BETWEEN, ids=[row[0] for row in BETWEEN])
def test_rational_values_are_compared_as_such(loss: str, says: str, how: str) -> None:
    text = ask(problem(loss, "x,y", {"x": (), "y": ()}), "quasiconvex", budget=30.0).to_latex()
    assert says in text
    assert ("ball arithmetic" in text) == (how == "balls")


# ---- the loss as it was typed ---------------------------------------------------------------------

LONG = "+".join(f"x**{k}" for k in range(2, 40, 2))
# loss                                   what is printed
TYPED = [
    ("sum((X@w - y)**2)",                r"The loss was given as \texttt{sum((X@w - y)**2)}."),
    ("x_1**2 + exp(x_1)",                r"\texttt{x\_1**2 + exp(x\_1)}."),
    ("exp(x)+exp(2*x)+exp(-x)",          r"\texttt{exp(x)+exp(2*x)+exp(-x)}."),
    ("exp(x)+exp(2*x)+exp(3*x)+x**2/2",  r"exp(x)+\allowbreak exp(2*\allowbreak x)+\allowbreak exp("),
    ("exp(x)+exp(2*x)+exp(3*x)+x**20/2", r"+\allowbreak x**20/\allowbreak 2}."),
    (f"{LONG} + " * 6 + LONG,            ""),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "says"), TYPED, ids=[row[0][:40] for row in TYPED])
def test_the_loss_is_shown_as_it_was_typed(loss: str, says: str) -> None:
    used = {"w": ("d",), "X": ("n", "d"), "y": ("n",)} if "@" in loss else {("x_1" if "_" in loss else "x"): ()}
    text = as_given(state(loss, wrt=next(iter(used)), shapes=used))  # type: ignore[arg-type]
    assert says in text
    assert bool(says) == bool(text)
    assert text.replace("\\allowbreak ", "").replace("\\_", "_").count(loss) == bool(says)


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_a_loss_is_shown_once_as_it_was_typed(path: Path) -> None:
    """A loss with a name is not, and one with arrays in place of others cannot be."""
    text, given = (
        path.read_text("utf-8"),
        next((line for name, line in QUESTIONS.items() if name == path.parent.name), None),
    )
    shown = text.count(" was given as \\texttt{")
    assert shown == (given is not None and not given.problem().standins)


# ---- the end of a page ----------------------------------------------------------------------------

# the last paragraph                                     with what does not begin a page
ENDS = [
    ("text",                                             "text"),
    ("\\begin{proof}\na\n\\end{proof}",                  "\\begin{proof}\na\n\\stay\\end{proof}"),
    ("so\n\\begin{align*}\n  a&=b.\n\\end{align*}",      "so\n\\stay\\begin{align*}\n  a&=b.\n\\end{align*}"),
    ("\\[\n  a\n\\]\nand\n\\[\n  b\n\\]",                "\\[\n  a\n\\]\nand\n\\stay\\[\n  b\n\\]"),
    ("\\begin{align*}\na\n\\end{align*}\nSo it is.",     "\\begin{align*}\na\n\\end{align*}\nSo it is."),
]  # fmt: skip


@pytest.mark.parametrize(("last", "expected"), ENDS)
def test_the_last_paragraph_stays_with_the_end(last: str, expected: str) -> None:
    assert closed(["first", last, ""], "", "end") == ["first", expected, "\\nopagebreak\nend"]


TEX, READ = shutil.which("pdflatex"), shutil.which("pdftotext")


@pytest.mark.skipif(not (TEX and READ), reason="needs TeX")
@pytest.mark.parametrize("name", ["poisson", "least-squares", "mlp"])
@pytest.mark.parametrize("lines", [2, 5, 7, 9])
def test_references_never_stand_alone(name: str, lines: int, tmp_path: Path) -> None:
    text = (ROOT / "proofs" / name / "proof.tex").read_text("utf-8")
    moved = text.replace("\\maketitle", f"\\maketitle\\vspace*{{{lines}\\baselineskip}}")
    (tmp_path / "proof.tex").write_text(moved, "utf-8")
    subprocess.run([str(TEX), "-interaction=batchmode", "proof.tex"], cwd=tmp_path, check=False, capture_output=True)
    said = subprocess.run([str(READ), "proof.pdf", "-"], cwd=tmp_path, check=True, capture_output=True).stdout
    pages = said.decode("utf-8", "replace").split("\f")
    assert sum("References" in page for page in pages) == 1
    assert not any(page.lstrip().startswith(("References", "Found by", "SHA")) for page in pages)


# loss                    shapes                                  has points without a gradient
ROUGH = [
    ("norm(w)",               {"w": ("d",)},                          True),
    ("sum(abs(w))",           {"w": ("d",)},                          True),
    ("norm(X@w - y)",         {"w": ("d",), "X": ("n", "d"), "y": ("n",)}, True),
    ("sum(sqrt(1 + w**2))",   {"w": ("d",)},                          False),
    ("logsumexp(w)",          {"w": ("d",)},                          False),
    ("norm(w)**2",            {"w": ("d",)},                          False),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "shapes", "rough"), ROUGH, ids=[row[0] for row in ROUGH])
def test_a_gradient_is_one_where_there_is_one(loss: str, shapes: dict[str, tuple[str, ...]], rough: bool) -> None:
    latex = " ".join(unhurried(state(loss, wrt="w", shapes=shapes)).to_latex().split())
    told = re.search(r"[Tt]he gradient(, wherever the functions in it are differentiable,)? is", latex)
    assert told is None or bool(told[1]) == rough
    assert told is not None or not rough
