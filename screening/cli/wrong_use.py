"""What is wrong with a command line, told in the language of this house: click says it in English only."""

import sys
from collections.abc import Sequence
from itertools import pairwise

import click
from click import exceptions

_CURES = (
    (click.DateTime, "日期写作 2031-12-31"),
    (click.Path, "找不到或不能用；检查路径和权限"),
    ((click.types.IntParamType, click.types.FloatParamType), "应是一个数"),
)


def tell(error: click.ClickException, words: Sequence[str]) -> None:
    """Write it to stderr, with where to read about the use; in English where `words`, the command line, ask for it."""
    asks_for_help = type(error).__name__ == "NoArgsIsHelpError"  # click 8.2 and later
    if asks_for_help or _english(words):
        error.show()
        return
    click.echo(f"错误：{in_chinese(error)}", err=True)
    context = getattr(error, "ctx", None)
    click.echo(f"用法见：{context.command_path if context else 'xianshen'} --help", err=True)


def _english(words: Sequence[str]) -> bool:
    return "--lang=en" in words or ("--lang", "en") in pairwise(words)


def in_chinese(error: click.ClickException) -> str:
    """The error in one line. What is raised by our own commands is Chinese already."""
    if isinstance(error, exceptions.NoSuchOption):
        like = f"；是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{like}"
    if isinstance(error, exceptions.BadOptionUsage):
        return f"选项 {error.option_name} 的值缺少或多余"
    if isinstance(error, exceptions.MissingParameter):
        return f"缺少 {_named(error.param)}"
    if isinstance(error, click.BadParameter):
        return f"{_named(error.param)}：{_cure(error)}"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.partition(chr(39))[2].partition(chr(39))[0]}"
    if error.message.startswith("Got unexpected extra argument"):
        return f"多出的参数 {error.message.partition('(')[2].partition(')')[0]}"
    return error.message


def _named(param: click.Parameter | None) -> str:
    if param is None:
        return "参数"
    return "、".join(param.opts) if isinstance(param, click.Option) else param.human_readable_name


def _cure(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        least = "" if kind.min is None else f"，最小 {kind.min}"
        most = "" if kind.max is None else f"，最大 {kind.max}"
        return f"应是一个数{least}{most}"
    return next((cure for kinds, cure in _CURES if isinstance(kind, kinds)), "写法不对")


def run(command: click.Command) -> None:
    """The command, as click runs one by itself, but for how wrong use is told."""
    try:
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        tell(error, sys.argv[1:])
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("已中止", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
