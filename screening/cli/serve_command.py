"""xianshen serve: the desk in the browser, on this machine; with --demo a throw-away one with sample people."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from screening.domain.errors import SettingsError
from screening.settings import Settings

_MISSING = "网页审查需要组件 {name}：pip install 'xianshen[web]'"


@click.command(name="serve", short_help="打开网页审查")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；对外服务请放在 nginx 之后")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--demo", is_flag=True, help="演示：临时数据，自带人员和稿件，退出即删除")
@click.option("--screen/--no-screen", default=True, help="本进程是否也检查稿件（另有 xianshen work 时可关闭）")
@click.option("--recover", metavar="用户名", help="为忘记口令的安全管理员打印一次性重设链接，不启动服务")
@click.option("--proxy", "proxies", default="127.0.0.1", show_default=True, help="信任其转发头的反向代理地址")
def command(host: str, port: int, demo: bool, screen: bool, proxies: str, recover: str | None) -> None:
    """打开网页审查：上传、审签、登记。数据在用户数据目录（设置 data），一条命令即可使用。

    第一次启动打印一次性设置链接，用它建立安全管理员；没有任何默认账号。
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise SettingsError(_MISSING.format(name=error.name)) from None
    settings = Settings.load()
    if recover:
        click.echo(f"http://{host}:{port}/setup/{_recovery(settings, recover)}")
        return
    folder = Path(tempfile.mkdtemp(prefix="xianshen-demo-")) if demo else None
    if folder:
        settings = replace(settings, data=folder, database="", keys=None, key_file=folder / "fingerprint.key")
    try:
        application = _application(settings, screen=screen, demo=demo, address=f"http://{host}:{port}")
        uvicorn.run(application, host=host, port=port, log_level="warning", access_log=False, server_header=False,
                    proxy_headers=True, forwarded_allow_ips=proxies)  # fmt: skip
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _recovery(settings: Settings, login: str) -> str:
    from screening.bootstrap import house  # noqa: PLC0415 - an extra
    from screening.store.administration import recovery_invitation  # noqa: PLC0415

    opened = house(settings)
    try:
        return recovery_invitation(opened.store, login, opened.clock())
    finally:
        opened.store.close()


def _application(settings: Settings, *, screen: bool, demo: bool, address: str) -> Any:
    """The web application. It lives above this package, so it is found by name, not imported."""
    import importlib  # noqa: PLC0415

    try:
        served = importlib.import_module("api.serve").served
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "api":
            raise
        raise SettingsError(_MISSING.format(name=error.name)) from None
    application, words = served(settings, screen=screen, demo=demo, address=address)
    for line in words:
        click.echo(line, err=True)
    return application
