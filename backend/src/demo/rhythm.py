"""When the made-up bootcamp works: hours of the day, days of the week, sprints that end with a demo day."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from src.demo.draws import draw

if TYPE_CHECKING:
    from src.demo.teams import Team

Hours: TypeAlias = tuple[int, ...]
"""Weights of the 24 hours of a UTC day."""

OFFICE: Hours = (1, 1, 0, 0, 0, 1, 3, 10, 34, 52, 58, 50, 24, 44, 58, 56, 48, 36, 20, 12, 9, 8, 6, 3)
EARLY: Hours = (1, 0, 0, 1, 3, 12, 32, 50, 58, 56, 46, 22, 36, 52, 50, 38, 22, 12, 7, 5, 4, 3, 2, 1)
LATE: Hours = (3, 1, 1, 0, 0, 0, 0, 1, 2, 8, 22, 34, 24, 44, 58, 62, 60, 54, 40, 26, 18, 14, 10, 5)
EVENING: Hours = (16, 8, 4, 2, 1, 0, 1, 3, 10, 18, 22, 22, 14, 18, 22, 24, 26, 28, 34, 46, 54, 52, 42, 28)
ROUND_THE_CLOCK: Hours = (6, 6, 6, 6, 6, 6, 7, 9, 14, 18, 20, 18, 14, 18, 20, 20, 18, 14, 10, 9, 8, 7, 7, 6)

SPRINT_DAYS = 14
FIRST_SPRINT = date(2024, 1, 1).toordinal()  # a Monday, so that a demo day is a Friday
SPRINT_PERCENT = (84, 92, 98, 100, 96, 100, 100, 102, 108, 118, 142, 126, 90, 80)
DEMO_DAY = 11
WEEKDAY_PERCENT = (96, 104, 106, 102, 90)

BUSIEST_WEEKDAY = 900
QUIETEST_WEEKDAY = 250


def requests_on(team: "Team", day: date) -> int:
    """Return how many requests a team sends on a UTC day."""
    sprint, day_of_sprint = divmod(day.toordinal() - FIRST_SPRINT, SPRINT_DAYS)
    count = team.requests * _form(team, sprint, day_of_sprint) * SPRINT_PERCENT[day_of_sprint]
    count = count * draw(f"{team.slug} {day} mood", 90, 110) // 1_000_000
    if day.weekday() < len(WEEKDAY_PERCENT):
        count = count * WEEKDAY_PERCENT[day.weekday()] // 100
        count = min(max(count, QUIETEST_WEEKDAY), BUSIEST_WEEKDAY)
    else:
        count = count * team.weekend // 100
    return count * _eagerness(team, day_of_sprint) // 100


def _form(team: "Team", sprint: int, day_of_sprint: int) -> int:
    """Percent; moves evenly from one sprint's form to the next one's, so that teams overtake one another."""
    now, then = (draw(f"{team.slug} {number} form", 66, 142) for number in (sprint, sprint + 1))
    return now + (then - now) * day_of_sprint // SPRINT_DAYS


def _eagerness(team: "Team", day_of_sprint: int) -> int:
    """Percent; late starters catch up over the days before the demo day."""
    return team.eager + (100 - team.eager) * min(day_of_sprint, DEMO_DAY) // DEMO_DAY
