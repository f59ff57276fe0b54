"""Surveys: whatever a line is, it becomes one entry, and no entry takes another with it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import symconvex as sc
from symconvex.cli import main

SQUARE = {"id": "square", "loss": "x**2", "wrt": ["x"]}
LOGISTIC = {
    "id": 7,
    "loss": "sum(log(1 + exp(-y*(X@w))))",
    "wrt": "w",
    "shapes": {"X": ["n", "d"], "w": ["d"], "y": ["n"]},
    "sets": {"y": "sign"},
}

LINES = [
    # id                     line                                                                  verdict or kind    said
    ("formula",              json.dumps(SQUARE),                                                   "convex",          ""),
    ("arrays",               json.dumps(LOGISTIC),                                                 "convex",          ""),
    ("domain",               '{"id": 1, "loss": "x*log(x)", "wrt": ["x"], "where": ["x > 0"]}',    "convex",          ""),
    ("one condition",        '{"id": 1, "loss": "x*log(x)", "wrt": "x", "where": "x > 0"}',        "convex",          ""),
    ("a shape as a text",    '{"id": 1, "loss": "sum(w**2)", "wrt": "w", "shapes": {"w": "d"}}',   "convex",          ""),
    ("a note",               '{"id": 1, "loss": "x**3", "wrt": ["x"], "truth": "neither"}',        "neither",         ""),
    ("nulls",                '{"id": 1, "loss": "x", "wrt": ["x"], "shapes": null, "sets": null}', "affine",          ""),
    ("no JSON",              "x**2",                                                               "LossError",       "no JSON"),
    ("no object",            "[1]",                                                                "LossError",       "no object"),
    ("brackets",             "[" * 100_000,                                                        "LossError",       "no JSON"),
    ("a key twice",          '{"id": 1, "loss": "x", "loss": "x**3", "wrt": ["x"]}',               "LossError",       "twice"),
    ("no loss",              '{"id": 1, "wrt": ["x"]}',                                            "LossError",       "loss is missing"),
    ("no parameter",         '{"id": 1, "loss": "x**2"}',                                          "LossError",       "no parameter"),
    ("an id of another kind", '{"id": [1], "loss": "x**2", "wrt": ["x"]}',                         "LossError",       "an id"),
    ("another word",         '{"id": 1, "loss": "log(x)", "wrt": ["x"], "domain": ["x > 0"]}',     "LossError",       "did you mean 'where'"),
    ("a slip in a key",      '{"id": 1, "loss": "a*x", "wrt": ["x"], "sest": {"a": "positive"}}',  "LossError",       "did you mean 'sets'"),
    ("a shape of texts",     '{"id": 1, "loss": "x", "wrt": ["x"], "shapes": {"x": [1.5]}}',       "LossError",       "shape of x"),
    ("an unreadable loss",   '{"id": 1, "loss": "(x", "wrt": ["x"]}',                              "LossError",       "expression"),
    ("an unknown name",      '{"id": 1, "loss": "sum(X@w)", "wrt": ["w"], "shapes": {"w": ["d"]}}', "UnknownName",    "X"),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[str, dict]:
    """Every line in a survey of its own, in one process."""
    with ThreadPoolExecutor(1) as executor:
        return {case: next(sc.survey([line], executor=executor)) for case, line, *_ in LINES}


@pytest.mark.parametrize(("case", "line", "outcome", "said"), LINES, ids=[row[0] for row in LINES])
def test_a_line_becomes_an_entry(case: str, line: str, outcome: str, said: str, answers: dict[str, dict]) -> None:
    entry = answers[case]
    assert (entry["error"]["kind"] if "error" in entry else entry["verdict"]) == outcome, entry
    assert said in json.dumps(entry, ensure_ascii=False)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["survey", *map(str, words)])


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "problems.jsonl"
    path.write_text("\n".join([json.dumps(SQUARE), "", "nonsense", json.dumps(LOGISTIC), json.dumps(SQUARE)]))
    return path


def test_a_survey_writes_lines_and_tells_the_rest_beside_them(problems: Path) -> None:
    result = run(problems, "--jobs", 2)
    entries = {entry["id"]: entry for entry in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 4
    assert set(entries) == {"square", "line 3", 7}
    assert "7: convex (" in result.stderr
    assert [line.split()[:3] for line in result.stderr.splitlines()[-3:]] == [["convex", "2", "1"], ["error", "2", "0"], ["all", "4", "1"]]


def test_an_entry_is_the_object_of_prove(tmp_path: Path) -> None:
    (entry,) = sc.survey([SQUARE], proofs=tmp_path / "proofs")
    proved = json.loads(CliRunner().invoke(main, ["prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path), "--json"]).stdout)
    assert list(entry) == ["id", *proved]
    files = {"certificate", "files", "seconds"}
    assert {name: value for name, value in entry.items() if name not in {"id", *files}} == {
        name: value for name, value in proved.items() if name not in files
    }


def test_a_survey_goes_on_where_it_was_stopped(problems: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "verdicts.jsonl"
    assert run(problems, "--out", out).exit_code == 0
    lines = out.read_text().splitlines(keepends=True)
    out.write_text(lines[0] + lines[1] + lines[2][: len(lines[2]) // 2])
    first = json.loads(lines[0])["id"], json.loads(lines[1])["id"]
    result = run(problems, "--out", out)
    again = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert (result.exit_code, result.stdout) == (0, "")
    assert tuple(again[:2]) == first
    assert set(again) == {"square", "line 3", 7}
    assert out.read_text().startswith(lines[0] + lines[1])


def test_what_is_no_survey_is_not_gone_on_with(problems: Path, tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("my notes\n")
    result = run(problems, "--out", out)
    assert result.exit_code == 2
    assert "no entry" in result.stderr
    assert out.read_text() == "my notes\n"
