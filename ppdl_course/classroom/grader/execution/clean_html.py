"""HTML that a kernel displays: what may stay of it, and what cleaning it would take.

Cleaning takes time that grows faster than the number of tags, and than that of one
tag's attributes. Some characters take the parser a step each: those of a tag outside of
quoted values, of a declaration, of a style, and those that may end something. All of
these are counted first, in a time that is linear (`steps_of`).
"""

import re

_TAGS = str.split(
    "b blockquote br caption code col colgroup dd details div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s samp small span strong sub "
    "summary sup table tbody td tfoot th thead tr u ul var"
)
_STYLES = str.split(
    "background-color color font-style font-weight max-width text-align white-space "
    "width"
)
_ATTRIBUTES = str.split("alt colspan dir height lang rowspan scope style width")
_IMAGE = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/]+=*\Z")
_UNSEEN = re.compile(r"<(style|script)\b[^<]*</\1\s*>", re.IGNORECASE)
_MOST_ATTRIBUTES = 50
_STEPS = "&-]"
_DECLARATION = re.compile(r"<![^>]*")
# As the parser reads them: spaces, a name, perhaps "=" and a value. Nothing is tried
# twice, so the time is linear.
_TAG = re.compile(r"</?[A-Za-z]")
_GAP = re.compile(r"[\t\n\f\r /]*")
_STYLE = re.compile(r"[\t\n\f\r /]*style", re.IGNORECASE)
_TAG_NAME = re.compile(r"[^\t\n\f\r />]*")
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+
    (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+
    (?:("[^"]*+"?|'[^']*+'?)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?)?""",
    re.VERBOSE,
)


def steps_of(page: str, most: int) -> int | None:
    """Return the characters that take the parser a step each.

    Each place where a tag may begin is looked at by itself, also in comments and in
    values: what the parser takes for one cannot be hidden from this in another. The
    time is linear, since it gives up when the same text is read again and again.

    Returns:
        Their number, never too few; None if there are more than ``most``, or a tag has
        too many attributes.
    """
    steps = sum(map(page.count, _STEPS))
    steps += sum(len(found[0]) for found in _DECLARATION.finditer(page))
    unread = 4 * len(page)
    for start in _TAG.finditer(page):
        begin, count = _TAG_NAME.match(page, start.end()).end(), 0
        steps += begin - start.start()
        at = begin
        if steps > most:
            return None
        while steps <= most and (found := _ATTRIBUTE.match(page, at)):
            count, at = count + 1, found.end()
            steps += at - found.start()
            if not _STYLE.match(found[0]):  # of all values, only this one is parsed
                steps -= len(found[1] or "")
            if count > _MOST_ATTRIBUTES or at - begin > unread:
                return None
        after = _GAP.match(page, at).end()
        steps, unread = steps + after - at, unread - (after - begin)
    return steps if steps <= most and unread >= 0 else None


def clean_html(page: str) -> str:
    """Return the parts of a page that can only be looked at; empty if that fails."""
    from bleach.css_sanitizer import CSSSanitizer
    from bleach.sanitizer import Cleaner

    cleaner = Cleaner(
        tags=_TAGS,
        attributes=lambda tag, name, value: (
            name in _ATTRIBUTES
            or (tag == "img" and name == "src" and bool(_IMAGE.match(value)))
        ),
        protocols={"data"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES),
    )
    try:
        cleaned = cleaner.clean(_UNSEEN.sub("", page))
    except RecursionError:
        return ""
    return cleaned if len(cleaned) <= 2 * len(page) + 1000 else ""
