"""What the site's drawings share: SVG that the server makes, which cannot ask a font."""


def text_width(text):
    """About how wide `text` is, in units of its size: Chinese is square, Latin narrower."""
    return sum(1.0 if letter >= "⺀" else 0.56 for letter in text)
