"""Cards as pages to print: large letters, a box to tick before each row, lines to write on; nothing that needs colour or a screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from templates.card import Card, Divider, Heading, Item, Note, Quote, Span, Text

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FAMILY = "atkinson"
SIZE, SMALL, LARGE = 12.0, 9.5, 17.0  # points
LINE = 1.35  # of the letters' height
MARGIN = 18.0  # millimetres
MM = 25.4 / 72  # of a point
RULED = 9.0  # millimetres between lines to write on


def pdf(cards: Sequence[Card], title: str, foot: str, password: str = "", language: str = "sv") -> bytes:
    """The cards as a PDF on A4, each from the top of a page, with `foot` and the page's number below.

    With a password the file is encrypted (AES-256), and opens with that alone. Letters that the font does not have are left out.
    """
    from fpdf.enums import EncryptionMethod

    document = _document(foot)
    document.set_title(title)
    document.set_lang(language)
    document.set_producer("nvg")
    if password:
        document.set_encryption(owner_password=password, user_password=password, encryption_method=EncryptionMethod.AES_256)
    for card in cards:
        document.add_page()
        first = True
        for block in card.blocks:
            if isinstance(block, Heading):
                _heading(document, block, first)
            elif isinstance(block, Item):
                _item(document, block)
            elif isinstance(block, Text | Note | Quote):
                _paragraph(document, block)
            elif isinstance(block, Divider):
                document.ln(SIZE * MM)
            first = False
        _ruled(document)
    return bytes(document.output())


def _document(foot: str) -> FPDF:
    from fpdf import FPDF

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-MARGIN + 4)
            self.set_font(FAMILY, "", SMALL)
            self.cell(0, SMALL * MM * LINE, printable(self, foot))
            self.set_x(MARGIN)
            self.cell(0, SMALL * MM * LINE, f"{self.page_no()} / {{nb}}", align="R")

    document = Pages(format="A4")
    document.set_margins(MARGIN, MARGIN, MARGIN)
    document.set_auto_page_break(True, MARGIN)
    document.c_margin = 0
    for style, name in (("", "regular"), ("B", "bold")):
        document.add_font(FAMILY, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
    document.set_font(FAMILY, "", SIZE)
    return document


def _ruled(document: FPDF) -> None:
    """Lines to write on, as far down as the page goes."""
    y = document.get_y() + RULED
    document.set_draw_color(160)
    while y < document.h - MARGIN - 2:
        document.line(MARGIN, y, document.w - MARGIN, y)
        y += RULED
    document.set_draw_color(0)


def _heading(document: FPDF, block: Heading, first: bool) -> None:
    size = LARGE if first else SIZE + 2
    if not first:
        document.ln(SIZE * MM * 0.6)
        if document.get_y() > document.h - 3 * MARGIN:  # a heading is not left alone at the foot of a page
            document.add_page()
    _write(document, block.spans, size, bold=True)
    document.ln(size * MM * LINE)
    if not first:
        y = document.get_y() - 0.4
        document.line(MARGIN, y, document.w - MARGIN, y)
        document.ln(1.4)


def _item(document: FPDF, block: Item) -> None:
    if document.get_y() > document.h - MARGIN - 2 * SIZE * MM * LINE:
        document.add_page()
    side = SIZE * MM * 0.8
    document.rect(MARGIN, document.get_y() + 1.0, side, side)
    _indented(document, block.spans, SIZE, side + 2.5)
    document.ln(1.2)


def _paragraph(document: FPDF, block: Text | Note | Quote) -> None:
    _indented(document, block.spans, SMALL if isinstance(block, Note) else SIZE, 5.0 if isinstance(block, Quote) else 0.0)
    document.ln(0.8)


def _indented(document: FPDF, spans: Sequence[Span], size: float, by: float) -> None:
    document.set_left_margin(MARGIN + by)
    document.set_x(MARGIN + by)
    _write(document, spans, size)
    document.ln(size * MM * LINE)
    document.set_left_margin(MARGIN)
    document.set_x(MARGIN)


def _write(document: FPDF, spans: Sequence[Span], size: float, bold: bool = False) -> None:
    for span in spans:
        document.set_font(FAMILY, "B" if bold or span.style == "bold" else "", size)
        document.write(size * MM * LINE, printable(document, span.text))


def printable(document: FPDF, text: str) -> str:
    """What the font has letters for; signs that it has not (an emoji) only decorate."""
    letters = document.fonts[FAMILY].cmap  # type: ignore[union-attr]
    return "".join(char for char in text if char == "\n" or ord(char) in letters).replace("  ", " ")
