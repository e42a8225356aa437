"""xianshen: find the command among the modules of this package and load only that one."""

import importlib
import os
import pkgutil
import sys

import click

import screening.cli
from screening.domain.errors import XianshenError

USAGE_ERROR = 2


class Commands(click.Group):
    """Commands by the name of their module; nothing else is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All command names."""
        modules = (module.name for module in pkgutil.iter_modules(screening.cli.__path__))
        return sorted(name.removesuffix("_command") for name in modules if name.endswith("_command"))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named first. Raises UsageError naming those there are."""
        if self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f"没有命令 {args[0]}；可用 {'、'.join(self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"screening.cli.{cmd_name}_command").command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(None, "--version", package_name="xianshen", prog_name="xianshen")
def xianshen() -> None:
    """先审 —— 公开发布前的保密审查。先审查、后公开；一事一审。

    \b
    xianshen check 稿件.docx            检查一篇稿件
    xianshen check 稿件.docx --annotate 批注.docx   把意见批注在自己的 Word（或 PDF）文件里
    xianshen serve --demo               在浏览器里审签（演示）
    xianshen extract 稿件.docx          看读到了什么（含隐藏内容）、什么没读到
    xianshen rules explain MARK-001     一条规则的依据和例子
    xianshen doctor                     本机环境是否齐备
    """


def main() -> None:
    """The entry point. Known errors are told in one line on stderr; exit code 2."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy starts a third faster, and we do no algebra
    try:
        sys.exit(xianshen.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(USAGE_ERROR)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "xianshen"
        click.echo(f"错误：{_in_words(error)}\n用法见：{path} --help", err=True)
        sys.exit(USAGE_ERROR)
    except click.ClickException as error:
        click.echo(f"错误：{error.format_message()}", err=True)
        sys.exit(USAGE_ERROR)
    except click.Abort:
        click.echo("已中断", err=True)
        sys.exit(USAGE_ERROR)
    except XianshenError as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(USAGE_ERROR)
    except OSError as error:
        click.echo(f"错误：{error.filename or ''}: {error.strerror}；检查路径和权限", err=True)
        sys.exit(USAGE_ERROR)


def _in_words(error: click.UsageError) -> str:
    """What is wrong on the command line; our own words stay as they are."""
    if isinstance(error, click.NoSuchOption):
        near = f"；是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 的用法不对：它要跟一个值，或不该跟值"
    name = "" if not isinstance(error, click.BadParameter) or error.param is None else _name_of(error.param)
    if isinstance(error, click.MissingParameter):
        return f"缺少 {name or error.param_hint or '参数'}"
    if isinstance(error, click.BadParameter):
        return f"{name or error.param_hint or '参数'} 的值不对：{_expected(error)}"
    return error.message


def _name_of(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(click.Context(xianshen))


def _expected(error: click.BadParameter) -> str:
    """What the value must be, as its type says."""
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return f"可写 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.Path):
        return "没有这个文件，或不能读写；检查路径和权限"
    if isinstance(kind, click.DateTime):
        return "日期写作 2031-12-31"
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"应为不小于 {kind.min} 的数" if kind.max is None else f"应为 {kind.min} 到 {kind.max} 的数"
    return error.message


if __name__ == "__main__":
    main()
