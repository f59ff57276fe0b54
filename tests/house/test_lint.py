"""Ruff and mypy run inside pytest, so that one command checks everything."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = [
    # id       arguments
    ("ruff", ("check", "--no-cache", "--output-format=concise", ".")),
    ("mypy", ()),
]


@pytest.mark.parametrize(("tool", "arguments"), TOOLS, ids=[row[0] for row in TOOLS])
def test_the_tool_has_nothing_to_say(tool: str, arguments: tuple[str, ...], root: Path) -> None:
    if importlib.util.find_spec(tool) is None:
        pytest.fail(f'{tool} is missing; it comes with pip install -e ".[test]"')
    run = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
