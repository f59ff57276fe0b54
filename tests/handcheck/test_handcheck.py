"""Hand derivations checked line by line: the derivations with known truth, and some of our own."""

import json
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.derivations import FALSE, TRUE, Fields, matched

from symconvex.cli import main

FOLDER = Path(__file__).parent.parent / "derivations"
INDEX = [json.loads(line) for line in (FOLDER / "index.jsonl").read_text(encoding="utf-8").splitlines()]
SECONDS = "200"  # a slow machine says the same


def run(*args: str) -> tuple[int, Fields]:
    """The exit code and the object of `symconvex check --json`."""
    result = CliRunner().invoke(main, ["check", *args, "--json"])
    return result.exit_code, json.loads(result.output)


@cache
def checked(file: str) -> Fields:
    """A derivation with the declarations next to it, judged within SECONDS."""
    path = FOLDER / file
    return run(str(path), "--declare", str(path.with_suffix(".decl")), "--budget", SECONDS)[1]


def verdicts(entry: Fields) -> list[tuple[Fields, str]]:
    """Every claim with the verdict on it."""
    fields = checked(str(entry["file"]))
    relations = matched(entry["claims"], fields["relations"])
    return [(claim, r["verdict"] if r else "missing") for claim, r in zip(entry["claims"], relations, strict=True)]


def is_right(claim: Fields, verdict: str) -> bool:
    return verdict in (TRUE if claim["correct"] else FALSE)


def outcome_is_right(entry: Fields) -> bool:
    """No mistake where there is none; else the first one exactly where it is."""
    first = checked(str(entry["file"]))["first_error"]
    if entry["first_error"] is None:
        return first is None
    return first is not None and first["tex_line"] == entry["claims"][entry["first_error"]]["tex_line"]


IDS = [entry["file"].removesuffix(".tex") for entry in INDEX]


@pytest.mark.parametrize("entry", INDEX, ids=IDS)
def test_a_derivation_with_known_truth(entry: Fields) -> None:
    assert outcome_is_right(entry)
    for claim, verdict in verdicts(entry):
        assert not (verdict == "proven" and not claim["correct"]), claim["line"]
        assert not (verdict in FALSE and claim["correct"]), claim["line"]
    assert not [r for r in checked(str(entry["file"]))["relations"] if "seconds" in str(r["hint"])]


def test_nearly_all_claims_are_decided_rightly() -> None:
    decided = [is_right(claim, verdict) for entry in INDEX for claim, verdict in verdicts(entry)]
    assert len(decided) == 232
    assert sum(decided) >= 231


def test_the_slip_is_named() -> None:
    wrong = [entry for entry in INDEX if entry["error_kind"]]
    named = [checked(str(e["file"]))["first_error"]["kind"] == e["error_kind"] for e in wrong if outcome_is_right(e)]
    assert len(wrong) == 30
    assert sum(named) >= 30


def test_most_true_claims_are_proven_not_only_tried() -> None:
    all_verdicts = [verdict for entry in INDEX for _, verdict in verdicts(entry)]
    assert all_verdicts.count("proven") >= 184


# file                        first wrong line, slip
OWN = [
    ("bce-matrix-mean", None, None),
    ("bce-missing-1n", 7, "factor"),
    ("bce-lost-x", 7, "wrong"),
    ("bce-bias", None, None),
    ("bce-lambda-not-over-m", 7, "factor"),
    ("sigmoid-derivative", None, None),
    ("sigmoid-derivative-wrong", 3, "product-rule"),
    ("logsumexp", None, None),
    ("softmax-temperature", 7, "factor"),
    ("softmax-weights", None, None),
    ("ls-differential", None, None),
    ("ls-index-wrong", 7, "wrong-index"),
    ("ls-sign", 7, "sign"),
    ("ls-pd-overclaim", 5, "wrong-definiteness-claim"),
    ("normal-equations", None, None),
    ("ridge-transposed", 8, "transposed"),
    ("linear-net-scalar", None, None),
    ("linear-net-hessian", 11, "non-sequitur"),
    ("mlp-unit", 7, "product-rule"),
    ("mlp-layer", None, None),
    ("mf-trace", 9, "transposed"),
    ("rbf", None, None),
    ("rbf-sign", 4, "sign"),
    ("poisson-loglik", None, None),
    ("margin-hessian", None, None),
    ("quadratic-form", 5, "transposed"),
    ("huberlike", None, None),
    ("entropy-neg", 4, "wrong-definiteness-claim"),
    ("model-logistic", None, None),
    ("weighted-cross", None, None),
    ("h-theta", None, None),
    ("h-theta-own", None, None),
    ("columns", None, None),
    ("softmax-cases", None, None),
    ("gauss-newton-g", None, None),
    ("gauss-newton-slip", 7, "gauss-newton-for-hessian"),
    ("backprop-lost-transpose", 10, "transposed"),
    ("expand-square", 7, "wrong-definiteness-claim"),
    ("chain-lost", 4, "missing-chain-rule"),
    ("directional", None, None),
    ("det-argument", None, None),
    ("squared-hinge-free", None, None),
    ("sum-no-limits", None, None),
    ("vTHv", None, None),
    ("newton-wrong", 8, "sign"),
    ("missing-reg", 8, "missing-term"),
    ("wrong-order-kron", 6, "transposed"),
    ("eigen", 5, "wrong-definiteness-claim"),
    ("concave-log", None, None),
]


@pytest.mark.parametrize(("name", "line", "kind"), OWN, ids=[row[0] for row in OWN])
def test_a_derivation_that_declares_itself(name: str, line: int | None, kind: str | None) -> None:
    code, fields = run(str(FOLDER / "own" / f"{name}.tex"))
    first = fields["first_error"]
    assert (first and first["tex_line"], first and first["kind"]) == (line, kind)
    assert code == (1 if line else 0 if fields["outcome"] == "proven" else 3)


# what                 text                                                exit code, outcome
EDGES = [
    ("nothing to read", "", 2, "unreadable"),
    ("only words", "Nothing is claimed here.", 2, "unreadable"),
    ("all proven", r"\[ \sigma(-z) = 1 - \sigma(z) \]", 0, "proven"),
    ("a sign", r"\[ \sigma(z) > 0 \]", 0, "proven"),
    ("only tried", r"\[ |\tanh(z)| \le |z| \]", 3, "undecided"),
    ("false", r"\[ \sigma(-z) = -\sigma(z) \]", 1, "false"),
]


@pytest.mark.parametrize(("case", "text", "code", "outcome"), EDGES, ids=[row[0] for row in EDGES])
def test_exit_codes(case: str, text: str, code: int, outcome: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text(text, encoding="utf-8")
    found, fields = run(str(path))
    assert (found, fields["outcome"]) == (code, outcome), case


# model, line of its own derivation -> the same with one slip
MUTATIONS = [
    ("sign", r"X^\top(Xw-y)", r"X^\top(y-Xw)"),
    ("factor", r"X^\top(Xw-y)", r"2X^\top(Xw-y)"),
    ("transposed", r"X^\top(Xw-y)", r"X(Xw-y)"),
    ("missing-term", r"X^\top(Xw-y)", r"X^\top Xw"),
]


@pytest.mark.parametrize(("kind", "right", "wrong"), MUTATIONS, ids=[row[0] for row in MUTATIONS])
def test_one_slip_in_a_gradient(kind: str, right: str, wrong: str, tmp_path: Path) -> None:
    for text, expected in ((right, 0), (wrong, 1)):
        path = tmp_path / "mine.tex"
        path.write_text(rf"\[ \nabla J(w) = {text} \]", encoding="utf-8")
        options = ["--shape", "X=n,d", "--shape", "w=d", "--shape", "y=n", "--wrt", "w"]
        code, fields = run(str(path), "--formula", "norm(X@w-y)**2/2", *options)
        assert code == expected, (kind, fields)


def test_the_same_file_gives_the_same_answer() -> None:
    path = FOLDER / INDEX[3]["file"]
    arguments = (str(path), "--declare", str(path.with_suffix(".decl")))
    assert run(*arguments) == run(*arguments)


def test_the_marked_derivation_boxes_the_first_mistake() -> None:
    path = FOLDER / "036-least-squares-missing-two.tex"
    arguments = ["check", str(path), "--declare", str(path.with_suffix(".decl")), "--format", "latex"]
    result = CliRunner().invoke(main, arguments)
    lines = result.output.splitlines()
    boxed = [line for line in lines if r"\boxed" in line]
    assert len(boxed) == 1
    assert r"\nabla_\theta J" in boxed[0]
    assert r"\checkmark" in result.output
