"""The network drivers `tcp_inet`, `udp_inet` and `sctp_inet`, which OTP's prim_inet talks to.

Facts: prim_inet.erl and inet_int.hrl of OTP 23 to 29, inet_drv.c of OTP 25, and what releases do.
"""
