"""The notebook runs from top to bottom, and what its cells end in is shown as a notebook would."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted(Path(__file__).parent.glob("*.ipynb"))


def shown(source: str, names: dict[str, Any]) -> object:
    """Run a cell; the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - our own notebook
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 7
    names: dict[str, Any] = {}
    for cell in cells:
        value = shown("".join(cell["source"]), names)
        ours = type(value).__module__.startswith("symconvex")
        pages = [getattr(value, name)() for name in ("_repr_html_", "_repr_latex_") if ours and hasattr(value, name)]
        assert pages or not ours
        assert value is None or repr(value)
        assert all(isinstance(page, str) and page for page in pages)
    assert (tmp_path / "mine" / "proof.html").is_file()
