"""The one error that the command line and the pages show as it is: written for whoever must act."""

import errno
from pathlib import Path
from typing import Final


class UserError(Exception):
    """``str(error)`` is a Chinese sentence that says what is wrong and what to do."""


_SAID: Final = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EACCES: "没有读写的权限",
    errno.EPERM: "没有读写的权限",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EPIPE: "接收输出的程序已经结束",
    errno.ENOTSUP: "不是普通的文件",
    errno.EFBIG: "文件过大",
    errno.EISDIR: "应为文件，却是文件夹",
    errno.ENOTDIR: "应为文件夹，却是文件",
    errno.EEXIST: "已有同名的文件",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
}
"""The system's own words are English."""


def system_words(error: OSError, place: Path | None = None) -> str:
    """What the system refused, without what to do about it. ``place``: where, if the error does not say."""
    said = system_reason(error)
    where = error.filename or place
    return f"{said}（{where}）" if where else said


def system_reason(error: OSError) -> str:
    """The same without the place, for a line that names it."""
    return _SAID.get(error.errno or 0, f"系统报告错误 {error.errno or type(error).__name__}")


def is_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
