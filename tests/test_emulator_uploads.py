"""What may be uploaded, and for how long it stays."""

import pytest
from emulation import talking

from imagegen.emulator.rejection import Rejection
from imagegen.emulator.settings import Settings
from imagegen.emulator.uploads import LIMITS, Uploads, medium_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_the_first_bytes_decide():
    assert medium_of(PNG).content_type == "image/png"
    assert medium_of(b"RIFF\x00\x00\x00\x00WEBPVP8 ").kind == "image"
    assert medium_of(b"\x00\x00\x00\x18ftypisom").kind == "video"
    assert medium_of(b"ID3\x04").kind == "audio"
    assert medium_of(b"<svg/>") is None


def test_a_file_is_there_until_it_expires_also_after_a_restart(tmp_path):
    name = Uploads(tmp_path, retention=10).take(PNG, now=100.0).file_name
    again = Uploads(tmp_path, retention=10)
    assert again.get(name, 109.0) == PNG
    assert again.get(name, 110.0) is None
    assert again.get("../../etc/passwd", 0.0) is None


def test_a_file_of_another_kind_or_size_is_refused(tmp_path):
    uploads = Uploads(tmp_path, retention=10)
    for data in (b"hello", b"", PNG + bytes(LIMITS["image"])):
        with pytest.raises(Rejection) as caught:
            uploads.take(data, now=1.0)
        assert caught.value.status == 400


def test_an_upload_is_served_to_everyone():
    with talking() as talk:
        response = talk.client.post("/v2/uploads", files={"file": ("x.gif", PNG, "image/gif")})
        assert response.status_code == 201
        taken = response.json()
        assert (taken["kind"], taken["contentType"], taken["byteSize"]) == (
            "image",
            "image/png",
            28,
        )
        assert taken["expiresAt"].endswith("Z")
        served = talk.client.get(taken["url"], headers={"X-API-Key": ""})
        assert (served.content, served.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(
    "sent", [{"files": {"other": PNG}}, {"content": b"x"}, {"data": {"file": "x"}}]
)
def test_an_upload_without_a_file_is_refused(sent):
    with talking() as talk:
        response = talk.client.post("/v2/uploads", **sent)
        assert (response.status_code, response.json()) == (400, {"error": "No file uploaded"})


def test_a_job_with_an_expired_upload_fails():
    with talking(Settings(latency=0.0, upload_retention=0.0)) as talk:
        url = talk.client.post("/v2/uploads", files={"file": PNG}).json()["url"]
        job = talk.finished(talk.buy(fluxParams={"input_images": [url]}))
        assert job["status"] == "FAILED"
        assert url in job["error"]
        assert talk.emulator.charges == []
