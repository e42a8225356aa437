"""What `xianshen serve` starts: the application for these settings, and what to tell the person who started it."""

from fastapi import FastAPI

from api import demo as demonstration
from api.app import create_app
from screening.bootstrap import house
from screening.settings import Settings
from screening.store.administration import first_invitation


def served(settings: Settings, *, screen: bool, demo: bool, address: str) -> tuple[FastAPI, list[str]]:
    """The application and the lines to print. Raises SettingsError."""
    opened = house(settings)
    app = create_app(opened, screens=screen)
    app.state.demo = demo
    if demo:
        demonstration.fill(opened)
        return app, [f"演示已就绪：打开 {address}/demo ，选择一个人员即可；按 Ctrl+C 结束，数据随即删除"]
    lines = [f"先审已启动：打开 {address}"]
    word = first_invitation(opened.store, opened.clock())
    if word:
        lines.append(f"第一次使用：24 小时内用这一链接设置安全管理员（只能用一次）：{address}/setup/{word}")
    return app, lines
