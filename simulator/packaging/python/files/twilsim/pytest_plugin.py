"""The pytest fixture ``twilsim``: a simulator, empty at the beginning of each test.

    @pytest.fixture(scope="session")
    def twilsim_options(app_url):
        return {"forward_to": app_url}

    def test_reply(twilsim):
        receipt = twilsim.text("+12025550142", "+12025550100", "Hello")
        assert receipt["replies"][0]["body"] == "Hello to you"

One simulator serves the whole session; twilsim_options are the arguments of its start. A test fails when it leaves an alert
of level error that it has not read with twilsim.alerts(): the app did something that Twilio's debugger would report.
"""

import pytest

from twilsim._client import Simulator, start


@pytest.fixture(scope="session")
def twilsim_options():
    """The arguments of twilsim.start, as a dict. Override it in your conftest.py."""
    return {}


@pytest.fixture(scope="session")
def twilsim_server(twilsim_options):
    """The simulator of the session."""
    with start(**twilsim_options) as sim:
        yield sim


@pytest.fixture
def twilsim(twilsim_server):
    """The simulator of the session, without anything that earlier tests did."""
    twilsim_server.reset()
    sim = _Reader(twilsim_server)
    yield sim
    unread = [a for a in twilsim_server.alerts() if a["level"] == "error" and a["id"] not in sim.read]
    if unread:
        lines = ["%s %s\n    %s" % (a["code"], a["title"], a["text"]) for a in reversed(unread)]
        pytest.fail("alerts that the test has not read:\n  " + "\n  ".join(lines), pytrace=False)


class _Reader(Simulator):
    """A simulator that remembers which alerts were read. It does not stop the server of the session."""

    def __init__(self, sim):
        super().__init__(sim.url, token=sim._token, binary=sim._binary)
        self.read = set()

    def alerts(self, *words, **fields):
        found = super().alerts(*words, **fields)
        self.read.update(alert["id"] for alert in found)
        return found
