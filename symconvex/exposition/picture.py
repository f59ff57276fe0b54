"""The loss along a violating segment, as a TikZ picture; the numbers come from `symconvex.exposition.segment`."""

from dataclasses import dataclass

from symconvex.exposition.tables import Table, array_tex
from symconvex.language.printing.texwords import word_tex


@dataclass(frozen=True, slots=True)
class Segment:
    """f at (1 - t) left + t right for t from 0 to 1, on one instance of the data.

    data       name -> values of the instance; empty when the data are those of the theorem
    ends       the two ends by parameter
    place      t where the loss is above the chord
    values     (t, f) along the segment
    bend       the second derivative at the middle, where a certificate rests on it
    """

    data: tuple[tuple[str, Table], ...]
    ends: tuple[tuple[tuple[str, Table], ...], tuple[tuple[str, Table], ...]]
    place: float
    values: tuple[tuple[float, float], ...]
    bend: float | None = None


def picture(segment: Segment) -> str:
    """The curve, the chord, and the point above it; the caption states the instance."""
    (_, first), (_, last) = segment.values[0], segment.values[-1]
    at = min(segment.values, key=lambda pair: abs(pair[0] - segment.place))
    below = first + (last - first) * at[0]
    curve = " ".join(f"({number(t)},{number(f)})" for t, f in segment.values)
    return (
        "\\begin{center}\n\\begin{tikzpicture}\n"
        "\\begin{axis}[width=100mm,height=58mm,axis lines=left,xlabel={$t$},ylabel={$f\\bigl((1-t)A+tB\\bigr)$},\n"
        "  xmin=0,xmax=1.04,enlarge y limits={value=0.12,auto},xtick={0,0.5,1},scaled y ticks=false,\n"
        "  yticklabel style={/pgf/number format/.cd,fixed,precision=3},\n"
        "  legend style={draw=none,font=\\footnotesize,at={(0.5,1.03)},anchor=south,legend columns=2}]\n"
        f"\\addplot[thick,blue!60!black] coordinates {{{curve}}};\n\\addlegendentry{{loss on the segment}}\n"
        f"\\addplot[dashed,thick,orange!80!black,mark=*,mark size=1.6pt,mark options={{solid}}] coordinates "
        f"{{(0,{number(first)}) (1,{number(last)})}};\n\\addlegendentry{{chord}}\n"
        f"\\addplot[densely dotted,thick,black!60,forget plot] coordinates {{({number(at[0])},{number(below)}) "
        f"({number(at[0])},{number(at[1])})}};\n"
        "\\addplot[only marks,mark=*,mark size=1.8pt,blue!60!black] coordinates "
        f"{{({number(at[0])},{number(at[1])})}};\n"
        "\\end{axis}\n\\end{tikzpicture}\n\n\\smallskip\n"
        f"\\parbox{{0.86\\linewidth}}{{\\footnotesize {caption(segment)} "
        f"At $t={number(at[0])}$ the loss lies ${number(at[1] - below)}$ above the chord.\\par}}\n\\end{{center}}"
    )


def caption(segment: Segment) -> str:
    """The data and the ends of the segment."""
    data = ", ".join(f"${word_tex(name)}={array_tex(name, value)}$" for name, value in segment.data)
    left, right = (", ".join(f"${word_tex(n)}={array_tex(n, value)}$" for n, value in end) for end in segment.ends)
    where = f", on one small instance. Data: {data}. " if data else ". "
    return f"The loss between two points $A$ and $B${where}Point $A$: {left}. Point $B$: {right}."


def number(value: float) -> str:
    """Five significant digits, without an exponent where that is short."""
    text = f"{value:.5g}"
    if "e" in text:
        text = f"{value:.8f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{float(text):.0f}"
    return "0" if text in ("-0", "") else text
