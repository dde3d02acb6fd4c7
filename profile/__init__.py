"""The college: its facts and their figures, its faculties, its majors.

The package bears the name of a module of the standard library. Where this one
is found first, `cProfile` imports it for three names; they are lent from the
library's own file when asked for.
"""

import importlib.util
import sysconfig
from pathlib import Path

LENT = {"run", "runctx", "_Utils"}


def __getattr__(name):
    if name not in LENT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    file = Path(sysconfig.get_path("stdlib"), "profile.py")
    spec = importlib.util.spec_from_file_location("_stdlib_profile", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    globals().update({lent: getattr(module, lent) for lent in LENT})
    return globals()[name]
