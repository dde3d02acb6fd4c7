"""The college: its facts and their figures, its faculties, its majors.

The standard library has a module of the same name. `cProfile` imports three names
from it and may find this package instead, so they are loaded on demand from the
library's file.
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
