"""The client with the real codec process and a real, tiny model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app.codec_client import CodecClient
from latentlab.engine import device, pathways
from latentlab.engine.codec import Codec
from latentlab.engine.neighbourhood import NeighbourGraph
from tests.codec_helpers import write_classifier, write_cvae, write_latents, write_vae
from tests.helpers import QueuePost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

START_S = 60.0  # importing torch on a busy machine


@pytest.fixture(scope="module")
def shared_post() -> QueuePost:
    return QueuePost()


@pytest.fixture(scope="module")
def client(shared_post: QueuePost) -> Iterator[CodecClient]:
    """One process for all tests of this file: it takes seconds to start."""
    made = CodecClient(shared_post, device="cpu")
    shared_post.run_until(lambda: made.state == "ready", START_S)
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MNIST-sized 784-400-2 VAE."""
    return write_vae(tmp_path_factory.mktemp("models"), shape=(1, 28, 28), width=400)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conditional VAE of three classes."""
    return write_cvae(tmp_path_factory.mktemp("told"))


@pytest.fixture
def ask(shared_post: QueuePost) -> Callable[..., Any]:
    """Call a client's method and wait for its answer."""

    def wait(method: Callable[..., None], *args: Any, **named: Any) -> Any:
        answers: list[Any] = []

        def done(*values: Any) -> None:
            answers.append(values[0] if len(values) == 1 else values)

        method(*args, done=done, **named)
        shared_post.run_until(lambda: bool(answers), START_S)
        return answers[0]

    return wait


def test_it_answers_as_the_codec_itself(client: CodecClient, folder: Path, ask: Any) -> None:
    codec = Codec.open(folder, "cpu")
    z = ask(client.sample, folder, 6, lane="samples", seed=3)
    np.testing.assert_array_equal(z, codec.sample(6, 3))
    pictures = ask(client.decode, folder, z, lane="cursor")
    assert np.abs(pictures.astype(int) - codec.decode(z)).max() <= 1
    mu, logvar = ask(client.encode, folder, pictures, lane="inspector")
    np.testing.assert_allclose(mu, codec.encode(pictures)[0], atol=1e-4)
    assert logvar.shape == mu.shape == (6, 2)
    again = ask(client.reconstruct, folder, pictures, lane="inspector")
    assert np.abs(again.astype(int) - codec.reconstruct(pictures)).max() <= 1
    assert client.device_title == "CPU, 1 thread"


def test_pictures_for_files_are_those_of_any_other_process(
    client: CodecClient, folder: Path, ask: Any
) -> None:
    codec = Codec.open(folder, "cpu")
    z = codec.sample(30, 1)
    with device.using_threads(2):
        here = codec.decode(z, alone=True)
    np.testing.assert_array_equal(ask(client.decode, folder, z, lane="file", alone=True), here)
    one = ask(client.decode, folder, z[7], lane="file", alone=True)
    np.testing.assert_array_equal(one[0], here[7])


def test_paths_are_those_that_the_engine_finds(client: CodecClient, folder: Path, ask: Any) -> None:
    mu = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    write_latents(folder, mu)
    knots = np.array([[-2, 0], [2, 1], [0, 2]], np.float32)
    codec, graph = Codec.open(folder, "cpu"), NeighbourGraph(mu)
    route, energies = ask(client.route, folder, "graph", knots, lane="path")
    assert energies == []
    assert route == pathways.find("graph", codec, knots, graph)
    route, energies = ask(client.route, folder, "geodesic", knots, lane="path")
    assert energies == sorted(energies, reverse=True)
    np.testing.assert_array_equal(route.at([0, 0.5, 1]), knots)
    with device.using_threads(2):
        assert route == pathways.find("geodesic", codec, knots, graph)


def test_labels_arrive_for_all_or_for_each(client: CodecClient, told: Path, ask: Any) -> None:
    codec, classes = Codec.open(told, "cpu"), np.array([2, 0, 1, 1])
    z = np.random.default_rng(2).normal(size=(4, 2)).astype(np.float32)
    for label in (1, (0.5, 0.5, 0.0), classes, np.eye(3, dtype=np.float32)[classes]):
        made = ask(client.decode, told, z, lane="cursor", label=label)
        assert np.abs(made.astype(int) - codec.decode(z, label)).max() <= 1
    pictures = codec.decode(z, classes)
    mu, _ = ask(client.encode, told, pictures, lane="inspector", label=classes)
    np.testing.assert_allclose(mu, codec.encode(pictures, classes)[0], atol=1e-4)
    again = ask(client.reconstruct, told, pictures, lane="inspector", label=2)
    assert np.abs(again.astype(int) - codec.reconstruct(pictures, 2)).max() <= 1
    route, _ = ask(client.route, told, "geodesic", z[:2], lane="path", label=2)
    assert route == pathways.find("geodesic", codec.telling(2), z[:2])


def test_a_missing_label_is_told_in_a_sentence(
    client: CodecClient, told: Path, shared_post: QueuePost
) -> None:
    said: list[str] = []
    client.decode(
        told, [0, 0], lane="cursor", done=lambda _: said.append("done"), failed=said.append
    )
    shared_post.run_until(lambda: bool(said), START_S)
    assert said == ["Told must be told a label: 7, 8, 1."]


def test_families_come_with_their_forms(client: CodecClient, ask: Any) -> None:
    described = ask(client.describe)
    assert {"pca", "ae", "vae"} <= {item["name"] for item in described}


def test_a_missing_model_is_one_sentence(
    client: CodecClient, folder: Path, shared_post: QueuePost
) -> None:
    told: list[str] = []
    client.decode(folder / "no", [0, 0], lane="cursor", done=lambda _: None, failed=told.append)
    shared_post.run_until(lambda: bool(told))
    assert "is no model" in told[0]


def test_the_cursor_does_not_wait_behind_a_manifold(
    client: CodecClient, folder: Path, shared_post: QueuePost
) -> None:
    tiles = np.random.default_rng(0).normal(size=(20_000, 2))
    answered: list[str] = []
    client.decode(folder, tiles, lane="map", done=lambda _: answered.append("map"))
    for step in range(5):
        shown: list[Any] = []
        client.decode(folder, [step / 5, 0], lane="cursor", done=shown.append)
        shared_post.run_until(lambda shown=shown: bool(shown))
    assert not answered, "five cursors were served while one manifold was being decoded"
    shared_post.run_until(lambda: bool(answered))


def test_many_moves_show_the_last_place(
    client: CodecClient, folder: Path, shared_post: QueuePost
) -> None:
    path = np.random.default_rng(1).normal(size=(1000, 2)) * 2
    shown: list[Any] = []
    for z in path:
        client.decode(folder, z, lane="cursor", done=shown.append)
    last = Codec.open(folder, "cpu").decode(path[-1])
    shared_post.run_until(
        lambda: bool(shown) and np.abs(shown[-1].astype(int) - last).max() <= 1, START_S
    )
    assert len(shown) < 1000


def test_a_classifier_judges_as_the_codec_itself(
    client: CodecClient, ask: Any, tmp_path: Path
) -> None:
    folder = write_classifier(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (40, 1, 8, 8), np.uint8)
    found = ask(client.judge, folder, images, lane="judge")
    with device.using_threads(1):
        wanted = Codec.open(folder, "cpu").judge(images)
    assert [part.shape for part in found] == [(40, 3), (40, 32)]
    for part, same in zip(found, wanted, strict=True):
        np.testing.assert_allclose(part, same, atol=1e-5)


@pytest.mark.parametrize(("size", "words"), [(8, "is no classifier"), (9, "1 x 8 x 8")])
def test_what_cannot_be_judged_is_one_sentence(
    client: CodecClient, shared_post: QueuePost, tmp_path: Path, size: int, words: str
) -> None:
    folder = write_vae(tmp_path) if size == 8 else write_classifier(tmp_path)
    told: list[str] = []
    images = np.zeros((2, 1, size, size), np.uint8)
    client.judge(folder, images, lane="judge", done=lambda *_: told.append(""), failed=told.append)
    shared_post.run_until(lambda: bool(told), START_S)
    assert len(told) == 1
    assert words in told[0]


def test_the_windows_process_stays_free_of_torch(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise SystemExit('a file of the user was imported')")
    code = (
        "import queue, sys\n"
        "from pathlib import Path\n"
        "from latentlab.app.codec_client import CodecClient\n"
        "from latentlab.app.background import Background\n"
        "from latentlab.app.support import Support\n"
        "from latentlab.core import latent, projection\n"
        "todo, shown = queue.SimpleQueue(), []\n"
        "client = CodecClient(todo.put, 'cpu')\n"
        "client.decode(Path(sys.argv[1]), [0, 0], lane='cursor', done=shown.append)\n"
        "while not shown: todo.get()()\n"
        "Support(latent.line([0, 0], [1, 1], 9)).percentile([2, 2])\n"
        "client.close()\n"
        "heavy = {'torch', 'sklearn', 'scipy', 'PySide6', 'latentlab.models'}\n"
        "print(shown[0].shape, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "(1, 1, 28, 28) []"
    assert done.stderr == ""


def test_a_killed_process_is_replaced(
    client: CodecClient, folder: Path, ask: Any, shared_post: QueuePost
) -> None:
    said: list[str] = []
    client.failed.connect(said.append)
    os.kill(client.pid, signal.SIGKILL)
    shared_post.run_until(lambda: client.state == "starting")
    pictures = ask(client.decode, folder, [0, 0], lane="cursor")
    assert pictures.shape == (1, 1, 28, 28)
    assert said == ["The decoding process ended unexpectedly (signal 9); it was started again."]
    client.close()  # the last test of this file: nothing may outlive a test, the new process too
