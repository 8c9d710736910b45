"""The verb `emulator`: a server of one's own, as scripts and CI start it."""

import json
import signal
import urllib.request

from gallery import mugs


def ready(running):
    line = running.process.stdout.readline()
    assert line.startswith("imagegen emulator ready on http://127.0.0.1:")
    return line.split()[-1]


def test_the_emulator_says_where_it_is_sells_pictures_and_ends_on_a_signal(project):
    running = project.start(
        "emulator", "--port", "0", "--latency", "0", "--picture-scale", "16", "--state", "shop"
    )
    url = ready(running)
    project.write("imagegen.toml", mugs(1))
    # The emulator knows its callers by the hash that signs webhooks, so not with the canary.
    other = {"APIFRAME_BASE_URL": url, "APIFRAME_API_KEY": "afk_of_the_shop_0123456789"}
    project.run("build", code=0, env=other)
    with urllib.request.urlopen(f"{url}/emulator/ledger") as answer:
        told = json.load(answer)
    assert [line["event"] for line in told["ledger"]] == ["charge"]
    running.signal(signal.SIGTERM)
    running.finish(code=0, timeout=60)
    again = project.start("emulator", "--port", "0", "--state", "shop")
    with urllib.request.urlopen(f"{ready(again)}/emulator/ledger") as answer:
        assert json.load(answer) == told
    again.signal(signal.SIGINT)
    again.finish(code=0, timeout=60)


def test_the_emulator_refuses_a_wrong_list_of_faults(project):
    project.write("faults.toml", '[[rules]]\nfault = "job-faild"\n')
    assert "job-failed" in project.run("emulator", "--faults", "faults.toml", code=2).stderr
