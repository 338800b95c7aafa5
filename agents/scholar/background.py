"""Sentences about everything else: what "nothing to do with the topic" looks like.

The one law: the fields are as far from each other as can be. An embedding score means little by
itself (they crowd between 0.73 and 0.91), but it means something beside the scores of these.
"""

from __future__ import annotations

ENGLISH = (
    "The recipe calls for butter, flour and slow cooking in a heavy pan.",
    "The team won the match after extra time in front of a large crowd.",
    "Bronze Age burials were excavated near the river settlement.",
    "Interest rates and household debt rose during the financial crisis.",
    "The court ruled that the contract was void under civil law.",
    "Patients received the drug for twelve weeks in a randomised clinical trial.",
    "The migration of birds follows the coastline in autumn.",
    "Granite and basalt form when magma cools below the surface.",
    "The novel describes the life of a family in nineteenth-century Russia.",
    "Teachers and pupils were interviewed about bullying at school.",
    "The bridge was reinforced with steel cables and concrete.",
    "Soil moisture and crop yield were measured on forty farms.",
    "Voters in rural districts changed their party preference.",
    "The telescope observed the spectrum of a distant galaxy.",
    "A catalyst lowers the activation energy of the reaction.",
    "The algorithm sorts records stored on disk with few comparisons.",
    "Antennas of the wireless network were placed on rooftops.",
    "The choir sang a mass composed in the sixteenth century.",
    "Employees with flexible hours report higher job satisfaction.",
    "A theorem on prime numbers is proved by elementary means.",
    "The protein binds to the membrane of the cell.",
    "Tourists visit the island for its beaches and temples.",
    "Robots assemble the engine parts on the factory floor.",
    "Children learn the grammar of their mother tongue from parents.",
)
KOREAN = (
    "버터와 밀가루를 넣고 두꺼운 냄비에서 천천히 익힌다.",
    "연장전 끝에 많은 관중 앞에서 경기를 이겼다.",
    "강가의 정착지 근처에서 청동기 시대 무덤이 발굴되었다.",
    "금융 위기 동안 금리와 가계 부채가 상승하였다.",
    "법원은 민법에 따라 계약이 무효라고 판결하였다.",
    "환자들은 무작위 임상 시험에서 12주 동안 약을 투여받았다.",
    "철새는 가을에 해안선을 따라 이동한다.",
    "마그마가 지하에서 식으면 화강암과 현무암이 된다.",
    "이 소설은 19세기 러시아 한 가족의 삶을 그린다.",
    "학교 폭력에 관하여 교사와 학생을 면담하였다.",
    "다리는 강철 케이블과 콘크리트로 보강되었다.",
    "마흔 개 농장에서 토양 수분과 수확량을 측정하였다.",
    "농촌 지역 유권자들의 정당 선호가 바뀌었다.",
    "망원경으로 먼 은하의 스펙트럼을 관측하였다.",
    "촉매는 반응의 활성화 에너지를 낮춘다.",
    "이 알고리즘은 적은 비교로 디스크의 레코드를 정렬한다.",
    "무선망의 안테나를 옥상에 설치하였다.",
    "합창단이 16세기에 작곡된 미사곡을 불렀다.",
    "유연 근무를 하는 직원의 직무 만족도가 더 높았다.",
    "소수에 관한 정리를 초등적인 방법으로 증명하였다.",
    "이 단백질은 세포막에 결합한다.",
    "관광객은 해변과 사원을 보러 섬을 찾는다.",
    "로봇이 공장에서 엔진 부품을 조립한다.",
    "아이들은 부모에게서 모국어 문법을 배운다.",
)


def passages(language: str) -> tuple[str, ...]:
    """The sentences in "ko" or "en"."""
    return KOREAN if language == "ko" else ENGLISH
