"""Derivations from strangers: what would crash, run for ever, mislead, or steer a terminal."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.deadline import OutOfSpace, OutOfTime, resident, time_limit
from symconvex.handcheck.judging.judge import text_of
from symconvex.handcheck.judging.pace import MOST_BYTES
from symconvex.handcheck.meaning.claims import items_of
from symconvex.handcheck.reading import MOST_RELATIONS, cleaned, read
from symconvex.handcheck.showing.latex import escaped

DERIVATIONS = Path(__file__).parent.parent / "derivations"
FILES = sorted(DERIVATIONS.glob("*.tex")) + sorted((DERIVATIONS / "own").glob("*.tex"))


def check(folder: Path, text: str, *options: str) -> Result:
    """A file of this text, checked; only what ends a command on purpose may end it."""
    path = folder / "mine.tex"
    path.write_bytes(text.encode())
    result = CliRunner().invoke(main, ["check", str(path), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def comments(*lines: str) -> str:
    return "".join(f"% symconvex: {line}\n" if not at else f"%  {line}\n" for at, line in enumerate(lines))


SQUARE = ("--formula", "w**2", "--wrt", "w")

# what                              text, options, exit code, what is printed
ANSWERS = [
    ("let an empty macro",          r"\let\a{} $\a w=w$", ("-v",), 0, "w = w"),
    ("let a macro itself",          r"\let\a\a $\a=1$", ("--json",), 2, "is not known"),
    ("a numeral without end",       f"$x={'9' * 5900}$", ("-v", "--json"), 2, "a numeral of 5900 digits"),
    ("a root without end",          rf"$\sqrt[{'9' * 5900}]{{x}}=1$", ("--json",), 2, "only roots"),
    ("no such model",               "$a=a$", ("--model", "nosuch"), 2, "there is no model called 'nosuch'"),
    ("a product without end",       f"${'a' * 5900}=b$", ("--json",), 2, "the name a"),
    ("nearly a model",              "$a=a$", ("--model", "logstic"), 2, "--model logistic"),
    ("no such model in a comment",  comments("model nosuch"), (), 2, "there is no model called 'nosuch'"),
    ("no model but a path",         comments("model ../../etc"), (), 2, "there is no model called '../../etc'"),
    ("no model but a module",       comments("model _family"), (), 2, "there is no model called '_family'"),
    ("a model without a name",      comments("model"), (), 2, "no name"),
    ("an option without a value",   comments("model logistic zz"), (), 2, "the options of logistic"),
    ("sizes that are too large",    comments("J(w) = sum(w**2)", "w: d", "d >= 99"), (), 2, "d >= 99"),
    ("a size that is too large",    comments("J(w) = sum(w**2)", "w: 999"), (), 2, "w: 999"),
    ("a model with large sizes",    comments("model softmax", "K >= 40"), (), 2, "K >= 40"),
    ("a model of fixed size",       "$a=a$", ("--model", "softmax", "--option", "classes=40"), 2, "sizes up to 12"),
    ("too many relations",          "$a=b$ " * (MOST_RELATIONS + 1), (), 2, f"at most {MOST_RELATIONS} relations"),
    ("a parameter that is not there", "$a=a$", ("--formula", "w**2", "--wrt", "q"), 2, "does not depend on q"),
    ("an unknown set",              "$a=a$", (*SQUARE, "--assume", "w=bogus"), 2, "no set and no trait"),
    ("an unknown set in a comment", comments("w: d in bogus"), (), 2, "no set and no trait"),
    ("nearly a set in a comment",   comments("lam: positiv"), (), 2, "lam: positive"),
    ("a shape without a size",      "$a=a$", (*SQUARE, "--shape", "w"), 2, "NAME=VALUE"),
    ("a set without a name",        "$a=a$", (*SQUARE, "--assume", "positive"), 2, "NAME=VALUE"),
    ("an option without a model",   "$a=a$", ("--option", "zz"), 2, "--option belongs to --model"),
    ("an option that is no pair",   "$a=a$", ("--model", "logistic", "--option", "zz"), 2, "NAME=VALUE"),
    ("parameters without a loss",   "$a=a$", ("--wrt", "w"), 2, "--wrt belongs to --formula"),
    ("a model and a loss",          "$a=a$", (*SQUARE, "--model", "logistic"), 2, "got       both"),
    ("no letter but a formula",     "$a=a$", (*SQUARE, "--name", "J(w) = 3; J"), 2, "one letter or word"),
    ("a negative size",             "$a=a$", (*SQUARE, "--shape", "w=-1"), 2, "a whole number from 1"),
    ("a size of zero",              "$a=a$", (*SQUARE, "--shape", "w=0"), 2, "a whole number from 1"),
    ("a negative size in a comment", comments("w: -1"), (), 2, "whole numbers from 1"),
    ("three sizes",                 "$a=a$", (*SQUARE, "--shape", "w=1,2,3"), 2, "at most two sizes"),
    ("a budget below zero",         "$a=a$", ("--budget", "-1"), 2, "a finite number above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "options", "code", "said"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_a_clear_answer(case: str, text: str, options: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    result = check(tmp_path, text, *options)
    assert result.exit_code == code, (case, result.output)
    assert said in result.output


LOGISTIC = ("--model", "logistic")
OWN = ("--formula", "sum((X@w)**2)", "--wrt", "w", "--shape", "X=n,d", "--shape", "w=d")

# what                      comment, options, both sides of the contradiction
CONTRADICTIONS = [
    ("a loss and a model",      "J(w) = -sum(cos(w/10))", LOGISTIC, ("softplus", "cos")),
    ("a loss in LaTeX",         r"$J(w) = -\sum_i\cos(w_i/10)$", LOGISTIC, ("softplus", "cos")),
    ("two models",              "model ridge", LOGISTIC, ("softplus", "lam")),
    ("a set of the model",      "y: n in binary", LOGISTIC, ("y: n in sign", "y: n in binary")),
    ("a shape of the model",    "X: d, n", LOGISTIC, ("X: n, d", "X: d, n")),
    ("a name of the model",     "y = 2*z", LOGISTIC, ("y: n in sign", "y = 2*z")),
    ("two losses",              "J(w) = w**4", SQUARE, ("w**2", "w**4")),
    ("a letter of the loss",    "f(w) = w**2", SQUARE, ("J(w)", "f(w)")),
    ("parameters of the loss",  "J(w, b) = w**2", SQUARE, ("J(w)", "J(w, b)")),
    ("a shape",                 "X: d, n", OWN, ("X: n, d", "X: d, n")),
    ("a set",                   "w: positive", (*SQUARE, "--assume", "w=sign"), ("in sign", "in positive")),
    ("a model after a loss",    "model logistic", SQUARE, ("w**2", "softplus")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "comment", "options", "named"), CONTRADICTIONS, ids=[row[0] for row in CONTRADICTIONS]
)
def test_the_command_line_is_not_contradicted(
    case: str, comment: str, options: tuple[str, ...], named: tuple[str, str], tmp_path: Path
) -> None:
    result = check(tmp_path, comments(comment) + "$J$ is convex in $w$.", *options)
    assert result.exit_code == 2, (case, result.output)
    assert all(side in result.output for side in named)


# what                  comment, options
AGREEMENTS = [
    ("the same loss",   "J(w) = w ** 2", SQUARE),
    ("the same model",  "model logistic", LOGISTIC),
    ("the same shape",  "X: n, d", LOGISTIC),
    ("a trait more",    "X: full-rank", LOGISTIC),
    ("a larger size",   "n >= 3", LOGISTIC),
    ("a set more",      "w: positive", SQUARE),
]  # fmt: skip


@pytest.mark.parametrize(("case", "comment", "options"), AGREEMENTS, ids=[row[0] for row in AGREEMENTS])
def test_a_comment_may_say_the_same_or_more(case: str, comment: str, options: tuple[str, ...], tmp_path: Path) -> None:
    result = check(tmp_path, comments(comment) + "$1=1$", *options)
    assert result.exit_code == 0, (case, result.output)


NESTED = "$" + r"\frac{d}{dw}" * 50 + r"\exp(w^2)=1$" + "\n\n"

# what                         text, budget, verdict and hint of the first relation, verdict of the last
SLOW = [
    ("a sum of a billion",     "$\\sum_{i=1}^{1000000000} i=1$\n\n$1=1$", "60", "not-understood", "terms", "proven"),
    ("a product of a million", "$\\prod_{i=1}^{1000000} w=1$\n\n$1=1$", "60", "not-understood", "terms", "proven"),
    ("fifty derivatives",      NESTED + "$1=1$", "60", "undecided", "took too long", "proven"),
    ("many of fifty",          NESTED * 9 + "$1=1$", "2", "undecided", "not reached in 2 seconds", "undecided"),
    ("no time to read",        "$1=1$ " * 999, "0.001", "undecided", "not reached in 0.001 seconds", "undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "budget", "verdict", "hint", "last"), SLOW, ids=[row[0] for row in SLOW])
def test_the_report_is_printed_in_time(
    case: str, text: str, budget: str, verdict: str, hint: str, last: str, tmp_path: Path
) -> None:
    found = json.loads(check(tmp_path, text, "--json", "--budget", budget).output)["relations"]
    assert (found[0]["verdict"], found[-1]["verdict"]) == (verdict, last), case
    assert hint in found[0]["hint"]


def test_a_relation_that_needs_too_long_keeps_its_place(tmp_path: Path) -> None:
    text = comments("w: real") + NESTED + "$1=1$"
    found = json.loads(check(tmp_path, text, "--json", "--budget", "2").output)["relations"]
    assert [(one["verdict"], one["hint"]) for one in found] == [("undecided", "not reached in 2 seconds")] * 2


def forever() -> None:
    while True:
        pass


def swallow(most: int) -> None:
    """Work that takes every alarm for its own."""
    for _ in range(most):
        try:
            with time_limit(600):
                forever()
        except OutOfTime:
            sum(range(1_000_000))


def test_an_inner_limit_never_outlives_the_outer_one() -> None:
    with pytest.raises(OutOfTime), time_limit(0.05):
        swallow(1000)


@pytest.mark.skipif(not resident(), reason="the system does not tell how much memory is held")
def test_memory_is_limited() -> None:
    assert resident() < MOST_BYTES
    with pytest.raises(OutOfSpace), time_limit(600, 1):
        forever()


# what              kind of file
SPECIAL = [
    ("a device",    "/dev/zero"),
    ("a pipe",      "fifo"),
]  # fmt: skip


@pytest.mark.parametrize("role", ["FILE", "--declare"])
@pytest.mark.parametrize(("case", "name"), SPECIAL, ids=[row[0] for row in SPECIAL])
def test_only_regular_files_are_read(case: str, name: str, role: str, tmp_path: Path) -> None:
    path = Path(name) if name.startswith("/") else tmp_path / name
    if name == "fifo":
        os.mkfifo(path)
    if not path.exists():
        pytest.skip(f"there is no {name} here")
    good = tmp_path / "good.tex"
    good.write_text("$1=1$", encoding="utf-8")
    arguments = [str(path)] if role == "FILE" else [str(good), "--declare", str(path)]
    result = CliRunner().invoke(main, ["check", *arguments])
    assert result.exit_code == 2, case
    assert "no file but a pipe or a device" in result.output


def test_a_long_file_is_refused_unread(tmp_path: Path) -> None:
    assert "at most 200000 bytes" in check(tmp_path, "x" * 200_001).output


# what                    text, form
CONTROLS = [
    ("in a text",         "$\\text{const\x1b[2J}=w$"),
    ("a title",           "$J(w)=w^2\x1b]0;X\x07$"),
    ("in words",          "\x1b[31m$J$ is convex\x9b2J."),
    ("in a macro",        "\\def\\\x1bx{}$a=b$"),
    ("in a declaration",  "% symconvex: \x1bfoo(\n$a=b$"),
    ("a model",           "% symconvex: model \x1b[2J\n$a=b$"),
    ("line ends",         "$a=b$\x0b$c=d$\x0c$e=f$\x85$g=h$\u2028$i=j$"),
    ("turned around",     "$a=\u202eb$"),
    ("from Windows",      "$a=b$\r\n$a=c$\r$x=\rx$"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json", "latex"])
@pytest.mark.parametrize(("case", "text"), CONTROLS, ids=[row[0] for row in CONTROLS])
def test_no_control_character_gets_through(case: str, text: str, form: str, tmp_path: Path) -> None:
    output = check(tmp_path, text, "--format", form, "-v").output
    assert [sign for sign in output if not sign.isprintable() and sign != "\n"] == [], case
    assert output


def test_what_a_reader_needs_is_kept() -> None:
    assert cleaned("\ufeffa\u00a0b\tc\r\nd\u200be\x1b") == "a\u00a0b\tc\nde\ufffd"


# what                     text, relations
CONTENT = [
    ("empheq",             r"\begin{empheq}{align} a &= b \\ c &= d \end{empheq}", ["a = b", "c = d"]),
    ("empheq, an option",  r"\begin{empheq}[left=\empheqlbrace]{align*} a &= b \end{empheq}", ["a = b"]),
    ("darray",             r"\[\begin{darray}{rcl} a &=& b\\ &=& c \end{darray}\]", ["a = b", "b = c"]),
    ("darray alone",       r"\begin{darray}{rcl} a &=& b \end{darray}", ["a = b"]),
    ("multlined",          r"\begin{multlined} a = b \\ + c \end{multlined}", ["a = b + c"]),
    ("ensuremath",         r"Here \ensuremath{a = b} holds.", ["a = b"]),
    ("a footnote",         r"Since $u=v$\footnote{As $a=b$. So $c=d$.} we have $e=f$.", ["u = v", "e = f", "a = b", "c = d"]),
    ("a footnote inside",  r"\[ a = b\footnote{$c=d$} \]", ["a = b", "c = d"]),
    ("iffalse",            r"\iffalse $a=b$ \fi $c=d$", ["c = d"]),
    ("iffalse, else",      r"\iffalse $a=b$ \ifx\a\b $z=1$ \else $z=2$ \fi \else $u=1$ \fi $q=2$", ["u = 1", "q = 2"]),
    ("iftrue, else",       r"\iftrue $a=b$ \else $c=d$ \fi $p=q$", ["a = b", "p = q"]),
    ("a switch",           r"\newif\ifx \ifx $a=b$\else $c=d$\fi \xtrue \ifx $e=f$\fi", ["c = d", "e = f"]),
    ("iff is no if",       r"\iffalse $a \iff b$ \fi $c=d$", ["c = d"]),
    ("eqalign and cr",     r"$$\eqalign{ a &= b \cr c &= d \cr }$$", ["a = b", "c = d"]),
    ("cr in an array",     r"\[\begin{array}{rcl} a &=& b\cr &=& c\cr\end{array}\]", ["a = b", "b = c"]),
    ("an unknown display", r"\begin{myalign} a &= b \text{ if $x$} \\ c &= d \end{myalign}", ["a = b", "c = d"]),
    ("an unknown box",     r"\begin{mybox}[title=A] Here $a=b$. \end{mybox}", ["a = b"]),
    ("a comment",          r"\begin{comment} $a=b$ \end{comment} $c=d$", ["c = d"]),
    ("verbatim",           r"\begin{verbatim} $a=b$ \end{verbatim} \verb|$a=b$| $c=d$", ["c = d"]),
    ("after the document", r"\begin{document}$c=d$\end{document}$e=f$", ["c = d"]),
    ("physics",            r"$\norm{x}+\abs*{y}=\qty(a+b)$", ["‖x‖ + |y| = a + b"]),
    ("physics derivatives", r"$\dv{f}{x}+\dv[2]{f}{x}=\pdv{f}{x}{y}$", ["df/dx + d²f/(dx dx) = ∂²f/(∂x ∂y)"]),
    ("physics gradient",   r"$\grad f = \dv{x}(f)$", ["∇ f = df/dx"]),
    ("its own norm",       r"\newcommand{\norm}[1]{q #1}$\norm{x}=1$", ["q x = 1"]),
    ("its own delimiter",  r"\DeclarePairedDelimiter{\n}{\lVert}{\rVert}$\n[\big]{x}=\n{y}$", ["‖x‖ = ‖y‖"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "relations"), CONTENT, ids=[row[0] for row in CONTENT])
def test_what_is_read(case: str, text: str, relations: list[str]) -> None:
    assert [text_of(item) for item in items_of(read(text))] == relations, case


# what                    text, as LaTeX
WORDS = [
    ("products",          "A ⊗ B ⊙ c", r"A \ensuremath{\otimes} B \ensuremath{\odot} c"),
    ("a transpose",       "X^⊤ y", r"X\ensuremath{^\top} y"),
    ("Greek",             "σ(λ Ω)", r"\ensuremath{\sigma}(\ensuremath{\lambda} \ensuremath{\Omega})"),
    ("an accent",         "w\u0302", r"\ensuremath{\hat{w}}"),
    ("a power",           "d²f", r"d\ensuremath{^{2}}f"),
    ("signs of TeX",      "a_b & 50% {x}", r"a\_b \& 50\% \{x\}"),
    ("no sign of TeX",    "a\ufffd\u4e2d", "a??"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "tex"), WORDS, ids=[row[0] for row in WORDS])
def test_hints_keep_their_signs(case: str, text: str, tex: str) -> None:
    assert escaped(text) == tex, case


ARTICLE = "\\documentclass{article}\n\\usepackage{amsmath,amssymb,amsthm,xcolor}\n\\begin{document}\n"


# Those with known truth are many; they are typeset in a sweep.
TYPESET = [
    pytest.param(path, id=path.stem, marks=pytest.mark.sweep if path.parent == DERIVATIONS else ()) for path in FILES
]


def compiles(folder: Path, text: str) -> bool:
    (folder / "it.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "it.tex"]
    return (
        subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
@pytest.mark.parametrize("path", TYPESET)
def test_a_marked_derivation_compiles(path: Path, tmp_path: Path) -> None:
    declared = path.with_suffix(".decl")
    options = ["--declare", str(declared)] if declared.exists() else []
    marked = CliRunner().invoke(main, ["check", str(path), *options, "--format", "latex"]).output
    assert marked.count(r"\ensuremath{\textcolor") > 0
    if not compiles(tmp_path, marked):
        text = path.read_text(encoding="utf-8")
        assert not compiles(tmp_path, text if r"\documentclass" in text else f"{ARTICLE}{text}\\end{{document}}\n")
