"""Pictures that staff upload: which are taken, and what is made of them."""

import secrets
from pathlib import PurePath
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField, PictureFieldFile
from pictures.utils import source_set

from jinhua_site.uploads.field import Checked, checked
from jinhua_site.uploads.limited import FileRefused, in_words, look_into

MOST_BYTES = 10 * 1024 * 1024
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"
DENSEST = 2  # pixels of a screen to a pixel of the page
ENDLESS = 10**6  # pixels; wider than any picture is shown


def validate_picture(file):
    """Refuse a picture of too many bytes; all else is seen where it is decoded."""
    if getattr(file, "_committed", False):
        return
    if file.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 10 MB. Make it smaller first."))


class Made(NamedTuple):
    """What a picture has become: the suffix, the size, the whole, and its versions by name."""

    suffix: str
    size: tuple
    whole: bytes
    versions: dict


def made_of(file, field):
    """The picture anew, upright, in sRGB, without metadata, and in the versions that pages need.

    What a camera writes into a file, such as where it was, does not go public. The web
    process decodes nothing of it. Raises `ValidationError` in words for staff.
    """
    widths = source_set(
        (ENDLESS, ENDLESS), ratio=None, max_width=field.container_width, cols=field.grid_columns
    )
    try:
        found = look_into(
            "picture",
            file,
            widest=field.container_width * DENSEST,
            widths=sorted(widths),
            kinds=field.file_types,
        )
    except FileRefused as refusal:
        raise ValidationError(_refusal(refusal)) from None
    whole, *versions = found.files
    names = [f"{width}w.{kind.lower()}" for kind, width in found.answer["variants"]]
    suffix = {"PNG": ".png", "JPEG": ".jpg"}[found.answer["kind"]]
    size = tuple(found.answer["size"])
    return Made(suffix, size, whole, dict(zip(names, versions, strict=True)))


def _refusal(refusal):
    if refusal.code == "pixels":
        words = _(
            "The picture has %(width)s × %(height)s pixels. A %(kind)s may have %(most)s million. "
            "Make it smaller first."
        )
        return words % refusal.told
    return in_words(refusal.code) or _(
        "This is not a JPEG, PNG, WebP or AVIF picture that can be read."
    )


class PictureFile(PictureFieldFile):
    def save(self, name, content, save=True):
        """Keep what was made of the picture, all of its files under a new name of their own."""
        made = checked(content, self.field)
        own = f"{PurePath(name).stem}-{secrets.token_hex(4)}{made.suffix}"
        own = self.field.generate_filename(self.instance, own)
        self.name = self.storage.save(own, ContentFile(made.whole), self.field.max_length)
        for version, file in made.versions.items():
            self.storage.save(f"{PurePath(self.name).with_suffix('')}/{version}", ContentFile(file))
        self._committed = True
        self.instance.__dict__[self.field.attname] = self.name
        for column, side in zip(self.field.sides, made.size, strict=True):
            setattr(self.instance, column, side)
        if save:
            self.instance.save()


class Picture(Checked, PictureField):
    """A picture, kept as a clean copy with AVIF and WebP versions in the widths pages need.

    `container_width` is the widest it is shown, in pixels of the page; a model names
    two columns, each a `picture_side`, for its `width_field` and `height_field`.
    """

    attr_class = PictureFile
    # Django's own looks into the file as soon as it is assigned; saving notes its size.
    descriptor_class = models.FileField.descriptor_class
    default_validators = [validate_picture]
    make = staticmethod(made_of)

    @property
    def sides(self):
        return self.width_field, self.height_field

    def contribute_to_class(self, cls, name, **kwargs):
        # Nor is its size looked at after every row that is read.
        super(models.ImageField, self).contribute_to_class(cls, name, **kwargs)

    def pre_save(self, model_instance, add):
        file = super().pre_save(model_instance, add)
        if not file:
            for column in self.sides:
                setattr(model_instance, column, None)
        return file

    def formfield(self, **kwargs):
        # Django's own decodes what came.
        field = super().formfield(**{"form_class": forms.FileField} | kwargs)
        field.widget.attrs.setdefault("accept", ACCEPTED)
        return field


def picture_side():
    """A column for the width or the height of a picture, in pixels; filled in by itself."""
    return models.PositiveIntegerField(null=True, blank=True, editable=False)
