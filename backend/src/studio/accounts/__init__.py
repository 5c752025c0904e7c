"""Users, sessions, roles, and what is written down of what they change."""
