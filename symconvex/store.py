"""Where proofs are kept: one folder each, with a name that follows from what was asked.

A file appears complete or not at all, and never outside its folder; beside a certificate stand only the page and the
PDF that were made from it.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NoReturn

from symconvex.errors import CertificateError, OutputError

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\Z")
UNSAFE = re.compile(r"[^a-z0-9]+")
MOST_OF_FORMULA = 30  # characters of a formula in the name of a folder
MAX_NAME = 80
MAX_CERTIFICATE = 100_000_000
MAX_SHOWN = 200
LONGEST_NAME = 255  # bytes, where the system does not say
CERTIFICATE, PAGE, PDF = "certificate.json", "proof.tex", "proof.pdf"
CHAIN = (CERTIFICATE, PAGE, "proof.html", "proof.md", "proof.txt", PDF)  # each is made from one before it
PROBLEM = ("loss", "parameters", "data", "values", "domain")  # what of a certificate says what it is about
TEX_SECONDS = 90
# What LaTeX says of a reference that it has not met, and of one that is another since the last run. In a first run
# every label is new, whether something refers to it or not.
UNKNOWN, MOVED = "There were undefined references", "Label(s) may have changed"
# Paranoid file access: TeX then reads and writes below the scratch folder and its own tree only.
TEX_ACCESS = {"openin_any": "p", "openout_any": "p"}


DEBIAN = "texlive-latex-recommended texlive-pictures lmodern"  # what brings all that a proof needs
LACKING = re.compile(r"! LaTeX Error: File .[\w-]+\.(?:sty|cls|fd|def).? not found")


class Tex(Enum):
    """What became of a proof on its way to PDF."""

    COMPILED = "compiled"
    MISSING = f"none, for pdflatex is not installed; on Debian: apt-get install {DEBIAN}"
    INCOMPLETE = f"none, for TeX lacks a package; on Debian: apt-get install {DEBIAN}"
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


def formula_name(formula: str, said: Sequence[str]) -> str:
    """A name for the proof of a formula, from how it begins and a digest of all that is asked: `x2-over-y-5d41402a`."""
    words = re.sub(r"(?<=\w)\*\*(?=\w)", "", formula.replace(" ", "")).replace("/", "-over-")
    begins = _safe(words)
    short = begins if len(begins) <= MOST_OF_FORMULA else begins[: MOST_OF_FORMULA + 1].rpartition("-")[0]
    return f"{short or begins[:MOST_OF_FORMULA] or 'loss'}-{digest(chr(10).join((formula, *said)))}"


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
    if "\0" in str(folder):
        raise _unusable(folder, "a name with a NUL character")
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if _is_there(path))
        longest = os.pathconf(nearest, "PC_NAME_MAX") if hasattr(os, "pathconf") else LONGEST_NAME
    except OSError as problem:
        raise _unusable(folder, problem.strerror or type(problem).__name__) from problem
    if any(len(os.fsencode(name)) > longest for name in folder.parts):
        raise _unusable(folder, f"a name of more than {longest} bytes")
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise _unusable(folder, f"{nearest} is no folder" if not nearest.is_dir() else f"{nearest} is not writable")


def _is_there(path: Path) -> bool:
    """A link that leads nowhere is there too.

    Fails    OSError when the system does not tell: a path that is too long, a folder that is closed
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _unusable(folder: Path, got: str) -> OutputError:
    return OutputError(
        "the output folder cannot be used",
        where=str(folder)[:MAX_SHOWN],
        expected="a folder that can be created and written",
        got=got,
        hint="choose another folder with --out",
    )


def holds_another(folder: Path, certificate: Mapping[str, object]) -> bool:
    """Is there a certificate in the folder that is about another problem, or that cannot be read?"""
    path = folder / CERTIFICATE
    if not _is_there(path):
        return False
    try:
        old = read_certificate(path)
    except CertificateError:
        return True
    return not isinstance(old, dict) or any(old.get(key) != certificate.get(key) for key in PROBLEM)


def write_proof(folder: Path, files: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write all files into the folder, or none; a reader never sees half of one.

    What is made from a file does not outlive it: a new certificate takes the old page and its PDF with it, a new
    page all that was made of it. Whatever moment the program is stopped at, the files of the folder belong to one
    certificate.

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
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace_all(folder, files)
    except OSError as problem:
        raise OutputError(
            "the proof cannot be written",
            where=str(folder),
            expected="a folder that can be created and written",
            got=problem.strerror or type(problem).__name__,
            hint="choose another folder with --out",
        ) from problem
    return tuple(folder / name for name in files)


def _replace_all(folder: Path, files: Mapping[str, bytes | str]) -> None:
    """First every temporary file, so that a full disk leaves the old proof as it was; then, without a mixture in
    between: away with what is made from the files, last made first, and the files themselves, first made first.
    """
    known = [name for name in CHAIN if name in files]
    made = CHAIN[CHAIN.index(known[0]) + 1 :] if known else ()
    for path in (folder / name for name in (*files, *made)):
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(errno.EISDIR, f"{path.name} is a folder")
    with _temporaries(folder, files) as waiting:
        for name in reversed(made):
            (folder / name).unlink(missing_ok=True)
        for name in (*known, *(name for name in files if name not in CHAIN)):
            waiting[name].replace(folder / name)


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
    with tempfile.TemporaryDirectory(prefix="symconvex-") as name:
        scratch = Path(name)
        shutil.copyfile(folder / PAGE, scratch / PAGE)
        try:
            done = _typeset(program, scratch, time.monotonic() + seconds)
        except subprocess.TimeoutExpired:
            return Tex.TIMED_OUT
        pdf = scratch / PDF
        if not (done and pdf.is_file()):
            return Tex.INCOMPLETE if LACKING.search(_log(scratch)) else Tex.FAILED
        write_proof(folder, {PDF: pdf.read_bytes()})
    return Tex.COMPILED


def _typeset(program: str, scratch: Path, end: float) -> bool:
    """Run TeX until the references are right; a page that refers to nothing is right at once."""
    for wrong in (UNKNOWN, MOVED, MOVED):
        if not _run_tex(program, scratch, end):
            return False
        if wrong not in _log(scratch):
            break
    return True


def _log(scratch: Path) -> str:
    """What TeX said; empty where it said nothing."""
    path = (scratch / PAGE).with_suffix(".log")
    return path.read_text(encoding="latin-1") if path.is_file() else ""


def _run_tex(program: str, scratch: Path, end: float) -> bool:
    """One run; the next one knows its references. However it ends, neither TeX nor what TeX started is left."""
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", PAGE]
    with subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
        command,
        cwd=scratch,
        env={**os.environ, **TEX_ACCESS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(max(end - time.monotonic(), 0)) == 0
        finally:
            if process.poll() is None:
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def certificate_text(certificate: Mapping[str, object]) -> str:
    """A certificate as it is stored: the same one gives the same bytes."""
    return json.dumps(certificate, indent=1, ensure_ascii=True) + "\n"


def find_certificates(path: Path) -> tuple[Path, ...]:
    """The file itself, or every certificate below the folder, in order of name.

    A folder that cannot be looked into stands for what may be in it; to read it says why.

    Fails    CertificateError when there is none
    """
    try:
        folder = path.is_dir()
    except OSError:
        folder = False
    if not folder:
        return (path,)
    closed = list[OSError]()
    found = [
        Path(where, CERTIFICATE)
        for where, folders, files in os.walk(path, onerror=closed.append)
        if CERTIFICATE in folders or CERTIFICATE in files
    ]
    found += [Path(str(problem.filename)) for problem in closed]
    if not found:
        _unreadable(path, f"no {CERTIFICATE} in it")
    return tuple(sorted(found))


def read_certificate(path: Path) -> object:
    """The JSON value of a certificate file; whether it proves anything is for the kernel to say.

    Fails    CertificateError when it is no JSON, repeats a key, holds a number with a point, or is too large
    """
    try:
        text = _certificate_bytes(path).decode("utf-8")
        return json.loads(text, object_pairs_hook=_distinct, parse_float=_inexact, parse_constant=_inexact)
    except OSError as problem:
        _unreadable(path, problem.strerror or type(problem).__name__)
    except RecursionError:
        _unreadable(path, "brackets nested too deep")
    except json.JSONDecodeError as problem:
        _unreadable(path, f"no JSON, as a certificate is: {problem}"[:MAX_SHOWN])
    except ValueError as problem:
        _unreadable(path, str(problem)[:MAX_SHOWN])


def _certificate_bytes(path: Path) -> bytes:
    if path.is_dir():
        next(path.iterdir(), None)  # a folder that is closed says so
    if path.exists() and not path.is_file():  # a pipe or a device would be read without end
        _unreadable(path, "no file but a folder, a pipe or a device")
    with path.open("rb") as file:
        content = file.read(MAX_CERTIFICATE + 1)
    if len(content) > MAX_CERTIFICATE:
        _unreadable(path, f"more than {MAX_CERTIFICATE} bytes")
    return content


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
