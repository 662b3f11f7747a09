"""Real work for OTP's own applications, done by `erl` and by the VM: `python -m
conformance.otp_tasks`."""
