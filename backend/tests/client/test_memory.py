"""Python looks for garbage seldom while the dashboard runs."""

import gc

from src.client.memory import OBJECTS_BETWEEN_COLLECTIONS, rare_collections


def test_collections_are_rare_meanwhile_and_as_before_afterwards() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with rare_collections():
        assert gc.get_threshold() == (OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
        assert gc.get_freeze_count() > frozen
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen == 0


def test_a_large_answer_is_made_without_a_look_through_all_there_is() -> None:
    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        collected.append(info["generation"])

    with rare_collections():
        gc.callbacks.append(note)
        try:
            rows = [{"number": number} for number in range(OBJECTS_BETWEEN_COLLECTIONS * 3)]
        finally:
            gc.callbacks.remove(note)
    assert len(rows) == OBJECTS_BETWEEN_COLLECTIONS * 3
    assert set(collected) <= {0}
