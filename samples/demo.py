"""make demo: screen the sample drafts, print what was found, write a report for each: python samples/demo.py out"""

import sys
from pathlib import Path

from screening import Screener
from screening.report import terminal, web_page
from screening.report.base import ReportOptions
from screening.settings import shipped


def main(target: Path) -> None:
    """Screen every draft of samples/drafts; reports go to `target`."""
    target.mkdir(parents=True, exist_ok=True)
    drafts = [path for path in sorted(shipped("samples/drafts").iterdir()) if path.suffix in (".docx", ".pdf", ".txt")]
    with Screener() as screener:
        results = []
        for draft in drafts:
            result = screener.examine(draft)
            results.append(result)
            name = screener.policy.channel(result.run.channel).name
            options = ReportOptions(channel_name=name, colour=sys.stdout.isatty())
            (target / f"{draft.name}.html").write_bytes(web_page.plugin.render([result], options))
    sys.stdout.write(terminal.plugin.render(results, options).decode())
    sys.stdout.write(f"\n{len(results)} 篇样稿的报告已写入 {target}/，用浏览器打开即可查看。\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
