"""Landlock, the kernel's own way of giving up files and TCP: Linux 5.13 and later, no library needed."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights on files each version knows
_TCP = 0b11  # bind, connect: version 4
_SCOPE = 0b11  # abstract sockets, signals: version 6


def restrict(readable: Iterable[Path]) -> str:
    """Give up all files but these, which stay readable, and TCP; what was reached, in words. For good."""
    if sys.platform != "linux":
        return "缺：landlock（仅 Linux）"
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return "缺：landlock（内核不支持）"
    rights = (1 << _FS_BITS.get(version, 16)) - 1
    wanted = struct.pack("=Q", rights)
    if version >= 4:
        wanted += struct.pack("=Q", _TCP)
    if version >= 6:
        wanted += struct.pack("=Q", _SCOPE)
    ruleset = libc.syscall(_CREATE_RULESET, wanted, ctypes.c_size_t(len(wanted)), 0)
    if ruleset < 0:
        return "缺：landlock（无法建立）"
    for path in readable:
        _allow(libc, ruleset, path)
    failed = libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    if failed:
        return "缺：landlock（被拒绝）"
    network = "，禁 TCP" if version >= 4 else ""
    return f"landlock 第{version}版（只读程序本身{network}）"


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
    libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)
