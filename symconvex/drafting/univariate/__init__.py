"""The exact sign of a function of one variable on an interval: charts of signs, and the lines that show them.

ring     terms in one variable as polynomials in powers, exponentials, logarithms, roots: the kernel's own normal form
ends     values at closed points, ends of intervals, roots between them
charts   where a term is positive, negative, zero: a search, with what each part rests on
written  a part of a chart as lines of a certificate
signs    what other rules ask: the sign of a term on an interval
"""
