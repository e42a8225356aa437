"""The reports for programs: JSON against its schema, SARIF, CSV."""

import csv
import io
import json
from pathlib import Path

import pytest

import screening.report
from screening.domain.decision import Disposition
from screening.domain.document import UnreadReason
from screening.domain.finding import Severity
from screening.report import json_lines, json_whole, sarif, table
from screening.report.base import ReportOptions
from tests.report.drafts import clean_news, document_of, finding, marked_copy, result_of, subsidy_notice

SCHEMA = json.loads(Path(screening.report.__file__).with_name("run.schema.json").read_text(encoding="utf-8"))
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def check(value, schema, where="$"):
    """The part of JSON Schema that our schema uses; nothing may be there that it does not describe."""
    if "$ref" in schema:
        return check(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], where)
    if "type" in schema:
        assert isinstance(value, TYPES[schema["type"]]), where
        assert schema["type"] == "boolean" or not isinstance(value, bool), where
    assert value in schema.get("enum", [value]), where
    assert value == schema.get("const", value), where
    if isinstance(value, dict):
        assert set(schema["required"]) <= set(value) <= set(schema["properties"]), where
        for key, item in value.items():
            check(item, schema["properties"][key], f"{where}.{key}")
    if isinstance(value, list):
        for item in value:
            check(item, schema["items"], f"{where}[]")
    if isinstance(value, (int, float)):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where
    return None


@pytest.mark.parametrize("show", [False, True])
def test_json_keeps_its_schema(show):
    results = [subsidy_notice(), marked_copy(), clean_news()]
    whole = json.loads(json_whole.render(results, ReportOptions(show=show)))
    check(whole, SCHEMA)
    lines = json_lines.render(results, ReportOptions(show=show)).decode().splitlines()
    assert [json.loads(line) for line in lines] == whole["runs"]
    assert ("quote" in whole["runs"][0]["findings"][0]) == show


def test_the_schema_names_every_value():
    definitions = SCHEMA["$defs"]
    assert definitions["unread"]["properties"]["reason"]["enum"] == [reason.value for reason in UnreadReason]
    assert definitions["run"]["properties"]["disposition"]["enum"] == [d.name for d in Disposition]
    assert sorted(definitions["finding"]["properties"]["severity"]["enum"]) == sorted(s.name for s in Severity)


def test_json_keeps_names_exactly():
    name = 'a\n"b"\u202e\x9b.docx'
    data = json_lines.render([result_of(document_of("文", name))], ReportOptions())
    assert data.count(b"\n") == 1
    assert json.loads(data)["filename"] == name


def test_sarif():
    log = json.loads(sarif.render([subsidy_notice(), clean_news()], ReportOptions()))
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["charLength"] > 0
        assert "snippet" not in region
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}
    assert run["invocations"][0]["executionSuccessful"] is False
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 2
    assert [a["properties"]["disposition"] for a in run["artifacts"]] == ["BLOCK", "CLEAR"]
    assert run["properties"]["disposition"] == "BLOCK"
    assert run["artifacts"][0]["location"]["uri"].isascii()
    assert all(rule["help"]["text"] and rule["properties"]["basis"] for rule in rules)


def test_sarif_of_everything_read_is_successful():
    log = json.loads(sarif.render([clean_news()], ReportOptions()))
    assert log["runs"][0]["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}


def rows_of(results, **options):
    """The rows as a spreadsheet reads them."""
    data = table.render(results, ReportOptions(**options))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_rows():
    rows = rows_of([subsidy_notice(), clean_news()])
    assert len(rows) == 13 + 2 + 1
    assert list(rows[0]) == (
        [
            "文件",
            "结论",
            "级别",
            "类别",
            "规则",
            "标题",
            "位置",
            "可见",
            "内容(已遮蔽)",
            "依据",
            "怎么办",
            "起",
            "止",
            "分值",
            "指纹",
        ]
    )
    assert [row["级别"] for row in rows[13:]] == ["未能读取", "未能读取", ""]
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "\u200b="])
def test_csv_cells_are_never_formulas(start):
    document = document_of("正文内容", f"{start}1+1.docx")
    hit = finding(document, "正文", f"{start}1", title=f"{start}1")
    row = rows_of([result_of(document, [hit])])[0]
    assert all(row[key].startswith("'") for key in ("文件", "标题", "内容(已遮蔽)"))
