"""PDFs that do something, hide something, or are something else."""

import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from . import Hostile
from .pictures import SCRIPT, seeded

AUTHOR = "Dean Okello of Room 12"


def pdf(change=lambda pdf: None, **options):
    """A PDF of one page that says "Signed", once `change` has been at it."""
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        page.Contents = made.make_stream(b"BT /F1 12 Tf 72 720 Td (Signed) Tj ET")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        change(made)
        out = BytesIO()
        made.save(out, **{"static_id": True} | options)
        return out.getvalue()


def script():
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('Hello')"))


def script_on_opening():
    def change(made):
        made.Root.OpenAction = script()

    return pdf(change)


def script_in_an_object_stream():
    def change(made):
        named = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))
        made.Root.Names = made.make_indirect(named)

    modes = pikepdf.ObjectStreamMode
    return pdf(change, object_stream_mode=modes.generate, compress_streams=True)


def script_when_a_page_is_turned():
    def change(made):
        made.pages[0].AA = Dictionary(O=script())

    return pdf(change)


def link_that_starts_a_program():
    def change(made):
        file = Dictionary(Type=Name.Filespec, F=String("cmd.exe"))
        action = Dictionary(S=Name.Launch, F=file)
        made.pages[0].Annots = Array([link(action)])

    return pdf(change)


def link(action):
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 595, 842]), A=action)


def link_that_is_a_script():
    def change(made):
        action = Dictionary(S=Name.URI, URI=String("JavaScript:alert(1)"))
        made.pages[0].Annots = Array([link(action)])

    return pdf(change)


def link_to_a_file_of_the_network():
    def change(made):
        action = Dictionary(S=Name.GoToR, F=String("\\\\evil.example\\share\\a.pdf"))
        made.pages[0].Annots = Array([link(action)])

    return pdf(change)


def another_file_within():
    def change(made):
        made.attachments["invoice.exe"] = pikepdf.AttachedFileSpec(made, b"MZ" + bytes(100))

    return pdf(change)


def form_of_xfa():
    def change(made):
        made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp/>"))

    return pdf(change)


def film_within():
    def change(made):
        film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
        made.pages[0].Annots = Array([film])

    return pdf(change)


def asks_for_a_password():
    return pdf(encryption=pikepdf.Encryption(owner="owner", user="user"), static_id=False)


def tells_its_author():
    def change(made):
        made.docinfo["/Author"] = AUTHOR
        with made.open_metadata() as metadata:
            metadata["dc:creator"] = [AUTHOR]

    return pdf(change, compress_streams=False)


def opens_the_printer():
    def change(made):
        made.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)

    return pdf(change)


def has_a_page_behind_its_end():
    return pdf() + b"<html>" + SCRIPT


def has_an_archive_behind_its_end():
    return pdf() + b"PK\x05\x06" + bytes(18)


def page_named_as_a_document():
    return b"<html>" + SCRIPT + b"%PDF-1.7 %%EOF"


def half_a_document():
    whole = pdf(lambda made: made.make_indirect(made.make_stream(seeded().randbytes(9_000))))
    return whole[: len(whole) // 2]


def is_only_a_beginning_and_an_end():
    return b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


def unpacks_to_300_megabytes():
    """Objects are read when the file is opened; these are packed a thousandfold."""
    packer = zlib.compressobj(9)
    head = b"5 0 " + b" " * 96
    packed = packer.compress(head)
    block = b" " * (1 << 20)
    packed += b"".join(packer.compress(block) for _ in range(300)) + packer.flush()
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R>> endobj\n",
        b"4 0 obj <</Type /ObjStm /N 1 /First 100 /Filter /FlateDecode /Length %d>> stream\n"
        % len(packed)
        + packed
        + b"\nendstream endobj\n",
    ]
    offsets, place = [], 0
    for part in parts:
        offsets.append(place)
        place += len(part)
    rows = [(0, 0, 255), *((1, offset, 0) for offset in offsets[1:]), (2, 4, 0)]
    rows.append((1, place, 0))
    table = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + bytes([n]) for kind, where, n in rows
    )
    reference = (
        b"6 0 obj <</Type /XRef /W [1 4 1] /Size 7 /Root 1 0 R /Length %d>> stream\n" % len(table)
        + table
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % place
    )
    return b"".join(parts) + reference


def is_of_20000_pages():
    numbers = range(4, 20_004)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    text = b"BT (Signed) Tj ET"
    parts = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Count %d /Kids [%s]>>" % (len(numbers), kids),
        b"<</Length %d>> stream\n%s\nendstream" % (len(text), text),
    ]
    parts += [b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R>>"] * len(numbers)
    made, table = bytearray(b"%PDF-1.7\n"), [b"0000000000 65535 f \n"]
    for number, part in enumerate(parts, start=1):
        table.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj %s\nendobj\n" % (number, part)
    place, size = len(made), len(table)
    made += b"xref\n0 %d\n" % size + b"".join(table)
    return bytes(made) + (
        b"trailer <</Root 1 0 R /Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, place)
    )


def goes_in_circles():
    def change(made):
        made.Root.Pages.Kids = Array([made.Root.Pages])

    return pdf(change)


MORE = "This PDF has more in it than pages: "
DAMAGED = "This PDF is damaged."

DOCUMENTS = [
    Hostile(script_on_opening, "a.pdf", MORE + "a script or a program."),
    Hostile(script_in_an_object_stream, "a.pdf", MORE + "a script or a program."),
    Hostile(script_when_a_page_is_turned, "a.pdf", MORE + "a script or a program."),
    Hostile(link_that_starts_a_program, "a.pdf", MORE + "a script or a program."),
    Hostile(link_that_is_a_script, "a.pdf", MORE + "a script or a program."),
    Hostile(link_to_a_file_of_the_network, "a.pdf", MORE + "a script or a program."),
    Hostile(another_file_within, "a.pdf", MORE + "other files."),
    Hostile(form_of_xfa, "a.pdf", MORE + "a form that sends data."),
    Hostile(film_within, "a.pdf", MORE + "sound or film."),
    Hostile(asks_for_a_password, "a.pdf", "This PDF asks for a password."),
    Hostile(tells_its_author, "a.pdf", gone=(AUTHOR.encode(), b"/Author", b"/Metadata")),
    Hostile(opens_the_printer, "a.pdf", gone=(b"/OpenAction", b"/Print")),
    Hostile(has_a_page_behind_its_end, "a.html", gone=(SCRIPT,)),
    Hostile(has_an_archive_behind_its_end, "a.pdf.jar", gone=(b"PK\x05\x06",)),
    Hostile(page_named_as_a_document, "a.pdf", "This is not a PDF."),
    Hostile(half_a_document, "a.pdf", "This PDF has lost its end."),
    Hostile(is_only_a_beginning_and_an_end, "a.pdf", DAMAGED),
    Hostile(unpacks_to_300_megabytes, "a.pdf", DAMAGED),
    Hostile(goes_in_circles, "a.pdf", DAMAGED),
    Hostile(is_of_20000_pages, "a.pdf"),
]
