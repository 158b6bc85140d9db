"""The client's rules against a fake codec process that needs no torch."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.app.codec_client import CodecClient
from tests.helpers import QueuePost, children

FOLDER = Path("somewhere/model")
Start = Callable[[str], CodecClient]


@pytest.fixture
def start(post: QueuePost) -> Iterator[Start]:
    """Start clients of a fake process in some mode; all are closed at the end."""
    clients: list[CodecClient] = []

    def make(mode: str) -> CodecClient:
        script = Path(__file__).with_name("fake_codec.py")
        clients.append(CodecClient(post, argv=[sys.executable, str(script), mode]))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def test_a_picture_comes_back_through_post(start: Start, post: QueuePost) -> None:
    client, pictures = start("echo"), []
    client.decode(FOLDER, [3, 4], lane="cursor", done=pictures.append)
    assert pictures == []
    post.run_until(lambda: bool(pictures))
    assert pictures[0].dtype == np.uint8
    assert pictures[0].tolist() == [[[[1, 3, 4]]]]
    assert client.last_decode_ms is not None
    assert client.last_decode_ms > 0


def test_state_and_device_are_told(start: Start, post: QueuePost) -> None:
    client, states = start("echo"), []
    client.state_changed.connect(states.append)
    assert client.state == "starting"
    post.run_until(lambda: bool(states))
    assert states == ["ready"]
    assert (client.state, client.device_title) == ("ready", "Fake, 1 thread")


def test_a_thousand_moves_during_one_decode_cost_two_decodes(start: Start, post: QueuePost) -> None:
    client, shown = start("gate"), []
    for step in range(1000):
        z = [step % 250, 0]
        client.decode(FOLDER, z, lane="cursor", done=lambda x: shown.append(x.ravel()))
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: None)
    post.run_until(lambda: bool(shown) and shown[-1][0] == 2)
    assert shown[-1].tolist() == [2, 999 % 250, 0]  # the second decode, of the last position
    assert len(shown) <= 2


def test_only_the_newest_of_the_answers_that_arrived_is_shown(
    start: Start, post: QueuePost
) -> None:
    client, shown, other = start("gate"), [], []
    client.decode(FOLDER, [1, 0], lane="cursor", done=lambda x: shown.append(int(x[0, 0, 0, 1])))
    client.decode(FOLDER, [2, 0], lane="cursor", done=lambda x: shown.append(int(x[0, 0, 0, 1])))
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: None)
    _wait_for_answers(client, 3)
    client.decode(FOLDER, [0, 0], lane="other", done=other.append)
    post.drain()
    assert shown == [2]


def _wait_for_answers(client: CodecClient, last: int) -> None:
    """Until the answer with that number has been posted, without running what was posted."""
    arrived = threading.Event()
    reply = client._on_reply

    def watch(request: Any, header: Any, arrays: Any) -> None:
        reply(request, header, arrays)
        if not client._requests:
            arrived.set()

    client._on_reply = watch  # type: ignore[method-assign]
    if client._requests:
        assert arrived.wait(20)
    assert last not in client._requests


def test_an_answer_about_the_model_of_before_is_dropped(start: Start, post: QueuePost) -> None:
    client, shown = start("gate"), []
    client.decode(Path("old"), [1, 0], lane="map", done=lambda _: shown.append("old"))
    client.decode(Path("new"), [2, 0], lane="map", done=lambda _: shown.append("new"))
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: None)
    post.run_until(lambda: bool(shown))
    assert shown == ["new"]


def test_lanes_do_not_replace_each_other(start: Start, post: QueuePost) -> None:
    client, shown = start("echo"), set()
    for lane in ("cursor", "inspector", "map"):
        client.decode(FOLDER, [1, 1], lane=lane, done=lambda _, lane=lane: shown.add(lane))
    post.run_until(lambda: len(shown) == 3)


def test_a_cancelled_lane_stays_silent(start: Start, post: QueuePost) -> None:
    client, shown = start("gate"), []
    client.decode(FOLDER, [1, 0], lane="map", done=lambda _: shown.append("running"))
    client.decode(FOLDER, [2, 0], lane="map", done=lambda _: shown.append("waiting"))
    client.cancel("map")
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: shown.append("gate"))
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: shown.append("gate again"))
    post.run_until(lambda: "gate again" in shown)
    assert not {"running", "waiting"} & set(shown)


def test_a_large_request_arrives_in_slices_and_whole(start: Start, post: QueuePost) -> None:
    client, parts, whole = start("slices"), {}, []
    z = np.arange(20).reshape(10, 2)
    client.decode(FOLDER, z, lane="map", done=whole.append, part=parts.__setitem__)
    post.run_until(lambda: bool(whole))
    assert sorted(parts) == [0, 3, 6, 9]
    np.testing.assert_array_equal(np.concatenate([parts[i] for i in sorted(parts)]), whole[0])
    np.testing.assert_array_equal(whole[0][:, 0, 0, 1:], z)


def test_a_streamed_request_gives_way_to_the_next_of_its_lane(
    start: Start, post: QueuePost
) -> None:
    client, parts, whole = start("gate"), [], []
    for step in range(3):  # the first is held by the process and would never end
        client.decode(
            FOLDER,
            [step, 0],
            lane="map",
            done=lambda x: whole.append(x.ravel().tolist()),
            part=lambda start, x: parts.append(start),
        )
    post.run_until(lambda: bool(whole))
    assert whole == [[2, 2, 0]]
    assert parts == [0]


def test_a_path_comes_as_it_becomes_better(start: Start, post: QueuePost) -> None:
    client, parts, found = start("echo"), [], []
    knots = [[0, 1], [2, 3], [4, 5]]
    client.route(
        FOLDER,
        "geodesic",
        knots,
        lane="path",
        done=lambda route, energies: found.append((route, energies)),
        part=lambda route, energy: parts.append((route.knots, energy)),
    )
    post.run_until(lambda: bool(found))
    assert [energy for _, energy in parts][-1:] == [2.0]
    assert all(knots == ((0, 1), (2, 3), (4, 5)) for knots, _ in parts)
    route, energies = found[0]
    assert energies == [3.0, 2.0]
    assert (route.join, route.times) == ("line", (0, 0.5, 1))
    np.testing.assert_array_equal(route.at([0, 0.5, 1]), np.array(knots) + 0.5)


def test_a_path_through_other_points_makes_the_one_under_way_give_up(
    start: Start, post: QueuePost
) -> None:
    client, parts, found = start("gate"), [], []
    for end in range(3):  # the first is held by the process and would never end
        client.route(
            FOLDER,
            "graph",
            [[0, 0], [end, 1]],
            lane="path",
            done=lambda route, _, end=end: found.append((end, route.knots[-1])),
            part=lambda route, _, end=end: parts.append(end),
        )
    post.run_until(lambda: bool(found))
    post.drain()
    assert found == [(2, (2.5, 1.5))]
    assert set(parts) <= {2}


def test_an_answer_about_other_points_is_dropped(start: Start, post: QueuePost) -> None:
    client, found = start("echo"), []
    client.route(FOLDER, "graph", [[0], [1]], lane="path", done=lambda *_: found.append("old"))
    _wait_for_answers(client, 1)
    client.route(FOLDER, "graph", [[0], [2]], lane="path", done=lambda *_: found.append("new"))
    post.run_until(lambda: bool(found))
    assert found == ["new"]


def test_the_latent_may_change_after_the_call(start: Start, post: QueuePost) -> None:
    client, shown = start("gate"), []
    z = np.array([7.0, 0.0])
    client.decode(FOLDER, [1, 0], lane="cursor", done=lambda _: None)
    client.decode(FOLDER, z, lane="cursor", done=shown.append)
    z[:] = 0
    client.decode(FOLDER, [0, 0], lane="gate", done=lambda _: None)
    post.run_until(lambda: bool(shown))
    assert shown[0].ravel().tolist() == [2, 7, 0]


def test_an_error_is_one_sentence_for_who_asked(start: Start, post: QueuePost) -> None:
    client, told, general = start("refuse"), [], []
    client.failed.connect(general.append)
    client.decode(FOLDER, [1, 0], lane="a", done=lambda _: None, failed=told.append)
    client.decode(FOLDER, [1, 0], lane="b", done=lambda _: None)
    post.run_until(lambda: bool(told and general))
    assert told == general == ["No such model."]


def test_a_killed_process_is_started_again_and_says_so(start: Start, post: QueuePost) -> None:
    client, said, states, shown = start("mute"), [], [], []
    client.failed.connect(said.append)
    client.state_changed.connect(states.append)
    post.run_until(lambda: states == ["ready"])
    client.decode(FOLDER, [1, 0], lane="cursor", done=shown.append, failed=said.append)
    killed = client.pid
    client._argv[-1] = "echo"
    os.kill(killed, signal.SIGKILL)
    post.run_until(lambda: states == ["ready", "starting", "ready"])
    assert client.pid != killed
    assert said == [
        "The decoding process ended unexpectedly (signal 9); it was started again.",
        "The decoding process ended unexpectedly (signal 9); ask again.",
    ]
    client.decode(FOLDER, [5, 0], lane="cursor", done=shown.append)
    post.run_until(lambda: bool(shown))
    assert shown[0].ravel().tolist() == [1, 5, 0]


def test_what_waited_when_the_process_died_is_answered_by_the_next(
    start: Start, post: QueuePost
) -> None:
    client, failed, shown = start("mute"), [], []
    client.decode(FOLDER, [1, 0], lane="cursor", done=shown.append, failed=failed.append)
    client.decode(FOLDER, [2, 0], lane="cursor", done=shown.append, failed=failed.append)
    client._argv[-1] = "echo"
    os.kill(client.pid, signal.SIGKILL)
    post.run_until(lambda: bool(shown))
    assert shown[0].ravel().tolist() == [1, 2, 0]


def test_a_process_that_keeps_dying_is_given_up(start: Start, post: QueuePost) -> None:
    client, said, failed = start("crash"), [], []
    client.failed.connect(said.append)
    client.decode(FOLDER, [1, 0], lane="cursor", done=lambda _: None, failed=failed.append)
    client.decode(FOLDER, [2, 0], lane="cursor", done=lambda _: None, failed=failed.append)
    post.run_until(lambda: client.state == "dead")
    post.drain()
    assert "(exit status 3); it was started again" in said[0]
    assert "(exit status 3) twice; start latentlab again." in said[1]
    assert failed[-1] == said[1]
    client.decode(FOLDER, [3, 0], lane="cursor", done=lambda _: None, failed=failed.append)
    post.drain()
    assert len(failed) == 3
    assert failed[-1] == said[1]


def test_a_machine_without_torch_is_told_in_its_words(start: Start, post: QueuePost) -> None:
    client, said = start("fatal"), []
    client.failed.connect(said.append)
    post.run_until(lambda: client.state == "dead" and bool(said))
    post.drain()
    assert said == ["Torch is broken here."]
    client.decode(FOLDER, [3, 0], lane="cursor", done=lambda _: None)
    post.drain()
    assert said == ["Torch is broken here."] * 2


def test_close_leaves_neither_process_nor_thread_nor_answer(start: Start, post: QueuePost) -> None:
    client, shown = start("echo"), []
    client.decode(FOLDER, [1, 0], lane="cursor", done=shown.append)
    _wait_for_answers(client, 1)
    pid = client.pid
    client.close()
    post.drain()
    assert shown == []
    assert pid not in children()
    assert not [t.name for t in threading.enumerate() if t.name.startswith("codec-")]
    client.decode(FOLDER, [1, 0], lane="cursor", done=shown.append)
    client.close()


def test_a_process_that_will_not_end_is_killed(start: Start, monkeypatch: Any) -> None:
    monkeypatch.setattr("latentlab.app.codec_process._END_S", 0.2)
    client = start("hang")
    pid = client.pid
    client.close()
    assert pid not in children()
