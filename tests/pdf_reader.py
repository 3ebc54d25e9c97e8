"""Reads a tagged PDF back as a reader with a screen reader gets it: its structure, the words of each part, and the page they are on."""

import re
from dataclasses import dataclass, field

import pikepdf


@dataclass
class Part:
    """One element of the structure tree: its tag, the words below it and the pages they stand on."""

    tag: str
    alt: str = ""
    own: str = ""
    page: int | None = None
    kids: list["Part"] = field(default_factory=list)

    def text(self):
        return " ".join(" ".join([self.own, *(kid.text() for kid in self.kids)]).split())

    def pages(self):
        return {self.page} - {None} | {page for kid in self.kids for page in kid.pages()}

    def all(self, *tags):
        found = [self] if self.tag in tags else []
        return found + [each for kid in self.kids for each in kid.all(*tags)]


def read_pdf(pdf):
    """The root of the structure tree."""
    marked = {(number, place): text for number, page in enumerate(pdf.pages) for place, text in words_of(page).items()}
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
    root = Part("Root")
    _grow(root, pdf.Root.StructTreeRoot.K, None, marked, numbers)
    return root


def _grow(above, entry, page, marked, numbers):
    if isinstance(entry, pikepdf.Array):
        for each in entry:
            _grow(above, each, page, marked, numbers)
    elif isinstance(entry, pikepdf.Dictionary):
        at = numbers[entry.Pg.objgen] if "/Pg" in entry else page
        if entry.get("/Type") == "/MCR":
            _words(above, entry.MCID, at, marked)
        elif entry.get("/Type") != "/OBJR":
            part = Part(str(entry.S)[1:], alt=str(entry.get("/Alt", "")))
            above.kids.append(part)
            _grow(part, entry.get("/K", pikepdf.Array()), at, marked, numbers)
    else:
        _words(above, int(entry), page, marked)


def _words(above, place, page, marked):
    above.kids.append(Part("Words", own=marked.get((page, int(place)), ""), page=page))


def words_of(page):
    """The words of each marked piece of a page, by its number."""
    fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    found, open_pieces, letters = {}, [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC":
            open_pieces.append(int(operands[1].get("/MCID", -1)))
        elif name == "BMC":
            open_pieces.append(-1)
        elif name == "EMC":
            open_pieces.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and open_pieces and open_pieces[-1] >= 0:
            pieces = operands[0] if name == "TJ" else [operands[0]]
            text = "".join(_decoded(bytes(each), letters) for each in pieces if isinstance(each, pikepdf.String))
            found[open_pieces[-1]] = found.get(open_pieces[-1], "") + text
    return found


def _letters(font):
    """What each glyph stands for."""
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes().decode(), flags=re.DOTALL):
        for glyph, letter in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(letter).decode("utf-16-be")
    return found


def _decoded(data, letters):
    return "".join(letters[data[at] * 256 + data[at + 1]] for at in range(0, len(data), 2))
