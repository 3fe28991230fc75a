"""Two tests whose app does not answer, of which one reads the alert. The other one must fail."""

import pytest


@pytest.fixture(scope="session")
def twilsim_options():
    return {"forward_to": "http://127.0.0.1:1"}


def test_that_reads_the_alert(twilsim):
    twilsim.text("+12025550142", "+12025550100", "Hello")
    assert [alert["code"] for alert in twilsim.alerts(level="error")] == ["11202"]


def test_that_does_not(twilsim):
    twilsim.text("+12025550142", "+12025550100", "Hello")
