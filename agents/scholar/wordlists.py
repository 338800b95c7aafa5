"""Word lists: what carries no meaning of its own, and Korean particles and endings."""
# ruff: noqa: SIM905 - a list of words is read as words

from __future__ import annotations

from agents.store.stem import stem

STOP = frozenset(
    """
    a about above across after again against all almost along also although among an
    and another any are around as at be because been before being below between both
    but by can cannot could did do does doing done down due during each either else
    even ever every few first for from further had has have having he her here hers
    him his how however i if in indeed inside instead into is it its itself just
    last least less let like many may me might more moreover most much must my near
    neither new next nor not now of off often on once one only onto or other others
    our ours out over own per perhaps quite rather s same several she should since
    so some still such t than that the their theirs them themselves then there
    therefore these they this those through thus to together too toward towards two
    under until unlike up upon us use used uses using very via was way ways we well
    were what when where whereas whether which while who whole whom whose why will
    with within without would yet you your yours
    """.split()
)
# Words of every paper: they say that something was done, not what it is about.
GENERIC = frozenset(
    stem(word)
    for word in """
    able achieve address aim algorithm allow analysis analyze application apply
    approach argue article aspect assess author available base better case challenge
    change common compare comparison complete concept conclude conclusion consider
    contain contribution current data demonstrate describe design detail develop
    different difficult discuss easy effect effective effectively efficient
    efficiency employ enable evaluate evaluation evidence examine example exist
    experiment explain explore extend factor feature field find findings focus form
    framework function general give good goal great help high idea identify impact
    implement important improve improvement include increase indicate information
    introduce investigate involve issue key know known large lead level literature
    long low main make method model need novel number object obtain offer order
    paper parameter particular perform performance point possible potential present
    previous problem procedure process produce property propose provide purpose
    question reach reduce relate related report require research researcher result
    review role set several show significant significantly similar simple single
    small solution solve special specific strong structure study subject
    suggest support survey system take task technique test theory thing tool topic
    type understand useful value various view want work works
    """.split()
)
KO_GENERIC = frozenset(
    """
    연구 논문 결과 방법 분석 제안 제시 사용 이용 활용 대상 통해 위해 대한 관한 관하
    대하 따른 따라 본고 본 이것 그것 우리 저자 문제 경우 가지 기존 새로운 다양 중요
    필요 가능 개선 향상 비교 평가 조사 실시 수행 영향 효과 관계 사이 정도 때문 모두
    또한 그리고 하지만 그러나 여러 위한 미치 보이 나타 있다 없다 한다 된다 이다 하였
    되었 보였 것으 것이 것은 것을 수준 측면 과정 모델 모형 시스템
    """.split()
)
KO_ENDINGS = tuple(
    sorted(
        """
        이었습니다 하였습니다 되었습니다 했습니다 입니다 합니다 됩니다 습니다 하였으며 하였다
        되었다 하였고 되었고 하였으나 했으며 했다 됐다 한다 된다 하며 되며 하고 되고 하는
        되는 하여 되어 해서 되어서 하기 되기 하지 되지 하면 되면 한 된 할 될 함 됨
        이었다 였다 이며 이고 이다 인 으로부터 로부터 으로써 로써 으로서 로서 에서는 에서도
        에서의 에게서 에서 에게 에는 에도 에만 까지 부터 보다 처럼 만큼 마다 조차 마저
        이나 이라는 라는 이라 으로는 로는 으로 로 들의 들이 들은 들을 들에 들 적으로 적인
        적 과의 와의 과는 와는 과 와 은 는 이 가 을 를 의 에 도 만 나
        """.split(),
        key=len,
        reverse=True,
    )
)
# Endings of short verbs and adjectives (높다, 높으면): what stands before one syllable is no term.
KO_PREDICATES = (
    "을수록", "았으며", "었으며", "았지만", "었지만", "았다", "었다", "으면", "으며", "으나",
    "는다", "지만", "다",
)  # fmt: skip
KO_NOUNS = frozenset({"바다", "판다", "소다", "수다"})  # these end like one and are none
