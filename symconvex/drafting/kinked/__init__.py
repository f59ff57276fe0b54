"""Functions of one affine form with kinks, piece by piece.

profile.py   which function of which affine form a term is
pieces.py    its kinks, and the smooth pieces between them
spelled.py   signs on each piece, where relu, abs, max and step are what they are there; then on the whole line
building.py  a convex function with the same values: one-sided pieces, jumps of the slope, a smooth middle
"""
