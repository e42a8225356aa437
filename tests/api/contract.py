"""The OpenAPI of the application held against the application, by schemathesis, as one person."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis import engine, openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.hooks import unregister

from tests.api.matrix_cases import CASES, Stage

_CHECKS = {
    # Valid data may still meet a rule of the review, a stale etag, or a word that only the desk knows.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "406", "409", "412", "422"]},
    "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "413",
                                                      "422", "428"]},
    "missing_required_header": {"expected-statuses": ["401", "403", "404", "422", "428"]},
}  # fmt: skip


@dataclass
class Found:
    """What came out: how many requests, how they were answered, what was wrong."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def held(stage: Stage, client: Any, examples: int, phases: tuple[str, ...], seed: int = 1) -> Found:
    """Try every operation as the person of this client. Ids that are well-formed are turned into those of real cases,
    etags into theirs."""
    headers = {name: client.headers[name] for name in ("Authorization", "X-CSRF-Token") if name in client.headers}
    session = client.cookies.get("xianshen", "")
    config = SchemathesisConfig.from_dict({
        "seed": seed,
        "headers": headers,
        **({"auth": {"openapi": {"session": {"api_key": session}}}} if session else {}),
        "checks": _CHECKS,
        "generation": {"max-examples": examples, "no-shrink": True},
        "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
    })  # fmt: skip
    schema = openapi.from_asgi("/api/v1/openapi.json", stage.app, config=config)
    found = Found()
    pointed = _real(stage)
    schemathesis.hook("before_call")(pointed)
    try:
        for event in engine.from_schema(schema).execute():
            _note(event, found)
    finally:
        unregister(pointed)
    return found


def _real(stage: Stage) -> Any:
    """A hook that points well-formed requests to what there is."""

    def before_call(ctx: Any, case: Any, kwargs: Any) -> None:
        given = case.path_parameters or {}
        which = "scan_id" if "scan_id" in given else "case_id"
        named = given.get(which, "")
        if not (isinstance(named, str) and len(named) == 32 and named.isalnum()):
            return
        target = stage.targets["scan" if which == "scan_id" else CASES[int(named[:4], 16) % len(CASES)]]
        case.path_parameters[which] = target.values[which]
        etag = (case.headers or {}).get("If-Match", "")
        if isinstance(etag, str) and etag.strip('"').isdigit():
            case.headers["If-Match"] = target.etag

    return before_call


def _note(event: Any, found: Found) -> None:
    if isinstance(event, events.NonFatalError | events.FatalError):
        found.faults.append(f"{event!r}: {getattr(event, 'info', '')}")
    if not isinstance(event, events.ScenarioFinished):
        return
    for which, interaction in event.recorder.interactions.items():
        found.requests += 1
        if interaction.response is not None:
            found.statuses[interaction.response.status_code] += 1
        for check in event.recorder.checks.get(which, []):
            if check.failure_info is not None:
                case = event.recorder.cases[which].value
                found.faults.append(
                    f"{case.method} {case.formatted_path}: {check.name}: {check.failure_info.failure}\n"
                    f"{check.failure_info.code_sample}"
                )
