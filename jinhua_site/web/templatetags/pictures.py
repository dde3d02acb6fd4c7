from django import template

register = template.Library()


@register.inclusion_tag("_picture.html")
def picture(file, alt, css="", lazy=False):
    """A picture in the lightest format and the smallest width that suit the browser."""
    return {"file": file, "alt": alt, "css": css, "lazy": lazy}
