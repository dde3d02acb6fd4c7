"""Takes away, under load, what the site stands on, and counts who noticed: `make faults`.

PostgreSQL, a worker, the whole application: the public pages go on all the
while, and afterwards an edit shows at once, with nothing started anew but what was
taken away.
"""
