"""One or more contexts for every page. Those without logic are data: contexts.json; those of the case page are made."""

import json
from pathlib import Path
from typing import Any

from api.pages.document_view import view_of
from tests.api.pages.samples import CASE, CATEGORIES, DOCUMENT, RUN, Thing, base, case, long_draft, sealed

Contexts = dict[str, tuple[str, dict[str, Any]]]
_OUTSIDE = ("login.html", "entered.html", "totp.html", "setup.html", "demo.html")  # before anybody is logged in


def contexts() -> Contexts:
    """Name of the picture in the gallery -> template and context."""
    known = json.loads((Path(__file__).parent / "contexts.json").read_text(encoding="utf-8"))
    return {name: _page(dict(one)) for name, one in known.items()} | _cases()


def _page(one: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    template = one.pop("template")
    context = base(one["title"]) | one
    if template in _OUTSIDE:
        context |= {"me": None, "nav": []}
    return template, context


def _cases() -> Contexts:
    """The case page for an author, a reviewer, with page pictures, all decided, and very long."""
    author = {"actions": {"submit", "upload", "withdraw"}, "can_decide": False, "must_look": False, "notes": None}
    later = {"actions": {"answer", "clear_mark", "release", "recall", "upload"}, "answered": True, "look": "page"}
    decided = view_of(DOCUMENT, RUN, {f"f{n}": "masked" for n in range(12)}, (), CATEGORIES)
    document, run = long_draft()
    long = view_of(document, run, categories=CATEGORIES)
    seal = Thing(**(vars(CASE) | {"state": "quarantined", "state_label": "已封存", "signatures": []}))
    clearing = {"actions": {"clear_mark", "report"}, "can_decide": False, "must_look": False, "notes": None, "todo": []}
    queue = Thing(back="/queue?due=today", prev="", next="/cases/c-0040?due=today", words="第 1 件，共 4 件")
    return {
        "case": ("case.html", case(queue=queue)),
        "case-sealed": ("case.html", case(case=seal, view=sealed(), page=sealed().page(1), pictures=(), **clearing)),
        "case-next": ("case.html", case(view=(after := _after()), page=after.page(1))),
        "case-author": ("case.html", case(**author)),
        "case-found": ("case.html", case(case=Thing(**(vars(CASE) | {"found": "https://www.example.gov.cn/1.html"})))),
        "case-pages": ("case.html", case(**later, todo=[])),
        "case-done": (
            "case.html",
            case(view=decided, page=decided.page(1), todo=[], error="稿件已有新版本，请重新打开"),
        ),
        "case-long": (
            "case.html",
            case(view=long, page=long.page(3), pictures=(), lock="周原正在审看（3 分钟前打开）"),
        ),
    }


def _after() -> Any:
    """The sample draft when the second finding has been decided too."""
    resolved = {"f0": "deleted", "f1": "deleted", "f3": "false_alarm"}
    return view_of(DOCUMENT, RUN, resolved, {"f0", "f1", "f3"}, CATEGORIES)
