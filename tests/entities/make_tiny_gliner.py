"""Makes a random-weight GLiNER: the fixture `tiny_gliner`, and the reference of the parity tests.

Needs the extra `gliner` and PyTorch: python tests/entities/make_tiny_gliner.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LINES = (
    "Selective state space models scale linearly in sequence length.",
    "Vaswani et al. (2017) trained the Transformer on WMT 2014 English-German.",
    "김철수 외(2021)는 이 논문에서 새로운 방법을 제안하였다.",
    "서울대학교 연구진이 KorQuAD 데이터셋으로 모델을 평가했다.",
    "The F1 score on SQuAD was 93.2 at NeurIPS in 2024.",
)


def tokenizer_of(vocabulary: int):
    """A tokenizer trained on `LINES`, with so many pieces."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.Unigram())
    core.normalizer = normalizers.NFC()
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary,
        special_tokens=["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"],
        unk_token="[UNK]",
    )
    core.train_from_iterator(LINES, trainer)
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
        mask_token="[MASK]",
    )


def make(folder: Path, *, hidden: int = 16, seed: int = 7, loudness: float = 1.0):
    """Write checkpoint, tokenizer and ONNX export into `folder`; returns the loaded reference.

    Args:
        folder: is made.
        hidden: size of the encoder.
        seed: of the weights.
        loudness: a factor on the logits.
    """
    import torch
    from gliner.config import UniEncoderSpanConfig
    from gliner.model import UniEncoderSpanGLiNER
    from transformers import DebertaV2Config

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of(200)
    encoder = DebertaV2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        max_position_embeddings=512,
        relative_attention=True,
        position_buckets=16,
        pos_att_type=["p2c", "c2p"],
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        type_vocab_size=0,
        position_biased_input=False,
        pad_token_id=0,
    )
    config = UniEncoderSpanConfig(
        model_name=str(folder),
        encoder_config=encoder.to_dict(),
        hidden_size=hidden,
        max_width=6,
        max_len=40,
        span_mode="markerV0",
        num_rnn_layers=1,
        dropout=0.0,
        fine_tune=False,
    )
    tokenizer.save_pretrained(folder)
    encoder.save_pretrained(folder)
    model = UniEncoderSpanGLiNER(config)
    marks = model._get_special_tokens()
    model.data_processor.transformer_tokenizer.add_tokens(marks, special_tokens=True)
    model.resize_embeddings()
    with torch.no_grad():
        for weight in model.model.parameters():  # spread the scores over both sides of 0.5
            weight.add_(torch.randn_like(weight) * 0.2)
        for weight in model.model.prompt_rep_layer[-1].parameters():
            weight.mul_(loudness)
    model.eval()
    model.save_pretrained(str(folder))
    model.export_to_onnx(save_dir=str(folder), onnx_filename="model.onnx", quantize=False)
    return model


if __name__ == "__main__":
    place = Path(sys.argv[1])
    make(place)
    for left in place.iterdir():
        if left.name not in ("model.onnx", "tokenizer.json", "gliner_config.json"):
            left.unlink()
    config_file = place / "gliner_config.json"
    told = json.loads(config_file.read_text("utf-8"))
    told["model_name"] = "tiny"
    config_file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
