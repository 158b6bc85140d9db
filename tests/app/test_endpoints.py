from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from latentlab.app import endpoints, probe_rows
from latentlab.app.endpoints import Endpoint, reference_of_pin, resolve
from latentlab.app.portable import portable
from latentlab.app.session import Session
from latentlab.app.state import Pin
from latentlab.core import images, paths
from latentlab.core.errors import LatentlabError
from latentlab.core.manifest import DataRecord
from latentlab.data import MissingDataError
from tests.app.endpoint_helpers import FakeCoder, dataset_of, lab_of, latents_of
from tests.helpers import QueuePost, manifest_of

if TYPE_CHECKING:
    from pathlib import Path

COLOUR = (3, 8, 8)


def find(reference: str, shape: tuple[int, int, int] = (1, 8, 8), **known: Any) -> Endpoint:
    manifest = known.pop("manifest", None) or manifest_of(
        data=DataRecord(
            name="digits", title="Digits", content_hash="0" * 64, shape=shape,
            label_names=("0", "1", "2"), test_images=20,
        )
    )  # fmt: skip
    load = known.pop("load_dataset", lambda _: dataset_of())
    return resolve(reference, FakeCoder(shape), manifest, load_dataset=load, **known)


def missing(_spec: str) -> Any:
    raise MissingDataError("not here")


def pin(name: str = "A", **fields: Any) -> Pin:
    return Pin(**{"id": name, "name": name, "model": "tiny-vae-2", "z": (1.0, 2.0), **fields})


def test_an_image_is_given_and_encoded() -> None:
    found = find("data:digits/test/3")
    original = dataset_of().images[43]
    assert np.array_equal(found.picture, original)
    assert found.is_given
    assert found.title == "Digits test 3"
    assert found.label == int(dataset_of().labels[43])  # type: ignore[index]
    assert found.z == pytest.approx([original.mean() / 255, original.max() / 255])


def test_all_counts_the_images_as_they_are_stored() -> None:
    assert np.array_equal(find("data:digits/all/43").picture, find("data:digits/test/3").picture)
    assert find("data:digits/all/43").title == "Digits 43"


def test_an_image_of_another_size_and_colour_is_fitted() -> None:
    found = find("data:digits/test/3", load_dataset=lambda _: dataset_of(side=16, channels=3))
    assert found.picture.shape == (1, 8, 8)
    assert find("data:digits/test/3", COLOUR).picture.shape == COLOUR


def test_labels_of_another_dataset_mean_nothing_here() -> None:
    other = manifest_of(
        data=DataRecord(name="x", title="X", content_hash="", shape=(1, 8, 8), label_names=("a",))
    )
    assert find("data:digits/test/3", manifest=other).label is None


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("data:digits/test/20", "Digits has 20 test images, numbered 0 to 19"),
        ("data:digits/all/60", "Digits has 60 images, numbered 0 to 59"),
        ("data:digits/tset/1", "write data:DATASET/SPLIT/NUMBER"),
        ("data:digits", "write data:DATASET/SPLIT/NUMBER"),
        ("z:1,2,3", "z:1,2,3 has 3 numbers, but latents of Tiny VAE have 2"),
        ("z:1", "z:1 has 1 number, but"),
        ("z:1,nan", "is no latent"),
        ("seed:-1", "is no seed"),
        ("label:7", "label:7 is no label of this model; there are 0, 1, 2"),
        ("label:1", "no encoded images"),
        ("pin:A", "the Tray is empty"),
        ("picture:%%%", "is no base64"),
        ("picture:aGVsbG8=", "is empty or no picture"),
        ("file:/no/such.png", "is not there"),
        ("nonsense", "names no picture or latent"),
        ("mean:3", "names no picture or latent"),
    ],
)
def test_what_cannot_be_found_is_one_sentence(reference: str, sentence: str) -> None:
    with pytest.raises(LatentlabError) as raised:
        find(reference)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_dataset_names_near_ones() -> None:
    from latentlab import data

    with pytest.raises(LatentlabError, match="did you mean mnist"):
        find("data:mnits/test/1", load_dataset=data.load)


def test_without_the_dataset_the_models_own_encoded_image_serves() -> None:
    labels = np.arange(20) % 3
    known: dict[str, Any] = {
        "load_dataset": missing, "latents": latents_of(range(40, 60), labels),
    }  # fmt: skip
    for reference in ("data:digits/test/3", "data:digits/all/43"):
        found = find(reference, **known)
        assert list(found.z) == [43, -43]
        assert not found.is_given
        assert found.label == 0
        assert "the original is not on this machine" in found.title
    with pytest.raises(LatentlabError, match="latentlab data fetch digits"):
        find("data:digits/train/3", **known)
    with pytest.raises(LatentlabError, match="latentlab data fetch mnist"):
        find("data:mnist/test/3", **known)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "I;16", "LA"])
@pytest.mark.parametrize("shape", [(1, 8, 8), COLOUR])
def test_a_file_of_any_mode_and_size_is_fitted(
    mode: str, shape: tuple[int, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "a b é.png"
    Image.new(mode, (31, 20)).save(path)
    found = find(f"file:{path}", shape)
    assert found.picture.shape == shape
    assert found.is_given
    assert found.title == "a b é.png"


def test_one_pixel_is_a_picture_of_one_grey(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("L", (1, 1), 77).save(path)
    assert (find(f"file:{path}").picture == 77).all()


@pytest.mark.parametrize("suffix", [".gif", ".tif", ".webp", ".bmp", ".jpg"])
def test_other_formats_can_be_pointed_at(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    Image.new("L", (8, 8), 200).save(path)
    assert abs(int(find(f"file:{path}").picture.mean()) - 200) < 3


@pytest.mark.parametrize("cut", [10, 40, -20])
def test_a_damaged_file_is_one_sentence(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(LatentlabError, match=r"'.*x\.png' (is damaged|is empty or no picture)"):
        find(f"file:{path}")


def test_a_file_that_is_no_picture_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_text("hello")
    with pytest.raises(LatentlabError, match="no picture"):
        find(f"file:{path}")
    with pytest.raises(LatentlabError):
        find(f"file:{tmp_path}")


def test_a_picture_in_the_reference_is_given() -> None:
    picture = dataset_of().images[5]
    found = find(f"picture:{images.png_text(picture)}")
    assert np.array_equal(found.picture, picture)
    assert found.is_given


@given(z=st.lists(st.floats(-9, 9, width=32), min_size=2, max_size=2))
def test_a_latent_keeps_every_bit(z: list[float]) -> None:
    from latentlab.core import reference

    found = find(str(reference.of_latent(z)))
    assert np.array_equal(found.z, np.asarray(z, np.float32))
    assert not found.is_given


def test_a_seed_is_the_first_of_that_sample() -> None:
    found = find("seed:42")
    assert np.array_equal(found.z, FakeCoder().sample(1, 42)[0])
    assert found.title == "sample 42"


def test_a_label_by_name_or_number_is_the_mean_of_its_images() -> None:
    latents = latents_of([0, 10, 20, 30], np.array([0, 1, 1, 2]))
    assert list(find("label:1", latents=latents).z) == [15, -15]
    named = manifest_of(
        data=DataRecord(
            name="d", title="D", content_hash="", shape=(1, 8, 8), label_names=("a", "b", "c")
        )
    )
    for reference in ("label:b", "label:1"):
        found = find(reference, latents=latents, manifest=named)
        assert (found.title, found.label) == ("mean of b", 1)
    with pytest.raises(LatentlabError, match="None of the encoded images"):
        find("label:2", latents=latents_of([1, 2], np.array([0, 1])))


def test_near_labels_are_named() -> None:
    named = manifest_of(
        data=DataRecord(
            name="d", title="D", content_hash="", shape=(1, 8, 8), label_names=("shirt", "coat")
        )
    )
    with pytest.raises(LatentlabError, match="did you mean shirt"):
        find("label:shrit", manifest=named)


def test_a_pin_is_its_image_else_its_latent() -> None:
    pins = [pin(), pin("B", source="data:digits/test/3"), pin("C", source="mean:4 selected")]
    assert list(find("pin:A", pins=pins).z) == [1, 2]
    assert np.array_equal(find("pin:B", pins=pins).picture, dataset_of().images[43])
    assert list(find("pin:C", pins=pins).z) == [1, 2]
    assert find("pin:B", pins=pins).title == "B"


def test_an_unknown_pin_names_near_ones() -> None:
    with pytest.raises(LatentlabError, match="did you mean smile"):
        find("pin:smlie", pins=[pin("smile"), pin("A")])
    with pytest.raises(LatentlabError, match="there are A, B"):
        find("pin:Q", pins=[pin("A"), pin("B")])


def test_a_pin_of_another_model_must_be_a_picture() -> None:
    other = pin(model="other", z=(1.0, 2.0, 3.0))
    with pytest.raises(LatentlabError, match="is a latent of other"):
        find("pin:A", pins=[other])
    seen = pin(model="other", source="data:digits/test/3")
    assert find("pin:A", pins=[seen]).is_given
    assert list(find("pin:A", pins=[other, pin(z=(3.0, 4.0))]).z) == [3, 4]


@pytest.mark.parametrize(
    ("reference", "lack"),
    [("seed:1", "no prior to sample from"), ("data:digits/test/1", "no encoder for pictures")],
)
def test_a_model_that_cannot_says_so(reference: str, lack: str) -> None:
    with pytest.raises(LatentlabError, match=lack):
        find(reference, manifest=manifest_of(capabilities=("decode",)))


def test_references_of_pins() -> None:
    assert str(reference_of_pin(pin(source="data:digits/test/3"))) == "data:digits/test/3"
    assert str(reference_of_pin(pin(source="data:17"))) == "z:1.0,2.0"
    assert str(reference_of_pin(pin(source="cursor"))) == "z:1.0,2.0"


def test_the_tray_of_the_last_session_is_read() -> None:
    assert endpoints.saved_pins() == ()
    session = Session()
    session.pin([1.0, 2.0], name="smile")
    paths.settings().mkdir(parents=True)
    session.save(paths.settings() / "session.json")
    assert [each.name for each in endpoints.saved_pins()] == ["smile"]


# -- what may go into a recipe -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["z:1.0,2.0", "seed:3", "label:1", "data:digits/test/3"])
def test_what_means_the_same_elsewhere_stays(text: str) -> None:
    assert portable(find(text, latents=latents_of([0, 1], np.array([0, 1])))) == text


def test_things_of_one_machine_become_pictures_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("L", (8, 8), 200).save(path)
    for text in (f"file:{path}", f"data:npz:{tmp_path}/x.npz/test/3"):
        found = find(text)
        made = portable(found)
        assert str(tmp_path) not in made
        assert base64.b64decode(made.removeprefix("picture:")).startswith(b"\x89PNG")
        assert np.array_equal(find(made).z, found.z)
    assert portable(find("pin:A", pins=[pin()])) == "z:1.0,2.0"


# -- rows of the map -----------------------------------------------------------------------------


@pytest.mark.parametrize("row", [0, 7, 19])
def test_a_row_names_its_image_and_finds_its_way_back(row: int) -> None:
    indices = np.arange(40, 60)
    record = manifest_of().data.model_copy(update={"test_images": 20})
    with_data = probe_rows.reference_of(row, indices, record, dataset_of())
    without = probe_rows.reference_of(row, indices, record, None)
    assert str(with_data) == str(without) == f"data:digits/test/{row}"
    assert probe_rows.row_of(with_data, indices, record) == row


def test_a_row_of_a_chosen_few_counts_among_all_without_the_data() -> None:
    indices, record = np.array([3, 31, 44]), manifest_of().data
    said = [str(probe_rows.reference_of(i, indices, record, dataset_of())) for i in range(3)]
    assert said == ["data:digits/train/3", "data:digits/validation/1", "data:digits/test/4"]
    bare = probe_rows.reference_of(2, indices, record, None)
    assert str(bare) == "data:digits/all/44"
    assert probe_rows.row_of(bare, indices, record) == 2


def test_the_lab_names_its_rows(post: QueuePost) -> None:
    lab = lab_of(post, latents=latents_of([44]), dataset=dataset_of())
    assert str(endpoints.reference_of_row(lab, 0)) == "data:digits/test/4"
    lab.latents = None
    with pytest.raises(LatentlabError):
        endpoints.reference_of_row(lab, 0)
    lab.background.close()
