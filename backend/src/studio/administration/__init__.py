"""What administrators see of everybody, and what they do with accounts."""
