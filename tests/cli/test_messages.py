"""What is said to who slips: message, hint and exit code for mistakes that people make, and hints that lead out."""

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symconvex.cli import main
from symconvex.errors import LONGEST, MOST_LINES, LossError, SymconvexError
from symconvex.language.state import state

SQUARES = '--formula "sum((X@w-y)**2)" --wrt w --shape w=d --shape y=n'
FILES = {"data.csv": "1,2,1\n3,4,-1\n", "note.txt": "w = 1\n", "page.tex": "$J'(w) = 2w$\n", "plain": "a file"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(line))


MISTAKES = [
    # id                          command line                                              exit  message                                       hint
    ("command misspelt",          "proev logistic",                                          2, "there is no command proev",                    "did you mean symconvex prove?"),
    ("command of another name",   "gradient logistic",                                       2, "there is no command gradient",                 "did you mean symconvex derive?"),
    ("model for a command",       "logistic",                                                2, "there is no command logistic",                 "symconvex prove logistic"),
    ("formula for a command",     "'x**2 + 1'",                                              2, "there is no command x**2 + 1",                 'symconvex prove --formula "x**2 + 1" --wrt x'),
    ("nothing asked",             "prove",                                                   2, "name one MODEL, or give a loss of your own",   '--formula "x**2" --wrt x; symconvex models lists the models'),
    ("two questions",             'prove ridge --formula "w**2" --wrt w',                    2, "name one MODEL, or give a loss of your own",   "leave ridge or --formula out"),
    ("model misspelt",            "prove logistik",                                          2, "there is no model called 'logistik'",          "did you mean logistic?"),
    ("model in capitals",         "derive Logistic",                                         2, "there is no model called 'Logistic'",          "did you mean logistic?"),
    ("model of another name",     "prove linear-regression",                                 2, "there is no model called 'linear-regression'", "did you mean least-squares?"),
    ("another name in words",     'prove "neural network"',                                  2, "there is no model called 'neural network'",    "did you mean mlp?"),
    ("formula for a model",       'prove "x**2"',                                            2, "there is no model called 'x**2'",              'a loss of your own is --formula "x**2" --wrt x'),
    ("model in two words",        "prove logistic regression",                               2, "there is a word too many",                     "symconvex prove logistic"),
    ("option misspelt",           "prove mlp --width 2,2,1",                                 2, "there is no option --width",                   "did you mean --widths?"),
    ("option of another name",    "prove mlp --hidden 5",                                    2, "there is no option --hidden",                  "write --widths 2,3,1"),
    ("time by another name",      "prove mlp --timeout 5",                                   2, "there is no option --timeout",                 "write --budget 5"),
    ("layers of a network",       "prove mlp --layers 3",                                    2, "mlp takes no --layers",                        "--widths 2,3,3,1: the input, then the width of each of 3 layers"),
    ("option not taken",          "prove logistic --layers 3",                               2, "logistic takes no --layers",                   "leave --layers out"),
    ("too few widths",            "prove mlp --widths 2",                                    2, "--widths has the wrong length",                "--widths 2,2,1"),
    ("option without its value",  "prove logistic --budget",                                 2, "--budget stands without its value",            "--budget 60"),
    ("budget that is no number",  "prove logistic --budget long",                            2, "this value of --budget cannot be used",        "--budget 60"),
    ("loss by the old name",      'check page.tex --loss "w**2" --wrt w',                    2, "there is no option --loss",                    'write --formula "w**2"'),
    ("own loss by --loss",        'prove --loss "x**2" --wrt x',                             2, "name one MODEL, or give a loss of your own",   '--formula "x**2" --wrt w; symconvex models lists the models'),
    ("no --wrt",                  'prove --formula "x**2"',                                  2, "a loss of your own needs --wrt",               "--wrt w, or --wrt w,b for several"),
    ("--wrt of a model",          "prove ridge --wrt w",                                     2, "--wrt belongs to a loss of your own, --formula", "leave --wrt out"),
    ("--layers of a formula",     'prove --formula "x**2" --wrt x --layers 3',               2, "--layers belongs to a model",                  "leave --layers out"),
    ("name not in the loss",      'prove --formula "x**2" --wrt y',                          2, "the name y does not occur in the loss",        "did you mean x?"),
    ("asked for convexity",       'prove --formula "x*y" --wrt x,y --ask convex',            2, "this value of --ask cannot be used",           "leave --ask out: whether it is convex is asked anyway"),
    ("question misspelt",         'prove --formula "x*y" --wrt x,y --ask block',             2, "this value of --ask cannot be used",           "--ask blocks"),
    ("expected the wrong thing",  "prove logistic --ask strict --expect convex",             2, "--expect convex does not answer what is asked", "--expect yes"),
    ("a name for a path",         "prove logistic --name a/b",                               2, "this name cannot be used",                     "--name my-loss"),
    ("format that is not there",  "derive logistic --format word",                           2, "this value of --format cannot be used",        "--format html"),
    ("one size of two",           "derive logistic --size n=2",                              2, "the size d has no value",                      "give d a value, for example d = 2"),
    ("no seed below 0",           "sample logistic --seed -1",                               2, "this value of --seed cannot be used",          "--seed 0"),
    ("a table to verify",         "verify data.csv",                                         2, "this is a table of data, no certificate",      "symconvex prove MODEL --data reads it"),
    ("a text to verify",          "verify page.tex",                                         2, "this is a text, no certificate",               "symconvex check reads derivations"),
    ("words to verify",           "verify note.txt",                                         2, "no JSON, as a certificate is",                 "line 1"),
    ("nothing to verify",         "verify",                                                  2, "PATHS... is missing",                          "symconvex verify proofs/"),
    ("nothing to check",          "check nowhere.tex --model ridge",                         2, "the file cannot be read",                      "check the path"),
    ("data that are not there",   "prove logistic --data nowhere.csv",                       2, "the data file cannot be read",                 "check the path"),
    ("a logarithm by ln",         'derive --formula "ln x" --wrt x',                         2, "this is not a Python expression",              "write ln(x)"),
    ("no brackets",               'derive --formula "exp x" --wrt x',                        2, "this is not a Python expression",              "write exp(x)"),
    ("bars",                      'derive --formula "2*|x|" --wrt x',                        2, "this is not a Python expression",              "write abs(x) for |x|; in all: 2*abs(x)"),
    ("double bars",               'derive --formula "||w||^2" --wrt w --shape w=d',          2, "this is not a Python expression",              "write norm(w) for ||w||; in all: norm(w)**2"),
    ("a sum over i",              'derive --formula "sum_i (w[i])**2" --wrt w --shape w=d',  2, "sum_i is not a function of the loss language", "write sum((w[i])**2 for i in range(d))"),
    ("a sum in LaTeX",            r'derive --formula "\\sum_i x_i^2" --wrt x',               2, r"the character '\\' has no meaning here",      "write sum(x[i]**2 for i in range(n)); declare x: (n,), on the command line --shape x=n"),
    ("a caret",                   'derive --formula "a*x^2 + x" --wrt x',                    2, "the sign ^ is not part of the loss language",  "powers are written **, as in x**2; in all: a*x**2 + x"),
    ("glued",                     'derive --formula "2x**2 + 3x" --wrt x',                   2, "a number runs into a name",                    "write 2*x; in all: 2*x**2 + 3*x"),
    ("a word of Python",          'derive --formula "lambda*x**2" --wrt x',                  2, "this is not a Python expression",              "lambda is a word of Python: write lam"),
    ("open bracket",              'derive --formula "(x+1" --wrt x',                         2, "this is not a Python expression",              "check brackets: 1 are opened and 0 closed; write 1 ) more"),
    ("function misspelt",         'derive --formula "sigmod(x)" --wrt x',                    2, "sigmod is not a function of the loss language", "did you mean sigmoid?"),
    ("an array for a loss",       'derive --formula "softmax(z)" --wrt z --shape z=d',       2, "a loss is one number",                         "take the sum or the mean over the shape (d,)"),
    ("product by *",              f'derive {SQUARES.replace("@", "*")} --shape X=n,d',       2, "these shapes do not fit together entry by entry", "a matrix product is written X @ w"),
    ("no shape for X",            f"derive {SQUARES}",                                       2, "the name X is not declared",                   "declare X: (n, d), on the command line --shape X=n,d"),
    ("shapes in one",             f'derive {SQUARES.partition(" --shape")[0]} --shape "X=(n,d), w=(d,), y=(n,)"', 2, "a declaration cannot be read", "one for each name: --shape X=n,d --shape w=d --shape y=n"),
    ("sizes by x",                f'derive {SQUARES} --shape "X=n x d"',                     2, "a shape cannot be read",                       "--shape X=n,d"),
    ("a set by a sign",           'derive --formula "a*x**2" --wrt x --set "a>=0"',          2, "a declaration cannot be read",                 "--set a=nonnegative"),
    ("a set of labels",           'derive --formula "a*x**2" --wrt x --set "a in {-1, 1}"',  2, "a declaration cannot be read",                 "--set a=sign"),
    ("a set by its letter",       'derive --formula "a*x**2" --wrt x --set a=R+',            2, "this set is not known",                        "did you mean nonnegative?"),
    ("an interval",               'derive --formula "log(x)" --wrt x --where "x in [1, 2]"', 2, "this is no condition that describes a domain", "write 1 <= x <= 2"),
    ("two conditions in one",     'derive --formula "log(x)" --wrt x --where "x>0, x<1"',    2, "this is no condition that describes a domain", 'give them one by one: --where "x>0" --where "x<1"'),
    ("a bound on data",           'prove --formula "a*x" --wrt x --where "a > 1"',           2, "this condition says nothing of the parameters", "state the set of the data instead, such as --set a=positive or sets={'a': 'positive'}"),
    ("expected otherwise",        'prove --formula "x**2" --wrt x --expect concave --no-write', 1, "expected concave, proved convex",           ""),
    ("no time",                   'prove --formula "x**2 + sin(x)**2*exp(cos(x))/9" --wrt x --budget 0.001', 3, "loss is undecided in x",                     "no time left"),
]  # fmt: skip


def test_sixty_mistakes_are_tried() -> None:
    assert len(MISTAKES) >= 60


@pytest.mark.parametrize(("case", "line", "code", "said", "hint"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_answered(case: str, line: str, code: int, said: str, hint: str, folder: Path) -> None:
    result = run(line)
    assert result.exit_code == code, result.output
    if line.startswith("verify ") or code != 2:
        assert (said in result.output, hint in result.output) == (True, True), result.output
    else:
        rows = result.stderr.splitlines()
        assert (rows[0], rows[-1]) == (f"error: {said}", f"  try       {hint}")
    assert {path.name for path in folder.iterdir()} == set(FILES)


# Every suggestion of a whole formula can be read; n is the size of what is summed up.
WRITTEN = [
    # as it is written                   what it is minimised over    shapes
    ("ln x",                             "x",    {}),
    ("log sin x",                        "x",    {}),
    ("2*|x - 1|",                        "x",    {}),
    ("||X w - y||^2",                    "w",    {"X": ("n", "d"), "w": ("d",), "y": ("n",)}),
    ("||w||_1 + 2||w||_2^2",             "w",    {"w": ("n",)}),
    ("2x + 3x^2",                        "x",    {}),
    ("a x^2 + b x + c",                  "x",    {}),
    ("x^T A x",                          "x",    {"A": ("n", "n"), "x": ("n",)}),
    ("sum_{i=1}^n (x_i - y_i)^2",        "x",    {"x": ("n",), "y": ("n",)}),
    ("\u2211_i x_i^2",                   "x",    {"x": ("n",)}),
    (r"\sum_i \log(1 + e^{-x_i})",       "x",    {"x": ("n",)}),
    (r"\frac{1}{2} \|x\|^2",             "x",    {"x": ("n",)}),
    ("\u00bd ||x||_2^2",                 "x",    {"x": ("n",)}),
    ("e^{-x}",                           "x",    {}),
    ("max(0, 1 - y x)",                  "x",    {}),
    ("sqrt x^2 + 1",                     "x",    {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "shapes"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_a_suggestion_leads_out(text: str, wrt: str, shapes: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(LossError) as caught:
        state(text, wrt=wrt, shapes=shapes)
    found = re.fullmatch(r"(?:.*in all: |write )(.*)", caught.value.hint)
    assert found, caught.value.hint
    assert state(found[1], wrt=wrt, shapes=shapes).loss.shape == ()


FOLLOWED = [
    # id                       after following the hint                                                                    exit
    ("a ball",                 'prove --formula "norm(w)**2" --wrt w --shape w=d --set r=positive --where "norm(w)<r"',    0),
    ("a closed ball",          'prove --formula "norm(w)**2" --wrt w --shape w=d --set r=nonnegative --where "norm(w)<=r"', 0),
    ("layers by widths",       "derive mlp --widths 2,3,3,1",                                                              0),
    ("a colon",                f'derive {SQUARES} --shape "X: n, d"',                                                      0),
    ("an interval",            'derive --formula "log(x)" --wrt x --where "1 <= x <= 2"',                                  0),
    ("an old name",            'check page.tex --formula "w**2" --wrt w',                                                  0),
    ("in torch's words",       'derive --formula "torch.sum(torch.nn.functional.softplus(w))" --wrt w --shape "w=(d,)"',   0),
    ("softmax is known",       'derive --formula "-sum(log(softmax(Z, dim=1))*Y)" --wrt Z --shape "Z=(n,k)" --shape Y=n,k', 0),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "code"), FOLLOWED, ids=[row[0] for row in FOLLOWED])
def test_a_hint_that_is_followed_helps(case: str, line: str, code: int) -> None:
    result = run(line + (" --no-write" if line.startswith("prove") else ""))
    assert result.exit_code == code, result.output


def test_a_name_is_that_of_loss_and_folder_and_nothing_may_be_written(folder: Path) -> None:
    line = 'prove --formula "x**2" --wrt x --name parabola'
    assert run(f"{line} --no-write --quiet").stdout == "parabola is convex in x\n"
    assert not (folder / "proofs").exists()
    assert run(f"{line} --quiet").exit_code == 0
    assert (folder / "proofs" / "parabola" / "certificate.json").is_file()
    asked = json.loads(run('prove --formula "x*y" --wrt x,y --ask blocks --no-write --json').stdout)
    assert (asked["answer"], asked["files"]) == ("yes", [])


def test_without_tex_it_is_said_what_brings_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    shown = run('prove --formula "x**2" --wrt x').stdout
    assert "  pdf          none, for pdflatex is not installed; on Debian: apt-get install texlive-" in shown


def test_tex_that_lacks_a_package_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "pdflatex"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho '! LaTeX Error: File lmodern.sty not found.' > proof.log\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert "  pdf          none, for TeX lacks a package; on Debian" in run('prove --formula "x**2" --wrt x').stdout


STRANGE = [
    # id               what comes in
    ("escapes",        "\x1b[31mx\x1b[0m"),
    ("a bell",         "x\a"),
    ("long",           "x" * 30_000 + " !"),
    ("too long",       "x+" * 30_000 + "x"),
    ("no letters",     "\u202e\u200b\udc80"),
    ("many lines",     "\n".join(["x"] * 500) + " !"),
    ("deep",           "(" * 900 + "x" + ")" * 900),
    ("bars",           "|" * 5_000),
    ("quotes",         "'" * 99),
    ("nothing",        " "),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text"), STRANGE, ids=[row[0] for row in STRANGE])
def test_a_message_is_short_and_printable_whatever_comes_in(case: str, text: str) -> None:
    words = (
        ["prove", "--formula", text, "--wrt", "x"],
        ["prove", text],
        [text],
        ["check", text],
        ["prove", "ridge", f"--{text}"],
    )
    for line in words:
        result = CliRunner().invoke(main, [*line, *(["--name", text] if case == "a bell" else [])])
        assert result.exit_code == 2, (line[:2], result.output[:300])
        assert len(result.stderr) < 2_000
        assert all(row.isprintable() for row in result.stderr.splitlines())


def test_a_long_field_of_an_error_is_cut() -> None:
    problem = SymconvexError("a\x00b", where="\n".join("x" * 999 for _ in range(99)), expected="", got="\x1b", hint="h")
    assert (problem.what, problem.got, problem.hint) == (r"a\x00b", r"\x1b", "h")
    lines = problem.where.splitlines()
    assert (len(lines), max(map(len, lines))) == (MOST_LINES + 1, LONGEST + 4)
