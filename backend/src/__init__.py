"""The Leaderboard back end."""

VERSION = "0.1.0"
