"""Cities and countries that people ask the time of, with their time zones.

The one law: a country of several zones is not in the table, only its cities are.
"""

from __future__ import annotations

import re

# Zone, how it is named in English, in Korean, and what else it is asked for by.
_TABLE = """
Asia/Seoul|Seoul|서울|한국 부산 제주 korea busan
Asia/Tokyo|Tokyo|도쿄|동경 일본 오사카 japan osaka
Asia/Shanghai|Beijing|베이징|북경 상하이 상해 중국 shanghai china
Asia/Hong_Kong|Hong Kong|홍콩|
Asia/Taipei|Taipei|타이베이|대만 taiwan
Asia/Singapore|Singapore|싱가포르|
Asia/Bangkok|Bangkok|방콕|태국 thailand
Asia/Ho_Chi_Minh|Hanoi|하노이|호찌민 호치민 베트남 vietnam
Asia/Manila|Manila|마닐라|필리핀 philippines
Asia/Jakarta|Jakarta|자카르타|
Asia/Kolkata|Delhi|델리|뭄바이 mumbai india
Asia/Dubai|Dubai|두바이|
Asia/Tashkent|Tashkent|타슈켄트|우즈베키스탄 uzbekistan
Europe/Istanbul|Istanbul|이스탄불|튀르키예 터키
Europe/Moscow|Moscow|모스크바|
Europe/Berlin|Berlin|베를린|뮌헨 프랑크푸르트 독일 munich frankfurt germany
Europe/Paris|Paris|파리|프랑스 france
Europe/Zurich|Zurich|취리히|제네바 스위스 geneva switzerland
Europe/Vienna|Vienna|비엔나|오스트리아 austria
Europe/Rome|Rome|로마|밀라노 이탈리아 milan italy
Europe/Madrid|Madrid|마드리드|바르셀로나 스페인 barcelona spain
Europe/London|London|런던|영국 england uk
America/New_York|New York|뉴욕|보스턴 워싱턴 nyc boston washington
America/Chicago|Chicago|시카고|
America/Denver|Denver|덴버|
America/Los_Angeles|San Francisco|샌프란시스코|로스앤젤레스 시애틀 실리콘밸리 los_angeles seattle
America/Toronto|Toronto|토론토|
America/Vancouver|Vancouver|밴쿠버|
America/Sao_Paulo|Sao Paulo|상파울루|
Australia/Sydney|Sydney|시드니|멜버른 melbourne
Pacific/Auckland|Auckland|오클랜드|뉴질랜드 new_zealand
Pacific/Honolulu|Honolulu|호놀룰루|하와이 hawaii
UTC|UTC|협정 세계시|gmt
"""


def _places() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    made: list[tuple[str, str, str, re.Pattern[str]]] = []
    for row in _TABLE.strip().splitlines():
        zone, english, korean, more = row.split("|")
        words = [english, korean, *(word.replace("_", " ") for word in more.split())]
        said = "|".join(rf"\b{word}\b" if word.isascii() else word for word in words)
        made.append((zone, english, korean, re.compile(said, re.IGNORECASE)))
    return tuple(made)


_PLACES = _places()


def place_in(question: str) -> tuple[str, str, str] | None:
    """The zone of the first place that a question names, and the place in English and Korean."""
    return next(
        (
            (zone, english, korean)
            for zone, english, korean, said in _PLACES
            if said.search(question)
        ),
        None,
    )
