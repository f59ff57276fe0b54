"""A hand derivation in LaTeX, read line by line and checked against the loss."""
