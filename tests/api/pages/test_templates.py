"""Every template: complete with its listed context, all escaped, nothing inline, nothing from outside."""

import dataclasses
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from api.pages.choices import CHOICES
from api.render import TEMPLATES, environment, page
from screening.domain.review import Resolution
from tests.api.pages.contexts import contexts

CONTEXTS = contexts()
PAYLOAD = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><a style='x' href='https://evil.example/'>"
PARTS = {"base.html", "macros.html", "panel.html", "case_parts.html", "form_table.html"}
KNOWN = {"title", "me", "nav", "csrf", "notice"}


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, dict(attrs)))


def poisoned(value: Any) -> Any:
    """The same context with the payload behind every text in it."""
    if isinstance(value, str):
        return value + PAYLOAD
    if isinstance(value, dict):
        return {key: poisoned(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(poisoned(one) for one in value)
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**{key: poisoned(one) for key, one in vars(value).items()})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        # items must still point at cards; everything else is text from outside
        kept = {"item", "items", "begins", "ends", "equal"}
        return dataclasses.replace(value, **{k: v if k in kept else poisoned(v) for k, v in fields.items()})
    return value


def check(html: str) -> None:
    """One script of our own, nothing inline, no address of another host, every form with its token."""
    seen = Seen(html)
    scripts = [attributes.get("src") for tag, attributes in seen.tags if tag == "script"]
    assert scripts == ["/static/desk.js"]
    assert not [tag for tag, _ in seen.tags if tag in ("style", "iframe", "object", "embed", "base")]
    for tag, attributes in seen.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        for name in ("src", "href", "action"):
            assert not re.match(r"\s*(?:https?:|//|data:|javascript:)", attributes.get(name) or "", re.IGNORECASE)
    posts = sum(attributes.get("method") == "post" for tag, attributes in seen.tags if tag == "form")
    assert posts == sum(attributes.get("name") == "csrf" for tag, attributes in seen.tags if tag == "input")
    # without JavaScript a browser reads what stands in noscript; the parser above reads it always
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert sorted(set(ids)) == sorted(ids)


def test_every_template_has_a_sample() -> None:
    """None is forgotten."""
    assert {template for template, _ in CONTEXTS.values()} == {p.name for p in TEMPLATES.glob("*.html")} - PARTS


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_page_renders_and_keeps_the_policy(name: str) -> None:
    """With StrictUndefined: all that it uses is in its context."""
    template, context = CONTEXTS[name]
    html = page(template, **context)
    check(html)
    assert "先审</title>" in html


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_payload_in_every_text_comes_out_escaped(name: str) -> None:
    """No text from a draft, a person or the register becomes markup."""
    template, context = CONTEXTS[name]
    html = page(template, **{key: poisoned(value) for key, value in context.items()})
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    seen = Seen(html)
    assert [a.get("src") for tag, a in seen.tags if tag == "script"] == ["/static/desk.js"]
    assert not [a for _, a in seen.tags for name in a if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_page_takes_only_what_it_lists(name: str) -> None:
    """Each variable of the sample is named in the template's first comment or in base.html's; CONTEXT.md knows it."""
    template, context = CONTEXTS[name]
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    comment = source[: source.index("#}")]
    listed = (TEMPLATES / "CONTEXT.md").read_text(encoding="utf-8")
    assert f"## {template}" in listed
    section = listed.split(f"## {template}\n")[1].split("\n## ")[0]
    for variable in set(context) - KNOWN:
        assert re.search(rf"\b{variable}\b", comment), variable
        assert re.search(rf"\b{variable}\b", section), variable


@pytest.mark.parametrize("name", CONTEXTS)
def test_the_title_of_the_window_names_no_draft(name: str) -> None:
    """It would stay in the history of the browser."""
    template, context = CONTEXTS[name]
    title = re.search(r"<title>(.*?)</title>", page(template, **context))
    assert title
    assert "防汛" not in title[1]


def test_turning_characters_of_a_draft_do_not_reach_the_page() -> None:
    """A draft cannot write backwards over the words of the desk."""
    shown = environment().from_string("{{ text|shown }}{{ text|line }}").render(text="a\u202eb\u2066c")
    assert shown == "abcabc"


def test_the_choices_are_the_resolutions_and_have_keys_one_to_six() -> None:
    """Nothing that the domain knows is missing on the page."""
    assert {choice.value for choice in CHOICES} == {resolution.value for resolution in Resolution}
    assert [choice.key for choice in CHOICES] == list("123456")


def test_without_an_answer_the_authority_has_not_agreed() -> None:
    """送审同意 is shut until a written opinion is registered."""
    template, context = CONTEXTS["case"]
    for answered in (False, True):
        buttons = [
            attributes
            for tag, attributes in Seen(page(template, **(context | {"answered": answered}))).tags
            if tag == "button" and attributes.get("value") == "authority_agrees"
        ]
        assert buttons
        assert all(("disabled" in attributes) is not answered for attributes in buttons)


def test_text_of_a_draft_is_shown_as_it_stands() -> None:
    """No blank slips in between segments."""
    template, context = CONTEXTS["case"]
    plain = re.sub(r'<span class="no">.*?</span>(?=[^<]|<a class|</p>)', "", page(template, **context))
    plain = re.sub(r"<[^>]+>", "", plain)
    assert "据《关于青石水库除险加固的请示》（云水〔2026〕内部12号" in re.sub(r"2处3?", "", plain)
