"""python -m twilsim runs the binary, where its folder is not on the PATH."""

import os
import subprocess
import sys

from twilsim._binary import BinaryError, find_binary, start_error


def main():
    try:
        binary = find_binary()
        command = [binary] + sys.argv[1:]
        try:
            if sys.platform == "win32":
                sys.exit(subprocess.call(command))
            os.execv(binary, command)
        except OSError as error:
            raise start_error(binary, error) from None
    except BinaryError as error:
        sys.exit("twilsim: " + str(error))


if __name__ == "__main__":
    main()
