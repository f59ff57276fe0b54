"""What a formula means where it stands: declarations, definitions, types, kernel terms."""
