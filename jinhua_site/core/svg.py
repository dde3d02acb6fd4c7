"""Shared by the SVG drawings, which the server makes without access to a font."""


def text_width(text):
    """Estimate the width of `text` in ems: Chinese characters are square, others narrower."""
    return sum(1.0 if letter >= "⺀" else 0.56 for letter in text)
