"""Tools of MCP servers: asked for through the egress guard."""
