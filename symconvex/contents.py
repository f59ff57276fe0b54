"""All proofs below a folder on one page: what each certificate proves, with all that it assumes, and links.

Every word comes from a replay of the certificates; what is refused is listed as refused.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from symconvex.language.printing import theorems as words
from symconvex.replay import Replay
from symconvex.store import PAGE
from symconvex.view import view_of

INDEX = "index.html"
SAID = {"neither": "neither convex nor concave", "affine": "affine, so convex and concave"}
STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 0.2rem; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: 0.1rem 1rem; margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: 0.9em; }
.refused, .unreadable { color: #d55e00; font-weight: bold; }
"""


def answer_of(replay: Replay) -> str:
    """The answer, and what it assumes of the data beside its setting."""
    if replay.accepted is None:
        return replay.outcome
    view = view_of(replay.accepted)
    if view.answer == "depends":
        return view.outcomes
    given = [words.given_text(view.statement, claim.theorem, given) for claim, given in view.grounds]
    under = f", if {' and '.join(dict.fromkeys(given))}" if given else ""
    return f"{SAID.get(view.answer, view.answer)}{under}"


def contents_page(folder: Path, replays: Sequence[Replay], *, files: Sequence[str] = (PAGE,)) -> str:
    """The page; `files` are those that are linked beside each certificate, where they are there."""
    entries = "\n".join(_entry(folder, replay, files) for replay in replays)
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Proofs</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>Proofs</h1>\n"
        f"<p>What {len(replays)} certificates prove, as the kernel accepted them. "
        "<code>symconvex verify</code> checks them again.</p>\n"
        f"{entries}\n</body>\n</html>\n"
    )
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _entry(folder: Path, replay: Replay, files: Sequence[str]) -> str:
    name = replay.path.parent.relative_to(folder).as_posix()
    rows = [
        ("answer", f'<strong class="{replay.outcome}">{escape(answer_of(replay))}</strong>'),
        ("loss", f"<code>{escape(replay.text)}</code>" if replay.text else ""),
        ("setting", f"<code>{escape(replay.setting)}</code>" if replay.setting else ""),
        ("proved", "<br>".join(f"<code>{escape(theorem)}</code>" for theorem in replay.theorems)),
        ("reason", escape(replay.reason)),
        ("files", ", ".join(_links(folder, replay.path, files))),
    ]
    told = "\n".join(f"<dt>{word}</dt><dd>{text}</dd>" for word, text in rows if text)
    return f'<h2 id="{escape(name)}">{escape(name)}</h2>\n<dl>\n{told}\n</dl>'


def _links(folder: Path, certificate: Path, files: Sequence[str]) -> Iterator[str]:
    """The pages of the certificate, which may tell several and then stand one folder above; else LaTeX."""
    homes = [home for home in (certificate.parent, certificate.parent.parent) if home.is_relative_to(folder)]
    there = [
        next((home / name for home in homes if home != folder and (home / name).is_file()), None)
        for name in (*files, PAGE)
    ]
    *asked, latex = there
    pages = [path for path in asked if path is not None] or [path for path in (latex,) if path is not None]
    yield from (_link(folder, path) for path in (*pages, certificate))


def _link(folder: Path, path: Path) -> str:
    return f'<a href="{quote(path.relative_to(folder).as_posix())}">{escape(path.name)}</a>'
