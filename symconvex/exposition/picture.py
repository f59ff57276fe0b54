"""The loss along a violating segment, as a TikZ picture; the numbers come from `symconvex.exposition.segment`."""

from collections.abc import Sequence
from dataclasses import dataclass

from symconvex.exposition.told import Spots

FIGURE, SPOTS = "fig:segment", Spots()


@dataclass(frozen=True, slots=True)
class Segment:
    """f at (1 - t) left + t right for t from 0 to 1, on one instance of the data.

    data       the arrays of the instance in formulas, $X=...$; empty when the data are those of the theorem
    ends       the two ends, an array of parameters in each formula
    place      t where the loss is above the chord
    values     (t, f) along the segment
    spots      letters of the ends and of t
    """

    data: tuple[str, ...]
    ends: tuple[tuple[str, ...], tuple[str, ...]]
    place: float
    values: tuple[tuple[float, float], ...]
    spots: Spots = SPOTS


def picture(segment: Segment) -> str:
    """The curve, the chord, and the point above it; the caption states the instance."""
    (_, first), (_, last) = segment.values[0], segment.values[-1]
    at = min(segment.values, key=lambda pair: abs(pair[0] - segment.place))
    below = first + (last - first) * at[0]
    curve = " ".join(f"({number(t)},{number(f)})" for t, f in segment.values)
    a, b, _, s = segment.spots
    return (
        "\\begin{figure}[!ht]\n\\centering\n\\begin{tikzpicture}\n"
        "\\begin{axis}[width=96mm,height=45mm,axis lines=left,"
        f"xlabel={{${s}$}},ylabel={{$f\\bigl((1-{s}){a}+{s}{b}\\bigr)$}},\n"
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
        "\\end{axis}\n\\end{tikzpicture}\n"
        f"\\caption{{{caption(segment)} "
        f"At ${s}={number(at[0])}$ the loss lies ${number(at[1] - below)}$ above the chord.}}"
        f"\\label{{{FIGURE}}}\n\\end{{figure}}"
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A function of one number: its name in the legend, and (z, value) from left to right."""

    name: str
    values: tuple[tuple[float, float], ...]


STYLES = ("blue!60!black", "dashed,orange!80!black", "densely dotted,black")


def graphs(shown: Sequence[Drawn], across: str, text: str) -> str:
    """Up to three functions over one axis, with their names above."""
    plots = [
        f"\\addplot[thick,{style}] coordinates {{{' '.join(f'({number(z)},{number(y)})' for z, y in graph.values)}}};\n"
        f"\\addlegendentry{{{graph.name}}}"
        for style, graph in zip(STYLES, shown, strict=False)
    ]
    return (
        "\\begin{figure}[!ht]\n\\centering\n\\begin{tikzpicture}\n"
        f"\\begin{{axis}}[width=96mm,height=45mm,axis lines=left,xlabel={{${across}$}},ylabel={{$\\varphi(z)$}},\n"
        "  enlarge y limits={value=0.08,auto},scaled y ticks=false,\n"
        "  legend style={draw=none,font=\\footnotesize,at={(0.5,1.03)},anchor=south,legend columns=3}]\n"
        + "\n".join(plots)
        + f"\n\\end{{axis}}\n\\end{{tikzpicture}}\n\\caption{{{text}}}\\label{{{FIGURE}}}\n\\end{{figure}}"
    )


def caption(segment: Segment) -> str:
    """The data and the ends of the segment."""
    where = f", on one small instance. Data: {', '.join(segment.data)}. " if segment.data else ". "
    (left, right), (a, b, _, _) = (", ".join(end) for end in segment.ends), segment.spots
    return f"The loss between two points ${a}$ and ${b}${where}Point ${a}$: {left}. Point ${b}$: {right}."


def number(value: float, digits: int = 5) -> str:
    """So many significant digits, without an exponent where that is short."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = f"{value:.{digits + 3}f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{float(text):.0f}"
    return "0" if text in ("-0", "") else text
