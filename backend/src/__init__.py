"""The Leaderboard back end."""
