"""Owns the hostile locks and `.env` files: what may lie beside a project file that is good."""

from __future__ import annotations

from collections.abc import Iterator

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.original import Original

from .project_case import HERO, LOCK_FILE, OUTSIDE, Case, Link, Odd, Outcome, Text
from .project_corpus import commas, lines

_SHA256 = "ab" * 32


def sound_lock(name: str = "hero", output: str = "images/hero.png") -> str:
    """Return the text of a lock with one entry, as imagegen writes it."""
    request: dict[str, object] = {
        "key_format": 1,
        "model": "flux-2-pro",
        "params": {"output_format": "png"},
        "prompt": "A mug",
        "provider": "apiframe",
        "references": [],
    }
    entry = Locked(
        name=name,
        request=request,
        request_key=digest.xxh3_128(digest.canonical_json(request)),
        take=1,
        seed=7,
        job_id="job-1",
        credits=4,
        original=Original(sha256=_SHA256, bytes=10, format="png", width=8, height=8),
        outputs=(Output(output, _SHA256),),
    )
    return lockfile.dump(Lock({name: entry})).decode()


def hostile_locks() -> Iterator[Case]:
    """Yield projects whose lock cannot be trusted."""
    for name, text in _LOCKS.items():
        yield Case(f"lock: {name}", HERO, {LOCK_FILE: text}, place=LOCK_FILE)
    for old, new in _CHANGES:
        changed = sound_lock().replace(old, new, 1)
        if changed == sound_lock():
            raise ValueError(f"a lock has no {old!r}")
        yield Case(
            f"lock: {new[:60]!r}, {len(new)} letters, for {old[:60]!r}",
            HERO,
            {LOCK_FILE: changed},
            place=LOCK_FILE,
        )
    for path in _PATHS:
        text = sound_lock(output=path)
        yield Case(f"lock: output {path[:60]!r}", HERO, {LOCK_FILE: text}, place=LOCK_FILE)
    for odd in _NO_FILES:
        yield Case(f"lock: {odd}", HERO, {LOCK_FILE: odd}, place=None)


def hostile_settings() -> Iterator[Case]:
    """Yield projects with a `.env` that cannot be read."""
    for name, text in _SETTINGS.items():
        yield Case(f".env: {name}", HERO, {".env": text}, place=".env", verbs=("plan", "build"))
    nobody = {".env": "IMAGEGEN_HOME=~no-such-person/x\n"}
    yield Case(".env: a home of nobody", HERO, nobody, place=None, verbs=("plan", "build"))
    for name, text in _HARMLESS.items():
        beside = {".env": text}
        yield Case(f".env: {name}", HERO, beside, outcome=Outcome.VALID, verbs=("plan",))


def _twice() -> str:
    return sound_lock() + sound_lock().split("\n\n", 1)[1]


_LOCKS: dict[str, Text] = {
    "nothing": "",
    "a zero byte": b"\0",
    "random bytes": bytes(range(256)),
    "UTF-16": sound_lock().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + sound_lock().encode(),
    "a page": "<!doctype html>\n",
    "JSON": '{"version": 1}\n',
    "no version": "[images]\n",
    "a newer version": "version = 2\n",
    "an older version": "version = 0\n",
    "a version of true": "version = true\n",
    "a version of one and nothing": "version = 1.0\n",
    "a version as a text": "version = '1'\n",
    "a version with an escape": 'version = "\\u001b[2J\\u202e"\n',
    "a long version": lambda: f"version = '{'x' * 900_000}'\n",
    "a list as a version": lambda: f"version = [{'1,' * 200_000}]\n",
    "a deep version": lambda: f"version = {'[' * 200}{']' * 200}\n",
    "a huge version": f"version = {'9' * 4000}\n",
    "an endless version": f"version = {'9' * 1_000_000}\n",
    "an endless hex version": lambda: f"version = 0x{'f' * 1_000_000}\n",
    "images as a list": "version = 1\nimages = []\n",
    "images as a text": "version = 1\nimages = 'x'\n",
    "an image as a text": "version = 1\nimages.hero = 'x'\n",
    "an image as a list": "version = 1\n[[images.hero]]\ntake = 1\n",
    "an image of nothing": "version = 1\n[images.hero]\n",
    "conflict markers": lambda: f"<<<<<<< ours\n{sound_lock()}=======\n{sound_lock()}>>>>>>> x\n",
    "conflict markers inside": lambda: sound_lock().replace(
        "take = 1", "<<<<<<< HEAD\ntake = 1\n=======\ntake = 2\n>>>>>>> theirs"
    ),
    "conflict markers with a base": lambda: sound_lock().replace(
        "take = 1", "<<<<<<< a\ntake = 1\n||||||| b\ntake = 3\n=======\ntake = 2\n>>>>>>> c"
    ),
    "both sides of a merge": _twice,
    "half a lock": lambda: sound_lock()[:300],
    "a cut in a text": lambda: sound_lock()[: sound_lock().index("A mug") + 2],
    "hidden letters": lambda: sound_lock().replace("A mug", "A \u202e\x1b[2Jmug"),
    "a hidden name": lambda: sound_lock(name="\u202e\x9b").replace("take = 1", "take = -1"),
    "deep lists": lambda: "version = 1\na = " + "[" * 10**6,
    "deep tables": lambda: "version = 1\na = " + "{a=" * 300_000,
    "deep keys": lambda: "version = 1\n" + "a." * 500_000 + "b = 1",
    "deep headers": lambda: "version = 1\n" + lines(f"[{'a.' * 500}b#]\n", 900),
    "shared prefixes": lambda: "version = 1\n" + lines(f"images.{'a.' * 300}k# = 1\n", 1500),
    "an endless take": lambda: sound_lock().replace("take = 1", f"take = {'9' * 1_000_000}"),
    "an endless hex take": lambda: sound_lock().replace("take = 1", f"take = 0x{'f' * 1_000_000}"),
    "a number for the prompt": lambda: sound_lock().replace('"A mug"', "0x" + "f" * 9_000),
    "many entries of nothing": lambda: sound_lock() + lines("[images.i#]\n", 40_000),
    "a long list": lambda: sound_lock() + "[x]\na = [" + commas("#", 150_000) + "]",
    "too large": lambda: sound_lock() + "# x\n" * 2**23,
}

_CHANGES = (
    ('"A mug"', '"Another mug"'),
    ('"A mug"', '""'),
    ('"A mug"', "7"),
    ('"A mug"', "1979-05-27"),
    ('"A mug"', "nan"),
    ('"apiframe"', '["apiframe"]'),
    ("take = 1", "take = -1"),
    ("take = 1", "take = -2"),
    ("take = 1", "take = true"),
    ("take = 1", "take = 1.5"),
    ("take = 1", "take = inf"),
    ("take = 1", "take = '1'"),
    ("take = 1", "take = 0x" + "f" * 250),
    ("take = 1", "take = 9223372036854775808"),
    ("take = 1", "Take = 1"),
    ("seed = 7", "seed = -7"),
    ("seed = 7", "seed = 1979-05-27"),
    ("seed = 7", "seed = 0x" + "f" * 200),
    ('job_id = "job-1"', 'job_id = ""'),
    ('job_id = "job-1"', "job_id = 1"),
    ("credits = 4", "credits = -4"),
    ("credits = 4", "credits = nan"),
    ("credits = 4", "credits = 0x" + "f" * 200),
    ("bytes = 10", "bytes = 0"),
    ("bytes = 10", "bytes = 99999999999999999999"),
    ("width = 8", "width = 0"),
    ("width = 8", "width = 1000000000000"),
    ("height = 8", "height = []"),
    ('format = "png"', 'format = ""'),
    ('format = "png"', 'format = "../png"'),
    ('format = "png"', "format = {}"),
    (_SHA256, _SHA256.upper()),
    (_SHA256, _SHA256[:-1]),
    (_SHA256, "../../../../../../etc/passwd"),
    (_SHA256, "g" * 64),
    (_SHA256, "ab" * 31 + "\u0661\u0662"),
    ("[images.hero.original]", "[images.hero.originals]"),
    ("[images.hero.request]", "[[images.hero.request]]"),
    ("[images.hero]", "[images.hero.x]"),
    ("params", "parameters"),
    ("references = []", "references = [1]"),
    ("references = []", "references = 'x'"),
    ("references = []", "references = [{ field = 'x' }]"),
)
"""Words of a sound lock, and what a tamperer makes of them."""

_PATHS = (
    *("../x.png", "/etc/passwd", "a/../../x", "C:/x.png", "~/x.png", "~root/.ssh/id", "a\\b", ""),
    *("..", ".", "a//b", "x:y", "x\0", ".git/hooks/pre-commit", ".GIT/config", "imagegen.toml"),
    *("imagegen.lock", ".env", ".imagegen/fingerprint", "Imagegen.TOML", f"{OUTSIDE}/secret.png"),
    *("a\x1b[2J.png", "a\u202e.png", "con.png", "a.png ", "x" * 5000),
)

_NO_FILES = (Odd.FOLDER, Odd.PIPE, Link("/dev/zero"), Link(LOCK_FILE), Link("/dev/tty"))

_SETTINGS: dict[str, Text] = {
    "latin-1": 'APIFRAME_BASE_URL="é"\n'.encode("latin-1"),
    "random bytes": bytes(range(256)) * 100,
    "UTF-16": "APIFRAME_BASE_URL=x\n".encode("utf-16"),
    "too large": lambda: "A=1\n" * 2**23,
    "a home with a zero byte": "IMAGEGEN_HOME=a\0b\n",
    "an address with an escape": "APIFRAME_BASE_URL=https://a\x1b[2J.example\n",
}

_HARMLESS: dict[str, Text | Odd | Link] = {
    "a pipe": Odd.PIPE,
    "zeros without end": Link("/dev/zero"),
    "a folder": Odd.FOLDER,
    "no equals sign": "\x1b[2J nonsense \u202e\n",
    "other names": "PATH=/evil\nPYTHONPATH=/evil\nLD_PRELOAD=/evil.so\n",
    "a reference to another": "OTHER=${HOME}${APIFRAME_API_KEY}\n",
    "an open quote": "OTHER='\n",
    "many lines": lambda: lines("K#=1\n", 5_000),
}
