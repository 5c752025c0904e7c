"""How the database came to be as it is: one step after another, each tried with data in it."""
