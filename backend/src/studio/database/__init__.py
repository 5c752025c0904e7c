"""Studio's database: a system of record, with migrations and backups, on SQLite or PostgreSQL."""
