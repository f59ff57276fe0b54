"""The exact sign of a function of one variable on an interval: charts of signs, and the lines that show them.

ring     terms in one variable as polynomials in powers, exponentials, logarithms, roots: the kernel's own normal form
ends     values at closed points, ends of intervals, roots between them
charts   where a term is positive, negative, zero: a search, with what each part rests on
images   the same in u = exp(s) or 1/s
scribe   who writes a chart as lines, and what is assumed meanwhile
written  each kind of node as lines
interval, refuting, strictness, telling   a loss of one number: the question, and what is said of the answer
signs    what other rules ask: the sign of a term on an interval
"""
