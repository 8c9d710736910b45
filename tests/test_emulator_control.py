"""The emulator's own endpoints."""

from emulation import talking


def test_the_ledger_can_be_read():
    with talking() as talk:
        job_id = talk.buy(key="k")
        body = talk.client.get("/emulator/ledger").json()
        assert body["credits"] == 9_994
        (line,) = body["ledger"]
        assert (line["event"], line["job"], line["idempotencyKey"]) == ("charge", job_id, "k")


def test_requests_are_recorded_without_these_endpoints():
    with talking() as talk:
        talk.buy()
        talk.client.get("/v2/jobs?limit=5")
        body = talk.client.get("/emulator/requests").json()
        assert body["posts"] == 1
        assert body["requests"] == [
            {"method": "POST", "path": "/v2/images/generate", "query": ""},
            {"method": "GET", "path": "/v2/jobs", "query": "limit=5"},
        ]


def test_faults_can_be_put_and_read():
    rule = {"fault": "status", "times": 1, "match": {"path": "/v2/me"}, "with": {"status": 503}}
    with talking() as talk:
        put = talk.client.put("/emulator/faults", json={"rules": [rule]})
        assert put.json() == talk.client.get("/emulator/faults").json() == {"rules": [rule]}
        assert [talk.client.get("/v2/me").status_code for _ in range(2)] == [503, 200]


def test_bad_faults_are_refused_and_change_nothing():
    with talking() as talk:
        for content in (b"{", b'{"rules": [{"fault": "hangup"}]}'):
            assert talk.client.put("/emulator/faults", content=content).status_code == 400
        answer = talk.client.put("/emulator/faults", json=[{"fault": "hangup"}])
        assert "Did you mean `hang-up`?" in answer.json()["error"]
        assert talk.emulator.faults.current() == ()


def test_only_loopback_hosts_are_answered():
    with talking() as talk:
        answer = talk.client.get("/emulator/ledger", headers={"Host": "evil.example.com"})
        assert answer.status_code == 403
