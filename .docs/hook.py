"""The hook of the build: the manual page is made of the help as it is, and installed where man looks for it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "symconvex.1"


class CustomBuildHook(BuildHookInterface[Any]):
    """What hatchling calls before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the page, and say where it belongs."""
        del version
        sys.path.insert(0, str(Path(self.root, ".docs")))
        from manual import manual

        page = Path(self.directory, PAGE)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(manual(self.metadata.version), encoding="utf-8")
        build_data["shared_data"][str(page)] = f"share/man/man1/{PAGE}"
