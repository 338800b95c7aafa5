"""Errors and notices of the chat."""

TEXTS: dict[str, str] = {
    "chat.no_model": "There is no model to chat with. Download one on the Models page or with `moadesk models pull`.",
    "chat.empty": "There is no question. Write one first.",
    "chat.gone": "This conversation was deleted. Start a new one.",
    "chat.message_gone": "This message is not in the conversation any more. Open the conversation again.",
    "chat.folder_taken": "There is already a folder called {name}. Choose another name.",
    "chat.nothing_to_regenerate": "There is no question to answer again in this conversation.",
    "chat.waiting": "The model is busy with other work: the answer needs room for {needed} tokens, {free} are free. It comes as soon as there is room.",
    "chat.model_lacks_korean": "{model} does not know Korean: its Korean answers will be wrong. Choose a Korean model on the Models page.",
    "chat.maths_again": "{count} equations did not hold. The problem is being solved once more.",
    "chat.code_again": "{count} blocks of code do not parse. They are being written once more.",
    "calc.unreadable": "“{formula}” is not a formula that can be reckoned. Write it with numbers, signs and units, such as 3 * 4 cm.",
    "calc.undefined": "“{formula}” has no result: it divides by zero or takes a root that does not exist.",
    "calc.too_large": "“{formula}” is too long or its result too large to reckon.",
    "calc.units": "The units in “{formula}” do not go together.",
    "eval.bad_line": "Line {line} of {path} is not a labelled request. Each line has to be JSON with “text” and “route”.",
    "eval.no_requests": "There are no labelled requests in {path}.",
}
