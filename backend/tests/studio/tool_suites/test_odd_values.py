"""What JSON can write and nobody could keep or tell: wherever it stands, it is refused in a sentence, or kept."""

import asyncio
import json

import pytest
from fastapi.testclient import TestClient

from src.studio import bodies as reading
from tests.studio.conftest import sign_up
from tests.studio.settings_client import SettingsClient
from tests.studio.tool_suites.made import SUITES, case, suite, tool

ODD = (
    *(r'"\ud800"', r'{"a\ud800": 1}', r'"\u0000"', "NaN", "-Infinity", "1e999", "123456789012345678901234567890"),
    *("null", "[" * 300 + "]" * 300),
)
TOOLS = [
    '{"type": "function", "function": {"name": ODD}}',
    '{"type": "function", "function": {"name": "x", "description": ODD}}',
    '{"type": "function", "function": {"name": "x", "parameters": ODD}}',
    '{"type": "function", "function": {"name": "x", "parameters": {"type": ODD}}}',
    '{"type": "function", "function": {"name": "x", "parameters": {"properties": {"q": {"default": ODD}}}}}',
    '{"type": "function", "function": {"name": "x", "parameters": {"required": [ODD]}}}',
    '{"type": "function", "more": ODD, "function": {"name": "x"}}',
    "ODD",
]
FIELDS = (
    *("prompt", "name", "category", "state", "expected_calls", "tools", "turns", "mock_responses"),
    *(
        "expected_params",
        "expected_tool",
        "scoring_config",
        "max_rounds",
        "argument_source",
        "messages",
        "disputed",
    ),
)
CASES = [
    json.dumps({key: value for key, value in case().items() if key != field})[:-1] + f', "{field}": ODD}}'
    for field in FIELDS
]
GOOD_TOOL, GOOD_CASE = json.dumps(tool()), json.dumps(case())
OPENAPI = (
    '{"openapi": "3.1.0", "info": {"title": ODD}, "paths": {"/a": {"get": {"summary": ODD, "parameters": [ODD]}}}}'
)
IMPORT = "/api/tool-eval/import"
# Bodies by address, each of which has something odd in it
BODIES = {
    SUITES: [f'{{"name": "n", "tools": [{one}]}}' for one in TOOLS],
    f"{SUITES}/check": [f'{{"tools": [{one}]}}' for one in TOOLS],
    f"{SUITES}/case/check": [
        *(f'{{"case": {GOOD_CASE}, "tools": [{one}]}}' for one in TOOLS),
        *(f'{{"case": {one}, "tools": [{GOOD_TOOL}]}}' for one in CASES),
    ],
    f"{SUITES}/score": [
        *(f'{{"case": {one}, "calls": [], "tools": [{GOOD_TOOL}]}}' for one in CASES),
        *(
            f'{{"case": {GOOD_CASE}, "tools": [{GOOD_TOOL}], {sent}}}'
            for sent in (
                '"calls": [{"name": ODD}]',
                '"calls": [{"name": "get_weather", "arguments": {"city": ODD}}]',
                '"turns": [{"calls": [], "state": {"x": ODD}}]',
            )
        ),
    ],
    f"{SUITES}/SUITE/cases": [*CASES, *(f'{{"cases": [{one}]}}' for one in CASES)],
    IMPORT: [
        *(f'{{"name": "n", "tools": [{one}]}}' for one in TOOLS),
        *(f'{{"tools": [{GOOD_TOOL}], "test_cases": [{one}]}}' for one in CASES),
        '{"name": ODD, "tools": []}',
    ],
    f"{IMPORT}/bfcl": [
        '{"question": ODD, "function": ODD, "ground_truth": ODD}',
        '{"id": ODD, "question": [[{"role": "user", "content": ODD}]], "function": [{"name": "a"}]}',
    ],
    f"{IMPORT}/openapi": [
        *(f'{{"document": {one}}}' for one in (OPENAPI, "ODD")),
        f'{{"preview": true, "document": {OPENAPI}}}',
        f'{{"operations": [ODD], "document": {OPENAPI}}}',
    ],
    f"{IMPORT}/traffic": [
        '{"request": ODD, "answer": ODD}',
        '{"request": {"messages": [{"role": "user", "content": ODD}]}, "answer": {"choices": [{"message": ODD}]}}',
    ],
    "/api/mcp/import": [
        '{"generate_test_cases": true, "tools": [{"name": ODD, "description": ODD, "inputSchema": ODD}]}',
        '{"generate_test_cases": true, "tools": [{"name": "a", "inputSchema": {"properties": {"x": ODD}}}]}',
    ],
    "/api/mcp/discover": ['{"url": ODD, "token": ODD}'],
}


@pytest.mark.parametrize("odd", ODD)
def test_nothing_odd_breaks_what_takes_or_tells_it(studio: TestClient, odd: str) -> None:
    ada = SettingsClient(studio, sign_up(studio))
    suite_id = ada.ask("POST", SUITES, suite())["suite_id"]
    for path, bodies in BODIES.items():
        for body in bodies:
            headers = {"Content-Type": "application/json"}
            asked = path.replace("SUITE", suite_id)
            answer = ada.answer("POST", asked, content=body.replace("ODD", odd), headers=headers)
            assert answer.status_code in {200, 400, 422}, (path, body)
            assert answer.is_success or answer.json()["detail"], (path, body)
    for kept in ada.ask("GET", f"{SUITES}?limit=200")["suites"]:
        for path in ("", "/export", "/export?format=yaml", "/export/bfcl", "/cases"):
            assert ada.answer("GET", f"{SUITES}/{kept['id']}{path}").status_code == 200, (path, kept)


@pytest.mark.parametrize("name", ["%00", "%ud800", "%ED%A0%80", "%"])
def test_an_odd_name_in_a_header_is_refused_or_kept(studio: TestClient, name: str) -> None:
    ada = SettingsClient(studio, sign_up(studio))
    answer = ada.answer("POST", IMPORT, content=json.dumps(suite()), headers={"X-Suite-Name": name})
    assert answer.status_code == (422 if name == "%00" else 200)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (SUITES, '{"name": "a", "name": "b"}', 422),
        (f"{SUITES}/case/check", '{"case": {"prompt": "a", "prompt": "b"}, "tools": []}', 422),
        (f"{SUITES}/{{id}}/cases", '{"prompt": "a", "\\u0070rompt": "b"}', 422),
        (IMPORT, '{"name": "a", "name": "b", "tools": [], "test_cases": []}', 400),
    ],
)
def test_a_key_that_is_there_twice_is_refused(studio: TestClient, path: str, body: str, status: int) -> None:
    ada = SettingsClient(studio, sign_up(studio))
    kept = ada.ask("POST", IMPORT, suite())["suite_id"]
    answer = ada.answer("POST", path.format(id=kept), content=body)
    assert answer.status_code == status
    assert "twice" in answer.json()["detail"]


LONG_BODIES = [
    *(
        SUITES,
        f"{SUITES}/check",
        f"{SUITES}/case/check",
        f"{SUITES}/score",
        f"{IMPORT}/openapi",
        f"{IMPORT}/traffic",
    ),
    "/api/mcp/import",
]


@pytest.mark.parametrize("path", LONG_BODIES)
def test_a_long_body_is_read_where_nobody_waits_for_it(
    studio: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_loop = []

    def read_json(body: bytes) -> object:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            on_the_loop.append(False)
        else:
            on_the_loop.append(True)
        return real(body)

    real = reading.read_json
    monkeypatch.setattr(reading, "read_json", read_json)
    ada = SettingsClient(studio, sign_up(studio))
    answer = ada.answer("POST", path, content='{"odd": 1}')
    assert (answer.status_code, on_the_loop) == (422, [False])
    assert "odd: Extra inputs are not permitted." in answer.json()["detail"]


@pytest.mark.parametrize("path", LONG_BODIES)
def test_nobody_has_a_long_body_read_who_is_not_signed_in(
    studio: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "read_json", pytest.fail)
    assert studio.post(path, content='{"odd": 1}').status_code == 401


@pytest.mark.parametrize("path", [f"{IMPORT}/openapi", IMPORT, "/api/mcp/import"])
def test_more_values_than_are_quickly_read_are_refused(studio: TestClient, path: str) -> None:
    ada = SettingsClient(studio, sign_up(studio))
    answer = ada.answer("POST", path, content='{"tools": [' + "1," * 3_000_000 + "1]}")
    assert answer.status_code in {400, 422}
    assert "more than 3,000,000 values" in answer.json()["detail"]
