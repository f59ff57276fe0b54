"""`python -m symconvex` does what `symconvex` does."""

from symconvex.cli import main

main(prog_name="symconvex")
