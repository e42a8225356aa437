"""xianshen work: screen what was uploaded, beside a desk that several machines share (PostgreSQL)."""

import signal
import threading

import click

from screening.domain.errors import SettingsError
from screening.settings import Settings


@click.command(name="work", short_help="只检查已上传的稿件（多机部署）")
def command() -> None:
    """检查队列中的稿件，直到中断。与 serve --no-screen 配合，可开多个；同一稿件只会检查一次。

    各进程使用同一数据库（设置 database）、同一数据目录（设置 data）和同一套密钥（设置 keys）。
    """
    try:
        from screening.bootstrap import Worker, house  # noqa: PLC0415 - an extra
        from screening.upkeep import Upkeep  # noqa: PLC0415
        from screening.webhook import Courier  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SettingsError(f"检查队列需要组件 {error.name}：pip install 'xianshen[web]'") from None
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    opened = house(Settings.load())
    worker, upkeep = Worker(opened), Upkeep(opened)
    worker.start()
    upkeep.start()
    courier = Courier(opened.store, opened.settings, opened.clock)
    courier.start()
    click.echo("正在检查队列中的稿件；按 Ctrl+C 结束", err=True)
    stop.wait()
    courier.stop()
    upkeep.stop()
    worker.stop()
    opened.store.close()
