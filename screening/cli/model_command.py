"""xianshen model: train the models, measure the product on labelled passages."""

import sys
from pathlib import Path

import click

from screening.checker import Screener
from screening.domain.errors import SettingsError

_NAMES, _PASSAGES = "names", "passages"


@click.group(name="model", short_help="训练和测量模型")
def command() -> None:
    """段落模型和人名地名机构名模型。训练另需 scikit-learn：pip install 'xianshen[learn]'。"""


@command.command(short_help="由语料训练模型，同一种子得到同样的权重")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False, exists=True), help="公开语料和真实标注所在目录"
)
@click.option(
    "--corpus", type=click.Path(path_type=Path, file_okay=False, exists=True), help="自编语料目录（默认随程序）"
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="模型写到哪里（默认程序所用目录）"
)
@click.option("--only", type=click.Choice([_NAMES, _PASSAGES]), help="只训练其中一个")
@click.option("--seed", default=20_261_125, show_default=True, help="随机种子")
def train(data: Path | None, corpus: Path | None, output: Path | None, only: str | None, seed: int) -> None:
    """训练段落模型（自编语料，加 --data 下的真实标注）和名称模型（--data 下的语料）。"""
    from screening.learn.training import train_names_model, train_passage_model  # noqa: PLC0415 - scikit-learn is slow

    screener = Screener()
    target = output or screener.settings.models
    if only != _PASSAGES:
        if data is None:
            raise click.UsageError("名称模型由公开语料训练：用 --data 指明目录，或用 --only passages 只训练段落模型")
        for line in train_names_model(data, target):
            click.echo(line)
    if only != _NAMES:
        click.echo(train_passage_model(screener.ruleset, corpus, data, target, seed))


@command.command(short_help="在标注好的段落上测量整个程序")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--errors", is_flag=True, help="列出判错段落的编号（不显示正文）")
def evaluate(file: Path, errors: bool) -> None:
    """FILE 每行一个 {"text": "…", "labels": […]}；labels 是类别编号，空为无害。可另写 id、released、near、source。

    打印总的精确率、召回率、F1、AUC，和每个类别各一行。
    """
    from screening.learn.corpora import evaluation_file  # noqa: PLC0415
    from screening.learn.measure import COARSE, judge, mistaken  # noqa: PLC0415
    from screening.learn.tables import summary  # noqa: PLC0415

    screener = Screener()
    passages = evaluation_file(file)
    known = {*screener.ruleset.categories, *COARSE}
    unknown = sorted({label for one in passages for label in one.labels} - known)
    if unknown:
        raise SettingsError(f"{file}: 没有 {'、'.join(unknown)} 这样的类别；用 xianshen rules list 查看类别编号")
    judged = judge(screener.engine, passages)
    click.echo("\n".join(summary(judged, screener.ruleset.categories)))
    if errors:
        for one in mistaken(judged):
            click.echo(one, err=True)
    sys.exit(0)
