"""Files that come from outside: looked at where they can do no harm, kept whole or not at all."""

# With whatever came from outside: a browser shows or keeps it, and runs nothing of it.
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
