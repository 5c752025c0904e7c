"""What the demo models answer: made-up prose that has to do with the kind of question, or a tool call."""

import itertools
import re
from typing import NamedTuple

from src.demo.draws import draw
from src.demo.questions import Question
from src.demo.tools import Call, calls_for

CHARACTERS_PER_TOKEN = 4  # of a tool's arguments


class Token(NamedTuple):
    """A piece of an answer; `kind` is `reasoning`, `content`, `name` (of a tool) or `arguments`.

    `call` is the place of the call that it belongs to.
    """

    kind: str
    text: str
    call: int = 0


REASONING = (
    "The question is about {topic}.",
    "First, what is given, and what is asked for?",
    "A short answer with one example should do.",
    "The obvious reading may be wrong, so I check the other one as well.",
    "Both lead to the same result, which settles it.",
    "Now it only has to be put into plain words.",
)
CODE = (
    "For {topic}, a small function is enough.",
    "It takes the input, checks it first, and returns a new value instead of changing what it was given.",
    "The loop runs once over the data, so the time grows with its length and no faster.",
    "Bad input raises an error that names the value.",
    "Write the test for the empty case before anything else, because that is where such code breaks.",
    "If it has to be quicker later, measure it before you change it.",
    "I would keep it in a file of its own, with one docstring that says what it returns.",
)
SUMMARY = (
    "In short, it is about {topic}.",
    "Three points carry the text: where things stand, what has changed, and what has to be decided.",
    "The first is well supported by the figures that are given.",
    "The second rests on one example, so it should be read with care.",
    "The last one is left open on purpose, and a decision is asked for by the end of the month.",
    "Everything else is background that can be skipped at first.",
)
LIST = (
    "Here is what I would do about {topic}.",
    "First, write down what a good result looks like.",
    "Second, pick the smallest step that shows whether the idea works.",
    "Third, try it with one team, and ask them a week later.",
    "Fourth, keep the figures, so that the next choice is easier than this one.",
    "Last, stop what did not help, and say so openly.",
    "None of these takes longer than an afternoon.",
)
EXPLANATION = (
    "The short answer on {topic} is that it depends on two things, and both can be looked up.",
    "The first is how much of it there is, since small amounts behave differently from large ones.",
    "The second is time: what holds today may have changed by next year.",
    "A picture helps: think of a queue at a bakery, where one slow customer holds up everybody behind.",
    "Add a second counter, and most of the waiting is gone, although nobody is served any faster.",
    "That is why the average says little here, and the slowest cases say a lot.",
    "If you tell me more about your case, I can be more exact.",
)
KINDS = (
    (re.compile(r"\b(?:code|function|program|python|javascript|sql|script|class|regex)\b"), CODE),
    (re.compile(r"\b(?:summar\w+|shorten|tl;?dr|in brief)\b"), SUMMARY),
    (re.compile(r"\b(?:list|ideas?|steps?|plan|suggest\w*|tips?)\b"), LIST),
)


def answer(question: Question, number: int = 0) -> list[Token]:
    """Return the whole answer, reasoning first; what the question's limit cuts off is still there.

    `number` counts its model's requests.
    """
    length = question.model.reasoning
    thought = _tokens("reasoning", _prose(REASONING, question, length)) if length else []
    calls = calls_for(question, number) if question.tools else []
    if calls:
        return thought + [token for place, call in enumerate(calls) for token in _called(call, place)]
    if question.results:
        return thought + _tokens("content", f"The tool says: {' '.join(question.results)}".split(" "))
    return thought + _tokens("content", _prose(_kind(question.prompt), question, question.model.tokens))


def _kind(prompt: str) -> tuple[str, ...]:
    asked = prompt.lower()
    return next((sentences for pattern, sentences in KINDS if pattern.search(asked)), EXPLANATION)


def _prose(sentences: tuple[str, ...], question: Question, length: int) -> list[str]:
    """Return the words of whole sentences, `length` or a few more: the first one, then the others from any on."""
    first, *others = sentences
    start = draw(f"{question.model.name} on {question.prompt}", 0, len(others) - 1)
    words = first.format(topic=_topic(question.prompt)).split(" ")
    for sentence in itertools.islice(itertools.cycle(others), start, None):
        if len(words) >= length:
            break
        words += sentence.split(" ")
    return words


def _topic(prompt: str) -> str:
    """Return the longest word of a prompt's end, which mostly says what it is about."""
    words = re.findall(r"[^\W\d_]{4,24}", prompt[-300:])
    return max(words, key=len).lower() if words else "this"


def _tokens(kind: str, words: list[str]) -> list[Token]:
    return [Token(kind, f" {word}" if position else word) for position, word in enumerate(words)]


def _called(call: Call, place: int) -> list[Token]:
    pieces = range(0, len(call.arguments), CHARACTERS_PER_TOKEN)
    arguments = [call.arguments[start : start + CHARACTERS_PER_TOKEN] for start in pieces]
    return [Token("name", call.name, place), *(Token("arguments", text, place) for text in arguments)]
