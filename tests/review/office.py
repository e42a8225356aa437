"""An invented office on a real store: its people, a clock that stands until it is moved, drafts at any stage."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from screening.domain.account import Account
from screening.domain.filing import Filing
from screening.domain.people import Role
from screening.domain.record import Declaration
from screening.domain.review import Resolution, Step, Terms
from screening.review.desk import Desk, Order
from screening.review.intake import Intake, Outcome, Received
from screening.store.books import Store, new_id

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2031, 5, 6, 12, 0, tzinfo=CHINA)  # a Tuesday
TERMS = Terms("website", "公众", "2031-05-06", "2031-06-06")
CANARY = "云岭市二号仓库金丝雀"  # draft text that must be nowhere in plain
DEPARTMENT, OTHER_DEPARTMENT = "宣传科", "执法科"
PEOPLE: Mapping[str, tuple[Role, str]] = {
    "writer": (Role.AUTHOR, DEPARTMENT),
    "writer2": (Role.AUTHOR, DEPARTMENT),
    "head": (Role.DEPARTMENT_REVIEWER, DEPARTMENT),
    "head2": (Role.DEPARTMENT_REVIEWER, DEPARTMENT),
    "other_head": (Role.DEPARTMENT_REVIEWER, OTHER_DEPARTMENT),
    "secrecy": (Role.SECRECY_OFFICER, ""),
    "classifier": (Role.CLASSIFICATION_OFFICER, ""),
    "leader": (Role.APPROVER, ""),
    "publisher": (Role.PUBLISHER, ""),
    "auditor": (Role.AUDITOR, ""),
    "admin": (Role.SYSTEM_ADMINISTRATOR, ""),
}
LEVELS = ("head", "secrecy", "leader")
ONE = Outcome(frozenset({"f0"}), frozenset(), frozenset({"f0", "u0"}), severity=3, unread=1, disposition=3)
NOTHING = Outcome()
MARKED = Outcome(frozenset({"f0"}), frozenset({"f0"}), frozenset({"f0"}), marked=True, severity=4, disposition=6)
REFUSAL = {"ground": "个人隐私", "article": "政府信息公开条例第十五条", "partial_considered": "yes"}


class Clock:
    """The present, until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """The present time."""
        return self.now

    def forward(self, **much: float) -> None:
        """Let time pass."""
        self.now += timedelta(**much)


def declared(title: str = f"{CANARY}开放日") -> Declaration:
    """A complete declaration."""
    return Declaration(title, "新闻稿件", "非公文", "无", "本单位采访", False, "周小满", 1, "网站", "公众",
                       "2031-05-08", "", f"{CANARY}摘要", "0199-5550123")  # fmt: skip


class Office:
    """People, desk and intake of a unit, and of a second one whose officer has nothing to do with it."""

    def __init__(self, store: Store, settings: str = "{}", *, known: bool = False) -> None:
        """known: the people are in the store already; another process made them."""
        self.store, self.clock = store, Clock()
        self.desk, self.intake = Desk(store, self.clock), Intake(store, self.clock)
        if known:
            with store.reading() as books:
                self.people = {one.login: one for one in books.people.all()}
            self.unit = self["writer"].person.unit
            return
        with store.writing() as books:
            unit = books.people.add_unit("云岭市文化局", settings)
            elsewhere = books.people.add_unit("云岭市农业局")
            self.unit = unit.id
            self.people = {
                login: books.people.add(unit.id, login, f"{login}名", {role}, department)
                for login, (role, department) in PEOPLE.items()
            }
            every = {role for role, _ in PEOPLE.values()} - {Role.SYSTEM_ADMINISTRATOR}
            self.people["stranger"] = books.people.add(elsewhere.id, "stranger", "外人", every, DEPARTMENT)

    people: dict[str, Account]

    def __getitem__(self, login: str) -> Account:
        """A person."""
        return self.people[login]

    def received(self, text: str = CANARY, before: Filing | None = None) -> Received:
        """A text sealed in the vault: of a new case, or of one that exists."""
        case_id, key = (before.id, before.key) if before else (new_id(), self.store.vault.new_key())
        blob = self.store.vault.put(text.encode(), key, f"{case_id}/draft")
        return Received(case_id, key, blob.id, blob.sha256, blob.size, f"{CANARY}.txt", "text/plain")

    def upload(self, who: str = "writer", text: str = CANARY, co_authors: tuple[str, ...] = ()) -> Filing:
        """A new case."""
        helpers = [self[one].id for one in co_authors]
        return self.intake.open(self[who], declared(), TERMS, self.received(text), helpers)

    def again(self, case_id: str, text: str, who: str = "writer") -> Filing:
        """A new version."""
        return self.intake.add_version(self[who], case_id, self.received(text, self.see(case_id)))

    def screen(self, outcome: Outcome = NOTHING) -> Filing:
        """The next draft screened, with this outcome."""
        taken = self.intake.lease()
        assert taken is not None
        assert self.intake.screened(taken[0], outcome)
        return self.see(taken[1].id)

    def see(self, case_id: str) -> Filing:
        """A case as it is in the store, past all access."""
        with self.store.reading() as books:
            found = books.cases.get(case_id)
        assert found is not None
        return found

    def do(self, who: str, case_id: str, step: Step, reason: str = "理由充分", **order: object) -> Filing:
        """An act, by a form that was made just now."""
        given = {"stage": self.see(case_id).stage, "reason": reason, **order}
        return self.desk.act(self[who], case_id, Order(step, **given))  # type: ignore[arg-type]

    def submitted(self, outcome: Outcome = NOTHING, text: str = CANARY) -> Filing:
        """A case at its first level."""
        case_id = self.upload(text=text).id
        self.screen(outcome)
        return self.do("writer", case_id, Step.SUBMIT)

    def sign(self, who: str, case_id: str) -> Filing:
        """Everything opened, every finding called a false alarm, and signed."""
        version = self.see(case_id).case.current
        assert version is not None
        if version.to_open:
            self.do(who, case_id, Step.OPEN, items=sorted(version.to_open))
        if version.findings:
            self.do(who, case_id, Step.RESOLVE, items=sorted(version.findings), resolution=Resolution.FALSE_ALARM)
        return self.do(who, case_id, Step.SIGN)

    def approved(self, outcome: Outcome = NOTHING) -> Filing:
        """A case that the three levels have signed."""
        filing = self.submitted(outcome)
        for who in LEVELS:
            filing = self.sign(who, filing.id)
        return filing

    def released(self) -> Filing:
        """A case that is published."""
        return self.do("publisher", self.approved().id, Step.RELEASE, terms=TERMS)

    def quarantined(self, outcome: Outcome = MARKED) -> Filing:
        """A case with a state-secret mark."""
        self.upload()
        return self.screen(outcome)

    def trail(self) -> list[tuple[str, str, dict[str, str | int]]]:
        """Action, subject and payload of every event."""
        with self.store.reading() as books:
            return [(one.action, one.subject, dict(one.payload)) for one in books.trail.events()]


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()
