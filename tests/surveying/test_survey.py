"""Surveys: whatever a line is, it becomes one entry, and no entry takes another with it."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.workers import unruly

import symconvex as sc
from symconvex.cli import main
from symconvex.surveying.crews import processes, results
from symconvex.surveying.lines import Asked
from symconvex.surveying.task import Task, folder_of

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
    ("a note",               '{"id": 1, "loss": "x**3", "wrt": ["x"], "note": {"truth": "neither"}}', "neither",        ""),
    ("a restriction of another name", '{"id": 1, "loss": "x*log(x)", "wrt": ["x"], "constraints": ["x > 0"]}', "LossError", "did you mean 'where'"),
    ("a field of nothing",   '{"id": 1, "loss": "x**3", "wrt": ["x"], "colour": "red"}',           "LossError",       "no field 'colour'"),
    ("a remark",             '{"id": 1, "loss": "x**3", "wrt": ["x"], "comment": "cubic"}',        "LossError",       "did you mean 'note'"),
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
    assert set(entries) == {"square", "line 3", 7, "line 5"}
    assert "7: convex (" in result.stderr
    assert [line.split()[:3] for line in result.stderr.splitlines()[-3:]] == [
        ["convex", "2", "1"],
        ["error", "2", "0"],
        ["all", "4", "1"],
    ]


def test_problems_are_read_from_the_input_too() -> None:
    given = b'{"id": 1, "loss": "x**2", "wrt": ["x"]}\n\xff\n{"id": 2, "loss": "-x**2", "wrt": ["x"]}'
    result = CliRunner().invoke(main, ["survey", "-", "--quiet"], input=given)
    found = {entry["id"]: entry.get("verdict") for entry in map(json.loads, result.stdout.splitlines())}
    assert (result.exit_code, result.stderr) == (0, "")
    assert found == {1: "convex", "line 2": None, 2: "concave"}


def test_an_entry_is_the_object_of_prove(tmp_path: Path) -> None:
    (entry,) = sc.survey([SQUARE], proofs=tmp_path / "proofs")
    proved = json.loads(
        CliRunner().invoke(main, ["prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path), "--json"]).stdout
    )
    assert list(entry) == ["id", "asked", *proved]
    files = {"certificate", "files", "seconds"}
    assert {name: value for name, value in entry.items() if name not in {"id", "asked", *files}} == {
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
    assert sorted(map(str, again)) == ["7", "line 3", "line 5", "square"]
    assert out.read_text().startswith(lines[0] + lines[1])


CHANGES = [
    # id                      another file or option                            asked again   were there
    ("nothing",               {},                                               [],           2),
    ("another loss",          {"loss": "-x**2"},                                ["a"],        1),
    ("other parameters",      {"wrt": ["x", "c"]},                              ["a"],        1),
    ("a set",                 {"sets": {"c": "positive"}},                      ["a"],        1),
    ("a shape",               {"shapes": {"x": [], "c": []}},                   ["a"],        1),
    ("a condition",           {"where": ["x > 0"]},                             ["a"],        1),
    ("a question",            {"ask": "strict"},                                ["a"],        1),
    ("a note of its author",  {"note": "changed"},                              [],           2),
    ("a typo is mended",      {"bad": "x**4"},                                  [],           2),
    ("more time",             {"--budget": "30"},                               ["a", "b"],   0),
    ("other processes",       {"--jobs": "2"},                                  [],           2),
]  # fmt: skip


@pytest.mark.parametrize(("case", "change", "again", "there"), CHANGES, ids=[row[0] for row in CHANGES])
def test_only_the_same_question_is_answered_already(
    case: str, change: dict, again: list[str], there: int, tmp_path: Path
) -> None:
    path, out = tmp_path / "problems.jsonl", tmp_path / "out.jsonl"
    options = [part for key, value in change.items() if key.startswith("--") for part in (key, value)]
    fields = {key: value for key, value in change.items() if not key.startswith("--") and key != "bad"}

    def ask(fields: dict, bad: str, *options: str) -> tuple[dict, Result]:
        rows = [
            {"id": "a", "loss": "c*x**2", "wrt": ["x"], **fields},
            {"id": "bad", "loss": bad, "wrt": ["x"]},
            {**SQUARE, "id": "b"},
        ]
        rows[0]["loss"] += " + c" if "c" not in rows[0]["loss"] else ""
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        result = run(path, "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        entries = [json.loads(line) for line in out.read_text().splitlines()]
        assert sorted(entry["id"] for entry in entries) == ["a", "b", "bad"]
        return {entry["id"]: entry for entry in entries}, result

    before, first = ask({}, "x**")
    after, second = ask(fields, change.get("bad", "x**"), *options)
    assert "error" in before["bad"]
    assert ("error" in after["bad"]) == ("bad" not in change)
    assert "there already" not in first.stderr
    told = [line.split(":")[0] for line in second.stderr.splitlines() if " s)" in line]
    assert sorted(told) == [*again, "bad"]
    assert [name for name in ("a", "b") if before[name]["asked"] != after[name]["asked"]] == again
    assert f"{there} {'was' if there == 1 else 'were'} there already" in second.stderr or not there


def test_entries_that_are_there_are_not_asked_again_from_python_either() -> None:
    old = list(sc.survey([SQUARE, "nonsense"]))
    new = list(sc.survey([SQUARE, "nonsense", {**SQUARE, "id": "other"}], done=old))
    assert {entry["id"] for entry in new} == {"line 2", "other"}


def test_of_two_entries_with_one_id_the_later_one_counts(tmp_path: Path) -> None:
    path, out = tmp_path / "problems.jsonl", tmp_path / "out.jsonl"
    path.write_text(json.dumps(SQUARE))
    assert run(path, "--out", out).exit_code == 0
    answer = out.read_text()
    stale = json.dumps({**json.loads(answer), "asked": "older", "verdict": "concave"}) + "\n"
    out.write_text(stale + answer)
    result = run(path, "--out", out)
    assert "1 was there already" in result.stderr
    assert out.read_text() == answer
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


SCRIPT = """
import symconvex as sc
print("the script runs")
print([entry["verdict"] for entry in sc.survey([{"id": 1, "loss": "x**2", "wrt": "x"}]EXECUTOR)])
"""
OWN = (
    ", executor=__import__('concurrent.futures').futures.ProcessPoolExecutor"
    "(1, __import__('multiprocessing').get_context('spawn'))"
)


def test_a_plain_script_is_not_run_again_by_the_processes(tmp_path: Path) -> None:
    path = tmp_path / "plain.py"
    path.write_text(SCRIPT.replace("EXECUTOR", ""))
    told = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=True)
    assert (told.stdout, told.stderr) == ("the script runs\n['convex']\n", "")


def test_where_an_executor_runs_the_script_again_it_is_said_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "plain.py"
    path.write_text(SCRIPT.replace("EXECUTOR", OWN))
    told = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert told.stderr.count('put the call under if __name__ == "__main__":') == 1


def test_what_is_no_survey_is_not_gone_on_with(problems: Path, tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("my notes\n")
    result = run(problems, "--out", out)
    assert result.exit_code == 2
    assert "no entry" in result.stderr
    assert out.read_text() == "my notes\n"


# --- processes that end ----------------------------------------------------------------------------------------------

NAMES = ["leaves", "a", "is killed", "b", "exits", "fills", "c", "d"]


def test_a_process_that_ends_takes_one_problem_with_it() -> None:
    with processes(2) as crew:
        tasks = [Task(Asked(name, "x**2", ("x",)), 20) for name in NAMES]
        entries = {entry["id"]: entry for entry in results(tasks, replace(crew, work=unruly))}
    assert sorted(entries) == sorted(NAMES)
    ended = {name for name, entry in entries.items() if "error" in entry}
    assert ended == {"leaves", "is killed", "exits"}
    assert {entries[name]["error"]["kind"] for name in ended} == {"LimitError"}
    assert {entries[name].get("verdict") for name in NAMES if name not in ended} == {"convex"}


def test_a_survey_that_is_left_ends_its_processes() -> None:
    entries = sc.survey([{**SQUARE, "id": k} for k in range(1000)], jobs=2)
    next(entries)
    entries.close()
    assert multiprocessing.active_children() == []


def many(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps({**SQUARE, "id": k}) + "\n" for k in range(count)))
    return path


def lines(path: Path) -> list[int]:
    text = path.read_text() if path.exists() else ""
    assert text == "" or text.endswith("\n")
    return [json.loads(line)["id"] for line in text.splitlines()]


@pytest.mark.parametrize(("number", "said"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "ended by SIGTERM")])
def test_a_survey_that_is_stopped_loses_nothing(number: int, said: str, tmp_path: Path) -> None:
    count, out = 300, tmp_path / "out.jsonl"
    words = ["survey", many(tmp_path / "many.jsonl", count), "--jobs", 2, "--out", out]
    command = [sys.executable, "-m", "symconvex", *map(str, words)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 60
    while len(lines(out)) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    os.killpg(process.pid, number)
    told = process.communicate(timeout=30)[1]
    assert process.returncode == 128 + number
    assert told.splitlines()[-1].startswith(said)
    before = lines(out)
    assert 3 <= len(before) < count
    again = subprocess.run([*command, "-q"], capture_output=True, text=True, timeout=120, check=True)
    assert again.stderr == ""
    assert lines(out)[: len(before)] == before
    assert sorted(lines(out)) == list(range(count))


def test_a_reader_who_leaves_ends_the_survey(tmp_path: Path) -> None:
    path = many(tmp_path / "many.jsonl", 300)
    process = subprocess.Popen(
        [sys.executable, "-m", "symconvex", "survey", str(path), "-q"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["verdict"] == "convex"
    process.stdout.close()
    assert process.wait(60) == 128 + signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_certificates_and_proofs_are_kept_under_the_names_of_their_problems(tmp_path: Path) -> None:
    kept, told = tmp_path / "kept", tmp_path / "told"
    rows = [
        SQUARE,
        {**SQUARE, "id": "Two words"},
        {"id": "open", "loss": "sin(x) + sin(y*x)*x**9", "wrt": ["x"], "where": ["0 < x < 1"]},
    ]
    entries = list(sc.survey(rows, certificates=kept, proofs=told))
    for entry in entries:
        folder = folder_of(entry["id"])
        if entry["verdict"] == "undecided":
            assert entry["certificate"] is None
        else:
            assert entry["certificate"] == str(kept / folder / "certificate.json")
            assert {"certificate.json", "proof.tex"} <= {path.name for path in (told / folder).iterdir()}
            assert [path.name for path in (kept / folder).iterdir()] == ["certificate.json"]
    assert {entry.outcome for entry in sc.verify(tmp_path).values()} == {"accepted"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "A"), ("a b", "a-b"), ("x/y", "x.y"), ("", "problem"), ("\u00e9", "e"), ("..", "."), (1, "-1")],
)
def test_no_two_problems_share_a_folder(one: object, other: object) -> None:
    folders = {folder_of(one), folder_of(other)}
    assert len(folders) == 2
    assert all(folder.isascii() and "/" not in folder and not folder.startswith(".") for folder in folders)


# --- other executors -------------------------------------------------------------------------------------------------


def test_a_cluster_of_two_workers_answers_the_same(problems: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        result = run(problems, "--cluster", cluster.scheduler_address)
    assert result.exit_code == 0, result.stderr
    there, here = map(json.loads, result.stdout.splitlines()), sc.survey(problems.read_text().splitlines())
    untimed = [sorted(json.dumps({**entry, "seconds": 0}) for entry in entries) for entries in (there, here)]
    assert untimed[0] == untimed[1]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "a://b"])
def test_without_a_scheduler_there_is_an_error(address: str, problems: Path) -> None:
    result = run(problems, "--cluster", address)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: the cluster cannot be used" in result.stderr


@pytest.mark.parametrize("more", [{"jobs": 0}, {"budget": -1}, {"budget": float("inf")}, {"jobs": "2"}], ids=str)
def test_what_is_no_number_above_zero_is_refused_at_once(more: dict) -> None:
    with pytest.raises(sc.SymconvexError, match="no number above 0"):
        sc.survey([SQUARE], **more)
