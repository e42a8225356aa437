"""Policy: findings, coverage and channel to a Decision. What follows from a finding is data in policy.yaml."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.domain.decision import Decision, Disposition
from screening.domain.errors import RuleError, SettingsError
from screening.domain.finding import Finding, Severity
from screening.domain.rule import Category
from screening.domain.run import Coverage

Row = Mapping[Severity, Disposition]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way of publication. shift: steps by which severity rises; least: the lowest disposition there."""

    id: str
    name: str
    shift: int
    least: Disposition
    because: str
    sign_offs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What each category demands at each severity, per channel; who signs. Never milder for one finding more."""

    severities: Row
    rows: Mapping[str, Row]
    channel_rows: Mapping[str, Mapping[str, Row]]
    channels: Mapping[str, Channel]
    approvers: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    offices: Mapping[str, str]
    unread: Disposition
    unread_sign_offs: tuple[str, ...]
    unknown: Disposition
    version: str

    def channel(self, channel_id: str) -> Channel:
        """The channel of this id. Raises SettingsError naming those there are."""
        if channel_id not in self.channels:
            known = "、".join(f"{one.id}（{one.name}）" for one in self.channels.values())
            raise SettingsError(f"没有名为 {channel_id} 的发布渠道；可用：{known}")
        return self.channels[channel_id]

    def disposition(self, finding: Finding, channel_id: str) -> Disposition:
        """What one finding demands on a channel; an unknown category or channel demands at least `unknown`."""
        channel = self.channels.get(channel_id)
        severity = finding.severity.shifted(channel.shift if channel else 0)
        row = self.channel_rows.get(channel_id, {}).get(finding.category) or self.rows.get(finding.category, {})
        demanded = row.get(severity, self.severities[severity])
        unknown = channel is None or finding.category not in self.rows
        return max(demanded, self.unknown) if unknown else demanded

    def decide(self, findings: Iterable[Finding], coverage: Coverage, channel_id: str) -> Decision:
        """The gravest of all demands, the reasons gravest first, and the offices that sign."""
        channel = self.channels.get(channel_id)
        demands: dict[str, Disposition] = {}
        for finding in findings:
            now = self.disposition(finding, channel_id)
            demands[finding.category] = max(now, demands.get(finding.category, now))
        floor = channel.least if channel else self.unknown
        worst = max([floor, *demands.values(), *([self.unread] if coverage.unread else [])])
        reasons = [
            f"{self.names.get(category, category)}：{demanded.label}"
            for category, demanded in sorted(demands.items(), key=lambda item: (-item[1], item[0]))
        ]
        if coverage.unread:
            reasons.insert(0, f"有 {len(coverage.unread)} 处未能读取：{self.unread.label}")
        if channel and channel.least and channel.because:
            reasons.append(f"渠道为{channel.name}：{channel.because}")
        signers = set(channel.sign_offs if channel else ("A1", "A2", "A3"))
        signers.update(office for category in demands for office in self.approvers.get(category, ()))
        signers.update(self.unread_sign_offs if coverage.unread else ())
        order = list(self.offices)
        known = sorted((one for one in signers if one in order), key=order.index)
        return Decision(worst, tuple(reasons), tuple(self.offices[one] for one in known))


def policy_of_table(table: Mapping[str, Any], categories: Mapping[str, Category], source: str) -> Policy:
    """A policy from plain JSON values, checked for gaps and for steps that go the wrong way."""
    spec = table["policy"]
    severities = _row(spec["severities"])
    if set(severities) != set(Severity):
        raise RuleError(f"{source}: severities 应写全 S0、S1、S2、S3")
    rows = {name: _row(row) for name, row in spec["categories"].items()}
    channel_rows = {
        channel: {name: _row(row) for name, row in mapped.items()} for channel, mapped in spec["channels"].items()
    }
    for name, row in [*rows.items(), *(item for mapped in channel_rows.values() for item in mapped.items())]:
        if name not in categories:
            raise RuleError(f"{source}: 没有类别 {name}；见 categories.yaml")
        _check_steps(source, name, {**severities, **row})
    missing = sorted(set(categories) - set(rows))
    if missing:
        raise RuleError(f"{source}: 类别 {'、'.join(missing)} 没有处置规定；在 categories 下补一行")
    digest = hashlib.sha256(json.dumps([table["channels"], spec], sort_keys=True).encode()).hexdigest()
    return Policy(
        severities=severities,
        rows=rows,
        channel_rows=channel_rows,
        channels={row["id"]: _channel(row) for row in table["channels"]},
        approvers={category.id: category.approvers for category in categories.values()},
        names={category.id: category.name for category in categories.values()},
        offices=spec["offices"],
        unread=Disposition[spec["unread"]],
        unread_sign_offs=tuple(spec["unread_sign_offs"]),
        unknown=Disposition[spec["unknown"]],
        version=digest,
    )


def _row(row: Mapping[str, str]) -> dict[Severity, Disposition]:
    return {Severity[severity]: Disposition[name] for severity, name in row.items()}


def _check_steps(source: str, name: str, row: Row) -> None:
    ordered = [row[severity] for severity in sorted(Severity)]
    if ordered != sorted(ordered):
        raise RuleError(f"{source}: 类别 {name}：级别更高时处置不得更轻；改正 S3 到 S0 的次序")


def _channel(row: Mapping[str, Any]) -> Channel:
    return Channel(
        row["id"], row["name"], row["shift"], Disposition[row["least"]], row["because"], tuple(row["sign_offs"])
    )
