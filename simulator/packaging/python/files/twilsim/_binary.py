"""Finds the binary that the wheel has installed."""

import os
import sys
import sysconfig


class BinaryError(RuntimeError):
    """The binary is missing, or cannot run on this machine."""

    def __init__(self, what, why, attempt):
        super().__init__("%s\n  why   %s\n  try   %s" % (what, why, attempt))


REINSTALL = "pip install --force-reinstall twilsim"


def find_binary():
    """Returns the path of the binary: the one that TWILSIM_BINARY names, else the one beside this package."""
    named = os.environ.get("TWILSIM_BINARY")
    if named:
        if os.path.isfile(named):
            return named
        raise BinaryError(
            "TWILSIM_BINARY names %s, which %s"
            % (named, "is not a file" if os.path.exists(named) else "does not exist"),
            "it must be the path of a twilsim binary",
            "unset TWILSIM_BINARY to use the binary of the wheel",
        )
    folders = list(_folders())
    for folder in folders:
        path = os.path.join(folder, "twilsim.exe" if sys.platform == "win32" else "twilsim")
        if os.path.isfile(path):
            return path
    raise BinaryError(
        "the binary of twilsim is not installed",
        "it is not in " + ", ".join(folders),
        REINSTALL,
    )


def _folders():
    """The folders where pip puts programs: of this environment, of the user, and of pip install --target."""
    yield sysconfig.get_path("scripts")
    user = {"nt": "nt_user", "posix": "posix_user"}.get(os.name)
    if sys.platform == "darwin" and sysconfig.get_config_var("PYTHONFRAMEWORK"):
        user = "osx_framework_user"
    if user in sysconfig.get_scheme_names():
        yield sysconfig.get_path("scripts", scheme=user)
    package = os.path.dirname(os.path.abspath(__file__))
    yield os.path.join(os.path.dirname(package), "bin")
    # Debian's Python installs into /usr/local, whatever sysconfig says.
    yield os.path.join(sys.prefix, "local", "bin")


def start_error(binary, error):
    """Says why a binary did not start."""
    attempt = REINSTALL
    if binary == os.environ.get("TWILSIM_BINARY"):
        attempt = "unset TWILSIM_BINARY to use the binary of the wheel"
    if isinstance(error, PermissionError):
        return BinaryError(
            "%s cannot be started: permission denied" % binary,
            "it is not marked as executable, or its file system does not allow programs",
            "chmod +x " + binary,
        )
    return BinaryError(
        "%s cannot run on this machine (%s)" % (binary, sysconfig.get_platform()),
        "it is a binary for another system, or its download was interrupted (%s)" % error,
        attempt,
    )
