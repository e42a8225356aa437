"""The interface does what its OpenAPI says, whoever asks: no error of the server, no fault of the contract."""

from collections.abc import Iterator

import pytest

from screening.domain.people import Role
from screening.store.api_tokens import scopes_of
from tests.api.contract import held
from tests.api.desk_client import OWN, Office, opened
from tests.api.matrix_cases import Stage, stage_of

# Two roles meet every boundary of every declaration (a thousand requests each), the others three examples of each.
_THOROUGH = {Role.AUTHOR, Role.SECRECY_OFFICER}
_TAGS = {"drafts", "runs", "cases", "certificates", "register", "scans", "audit", "health"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path_factory.mktemp("contract")) as made:
        yield made


@pytest.fixture(scope="module")
def stage(office: Office) -> Stage:
    """With a case in every state; nothing that is done stays."""
    return stage_of(office)


@pytest.mark.parametrize("role", Role)
def test_the_contract_holds(office: Office, stage: Stage, role: Role) -> None:
    """For every role."""
    has_token = bool(scopes_of(office.account(role)))
    client = office.client(role) if has_token else stage.browsers[OWN, role]
    phases = ("examples", "coverage", "fuzzing") if role in _THOROUGH else ("fuzzing",)
    found = held(stage, client, 3, phases)
    assert not found.faults, "\n\n".join(found.faults)
    assert found.requests > (900 if role in _THOROUGH else 50)
    assert not [status for status in found.statuses if status >= 500]


def test_every_operation_says_what_a_reader_needs(stage: Stage) -> None:
    """An id, a tag, a summary in Chinese, every error as a problem; how to come in, but for what is open to all."""
    schema = stage.app.openapi()
    ids = []
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            ids.append(operation["operationId"])
            assert set(operation["tags"]) <= _TAGS
            assert not operation["summary"].isascii()
            if not path.startswith("/api/") or path == "/api/v1/certificates/key":
                continue
            assert operation["security"] == [{"token": []}, {"session": []}]
            errors = {status: one for status, one in operation["responses"].items() if status[0] in "45"}
            assert {"400", "401", "403", "404", "422", "500"} <= set(errors)
            assert all(list(one["content"]) == ["application/problem+json"] for one in errors.values())
    assert len(ids) == len(set(ids))


def test_every_field_that_comes_in_is_limited_and_has_an_example(stage: Stage) -> None:
    """No text without an end; nothing undeclared."""
    for name, shape in stage.app.openapi()["components"]["schemas"].items():
        if not name.endswith("Given"):
            continue
        assert shape["additionalProperties"] is False
        for field, one in shape["properties"].items():
            kinds = [one, *one.get("anyOf", ())]
            limits = {"maxLength", "maxItems", "maximum", "$ref", "const"}
            assert any(kind.keys() & limits or kind.get("type") == "boolean" for kind in kinds), (name, field)
