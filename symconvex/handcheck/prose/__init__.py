"""What sentences say of the formulas in them."""
