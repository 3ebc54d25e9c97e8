"""`jdl` that is killed while it works on the files of a folder: `python -m dying_jdl PLACE LOG SINCE SECONDS UNTIL LARGEST jdl's own words`.

Every change that Python makes to a file of PLACE is a step, and a line of LOG. SECONDS after the step whose line is SINCE was done, or at
the latest before the step whose line or number is UNTIL, the process sends itself the signal that no process outlives.
LARGEST, unless it is 0, is how many bytes a file may have: whoever writes meets the end of it as the end of a disk.
"""

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from justice_data_lab.cli import main as jdl

_CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def described(event, arguments, place):
    """A change as a line; empty for what is none, or is none of a file in the place."""
    path = arguments[0] if arguments else None
    if event not in _CHANGES or not isinstance(path, str | os.PathLike):
        return ""
    if event == "open" and not arguments[2] & _WRITING:
        return ""
    # a bare name is one in a folder that `shutil.rmtree` holds open
    path = Path(path)
    bare = len(path.parts) == 1 and event in {"os.remove", "os.rmdir"}
    if not bare and not path.absolute().is_relative_to(place):
        return ""
    return f"{event} {path if bare else path.absolute().relative_to(place)}"


def watch(place, log, since, seconds, until):
    """Write every step down, and end at the chosen one."""
    steps = 0
    since_in = None

    def step(event, arguments):
        nonlocal steps, since_in
        # a step is told before it is done: done it is once its thread tells of anything else
        if since_in == threading.get_ident():
            since_in = None
            timer = threading.Timer(seconds, kill)
            timer.daemon = True
            timer.start()
        line = described(event, arguments, place)
        if not line:
            return
        steps += 1
        os.write(log, f"{line}\n".encode())
        if until in {line, str(steps)}:
            kill()
        if since == line:
            since_in = threading.get_ident()

    sys.addaudithook(step)


def main():
    place, log, since, seconds, until, largest, *words = sys.argv[1:]
    if int(largest):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    watch(Path(place), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), since, float(seconds), until)
    sys.argv = ["jdl", *words]
    jdl()


if __name__ == "__main__":
    main()
