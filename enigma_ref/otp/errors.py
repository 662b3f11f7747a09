"""What can go wrong around Erlang/OTP releases, each said in one line for whoever runs Enigma."""

from __future__ import annotations


class OtpError(Exception):
    """A problem with a release of Erlang/OTP; the message is one line and ends in what to do."""


class OtpNotFound(OtpError):
    """No release here is the one that was asked for."""


class OtpFetchError(OtpError):
    """A release could not be fetched, or what was fetched does not work."""
