"""How a published file is known again."""

from __future__ import annotations

import json

import exhibits
import pytest

from imagegen.publish import data_file, html, manifest, python_module, signature, typescript
from imagegen.publish.urls import Urls

PICTURES = [exhibits.picture(alt=exhibits.NASTY)]
URLS = Urls("static")

OURS = {
    "json": manifest.text(PICTURES, URLS),
    "data": data_file.text(PICTURES, URLS, "a.json"),
    "yaml": data_file.text(PICTURES, URLS, "a.yml"),
    "typescript": typescript.text(PICTURES, "a.ts"),
    "python": python_module.text(PICTURES, URLS),
    "html": dict(html.partials(PICTURES, URLS))["mug.html"],
    "no data": data_file.text([], URLS, "a.json"),
    "no pictures": manifest.text([], URLS),
}


@pytest.mark.parametrize("kind", OURS)
def test_whatever_is_published_is_known_again(kind: str) -> None:
    assert signature.is_ours(OURS[kind].encode())


@pytest.mark.parametrize("kind", ["json", "data"])
def test_a_formatter_may_have_had_it(kind: str) -> None:
    value = json.loads(OURS[kind])
    assert signature.is_ours(json.dumps(value, indent=4).encode())
    assert signature.is_ours(json.dumps(value, separators=(",", ":")).encode())


def test_an_empty_file_has_nothing_to_lose() -> None:
    assert signature.is_ours(b"") and signature.is_ours(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "{}, and more",
        '{"images": {}}',
        '{"title": "Made by imagegen"}',
        '{"generator": "hugo"}',
        "<picture>",
        "export const images = {};\n// Made by imagegen\n",
        '{"a": {"b": 1}, "generator": "imagegen"}',
    ],
)
def test_the_work_of_others_is_not_ours(text: str) -> None:
    assert not signature.is_ours(text.encode())
