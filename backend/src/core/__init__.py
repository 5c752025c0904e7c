"""What every domain stands on. Imports nothing else of the back end."""
