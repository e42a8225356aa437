"""docs/api.md: every curl in it is sent, in order, by whom it says, and is answered well."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from screening.domain.people import Role
from tests.api.desk_client import TEXT, Office, opened
from tests.api.drafting import LEVELS, looked_at, step, told

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sh\n# (\S+)\n(.*?)```", re.DOTALL)
WHO = {
    "撰稿人": Role.AUTHOR, "部门负责人": Role.DEPARTMENT_REVIEWER, "保密审查员": Role.SECRECY_OFFICER,
    "发布人": Role.PUBLISHER, "审计员": Role.AUDITOR, "系统管理员": Role.SYSTEM_ADMINISTRATOR,
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk."""
    with opened(tmp_path) as made:
        yield made


def test_every_example_works(office: Office) -> None:
    """One draft, from its upload to its certificate."""
    case = scan = ""
    for who, lines in BLOCK.findall(PAGE):
        for line in lines.strip().splitlines():
            if line.endswith('/certificate"'):
                approve(office, case)
            answer = sent(office, WHO[who], line.replace("$SCAN", scan), case)
            assert answer.status_code < 300, (line, answer.text)
            made, _, which = (answer.headers.get("location") or "").rpartition("/")
            scan = which if made.endswith("/scans") else scan
            case = case or which
            office.screen()


def test_every_route_of_the_interface_is_in_the_page(office: Office) -> None:
    """By an example, or in the table of the steps."""
    for path in office.app.openapi()["paths"]:
        shown = path.replace("{case_id}", "$CASE").replace("{scan_id}", "$SCAN")
        shown = shown.replace("{number}", "1").replace("{item}", "f0")
        assert shown.replace("{step}", "") in PAGE, path
    for name in office.app.openapi()["components"]["schemas"]["StepName"]["enum"]:
        assert f"`{name}`" in PAGE


def approve(office: Office, case: str) -> None:
    """What the examples leave out: all findings decided, all levels signed."""
    for role in LEVELS:
        looked_at(office.client(role), case)
        told(step(office.client(role), case, "sign", reason="同意公开"))


def sent(office: Office, role: Role, line: str, case: str) -> Any:
    """Send one curl, the way curl would."""
    client = office.client(role)
    etag = client.get(f"/api/v1/cases/{case}").headers.get("etag", "") if case else ""
    words = [word.replace("$B", "").replace("$CASE", case).replace("$ETAG", etag) for word in shlex.split(line)]
    method, url, headers = "GET", "", {}
    fields: dict[str, str] = {}
    more: dict[str, Any] = {}
    options = iter(words[1:])
    for word in options:
        if word == "-X":
            method = next(options)
        elif word == "-H":
            name, _, value = next(options).partition(": ")
            headers[name] = value.replace("$TOKEN", client.headers["authorization"].split()[1])
        elif word == "-d":
            more["content"] = next(options).encode()
        elif word == "-F":
            name, _, value = next(options).partition("=")
            if value.startswith("@"):
                more["files"] = {name: (value[1:], TEXT.encode())}
            else:
                fields[name] = value
        else:
            assert not url, line
            url = word
    return office.anybody().request(method, url, headers=headers, data=fields or None, **more)
