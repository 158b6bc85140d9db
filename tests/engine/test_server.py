"""The worker's rules in this process, and the process's manners from outside."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab.core.errors import DeviceError
from latentlab.engine import codec_worker, device, server, wire
from latentlab.engine.codec import Codec
from latentlab.engine.codec_cache import CodecCache
from latentlab.engine.codec_worker import CodecWorker, Pace
from latentlab.engine.lanes import Inbox, Request
from tests.codec_helpers import write_latents, write_vae
from tests.engine.asking import Sent, joined, latents, request, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT_S = 60


@pytest.fixture
def folder(library: Path) -> Path:
    return write_vae(library)


def test_a_large_request_is_answered_in_slices_in_order(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    z = latents(300)
    run(worker, request(1, "map", "decode", folder, z=z))
    heads = [header for header, _ in sent.messages]
    assert len(heads) > 1
    assert [head["start"] for head in heads[1:]] == [
        head["start"] + len(arrays["images"]) for head, arrays in sent.messages[:-1]
    ]
    assert [head["last"] for head in heads] == [False] * (len(heads) - 1) + [True]
    np.testing.assert_array_equal(joined(sent), Codec.open(folder, "cpu").decode(z))


def test_the_cursor_goes_before_a_manifold_that_is_under_way(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    worker.accept(request(1, "map", "decode", folder, z=latents(3000)))
    worker.step()
    worker.accept(request(2, "inspector", "decode", folder, z=latents(1)))
    worker.accept(request(3, "cursor", "decode", folder, z=latents(1)))
    run(worker)
    assert sent.ids[:3] == [1, 3, 2]
    assert set(sent.ids[3:]) == {1}


def test_an_abandoned_request_ends_with_an_answer(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    worker.accept(request(1, "map", "decode", folder, z=latents(3000)))
    worker.step()
    worker.abandon({1, 77})
    assert not worker.is_busy
    assert sent.messages[-1][0] == {"kind": "abandoned", "id": 1}
    run(worker, request(2, "map", "decode", folder, z=latents(1)))
    assert sent.messages[-1][0]["last"]


def test_equally_urgent_lanes_take_turns(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    run(
        worker,
        request(1, "map", "decode", folder, z=latents(2000)),
        request(2, "tray", "decode", folder, z=latents(2000)),
    )
    assert sent.ids[:4] == [1, 2, 1, 2]


def test_encode_reconstruct_and_sample(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 1, 8, 8), np.uint8)
    codec = Codec.open(folder, "cpu")
    run(worker, request(1, "a", "encode", folder, images=images))
    np.testing.assert_allclose(joined(sent, "mu"), codec.encode(images)[0], rtol=1e-5)
    assert joined(sent, "logvar").shape == (40, 2)
    sent.messages.clear()
    run(worker, request(2, "a", "reconstruct", folder, images=images))
    assert np.abs(joined(sent).astype(int) - codec.reconstruct(images)).max() <= 1
    sent.messages.clear()
    run(worker, request(3, "a", "sample", folder, n=4, seed=9))
    np.testing.assert_array_equal(joined(sent, "z"), codec.sample(4, 9))


def test_pictures_for_files_are_the_same_in_any_company(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    z = latents(40)
    run(worker, request(1, "map", "decode", folder, z=z, alone=True))
    np.testing.assert_array_equal(joined(sent), Codec.open(folder, "cpu").decode(z, alone=True))


def test_a_path_is_told_as_it_becomes_better(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    knots = np.array([[2, 0], [-2, 1], [0, 3]], np.float32)
    run(worker, request(1, "path", "route", folder, path="geodesic", knots=knots))
    heads = [header for header, _ in sent.messages]
    assert [head["last"] for head in heads] == [False] * (len(heads) - 1) + [True]
    energies = heads[-1]["energies"]
    assert len(energies) == len(heads) - 1 > 2
    assert energies == sorted(energies, reverse=True)
    for number, head in enumerate(heads[:-1]):
        assert head["energies"] == energies[: number + 1]
    for _, arrays in sent.messages:
        np.testing.assert_array_equal(arrays["knots"][[0, -1]], knots[[0, 2]])
        assert (arrays["times"][0], arrays["times"][-1]) == (0, 1)
        assert len(arrays["times"]) == len(arrays["knots"])


def test_a_path_through_the_data_needs_data(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    ends = np.array([[0, 0], [1, 1]], np.float32)
    run(worker, request(1, "path", "route", folder, path="graph", knots=ends))
    assert "has no encoded images yet" in sent.messages[-1][0]["message"]
    mu = latents(200)
    write_latents(folder, mu)
    run(worker, request(2, "path", "route", folder, path="graph", knots=ends))
    header, arrays = sent.messages[-1]
    assert (header["last"], header["energies"]) == (True, [])
    assert len(arrays["knots"]) > 3
    assert {tuple(knot) for knot in arrays["knots"][1:-1]} <= {tuple(row) for row in mu}


def test_the_cursor_goes_before_a_path_which_can_be_given_up(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    write_latents(folder, latents(50))
    ends = np.array([[3, 0], [-3, 1]], np.float32)
    worker.accept(request(1, "path", "route", folder, path="geodesic", knots=ends))
    for _ in range(6):
        worker.step()
    worker.accept(request(2, "cursor", "decode", folder, z=latents(1)))
    before = len(sent.messages)
    worker.step()
    assert sent.ids[before:] == [2]
    worker.abandon({1})
    assert not worker.is_busy
    assert sent.messages[-1][0] == {"kind": "abandoned", "id": 1}


def test_a_path_of_one_point_is_one_sentence(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    point = np.zeros((1, 2), np.float32)
    run(worker, request(1, "path", "route", folder, path="geodesic", knots=point))
    assert "one point leads nowhere" in sent.messages[0][0]["message"]


def test_families_are_described_for_the_form(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    run(worker, request(1, "describe", "describe", folder))
    described = {item["name"]: item for item in sent.messages[0][0]["families"]}
    assert {"pca", "ae", "vae"} <= described.keys()
    assert "properties" in described["vae"]["config"]["schema"]


def test_a_mistake_is_answered_with_its_sentence_and_others_go_on(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    run(
        worker,
        request(1, "a", "decode", folder / "gone", z=latents(1)),
        request(2, "b", "decode", folder, z=np.zeros((1, 9), np.float32)),
        request(3, "c", "decode", folder, z=latents(1)),
    )
    answers = {header["id"]: header for header, _ in sent.messages}
    assert answers[1]["kind"] == answers[2]["kind"] == "error"
    assert "is no model" in answers[1]["message"]
    assert "latents of 2 numbers" in answers[2]["message"]
    assert answers[3]["kind"] == "part"


def test_a_bug_is_logged_and_named(sent: Sent, caplog: pytest.LogCaptureFixture) -> None:
    def broken(folder: Path) -> Codec:
        raise ZeroDivisionError("by zero")

    worker = CodecWorker(CodecCache(broken), sent)
    run(worker, Request({"id": 1, "lane": "a", "op": "decode", "folder": "x"}, {}))
    run(worker, Request({"id": 2, "lane": "a", "op": "juggle", "folder": "x"}, {}))
    assert "ZeroDivisionError: by zero" in sent.messages[0][0]["message"]
    assert sent.ids == [1, 2]
    assert "decode of x failed" in caplog.text


def test_a_slice_grows_to_its_time_and_not_beyond() -> None:
    pace = Pace()
    for _ in range(20):
        pace.learn(pace.rows, pace.rows * 1e-4)
    assert pace.rows == int(codec_worker._SLICE_S / 1e-4)
    pace.learn(1, 3e-4)  # one row is slower per row: no reason to cut smaller
    assert pace.rows == int(codec_worker._SLICE_S / 1e-4)
    pace.learn(pace.rows, 1.0)
    assert pace.rows == 1


@given(st.lists(st.tuples(st.integers(1, 600), st.floats(0, 10)), max_size=30))
def test_a_slice_always_has_rows(measured: list[tuple[int, float]]) -> None:
    pace = Pace()
    for rows, seconds in measured:
        pace.learn(rows, seconds)
        assert 1 <= pace.rows <= codec_worker._MOST_ROWS


# -- lanes and wire --------------------------------------------------------------------------


def test_the_inbox_keeps_the_newest_of_each_lane() -> None:
    inbox = Inbox()
    for number in range(1000):
        inbox.put(Request({"id": number, "lane": "ab"[number % 2]}, {}))
    requests, abandoned = inbox.take((), wait=True)
    assert {item.header["id"] for item in requests} == {998, 999}
    assert abandoned == set()
    assert inbox.take((), wait=False) == ([], set())


def test_a_busy_lane_waits_in_the_inbox() -> None:
    inbox = Inbox()
    inbox.put(Request({"id": 1, "lane": "a"}, {}))
    assert inbox.take({"a"}, wait=False) == ([], set())
    inbox.abandon(1)
    requests, abandoned = inbox.take((), wait=True)
    assert [item.header["id"] for item in requests] == [1]
    assert abandoned == {1}


def test_an_empty_inbox_blocks_until_it_is_filled() -> None:
    inbox, taken = Inbox(), []
    thread = threading.Thread(target=lambda: taken.extend(inbox.take((), wait=True)[0]))
    thread.start()
    inbox.put(Request({"id": 7, "lane": "a"}, {}))
    thread.join(WAIT_S)
    assert [item.header["id"] for item in taken] == [7]


ARRAYS = st.sampled_from(["u1", "i8", "f4", "f8"]).flatmap(
    lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(min_side=0, max_side=5))
)


@given(
    header=st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.none()),
    arrays=st.dictionaries(st.sampled_from(["z", "images", "mu"]), ARRAYS),
)
def test_a_message_survives_the_wire(header: Any, arrays: Any) -> None:
    stream = io.BytesIO(wire.pack(header, arrays) + wire.pack({"next": 1}))
    found, rows = wire.read(stream)
    assert found == header
    assert rows.keys() == arrays.keys()
    for name, array in arrays.items():
        assert rows[name].dtype == array.dtype
        np.testing.assert_array_equal(rows[name], array)
    assert wire.read(stream) == ({"next": 1}, {})
    assert wire.read(stream) is None


def test_a_transposed_array_arrives_as_it_looks() -> None:
    array = np.arange(6).reshape(2, 3).T
    _, rows = wire.read(io.BytesIO(wire.pack({}, {"x": array})))
    np.testing.assert_array_equal(rows["x"], array)


@pytest.mark.parametrize("cut", [0, 3, 8, 20, -1])
def test_a_cut_message_is_the_end(cut: int) -> None:
    message = wire.pack({"a": 1}, {"z": np.zeros(5)})
    assert wire.read(io.BytesIO(message[:cut])) is None


# -- the process -----------------------------------------------------------------------------


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "latentlab.engine.server", "--device", "cpu"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        yield child
        child.kill()


def test_requests_made_before_torch_is_imported_are_answered_and_eof_ends_it(
    process: subprocess.Popen[bytes], folder: Path
) -> None:
    head = {"id": 1, "lane": "cursor", "op": "decode", "folder": str(folder)}
    wire.write(process.stdin, wire.pack(head, {"z": np.zeros((1, 2), np.float32)}))
    ready, _ = wire.read(process.stdout)
    assert (ready["kind"], ready["device_title"]) == ("ready", "CPU, 1 thread")
    reply, arrays = wire.read(process.stdout)
    assert (reply["id"], reply["last"], arrays["images"].shape) == (1, True, (1, 1, 8, 8))
    process.stdin.close()
    assert process.wait(WAIT_S) == 0
    assert process.stderr.read() == b""


def test_eof_ends_it_also_while_it_starts(process: subprocess.Popen[bytes]) -> None:
    process.stdin.close()
    assert process.wait(WAIT_S) == 0


def test_a_machine_where_torch_is_broken_says_so() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from latentlab.engine import server; server.main([])\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        header, _ = wire.read(child.stdout)
        assert child.wait(WAIT_S) == 1
    assert header["kind"] == "fatal"
    assert header["message"].startswith("Models cannot be used on this machine: ")


def test_a_device_that_is_not_there_is_a_mistake_of_the_user(sent: Sent) -> None:
    with device.using_threads(1), pytest.raises(DeviceError, match="'abacus' is no device"):
        server._warm_up("abacus", sent)
    assert sent.messages == []


def test_prints_do_not_disturb_the_messages() -> None:
    code = (
        "import os, sys\n"
        "from latentlab.engine import server, wire\n"
        "source, sink = server._take_standard_streams()\n"
        "print('stray'); os.write(1, b'strayer'); sys.stdin.read()\n"
        "wire.write(sink, wire.pack({'kind': 'ready'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"", capture_output=True, check=True)
    assert wire.read(io.BytesIO(done.stdout)) == ({"kind": "ready"}, {})
    assert b"stray" in done.stderr
