"""Typeset every proof; an error, an undefined reference or an overfull box over 5 pt is a failure."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

COMMAND = ("pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "proof.tex")
SECONDS = 120
WIDEST = 5.0
ERROR = re.compile(r"^! .*", re.MULTILINE)
UNDEFINED = re.compile(r"^LaTeX Warning: .*undefined.*", re.MULTILINE)
OVERFULL = re.compile(r"^Overfull \\[hv]box \(([\d.]+)pt .*", re.MULTILINE)


def faults(log: str) -> list[str]:
    """What is wrong according to the log of the last run."""
    wide = [match[0] for match in OVERFULL.finditer(log) if float(match[1]) > WIDEST]
    return [*ERROR.findall(log), *UNDEFINED.findall(log), *wide]


def typeset(proof: Path) -> list[str]:
    """Run TeX twice in a scratch folder, so that references are known."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copyfile(proof, Path(scratch, "proof.tex"))
        for _ in range(2):
            try:
                run = subprocess.run(
                    COMMAND, cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                return [f"TeX took more than {SECONDS} s"]
        log = Path(scratch, "proof.log").read_text(encoding="latin-1")
    return faults(log) or ([] if run.returncode == 0 else [f"TeX ended with {run.returncode}"])


def main(folder: str) -> int:
    """Report on every proof below the folder."""
    proofs = sorted(Path(folder).glob("*/proof.tex"))
    report = {proof: typeset(proof) for proof in proofs}
    for proof, wrong in report.items():
        print(f"{proof}: {'; '.join(wrong) or 'fine'}")
    if not proofs:
        print(f"no proof.tex below {folder}")
    return 0 if proofs and not any(report.values()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
