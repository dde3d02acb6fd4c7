"""The limits of the process, then its work. Exit code 0 means that it has answered."""

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path


def limit(memory, seconds, patience, written):
    """Bind this process to so many bytes, seconds of work and of time, and bytes written."""
    signal.alarm(patience)
    for kind, most in {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }.items():
        _soft, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    os.nice(10)
    if hasattr(os, "sched_setaffinity"):  # not on the core of the worker that waits
        os.sched_setaffinity(0, range(os.cpu_count()))


def main(kind, options):
    sys.path.insert(0, str(Path(__file__).parents[3]))
    # Named in full, so that what it raises is the same class here and there.
    refused = import_module("jinhua_site.uploads.quarantine").Refused
    options = json.loads(options)
    limit(**options.pop("limits"))
    try:
        take = import_module(f"jinhua_site.uploads.quarantine.{kind}").take
        answer, files = take(sys.stdin.buffer, **options)
    except refused as refusal:
        answer, files = {"refused": refusal.code, "told": refusal.told}, []
    except MemoryError:
        answer, files = {"refused": "heavy", "told": {}}, []
    answer["memory"] = _most_memory()
    answer["sizes"] = [len(file) for file in files]
    for part in (json.dumps(answer, ensure_ascii=False).encode(), b"\n", *files):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def _most_memory():
    """The most megabytes that this process has had; what `resource` says counts its parent's."""
    with suppress(OSError):
        told = Path("/proc/self/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
