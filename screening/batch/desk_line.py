"""The line from a scan to the desk: its register read page by page, the outcome of the scan handed over.

Encrypted unless it stays on this machine; no redirect is followed, no proxy asked; the token stands in a file of its
own and in no message. What the desk answers is limited in length and time.
"""

import hashlib
import json
import os
import ssl
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from screening.domain.errors import SettingsError
from screening.secret_file import refuse_open

SECONDS, ALTOGETHER = 60.0, 900.0  # for one answer, for all of a register
LONGEST = 32 << 20  # bytes of one answer
MOST_ROWS = 1_000_000
ATTEMPTS = 3
_LONGEST_TOKEN = 4_096
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SAID = 200  # characters of what the desk says, in a message of ours
_CURES = {
    401: "令牌无效、已过期或已吊销：在“我的账号”重新生成",
    403: "令牌没有所需的范围（登记簿 register:read，交扫描结果 scans:write），或此人没有这个岗位",
    404: "没有这个地址，或此人无权：检查网址；登记簿由保密审查员、分管领导、定密责任人或审计员读取",
    413: "内容过大：分栏目扫描（--include）后分次交",
    429: "过于频繁：稍后再试",
    507: "审签台磁盘已满：请系统管理员腾出空间",
}


def token_in(path: Path) -> str:
    """The token in a file that nobody else can read. Raises SettingsError naming the file and the cure."""
    try:
        with path.open("rb") as file:
            refuse_open(path, os.fstat(file.fileno()), "chmod 600")
            found = file.read(_LONGEST_TOKEN + 1).strip()
    except OSError as error:
        raise SettingsError(f"{path}: 读不到令牌文件（{error.strerror}）；检查位置与权限") from None
    if not found or len(found) > _LONGEST_TOKEN or not all(33 <= one <= 126 for one in found):
        raise SettingsError(f"{path}: 里面不是一个令牌；把“我的账号”中生成的令牌单独存为一行")
    return found.decode("ascii")


def place_of(address: str, option: str) -> SplitResult:
    """An address of the desk. Raises SettingsError for one that is not encrypted, or carries more than a place."""
    try:
        url = urlsplit(address)
        host, _ = url.hostname, url.port
    except ValueError:
        raise SettingsError(f"{option} 不是有效的网址") from None
    if url.username is not None or url.password is not None or url.query or url.fragment:
        raise SettingsError(f"{option} 的网址里不能有用户名、口令、? 或 #；令牌放在 --token-file 的文件里")
    if not host or not (url.scheme == "https" or (url.scheme == "http" and host in _LOOPBACK)):
        raise SettingsError(f"{option} 须是 https:// 开头的网址（只有本机可用 http://）")
    return url


class DeskLine:
    """A desk at an address. place: from place_of; option: what people call it by. clock: seconds that only grow."""

    def __init__(self, place: SplitResult, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.host = place.netloc
        self.address = f"{place.scheme}://{place.netloc}{place.path.rstrip('/')}"
        self._place = place
        self._token = token
        self._clock = clock

    def register(self) -> Iterator[Any]:
        """The rows of the register at this address, all of its pages. Raises SettingsError."""
        end, cursor, rows = self._clock() + ALTOGETHER, "", 0
        while True:
            table = self._asked("GET", self._place.path, f"limit=200{cursor}")
            items = table.get("items")
            if not isinstance(items, list):
                raise SettingsError(f"{self.host}: 答复不是登记簿；--register 应写 https://…/api/v1/register")
            yield from items
            rows += len(items)
            following = table.get("next")
            if not following:
                return
            if self._clock() > end or rows > MOST_ROWS or not items or not isinstance(following, str):
                raise SettingsError(
                    f"{self.host}: 登记簿没有读完（过长或过慢）；改用导出的文件：--register 登记簿.jsonl"
                )
            cursor = f"&cursor={quote(following, safe='')}"

    def hand_over(self, body: bytes) -> str:
        """Give the outcome of a scan to the desk, once: what is sent again after a broken line has the same key.

        Returns the address of its page. Raises SettingsError.
        """
        key = hashlib.sha256(body).hexdigest()[:32]
        path = f"{self._place.path.rstrip('/')}/api/v1/scans"
        table = self._asked("POST", path, "", body, {"Content-Type": "application/json", "Idempotency-Key": key})
        return f"{self.address}/scans/{table.get('id', '')}"

    def _asked(
        self, method: str, path: str, query: str, body: bytes | None = None, more: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """What the desk answers, as a table."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", "User-Agent": "xianshen"}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                status, data = self._sent(
                    method, f"{path or '/'}{'?' if query else ''}{query}", body, headers | (more or {})
                )
                break
            except ssl.SSLCertVerificationError:
                raise SettingsError(
                    f"{self.host}: 审签台的证书验证不了；请系统管理员检查证书和本机的信任设置"
                ) from None
            except (OSError, HTTPException) as error:
                if attempt == ATTEMPTS:
                    kind = type(error).__name__
                    raise SettingsError(
                        f"{self.host}: 连不上审签台（{kind}）；检查网址、网络和服务是否在运行"
                    ) from None
        return self._table(status, data)

    def _sent(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """One request: status and body. Raises OSError, HTTPException; SettingsError for a body that is too long."""
        host, port = self._place.hostname or "", self._place.port
        if self._place.scheme == "https":
            context = ssl.create_default_context()
            line: HTTPConnection = HTTPSConnection(host, port, timeout=SECONDS, context=context)
        else:
            line = HTTPConnection(host, port, timeout=SECONDS)
        end = self._clock() + 2 * SECONDS
        try:
            line.request(method, target, body, headers)
            answer = line.getresponse()
            data = bytearray()
            while piece := answer.read(1 << 16):
                data += piece
                if len(data) > LONGEST or self._clock() > end:
                    raise SettingsError(f"{self.host}: 答复过长或过慢，已停止；确认网址是审签台")
            return answer.status, bytes(data)
        finally:
            line.close()

    def _table(self, status: int, data: bytes) -> dict[str, Any]:
        if 300 <= status < 400:
            raise SettingsError(f"{self.host}: 审签台转往别处（{status}），没有跟随；写上最终的 https 网址")
        try:
            table = json.loads(data)
        except (ValueError, RecursionError):
            table = None
        if 200 <= status < 300 and isinstance(table, dict):
            return table
        told = table.get("detail") if isinstance(table, dict) else ""
        said = "".join(one for one in str(told or "") if one.isprintable())[:_SAID]
        cure = _CURES.get(status, "稍后再试；仍不行的请系统管理员查看审签台")
        raise SettingsError(f"{self.host}: 审签台答 {status}{f'：{said}' if said else ''}；{cure}")
