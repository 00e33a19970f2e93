"""Take from a process, for good, the system calls by which it reaches other processes (Linux).

A filter of seccomp(2) is a small program that the kernel runs at each system call; it cannot be
taken away again. Ours refuses to start processes (threads are allowed), to send signals, to look
into other processes, and the calls that would get around it. What Python itself refuses (``fence``)
can be circumvented by a trick inside Python; this cannot.
"""

import ctypes
import errno
import platform
import struct
from typing import Any

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Where these are in struct seccomp_data, in bytes."""

CLONE_THREAD = 0x00010000
_OTHER_NUMBERS = 0x40000000
"""The x32 way of calling: the same calls under numbers from here on."""

_EVERYWHERE = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "clone3": 435,
    "pidfd_getfd": 438,
}
_CALLS = {
    "x86_64": (
        0xC000003E,
        {
            "clone": 56,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "kill": 62,
            "ptrace": 101,
            "rt_sigqueueinfo": 129,
            "tkill": 200,
            "tgkill": 234,
            "unshare": 272,
            "rt_tgsigqueueinfo": 297,
            "prlimit64": 302,
            "setns": 308,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "execveat": 322,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "unshare": 97,
            "ptrace": 117,
            "kill": 129,
            "tkill": 130,
            "tgkill": 131,
            "rt_sigqueueinfo": 138,
            "clone": 220,
            "execve": 221,
            "rt_tgsigqueueinfo": 240,
            "prlimit64": 261,
            "setns": 268,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "execveat": 281,
        },
    ),
}
"""The number of each call, and before them the architecture as the kernel's audit names it."""


def stay_alone(libc: Any) -> bool:
    """Cut this process off from other processes; returns whether the system could do it.

    It needs PR_SET_NO_NEW_PRIVS to be set before.
    """
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    program = b"".join(_filter(known[0], known[1] | _EVERYWHERE))
    kept = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_void_p))

    handed = Program(len(program) // 8, ctypes.cast(kept, ctypes.c_void_p))
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(handed), 0, 0) == 0)


def _filter(architecture: int, calls: dict[str, int]) -> list[bytes]:
    """The lines of the filter, as struct sock_filter: code, two jumps, and a number."""
    refused = _line(_RETURN, _ERRNO | errno.EPERM)
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        _line(_EQUAL, architecture, 1, 0),
        refused,
        _line(_LOAD, _NUMBER),
        _line(_AT_LEAST, _OTHER_NUMBERS, 0, 1),
        refused,
    ]
    for name, number in calls.items():
        if name == "clone":  # a thread may be started
            lines += _unless(number, _line(_ANY_BIT, CLONE_THREAD, 1, 0))
        elif name == "prlimit64":  # its own limits may be read, and lowered
            lines += _unless(number, _line(_EQUAL, 0, 1, 0))
        elif name == "clone3":  # then the C library takes clone
            lines += [_line(_EQUAL, number, 0, 1), _line(_RETURN, _ERRNO | errno.ENOSYS)]
        else:
            lines += [_line(_EQUAL, number, 0, 1), refused]
    return [*lines, _line(_RETURN, _ALLOW)]


def _unless(number: int, allowed: bytes) -> list[bytes]:
    """Refuse a call unless its first argument is as ``allowed`` wants it."""
    refused = _line(_RETURN, _ERRNO | errno.EPERM)
    load = _line(_LOAD, _FIRST_ARGUMENT)
    return [_line(_EQUAL, number, 0, 4), load, allowed, refused, _line(_RETURN, _ALLOW)]


def _line(code: int, number: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, number)
