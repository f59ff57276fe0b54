"""Where proofs are kept: names that follow from the question, files that are whole or absent, TeX on a leash."""

import errno
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from symconvex.errors import CertificateError, OutputError
from symconvex.store import (
    CHAIN,
    Tex,
    check_folder,
    compile_tex,
    find_certificates,
    folder_name,
    formula_name,
    read_certificate,
    write_proof,
)

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


FORMULAS = [
    # formula                                         what its folder begins with
    ("x**2/y",                                        "x2-over-y"),
    ("(x + y)**2",                                    "x-y-2"),
    ("sum(log(1 + exp(-y*(X@w)))) + lam*norm(w)",     "sum-log-1-exp-y-x-w-lam-norm-w"),
    ("a" * 100,                                       "a" * 30),
    ("λ",                                             "loss"),
    ("../../etc/passwd",                              "over-over-etc-over-passwd"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "begins"), FORMULAS, ids=[row[1] for row in FORMULAS])
def test_the_folder_of_a_formula_begins_like_it(formula: str, begins: str) -> None:
    name = formula_name(formula, ("w",))
    assert re.fullmatch(rf"{begins}-[0-9a-f]{{8}}", name)
    assert folder_name(name, {}) == name


def test_other_questions_have_other_folders() -> None:
    asked = [
        ("x + y", ("x",)),
        ("x - y", ("x",)),
        ("x + y", ("y",)),
        ("X + y", ("X",)),
        ("x +y", ("x",)),
        ("x + y", ("x", "x > 0")),
    ]
    assert len({formula_name(*one) for one in asked}) == len(asked)


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
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "proof.tex": "old",
        "certificate.json": "old",
    }


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


OLD = dict.fromkeys(CHAIN, "old")
CHANGED = [
    # id               changed files                           what stays, with what it says
    ("certificate",    ("certificate.json",),                  {"certificate.json": "new"}),
    ("page",           ("proof.tex",),                         {"certificate.json": "old", "proof.tex": "new"}),
    ("both",           ("proof.tex", "certificate.json"),      {"certificate.json": "new", "proof.tex": "new"}),
    ("PDF",            ("proof.pdf",),                         {**OLD, "proof.pdf": "new"}),
    ("none of them",   ("notes.txt",),                         {**OLD, "notes.txt": "new"}),
    ("all pages",      ("proof.tex", "proof.html"),            {"certificate.json": "old", "proof.tex": "new", "proof.html": "new"}),
]  # fmt: skip


def old_proof(folder: Path) -> None:
    for name in (*CHAIN, "proof.png"):
        write_proof(folder, {name: "old"})


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize(("case", "names", "left"), CHANGED, ids=[row[0] for row in CHANGED])
def test_what_is_made_from_a_file_does_not_outlive_it(
    case: str, names: tuple[str, ...], left: dict[str, str], tmp_path: Path
) -> None:
    old_proof(tmp_path)
    write_proof(tmp_path, dict.fromkeys(names, "new"))
    assert contents(tmp_path) == {**left, "proof.png": "old"}, case


@pytest.mark.parametrize("steps", range(len(CHAIN) + 2))
def test_whenever_it_stops_the_files_belong_together(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_proof(tmp_path)
    done = list[str]()

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def counting(path: Path, *args: object, **options: object) -> object:
            if not path.name.startswith(".") or args:
                if len(done) == steps:
                    raise KeyboardInterrupt
                done.append(path.name)
            return change(path, *args, **options)

        return counting

    for name in ("unlink", "replace"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    files = {"proof.tex": "new", "certificate.json": "new"}
    if steps < len(CHAIN) + 1:  # all but the certificate are taken away, and two are put in place
        with pytest.raises(KeyboardInterrupt):
            write_proof(tmp_path, files)
    else:
        write_proof(tmp_path, files)
    left = contents(tmp_path)
    assert (len(done), left.pop("proof.png")) == (steps, "old")
    assert "certificate.json" in left
    assert len(set(left.values())) == 1
    assert left.keys() <= set(CHAIN)


def test_a_folder_in_the_place_of_a_file_leaves_the_old_proof(tmp_path: Path) -> None:
    (tmp_path / "proof.tex").mkdir()
    write_proof(tmp_path, {"proof.pdf": "old"})
    with pytest.raises(OutputError, match="is a folder"):
        write_proof(tmp_path, {"certificate.json": "new"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proof.pdf", "proof.tex"]


UNUSABLE = [
    # id                     folder
    ("a file",               "plain"),
    ("below a file",         "plain/proofs/logistic"),
    ("a dangling link",      "dangling"),
    ("below a dangling one", "dangling/logistic"),
    ("a NUL character",      "proofs\0/logistic"),
    ("a name too long",      "x" * 300),
    ("too long, and below",  "proofs/" + "x" * 300 + "/logistic"),
    ("too long in bytes",    "proofs/" + "\u00e9" * 200),
    ("a path too long",      "x/" * 4000),
    ("a link to itself",     "loop/logistic"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "folder"), UNUSABLE, ids=[row[0] for row in UNUSABLE])
def test_an_unusable_folder_is_seen_before_and_while_writing(case: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError) as caught:
        check_folder(tmp_path / folder)
    assert len(str(caught.value)) < 1000
    assert sorted(tmp_path.rglob("*")) == before, case
    with pytest.raises(OutputError):
        write_proof(tmp_path / folder, {"proof.tex": "new"})
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


RUNS = [
    # id                     body                                                          runs
    ("no label",             "x",                                                          1),
    ("a label unused",       "\\section{A}\\label{a}",                                     1),
    ("a reference",          "\\section{A}\\label{a} See \\ref{a}.",                      2),
    ("nowhere defined",      "See \\ref{a}.",                                              2),
    ("a page that moves",    "\\csname @ifundefined\\endcsname{r@a}{}{\\section{B}}\\section{A}\\label{a}See \\ref{a}.", 3),
]  # fmt: skip


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is optional, and there is none here")
@pytest.mark.parametrize(("case", "body", "runs"), RUNS, ids=[row[0] for row in RUNS])
def test_tex_runs_again_for_a_reference_only(
    case: str, body: str, runs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = list[object]()
    start = subprocess.Popen

    def counted(*args: object, **options: object) -> object:
        started.append(args)
        return start(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", counted)
    write_proof(tmp_path, {"proof.tex": document(body)})
    assert (compile_tex(tmp_path), len(started)) == (Tex.COMPILED, runs), case


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is optional, and there is none here")
def test_tex_starts_no_program(tmp_path: Path) -> None:
    write_proof(tmp_path, {"proof.tex": document("\\immediate\\write18{touch " + str(tmp_path / "hacked") + "}x")})
    compile_tex(tmp_path)
    assert not (tmp_path / "hacked").exists()


def test_what_tex_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "pdflatex"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n(sleep 2; touch {tmp_path}/late) &\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    write_proof(tmp_path, {"proof.tex": document("x")})
    assert compile_tex(tmp_path, seconds=0.5) is Tex.TIMED_OUT
    time.sleep(2.5)
    assert not (tmp_path / "late").exists()


def test_without_tex_there_is_a_proof_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    write_proof(tmp_path, {"proof.tex": document("x")})
    assert compile_tex(tmp_path) is Tex.MISSING


def test_a_folder_that_is_closed_hides_nothing_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open", "closed"):
        write_proof(tmp_path / name, {"certificate.json": "{}"})
    look = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return look(path)

    monkeypatch.setattr(os, "scandir", denied)
    assert find_certificates(tmp_path) == (tmp_path / "closed", tmp_path / "open" / "certificate.json")


def test_a_closed_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: str) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", denied)
    with pytest.raises(CertificateError, match="Permission denied"):
        read_certificate(tmp_path)
