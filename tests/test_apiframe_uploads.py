import contextlib
import ssl
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from listener import Reply, Seen, listening, told

from imagegen.digest import sha256_of
from imagegen.providers.apiframe.api import Api
from imagegen.providers.apiframe.line import Line
from imagegen.providers.apiframe.origin import Proxies, origin_of
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.apiframe.uploads import SIZE_LIMIT, Uploads
from imagegen.providers.provider import Refused, Unavailable
from imagegen.request import Reference
from imagegen.secret import Secret

pytestmark = pytest.mark.anyio
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@contextlib.asynccontextmanager
async def uploading(answer, clock=None):
    """Run a server and an Uploads that speaks to it."""
    async with listening(answer) as server:
        api = Api(Secret("afk_x"), Line(origin_of(server.url), CONTEXT, Proxies({}), Patience()))
        yield server, Uploads(api, **({"now": lambda: clock[0]} if clock else {}))
        await api.close()


def served(minutes=60):
    """Answer each upload with a URL of its own that lives so many minutes."""
    count = 0

    def answer(seen: Seen) -> Reply:
        nonlocal count
        count += 1
        expires = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        url = f"https://cdn.example/{count}"
        return told({"id": "u", "url": url, "kind": "image", "expiresAt": expires}, 201)

    return answer


def picture(folder, data):
    file = folder / f"secret-name-{sha256_of(data)[:4]}.png"
    file.write_bytes(data)
    return Reference("input_images", sha256_of(data)), file


async def test_a_picture_is_sent_as_the_field_file_without_its_name(tmp_path):
    reference, file = picture(tmp_path, b"\x89PNG bytes")
    async with uploading(served()) as (server, uploads):
        assert await uploads.urls([reference], [file]) == ["https://cdn.example/1"]
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", "/v2/uploads")
    assert b'name="file"' in seen.body
    assert b"\x89PNG bytes" in seen.body
    assert b"secret-name" not in seen.body


async def test_one_picture_is_uploaded_once_though_many_orders_want_it(tmp_path):
    reference, file = picture(tmp_path, b"a")
    async with uploading(served()) as (server, uploads):
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(uploads.urls, [reference, reference], [file, file])
        assert await uploads.urls([reference] * 2, [file] * 2) == ["https://cdn.example/1"] * 2
    assert len(server.seen) == 1


async def test_several_pictures_keep_their_order(tmp_path):
    pairs = [picture(tmp_path, bytes([number])) for number in range(4)]
    async with uploading(served()) as (server, uploads):
        urls = await uploads.urls([one for one, _ in pairs], [file for _, file in pairs])
        again = await uploads.urls([pairs[2][0]], [pairs[2][1]])
    assert len(set(urls)) == len(server.seen) == 4
    assert again == [urls[2]]


async def test_a_url_that_will_die_soon_is_replaced(tmp_path):
    reference, file = picture(tmp_path, b"a")
    clock = [0.0]
    async with uploading(served(minutes=60), clock) as (server, uploads):
        for at in (0.0, 44 * 60, 46 * 60):
            clock[0] = at
            await uploads.urls([reference], [file])
    assert len(server.seen) == 2


async def test_a_picture_that_changed_after_the_plan_is_never_sent(tmp_path):
    reference, file = picture(tmp_path, b"planned")
    file.write_bytes(b"changed")
    async with uploading(served()) as (server, uploads):
        with pytest.raises(Refused) as caught:
            await uploads.urls([reference], [file])
    assert "changed after the plan" in caught.value.problem.detail
    assert server.seen == []


async def test_a_missing_and_a_too_large_picture_are_refused_here(tmp_path):
    reference, file = picture(tmp_path, b"x")
    with file.open("r+b") as large:
        large.truncate(SIZE_LIMIT + 1)
    async with uploading(served()) as (server, uploads):
        for wrong, why in ((file, "25 MiB at most"), (tmp_path / "none.png", "cannot be read")):
            with pytest.raises(Refused) as caught:
                await uploads.urls([reference], [wrong])
            assert why in caught.value.problem.detail
    assert server.seen == []


async def test_what_cannot_get_better_is_told_before_what_can(tmp_path):
    (good, file), (bad, _) = picture(tmp_path, b"a"), picture(tmp_path, b"b")
    async with uploading(lambda seen: told({"error": "x"}, 502)) as (_, uploads):
        for pairs in (
            ([good, bad], [file, tmp_path / "none"]),
            ([bad, good], [tmp_path / "none", file]),
        ):
            with pytest.raises(Refused):
                await uploads.urls(*pairs)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (told({"error": "unsupported type"}, 400), Refused),
        (told({"error": "Invalid API key"}, 401), Refused),
        (told({"error": "slow"}, 429, retry_after="4"), Unavailable),
        (told({"error": "CDN upload failed"}, 502), Unavailable),
        (told({"id": "u"}, 201), Unavailable),
        (Reply(0), Unavailable),
    ],
)
async def test_a_failed_upload_says_whether_to_try_again(tmp_path, reply, kind):
    reference, file = picture(tmp_path, b"a")
    async with uploading(lambda seen: reply) as (_, uploads):
        with pytest.raises(kind) as caught:
            await uploads.urls([reference], [file])
    assert getattr(caught.value, "seconds", None) == (4 if reply.status == 429 else None)


async def test_a_picture_is_tried_again_after_a_failure(tmp_path):
    reference, file = picture(tmp_path, b"a")
    answers = iter([told({"error": "x"}, 502), served()(Seen("", "", {}, {}, b""))])
    async with uploading(lambda seen: next(answers)) as (_, uploads):
        with pytest.raises(Unavailable):
            await uploads.urls([reference], [file])
        assert await uploads.urls([reference], [file]) == ["https://cdn.example/1"]
