"""Which spans name the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.entities.names import ShortForm, bare, form, short_forms, short_of, targets

SAME = [
    ("Masked Language Modelling (MLM)", "masked-language modeling", "method"),
    ("LSTMs", "LSTM", "method"),
    ("the SQuAD dataset", "SQuAD", "dataset"),
    ("the SQuAD datasets", "squad", "dataset"),
    ("KorQuAD 데이터셋", "KorQuAD", "dataset"),
    ("BERT는", "BERT", "method"),
    ("KorQuAD에서", "“KorQuAD”", "dataset"),
    ("GPT-2", "GPT 2", "method"),
    ("word embeddings", "Word Embedding", "method"),
    ("convolutional neural networks", "Convolutional Neural Network", "method"),
    ("analyses", "analysis", "task"),
    ("studies", "study", "task"),
    ("마스크 언어 모델링(MLM)을", "마스크 언어 모델링", "method"),
    ("기계 번역", "기계번역", "task"),
    ("Vaswani, Ashish", "Ashish Vaswani", "person"),
    ("Vaswani et al.", "Vaswani", "person"),
    ("김철수 외", "김철수", "person"),
    ("Erdős", "Erdos", "person"),
    ("F1-score", "F1", "metric"),
    ("tokenisation", "tokenization", "task"),
    ("ﬁne-tuning", "fine-tuning", "method"),
    ("2017,", "2017", "year"),
]
APART = [
    ("C++", "C", "method"),
    ("C#", "C++", "method"),
    ("가을", "가", "task"),
    ("GPT-2", "GPT-3", "method"),
    ("SQuAD 1.1", "SQuAD 2.0", "dataset"),
    ("93.2", "932", "result"),
    ("translation dataset", "translation", "dataset"),  # what remains is no name
    ("Williams", "William", "person"),
    ("loss", "los", "metric"),
    ("MNIST", "MNI", "dataset"),
]


@pytest.mark.parametrize(("one", "other", "label"), SAME)
def test_one_name_written_in_two_ways(one, other, label):
    assert form(one, label) == form(other, label) != ""


@pytest.mark.parametrize(("one", "other", "label"), APART)
def test_two_names(one, other, label):
    assert form(one, label) != form(other, label)


@pytest.mark.parametrize(
    ("text", "label", "shown"),
    [
        ("the Masked Language Modelling (MLM)", "method", "Masked Language Modelling"),
        ("“KorQuAD”에서", "dataset", "KorQuAD"),
        ("Kim et al.", "person", "Kim"),
        ("f(x)", "method", "f(x)"),
        ("the", "method", "the"),
    ],
)
def test_what_is_shown(text, label, shown):
    assert bare(text, label) == shown


@pytest.mark.parametrize("text", ["", " ", "—", "()", "의"])
def test_nothing_names_nothing_and_does_no_harm(text):
    assert len(form(text, "method")) <= 1


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["method", "person", "year", ""]))
def test_a_form_does_not_depend_on_case_or_spaces_around(text, label):
    assert form(f"  {text} ", label) == form(text, label)
    short_forms(text, label)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "We use Masked Language Modelling (MLM) and convolutional neural networks (CNNs).",
            [("mlm", "maskedlanguagemodeling"), ("cnn", "convolutionalneuralnetwork")],
        ),
        (
            "마스크 언어 모델링(Masked Language Modeling, MLM)을 쓴다",
            [("mlm", "maskedlanguagemodeling")],
        ),
        ("MLM (masked language modelling) is", [("mlm", "maskedlanguagemodeling")]),
        ("(see Fig. 2) the cat (a b) of Kim (2020)", []),
        ("results improve (IBM)", []),
    ],
)
def test_short_forms_of_a_text(text, pairs):
    assert [(one.short, one.long) for one in short_forms(text, "method")] == pairs


def test_a_latin_short_form_behind_a_hangul_span():
    text = "자연어 처리(NLP)는 어렵다"
    assert short_of(text, 0, 6, "task") == ShortForm("nlp", "자연어처리")
    assert short_of(text, 0, 11, "task") == ShortForm("nlp", "자연어처리")
    assert short_of("a dog (Fig) b", 2, 5, "task") is None


def test_a_short_form_leads_to_its_long_form_where_there_is_one():
    pairs = [
        ShortForm("mlm", "maskedlanguagemodeling"),
        ShortForm("cnn", "convolutionalneuralnetwork"),
        ShortForm("cnn", "cablenewsnetwork"),
        ShortForm("qa", "questionanswering"),
    ]
    forms = {"mlm", "maskedlanguagemodeling", "cnn", "convolutionalneuralnetwork", "qa"}
    found = targets([*forms, "cablenewsnetwork"], pairs)
    assert found == {"mlm": "maskedlanguagemodeling"}, "cnn is two things, qa's long form none"
    assert targets(forms, pairs)["cnn"] == "convolutionalneuralnetwork"
