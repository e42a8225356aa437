"""xianshen doctor: is everything here, and how well is reading shut in."""

import importlib.util
import platform
import shlex
import sys

import click

from screening.checker import Screener
from screening.domain.errors import XianshenError

_PROBLEM = 1


@click.command(name="doctor", short_help="检查本机环境")
def command() -> None:
    """列出版本、规则、文字识别、抓网站和台账的组件、隔离保护；有问题的给出办法。有问题返回 1。"""
    click.echo(f"Python {platform.python_version()}，{platform.system()} {platform.machine()}")
    problems = [*_rules(), *_reading()]
    if importlib.util.find_spec("rapidocr") and importlib.util.find_spec("onnxruntime"):
        click.echo("文字识别：已安装（rapidocr，离线）")
    else:
        click.echo("文字识别：未安装；扫描件和图片将记为“未读”。安装：pip install 'xianshen[ocr]'")
    _extra("抓网站、读 WARC（xianshen scan）", "site", "scrapy", "fastwarc")
    _extra("台账、月报、审签台", "web", "sqlalchemy", "openpyxl", "fastapi")
    for problem in problems:
        click.echo(f"问题：{problem}", err=True)
    sys.exit(_PROBLEM if problems else 0)


def _extra(purpose: str, name: str, *components: str) -> None:
    """Whether what this purpose needs is there; else how to get it, as it can be copied."""
    missing = [one for one in components if importlib.util.find_spec(one) is None]
    if missing:
        cure = shlex.join([sys.executable, "-m", "pip", "install", f"xianshen[{name}]"])
        click.echo(f"{purpose}：未安装 {'、'.join(missing)}。安装：{cure}")
    else:
        click.echo(f"{purpose}：已安装（{'、'.join(components)}）")


def _rules() -> list[str]:
    screener = Screener()
    try:
        rules, channels = screener.ruleset.rules, screener.policy.channels
        screener.engine.compile()
        replaced = [rule.id for rule in rules if rule.replaces]
    except XianshenError as error:
        return [str(error)]
    click.echo(f"规则：{len(rules)} 条，{len(channels)} 个渠道，版本 {screener.ruleset.version[:12]}")
    if replaced:
        click.echo(f"本单位规则替换了自带的规则：{'、'.join(replaced)}")
    local = screener.settings.local_lexicons or screener.settings.lexicons / "local"
    click.echo(f"本单位规则目录：{local}")
    click.echo(f"指纹密钥：{screener.settings.key_file}")
    return []


def _reading() -> list[str]:
    """Read a small draft for real, and tell what the reading process is shut in by."""
    with Screener() as screener:
        document = screener.read("先审自检".encode(), "自检.txt")
        for line in screener.pool.protection:
            click.echo(f"隔离：{line}")
    return [] if document.text == "先审自检" else ["读取进程不能工作：重新安装后再试"]
