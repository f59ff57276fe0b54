"""The page of all proofs: current, complete, and no more than the certificates show."""

import html
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from symconvex.cli import main
from symconvex.contents import INDEX, contents_page
from symconvex.replay import replay_all

PROOFS = Path(__file__).parent.parent.parent / "proofs"


@pytest.fixture(scope="module")
def page() -> str:
    return contents_page(PROOFS, replay_all((PROOFS,)))


def test_the_stored_index_is_current(page: str) -> None:
    assert (PROOFS / INDEX).read_text("utf-8") == page, "write it again: symconvex index proofs"


def test_every_certificate_is_listed_and_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r'href="([^"]*)"', page)
    assert [link for link in links if not (PROOFS / link).is_file()] == []
    assert {PROOFS / link for link in links if link.endswith(".json")} == {*PROOFS.rglob("certificate.json")}
    assert len([link for link in links if link.endswith(".tex")]) == len([*PROOFS.rglob("certificate.json")])


LISTED = [
    # folder                    answer
    ("logistic",                "convex"),
    ("mlp",                     "neither convex nor concave, if X != 0"),
    ("matrix-factorization",    "neither convex nor concave"),
    ("max-pooling-squared",     "convex for some data and not convex for others"),
    ("product-of-two/in-x",     "affine, so convex and concave"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer"), LISTED, ids=[row[0] for row in LISTED])
def test_an_entry_says_what_is_proved_with_all_that_it_assumes(name: str, answer: str, page: str) -> None:
    entry = html.unescape(page[page.index(f'id="{name}"') :].partition("</dl>")[0])
    assert f">{answer}</strong>" in entry
    (replay,) = replay_all((PROOFS / name / "certificate.json",))
    assert all(theorem in entry for theorem in (replay.setting, replay.text, *replay.theorems))


def test_what_is_refused_is_listed_as_refused(tmp_path: Path) -> None:
    certificate = json.loads((PROOFS / "logistic" / "certificate.json").read_text("utf-8"))
    certificate["text"] = "sum(<script>)"
    for name, text in (("bad", json.dumps(certificate)), ("worse", "{")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "certificate.json").write_text(text)
    result = CliRunner().invoke(main, ["index", str(tmp_path)])
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "1 refused, 1 unreadable")
    page = (tmp_path / INDEX).read_text("utf-8")
    assert 'class="refused">refused<' in page
    assert 'class="unreadable">unreadable<' in page
    assert "convex</strong>" not in page
    assert "<script" not in page


def test_pages_of_another_form_are_linked(tmp_path: Path) -> None:
    line = ["prove", "--formula", "x**2", "--wrt", "x", "--out", str(tmp_path), "--format", "html"]
    assert CliRunner().invoke(main, line).exit_code == 0
    assert CliRunner().invoke(main, ["index", str(tmp_path), "--format", "html"]).exit_code == 0
    assert "proof.html" in (tmp_path / INDEX).read_text("utf-8")
