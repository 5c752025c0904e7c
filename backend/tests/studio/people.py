"""Users in the database, without the way that people take to become one."""

from sqlalchemy import insert

from src.studio.accounts.tables import users
from src.studio.accounts.user import Limits, User
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from tests.days import utc


def add_user(database: Database, email: str = "ada@example.org", limits: Limits = Limits()) -> User:  # noqa: B008
    """Write a user and return them."""
    user = User(new_id(), email, "user", limits)
    values = {
        "id": user.id,
        "email": email,
        "role": user.role,
        "is_demo": False,
        "onboarding_completed": False,
        "benchmarks_per_hour": limits.benchmarks_per_hour,
        "max_concurrent": limits.max_concurrent,
        "max_runs_per_benchmark": limits.max_runs_per_benchmark,
        "created_at": utc("2026-11-20T12:00:00"),
    }
    with database.writing() as connection:
        connection.execute(insert(users).values(**values))
    return user
