"""Tracing: sessions, breakpoints, tracers, and the loop that runs processes that are watched.

A system that nothing traces runs none of this: functions get a prologue, export entries a detour
and processes another mailbox or another loop only while something is traced.
"""
