"""Errors and notices of the chat."""

TEXTS: dict[str, str] = {
    "chat.no_model": "There is no model to chat with. Download one on the Models page or with `moadesk models pull`.",
    "chat.empty": "There is no question. Write one first.",
    "chat.gone": "This conversation was deleted. Start a new one.",
    "chat.nothing_to_regenerate": "There is no question to answer again in this conversation.",
    "chat.waiting": "The model is busy with other work: the answer needs room for {needed} tokens, {free} are free. It comes as soon as there is room.",
    "chat.model_lacks_korean": "{model} does not know Korean: its Korean answers will be wrong. Choose a Korean model on the Models page.",
}
