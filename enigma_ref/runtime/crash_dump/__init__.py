"""What the runtime leaves behind when it ends abnormally: `erl_crash.dump`, for people and for
OTP's `crashdump_viewer`.

Facts: "How to Interpret the Erlang Crash Dumps" in OTP's documentation, break.c and
erl_process_dump.c of its runtime, crashdump_viewer.erl, and dumps of 23 to 29.
"""

from enigma_ref.runtime.crash_dump.file import leave_crash_dump

__all__ = ["leave_crash_dump"]
