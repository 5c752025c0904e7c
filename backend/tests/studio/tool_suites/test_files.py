"""What is said of files beside their content."""

from urllib.parse import unquote

import orjson
import pytest

from src.studio.tool_suites.files import LINES, LONGEST_HEADER, File


@pytest.mark.parametrize(("name", "least"), [("case", 10), ("\N{LLAMA}" * 200, 2)])
def test_what_is_left_out_is_named_as_far_as_a_head_has_room_and_counted(name: str, least: int) -> None:
    lost = [{"name": f"{at} {name}", "reason": "It has a state."} for at in range(40)]
    headers = File("suite.jsonl", LINES, b"", lost, ["\N{LLAMA}" * 300] * 7).headers
    assert len(headers["X-Left-Out"]) <= LONGEST_HEADER
    told = orjson.loads(unquote(headers["X-Left-Out"]))
    assert (told["count"], told["notes_count"]) == (40, 7)
    assert least <= len(told["cases"]) <= 10
    assert told["cases"][0]["name"].startswith("0 ")


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert "X-Left-Out" not in File("suite.jsonl", LINES, b"").headers
