"""The reports below `/tokens`, a file for each. Whatever is in this folder is found, and served."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from fastapi import APIRouter, Depends

from src.api.audience import get_asked
from src.api.documentation import USAGE, errors
from src.api.usage_report import Endpoint

# These open the documentation; all others follow by name.
FIRST = ("tokens", "timeseries", "models", "success_rate", "cost_efficiency")


def _found() -> list[Endpoint]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    ordered = sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return [import_module(f"{__name__}.{name}").REPORT for name in ordered]


REPORTS = _found()

router = APIRouter(prefix="/tokens", tags=["usage"], dependencies=[Depends(get_asked)], responses=errors(*USAGE))
for report in REPORTS:
    report.add_to(router)

# By response model and status.
EXAMPLES = {(report.model.__name__, 200): report.whole_example for report in REPORTS}
