"""Lock the process that reads a file: limits, no new rights, no files, no network, no other programs.

Every layer is tried by itself and lock() tells which of them hold. Only the worker calls it, once, before it
sees the first byte of a draft. It works through ctypes on Linux; elsewhere little or nothing holds.
"""

import contextlib
import ctypes
import ctypes.util
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from screening.extract import landlock

MIB = 1024 * 1024
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000
_SYSTEM = (
    *("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/fonts", "/usr/share/zoneinfo"),
    *("/sys/devices/system/cpu", "/dev/null", "/dev/urandom"),
)
_DENIED = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"),
    *("execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "tkill"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "setns", "unshare"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "fsopen", "open_tree", "fsmount", "mount_setattr"),
    *("bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "perf_event_open", "userfaultfd"),
    *("keyctl", "add_key", "request_key", "open_by_handle_at", "name_to_handle_at", "memfd_create", "personality"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "reboot", "swapon", "swapoff", "acct"),
    *("shmget", "shmat", "msgget", "semget", "mq_open", "fanotify_init", "inotify_init1", "iopl", "ioperm"),
    *("link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "mkdir", "mkdirat", "rmdir", "unlink"),
    *("unlinkat", "rename", "renameat", "renameat2", "truncate", "chmod", "fchmod", "fchmodat", "chown", "lchown"),
    *("fchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "utimensat", "sethostname", "setdomainname"),
)


def lock(memory: int) -> tuple[str, ...]:
    """Lock this process for good; what holds and what does not, in words. `memory`: address space in bytes."""
    return _limits(memory), _no_new_rights(), landlock.restrict(_readable()), _seccomp()


def allow_cpu(seconds: int) -> None:
    """Give this process so much more processor time before the kernel ends it. Nothing on Windows."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _limits(memory: int) -> str:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return "缺：资源上限（本系统不支持）"
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": 64,
    }
    failed = []
    for name, value in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (OSError, ValueError, AttributeError):
            failed.append(name)
    return f"缺：{'、'.join(failed)}" if failed else f"资源上限（内存 {memory // MIB} MiB，不写文件）"


def _no_new_rights() -> str:
    if sys.platform != "linux":
        return "缺：no_new_privs（仅 Linux）"
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return "缺：no_new_privs"
    return "no_new_privs"


def _readable() -> list[Path]:
    """The only places that a reader may read: Python, its packages, system libraries, fonts, our own package."""
    packages = [place for place in sys.path if Path(place).name in ("site-packages", "dist-packages")]
    python = [str(Path(os.__file__).parent), f"{sys.base_prefix}/lib"]
    return [Path(place) for place in (*packages, *python, str(Path(__file__).parents[1]), *_SYSTEM)]


def _seccomp() -> str:
    if sys.platform != "linux":
        return "缺：seccomp（仅 Linux）"
    try:
        _filter(_import_pyseccomp())
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        return f"缺：seccomp（{type(error).__name__}）"
    return "seccomp（禁网络、禁启动程序）"


def _import_pyseccomp() -> ModuleType:
    """pyseccomp looks for its library by starting programs (0.05 s); tell it the name instead."""
    looked_for = ctypes.util.find_library
    ctypes.util.find_library = {"c": "libc.so.6", "seccomp": "libseccomp.so.2"}.get  # type: ignore[assignment]
    try:
        return importlib.import_module("pyseccomp")
    finally:
        ctypes.util.find_library = looked_for


def _filter(seccomp: ModuleType) -> None:
    """Deny by list: the interpreter, PDFium and onnxruntime need too many harmless calls to list those."""
    denied, unknown = seccomp.ERRNO(_EPERM), seccomp.ERRNO(_ENOSYS)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _DENIED:
        with contextlib.suppress(OSError, ValueError):  # a call that this machine does not have
            rules.add_rule(denied, name)
    rules.add_rule(denied, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    rules.add_rule(unknown, "clone3")  # its flags lie in memory; libc falls back to clone
    for name in ("kill", "tgkill"):
        rules.add_rule(denied, name, seccomp.Arg(0, seccomp.NE, os.getpid()))
    rules.load()
