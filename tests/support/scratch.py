"""A copy of the package with one file more: what somebody has who adds to a catalogue."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.source import PACKAGE, ROOT

NO_CACHE = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder that holds a copy of the package; what is run there imports the copy."""

    top: Path

    def add(self, file: str, source: str) -> None:
        """One file of the copy: "models/ridge.py"."""
        (self.top / "symconvex" / file).write_text(source.lstrip(), encoding="utf-8")

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command: symconvex words..."""
        return self._run("-m", "symconvex", *words)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """A program."""
        return self._run("-c", code)

    def test(self, file: str, name: str) -> subprocess.CompletedProcess[str]:
        """The rows of this name in a test file, as README has them run: "models/test_models.py"."""
        where = self.top / "tests" / file
        for folder in ("support", "data"):
            shutil.copytree(ROOT / "tests" / folder, self.top / "tests" / folder, ignore=NO_CACHE)
        where.parent.mkdir()
        for path in (Path("pyproject.toml"), Path("tests/conftest.py"), where.relative_to(self.top)):
            shutil.copy(ROOT / path, self.top / path)
        return self._run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(where), "-k", name)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command, env = [sys.executable, "-B", *arguments], {"PYTHONPATH": str(self.top)}
        return subprocess.run(command, cwd=self.top, env=env, capture_output=True, text=True, check=False)


def scratch_copy(top: Path) -> Scratch:
    """A fresh copy of the package in this folder."""
    shutil.copytree(PACKAGE, top / "symconvex", ignore=NO_CACHE)
    return Scratch(top)
