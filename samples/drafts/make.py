"""Make the sample drafts: python samples/drafts/make.py [DIR]

Writes every draft, expected.json and README.md into DIR (this folder when not given).
Places, people and numbers are invented; equal content gives equal bytes.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import _clean
import _hidden
import _limited
import _marked
import _personal
from _draft import Draft

DRAFTS = (*_marked.DRAFTS, *_limited.DRAFTS, *_personal.DRAFTS, *_hidden.DRAFTS, *_clean.DRAFTS)

_README = """# 样稿

由 `python samples/drafts/make.py` 生成的{count}份虚构稿件（本说明和 `expected.json` 也由它写出，请勿手改）。
地名、人名、单位、号码、事件全部虚构：身份证号的地区码 110199 未分配，手机号限于 1380013 号段，银行卡号为 622202 加零。
“案例”一栏的编号对应已公开报道的失泄密案例类型，稿件内容与案例原件无关。

## 应当查出的

| 文件 | 体裁 | 看什么 | 案例 | 处置不低于 | 需识别图像文字 |
|---|---|---|---|---|---|
{leaks}

## 容易误报、可以公开的

| 文件 | 体裁 | 看什么 | 处置不高于 |
|---|---|---|---|
{clean}

## expected.json

一份稿件一条：

- `must`：必须查出的。`category` 是类别，`where` 是位置文字中应含的字样，`quote` 须与所引原文重叠；空串表示不限。
- `must_not`：不得出现的类别。
- `may_flag`：允许查出、由两人核对后可以排除的类别。
- `needs_ocr`：泄露之处只在像素里。没有文字识别组件时必须报告“未读”（`unread_without_ocr`），不得放行。
- 扫描件的 `quote` 只取最易识别的字。
"""


def readme() -> str:
    """The table of all drafts."""
    leaks = [
        f"| {d.file} | {d.genre} | {d.shows} | {d.pattern} | {d.at_least} | {'是' if d.needs_ocr else ''} |"
        for d in DRAFTS
        if d.must
    ]
    clean = [f"| {d.file} | {d.genre} | {d.shows} | {d.at_most} |" for d in DRAFTS if not d.must]
    return _README.format(count=len(DRAFTS), leaks="\n".join(leaks), clean="\n".join(clean))


def make(folder: Path) -> list[Draft]:
    """Write everything into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for draft in DRAFTS:
        (folder / draft.file).write_bytes(draft.build())
    expected = json.dumps([draft.expected() for draft in DRAFTS], ensure_ascii=False, indent=1)
    (folder / "expected.json").write_bytes(expected.encode() + b"\n")
    (folder / "README.md").write_bytes(readme().encode())
    return list(DRAFTS)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    made = make(target)
    print(f"{len(made)} drafts in {target}")
