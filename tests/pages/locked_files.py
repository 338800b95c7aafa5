"""One page with an outline, encrypted (AES, 128 bits): by whom is in the name.

Made from `pdf_files.pdf` with another library; PDFium can read such files and cannot make them.
"""

from __future__ import annotations

import base64
import zlib

_OWNER = (  # may be read by everybody and changed by nobody
    "eNqlVF1oHFUUFoQSFkWlqIhGL0owpW73/s29M7CsNNndGpOYtJv+SKzlzr13kim7M+nsJCSCgsRCRIv4pE3wpSIi"
    "RFsFixal4IP48xgRUioWhD74Jj5USY3emd3Nbt1ghe6wzJ1z7znfOd895+sbL5azaA/P9F28dmYzgwAEoXs8k8+D"
    "3NhsXPUDXQfYGA+A3LiYMh+k8TGxMKNBblDEohpOgUIhowOVOOKOAIPhbBADBHJlP6rHgDY8R0R73YiyBdQOQ7YL"
    "M+yrOpgEVup7tOXdSKvtSjtci9pgtTxMGnHiNi4ibQI2q5rw46oGeZcrl0mubMw9LJRyNVWCKywdT1uYCJtxLTwh"
    "scO4kK5wKaeQIuhg7VLEHelAorTHEJeeo1zIzIZta8v2oCIeZkwoz1WMWkQKYjHtUMKpS4nAmmGb8EJHBdYNxQex"
    "ybYOWCPdUa18MRDOm6qgeSiEwDL/dlnN+zmg6+FsJA0zSZSyidJYQMCbZCBgN1cYOM0VAQimy0IB5I6Muce1bPgN"
    "1SBAqLWV7LbJ78icdWQ+ooOpeBogBhPmq7GOzLsqYl3UMlSpVz2OtKhlNr/L/1lY+Wx1/TB/euXI2WMn787mn+vv"
    "7V9+/aHbz4iX5v6+dF5ezS7vKvyyn351Qu+qfP8Xudx/78hv64P1t5+8cOdrHy89e+qR5+84tXHOudJjSfnitY3b"
    "dn5SXJl8oPejfWuP/XD99433Hn9w7dvdX/76c4/148bo+mX30rtLmdLa6rF5cu6N8of7Tz98346hxeG3iqd7vu7d"
    "8dObw88sPbp45dPK2ek/vkmqa6barJN31Dkg6jrlN/eUrs7p2JcC5EqBqdEPpkDusB/sDep+21CZdeOUu4RB1CIy"
    "jdAm0v5vgOxAWFW3juJsizLh13Q9O2Qm25e3jpE2VDdIZaHmhtX/G6NTlgb8uD6uo8GwNhMGScfbyZRUw6gyI6RO"
    "Zn7Ol3pfJBYSwvyp6VQ7tnCGaknLNnFaLW5qU0mvbnUtwTdr2sHdc9f3XJCL55945eLqzldPvnPiKr0Lvv/F/S9/"
    "vln94J7l7qZBN2hjOZ2rSqyaq72z8XRpLqknVwzl2IwOkkOjZqNUOYQ7xqk1gK30KrEIlIhU+wg2jIyBvMWYJ2xO"
    "tCZEcodLRVwHUk8ZKbIRNWpGqPIcQWyPaUWR69hUY8mUwEIwzzIYYyWQN69xkEWQMKMqRrgNYK3cyty8ovbHQZD3"
    "pIMZVUx5xLY5VphxRSCRGkIPQi4gxIhS5jjQdTRFiEKOBFUOgtTAS2TQDjZADxmsdgvMR9rLGA0iGbj1A8yyiAU8"
    "sGVDRjrTnaBts2GXDVmoy4ZR9zmj8F02y+k+Z2PcZXOQ828bMiBdNrSdze72JTZv2+JI+FVz+UnjHAjDpMNTAa/4"
    "L2jDkenyIpjMO0owLQlmrmGYU4404zZFjhBCWVh7hZufOJoKQLQwYyBwU/7NBIgoTi8EcUgzfX2lsXLmH5sFcR8="
)

_USER = (  # needs a password
    "eNqlVV9oHEUYR/vQcLb6ULQ+WBmRUBSuOzM7uzujx0mTu6uhiRdzSZSEVmZ3Zi8b7nbD7l5s8qgv9aEi/gVB/I8I"
    "efBB8UG0GDVWQUPwQUQfihrzYisaa7AWcXbvLnf1ghV6x7Ezv5nv+33fb7/vu/7RQimLDlmZ/tNbr/ydQQCCwJ7N"
    "5HJAKzfimufLCGAFjgFtlFfVRm9uxhfmJNAGecxrQRXk8xnpi8QQdzkYDBp+DBDQSl4YxYA0LYd5Z930sk3UcaPv"
    "5OaoJyIwDYzU9ljbuhlWx5R0mRak4mpbqDDixGyUh1I5bGU17sU1CXKW7epC2BgT2xQISiGYgiRCQkrDhBQzBzPp"
    "MNt0XS5dXVpMZ9KVwtIFNl0OqUEgVntKXIG4C6ljCR1DB3JqQ4aEY1jUNalA1HEx5dh11Eogg6gjHct8VwbGZcn7"
    "sYo2AmYz3BEpPD4QnFBZQfUlEAJD/Tpptd7PmIyCRugoZRIvJeWluYDAaomBAG2tMGCtlQ4QTJf5PNAeLNuz0mna"
    "DdUhQKh9lJx2xO+K3OyKfFj61XgGIBMmytdiGapnjceyIJ1ApFZRHEpezyzd+VX8263H+fA73z/13fV1bffx1eyF"
    "W77969mVpTfPPXdp4/kXp1Y3Ty1vnXEvPDwdPTE1dP/n2XerT68tnb6p77bP3lv78uvs5uS+G49qYmXtrei+A+df"
    "p2f6Vv58447MDxtvlxdfu2vP4+8fuecXtOeF3edO7n9m8ZP9v2484h489ejFkV2F87Ofrs8sfrj1U/THS9f9PDVx"
    "sLy3cffYjy9//NjefQcOLa/zs68m2bVCbeVpdeU5wCOZ6qvdK2vzMvYcDrSir3L0/CrQHvD8w37kdYBKw45T7RIF"
    "UVvI1ENHSPrfBNmBoCaunoXtyDLu1WWUHVKd7TlXz5EWVC9JZaFuB7X/66N7LA14cTQqw8GgPhf4ScXTpEtqQViZ"
    "445Men7ec+SRkC8kgnnVmXR2bPMM1ZOSbfG0S1zlJpJa3a5aHV+paHdpT17azLOP8Ac3nL19HVwrv1j+pnDNyYt9"
    "/b8v3Fx8aLW3aNBls7GU9lUlFq3V4UY8U5xP8tEKgVOek35yaUQdFCuTuKud2g3YDq8Sc1/wUHSuYKVIGeSgsA1q"
    "GK5j6Ng0TCYt02DQdLhrEkkIZpw4GApTMma6QrrM1CWzDUihyySkuuIoF0FOPUZBFkHdVFNFDW5FWC+1I1ePsLOZ"
    "ADnmQptBSSnhXM1FARUbswnCRM1HgWwIMSLEZExdkwQhAi3EiWAIEkaJgxTbRJN0UnF1SuBEKN2MmkF6Bm5/gGkY"
    "ugFcsI0hNTrTE7+DUdiDIQP1YBj13iOQ9GBKwh6MYtyDMcT+jSFF0oOhnTDaa6tTq4PFIfdq6uUnhTMWBEmFpwO8"
    "4i1KpZGq8gKYzjHBTan+XExbKWwRC0nTogQxzrkwsHTzV75xLB0A4cKcosCt8a86gIdx+kKQBUmmv79YLmX+AUUn"
    "dtA="
)

OWNER, USER = (zlib.decompress(base64.b64decode(text)) for text in (_OWNER, _USER))
