"""CSV files become exact values, or an error that says line and column."""

import os
import threading
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symconvex.data import MAX_BYTES, read_csv, sized, sizes_of, with_data
from symconvex.errors import DataError
from symconvex.language.state import state
from symconvex.models import models
from symconvex.problem import Expr, Problem

DATA = Path(__file__).parent / "data"
LINEAR = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}


def least_squares(targets: str = "real") -> Problem:
    return state("sum((X @ w - y)**2)/2", wrt="w", shapes=LINEAR, sets={"y": targets})


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "samples.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


READ = [
    # id                   file                                  X                              y
    ("plain",              "1,2,3\n4,5,6\n",                     (("1", "2"), ("4", "5")),      ("3", "6")),
    ("header",             "a,b,y\n1,2,3\n",                     (("1", "2"),),                 ("3",)),
    ("header, Greek",      "α,β 2,_y\n1,2,3\n",                  (("1", "2"),),                 ("3",)),
    ("quoted header",      '"a, b",c,"y"\n1,2,3\n',              (("1", "2"),),                 ("3",)),
    ("one input",          "1,3\n",                              (("1",),),                     ("3",)),
    ("decimals",           "0.1,-.5,2.\n",                       (("1/10", "-1/2"),),           ("2",)),
    ("fractions",          "1/3,-2/6,+4/2\n",                    (("1/3", "-1/3"),),            ("2",)),
    ("many digits",        "0.123456789012345678901234567890,-0.0,007\n",  (("123456789012345678901234567890/1000000000000000000000000000000", "0"),),  ("7",)),
    ("as precise as can be", "0." + "0" * 57 + "1,1,1\n",      (("1/1" + "0" * 58, "1"),),    ("1",)),
    ("exponents",          "1e3,2E-2,-1.5e+1\n",                 (("1000", "1/50"),),           ("-15",)),
    ("spaces",             " 1 ,\t2, 3\n",                       (("1", "2"),),                 ("3",)),
    ("quoted numbers",     '"1","2","3"\n',                      (("1", "2"),),                 ("3",)),
    ("byte order mark",    "\ufeff1,2,3\n",                      (("1", "2"),),                 ("3",)),
    ("line ends",          "x,z,y\r\n1,2,3\r\n4,5,6\r\n",        (("1", "2"), ("4", "5")),      ("3", "6")),
    ("blank at the end",   "1,2,3\n\n\n  \n",                    (("1", "2"),),                 ("3",)),
    ("no last line end",   "1,2,3",                              (("1", "2"),),                 ("3",)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "inputs", "targets"), READ, ids=[row[0] for row in READ])
def test_a_file_is_read_exactly(
    case: str, text: str, inputs: tuple[tuple[str, ...], ...], targets: tuple[str, ...], tmp_path: Path
) -> None:
    values = read_csv(written(tmp_path, text), least_squares())
    assert values["X"] == tuple(tuple(map(Fraction, row)) for row in inputs), case
    assert values["y"] == tuple(map(Fraction, targets)), case


REFUSED = [
    # id                     file                         targets     where                  a word of the message
    ("empty",                "",                          "real",     "samples.csv",         "no samples"),
    ("only blank lines",     "\n\n \n",                   "real",     "samples.csv",         "no samples"),
    ("only a header",        "a,b,y\n",                   "real",     "samples.csv",         "no samples"),
    ("ragged",               "1,2,3\n1,2\n",              "real",     "line 2",              "3 cells, as in line 1"),
    ("ragged after header",  "a,b,y\n1,2,3\n1,2,3,4\n",   "real",     "line 3",              "3 cells, as in line 2"),
    ("blank in the middle",  "1,2,3\n\n1,2,3\n",          "real",     "line 2",              "different lengths"),
    ("a word",               "1,2,3\n1,two,3\n",          "real",     "line 2, column 2",    "'two'"),
    ("an empty cell",        "1,2,3\n1,2,\n",             "real",     "line 2, column 3",    "empty"),
    ("minus of Unicode",     "−1,2,1\n1,2,3\n",         "real",     "line 1, column 1",    "not a number"),
    ("NA in line 1",         "NA,2,1\n1,2,3\n",          "real",     "line 1, column 1",    "leave incomplete"),
    ("NA everywhere",        "NA,na,null\n1,2,3\n",      "real",     "line 1, column 1",    "'NA'"),
    ("digits in groups",     "1 000,2,1\n1,2,3\n",       "real",     "line 1, column 1",    "'1 000'"),
    ("underscore, line 1",   "1_0,2,1\n1,2,3\n",         "real",     "line 1, column 1",    "'1_0'"),
    ("a dash in line 1",     "1,-,1\n1,2,3\n",           "real",     "line 1, column 2",    "'-'"),
    ("a word among numbers", "1,2,y\n1,2,3\n",           "real",     "line 1, column 3",    "'y'"),
    ("one bad row",          "1,1/0,1\n",                "real",     "line 1, column 2",    "'1/0'"),
    ("a header too long",    "a,b,c,y\n1,2,3\n",         "real",     "line 2",              "4 cells, as in the header"),
    ("a large exponent",     "1e300,2,3\n",              "real",     "line 1, column 1",    "two digits in an exponent"),
    ("nan",                  "1,2,3\n1,nan,3\n",          "real",     "line 2, column 2",    "'nan'"),
    ("nan in line 1",        "1,NaN,3\n1,2,3\n",          "real",     "line 1, column 2",    "'NaN'"),
    ("infinity",             "1,2,3\n-inf,2,3\n",         "real",     "line 2, column 1",    "'-inf'"),
    ("division by zero",     "1,2,3\n1,1/0,3\n",          "real",     "line 2, column 2",    "'1/0'"),
    ("huge exponent",        "1,2,3\n1,1e999999999,3\n",  "real",     "line 2, column 2",    "1e999999999"),
    ("endless cell",         "1,2,3\n1," + "9" * 99 + ",3",  "real",  "line 2, column 2",   "at most 60 characters"),
    ("hexadecimal",          "1,2,3\n1,0x10,3\n",         "real",     "line 2, column 2",    "0x10"),
    ("underscores",          "1,2,3\n1,1_000,3\n",        "real",     "line 2, column 2",    "1_000"),
    ("digits of elsewhere",  "1,2,3\n1,\u0663,3\n",       "real",     "line 2, column 2",    "not a number"),
    ("percent",              "1,2,3\n1,50%,3\n",          "real",     "line 2, column 2",    "50%"),
    ("semicolons",           "1;2;3\n4;5;6\n",            "real",     "line 1, column 1",    "1;2;3"),
    ("one column",           "1\n2\n",                    "real",     "samples.csv",         "1 in the file"),
    ("sign label 0",         "1,2,1\n1,2,0\n",            "sign",     "line 2, column 3",    "-1 or 1"),
    ("binary label -1",      "a,b,y\n1,2,1\n1,2,-1\n",    "binary",   "line 3, column 3",    "0 or 1"),
    ("count 1.5",            "1,2,1\n1,2,1.5\n",          "count",    "line 2, column 3",    "0, 1, 2"),
    ("negative count",       "1,2,-1\n",                  "count",    "line 1, column 3",    "0, 1, 2"),
    ("unit 1",               "1,2,1\n",                   "unit",     "line 1, column 3",    "0 < x < 1"),
    ("open quote",           '1,2,3\n1,"2,3\n',           "real",     "line 2",              "not CSV"),
    ("no text",              b"1,2,\xff\n",               "real",     "line 1",              "0xff"),
    ("no text further on",   b"1,2,3\n" * 9999 + b"\xe9", "real",    "line 10000",          "0xe9"),
    ("another encoding",     "1,2,3\n".encode("utf-16"),  "real",     "line 1",         "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "targets", "where", "word"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_file_is_refused(
    case: str, text: str | bytes, targets: str, where: str, word: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read_csv(written(tmp_path, text), least_squares(targets))
    error = caught.value
    assert error.where.endswith(where), case
    assert word in str(error)
    assert all((error.what, error.expected, error.got, error.hint))
    assert len(str(error)) < 600 + len(error.where)


TOO_LARGE = [
    # id                  limit              value   file
    ("as large as can be", "MAX_BYTES",      12,     None),
    ("a byte too many",   "MAX_BYTES",       11,     "too large"),
    ("a line too long",   "MAX_LINE",        6,      "too large"),
    ("lines that fit",    "MAX_LINE",        7,      None),
]  # fmt: skip


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
@pytest.mark.parametrize(("case", "limit", "value", "said"), TOO_LARGE, ids=[row[0] for row in TOO_LARGE])
def test_memory_is_bounded(
    case: str, limit: str, value: int, said: str | None, pipe: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"symconvex.data.{limit}", value)
    path, text = tmp_path / "samples.csv", "1,2,3\n4,5,6\n"
    if pipe:
        os.mkfifo(path)
        threading.Thread(target=path.write_text, args=(text,), daemon=True).start()
    else:
        path.write_text(text)
    if said is None:
        assert read_csv(path, least_squares())["y"] == (Fraction(3), Fraction(6)), case
    else:
        with pytest.raises(DataError, match=said):
            read_csv(path, least_squares())


def test_a_file_of_any_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    started = time.process_time()
    with pytest.raises(DataError, match="too large"):
        read_csv(path, least_squares())
    assert time.process_time() - started < 0.5


def test_an_endless_line_is_refused() -> None:
    with pytest.raises(DataError, match="too large"):
        read_csv(Path("/dev/zero"), least_squares())


def test_a_large_table_is_read_in_seconds(tmp_path: Path) -> None:
    lines = (
        ",".join(f"{k % 7 - 3}.{(k * j) % 999983:06}" for j in range(1, 10)) + f",{k % 2}\n" for k in range(100_000)
    )
    path = written(tmp_path, "".join(lines))
    started = time.process_time()
    values = read_csv(path, least_squares("binary"))
    assert time.process_time() - started < 20
    inputs = values["X"]
    assert isinstance(inputs, tuple)
    assert (len(inputs), inputs[99_999][8]) == (100_000, Fraction(f"1.{99_999 * 9 % 999983:06}"))
    assert {type(value) for row in inputs for value in row} == {Fraction}


@pytest.mark.parametrize("name", ["missing.csv", "."], ids=["no file", "a folder"])
def test_a_file_that_cannot_be_opened_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_csv(tmp_path / name, least_squares())


def test_a_row_of_nul_characters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_csv(written(tmp_path, "1,2,3\n1,\0,3\n"), least_squares())


MODELS = [
    # id                      model                   options                                        file             shapes by name
    ("targets a vector",      "least-squares",        {},                                            "xor.csv",       {"X": (4, 2), "y": (4,)}),
    ("signs",                 "logistic",             {},                                            "xor_signs.csv", {"X": (4, 2), "y": (4,)}),
    ("bits",                  "logistic",             {"labels": "binary"},                          "xor.csv",       {"X": (4, 2), "y": (4,)}),
    ("a scalar stays",        "ridge",                {},                                            "xor.csv",       {"X": (4, 2), "y": (4,)}),
    ("one output",            "mlp",                  {},                                            "xor.csv",       {"X": (4, 2), "Y": (4, 1)}),
    ("widths",                "mlp",                  {"widths": "2,3,1"},                           "xor.csv",       {"X": (4, 2), "Y": (4, 1)}),
    ("two outputs",           "mlp",                  {"widths": "d,h,2"},                           "xor.csv",       {"X": (4, 1), "Y": (4, 2)}),
    ("signs for a network",   "mlp",                  {"widths": "2,2,1", "loss": "logistic"},       "xor_signs.csv", {"X": (4, 2), "Y": (4, 1)}),
    ("classes",               "softmax",              {"classes": "2"},                              "xor.csv",       {"X": (4, 1), "Y": (4, 2)}),
    ("no targets",            "autoencoder",          {},                                            "xor.csv",       {"X": (4, 3)}),
    ("one table",             "matrix-factorization", {},                                            "xor.csv",       {"M": (4, 3)}),
    ("other data stay",       "rbf-network",          {"centres": "fixed"},                          "xor.csv",       {"X": (4, 2), "y": (4,)}),
]  # fmt: skip


def shape(value: object) -> tuple[int, ...]:
    return (len(value), *shape(value[0])) if isinstance(value, tuple) else ()


def shapes_in(expr: Expr) -> set[object]:
    return {*expr.shape}.union(*(shapes_in(arg) for arg in expr.args))


@pytest.mark.parametrize(("case", "name", "options", "file", "shapes"), MODELS, ids=[row[0] for row in MODELS])
def test_the_columns_go_where_the_model_wants_them(
    case: str, name: str, options: dict[str, str], file: str, shapes: dict[str, tuple[int, ...]]
) -> None:
    problem = models()[name].problem(options)
    values = read_csv(DATA / file, problem)
    assert {key: shape(value) for key, value in values.items()} == shapes, case
    given = with_data(problem, values)
    assert given == replace(problem, values=values), "sizes keep their names"
    numbered = sized(given)
    assert {s.name: s.shape for s in numbered.data if s.name in shapes} == shapes
    left = {size for s in (*numbered.parameters, *numbered.data) for size in s.shape if isinstance(size, str)}
    assert not left & {"n", "d"}
    assert {size for size in shapes_in(numbered.loss) if isinstance(size, str)} <= left


WIDTHS = [
    # id                   model             options                    a word of the message
    ("too few columns",    "mlp",            {"widths": "3,2,1"},       "X (3), Y (1)"),
    ("too many columns",   "mlp",            {"widths": "1,2,1"},       "X (1), Y (1)"),
    ("nothing for X",      "mlp",            {"widths": "d,2,3"},       "3 in the file"),
    ("two names",          "linear-network", {},                        "told apart"),
    ("unknown classes",    "softmax",        {},                        "told apart"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "options", "word"), WIDTHS, ids=[row[0] for row in WIDTHS])
def test_columns_that_do_not_fit_the_widths_are_refused(
    case: str, name: str, options: dict[str, str], word: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_csv(DATA / "xor.csv", models()[name].problem(options))
    assert word in str(caught.value), case


def test_a_loss_without_data_takes_no_file() -> None:
    with pytest.raises(DataError, match="takes no data"):
        read_csv(DATA / "xor.csv", state("(x - 1)**2", wrt="x", shapes={}))


ONE, TWO = Fraction(1), Fraction(2)
MISMATCH = [
    # id                   values                                           a word of the message
    ("unknown name",       {"Z": (ONE,)},                                   "not data"),
    ("a parameter",        {"w": (ONE,)},                                   "not data"),
    ("a scalar",           {"y": ONE},                                      "shape ()"),
    ("a matrix",           {"y": ((ONE,),)},                                "shape (1, 1)"),
    ("other samples",      {"X": ((ONE,), (TWO,)), "y": (ONE,)},            "shape (2,)"),
    ("ragged",             {"X": ((ONE,), (ONE, TWO))},                     "different lengths"),
    ("no entries",         {"y": ()},                                       "no entries"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "values", "word"), MISMATCH, ids=[row[0] for row in MISMATCH])
def test_values_of_another_shape_are_refused(case: str, values: dict[str, object], word: str) -> None:
    with pytest.raises(DataError) as caught:
        with_data(least_squares(), values)
    assert word in str(caught.value), case


def test_one_size_is_not_two_numbers() -> None:
    square = state("sum((A @ w)**2)", wrt="w", shapes={"A": ("d", "d"), "w": ("d",)})
    with pytest.raises(DataError, match="declared shape"):
        with_data(square, {"A": ((ONE, TWO),)})


def test_a_size_in_the_loss_becomes_a_number() -> None:
    problem = state("sum((X @ w - y)**2)/n", wrt="w", shapes=LINEAR)
    given = with_data(problem, read_csv(DATA / "xor.csv", problem))
    assert sizes_of(given) == {"n": 4, "d": 2}
    assert shapes_in(sized(given).loss) == {4, 2}
    assert "size" not in ops(sized(given).loss)
    assert "size" in ops(given.loss)


def ops(expr: Expr) -> set[str]:
    return {expr.op}.union(*(ops(arg) for arg in expr.args))


def test_a_bound_on_a_size_is_kept_until_it_is_met() -> None:
    problem = state("sum((X @ w - y)**2)", wrt="w", shapes=LINEAR, least={"n": 3, "d": 1})
    assert sized(with_data(problem, {"y": (ONE, ONE, TWO)})).least == {"d": 1}
    with pytest.raises(DataError, match="n >= 3"):
        with_data(problem, {"y": (ONE, TWO)})
