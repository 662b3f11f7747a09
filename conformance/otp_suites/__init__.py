"""OTP's own test suites under the real common_test, on `erl` and on the VM: `python -m
conformance.otp_suites`."""
