"""A request and its answer, as an OpenAI-compatible API had them, as a case that expects what was called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.arguments import ArgumentsError, read_arguments
from src.studio.scoring.case import MOST_CALLS, read_case
from src.studio.scoring.fields import CaseError
from src.studio.suites.documents import read_document
from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import checked
from src.studio.suites.own import read_tools
from src.studio.suites.tools import name_of, quoted
from src.studio.suites.values import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = Any

# Of a request, what becomes a part of the case, and what says nothing about what is right
TAKEN = {"messages", "tools", "functions"}
NOT_NOTED = {"model", "stream", "stream_options", "user", "metadata", "n", "store", "tool_choice", "function_call"}
MOST_LISTED = 10
# Tools that a provider runs itself
BUILT_IN = {
    "web_search",
    "web_search_preview",
    "file_search",
    "code_interpreter",
    "image_generation",
    "mcp",
    "custom",
}
DATA = "data:"
LONGEST_LOOKED_AT = 50_000
"""Characters of arguments of which it is asked, with each piece that comes, whether they are whole."""


def case_of_traffic(request: str | bytes | Json, answer: str | bytes | Json) -> dict[str, Json]:
    """Return `{case, tools, notes}` of a chat completion: its request, and its answer (also as it was streamed).

    The case is asked what stood up to the last message of a user's; all that was called since then and in the
    answer is expected, with the arguments that were given, and tools answer what they answered. Where nothing was
    called, nothing is wanted. Raises `SuiteError`, whose path begins with `request` or `answer`.
    """
    asked = _request(_document(request, "request"))
    message = _message(_answer_of(answer))
    tools = _tools(asked)
    said, since = _parted(_messages(asked))
    calls = [call for done in (*since, message) for call in _calls(done)]
    case = _said(said) | _expected(calls)
    if answers := _mocks(since):
        case |= {"multi_turn": True, "mock_responses": answers}
    try:
        read = read_case(case)
    except CaseError as error:
        raise SuiteError(f"{error.path or 'The case'} {error.sentence}.", path="request") from None
    return {"case": read.to_dict(), "tools": tools, "notes": list(_notes(asked, said, tools, calls, message))}


def _document(source: str | bytes | Json, path: str) -> Json:
    try:
        return read_document(source) if isinstance(source, str | bytes) else checked(source)
    except SuiteError as error:
        raise SuiteError(error.sentence, path=path) from None


def _request(document: Json) -> dict[str, Json]:
    if isinstance(document, dict) and isinstance(document.get("messages"), list):
        return document
    if isinstance(document, dict) and "input" in document:
        sentence = "This is a request of the Responses API; what is read is a chat completion, which has messages."
        raise SuiteError(sentence, path="request")
    raise SuiteError("This is no request for a chat completion: it has no list of messages.", path="request")


def _answer_of(source: str | bytes | Json) -> Json:
    if isinstance(source, str | bytes):
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
        lines = [line.strip() for line in text.split("\n")]
        streamed = [line.removeprefix(DATA).strip() for line in lines if line.startswith(DATA)]
        if streamed:
            return [_document(chunk, "answer") for chunk in streamed if chunk and chunk != "[DONE]"]
    return _document(source, "answer")


def _message(document: Json) -> dict[str, Json]:
    """Return the assistant's message of an answer, of the chunks of a stream, or of a message alone."""
    if isinstance(document, list):
        return _joined(document)
    if isinstance(document, dict) and isinstance(document.get("choices"), list):
        choice = next((choice for choice in document["choices"] if isinstance(choice, dict)), {})
        if "delta" in choice:
            return _joined([document])
        document = choice.get("message")
    elif isinstance(document, dict) and isinstance(document.get("error"), dict | str):
        raise SuiteError(
            "This answer is an error; nothing can be learnt from it about what is right.", path="answer"
        )
    if isinstance(document, dict) and document.get("role", "assistant") == "assistant":
        return document
    raise SuiteError("This is no answer of a chat completion: it has no choice with a message.", path="answer")


def _joined(chunks: Sequence[Json]) -> dict[str, Json]:
    content: list[str] = []
    calls: list[_StreamedCall] = []
    older = _StreamedCall()
    at: dict[str, _StreamedCall] = {}
    for chunk in chunks:
        choices = chunk.get("choices") if isinstance(chunk, dict) else None
        if not isinstance(choices, list):
            raise SuiteError("What is there is no chunk of a streamed answer.", path="answer")
        delta = _object(_object(choices[0] if choices else None).get("delta"))
        content.append(_text(delta.get("content")))
        older.take({"function": delta.get("function_call")})
        for position, part in enumerate(_objects(delta.get("tool_calls"))):
            place = str(part.get("index", position))
            if place not in at or at[place].is_begun_anew_by(part):
                at[place] = _StreamedCall()
                calls.append(at[place])
            at[place].take(part)
    message = {"role": "assistant", "content": "".join(content), "tool_calls": [call.to_dict() for call in calls]}
    return message | ({"function_call": older.to_dict()["function"]} if older.name else {})


@dataclass(slots=True)
class _StreamedCall:
    """A call of which pieces come one after another; those of its arguments are put together once."""

    id: str = ""
    name: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def is_begun_anew_by(self, part: Mapping[str, Json]) -> bool:
        """Tell whether a piece at this call's place begins another: Ollama and Gemini give all calls one place.

        With an id it is another one where it has a name and another id. Without ids it is where this one's
        arguments are whole and more of them come with a name. So it is where a run puts answers together, too.
        """
        function = _object(part.get("function"))
        given = _text(part.get("id"))
        if not _text(function.get("name")):
            return False
        if given and self.id:
            return given != self.id
        return bool(_arguments_text(function.get("arguments"))) and self._is_whole()

    def take(self, part: Mapping[str, Json]) -> None:
        function = _object(part.get("function"))
        self.id = self.id or _text(part.get("id"))
        self.name = self.name or _text(function.get("name"))
        if piece := _arguments_text(function.get("arguments")):
            self.pieces.append(piece)
            self.length += len(piece)

    def to_dict(self) -> dict[str, Json]:
        return {"id": self.id, "function": {"name": self.name, "arguments": "".join(self.pieces)}}

    def _is_whole(self) -> bool:
        if self.length > LONGEST_LOOKED_AT:
            return False
        try:
            return isinstance(orjson.loads("".join(self.pieces)), dict)
        except orjson.JSONDecodeError:
            return False


def _arguments_text(arguments: Json) -> str:
    """Return arguments as text; some servers give the object in place of its text."""
    return orjson.dumps(arguments).decode() if isinstance(arguments, dict) else _text(arguments)


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _messages(request: Mapping[str, Json]) -> list[dict[str, Json]]:
    messages = request["messages"]
    if not messages or not all(isinstance(message, dict) for message in messages):
        raise SuiteError("The messages must be a list of objects.", path="request.messages")
    return messages


def _parted(messages: list[dict[str, Json]]) -> tuple[list[dict[str, Json]], list[dict[str, Json]]]:
    """Return the messages up to the last one of a user's, and what came since."""
    users = [index for index, message in enumerate(messages) if message.get("role") == "user"]
    if not users:
        raise SuiteError("There is no message of a user's.", path="request.messages")
    return messages[: users[-1] + 1], messages[users[-1] + 1 :]


def _said(messages: list[dict[str, Json]]) -> dict[str, Json]:
    only = messages[0]
    if len(messages) == 1 and isinstance(only.get("content"), str) and only.keys() == {"role", "content"}:
        return {"prompt": only["content"]}
    return {"messages": messages}


def _calls(message: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield the name and the arguments of each call of a message, that of the older `function_call` with them."""
    functions = [_object(call.get("function")) for call in _objects(message.get("tool_calls"))]
    for function in [*functions, _object(message.get("function_call"))]:
        if isinstance(function.get("name"), str):
            yield function["name"], function.get("arguments")


def _expected(calls: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    if not calls:
        return {"should_call_tool": False}
    if len(calls) > MOST_CALLS:
        raise SuiteError(f"There may be {MOST_CALLS} calls, not {len(calls):,}.", path="answer")
    expected = []
    for name, text in calls:
        try:
            arguments = read_arguments(text)
        except ArgumentsError as error:
            raise SuiteError(f"The call of {quoted(name)} cannot be expected: {error}", path="answer") from None
        expected.append({"tool": name, "arguments": {key: literal(value) for key, value in arguments.items()}})
    return {"expected_calls": expected}


def _mocks(since: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Return what each tool answered: one result, or by the arguments where it was called several times."""
    waiting: list[tuple[Json, str, Json]] = []
    answers: dict[str, list[dict[str, Json]]] = {}
    for message in since:
        calls = _objects(message.get("tool_calls"))
        waiting += [(call.get("id"), *made) for call in calls for made in _calls({"tool_calls": [call]})]
        waiting += [(None, *made) for made in _calls({"function_call": message.get("function_call")})]
        at = _answered(waiting, message) if _text(message.get("role")) in {"tool", "function"} else None
        if at is None:
            continue
        _, name, arguments = waiting.pop(at)
        when = {key: literal(value) for key, value in read_arguments(arguments).items()}
        answers.setdefault(name, []).append({"when": when, "result": _result(message.get("content"))})
    return {name: rules if len(rules) > 1 else [{"result": rules[0]["result"]}] for name, rules in answers.items()}


def _answered(waiting: Sequence[tuple[Json, str, Json]], message: Mapping[str, Json]) -> int | None:
    """Return which of the calls that wait for an answer a message is that of: the one of its id, or the first.

    The older results of functions have a name in place of an id.
    """
    if message.get("role") == "function":
        return next((at for at, (_, name, _) in enumerate(waiting) if name == message.get("name")), None)
    given = message.get("tool_call_id")
    same = [at for at, (identity, *_) in enumerate(waiting) if given and identity == given]
    without = [at for at, (identity, *_) in enumerate(waiting) if not (given and identity)]
    return next(iter(same or without), None)


def _result(content: Json) -> Json:
    if not isinstance(content, str):
        return content
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content


def _tools(request: Mapping[str, Json]) -> list[dict[str, Json]]:
    documents = request.get("tools")
    if documents is None:
        documents = request.get("functions") or []
    if isinstance(documents, list):
        documents = [
            tool for tool in documents if not (isinstance(tool, dict) and str(tool.get("type")) in BUILT_IN)
        ]
    try:
        return read_tools(documents)
    except SuiteError as error:
        raise SuiteError(error.sentence, path=f"request.{error.path}") from None


def _notes(
    request: Mapping[str, Json],
    said: Sequence[Mapping[str, Json]],
    tools: Sequence[Mapping[str, Json]],
    calls: Sequence[tuple[str, Json]],
    message: Mapping[str, Json],
) -> Iterator[str]:
    names = {name_of(tool) for tool in tools}
    yield from (
        f"{quoted(name)} was called, which the request does not offer: such a call can never be right."
        for name in dict.fromkeys(name for name, _ in calls)
        if name not in names
    )
    built_in = [str(tool["type"]) for tool in _objects(request.get("tools")) if str(tool.get("type")) in BUILT_IN]
    if built_in:
        yield f"The provider's own tools are not offered: {', '.join(sorted(set(built_in)))}."
    if not tools:
        yield "The request offers no tools."
    elif not calls:
        yield "Nothing was called, so the case wants no call; if one should have been made, add it."
    left = sorted(request.keys() - TAKEN - NOT_NOTED)
    if left:
        more = f" and {len(left) - MOST_LISTED} more" if len(left) > MOST_LISTED else ""
        yield f"Parameters are set for a run, and not kept with a case: {', '.join(left[:MOST_LISTED])}{more}."
    choice = request.get("tool_choice")
    if isinstance(choice, str) and choice != "auto":
        yield f"The request's tool_choice was {quoted(choice)}; a run sets it for all cases."
    if any(part.get("role") in {"system", "developer"} for part in said):
        yield "The system message stays in the case's messages; a suite's system prompt would come before it."
    if calls and message.get("content"):
        yield "What the model said beside its calls is not judged."
