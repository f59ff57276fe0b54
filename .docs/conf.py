"""The documentation site: pages by hand beside this file, and pages made of docstrings, help and catalogues.

pip install -e ".[docs]" && sphinx-build -W .docs site
"""

import sys
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

project = "symconvex"
author = "The symconvex authors"
release = metadata.version(project)
extensions = ["myst_parser"]
exclude_patterns = ["site"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.xref_missing"]  # SPEC.md names files of the source, which are no pages
highlight_language = "text"
html_theme = "furo"
html_title = "symconvex"
html_show_sphinx = False
html_copy_source = False

import pages  # noqa: E402 - its folder is on the path only now

pages.write(HERE / "made")
