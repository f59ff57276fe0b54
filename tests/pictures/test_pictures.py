"""Pictures: their data are the evidence, every axis has a name, and no display is needed."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import symconvex as sc
from symconvex.cli import main
from symconvex.errors import NotYet, OutputError

pytest.importorskip("matplotlib")
from symconvex.pictures._canvas import check_name, write
from symconvex.pictures._evidence import along, ends_of, profile_of, slice_of
from symconvex.pictures.verdict import draw

REFUTED: list[tuple[str, dict[str, Any], Any]] = [
    # loss                      with                              the loss in plain Python
    ("x*y",                     {"wrt": "x,y"},                   lambda p: p["x"] * p["y"]),
    ("(x**2 - 1)**2",           {"wrt": "x"},                     lambda p: (p["x"] ** 2 - 1) ** 2),
    ("sum(w**4) - 3*sum(w**2)", {"wrt": "w", "shapes": {"w": (2,)}}, lambda p: sum(w**4 - 3 * w**2 for w in p["w"])),
]  # fmt: skip


def exact(value: Any) -> Any:
    return [exact(entry) for entry in value] if isinstance(value, list) else Fraction(str(value))


@pytest.mark.parametrize(("loss", "given", "value"), REFUTED, ids=[row[0] for row in REFUTED])
def test_the_chord_that_is_drawn_is_the_one_of_the_certificate(loss: str, given: dict[str, Any], value: Any) -> None:
    verdict = sc.prove(loss, **given)
    ends = ends_of(verdict)
    assert ends is not None
    stated = [{name: exact(entry) for name, entry in end.items()} for end in verdict.witness["ends"]]
    for drawn, end in zip((ends.left, ends.right), stated, strict=True):
        assert {name: array.tolist() for name, array in drawn.items()} == end
    points = along(verdict, ends)
    assert [points[0][1], points[-1][1]] == pytest.approx([float(value(end)) for end in stated])
    at, above = min(points, key=lambda pair: abs(pair[0] - ends.place))
    assert above > points[0][1] + (points[-1][1] - points[0][1]) * at
    plane = slice_of(verdict, ends)
    assert (plane is None) == (given["wrt"] == "x")
    if plane is not None:
        place = {round(x, 9): k for k, x in enumerate(plane.places.tolist())}
        corners = [plane.values[place[t]][place[s]] for s, t in plane.ends]
        assert corners == pytest.approx([points[0][1], points[-1][1]])
        for axis, name in enumerate(plane.names):
            if plane.scales[axis] is not None and name in ends.left:  # its axis shows the number itself
                middle, half = plane.scales[axis]
                at_ends = [float(end[name].item()) for end in (ends.left, ends.right)]
                assert [middle + half * corner[axis] for corner in plane.ends] == pytest.approx(at_ends)


CURVES = [
    # function         with                                   its second derivative          lies in
    ("cos(x)+x**2/4",  {"wrt": "x"},                          lambda x: 0.5 - math.cos(x),   (-4.0, 4.0)),
    ("x*log(x)",       {"wrt": "x", "where": ["x > 0"]},      lambda x: 1 / x,               (0.0, 4.0)),
    ("1/x",            {"wrt": "x", "where": ["10 < x < 20"]}, lambda x: 2 / x**3,            (10.0, 20.0)),
    ("x**3",           {"wrt": "x"},                          lambda x: 6 * x,               (-4.0, 4.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given", "bend", "span"), CURVES, ids=[row[0] for row in CURVES])
def test_the_second_derivative_is_drawn_on_the_domain(
    text: str, given: dict[str, Any], bend: Any, span: tuple[float, float]
) -> None:
    verdict = sc.prove(text, **given)
    profile = profile_of(verdict, ends_of(verdict))
    assert profile is not None
    assert span[0] <= profile.places[0] < profile.places[-1] <= span[1]
    assert profile.bends.tolist() == pytest.approx([bend(x) for x in profile.places.tolist()], rel=1e-9, abs=1e-9)


def test_every_picture_has_names_and_is_written(tmp_path: Path) -> None:
    for name, verdict in (
        ("plane", sc.prove("x*y", wrt="x,y")),
        ("curve", sc.prove("x**3", wrt="x")),
        ("document", sc.prove("matrix-factorization")),
        ("sample", sc.sample("mlp", points=50)),
    ):
        figure = verdict.plot()
        axes = [axis for axis in figure.axes if axis.get_label() != "<colorbar>"]
        assert all(axis.get_ylabel() for axis in axes)
        assert all(axis.get_xlabel() for axis in axes) or name == "curve"
        assert any(axis.get_legend() for axis in axes)
        path = write(figure, tmp_path / f"{name}.png")
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_picture_for_all_data_names_its_small_instance() -> None:
    figure = sc.prove("matrix-factorization").plot()
    assert "on one small instance. Data: M =" in " ".join(figure.get_supxlabel().split())


def test_a_histogram_counts_what_was_sampled() -> None:
    seen = sc.sample("mlp", points=60)
    figure = seen.plot()
    left, right = figure.axes
    assert sum(bar.get_height() for bar in left.patches) == len(seen.eigenvalues) == 60
    assert sum(bar.get_height() for bar in right.patches) == 60 * len(seen.names)
    negative = sum(value < 0 for values in seen.eigenvalues for value in values)
    assert sum(bar.get_height() for bar in right.patches if bar.get_x() < -1e-12) == negative


def test_where_there_is_nothing_to_draw_it_is_said() -> None:
    with pytest.raises(NotYet, match="nothing to draw"):
        sc.prove("logistic").plot()


@pytest.mark.parametrize("name", ["picture", "picture.txt", "picture.png.gz"])
def test_another_kind_of_picture_is_refused(name: str) -> None:
    with pytest.raises(OutputError, match="not known"):
        check_name(Path(name))


def test_the_commands_draw(tmp_path: Path) -> None:
    picture = tmp_path / "eigen.svg"
    line = ["sample", "--formula", "x*y", "--wrt", "x,y", "--points", "1e2", "--plot", str(picture)]
    result = CliRunner().invoke(main, line)
    assert (result.exit_code, "picture" in result.stdout) == (0, True)
    assert "<svg" in picture.read_text("utf-8")
    line = ["prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path), "--plot", str(tmp_path / "f.gif")]
    result = CliRunner().invoke(main, line)
    assert result.exit_code == 2
    assert not [*tmp_path.rglob("certificate.json")]
    result = CliRunner().invoke(main, [*line[:-1], str(tmp_path / "f.png")])
    assert (result.exit_code, (tmp_path / "f.png").is_file()) == (0, True)


def test_two_numbers_have_axes_of_their_own() -> None:
    verdict = sc.prove("x**2*y**2", wrt="x,y")
    ends = ends_of(verdict)
    assert ends is not None
    plane = slice_of(verdict, ends)
    assert plane is not None
    assert plane.names == ("x", "y")
    assert None not in plane.scales
    axis = draw(verdict).axes[1]
    places = [tuple(map(float, (end["x"], end["y"]))) for end in (ends.left, ends.right)]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("x", "y")
    assert [tuple(map(float, pair)) for pair in axis.lines[-1].get_xydata()] == places
    assert axis.get_xlim()[0] < min(x for x, _ in places) < max(x for x, _ in places) < axis.get_xlim()[1]
