"""References by URL: fetched once, looked at again only when `--refresh` asks, over real TLS."""

from __future__ import annotations

import io
import shutil
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from gallery import listing
from PIL import Image

HOST = "pictures.example.com"
URL = f"https://{HOST}/mug.png"
OTHER = f"https://{HOST}/cup.png"


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class FarAway:
    """A site with a public name, behind a proxy on loopback: what it has, and who asked for it."""

    certificate: Path
    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a run that finds it and trusts it."""
        proxy = f"http://127.0.0.1:{self.port}"
        return {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": f"{self.certificate}.crt"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    file = tmp_path_factory.mktemp("tls") / "site.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made += ["-nodes", "-keyout", str(file), "-out", f"{file}.crt", "-days", "2"]
    made += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run(made, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def site(certificate: Path) -> Iterator[FarAway]:
    far = FarAway(certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    class Visit(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            assert head(self.request).startswith(f"CONNECT {HOST}:443 ")
            self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with context.wrap_socket(self.request, server_side=True) as line:
                path = head(line).split()[1]
                far.seen.append(path)
                body = far.files.get(path)
                status = "200 OK" if body is not None else "404 Not Found"
                told = f"HTTP/1.1 {status}\r\nContent-Length: {len(body or b'')}\r\n"
                line.sendall(f"{told}Connection: close\r\n\r\n".encode() + (body or b""))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        far.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield far
        server.shutdown()


def head(line: ssl.SSLSocket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(4096)
    return data.decode()


def with_links(**links: str) -> str:
    return listing(
        {name: {"prompt": f"like {name}", "references": [url]} for name, url in links.items()}
    )


def test_only_refresh_looks_at_a_url_again_and_buys_only_what_it_changed(project, emulator, site):
    site.files = {"/mug.png": picture("red"), "/cup.png": picture("green")}
    project.write("imagegen.toml", with_links(mug=URL, cup=OTHER))
    project.run("build", env=site.environment, code=0)
    assert (emulator.charges, sorted(site.seen)) == (2, ["/cup.png", "/mug.png"])

    site.files["/mug.png"] = picture("blue")
    project.run("build", env=site.environment, code=0)
    project.run("check", code=0)
    assert (emulator.charges, len(site.seen)) == (2, 2)

    told = project.run("build", "--refresh", env=site.environment, code=0).stderr
    assert f"{URL} (sha256 " in told.replace("\n", "")
    assert "1 to generate, 1 to keep" in told
    assert (emulator.charges, len(site.seen)) == (3, 4)
    project.run("check", code=0)

    before = len(emulator.requests)
    project.run("build", "--refresh", env=site.environment, code=0)
    site.files["/mug.png"] = picture("red")
    project.run("build", "--refresh", env=site.environment, code=0)
    assert len(emulator.requests) == before


def test_a_url_that_fails_stops_the_refresh_before_anything_is_done(project, emulator, site):
    site.files = {"/mug.png": picture("red"), "/cup.png": picture("green")}
    project.write("imagegen.toml", with_links(mug=URL, cup=OTHER))
    project.run("build", env=site.environment, code=0)
    lock, posts = project.bytes("imagegen.lock"), emulator.posts
    site.files = {"/cup.png": picture("blue")}
    told = project.run("build", "--refresh", env=site.environment, code=2).stderr
    assert URL in told
    assert "Nothing was bought." in told
    assert (project.bytes("imagegen.lock"), emulator.posts) == (lock, posts)
    project.run("check", code=0)


def test_a_refreshed_image_does_not_change_another_that_has_the_same_url(project, emulator, site):
    site.files = {"/mug.png": picture("red")}
    project.write("imagegen.toml", with_links(cup=URL, mug=URL))
    project.run("build", env=site.environment, code=0)
    site.files = {"/mug.png": picture("blue")}
    for name in ("cup", "mug"):
        project.run("build", name, "--refresh", env=site.environment, code=0)
        project.run("plan", "--check", code=0)
        project.run("check", code=0)
    assert emulator.charges == 4


def test_a_url_is_not_refreshed_for_drafts_or_saved_plans(project):
    project.write("imagegen.toml", with_links(mug=URL))
    assert "--refresh" in project.run("build", "--refresh", "--draft", code=2).stderr
    project.write("plan.json", "{}")
    project.run("build", "--refresh", "--plan", "plan.json", code=2)
