"""Where proofs are kept: names that follow from the question, files that are whole or absent, TeX on a leash."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from symconvex.errors import OutputError
from symconvex.store import Tex, check_folder, compile_tex, folder_name, write_proof

NAMES = [
    # model              options                                         folder
    ("logistic",         {},                                             "logistic"),
    ("logistic",         {"labels": "binary"},                           "logistic-binary"),
    ("linear-network",   {"layers": "3"},                                "linear-network-layers-3"),
    ("mlp",              {"widths": "2,2,1", "activation": "relu"},      "mlp-widths-2-2-1-relu"),
    ("mlp",              {"biases": "yes"},                              "mlp-biases"),
    ("mlp",              {"biases": "no", "activation": "leaky-relu"},   "mlp-no-biases-activation-leaky-relu"),
    ("mlp",              {"data": "xor"},                                "mlp-data-xor"),
    ("mlp",              {"data": "../../etc/passwd"},                   "mlp-data-etc-passwd"),
    ("../up",            {},                                             "up"),
    ("...",              {},                                             "loss"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "options", "folder"), NAMES, ids=[row[2] for row in NAMES])
def test_a_folder_is_named_after_the_question(model: str, options: dict[str, str], folder: str) -> None:
    assert folder_name(model, options) == folder


def test_long_names_are_cut_and_stay_different() -> None:
    one, two = (folder_name("mlp", {"data": "x" * 200 + end}) for end in "ab")
    assert len(one) == len(two) <= 80
    assert one != two


OUTSIDE = ["../proof.tex", "a/proof.tex", "..", ".", "", ".hidden", "/proof.tex", "a\\b", "a\n", "x" * 300]


@pytest.mark.parametrize("name", OUTSIDE, ids=repr)
def test_no_file_leaves_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="would leave"):
        write_proof(tmp_path / "proofs", {"proof.tex": "fine", name: "not fine"})
    assert list(tmp_path.iterdir()) == []


def test_files_are_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "proofs" / "logistic"
    write_proof(folder, {"proof.tex": "old", "certificate.json": "old"})
    paths = write_proof(folder, {"proof.tex": "new é", "certificate.json": b"new"})
    assert [path.read_bytes() for path in paths] == ["new é".encode(), b"new"]
    assert sorted(path.name for path in folder.iterdir()) == ["certificate.json", "proof.tex"]


def test_a_full_disk_leaves_the_old_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_proof(tmp_path, {"proof.tex": "old", "certificate.json": "old"})
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_proof(tmp_path, {"proof.tex": "new", "certificate.json": "new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"proof.tex": "old", "certificate.json": "old"}


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_proof(tmp_path, {"proof.tex": "new"})
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, folder = tmp_path / "precious", tmp_path / "proofs"
    target.write_text("precious")
    folder.mkdir()
    (folder / "proof.tex").symlink_to(target)
    write_proof(folder, {"proof.tex": "new"})
    assert (target.read_text(), (folder / "proof.tex").read_text()) == ("precious", "new")


UNUSABLE = [
    # id                     folder
    ("a file",               "plain"),
    ("below a file",         "plain/proofs/logistic"),
    ("a dangling link",      "dangling"),
    ("below a dangling one", "dangling/logistic"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "folder"), UNUSABLE, ids=[row[0] for row in UNUSABLE])
def test_an_unusable_folder_is_seen_before_and_while_writing(case: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    for attempt in (check_folder, lambda path: write_proof(path, {"proof.tex": "new"})):
        with pytest.raises(OutputError):
            attempt(tmp_path / folder)
    assert sorted(tmp_path.rglob("*")) == before, case


def test_a_folder_that_can_be_made_is_not_made_by_asking(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def document(body: str) -> str:
    return "\\documentclass{article}\\begin{document}" + body + "\\end{document}"


DOCUMENTS = [
    # id                     body                                                                       fate
    ("plain",                "See \\ref{a}. \\section{A}\\label{a}",                                    Tex.COMPILED),
    ("error",                "\\undefined",                                                             Tex.FAILED),
    ("asks a question",      "\\read16 to\\x \\x",                                                      Tex.FAILED),
    ("endless",              "\\loop\\iftrue\\repeat",                                                  Tex.TIMED_OUT),
    ("reads far away",       "\\input{/etc/passwd}",                                                    Tex.FAILED),
    ("writes far away",      "\\newwrite\\f\\immediate\\openout\\f=ELSEWHERE",                          Tex.FAILED),
]  # fmt: skip


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is optional, and there is none here")
@pytest.mark.parametrize(("case", "body", "fate"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_tex_runs_on_a_leash(case: str, body: str, fate: Tex, tmp_path: Path) -> None:
    write_proof(tmp_path, {"proof.tex": document(body.replace("ELSEWHERE", str(tmp_path / "far.tex")))})
    assert compile_tex(tmp_path, seconds=5) is fate, case
    left = {"proof.tex", "proof.pdf"} if fate is Tex.COMPILED else {"proof.tex"}
    assert {path.name for path in tmp_path.iterdir()} == left


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is optional, and there is none here")
def test_tex_starts_no_program(tmp_path: Path) -> None:
    write_proof(tmp_path, {"proof.tex": document("\\immediate\\write18{touch " + str(tmp_path / "hacked") + "}x")})
    compile_tex(tmp_path)
    assert not (tmp_path / "hacked").exists()


def test_without_tex_there_is_a_proof_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    write_proof(tmp_path, {"proof.tex": document("x")})
    assert compile_tex(tmp_path) is Tex.MISSING
