"""What the demo's models know by heart: which tools to call when a user has said just this."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from src.demo.questions import Question, Rounds

Lessons = Mapping[tuple[str, ...], Rounds]
"""By all of a user's messages, the last one being asked about."""


def no_lessons() -> Lessons:
    """Return that nothing is known: models guess which tool to call."""
    return {}


class Memory:
    """Lessons, learnt when the first question with tools comes: to read them may take a second."""

    def __init__(self, lessons: Callable[[], Lessons]) -> None:
        self._lessons = lessons
        self._learning = asyncio.Lock()
        self._known: Lessons | None = None

    async def recall(self, question: Question) -> Question:
        """Return a question with what is known for it, where all that is to be called is offered."""
        if not question.tools:
            return question
        async with self._learning:
            if self._known is None:
                self._known = await asyncio.to_thread(self._lessons)
        learnt = self._known.get(question.asked)
        offered = {tool["name"] for tool in question.tools}
        if learnt is None or not all(name in offered for calls in learnt for name, _ in calls):
            return question
        return replace(question, learnt=learnt)
