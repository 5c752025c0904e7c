"""What all runs together tell: which model is quickest, what changed, and what it would have cost."""
