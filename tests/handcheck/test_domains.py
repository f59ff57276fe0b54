"""Where the loss is spoken of: `--where`, conditions in declarations, and what is tried and shown there only."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import symconvex as sc
from symconvex.cli import main
from symconvex.errors import LossError
from symconvex.handcheck.meaning.declare import read_declarations

SETS = [
    ("x > 0",                   "positive",    ()),
    ("0 < x",                   "positive",    ()),
    ("x >= 0",                  "nonnegative", ()),
    ("0 <= x",                  "nonnegative", ()),
    ("0 < x < 1",               "unit",        ()),
    ("where 0 < x < 1",         "unit",        ()),
    ("x: positive; x < 1",      "positive",    ("x < 1",)),
    ("x: real; 0 <= x < 1",     "real",        ("0 <= x < 1",)),
    ("x: real; x < 0",          "real",        ("x < 0",)),
    ("x: counts; x > 0",        "count",       ("x > 0",)),
    ("x: d; norm(x) < 1",       "real",        ("norm(x) < 1",)),
    ("x: d; b - A@x > 0",       "real",        ("b - A@x > 0",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "within", "where"), SETS)
def test_a_condition_is_a_set_or_stays_a_condition(text: str, within: str, where: tuple[str, ...]) -> None:
    declared = read_declarations(text)
    assert (declared.names["x"].within, declared.where, declared.unread) == (within, where, ())


@pytest.mark.parametrize("text", ["K >= 2", "0 < y_i < 1", "x is large", "x != 0"])
def test_what_is_no_condition_on_names(text: str) -> None:
    assert read_declarations(text).where == ()


# A line, the loss over x, where, and what becomes of the line.
JUDGED = [
    ("$f''(x)=6x>0$",                       "x**3",     ("x > 1",),              "held"),
    ("$f''(x)=6x>0$",                       "x**3",     ("x > -1",),             "false"),
    ("$f''(x)=6x>0$",                       "x**3",     (),                      "false"),
    ("$f''(x)=6x<0$",                       "x**3",     ("-3 < x < -1/4",),      "held"),
    ("$f''(x)=6x<0$",                       "x**3",     ("x > 1/4",),            "false"),
    ("So $f$ is convex.",                 "x**3",     ("x > 0", "x < 2"),      "proven"),
    ("So $f$ is convex.",                 "x**3",     ("x > -1",),             "false"),
    ("So $f$ is concave.",                "x**3",     ("x > 1/4",),            "false"),
    ("So $f$ is convex.",                 "x*log(x)", ("x > 0",),              "proven"),
    ("$f'(x)=1+\\log x>0$",                 "x*log(x)", ("0 < x < 1",),          "false"),
    ("$f'(x)=1+\\log x>0$",                 "x*log(x)", ("x > 1",),              "held"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "loss", "where", "expected"), JUDGED)
def test_it_is_judged_inside_of_the_domain(text: str, loss: str, where: tuple[str, ...], expected: str) -> None:
    last = sc.check(text, formula=loss, wrt="x", name="f", where=where).relations[-1]
    held = {"held": ("proven", "holds-at-tried-sizes")}.get(expected, (expected,))
    assert last.verdict in held
    assert expected == "false" or {*where} <= {*last.given}


def test_a_condition_on_arrays_holds_in_every_entry() -> None:
    text = r"$\nabla f(x)=A^\top(1/(b-Ax))$, where $b_i-a_i^\top x>0$. So $f$ is convex. So $f$ is concave."
    shapes = {"A": "m, n", "b": "m", "x": "n"}
    found = sc.check(text, formula="-sum(log(b-A@x))", wrt="x", name="f", where="b - A@x > 0", shapes=shapes)
    assert [one.verdict for one in found.relations][:1] == ["proven"]
    assert "false" not in [one.verdict for one in found.relations][:-1]
    assert found.relations[-1].verdict == "false"


REFUSED = [
    ("x == 1",      "a condition cannot be read"),
    ("x",           "a condition cannot be read"),
    ("x >",         "a condition cannot be read"),
    ("x > 100000",  "hardly any point that is tried lies in the domain"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "what"), REFUSED)
def test_a_domain_that_cannot_be_tried_is_refused(where: str, what: str) -> None:
    with pytest.raises(LossError) as caught:
        sc.check("$f'(x)=2x$", formula="x**2", wrt="x", name="f", where=where)
    assert caught.value.what == what


def test_a_condition_on_an_unknown_name_is_a_line_of_the_answer() -> None:
    found = sc.check("$f'(x)=2x$", formula="x**2", wrt="x", name="f", where="z > 1")
    assert found.outcome == "undecided"
    assert found.relations[0].hint == "what is declared here is not understood: z > 1"


def test_the_command_line_and_the_comments_of_a_file_say_the_same(tmp_path: Path) -> None:
    text = "So $f$ is convex.\n"
    (tmp_path / "bare.tex").write_text(text, encoding="utf-8")
    comment = "% symconvex: f(x) = x**3; x > 0; x < 2\n"
    (tmp_path / "told.tex").write_text(comment + text, encoding="utf-8")
    asked = ["--formula", "x**3", "--wrt", "x", "--name", "f"]
    runs = [
        ["check", str(tmp_path / "bare.tex"), *asked, "--where", "x > 0", "--where", "x < 2"],
        ["check", str(tmp_path / "told.tex")],
        ["check", str(tmp_path / "bare.tex"), *asked],
    ]
    assert [CliRunner().invoke(main, run).exit_code for run in runs] == [0, 0, 1]


def test_the_loss_may_be_called_as_tex_writes_it() -> None:
    assert sc.check(r"$\ell(w)=w^2$, $\ell'(w)=2w$.", formula="w**2", wrt="w", name=r"\ell").outcome == "proven"


def test_a_model_is_looked_at_in_a_domain_too() -> None:
    (one,) = sc.check("$f$ is convex.", model="logistic", where="w > 0", name="f").relations
    assert one.verdict == "proven"
    assert any("w > 0" in words for words in one.given)
