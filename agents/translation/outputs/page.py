"""The page around the HTML outputs: one file, no script, nothing loaded from anywhere.

The one law: `body` is markup that its maker has escaped; the title is escaped here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.outputs.material import escape, mark

if TYPE_CHECKING:
    from agents.translation.outputs.material import Material

# A browser that obeys this runs no script and fetches nothing even if an escape were missing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --paper: #fff; --flag: #fff4d6; --flag-ink: #7a4b00; --good: #1a7f37; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #9aa4ae; --line: #3a4149;
  --paper: #16191d; --flag: #3a2f12; --flag-ink: #f1c96b; --good: #57c274; --bad: #ff8a7a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 "Pretendard", "Noto Sans KR", "Apple SD Gothic Neo",
  "Malgun Gothic", system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); } .good { color: var(--good); }
.bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: start;
  vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; }
table.facts { width: auto; table-layout: auto; } table.facts th { font-weight: 400;
  color: var(--soft); }
td.number, th.number { width: 3.5rem; color: var(--soft); font-variant-numeric: tabular-nums; }
tr.flag td { background: var(--flag); } .why { color: var(--flag-ink); font-size: .875rem; }
:lang(ko) { word-break: keep-all; }
@media print { :root { --ink: #000; --soft: #444; --line: #999; --paper: #fff; --flag: #fff;
  --flag-ink: #000; --good: #000; --bad: #000; } body { padding: 0; max-width: none;
  font-size: 10pt; } thead { display: table-header-group; } tr { break-inside: avoid; }
  tr.flag td:first-child { border-left: 3px solid #000; } }
"""


def page(made: Material, title: str, body: str) -> bytes:
    """A whole page."""
    text = (
        "<!DOCTYPE html>\n"
        f'<html lang="{made.words.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="generator" content="MoA Desk">\n'
        f'<meta name="made-for" content="{mark(made.receipt.output)}">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return text.encode("utf-8")


def cell(text: str, language: str) -> str:
    """A cell of a table in the language of its text; directions are the text's own."""
    return f'<td lang="{language}" dir="auto">{escape(text)}</td>'
