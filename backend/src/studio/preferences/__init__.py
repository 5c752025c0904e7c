"""What users set for themselves: how tools begin, and whether they were shown around."""
