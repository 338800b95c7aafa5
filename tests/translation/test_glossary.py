# ruff: noqa: E501 - a case is a line
"""Terms in the forms they take: English inflection, Korean particles, and what is put right."""

from __future__ import annotations

import pytest

from agents.translation.glossary import Glossary, Term
from agents.translation.korean_terms import attached, found, holds

HOLDS = """
모델: 모델 모델을 모델이 모델은 모델의 모델에 모델에서 모델에서는 모델에서도 모델로 모델으로 모델과 모델도 모델만
모델: 모델만의 모델까지 모델까지도 모델부터 모델로부터 모델로서 모델로써 모델처럼 모델보다 모델보다는 모델마다
모델: 모델이나 모델이라도 모델이라는 모델이란 모델들 모델들을 모델들의 모델들에서 모델들과의 모델입니다 모델이다
모델: 모델이었다 모델이며 모델인 모델이고 모델이지만 언어모델 언어모델을 초거대언어모델은 모델를 모델는 (모델) 모델,
모델: '모델'을 모델(model)을 모델들은 모델뿐만 모델조차 모델이라고
신경망: 신경망이 신경망으로 신경망은 신경망이라는 신경망과 신경망에서의
학습: 학습하다 학습한 학습된 학습되었다 학습시켰다 학습할 학습함 학습해야 학습했습니다 학습하는 학습을
기계 학습: 기계학습 기계학습을 기계학습에서
기계학습: 기계_학습 기계_학습의
데이터: 데이터가 데이터를 데이터와 데이터로 데이터다 데이터는
책: 책 책이 책을 책과 책도
정보: 정보가 정보와 정보로 정보라는
종: 종입니다 종입니까 종이었습니다 종의
GAN: GAN GAN을 GAN이 GAN은 GAN의
""".strip()

LACKS = """
모델: 모델링 모델링을 모델러 모델하우스 모델가 모델와 모데 모
전문: 전문가 전문가가 전문가를 전문성 전문점
고양: 고양시 고양군
정보: 정보원 정보이 정보과 정보화 정보통
학습: 학습자 학습지 학습장을 학습률
책: 책임 책상 공책 책방 산책
사: 사고 회사 사무
종: 종이다 종이를 종료 종목
데이터: 데이터베이스 데이터셋
GAN: GANs BEGAN GAN2
""".strip()


def cases(text):
    return [
        (line.split(": ")[0], word.replace("_", " "))
        for line in text.splitlines()
        for word in line.split(": ")[1].split()
    ]


def test_there_are_enough_cases():
    assert len(cases(HOLDS)) >= 90
    assert len(cases(LACKS)) >= 30


@pytest.mark.parametrize(("term", "word"), cases(HOLDS))
def test_a_korean_term_is_kept_whatever_hangs_on_it(term, word):
    assert holds(term, word)
    assert holds(term, f"이 {word} 본다.")


@pytest.mark.parametrize(("term", "word"), cases(LACKS))
def test_another_word_is_not_the_term(term, word):
    assert not holds(term, word)
    assert not holds(term, f"이 {word} 본다.")


def test_a_term_is_found_without_what_hangs_on_it():
    text = "모델을 본 모델링과 언어모델에서."
    assert [text[start:end] for start, end in found("모델", text)] == ["모델", "모델"]


@pytest.mark.parametrize(
    ("term", "tail", "made"),
    [
        ("모델", "를 쓴다", "을 쓴다"), ("모델", "을 쓴다", "을 쓴다"), ("모델", "가 있다", "이 있다"),
        ("모델", "는", "은"), ("모델", "와", "과"), ("모델", "으로", "로"), ("모델", "로", "로"),
        ("신경망", "로", "으로"), ("신경망", "와의 관계", "과의 관계"), ("데이터", "이", "가"),
        ("데이터", "은", "는"), ("데이터", "과", "와"), ("데이터", "으로는", "로는"),
        ("데이터", "이라는", "라는"), ("신경망", "라는", "이라는"), ("신경망", "나", "이나"),
        ("데이터", "에서", "에서"), ("데이터", " 이 책", " 이 책"), ("데이터", "", ""),
        ("데이터", "이해", "이해"), ("GAN", "를", "을"), ("3", "가", "이"), ("R&D", "를", "를"),
    ],
)  # fmt: skip
def test_a_particle_takes_the_form_that_its_word_asks_for(term, tail, made):
    assert attached(term, tail) == made


TERMS = [
    Term("model", "모델"),
    Term("language model", "언어 모델"),
    Term("neural network", "신경망"),
    Term("GAN", "생성적 적대 신경망"),
    Term("Transformer", "트랜스포머"),
    Term("fine-tune", "미세 조정"),
    Term("study", "연구"),
    Term("matrix", "행렬"),
    Term("plan", "계획"),
    Term("rat", "쥐"),
    Term("class", "클래스"),
    Term("bus", "버스"),
    Term("iPhone", "아이폰"),
    Term("C++", "C++"),
    Term("attention head", "어텐션 헤드"),
    Term("children's rights", "아동의 권리"),
]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A model.", "model"), ("Models.", "model"), ("MODELS", "model"), ("the model's size", "model"),
        ("the models’ sizes", "model"), ("remodel it", ""), ("modelled", "model"), ("modeling", "model"),
        ("Language models are models.", "language model|model"), ("a language-model", "language model"),
        ("language\nmodel", "language model"), ("language. Model", "model"), ("language, model", "model"),
        ("neural networks", "neural network"), ("Neural Network", "neural network"), ("neural", ""),
        ("A GAN", "GAN"), ("GANs", "GAN"), ("GAN's", "GAN"), ("gan", ""), ("began", ""), ("Gans", ""),
        ("the Transformer", "Transformer"), ("Transformers", "Transformer"), ("a transformer", ""),
        ("fine-tuned", "fine-tune"), ("fine tuning", "fine-tune"), ("Fine‑tune", "fine-tune"),
        ("finetune", ""), ("studies", "study"), ("studied", "study"), ("studying", "study"),
        ("matrices", "matrix"), ("matrixes", "matrix"), ("planned", "plan"), ("planning", "plan"),
        ("planed", ""), ("plane", ""), ("rating", ""), ("rats", "rat"), ("rate", ""), ("rated", ""),
        ("classes", "class"), ("class", "class"), ("clas", ""), ("buses", "bus"), ("bu", ""),
        ("An iPhone", "iPhone"), ("IPhone sales", "iPhone"), ("an iphone", ""), ("in C++.", "C++"),
        ("in C.", ""), ("attention heads", "attention head"), ("attention to heads", ""),
        ("children’s rights", "children's rights"), ("모델 model을", "model"),
    ],
)  # fmt: skip
def test_an_english_term_is_found_in_its_forms(text, terms):
    assert "|".join(term.source for term in Glossary(TERMS, "ko").found(text)) == terms


@pytest.mark.parametrize(
    ("source", "answer", "lacks"),
    [
        ("The model works.", "모델이 작동한다.", ""),
        ("The model works.", "모형이 작동한다.", "model"),
        ("The model works.", "모델링이 작동한다.", "model"),
        ("Modelling works.", "모델링이 작동한다.", ""),
        ("Language models.", "언어모델들.", ""),
        ("Language models.", "모델들.", "language model"),
        ("Language models and a model.", "언어 모델.", ""),
        ("A neural network plan", "신경망", "plan"),
        ("Nothing here", "없음", ""),
    ],
)
def test_what_is_missing(source, answer, lacks):
    missing = Glossary(TERMS, "ko").missing(source, answer)
    assert "|".join(term.source for term in missing) == lacks


def test_a_word_to_avoid_is_as_bad_as_none():
    glossary = Glossary([Term("language model", "언어 모델", ("언어 모형", "모델"))], "ko")
    assert glossary.missing("A language model.", "언어 모형과 언어 모델.")
    assert glossary.missing("A language model.", "언어 모델과 모델.")
    assert not glossary.missing("A language model.", "언어 모델을 쓴다.")
    into_english = Glossary([Term("자료", "data", ("material",))], "en")
    assert into_english.missing("자료를 본다.", "See the data and materials.")
    assert not into_english.missing("자료를 본다.", "See the data.")


def test_from_korean_the_longest_term_counts_too():
    glossary = Glossary([Term("모델", "model"), Term("언어 모델", "language model")], "en")
    assert [t.source for t in glossary.found("언어모델은 모델이다.")] == ["언어 모델", "모델"]
    assert not glossary.missing("언어 모델들을 쓴다.", "We use Language Models.")
    assert glossary.missing("언어 모델들을 쓴다.", "We use models.")


def test_two_words_for_one_thing_are_both_right():
    glossary = Glossary([Term("자료", "data set"), Term("자료", "dataset")], "en")
    assert glossary.found("자료를")[0].target == "dataset"
    assert not glossary.missing("자료를 쓴다.", "It uses data sets.")
    assert glossary.missing("자료를 쓴다.", "It uses tables.")


def test_the_first_noun_of_a_compound_counts_where_an_analyser_sees_it(korean):
    terms = [Term("training", "학습"), Term("model", "모델"), Term("special", "전문")]
    glossary = Glossary(terms, "ko", korean.morphemes)
    assert not glossary.missing("Training data.", "학습데이터를 쓴다.")
    assert glossary.missing("A model.", "모델링을 한다.")
    assert glossary.missing("Special.", "전문가가 온다.")


@pytest.mark.parametrize(
    ("source", "answer", "made"),
    [
        ("The model works.", "model이 작동한다.", "모델이 작동한다."),
        ("The model works.", "model를 쓰는 models은", "모델을 쓰는 모델은"),
        (
            "A neural network.",
            "neural network를 Neural Network로 쓴다.",
            "신경망을 신경망으로 쓴다.",
        ),
        ("A GAN.", "GAN와 GAN으로", "생성적 적대 신경망과 생성적 적대 신경망으로"),
        ("The model works.", "모델(model)이 작동한다.", "모델(model)이 작동한다."),
        ("It works.", "model이 작동한다.", "model이 작동한다."),
        ("The model works.", "모형이 작동한다.", "모형이 작동한다."),
        ("Language models.", "language model과 model이", "언어 모델과 model이"),
        ("The Transformer.", "Transformer은 크다.", "트랜스포머는 크다."),
    ],
)
def test_an_english_term_in_a_korean_answer_is_put_right(source, answer, made):
    assert Glossary(TERMS, "ko").repaired(source, answer) == made


def test_nothing_is_put_right_in_english():
    glossary = Glossary([Term("모델", "model")], "en")
    assert glossary.repaired("모델이다.", "It is a 모델.") == "It is a 모델."


def test_the_digest_tells_what_matters():
    one = Glossary([Term("a b", "가"), Term("c d", "나")], "ko")
    assert one.digest == Glossary([Term("c d", "나"), Term("a b", "가")], "ko").digest
    assert one.digest != Glossary([Term("a b", "가"), Term("c d", "다")], "ko").digest
    assert one.digest != Glossary([Term("a b", "가", ("x",)), Term("c d", "나")], "ko").digest
    assert Glossary((), "ko").digest == ""


def test_thousands_of_terms_are_found_quickly():
    terms = [Term(f"term{n:05} part{n % 97}", f"용어{n}") for n in range(5000)]
    glossary = Glossary([*terms, *TERMS], "ko")
    text = "The language model and the neural network study matrices. " * 5
    for _ in range(100):
        assert len(glossary.found(text)) == 4
