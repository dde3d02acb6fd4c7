"""Reads a PDF as a whole and writes it anew, without metadata; refuses one that does things."""

import re
from io import BytesIO

import pikepdf

from . import Refused

MOST_OBJECTS = 300_000
# What makes a document more than paper: by the kind of an action, by a key, by a subtype.
ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "script",
    "/GoToR": "script",
    "/SubmitForm": "form",
    "/ImportData": "form",
    "/GoToE": "files",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/Movie": "media",
    "/Sound": "media",
}
KEYS = {
    "/JavaScript": "script",
    "/XFA": "form",
    "/EF": "files",
    "/EmbeddedFiles": "files",
    "/RichMediaContent": "media",
}
METADATA = ("/Metadata", "/PieceInfo", "/LastModified")
SIGNATURE = ("/Sig", "/ByteRange")
UNSAFE_ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data|file)\s*:", re.IGNORECASE)
SUBTYPES = {
    "/FileAttachment": "files",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
# Where none of these stands, there is nothing to look for more closely.
WORTH_A_LOOK = re.compile(
    "|".join(
        [*ACTIONS, *KEYS, *SUBTYPES, *METADATA, *SIGNATURE, "/JS", "/URI", "/EmbeddedFile"]
    ).encode()
)


def take(file):
    """The document anew; one with a signature, which that would break, as it is."""
    try:
        with pikepdf.open(file, access_mode=pikepdf.AccessMode.stream) as pdf:
            return _taken(pdf, file)
    except (Refused, MemoryError):
        raise
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except Exception:  # a damaged file has as many as its parser has
        raise Refused("unreadable") from None


def _taken(pdf, file):
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("heavy")
    if not len(pdf.pages):
        raise Refused("unreadable")
    dictionaries = [*_dictionaries(pdf)]
    if any("object stream" in told for told in pdf.get_warnings()):
        raise Refused("unreadable")  # there was no room for what it holds
    found = {reason for each in dictionaries if (reason := _does(each))}
    if found:
        raise Refused("active", reasons=sorted(found))
    if any(each.get("/Type") == "/Sig" or "/ByteRange" in each for each in dictionaries):
        return _signed(file)
    for each in dictionaries:
        _forget(each, METADATA)
    _forget(pdf.Root, ["/OpenAction"])
    _forget(pdf.trailer, ["/Info"])
    out = BytesIO()
    pdf.save(
        out,
        encryption=False,
        fix_metadata_version=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    return {}, [out.getbuffer()]


def _forget(dictionary, names):
    for name in names:
        if name in dictionary:
            del dictionary[name]


def _signed(file):
    file.seek(0)
    content = file.read()
    if content.rstrip(b"\0 \t\r\n")[-5:] != b"%%EOF":
        raise Refused("unreadable")
    return {}, [content]


def _dictionaries(pdf):
    """The dictionaries that are worth a look, those of streams and those within others too."""
    for each in pdf.objects:
        own = each.stream_dict if isinstance(each, pikepdf.Stream) else each
        if not WORTH_A_LOOK.search(own.unparse(resolved=True)):
            continue
        waiting = [each]
        while waiting:
            value = waiting.pop()
            if isinstance(value, pikepdf.Stream | pikepdf.Dictionary):
                yield value
                inner = (
                    value.values()
                    if isinstance(value, pikepdf.Dictionary)
                    else (value.stream_dict.values())
                )
            elif isinstance(value, pikepdf.Array):
                inner = value
            else:
                continue
            waiting.extend(
                one
                for one in inner
                if isinstance(one, pikepdf.Dictionary | pikepdf.Array) and not one.is_indirect
            )


def _does(dictionary):
    """What a dictionary makes the document do, in one word; nothing where it is only paper."""
    keys = {*dictionary.keys()}
    found = [KEYS[key] for key in keys & KEYS.keys()]
    found += [ACTIONS.get(_text(dictionary, "/S")), SUBTYPES.get(_text(dictionary, "/Subtype"))]
    if "/JS" in keys and "/S" in keys:
        found.append("script")
    if _text(dictionary, "/Type") == "/EmbeddedFile":
        found.append("files")
    if UNSAFE_ADDRESS.match(_text(dictionary, "/URI")):
        found.append("script")
    return next(filter(None, found), None)


def _text(dictionary, key):
    value = dictionary.get(key)
    return str(value) if isinstance(value, pikepdf.Name | pikepdf.String) else ""
