"""The rules in force, and that each does what its own examples say.

A unit's own rules and lists of words tell what it has to hide: only those who sign see more of them than the name.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, current
from api.csrf import Form, csrf_guard
from api.errors import ProblemError
from api.pages.frame import frame, html
from api.pages.rule_text import context_lines, match_text
from api.pages.shown import house_of, pages_of
from screening.bootstrap import House
from screening.domain.errors import MissingError, RuleError
from screening.domain.people import Role
from screening.domain.rule import Example, Rule, Ruleset
from screening.prove import Failure, prove, prove_contexts
from screening.rules.load import LexiconFiles, load

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
PAGE = 50
OWN = "本单位（仅审签人可见）"
_INSIDERS = {Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the list."""

    id: str
    title: str
    category_label: str
    severity: str
    severity_label: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule on its page."""

    id: str
    title: str
    severity: str
    severity_label: str
    category_label: str
    basis: str
    advice: str
    match: str
    context: list[str]
    source: str
    replaces: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One example, what it should do, and whether it does."""

    text: str
    hit: bool
    holds: bool


class Proofs:
    """Every rule held against its examples, once for a version, in a process of its own: it takes some seconds."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = Lock()
        self._found: dict[str, list[Failure | str] | None] = {}

    def start(self) -> None:
        """Begin, unless this version is proven or being proven."""
        ruleset = self._house.screener.ruleset
        with self._lock:
            if ruleset.version in self._found:
                return
            self._found = {ruleset.version: None}
        Thread(target=self._run, args=(ruleset,), name="proving", daemon=True).start()

    def of(self, version: str) -> tuple[str, list[Failure | str]]:
        """Empty, running or done; and the examples that fail, or why the rules cannot be used."""
        with self._lock:
            found = self._found.get(version, [])
            return ("running", []) if found is None else ("done" if version in self._found else "", found)

    def _run(self, ruleset: Ruleset) -> None:
        context = get_context("spawn")
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_prove, args=(ruleset, sending), daemon=True)
        process.start()
        sending.close()
        found: list[Failure | str] | None = None
        with receiving, suppress(EOFError):  # it was killed: it may be asked for again
            found = receiving.recv()
        process.join()
        with self._lock:
            self._found = {} if found is None else {ruleset.version: found}


def _prove(ruleset: Ruleset, sending: Connection) -> None:
    found: list[Failure | str] = []
    try:
        found += [*prove_contexts(ruleset), *prove(ruleset)]
    except RuleError as error:
        found.append(str(error))
    sending.send(found)


@router.get("/rules")
def rules_page(request: Request, signed: Signed, q: str = "", category: str = "", page: int = 1) -> Response:
    """The list."""
    ruleset, own = house_of(request).screener.ruleset, _hidden(request, signed)
    wanted = q.strip().casefold()
    found = [
        one
        for one in ruleset.rules
        if category in ("", one.category) and (wanted in one.id.casefold() or wanted in one.title.casefold())
    ]
    pages = pages_of(len(found), page, PAGE, f"/rules?{urlencode({'q': q, 'category': category, 'page': ''})}")
    shown = found[(pages.number - 1) * PAGE : pages.number * PAGE]
    proof, faults = proofs_of(request).of(ruleset.version)
    context = frame(request, signed, "规则") | {
        "rows": [_row(one, ruleset, hidden=one.id in own) for one in shown], "version": ruleset.version[:12],
        "categories": [(one.id, one.name) for one in ruleset.categories.values()],
        "filters": {"q": q, "category": category}, "proof": proof, "can_prove": _is_insider(signed),
        "faults": [_fault(one, own, insider=_is_insider(signed)) for one in faults], "pages": pages,
    }  # fmt: skip
    return html("rules.html", context)


@router.post("/rules/prove")
def prove_all(request: Request, signed: Signed, _form: Annotated[Form, Depends(csrf_guard)]) -> Response:
    """Hold every rule against its examples."""
    if not _is_insider(signed):
        raise ProblemError(404)
    proofs_of(request).start()
    return RedirectResponse("/rules", 303)


@router.get("/rules/{rule_id}")
def rule_page(request: Request, signed: Signed, rule_id: str) -> Response:
    """One rule with its examples."""
    ruleset = house_of(request).screener.ruleset
    rule = ruleset.rule(rule_id)
    if rule is None:
        raise MissingError("没有这条规则")
    hidden = rule.id in _hidden(request, signed)
    context = frame(request, signed, "规则") | {
        "rule": _view(rule, ruleset, hidden=hidden),
        "proofs": [] if hidden else list(_proofs(request, rule, ruleset)),
        "history": [(ruleset.version, "", "现行版本；规则文件的历次改动由本单位的版本库保存")],
    }
    return html("rule.html", context)


def proofs_of(request: Request) -> Proofs:
    """The proofs of this application."""
    state = request.app.state
    if not hasattr(state, "proofs"):
        state.proofs = Proofs(state.house)
    found: Proofs = state.proofs
    return found


def _is_insider(signed: SignedIn) -> bool:
    return bool(signed.account.person.roles & _INSIDERS)


def _hidden(request: Request, signed: SignedIn) -> frozenset[str]:
    """Ids of the rules of which this person sees the name only: those that are not just as they were shipped."""
    if _is_insider(signed):
        return frozenset()
    house, state = house_of(request), request.app.state
    ruleset = house.screener.ruleset
    if getattr(state, "own_rules", ("",))[0] != ruleset.version:
        state.own_rules = (ruleset.version, own_rules(house))
    found: frozenset[str] = state.own_rules[1]
    return found


def own_rules(house: House) -> frozenset[str]:
    """Ids of the rules in force that the shipped files alone do not give, or give otherwise."""
    files = LexiconFiles(house.settings.lexicons, house.settings.lexicons / "core" / _NOWHERE)
    shipped, _ = load(files, house.settings.cache)
    known = {one.id: one for one in shipped.rules}
    return frozenset(one.id for one in house.screener.ruleset.rules if known.get(one.id) != one)


_NOWHERE = Path("no-rules-of-its-own")  # a folder that is not there: no local files


def _row(rule: Rule, ruleset: Ruleset, *, hidden: bool) -> RuleRow:
    category = ruleset.categories[rule.category].name
    if hidden:
        return RuleRow(rule.id, rule.title, category, "", "", "", OWN)
    severity = rule.severity
    return RuleRow(rule.id, rule.title, category, severity.name.lower(), severity.label, rule.basis, rule.source)


def _view(rule: Rule, ruleset: Ruleset, *, hidden: bool) -> RuleView:
    row = _row(rule, ruleset, hidden=hidden)
    if hidden:
        return RuleView(rule.id, rule.title, "", "", row.category_label, "", "", "", [], OWN, "")
    return RuleView(
        rule.id, rule.title, row.severity, row.severity_label, row.category_label, rule.basis, rule.advice,
        match_text(rule.match), context_lines(rule, ruleset), rule.source, rule.replaces,
    )  # fmt: skip


def _fault(one: Failure | str, own: frozenset[str], *, insider: bool) -> str:
    """A fault in words; outsiders are told which rule, and of rules of the unit no example."""
    if isinstance(one, str):
        return one if insider else "规则文件有误，请审签人查看"
    return str(one) if insider or one.rule_id not in own else f"规则 {one.rule_id} 与自己的例子不符"


def _proofs(request: Request, rule: Rule, ruleset: Ruleset) -> Iterator[Proof]:
    """The examples of one rule. One that counts others needs them all, and is proven with them only."""
    if rule.match["kind"] == "count":
        failures: list[Failure | str] = proofs_of(request).of(ruleset.version)[1]
    else:
        failures = _alone(rule, ruleset)
    lost = {(one.expected, one.text) for one in failures if isinstance(one, Failure) and one.rule_id == rule.id}
    sides: Mapping[str, tuple[Example, ...]] = {"hit": rule.hits, "miss": rule.misses}
    for side, examples in sides.items():
        for example in examples:
            yield Proof(example.text, side == "hit", (side, example.text) not in lost)


def _alone(rule: Rule, ruleset: Ruleset) -> list[Failure | str]:
    """The examples of this rule that fail; all of them when it cannot be used."""
    try:
        return [*prove(replace(ruleset, rules=(rule,)))]
    except RuleError:
        sides = (("hit", rule.hits), ("miss", rule.misses))
        return [Failure(rule.id, rule.source, side, one.text) for side, some in sides for one in some]
