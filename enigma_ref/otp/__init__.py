"""Finding and fetching Erlang/OTP releases.

`find_release` and `all_releases` only look; `enigma_ref.otp.fetch` and `enigma_ref.otp.source`
bring a release, or parts of OTP's source, into the user's cache.
"""

from enigma_ref.otp.errors import OtpError, OtpFetchError, OtpNotFound
from enigma_ref.otp.find import ENVIRONMENT, all_releases, find_release
from enigma_ref.otp.release import Origin, Release

__all__ = [
    "ENVIRONMENT",
    "Origin",
    "OtpError",
    "OtpFetchError",
    "OtpNotFound",
    "Release",
    "all_releases",
    "find_release",
]
