"""The command `eval`: a suite of tool calls asked of models from a terminal, without a server."""
