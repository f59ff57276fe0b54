"""Proofs without TeX: formulas as text, documents read back whole, and nothing of a proof lost on the way."""

import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.api import prove
from symconvex.cli import main
from symconvex.errors import NotYet
from symconvex.pages import find, names, rendered
from symconvex.pages._mathml import display, formula
from symconvex.pages._plain import plain
from symconvex.pages._reading import PageReader, read_document
from symconvex.pages._svg import ticks

PROOFS = sorted((Path(__file__).parent.parent.parent / "proofs").rglob("proof.tex"))
IDS = [str(path.parent.name) for path in PROOFS]

FORMULAS = [
    # TeX                                                        text
    (r"n,d\ge 1",                                                "n, d ≥ 1"),
    (r"X\in\R^{n\times d}",                                      "X ∈ ℝⁿˣᵈ"),
    (r"y\in\{-1,1\}^{n}",                                        "y ∈ {−1, 1}ⁿ"),
    (r"x_1\T,\dots,x_{n}\T",                                     "x₁ᵀ, …, xₙᵀ"),
    (r"f(w)=\sum_{i=1}^{n}\log(1 + e^{-m_{i}})",                 "f(w) = ∑ᵢ₌₁ⁿ log(1 + e^(−mᵢ))"),
    (r"\frac{1}{2}\lVert w\rVert^2",                             "½ ‖w‖²"),
    (r"n\lVert w\rVert_F^2",                                     "n ‖w‖_F²"),
    (r"\frac{n}{\mu}x",                                          "(n/μ) x"),
    (r"x=\frac{n}{\mu}",                                         "x = n/μ"),
    (r"\frac{a+b}{c d}",                                         "(a + b)/(c d)"),
    (r"\frac{a}{2(1+b)}",                                        "a/(2(1 + b))"),
    (r"\frac{1}{1+\frac{a}{b}}",                                 "1/(1 + a/b)"),
    (r"\frac{a}{\frac{b}{c}}",                                   "a/(b/c)"),
    (r"\frac{d}{dz}g(z)",                                        "(d/dz) g(z)"),
    (r"f''(x)=-2\,x",                                            "f″(x) = −2 x"),
    (r"a-(-b)",                                                  "a − (−b)"),
    (r"\pm\hat o_{i}",                                           "±ôᵢ"),
    (r"\lambda_{\max}(X\T X)",                                   "λₘₐₓ(Xᵀ X)"),
    (r"p_{i} (1 - p_{i})",                                       "pᵢ (1 − pᵢ)"),
    (r"\underbrace{p_{i}}_{>0}\,\bigl(x_{i}\T v\bigr)^2\;\ge\;0", "pᵢ (xᵢᵀ v)² ≥ 0, where pᵢ > 0"),
    (r"W=\bigl(\begin{smallmatrix}-1&0\\2&3\end{smallmatrix}\bigr)", "W = (−1  0; 2  3)"),
    (r"v=(1,\allowbreak 2)\T",                                   "v = (1, 2)ᵀ"),
    (r"\max\{f(A),f(B)\}",                                       "max{f(A), f(B)}"),
    (r"\rank X=d",                                               "rank X = d"),
    (r"\mathrm{relu}(z)=z\,\mathbf 1[z>0]",                      "relu(z) = z 𝟏[z > 0]"),
    (r"o\in\R^{n}\text{, where $z=1$ and so on}.",               "o ∈ ℝⁿ, where z = 1  and so on."),
    (r"h^{\odot 2}",                                             "h^(⊙2)"),
    (r"\sqrt{2\pi}",                                             "√(2 π)"),
    (r"e^{x^2}",                                                 "e^(x²)"),
    (r"(a+b)^{c}d",                                              "(a + b)ᶜ d"),
    (r"1-\tanh^{2}(r_i)",                                        "1 − tanh²(rᵢ)"),
    (r"\tanh'=1-\tanh^2",                                        "tanh′ = 1 − tanh²"),
    (r"\log''(z)",                                               "log″(z)"),
    (r"\log_{2} x",                                              "log₂ x"),
    (r"\det^2(H)",                                               "det²(H)"),
    (r"\operatorname{relu}^{3}(z)",                              "relu³(z)"),
]  # fmt: skip


@pytest.mark.parametrize(("tex", "text"), FORMULAS, ids=[row[0] for row in FORMULAS])
def test_a_formula_as_text(tex: str, text: str) -> None:
    assert plain(formula(tex)) == text


def signs(text: str) -> Counter[str]:
    """Letters, digits and primes, those above and below the line too."""
    return Counter(
        sign
        for sign in unicodedata.normalize("NFKD", text)
        if unicodedata.category(sign) in ("Ll", "Lu", "Nd") or sign in "′∑√‖"
    )


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_no_sign_of_a_formula_is_lost_in_the_text(path: Path) -> None:
    inline = re.findall(r"\$([^$]+)\$", re.sub(DISPLAYED, " ", body_of(path.read_text(encoding="utf-8"))))
    assert inline
    for tex in inline:
        read = formula(tex)
        leaves = "".join(node.text or "" for node in read.iter() if node.tag in ("mi", "mn", "mo"))
        assert not signs(leaves) - signs(plain(read)), tex
        assert all(len(node) == 2 for node in read.iter() if node.tag in ("msub", "msup", "mfrac")), tex


def test_rows_stand_below_their_signs_and_keep_their_numbers() -> None:
    (shown,) = PageReader().blocks("\\begin{align}\n f&=a,\\label{eq:a}\\\\\n fgh&=b.\n\\end{align}")
    assert plain(display(shown)) == "    f = a,\t(1)\nf g h = b.\t(2)"  # type: ignore[arg-type]


STRANGE = [
    # kind                      what exposition/ does not write
    ("a command",               r"\section{Hello}"),
    ("a command in a sentence", r"We use \textcolor{red}{this}."),
    ("an environment",          r"\begin{tabular}{c}1\end{tabular}"),
    ("an open environment",     r"\begin{proof} never ends"),
    ("an open brace",           r"\emph{never ends"),
    ("a closed brace",          r"too much}"),
    ("an open formula",         r"let $x"),
    ("a sign",                  r"a\-b"),
]  # fmt: skip


@pytest.mark.parametrize("body", [row[1] for row in STRANGE], ids=[row[0] for row in STRANGE])
def test_what_is_not_understood_is_never_left_out(body: str) -> None:
    with pytest.raises(NotYet, match="without TeX"):
        rendered("text", document(body))


def document(body: str) -> str:
    return f"\\title{{T}}\n\\author{{}}\\date{{}}\n\\begin{{document}}\n\\maketitle\n{body}\n\\end{{document}}\n"


# ---- every proof that is stored ---------------------------------------------------------------------


def body_of(latex: str) -> str:
    """What a reader of the LaTeX sees, without its pictures."""
    text = latex.partition("\\maketitle")[2].partition("\\end{document}")[0]
    return re.sub(r"(?s)\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", "", text)


DISPLAYED = r"(?s)\\\[.*?\\\]|\\begin\{(equation|align\*?)\}.*?\\end\{\1\}"


def words_of(latex: str) -> list[str]:
    """The words of the running text, without formulas and commands."""
    text = re.sub(DISPLAYED, " ", body_of(latex))
    text = re.sub(
        r"\$[^$]*\$|\\(begin|end|label|ref|eqref|cite|bibitem)\{[^}]*\}(\[[^\]]*\])?|\\[A-Za-z]+\*?", " ", text
    )
    return re.findall(r"[A-Za-z]{2,}", text)


def is_within(few: list[str], many: list[str]) -> bool:
    """In this order, with others between."""
    rest = iter(many)
    return all(word in rest for word in few)


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_no_word_of_a_proof_is_lost_and_no_tex_is_left(path: Path) -> None:
    latex = path.read_text("utf-8")
    words = words_of(latex)
    assert len(words) > 30
    for form in ("text", "html"):
        page = rendered(form, latex)
        inside = r"(?s)<style>.*?</style>|<math.*?</math>|<svg.*?</svg>|<[^>]*>"
        shown = re.sub(inside, " ", page) if form == "html" else page
        assert is_within(words, re.findall(r"[A-Za-z]{2,}", shown)), form
        assert not re.search(r"[\\$]|\{\w+\}", shown), form
    assert is_within(words, re.findall(r"[A-Za-z]{2,}", rendered("markdown", latex)))


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_no_formula_and_no_picture_of_a_proof_is_lost(path: Path) -> None:
    latex = path.read_text("utf-8")
    body = body_of(latex)
    displays = len(re.findall(DISPLAYED, body))
    inline = len(re.findall(r"\$[^$]*\$", re.sub(DISPLAYED, "", body)))
    page = rendered("html", latex).partition("<h1>")[2].partition("</h1>")[2]
    assert (page.count('<math display="block"'), page.count('<math display="inline"')) == (displays, inline)
    assert page.count("<svg") == latex.count("\\begin{tikzpicture}")
    markdown = rendered("markdown", latex).partition("\n")[2]
    figures = latex.count("\\begin{tikzpicture}")
    assert (markdown.count("```math"), markdown.count("$`") - 2 * figures) == (displays, inline)


class Balance(HTMLParser):
    """Are all elements closed in order, and is nothing fetched from elsewhere?"""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [str(given[name]) for name in ("src", "srcset", "data") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        self.asked += [str(given["href"])] if "href" in given else []
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_a_page_is_whole_and_needs_nothing_beside_it(path: Path) -> None:
    page = rendered("html", path.read_text("utf-8"))
    assert page.isascii()
    parser = Balance()
    parser.feed(page)
    assert (parser.open, parser.fetched) == ([], [])
    assert {name.removeprefix("#") for name in parser.asked} <= set(parser.ids)
    assert len(parser.ids) == len(set(parser.ids))
    assert set(re.findall(r"https?://[^\"<\s]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }
    assert "<script" not in page


@pytest.mark.parametrize("path", PROOFS, ids=IDS)
def test_numbers_are_those_of_latex(path: Path) -> None:
    """Theorems of all kinds are counted together, every equation and every row of align alone, and so are figures."""
    latex = path.read_text("utf-8")
    equations = theorems = figures = 0
    expected = {}
    for found in re.finditer(
        r"\\begin\{(theorem|corollary|lemma|proposition|equation|align|figure)\}|\\\\\n|\\end\{align\}"
        r"|\\label\{([^}]*)\}",
        latex,
    ):
        if found[1] in ("theorem", "corollary", "lemma", "proposition"):
            theorems, kind = theorems + 1, "theorem"
        elif found[1] in ("equation", "align"):
            equations, kind = equations + 1, found[1]
        elif found[0].startswith("\\\\"):
            equations += kind == "align"
        elif found[0] == "\\end{align}":
            kind = ""
        elif found[1] == "figure":
            figures += 1
        elif found[2]:
            counted = {"thm": theorems, "lem": theorems, "pro": theorems, "fig": figures}
            expected[found[2]] = str(counted.get(found[2][:3], equations))
    works = re.findall(r"\\bibitem\{([^}]*)\}", latex)
    expected |= {work: str(number) for number, work in enumerate(works, 1)}
    assert dict(read_document(latex).numbers) == expected


def test_a_line_of_text_fits_the_screen() -> None:
    long = [
        line
        for path in PROOFS
        for line in rendered("text", path.read_text("utf-8")).splitlines()
        if len(line) > 96 and " " in line.strip()
    ]
    assert long == []


TICKS = [
    # low    high    ticks
    (0.0,    1.0,    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    (-3.2,   7.1,    [-2.0, 0.0, 2.0, 4.0, 6.0]),
    (0.75,   1.0,    [0.75, 0.8, 0.85, 0.9, 0.95, 1.0]),
    (0.0,    9000.0, [0.0, 2000.0, 4000.0, 6000.0, 8000.0]),
]  # fmt: skip


@pytest.mark.parametrize(("low", "high", "expected"), TICKS)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


# ---- the command ------------------------------------------------------------------------------------


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


ASKED = [
    # what is asked                                                  word of the page
    (("x*y", "--wrt", "x,y"),                                        "Not convex. Let M = ½ A + ½ B"),
    (("x**2", "--wrt", "x"),                                         "and f is strictly convex"),
    (("x*y", "--wrt", "x,y", "--ask", "blocks"),                     "1. In x, with y fixed"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "said"), ASKED)
def test_the_proof_is_printed_and_written(question: tuple[str, ...], said: str, tmp_path: Path) -> None:
    pages = [word for form in ("html", "markdown", "text") for word in ("--format", form)]
    result = run("prove", "--formula", *question, "--out", str(tmp_path), "--show", *pages)
    assert result.exit_code == 0
    shown = result.stdout.replace("\n", " ")
    assert said in shown
    (latex,) = tmp_path.rglob("proof.tex")
    for form in ("html", "markdown", "text"):
        path = latex.parent / find(form).file
        assert path.read_text("utf-8") == rendered(form, latex.read_text("utf-8"))
        assert str(path) in result.stdout
    assert result.stdout.endswith(rendered("text", latex.read_text("utf-8")))


def test_a_page_does_not_outlive_its_certificate(tmp_path: Path) -> None:
    where = ("prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path))
    assert run(*where, "--format", "html", "--format", "text").exit_code == 0
    assert len([*tmp_path.rglob("proof.html"), *tmp_path.rglob("proof.txt")]) == 2
    assert run(*where).exit_code == 0
    assert [*tmp_path.rglob("proof.html"), *tmp_path.rglob("proof.txt")] == []


def test_without_show_nothing_is_printed_of_the_proof(tmp_path: Path) -> None:
    assert "Theorem" not in run("prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path)).stdout


def test_one_object_and_a_page_do_not_mix(tmp_path: Path) -> None:
    result = run("prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path), "--show", "--json")
    assert result.exit_code == 2
    assert [*tmp_path.iterdir()] == []


def test_every_kind_of_page_has_a_file_of_its_own() -> None:
    assert names() == ("html", "markdown", "text")
    assert len({find(name).file for name in names()}) == 3


def test_a_theorem_is_on_the_page_with_its_hypothesis() -> None:
    """Strictness, constants and conditions are what the kernel accepted."""
    page = rendered("text", prove("mlp", widths=(2, 2, 1)).to_latex()).replace("\n", " ")
    told = page[page.index("Theorem 1.") : page.index("Proof")]
    assert "If X ≠ 0, the function f is neither convex nor concave" in told
    assert "So f is convex if and only if X = 0." in told
