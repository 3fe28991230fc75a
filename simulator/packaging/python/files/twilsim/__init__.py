"""The client of twilsim for tests: it plays the people around your app, moves time, and reads what happened.

    import twilsim

    with twilsim.start(forward_to="http://localhost:3000") as sim:
        receipt = sim.text("+12025550142", "+12025550100", "Hello")
        sim.clock.run()  # time is virtual: this delivers the replies at once
        sim.await_webhook(path="/status", MessageStatus="delivered")

For pytest there is the fixture ``twilsim``; see twilsim.pytest_plugin.

A query is given by fields and values, such as ``status="delivered"``; the field ``from`` is written ``from_``. A value may
have * as a wildcard. "twilsim help filters" lists the fields. A time is a number of seconds, a timedelta, or a text as Go
writes it, such as "5s" or "1h30m". What the methods return is the JSON of the control API, with Twilio's names.
"""

from twilsim._client import Clock, Simulator, TwilsimError, attach, start
from twilsim._binary import BinaryError, find_binary

__all__ = ["BinaryError", "Clock", "Simulator", "TwilsimError", "attach", "find_binary", "start"]
