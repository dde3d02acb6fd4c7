"""The datasets that the site offers, as the applications tell them in their `apps.py`."""

DATASETS = {}
_publisher = []


def add_datasets(*datasets):
    """Offer these; their pages and files follow in the order in which they are added."""
    DATASETS.update((dataset.name, dataset) for dataset in datasets)


def set_publisher(get):
    """Let `get()` return the record in whose name the data are published."""
    _publisher[:] = [get]


def get_publisher():
    return _publisher[0]()
