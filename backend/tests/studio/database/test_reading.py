"""What is read together is of one moment."""

from sqlalchemy import text

from src.studio.database.database import Database
from tests.studio.people import add_user

COUNT = text("SELECT count(*) FROM users")


def test_whoever_reads_sees_one_state_of_the_database_until_done(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute(COUNT).scalar() == 0
        add_user(database)
        assert connection.execute(COUNT).scalar() == 0
    with database.reading() as connection:
        assert connection.execute(COUNT).scalar() == 1
