"""xianshen: find the command among the modules of this package and load only that one."""

import importlib
import os
import pkgutil
import sys

import click

import screening.cli
from screening.cli.wrong_use import run
from screening.domain.errors import XianshenError

USAGE_ERROR = 2


class Commands(click.Group):
    """Commands by the name of their module; nothing else is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All command names."""
        modules = (module.name for module in pkgutil.iter_modules(screening.cli.__path__))
        return sorted(name.removesuffix("_command") for name in modules if name.endswith("_command"))

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
        run(xianshen)
    except XianshenError as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(USAGE_ERROR)
    except OSError as error:
        click.echo(f"错误：{error.filename or ''}: {error.strerror}；检查路径和权限", err=True)
        sys.exit(USAGE_ERROR)


if __name__ == "__main__":
    main()
