"""The command `bench`: measures models from a terminal, without server, database or account."""
