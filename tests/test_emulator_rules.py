"""Which rule strikes at which moment."""

from imagegen.emulator.rules import Match, Moment, Options, Rule, Rules

POST = Moment("POST", "/v2/images/generate", "flux-2-pro", "a red mug", job=3, post=2)


def test_an_empty_match_meets_every_moment():
    assert Match().meets(POST)


def test_every_condition_must_hold():
    assert Match(method="POST", path="/v2/*", prompt="red", job=3, post=2).meets(POST)
    for match in (
        Match(method="GET"),
        Match(path="/cdn/*"),
        Match(model="flux-2-max"),
        Match(prompt="blue"),
        Match(job=1),
        Match(post=1),
    ):
        assert not match.meets(POST)


def test_a_rule_strikes_as_often_as_it_says():
    rules = Rules([Rule("hang-up", times=2)])
    strikes = [rules.strike({"hang-up"}, POST) for _ in range(3)]
    assert [[strike.ordinal for strike in struck] for struck in strikes] == [[1], [2], []]


def test_a_rule_about_another_fault_is_not_counted():
    rules = Rules([Rule("hang-up", times=1)])
    assert rules.strike({"delay"}, POST) == ()
    assert rules.strike({"hang-up"}, POST) != ()


def test_clearing_makes_everything_go_right():
    rules = Rules([Rule("hang-up")])
    rules.add(Rule("delay", options=Options({"seconds": 1})))
    assert len(rules.current()) == 2
    rules.clear()
    assert rules.strike({"hang-up", "delay"}, POST) == ()
