"""Templates to HTML: one Jinja2 environment that escapes everything and forgives no missing variable."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screening.report.printable import in_lines, on_one_line

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@cache
def environment() -> Environment:
    """The environment. Filters: `shown` for text of drafts in several lines, `line` for text on one line; both make
    control and direction characters visible, so that a draft cannot rearrange the page."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = in_lines
    made.filters["line"] = on_one_line
    return made


def page(template: str, **context: object) -> str:
    """One page as HTML. The context of each template is listed in templates/CONTEXT.md."""
    return environment().get_template(template).render(**context)
