"""Pictures: painted once, different where they should be."""

from emulation import talking

from imagegen.emulator.settings import Settings


def painted(prompt="a mug", key=None, params=None, **settings):
    chosen = {"latency": 0.0, "picture_scale": 16, **settings}
    with talking(Settings(**chosen)) as talk:
        return talk.picture(talk.buy(prompt, key=key, fluxParams=params or {})).content


def test_two_emulators_paint_the_same():
    assert painted(params={"seed": 1}) == painted(params={"seed": 1}, state=None)


def test_the_emulators_own_seed_changes_everything():
    assert painted(params={"seed": 1}) != painted(params={"seed": 1}, seed=2)


def test_without_a_seed_the_idempotency_key_varies_the_picture():
    assert painted(key="one") == painted(key="one")
    assert painted(key="one") != painted(key="two")


def test_a_reference_url_does_not_change_the_picture():
    urls = ["https://a.example/1.png"], ["https://b.example/2.png"]
    first, second = (painted(params={"seed": 1, "input_images": list(url)}) for url in urls)
    assert first == second


def test_a_painted_file_is_kept(tmp_path):
    settings = Settings(latency=0.0, picture_scale=16, state=tmp_path)
    with talking(settings) as talk:
        job_id = talk.buy()
        content = talk.picture(job_id).content
        assert (tmp_path / "images" / f"{job_id}-1.png").read_bytes() == content
