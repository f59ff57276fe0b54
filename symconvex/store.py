"""Where proofs are kept: one folder each, with a name that follows from what was asked.

A file appears complete or not at all, and never outside its folder.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import NoReturn

from symconvex.errors import CertificateError, OutputError

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\Z")
UNSAFE = re.compile(r"[^a-z0-9]+")
MAX_NAME = 80
MAX_CERTIFICATE = 10_000_000
CERTIFICATE = "certificate.json"
TEX_SECONDS = 90
# Paranoid file access: TeX then reads and writes below the scratch folder and its own tree only.
TEX_ACCESS = {"openin_any": "p", "openout_any": "p"}


class Tex(Enum):
    """What became of a proof on its way to PDF."""

    COMPILED = "compiled"
    MISSING = "no TeX here"
    FAILED = "TeX reported an error"
    TIMED_OUT = "TeX took too long"


def folder_name(name: str, options: Mapping[str, str]) -> str:
    """A name for the proof of a model under options: `linear-network-layers-3`, `mlp-widths-2-2-1-relu`.

    A word stands for itself, a number and a file follow the name of their option, and of a switch
    remains `biases` or `no-biases`. Long names end in a digest of the whole.
    """
    whole = "-".join(filter(None, map(_safe, [name, *(_part(key, value) for key, value in options.items())])))
    if len(whole) <= MAX_NAME:
        return whole or "loss"
    return f"{whole[: MAX_NAME - 9].rstrip('-')}-{digest(whole)}"


def digest(text: str) -> str:
    """Eight characters that tell one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _part(option: str, value: str) -> str:
    if value in {"yes", "no"}:
        return option if value == "yes" else f"no-{option}"
    return value if value.isalpha() and option != "data" else f"{option}-{value}"


def _safe(text: str) -> str:
    return UNSAFE.sub("-", text.lower()).strip("-")


def check_folder(folder: Path) -> None:
    """Can the folder be written, or made? Asked before a search, so that no proof is found in vain.

    Fails    OutputError, and nothing has been created
    """
    nearest = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        got = f"{nearest} is no folder" if not nearest.is_dir() else f"{nearest} is not writable"
        raise OutputError(
            "the output folder cannot be used",
            where=str(folder),
            expected="a folder that can be created and written",
            got=got,
            hint="choose another folder with --out",
        )


def write_proof(folder: Path, files: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write all files into the folder, or none; a reader never sees half of one.

    Fails    OutputError when a name would leave the folder, or the folder cannot be written
    """
    for name in files:
        if not FILE_NAME.match(name):
            raise OutputError(
                "a file name would leave the output folder",
                where=str(folder),
                expected="letters, digits, dots and hyphens",
                got=repr(name),
                hint="name the file itself, without a folder",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _replace_all(folder, files)
    except OSError as problem:
        raise OutputError(
            "the proof cannot be written",
            where=str(folder),
            expected="a folder that can be created and written",
            got=problem.strerror or type(problem).__name__,
            hint="choose another folder with --out",
        ) from problem


def _replace_all(folder: Path, files: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """First every temporary file, then every rename: a full disk leaves the old proof as it was."""
    with _temporaries(folder, files) as waiting:
        for name, path in waiting.items():
            path.replace(folder / name)
    return tuple(folder / name for name in files)


@contextlib.contextmanager
def _temporaries(folder: Path, files: Mapping[str, bytes | str]) -> Iterator[dict[str, Path]]:
    """Complete copies of the files under names of their own; what is left of them is removed."""
    waiting = {name: folder / f".{name}.{secrets.token_hex(4)}" for name in files}
    try:
        for name, content in files.items():
            with waiting[name].open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
        yield waiting
    finally:
        for path in waiting.values():
            path.unlink(missing_ok=True)


def compile_tex(folder: Path, seconds: float = TEX_SECONDS) -> Tex:
    """Make proof.pdf of the folder's proof.tex, in a scratch folder, with shell escape off."""
    program = shutil.which("pdflatex")
    if program is None:
        return Tex.MISSING
    with tempfile.TemporaryDirectory(prefix="symconvex-") as scratch:
        shutil.copyfile(folder / "proof.tex", Path(scratch, "proof.tex"))
        try:
            done = all(_run_tex(program, scratch, seconds) for _ in range(2))
        except subprocess.TimeoutExpired:
            return Tex.TIMED_OUT
        pdf = Path(scratch, "proof.pdf")
        if not (done and pdf.is_file()):
            return Tex.FAILED
        write_proof(folder, {"proof.pdf": pdf.read_bytes()})
    return Tex.COMPILED


def _run_tex(program: str, scratch: str, seconds: float) -> bool:
    """One run; the second one knows the references of the first."""
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "proof.tex"]
    run = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        command,
        cwd=scratch,
        env={**os.environ, **TEX_ACCESS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    return run.returncode == 0


def certificate_text(certificate: Mapping[str, object]) -> str:
    """A certificate as it is stored: the same one gives the same bytes."""
    return json.dumps(certificate, indent=1, ensure_ascii=True) + "\n"


def find_certificates(path: Path) -> tuple[Path, ...]:
    """The file itself, or every certificate below the folder, in order of name.

    Fails    CertificateError when there is none
    """
    found = tuple(sorted(path.rglob(CERTIFICATE))) if path.is_dir() else (path,)
    if not found:
        _unreadable(path, f"no {CERTIFICATE} in it")
    return found


def read_certificate(path: Path) -> object:
    """The JSON value of a certificate file; whether it proves anything is for the kernel to say.

    Fails    CertificateError when it is no JSON, repeats a key, holds a number with a point, or is too large
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device would be read without end
            _unreadable(path, "no file but a folder, a pipe or a device")
        if path.stat().st_size > MAX_CERTIFICATE:
            _unreadable(path, f"more than {MAX_CERTIFICATE} bytes")
        text = path.read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_distinct, parse_float=_inexact, parse_constant=_inexact)
    except OSError as problem:
        _unreadable(path, problem.strerror or type(problem).__name__)
    except RecursionError:
        _unreadable(path, "brackets nested too deep")
    except ValueError as problem:
        _unreadable(path, str(problem)[:200])


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _inexact(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]}, where only whole numbers may stand")


def _unreadable(path: Path, got: str) -> NoReturn:
    raise CertificateError(
        "the certificate cannot be read",
        where=str(path),
        expected=f"a {CERTIFICATE} as symconvex prove writes it",
        got=got,
        hint="write it again with symconvex prove",
    )
