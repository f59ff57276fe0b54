"""The certificates of the kernel's tests: accepted, refused and unreadable ones."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "certificates"


def stored(kind: str) -> list[Path]:
    """The files of one folder, by name."""
    return sorted((FOLDER / kind).glob("*.json"))


def load(path: Path) -> tuple[dict[str, object], dict[str, object]]:
    """The certificate, and what is expected of it."""
    entry = json.loads(path.read_text(encoding="utf-8"))
    return entry["certificate"], entry["expect"]
