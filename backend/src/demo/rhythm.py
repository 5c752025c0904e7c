"""How much the made-up bootcamp works on a day: days of the week, sprints that end with a demo day."""

from datetime import date

from src.demo.draws import draw
from src.demo.teams import Team

SPRINT_DAYS = 14
FIRST_SPRINT = date(2024, 1, 1).toordinal()  # a Monday, so that a demo day is a Friday
SPRINT_PERCENT = (84, 92, 98, 100, 96, 100, 100, 102, 108, 118, 142, 126, 90, 80)
DEMO_DAY = 11
WEEKDAY_PERCENT = (96, 104, 106, 102, 90)

BUSIEST_WEEKDAY = 900
QUIETEST_WEEKDAY = 250


def requests_on(team: Team, day: date) -> int:
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


def _form(team: Team, sprint: int, day_of_sprint: int) -> int:
    """Percent; moves evenly from one sprint's form to the next one's, so that teams overtake one another."""
    now, then = (draw(f"{team.slug} {number} form", 66, 142) for number in (sprint, sprint + 1))
    return now + (then - now) * day_of_sprint // SPRINT_DAYS


def _eagerness(team: Team, day_of_sprint: int) -> int:
    """Percent; late starters catch up over the days before the demo day."""
    return team.eager + (100 - team.eager) * min(day_of_sprint, DEMO_DAY) // DEMO_DAY
