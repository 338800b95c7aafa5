"""Errors of models that run on a server elsewhere."""

TEXTS: dict[str, str] = {
    "engine.remote_off": "{model} runs on a remote server, which is switched off. Switch it on in Settings, or choose another model.",
    "engine.remote_address": "{address} is not the address of a server. Write one such as http://localhost:8080/v1, without a user name or a password in it.",
    "engine.remote_unreachable": "{host} cannot be reached ({reason}). Check that the server runs, and its address in Settings.",
    "engine.remote_certificate": "{host} does not prove who it is ({reason}), so nothing was sent. Give the server a valid certificate, or ask whoever runs it.",
    "engine.remote_key": "{host} does not accept the key, or asks for one. Enter a valid key in Settings.",
    "engine.remote_no_model": "{host} has no model called {model}. Test the connection in Settings to see the ones it has.",
    "engine.remote_not_api": "{host} does not answer like an OpenAI-compatible server. Check the address in Settings: it usually ends in /v1.",
    "engine.remote_busy": "{host} has too many requests now. Wait a little, then try again.",
    "engine.remote_down": "{host} has a fault of its own (status {status}: {reason}). Try again later, or look at the server's log.",
    "engine.remote_refused": "{host} refused the request (status {status}: {reason}). Look at the server's log, or choose another model.",
    "engine.remote_timeout": "{host} has sent nothing for {seconds} seconds. Try again later, or look whether the server is overloaded.",
    "engine.remote_broken": "{host} broke off before the end ({reason}). What came is kept: try again; if that does not help, shorten the text or look at the server's log.",
    "engine.remote_too_long": "The text is longer than the model on {host} can hold. Shorten it or start a new conversation.",
    "engine.remote_unsupported": "{host} cannot do what this work needs: {part} ({reason}). Use a server that can, such as llama-server, or a model on this computer.",
}
