"""The fonts of translated PDF pages, each with its licence, unchanged but packed.

The one law: a font is unpacked when it is needed, and only the letters of a document go into it.
Nanum Gothic: <https://hangeul.naver.com>. DejaVu Sans: <https://dejavu-fonts.github.io>.
"""
