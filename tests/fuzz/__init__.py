"""Asks the site what no browser would: generated addresses, and raw bytes.

`make fuzz` prints what came back. The promise: never a 500, and nobody waits for 2 seconds.
"""

SLOWEST = 2  # seconds
