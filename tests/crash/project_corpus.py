"""Owns the hand-picked hostile projects: each an attack that somebody has thought of.

By subject: the text itself, what is nested or many, names and outputs, templates, references,
models and params, money, and what lies where the project file should be. Locks and `.env` files
are in `project_locks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .project_case import HERO, OUTSIDE, PROJECT_FILE, Case, Link, Odd, Outcome, Text

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d4944415478da63"
    "fcffff3f030005fe02fea72d9d640000000049454e44ae426082".replace(" ", "")
)
"""A picture of one pixel."""

_HIDDEN = "\u202e\u200b\x9b\x1b\u2028"


def lines(pattern: str, count: int) -> str:
    """Return `pattern` `count` times, `#` being the number."""
    return "".join(pattern.replace("#", str(number)) for number in range(count))


def commas(pattern: str, count: int) -> str:
    """Return `pattern` `count` times with commas between, `#` being the number."""
    return ",".join(pattern.replace("#", str(number)) for number in range(count))


def images(count: int, *more: str) -> str:
    """Return that many images, each with the `more` lines."""
    return lines("\n".join(("[images.i#]", 'prompt = "A #"', *more, "")), count)


def quoted(text: str) -> str:
    """Return `text` as a TOML string; nothing printable is escaped, everything else is."""
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\' or not letter.isprintable():
        return f"\\U{ord(letter):08X}"
    return letter


def hand_picked() -> Iterator[Case]:
    """Yield every hand-picked project file, in an order that never changes."""
    yield from _refused("text", _TEXTS)
    yield from _refused("many", _MANY)
    yield from _allowed("large", _LARGE)
    yield from (_output(path) for path in _OUTPUTS)
    yield from (_folder(path) for path in _FOLDERS)
    yield from _refused("names", _NAMES)
    yield from (_prompt(text) for text in _PROMPTS)
    yield from _refused("templates", _TEMPLATES)
    yield from (_reference(text) for text in _REFERENCES)
    yield from _refused("models", _MODELS)
    yield from _refused("money", _MONEY)
    yield from _linked()
    yield from _not_a_file()


def _refused(subject: str, texts: dict[str, Text]) -> Iterator[Case]:
    return (Case(f"{subject}: {name}", text) for name, text in texts.items())


def _allowed(subject: str, texts: dict[str, Text]) -> Iterator[Case]:
    for name, text in texts.items():
        yield Case(f"{subject}: {name}", text, outcome=Outcome.VALID, verbs=("plan",))


_TEXTS: dict[str, Text] = {
    "nothing": "",
    "only a comment": "# nothing\n",
    "one zero byte": b"\0",
    "a zero byte in a text": '[images.a]\nprompt = "x\0"\n',
    "a zero byte behind the end": HERO + "\0",
    "an escaped zero byte": '[images.a]\nprompt = "x\\u0000"\n',
    "an escaped escape": '[images.a]\nprompt = "x\\u001b[2J"\n',
    "a surrogate": '[images.a]\nprompt = "\\ud800"\n',
    "a pair of surrogates": '[images.a]\nprompt = "\\ud83d\\ude00"\n',
    "a surrogate in UTF-8": b'[images.a]\nprompt = "\xed\xa0\x80"\n',
    "a letter beyond Unicode": '[images.a]\nprompt = "\\U00110000"\n',
    "overlong UTF-8": b'[images.a]\nprompt = "\xc0\xae\xc0\xae/x"\n',
    "half a letter at the end": HERO.encode() + b"# \xe2\x82",
    "latin-1": 'a = "é"'.encode("latin-1"),
    "utf-16": HERO.encode("utf-16"),
    "utf-32": HERO.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + HERO.encode(),
    "a byte order mark inside": HERO.encode() + b"\xef\xbb\xbfx = 1\n",
    "random bytes": lambda: bytes(range(256)) * 4000,
    "a picture": lambda: PNG + bytes(9999),
    "an archive": b"PK\x03\x04" + bytes(range(255)),
    "a page": "<!doctype html><html><title>404</title></html>\n",
    "JSON": '{"images": {"hero": {"prompt": "x"}}}\n',
    "YAML": "images:\n  hero:\n    prompt: x\n",
    "conflict markers": f"<<<<<<< ours\n{HERO}=======\n{HERO}>>>>>>> theirs\n",
    "too large": lambda: "#" * 2**21,
    "only newlines": lambda: "\n" * (2**20),
    "only carriage returns": lambda: "\r" * (2**20),
    "a carriage return alone": '[images.a]\rprompt = "x"\r',
    "carriage returns in turn": '[images.a]\r\nprompt = "x"\r\r\nseed = 1\n',
    "a vertical tab": HERO + "\x0bseed = 1\n",
    "a form feed": HERO + "\x0c\n",
    "a delete": HERO + "# \x7f\n",
    "a line separator": HERO + "\u2028seed = 1\n",
    "a hidden blank": HERO + "\u00a0seed = 1\n",
    "typographic quotes": "[images.a]\nprompt = “x”\n",
    "full-width signs": "［images.a］\nprompt ＝ 'x'\n",
    "escape sequences": f"{_HIDDEN} = 1\n",
    "escape sequences in a comment": f"{HERO}# \x1b]0;gone\x07\n",
    "escape sequences in a wrong value": f"{HERO}style = 'a\u202e\u2066b'\n",
    "hidden letters in names": "[images.'\u202e']\nprompt = 'x'\n[images.a]\n'\u200b' = 1",
    "hidden letters in an unknown table": "['\u202egnp\u200f']\na = 1\n" + HERO,
    "tag letters": "[images.'\U000e0041\U000e0042']\nprompt = 'x'\n",
    "C1 letters": f"{HERO}'\x9b31m' = 1\n",
    "a key twice": HERO + 'prompt = "y"\n',
    "a table twice": HERO + HERO,
    "a table as a value": 'images = 1\n[images.a]\nprompt = "x"\n',
    "a table added to braces": 'images = {a = {prompt = "x"}}\n[images.b]\nprompt = "x"\n',
    "a key twice in braces": "images = {a = 1, a = 2}\n",
    "dotted over a table": HERO + "[images]\nhero.seed = 1\n",
    "a list grown": "images.a.references = []\n[[images.a.references]]\nx = 1\n",
    "braces over lines": 'images = {\n a = {prompt = "x"}\n}\n',
    "an unclosed text": '[images.a]\nprompt = "x\n',
    "an unclosed long text": lambda: 'a="""' + '""\\"' * 250_000,
    "an unclosed list": f"{HERO}references = ['a', 'b'\n",
    "an unclosed table": "[images.a\nprompt = 'x'\n",
    "no value": "[images.a]\nprompt =\n",
    "no key": "[images.a]\n = 'x'\n",
    "a bare word": "[images.a]\nprompt = mug\n",
    "a wrong escape": '[images.a]\nprompt = "C:\\path"\n',
    "a wrong true": f"{HERO}protect = True\n",
    "a leading zero": f"{HERO}seed = 007\n",
    "two signs": f"{HERO}seed = --7\n",
    "underscores": f"{HERO}seed = 1__0\n",
    "a date that is none": f"{HERO}seed = 1979-99-99\n",
    "a time that is none": f"{HERO}seed = 25:61:61\n",
    "a year of five digits": f"{HERO}seed = 10000-01-01\n",
    "an offset that is none": f"{HERO}seed = 1979-05-27T00:00:00+99:99\n",
}

_MANY: dict[str, Text] = {
    "deep lists": lambda: "a=" + "[" * 10**6,
    "deep lists that close": lambda: "a=" + "[" * 4000 + "]" * 4000,
    "deep inline tables": lambda: "a=" + "{a=" * 300_000,
    "deep in turn": lambda: "a=" + "[{a=" * 3000 + "1" + "}]" * 3000,
    "deep keys": lambda: "a." * 500_000 + "b=1",
    "deep quoted keys": lambda: '"a" . ' * 150_000 + "b=1",
    "deep headers": lambda: lines(f"[{'a.' * 500}b#]\n", 900),
    "deep lists of tables": lambda: lines(f"[[{'a.' * 30}b]]\n", 15_000),
    "one level too many": f"{HERO}params = {'{a=' * 33}1{'}' * 33}",
    "depth at the limit": f"{HERO}params = {'{a=' * 31}1{'}' * 31}",
    "shared prefixes": lambda: lines("images.a.params.k#.a.b.c.d.e.f=1\n", 18_000),
    "a long number": lambda: f"{HERO}seed = {'9' * 10**6}",
    "a number of 250 digits": f"{HERO}seed = {'9' * 250}",
    "a long hex number": lambda: f"{HERO}seed = 0x{'f' * 10**6}",
    "a long octal number": lambda: f"{HERO}seed = 0o{'7' * 10**6}",
    "a long binary number": lambda: f"{HERO}seed = 0b{'1' * 10**6}",
    "a long fraction": lambda: f"{HERO}seed = 0.{'1' * 10**6}",
    "a long exponent": f"{HERO}seed = 1e{'9' * 200}",
    "a long date": lambda: f"{HERO}seed = 1979-05-27T00:00:00.{'1' * 10**6}",
    "a long bare key": lambda: "k" * 10**6 + " = 1",
    "a long quoted key": lambda: f'"{"k" * 900_000}" = 1\n{HERO}',
    "a long header": lambda: f'["{"k" * 900_000}"]\n{HERO}',
    "not a number": f"{HERO}seed = nan\nparams = {{ output_quality = inf }}",
    "a number of any size in params": f"{HERO}params = {{ output_quality = {'9' * 250} }}",
    "long texts in turn": lambda: '"""\n' + '\\"""\n' * 200_000,
    "many quotes": lambda: '"' * 900_001,
    "many tables": lambda: lines("[t#]\n", 90_000),
    "a hundred thousand keys": lambda: lines("k#=1\n", 90_000),
    "a million keys": lambda: "a={" + commas("#=1", 120_000) + "}",
    "many lists of tables": lambda: "[[a]]\n" * 150_000,
    "too many images": lambda: lines("[images.i#]\nprompt='x'\n", 10_001),
    "an image of a thousand names": lambda: lines("images.a.b#=1\n", 70_000),
    "long names": lambda: lines(f"[images.{'a' * 200}#]\n", 4000),
    "names that differ in case": lambda: (
        images(4999) + images(4999).replace("images.i", "images.I")
    ),
    "one output for all": lambda: images(9_999, 'output = "a.png"'),
    "a deep output folder": lambda: f'[project]\noutput_dir = "{"a/" * 511}b"\n{images(9_999)}',
    "a long output": lambda: f"{HERO}output = '{'a/' * 400_000}b.png'",
    "unknown keys": lambda: images(9_000, "sede = #"),
    "unknown keys in one table": lambda: "[provider]\n" + lines("k# = 1\n", 80_000) + HERO,
    "missing prompts": lambda: lines("[images.i#]\n", 9_999),
    "unknown styles": lambda: (
        images(9_000, 'style = "sx#"') + "[styles]\n" + lines("s# = {prompt='{prompt}'}\n", 9_000)
    ),
    "unknown variables": lambda: (
        "[vars]\n"
        + lines("name_# = 'x'\n", 9_000)
        + lines("[images.i#]\nprompt = '{nme_#}'\n", 9_000)
    ),
    "too many variables": lambda: "[vars]\n" + lines("n# = 'x'\n", 10_001) + HERO,
    "too many styles": lambda: "[styles]\n" + lines("s#.prompt = '{prompt}'\n", 10_001) + HERO,
    "unknown models": lambda: images(9_999, 'model = "flx-#"'),
    "unknown params": lambda: images(9_999, "params = { resoluton# = 1 }"),
    "unknown default params": lambda: (
        "[defaults.params]\n" + lines("k# = 1\n", 60) + images(9_000, "params = { guidance = 2.# }")
    ),
    "more params than any model": lambda: f"{HERO}params = {{{commas('k# = 1', 90_000)}}}",
    "a large param": lambda: f'[defaults.params]\nraw = "{"x" * 500_000}"\n{images(9_000)}',
    "a long list": lambda: f"{HERO}references = [{'1,' * 400_000}]",
    "a long list of params": lambda: f"{HERO}params = {{ a = [{'{},' * 300_000}] }}",
    "a list of lists": lambda: f"{HERO}references = [{'[[]],' * 900}]",
    "many references": lambda: f"{HERO}references = [" + commas("'a#.png'", 900) + "]",
    "missing references": lambda: images(9_999, 'references = ["x#.png"]'),
    "a long reference": lambda: f'{HERO}references = ["https://a.example/{"x" * 900_000}"]',
    "billion laughs": lambda: (
        f'[vars]\nv = "{{w}}"\nw = "{"x" * 10**5}"\n[images.a]\nprompt = "{"{w}" * 200}"\n'
    ),
    "many variables in one prompt": lambda: f"[vars]\nv=''\n[images.a]\nprompt='{'{v}' * 300_000}'",
    "braces": lambda: f"[images.a]\nprompt = '{'{' * 900_000}'",
    "many declared models": lambda: lines("[models.m#]\nfamily = 'flux'\n", 20_000),
    "many prices": lambda: "[prices]\n" + lines("m# = 1\n", 80_000) + HERO,
    "images as tables in a list": lambda: "[[images]]\nprompt = 'x'\n" * 40_000,
}

_LARGE: dict[str, Text] = {
    "outputs as folders": lambda: images(1_000, 'output = "a.png/b#.png/c.png"') + HERO,
    "a model of many params": lambda: (
        "[models.m]\nparams_key = 'x'\nparams = {" + commas("k# = {}", 20_000) + "}\n" + HERO
    ),
    "many images": lambda: images(2_000),
    "many variables": lambda: "[vars]\n" + lines("v# = 'x'\n", 9_999) + HERO,
    "many styles": lambda: "[styles]\n" + lines("s#.prompt = '{prompt}'\n", 9_999) + HERO,
    "a style for all": lambda: (
        "[vars]\nv = ''\n[styles.s]\n"
        f"prompt = '{{prompt}}{'{v}' * 99}'\n" + images(1_000, 'style = "s"')
    ),
    "a megabyte of comments": lambda: HERO + "# a\n" * 250_000,
    "braces for themselves": "[images.a]\nprompt = '{{{{}}}} {{v}}'\n",
    "keys that look like numbers": "[images.0]\nprompt = 'x'\n[images.1]\nprompt = 'y'\n",
}

_OUTPUTS = (
    *("../a.png", "a/../../b.png", "a/..", "..", ".", "/etc/a.png", "//server/a.png", "~/a.png"),
    *("~root/a.png", "C:/a.png", "C:a.png", "c:\\a.png", "\\\\server\\share\\a.png", "a\\b.png"),
    *("\\\\?\\C:\\a.png", "\\\\.\\pipe\\a.png", "file:///etc/a.png", "https://a.example/a.png"),
    *("a\0.png", "a\n.png", "a\x1b[2J.png", "a\x9b.png", "a\u202egnp.png", "a\u2028.png"),
    *("a.png:stream.png", "a.png::$DATA", "a./b.png", "a /b.png", "a.png.", "a.png ", " .png/"),
    *("con.png", "CON", "aux.webp", "nul.tar.png", "com1.png", "COM¹.png", "lpt³.png", "Prn.png"),
    *("conin$.png", "CONOUT$.png", "con .png", "sub/aux.png", "aux/a.png", "lpt9/a.png", "nul"),
    *(".git/a.png", ".GIT/config.png", ".git /a.png", "git~1/a.png", "a/.git/b.png", "．git/a.png"),
    *("../imagegen.toml", "imagegen.toml", "imagegen.lock", ".env", "imagegen.toml/a.png"),
    *(".imagegen/a.png", ".IMAGEGEN/edited/a.png", ".imagegen"),
    *("a//b.png", "./a.png", "a/./b.png", "a/", "", "a.png/", "a?.png", "a*.png", 'a".png'),
    *("a|b.png", "<a>.png", "a.svg", "a.exe", "a", "a.png.html", ".png.", "a.gif", "a.toml"),
    *("x" * 300 + ".png", "/".join("x" * 99 for _ in range(12)) + "/a.png", "é" * 130 + ".png"),
    *("\ufeffa.png", "a\u200f.png", "%2e%2e/%2e%2e/\0.png", "a\ud7ff\x7f.png", "..%5c..\\a.png"),
)

_FOLDERS = (
    *("..", "../other", "/tmp", "~", "a/../..", "C:/", "C:", "\\\\server\\x", "con", "a\0b"),
    *(".git", ".git/hooks", "a/.GIT", ".", "./", "", "a//b", "a.", "nul/x", ".imagegen", "x" * 300),
)


def _output(path: str) -> Case:
    text = f"[project]\noutput_dir = '.'\n{HERO}output = {quoted(path)}\n"
    return Case(f"output: {path[:60]!r}, {len(path)} letters", text)


def _folder(path: str) -> Case:
    named = f"output = {quoted('imagegen.toml')}\n" if path in (".", "./") else ""
    text = f"[project]\noutput_dir = {quoted(path)}\n{HERO}{named}"
    return Case(f"output folder: {path[:60]!r}", text)


def _two(first: str, second: str) -> str:
    return (
        f"[images.a]\nprompt = 'x'\noutput = {quoted(first)}\n"
        f"[images.b]\nprompt = 'y'\noutput = {quoted(second)}\n"
    )


_NAMES: dict[str, Text] = {
    "one file in two cases": _two("Cat.png", "cat.PNG"),
    "one file in two forms": _two("é.png", "e\u0301.png"),
    "one file with a ligature": _two("ﬁ.png", "fi.png"),
    "one file with a sharp s": _two("straße.png", "STRASSE.png"),
    "one file with a Kelvin sign": _two("\u212a.png", "k.png"),
    "one file in full width": _two("ａ.png", "a.png"),
    "one file with superscripts": _two("x².png", "x2.png"),
    "one file with a folder in two cases": _two("A/x.png", "a/x.png"),
    "a file as a folder": _two("a.png", "A.PNG/b.png"),
    "names in two cases": "[images.Hero]\nprompt = 'x'\n" + HERO,
    "an empty name": "[images.'']\nprompt = 'x'\n",
    "a name of dots": "[images.'..']\nprompt = 'x'\n",
    "a name as a path": "[images.'../x']\nprompt = 'x'\n",
    "a name as an option": "[images.'--help']\nprompt = 'x'\n",
    "a name as a glob": "[images.'*']\nprompt = 'x'\n",
    "a name with a line": '[images."a\\nb"]\nprompt = "x"\n',
    "a name with an escape": '[images."\\u001b[31m"]\nprompt = "x"\n',
    "a name with a zero byte": '[images."a\\u0000"]\nprompt = "x"\n',
    "a device as a name": "[images.con]\nprompt = 'x'\n",
    "a device with a dot as a name": "[images.'nul.x']\nprompt = 'x'\n",
    "a name that ends with a dot": "[images.'a.']\nprompt = 'x'\noutput = 'a.'\n",
    "a name of a hundred and one": f"[images.{'a' * 101}]\nprompt = 'x'\n",
    "Greek letters": "[images.ο]\nprompt = 'x'\n",
    "a key called [key]": "'[key]' = 1\nimages.'[key]'.prompt = 'x'\nvars.'[key]' = 'x'",
    "a name that is a table": "[images.1.1]\nprompt = 'x'",
    "images in a list": "[[images]]\nprompt = 'x'\n",
    "images as a list": "images = ['a', 'b']\n",
    "images as a text": "images = 'hero'\n",
    "no images": "[images]\n",
    "a name for a style": f"{HERO}style = 's'\n[styles.'a b']\nprompt = '{{prompt}}'\n",
    "a name for a variable": f"[vars]\n'a-b' = 'x'\n{HERO}",
    "a variable called prompt": f"[vars]\nprompt = 'x'\n{HERO}",
    "dunder names": f"{HERO}__class__ = 1\n__proto__ = 2\nmodel_config = 3\n",
    "a spelling error": '[image.hero]\nprompt = "x"\n',
    "a spelling error in a key": '[images.hero]\npromt = "x"\n',
    "the key in the file": f'[provider]\napi_key = "afk_1234567890"\n{HERO}',
}

_PROMPTS = (
    *("", " ", "\n\t", "{", "}", "{}", "{ }", "{{}", "{}}", "{0}", "{a b}", "{a", "a}", "{{{"),
    *("{unknown}", "{prompt}", "{{{unknown}}}", "{v!r}", "{v:>1000000}", "{v.__class__}", "{v[0]}"),
    *("{v!s:{v}}", "{0.__init__.__globals__}", "{PATH}", "${v} {x}", "{v:%n%n}", "{__import__}"),
    *("{self}", "{v}}", "{{v}", "{v}{", "%s {x}", "{self.v}", "{{% for %}", "{\u202e}", "{é}"),
    *("x\x00", "x\x1b[2J", "x\x7f", "x\x08", "{v\0}", "{" + "a" * 5000 + "}", "{w}"),
)


def _prompt(text: str) -> Case:
    filled = f"[vars]\nv = 'x'\n[images.hero]\nprompt = {quoted(text)}\n"
    return Case(f"prompt: {text[:60]!r}", filled)


def _styled(prompt: str) -> str:
    return f"[styles.s]\nprompt = {quoted(prompt)}\n{HERO}style = 's'\n"


_TEMPLATES: dict[str, Text] = {
    "a prompt as long as the file": lambda: f"[images.a]\nprompt = '{'x' * 900_000}'\n",
    "a variable as long as the file": lambda: (
        f"[vars]\nv = '{'x' * 900_000}'\n" + lines("[images.i#]\nprompt = '{v}'\n", 2000)
    ),
    "a bomb of one style": lambda: (
        f"[vars]\nv = '{'x' * 9000}'\n[styles.s]\n"
        f"prompt = '{{prompt}}{'{v}' * 190}'\n" + images(2000, "style = 's'")
    ),
    "a variable that names another": "[vars]\na = '{b}'\nb = '{a}'\n[images.i]\nprompt = '{a} {c}'",
    "a variable with an escape": '[vars]\nv = "\\u001b[2J"\n[images.i]\nprompt = "{v}"\n',
    "a style without a prompt": _styled("soft light"),
    "a style of nothing": _styled(""),
    "a style with unknown names": _styled("{prompt} {light}"),
    "a style of braces": _styled("{prompt} {"),
    "a style in itself": _styled("{prompt} {s}"),
    "a style of many prompts": _styled("{prompt}" * 201),
    "styles in a ring": f"[styles.a]\nprompt = '{{prompt}}'\nstyle = 'b'\n[styles.b]\n"
    f"prompt = '{{prompt}}'\nstyle = 'a'\n{HERO}style = 'a'\n",
    "a style that is missing": f"{HERO}style = 'x'\n",
    "a default style that is missing": f"[defaults]\nstyle = 'x'\n{HERO}",
    "an alt text of unknown names": f"{HERO}alt = '{{x}}'\n",
    "an alt text of braces": f"{HERO}alt = '}}{{'\n",
    "an alt text that is a bomb": f"[vars]\nv = '{'x' * 900}'\n{HERO}alt = '{'{v}' * 199}'\n",
}

_REFERENCES = (
    *("missing.png", "folder", "text.png", "empty.png", "pipe.png", "zero.png", "huge.png"),
    *("out.png", "away/secret.png", "ring.png", "dangling.png", "tty.png", "imagegen.toml"),
    *("../outside/secret.png", f"{OUTSIDE}/secret.png", "/etc/passwd", "~/x.png", "C:/x.png"),
    *(
        "\\\\server\\x.png",
        "a\0.png",
        "con.png",
        ".git/config",
        "x:y.png",
        "a\n.png",
        "..",
        ".",
        "",
    ),
    *("http://a.example/x.png", "file:///etc/passwd", "ftp://a.example/x.png", "data:image/png,x"),
    *("https://user:pass@a.example/x.png", "https://user@a.example/", "https://", "https:///x.png"),
    *("https://[::1/x.png", "https://a.example:99999/x", "https://a b/x.png", "HTTP://A.EXAMPLE/"),
    *("https://a.example/\x1b[2J", "javascript:alert(1)", "@hero", "@", "gopher://a/", "s3://a/b"),
    *("https://a.example/\n", "file:x.png", "https:x.png", "//a.example/x.png", "x" * 2000),
)

_BESIDE: dict[str, Text | Odd | Link] = {
    "folder/picture.png": PNG,
    "text.png": "not a picture\n",
    "empty.png": b"",
    "pipe.png": Odd.PIPE,
    "zero.png": Link("/dev/zero"),
    "tty.png": Link("/dev/tty"),
    "huge.png": lambda: PNG + bytes(2**25),
    "out.png": Link(f"{OUTSIDE}/secret.png"),
    "away": Link(OUTSIDE),
    "ring.png": Link("ring.png"),
    "dangling.png": Link("nowhere.png"),
}
"""What the references above name, as it lies in the project folder."""


def _reference(text: str) -> Case:
    start = text.split("/")[0]
    beside = {
        name: content
        for name, content in _BESIDE.items()
        if start and (name == start or name.startswith(f"{start}/"))
    }
    written = f"{HERO}references = [{quoted(text)}]\n"
    return Case(f"reference: {text[:60]!r}", written, beside)


def _param(key: str, value: str, model: str = "flux-2-pro") -> str:
    return f"{HERO}model = '{model}'\nparams = {{ {key} = {value} }}\n"


def _declared(table: str, *more: str) -> str:
    return "\n".join((f"{HERO}model = 'm'", "[models.m]", table, *more, ""))


_MODELS: dict[str, Text] = {
    "no such model": f"{HERO}model = 'gpt-99'\n",
    "an empty model": f"{HERO}model = ''\n",
    "a hidden model": f"{HERO}model = 'flux-2-\u200bpro'\n",
    "a long model": lambda: f"{HERO}model = '{'x' * 900_000}'\n",
    "a near model": f"{HERO}model = 'Flux-2-Pro'\n",
    "a default model": f"[defaults]\nmodel = 'x'\n{HERO}",
    "an unknown param": _param("zzz", "1"),
    "a long param": lambda: _param("z" * 250, "1"),
    "a hidden param": _param("'\u202e\x9b'", "1"),
    "an endless ratio": _param("aspect_ratio", "'99999999999999999999:1'"),
    "a ratio of nothing": _param("aspect_ratio", "'0:0'"),
    "an infinite quality": _param("output_quality", "inf"),
    "no quality": _param("output_quality", "nan"),
    "a seed in params": _param("seed", "7"),
    "a table in params": _param("resolution", "{ a = 1 }"),
    "a date in params": _param("resolution", "1979-05-27"),
    "a list in params": _param("resolution", "[[1], ['a']]"),
    "a seed beyond": f"{HERO}seed = 99999999999999999999\n",
    "a declaration of nothing": _declared(""),
    "a declaration that is a text": f"models.m = 'x'\n{HERO}",
    "a declaration of a bad family": _declared("family = 'x'"),
    "a declaration of bad params": _declared("params_key = 'x'\nparams = { a = 1 }"),
    "a slow shape": _declared("params_key = 'x'\nparams.a.shape = '(a+)+$'"),
    "a bad default": _declared("params_key = 'x'\nparams.a = { kind = 'integer', default = 'x' }"),
    "a minimum of nothing": _declared("params_key = 'x'\nparams.a = { kind = 'number', minimum = "
                                      "nan, default = 1 }"),
    "a limit below nothing": _declared("params_key = 'x'\nprompt_limit = -1"),
    "a side of nothing": _declared("params_key = 'x'\nside_multiple = 0"),
    "a count param that is missing": _declared("params_key = 'x'\ncount_param = 'n'"),
    "a price by nothing": _declared("params_key = 'x'\ncredits_by = 'a'\nparams.a = {}"),
    "a reference without a name": _declared("params_key = 'x'\nreferences = [{ limit = 1 }]"),
    "a hidden key": _declared("params_key = 'x'\n'\u202e' = 1"),
    "a format that is a path": _declared("params_key = 'x'\nformat = '../../x'"),
    "a format of nothing": _declared("params_key = 'x'\nformat = ''"),
}  # fmt: skip

_MONEY: dict[str, Text] = {
    "a negative price": f"prices.flux-2-pro = -1\n{HERO}",
    "a price of halves": f"prices.flux-2-pro = 0.5\n{HERO}",
    "an endless price": f"prices.flux-2-pro = inf\n{HERO}",
    "a price as a text": f"prices.flux-2-pro = '8'\n{HERO}",
    "a huge price": f"prices.flux-2-pro = {'9' * 250}\n{HERO}",
    "a price of nobody": f"prices.nobody = 1\n{HERO}",
    "a price by wrong values": f"prices.flux-2-pro = {{ 1MP = -8, 2MP = true }}\n{HERO}",
    "a price of prices": f"prices.flux-2-pro.a.b = 1\n{HERO}",
    "a list of prices": f"prices = [1, 2]\n{HERO}",
    "a negative budget": f"budget.images_per_run = -1\n{HERO}",
    "a budget of more than all": f"budget.images_per_run = {'9' * 200}\n{HERO}",
    "a budget of nothing known": f"budget.credits_per_day = nan\n{HERO}",
    "a budget as a text": f"budget.credits_per_day = 'all'\n{HERO}",
    "a budget per year": f"budget.credits_per_year = 1\n{HERO}",
    "an address with a key": f"provider.base_url = 'https://key:x@a.example'\n{HERO}",
    "an address over http": f"provider.base_url = 'http://a.example'\n{HERO}",
    "an address of metadata": f"provider.base_url = 'http://169.254.169.254/'\n{HERO}",
    "an address that is a file": f"provider.base_url = 'file:///etc/passwd'\n{HERO}",
    "an address that is broken": f"provider.base_url = 'https://[::1'\n{HERO}",
    "an address with an escape": f'provider.base_url = "https://a\\u001b[2J.example"\n{HERO}',
    "an address with a question": f"provider.base_url = 'https://a.example/?x=1'\n{HERO}",
    "an address with blanks": f'provider.base_url = "https://a.example /\\n"\n{HERO}',
    "another provider": f"provider.name = 'other'\n{HERO}",
    "no jobs at once": f"provider.max_in_flight = 0\n{HERO}",
    "no requests at all": f"provider.requests_per_minute = -5\n{HERO}",
}


def _linked() -> Iterator[Case]:
    """Yield projects whose folders lead away."""
    away = {"images": Link(OUTSIDE)}
    yield Case("link: the output folder leads out", HERO, away)
    yield Case("link: a folder of an output leads out", f"{HERO}output = 'a/b.png'\n", {
        "images/a": Link(OUTSIDE),
    })  # fmt: skip
    yield Case("link: the output folder leads above", HERO, {"images": Link("..")})
    yield Case("link: the output folder leads into .git", HERO, {
        "images": Link(".git"), ".git/config": "[core]\n",
    })  # fmt: skip
    yield Case("link: the output folder leads into .imagegen", HERO, {
        "images": Link(".imagegen"), ".imagegen/.gitignore": "*\n",
    })  # fmt: skip
    own = {".imagegen": Link(OUTSIDE)}
    built = ("build --draft", "build")
    yield Case("link: imagegen's own folder leads out", HERO, own, place=None, verbs=built)
    yield Case("link: the output folder is a file", HERO, {"images": "x"})
    yield Case("link: the output folder is a pipe", HERO, {"images": Odd.PIPE})
    yield Case(
        "link: the output is a folder",
        f"{HERO}output = 'hero.png'\n",
        {"images/hero.png": Odd.FOLDER},
    )
    yield Case("link: the output folder is a ring", HERO, {"images": Link("images")})
    yield Case("link: two folders are one", _two("a/x.png", "b/x.png"), {
        "images/a/y": "", "images/b": Link("a"),
    })  # fmt: skip
    yield Case(
        "link: the output is a reference", f"[project]\noutput_dir = '.'\n{HERO}"
        "output = 'HERO.png'\nreferences = ['hero.png']\n", {"hero.png": PNG},
    )  # fmt: skip


def _not_a_file() -> Iterator[Case]:
    """Yield what may lie where the project file should be."""
    named: Callable[[str], tuple[str, ...]] = lambda verb: (f"{verb} -f {PROJECT_FILE}",)  # noqa: E731
    for verb in ("plan", "build", "check"):
        yield Case(f"no file for {verb}", Odd.ABSENT, place=None, verbs=named(verb))
    yield Case("a folder for a file", Odd.FOLDER, place=None, verbs=named("plan"))
    yield Case("a pipe for a file", Odd.PIPE, place=None, verbs=named("plan"))
    yield Case("zeros without end for a file", Link("/dev/zero"), place=None, verbs=named("plan"))
    yield Case("a terminal for a file", Link("/dev/tty"), place=None, verbs=named("plan"))
    yield Case("a link to nothing", Link("nowhere"), place=None, verbs=named("plan"))
    yield Case("a link to itself", Link(PROJECT_FILE), place=None, verbs=named("plan"))
    yield Case("a folder below a file", HERO, place=None, verbs=(f"plan -f {PROJECT_FILE}/x",))
    yield Case("a name beyond the limit", HERO, place=None, verbs=(f"plan -f {'x' * 300}.toml",))
    yield Case("a name of hidden letters", HERO, place=None, verbs=("plan -f \x1b[2J\u202e.toml",))
    yield Case("a folder for the first file found", Odd.FOLDER, place=None, verbs=("plan",))
    yield Case("a pipe for the first file found", Odd.PIPE, place=None, verbs=("plan", "build"))
