"""The columns of the tables of a scan, for CSV and workbook alike."""

from collections.abc import Callable

from screening.domain.scan import Deviation
from screening.report.scan_base import Gone, NotRead, ScanRow, local_day, states_in_words, where

ROW_COLUMNS: tuple[tuple[str, int, Callable[[ScanRow], str]], ...] = (
    ("级别", 7, lambda one: one.severity.label),
    ("网址或路径", 46, lambda one: one.location),
    ("附件", 22, lambda one: one.attachment),
    ("位置", 18, where),
    ("栏目", 14, lambda one: one.column),
    ("类别", 18, lambda one: one.category_name),
    ("疑点", 24, lambda one: one.title),
    ("内容（已遮蔽）", 24, lambda one: one.masked),
    ("规范写法", 24, lambda one: one.mended),
    ("怎么办", 36, lambda one: one.advice),
    ("依据", 30, lambda one: one.basis),
    ("规则", 12, lambda one: one.rule_id),
    ("责任部门", 12, lambda one: one.owner),
    ("发布日期", 12, lambda one: local_day(one.modified)),
    ("首次发现", 12, lambda one: local_day(one.first_seen)),
    ("最近发现", 12, lambda one: local_day(one.last_seen)),
    ("状态", 12, lambda one: states_in_words(one.state)),
    ("认可", 20, lambda one: one.accepted),
    ("指纹", 34, lambda one: one.fingerprint),
)
NOT_READ_COLUMNS: tuple[tuple[str, int, Callable[[NotRead], str]], ...] = (
    ("网址或路径", 56, lambda one: one.location),
    ("所在页面", 40, lambda one: one.parent),
    ("栏目", 14, lambda one: one.column),
    ("原因", 36, lambda one: one.reason),
    ("怎么办", 40, lambda one: one.cure),
)
GONE_COLUMNS: tuple[tuple[str, int, Callable[[Gone], str]], ...] = (
    ("网址或路径", 56, lambda one: one.location),
    ("标题", 30, lambda one: one.title),
    ("链接仍在", 40, lambda one: one.linked_from),
    ("随之消失的疑点", 60, lambda one: one.vanished()),
)
DEVIATION_COLUMNS: tuple[tuple[str, int, Callable[[Deviation], str]], ...] = (
    ("情形", 16, lambda one: one.label),
    ("网址或路径", 46, lambda one: one.location),
    ("登记编号", 14, lambda one: one.number),
    ("标题", 30, lambda one: one.title),
    ("说明", 40, lambda one: one.detail),
    ("怎么办", 40, lambda one: one.advice),
)
