"""What is declared of a report, once, and what is made of that: its route, its answers, its documentation.

Each file of `src/api/reports` declares one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, get_args

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from src.api import documentation
from src.api.answers import Answer, meta, report_answer, to_json
from src.api.audience import INSIDERS, Asked, AskedDep, Audience
from src.api.examples import META, Example
from src.api.fields import DateRangeParams, ReportParams
from src.api.shapes import Row, shape_of
from src.core.csv import ENCODING, to_csv
from src.services.report import Reporter
from src.utils.dependency_config import Gateway, GatewayDep
from src.utils.endpoint_utils import execute_date_range_endpoint

if TYPE_CHECKING:
    from src.services.report import Group, Report
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage

Flatten = Callable[[Iterable[Row]], Iterable[Row]]
Order = Callable[[list[Row]], list[Row]]

# Columns that several tables have.
OF_TEAM = ("team", "team_id", "kind")
OUTCOMES = ("total_requests", "successful_requests", "failed_requests")


@dataclass(kw_only=True, eq=False)
class Endpoint(ABC):
    """An address below `/tokens`, by its `name` unless there is a `path`, and what its documentation tells.

    It is asked by `params`, and answers a `model`, of which `example` shows all but `meta`.
    """

    name: str
    summary: str
    description: str
    model: type[BaseModel]
    example: Example
    params: type[DateRangeParams] = ReportParams
    path: str | None = None

    @abstractmethod
    async def answer(self, asked: Asked, params: Any, gateway: Gateway) -> Response:  # noqa: ANN401 - its `params`
        """Answer a request."""

    @property
    @abstractmethod
    def responses(self) -> documentation.Responses:
        """What it may answer beside the model, and beside what every report may."""

    @property
    def whole_example(self) -> Example:
        """An answer."""
        return {"meta": META, **self.example}

    @property
    def path_below(self) -> str:
        """The path below `/tokens`."""
        return f"/{self.name}" if self.path is None else self.path

    def add_to(self, router: APIRouter) -> None:
        """Add its route."""

        async def handler(asked: AskedDep, params: Any, gateway: GatewayDep) -> Response:  # noqa: ANN401 - see above
            return await self.answer(asked, params, gateway)

        # FastAPI reads what there is to ask off the annotation
        handler.__annotations__["params"] = Annotated[self.params, Query()]  # ty: ignore[invalid-type-form]
        router.add_api_route(
            self.path_below,
            handler,
            name=f"get_{self.name.replace('-', '_')}",
            response_model=self.model,
            summary=self.summary,
            description=cleandoc(self.description),
            responses=self.responses,
        )


@dataclass(kw_only=True, eq=False)
class UsageReport(Endpoint):
    """A report that groups the usage of a range, as JSON and as a table, sent again while nothing has changed.

    `group` makes its rows of usage, names and, where it `needs_labels`, labels of models. They go into the one
    field that `model` has beside `meta`, and take the form of that field's model.

    A table has `columns`, by default the fields of that model, and the rows that `flatten` makes of those of JSON,
    so that both agree.

    `public_order` is that of rows from which something is hidden: by what everybody may see, for an order by cost,
    or by names that are not shown, would tell of them. None where the rows' own order tells nothing.

    `variant` picks another declaration where the parameters ask for less or more.
    """

    group: Group
    public_order: Order | None
    columns: tuple[str, ...] = ()
    flatten: Flatten = iter
    needs_labels: bool = False
    variant: Callable[[Any], UsageReport] | None = None

    def __post_init__(self) -> None:
        """Look at the model, once."""
        (self.field,) = self.model.model_fields.keys() - {"meta"}
        (self._part,) = get_args(self.model.model_fields[self.field].annotation)
        self.columns = self.columns or tuple(self._part.model_fields)

    async def answer(self, asked: Asked, params: ReportParams, gateway: Gateway) -> Response:
        """Answer with the report on the range, in the form that is asked for."""
        declared = self if self.variant is None else self.variant(params)
        reporter = Reporter(gateway.activity, gateway.teams, gateway.models if declared.needs_labels else None)
        seen = asked.state.generation
        report = await execute_date_range_endpoint(
            params.start_date,
            params.end_date,
            lambda start, end: reporter.report(declared.name, (start, end), declared.group),
            now=asked.at,
        )
        make = partial(declared.table_answer if params.format == "csv" else declared.json_answer, asked, report)
        return await report_answer(asked, report, (declared, params.format), make, seen)

    def json_answer(self, asked: Asked, report: Report) -> Answer:
        """Return a report as JSON."""
        rows = self.shaped(report.rows(), asked.audience, report.names.directory)
        body = to_json({"meta": meta(report, asked.state.settings, asked.audience), self.field: rows})
        return Answer(body, {"Content-Type": "application/json"}, report.names)

    def table_answer(self, asked: Asked, report: Report) -> Answer:
        """Return a report as CSV, under a file name that says what it is of."""
        rows = self.shaped(report.rows(), asked.audience, report.names.directory)
        headers = {"Content-Type": "text/csv; charset=utf-8", **_told_beside(self.name, report.usage)}
        return Answer(self.table(rows, asked.audience).encode(ENCODING), headers, report.names)

    def shaped(self, rows: Iterable[Row], audience: Audience, directory: TeamDirectory) -> list[Row]:
        """Return the rows of a report as the JSON answer to `audience` has them."""
        shape = shape_of(self._part, audience.hidden, audience.disguise(directory))
        shaped = [shape(row) for row in rows]
        return shaped if audience is INSIDERS or self.public_order is None else self.public_order(shaped)

    def table(self, rows: Iterable[Row], audience: Audience) -> str:
        """Return shaped rows as CSV, with the columns that are for `audience`."""
        columns = [column for column in self.columns if column not in audience.hidden]
        return to_csv(columns, self.flatten(rows))

    @property
    def responses(self) -> documentation.Responses:
        """The table, and that nothing has changed."""
        return documentation.report(self.table(self.example[self.field], INSIDERS))


def largest_first(figure: str, *names: str) -> Order:
    """Return an order by a figure, and by names where it is equal."""
    return lambda rows: sorted(rows, key=lambda row: (-row[figure], *(row[name] for name in names)))


def with_team_column(rows: Iterable[Row]) -> Iterator[Row]:
    """Return rows with the team's name under `team`, as tables have it."""
    yield from ({**row, "team": row["name"]} for row in rows)


def _told_beside(report: str, usage: Usage) -> dict[str, str]:
    """Return headers that say of a table what `meta` says of JSON; the file's name tells when days are missing."""
    days = [str(day) for day in usage.missing_days]
    name = f"leaderboard-{report}-{usage.start}-{usage.end}{'-incomplete' if days else ''}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Leaderboard-As-Of": f"{usage.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "Leaderboard-Stale": str(usage.stale).lower(),
        "Leaderboard-Complete": str(not days).lower(),
    }
    return {**headers, "Leaderboard-Missing-Days": ", ".join(days)} if days else headers
