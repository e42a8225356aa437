"""The lines of xianshen scan to the desk, from its options: looked at before the scan, used when it has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from screening.batch.desk_line import DeskLine, place_of, token_in
from screening.domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Lines:
    """To the register, where it is not a file, and to the desk that takes the outcome."""

    register: DeskLine | None = None
    desk: DeskLine | None = None

    @classmethod
    def of(cls, register: str | None, desk: str | None, token_file: Path | None) -> "Lines":
        """The lines that the options ask for. Raises click.UsageError, and SettingsError naming the option or file."""
        there = register if register and register.startswith(("http://", "https://")) else None
        if not there and register and not Path(register).is_file():
            raise SettingsError(f"{register}: 没有这个登记簿文件；审签台的登记簿写作 https://…/api/v1/register")
        if not there and not desk:
            return cls()
        if token_file is None:
            raise click.UsageError("审签台的 --register、--desk 要用 --token-file 给出存令牌的文件")
        places = [
            (place_of(address, option) if address else None)
            for address, option in ((there, "--register"), (desk, "--desk"))
        ]
        if len({(one.scheme, one.netloc) for one in places if one}) > 1:
            raise click.UsageError("--register 和 --desk 须在同一审签台：令牌只交给发出它的审签台")
        token = token_in(token_file)
        return cls(*(DeskLine(one, token) if one else None for one in places))

    def hand_over(self, outcomes: Sequence[bytes]) -> None:
        """Give the outcomes to the desk. Raises SettingsError; what was reported and the ledger are kept."""
        for body in outcomes if self.desk else ():
            try:
                page = self.desk.hand_over(body) if self.desk else ""
            except SettingsError as error:
                raise SettingsError(f"{error}。报告和台账都在；改正后再运行一次即可，未变的不重读") from None
            click.echo(f"已交审签台：{page}", err=True)
