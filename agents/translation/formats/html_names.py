"""What the elements and attributes of HTML mean for a translator.

The one law: an element that nobody knows is shown as text in a line, as browsers show it.
"""

from __future__ import annotations

from agents.translation.language import word_set

BLOCKS = word_set(
    "address article aside base basefont bgsound blockquote body caption center col colgroup "
    "dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 "
    "h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav noframes "
    "noscript ol optgroup option p plaintext pre search section summary table tbody td "
    "template tfoot th thead title tr ul xmp"
)
# Shown within a line, but read on their own: what is inside is no part of the sentence around.
APART = word_set(
    "audio button canvas datalist iframe label map math noembed object rp rt rtc script "
    "select style svg textarea video"
)
# Of those, what holds no text for people.
SILENT = word_set("iframe math noembed rp rt rtc script style xmp noframes plaintext metadata")
FIXED = word_set("code kbd samp tt var")
PRE = word_set("listing pre textarea")
SVG_INLINE = word_set("a textpath tref tspan")
SVG_SILENT = word_set("metadata script style")
# An element on the left ends those on the right, which may do without a closing tag.
ENDS: dict[str, frozenset[str]] = {
    "li": frozenset(["p", "li"]),
    "dt": word_set("p dt dd"),
    "dd": word_set("p dt dd"),
    "td": word_set("p td th"),
    "th": word_set("p td th"),
    "tr": word_set("p td th tr"),
    "option": frozenset(["option"]),
    "optgroup": frozenset(["option", "optgroup"]),
    "body": frozenset(["head"]),
} | dict.fromkeys(
    ("thead", "tbody", "tfoot"),
    word_set("p td th tr thead tbody tfoot caption colgroup"),
)
ENDED_BY_BLOCK = frozenset(["p"])

EVERYWHERE = word_set(
    "title aria-label aria-description aria-placeholder aria-roledescription aria-valuetext"
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "img": frozenset(["alt"]),
    "area": frozenset(["alt"]),
    "input": frozenset(["alt", "placeholder"]),
    "textarea": frozenset(["placeholder"]),
    "option": frozenset(["label"]),
    "optgroup": frozenset(["label"]),
    "track": frozenset(["label"]),
    "table": frozenset(["summary"]),
}
NO_TITLE = word_set("link style meta")  # there it names a style sheet
BUTTONS = word_set("submit button reset")
META = word_set(
    "description keywords abstract subject dc.title dc.description dcterms.title "
    "dcterms.description og:title og:description og:image:alt og:site_name twitter:title "
    "twitter:description twitter:image:alt application-name apple-mobile-web-app-title"
)
NOT_A_LANGUAGE = frozenset(["", "und", "mul"])
# Names of classes that say of preformatted text that it is code.
CODE = (
    "highlight", "code", "source", "listing", "screen", "syntax", "lang-", "language-", "brush",
    "prettyprint", "literal", "example", "synopsis", "doctest", "hljs", "rouge", "terminal",
    "console", "shell",
)  # fmt: skip
