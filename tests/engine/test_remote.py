"""The engine behind a URL: a real server for the contract, a scripted one for what goes wrong."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
import time

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine import endpoint
from agents.engine.catalog import Catalog, CatalogEntry, Licence, ModelFile
from agents.engine.connection import Patience, probe
from agents.engine.endpoint import Endpoint
from agents.engine.everywhere import Everywhere
from agents.engine.port import (
    GenerationRequest,
    Message,
    Sampling,
    TextPiece,
    ThoughtPiece,
    Tool,
    ToolCall,
)
from app import i18n
from tests.engine.http_hub import own_certificate
from tests.engine.servers import (
    CONTEXT,
    LONG,
    QUICK,
    NoLocal,
    Reply,
    Says,
    delta,
    everywhere,
    serve,
    text,
)

SOON = 5.0  # seconds; what would hold a caller that is not freed lasts for ever
KEY = "sk-" + "k" * 40


def ask(words: str = "Hello", **more) -> GenerationRequest:
    return GenerationRequest((Message("user", words),), **{"max_tokens": 9, **more})


@pytest.fixture
def elsewhere(llama_server):
    models = everywhere(llama_server)
    with models.borrow("remote:smol") as engine:
        yield engine
    models.close()


def answer(*replies, request=None, key="", patience=QUICK, cancel=None):
    """Ask a scripted server once; returns (completion or error, the server)."""
    with serve(*replies) as server:
        models = everywhere(server.address, key, patience=patience)
        try:
            with models.borrow("remote:m") as engine:
                stream = engine.submit(request or ask(), cancel or CancelToken())
                try:
                    return stream.result(), server
                except UserError as problem:
                    return problem, server
        finally:
            models.close()


# ── the contract, with a real server ──
def test_it_streams_an_answer(elsewhere):
    request = GenerationRequest(
        (Message("system", "Be brief."), Message("user", "What colour is the sky?")),
        max_tokens=24,
    )
    stream = elsewhere.submit(request, CancelToken())
    pieces = list(stream)
    made = stream.result()
    assert "".join(pieces) == made.text == stream.so_far.text
    assert len(pieces) > 3
    assert "sky" in made.text.lower()
    assert made.finish in ("stop", "length")
    assert made.completion_tokens >= len(pieces)
    assert made.prompt_tokens > 5
    assert made.prefill_seconds > 0
    assert made.tokens_per_second > 0


def test_the_same_seed_gives_the_same_answer(elsewhere):
    def say(seed):
        hot = Sampling(temperature=1.5, top_k=40, top_p=0.95, repeat_penalty=1.1, seed=seed)
        return elsewhere.submit(ask("Name a thing.", sampling=hot), CancelToken()).result().text

    assert say(1) == say(1)
    assert len({say(seed) for seed in (1, 2, 3)}) > 1


def test_a_grammar_holds_elsewhere_too(elsewhere):
    made = elsewhere.submit(
        ask("Is Paris in France?", grammar='root ::= "yes" | "no" | "perhaps"'), CancelToken()
    ).result()
    assert made.text in ("yes", "no", "perhaps")
    assert made.finish == "stop"


def test_stop_strings_and_length(elsewhere):
    grammar = 'root ::= "one two three four"'
    request = ask("Count.", grammar=grammar, stop=("o three",), max_tokens=30)
    assert elsewhere.submit(request, CancelToken()).result().text == "one tw"
    made = elsewhere.submit(ask("Tell a story.", max_tokens=3), CancelToken()).result()
    assert (made.finish, made.completion_tokens) == ("length", 3)
    made = elsewhere.submit(ask(max_tokens=0), CancelToken()).result()
    assert (made.finish, made.text) == ("length", "")


def test_korean_letters_come_whole(elsewhere):
    request = ask("안녕", grammar='root ::= "훈민정음"', max_tokens=40)
    assert elsewhere.submit(request, CancelToken()).result().text == "훈민정음"


def test_log_probabilities_of_a_real_server(elsewhere):
    made = elsewhere.submit(
        ask(logprobs=True, alternatives=3, max_tokens=4), CancelToken()
    ).result()
    assert "".join(one.text for one in made.logprobs) == made.text
    assert all(one.logprob <= 0 and len(one.alternatives) >= 3 for one in made.logprobs)


def test_what_the_server_refuses_is_named(elsewhere):
    with pytest.raises(UserError) as caught:
        elsewhere.submit(ask(json_schema='{"type": "object"}'), CancelToken()).result()
    assert caught.value.code == "engine.remote_unsupported"
    assert caught.value.values["part"] == "json_schema"


def test_cancelling_frees_the_caller_and_the_server(elsewhere):
    cancel = CancelToken()
    stream = elsewhere.submit(ask("Tell a long story.", max_tokens=1500), cancel)
    next(iter(stream))
    assert _release(stream, cancel) < SOON
    assert stream.so_far.finish == "cancelled"
    assert stream.so_far.text
    began = time.monotonic()
    elsewhere.submit(ask(max_tokens=2), CancelToken()).result()
    assert time.monotonic() - began < LONG  # 1500 tokens of this server take longer under load


def test_map_yields_every_request_once(elsewhere):
    requests = [ask(f"Say {n}.", id=str(n), max_tokens=3) for n in range(6)]
    made = dict(elsewhere.map(iter(requests), 3, CancelToken()))
    assert sorted(made) == sorted(request.id for request in requests)
    assert all(one.completion_tokens == 3 for one in made.values())


def test_leaving_map_early_cancels_the_rest(elsewhere):
    requests = [ask(f"Say {n}.", id=str(n), max_tokens=400) for n in range(4)]
    requests[0] = ask("Hi.", id="0", max_tokens=1)
    running = elsewhere.map(iter(requests), 4, CancelToken())
    next(running)
    running.close()
    assert elsewhere.submit(ask(max_tokens=1), CancelToken()).result().completion_tokens == 1


def test_map_listens_to_its_token(elsewhere):
    cancel = CancelToken()
    running = elsewhere.map((ask(f"{n}", id=str(n), max_tokens=2) for n in range(50)), 2, cancel)
    next(running)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(running)


def test_a_text_too_long_ends_in_a_sentence(elsewhere):
    """This server breaks off in the middle of its answer; others say why."""
    with pytest.raises(UserError) as caught:
        elsewhere.submit(ask("word " * 2 * CONTEXT), CancelToken()).result()
    assert caught.value.code in ("engine.remote_broken", "engine.context_full")


def test_tokens_are_estimated_where_there_is_no_tokenizer(elsewhere):
    assert elsewhere.count_tokens("") == 0
    assert 1 <= elsewhere.count_tokens("Hello there") <= 11
    assert elsewhere.count_tokens("안녕하세요") == 5


# ── what is sent ──
def test_everything_is_set_explicitly_and_nothing_else_is_told(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "secret-org")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "secret-project")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    request = ask(
        sampling=Sampling(0.4, top_k=7, top_p=0.8, min_p=0.1, repeat_penalty=1.2, seed=2**32 + 5),
        stop=("END",),
        grammar='root ::= "a"',
        template_variables=(("enable_thinking", False),),
    )
    made, server = answer(Says(text("a")), request=request)
    assert made.text == "a"
    sent = server.chats[0]
    assert sent.body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.4,
        "top_p": 0.8,
        "top_k": 7,
        "min_p": 0.1,
        "repeat_penalty": 1.2,
        "repetition_penalty": 1.2,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "seed": 6,
        "max_tokens": 9,
        "stop": ["END"],
        "grammar": 'root ::= "a"',
        "chat_template_kwargs": {"enable_thinking": False},
    }
    names = set(sent.headers) - {"host", "connection", "accept-encoding", "accept"}
    assert names == {"content-type", "content-length", "user-agent"}
    assert not any("secret" in str(one.headers) for one in server.log)
    assert sent.headers["user-agent"] == "MoA Desk"


def test_the_key_is_sent_and_never_told():
    refused = Reply(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}})
    problem, server = answer(refused, key=KEY)
    assert problem.code == "engine.remote_key"
    assert server.chats[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(problem)
    assert KEY not in repr(Endpoint("http://localhost/v1", KEY))


def test_a_json_schema_tools_and_turns_with_results():
    schema = '{"type": "object", "properties": {"a": {"type": "integer"}}}'
    messages = (
        Message("user", "Weather?"),
        Message("assistant", "", (ToolCall("get", '{"city": "Seoul"}'), ToolCall("now", "{}"))),
        Message("tool", "rain"),
        Message("tool", "noon"),
    )
    tools = (Tool("get", "The weather", '{"type": "object"}'),)
    request = GenerationRequest(messages, json_schema=schema, tools=tools, max_tokens=9)
    _made, server = answer(Says(text("{}")), request=request)
    body = server.chats[0].body
    assert body["response_format"]["json_schema"]["schema"] == json.loads(schema)
    assert body["tools"][0]["function"]["parameters"] == {"type": "object"}
    calls = body["messages"][1]["tool_calls"]
    assert [call["function"] for call in calls] == [
        {"name": "get", "arguments": '{"city": "Seoul"}'},
        {"name": "now", "arguments": "{}"},
    ]
    results = body["messages"][2:]
    assert [turn["tool_call_id"] for turn in results] == [call["id"] for call in calls]


def test_text_that_no_utf8_can_carry_is_sent_with_a_mark():
    made, server = answer(Says(text("ok")), request=ask("half \ud800 a pair"))
    assert made.text == "ok"
    assert server.chats[0].body["messages"][0]["content"] == "half ? a pair"


def test_a_schema_that_is_no_json_is_our_fault():
    problem, server = answer(Says(text("x")), request=ask(json_schema="{"))
    assert problem.code == "engine.grammar"
    assert server.chats == []


def test_logit_bias_by_the_servers_tokens():
    with serve(Says(text("x"))) as server:
        server.pages["/tokenize"] = Reply(body={"tokens": [7, 8]})
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            request = ask(logit_bias=((" the", -2.5),))
            engine.submit(request, CancelToken()).result()
            assert server.chats[0].body["logit_bias"] == {"7": -2.5, "8": -2.5}
            assert engine.count_tokens("whatever") == 2
            del server.pages["/tokenize"]
            with pytest.raises(UserError) as caught:
                engine.submit(request, CancelToken()).result()
        models.close()
    assert caught.value.code == "engine.remote_unsupported"
    assert caught.value.values["part"] == "logit_bias"


# ── what comes back ──
def test_thoughts_and_answers_are_told_apart():
    chunks = [delta(reasoning_content="Hm. "), delta(reasoning="So."), *text("Yes.")]
    with serve(Says(chunks)) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            stream = engine.submit(ask(), CancelToken())
            events = list(stream.events())
            made = stream.result()
            assert list(stream) == ["Yes."]
        models.close()
    assert events == [ThoughtPiece("Hm. "), ThoughtPiece("So."), TextPiece("Yes.")]
    assert (made.text, made.reasoning) == ("Yes.", "Hm. So.")


def test_thoughts_that_a_server_leaves_in_the_text_are_told_apart():
    pieces = ("<thi", "nk>\nHm.", "\n</think>", "\n\nYes", ".")
    made, _server = answer(Says(text(*pieces)))
    assert (made.text, made.reasoning) == ("Yes.", "Hm.")
    made, _server = answer(Says(text("<think> is a tag.")))
    assert (made.text, made.reasoning) == ("<think> is a tag.", "")


def test_tool_calls_are_put_together():
    def call(index, **function):
        return delta(tool_calls=[{"index": index, "id": "i", "function": function}])

    chunks = [
        call(0, name="get", arguments=""),
        call(0, arguments='{"city":'),
        call(0, arguments=' "서울"}'),
        call(1, name="now", arguments=""),
        delta("tool_calls"),
    ]
    made, _server = answer(Says(chunks))
    assert made.tool_calls == (ToolCall("get", '{"city": "서울"}'), ToolCall("now", "{}"))
    assert made.finish == "stop"


def test_log_probabilities():
    one = {
        "token": "a",
        "logprob": -0.5,
        "bytes": None,
        "top_logprobs": [{"token": "b", "logprob": -1.5, "bytes": None}],
    }
    chunks = [delta(content="a", logprobs={"content": [one], "refusal": None}), delta("stop")]
    made, _server = answer(Says(chunks), request=ask(logprobs=True, alternatives=1))
    assert [(p.text, p.logprob, p.alternatives) for p in made.logprobs] == [
        ("a", -0.5, (("b", -1.5),))
    ]


def test_the_servers_own_count_is_believed():
    usage = {
        "prompt_tokens": 30,
        "completion_tokens": 5,
        "total_tokens": 35,
        "prompt_tokens_details": {"cached_tokens": 20},
    }
    made, _server = answer(Says(text("two", " words", **usage)))
    assert (made.prompt_tokens, made.completion_tokens, made.reused_tokens) == (30, 5, 20)


def test_an_answer_cut_by_the_context_says_so():
    with serve(Says(text("x", finish="length", prompt_tokens=60, completion_tokens=4))) as server:
        server.pages["/v1/models"] = Reply(body={"data": [{"id": "m", "max_model_len": 64}]})
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            assert engine.info.context == 64
            made = engine.submit(ask(max_tokens=9), CancelToken()).result()
            assert made.finish == "context"
            made = engine.submit(ask(max_tokens=4), CancelToken()).result()
            assert made.finish == "length"
        models.close()


# ── what goes wrong ──
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_that_passes_is_asked_again(status):
    fault = Reply(status, {"error": {"message": "later"}}, {"Retry-After": "0"})
    made, server = answer(fault, fault, Says(text("done")))
    assert made.text == "done"
    assert len(server.chats) == 3


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(429, {"error": {"message": "slow down"}}), "engine.remote_busy"),
        (Reply(503, {"error": {"message": "Loading model"}}), "engine.remote_down"),
        (Reply(500, "<h1>oops</h1>"), "engine.remote_down"),
        (Says(text("", finish=None), done=False), "engine.remote_broken"),
        (Says(text("", finish=None), cut=True), "engine.remote_broken"),
    ],
)
def test_a_fault_that_stays_is_a_sentence_after_so_many_attempts(reply, code):
    problem, server = answer(reply)
    assert problem.code == code
    assert len(server.chats) == QUICK.attempts


def error(message, **more):
    return {"error": {"message": message, **more}}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401, error("no")), "engine.remote_key"),
        (Reply(403, error("no")), "engine.remote_key"),
        (Reply(404, error("The model `m` does not exist.")), "engine.remote_no_model"),
        (Reply(404, error("model 'm' not found")), "engine.remote_no_model"),
        (Reply(404, error("File Not Found")), "engine.remote_not_api"),
        (Reply(404, "<html>"), "engine.remote_not_api"),
        (Reply(302, "", {"Location": "http://127.0.0.1:9/v1"}), "engine.remote_not_api"),
        (Reply(200, "<html>Sign in</html>"), "engine.remote_not_api"),
        (Reply(200, {"hello": "world"}), "engine.remote_not_api"),
        (Says(["{not json"]), "engine.remote_not_api"),
        (Reply(418, error("teapot")), "engine.remote_refused"),
        (Says([error("kaputt", code=500)]), "engine.remote_broken"),
    ],
)
def test_what_is_no_use_asking_again_is_asked_once(reply, code):
    problem, server = answer(reply, Says(text("never")))
    assert problem.code == code
    assert len(server.chats) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(  # llama-server
            400,
            error(
                "the request exceeds the available context size",
                type="exceed_context_size_error",
                n_prompt_tokens=5000,
                n_ctx=4096,
            ),
        ),
        Reply(  # vLLM
            400,
            {
                "message": "This model's maximum context length is 4096 tokens. However, you "
                "requested 5000 tokens in the messages. Please reduce the length.",
                "code": 400,
            },
        ),
        Says([error("context length 4096 exceeded: requested 5000", code=400)]),
    ],
)
def test_a_text_longer_than_the_context_is_told_with_its_numbers(reply):
    with serve(reply) as server:
        server.pages["/v1/models"] = Reply(body={"data": [{"id": "m"}]})
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            with pytest.raises(UserError) as caught:
                engine.submit(ask(), CancelToken()).result()
            assert engine.info.context == 4096  # learned
        models.close()
    assert caught.value.code == "engine.context_full"
    assert caught.value.values == {"needed": 5000, "context": 4096}


@pytest.mark.parametrize(
    ("more", "said", "part"),
    [
        ({"grammar": "root ::= x"}, "grammar is not supported", "grammar"),
        ({"json_schema": "{}"}, "response_format.type: unknown", "json_schema"),
        ({"tools": (Tool("f", "d", "{}"),)}, "model does not support tools", "tools"),
        ({"logprobs": True}, "logprobs cannot be returned", "logprobs"),
    ],
)
@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_part_that_is_refused_is_named_at_once(more, said, part, status):
    problem, server = answer(Reply(status, error(said)), request=ask(**more))
    assert problem.code == "engine.remote_unsupported"
    assert problem.values["part"] == part
    assert len(server.chats) == 1


def test_nothing_is_asked_again_once_something_came():
    with serve(Says(text("Once", " upon", finish=None), cut=True), Says(text("never"))) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            stream = engine.submit(ask(), CancelToken())
            got = []
            with pytest.raises(UserError) as caught:
                got.extend(stream)
        models.close()
    assert caught.value.code == "engine.remote_broken"
    assert "".join(stream.so_far.text) == "Once upon"
    assert len(server.chats) == 1


def test_a_refused_connection():
    with serve(Says(())) as server:
        address = server.address
    models = everywhere(address)
    with pytest.raises(UserError) as caught:
        models.borrow("remote:m")
    models.close()
    assert caught.value.code == "engine.remote_unreachable"
    assert "refused" in str(caught.value.values["reason"]).lower()


def test_a_server_that_goes_away_between_two_requests():
    with serve(Says(text("one"))) as server:
        models = everywhere(server.address)
        engine = models.borrow("remote:m").__enter__()
        assert engine.submit(ask(), CancelToken()).result().text == "one"
    with pytest.raises(UserError) as caught:
        engine.submit(ask(), CancelToken()).result()
    models.close()
    assert caught.value.code == "engine.remote_unreachable"


def test_a_first_token_that_does_not_come():
    patience = Patience(first=1.0, between=LONG, attempts=3, pause=0.01)
    problem, server = answer(Says(text("x"), hold_after=1), patience=patience)
    assert problem.code == "engine.remote_timeout"
    assert server.left.wait(LONG)
    assert len(server.chats) == 1


def test_a_stream_that_stops_coming():
    patience = Patience(first=LONG, between=0.2, attempts=3, pause=0.01)
    problem, server = answer(Says(text("x", "y"), hold_after=2), patience=patience)
    assert problem.code == "engine.remote_timeout"
    assert server.left.wait(LONG)
    assert len(server.chats) == 1


@pytest.mark.parametrize("after", [0, 2])
def test_cancelling_hangs_up(after):
    """Before the first token and amid the answer."""
    with serve(Says(text("x", "y"), hold_after=after)) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            cancel = CancelToken()
            stream = engine.submit(ask(), cancel)
            assert server.holding.wait(LONG)
            assert _release(stream, cancel) < SOON
            assert server.left.wait(LONG)
        models.close()


def test_cancelling_while_it_waits_to_ask_again():
    patience = Patience(attempts=3, pause=LONG * 10)
    with serve(Reply(503, error("busy"))) as server:
        models = everywhere(server.address, patience=patience)
        with models.borrow("remote:m") as engine:
            cancel = CancelToken()
            stream = engine.submit(ask(), cancel)
            while not server.chats:
                time.sleep(0.005)
            assert _release(stream, cancel) < SOON
            assert len(server.chats) == 1
        models.close()


def test_a_cancelled_request_is_never_sent():
    cancel = CancelToken()
    cancel.cancel()
    with serve(Says(text("x"))) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine, pytest.raises(CancelledError):
            engine.submit(ask(), cancel).result()
        assert server.chats == []
        models.close()


def test_borrowing_from_a_server_that_does_not_answer_can_be_cancelled():
    with serve(Says(())) as server:
        held = threading.Event()
        take = server.pages.__class__.get

        class Slow(dict):
            def get(self, *args):
                held.set()
                server.closing.wait(LONG)
                return take(self, *args)

        server.pages = Slow(server.pages)
        models = everywhere(server.address)
        cancel = CancelToken()
        ends = []

        def borrow():
            with pytest.raises(CancelledError):
                models.borrow("remote:m", cancel)
            ends.append(time.monotonic())

        thread = threading.Thread(target=borrow)
        thread.start()
        assert held.wait(LONG)
        began = time.monotonic()
        cancel.cancel()
        thread.join(LONG)
        assert ends[0] - began < SOON
        models.close()


def test_a_failed_request_of_map_does_not_stop_the_others():
    def replies():
        return [Says(text("one")), Reply(418, error("teapot")), Says(text("three"))]

    with serve(*replies()) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            requests = [ask(id=name) for name in "abc"]
            made = dict(engine.map(requests, 1, CancelToken()))
        models.close()
    assert [made[name].text for name in "abc"] == ["one", "", "three"]
    assert made["b"].finish == "failed"
    assert made["b"].problem.code == "engine.remote_refused"


def test_closing_ends_what_runs():
    with serve(Says(text("x"), hold_after=1)) as server:
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            stream = engine.submit(ask(), CancelToken())
            assert server.holding.wait(LONG)
            models.close()
            models.close()
            with pytest.raises(CancelledError):
                stream.result()
            with pytest.raises(CancelledError):
                engine.submit(ask(), CancelToken()).result()
        assert server.left.wait(LONG)


def test_a_certificate_nobody_vouches_for_is_not_accepted(tmp_path):
    def wrap(http):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own_certificate(tmp_path))
        http.socket = context.wrap_socket(http.socket, server_side=True)

    with serve(Says(text("x")), wrap=wrap) as server:
        models = everywhere(server.address, KEY)
        with pytest.raises(UserError) as caught:
            models.borrow("remote:m")
        models.close()
    assert caught.value.code == "engine.remote_certificate"
    assert server.log == []


# ── lending ──
class Local(NoLocal):
    """Counts what is asked of this machine."""

    def __init__(self):
        self.asked = []

    def borrow(self, model_id, cancel=None):
        self.asked.append(model_id)
        raise UserError("model.missing", model=model_id)

    def resident(self):
        return ("resident",)

    def free(self, model_id=""):
        return 7

    def forget(self, conversation):
        self.asked.append(conversation)


def test_other_ids_are_lent_from_this_machine():
    local = Local()
    models = everywhere("http://127.0.0.1:9/v1", local=local)
    with pytest.raises(UserError):
        models.borrow("smol")
    assert local.asked == ["smol"]
    assert models.resident() == ("resident",)
    assert models.free() == 7
    models.forget("chat-1")
    assert local.asked == ["smol", "chat-1"]
    models.close()


def test_nothing_is_sent_while_it_is_off():
    address = [""]
    with serve(Says(text("x"))) as server:
        models = Everywhere(
            Local(), lambda: address[0], lambda _host: "", Catalog(()), patience=QUICK
        )
        with pytest.raises(UserError) as caught:
            models.borrow("remote:m")
        assert caught.value.code == "engine.remote_off"
        assert server.log == []
        address[0] = server.address
        with models.borrow("remote:m") as engine:
            assert engine.submit(ask(), CancelToken()).result().text == "x"
            address[0] = ""
            sent = len(server.log)
            with pytest.raises(UserError) as caught:
                engine.submit(ask(), CancelToken()).result()
            assert caught.value.code == "engine.remote_off"
            assert engine.count_tokens("text") == 2
            assert len(server.log) == sent
        models.close()


def test_another_server_takes_over_and_the_old_work_ends_there():
    with serve(Says(text("one"))) as first, serve(Says(text("two"))) as second:
        address = [first.address]
        models = Everywhere(
            Local(), lambda: address[0], lambda _host: "", Catalog(()), patience=QUICK
        )
        with models.borrow("remote:m") as old:
            address[0] = second.address
            with models.borrow("remote:m") as new:
                assert new.submit(ask(), CancelToken()).result().text == "two"
            with pytest.raises(UserError) as caught:  # what was meant for one is not sent to both
                old.submit(ask(), CancelToken()).result()
        assert caught.value.code == "engine.remote_off"
        assert first.chats == []
        models.close()


@pytest.mark.parametrize(
    "name", ["lfm", "Some-Model-Q4_K_M.gguf", "/models/some-model-q4_k_m.gguf"]
)
def test_a_model_of_the_catalogue_keeps_its_sampling_and_languages(name):
    own = Sampling(temperature=0.1, top_k=50)
    entry = CatalogEntry(
        id="lfm",
        name="LFM",
        role="chat",
        repository="",
        files=(ModelFile(name="Some-Model-Q4_K_M.gguf"),),
        licence=Licence(id="", url=""),
        languages=("en", "ko"),
        architecture="lfm2",
        context=32768,
        memory=1,
        sampling=own,
    )
    with serve(Says(text("x"))) as server:
        models = Everywhere(
            Local(), lambda: server.address, lambda _host: "", Catalog((entry,)), patience=QUICK
        )
        with models.borrow(f"remote:{name}") as engine:
            assert engine.info.sampling == own
            assert engine.info.languages == ("en", "ko")
            assert engine.info.context == 4096  # of the server, which does not say
        models.close()


@pytest.mark.parametrize(
    ("entry", "props", "context"),
    [
        ({"id": "m", "max_model_len": 8192}, None, 8192),  # vLLM
        ({"id": "m", "meta": {"n_ctx_train": 131072}}, 5000, 5000),  # llama-server
        ({"id": "another"}, 6000, 6000),  # one model that answers to any name
        ({"id": "m"}, None, 4096),
    ],
)
def test_the_context_is_found(entry, props, context):
    with serve(Says(())) as server:
        server.pages["/v1/models"] = Reply(body={"data": [entry]})
        if props:
            settings = {"default_generation_settings": {"n_ctx": props}}
            server.pages["/props"] = Reply(body=settings)
        models = everywhere(server.address)
        with models.borrow("remote:m") as engine:
            assert engine.info.context == context
            assert engine.info.name == f"m ({endpoint.host(server.address)})"
        models.close()


def test_a_probe_tells_the_models_there_are():
    with serve(Says(())) as server:
        page = Reply(body={"data": [{"id": "b"}, {"id": "a"}, {"no": "id"}, 5]})
        server.pages["/v1/models"] = page
        assert probe(Endpoint(server.address, KEY), "").models == ("b", "a")
        assert server.log[0].headers["authorization"] == f"Bearer {KEY}"
        server.pages["/v1/models"] = Reply(200, "<html>")
        with pytest.raises(UserError) as caught:
            probe(Endpoint(server.address), "")
    assert caught.value.code == "engine.remote_not_api"


def test_a_key_that_no_header_can_carry_is_a_sentence():
    with serve(Says(())) as server:
        with pytest.raises(UserError) as caught:
            probe(Endpoint(server.address, "열쇠"), "")
        assert caught.value.code == "engine.remote_key"
        assert server.log == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("out of memory", "out of memory"),
        ("<html><h1>oops</h1></html>", "Internal Server Error"),
        ("", "Internal Server Error"),
    ],
)
def test_a_fault_is_told_in_the_servers_words_not_the_librarys(body, reason):
    with serve(Says(())) as server:
        server.pages["/v1/models"] = Reply(500, body)
        with pytest.raises(UserError) as caught:
            probe(Endpoint(server.address), "")
    assert caught.value.values["reason"] == reason


def test_https_to_a_server_without_it_says_so():
    with serve(Says(())) as server, pytest.raises(UserError) as caught:
        probe(Endpoint(server.address.replace("http://", "https://")), "")
    assert caught.value.code == "engine.remote_unreachable"
    assert caught.value.values["reason"] == "the server does not speak https"


# ── addresses ──
@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("localhost:8080", "http://localhost:8080/v1"),
        (" http://127.0.0.1:8080/ ", "http://127.0.0.1:8080/v1"),
        ("http://GPU:8000/v1/", "http://gpu:8000/v1"),
        ("gpu.example.com", "https://gpu.example.com/v1"),
        ("https://gpu.example.com/api/v1/chat/completions", "https://gpu.example.com/api/v1"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ("192.168.0.7:11434", "http://192.168.0.7:11434/v1"),
    ],
)
def test_an_address_is_written_one_way(typed, used):
    assert endpoint.normal(typed) == used
    assert endpoint.normal(used) == used


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://",
        "ftp://host",
        "https://user:secret@host/v1",
        "http://host:port",
        "http://host/v1?key=secret",
        "two words",
        "http://[::1",
    ],
)
def test_what_is_no_address_says_so(typed):
    with pytest.raises(UserError) as caught:
        endpoint.normal(typed)
    assert caught.value.code == "engine.remote_address"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "readable"),
    [
        ("http://localhost:8080/v1", False),
        ("http://127.0.0.1/v1", False),
        ("http://10.1.2.3/v1", False),
        ("http://gpu/v1", False),
        ("http://gpu.lan/v1", False),
        ("http://[fd00::1]/v1", False),
        ("https://gpu.example.com/v1", False),
        ("http://gpu.example.com/v1", True),
        ("http://8.8.8.8/v1", True),
    ],
)
def test_who_could_read_along(url, readable):
    assert endpoint.is_open(url) is readable


# ── elsewhere ──
def test_starting_does_not_pay_for_it():
    code = (
        "import sys, app.build, agents.engine.everywhere, agents.engine.remote;"
        "print([m for m in ('openai', 'pydantic', 'httpx2') if m in sys.modules])"
    )
    out = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_can_be_said(language):
    from app.messages.remote import TEXTS
    from app.paths import assets_dir

    values = dict.fromkeys(("host", "model", "reason", "status", "seconds", "part", "address"), "x")
    i18n.use(language, assets_dir())
    try:
        for code in TEXTS:
            assert i18n.explain(UserError(code, **values))
    finally:
        i18n.use("en", assets_dir())


def _release(stream, cancel) -> float:
    """Seconds from the cancellation until a reader is free."""
    ends = []

    def read():
        with pytest.raises(CancelledError):
            stream.result()
        ends.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(0.05)  # now it waits
    start = time.monotonic()
    cancel.cancel()
    reader.join(20)
    return ends[0] - start
