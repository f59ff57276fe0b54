"""Questions of their own: what is answered, what shows it, what is written, and how a command ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import symconvex as sc
from symconvex.asking.answered import QUESTIONS
from symconvex.cli import main, options
from symconvex.errors import LossError
from symconvex.replay import replay_all
from symconvex.verdict import Decided

DATA = {"A": ("m", "n"), "x": ("n",), "y": ("m",)}
ROWS = [
    # question       loss                          wrt     declared                                         answer
    ("strict",       "x**4",                       "x",    {},                                              "yes"),
    ("strict",       "abs(x)",                     "x",    {},                                              "no"),
    ("strict",       "log(x)",                     "x",    {},                                              "no"),
    ("strict",       "x**3",                       "x",    {},                                              "no"),
    ("strict",       "sum((A@x - y)**2)",          "x",    {"shapes": DATA},                                "exactly when rank(A) == n"),
    ("strong",       "x**2 + exp(x)",              "x",    {},                                              "yes"),
    ("strong",       "abs(x)",                     "x",    {},                                              "no"),
    ("strong",       "x**3",                       "x",    {},                                              "no"),
    ("strong",       "sum((A@x - y)**2)",          "x",    {"shapes": DATA},                                "exactly when lambda_min(A.T @ A) > 0"),
    ("strong",       "exp(x)",                     "x",    {},                                              "no"),
    ("strong",       "log(1 + exp(2*u - 3))",      "u",    {},                                              "no"),
    ("strong",       "(x - 3)**4",                 "x",    {},                                              "no"),
    ("strong",       "1/x",                        "x",    {"where": ["x > 0"]},                            "no"),
    ("strong",       "x**3",                       "x",    {"where": ["x > 0"]},                            "no"),
    ("strong",       "-log(t)",                    "t",    {"where": ["t > 0"]},                            "no"),
    ("strong",       "sqrt(1 + x**2)",             "x",    {},                                              "no"),
    ("strong",       "sum(exp(w))",                "w",    {"shapes": {"w": ("d",)}},                       "no"),
    ("strong",       "sum(p*log(p))",              "p",    {"shapes": {"p": ("k",)}, "where": ["p > 0"]},   "no"),
    ("strong",       "exp(x**2)",                  "x",    {},                                              "yes"),
    ("strong",       "cosh(x)",                    "x",    {},                                              "yes"),
    ("strong",       "-log(x)",                    "x",    {"where": ["0 < x < 1"]},                        "yes"),
    ("quasiconvex",  "x**2",                       "x",    {},                                              "yes"),
    ("log-concave",  "1/(1 + exp(-x))",            "x",    {},                                              "yes"),
    ("log-convex",   "1/(1 + exp(-x))",            "x",    {},                                              "no"),
    ("log-concave",  "exp(-(x - m)**2/2)",         "x",    {},                                              "yes"),
    ("log-concave",  "normcdf(x)",                 "x",    {},                                              "yes"),
    ("log-concave",  "x*y**2",                     "x,y",  {"where": ["x > 0", "y > 0"]},                   "yes"),
    ("log-concave",  "x**2*(1 - x)**3",            "x",    {"where": ["0 < x < 1"]},                        "yes"),
    ("log-convex",   "exp(x) + exp(2*x)",          "x",    {},                                              "yes"),
    ("log-convex",   "1/x",                        "x",    {"where": ["x > 0"]},                            "yes"),
    ("log-concave",  "1/(1 + x**2)",               "x",    {},                                              "no"),
    ("log-concave",  "x**2",                       "x",    {"where": ["x > 0 - 1"]},                        "unknown"),
    ("blocks",       "x*y",                        "x,y",  {},                                              "yes"),
    ("blocks",       "x*y**3",                     "x,y",  {},                                              "no"),
    ("blocks",       "x*y**3",                     "x,y",  {"where": ["x > 0", "y > 0"]},                   "yes"),
    ("blocks",       "x**2 + y**2",                "x,y",  {},                                              "yes"),
    ("blocks",       "sum((A@x - y)**2)",          "A,x",  {"shapes": DATA},                                "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "loss", "wrt", "declared", "answer"), ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS])
def test_a_question_has_its_answer(
    question: str, loss: str, wrt: str, declared: dict[str, object], answer: str
) -> None:
    found = sc.prove(loss, wrt=wrt, ask=question, **declared)
    assert (found.answer, found.question) == (answer, question), found
    assert all(isinstance(part.verdict, Decided) for part in found.parts) or answer == "unknown"


def test_a_product_of_two_is_convex_in_each_and_not_in_both() -> None:
    found = sc.prove("x*y", wrt="x, y", ask="blocks")
    assert [reply.text for reply in found.replies] == [
        "convex in each block: yes",
        "convex in x: yes",
        "convex in y: yes",
        "jointly convex: no",
    ]
    assert [(part.name, part.verdict.answer) for part in found.parts] == [
        ("in-x", "affine"),
        ("in-y", "affine"),
        ("joint", "neither"),
    ]
    with pytest.raises(TypeError):
        bool(found)


def test_a_block_that_is_convex_for_no_data_refutes_all_of_it() -> None:
    """The data only move the mean, so points beside them refute it for all of them."""
    found = sc.prove("log(s) + (x - m)**2/(2*s**2)", wrt="m, s", where=["s > 0"], ask="blocks")
    assert [reply.answer for reply in found.replies] == ["no", "yes", "no", "no"]
    assert found.parts[-1].verdict.answer == "neither"


def test_no_modulus_is_told_with_a_point_for_each() -> None:
    page = sc.prove("sum(p*log(p))", wrt="p", shapes={"p": ("k",)}, where=["p > 0"], ask="strong").to_latex()
    assert "Where every entry of $p$ is $\\frac{2}{\\mu}$" in page


def test_what_is_said_of_fixed_values_outside_the_domain_is_not_taken_for_it() -> None:
    """For y of either sign x**2*y is convex or not; on x + y > 0 nothing is known of its sign."""
    found = sc.prove("x**2*y", wrt="x, y", where=["x - y > 0", "y - 1 > 0", "2*y - 3 > 0"], ask="blocks")
    assert found.replies[1].word in ("unknown", "yes")


TAKEN = [
    # loss              question        answer                                   domain
    ("x",               "log-concave",  "yes, on x > 0, where it is > 0",        ("x > 0",)),
    ("-x",              "log-concave",  "yes, on -x > 0, where it is > 0",       ("-x > 0",)),
    ("exp(x) - 1",      "log-concave",  "yes, on x > 0, where it is > 0",        ("x > 0",)),
    ("x",               "log-convex",   "no, on x > 0, where it is > 0",         ("x > 0",)),
    ("exp(x)",          "log-concave",  "yes",                                   ()),
    ("exp(-x**2)",      "log-concave",  "yes",                                   ()),
    ("sqrt(x)",         "log-concave",  "yes",                                   ("x > 0",)),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "question", "answer", "domain"), TAKEN, ids=[f"{r[1]} {r[0]}" for r in TAKEN])
def test_without_a_domain_it_is_taken_where_the_function_is_positive_and_said(
    loss: str, question: str, answer: str, domain: tuple[str, ...], tmp_path: Path
) -> None:
    found = sc.prove(loss, wrt="x", ask=question)
    assert (found.answer, found.parts[0].verdict.domain) == (answer, domain)
    narrow = "on which the function is > 0" in " ".join(found.parts[0].verdict.problem.notes)
    assert narrow == ("where it is > 0" in answer)
    if narrow:
        code, said = run("--formula", loss, "--wrt", "x", "--ask", question, "--json", "--out", str(tmp_path))
        assert (code, json.loads(said)["answer_on"]) == (0, domain[0])
        assert found.to_latex().count("where it is") >= 2


TIED = [
    # loss                wrt        where                   blocks
    ("x*y",               "x,y",     ["x + y == 1"],         False),
    ("x*y + z**2",        "x,y,z",   ["x - y == 0"],         False),
    ("x*y",               "x,y",     ["x + y > 1"],          True),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "wrt", "where", "free"), TIED, ids=[row[2][0] for row in TIED])
def test_parameters_that_an_equation_ties_have_no_blocks(loss: str, wrt: str, where: list[str], free: bool) -> None:
    if free:
        assert sc.prove(loss, wrt=wrt, where=where, ask="blocks").answer == "yes"
    else:
        with pytest.raises(LossError, match="ties the parameters"):
            sc.prove(loss, wrt=wrt, where=where, ask="blocks")


def test_a_function_that_is_negative_somewhere_has_no_logarithm() -> None:
    with pytest.raises(LossError):
        sc.prove("x", wrt="x", where=["x > -1"], ask="log-concave")


def test_there_are_no_other_questions() -> None:
    with pytest.raises(LossError):
        sc.prove("x", wrt="x", ask="happy")
    assert options.QUESTIONS == QUESTIONS


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["prove", *words])
    return result.exit_code, result.stdout


def test_no_witness_of_another_property_stands_beside_yes(tmp_path: Path) -> None:
    code, said = run("--formula", "sqrt(abs(x))", "--wrt", "x", "--ask", "quasiconvex", "--out", str(tmp_path))
    assert (code, said.splitlines()[0]) == (0, "quasiconvex: yes")
    assert not any(line.startswith("  witness") for line in said.splitlines())
    (page,) = tmp_path.glob("*/proof.tex")
    assert page.read_text("utf-8").count("paragraph{Quasiconvexity.}") == 1


def test_the_folder_of_a_question_is_verified(tmp_path: Path) -> None:
    code, said = run("--formula", "x*y", "--wrt", "x,y", "--ask", "blocks", "--out", str(tmp_path))
    assert (code, said.splitlines()[0]) == (0, "convex in each block: yes")
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} >= {"in-x", "in-y", "joint", "proof.tex"}
    assert [entry.outcome for entry in replay_all((folder,))] == ["accepted"] * 3
    page = (folder / "proof.tex").read_text("utf-8")
    assert (
        "function $f$ is convex in each block. It is convex in $x$. It is convex in $y$. It is not jointly convex."
        in page
    )
    assert "symconvex verify in-x/certificate.json" in page


EXITS = [
    # words                                                      exit
    (("x**2", "--ask", "strict"),                                0),
    (("x**2", "--ask", "strict", "--expect", "yes"),             0),
    (("x**2", "--ask", "strict", "--expect", "no"),              1),
    (("x**2", "--ask", "strict", "--expect", "convex"),          2),
    (("x**2", "--expect", "yes"),                                2),
    (("x**2", "--ask", "log-concave", "--where", "x > 0 - 1"),   3),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), EXITS, ids=[" ".join(row[0]) for row in EXITS])
def test_a_command_ends_as_its_answer_says(words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert run("--formula", words[0], "--wrt", "x", *words[1:], "--out", str(tmp_path))[0] == code


def test_blocks_of_several_parameters(tmp_path: Path) -> None:
    words = ("--formula", "(a*x + b*y)**2", "--wrt", "a,b", "--wrt", "x,y", "--ask", "blocks", "--json")
    code, said = run(*words, "--out", str(tmp_path))
    found = json.loads(said)
    assert (code, found["answer"]) == (0, "yes")
    assert [part["part"] for part in found["parts"]] == ["in-a-b", "in-x-y", "joint"]
    assert found["replies"][-1] == {"property": "jointly convex", "answer": "no", "when": None}
    assert run("--formula", "a*x", "--wrt", "a,x", "--wrt", "x", "--ask", "blocks", "--out", str(tmp_path))[0] == 2


def test_a_survey_asks_too(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "loss": "x*y", "wrt": ["x", "y"], "ask": "blocks"},
        {"id": 2, "loss": "exp(-x**2)", "wrt": ["x"], "ask": "log-concave"},
        {"id": 3, "loss": "x**2", "wrt": ["x"]},
        {"id": 4, "loss": "x**2", "wrt": ["x"], "ask": "happy"},
    ]
    found = {entry["id"]: entry for entry in sc.survey(lines, certificates=tmp_path)}
    assert [found[k].get("answer") for k in (1, 2, 3, 4)] == ["yes", "yes", None, None]
    assert "error" in found[4]
    assert [entry.outcome for entry in replay_all((tmp_path,))] == ["accepted"] * 5
