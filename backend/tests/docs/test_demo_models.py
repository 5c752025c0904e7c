"""What the page says of the demo gateway's models is what they do."""

from src.demo.models import MODELS, Model
from tests.docs.markdown import PAGES, names


def row_of(model: Model) -> dict[str, str]:
    """Return a model's row but for its last column, which is in words."""
    return {
        "model": f"`{model.name}`",
        "first token": f"{model.first_token_ms} ms ± {model.jitter} %",
        "each further": f"{model.ms_per_token} ms",
        "an event has": f"{model.per_chunk} token{'' if model.per_chunk == 1 else 's'}",
        "an answer has": f"{model.tokens} tokens or more",
        "mistakes": f"{model.mistakes} %",
        "at once": f"{model.at_once}",
    }


def test_the_table_of_the_demos_models_is_true() -> None:
    rows = PAGES["architecture.md"].rows(*row_of(next(iter(MODELS.values()))), "is")
    words = {names(row["model"])[0]: row.pop("is") for row in rows}
    assert rows == [row_of(model) for model in MODELS.values()]
    for model in MODELS.values():
        shares = [f"{percent} % are {failure.code}" for failure, percent in model.failures.items()]
        shares += [f"{model.breaks_off} % break off"] if model.breaks_off else []
        shares += [f"{model.reasoning} tokens or more"] if model.reasoning else []
        assert [share for share in shares if share not in words[model.name]] == []
