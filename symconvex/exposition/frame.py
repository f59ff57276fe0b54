"""The frame of a document: preamble, title, what the PDF says of itself, and the footer with the certificate."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from symconvex.exposition.words import arguments, escaped
from symconvex.language.printing import formula_tex
from symconvex.problem import Problem

if TYPE_CHECKING:
    from symconvex.verdict import Decided

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,microtype}
\usepackage{amsmath,amssymb,amsthm}
\usepackage[hmargin=29mm,top=24mm,bottom=25mm]{geometry}
%PICTURES%\usepackage[hidelinks]{hyperref}
\hypersetup{pdftitle={%TITLE%},pdfauthor={symconvex},pdfkeywords={%KEYWORDS%}}
\newtheorem{theorem}{Theorem}
\newtheorem{corollary}[theorem]{Corollary}
\newtheorem{lemma}[theorem]{Lemma}
\newtheorem{proposition}[theorem]{Proposition}
\theoremstyle{remark}\newtheorem*{remark}{Remark}
\newcommand{\R}{\mathbb{R}}
\newcommand{\T}{^{\mathsf T}}
\DeclareMathOperator{\diag}{diag}
\DeclareMathOperator{\rank}{rank}
\allowdisplaybreaks\emergencystretch4em
\intextsep=7pt plus 2pt minus 2pt\abovecaptionskip=6pt
\makeatletter\def\@maketitle{\begin{center}\Large\@title\end{center}}
\newcommand{\stay}{\@beginparpenalty10000\@itempenalty10000\@endparpenalty10000\postdisplaypenalty10000\relax}
\newcommand{\whole}{\stay\interlinepenalty10000\relax}
\def\thebibliography#1{\whole\medskip\noindent\textbf{References.}\small\list{\@biblabel{\arabic{enumiv}}}{%
  \settowidth\labelwidth{\@biblabel{#1}}\leftmargin\labelwidth\advance\leftmargin\labelsep
  \topsep2pt\partopsep0pt\itemsep0pt\parsep0pt\usecounter{enumiv}}}
\makeatother
"""
PICTURES = "\\usepackage{pgfplots}\\pgfplotsset{compat=1.16}\n"
LONGEST = 40  # signs of a formula that stands in a title


class Title(NamedTuple):
    """Words with formulas between dollar signs, and the same for a PDF, which has no formulas."""

    tex: str
    plain: str

    def followed(self, text: str) -> "Title":
        """The same with more words behind."""
        return Title(f"{self.tex}{text}", f"{self.plain}{_unset(text)}")

    def led(self, text: str) -> "Title":
        """The same with words before it."""
        return Title(f"{text}{self.tex}", f"{text}{self.plain}")

    def sentence(self) -> "Title":
        """With a capital at the beginning."""
        return Title(_capital(self.tex), _capital(self.plain))


def subject(problem: Problem) -> Title:
    """The loss as the subject of a sentence: by its name, by its formula where that is short, or by its parameters."""
    if problem.called:
        return Title(problem.called, _unset(problem.called))
    if problem.name not in ("", "loss"):
        name = f"the {escaped(problem.name)} loss"
        return Title(name, name)
    loss, parameters = formula_tex(problem.loss), arguments(problem)
    names = ", ".join(symbol.name for symbol in problem.parameters)
    if _signs(loss) > LONGEST:
        return Title(f"the loss in ${parameters}$", f"the loss in {names}")
    plain = f"the function {escaped(problem.text)} of {names}"
    return Title(f"the function ${loss}$ of ${parameters}$", plain)


def _signs(tex: str) -> int:
    """About how many signs are seen."""
    return len(re.sub(r"\\[A-Za-z]+|[{}^_\s]", lambda found: "x" if found[0][0] == "\\" else "", tex))


def _unset(text: str) -> str:
    """Formulas as a PDF writes them in its window."""
    return re.sub(r"\$([^$]*)\$", lambda found: re.sub(r"[{}]", "", found[1]).replace("_", "\\_"), text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def document(title: Title, body: Iterable[str], problem: Problem) -> str:
    """The whole file; paragraphs are separated by empty lines."""
    parts = [part for part in body if part]
    words = ["convexity", "loss function", "Hessian", "formal proof"]
    words += [escaped(problem.name)] if problem.name not in ("", "loss") else []
    head = PREAMBLE.replace("%PICTURES%", PICTURES if any("tikzpicture" in part for part in parts) else "")
    head = head.replace("%TITLE%", title.plain).replace("%KEYWORDS%", ", ".join(words))
    front = f"\\title{{{title.tex}}}\n\\begin{{document}}\n\\maketitle\n\n"
    text = head + front + "\n\n".join(parts) + "\n\\end{document}\n"
    return re.sub(r"\n{3,}", "\n\n", text)


ENDED = re.compile(r"(?s)(.*)(\\end\{proof\}|\\begin\{align\*\}.*?\\end\{align\*\}|\\\[.*?\\\])\Z")


def closed(body: Sequence[str], *ends: str) -> list[str]:
    """The paragraphs and what stands below the last of them, which no page begins with."""
    *before, last = filter(None, body)
    return [*before, ENDED.sub(r"\1\\stay\2", last), *(f"\\nopagebreak\n{end}" for end in ends if end)]


def footer(verdict: "Decided", folder: str = "") -> str:
    """The rule, the certificate in its folder, and how to check it again."""
    path = escaped(f"{folder}certificate.json")
    return (
        "\\bigskip\\hrule\\nobreak\\smallskip\n"
        f"{{\\footnotesize\\whole\\raggedright\\noindent Found by the rule \\emph{{{escaped(verdict.rule)}}}. "
        f"Certificate \\texttt{{{path}}}, {verdict.accepted.steps} lines, accepted.\\linebreak\n"
        f"SHA-256 \\texttt{{{str(verdict.certificate['digest'])[:12]}}}\\dots\\ "
        f"Check it again with \\texttt{{symconvex verify {path}}}.\\par}}"
    )
