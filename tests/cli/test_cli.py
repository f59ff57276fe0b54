"""The command line as its users meet it: what is printed, what is written, and the exit code."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.models import models

OWN = '--formula "sum((X@w-y)**2)" --wrt w --shape X=n,d --shape w=d --shape y=n'
PROOF_KEYS = {
    "loss", "wrt", "verdict", "setting", "theorems", "strict", "strict_when", "modulus", "modulus_when", "smoothness",
    "smoothness_when", "exact", "hypotheses", "condition", "concave_condition", "quasiconvex", "domain", "witness", "tried",
    "certificate", "files", "seconds", "replaced", "notes", "why", "instead",
}  # fmt: skip
XOR = "0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a few data files beside it."""
    files = {
        "xor.csv": XOR,
        "words.csv": "1,2,1\n3,four,-1\n",
        "ragged.csv": "1,2,1\n3,-1\n",
        "labels.csv": "1,2,1\n3,4,7\n",
        "broken.json": '{"format": 1,',
        "float.json": '{"format": 1.5}',
        "twice.json": '{"format": 1, "format": 1}',
        "deep.json": "[" * 100_000,
        "other.json": '{"hello": 1}',
        "binary.json": b"\xff\xfe\x00",
        "plain": "a file, not a folder",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> Result:
    """Run a command line without the program's name, split as a shell would."""
    import shlex

    return CliRunner().invoke(main, shlex.split(line))


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


HELP = [
    # line                what must be read there
    ("--help",            ("models", "derive", "prove", "sample", "verify", "Exit codes", "symconvex prove logistic")),
    ("models --help",     ("symconvex models", "--json")),
    ("derive --help",     ("symconvex derive logistic", "--size", "--format")),
    ("prove --help",      ("symconvex prove linear-network --layers 3", "--expect", "--budget", "--out", "smoothness")),
    ("sample --help",     ("symconvex sample mlp", "--points", "--seed", "--scale")),
    ("survey --help",     ("symconvex survey problems.jsonl", "--jobs", "--out", "--cluster", "error")),
    ("verify --help",     ("symconvex verify proofs/", "--json")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "words"), HELP, ids=[row[0] for row in HELP])
def test_help_shows_examples_and_options(line: str, words: tuple[str, ...]) -> None:
    result = run(line)
    assert result.exit_code == 0
    assert [word for word in words if word not in result.stdout] == []


@pytest.mark.parametrize("line", [row[0] for row in HELP])
def test_help_fits_on_a_narrow_screen(line: str) -> None:
    shown = CliRunner().invoke(main, line.split(), terminal_width=80).stdout.splitlines()
    assert [text for text in shown if len(text) > 80] == []


REFUSED = [
    # id                          command line                                                            kind              said on stderr
    ("unknown model",             "prove logistik",                                                       "ModelError",     "did you mean logistic?"),
    ("model far from any",        "prove zzzzzz",                                                         "ModelError",     "symconvex models"),
    ("path as a model",           "prove ../logistic",                                                    "ModelError",     "no model called"),
    ("option not taken",          "prove logistic --layers 3",                                            "ModelError",     "layers"),
    ("unknown activation",        "prove mlp --activation tahn",                                          "ModelError",     "tanh"),
    ("width zero",                "prove mlp --widths 2,0,1",                                             "ModelError",     "width"),
    ("width negative",            "prove mlp --widths 2,-3,1",                                            "ModelError",     "-3"),
    ("no layers",                 "prove linear-network --layers 0",                                      "ModelError",     "0"),
    ("unknown name in a loss",    'prove --formula "sum((X@w-z)**2)" --wrt w --shape X=n,d --shape w=d',     "UnknownName",    "z"),
    ("unknown function",          'prove --formula "sum(foo(w))" --wrt w --shape w=d',                       "UnknownName",    "foo"),
    ("attack by attribute",       "prove --formula \"x.__class__\" --wrt x",                                 "LossError",      "where"),
    ("attack by call",            "prove --formula \"__import__('os').system('touch hacked')\" --wrt x",     "UnknownName",    "where"),
    ("shape mismatch",            f'prove {OWN.replace("y=n", "y=d")}',                            "ShapeError",     "(d,)"),
    ("shape zero",                f'prove {OWN.replace("X=n,d", "X=0,d")}',                        "ShapeError",     "0"),
    ("shape negative",            f'prove {OWN.replace("X=n,d", "X=-1,d")}',                       "ShapeError",     "-1"),
    ("shape without a name",      'prove --formula "w**2" --wrt w --shape n,d',                              "LossError",      "NAME=VALUE"),
    ("arrow for a sign",          'prove --formula "w**2" --wrt w --where "w => 0"',                         "LossError",      "write >= for =>"),
    ("shape twice",               'prove --formula "w**2" --wrt w --shape w= --shape w=',                    "LossError",      "second time"),
    ("unknown set",               'prove --formula "lam*w**2" --wrt w --set lam=positiv',                    "LossError",      "positive"),
    ("condition without a sign",  'prove --formula "x*log(x)" --wrt x --where "x"',                          "LossError",      "no condition"),
    ("condition with equality",   'prove --formula "x*log(x)" --wrt x --where "x == 0"',                     "NotYet",         "this equation"),
    ("condition that is glued",   'prove --formula "x*log(x)" --wrt x --where "x > 0) + (5"',                "LossError",      "Python expression"),
    ("condition of data",         'prove --formula "a*x" --wrt x --where "a > 1"',                           "LossError",      "--set a=positive"),
    ("shape of no name",          'prove --formula "sum(w**2)" --wrt w --shape W=d',                         "UnknownName",    "did you mean w?"),
    ("set of no name",            'prove --formula "lam*w**2" --wrt w --set lamb=positive',                  "UnknownName",    "did you mean lam?"),
    ("not a number",              'prove --formula "inf*w**2" --wrt w',                                      "LossError",      "inf is not a number"),
    ("numbers that explode",      'prove --formula "1e99**4*x**3" --wrt x',                                  "LossError",      "too large"),
    ("sizes of a derivation",     "derive logistic --size n=0,d=2",                                       "LossError",      "n=0"),
    ("sizes of a sample",         "sample logistic --size n=-1",                                          "LossError",      "n=-1"),
    ("size that is not there",    "sample logistic --size q=3",                                           "ShapeError",     "q"),
    ("data file missing",         "prove logistic --data none.csv",                                       "DataError",      "none.csv"),
    ("data file is a folder",     "prove logistic --data .",                                              "DataError",      "where"),
    ("cell that is no number",    "prove logistic --data words.csv",                                      "DataError",      "line 2, column 2"),
    ("ragged rows",               "prove logistic --data ragged.csv",                                     "DataError",      "line 2"),
    ("label outside its set",     "prove logistic --data labels.csv",                                     "DataError",      "line 2, column 3"),
    ("output below a file",       "prove logistic --out plain/proofs",                                    "OutputError",    "plain is no folder"),
    ("output name too long",      "prove logistic --out " + "x" * 300,                                    "OutputError",    "name too long"),
    ("output path too long",      "prove logistic --out " + "x/" * 3000,                                  "OutputError",    "name too long"),
    ("output is a file",          "prove logistic --out plain",                                           "OutputError",    "plain is no folder"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "kind", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_bad_input_is_explained_and_nothing_is_written(
    case: str, line: str, kind: str, said: str, folder: Path
) -> None:
    before = listing(folder)
    result = run(f"{line} --json")
    error = json.loads(result.stdout)["error"]
    assert (result.exit_code, error["kind"]) == (2, kind), case
    assert said in result.stderr
    assert all(label in result.stderr for label in ("\n  where ", "\n  expected ", "\n  got ", "\n  try "))
    assert "Traceback" not in result.output
    assert listing(folder) == before


MISUSED = [
    # id                       command line                                   said on stderr
    ("no command given",       "porve logistic",                              "there is no command porve"),
    ("nothing asked",          "prove",                                       "name one MODEL"),
    ("two questions",          'prove logistic --formula "w**2" --wrt w',     "name one MODEL"),
    ("nothing to minimise",    'prove --formula "w**2"',                         "--wrt"),
    ("declaration of a model", "prove logistic --wrt w",                      "--wrt"),
    ("model option alone",     'prove --formula "w**2" --wrt w --layers 3',      "--layers"),
    ("unknown option",         "prove logistic --layer 3",                    "there is no option --layer"),
    ("unknown expectation",    "prove logistic --expect true",                "expected  one of convex, concave, affine, neither, yes, no\n  got       true"),
    ("no budget",              "prove logistic --budget 0",                   "--budget"),
    ("endless budget",         "prove logistic --budget inf",                 "finite"),
    ("budget not a number",    "prove logistic --budget nan",                 "finite"),
    ("no points",              "sample logistic --points 0",                  "--points"),
    ("half a point",           "sample logistic --points 1.5",                "whole number"),
    ("points in words",        "sample logistic --points many",               "whole number"),
    ("no process",             "sample logistic --jobs 0",                    "--jobs"),
    ("scale not a number",     "sample logistic --scale nan",                 "finite"),
    ("unknown format",         "derive logistic --format word",               "expected  one of html, jax, json, latex, python, text, torch\n  got       word"),
    ("nothing to verify",      "verify",                                      "PATHS"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "said"), MISUSED, ids=[row[0] for row in MISUSED])
def test_wrong_usage_is_told_in_a_sentence(case: str, line: str, said: str, folder: Path) -> None:
    before = listing(folder)
    result = run(line)
    assert result.exit_code == 2, case
    assert said in result.stderr
    assert (result.stdout, listing(folder)) == ("", before)


def test_wrong_usage_is_an_object_with_json() -> None:
    result = run("prove --json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["kind"]) == (2, "UsageError")


UNREADABLE = [
    # file             why
    ("broken.json",    "line 1"),
    ("float.json",     "1.5"),
    ("twice.json",     "twice"),
    ("deep.json",      "deep"),
    ("other.json",     "certificate"),
    ("binary.json",    "utf-8"),
    (".",              "no certificate.json"),
    ("nowhere",        "No such file"),
    ("plain/below",    "Not a directory"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "why"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_a_certificate_that_cannot_be_read_is_no_refusal(file: str, why: str, folder: Path) -> None:
    result = run(f"verify {file} --json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["unreadable"], found["refused"]) == (2, 1, 0)
    assert why in found["certificates"][0]["reason"]


def test_models_are_listed_one_line_each_with_their_loss() -> None:
    lines = run("models").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(models())
    assert all(model.problem({}).text in line for model, line in zip(models().values(), lines, strict=True))


def test_models_as_json_name_their_options() -> None:
    rows = {row["name"]: row for row in json.loads(run("models --json").stdout)["models"]}
    assert set(rows) == set(models())
    assert [option["name"] for option in rows["logistic"]["options"]] == ["labels"]


@pytest.mark.parametrize("name", models())
def test_every_option_of_a_model_can_be_given(name: str) -> None:
    prove = main.get_command(click.Context(main), "prove")
    assert prove is not None
    known = {parameter.name for parameter in prove.params}
    unknown = [option.name for option in models()[name].options if option.name not in known]
    assert unknown == [], "give them a line in model_options of cli/options.py"


def test_the_shell_completes_models_by_name() -> None:
    found = ShellComplete(main, {}, "symconvex", "_SYMCONVEX_COMPLETE").get_completions(["prove"], "lin")
    assert [item.value for item in found] == ["linear-network"]


def test_the_shell_completes_activations() -> None:
    found = ShellComplete(main, {}, "symconvex", "_SYMCONVEX_COMPLETE").get_completions(["prove", "--activation"], "s")
    assert {"sigmoid", "softplus"} <= {item.value for item in found}
    assert all(item.value.startswith("s") for item in found)


SAMPLES = [
    # id             command line                                          some negative eigenvalue
    ("convex",       "sample logistic --points 500 --seed 1",              False),
    ("not convex",   "sample mlp --widths 2,3,1 --points 500 --seed 1",    True),
    ("own loss",     f"sample {OWN} --size n=4,d=2 --points 500",          False),
    ("own formula",  'sample --formula "x**4 - x**2" --wrt x --points 500', True),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "negative"), SAMPLES, ids=[row[0] for row in SAMPLES])
def test_sampling_counts_signs_and_repeats_itself(case: str, line: str, negative: bool) -> None:
    result, again = run(f"{line} --json"), run(f"{line} --json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0, case
    assert result.stdout == again.stdout
    assert (found["negative"] > 0) == negative
    assert sum(row["points"] for row in found["inertia"]) == found["points"] - found["skipped"] >= 400


def test_points_may_be_written_short_and_the_screen_is_not_flooded() -> None:
    short, long = run("sample mlp --points 2e2 --size n=50"), run("sample mlp --points 200 --size n=50")
    assert short.stdout == long.stdout
    assert len(short.stdout.splitlines()) <= 16
    assert "X: 150 numbers" in short.stdout


def test_drawn_data_are_shown() -> None:
    small, large = (f"sample logistic --points 5 --size n={n},d=1" for n in (2, 200))
    data = json.loads(run(f"{small} --json").stdout)["data"]
    assert (len(data["X"]), len(data["X"][0]), set(data["y"]) <= {-1, 1}) == (2, 1, True)
    assert f"X = {data['X']}" in run(small).stdout
    assert "X: 200 numbers" in run(large).stdout
    assert json.loads(run(f"{large} --json").stdout)["data"]["X"] is None


DERIVED = [
    # format     what must be read there
    ("text",     "sigmoid"),
    ("latex",    r"\sigma"),
    ("python",   "def "),
    ("json",     '"hessian"'),
]  # fmt: skip


@pytest.mark.parametrize(("form", "word"), DERIVED, ids=[row[0] for row in DERIVED])
def test_a_derivation_is_printed_in_every_format(form: str, word: str) -> None:
    result = run(f"derive logistic --format {form}")
    assert result.exit_code == 0, result.output
    assert word in result.stdout


def test_entries_at_a_size_are_numbered() -> None:
    result = run("derive logistic --size n=2,d=2 --json")
    assert result.exit_code == 0, result.output
    assert "w[1]" in json.dumps(json.loads(result.stdout))


PROOFS = [
    # id                       command line                                                   verdict       exit   folder
    ("convex",                 "prove logistic",                                              "convex",     0,     "logistic"),
    ("convex as expected",     "prove logistic --expect convex",                              "convex",     0,     "logistic"),
    ("convex unexpectedly",    "prove logistic --expect neither",                             "convex",     1,     "logistic"),
    ("variant of a model",     "prove logistic --labels binary",                              "convex",     0,     "logistic-binary"),
    ("default said aloud",     "prove logistic --labels sign",                                "convex",     0,     "logistic"),
    ("refuted",                "prove linear-network --layers 3",                             "neither",    0,     "linear-network-layers-3"),
    ("refuted unexpectedly",   "prove mlp --widths 2,2,1 --expect convex",                    "neither",    1,     "mlp-widths-2-2-1"),
    ("with data",              "prove mlp --widths 2,2,1 --data xor.csv",                     "neither",    0,     "mlp-widths-2-2-1-data-xor"),
    ("own loss",               f"prove {OWN}",                                                "convex",     0,     None),
    ("affine as convex",       'prove --formula "2*x + 1" --wrt x --expect convex',              "affine",     0,     None),
    ("concave",                'prove --formula "-x**2" --wrt x --expect concave',               "concave",    0,     None),
    ("condition with its end", 'prove --formula "x**3" --wrt x --where "x >= 0"',                "convex",     0,     None),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "verdict", "code", "name"), PROOFS, ids=[row[0] for row in PROOFS])
def test_a_proof_is_found_written_and_accepted(
    case: str, line: str, verdict: str, code: int, name: str | None, folder: Path
) -> None:
    result = run(f"{line} --json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["verdict"], set(found)) == (code, verdict, PROOF_KEYS), case
    assert [path for path in found["files"] if not Path(path).is_file()] == []
    assert {Path(path).name for path in found["files"]} >= {"proof.tex", "certificate.json"}
    if name is not None:
        assert found["certificate"] == f"proofs/{name}/certificate.json"
    assert [path.name for path in folder.rglob(".*")] == []
    replayed = run("verify proofs --json")
    assert (replayed.exit_code, json.loads(replayed.stdout)["accepted"]) == (0, 1)


def test_a_proof_on_screen_names_verdict_and_files(folder: Path) -> None:
    result = run("prove logistic")
    assert result.stdout.startswith("logistic is convex in w\n")
    assert "proofs/logistic/proof.tex" in result.stdout
    assert run("prove logistic -q").stdout == "logistic is convex in w\n"


def test_a_refutation_on_screen_never_drops_its_hypothesis(folder: Path) -> None:
    assert run("prove mlp --widths 2,2,1 -q").stdout == "mlp is neither convex nor concave in W1, W2, if X != 0\n"


def test_the_same_question_gives_the_same_bytes(folder: Path) -> None:
    run("prove logistic --out one")
    run("prove logistic --out two")
    for name in ("proof.tex", "certificate.json"):
        assert (folder / "one/logistic" / name).read_bytes() == (folder / "two/logistic" / name).read_bytes()


def test_the_proof_of_another_problem_is_not_replaced_without_a_word(folder: Path) -> None:
    for name, text in (("da", "1,2,1\n3,4,0\n"), ("db", "1,2,1\n3,5,0\n")):
        (folder / name).mkdir()
        (folder / name / "x.csv").write_text(text)
    said = [run(f"prove least-squares --data {name}/x.csv -q").stderr for name in ("da", "da", "db")]
    assert ["replaced the proof of another problem" in text for text in said] == [False, False, True]


def test_undecided_is_neither_yes_nor_no(folder: Path) -> None:
    before = listing(folder)
    result = run('prove --formula "x**2 + sin(x)**2*exp(cos(x))/9" --wrt x --budget 0.001 --expect convex --json')
    found = json.loads(result.stdout)
    assert (result.exit_code, found["verdict"], found["certificate"]) == (3, "undecided", None)
    assert found["tried"]
    assert listing(folder) == before


TAMPERED: list[tuple[str, Callable[[dict], object], int]] = [
    # id                    change                                                    exit
    ("nothing",             lambda c: None,                                           0),
    ("digest",              lambda c: c.update(digest="0" * 64),                      1),
    ("field left out",      lambda c: c.pop("loss"),                                  2),
    ("other loss",          lambda c: sealed(c, loss="(^ w[0] 3)"),                   1),
    ("other claim",         lambda c: sealed(c, claims=["(loss concave)"]),           1),
]  # fmt: skip


def sealed(certificate: dict, *, loss: str | None = None, claims: list[str] | None = None) -> None:
    """Change a certificate and give it the digest that belongs to it."""
    from symconvex.kernel.check import digest

    if loss:
        certificate["loss"] = loss
    if claims:
        certificate["parts"][0]["claims"] = claims
    certificate["digest"] = digest(certificate)


@pytest.mark.parametrize(("case", "change", "code"), TAMPERED, ids=[row[0] for row in TAMPERED])
def test_a_changed_certificate_is_not_accepted(
    case: str, change: Callable[[dict], object], code: int, folder: Path
) -> None:
    run("prove logistic")
    path = folder / "proofs/logistic/certificate.json"
    certificate = json.loads(path.read_text())
    change(certificate)
    path.write_text(json.dumps(certificate))
    assert run("verify proofs").exit_code == code, case


# The rest needs a real process: signals, pipes, installed entry points.


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "symconvex", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_module_runs_like_the_program() -> None:
    process = start("models", "--quiet")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output.split(), errors) == (0, list(models()), "")


def test_the_version_is_told() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout.split()[0].rstrip(",")) == (0, "symconvex")


SPELLINGS = [
    # id                    one way to declare                     the same
    ("names by a space",    "--wrt 'U v'",                         "--wrt U,v"),
    ("names by both",       "--wrt 'U, v'",                        "--wrt U,v"),
    ("a tuple",             "--wrt U,v --shape 'X=(n, d)'",        "--wrt U,v --shape X=n,d"),
    ("of one",              "--wrt U,v --shape 'v=(2,)'",          "--wrt U,v --shape v=2"),
    ("a list",              "--wrt U,v --shape 'X=[n,d]'",         "--wrt U,v --shape X=n,d"),
    ("a number",            "--wrt U,v --shape 'b=()'",            "--wrt U,v --shape b="),
]  # fmt: skip


@pytest.mark.parametrize(("one", "same"), [row[1:] for row in SPELLINGS], ids=[row[0] for row in SPELLINGS])
def test_declarations_may_be_written_as_python_writes_them(one: str, same: str) -> None:
    loss = "--formula 'sum((X@U@v)**2) + b'"
    rest = [part for part in ("X=n,d", "U=d,2", "v=2", "b=") if f"{part[0]}=" not in same]
    shapes = " ".join(f"--shape {part}" for part in rest)
    found = [run(f"derive {loss} {words} {shapes}") for words in (one, same)]
    assert found[0].exit_code == 0, found[0].stderr
    assert found[0].stdout == found[1].stdout
