"""What requests share: faults meet the right moments, lost uploads are known."""

from emulation import FAST, talking

from imagegen.emulator import faults


def test_faults_meet_the_model_the_prompt_and_the_ordinal_of_a_post():
    with talking(FAST) as talk:
        for match in ({"post": 2}, {"prompt": "blue"}, {"model": "imagen-4"}):
            talk.emulator.faults.add(faults.rule("status", match=match))
        answers = [
            talk.generate("red"),
            talk.generate("red"),
            talk.generate("blue"),
            talk.generate("red", model="imagen-4"),
        ]
        assert [answer.status_code for answer in answers] == [202, 500, 500, 500]


def test_faults_meet_a_job_by_its_ordinal_also_at_its_file():
    with talking(FAST) as talk:
        first, second = talk.buy("red"), talk.buy("blue")
        match = {"job": 2, "path": "/cdn/*"}
        talk.emulator.faults.add(faults.rule("status", status=410, match=match))
        assert [talk.picture(job_id).status_code for job_id in (first, second)] == [200, 410]


def test_an_upload_that_never_was_is_lost_and_foreign_urls_are_trusted():
    with talking(FAST) as talk:
        lost = f"{talk.emulator.url}/cdn/uploads/none.png"
        foreign = "https://pictures.example.com/cdn/uploads/none.png"
        for url, status in ((lost, "FAILED"), (foreign, "COMPLETED")):
            job_id = talk.buy(fluxParams={"input_images": [url]})
            assert talk.finished(job_id)["status"] == status
