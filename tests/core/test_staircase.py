"""A package imports only from packages below it; the applications register with them."""

import ast

from tests.support.server import PROJECT

# From the lowest; `web` and `content` share a level and do not import each other.
FLOORS = [
    {"core"},
    {"web", "content"},
    {"accounts"},
    {"opendata"},
    {"office"},
    {"profile"},
    {"partnerships"},
    {"pages"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(module):
    """Return the package of a dotted name, or None if it is not of this project."""
    names = module.split(".")
    name = names[1] if names[0] == "jinhua_site" and len(names) > 1 else names[0]
    return name if name in FLOOR else None


def imported(path):
    """Yield the dotted names that a module imports, anywhere in it."""
    package = list(path.relative_to(PROJECT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules():
    for top in ("jinhua_site", "profile", "partnerships"):
        yield from sorted((PROJECT / top).rglob("*.py"))


def test_every_module_is_in_a_room():
    outside = {path.name for path in (PROJECT / "jinhua_site").glob("*.py")}
    assert outside == {"__init__.py", "settings.py", "urls.py", "wsgi.py"}
    folders = {path.parent.name for path in (PROJECT / "jinhua_site").glob("*/__init__.py")}
    assert folders | {"profile", "partnerships"} == set(FLOOR)


def test_no_room_imports_from_a_room_above_it():
    upwards = []
    for path in modules():
        here = room_of(".".join(path.relative_to(PROJECT).with_suffix("").parts))
        for name in imported(path) if here else ():
            there = room_of(name)
            if there and there != here and FLOOR[there] >= FLOOR[here]:
                upwards.append(f"{path.relative_to(PROJECT)} imports {name}")
    assert not upwards


def test_only_what_puts_the_site_together_imports_from_outside_the_rooms():
    outside = {"jinhua_site.settings", "jinhua_site.urls", "jinhua_site.wsgi"}
    assert not [
        str(path.relative_to(PROJECT))
        for path in modules()
        if path.parent.name != "jinhua_site" and outside & {*imported(path)}
    ]
