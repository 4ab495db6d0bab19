"""The minutes for an employer's public record, as PDF/A: to be read, and filed, for as long as there are archives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.messages.record import LeftOut, Record, RecordRow
from bot.rules.visible import visible
from templates.dates import DATE_WORDS
from templates.pdf import FAMILY, FONTS, LINE, MM, printable
from templates.words import read_labels

if TYPE_CHECKING:
    from fpdf import FPDF

STANDARD = "PDF/A-2U"  # ISO 19005-2: all in the file, and every letter can be read out as text
SIZE, SMALL, TITLE, SECTION = 10.5, 8.5, 20.0, 13.0  # points
MARGIN = 20.0  # millimetres
NO_YEAR = datetime(1, 1, 1, tzinfo=UTC)  # so that the year is always said
GREY, LINES, HEAD, STAMP = 90, 190, 240, (150, 0, 20)


def record_pdf(record: Record, language: str = "sv") -> bytes:
    """The document. Letters that the font does not have are left out."""
    return _Page(record, read_labels(language, "record"), language).drawn()


class _Page:
    def __init__(self, record: Record, labels: Mapping[str, Any], language: str) -> None:
        self.record, self.labels, self.language = record, labels, language
        self.document = self.blank()

    def blank(self) -> FPDF:
        from fpdf import FPDF

        page = self

        class Pages(FPDF):
            def footer(self) -> None:
                page.foot(self)

        document = Pages(format="A4", enforce_compliance=STANDARD)
        document.set_margins(MARGIN, MARGIN, MARGIN)
        document.set_auto_page_break(True, MARGIN + 4)
        document.c_margin = 0
        for style, name in (("", "regular"), ("B", "bold")):
            document.add_font(FAMILY, style, FONTS / f"atkinson-hyperlegible-next-{name}.ttf")
        document.set_font(FAMILY, "", SIZE)
        return document

    def drawn(self) -> bytes:
        record, said, document = self.record, self.labels, self.document
        document.set_title(self.clean(f"{said['title']} {record.held.isoformat()} {record.code}"))
        document.set_author(self.clean(record.employer))
        document.set_subject(said["public" if record.public else "full"])
        document.set_lang({"sv": "sv-SE", "en": "en-GB"}[self.language])
        document.set_producer("nvg")
        document.set_creation_date(datetime(record.made.year, record.made.month, record.made.day, tzinfo=UTC))
        document.add_page()
        self.head()
        self.facts()
        self.people()
        for kinds, columns in (
            (("decision",), ("number", "decision", "people", "due")),
            (("action",), ("number", "action", "people", "due", "state")),
            (("closed",), ("number", "action", "people")),
            (("outcome",), ("number", "action", "people", "helped")),
            (("lesson",), ("words",)),
            (("point",), ("words",)),
        ):
            rows = [row for row in record.rows if row.kind in kinds]
            if rows or kinds in (("decision",), ("action",)):
                self.section(said["sections"][kinds[0]])
                self.table(columns, rows) if rows else self.line(said["none"])
        self.register()
        return bytes(document.output())

    # what it begins with

    def head(self) -> None:
        record, said, document = self.record, self.labels, self.document
        top = document.get_y()
        if not record.public:
            self.stamp(top)
        self.put(record.employer, SECTION, bold=True, width=document.epw - (78 if not record.public else 0))
        document.ln(7)
        self.put(said["title"], TITLE, bold=True)
        document.ln(1)
        self.put(said["committee_meeting" if record.committee else "meeting"].format(code=record.code, day=self.day(record), clock=f"{record.starts:%H:%M}", length=f", {record.minutes} {said['minutes']}" if record.minutes else ""))
        document.ln(4)

    def stamp(self, top: float) -> None:
        """What is secret says so, by which section, by whom and since when (5 kap. 5 § OSL)."""
        record, said, document = self.record, self.labels, self.document
        width, height = 72.0, 19.0
        left = document.w - MARGIN - width
        document.set_draw_color(*STAMP)
        document.set_text_color(*STAMP)
        document.set_line_width(0.6)
        document.rect(left, top, width, height)
        since = f"{record.made.isoformat()}  {self.clean(record.employer)}"
        for text, size, style, y in ((said["secret"], SECTION, "B", 2.0), (record.law, SMALL + 1, "B", 8.0), (since, SMALL, "", 13.0)):
            document.set_xy(left + 2, top + y)
            document.set_font(FAMILY, style, size)
            most = next((n for n in range(len(text), 10, -1) if document.get_string_width(text[:n]) <= width - 6), min(10, len(text)))
            document.cell(width - 4, size * MM, text if most == len(text) else f"{text[:most]}…", align="C")
        document.set_draw_color(0)
        document.set_text_color(0)
        document.set_line_width(0.2)
        document.set_xy(MARGIN, top)

    def facts(self) -> None:
        """What a registrar asks for, in two columns; what is not known is a line to fill in."""
        record, said = self.record, self.labels
        pairs = (
            ("authority", record.employer), ("type", said["type"]["public" if record.public else "full"]),
            ("diary", record.diary), ("code", record.code),
            ("held", record.held.isoformat()), ("made", record.made.isoformat()),
            ("led_by", record.led_by or said["not_here"]), ("made_by", record.made_by),
        )  # fmt: skip
        document = self.document
        document.set_draw_color(LINES)
        width = (document.epw - 8) / 2
        for left, right in zip(pairs[::2], pairs[1::2], strict=True):
            y, bottom = document.get_y(), 0.0
            for n, (name, value) in enumerate((left, right)):
                x = MARGIN + n * (width + 8)
                document.set_xy(x, y)
                self.put(said["facts"][name], SMALL, grey=True, width=width, x=x)
                document.set_x(x)
                self.put(value or " ", SIZE, width=width, x=x)
                bottom = max(bottom, document.get_y())
            for n in (0, 1):
                x = MARGIN + n * (width + 8)
                document.line(x, bottom + 0.6, x + width, bottom + 0.6)
            document.set_xy(MARGIN, bottom + 2.4)

    def people(self) -> None:
        record, said = self.record, self.labels
        self.section(said["sections"]["present"])
        self.line(", ".join(record.present) or said["nobody"])
        if record.guests:
            self.line(f"{said['guests']}: {record.guests}")

    # what was agreed

    def table(self, columns: Sequence[str], rows: Sequence[RecordRow]) -> None:
        said = self.labels["columns"]
        heads = [said[name] for name in columns] if columns != ("words",) else []
        self.grid(heads, [WIDTHS[name] for name in columns], [[self.cell(name, row) for name in columns] for row in rows])

    def cell(self, column: str, row: RecordRow) -> str:
        said = self.labels
        match column:
            case "number":
                return row.number
            case "people":
                return ", ".join(row.people)
            case "due":
                return row.due.isoformat() if row.due else "–"
            case "state":
                return str(said["states"].get(row.state, row.state))
            case "helped":
                return str(said["helped"].get(row.helped, row.helped))
        notes = said["left_out"].format(", ".join(map(str, row.left_out))) if row.left_out else ""
        reason = f"{said['reason']}: {row.reason}" if row.reason else ""
        return " · ".join(filter(None, (row.words, row.result, reason, notes))) or said["erased"]

    def register(self) -> None:
        record, said = self.record, self.labels
        self.section(said["sections"]["left_out"])
        self.line(said["own_part"].format(record.employer))
        if not record.left_out:
            self.line(said["nothing_left_out"])
            return
        self.document.ln(1)
        self.grid(
            [said["columns"][name] for name in ("number", "what", "words_count", "law", "why")], [9, 31, 12, 45, 73],
            [[str(each.number), self.about(each), str(each.words), each.law, said["why"][each.why]] for each in record.left_out], size=SMALL + 0.5,
        )  # fmt: skip

    def about(self, left_out: LeftOut) -> str:
        return f"{self.labels['kinds'][left_out.kind]} {left_out.about}".strip()

    def grid(self, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], size: float = SIZE) -> None:
        """A table, its head again on each page that it goes on to."""
        from fpdf.enums import TableBordersLayout
        from fpdf.fonts import FontFace

        document = self.document
        document.set_font(FAMILY, "", size)
        document.set_draw_color(LINES)
        with document.table(
            col_widths=tuple(widths), text_align="LEFT", line_height=size * MM * LINE, padding=(1.2, 2, 1.2, 1), first_row_as_headings=bool(heads),
            headings_style=FontFace(family=FAMILY, emphasis="BOLD", fill_color=HEAD), borders_layout=TableBordersLayout.HORIZONTAL_LINES, v_align="T",
        ) as table:  # fmt: skip
            for cells in (*([heads] if heads else ()), *rows):
                row = table.row()
                for text in cells:
                    row.cell(self.clean(text))
        document.set_x(MARGIN)

    # how

    def section(self, title: str) -> None:
        document = self.document
        document.ln(4)
        if document.get_y() > document.h - 3 * MARGIN:  # a heading is not left alone at the foot of a page
            document.add_page()
        self.put(title, SECTION, bold=True)
        document.ln(1)

    def line(self, text: str) -> None:
        self.put(text)

    def put(self, text: str, size: float = SIZE, bold: bool = False, grey: bool = False, width: float = 0, x: float = MARGIN) -> None:
        """A paragraph, as wide as is said."""
        document = self.document
        document.set_font(FAMILY, "B" if bold else "", size)
        document.set_text_color(GREY if grey else 0)
        document.set_x(x)
        document.multi_cell(width, size * MM * LINE, self.clean(text), align="L", new_x="LMARGIN", new_y="NEXT")
        document.set_text_color(0)

    def foot(self, document: FPDF) -> None:
        record, said = self.record, self.labels
        document.set_y(-MARGIN + 4)
        document.set_font(FAMILY, "", SMALL)
        document.set_text_color(GREY)
        document.cell(0, SMALL * MM * LINE, self.clean(f"{record.employer} · {said['title']} {record.held.isoformat()} · {record.code}" + ("" if record.public else f" · {said['secret']}")))
        document.set_x(MARGIN)
        document.cell(0, SMALL * MM * LINE, said["page"].format(document.page_no(), "{nb}"), align="R")
        document.set_text_color(0)

    def day(self, record: Record) -> str:
        return DATE_WORDS[self.language].day(record.held, now=NO_YEAR, week=False)

    def clean(self, text: str) -> str:
        return printable(self.document, visible(text))


WIDTHS = {"number": 13.0, "decision": 85.0, "action": 75.0, "words": 170.0, "people": 45.0, "due": 24.0, "state": 24.0, "helped": 28.0}
"""Millimetres, of which a table takes the proportions."""
