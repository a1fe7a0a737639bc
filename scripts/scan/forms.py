"""The forms and links of a page, as a browser would send and follow them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of the field
TYPED = {"text", "search", "tel", "email", "url"}


@dataclass
class Form:
    path: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    # Names of the fields that people type words into.
    texts: set[str] = field(default_factory=set)

    @property
    def shape(self) -> tuple:
        return self.method, self.path, tuple(sorted({name for name, _ in self.fields}))


class _Reader(HTMLParser):
    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self.links = page, [], []
        self._form, self._select, self._area = None, "", ""

    def handle_starttag(self, tag, pairs):
        attributes = {name: value or "" for name, value in pairs}
        if tag == "form":
            self._form = Form(
                self._here(attributes.get("action", "")),
                attributes.get("method", "get").upper(),
            )
            self.forms.append(self._form)
        elif tag == "a" and "href" in attributes:
            self.links.append(self._here(attributes["href"]))
        if self._form is None:
            return
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._form.fields.append((self._select, value))
        elif tag == "textarea" and name:
            self._form.fields.append((name, ""))
            self._form.texts.add(name)
        elif name and tag in ("input", "button"):
            self._form.fields.append((name, value))
            if tag == "input" and attributes.get("type", "text") in TYPED:
                self._form.texts.add(name)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _here(self, target: str) -> str:
        parts = urlsplit(urljoin(f"http://here{self.page}", target))
        if parts.netloc != "here" or parts.scheme != "http":
            return ""
        return parts.path + (f"?{parts.query}" if parts.query else "")


def read(page: str, html: str) -> tuple[list[Form], list[str]]:
    """The forms, and the addresses on this site that the page leads to."""
    reader = _Reader(page)
    reader.feed(html)
    return [form for form in reader.forms if form.path], [x for x in reader.links if x]
