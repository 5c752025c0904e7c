"""The demo gateway's models over HTTP: chat completions, and the list of models."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from src.demo import directory
from src.demo.completions import Completion, broken_off, refused, sent
from src.demo.errors import json_answer
from src.demo.questions import read_question

chat = APIRouter()


@chat.post("/chat/completions")
@chat.post("/v1/chat/completions")
async def chat_completions(request: Request) -> Response:
    """Answer a chat as its model would, in its time; 400 where the request makes no sense."""
    body = await request.body()
    start = asyncio.get_running_loop().time()
    state = request.app.state
    question = await state.memory.recall(read_question(body))
    name = question.model.name
    state.asked[name] += 1
    completion = Completion(question, state.asked[name], int(state.clock().timestamp()))
    if failure := completion.failure:
        await asyncio.sleep(failure.ms / 1000)
        raise refused(failure, question.model)
    turns = state.turns[name]
    if question.stream:
        events = in_turn(turns, completion, start)
        return StreamingResponse(events, headers={"Cache-Control": "no-cache"}, media_type="text/event-stream")
    async with turns:
        await asyncio.sleep(completion.end / 1000)
    if completion.breaks_off:
        raise broken_off(question.model)
    return Response(completion.body(), media_type="application/json")


async def in_turn(turns: asyncio.Semaphore, completion: Completion, start: float) -> AsyncIterator[bytes]:
    """Yield an answer's events, `start` being the loop's time at the request: where it had to wait, its turn's."""
    has_to_wait = turns.locked()
    async with turns:
        if has_to_wait:
            start = asyncio.get_running_loop().time()
        async for event in sent(completion.events(), start):
            yield event


@chat.get("/models")
@chat.get("/v1/models")
async def models() -> Response:
    """List the models by the names that they are called by."""
    return json_answer(directory.model_list())
