"""Korean particles behind names, and reasons in the user's language."""

from __future__ import annotations

import pytest

from agents.base import UserError
from app import i18n, particles
from app.messages import reasons
from app.paths import assets_dir


@pytest.mark.parametrize(
    ("sentence", "name", "said"),
    [
        ("{name}을(를) 읽을 수 없습니다.", "보고서", "보고서를 읽을 수 없습니다."),
        ("{name}을(를) 읽을 수 없습니다.", "논문", "논문을 읽을 수 없습니다."),
        ("{name}이(가) 손상되었습니다.", "계약.docx", "계약.docx가 손상되었습니다."),
        ("{name}이(가) 손상되었습니다.", "data.sqlite3", "data.sqlite3이 손상되었습니다."),
        ("“{name}”은(는) 없습니다.", "제주 감귤", "“제주 감귤”은 없습니다."),
        ("{name}(으)로 옮겼습니다.", "서울", "서울로 옮겼습니다."),
        ("{name}(으)로 옮겼습니다.", "바탕", "바탕으로 옮겼습니다."),
        ("{name}(이)라는 이름", "표 (2)", "표 (2)라는 이름"),
        (
            "{name}은(는) 한국어를 모릅니다.",
            "Qwen Instruct",
            "Qwen Instruct은(는) 한국어를 모릅니다.",
        ),
        ("{count:,}와(과) {name}", "을(를)", "1,000과 을(를)"),
        ("{name}을(를)", "", "을(를)"),
    ],
)
def test_a_particle_fits_the_word_before_it(sentence, name, said):
    values = {"name": name, "count": 1000}
    assert particles.settled(sentence, values).format(**values) == said


@pytest.fixture
def korean():
    i18n.use("ko", assets_dir())
    yield
    i18n.use("en", assets_dir())


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("Permission denied", "권한 없음"),
        ("[Errno 28] No space left on device: '/home/kim/a.docx'", "남은 공간 없음"),
        ("something nobody has listed", "something nobody has listed"),
    ],
)
def test_a_reason_is_told_in_korean_where_it_is_known(korean, reason, shown):
    said = i18n.explain(UserError("file.unreadable", path="/서류/표.csv", reason=reason))
    assert said == f"/서류/표.csv를 읽을 수 없습니다({shown})."


def test_in_english_a_reason_loses_only_its_number():
    assert reasons.plain("[Errno 13] Permission denied: '/x'") == "Permission denied"
    assert reasons.plain("line 3: bad") == "line 3: bad"
